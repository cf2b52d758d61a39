"""Windows of a unit counted back from a date, and what customers do in them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import FloatArray, IntArray
from clv_xl.errors import DIV, NA, CellError
from clv_xl.metrics import counting
from clv_xl.metrics.netting import CHUNK, earliest, netted
from clv_xl.metrics.numbers import distinct
from clv_xl.metrics.periods import UNIT_DAYS, UNIT_MONTHS, edate, is_month_end, iso, month_end

# Customers who left and came back, as a share of those who left: above it "left" means nothing.
COME_BACK_LIMIT = 0.1

Codes = NDArray[np.integer[Any]]
Days = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False, slots=True)
class Windows:
    """Windows counted back from `as_of`; window 0 ends on it, the last one holds the first order.

    Parameters
    ----------
    as_of : int
        Last day observed, a serial date.
    unit : str
        D, W, M, Q or Y.
    starts : ndarray of int64
        First day of each window, the newest window first.
    first : int
        Day of the first order.
    """

    as_of: int
    unit: str
    starts: IntArray
    first: int

    @property
    def count(self) -> int:
        """Number of windows; the oldest counts in full."""
        return int(self.starts.size)

    def by_age(self) -> IntArray:
        """Return the window of each day from `as_of` back to the first order."""
        return np.searchsorted(-self.starts, -np.arange(self.as_of, self.first - 1, -1)).astype(np.int64)


def windows(first: int, as_of: int, unit: str) -> Windows:
    """Count windows of a unit back from a date until they hold the first order.

    Months, quarters and years are counted as EDATE does, by month ends if `as_of` is one; days and
    weeks have a fixed length.

    Parameters
    ----------
    first : int
        Day of the first order, a serial date.
    as_of : int
        Last day observed.
    unit : {"D", "W", "M", "Q", "Y"}
        Length of a window.

    Returns
    -------
    Windows

    Raises
    ------
    CellError
        #N/A when the days from `first` to `as_of`, both included, are fewer than one unit.

    Examples
    --------
    >>> windows(45332, 46022, "Y").starts.tolist()  # 2024-02-10 to 2025-12-31
    [45658, 45292]
    """
    if unit in UNIT_MONTHS:
        months = UNIT_MONTHS[unit]
        most = (as_of - first) // (28 * months) + 2
        back = -months * np.arange(1, most + 1)
        starts = (month_end(as_of, back) if is_month_end(as_of) else edate(as_of, back)) + 1
    else:
        length = int(UNIT_DAYS[unit])
        starts = as_of + 1 - length * np.arange(1, (as_of - first) // length + 2)
    if first > starts[0]:
        raise CellError(NA, "too_short", first=iso(first), as_of=iso(as_of), unit=unit)
    return Windows(as_of, unit, starts[: int(np.count_nonzero(starts > first)) + 1], first)


def active_counts(customers: Codes, days: Days | FloatArray, observed: Windows, n_customers: int) -> IntArray:
    """Count the windows in which each customer bought.

    Parameters
    ----------
    customers : ndarray of int, shape (orders,)
        Customer of each order, 0 to ``n_customers - 1``.
    days : ndarray, shape (orders,)
        Serial date of each order, within the windows; a time of day is cut off.
    observed : Windows
        The windows.
    n_customers : int
        Number of customers.

    Returns
    -------
    ndarray of int64, shape (n_customers,)
        Their sum is A, the number of distinct pairs of customer and window.
    """
    count = observed.count
    if count * n_customers > max(4 * days.size, 1 << 20):
        pairs = active_pairs(customers, days, observed)
        return counting.counts(pairs // count, n_customers)
    # A byte for each pair of window and customer, set by one pass: no sorting.
    bought = np.zeros(count * n_customers, np.bool_)
    offset = observed.by_age() * n_customers
    # The last moment of `as_of`: end - moment, cut off, counts whole days back.
    end = np.nextafter(observed.as_of + 1.0, 0.0)
    for begin in range(0, days.size, CHUNK):
        age = (end - days[begin : begin + CHUNK]).astype(np.intp)
        key = offset.take(age)
        key += customers[begin : begin + CHUNK]
        bought[key] = True
    return np.asarray(bought.view(np.uint8).reshape(count, n_customers).sum(axis=0, dtype=np.int64))


def active_pairs(customers: Codes, days: Days | FloatArray, observed: Windows) -> IntArray:
    """Return the distinct pairs of customer and window, sorted by customer and then by time.

    Parameters
    ----------
    customers, days : ndarray, shape (orders,)
        Customer and serial date of each order; a time of day is cut off.
    observed : Windows
        The windows.

    Returns
    -------
    ndarray of int64
        ``customer * windows.count + w``, w being 0 for the oldest window.
    """
    newest = observed.count - 1
    age = observed.by_age().take(observed.as_of - np.floor(days).astype(np.intp))
    return distinct(np.asarray(customers, np.int64) * observed.count + (newest - age))


def churn(pairs: IntArray, count: int) -> float:
    r"""Churn rate from activity: the sum of lost over the sum of active customers.

    Summed over consecutive windows, the oldest dropped since it may be cut by the first order.

    Parameters
    ----------
    pairs : ndarray of int64
        Distinct pairs of customer and window, as `active_pairs` returns them.
    count : int
        Number of windows.

    Returns
    -------
    float
        Share of the customers active in a window who are not in the next one.

    Raises
    ------
    CellError
        #N/A ``too_few_windows`` for fewer than three windows; #N/A ``not_contractual`` when more than
        10% of the lost buy again later: then a silence is no loss.

    Examples
    --------
    >>> churn(np.array([1, 2, 3, 5, 9]), 4)  # in windows 1 and 2: three and one, two of them lost
    0.5
    """
    if count < 3:
        raise CellError(NA, "too_few_windows", windows=count)
    customer, window = np.divmod(pairs, count)
    same = np.append(customer[1:] == customer[:-1], False)
    stays = same & (np.append(window[1:], 0) == window + 1)
    watched = (window > 0) & (window < count - 1)
    lost = watched & ~stays
    n_active, n_lost = int(np.count_nonzero(watched)), int(np.count_nonzero(lost))
    if not n_active:
        raise CellError(NA, "too_few_windows", windows=count)
    back = int(np.count_nonzero(lost & same))
    if back > COME_BACK_LIMIT * n_lost:
        raise CellError(NA, "not_contractual", returned=back, lost=n_lost)
    return n_lost / n_active


def frequency(
    customers: Codes,
    days: FloatArray | Days | None = None,
    unit: str = "Y",
    as_of: float | None = None,
    orders: Codes | None = None,
) -> float:
    r"""Purchase rate: orders / A, A being the distinct pairs of customer and window.

    Orders per customer in a unit of time in which the customer bought.

    Parameters
    ----------
    customers : ndarray of int, shape (lines,)
        Code of the customer of each line.
    days : ndarray, shape (lines,), optional
        Serial dates. Without them the rows are taken as one unit.
    unit : {"D", "W", "M", "Q", "Y"}
        Length of a window.
    as_of : float, optional
        End of the observation; later lines are left out. The last date by default.
    orders : ndarray of int, shape (lines,), optional
        Order of each line, -1 where it has no id; lines of one order count once, on its first day.

    Returns
    -------
    float

    Raises
    ------
    CellError
        #N/A when nothing was ordered by `as_of`, or the observation is shorter than one unit.

    Examples
    --------
    >>> ids = np.array([0, 0, 0, 1, 1, 2])
    >>> days = np.array([45332, 45505, 45721, 45432, 45607, 45838])
    >>> frequency(ids, days, "Y", 46022.0), frequency(ids)
    (1.5, 2.0)
    """
    if days is None:
        lines = customers if orders is None else customers[_first_lines(orders, None)]
        if not lines.size:
            raise CellError(NA, "no_order_left")
        return lines.size / distinct(lines).size
    who, when, observed = _observed(customers, days, unit, as_of, orders)
    return who.size / int(active_counts(who, when, observed, int(who.max()) + 1).sum())


def lifespan(
    customers: Codes,
    days: FloatArray | Days,
    unit: str = "Y",
    method: str = "observed",
    as_of: float | None = None,
) -> float:
    r"""Customer lifespan in units of time.

    Parameters
    ----------
    customers : ndarray of int, shape (orders,)
        Code of the customer of each order.
    days : ndarray, shape (orders,)
        Serial dates.
    unit : {"D", "W", "M", "Q", "Y"}
        Length of a window.
    method : {"observed", "churn"}
        "observed" A / N: windows in which a customer bought, to date, a lower bound. "churn" 1 / c
        with c from `churn`.
    as_of : float, optional
        End of the observation; later lines are left out. The last date by default.

    Returns
    -------
    float

    Raises
    ------
    CellError
        #N/A when nothing was ordered by `as_of`, the observation is too short, or (by churn)
        customers come back; #DIV/0! (by churn) when nobody was lost.

    Examples
    --------
    >>> ids = np.array([0, 0, 0, 1, 1, 2])
    >>> days = np.array([45332, 45505, 45721, 45432, 45607, 45838])
    >>> round(lifespan(ids, days, "Y", "observed", 46022.0), 4)
    1.3333
    """
    who, when, observed = _observed(customers, days, unit, as_of, None)
    if method == "churn":
        rate = churn(active_pairs(who, when, observed), observed.count)
        if not rate:
            raise CellError(DIV, "nobody_lost")
        return 1.0 / rate
    active = active_counts(who, when, observed, int(who.max()) + 1)
    return int(active.sum()) / int(np.count_nonzero(active))


def repeat_rate(customers: Codes) -> float:
    """Share of the customers with two or more orders.

    Parameters
    ----------
    customers : ndarray of int, shape (orders,)
        Code of the customer of each order.

    Returns
    -------
    float

    Raises
    ------
    CellError
        #DIV/0! without customers.

    Examples
    --------
    >>> repeat_rate(np.array([0, 0, 0, 1, 1, 2, 3]))
    0.5
    """
    counts = counting.counts(customers)
    buyers = int(np.count_nonzero(counts))
    if not buyers:
        raise CellError(DIV, "no_customers")
    return int(np.count_nonzero(counts > 1)) / buyers


def _first_lines(orders: Codes, moments: FloatArray | None) -> IntArray:
    found = netted(orders)
    return earliest(found.group, np.zeros(orders.size) if moments is None else moments, found.size)


def _observed(
    customers: Codes, days: FloatArray | Days, unit: str, as_of: float | None, orders: Codes | None
) -> tuple[IntArray, IntArray, Windows]:
    """Return customers and days of the orders up to `as_of`, and the windows they fall in."""
    moments = np.asarray(days, np.float64)
    whole = np.floor(moments)
    end = int(np.floor(as_of)) if as_of is not None else int(whole.max(initial=0.0))
    keep = whole <= end
    if not keep.all():
        rows = np.flatnonzero(keep)  # several times faster than a mask for each array
        customers, whole = customers[rows], whole[rows]
        if orders is not None:
            moments, orders = moments[rows], orders[rows]
    if not whole.size:
        raise CellError(NA, "no_order_left")
    if orders is not None:
        lines = _first_lines(orders, moments)
        customers, whole = customers[lines], whole[lines]
    day = whole.astype(np.int64)
    return np.asarray(customers, np.int64), day, windows(int(day.min()), end, unit)
