"""The scenarios as a chart, and as CLV.SCENARIO answers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import NAVY, TEAL
from clv_xl.workbook.template.addresses import letter
from clv_xl.workbook.template.compared import held, match
from clv_xl.workbook.template.function_table import by_row, function_table
from clv_xl.workbook.template.sheets.across import FIRST, span

if TYPE_CHECKING:
    from clv_xl.workbook.template.leaf import Leaf
    from clv_xl.workbook.template.sheets.scenario_lines import Lines

# Drivers of the functions in their order: English name, row of the sheet, number format.
DRIVERS: Final = (
    ("avg_order_value", "aov", "money"),
    ("frequency", "frequency", "decimal"),
    ("lifespan", "lifespan", "decimal"),
    ("margin", "margin", "percent"),
    ("cac", "cac", "money"),
    ("discount_rate", "discount_rate", "percent"),
    ("timing", "", "decimal"),
)
_RESULTS: Final = (
    ("clv", "money"),
    ("net", "money"),
    ("ratio", "multiple"),
    ("payback", "decimal"),
    ("change", "money"),
    ("change_share", "change"),
)
_LAST: Final = FIRST + 5
_CHART_ROWS: Final = 16


@dataclass(frozen=True, slots=True)
class Read:
    """What the functions read: ranges of names and values.

    Parameters
    ----------
    base, target, scenarios : str
        Addresses of the drivers of the base, of the scenario that the bridge goes to, and of all others.
    """

    base: str
    target: str
    scenarios: str


def chart(leaf: Leaf, lines: Lines, row: int) -> int:
    """Place the chart of CLV and net CLV by scenario; return the next free row."""
    font = leaf.book.styles.chart_font()
    made: Any = leaf.book.workbook.add_chart({"type": "column"})
    for key, colour in (("clv", TEAL), ("net", NAVY)):
        r = lines.results[key]
        made.add_series(
            {
                "name": f"={leaf.ref}{address(r, 0)}",
                "categories": f"={leaf.ref}{span(lines.names, _LAST)}",
                "values": f"={leaf.ref}{span(r, _LAST)}",
                "fill": {"color": colour},
                "gap": 70,
                "data_labels": {"value": True, "num_format": "#,##0.00", "font": font},
            }
        )
    made.set_legend({"position": "bottom", "font": font})
    made.set_x_axis({"num_font": font, "label_position": "low"})
    name = {"name": leaf.say("axis_money"), "name_font": font}
    grid = {"visible": True, "line": {"color": "#E4E7EC"}}
    made.set_y_axis({**name, "num_font": font, "num_format": "#,##0", "major_gridlines": grid})
    leaf.chart(row, 0, made, "scenarios", (1150, 300))
    return row + _CHART_ROWS


def functions(leaf: Leaf, lines: Lines, row: int) -> tuple[Read | None, int]:
    """Write what the functions read and the table of CLV.SCENARIO; nothing where there are none."""
    if not leaf.kit.functions:
        return None, row
    leaf.section(row, leaf.say("read"))
    leaf.put(row + 1, 0, leaf.say("read_note"), "subtitle")
    head = row + 2
    for column, key in ((0, "driver"), (1, "base_short"), (2, "driver"), (3, "to_short"), (4, "driver")):
        side = {"align": "right"} if column in (1, 3) else {"align": "left", "indent": int(column > 0)}
        leaf.put(head, column, leaf.term(key), "header", **side)
    for column, key in ((FIRST + 1, "scenario_best"), (FIRST + 2, "scenario_worst")):
        leaf.hold(head, column, leaf.kit.word(key), "header", align="right")
    for column in range(FIRST + 1, _LAST + 1):
        leaf.calculate(head, column, f"={letter(column)}{lines.names + 1}", "header", align="right")
    first = head + 1
    for i, (name, key, number) in enumerate(DRIVERS, first):
        for column in (0, 2, 4):
            leaf.put(i, column, name, "code_line", indent=int(column > 0))
        for column in (1, 3, *range(FIRST + 1, _LAST + 1)):
            own = lines.target(key) if column == 3 and key else ""
            source = (
                f"{letter(FIRST if column == 1 else column)}{lines.drivers[key] + 1}" if key else "set_timing"
            )
            leaf.calculate(i, column, f"={own or source}", number=number)
    last = first + len(DRIVERS) - 1
    read = Read(
        Area(first, 0, last, 1).absolute,
        Area(first, 2, last, 3).absolute,
        Area(head, 4, last, _LAST).absolute,
    )
    numbers = [number for _, _, number in DRIVERS] + [number for _, number in _RESULTS]
    call = f'CLV.SCENARIO({read.base},{read.scenarios},"simple")'
    table = function_table(leaf, last + 2, 0, call, by_row(numbers, 7), never=True)
    top = table.top + 1 + len(DRIVERS)
    for i, key in ((0, "clv"), (1, "net")):
        answered = leaf.ref + Area(top + i, 1, top + i, 6).absolute
        match(leaf, f"scenario_{key}", answered, leaf.ref + span(lines.results[key], _LAST))
    own = f"INDEX({leaf.ref}{Area(top + 3, 1, top + 3, 6).absolute},set_scenario)*set_unit_months"
    months = leaf.ref + lines.live("payback")
    held(leaf, "scenario_payback", f'IF(ISNUMBER({months}),ABS({own}-{months})/MAX(1,{months}),"")')
    return read, table.bottom + 2
