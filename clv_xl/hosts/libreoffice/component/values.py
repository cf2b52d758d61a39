"""What Calc hands over as the formula server reads it, and its answers as Calc takes them."""

from __future__ import annotations

import datetime as dt
import struct
from typing import Any

NUMBERS = {
    "#NULL!": 521,
    "#DIV/0!": 532,
    "#VALUE!": 519,
    "#REF!": 524,
    "#NAME?": 525,
    "#NUM!": 503,
    "#N/A": 32767,
}
"""Codes of errors to their numbers in LibreOffice; it has none for the newer ones of Excel."""
NA = "#N/A"
VALUE = "#VALUE!"
_CODES = {number: code for code, number in NUMBERS.items()}
_QUIET_NAN = 0x7FF8000000000000
_DAY_ZERO = dt.date(1899, 12, 30).toordinal()


def sent(value: Any, shift: float = 0.0) -> Any:
    """Return an argument as the server reads it; numbers that are dates are moved by `shift` days."""
    if type(value) is not tuple:
        return _cell(value, shift)
    if len(value) == 1 and len(value[0]) == 1:
        return _cell(value[0][0], shift)
    return {"rows": [[_cell(cell, shift) for cell in row] for row in value]}


def _cell(value: Any, shift: float) -> Any:
    if type(value) is float:
        return value + shift if value == value else {"error": _CODES.get(_number(value), VALUE)}
    if type(value) is str:
        return value or None
    return value


def _number(value: float) -> int:
    return int(struct.unpack("<Q", struct.pack("<d", value))[0] & 0xFFFF)


def error(code: str) -> float:
    """Return the number that Calc shows as an error."""
    number = NUMBERS.get(code, NUMBERS[VALUE])
    return float(struct.unpack("<d", struct.pack("<Q", _QUIET_NAN | number))[0])


def received(result: Any) -> tuple[Any, list[tuple[str, str]]]:
    """Return a result of the server as rows, and code and sentence of each error in it."""
    errors: list[tuple[str, str]] = []

    def cell(value: Any) -> Any:
        if isinstance(value, dict):
            found = (str(value.get("error")), str(value.get("sentence", "")))
            if found not in errors:
                errors.append(found)
            return error(found[0])
        if value is None:
            return ""
        return value if type(value) is str else float(value)

    if isinstance(result, dict) and "rows" in result:
        return tuple(tuple(map(cell, row)) for row in result["rows"]), errors
    return ((cell(result),),), errors


def date_shift(document: Any) -> float:
    """Return the days from the day zero of serial numbers to that of a document: 1,462 where it is 1904."""
    try:
        zero = document.NullDate
        return float(dt.date(zero.Year, zero.Month, zero.Day).toordinal() - _DAY_ZERO)
    except Exception:  # noqa: BLE001  a caller that is no spreadsheet, or none
        return 0.0
