"""The month that a file of orders ends with."""

from typing import Final

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.metrics.periods import month_end

WEEK: Final = 7.0  # days before the end of a month within which its last order may be


def near_end(last: float, today: float) -> float | None:
    """Return the end of the month that a day is the last week of; None elsewhere, or if it is to come.

    >>> near_end(46021.0, 46100.0), near_end(46021.0, 46021.0), near_end(46000.0, 46100.0)
    (46022.0, None, None)
    """
    end = float(month_end(np.array([int(last)]))[0])
    return end if end - last < WEEK and end <= today else None


def closed(days: FloatArray, last: float, today: float) -> float | None:
    """Return the end of the month that a file plainly ends with, None if it may have been cut off before.

    Finance closes by month, and a shop sells nothing on some days: a file whose last order is of
    30 December holds the whole of December if as many days without an order stand between others.

    Parameters
    ----------
    days : ndarray of float64
        Days of the orders, ascending.
    last : float
        The last day that can be one.
    today : float
        The day it is.
    """
    end = near_end(last, today)
    usual = np.diff(np.unique(days[days <= last])).max(initial=0.0)
    return end if end is not None and last < end <= last + usual - 1 else None
