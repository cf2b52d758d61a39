"""Two what-if data tables of Excel, and the same by CLV.SENSITIVITY beside them."""

from dataclasses import dataclass
from typing import Any, Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import NAVY
from clv_xl.workbook.template.addresses import cell
from clv_xl.workbook.template.compared import gap, held
from clv_xl.workbook.template.function_table import function_table
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.clv_cells import Cells

_LEVELS, _DELTAS, _FIRST, _SIZE = 3, 4, 5, 5  # columns of levels and of changes, first value, values a side
_LAST: Final = _FIRST + _SIZE - 1
_MIDDLE: Final = _FIRST + _SIZE // 2
_THEIRS: Final = 11  # first column of the table of the function
_HEAT: Final = ("#F8CBAD", "#FFFFFF", "#A9D18E")


@dataclass(frozen=True, slots=True)
class _Side:
    """A driver along one side of a table: step, and the bounds that its level stays within."""

    name: str
    driver: str
    unit: str
    number: str
    step: float
    low: str
    high: str


_RETENTION: Final = _Side(
    "retention_rate", "retention_rate", "share_per_period", "percent", 0.05, "0", "{cap}"
)
_DISCOUNT: Final = _Side("discount_rate", "discount_rate", "share_per_period", "percent", 0.02, "0", "1")
_MARGIN: Final = _Side("margin", "margin", "share", "percent", 0.05, "-1", "1")
_LIFESPAN: Final = _Side("lifespan", "lifespan", "period", "decimal", 0.25, "0", "")
# Key, side down, side across, corner, drivers and ending of the function.
_TABLES: Final = (
    ("contract", _RETENTION, _DISCOUNT, "renewed", '"clv","contract"'),
    ("net", _MARGIN, _LIFESPAN, "simple", '"net_clv","simple"'),
)
_CAP: Final = 0.99


def write(leaf: Leaf, row: int, cells: Cells) -> int:
    """Write steps and both tables; return the next free row."""
    leaf.section(row, leaf.say("steps"), 17)
    words = [leaf.term(key) for key in ("driver", "unit", "how", "value")]
    leaf.header(row + 1, words, numbers=(3,))
    row += 2
    for side in (_RETENTION, _DISCOUNT, _MARGIN, _LIFESPAN):
        leaf.put(row, 0, leaf.kit.word(side.driver), text_wrap=True)
        leaf.unit(row, 1, side.unit)
        leaf.put(row, 2, leaf.say("step_note"), "note")
        leaf.input(row, 3, side.step, side.number, "positive")
        cells[f"step_{side.name}"] = address(row, 3)
        row += 1
    leaf.line(row, "cap", "share_per_period", _CAP, "percent", rule="share", note="cap_note")
    cells["cap"] = address(row, 3)
    row += 2
    for key, down, across, drivers, ending in _TABLES:
        row = _table(leaf, row, (key, down, across), cells[drivers], ending, cells) + 1
    return row - 1


