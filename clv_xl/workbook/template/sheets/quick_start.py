"""The quick start: five yellow cells and what they give, without any data."""

from typing import Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import address
from clv_xl.workbook.styles import GOOD, GOOD_FILL
from clv_xl.workbook.template.leaf import Leaf

_CELLS: Final = (
    ("avg_order_value", "aov", "money", 50.0, "money", "not_negative"),
    ("frequency", "frequency", "per_period", 3.0, "decimal", "not_negative"),
    ("lifespan", "lifespan", "period", 3.0, "decimal", "not_negative"),
    ("margin", "margin", "share", 0.4, "percent", "margin"),
    ("cac", "cac", "money", 45.0, "money", "not_negative"),
)
_RESULT_COLUMN: Final = 4
QUICK_ROWS: Final = len(_CELLS) + 4
# What everybody plans on: the orders with what is typed over, or these five cells.
BASES: Final = ("orders", "quick")


def write_quick_start(leaf: Leaf, row: int, width: int) -> dict[str, str]:
    """Write the block and return where its cells are."""
    leaf.section(row, leaf.say("quick"), width)
    leaf.put(row + 1, 0, leaf.say("quick_what"), "subtitle")
    first, cells = row + 2, {}
    for i, (term, name, unit, value, number, rule) in enumerate(_CELLS, first):
        leaf.put(i, 0, leaf.term(term), text_wrap=True)
        leaf.unit(i, 1, unit)
        leaf.input(i, 2, value, number, rule, bold=True)
        cells[name] = address(i, 2)
    yearly = "{aov}*{frequency}*{margin}"
    results = (
        ("clv_short", "clv", "{aov}*{frequency}*{lifespan}*{margin}", "money"),
        ("clv_net", "net", "{clv}-{cac}", "money"),
        ("ltv_cac", "ratio", '=IF({cac}=0,"",{clv}/{cac})', "multiple"),
        ("payback", "payback", f'=IF({yearly}>0,{{cac}}/({yearly})*set_unit_months,"")', "tenth"),
        ("max_cac", "max_cac", "{clv}/set_target_ratio", "money"),
    )
    for i, (term, name, formula, number) in enumerate(results, first):
        cells[name] = address(i, _RESULT_COLUMN + 3)
        leaf.put(i, _RESULT_COLUMN, leaf.term(term), "strong")
        leaf.calculate(
            i, _RESULT_COLUMN + 3, f"={formula.lstrip('=').format(**cells)}", number=number, bold=True
        )
        leaf.put(i, _RESULT_COLUMN + 4, leaf.say(f"means_{name}"), "note", text_wrap=False, indent=1)
    good = leaf.book.workbook.add_format({"font_color": GOOD, "bg_color": GOOD_FILL})
    row, column = first + 2, _RESULT_COLUMN + 3
    leaf.sheet.conditional_format(
        row,
        column,
        row,
        column,
        {"type": "cell", "criteria": ">=", "value": "=set_target_ratio", "format": good},
    )
    choice = first + len(_CELLS)
    leaf.put(choice, 0, leaf.say("plan_with"), "strong", text_wrap=True)
    leaf.input(choice, 2, BASES[0], "text", "list", name="set_base", choices=BASES, align="right")
    told = (text(leaf.say(f"plan_with_{base}")) for base in ("quick", "orders"))
    leaf.calculate(choice, _RESULT_COLUMN, f'=IF(set_base="quick",{",".join(told)})', "note", text_wrap=False)
    for name in ("clv", "net", "ratio", "payback"):
        at = first + [n for _, n, _, _ in results].index(name)
        leaf.place(f"quick_{name}", at, column)
    return cells
