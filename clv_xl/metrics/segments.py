"""Value by segment, and the company as the sum of its segments."""

from dataclasses import dataclass

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.metrics.numbers import Number, quotient
from clv_xl.metrics.sums import exact_sum
from clv_xl.metrics.value import clv

FEW_CUSTOMERS = 50

# A gap smaller than this share of the value is rounding.
_DUST = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class Value:
    """Drivers and value of segments (arrays), or of the company (numbers).

    Parameters
    ----------
    customers, orders, revenue : float or ndarray
        Sums.
    avg_order_value : float or ndarray
        revenue / orders.
    frequency : float or ndarray
        orders / A, A being the pairs of customer and window of time.
    lifespan : float or ndarray
        Periods; of the company weighted by customers.
    margin : float or ndarray
        Share of revenue kept; of the company weighted by revenue.
    clv : float or ndarray
        Value of a customer before acquisition cost; of the company sum n CLV / sum n.
    cac : float or ndarray
        Acquisition cost of a customer; of the company weighted by customers.
    share : float or ndarray
        Share of sum n CLV; NaN where that sum is 0.
    """

    customers: Number
    orders: Number
    revenue: Number
    avg_order_value: Number
    frequency: Number
    lifespan: Number
    margin: Number
    clv: Number
    cac: Number
    share: Number

    @property
    def net(self) -> Number:
        """Value of a customer after acquisition cost."""
        return self.clv - self.cac

    @property
    def ratio(self) -> Number:
        """Value before acquisition cost over that cost; infinite or NaN where it costs nothing."""
        return quotient(np.asarray(self.clv), np.asarray(self.cac))

    @property
    def payback(self) -> Number:
        """Periods until the undiscounted margin has returned the acquisition cost; infinite: never."""
        per_period = np.asarray(self.avg_order_value * self.frequency * self.margin)
        periods = np.where(per_period > 0, quotient(np.asarray(self.cac), per_period), np.inf)
        return np.where(np.asarray(self.cac) == 0, 0.0, periods)


@dataclass(frozen=True, eq=False, slots=True)
class SegmentValues:
    """What `segment_values` returns.

    Parameters
    ----------
    rows : Value
        The segments, arrays of one length.
    total : Value
        The company, numbers.
    product : float
        Value that the company's average drivers would give.
    mix_effect : float
        CLV of the company less `product`: what averages cannot tell; 0 when the lifespan is
        observed and nothing is discounted.
    """

    rows: Value
    total: Value
    product: float
    mix_effect: float


def segment_values(
    customers: FloatArray,
    active: FloatArray,
    orders: FloatArray,
    revenue: FloatArray,
    lifespan: Number | None = None,
    margin: Number = 1.0,
    cac: Number = 0.0,
    discount_rate: float = 0.0,
    timing: float = 0.0,
) -> SegmentValues:
    r"""Value each segment, then add the segments up.

    .. math:: CLV = \frac{\sum_s n_s CLV_s}{\sum_s n_s}, \quad
              \text{CLV:CAC} = \frac{\sum_s n_s CLV_s}{\sum_s n_s CAC_s}

    Parameters
    ----------
    customers : ndarray of float64, shape (s,)
        Customers of each segment, above 0.
    active : ndarray of float64, shape (s,)
        A: distinct pairs of customer and window of time.
    orders, revenue : ndarray of float64, shape (s,)
        Sums of each segment.
    lifespan : float or ndarray, optional
        Periods; observed, A / n, where it is left out: then AOV x frequency x lifespan is
        revenue / customers, segment by segment and for the company.
    margin, cac : float or ndarray
        Share of revenue kept; acquisition cost of a customer.
    discount_rate, timing : float
        As in `clv_xl.metrics.value.clv`.

    Returns
    -------
    SegmentValues

    Notes
    -----
    The company's frequency is orders / A, so its drivers are those of `CLV.SUMMARY`.

    Examples
    --------
    >>> n = np.array([500.0, 300.0])
    >>> found = segment_values(n, n, n * [3, 6], n * [150, 480], np.array([3, 1.5]), np.array([0.4, 0.3]))
    >>> found.rows.clv.tolist(), found.total.clv, round(found.product, 2)
    ([180.0, 216.0], 193.5, 223.03)
    """
    life = quotient(active, customers) if lifespan is None else lifespan + np.zeros_like(customers)
    margins, costs = margin + np.zeros_like(customers), cac + np.zeros_like(customers)
    aov, frequency = quotient(revenue, orders), quotient(orders, active)
    values = np.asarray(clv(aov, frequency, life, margins, 0.0, discount_rate, timing))
    everybody, sales, equity = exact_sum(customers), exact_sum(revenue), exact_sum(customers * values)
    bought = exact_sum(orders)
    rows = Value(
        customers, orders, revenue, aov, frequency, life, margins, values, costs,
        quotient(customers * values, np.asarray(equity)) if equity else np.full(customers.size, np.nan),
    )  # fmt: skip
    total = Value(
        everybody,
        bought,
        sales,
        sales / bought,
        bought / exact_sum(active),
        _mean(np.asarray(life), customers, everybody),
        _mean(margins, revenue, sales),
        equity / everybody,
        _mean(costs, customers, everybody),
        1.0 if equity else float("nan"),
    )
    product = float(
        clv(total.avg_order_value, total.frequency, total.lifespan, total.margin, 0.0, discount_rate, timing)
    )
    gap = float(total.clv) - product
    return SegmentValues(rows, total, product, 0.0 if abs(gap) <= _DUST * abs(product) else gap)


def _mean(values: FloatArray, weights: FloatArray, whole: float) -> float:
    """Return the mean by weights that add up to `whole`; of equal values that value, to the last digit."""
    if not whole:
        return float("nan")
    return float(values[0]) if (values == values[0]).all() else exact_sum(values * weights) / whole
