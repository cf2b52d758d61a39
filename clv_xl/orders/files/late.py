"""Dates that cannot be: after today, or far beyond all others."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from clv_xl.cells import BoolArray, FloatArray

_ZONES: Final = 1.0  # day that is tomorrow here and today elsewhere
_ENOUGH: Final = 20  # dates from which a lone one is told from few
_LONE: Final = 0.01  # share of the dates that may be mistyped
_GAP: Final = 366.0  # days without an order
_TIMES: Final = 3.0  # as long as any other such span


@dataclass(frozen=True, slots=True)
class Late:
    """Lines whose dates do not decide which day is the last.

    Parameters
    ----------
    count : int
        How many.
    row : int
        Row of the earliest of them in the file.
    day : float
        Its date.
    previous : float
        The last date before them.
    """

    count: int
    row: int
    day: float
    previous: float


def future(days: FloatArray, today: float) -> BoolArray:
    """Return which days are after today."""
    return np.asarray(days > today + _ZONES)


def lone(days: FloatArray) -> BoolArray:
    """Return which few days lie more than a year beyond all others, and farther than those lie apart.

    >>> days = np.array([*range(45000, 45100), 45900.0])
    >>> np.flatnonzero(lone(days)).tolist()
    [100]
    """
    none = np.zeros(days.size, np.bool_)
    if days.size < _ENOUGH:
        return none
    ordered = np.sort(days)
    gaps = np.diff(ordered)
    last = max(1, int(days.size * _LONE))
    at = gaps.size - last + int(np.argmax(gaps[-last:]))
    if gaps[at] <= _GAP or gaps[at] <= _TIMES * gaps[:at].max(initial=0.0):
        return none
    return np.asarray(days > ordered[at])
