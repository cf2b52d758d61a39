"""Present value of money that comes period by period."""

from math import exp, expm1, floor, log1p

import numpy as np

from clv_xl.metrics.numbers import SINGLE, Number, plain


def annuity(n: Number, discount_rate: Number = 0.0, timing: Number = 0.0) -> Number:
    r"""Present value of 1 in each of `n` periods, the last one in proportion.

    .. math:: \sum_{j=1}^{k} v^{j-t} + \varphi v^{k+1-t},
              \quad k = \lfloor n \rfloor,\ \varphi = n - k,\ v = 1/(1+d)

    The sum of the whole periods is computed as -expm1(-k ln(1+d)) / d, which keeps every digit
    however small the rate is; at a rate of 0 the value is `n` itself.

    Parameters
    ----------
    n : float or ndarray
        Number of periods, 0 or more, not necessarily whole.
    discount_rate : float or ndarray
        Rate per period as a fraction, 0 or more.
    timing : float or ndarray
        When in its period the money is counted: 0 end, 0.5 middle, 1 beginning.

    Returns
    -------
    float, or ndarray of the broadcast shape

    Notes
    -----
    Source: for whole `n` and a timing of 0 or 1 this is ``-PV(rate, n, 1, 0, timing)`` of a
    spreadsheet program (OpenDocument 1.3 part 4, PV). It is continuous in `n`.

    Examples
    --------
    >>> round(annuity(3.0, 0.1), 6), round(annuity(2.5, 0.1, 1.0), 6)
    (2.486852, 2.322314)
    >>> annuity(np.array([0.0, 2.5]), 0.0)
    array([0. , 2.5])
    """
    if isinstance(n, SINGLE) and isinstance(discount_rate, SINGLE) and isinstance(timing, SINGLE):
        if not discount_rate:
            return float(n)
        k = floor(n)
        force = log1p(discount_rate)
        whole = -expm1(-k * force) / discount_rate * exp(timing * force)
        return whole + (n - k) * exp((timing - k - 1) * force)
    d = np.asarray(discount_rate, np.float64)
    periods = np.floor(n)
    forces = np.log1p(d)
    wholes = np.where(d == 0, periods, -np.expm1(-periods * forces) / np.where(d == 0, 1.0, d))
    return plain(wholes * np.exp(timing * forces) + (n - periods) * np.exp((timing - periods - 1) * forces))


def factor(period: Number, discount_rate: Number, timing: Number = 0.0) -> Number:
    r"""Present value :math:`(1+d)^{t-j}` of 1 counted in period j, the first being 1.

    Parameters
    ----------
    period : float or ndarray
        The period j.
    discount_rate : float or ndarray
        Rate per period as a fraction, 0 or more.
    timing : float or ndarray
        t: 0 end of the period, 0.5 middle, 1 beginning.

    Returns
    -------
    float, or ndarray of the broadcast shape

    Notes
    -----
    The terms of `annuity`, written as exp((t - j) ln(1+d)) so that a rate near 0 is not lost.

    Examples
    --------
    >>> round(factor(1.0, 0.25), 12), factor(1.0, 0.25, 1.0)
    (0.8, 1.0)
    """
    return plain(np.exp((np.asarray(timing) - period) * np.log1p(discount_rate)))
