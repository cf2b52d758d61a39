"""The driver at which an output meets a target: in closed form, by root, out of reach or without effect.

Expected values come from the driver model itself (an answer put back gives the target), from roots
that scipy brackets without knowing the closed forms, and from mpmath.
"""

from itertools import product
from math import inf, isfinite, isnan

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from clv_xl.metrics.discounting import annuity
from clv_xl.metrics.drivers import KEPT, METHODS, OUTPUTS, completed, margin_per_period, outcome
from clv_xl.metrics.goal_seek import earned, root, seek
from clv_xl.metrics.payback import payback

SHOP = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0, "margin": 0.4, "cac": 45.0}
CONTRACT = {"avg_order_value": 60.0, "retention_rate": 0.8, "discount_rate": 0.1, "margin": 1.0, "cac": 70.0}
# Where hypothesis draws each driver, and where scipy looks for it; inside the domain.
DRAWN = {
    "avg_order_value": (1.0, 500.0),
    "frequency": (0.05, 40.0),
    "lifespan": (0.01, 40.0),
    "retention_rate": (0.02, 0.98),
    "churn_rate": (0.02, 0.98),
    "expansion_rate": (-0.5, 0.05),
    "margin": (0.05, 1.0),
    "cac": (1.0, 500.0),
    "discount_rate": (0.001, 0.9),
    "timing": (0.0, 1.0),
}
LIMITS = {
    "avg_order_value": (-inf, inf),
    "frequency": (0.0, inf),
    "lifespan": (0.0, inf),
    "expansion_rate": (-1.0, 1.0),
    "margin": (-inf, 1.0),
    "cac": (0.0, inf),
}
NEVER = 1e9
OF_KEPT = (*KEPT, "expansion_rate")
QUESTIONS = [
    (method, output, driver)
    for method, output in product(METHODS, OUTPUTS)
    for driver in METHODS[method].names
    if (output, driver) not in {("clv", "cac"), ("payback", "lifespan"), ("payback", "timing")}
]


def domain(driver: str) -> tuple[float, float]:
    return LIMITS.get(driver, (0.0, 1.0))


@st.composite
def drivers(draw: st.DrawFn, method: str) -> dict[str, float]:
    names = [name for name in METHODS[method].names if name != "churn_rate"]
    return {name: draw(st.floats(*DRAWN[name])) for name in names}


def put(base: dict[str, float], driver: str, value: float) -> dict[str, float]:
    gone = KEPT if driver in KEPT else ()
    return {**{name: number for name, number in base.items() if name not in gone}, driver: value}


