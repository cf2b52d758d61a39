"""The driver model behind every what-if function: named drivers to CLV, net CLV, ratio and payback.

Three methods, each a convention of its own: `simple` is `clv_xl.metrics.value.clv`, `contract` the
"upfront" convention of `clv_xl.metrics.conventions.contract` on aov x frequency x margin, and
`subscription` is `clv_xl.metrics.conventions.subscription` on aov x frequency. Every driver may be
one number or an array, so that one call answers a million scenarios.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from clv_xl.metrics.discounting import annuity
from clv_xl.metrics.numbers import Number, plain, quotient
from clv_xl.metrics.payback import payback

OUTPUTS = ("net_clv", "clv", "ratio", "payback")
KEPT = ("retention_rate", "churn_rate")
"""Two names of one driver: the one is 1 less the other."""

Drivers = Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Method:
    """A way from drivers to value.

    Parameters
    ----------
    needs : tuple of str
        Drivers without which there is no value; either name of `KEPT` serves for both.
    defaults : Mapping
        The other drivers that count, with what stands for one left out.
    value : callable
        Takes all drivers, returns the value of a customer before acquisition cost.
    kept : callable
        Takes all drivers, returns the share of margin kept from period to period, for the payback.
    excess : callable, optional
        Takes all drivers, returns what must be above 0 for the value to have an end.
    """

    needs: tuple[str, ...]
    defaults: Mapping[str, float]
    value: Callable[[Drivers], Number]
    kept: Callable[[Drivers], Number]
    excess: Callable[[Drivers], Number] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every driver that the method counts, in the order of `ORDER`."""
        counted = {*self.needs, *self.defaults}
        counted |= set(KEPT) if counted & set(KEPT) else set()
        return tuple(name for name in ORDER if name in counted)


ORDER = (
    "avg_order_value",
    "frequency",
    "lifespan",
    "retention_rate",
    "churn_rate",
    "expansion_rate",
    "margin",
    "cac",
    "discount_rate",
    "timing",
)
"""Every driver, in the order in which a table lists them."""


def margin_per_period(drivers: Drivers) -> Number:
    """Return what one customer brings in one period: aov x frequency x margin."""
    return drivers["avg_order_value"] * drivers["frequency"] * drivers["margin"]


def _simple(d: Drivers) -> Number:
    return margin_per_period(d) * annuity(d["lifespan"], d["discount_rate"], d["timing"])


def _contract(d: Drivers) -> Number:
    return quotient(margin_per_period(d), _excess(d)) * (1 + d["discount_rate"])


def _subscription(d: Drivers) -> Number:
    return quotient(margin_per_period(d) * (1 + d["discount_rate"]), _expanding_excess(d))


def _excess(d: Drivers) -> Number:
    """Return 1 + d - r. The churn rate keeps the digits that r = 1 - c drops where c is near 0."""
    return d["discount_rate"] + d["churn_rate"]


def _expanding_excess(d: Drivers) -> Number:
    """Return 1 + d - (1 - c)(1 + g); the digits of a small churn rate stay where d and g are equal."""
    return (d["discount_rate"] - d["expansion_rate"]) + d["churn_rate"] * (1 + d["expansion_rate"])


_TAIL = MappingProxyType({"margin": 1.0, "cac": 0.0, "discount_rate": 0.0})
METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "simple": Method(
            ("avg_order_value", "frequency", "lifespan"),
            MappingProxyType({**_TAIL, "timing": 0.0}),
            _simple,
            lambda _: 1.0,
        ),
        "contract": Method(
            ("avg_order_value", "retention_rate"),
            MappingProxyType({**_TAIL, "frequency": 1.0}),
            _contract,
            lambda d: d["retention_rate"],
            _excess,
        ),
        "subscription": Method(
            ("avg_order_value", "churn_rate"),
            MappingProxyType({**_TAIL, "frequency": 1.0, "expansion_rate": 0.0}),
            _subscription,
            lambda d: d["retention_rate"] * (1 + d["expansion_rate"]),
            _expanding_excess,
        ),
    }
)


def completed(method: str, drivers: Drivers) -> dict[str, Number]:
    """Return the drivers with defaults, and both names of the share kept.

    Parameters
    ----------
    method : {"simple", "contract", "subscription"}
        The way to value.
    drivers : Mapping
        Driver to number or array; the needed ones are there.

    Returns
    -------
    dict
        Every driver that the method counts.

    Examples
    --------
    >>> completed("contract", {"avg_order_value": 60.0, "churn_rate": 0.25})["retention_rate"]
    0.75
    """
    found = {**METHODS[method].defaults, **drivers}
    if "churn_rate" in found:
        found.setdefault("retention_rate", 1 - found["churn_rate"])
    if "retention_rate" in found:
        found.setdefault("churn_rate", 1 - found["retention_rate"])
    return found


def outcome(method: str, output: str, drivers: Drivers) -> Number:
    r"""Return one output of the driver model for one or many scenarios.

    With m = aov x frequency x margin:

    - simple: :math:`clv = m \cdot a(lifespan, d, timing)`, an annuity
    - contract: :math:`clv = m (1+d)/(1+d-r)`
    - subscription: :math:`clv = m (1+d)/(1+d-(1-c)(1+g))`

    net_clv = clv - cac; ratio = clv / cac; payback as `clv_xl.metrics.payback.payback` of cac and m,
    with the share kept r, (1-c)(1+g), or 1 within the lifespan.

    Parameters
    ----------
    method : {"simple", "contract", "subscription"}
        The way to value.
    output : {"net_clv", "clv", "ratio", "payback"}
        What is asked.
    drivers : Mapping
        Driver to number or array, all within their domains; those left out take their defaults.

    Returns
    -------
    float, or ndarray
        Of the shape to which the drivers broadcast that this output takes: `clv` takes no `cac`.
        Money per customer, a multiple, or periods. NaN where there is no value (it has no end, the
        acquisition cost is 0 under a ratio, is never paid back, or not within the lifespan).

    Notes
    -----
    Source: the functions named above. A ratio is taken before the acquisition cost, as CLV.RATIO.

    Examples
    --------
    >>> shop = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0, "margin": 0.4, "cac": 45.0}
    >>> [outcome("simple", output, shop) for output in OUTPUTS]
    [135.0, 180.0, 4.0, 0.75]
    >>> outcome("simple", "net_clv", {**shop, "margin": np.array([0.3, 0.5])})
    array([ 90., 180.])
    """
    full = completed(method, drivers)
    if output == "payback":
        return _payback(METHODS[method], full)
    with np.errstate(all="ignore"):
        value = _value(METHODS[method], full)
        if output == "clv":
            return value
        return value - full["cac"] if output == "net_clv" else _ratio(value, full["cac"])


def _value(way: Method, full: Drivers) -> Number:
    if way.excess is None:
        return way.value(full)
    excess = np.asarray(way.excess(full))
    if excess.ndim:
        return plain(np.where(excess > 0, way.value(full), np.nan))
    return way.value(full) if excess > 0 else np.nan


def _ratio(value: Number, cac: Number) -> Number:
    if np.ndim(cac):
        return plain(np.where(np.asarray(cac) == 0, np.nan, quotient(value, cac)))
    return np.nan if cac == 0 else quotient(value, cac)


def _payback(way: Method, full: Drivers) -> Number:
    time = payback(full["cac"], margin_per_period(full), way.kept(full), full["discount_rate"])
    if "lifespan" not in full:
        return time
    longest = full["lifespan"] * (1 + 1e-12)  # the rounding of cells: 3 periods are within 3
    return plain(np.where(np.asarray(time) > longest, np.nan, time))
