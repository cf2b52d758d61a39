"""Cohorts by the calendar period of the first order, and what they do period after period."""

from dataclasses import dataclass

import numpy as np

from clv_xl.cells import BoolArray, FloatArray, IntArray
from clv_xl.errors import NA, CellError
from clv_xl.metrics import counting
from clv_xl.metrics.numbers import distinct
from clv_xl.metrics.periods import period_index, period_start


@dataclass(frozen=True, eq=False, slots=True)
class Cohorts:
    """Customers by the period of their first order; column k holds k periods later.

    A cell is NaN until the whole cohort has reached that age: a period that `as_of` cuts has not
    been reached.

    Parameters
    ----------
    period : ndarray of int64, shape (c,)
        Number of each cohort's period, rising; only periods with new customers.
    size : ndarray of float64, shape (c,)
        New customers.
    active : ndarray of float64, shape (c, ages)
        Customers with an order at that age.
    money : ndarray of float64, shape (c, ages)
        Money of the cohort at that age.
    cut_start : ndarray of bool, shape (c,)
        Whether the first order of the log falls inside the cohort's period and not on its first day.
    cut_end : ndarray of bool, shape (c,)
        Whether `as_of` falls inside the cohort's period and not on its last day.
    """

    period: IntArray
    size: FloatArray
    active: FloatArray
    money: FloatArray
    cut_start: BoolArray
    cut_end: BoolArray

    @property
    def partial(self) -> BoolArray:
        """Whether a cohort is cut at either end."""
        return self.cut_start | self.cut_end


def cohorts(
    first: IntArray,
    customers: IntArray,
    days: IntArray,
    money: FloatArray,
    is_order: BoolArray | None,
    as_of: int,
    unit: str,
) -> Cohorts:
    """Group customers by the period of their first order and follow them.

    Parameters
    ----------
    first : ndarray of int64, shape (n_customers,)
        Day of each customer's first order, a serial date.
    customers, days : ndarray of int64, shape (n,)
        Customer and day of each entry.
    money : ndarray of float64, shape (n,)
        Money of each entry; of a refund before the first order it counts at age 0.
    is_order : ndarray of bool, shape (n,), optional
        False for refunds, which make nobody active; None when every entry is an order.
    as_of : int
        Last day observed.
    unit : {"D", "W", "M", "Q", "Y"}
        Calendar period.

    Returns
    -------
    Cohorts

    Examples
    --------
    >>> found = cohorts(np.array([45658, 45690]), np.array([0, 1, 0]), np.array([45658, 45690, 45692]),
    ...                 np.array([10.0, 20.0, 5.0]), None, 45716, "M")  # January and February 2025
    >>> found.active.tolist(), found.money.tolist()
    ([[1.0, 1.0], [1.0, nan]], [[10.0, 5.0], [20.0, nan]])
    """
    own = period_index(first, unit)
    period, cohort, sizes = np.unique(own, return_inverse=True, return_counts=True)
    now = int(period_index(as_of, unit))
    ended = int(period_start(now + 1, unit)) == as_of + 1
    complete = now if ended else now - 1
    ages = max(complete - int(period[0]) + 1, 0)
    age = np.maximum(period_index(days, unit) - own[customers], 0)
    cells = period.size * ages
    place = cohort[customers] * ages + age
    seen = age < ages
    earned = counting.totals(place[seen], money[seen], cells)
    bought = seen if is_order is None else seen & is_order
    pairs = distinct(customers[bought] * max(ages, 1) + age[bought])
    who, when = np.divmod(pairs, max(ages, 1))
    active = counting.counts(cohort[who] * ages + when, cells)
    reached = period[:, None] + np.arange(ages) <= complete
    return Cohorts(
        period,
        sizes.astype(np.float64),
        np.where(reached, active.reshape(period.size, ages), np.nan),
        np.where(reached, earned.reshape(period.size, ages), np.nan),
        (period == period[0]) & (int(period_start(int(period[0]), unit)) < int(first.min())),
        (period == now) & (not ended),
    )


def measured(found: Cohorts, measure: str) -> FloatArray:
    """Return the cells of one measure.

    Parameters
    ----------
    found : Cohorts
        Cohorts.
    measure : {"customers", "retention", "revenue", "cumulative"}
        Active customers; their share of the cohort; money; money so far per customer of the cohort.

    Returns
    -------
    ndarray of float64, shape (c, ages)
    """
    if measure == "customers":
        return found.active
    if measure == "retention":
        return found.active / found.size[:, None]
    if measure == "revenue":
        return found.money
    return np.cumsum(found.money, axis=1) / found.size[:, None]


def pooled(found: Cohorts, measure: str) -> FloatArray:
    """Return one measure of all whole cohorts that reached an age, NaN where none did.

    Customers and revenue are summed; retention and cumulative money are per customer of them all.

    Parameters
    ----------
    found : Cohorts
        Cohorts; the partial ones are left out.
    measure : {"customers", "retention", "revenue", "cumulative"}
        As in `measured`.

    Returns
    -------
    ndarray of float64, shape (ages,)
    """
    cells, size = measured(found, measure)[~found.partial], found.size[~found.partial]
    reached = ~np.isnan(cells)
    per_customer = measure in ("retention", "cumulative")
    whole = np.where(reached, cells, 0.0)
    sums = (whole * size[:, None]).sum(axis=0) if per_customer else whole.sum(axis=0)
    people = (reached * size[:, None]).sum(axis=0)
    divisor = np.where(people > 0, people if per_customer else 1.0, np.nan)
    return np.asarray(sums / divisor)


def retention_curve(size: FloatArray, active: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Weighted retention curve: :math:`\sum_c a_{ck} / \sum_c n_c` over the cohorts that reached age k.

    Parameters
    ----------
    size : ndarray of float64, shape (c,)
        Customers of each cohort.
    active : ndarray of float64, shape (c, ages)
        Active customers; NaN where a cohort has not reached the age.

    Returns
    -------
    customers : ndarray of float64, shape (ages,)
        Customers of the cohorts that reached the age.
    retention : ndarray of float64, shape (ages,)
        Share of them active; NaN where no cohort reached the age.

    Raises
    ------
    CellError
        #N/A when no cohort has reached any age.

    Examples
    --------
    >>> retention_curve(np.array([10.0, 30.0]), np.array([[10.0, 4.0], [30.0, np.nan]]))
    (array([40., 10.]), array([1. , 0.4]))
    """
    reached = ~np.isnan(active)
    if not reached.any():
        raise CellError(NA, "no_whole_cohort")
    people = (reached * size[:, None]).sum(axis=0)
    kept = np.where(reached, active, 0.0).sum(axis=0)
    return people, np.asarray(kept / np.where(people > 0, people, np.nan))
