"""Rates and unit economics: churn, retention, acquisition cost, and a rate in another unit."""

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.metrics.numbers import Number, plain, quotient
from clv_xl.metrics.sums import exact_sum


def churn(lost_customers: Number, start_customers: Number) -> Number:
    """Share of the customers at the start of a period that left in it.

    Parameters
    ----------
    lost_customers : float or ndarray
        Customers of the start who are gone at the end.
    start_customers : float or ndarray
        Customers at the start, more than 0.

    Returns
    -------
    float, or ndarray of the broadcast shape
        lost / start, a fraction per period.

    Raises
    ------
    ZeroDivisionError
        If both are single numbers and `start_customers` is 0; in arrays the element is not finite.

    Notes
    -----
    Source: Farris, Bendle, Pfeifer, Reibstein, Marketing Metrics, chapter 5 (customer profitability).

    Examples
    --------
    >>> churn(40.0, 800.0)
    0.05
    """
    return quotient(lost_customers, start_customers)


def retention(start_customers: Number, end_customers: Number, new_customers: Number) -> Number:
    """Share of the customers at the start of a period who are still there at its end.

    Parameters
    ----------
    start_customers : float or ndarray
        Customers at the start, more than 0.
    end_customers : float or ndarray
        Customers at the end, new ones among them.
    new_customers : float or ndarray
        Customers won in the period.

    Returns
    -------
    float, or ndarray of the broadcast shape
        (end - new) / start, a fraction per period.

    Raises
    ------
    ZeroDivisionError
        As in `churn`.

    Notes
    -----
    Source: Farris, Bendle, Pfeifer, Reibstein, Marketing Metrics, chapter 5.

    Examples
    --------
    >>> retention(800.0, 850.0, 200.0)
    0.8125
    """
    return quotient(end_customers - new_customers, start_customers)


def nrr(start_revenue: Number, expansion: Number, contraction: Number, churned: Number) -> Number:
    """Net revenue retention: what the customers of the start bring at the end, per unit of the start.

    Parameters
    ----------
    start_revenue : float or ndarray
        Recurring revenue at the start, more than 0.
    expansion, contraction, churned : float or ndarray
        Revenue the same customers added, cut and took away, each a positive amount.

    Returns
    -------
    float, or ndarray of the broadcast shape
        (start + expansion - contraction - churned) / start; above 1 where growth outweighs loss.

    Raises
    ------
    ZeroDivisionError
        As in `churn`.

    Notes
    -----
    Source: the definition of recurring-revenue reporting; new customers' revenue is not in it.

    Examples
    --------
    >>> nrr(1000.0, 150.0, 50.0, 75.0)
    1.025
    """
    return quotient(start_revenue + expansion - contraction - churned, start_revenue)


def convert_rate(rate: Number, from_days: Number, to_days: Number, kind: str) -> Number:
    r"""Convert a rate per period of one length to the equal rate per period of another.

    Retention compounds as :math:`r^n`, churn as :math:`1-(1-c)^n` and an effective discount rate as
    :math:`(1+d)^n - 1`, with n = to_days / from_days.

    Parameters
    ----------
    rate : float or ndarray
        Fraction per period of `from_days`; churn and retention 0 to 1, discount above -1.
    from_days, to_days : float or ndarray
        Lengths of the two periods in days, more than 0.
    kind : {"churn", "retention", "discount"}
        What the rate is.

    Returns
    -------
    float, or ndarray of the broadcast shape
        Fraction per period of `to_days`.

    Notes
    -----
    Source: compound interest; a discount rate is as in EFFECT of a spreadsheet program, a churn
    rate is taken as constant within the period.

    Examples
    --------
    >>> round(convert_rate(0.05, 30.4375, 365.25, "churn"), 4)
    0.4596
    >>> round(convert_rate(0.21, 365.25, 182.625, "discount"), 12)
    0.1
    """
    n = quotient(to_days, from_days)
    with np.errstate(divide="ignore"):
        if kind == "retention":
            return plain(np.power(rate, n))
        if kind == "churn":
            return plain(-np.expm1(n * np.log1p(-np.asarray(rate))))
        return plain(np.expm1(n * np.log1p(rate)))


def cac(costs: FloatArray, new_customers: Number) -> Number:
    """Customer acquisition cost: everything spent on winning customers, per customer won.

    Parameters
    ----------
    costs : ndarray, shape (n,)
        Amounts spent; a credit is negative.
    new_customers : float or ndarray
        Customers won with them, more than 0.

    Returns
    -------
    float, or ndarray of the shape of `new_customers`
        Money per new customer.

    Raises
    ------
    ZeroDivisionError
        As in `churn`.

    Notes
    -----
    Source: Farris, Bendle, Pfeifer, Reibstein, Marketing Metrics, chapter 5 (acquisition spending).

    Examples
    --------
    >>> cac(np.array([30000.0, 6000.0]), 800.0)
    45.0
    """
    return quotient(exact_sum(costs), new_customers)


def ratio(clv_before_cac: Number, cac: Number) -> Number:
    """CLV:CAC, the value of a customer per unit of money spent on winning one.

    Parameters
    ----------
    clv_before_cac : float or ndarray
        Customer lifetime value from which the acquisition cost has not been subtracted.
    cac : float or ndarray
        Customer acquisition cost, more than 0.

    Returns
    -------
    float, or ndarray of the broadcast shape

    Raises
    ------
    ZeroDivisionError
        As in `churn`.

    Notes
    -----
    Equation: CLV / CAC, both of one customer.

    Examples
    --------
    >>> ratio(180.0, 45.0)
    4.0
    """
    return quotient(clv_before_cac, cac)
