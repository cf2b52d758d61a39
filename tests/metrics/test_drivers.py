"""The driver model: three methods, four outputs, checked against sums written out period by period."""

import math
from collections.abc import Iterator
from itertools import count, islice
from random import Random
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.metrics.conventions import subscription
from clv_xl.metrics.drivers import KEPT, METHODS, ORDER, OUTPUTS, completed, margin_per_period, outcome
from clv_xl.metrics.payback import payback
from clv_xl.metrics.value import clv

SHOP = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0, "margin": 0.4, "cac": 45.0}
CONTRACT = {"avg_order_value": 150.0, "margin": 0.4, "retention_rate": 0.8, "discount_rate": 0.1}
PLAN = {"avg_order_value": 100.0, "margin": 0.8, "churn_rate": 0.05}

AOV = st.floats(0.5, 1e4)
FEW = st.floats(0.1, 12.0)
SHARE = st.floats(0.02, 0.9)


@pytest.mark.parametrize(
    ("method", "output", "drivers", "expected", "digits"),
    [
        # design catalogue, CLV(50,3,3,40%,45): 135, CLV.RATIO(180,45): 4
        ("simple", "net_clv", SHOP, 135.0, 12),
        ("simple", "clv", SHOP, 180.0, 12),
        ("simple", "ratio", SHOP, 4.0, 12),
        ("simple", "net_clv", {**SHOP, "discount_rate": 0.1}, 104.21, 2),
        ("simple", "net_clv", {**SHOP, "discount_rate": 0.1, "timing": 1.0}, 119.13, 2),
        ("simple", "net_clv", {**SHOP, "discount_rate": 0.1, "lifespan": 2.5}, 81.67, 2),
        # 45 / (50 x 3 x 40%): three quarters of the first period
        ("simple", "payback", SHOP, 0.75, 12),
        # CLV.CONTRACT "upfront" of m = 60, r = 80%, d = 10%: 220
        ("contract", "clv", CONTRACT, 220.0, 9),
        # CLV.PAYBACK(45, 5, 98%): 9.82, and with d = 1%: 10.44
        ("contract", "payback", {"avg_order_value": 5.0, "retention_rate": 0.98, "cac": 45.0}, 9.82, 2),
        (
            "contract",
            "payback",
            {"avg_order_value": 5.0, "churn_rate": 0.02, "cac": 45.0, "discount_rate": 0.01},
            10.44,
            2,
        ),
        # CLV.SUBSCRIPTION(100,80%,5%): 1600; growth 1%: 1975.31; d = 1%: 1346.67
        ("subscription", "clv", PLAN, 1600.0, 9),
        ("subscription", "clv", {**PLAN, "expansion_rate": 0.01}, 1975.31, 2),
        ("subscription", "clv", {**PLAN, "discount_rate": 0.01}, 1346.67, 2),
    ],
)
def test_the_values_of_the_design_catalogue(
    method: str, output: str, drivers: dict[str, float], expected: float, digits: int
) -> None:
    assert round(float(outcome(method, output, drivers)), digits) == expected


def test_left_out_margin_is_revenue_and_left_out_frequency_is_one_order_a_period() -> None:
    assert outcome("simple", "clv", {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0}) == 450.0
    assert outcome("subscription", "clv", {"avg_order_value": 80.0, "churn_rate": 0.05}) == pytest.approx(
        1600.0
    )


@given(AOV, FEW, FEW, SHARE, st.floats(0, 0.5), st.floats(0, 1))
def test_simple_is_the_value_from_averages(
    aov: float, frequency: float, lifespan: float, margin: float, rate: float, timing: float
) -> None:
    """Law: the same numbers as `clv_xl.metrics.value.clv`, whose closed form has its own tests."""
    drivers = dict(zip(("avg_order_value", "frequency", "lifespan"), (aov, frequency, lifespan), strict=True))
    drivers |= {"margin": margin, "discount_rate": rate, "timing": timing, "cac": 7.0}
    assert outcome("simple", "net_clv", drivers) == clv(aov, frequency, lifespan, margin, 7.0, rate, timing)


@given(AOV, SHARE, st.floats(0.05, 0.9), st.floats(0, 0.5))
def test_contract_is_the_sum_over_all_periods(
    aov: float, margin: float, retention: float, rate: float
) -> None:
    """m sum (r/(1+d))^t from t = 0, booked at the beginning: by mpmath's own summation."""
    drivers = {"avg_order_value": aov, "margin": margin, "retention_rate": retention, "discount_rate": rate}
    m, q = mpmath.mpf(aov) * margin, mpmath.mpf(retention) / (1 + mpmath.mpf(rate))
    expected = m * mpmath.nsum(lambda t: q**t, [0, mpmath.inf])
    assert outcome("contract", "clv", drivers) == pytest.approx(float(expected), rel=1e-12)


