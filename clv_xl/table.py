"""A table that a function spills: stable keys as header, columns, and a total row last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.errors import Text


class Own(str):
    """A header in the user's own words, such as the name of a scenario: never translated."""

    __slots__ = ()


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """What a table function returns; the runner words it in the language of the call.

    Parameters
    ----------
    keys : tuple of str or float
        Stable English name of each column; also the key of its header in ``texts``. An `Own` or a
        number heads its column as it is.
    columns : tuple
        One entry a column: a numeric array (NaN shows as a blank), or a sequence of numbers,
        texts, `Text`, `CellError` or None, all of one length.
    total : tuple, optional
        The total row, one cell a column.
    """

    keys: tuple[str | float, ...]
    columns: tuple[Any, ...]
    total: tuple[Any, ...] | None = None

    @classmethod
    def of(cls, columns: Mapping[Any, Any], total: Mapping[Any, Any] | None = None) -> "Table":
        """Make a table from columns by key, and the total row's cells by key (blank where missing)."""
        keys = tuple(columns)
        return cls(
            keys, tuple(columns.values()), None if total is None else tuple(total.get(k) for k in keys)
        )

    @classmethod
    def of_rows(cls, keys: Sequence[str | float], rows: Sequence[Sequence[Any]]) -> "Table":
        """Make a table from rows of cells."""
        return cls(
            tuple(keys), tuple(list(c) for c in zip(*rows, strict=True)) if rows else tuple([] for _ in keys)
        )

    @property
    def height(self) -> int:
        """Number of data rows, the total row left out."""
        return len(self.columns[0]) if self.columns else 0

    def column(self, key: str | float) -> Any:
        """Return one column by its key."""
        return self.columns[self.keys.index(key)]


@dataclass(frozen=True, eq=False, slots=True)
class Marks:
    """One of a few words for each row, such as OK or low: worded once, however many rows there are.

    Parameters
    ----------
    places : ndarray of int, shape (n,)
        Place in `words` of each row.
    words : tuple of Text
        The words.
    """

    places: NDArray[np.intp]
    words: tuple[Text, ...]
