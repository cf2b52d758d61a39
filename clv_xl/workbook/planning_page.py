"""What the planning sheets have in common: the head of a block, and whether its inputs are as stored."""

from clv_xl.workbook.inputs import Held
from clv_xl.workbook.page import Page, address


def begin(page: Page, row: int, key: str, call: str | None) -> int:
    """Write the bar of a block, what it answers and its formula as typed; return the next row."""
    book = page.book
    page.section(row, book.word(f"demo.table_{key}"))
    page.put(row + 1, 0, book.word(f"demo.ask_{key}"), "subtitle")
    if call is None:
        return row + 2
    page.put(row + 2, 0, book.shown(call), "code_line")
    return row + 3


def end(page: Page, row: int, name: str, held: Held) -> None:
    """Write whether the inputs of the sheet are those that its tables were stored for."""
    page.put(row, 0, page.book.word("demo.stored_hold"))
    page.renew(row, 1, held.formula, "calculation", "truth", align="center")
    page.put(row, 2, page.book.word("demo.inputs_hold_note"), "unit")
    page.book.name(name, page.name, address(row, 1))
