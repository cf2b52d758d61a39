"""Recency, frequency, monetary value: scores and names; and the inputs of predictive models."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clv_xl.cells import BoolArray, FloatArray, IntArray
from clv_xl.errors import NA, CellError
from clv_xl.metrics import counting
from clv_xl.metrics.numbers import distinct
from clv_xl.metrics.periods import UNIT_DAYS

NAMES = (
    "champions",
    "loyal",
    "potential_loyal",
    "new",
    "promising",
    "need_attention",
    "about_to_sleep",
    "cannot_lose",
    "at_risk",
    "hibernating",
)
"""Customers by recency and frequency, the best first."""

_LEVELS = 5
# Row: recency 1 to 5; column: frequency 1 to 5; the digits are positions in NAMES.
_GRID: Sequence[str] = ("99887", "99887", "66511", "42211", "32200")


@dataclass(frozen=True, eq=False, slots=True)
class Repeats:
    """The four columns of the models of repeat buying, one number a customer.

    Parameters
    ----------
    x : ndarray of float64
        Days with an order after the day of the first one.
    t_x : ndarray of float64
        Units of time from the first to the last order, 0 where x = 0.
    T : ndarray of float64
        Units of time from the first order to the end of the observation.
    m_x : ndarray of float64
        Mean of the day totals after the first day; 0 where x = 0.
    """

    x: FloatArray
    t_x: FloatArray
    T: FloatArray
    m_x: FloatArray


def scores(values: FloatArray, bins: int, *, low_is_good: bool = False) -> IntArray:
    r"""Score from 1 to `bins`: 1 + INT(bins x share of customers strictly worse).

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        What is scored.
    bins : int
        Highest score, 1 or more.
    low_is_good : bool
        Whether less is better, as with days since the last order.

    Returns
    -------
    ndarray of int64, shape (n,)
        Equal values have equal scores; a better value never scores less.

    Examples
    --------
    >>> scores(np.array([5.0, 1.0, 1.0, 3.0, 2.0]), 5).tolist()
    [5, 1, 1, 4, 3]
    """
    n = values.size
    ordered = np.sort(values)
    if low_is_good:
        worse = n - np.searchsorted(ordered, values, side="right")
    else:
        worse = np.searchsorted(ordered, values, side="left")
    return np.asarray(1 + bins * worse.astype(np.int64) // max(n, 1))


def names(recency: IntArray, frequency: IntArray, bins: int) -> IntArray:
    """Return the name of each customer as a position in `NAMES`.

    Scores of other than five bins are brought to five levels, rounded up.

    Parameters
    ----------
    recency, frequency : ndarray of int64, shape (n,)
        Scores.
    bins : int
        Highest score.

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> [NAMES[i] for i in names(np.array([5, 1]), np.array([5, 5]), 5)]
    ['champions', 'cannot_lose']
    """
    grid = np.array([[int(cell) for cell in row] for row in _GRID])
    levels = [-(-_LEVELS * score // bins) - 1 for score in (recency, frequency)]
    return np.asarray(grid[levels[0], levels[1]])


def order_days(customers: IntArray, days: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct pairs of customer and day, sorted by customer, then day.

    Examples
    --------
    >>> order_days(np.array([1, 0, 1]), np.array([7, 9, 7]))
    (array([0, 1]), array([9, 7]))
    """
    start = int(days.min(initial=0))
    span = int(days.max(initial=0)) - start + 1
    who, when = np.divmod(distinct(customers * span + (days - start)), span)
    return who, when + start


def repeats(
    customers: IntArray,
    days: IntArray,
    amounts: FloatArray,
    is_order: BoolArray | None,
    n_customers: int,
    as_of: int,
    unit: str,
) -> Repeats:
    r"""Return x, t_x, T and m_x of each customer.

    Parameters
    ----------
    customers, days : ndarray of int64, shape (n,)
        Customer and day of each entry.
    amounts : ndarray of float64, shape (n,)
        Money of each entry.
    is_order : ndarray of bool, shape (n,), optional
        False for refunds, which reduce money and are no order; None when every entry is an order.
    n_customers : int
        Number of customers; each must have an order.
    as_of : int
        End of the observation.
    unit : {"D", "W", "M", "Q", "Y"}
        Unit of t_x and T.

    Returns
    -------
    Repeats

    Notes
    -----
    Source: Fader, Hardie, Lee (2005), Marketing Science 24(2), for x, t_x, T; orders of one day are
    one purchase, and the first is left out of m_x, as in Fader, Hardie, Lee (2005), JMR 42(4).

    Examples
    --------
    >>> found = repeats(np.zeros(3, int), np.array([45000, 45014, 45014]), np.array([9.0, 3.0, 2.0]), None,
    ...                 1, 45021, "W")
    >>> [float(v[0]) for v in (found.x, found.t_x, found.T, found.m_x)]
    [1.0, 2.0, 3.0, 5.0]
    """
    who, when = (
        order_days(customers, days) if is_order is None else order_days(customers[is_order], days[is_order])
    )
    start = np.searchsorted(who, np.arange(n_customers))
    first, last = when[start], when[np.append(start[1:], who.size) - 1]
    x = counting.counts(who, n_customers) - 1.0
    later = days > first[customers]
    money = counting.totals(customers[later], amounts[later], n_customers)
    length = UNIT_DAYS[unit]
    return Repeats(
        x.astype(np.float64),
        (last - first) / length,
        (as_of - first) / length,
        np.where(x > 0, money / np.maximum(x, 1.0), 0.0),
    )


def usual_gap(customers: IntArray, days: IntArray, share: float = 0.9) -> float:
    """Return the number of days within which most repeat orders come.

    Parameters
    ----------
    customers, days : ndarray of int64, shape (orders,)
        Customer and day of each order.
    share : float
        Which percentile of the gaps between consecutive days with an order, as PERCENTILE.INC.

    Returns
    -------
    float

    Raises
    ------
    CellError
        #N/A when nobody ordered on two days.

    Examples
    --------
    >>> usual_gap(np.array([0, 0, 0, 1]), np.array([10, 20, 40, 15]))
    19.0
    """
    who, when = order_days(customers, days)
    gaps = np.diff(when)[np.diff(who) == 0]
    if not gaps.size:
        raise CellError(NA, "no_repeat_orders")
    return float(np.percentile(gaps, 100 * share))


def status(since_last: FloatArray, lapse_days: float) -> IntArray:
    """Return 0 active, 1 lapsing or 2 lost: to `lapse_days`, to twice that, beyond.

    Examples
    --------
    >>> status(np.array([30.0, 31.0, 60.0, 61.0]), 30.0).tolist()
    [0, 1, 1, 2]
    """
    return (since_last > lapse_days).astype(np.int64) + (since_last > 2 * lapse_days)