@pytest.mark.parametrize(("method", "output", "driver"), QUESTIONS)
@settings(max_examples=15)
@given(data=st.data())
def test_every_answer_is_the_root_that_scipy_brackets(
    method: str, output: str, driver: str, data: st.DataObject
) -> None:
    base = data.draw(drivers(method))
    wanted = data.draw(st.floats(*DRAWN[driver]))
    low, high = DRAWN[driver]

    if output == "payback":  # a cost that a few periods bring in, or most draws are never paid back
        full = completed(method, put(base, driver, wanted if driver != "cac" else 1.0))
        time = data.draw(st.floats(1.1 if driver in OF_KEPT else 0.05, 6.0))
        cost = float(margin_per_period(full)) * earned(
            time, float(METHODS[method].kept(full)), float(full["discount_rate"])
        )
        wanted, base = (cost if driver == "cac" else wanted), {**base, "cac": cost}
        low, high = (0.0, 20 * cost) if driver == "cac" else (low, high)

    def of(value: float) -> float:
        found = float(outcome(method, output, put(base, driver, value)))
        return NEVER if output == "payback" and isnan(found) else found

    target = of(wanted)
    assume(target != NEVER)
    found = seek(method, output, base, driver, target, *domain(driver))
    steep = abs(of(min(wanted * (1 + 1e-6), high)) - of(wanted * (1 - 1e-6))) / max(abs(target), 1e-300)
    assume(steep > 1e-9)  # flatter than that the digits of the target do not hold the driver
    ends = of(low) - target, of(high) - target
    assume(ends[0] * ends[1] < 0)
    bracketed = brentq(lambda x: of(x) - target, low, high, xtol=1e-300, rtol=1e-15, maxiter=1000)
    assert found.value == pytest.approx(bracketed, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize(("method", "output", "driver"), QUESTIONS)
@settings(max_examples=15)
@given(data=st.data())
def test_an_answer_put_back_gives_the_target_and_no_answer_is_nearest(
    method: str, output: str, driver: str, data: st.DataObject
) -> None:
    base = data.draw(drivers(method))
    target = data.draw(st.floats(-2000.0, 5000.0) if output != "payback" else st.floats(-1.0, 60.0))
    found = seek(method, output, base, driver, target, *domain(driver))

    def of(value: float) -> float:
        return float(outcome(method, output, put(base, driver, value)))

    low, high = domain(driver)
    if not isnan(found.value):
        assert low <= found.value <= high
        beside = [of(found.value * (1 + digit)) for digit in (-4e-15, 4e-15)]
        digits = max((abs(x - of(found.value)) for x in beside if isfinite(x)), default=0.0)
        assert of(found.value) == pytest.approx(target, rel=1e-10, abs=1e-10 * base["cac"] + digits)
        return
    tried = [data.draw(st.floats(*DRAWN[driver])) for _ in range(5)]
    reached = [value for value in map(of, tried) if isfinite(value)]
    best = abs(found.nearest - target) if not isnan(found.nearest) else inf
    assert all(abs(value - target) >= best * (1 - 1e-9) for value in reached)
    if found.flat:
        assert reached == pytest.approx([found.nearest] * len(reached), rel=1e-12)


def test_frequency_for_a_net_value_of_160() -> None:
    """205 / 60 by hand: 50 x f x 0.4 x 3 - 45 = 160; check value of the catalogue."""
    found = seek("simple", "net_clv", SHOP, "frequency", 160.0, 0.0)
    assert found.value == pytest.approx(205 / 60, rel=1e-15)


@pytest.mark.parametrize(
    ("output", "driver", "target", "value"),
    [
        ("clv", "retention_rate", 300.0, 1.1 - 60 * 1.1 / 300),
        ("clv", "churn_rate", 300.0, 60 * 1.1 / 300 - 0.1),
        ("clv", "discount_rate", 250.0, (60 - 250 * 0.2) / (250 - 60)),
        ("ratio", "cac", 3.0, 220 / 3),
        ("net_clv", "cac", 200.0, 20.0),
    ],
)
def test_the_closed_forms_of_the_workbook(output: str, driver: str, target: float, value: float) -> None:
    """r = (1+d) - m(1+d)/target, maximum CAC = CLV/3; d from V(d + c) = m(1 + d); CLV is 220."""
    found = seek("contract", output, CONTRACT, driver, target, 0.0, domain(driver)[1])
    assert found.value == pytest.approx(value, rel=1e-13)


def test_a_margin_above_all_revenue_is_no_answer() -> None:
    found = seek("simple", "net_clv", SHOP, "margin", 500.0, -inf, 1.0)
    assert isnan(found.value)
    assert (found.nearest, found.at) == (405.0, 1.0)


def test_an_end_of_the_range_is_within_reach_for_all_rounding() -> None:
    """0.1 + 0.2 is above 0.3: a target that the last driver value meets but for rounding is met."""
    base = {"avg_order_value": 3.0, "frequency": 0.1, "lifespan": 1.0, "cac": 0.0}
    found = seek("simple", "clv", base, "margin", 0.1 + 0.2, -inf, 1.0)
    assert found.value == 1.0


def test_an_answer_is_given_to_its_last_digit_where_that_is_coarse() -> None:
    """1 / (1 - r) = 3e13: next to 1 a float of r moves the value by 0.3%, and no nearer r exists."""
    base = {"avg_order_value": 1.0}
    found = seek("contract", "clv", base, "retention_rate", 3e13, 0.0, 1.0)
    assert found.value == pytest.approx(1 - 1 / 3e13, abs=1.2e-16)


def test_what_is_approached_without_end_is_told() -> None:
    """An annuity at 10% comes to 1/d = 10 at most: 60 x 10 - 45; the ratio of a cost that grows to 0."""
    base = {**SHOP, "discount_rate": 0.1}
    found = seek("simple", "net_clv", base, "lifespan", 600.0, 0.0)
    assert isnan(found.value)
    assert found.nearest == pytest.approx(555.0, rel=1e-14)
    assert found.at == inf
    ratio = seek("simple", "ratio", SHOP, "cac", 0.0, 0.0)
    assert (ratio.nearest, ratio.at) == (0.0, inf)
    time = seek("simple", "payback", SHOP, "frequency", 0.0, 0.0)
    assert (time.nearest, time.at) == (0.0, inf)


def test_a_payback_beyond_the_lifespan_is_out_of_reach() -> None:
    """45 in 3 periods is 15 a period, a frequency of 15 / 20."""
    found = seek("simple", "payback", SHOP, "frequency", 4.0, 0.0)
    assert isnan(found.value)
    assert [found.nearest, found.at] == pytest.approx([3.0, 0.75], rel=1e-15)


@pytest.mark.parametrize("driver", ["margin", "cac", "frequency"])
def test_who_leaves_after_one_period_pays_nothing_back_later(driver: str) -> None:
    """All that is ever earned is earned by time 1, so a payback of 2 is not that of 1."""
    base = {**CONTRACT, "retention_rate": 0.0, "cac": 20.0}
    high = 1.0 if driver == "margin" else inf
    found = seek("contract", "payback", base, driver, 2.0, 0.0, high)
    assert isnan(found.value)
    assert found.nearest == pytest.approx(1.0)
    assert seek("contract", "payback", base, driver, 1.0, 0.0, high).value == pytest.approx(found.at)


def test_of_two_bounds_the_nearer_is_told() -> None:
    found = seek("simple", "clv", SHOP, "frequency", 1000.0, 1.0, 5.0)
    assert (found.nearest, found.at) == (300.0, 5.0)
    found = seek("simple", "clv", SHOP, "frequency", 10.0, 1.0, 5.0)
    assert (found.nearest, found.at) == (60.0, 1.0)


FLAT = [
    ("simple", "clv", SHOP, "cac", 180.0),
    ("simple", "net_clv", SHOP, "timing", 135.0),
    ("simple", "payback", SHOP, "lifespan", 0.75),
    ("simple", "payback", SHOP, "timing", 0.75),
    ("simple", "payback", {**SHOP, "cac": 0.0}, "frequency", 0.0),
    ("simple", "clv", {**SHOP, "margin": 0.0}, "discount_rate", 0.0),
    ("simple", "clv", {**SHOP, "lifespan": 0.0}, "frequency", 0.0),
    ("simple", "clv", {**SHOP, "lifespan": 0.5, "timing": 1.0}, "discount_rate", 30.0),
    ("contract", "clv", {**CONTRACT, "retention_rate": 0.0}, "discount_rate", 60.0),
    ("contract", "payback", {**CONTRACT, "cac": 30.0}, "retention_rate", 0.55),
    ("subscription", "clv", {**CONTRACT, "retention_rate": 0.0}, "expansion_rate", 60.0),
    ("subscription", "clv", {**CONTRACT, "expansion_rate": -1.0}, "churn_rate", 60.0),
]


@pytest.mark.parametrize(("method", "output", "base", "driver", "value"), FLAT)
@pytest.mark.parametrize("far", [0.0, 7.0])
def test_a_driver_without_effect_is_told_with_the_value_that_stays(
    method: str, output: str, base: dict[str, float], driver: str, value: float, far: float
) -> None:
    """Each value by hand: 60 a period times 3, 0.5 or 1 periods; 30 x 1.1 / 60 of a period."""
    found = seek(method, output, base, driver, value + far, *domain(driver))
    assert found.flat
    assert isnan(found.value)
    assert found.nearest == pytest.approx(value, rel=1e-14)


# Where rate x periods is above 30 the annuity is at its limit: its digits do not hold the lifespan.
LIFESPANS = [
    (rate, periods)
    for rate in (0.0, 1e-300, 1e-12, 1e-6, 0.1, 1.0)
    for periods in (1e-6, 0.5, 1.0, 2.5, 3.0, 39.99, 1000.0)
    if rate * periods <= 30
]


@pytest.mark.parametrize(("rate", "periods"), LIFESPANS)
@pytest.mark.parametrize("timing", [0.0, 0.5, 1.0])
def test_the_annuity_inverted_is_that_of_mpmath(rate: float, periods: float, timing: float) -> None:
    """mpmath with 60 digits inverts the annuity that floats gave; they differ by its rounding alone."""
    worth = float(annuity(periods, rate, timing))
    base = {"avg_order_value": 1.0, "frequency": 1.0, "discount_rate": rate, "timing": timing}
    found = seek("simple", "clv", base, "lifespan", worth, 0.0)
    with mpmath.workdps(60):
        d, first = mpmath.mpf(rate), mpmath.mpf(worth) / (1 + mpmath.mpf(rate)) ** mpmath.mpf(timing)
        if rate < 1e-200:
            exact = first
        else:
            whole = mpmath.floor(-mpmath.log(1 - first * d) / mpmath.log(1 + d))
            earned_so_far = (1 - (1 + d) ** -whole) / d
            exact = whole + (first - earned_so_far) * (1 + d) ** (whole + 1)
        steep = float((1 + d) ** exact)  # a digit of the annuity is so many of the lifespan
        assert found.value == pytest.approx(float(exact), rel=1e-14 * max(steep, 10.0))
    assert found.value == pytest.approx(periods, rel=1e-13 * max(steep, 10.0))


@given(st.floats(0.01, 60.0), st.floats(0.0, 1.5), st.floats(0.0, 1.0))
def test_what_a_time_earns_is_paid_back_in_that_time(time: float, kept: float, rate: float) -> None:
    cost = earned(time, kept, rate)
    more = earned(time + 1e-3, kept, rate)
    assume(more > cost * (1 + 1e-9))
    assert float(payback(cost, 1.0, kept, rate)) == pytest.approx(time, rel=1e-6)


@given(st.floats(0.0, 1.99), st.floats(0.0, 1.0), st.floats(0.0, 30.0))
def test_what_a_time_earns_is_the_sum_written_out(kept: float, rate: float, time: float) -> None:
    """The terms of the definition with 40 digits."""
    with mpmath.workdps(40):
        q = mpmath.mpf(kept) / (1 + mpmath.mpf(rate))
        full = int(time)
        terms = [q**j / (1 + mpmath.mpf(rate)) for j in range(full + 1)]
        exact = mpmath.fsum(terms[:full]) + (mpmath.mpf(time) - full) * terms[full]
        assert earned(time, kept, rate) == pytest.approx(float(exact), rel=1e-13)


def test_a_root_without_change_of_sign_is_none() -> None:
    assert isnan(root(lambda x: x + 1, 0.0, 5.0))
    assert root(lambda x: x - 5, 0.0, 5.0) == 5.0
    assert root(lambda x: x, 0.0, 5.0) == 0.0


@given(st.floats(1e-300, 1.0))
def test_a_root_has_every_digit_however_small(wanted: float) -> None:
    assert root(lambda x: x - wanted, 0.0, 1.0) == pytest.approx(wanted, rel=1e-15)
