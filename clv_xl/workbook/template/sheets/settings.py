"""Sheet Settings: the convention of the workbook, its last day, its periods and its thresholds."""

from typing import Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf

WIDTHS = (40, 14, 54, 18, 3, 8, 10, 14, 14)
UNITS: Final = (("Y", 12.0, "year"), ("Q", 3.0, "quarter"), ("M", 1.0, "month"))
BASES: Final = ("orders", "quick")
BOOKINGS: Final = ("upfront", "first_certain", "after_renewal")
# By month ends if the last day is one, else as EDATE counts: the windows of the functions.
_START: Final = "=IF(set_as_of=EOMONTH(set_as_of,0),EOMONTH(set_as_of,{0}),EDATE(set_as_of,{0}))+1"
_WINDOWS: Final = 120  # ten years of months
_THRESHOLDS: Final = (
    ("target_ratio", "times", 3.0, "multiple", "positive"),
    ("target_payback", "months", 12.0, "tenth", "positive"),
    ("alert", "share", 0.1, "percent_input", "share"),
    ("few_customers", "customers", 50.0, "int", "whole"),
    ("large_order", "share", 0.05, "percent_input", "share"),
    ("beyond_data", "share", 0.5, "percent_input", "share"),
    ("model_gap", "share", 0.1, "percent_input", "share"),
)


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    row = _convention(leaf, HEAD_ROWS)
    row = _thresholds(leaf, row + 1)
    _constants(leaf, row + 1)
    _windows(leaf)
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)
    leaf.sheet.print_area(0, 0, row + 12, 3)


def _convention(leaf: Leaf, row: int) -> int:
    """Write what every number of the workbook follows."""
    leaf.section(row, leaf.say("convention"), 4)
    lines = leaf.kit.lines
    entries = (
        ("as_of", "date", lines.as_of, "date", "date", ()),
        ("unit", "none", "Y", "text", "list", [code for code, _, _ in UNITS]),
        ("cohort_unit", "none", "M", "text", "list", ["M", "Q"]),
        ("currency", "none", lines.currency, "text", "text", ()),
        ("timing", "share_of_period", 0.0, "decimal", "share", ()),
        ("booking", "none", BOOKINGS[0], "text", "list", BOOKINGS),
        ("base", "none", BASES[0], "text", "list", BASES),
        ("cycle_months", "months", 3.0, "int", "whole", ()),
        ("refreshed", "date", lines.as_of, "date", "date", ()),
        ("vat", "none", leaf.say("vat_excluded"), "text", "text", ()),
        ("time_zone", "none", leaf.say("time_zone_local"), "text", "text", ()),
    )
    for name, unit, value, number, rule, choices in entries:
        row += 1
        leaf.line(row, name, unit, value, number, rule=rule, note=f"{name}_note", named=f"set_{name}",
                  choices=choices)  # fmt: skip
    row += 1
    leaf.put(row, 0, leaf.say("addin"))
    leaf.put(row, 2, leaf.say("addin_note"), "note")
    if leaf.kit.functions:
        leaf.renew(row, 3, "=NOT(ISERROR(CLV.VERSION()))", "addin", "truth", align="left")
    else:
        leaf.put(row, 3, False, "calculation", "truth", align="left")
    leaf.kit.name("set_addin", leaf.name, address(row, 3))
    return row + 1


def _thresholds(leaf: Leaf, row: int) -> int:
    """Write the limits that checks and alerts hold numbers against."""
    leaf.section(row, leaf.say("thresholds"), 4)
    for name, unit, value, number, rule in _THRESHOLDS:
        row += 1
        leaf.line(row, name, unit, value, number, rule=rule, note=f"{name}_note", named=f"set_{name}")
    return row + 1


def _constants(leaf: Leaf, row: int) -> None:
    """Write the lengths of periods, so that no formula holds them."""
    leaf.section(row, leaf.say("periods"), 4)
    leaf.header(row + 1, [leaf.say("code"), leaf.say("word"), "", leaf.say("months")], numbers=(3,))
    first = row + 2
    for i, (code, months, word) in enumerate(UNITS):
        leaf.put(first + i, 0, code)
        leaf.put(first + i, 1, leaf.kit.word(word))
        leaf.put(first + i, 3, months, "label", "int", align="right")
    last = first + len(UNITS) - 1
    leaf.place("codes", first, 0, last)
    leaf.place("code_months", first, 3, last)
    place = f"MATCH(set_unit,{Area(first, 0, last, 0).absolute},0)"
    leaf.line(last + 1, "unit_word", "none", f"=INDEX({Area(first, 1, last, 1).absolute},{place})", "text",
              named="set_unit_word", align="left")  # fmt: skip
    leaf.line(last + 2, "unit_months", "months", f"=INDEX({Area(first, 3, last, 3).absolute},{place})", "int",
              named="set_unit_months")  # fmt: skip
    chosen = f"MATCH(set_cohort_unit,{Area(first, 0, last, 0).absolute},0)"
    cohort = f"=INDEX({Area(first, 3, last, 3).absolute},{chosen})"
    leaf.line(last + 4, "cohort_months", "months", cohort, "int", named="set_cohort_months")
    leaf.line(last + 3, "year_months", "months", f"={address(first, 3)}", "int", named="set_year_months")


def _windows(leaf: Leaf) -> None:
    """Write the first day of each period counted back from the last day, the newest first."""
    leaf.put(HEAD_ROWS, 6, leaf.say("windows"), "section")
    for column in (7, 8):
        leaf.put(HEAD_ROWS, column, None, "section")
    for column, name in ((6, "window_no"), (7, "window_months"), (8, "window_start")):
        leaf.put(HEAD_ROWS + 1, column, leaf.say(name), "header", align="right")
    first = HEAD_ROWS + 2
    for i in range(_WINDOWS):
        row = first + i + 1
        leaf.calculate(row - 1, 6, "=1" if i == 0 else f"=G{row - 1}+1", number="int")
        leaf.calculate(row - 1, 7, f"=-G{row}*set_unit_months", number="int")
        leaf.calculate(row - 1, 8, _START.format(f"H{row}"), number="date")
    leaf.kit.name("set_starts", leaf.name, Area(first, 8, first + _WINDOWS - 1, 8).absolute)
