"""What a body returned, as cells: numbers checked, tables worded, heights kept."""

from typing import Any

import numpy as np

from clv_xl import texts
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.ranges import ColumnsRead
from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import NUM, CellError, Text
from clv_xl.table import Marks, Own, Table

NO_HEADERS, KEYS = 0, 2
_SHORT = 32  # numbers below which arrays take longer than the numbers themselves
_OVERFLOW = CellError(NUM, "overflow")


def shown(
    function: Function, value: Any, *, headers: int = 1, language: str = "en", kept: ColumnsRead | None = None
) -> Cell | Block:
    """Return the result of a body as a cell or a block."""
    if isinstance(value, Table):
        return worded(value, headers, language)
    if isinstance(value, (float, int, np.number)) and not isinstance(value, bool):
        number = float(value)
        if number != number:
            raise function.undefined
        if number in (np.inf, -np.inf):
            raise CellError(NUM, "overflow")
        return number
    if isinstance(value, Text):
        return texts.word(value, language)
    if function.per_row and kept is not None:
        return _at_height(value, kept, language)
    return value  # type: ignore[no-any-return]


def _at_height(values: Any, kept: ColumnsRead, language: str) -> Block:
    """Return one cell for each row of the input, blank where the input had no data."""
    if isinstance(values, Marks):
        codes = np.full(kept.height, -1, np.int32)
        codes[kept.kept] = values.places
        return Block((Cells.coded(codes, tuple(texts.word(word, language) for word in values.words)),))
    out: list[Any] = [None] * kept.height
    for row, value in zip(kept.kept.tolist(), values, strict=True):
        out[row] = in_words(value, language)
    return Block((Cells.of(out),))


def in_words(value: Any, language: str) -> Any:
    """Return a cell of a table, `Text` worded."""
    return texts.word(value, language) if isinstance(value, Text) else value


def worded(table: Table, headers: int, language: str) -> Block:
    """Return a table as cells: header row, data rows, total row last."""
    columns = []
    total = table.total or (None,) * len(table.keys)
    for key, column, last in zip(table.keys, table.columns, total, strict=True):
        tail = () if table.total is None else (_label(last, headers, language),)
        head = () if headers == NO_HEADERS else (_header(key, headers, language),)
        columns.append(_column(column, head, tail, headers, language))
    return Block(tuple(columns))


def _header(key: str | float, headers: int, language: str) -> Cell:
    if isinstance(key, str):
        return str(key) if headers == KEYS or isinstance(key, Own) else texts.word(key, language)
    return key


def _label(value: Any, headers: int, language: str) -> Any:
    """Return a label worded, or its stable key where keys are asked for and nothing fills it."""
    if isinstance(value, Text):
        plain = headers == KEYS and not value.params
        return value.key.rpartition(".")[2] if plain else texts.word(value, language)
    plain = value.item() if isinstance(value, np.generic) else value
    return _OVERFLOW if isinstance(plain, float) and plain in (np.inf, -np.inf) else plain


def _column(values: Any, head: tuple[Any, ...], tail: tuple[Any, ...], headers: int, language: str) -> Cells:
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu" and not np.isinf(values).any():
        if values.size <= _SHORT:
            return Cells.of([*head, *values.tolist(), *tail])
        return Cells.stacked(Cells.of(head), Cells.of(values), Cells.of(tail))
    if any(isinstance(value, Text) and value.params for value in values):
        headers = NO_HEADERS  # sentences: worded all of them, or none could be read beside the others
    plain: dict[str, Any] = {}  # a status stands in 100,000 rows and is worded once
    body = []
    for value in values:
        if isinstance(value, Text) and not value.params:
            if value.key not in plain:
                plain[value.key] = _label(value, headers, language)
            body.append(plain[value.key])
        else:
            body.append(_label(value, headers, language))
    return Cells.of([*head, *body, *tail])
