"""Sheet Settings: the convention of the workbook, its last day, its periods and its thresholds."""

from typing import Final

from clv_xl.workbook.formulas import joined, text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets import settings_functions

WIDTHS = (44, 18, 62, 20)
UNITS: Final = (("Y", 12.0, "year"), ("Q", 3.0, "quarter"), ("M", 1.0, "month"))
BOOKINGS: Final = ("upfront", "first_certain", "after_renewal")
# By month ends if the last day is one, else as EDATE counts: the windows of the functions.
_START: Final = "IF(set_as_of=EOMONTH(set_as_of,0),EOMONTH(set_as_of,{0}),EDATE(set_as_of,{0}))+1"
# The calendar of Excel begins in 1900: what reaches before its first whole year has no date there.
_YEAR_OF: Final = "INT(((YEAR(set_as_of)*set_year_months+MONTH(set_as_of)-1)+{0})/set_year_months)"
_FIRST_YEAR: Final = 1901.0
_WINDOWS: Final = 120  # ten years of months
_MONTHS: Final = 12
_FIRST_COLUMNS: Final = len(WIDTHS)
_THRESHOLDS: Final = (
    ("target_ratio", "times", 3.0, "multiple", "positive"),
    ("target_payback", "months", 12.0, "tenth", "positive"),
    ("alert", "share", 0.1, "percent_input", "share"),
    ("few_customers", "customers", 50.0, "int", "whole"),
    ("range_errors", "number", 2.0, "tenth", "not_negative"),
    ("large_order", "share", 0.05, "percent_input", "share"),
    ("beyond_data", "share", 0.5, "percent_input", "share"),
    ("model_gap", "share", 0.1, "percent_input", "share"),
)


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    row = _convention(leaf, HEAD_ROWS)
    parts = [row + 1]
    row = _thresholds(leaf, row + 1)
    row, first_year = _constants(leaf, row + 1)
    row = _fiscal(leaf, row + 1)
    leaf.sheet.set_h_pagebreaks([*parts, row + 1])
    row = settings_functions.write(leaf, row + 1)
    leaf.sheet.print_area(0, 0, row - 2, _FIRST_COLUMNS - 1)
    _windows(leaf, row + 1, first_year)
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)


def _convention(leaf: Leaf, row: int) -> int:
    """Write what every number of the workbook follows."""
    leaf.section(row, leaf.say("convention"))
    lines = leaf.kit.lines
    entries = (
        ("as_of", "date", lines.as_of, "date", "date", ()),
        ("unit", "none", "Y", "text", "list", [code for code, _, _ in UNITS]),
        ("cohort_unit", "none", "M", "text", "list", ["M", "Q"]),
        ("currency", "none", lines.currency, "text", "text", ()),
        ("timing", "share_of_period", 0.0, "decimal", "share", ()),
        ("booking", "none", BOOKINGS[0], "text", "list", BOOKINGS),
        ("cycle_months", "months", 3.0, "int", "whole", ()),
        ("refreshed", "date", lines.as_of, "date", "date", ()),
        ("vat", "none", leaf.say(f"vat_{lines.vat}"), "text", "text", ()),
        ("time_zone", "none", leaf.say("time_zone_local"), "text", "text", ()),
    )
    for name, unit, value, number, rule, choices in entries:
        row += 1
        leaf.line(row, name, unit, value, number, rule=rule, note=f"{name}_note", named=f"set_{name}",
                  choices=choices)  # fmt: skip
    row += 1
    _base(leaf, row)
    row += 1
    leaf.put(row, 0, leaf.say("addin"), text_wrap=True)
    leaf.put(row, 2, leaf.say("addin_note"), "note")
    if leaf.kit.functions:
        # Formulas look for words that the functions answer: in another language they would find none.
        own = f"{joined('CLV.EXPLAIN(' + text('CLV') + ')')}={text(leaf.kit.word('explain.convention'))}"
        speaks = f"=IF(ISERROR(CLV.VERSION()),FALSE,SUMPRODUCT(--({own}))>0)"
        leaf.renew(row, 3, speaks, "addin", "truth", align="right")
    else:
        leaf.put(row, 3, False, "calculation", "truth", align="right")
    leaf.kit.name("set_addin", leaf.name, address(row, 3))
    row += 1
    leaf.put(row, 0, leaf.say("method"))
    leaf.put(row, 1, leaf.say("method_word"), "strong")
    leaf.put(row + 1, 0, leaf.say("in_words"))
    vat, zone = (f'"{leaf.say(name)}: "&set_{name}' for name in ("vat", "time_zone"))
    leaf.calculate(row + 1, 1, f'=set_unit_word&" | "&set_currency&" | "&{vat}&" | "&{zone}')
    leaf.place("convention", row + 1, 1)
    return row + 2


