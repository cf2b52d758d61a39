"""Excel's data tables put into a written workbook: the one thing that XlsxWriter does not write."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from clv_xl.errors import UserError
from clv_xl.workbook.template.kit import DataTable

_FIXED: Final = (1980, 1, 1, 0, 0, 0)  # the time XlsxWriter gives every part
_BOOK: Final = "xl/workbook.xml"
# What every workbook has that says nothing of it. LibreOffice takes 0.0001 where the file is silent, its own
# documents have 0.001, and a setting that changes while a file is read calculates what has been read so far:
# the data tables before the formulas they repeat. Such tables are blank and stay so until Ctrl+Shift+F9.
_SETTLED: Final = 'iterateDelta="0.001"'


def add_data_tables(path: Path, tables: Sequence[DataTable], sheets: Sequence[str]) -> None:
    """Turn blocks of numbers into data tables, in place, that LibreOffice shows too when it opens the file.

    Parameters
    ----------
    path : Path
        A workbook of XlsxWriter.
    tables : sequence of DataTable
        What to add; each block was written as numbers.
    sheets : sequence of str
        Names of the sheets, in the order of the file.

    Raises
    ------
    UserError
        When the file cannot be written.
    """
    if not tables:
        return
    parts = {f"xl/worksheets/sheet{i}.xml": name for i, name in enumerate(sheets, 1)}
    aside = path.with_suffix(".tmp")
    try:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                data = old.read(info)
                mine = [table for table in tables if table.sheet == parts.get(info.filename)]
                if mine:
                    data = _patched(data.decode(), mine).encode()
                elif info.filename == _BOOK:
                    data = _settled(data.decode()).encode()
                new.writestr(zipfile.ZipInfo(info.filename, _FIXED), data, zipfile.ZIP_DEFLATED)
        aside.replace(path)
    except OSError as error:
        raise UserError("demo.cannot_write", path=str(path), reason=str(error)) from error


def _patched(sheet: str, tables: Sequence[DataTable]) -> str:
    for table in tables:
        first, formula = table.block.partition(":")[0], formula_of(table)
        cell = re.compile(rf'(<c r="{first}"[^>]*>)(<v>)')
        sheet, found = cell.subn(rf"\g<1>{formula}\g<2>", sheet)
        if found != 1:
            raise ValueError(f"{table.sheet}!{first} was not written as a number")
    return sheet


def _settled(book: str) -> str:
    settled, found = re.subn("<calcPr ", f"<calcPr {_SETTLED} ", book)
    if found != 1:
        raise ValueError(f"{_BOOK} was not written with one calcPr")
    return settled


def formula_of(table: DataTable) -> str:
    """Return the formula element of the first cell of a data table.

    Examples
    --------
    >>> formula_of(DataTable("Sensitivity", "C9:E11", "B2", "B3"))
    '<f t="dataTable" ref="C9:E11" dt2D="1" dtr="1" r1="B2" r2="B3"/>'
    >>> formula_of(DataTable("Sensitivity", "C9:C11", None, "B3"))
    '<f t="dataTable" ref="C9:C11" dt2D="0" dtr="0" r1="B3"/>'
    """
    across, down = table.row_input, table.column_input
    if across and down:
        return f'<f t="dataTable" ref="{table.block}" dt2D="1" dtr="1" r1="{across}" r2="{down}"/>'
    return f'<f t="dataTable" ref="{table.block}" dt2D="0" dtr="{int(bool(across))}" r1="{across or down}"/>'
