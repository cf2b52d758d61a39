"""Cells written in one go are what XlsxWriter itself writes."""

import zipfile
from pathlib import Path

import xlsxwriter

from clv_xl.workbook.book import Book
from tests.hosts.headless.books import parts

CELLS = (
    "=1+1",
    "http://a.b",
    "C1",
    None,
    0.1 + 0.2,
    1e300,
    -0.0,
    45_000.0,
    123_456_789_012_345.6,
    "ñ<&>",
    "",
)


def test_a_column_written_down_is_the_column_that_xlsxwriter_writes(tmp_path: Path) -> None:
    book = Book(tmp_path / "mine.xlsx", "en", "addin")
    sheet = book.workbook.add_worksheet("A")
    sheet.write_down(2, 30, CELLS, book.workbook.add_format({"bold": True}))
    sheet.write_down(2, 31, CELLS, None)
    book.close()
    with xlsxwriter.Workbook(str(tmp_path / "theirs.xlsx")) as theirs:
        sheet, bold = theirs.add_worksheet("A"), theirs.add_format({"bold": True})
        for row, cell in enumerate(CELLS, 2):
            for column, style in ((30, bold), (31, None)):
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell, style)
                elif cell is not None:
                    sheet.write_number(row, column, cell, style)
    part = "xl/worksheets/sheet1.xml"
    assert _cells(tmp_path / "mine.xlsx", part) == _cells(tmp_path / "theirs.xlsx", part)
    assert (
        parts(tmp_path / "mine.xlsx")["xl/sharedStrings.xml"]
        == parts(tmp_path / "theirs.xlsx")["xl/sharedStrings.xml"]
    )


def _cells(path: Path, part: str) -> bytes:
    with zipfile.ZipFile(path) as package:
        return package.read(part).partition(b"<sheetData>")[2].partition(b"</sheetData>")[0]