def _base(leaf: Leaf, row: int) -> None:
    """Show what everybody plans on, which is chosen beside the quick start on Inputs."""

    def link() -> None:
        if "set_base" in leaf.kit.names:
            leaf.line(row, "base", "none", "=set_base", "text", note="base_note", role="link")

    leaf.kit.later(link)


def _thresholds(leaf: Leaf, row: int) -> int:
    """Write the limits that checks and alerts hold numbers against."""
    leaf.section(row, leaf.say("thresholds"))
    for name, unit, value, number, rule in _THRESHOLDS:
        row += 1
        leaf.line(row, name, unit, value, number, rule=rule, note=f"{name}_note", named=f"set_{name}")
    return row + 1


def _constants(leaf: Leaf, row: int) -> tuple[int, str]:
    """Write the lengths of periods and the first year, so that no formula holds them."""
    leaf.section(row, leaf.say("periods"))
    leaf.header(row + 1, [leaf.say("code"), leaf.say("word"), "", leaf.say("months")], numbers=(3,))
    first = row + 2
    for i, (code, months, word) in enumerate(UNITS):
        leaf.put(first + i, 0, code)
        leaf.put(first + i, 1, leaf.kit.word(word), indent=1)
        leaf.put(first + i, 3, months, "label", "int", align="right")
    last = first + len(UNITS) - 1
    leaf.place("codes", first, 0, last)
    leaf.place("code_months", first, 3, last)
    codes, words, lengths = (Area(first, column, last, column).absolute for column in (0, 1, 3))
    place, cohort = (f"MATCH({name},{codes},0)" for name in ("set_unit", "set_cohort_unit"))
    leaf.line(last + 1, "unit_word", "none", f"=INDEX({words},{place})", "text", named="set_unit_word",
              align="right")  # fmt: skip
    leaf.line(last + 2, "unit_months", "months", f"=INDEX({lengths},{place})", "int", named="set_unit_months")
    leaf.line(last + 3, "year_months", "months", f"={address(first, 3)}", "int", named="set_year_months")
    leaf.line(last + 4, "cohort_months", "months", f"=INDEX({lengths},{cohort})", "int",
              named="set_cohort_months")  # fmt: skip
    leaf.put(last + 5, 0, leaf.say("first_year"), text_wrap=True)
    leaf.put(last + 5, 2, leaf.say("first_year_note"), "note")
    leaf.put(last + 5, 3, _FIRST_YEAR, "label", align="right")
    return last + 6, address(last + 5, 3)


def _fiscal(leaf: Leaf, row: int) -> int:
    """Write where the last day lies in the fiscal year."""
    leaf.section(row, leaf.say("fiscal"))
    months = [str(month) for month in range(1, _MONTHS + 1)]
    leaf.line(row + 1, "fiscal_start", "none", 1.0, "int", rule="list", note="fiscal_start_note",
              choices=months)  # fmt: skip
    start = address(row + 1, 3)
    leaf.line(
        row + 2, "fiscal_first", "date",
        f"=DATE(YEAR(set_as_of)-IF(MONTH(set_as_of)<{start},1,0),{start},1)", "date",
    )  # fmt: skip
    leaf.line(row + 3, "fiscal_month", "number", f"=MOD(MONTH(set_as_of)-{start},set_year_months)+1", "int",
              note="fiscal_month_note")  # fmt: skip
    leaf.place("fiscal_start", row + 1, 3)
    leaf.place("fiscal_first", row + 2, 3)
    leaf.place("fiscal_month", row + 3, 3)
    return row + 4


def _windows(leaf: Leaf, row: int, first_year: str) -> None:
    """Write the first day of each period counted back from the last day, the newest first."""
    leaf.section(row, leaf.say("windows"))
    leaf.put(row + 1, 0, leaf.say("windows_note"), "subtitle")
    heads = [leaf.say("window_no"), leaf.say("window_months"), "", leaf.say("window_start")]
    leaf.header(row + 2, heads, numbers=(0, 1, 3))
    first = row + 3
    for i in range(first, first + _WINDOWS):
        leaf.calculate(i, 0, "=1" if i == first else f"=A{i}+1", number="int", align="right")
        leaf.calculate(i, 1, f"=-A{i + 1}*set_unit_months", number="int")
        back = f"B{i + 1}"
        known = f"{_YEAR_OF.format(back)}>={first_year}"
        leaf.calculate(i, 3, f'=IF({known},{_START.format(back)},"")', number="date")
    leaf.kit.name("set_starts", leaf.name, Area(first, 3, first + _WINDOWS - 1, 3).absolute)
