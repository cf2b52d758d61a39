"""The value of one driver at which an output of the driver model meets a target.

With m the margin per period, every output is money m times a multiple of the other drivers, so a
target asks for a multiple and most drivers follow from it in closed form:

- value: :math:`clv = m w`, w the annuity of `simple` or :math:`(1+d)/(1+d-k)` of the other methods,
  k the share of margin kept from period to period
- payback: :math:`cac = m e(T)`, e the present value of 1 a period over T periods, k kept

Each output goes one way with each driver, so there is one answer or none.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import expm1, floor, inf, isfinite, isinf, isnan, log, log1p, nan, nextafter
from sys import float_info

import numpy as np

from clv_xl.metrics.discounting import annuity, factor
from clv_xl.metrics.drivers import KEPT, METHODS, completed, margin_per_period, outcome
from clv_xl.metrics.payback import payback

SCALES = ("avg_order_value", "frequency", "margin")
"""Drivers that the margin per period is proportional to."""

_ROUNDING = 1e-12  # amounts that differ by less are equal: the rounding of cells
_ULPS = 8
_LARGEST = float_info.max

Drivers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Sought:
    """What came of a search.

    Parameters
    ----------
    value : float
        The value of the driver; NaN where none meets the target.
    nearest : float
        The output nearest to the target within reach; NaN where no value of the driver has an output.
    at : float
        The value of the driver there; infinite where the output is only approached as the driver
        goes on without end.
    flat : bool
        Whether the driver moves the output at all is answered by no.
    """

    value: float
    nearest: float
    at: float
    flat: bool = False


def seek(
    method: str,
    output: str,
    drivers: Drivers,
    changing: str,
    target: float,
    low: float = -inf,
    high: float = inf,
) -> Sought:
    r"""Value of one driver at which an output equals a target.

    Closed forms, with M the multiple that the target asks for and :math:`v = 1/(1+d)`:

    - avg_order_value, frequency, margin: in proportion; cac: :math:`clv - target`,
      :math:`clv / target` for the ratio, :math:`m\,e(target)` for the payback
    - lifespan: :math:`M v^t = (1 - v^k)/d + \varphi v^{k+1}` solved for :math:`k + \varphi`
    - timing: :math:`\ln(M / a) / \ln(1+d)`, a the annuity at timing 0
    - retention, churn, expansion: :math:`k = (1+d)(1 - 1/M)`
    - discount rate of `contract` and `subscription`: :math:`d = (1 - M(1-k)) / (M - 1)`

    A bracketed root finds the discount rate of `simple`, and the discount rate and k of a payback.

    Parameters
    ----------
    method : {"simple", "contract", "subscription"}
        The way to value.
    output : {"net_clv", "clv", "ratio", "payback"}
        What is to meet the target.
    drivers : Mapping
        Driver to number; that of `changing` is ignored and may be missing.
    changing : str
        The driver to change.
    target : float
        Money per customer, a multiple or periods.
    low, high : float
        Smallest and largest value that the driver may take, within its domain. A discount rate and
        the drivers of k need finite ones.

    Returns
    -------
    Sought

    Notes
    -----
    Source: the equations of `clv_xl.metrics.drivers.outcome`, solved. An answer is tried in them:
    it stands if the output is the target to a relative 1e-12, or passes it between the floats next
    to the answer; a payback, if the two times earn the same to a relative 1e-13.

    Examples
    --------
    >>> shop = {"avg_order_value": 50.0, "lifespan": 3.0, "margin": 0.4, "cac": 45.0}
    >>> round(seek("simple", "net_clv", shop, "frequency", 160.0, 0.0).value, 4)
    3.4167
    >>> found = seek("simple", "net_clv", {**shop, "frequency": 0.5}, "margin", 160.0, -1.0, 1.0)
    >>> found.value, found.nearest, found.at
    (nan, 30.0, 1.0)
    """
    search = _Search(method, output, drivers, changing, target, (low, high))
    if search.flat():
        return Sought(nan, *search.nearest(()), flat=True)
    answer = search.answer()
    inside = () if isnan(answer) else (min(max(answer, low), high),)
    for value in (*inside, low, high):
        if search.meets(value):
            return Sought(value, search.outcome(value), value)
    return Sought(nan, *search.nearest(inside))


class _Search:
    """One question: the drivers that stay, the one that changes, and the target."""

    def __init__(
        self,
        method: str,
        output: str,
        drivers: Drivers,
        changing: str,
        target: float,
        ends: tuple[float, float],
    ) -> None:
        gone = KEPT if changing in KEPT else (changing,)
        self.method, self.output, self.changing, self.target = method, output, changing, target
        self.low, self.high = ends
        self.others = {name: value for name, value in drivers.items() if name not in gone}
        self.full: dict[str, float] = {k: float(v) for k, v in completed(method, self.others).items()}

    def at(self, value: float) -> dict[str, float]:
        """Return the drivers as stated, the changing one at a value."""
        return {**self.others, self.changing: value}

    def outcome(self, value: float, output: str | None = None) -> float:
        """Return the output at a value of the driver; NaN where there is none."""
        if not isfinite(value):
            return nan
        with np.errstate(all="ignore"):
            return float(outcome(self.method, output or self.output, self.at(value)))

    def kept(self, value: float) -> float:
        """Return the share kept from period to period at a value of the driver."""
        return float(METHODS[self.method].kept(completed(self.method, self.at(value))))

    def margin(self) -> float:
        """Return the margin per period; per unit of the driver where that is part of it."""
        one = {self.changing: 1.0} if self.changing in SCALES else {}
        return float(margin_per_period({**self.full, **one}))

    def flat(self) -> bool:
        """Return whether the output is the same whatever the driver is."""
        cac, d = self.full["cac"], self.full["discount_rate"]
        if self.changing == "cac":
            return self.output == "clv" or (self.output == "ratio" and self.outcome(0.0, "clv") == 0)
        if self.output == "payback":
            first = 0 < cac * (1 + d) <= self.margin()  # paid back while everybody is there
            of_kept = self.changing in KEPT or self.changing == "expansion_rate"
            return cac == 0 or self.changing in {"lifespan", "timing"} or (of_kept and first)
        if self.changing in SCALES:
            return self.outcome(1.0, "clv") == 0
        return self.margin() == 0 or self._still()

    def _still(self) -> bool:
        """Return whether the driver leaves the multiple as it is."""
        d, n, t, g, r = (
            self.full.get(name, nan)
            for name in ("discount_rate", "lifespan", "timing", "expansion_rate", "retention_rate")
        )
        if self.changing == "discount_rate":
            return n == 0 or (n <= 1 and t == 1) if self.method == "simple" else self.kept(0.0) == 0
        if self.changing == "timing":
            return d == 0 or n == 0
        return g == -1 if self.changing in KEPT else self.changing == "expansion_rate" and r == 0

    def answer(self) -> float:
        """Return the value that meets the target, in its domain or not; NaN if there is none."""
        if self.output == "payback":
            return self._of_payback()
        if self.changing == "cac":
            value = self.outcome(0.0, "clv")
            return value - self.target if self.output == "net_clv" else over(value, self.target)
        cac = self.full["cac"]
        value = {"clv": self.target, "net_clv": self.target + cac, "ratio": self.target * cac}[self.output]
        if self.changing in SCALES:
            return value / self.outcome(1.0, "clv")
        multiple = value / self.margin()
        return self._of_annuity(multiple) if self.method == "simple" else self._of_perpetuity(multiple)

    def _of_annuity(self, multiple: float) -> float:
        """Return the lifespan, timing or discount rate at which the annuity is a multiple."""
        n, d, t = (self.full.get(name, nan) for name in ("lifespan", "discount_rate", "timing"))
        if self.changing == "discount_rate":
            return root(lambda x: float(annuity(n, x, t)) - multiple, self.low, self.high)
        if self.changing == "timing":
            return log(multiple / float(annuity(n, d, 0.0))) / log1p(d) if multiple > 0 else nan
        first = multiple / float(factor(0.0, d, t))
        # periods until a payment of 1 a period has brought a sum: the annuity, inverted
        return float(payback(first, 1.0, 1.0, d)) if first > 0 else first

    def _of_perpetuity(self, multiple: float) -> float:
        """Return the discount rate or driver of k at which (1 + d) / (1 + d - k) is a multiple."""
        d, g = self.full["discount_rate"], self.full.get("expansion_rate", 0.0)
        if self.changing == "discount_rate":
            lost = self.full["churn_rate"] - g * self.full["retention_rate"]  # 1 - k, every digit
            return over(1 - multiple * lost, multiple - 1)
        gap = over(1 + d, multiple)  # 1 + d - k
        if self.changing == "expansion_rate":
            return (d + self.full["churn_rate"] - gap) / self.full["retention_rate"]
        if self.changing == "churn_rate":
            return (g - d + gap) / (1 + g)
        return gap * (multiple - 1) / (1 + g)

    def _of_payback(self) -> float:
        cac, d, m = self.full["cac"], self.full["discount_rate"], self.margin()
        time = min(self.target, self.full.get("lifespan", inf))
        if time < 0:
            return nan
        if self.changing == "cac":
            return m * earned(time, self.kept(0.0), d)
        if self.changing in SCALES:
            return over(cac, m * earned(time, self.kept(1.0), d))
        if m <= 0:
            return nan
        needed = cac / m
        if self.changing == "discount_rate":
            return root(lambda x: earned(time, self.kept(x), x) - needed, self.low, self.high)
        return root(lambda x: earned(time, self.kept(x), d) - needed, self.low, self.high)

    def meets(self, value: float) -> bool:
        """Return whether a value meets the target to the last digits that it can."""
        found = self.outcome(value)
        if isnan(found):
            return False
        if self.output == "payback":  # a late period earns little: compare the money, as a payback does
            kept, d = self.kept(value), float(completed(self.method, self.at(value))["discount_rate"])
            if kept == 0 and self.target > 1:  # nothing is earned later, so nothing is paid back later
                return False
            wanted = earned(self.target, kept, d) if self.target >= 0 else nan
            return abs(earned(found, kept, d) - wanted) <= _ROUNDING / 10 * wanted
        cac = completed(self.method, self.at(value))["cac"] if self.output == "net_clv" else 0.0
        if abs(found - self.target) <= _ROUNDING * (abs(self.target) + float(cac)):
            return True
        ends = [found]
        for end in (self.low, self.high):
            beside = value
            for _ in range(_ULPS):
                beside = nextafter(beside, end)
            ends.append(self.outcome(beside))
        known = [end for end in ends if not isnan(end)]
        return min(known) <= self.target <= max(known)

    def nearest(self, tried: tuple[float, ...]) -> tuple[float, float]:
        """Return the output within reach that is nearest to the target, and the driver there."""
        values = [*tried, self.low, self.high]
        values += [0.0] if isinf(self.low) and isinf(self.high) else []
        values += [self._last_payback(value) for value in tried]
        reached = ((self.outcome(value), value) for value in values)
        known = [pair for pair in (*reached, *self._limits()) if isfinite(pair[0])]
        return min(known, key=lambda pair: abs(pair[0] - self.target), default=(nan, nan))

    def _last_payback(self, value: float) -> float:
        """Return the last driver that is paid back, on the way to one that is not for all rounding.

        Where few are kept a payback has a longest time: later periods earn less than a digit.
        """
        if self.output != "payback" or not isnan(self.outcome(value)):
            return nan
        paid = next((x for x in (self.low, self.high, 2 * value) if not isnan(self.outcome(x))), nan)
        while (middle := paid + (value - paid) / 2) not in {paid, value} and not isnan(paid):
            if isnan(self.outcome(middle)):
                value = middle
            else:
                paid = middle
        return paid

    def _limits(self) -> Iterator[tuple[float, float]]:
        """Yield what the output approaches as the driver goes on without end."""
        d, cac, m = self.full["discount_rate"], self.full["cac"], self.margin()
        if self.output == "payback":
            if self.changing == "lifespan" and isinf(self.high):
                yield self.outcome(_LARGEST), inf
            end = self.high if m > 0 else self.low
            if self.changing in SCALES and cac > 0 and m and isinf(end):
                yield 0.0, end
        elif self.changing == "cac" and self.output == "ratio" and isinf(self.high):
            yield 0.0, inf
        elif self.changing == "lifespan" and d > 0 and isinf(self.high):
            value = m * float(factor(0.0, d, self.full["timing"])) / d
            yield {"clv": value, "net_clv": value - cac, "ratio": over(value, cac)}[self.output], inf


def over(numerator: float, denominator: float) -> float:
    """Divide; NaN over 0.

    >>> over(1.0, 4.0), over(1.0, 0.0)
    (0.25, nan)
    """
    return numerator / denominator if denominator else nan


def earned(periods: float, kept: float, discount_rate: float) -> float:
    r"""Present value of 1 a period, paid at the end of each, of which a share is kept from one to the next.

    .. math:: e(T) = v \left(\frac{1-q^k}{1-q} + \varphi q^k\right),
              \quad q = k_{kept} v,\ v = 1/(1+d),\ k = \lfloor T \rfloor,\ \varphi = T - k

    Parameters
    ----------
    periods : float
        T, 0 or more; within a period in proportion.
    kept : float
        Share kept from period to period, 0 or more.
    discount_rate : float
        d, fraction per period, 0 or more.

    Returns
    -------
    float

    Notes
    -----
    Source: what `clv_xl.metrics.payback.payback` sets against the acquisition cost; the two are
    inverse to each other in T.

    Examples
    --------
    >>> earned(2.5, 0.5, 0.0), earned(3.0, 1.0, 0.0), payback(1.625, 1.0, 0.5)
    (1.625, 3.0, 2.5)
    """
    full = floor(periods)
    part = periods - full
    once = 1 / (1 + discount_rate)
    if kept == 0:
        return min(periods, 1.0) * once
    gap = (discount_rate + (1 - kept)) * once  # 1 - q, every digit where q is near 1
    log_q = log1p(-gap) if gap < 0.5 else log(kept) - log1p(discount_rate)
    if full * log_q > 700:
        return inf
    whole = float(full) if gap == 0 else expm1(full * log_q) / expm1(log_q)
    return once * (whole + part * (1 + expm1(full * log_q)))


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that goes one way is 0, to the last digit; NaN where it has one sign.

    Bisection, because it is the same on every machine, cannot fail, and takes a fraction of the time
    in which a library of root finders loads.

    Parameters
    ----------
    function : callable
        Rising or falling from `low` to `high`; infinite values are taken.
    low, high : float
        Finite ends.

    Examples
    --------
    >>> root(lambda x: x * x - 2, 0.0, 2.0), root(lambda x: x + 1, 0.0, 2.0)
    (1.414213562373095, nan)
    """
    below, above = function(low), function(high)
    if below == 0 or above == 0:
        return low if below == 0 else high
    if not below * above < 0:
        return nan
    while low < (middle := low + (high - low) / 2) < high:
        here = function(middle)
        if here == 0:
            return middle
        if (here < 0) == (below < 0):
            low = middle
        else:
            high = middle
    return low
