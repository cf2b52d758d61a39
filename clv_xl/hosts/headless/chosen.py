"""IF, IFERROR, IFNA and INDEX over arrays: which of several values each cell of the result is.

formualizer 0.13 answers IF over arrays of unlike shapes with one #VALUE!; spreadsheet programs repeat a
single row or column and show #N/A outside an array. Its INDEX takes one row and one column.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from clv_xl.hosts.headless.native_arrays import VALUE, Rows, cell_at, table

_REF: Final = {"type": "Error", "kind": "Ref"}


def _over(answer: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function of single values answers for every cell of its arguments."""
    tables = [table(argument) for argument in arguments]
    height, width = max(map(len, tables)), max(len(rows[0]) for rows in tables)
    found = [[answer(*(cell_at(t, i, j) for t in tables)) for j in range(width)] for i in range(height)]
    return found if any(isinstance(argument, list) for argument in arguments) else found[0][0]


def _if(condition: Any, yes: Any, no: Any = False) -> Any:
    """IF; an argument left out arrives as 0, which is what it means."""

    def choose(asked: Any, one: Any, other: Any) -> Any:
        if isinstance(asked, dict):
            return asked
        if isinstance(asked, str):
            return VALUE
        return one if asked else other

    return _over(choose, condition, yes, no)


def _if_error(value: Any, instead: Any) -> Any:
    return _over(lambda cell, other: other if isinstance(cell, dict) else cell, value, instead)


def _if_na(value: Any, instead: Any) -> Any:
    def choose(cell: Any, other: Any) -> Any:
        return other if isinstance(cell, dict) and cell.get("kind") == "Na" else cell

    return _over(choose, value, instead)


def _position(value: Any) -> Any:
    """Return a row or column number, or the error that it is or makes."""
    if isinstance(value, dict):
        return value
    try:
        number = int(float(value or 0))
    except ValueError:
        return VALUE
    return number if number >= 0 else VALUE


def _part(rows: Rows, row: Any, column: Any) -> Any:
    """Return a cell, or the rows of a part, of an array; 0 stands for all of them."""
    places = [_position(row), _position(column)]
    error = next((place for place in places if isinstance(place, dict)), None)
    if error is not None:
        return error
    down, across = places
    if down > len(rows) or across > len(rows[0]):
        return _REF
    kept = [rows[down - 1]] if down else rows
    found = [[cells[across - 1]] if across else cells for cells in kept]
    return found[0][0] if len(found) == len(found[0]) == 1 else found


def _index(array: Any, row: Any, *columns: Any) -> Any:
    """INDEX; of each part that an array of numbers asks for, the first cell."""
    rows = table(array)
    if not columns and len(rows) == 1:
        row, columns = 0.0, (row,)  # the only number counts along a single row
    column = columns[0] if columns else 0.0
    numbers = [table(row), table(column)]
    if all(len(found) == len(found[0]) == 1 for found in numbers):
        return _part(rows, *(found[0][0] for found in numbers))

    def first(down: Any, across: Any) -> Any:
        found = _part(rows, down, across)
        return found[0][0] if isinstance(found, list) else found

    return _over(first, row, column)


CHOSEN: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {"IF": _if, "IFERROR": _if_error, "IFNA": _if_na, "INDEX": _index}
)
