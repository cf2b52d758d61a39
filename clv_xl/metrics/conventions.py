"""Lifetime value by convention: when margins are booked, and which is the first that counts.

m is the margin per period, r the retention rate, d the discount rate and a = 1+d-r throughout.
Source of the closed forms: Fader and Hardie (2012), Reconciling and clarifying CLV formulas,
note 024, brucehardie.com/notes/024.
"""

from math import expm1, inf, log, log1p
from typing import NamedTuple

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.errors import DIV, CellError
from clv_xl.metrics.discounting import annuity, factor
from clv_xl.metrics.numbers import Number, plain, quotient


def contract(
    margin_per_period: Number,
    retention_rate: Number,
    discount_rate: Number,
    booking: str,
    cac: Number = 0.0,
) -> Number:
    r"""Value of a customer under contract who renews with a constant rate.

    - ``"upfront"``: booked at the beginning, the first payment certain:
      :math:`m \sum_{t \ge 0} (r/(1+d))^t = m (1+d)/a`
    - ``"first_certain"``: booked at the end, the first payment certain: :math:`m/a`
    - ``"after_renewal"``: booked at the end by those who have renewed: :math:`m r/a`

    Parameters
    ----------
    margin_per_period : float or ndarray
        m, money per customer and period.
    retention_rate : float or ndarray
        r, 0 to 1.
    discount_rate : float or ndarray
        d, fraction per period, with 1 + d - r > 0.
    booking : {"upfront", "first_certain", "after_renewal"}
        The convention.
    cac : float or ndarray
        Cost of winning the customer, subtracted.

    Returns
    -------
    float, or ndarray of the broadcast shape
        Money per customer.

    Raises
    ------
    ZeroDivisionError
        If all are single numbers and 1 + d - r is 0; in arrays the element is not finite.

    Notes
    -----
    Source: Fader and Hardie (2012), note 024; "after_renewal" is the margin multiple of Gupta and
    Lehmann (2003), Customers as assets.

    Examples
    --------
    >>> [round(contract(60.0, 0.8, 0.1, b), 6) for b in ("upfront", "first_certain", "after_renewal")]
    [220.0, 200.0, 160.0]
    """
    first_certain = quotient(margin_per_period, _excess(retention_rate, discount_rate))
    if booking == "upfront":
        return first_certain * (1 + discount_rate) - cac
    if booking == "after_renewal":
        return first_certain * retention_rate - cac
    return first_certain - cac


def _excess(r: Number, d: Number) -> Number:
    """Return 1 + d - r, with the digits that adding 1 first would drop."""
    return d + (1 - r)


def subscription(
    arpa: Number,
    gross_margin: Number,
    churn_rate: Number,
    expansion_rate: Number = 0.0,
    cac: Number = 0.0,
    discount_rate: Number = 0.0,
) -> Number:
    r"""Value of a subscriber billed at the beginning of each period, whose bill may grow.

    .. math:: m \sum_{t \ge 0} \left(\frac{(1-c)(1+g)}{1+d}\right)^t - CAC
              = \frac{m (1+d)}{1+d-(1-c)(1+g)} - CAC, \quad m = ARPA \cdot margin

    Parameters
    ----------
    arpa : float or ndarray
        Revenue per account and period.
    gross_margin : float or ndarray
        Share of revenue kept.
    churn_rate : float or ndarray
        c, share of accounts lost per period, 0 to 1.
    expansion_rate : float or ndarray
        g, growth per period of the bill of an account that stays.
    cac : float or ndarray
        Cost of winning the account, subtracted.
    discount_rate : float or ndarray
        d, fraction per period, with 1 + d > (1-c)(1+g).

    Returns
    -------
    float, or ndarray of the broadcast shape
        Money per account.

    Raises
    ------
    ZeroDivisionError
        If all are single numbers and 1 + d equals (1-c)(1+g); in arrays the element is not finite.

    Notes
    -----
    Source: note 024 of Fader and Hardie with r = (1-c)(1+g); without growth and discounting it is
    ARPA x margin / churn.

    Examples
    --------
    >>> subscription(100.0, 0.8, 0.05), round(subscription(100.0, 0.8, 0.05, 0.01), 2)
    (1600.0, 1975.31)
    """
    # 1 + d - (1-c)(1+g), which keeps the digits of a small churn rate where d and g are equal
    excess = (discount_rate - expansion_rate) + churn_rate * (1 + expansion_rate)
    return quotient(arpa * gross_margin * (1 + discount_rate), excess) - cac


