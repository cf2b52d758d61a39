"""Levers: what a programme moves in the driver model, and the uplift at which it pays for itself."""

from collections.abc import Mapping
from math import inf, isfinite, isnan, nan
from types import MappingProxyType

from clv_xl.metrics.drivers import completed, outcome
from clv_xl.metrics.goal_seek import SCALES, Sought, over, seek

KINDS = ("relative", "points")


def _lever(simple: str, other: str) -> Mapping[str, str]:
    return MappingProxyType({"simple": simple, "contract": other, "subscription": other})


LEVERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "loyalty": _lever("frequency", "retention_rate"),
        "upsell": _lever("avg_order_value", "avg_order_value"),
        "cross_sell": _lever("frequency", "avg_order_value"),
        "service": _lever("lifespan", "retention_rate"),
        "onboarding": _lever("lifespan", "retention_rate"),
        "referral": _lever("cac", "cac"),
        "price": _lever("avg_order_value", "avg_order_value"),
    }
)
"""The driver that each lever moves, by method.

- loyalty: points and perks reward the next purchase (`simple`) or the next renewal.
- upsell: the same order, of a better kind.
- cross_sell: a product of another kind is an order more; under a contract it goes on the same bill.
- service, onboarding: customers stay longer, a lifespan or a retention rate.
- referral: customers who come by recommendation cost nothing to win, see `moved`.
- price: the order value rises at unchanged unit costs, so the margin rises too, see `moved`.
"""

Drivers = Mapping[str, float]


def moves(lever: str, method: str) -> str:
    """Return the driver that a lever moves; a driver moves itself.

    >>> moves("loyalty", "simple"), moves("loyalty", "contract"), moves("margin", "simple")
    ('frequency', 'retention_rate', 'margin')
    """
    return LEVERS[lever][method] if lever in LEVERS else lever


def moved(lever: str, method: str, drivers: Drivers, uplift: float, kind: str) -> dict[str, float]:
    r"""Return the drivers that a lever changes, with their new values.

    With uplift u, a driver x becomes :math:`x (1+u)` (relative) or :math:`x + u` (points). But

    - referral: each customer brings u further customers who cost nothing to win, so that one
      acquisition cost is spread over 1 + u customers: :math:`CAC / (1+u)`, whatever the kind
    - price: the order value p becomes p' as above, and the unit cost :math:`p (1 - margin)` stays:
      :math:`margin' = 1 - (1 - margin)\, p / p'`

    Parameters
    ----------
    lever : str
        One of `LEVERS`, or a driver.
    method : {"simple", "contract", "subscription"}
        The way to value.
    drivers : Mapping
        Drivers with their values; `clv_xl.metrics.drivers.completed` adds those left out.
    uplift : float
        A share, or what is added; negative where things get worse.
    kind : {"relative", "points"}
        How the uplift is meant.

    Returns
    -------
    dict
        Driver to its new value, in its domain or not; NaN where a price or 1 + u is not above 0.

    Notes
    -----
    The referral lever counts the acquisition cost saved and not the value of a customer who would
    not have come otherwise: the cautious one of the two parts of referral value in Kumar, Petersen,
    Leone (2010), Driving profitability by encouraging customer referrals, Journal of Marketing 74(5).

    Examples
    --------
    >>> moved("referral", "simple", {"cac": 45.0}, 0.125, "relative")
    {'cac': 40.0}
    >>> moved("price", "simple", {"avg_order_value": 50.0, "margin": 0.375}, 0.25, "relative")
    {'avg_order_value': 62.5, 'margin': 0.5}
    """
    driver = moves(lever, method)
    full = completed(method, drivers)
    now = float(full[driver])
    if lever == "referral":
        return {driver: now / (1 + uplift) if uplift > -1 else nan}
    new = now * (1 + uplift) if kind == "relative" else now + uplift
    if lever != "price":
        return {driver: new}
    margin = float(full["margin"])
    new = new if now > 0 and new > 0 else nan
    return {driver: new, "margin": 1 - (1 - margin) * now / new}


def break_even(
    lever: str,
    method: str,
    drivers: Drivers,
    gain: float,
    kind: str,
    bounds: tuple[float, float],
) -> tuple[float, Sought | None]:
    r"""Return the uplift that brings a gain of net CLV per customer.

    - of a driver: the `seek` for the net CLV now plus the gain, told as an uplift
    - referral: :math:`u = gain / (CAC - gain)`, from :math:`CAC - CAC/(1+u) = gain`
    - price: :math:`u = gain / clv_1`, :math:`clv_1` the CLV at a margin of 1: a price increase is all
      margin, :math:`p' margin' = p (margin + u)`

    Parameters
    ----------
    lever, method, drivers, kind
        As in `moved`.
    gain : float
        Net CLV to gain per customer, 0 or more: the cost of the programme over its customers.
    bounds : tuple of float
        Smallest and largest value of the driver moved.

    Returns
    -------
    uplift : float
        NaN where no uplift brings the gain.
    sought : Sought or None
        What came of the search where it failed, its `nearest` being a gain.

    Examples
    --------
    >>> shop = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0, "margin": 0.4, "cac": 45.0}
    >>> round(break_even("frequency", "simple", shop, 18.0, "relative", (0.0, float("inf")))[0], 12)
    0.1
    >>> break_even("referral", "simple", shop, 5.0, "relative", (0.0, float("inf")))[0]
    0.125
    """
    if gain == 0:
        return 0.0, None
    driver = moves(lever, method)
    now = float(completed(method, drivers)[driver])
    if not isfinite(gain):  # no customers: nothing brings anything
        return nan, Sought(nan, 0.0, now, flat=True)
    if lever == "referral":
        return (gain / (now - gain), None) if gain < now else (nan, Sought(nan, now, inf, flat=now == 0))
    if lever == "price":
        step, failed = _price_step(method, drivers, gain, now)
    else:
        step, failed = _step(method, drivers, driver, gain, bounds)
    return (over(step, now) if kind == "relative" else step), failed


def _price_step(method: str, drivers: Drivers, gain: float, now: float) -> tuple[float, Sought | None]:
    one = float(outcome(method, "clv", {**drivers, "margin": 1.0}))
    if one > 0 and now > 0:
        return gain / one * now, None
    return nan, Sought(nan, 0.0, now, flat=True)


def _step(
    method: str, drivers: Drivers, driver: str, gain: float, bounds: tuple[float, float]
) -> tuple[float, Sought | None]:
    """Return by how much a driver must change to bring a gain."""
    now = float(completed(method, drivers)[driver])
    net = float(outcome(method, "net_clv", drivers))
    found = seek(method, "net_clv", drivers, driver, net + gain, *bounds)
    if isnan(found.value):
        return nan, Sought(nan, 0.0 if found.flat else found.nearest - net, found.at, found.flat)
    if driver == "cac":  # the difference itself keeps the digits of a small step
        return -gain, None
    if driver in SCALES:
        return gain / float(outcome(method, "clv", {**drivers, driver: 1.0})), None
    return found.value - now, None
