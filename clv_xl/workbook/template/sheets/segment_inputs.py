"""Drivers by segment: from the orders, typed over, and what is in use of them."""

from typing import Any, Final

from clv_xl.workbook import assumptions
from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area
from clv_xl.workbook.template.addresses import in_column
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.groups import RATES, Groups
from clv_xl.workbook.template.sheets.heads import head
from clv_xl.workbook.template.sheets.moved import moved

SLOTS: Final = 12
SEGMENT_ROWS: Final = 2 * SLOTS + 8
_DRIVERS: Final = (*RATES, "cac")
_NUMBERS: Final = ("money", "decimal", "decimal", "percent", "money")
_RULES: Final = ("not_negative", "not_negative", "not_negative", "margin", "not_negative")
_TYPED, _CUSTOMERS, _USED, _SOURCE = 1, 6, 7, 12
_QUICK: Final = 'set_base="quick"'


def write_segments(leaf: Leaf, row: int, groups: Groups, own: dict[str, Any], width: int) -> str:
    """Write what the orders say of each segment, what is typed over, and what is used.

    Returns the formula of the company's CAC where each segment has one typed, else of a blank.

    Who plans with the quick start has one segment, the company: Segments and Dashboard follow.
    """
    leaf.section(row, leaf.say("segments_found"), width)
    groups.write()
    row = groups.last + 2
    leaf.section(row, leaf.say("segments_used"), width)
    leaf.put(row + 1, 0, leaf.say("segments_typed_note"), "subtitle")
    words = [leaf.say("typed_of", driver=head(leaf, name)) for name in _DRIVERS]
    words += [
        leaf.kit.word("customers"),
        *(leaf.say("used_of", driver=head(leaf, name)) for name in _DRIVERS),
    ]
    leaf.header(row + 2, [leaf.term("segment"), *words, leaf.term("source")], numbers=range(1, _SOURCE))
    costs = _costs(leaf)
    first = row + 3
    for slot in range(SLOTS):
        line = first + slot
        name, customers = groups.cell("name", slot), groups.cell("customers", slot)
        quick = text(leaf.say("quickly")) if slot == 0 else '""'
        leaf.calculate(line, 0, f"=IF({_QUICK},{quick},{name})", "strong")
        named, used = in_column(0, line), in_column(_CUSTOMERS, line)
        counted = f'=IF({named}="","",IF({_QUICK},in_customers,{customers}))'
        leaf.calculate(line, _CUSTOMERS, counted, number="int")
        assumed = costs[slot] if slot < len(costs) else None
        for i, (driver, number, rule) in enumerate(zip(_DRIVERS, _NUMBERS, _RULES, strict=True)):
            leaf.input(line, _TYPED + i, assumed if driver == "cac" else None, number, rule)
            typed = in_column(_TYPED + i, line)
            data = own["cac"] if driver == "cac" else moved(groups.cell(driver, slot), driver, own)
            leaf.calculate(
                line,
                _USED + i,
                f'=IF(N({used})=0,"",IF({_QUICK},in_{driver},IF({typed}="",{data},{typed})))',
                number=number,
            )
        leaf.input(line, _SOURCE, leaf.say("assumed") if assumed is not None else None, "text", "text",
                   text_wrap=True)  # fmt: skip
    last = first + SLOTS - 1
    leaf.blank((first, 0, last, width - 1), f"N({in_column(_CUSTOMERS, first)})=0", plain=True)
    kit, places = leaf.kit, {name: _USED + i for i, name in enumerate(_DRIVERS)}
    places |= {"name": 0, "customers": _CUSTOMERS}
    for name, column in places.items():
        leaf.place(f"segment_{name}", first, column, last)
    for i, name in enumerate(_DRIVERS):
        leaf.place(f"segment_typed_{name}", first, _TYPED + i, last)
    kit.place("inputs.segment_key", f"{leaf.ref}{groups.area('key')}")
    kit.place("inputs.segment_found", f"{leaf.ref}{groups.area('name')}")
    for name in ("orders", "revenue", "active"):
        kit.place(f"inputs.segment_{name}", f"{leaf.ref}{groups.area(name)}")
    cac = _TYPED + _DRIVERS.index("cac")
    by_hand, customers = Area(first, cac, last, cac).absolute, groups.area("customers")
    each = f"AND(COUNT({customers})>0,COUNT({by_hand})=COUNT({customers}))"
    return f'IF({each},SUMPRODUCT({customers},{by_hand})/SUM({customers}),"")'


def _costs(leaf: Leaf) -> list[float]:
    """Return the acquisition costs assumed for the sample, in the order of its segments."""
    lines = leaf.kit.lines
    if not lines.sample:
        return []
    assumed = {leaf.kit.word(key): cost for key, cost in assumptions.CAC.items()}
    return [assumed[str(name)] for name in dict.fromkeys(lines.segments)]
