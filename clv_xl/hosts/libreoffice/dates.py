"""Days of documents that do not count from 30 December 1899, such as those of an old Excel for the Mac."""

import datetime as dt
from typing import Any

import numpy as np

from clv_xl.cells import BLANK, NUMBER, Block, Cell, Cells
from clv_xl.errors import CellError

_DAY_ZERO = dt.date(1899, 12, 30).toordinal()


def date_shift(document: Any) -> float:
    """Return the days from the day zero of our serial numbers to that of a document.

    It is 1,462 where the dates of a document begin in 1904, and 0 where nothing is known of it.
    """
    try:
        zero = document.NullDate
        return float(dt.date(zero.Year, zero.Month, zero.Day).toordinal() - _DAY_ZERO)
    except Exception:  # noqa: BLE001  a caller that is no spreadsheet, or none
        return 0.0


def shifted_log(value: Cell | Block, shift: float) -> Cell | Block:
    """Return an order log with its dates moved by `shift` days; the headers tell which column they are.

    >>> log = Block.from_rows([["Customer", "Date", "Amount"], ["Anna", 100.0, 20.0]])
    >>> shifted_log(log, 1462.0).to_rows()
    [['Customer', 'Date', 'Amount'], ['Anna', 1562.0, 20.0]]
    """
    from clv_xl.orders.headers import recognise

    if not isinstance(value, Block):
        return value
    top = min((_first_filled(column) for column in value.columns), default=0)
    if top >= value.height:
        return value
    header = [column.cell(top) for column in value.columns]
    try:
        layout = recognise([cell if isinstance(cell, str) else None for cell in header])
    except CellError:
        return value  # the function itself says what is wrong with it
    dates = layout.columns["date"]
    return Block(tuple(_moved(c, shift) if i == dates else c for i, c in enumerate(value.columns)))


def _first_filled(column: Cells) -> int:
    return (
        0 if column.tags is None else int(np.argmax(column.tags != BLANK)) if column.filled() else len(column)
    )


def _moved(column: Cells, shift: float) -> Cells:
    numbers = np.where(column.is_tag(NUMBER), column.numbers + shift, column.numbers)
    return Cells(numbers, column.tags, column.codes, column.labels, column.errors)
