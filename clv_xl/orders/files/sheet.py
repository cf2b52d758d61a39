"""A sheet of a workbook, as an export of a shop or of Excel has it."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any, Final

from clv_xl.errors import UserError
from clv_xl.orders.files.asked import LARGEST_FILE, SHEET_ROWS, Asked
from clv_xl.orders.files.grid import TOP_ROWS, Grid, Score

_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet knows no time zone
_DAY: Final = 86_400.0
_UNPACKED: Final = 4  # times the largest file: what a workbook may unpack to
_MOST_COLUMNS: Final = 1_000


def read_sheet(asked: Asked, data: bytes, score: Score) -> Grid:
    """Read the sheet of a workbook that holds orders: as asked, or the one whose headers fit best.

    Raises
    ------
    UserError
        When the workbook cannot be read, or has no such sheet, or too many rows.
    """
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise UserError(
            "cli.needs_extra", package="python-calamine", command='pip install "clv_xl[workbook]"'
        ) from error

    _refuse_bombs(asked, data)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            names = book.sheet_names
            if asked.sheet:
                found = [name for name in names if name.casefold() == asked.sheet.casefold()]
                if not found:
                    raise asked.refuse("data.no_sheet", got=asked.sheet, sheets=", ".join(names))
                names = found
            chosen, rows = _best(asked, book, names, score)
    except calamine.PasswordError as error:
        raise asked.refuse("data.password") from error
    except (calamine.CalamineError, calamine.XmlError, calamine.ZipError) as error:
        raise asked.refuse("data.no_workbook", reason=str(error)) from error
    return Grid([list(map(_cell, column)) for column in zip(*rows, strict=True)], sheet=chosen)


def _best(asked: Asked, book: Any, names: Sequence[str], score: Score) -> tuple[str, list[list[Any]]]:
    """Return name and rows of the sheet whose headers name most fields; of equal ones the first."""
    best, rows, chosen, large = -1, [], "", 0
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is None:
            continue
        height, width = sheet.end[0] + 1, sheet.end[1] + 1
        if height > SHEET_ROWS or width > _MOST_COLUMNS:
            large = max(large, height)
            continue
        cells = sheet.to_python(skip_empty_area=False)
        fields = max(score(row) for row in cells[:TOP_ROWS])
        if fields > best:
            best, rows, chosen = fields, cells, name
    if not rows and large:
        raise asked.refuse("data.too_many", rows=float(large), limit=float(SHEET_ROWS))
    if not rows:
        raise asked.refuse("data.empty")
    return chosen, rows


def _refuse_bombs(asked: Asked, data: bytes) -> None:
    """Refuse a workbook that would unpack to more than any sheet holds."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        size = sum(entry.file_size for entry in package.infolist())
    if size > _UNPACKED * LARGEST_FILE:
        limit = _UNPACKED * LARGEST_FILE / 2**20
        raise asked.refuse("data.too_large", size=float(round(size / 2**20)), limit=limit)


def _cell(value: Any) -> Any:
    """Return a cell as a float, text or bool: a date is its serial number."""
    if isinstance(value, dt.datetime):
        return (value.replace(tzinfo=None) - _EPOCH).total_seconds() / _DAY
    if isinstance(value, dt.date):
        return float((dt.datetime(value.year, value.month, value.day) - _EPOCH).days)  # noqa: DTZ001
    if isinstance(value, dt.timedelta):
        return value.total_seconds() / _DAY
    if isinstance(value, dt.time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / _DAY
    return value
