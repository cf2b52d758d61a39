"""An argument as Python gave it: a value, a list, an array, a mapping or a pandas object, as cells.

A list, a one-dimensional array, a Series or an Index is a column.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.catalogue.function import lifts
from clv_xl.catalogue.python_cells import array_column, column_of, headed, label, scalar
from clv_xl.catalogue.ranges import ColumnOf
from clv_xl.catalogue.shapes import shape_of
from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import VALUE, CellError


@dataclass(frozen=True, slots=True)
class Given:
    """One argument as it was given.

    Parameters
    ----------
    value : Cell or Block
        What the runner takes.
    shape : tuple of int
        Its shape; empty for a single value.
    index : pandas.Index, optional
        The index of a Series.
    """

    value: Cell | Block
    shape: tuple[int, ...] = ()
    index: Any = None


def named(kind: object) -> bool:
    """Return whether a kind of argument is two columns, names with numbers, and so may be a mapping."""
    shape = shape_of(kind)
    return shape is not None and shape.named


def given(kind: object, value: Any) -> Given:
    """Return an argument of one kind as cells.

    Parameters
    ----------
    kind : Domain or RangeKind
        What the argument may be: a table keeps its column names as header row, ids too long for a
        float stay texts, and names with values may come as a mapping or a Series.
    value : object
        What the caller passed.

    Raises
    ------
    CellError
        #VALUE! for an object that no cell can hold.
    """
    if isinstance(value, (str, float, int)) or value is None:
        return Given(scalar(value))
    shape = shape_of(kind)
    exact = shape.exact if shape is not None else not lifts(kind)
    if "pandas" in sys.modules and hasattr(sys.modules["pandas"], "DataFrame"):
        found = _pandas(kind, value, exact)
        if found is not None:
            return found
    if isinstance(value, Mapping):
        return _of_block(_mapping(value, exact, columns=not named(kind)))
    if isinstance(value, Block):
        return _of_block(value)
    value = _listed(value)
    if isinstance(value, np.ndarray):
        return _array(value, exact)
    return _list(value, exact) if isinstance(value, (list, tuple)) else Given(scalar(value))


def _of_column(cells: Cells, index: Any = None) -> Given:
    """Return a column; one of no rows stands as a blank cell, as an empty range does."""
    return Given(Block((cells if len(cells) else Cells.of([None]),)), (len(cells),), index)


def _of_block(block: Block) -> Given:
    empty = not block.height * block.width
    return Given(Block((Cells.of([None]),)) if empty else block, (block.height, block.width))


def _pandas(kind: object, value: Any, exact: bool) -> Given | None:
    """Return an object of pandas as cells; None if it is none."""
    import pandas as pd

    from clv_xl.catalogue.pandas_cells import frame_columns, series_column

    if isinstance(value, pd.DataFrame):
        shape = shape_of(kind)
        headed = shape is not None and shape.headed
        return _of_block(Block(frame_columns(value, exact, header=headed)))
    if isinstance(value, (pd.Index, pd.api.extensions.ExtensionArray)):
        return _of_column(series_column(pd.Series(value), exact))
    if not isinstance(value, pd.Series):
        return None
    column = series_column(value, exact)
    if named(kind):
        return _of_block(Block((series_column(pd.Series(value.index), exact), column)))
    return _of_column(column, value.index)


def _listed(value: Any) -> Any:
    """Return an array where numpy can read one, a list of any other sequence."""
    if isinstance(value, np.ma.MaskedArray):
        return value.tolist()  # None where masked
    if hasattr(value, "__array__") and not isinstance(value, np.generic):
        return np.asarray(value)
    if isinstance(value, Sequence) and not isinstance(value, (list, tuple, bytes, bytearray)):
        return list(value)
    return value


def _array(array: NDArray[Any], exact: bool) -> Given:
    if array.ndim == 0:
        return Given(scalar(array[()]))
    if array.ndim == 1:
        return _of_column(array_column(array, exact))
    if array.ndim == 2:
        return _of_block(Block(tuple(array_column(column, exact) for column in array.T)))
    raise CellError(VALUE, "too_many_dimensions", got=array.ndim)


def _list(values: Sequence[Any], exact: bool) -> Given:
    if not values or not all(isinstance(row, (list, tuple, np.ndarray)) for row in values):
        return _of_column(column_of(values, exact))
    if len({len(row) for row in values}) > 1:
        raise CellError(VALUE, "ragged_rows")
    return _of_block(Block(tuple(column_of(column, exact) for column in zip(*values, strict=True))))


def _mapping(values: Mapping[Any, Any], exact: bool, *, columns: bool) -> Block:
    """Return a mapping: columns by name, or names with their values as two columns."""
    if not columns:
        return Block((column_of(values.keys(), exact), column_of(values.values(), exact)))
    named = []
    for name, value in values.items():
        one = given(ColumnOf("ids"), value).value
        block = one if isinstance(one, Block) else Block((Cells.of([one]),))
        if block.width != 1:
            raise CellError(VALUE, "one_column", rows=block.height, columns=block.width)
        named.append(headed(label(name), block.columns[0]))
    if len({len(c) for c in named}) > 1:
        raise CellError(VALUE, "ragged_rows")
    return Block(tuple(named))
