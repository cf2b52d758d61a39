"""What a customer, and all of them together, are worth."""

from clv_xl.metrics.discounting import annuity
from clv_xl.metrics.numbers import Number


def clv(
    avg_order_value: Number,
    frequency: Number,
    lifespan: Number,
    margin: Number = 1.0,
    cac: Number = 0.0,
    discount_rate: Number = 0.0,
    timing: Number = 0.0,
) -> Number:
    r"""Customer lifetime value from averages: :math:`AOV \cdot f \cdot margin \cdot a(L, d, t) - CAC`.

    Parameters
    ----------
    avg_order_value : float or ndarray
        Money per order.
    frequency : float or ndarray
        Orders per customer and period, 0 or more.
    lifespan : float or ndarray
        Periods that a customer keeps buying, 0 or more.
    margin : float or ndarray
        Share of revenue kept, up to 1; 1 gives revenue; negative is a loss.
    cac : float or ndarray
        Cost of winning the customer, a positive amount, subtracted.
    discount_rate : float or ndarray
        Rate per period as a fraction.
    timing : float or ndarray
        0 end of the period, 0.5 middle, 1 beginning.

    Returns
    -------
    float, or ndarray of the broadcast shape
        Money per customer.

    See Also
    --------
    clv_xl.metrics.discounting.annuity : the discounted number of periods, a(L, d, t).

    Notes
    -----
    Undiscounted it is the textbook product of average order value, purchase frequency, lifespan
    and margin. The lifespan is taken as certain; where customers leave at random the same mean
    life is worth less, see `clv_xl.metrics.conventions.compare`.

    Examples
    --------
    >>> clv(50.0, 3.0, 3.0), clv(50.0, 3.0, 3.0, 0.4, 45.0)
    (450.0, 135.0)
    >>> round(clv(50.0, 3.0, 3.0, 0.4, 45.0, 0.1), 2)
    104.21
    """
    return avg_order_value * frequency * margin * annuity(lifespan, discount_rate, timing) - cac


def equity(residual_clv_per_customer: Number, customers: Number) -> Number:
    """Customer equity: the future value of the customers there are today.

    Parameters
    ----------
    residual_clv_per_customer : float or ndarray
        Value still to come from one customer; what was earned or spent before is not in it.
    customers : float or ndarray
        Number of customers, 0 or more.

    Returns
    -------
    float, or ndarray of the broadcast shape
        Money.

    Notes
    -----
    Equation: residual CLV x customers. Source: Rust, Lemon, Zeithaml (2004), Journal of Marketing
    68(1), customer equity as the sum of the lifetime values of a firm's customers.

    Examples
    --------
    >>> equity(120.0, 800.0)
    96000.0
    """
    return residual_clv_per_customer * customers
