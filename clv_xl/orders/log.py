"""The order log: the raw lines of orders as columns, with the issues found while reading them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import FloatArray, IntArray, Made
from clv_xl.errors import CellError
from clv_xl.orders.memory import Memory

_DERIVED: Final = 32  # things made of one log that are kept


@dataclass(frozen=True, eq=False, slots=True)
class Coded:
    """A column of names as dictionary codes.

    Parameters
    ----------
    codes : ndarray of int32 or int64, shape (n,)
        Index into `names`; -1 where the cell is blank.
    names : sequence of str
        Distinct names, trimmed; the spelling is the one met first, equality ignores case.
    """

    codes: NDArray[np.int32] | IntArray
    names: Sequence[str]

    def __len__(self) -> int:
        return int(self.codes.size)


@dataclass(frozen=True, slots=True)
class Issue:
    """Something found in the log: what CLV.CHECK lists.

    Parameters
    ----------
    key : str
        Name of the rule, also the key of its texts: ``check.<key>`` and ``check.<key>.mend``.
    severity : str
        ``"error"`` (strict functions raise it), ``"warning"`` or ``"note"``.
    count : int
        Number of rows it concerns.
    first_row : int
        First such row, 1 being the first row of the range as given (its header included); 0 if none.
    params : dict
        What fills the texts.
    error : CellError, optional
        What a strict function raises for it.
    """

    key: str
    severity: str
    count: int
    first_row: int = 0
    params: dict[str, Any] = field(default_factory=dict)
    error: CellError | None = None


@dataclass(frozen=True, eq=False, slots=True)
class OrderLog:
    """The lines of an order log, one entry a line, wholly blank rows left out.

    Parameters
    ----------
    customers : Coded
        Who bought.
    days : ndarray of float64, shape (n,)
        Local date (serial number, time of day kept as fraction).
    amounts : ndarray of float64, shape (n,)
        Money of the line, refunds negative.
    order_ids, segments, channels, currencies : Coded, optional
        None where the log has no such column.
    costs : ndarray of float64, optional
        Cost of the line (positive).
    rows : ndarray of int64, optional
        Row of each line in the range as given (1 is its first row, header included); None when the
        lines are rows ``first_row``, ``first_row + 1``, ... without a gap.
    first_row : int
        Row of the first line when `rows` is None.
    issues : tuple of Issue
        What was found while reading; lines that could not be read are in `issues`, not in the arrays.
    columns : dict
        Which header was taken for which field.
    """

    customers: Coded
    days: FloatArray
    amounts: FloatArray
    order_ids: Coded | None = None
    segments: Coded | None = None
    channels: Coded | None = None
    currencies: Coded | None = None
    costs: FloatArray | None = None
    rows: IntArray | None = None
    first_row: int = 2
    issues: tuple[Issue, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    _made: Memory = field(default_factory=partial(Memory, least=_DERIVED), init=False, repr=False)

    def derived(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is made of the log under a name, made once: something small, for it is kept."""
        found: Made | None = self._made.get("", name)
        if found is None:
            found = make()
            self._made.put("", name, found, 1)
        return found

    def __len__(self) -> int:
        return int(self.days.size)

    def row_of(self, line: int) -> int:
        """Return the row of the range that holds a line."""
        return int(self.rows[line]) if self.rows is not None else self.first_row + line

    def strict(self) -> "OrderLog":
        """Return the log, or raise the first error found while reading it."""
        for issue in self.issues:
            if issue.error is not None:
                raise issue.error
        return self
