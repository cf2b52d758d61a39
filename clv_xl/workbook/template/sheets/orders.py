"""Sheet Orders data: the log as the Table `Orders`, what each line needs for native formulas, checks."""

from typing import Any, Final

from xlsxwriter.utility import xl_range_abs

from clv_xl.workbook.formulas import quoted, text
from clv_xl.workbook.page import Area
from clv_xl.workbook.styles import BLUE
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.order_lines import COLUMNS
from clv_xl.workbook.template.sheets.order_columns import TABLE, columns, in_row
from clv_xl.workbook.template.sheets.settings_functions import COMPARED

WIDTHS = (12, 14, 13, 13, 13, 36, 36, *([14] * 21))
HEADER_ROW: Final = 10
_COUNTERS: Final = 7
_PRINTED = 20
_NUMBERS: Final = ("text", "text", "date", "money", "money", "text", "text")
_DATED: Final = f'((({TABLE}[order_date]<>"")+({TABLE}[revenue]<>""))>0)'  # lines, but for blank rows
_WHOLE: Final = f'(ISNUMBER({TABLE}[order_date])*ISNUMBER({TABLE}[revenue])*(TRIM({TABLE}[customer_id])<>""))'
# The column's heading, its formula, its number format; those below the line need the helper columns.
_PLAIN: Final = (
    ("lines", f"SUMPRODUCT(--{_DATED})", "int"),
    ("later", f"SUMPRODUCT({_WHOLE}*({TABLE}[order_date]>=set_as_of+1))", "int"),
)
# A long log: nothing that is worked out line by line.
_LONG: Final = (
    ("lines", f"MAX(COUNTA({TABLE}[order_date]),COUNTA({TABLE}[revenue]))", "int"),
    ("later", f'COUNTIFS({TABLE}[order_date],">="&set_as_of+1,{TABLE}[customer_id],"<>")', "int"),
)
_COUNTED: Final = (
    ("counted", f"SUM({TABLE}[counted])", "int"),
    ("orders", f"SUM({TABLE}[is_order])", "int"),
    ("customers", f"COUNT({TABLE}[new_customer])", "int"),
    ("revenue", f"SUMIFS({TABLE}[revenue],{TABLE}[counted],1)", "money"),
    ("loose", f"SUM({TABLE}[usable])-SUM({TABLE}[counted])", "int"),
    ("first_day", f"INT(MINIFS({TABLE}[order_date],{TABLE}[is_order],1))", "date"),
    ("last_day", f"INT(MAXIFS({TABLE}[order_date],{TABLE}[is_order],1))", "date"),
)
_WITH_SIGN: Final = 'COUNTIF({0},"*~{1}*")'  # a pattern to SUMIFS and MATCH
_STALE: Final = 31.0  # days
_LAST_ROW: Final = 1_048_575  # of a sheet, counted from 0


def write(leaf: Leaf) -> None:
    """Write the sheet: blue columns to paste over, formula columns that follow."""
    kit = leaf.kit
    leaf.protected = False  # a table on a protected sheet cannot grow
    leaf.begin(verdict=4)
    first, _, rest = kit.lines.origin.partition(". ")
    first = f"{first}." if rest else first
    rest = kit.lines.left_out or rest  # the whole of it, on Cover, is longer than a line of this sheet
    for i, words in enumerate((first, rest, leaf.say("paste"), leaf.say("sorted"))):
        leaf.put(3 + i, 0, words, "subtitle")
    helpers = columns(text(kit.word("segment.(none)"))) if kit.native else ()
    left: dict[str, Any] = {"align": "left"}
    names = (*COLUMNS, *(name for name, _, _ in helpers))
    for column, name in enumerate(names):
        side = "right" if column < len(COLUMNS) and _NUMBERS[column] == "money" else "left"
        leaf.put(HEADER_ROW - 1, column, leaf.say(f"col_{name}"), "subtitle", text_wrap=True, align=side,
                 indent=int(side == "right"))  # fmt: skip
    lines, styles = kit.lines, leaf.book.styles
    area = Area(HEADER_ROW, 0, HEADER_ROW + max(1, len(lines)), len(names) - 1)  # a table has a line
    table: list[dict[str, Any]] = [{"header": name} for name in COLUMNS]
    table += [
        {
            "header": name,
            "formula": leaf.book.stored(in_row(formula)),
            "format": styles.of("plain", number, **left),
        }
        for name, formula, number in helpers
    ]
    options = {"name": TABLE, "style": "Table Style Light 1", "columns": table}
    leaf.sheet.add_table(area.top, area.left, area.bottom, area.right, options)
    _fill(leaf)
    _count(leaf)
    if kit.native:
        _check(leaf)
    leaf.sheet.freeze_panes(HEADER_ROW + 1, 2)
    leaf.sheet.repeat_rows(HEADER_ROW - 1, HEADER_ROW)
    leaf.sheet.print_area(0, 0, min(area.bottom, HEADER_ROW + _PRINTED), len(COLUMNS) - 1)


