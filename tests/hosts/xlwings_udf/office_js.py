"""Cells as Excel hands them to a function of an Office.js add-in, and results as it shows them.

From Microsoft's pages on custom functions and data types: every argument of type any and
dimensionality matrix arrives as rows; numbers, texts and booleans are themselves, a blank is null or
an empty text, a date is its serial number, an error or a formatted number is an object.
"""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError

ERROR_TYPES = MappingProxyType(
    {
        "#DIV/0!": "Div0",
        "#N/A": "NotAvailable",
        "#NAME?": "Name",
        "#NULL!": "Null",
        "#NUM!": "Num",
        "#REF!": "Ref",
        "#VALUE!": "Value",
        "#SPILL!": "Spill",
        "#CALC!": "Calc",
    }
)
"""Excel.ErrorCellValueType by what a cell shows."""


def sent(value: Cell | Block) -> list[list[Any]]:
    """Return one argument as rows of what JSON can hold."""
    rows = value.rows() if isinstance(value, Block) else [[value]]
    return [[sent_cell(cell) for cell in row] for row in rows]


def sent_cell(cell: Cell) -> Any:
    if isinstance(cell, CellError):
        kind = ERROR_TYPES[cell.code]
        return {"type": "Error", "basicType": "Error", "basicValue": cell.code, "errorType": kind}
    return cell


def formatted(number: float, form: str = "d.m.yyyy") -> dict[str, Any]:
    """Return a number with a format of its own, as Excel with data types sends it."""
    return {"type": "FormattedNumber", "basicType": "Double", "basicValue": number, "numberFormat": form}


def shown(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """Return a result as cells show it: the code in place of an error object."""
    codes = {kind: code for code, kind in ERROR_TYPES.items()}
    return [[codes[cell["errorType"]] if isinstance(cell, dict) else cell for cell in row] for row in rows]


def request(name: str, *args: list[list[Any]] | None, **changed: Any) -> dict[str, Any]:
    """Return one call as the add-in posts it; None is an argument that the formula leaves out."""
    body = {
        "client": "Office.js",
        "func_name": name,
        "args": list(args),
        "caller_address": "[Book1.xlsx]Sheet1!B2",
        "session_id": "1",
        "culture_info_name": "en-US",
        "date_format": "m/d/yyyy",
        "version": "",  # of xlwings; filled in by the child
        "runtime": "1.4",
    }
    return {"call": {**body, **changed}}