def _table(
    leaf: Leaf, row: int, table: tuple[str, _Side, _Side], drivers: str, ending: str, cells: Cells
) -> int:  # fmt: skip
    """Write one data table under its title; return the next free row."""
    key, down, across = table
    leaf.section(row, leaf.say(f"table_{key}"), 17)
    levels, corner = row + 1, row + 2
    top, bottom = corner + 1, corner + _SIZE
    leaf.put(levels, 0, leaf.say(f"table_{key}_what"), "note", text_wrap=False)
    leaf.put(levels, _DELTAS, leaf.say("across"), "subtitle", align="right")
    leaf.put(corner, _LEVELS, leaf.say("down"), "subtitle", align="right")
    sides = leaf.say("sides", down=leaf.kit.word(down.driver), across=leaf.kit.word(across.driver))
    leaf.put(corner, 0, sides, "note", text_wrap=False)
    leaf.calculate(corner, _DELTAS, f"={cells[key]}", number="money", bold=True)
    for i in range(_SIZE):
        column, at = _FIRST + i, top + i
        place = f"COLUMN()-COLUMN({cell(0, _MIDDLE).replace('1', '$1')})".replace("(H", "($H")
        leaf.calculate(
            corner, column, f"={_change(across, place, cells)}", "header", across.number, align="right"
        )
        base = cells[f"base_{across.name}"]
        leaf.calculate(levels, column, f"={base}+{cell(corner, column)}", number=across.number, bold=True)
        middle = address(top + _SIZE // 2, 0)
        leaf.calculate(at, _DELTAS, f"={_change(down, f'ROW()-ROW({middle})', cells)}", "header", down.number)
        base = cells[f"base_{down.name}"]
        leaf.calculate(at, _LEVELS, f"={base}+{cell(at, _DELTAS)}", number=down.number, bold=True)

    def input_of(side: _Side) -> tuple[int, int]:
        from xlsxwriter.utility import xl_cell_to_rowcol

        found: tuple[int, int] = xl_cell_to_rowcol(cells[f"delta_{side.name}"])
        return found

    leaf.data_table(
        top, _FIRST, bottom, _LAST, "money", row_input=input_of(across), column_input=input_of(down)
    )
    _heat(leaf, Area(top, _FIRST, bottom, _LAST), corner)
    _unmoved(leaf, key, corner, top, cells)
    if not leaf.kit.functions:
        return bottom + 1
    call = (
        f'CLV.SENSITIVITY({drivers},"{across.driver}",{cell(levels, _FIRST)}:{cell(levels, _LAST)}'
        f',"{down.driver}",{cell(top, _LEVELS)}:{cell(bottom, _LEVELS)},{ending})'
    )
    # What the corner says: the output that is asked for.
    leaf.hold(corner, _THEIRS, leaf.kit.word("clv" if key == "contract" else "clv_net"), "spill_text")
    numbers = [("text", *([across.number] * _SIZE)), *([(down.number, *(["money"] * _SIZE))] * _SIZE)]
    area = function_table(leaf, levels, _THEIRS, call, numbers)
    theirs = Area(top, _THEIRS + 1, bottom, area.right).absolute
    ours = Area(top, _FIRST, bottom, _LAST).absolute
    apart = gap(theirs, ours, address(corner, _DELTAS))
    leaf.put(bottom + 1, 0, leaf.say("gap"))
    leaf.calculate(bottom + 1, _DELTAS, f'=IF(set_addin,{apart},"")', "addin", "exact")
    held(leaf, f"sens_table_{key}", leaf.at(bottom + 1, _DELTAS))
    return bottom + 2


def _change(side: _Side, steps: str, cells: Cells) -> str:
    """Return the formula of a change: steps from the middle, the level kept within its bounds.

    It rests on the base alone: what rests on the live value would move while the table is calculated.
    """
    base = cells[f"base_{side.name}"]
    change = f"({steps})*{cells[f'step_{side.name}']}"
    if side.high:
        change = f"MIN({side.high.format(**cells)}-{base},{change})"
    return f"MAX({side.low}-{base},{change})"


def _heat(leaf: Leaf, area: Area, corner: int) -> None:
    """Colour the values of a table from low to high and frame the base."""
    low, middle, high = _HEAT
    rule = {"type": "3_color_scale", "min_color": low, "mid_color": middle, "max_color": high}
    span = (area.top, area.left, area.bottom, area.right)
    leaf.sheet.conditional_format(*span, rule)
    style: Any = leaf.book.workbook.add_format({"bold": True, "border": 1, "border_color": NAVY})
    down = f"${cell(area.top, _DELTAS)}"
    across = cell(corner, area.left)
    across = f"{across.rstrip('0123456789')}${corner + 1}"
    base = {"type": "formula", "criteria": f"=AND({down}=0,{across}=0)", "format": style}
    leaf.sheet.conditional_format(*span, base)


def _unmoved(leaf: Leaf, key: str, corner: int, top: int, cells: Cells) -> None:
    """Check that the middle of a table, where nothing changes, is the live value: tables are calculated."""
    middle = (top + _SIZE // 2, _MIDDLE)
    still = f"{cells['moved']}+ABS({leaf.at(middle[0], _DELTAS)})+ABS({leaf.at(corner, _MIDDLE)})=0"
    live, found = leaf.at(corner, _DELTAS), leaf.at(*middle)
    gap = f"({found}-{live})/MAX(1,ABS({live}))"
    leaf.check(f"sens_middle_{key}", f'IF(AND(ISNUMBER({live}),{still}),{gap},"")', limit=1e-9)