def _fill(leaf: Leaf) -> None:
    """Write the lines, column by column."""
    for column, (cells, number) in enumerate(zip(leaf.kit.lines.columns(), _NUMBERS, strict=True)):
        side = "right" if number == "money" else "left"
        style = leaf.book.styles.of("plain", number, font_color=BLUE, align=side, indent=int(side == "right"))
        leaf.sheet.write_down(HEADER_ROW + 1, column, cells, style)


def _count(leaf: Leaf) -> None:
    """Write what is in the log, in a row above it; other sheets find it as ``orders.NAME``."""
    counters = (*_PLAIN, *_COUNTED) if leaf.kit.native else _LONG
    for column, (name, formula, number) in enumerate(counters):
        leaf.put(_COUNTERS, column, leaf.say(f"count_{name}"), "header", align="left")
        leaf.calculate(_COUNTERS + 1, column, f"={formula}", "calculation", number, align="left")
        leaf.place(name, _COUNTERS + 1, column)


def _check(leaf: Leaf) -> None:
    """Register what the formula columns need to be true."""
    at = {name: leaf.kit.at(f"orders.{name}") for name, _, _ in (*_PLAIN, *_COUNTED)}
    odd = "+".join(_WITH_SIGN.format(f"{TABLE}[customer_id]", sign) for sign in "*?~")
    unusable = f"SUMPRODUCT({_DATED}*(1-{_WHOLE}))"
    counts = f"{at['lines']}-{at['counted']}-{at['later']}-{at['loose']}-{unusable}"
    broken = {
        "orders_sorted": f"SUM({TABLE}[unsorted])",
        "orders_repeated": f"SUM({TABLE}[repeated_id])",
        "orders_dates": f"SUMPRODUCT({_DATED}*(1-ISNUMBER({TABLE}[order_date])))",
        "orders_amounts": f"SUMPRODUCT({_DATED}*(1-ISNUMBER({TABLE}[revenue])))",
        "orders_customers": f'SUMPRODUCT({_DATED}*(TRIM({TABLE}[customer_id])=""))',
        "orders_wildcards": odd,
        "orders_counts": counts,
        "orders_outside": _outside(leaf.name),
        "orders_windows": f'IF({at["orders"]}=0,"",MAX(0,MIN(set_starts)-{at["first_day"]}))',
    }
    for key, value in broken.items():
        leaf.check(key, value, number="int")
    _compare(leaf, at)
    # Without orders the quick start stands in: nothing is wrong, but something is missing.
    leaf.check("orders_some", at["orders"], rule="at_least", limit=1.0, kind="warning", number="int")
    nameless = f'SUMPRODUCT(({TABLE}[new_customer]<>"")*(TRIM({TABLE}[segment])=""))'
    leaf.check("orders_segment", nameless, kind="warning", number="int")
    leaf.check("orders_loose", at["loose"], kind="warning", number="int")
    for name in ("segment", "channel"):
        leaf.check(f"orders_{name}_signs", _patterns(name), kind="warning", number="int")
    largest = f'IF({at["revenue"]}>0,MAXIFS({TABLE}[revenue],{TABLE}[counted],1)/{at["revenue"]},"")'
    leaf.check(
        "orders_large", largest, rule="at_most", limit="set_large_order", kind="warning", number="percent"
    )
    stale = f'IF({at["orders"]}>0,set_as_of-{at["last_day"]},"")'
    leaf.check("orders_stale", stale, rule="at_most", limit=_STALE, kind="warning", number="int")


def _outside(sheet: str) -> str:
    """Return the formula of how many cells lie below the table, which does not grow in every program."""
    first, last = COLUMNS.index("order_date"), COLUMNS.index("revenue")
    cells = f"{quoted(sheet)}{xl_range_abs(HEADER_ROW + 1, first, _LAST_ROW, last)}"
    return f"COUNTA({cells})-COUNTA({TABLE}[order_date])-COUNTA({TABLE}[revenue])"


def _patterns(column: str) -> str:
    """Return the formula of how many names are read as a pattern or a condition by SUMIFS and MATCH."""
    held = "+".join(_WITH_SIGN.format(f"{TABLE}[{column}]", sign) for sign in "*?~")
    first = f"LEFT(TRIM({TABLE}[{column}]),1)"
    begun = "+".join(f'({first}="{sign}")' for sign in "<>=")
    return f"{held}+SUMPRODUCT({begun})"


def _compare(leaf: Leaf, at: dict[str, str]) -> None:
    """Register what the columns add up to against CLV.SUMMARY on Settings."""
    bought = f"SUM({TABLE}[window_first])"  # customers with an order, period by period
    native = {
        "customers": at["customers"],
        "orders": at["orders"],
        "revenue": at["revenue"],
        "avg_order_value": f"{at['revenue']}/{at['orders']}",
        "frequency": f"{at['orders']}/{bought}",
        "lifespan_to_date": f"{bought}/{at['customers']}",
    }
    for key in COMPARED:
        if place := leaf.kit.known(f"settings.summary_{key}"):
            leaf.compare(f"orders_sum_{key}", native[key], place, f"ISNUMBER({place})")
