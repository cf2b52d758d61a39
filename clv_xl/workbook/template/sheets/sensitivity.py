"""Sheet Sensitivity: data tables, tornado and goal seek around the drivers in use."""

from typing import Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets import sensitivity_goals, sensitivity_tables, sensitivity_tornado
from clv_xl.workbook.template.sheets.clv_cells import ANNUITY, Cells
from clv_xl.workbook.what_if_inputs import driver_word

WIDTHS = (34, 11, 34, 12, 12, *([11] * 12))
LAST: Final = 17  # columns that bars and print run over
# Driver as functions call it, name on Inputs, unit, number format. Timing and lifespan stand at one
# end, retention at the other: what each of the two methods reads is one block.
_DRIVERS: Final = (
    ("timing", "timing", "share_of_period", "decimal"),
    ("lifespan", "lifespan", "period", "decimal"),
    ("avg_order_value", "aov", "money", "money"),
    ("frequency", "frequency", "per_period", "decimal"),
    ("margin", "margin", "share", "percent"),
    ("cac", "cac", "money", "money"),
    ("discount_rate", "discount_rate", "share_per_period", "percent"),
    ("retention_rate", "retention_rate", "share_per_period", "percent"),
)
_RESULTS: Final = (
    ("period_margin", "money", "{aov}*{frequency}*{margin}"),
    ("annuity", "period", ANNUITY),
    ("clv", "money", "{period_margin}*{annuity}"),
    ("net", "money", "{clv}-{cac}"),
    ("contract", "money", ('IF(1+{discount_rate}-{retention_rate}<=0,"",'
     "{period_margin}*(1+{discount_rate})/(1+{discount_rate}-{retention_rate}))")),
)  # fmt: skip
_TERMS: Final = {"net": "clv_net"}


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    row, cells = _drivers(leaf, HEAD_ROWS)
    row = sensitivity_tables.write(leaf, row + 1, cells)
    leaf.sheet.set_h_pagebreaks([row + 1])
    row = sensitivity_tornado.write(leaf, row + 1, cells)
    row = sensitivity_goals.write(leaf, row + 1, cells)
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)
    leaf.sheet.print_area(0, 0, row, LAST - 1)


def _drivers(leaf: Leaf, row: int) -> tuple[int, Cells]:
    """Write the drivers: the live value is the base of Inputs plus a change, which is 0 unless typed."""
    leaf.section(row, leaf.say("drivers"), LAST)
    words = [leaf.term(key) for key in ("driver", "unit", "name", "live", "base", "delta")]
    leaf.header(row + 1, words, numbers=(3, 4, 5))
    first, cells = row + 2, {}
    for i, (driver, name, unit, number) in enumerate(_DRIVERS, first):
        leaf.put(i, 0, leaf.kit.word(driver), text_wrap=True)
        leaf.unit(i, 1, unit)
        leaf.put(i, 2, driver_word(leaf.book, driver), "note")
        cells[name], cells[f"base_{name}"] = address(i, 3), address(i, 4)
        if name == "timing":
            leaf.calculate(i, 4, "=set_timing", "link", number)
            leaf.calculate(i, 3, f"={address(i, 4)}", number=number)
            continue
        leaf.calculate(i, 4, f"=N(in_{name})", "link", number)
        leaf.input(i, 5, 0.0, number, "number")
        cells[f"delta_{name}"] = address(i, 5)
        leaf.place(f"delta_{name}", i, 5)
        leaf.calculate(i, 3, f"={address(i, 4)}+{address(i, 5)}", number=number)
    last = first + len(_DRIVERS) - 1
    cells["simple"] = Area(first, 2, last - 1, 3).absolute
    cells["renewed"] = Area(first + 2, 2, last, 3).absolute
    deltas = f"{leaf.ref}{Area(first + 1, 5, last, 5).absolute}"
    cells["moved"] = f"SUMPRODUCT(ABS({deltas}))"
    leaf.check("sens_delta", cells["moved"], kind="warning", number="decimal")
    for i, (name, unit, formula) in enumerate(_RESULTS, last + 1):
        leaf.line(
            i, _TERMS.get(name, name), unit, f"={formula.format(**cells)}", "money", note=f"{name}_note"
        )
        cells[name] = address(i, 3)
    return last + 1 + len(_RESULTS), cells
