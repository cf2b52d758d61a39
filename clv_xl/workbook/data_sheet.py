"""Sheet Data check: CLV.CHECK, what was found in the orders and which rules were applied."""

from clv_xl.workbook.page import Page
from clv_xl.workbook.status import write_status
from clv_xl.workbook.tables import Spilled

WIDTHS = (24, 13, 10, 11, 78, 92)
CALL = "=CLV.CHECK(Orders[#All],in_as_of)"
_TABLE_ROW = 5


def write(page: Page, table: Spilled) -> None:
    """Write the sheet."""
    book = page.book
    page.head(book.word("demo.data_title"), [book.word("demo.data_what")])
    page.put(2, 0, book.shown(CALL), "code_line")
    write_status(page, 3)
    area = page.spill(_TABLE_ROW, 0, CALL, table, wrap=True)
    page.sheet.freeze_panes(_TABLE_ROW + 1, 1)
    page.sheet.print_area(0, 0, area.bottom, area.right)
