"""How long a customer takes to earn back what winning one cost."""

import numpy as np

from clv_xl.cells import BoolArray, FloatArray
from clv_xl.metrics.numbers import Number, plain

_ROUNDING = 1e-13
_FLAT = 1e-200  # a rate below it changes no digit, and products with it may underflow


def payback(
    cac: Number,
    margin_per_period: Number,
    retention_rate: Number = 1.0,
    discount_rate: Number = 0.0,
    whole: bool | BoolArray = False,
) -> Number:
    r"""Smallest time at which the margins so far reach the acquisition cost.

    The margin of period t is :math:`m r^{t-1} / (1+d)^t`, spread evenly over the period. With
    :math:`a = 1+d-r` and :math:`q = r/(1+d)` the first n periods bring :math:`m (1-q^n)/a`, so
    the number of full periods is the whole part of :math:`\ln(1 - a\,CAC/m) / \ln q`.

    Parameters
    ----------
    cac : float or ndarray
        Cost of winning the customer; 0 or less is paid back at once.
    margin_per_period : float or ndarray
        m, margin of a customer who is there.
    retention_rate : float or ndarray
        r, share of customers kept from period to period, 0 to 1.
    discount_rate : float or ndarray
        d, rate per period as a fraction, 0 or more.
    whole : bool or ndarray of bool
        Whether to count a period begun as a whole one.

    Returns
    -------
    float, or ndarray of the broadcast shape
        Periods; NaN where the margins never reach the cost.

    Notes
    -----
    Source: Farris, Bendle, Pfeifer, Reibstein, Marketing Metrics, chapter 10 (payback), with the
    margins weighted by survival and discounting. Amounts that differ by 1e-13 of the cost, the
    rounding of cells, count as equal: 0.3 is paid back by 0.1 a period after 3 periods, not 4.

    Examples
    --------
    >>> payback(45.0, 5.0), round(payback(45.0, 5.0, 0.98), 2), payback(45.0, 5.0, 0.98, 0.0, True)
    (9.0, 9.82, 10.0)
    >>> payback(np.array([-1.0, 45.0]), 5.0, 0.5)
    array([ 0., nan])
    """
    cost, m, r, d = np.broadcast_arrays(
        *(np.asarray(x, np.float64) for x in (cac, margin_per_period, retention_rate, discount_rate))
    )
    with np.errstate(all="ignore"):
        # d + (1 - r) keeps the digits that 1 + d - r would drop where both are near 0
        a = d + (1 - r)
        a = np.where(np.abs(a) < _FLAT, 0.0, a)
        share = cost * a / m
        once = m / (1 + d)
        log_q = np.log1p(-a / (1 + d))
        full = np.floor(np.where(a == 0, cost / m, np.log1p(-share) / log_q))
        full = np.where(r == 0, 0.0, full)
        # the logarithms may be off by one next to a whole number of periods: look at the money
        full = np.maximum(full - (_earned(full, once, a, log_q) > cost), 0.0)
        full = full + ((_earned(full + 1, once, a, log_q) <= cost) & (r > 0))
        margin = once * np.where(full == 0, 1.0, np.exp(full * log_q))
        missing = cost - _earned(full, once, a, log_q)
        rounding = _ROUNDING * np.abs(cost)
        part = np.clip(missing / margin, 0.0, 1.0)
        part = np.where(np.asarray(whole), missing > rounding, part)
    last_chance = np.where(r == 0, share <= 1 + _ROUNDING, share < 1 - _ROUNDING)
    reached = (m > 0) & last_chance
    return plain(np.where(cost <= 0, 0.0, np.where(reached, full + part, np.nan)))


def _earned(periods: FloatArray, once: FloatArray, a: FloatArray, log_q: FloatArray) -> FloatArray:
    """Return what the first `periods` whole periods bring: once (1 - q^n) / (1 - q)."""
    share = np.where(periods == 0, 0.0, -np.expm1(periods * log_q))
    return np.where(a == 0, once * periods, once * share / -np.expm1(log_q))
