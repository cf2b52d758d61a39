"""When figures are due for a refresh."""

import numpy as np

from clv_xl.metrics.numbers import Number, plain
from clv_xl.metrics.periods import edate


def days_overdue(last_refresh: Number, as_of: Number, cycle: Number = 3.0) -> Number:
    """Return the days by which a refresh is overdue; 0 on the day it is due, negative are days left.

    Parameters
    ----------
    last_refresh, as_of : float or ndarray of float64
        Serial dates.
    cycle : float or ndarray of float64
        Whole months from one refresh to the next; in a shorter month its last day, as EDATE counts.

    Returns
    -------
    float, or ndarray of the broadcast shape

    Examples
    --------
    >>> days_overdue(45565.0, 45662.0, 3.0)  # due on 30 December 2024, held against 5 January 2025
    6.0
    """
    due = edate(np.asarray(last_refresh).astype(np.int64), np.asarray(cycle).astype(np.int64))
    return plain(np.asarray(as_of) - due)
