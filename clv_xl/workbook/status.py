"""The line on a sheet that says whether its tables are live or stored."""

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Page


def status_formula(page: Page, holds: str = "set_stored") -> str:
    """Return the formula of the line; `holds` names the condition under which stored values stand."""
    live, stored, gone = (text(page.book.word(f"demo.status_{key}")) for key in ("live", "stored", "gone"))
    return f"=IF(set_addin,{live},IF({holds},{stored},{gone}))"


def write_status(page: Page, row: int, column: int = 0, holds: str = "set_stored") -> None:
    """Write the line."""
    page.renew(row, column, status_formula(page, holds), "addin")
