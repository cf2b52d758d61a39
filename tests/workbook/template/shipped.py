"""The templates that are versioned, with their values read quickly, and cells held against each other."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from openpyxl.utils import get_column_letter, rows_from_range
from openpyxl.utils.cell import coordinate_to_tuple
from python_calamine import CalamineWorkbook

from clv_xl.cli.template_files import file_name
from clv_xl.workbook.template.kit import Build
from tests.workbook.demo_book import same

FOLDER = Path(__file__).parents[3] / "workbook_templates"
_DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001  a day of a sheet has no zone
_DATA_TABLE = re.compile(r'<f t="dataTable" ref="([^"]+)"')

Sheets: TypeAlias = Mapping[str, Sequence[Sequence[Any]]]
"""Values by sheet, row and column, from A1 on."""


def shipped(build: Build, language: str) -> Path:
    """Return where a versioned template is."""
    return FOLDER / file_name(build, language)


def cached(path: Path) -> dict[str, list[list[Any]]]:
    """Return the values of a workbook: numbers, dates and truth as numbers, blanks as empty texts."""
    book = CalamineWorkbook.from_path(path)
    return {
        name: [
            [_number(cell) for cell in row]
            for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        for name in book.sheet_names
    }


def data_tables(path: Path) -> Iterator[tuple[int, int]]:
    """Yield row and column, counted from 0, of the cells of Excel's data tables, which are on one sheet."""
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name).decode() for name in package.namelist() if "/worksheets/sheet" in name]
    for area in (area for part in parts for area in _DATA_TABLE.findall(part)):
        for place in (place for row in rows_from_range(area) for place in row):
            row, column = coordinate_to_tuple(place)
            yield row - 1, column - 1


def pairs(ours: Sequence[Sequence[Any]], theirs: Sequence[Sequence[Any]]) -> Iterator[tuple[str, Any, Any]]:
    """Yield the address and both values of each cell that one of two sheets has."""
    for i in range(max(len(ours), len(theirs))):
        a, b = (rows[i] if i < len(rows) else () for rows in (ours, theirs))
        for j in range(max(len(a), len(b))):
            left, right = (row[j] if j < len(row) else "" for row in (a, b))
            if (left, right) != ("", ""):
                yield f"{get_column_letter(j + 1)}{i + 1}", left, right


def differences(ours: Sheets, theirs: Sheets) -> tuple[list[str], int]:
    """Return where sheets differ, numbers by more than 1e-9, and how many cells were held together."""
    found, cells = [], 0
    for name, rows in ours.items():
        for place, a, b in pairs(rows, theirs[name]):
            cells += 1
            if not same(a, b):
                found.append(f"{name}!{place}: {a!r}, there {b!r}")
    return found, cells


def _number(cell: Any) -> Any:
    if isinstance(cell, dt.datetime):
        return (cell - _DAY_ZERO) / dt.timedelta(days=1)
    if isinstance(cell, dt.date):
        return float((cell - _DAY_ZERO.date()).days)
    return float(cell) if isinstance(cell, (bool, int)) else cell