def curve(
    margins: FloatArray,
    survival: FloatArray,
    discount_rate: Number,
    cac: Number = 0.0,
    timing: Number = 0.0,
) -> Number:
    r"""Value of a customer from an explicit curve: :math:`\sum_t m_t S_t (1+d)^{timing-t} - CAC`.

    Parameters
    ----------
    margins : ndarray, shape (n,)
        m_t, margin in period t = 1..n of a customer who is there.
    survival : ndarray, shape (n,)
        S_t, share of customers there in period t, taken as given.
    discount_rate : float or ndarray
        d, fraction per period.
    cac : float or ndarray
        Cost of winning the customer, subtracted.
    timing : float or ndarray
        0 end of the period, 0.5 middle, 1 beginning.

    Returns
    -------
    float, or ndarray of the shape that the last three broadcast to
        Money per customer, truncated at the length of the curve.

    Notes
    -----
    Source: the definition of CLV, Fader and Hardie (2012), note 024, equation for E(CLV).

    Examples
    --------
    >>> round(curve(np.array([60.0, 60.0, 60.0]), np.array([1.0, 0.8, 0.64]), 0.1, 0.0, 1.0), 2)
    135.37
    """
    expected = np.asarray(margins, np.float64) * survival
    d, t = np.asarray(discount_rate)[..., None], np.asarray(timing)[..., None]
    return plain(np.sum(expected * factor(np.arange(1.0, expected.size + 1), d, t), axis=-1) - cac)


def schedule(
    customers: float,
    margin_per_period: float,
    retention_rate: float,
    discount_rate: float,
    periods: int,
    cac: float = 0.0,
    timing: float = 0.0,
) -> tuple[dict[str, FloatArray], dict[str, float]]:
    r"""Period by period, what a cohort that shrinks by its retention rate is worth.

    In period t there are :math:`N r^{t-1}` customers. With an acquisition cost the schedule begins
    with a period 0 in which it is spent on all of them. In every row present value = margin x factor,
    and cumulative is the sum of the present values so far.

    Parameters
    ----------
    customers : float
        N, customers won.
    margin_per_period : float
        Money per customer and period.
    retention_rate : float
        r, 0 to 1.
    discount_rate : float
        Fraction per period.
    periods : int
        Length of the schedule, at which the value is truncated; 1 or more.
    cac : float
        Cost of winning one customer, spent at time 0.
    timing : float
        0 end of the period, 0.5 middle, 1 beginning.

    Returns
    -------
    columns : dict of ndarray
        ``period, customers, margin, factor, present_value, cumulative``; margin in money of the cohort.
    total : dict of float
        ``customers``: N, those won; ``margin``: undiscounted, net of the acquisition cost;
        ``present_value``: the truncated CLV of all of them, net; divided by N it is that of each.

    Notes
    -----
    Source: the sum that Fader and Hardie (2012), note 024, close, written out.

    Examples
    --------
    >>> columns, total = schedule(1000.0, 60.0, 0.8, 0.1, 3, 0.0, 1.0)
    >>> columns["customers"].round(6)
    array([1000.,  800.,  640.])
    >>> round(total["present_value"] / total["customers"], 2)
    135.37
    """
    period = np.arange(1.0, int(periods) + 1)
    there = customers * np.power(float(retention_rate), period - 1)
    margin = there * margin_per_period
    factors = np.asarray(factor(period, discount_rate, timing))
    if cac:
        period, factors = np.append(0.0, period), np.append(1.0, factors)
        there, margin = np.append(customers, there), np.append(-cac * customers, margin)
    present_value = margin * factors
    cumulative = np.cumsum(present_value)
    columns = {
        "period": period,
        "customers": there,
        "margin": margin,
        "factor": factors,
        "present_value": present_value,
        "cumulative": cumulative,
    }
    total = {"customers": customers, "margin": float(margin.sum()), "present_value": float(cumulative[-1])}
    return columns, total


