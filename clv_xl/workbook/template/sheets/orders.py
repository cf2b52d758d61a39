"""Sheet Orders data: the order log as the Table `Orders`, and what each line needs for native formulas."""

import re
from typing import Any, Final

from clv_xl.workbook.page import Area
from clv_xl.workbook.styles import BLUE
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.order_lines import COLUMNS

WIDTHS = (12, 14, 13, 13, 13, 22, 18, *([13] * 14))
TABLE: Final = "Orders"
HEADER_ROW: Final = 8
_PRINTED = 40
_NUMBERS: Final = ("text", "text", "date", "money", "money", "text", "text")
_OWN = f"ROW()-ROW({TABLE}[[#Headers],[order_id]])"
_USABLE = "AND(ISNUMBER(@order_date),ISNUMBER(@revenue),LEN(TRIM(@customer_id))>0)"
_MONTHS = "((YEAR(@order_date)-YEAR(@cohort))*set_year_months+MONTH(@order_date)-MONTH(@cohort))"
_FIRST = "INDEX(#order_date,@first_row)"
# Formula columns: name, formula, number format; @name is the line's own cell, #name the whole column.
# The log is sorted by date, so the first line found of a customer is the first order.
HELPERS: Final = (
    (
        "counted",
        f"=IF({_USABLE},IF(INT(@order_date)<=set_as_of,1,0),0)",
        "int",
    ),
    ("customer_key", '=IF(@counted=1,TRIM(@customer_id),"")', "text"),
    ("is_order", "=IF(AND(@counted=1,@revenue>=0),1,0)", "int"),
    ("first_row", "=MATCH(@customer_key,#customer_key,0)", "int"),
    ("new_customer", f'=IF(AND(@counted=1,@first_row={_OWN}),@first_row,"")', "int"),
    ("customer_segment", '=INDEX(#segment,@first_row)&""', "text"),
    ("customer_channel", '=INDEX(#channel,@first_row)&""', "text"),
    ("window", '=IF(@is_order=1,COUNTIF(set_starts,">"&INT(@order_date)),"")', "int"),
    ("window_key", '=IF(@is_order=1,@customer_key&"|"&@window,"")', "text"),
    ("window_first", f"=IF(@is_order=1,IF(MATCH(@window_key,#window_key,0)={_OWN},1,0),0)", "int"),
    ("cohort", f"=EOMONTH({_FIRST},-MOD(MONTH({_FIRST})-1,set_cohort_months)-1)+1", "date"),
    (
        "age",
        f"=INT({_MONTHS}/set_cohort_months)",
        "int",
    ),
    ("age_key", '=IF(@is_order=1,@customer_key&"|"&@age,"")', "text"),
    ("age_first", f"=IF(@is_order=1,IF(MATCH(@age_key,#age_key,0)={_OWN},1,0),0)", "int"),
)
_CELL, _COLUMN = re.compile(r"@([a-z_]+)"), re.compile(r"#([a-z_]+)")


def write(leaf: Leaf) -> None:
    """Write the sheet: yellow columns to paste over, formula columns that follow."""
    kit = leaf.kit
    leaf.protected = False  # a table on a protected sheet cannot grow
    leaf.begin()
    for i, words in enumerate((kit.lines.origin, leaf.say("paste"), leaf.say("sorted"))):
        leaf.put(3 + i, 0, words, "subtitle")
    helpers = HELPERS if kit.native else ()
    names = (*COLUMNS, *(name for name, _, _ in helpers))
    for column, name in enumerate(names):
        leaf.put(HEADER_ROW - 1, column, leaf.say(f"col_{name}"), "subtitle", text_wrap=True)
    lines, styles = kit.lines, leaf.book.styles
    area = Area(HEADER_ROW, 0, HEADER_ROW + len(lines), len(names) - 1)
    columns: list[dict[str, Any]] = [{"header": name} for name in COLUMNS]
    columns += [
        {"header": name, "formula": leaf.book.stored(in_row(formula)), "format": styles.of("plain", number)}
        for name, formula, number in helpers
    ]
    options = {"name": TABLE, "style": "Table Style Light 1", "columns": columns}
    leaf.sheet.add_table(area.top, area.left, area.bottom, area.right, options)
    _fill(leaf)
    leaf.sheet.freeze_panes(HEADER_ROW + 1, 2)
    leaf.sheet.repeat_rows(HEADER_ROW)
    leaf.sheet.print_area(0, 0, min(area.bottom, HEADER_ROW + _PRINTED), len(COLUMNS) - 1)


def in_row(formula: str) -> str:
    """Return a formula of a table column as a cell of the file holds it.

    Examples
    --------
    >>> in_row("=MATCH(@customer_key,#customer_key,0)")
    '=MATCH(Orders[[#This Row],[customer_key]],Orders[customer_key],0)'
    """
    # A structured reference has an # of its own, so that the columns come first.
    columns = _COLUMN.sub(lambda found: f"{TABLE}[{found[1]}]", formula)
    return _CELL.sub(lambda found: f"{TABLE}[[#This Row],[{found[1]}]]", columns)


def _fill(leaf: Leaf) -> None:
    """Write the lines, column by column."""
    for column, (cells, number) in enumerate(zip(leaf.kit.lines.columns(), _NUMBERS, strict=True)):
        style = leaf.book.styles.of("plain", number, font_color=BLUE)
        for row, cell in enumerate(cells, HEADER_ROW + 1):
            if cell is not None:
                leaf.sheet.write(row, column, cell, style)
