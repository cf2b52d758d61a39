"""Sheet Orders: the order log as the Table `Orders`."""

from clv_xl.workbook.cdnow import SEGMENTS, Order
from clv_xl.workbook.page import Area, Page

COLUMNS = ("customer_id", "order_date", "revenue", "cds", "segment")
WIDTHS = (18, 16, 18, 18, 26, 30)
TABLE = "Orders"
_HEADER_ROW = 8
_LABELS = ("demo.col_customer", "demo.col_date", "demo.col_revenue", "demo.col_cds", "demo.col_segment")
_NOTES = ("what", "origin", "note_segment", "note_paste", "note_print")
_PRINTED_ROWS = 22


def write(page: Page, orders: list[Order]) -> Area:
    """Write the orders and return the area of the Table, header row included."""
    book = page.book
    page.head(book.word("demo.orders_title"), [book.word(f"demo.orders_{key}") for key in _NOTES])
    for column, key in enumerate(_LABELS):
        last = column == len(_LABELS) - 1
        side = "left" if last else "right"
        page.put(_HEADER_ROW - 1, column, book.word(key), "subtitle", align=side, indent=int(last))
    area = Area(_HEADER_ROW, 0, _HEADER_ROW + len(orders), len(COLUMNS) - 1)
    headers = (book.styles.of("header", align="right"), book.styles.of("header", align="left", indent=1))
    page.sheet.add_table(
        area.top,
        area.left,
        area.bottom,
        area.right,
        {
            "name": TABLE,
            "style": "Table Style Light 1",
            "columns": [{"header": h, "header_format": headers[h == COLUMNS[-1]]} for h in COLUMNS],
        },
    )
    plain = {n: book.styles.of("plain", n) for n in ("text", "date", "money", "int")}
    name = book.styles.of("plain", indent=1)
    words = {key: book.word(key) for key in SEGMENTS}
    number = page.sheet.write_number
    for row, order in enumerate(orders, _HEADER_ROW + 1):
        number(row, 0, order.customer, plain["text"])
        number(row, 1, order.day, plain["date"])
        number(row, 2, order.amount, plain["money"])
        number(row, 3, order.cds, plain["int"])
        page.sheet.write_string(row, 4, words[order.segment], name)
    page.sheet.freeze_panes(_HEADER_ROW + 1, 0)
    page.sheet.repeat_rows(_HEADER_ROW)
    page.sheet.print_area(0, 0, _HEADER_ROW + _PRINTED_ROWS, len(WIDTHS) - 1)
    return area