@given(AOV, FEW, st.floats(0.05, 0.9), st.floats(-0.5, 0.04), st.floats(0, 0.5))
def test_subscription_is_the_sum_over_all_periods(
    aov: float, frequency: float, churn: float, growth: float, rate: float
) -> None:
    """Revenue grows by g and shrinks by c from period to period; added until nothing is added."""
    drivers = {"avg_order_value": aov, "frequency": frequency, "margin": 0.5, "churn_rate": churn}
    drivers |= {"expansion_rate": growth, "discount_rate": rate}
    q = (1 - churn) * (1 + growth) / (1 + rate)
    expected = math.fsum(aov * frequency * 0.5 * q**t for t in range(math.ceil(-40 / math.log(q))))
    assert outcome("subscription", "clv", drivers) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("method", ["contract", "subscription"])
@pytest.mark.parametrize("churn", [1e-9, 1e-12, 1e-15, 1e-17])
def test_a_small_churn_rate_keeps_its_digits(method: str, churn: float) -> None:
    """1/c without discounting; through the retention rate 1 - c the last ones would have none left."""
    found = outcome(method, "clv", {"avg_order_value": 1.0, "churn_rate": churn})
    assert found == pytest.approx(float(1 / mpmath.mpf(churn)), rel=1e-15)


@pytest.mark.parametrize("churn", [1e-6, 1e-12, 1e-17])
@pytest.mark.parametrize("growth", [0.01, 0.3, 0.07])
def test_a_small_churn_rate_keeps_its_digits_where_growth_is_the_discount_rate(
    churn: float, growth: float
) -> None:
    """(1 + d) / (c (1 + g)) with d = g is 1/c; 1 + d - (1-c)(1+g) written out would keep none of it."""
    drivers = {"avg_order_value": 1.0, "expansion_rate": growth, "discount_rate": growth}
    expected = pytest.approx(float(1 / mpmath.mpf(churn)), rel=1e-15)
    assert outcome("subscription", "clv", {**drivers, "churn_rate": churn}) == expected
    assert subscription(1.0, 1.0, churn, growth, 0.0, growth) == expected


def earned(m: float, kept: float, rate: float) -> Iterator[float]:
    """Yield the discounted margin of one period after the other."""
    return (m * kept**t / (1 + rate) ** (t + 1) for t in count())


def paid_back(cac: float, m: float, kept: float, rate: float, longest: int = 4000) -> float:
    """Return the time at which the margins reach the cost, walking period by period."""
    so_far = 0.0
    for t, margin in enumerate(islice(earned(m, kept, rate), longest)):
        if so_far + margin >= cac:
            return t + (cac - so_far) / margin
        so_far += margin
    return math.nan


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.1])
@pytest.mark.parametrize("growth", [-0.3, 0.0, 0.02, 0.1, 0.5])
@pytest.mark.parametrize("churn", [0.0, 0.02, 0.25])
@pytest.mark.parametrize("cac", [3.0, 45.0, 97.0, 400.0])
def test_payback_of_a_subscription_is_found_by_walking(
    cac: float, churn: float, growth: float, rate: float
) -> None:
    """Also where the bill grows faster than customers leave: (1-c)(1+g) above 1."""
    drivers = {"avg_order_value": 10.0, "margin": 0.8, "churn_rate": churn, "cac": cac}
    drivers |= {"expansion_rate": growth, "discount_rate": rate}
    expected = paid_back(cac, 8.0, (1 - churn) * (1 + growth), rate)
    found = float(outcome("subscription", "payback", drivers))
    assert found == pytest.approx(expected, rel=1e-9, nan_ok=True)


@given(st.floats(1, 500), AOV, SHARE, st.floats(0, 0.3))
def test_payback_of_a_contract_is_payback(cac: float, aov: float, retention: float, rate: float) -> None:
    drivers = {"avg_order_value": aov, "retention_rate": retention, "cac": cac, "discount_rate": rate}
    expected = payback(cac, aov, retention, rate)
    assert outcome("contract", "payback", drivers) == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("lifespan", "rate", "expected"),
    # 130 of 60 a period, by hand: 2 periods and a sixth; at 10% (130 x 1.331 - 72.6 - 66) of 60
    [
        (2.0, 0.0, math.nan),
        (2.2, 0.0, 13 / 6),
        (13 / 6, 0.0, 13 / 6),
        (2.5, 0.1, math.nan),
        (2.6, 0.1, 2 + 34.43 / 60),
    ],
)
def test_what_the_lifespan_does_not_earn_is_never_paid_back(
    lifespan: float, rate: float, expected: float
) -> None:
    drivers = {**SHOP, "lifespan": lifespan, "cac": 130.0, "discount_rate": rate}
    assert outcome("simple", "payback", drivers) == pytest.approx(expected, abs=1e-6, nan_ok=True)


def test_the_rounding_of_a_lifespan_loses_no_payback() -> None:
    """Three periods of 60 earn 180; 2.9999999999999996 is what cells make of 3."""
    drivers = {**SHOP, "lifespan": math.nextafter(3.0, 0.0), "cac": 180.0}
    assert outcome("simple", "payback", drivers) == 3.0


