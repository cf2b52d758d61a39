"""Native functions of whole ranges, answered here as spreadsheet programs answer them."""

import math
from bisect import bisect_right
from collections.abc import Callable
from functools import cmp_to_key
from typing import Any, Final

Rows = list[list[Any]]
VALUE: Final = {"type": "Error", "kind": "Value"}
NOT_AVAILABLE: Final = {"type": "Error", "kind": "Na"}
_MEANS: Final = {"=": (0,), "<>": (-1, 1), "<": (-1,), ">": (1,), "<=": (-1, 0), ">=": (0, 1)}
_APART: Final = 1e-13  # numbers further apart than this part of them differ in their first fifteen digits
_NUMBERS: Final = frozenset((int, float))
_NUMBER, _TEXT, _LOGICAL, _ERROR, _BLANK = range(5)


def table(value: Any) -> Rows:
    """Return what an argument holds as rows."""
    if not isinstance(value, list):
        return [[value]]
    return value if value and isinstance(value[0], list) else [value]


def cell_at(rows: Rows, row: int, column: int) -> Any:
    """Return one cell of an argument: a single row or column is repeated, outside there is #N/A."""
    i, j = row if len(rows) > 1 else 0, column if len(rows[0]) > 1 else 0
    return rows[i][j] if i < len(rows) and j < len(rows[0]) else NOT_AVAILABLE


def _first_error(*values: Any) -> Any:
    return next((value for value in values if isinstance(value, dict)), None)


def sum_of_products(*arguments: Any) -> Any:
    """SUMPRODUCT: what is no number counts as 0 (Microsoft: "treats non-numeric array entries as zeros")."""
    tables = [table(argument) for argument in arguments]
    shapes = {(len(rows), len(rows[0])) for rows in tables}
    if len(shapes) > 1:
        return VALUE
    columns = [[cell for row in rows for cell in row] for rows in tables]
    kinds: set[type] = set()
    for cells in columns:
        mine = set(map(type, cells))
        if dict in mine:
            return _first_error(*cells)
        kinds |= mine
    if kinds <= _NUMBERS:  # as nearly always: no cell has to be looked at
        return math.fsum(columns[0] if len(columns) == 1 else map(math.prod, zip(*columns, strict=True)))
    if len(columns) == 1:
        return math.fsum(cell for cell in columns[0] if _is_number(cell))
    rows = zip(*columns, strict=True)
    return math.fsum(math.prod(cells) for cells in rows if all(map(_is_number, cells)))


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _kind(cell: Any) -> int:
    if cell is None:
        return _BLANK
    if isinstance(cell, bool):
        return _LOGICAL
    if isinstance(cell, str):
        return _TEXT
    return _ERROR if isinstance(cell, dict) else _NUMBER


def _compared(a: Any, b: Any) -> int:
    """Return -1, 0 or 1: numbers before texts before logical values before errors."""
    kinds = _kind(a), _kind(b)
    if kinds[0] != kinds[1]:
        return -1 if kinds[0] < kinds[1] else 1
    if kinds[0] in (_ERROR, _BLANK):
        return 0
    if kinds[0] == _TEXT:
        a, b = a.casefold(), b.casefold()
    return int(a > b) - int(a < b)


Key = tuple[list[Any], int]


def _order(keys: list[Key], count: int) -> list[int]:
    """Return the positions of `count` rows in the order of several keys; blanks last either way."""

    def compared(i: int, j: int) -> int:
        for cells, direction in keys:
            a, b = cells[i], cells[j]
            if (a is None) != (b is None):
                return 1 if a is None else -1
            found = _compared(a, b)
            if found:
                return found * direction
        return 0

    return sorted(range(count), key=cmp_to_key(compared))


def _turned(rows: Rows) -> Rows:
    return [list(column) for column in zip(*rows, strict=True)]


def _directions(order: Any) -> list[int] | None:
    """Return sort orders; None when one is neither 1 nor -1. An omitted one arrives as 0."""
    found = [1 if cell in (None, 0) else cell for row in table(order) for cell in row]
    return [int(cell) for cell in found] if all(cell in (1, -1) for cell in found) else None


def sort(array: Any, index: Any = 1.0, order: Any = 1.0, by_column: Any = False) -> Any:
    """SORT, by several columns too."""
    rows = table(array)
    error = _first_error(*(cell for part in (index, order, by_column) for row in table(part) for cell in row))
    if error is not None:
        return error
    if by_column:
        rows = _turned(rows)
    places = [1 if cell in (None, 0) else cell for row in table(index) for cell in row]
    directions = _directions(order)
    if directions is None or not all(_is_number(p) and 1 <= p < len(rows[0]) + 1 for p in places):
        return VALUE
    if len(directions) == 1:
        directions *= len(places)
    if len(directions) != len(places):
        return VALUE
    columns = _turned(rows)
    keys = [(columns[int(p) - 1], d) for p, d in zip(places, directions, strict=True)]
    result = [rows[i] for i in _order(keys, len(rows))]
    return _turned(result) if by_column else result


