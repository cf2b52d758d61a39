"""Customers, revenue and cash period by period: the corkscrew, and what each cohort adds to it."""

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.errors import NUM, CellError
from clv_xl.metrics.sums import exact_sum, grouped_sum

MEASURES = ("customers", "revenue", "cash")


def corkscrew(
    active: float,
    new: FloatArray,
    retention: FloatArray,
    revenue_per_customer: FloatArray,
    margin: float = 1.0,
    cac: float = 0.0,
) -> tuple[dict[str, FloatArray], dict[str, float]]:
    r"""Roll the customers forward and count revenue and cash on them.

    .. math:: C_t = O_t + n_t - L_t, \quad L_t = (1 - r_t) O_t, \quad O_{t+1} = C_t, \quad O_1 = active

    Revenue is :math:`C_t p_t`, its margin :math:`m C_t p_t`, cash :math:`m C_t p_t - CAC\, n_t`.
    Parts of customers are kept: a forecast is an expectation, and rounding it period by period would
    lose or make customers.

    Parameters
    ----------
    active : float
        Customers at the start of the first period.
    new : ndarray of float64, shape (n,)
        n_t, customers won in each period; n is 1 or more.
    retention : ndarray of float64, shape (n,)
        r_t, share of the opening customers kept, 0 to 1.
    revenue_per_customer : ndarray of float64, shape (n,)
        p_t, money per closing customer and period.
    margin : float
        m, share of revenue kept; 1 counts in revenue.
    cac : float
        Money spent on each customer won, in the period of winning.

    Returns
    -------
    columns : dict of ndarray, shape (n,)
        ``period, opening_customers, new_customers, lost_customers, closing_customers, revenue,
        margin_amount, acquisition_cost, cash, cumulative_cash, low_point``. The last one holds the
        smallest cumulative cash in the (first) period of it and NaN elsewhere.
    total : dict of float
        Of flows the sum; the first opening, the last closing and the last cumulative cash; the low point.

    Raises
    ------
    CellError
        #NUM! when a number of it exceeds what a float holds.

    Notes
    -----
    Source: the corkscrew (control account) of the FAST Standard for financial models.

    Examples
    --------
    >>> new, r, p = np.array([1000.0, 800.0, 500.0]), np.full(3, 0.8), np.full(3, 60.0)
    >>> columns, total = corkscrew(0.0, new, r, p, 0.4, 60.0)
    >>> columns["closing_customers"], columns["cumulative_cash"]
    (array([1000., 1600., 1780.]), array([-36000., -45600., -32880.]))
    >>> columns["low_point"], total["low_point"]
    (array([    nan, -45600.,     nan]), -45600.0)
    """
    opening, kept, closing = _rolled(active, new, retention)
    with np.errstate(over="ignore", invalid="ignore"):
        lost = opening - kept
        revenue = closing * revenue_per_customer
        amount, spent = revenue * margin + 0.0, cac * new  # + 0.0: no loss on no revenue is 0, not -0
        cash = amount - spent
        cumulative = _running(cash)
    low = int(np.argmin(cumulative))
    lowest = float(cumulative[low])
    flows = {
        "new_customers": new,
        "lost_customers": lost,
        "revenue": revenue,
        "margin_amount": amount,
        "acquisition_cost": spent,
        "cash": cash,
    }
    sums = {key: exact_sum(flow) for key, flow in flows.items()}
    if not np.isfinite([*sums.values(), closing[-1], *cumulative]).all():
        raise CellError(NUM, "overflow")
    columns = {
        "period": np.arange(1.0, new.size + 1),
        "opening_customers": opening,
        "new_customers": new,
        "lost_customers": lost,
        "closing_customers": closing,
        "revenue": revenue,
        "margin_amount": amount,
        "acquisition_cost": spent,
        "cash": cash,
        "cumulative_cash": cumulative,
        "low_point": np.where(np.arange(new.size) == low, lowest, np.nan),
    }
    stocks = {
        "opening_customers": float(opening[0]),
        "closing_customers": float(closing[-1]),
        "cumulative_cash": float(cumulative[-1]),
        "low_point": lowest,
    }
    return columns, {**sums, **stocks}


def _rolled(
    active: float, new: FloatArray, retention: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return opening, kept and closing customers.

    Kept and not lost customers are what is multiplied: 80% of 800 is 640, 1 - 80% of 800 in floats
    is 159.99999999999997.
    """
    opening, kept, closing = [], [], []
    there = active
    for won, share in zip(new.tolist(), retention.tolist(), strict=True):
        opening.append(there)
        kept.append(there * share)
        there = kept[-1] + won
        closing.append(there)
    return np.array(opening), np.array(kept), np.array(closing)


def _running(flow: FloatArray) -> FloatArray:
    """Return running sums; what each addition rounds away is added back (Knuth's two-sum).

    Losses at first and profits later cancel: the plain sum would carry the rounding of the large
    amounts into the small balance that is left.
    """
    sums = np.cumsum(flow)
    before = np.append(0.0, sums[:-1])
    added = sums - before
    lost = (before - (sums - added)) + (flow - added)
    return np.asarray(sums + np.cumsum(lost))


def by_cohort(
    measure: str,
    active: float,
    new: FloatArray,
    retention: FloatArray,
    revenue_per_customer: FloatArray,
    margin: float = 1.0,
    cac: float = 0.0,
) -> tuple[FloatArray, FloatArray]:
    r"""Split one measure of the corkscrew by the period in which the customers were won.

    Of the cohort won in period c, :math:`n_c \prod_{s=c+1}^{t} r_s` are there at the end of period t; of
    the customers there at the start, the product begins with r_1. Each row sums to the corkscrew's.

    Parameters
    ----------
    measure : {"customers", "revenue", "cash"}
        Closing customers; revenue on them; its margin less what winning the cohort cost.
    active, new, retention, revenue_per_customer, margin, cac
        As in `corkscrew`.

    Returns
    -------
    cells : ndarray of float64, shape (n, n + 1)
        A row a period; column 0 the customers there at the start, column c the cohort won in period
        c, NaN before it.
    total : ndarray of float64, shape (n + 1,)
        Customers of each cohort at the end; the sum of its revenue or cash.

    Raises
    ------
    CellError
        #NUM! when a number of it exceeds what a float holds.

    Examples
    --------
    >>> half, ten = np.full(2, 0.5), np.full(2, 10.0)
    >>> by_cohort("customers", 8.0, np.array([2.0, 1.0]), half, ten)
    (array([[ 4.,  2., nan], [ 2.,  1.,  1.]]), array([2., 1., 1.]))
    >>> by_cohort("cash", 8.0, np.array([2.0, 1.0]), half, ten, 0.5, 3.0)[1]
    array([30.,  9.,  2.])
    """
    periods = new.size
    cells = np.full((periods, periods + 1), np.nan)
    there = np.array([active])
    with np.errstate(over="ignore", invalid="ignore"):
        for t, (won, share) in enumerate(zip(new, retention, strict=True)):
            there = np.append(there * share, won)
            cells[t, : t + 2] = there
        if measure != "customers":
            cells *= revenue_per_customer[:, None]
        if measure == "cash":
            cells = cells * margin + 0.0
            cells[np.arange(periods), np.arange(1, periods + 1)] -= cac * new
        born = ~np.isnan(cells)
        if measure == "customers":
            total = cells[-1].copy()
        else:
            cohort = np.nonzero(born)[1]
            total = grouped_sum(cohort, cells[born], periods + 1)
    if np.isinf(cells).any() or not np.isfinite(total).all():
        raise CellError(NUM, "overflow")
    return cells, total
