"""Levers: what they move by method, referral and price by hand, and break-even uplifts put back."""

from math import inf, isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.metrics.drivers import METHODS, outcome
from clv_xl.metrics.levers import LEVERS, break_even, moved, moves

SHOP = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0, "margin": 0.4, "cac": 45.0}
SHARES = {"retention_rate", "churn_rate", "discount_rate", "timing"}
BASES = {
    "simple": {**SHOP, "discount_rate": 0.1, "timing": 0.5},
    "contract": {
        "avg_order_value": 60.0,
        "retention_rate": 0.8,
        "discount_rate": 0.1,
        "margin": 0.5,
        "cac": 70.0,
    },
    "subscription": {
        "avg_order_value": 60.0,
        "churn_rate": 0.1,
        "expansion_rate": 0.02,
        "discount_rate": 0.05,
        "margin": 0.5,
        "cac": 70.0,
    },
}
QUESTIONS = [
    (method, lever)
    for method in METHODS
    for lever in (*LEVERS, *METHODS[method].names)
    if (method, lever) != ("contract", "frequency")  # as aov, there with a default of 1
]


def bounds(driver: str) -> tuple[float, float]:
    if driver == "expansion_rate":
        return -1.0, 1.0
    high = 1.0 if driver in {*SHARES, "margin"} else inf
    return (-inf if driver in {"margin", "avg_order_value"} else 0.0), high


@pytest.mark.parametrize("method", METHODS)
def test_every_lever_moves_a_driver_that_the_method_counts(method: str) -> None:
    assert {moves(lever, method) for lever in LEVERS} <= set(METHODS[method].names)


@pytest.mark.parametrize(("method", "lever"), QUESTIONS)
@pytest.mark.parametrize("kind", ["relative", "points"])
@settings(max_examples=15)
@given(share=st.floats(1e-6, 0.2))
def test_the_break_even_uplift_gains_what_was_asked(method: str, lever: str, kind: str, share: float) -> None:
    base = BASES[method]
    now = float(outcome(method, "net_clv", base))
    gain = share * now
    uplift, failed = break_even(lever, method, base, gain, kind, bounds(moves(lever, method)))
    if failed is not None:
        assert isnan(uplift)
        assert failed.nearest < gain
        return
    changes = moved(lever, method, base, uplift, kind)
    gone = {"retention_rate", "churn_rate"} if set(changes) & {"retention_rate", "churn_rate"} else set()
    after = {name: value for name, value in base.items() if name not in gone} | changes
    assert float(outcome(method, "net_clv", after)) - now == pytest.approx(gain, abs=1e-11 * now)


@pytest.mark.parametrize("method", METHODS)
@given(uplift=st.floats(-0.5, 0.2))
def test_relative_is_points_of_the_driver(method: str, uplift: float) -> None:
    for lever in METHODS[method].names:
        base = {**BASES[method], "frequency": 3.0}
        now = moved(lever, method, base, 0.0, "relative")[lever]
        relative = moved(lever, method, base, uplift, "relative")[lever]
        assert relative == pytest.approx(moved(lever, method, base, uplift * now, "points")[lever], rel=1e-15)


def test_referrals_by_hand() -> None:
    """800 customers won for 45 each bring 160 more who cost nothing: 36,000 over 960 is 37.50 each."""
    after = moved("referral", "simple", SHOP, 0.2, "relative")
    assert after == {"cac": pytest.approx(800 * 45 / (800 + 160), rel=1e-15)}
    assert moved("referral", "simple", SHOP, 0.2, "points") == after


def test_a_price_increase_by_hand() -> None:
    """50 sold at unit costs of 30; at 51 the unit costs stay 30 and 21 are left."""
    after = moved("price", "simple", SHOP, 0.02, "relative")
    assert after["avg_order_value"] * (1 - after["margin"]) == pytest.approx(30.0, rel=1e-15)
    assert after["avg_order_value"] * after["margin"] == pytest.approx(21.0, rel=1e-14)
    assert moved("price", "simple", SHOP, 1.0, "points") == pytest.approx(after, rel=1e-15)


@given(st.floats(0.01, 0.99), st.floats(-0.9, 3.0))
def test_a_price_keeps_its_unit_cost(margin: float, uplift: float) -> None:
    base = {**SHOP, "margin": margin}
    after = moved("price", "simple", base, uplift, "relative")
    assert after["avg_order_value"] * (1 - after["margin"]) == pytest.approx(50 * (1 - margin), rel=1e-12)


@pytest.mark.parametrize(("lever", "uplift"), [("referral", -1.0), ("price", -1.0), ("price", -2.0)])
def test_what_has_no_meaning_is_no_number(lever: str, uplift: float) -> None:
    changes = moved(lever, "simple", SHOP, uplift, "relative")
    assert next(iter(changes.values())) != next(iter(changes.values()))


def test_referrals_save_the_acquisition_cost_at_most() -> None:
    uplift, failed = break_even("referral", "simple", SHOP, 45.0, "relative", (0.0, inf))
    assert isnan(uplift)
    assert failed is not None
    assert (failed.nearest, failed.at) == (45.0, inf)


def test_without_customers_nothing_is_earned() -> None:
    for lever in ("referral", "price", "margin"):
        uplift, failed = break_even(lever, "simple", SHOP, inf, "relative", (0.0, 1.0))
        assert isnan(uplift)
        assert failed is not None
        assert failed.flat


def test_a_gain_of_nothing_needs_no_uplift() -> None:
    assert break_even("margin", "simple", SHOP, 0.0, "points", (-inf, 1.0)) == (0.0, None)
