"""Orders of a year or month that are far larger or smaller than all others: another unit of money."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.metrics.periods import period_index, period_label

TIMES: Final = 20.0  # cents are a hundred times the money, and shops do not grow so within a year
_FEW: Final = 5  # orders whose median says something


@dataclass(frozen=True, slots=True)
class Jump:
    """Periods whose orders are of another size than those of the others.

    Parameters
    ----------
    periods : tuple of str
        Their names, ``2025`` or ``2025-03``.
    median : float
        The median order of the last of them.
    usual : float
        That of the other periods.
    """

    periods: tuple[str, ...]
    median: float
    usual: float


def unit_jump(days: FloatArray, revenue: FloatArray) -> Jump | None:
    """Return the years whose median order is another's twentyfold or twentieth; if none is, the months.

    A period is held against the middle one of all others, in their ratios: of two years in euros and
    one in cents only the one stands out.

    >>> unit_jump(np.arange(45292.0, 46022.0), np.repeat([5.0, 500.0], 365)).periods
    ('2024', '2025')
    """
    paid = revenue > 0
    for unit in ("Y", "M"):
        periods = period_index(days[paid].astype(np.int64), unit)
        names, places, counts = np.unique(periods, return_inverse=True, return_counts=True)
        known = np.flatnonzero(counts >= _FEW)
        if known.size < 2:
            continue
        logs = np.array([np.median(np.log(revenue[paid][places == i])) for i in known])
        usual = np.array([np.median(np.delete(logs, i)) for i in range(known.size)])
        odd = np.flatnonzero(np.abs(logs - usual) > np.log(TIMES))
        if odd.size:
            labels = tuple(period_label(int(names[known[i]]), unit) for i in odd)
            return Jump(labels, float(np.exp(logs[odd[-1]])), float(np.exp(usual[odd[-1]])))
    return None