def sort_by(array: Any, *arguments: Any) -> Any:
    """SORTBY with any number of keys."""
    rows = table(array)
    if not arguments:
        return VALUE
    keys: list[Key] = []
    across = False
    for n in range(0, len(arguments), 2):
        by = table(arguments[n])
        directions = _directions(arguments[n + 1] if n + 1 < len(arguments) else 1.0)
        if directions is None or len(directions) != 1:
            return VALUE
        if len(by[0]) == 1 and len(by) == len(rows):
            keys.append(([row[0] for row in by], directions[0]))
        elif len(by) == 1 and len(by[0]) == len(rows[0]):
            across = True
            keys.append((by[0], directions[0]))
        else:
            return VALUE
    if len({len(cells) for cells, _ in keys}) > 1:
        return VALUE
    if across:
        rows = _turned(rows)
    result = [rows[i] for i in _order(keys, len(rows))]
    return _turned(result) if across else result


def _alike(row: list[Any]) -> tuple[Any, ...]:
    """Return what two rows share that count as one: without regard to case."""
    return tuple((_kind(c), c.casefold() if isinstance(c, str) else repr(c)) for c in row)


def unique(array: Any, by_column: Any = False, once: Any = False) -> Any:
    """UNIQUE, which does not tell capital letters from small ones."""
    error = _first_error(by_column, once)
    if error is not None:
        return error
    rows = _turned(table(array)) if by_column else table(array)
    groups: dict[tuple[Any, ...], list[list[Any]]] = {}
    for row in rows:
        groups.setdefault(_alike(row), []).append(row)
    kept = [group[0] for group in groups.values() if not once or len(group) == 1]
    if not kept:
        return {"type": "Error", "kind": "Calc"}
    return _turned(kept) if by_column else kept


def stacked_down(*arrays: Any) -> Any:
    """VSTACK; narrower arrays are filled with #N/A."""
    tables = [table(array) for array in arrays]
    width = max(len(rows[0]) for rows in tables)
    return [[*row, *[NOT_AVAILABLE] * (width - len(row))] for rows in tables for row in rows]


def stacked_across(*arrays: Any) -> Any:
    """HSTACK; lower arrays are filled with #N/A."""
    tables = [table(array) for array in arrays]
    height = max(map(len, tables))
    filled = [[*rows, *[[NOT_AVAILABLE] * len(rows[0])] * (height - len(rows))] for rows in tables]
    return [[cell for rows in filled for cell in rows[i]] for i in range(height)]


def lookup(wanted: Any, where: Any, result: Any = None) -> Any:
    """LOOKUP: the last entry that is not above the wanted one; errors among the entries are passed over."""
    if isinstance(wanted, dict):
        return wanted
    rows = table(where)
    found, results = _vectors(rows) if result is None else (_line(rows), _line(table(result)))
    value = 0.0 if wanted is None else wanted
    places = [i for i, cell in enumerate(found) if cell is not None and _kind(cell) == _kind(value)]
    after = bisect_right(places, 0, key=lambda i: 1 if _compared(found[i], value) > 0 else 0)
    if not after or places[after - 1] >= len(results):
        return NOT_AVAILABLE
    return results[places[after - 1]]


def _line(rows: Rows) -> list[Any]:
    return rows[0] if len(rows) == 1 else [row[0] for row in rows]


def _vectors(rows: Rows) -> tuple[list[Any], list[Any]]:
    """Return where the array form of LOOKUP looks and what it answers: along the longer side."""
    if len(rows[0]) > len(rows):
        return rows[0], rows[-1]
    return [row[0] for row in rows], [row[-1] for row in rows]


def _fifteen(cell: Any) -> Any:
    return float(f"{cell:.15g}") if isinstance(cell, float) else cell


def comparison(sign: str) -> Callable[[Any, Any], Any]:
    """Return a comparison of two values as Excel makes it: numbers by their first fifteen digits."""
    means = _MEANS[sign]

    def compare(a: Any, b: Any) -> Any:
        if type(a) is type(b) is float and abs(a - b) > _APART * (abs(a) + abs(b)):
            return (1 if a > b else -1) in means  # most calls: no need to look at the digits
        error = _first_error(a, b)
        if error is not None:
            return error
        if isinstance(a, list) or isinstance(b, list):
            return VALUE  # only single values are sent here
        nothing = {_TEXT: "", _LOGICAL: False}
        a = nothing.get(_kind(b), 0.0) if a is None else a
        b = nothing.get(_kind(a), 0.0) if b is None else b
        found = _compared(_fifteen(a), _fifteen(b))
        return found in means

    return compare


def counted(across: bool) -> Callable[[Any], Any]:
    """Return ROWS or COLUMNS of a result; of an error the engine counts one."""

    def count(value: Any) -> Any:
        if isinstance(value, dict):
            return value
        rows = table(value)
        return float(len(rows[0]) if across else len(rows))

    return count