class Convention(NamedTuple):
    """One way of counting, side by side with others.

    Attributes
    ----------
    key : str
        Stable name, worded by ``texts``.
    value : float or CellError
        Money per customer, net of the acquisition cost; an error where the convention has no value.
    formula : str
        In symbols, the same in every language.
    note : str
        Key of a remark, or empty.
    """

    key: str
    value: float | CellError
    formula: str
    note: str = ""


def compare(
    margin_per_period: float,
    retention_rate: float,
    discount_rate: float,
    cac: float = 0.0,
    horizon: float | None = None,
) -> list[Convention]:
    r"""Return the value of one customer by every convention, for single numbers.

    ==================== ==================================================== =======================
    upfront              booked at the beginning, first certain               m (1+d) / (1+d-r)
    first_certain        booked at the end, first certain                     m / (1+d-r)
    after_renewal        booked at the end of a period entered by renewal     m r / (1+d-r)
    first_excluded_end   as before, discounted one period more                m r / ((1+d) (1+d-r))
    undiscounted         m in each period of the mean life                    m / (1-r)
    truncated            "upfront" stopped at the horizon h, if there is one  ... (1 - (r/(1+d))^h)
    mean_life_annuity    m for exactly the mean life L = 1/(1-r), at the end  CLV(m, 1, L, 1, 0, d)
    ==================== ==================================================== =======================

    Parameters
    ----------
    margin_per_period : float
        m, money per customer and period.
    retention_rate : float
        r, 0 to 1.
    discount_rate : float
        d, fraction per period, with 1 + d - r > 0.
    cac : float
        Cost of winning the customer, subtracted from each value.
    horizon : float, optional
        h, periods after which value is no longer counted.

    Returns
    -------
    list of Convention

    Notes
    -----
    Source: Fader and Hardie (2012), note 024. The annuity over the mean life carries the note
    ``mean_life_too_high``: the present value of an annuity is concave in its length, so by Jensen's
    inequality the value at the mean length exceeds the mean of the values over the actual lengths,
    which is "first_certain". The two are equal only at d = 0 or r = 0 or r = 1. A mean life that is
    not whole is counted as in `annuity`, in proportion. Without churn (r = 1) the mean life is
    infinite and the two rows that divide by 1 - r are #DIV/0!.

    Examples
    --------
    >>> for row in compare(60.0, 0.8, 0.1, horizon=3.0):
    ...     print(row.key, round(row.value, 2))
    upfront 220.0
    first_certain 200.0
    after_renewal 160.0
    first_excluded_end 145.45
    undiscounted 300.0
    truncated 135.37
    mean_life_annuity 227.45
    """
    m, r, d = float(margin_per_period), float(retention_rate), float(discount_rate)
    base = m / (d + (1 - r))
    life = 1 / (1 - r) if r != 1 else inf
    endless = CellError(DIV, "zero_denominator", argument="retention_rate")
    less = " - cac" if cac else ""
    rows = [
        Convention("upfront", base * (1 + d) - cac, f"m (1+d) / (1+d-r){less}"),
        Convention("first_certain", base - cac, f"m / (1+d-r){less}"),
        Convention("after_renewal", base * r - cac, f"m r / (1+d-r){less}"),
        Convention("first_excluded_end", base * r / (1 + d) - cac, f"m r / ((1+d) (1+d-r)){less}"),
        Convention("undiscounted", endless if life == inf else m * life - cac, f"m / (1-r){less}"),
    ]
    if horizon is not None:
        counted = -expm1(horizon * (log(r) - log1p(d))) if r else float(horizon > 0)
        formula = f"m (1+d) / (1+d-r) (1 - (r/(1+d))^h){less}"
        rows.append(Convention("truncated", base * (1 + d) * counted - cac, formula))
    held = endless if life == inf else m * float(annuity(life, d)) - cac
    # The closed form (1 - (1+d)^-L) / d holds for a whole L alone, and for no L at d = 0.
    formula = f"CLV(m, 1, L, 1, 0, d){less}, L = 1/(1-r)"
    return [*rows, Convention("mean_life_annuity", held, formula, "mean_life_too_high")]
