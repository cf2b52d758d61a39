"""Sizes at the edge of the format."""

from pathlib import Path

import pytest
import xlsxwriter

from tests.hosts.headless.books import make, run

ROWS = 1_048_576  # rows of a sheet (Excel specifications and limits)


@pytest.mark.slow
def test_a_full_sheet(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet, result = book.add_worksheet("Data"), book.add_worksheet("Result")
        for row in range(ROWS):
            sheet.write_number(row, 0, row)
            sheet.write_number(row, 1, 2)
        result.write_formula("A1", "=CLV.SEEN(Data!A:B)", None, "")
        result.write_formula("A2", "=CLV_AOV(Data!A:A)", None, 0)

    source = make(tmp_path / "full.xlsx", fill, constant_memory=True)
    report, _ = run(source, gets=("Result!A1:A2",))
    assert report.results[0].rows == [[f"{ROWS}x2"], [(ROWS - 1) / 2]]
    assert report.errors == []
