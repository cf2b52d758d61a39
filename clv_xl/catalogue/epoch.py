"""Dates of documents that do not count their days from 30 December 1899.

A number is 1,462 less in the 1904 date system of Excel, and LibreOffice Calc knows other days zero too.
A host says how many days lie between (`Context.days`); the runner moves the dates among the arguments, and
those of the result back, so that a day stays the day that a cell shows.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from clv_xl.catalogue.domains import Date
from clv_xl.catalogue.function import Arg, Function
from clv_xl.catalogue.ranges import ColumnOf, OrderLogRange
from clv_xl.cells import BLANK, NUMBER, Block, Cell, Cells
from clv_xl.errors import CellError, Text
from clv_xl.table import Table

DAYS_1904 = 1462.0  # from 30 December 1899 to 1 January 1904


def takes_dates(arg: Arg) -> bool:
    """Return whether an argument holds dates: all its numbers, or a column of it."""
    return isinstance(arg.kind, (Date, OrderLogRange)) or (
        isinstance(arg.kind, ColumnOf) and arg.kind.content == "dates"
    )


def date_places(function: Function) -> tuple[int, ...]:
    """Return the places of the arguments that hold dates."""
    return tuple(i for i, arg in enumerate(function.args) if takes_dates(arg))


def knows_dates(function: Function) -> bool:
    """Return whether dates come to a function or are in its result."""
    return bool(function.dates or date_places(function))


def shifted(function: Function, args: Sequence[Cell | Block], days: float) -> list[Cell | Block]:
    """Return the arguments of a call with their dates counted from 30 December 1899.

    Parameters
    ----------
    function : Function
        What is called.
    args : sequence
        Cells and blocks, dates counted as the document counts.
    days : float
        From 30 December 1899 to the day from which the document counts.
    """
    return [
        _shifted(arg, value, days) if takes_dates(arg) else value
        for arg, value in zip(function.args, args, strict=False)
    ]


def _shifted(arg: Arg, value: Cell | Block, days: float) -> Cell | Block:
    if not isinstance(value, Block):
        return value + days if type(value) is float else value
    if isinstance(arg.kind, OrderLogRange):
        place = date_column(value)
        return Block(tuple(_moved(c, days) if i == place else c for i, c in enumerate(value.columns)))
    return Block(tuple(_moved(column, days) for column in value.columns))


def date_column(log: Block) -> int | None:
    """Return which column of an order log holds the dates, by its headers; None if they do not say.

    >>> date_column(Block.from_rows([["Customer", "Date", "Amount"], ["Anna", 100.0, 20.0]]))
    1
    """
    from clv_xl.orders.headers import recognise

    top = min(map(_first_filled, log.columns), default=0)
    if top >= log.height:
        return None
    header = [column.cell(top) for column in log.columns]
    try:
        return recognise([cell if isinstance(cell, str) else None for cell in header]).columns["date"]
    except CellError:
        return None  # the function itself says what is wrong with it


def _first_filled(column: Cells) -> int:
    if column.tags is None:
        return 0
    return int(np.argmax(column.tags != BLANK)) if column.filled() else len(column)


def _moved(column: Cells, days: float) -> Cells:
    numbers = np.where(column.is_tag(NUMBER), column.numbers + days, column.numbers)
    return Cells(numbers, column.tags, column.codes, column.labels, column.errors)


def shifted_back(function: Function, table: Table, days: float) -> Table:
    """Return a result with its dates counted as the document counts; `Function.dates` says which.

    Parameters
    ----------
    function : Function
        What was called.
    table : Table
        Its result.
    days : float
        As of `shifted`.
    """
    if not table.columns:
        return table
    rows = {
        i for i, key in enumerate(table.columns[0]) if isinstance(key, Text) and key.key in function.dates
    }
    columns = []
    for key, column in zip(table.keys, table.columns, strict=True):
        if key in function.dates:
            columns.append([_back(value, days) for value in column])
        elif rows:
            columns.append([_back(value, days) if i in rows else value for i, value in enumerate(column)])
        else:
            columns.append(column)
    total = table.total and tuple(
        _back(value, days) if key in function.dates else value
        for key, value in zip(table.keys, table.total, strict=True)
    )
    return Table(table.keys, tuple(columns), total)


def _back(value: Any, days: float) -> Any:
    number = isinstance(value, (float, int, np.number)) and not isinstance(value, bool)
    return float(value) - days if number else value