@given(st.floats(0.05, 1.5), AOV, st.floats(0.5, 9), st.floats(0, 0.3))
def test_a_cost_is_paid_back_within_the_lifespan_exactly_where_the_net_value_is_not_negative(
    share: float, aov: float, lifespan: float, rate: float
) -> None:
    cac = share * aov * lifespan / 2
    drivers = {"avg_order_value": aov, "frequency": 1.0, "lifespan": lifespan, "margin": 0.5, "cac": cac}
    drivers["discount_rate"] = rate
    net = float(outcome("simple", "net_clv", drivers))
    found = float(outcome("simple", "payback", drivers))
    if abs(net) > 1e-9 * cac:
        assert (found <= lifespan * (1 + 1e-12)) == (net > 0)


@pytest.mark.parametrize(
    ("method", "drivers"),
    [
        ("contract", {"avg_order_value": 5.0, "retention_rate": 1.0}),
        ("contract", {"avg_order_value": 5.0, "churn_rate": 0.0}),
        ("subscription", {**PLAN, "expansion_rate": 0.06}),
        ("subscription", {**PLAN, "churn_rate": 0.0}),
    ],
)
@pytest.mark.parametrize("output", ["net_clv", "clv", "ratio"])
def test_a_value_without_end_is_no_number(method: str, drivers: dict[str, float], output: str) -> None:
    alone = outcome(method, output, {**drivers, "cac": 1.0})
    some = outcome(method, output, {**drivers, "cac": np.array([1.0, 2.0])})
    assert np.isnan(alone)
    assert np.isnan(some).all()


def test_a_ratio_to_no_cost_is_no_number_and_no_cost_is_paid_back_at_once() -> None:
    assert np.isnan(outcome("simple", "ratio", {**SHOP, "cac": 0.0}))
    assert np.isnan(outcome("simple", "ratio", {**SHOP, "cac": np.array([0.0, 45.0])})).tolist() == [
        True,
        False,
    ]
    assert outcome("simple", "payback", {**SHOP, "cac": 0.0}) == 0.0


METHOD_DRIVERS = st.sampled_from([("simple", SHOP), ("contract", CONTRACT), ("subscription", PLAN)])


@given(
    METHOD_DRIVERS,
    st.sampled_from(OUTPUTS),
    st.lists(st.floats(0.05, 0.9), min_size=1, max_size=5),
    st.data(),
)
def test_many_scenarios_are_each_alone(
    case: tuple[str, dict[str, float]], output: str, values: list[float], data: st.DataObject
) -> None:
    """Law: one call for an array gives what as many calls give, for any driver and for a grid of two."""
    method, base = case
    base = {**base, "cac": 20.0}
    first, second = (data.draw(st.sampled_from(sorted(base))) for _ in range(2))

    def answer(**changes: Any) -> Any:
        return outcome(method, output, {**base, **changes})

    across, down = np.array(values), np.array([0.2, 0.3])
    expected = [answer(**{first: value}) for value in values]
    many = np.broadcast_to(answer(**{first: across}), across.shape)
    np.testing.assert_allclose(many, expected, rtol=1e-12)
    if first != second:
        twice = [[answer(**{first: value, second: other}) for value in values] for other in down.tolist()]
        grid = answer(**{first: across[None, :], second: down[:, None]})
        np.testing.assert_allclose(np.broadcast_to(grid, (2, across.size)), twice, rtol=1e-12)


@given(METHOD_DRIVERS, st.sampled_from(OUTPUTS), st.randoms())
def test_the_order_of_the_drivers_changes_nothing(
    case: tuple[str, dict[str, float]], output: str, random: Random
) -> None:
    method, base = case
    shuffled = list({**base, "cac": 20.0}.items())
    random.shuffle(shuffled)
    assert outcome(method, output, dict(shuffled)) == outcome(method, output, {**base, "cac": 20.0})


@pytest.mark.parametrize("method", METHODS)
def test_a_method_counts_known_drivers_and_both_names_of_the_share_kept_or_none(method: str) -> None:
    names = METHODS[method].names
    assert names == tuple(name for name in ORDER if name in names)
    assert set(METHODS[method].needs) | set(METHODS[method].defaults) <= set(names)
    assert len(set(KEPT) & set(names)) in (0, 2)


def test_the_share_kept_is_completed_from_either_name() -> None:
    assert completed("contract", {"avg_order_value": 1.0, "churn_rate": 0.25})["retention_rate"] == 0.75
    assert completed("subscription", {"avg_order_value": 1.0, "retention_rate": 0.75})["churn_rate"] == 0.25
    assert "churn_rate" not in completed("simple", SHOP)


def test_the_margin_per_period_is_the_product() -> None:
    assert margin_per_period(SHOP) == pytest.approx(60.0)
