"""The time in which a customer earns back the acquisition cost."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clv_xl.metrics.payback import payback

MARGINS = st.floats(0.1, 1000)
RETENTIONS = st.just(1.0) | st.floats(0.3, 1)
RATES = st.just(0.0) | st.floats(0, 0.5)


def earned(time: float, m: float, r: float, d: float) -> mpmath.mpf:
    """The definition, in 40 digits: margins m r^(t-1)/(1+d)^t, linear within the period."""
    with mpmath.workdps(40):
        k = math.floor(time)
        terms = [mpmath.mpf(m) * mpmath.mpf(r) ** (t - 1) / (1 + mpmath.mpf(d)) ** t for t in range(1, k + 2)]
        return mpmath.fsum(terms[:k]) + (mpmath.mpf(time) - k) * terms[k]


@pytest.mark.parametrize(
    ("r", "d", "whole", "expected"),
    # design catalogue, CLV.PAYBACK (45, 5)
    [(1.0, 0.0, False, 9.0), (0.98, 0.0, False, 9.82), (0.98, 0.0, True, 10.0), (0.98, 0.01, False, 10.44)],
)
def test_check_values(r: float, d: float, whole: bool, expected: float) -> None:
    """To the digits published."""
    assert round(float(payback(45.0, 5.0, r, d, whole)), 2) == expected


@given(MARGINS, RETENTIONS, RATES, st.floats(0.01, 0.99))
def test_what_is_earned_by_then_is_the_cost(m: float, r: float, d: float, share: float) -> None:
    """Law: the cumulative margin at the payback time equals the cost."""
    cost = share * (m / (1 + d - r) if 1 + d - r > 0.02 else 40 * m)
    time = float(payback(cost, m, r, d))
    assert float(earned(time, m, r, d)) == pytest.approx(cost, rel=1e-11)


@given(MARGINS, RETENTIONS, RATES, st.integers(1, 60))
def test_whole_periods_survive_rounding(m: float, r: float, d: float, n: int) -> None:
    """A cost added up in cells from n margins is paid back in n periods, not n + 1 or n - 1."""
    terms = [m * r ** (t - 1) / (1 + d) ** t for t in range(1, n + 1)]
    cost = 0.0
    for term in terms:
        cost += term
    assume(terms[-1] > 1e-11 * cost and (r / (1 + d)) ** n > 1e-11)
    assert payback(cost, m, r, d, True) == n
    assert float(payback(cost, m, r, d)) == pytest.approx(n, abs=1e-4)


@pytest.mark.parametrize("n", [3, 7, 9, 1000])
def test_tenths_do_not_add_a_period(n: int) -> None:
    """n tenths are paid back by a tenth a period in n periods, though 0.1 is no binary fraction."""
    assert payback(n / 10, 0.1, whole=True) == n
    assert payback(sum([0.1] * n), 0.1, whole=True) == n


@given(MARGINS, RETENTIONS, RATES, st.floats(0.01, 0.99))
def test_whole_is_the_next_period_end(m: float, r: float, d: float, share: float) -> None:
    """Law: the whole number is the time rounded up, but for rounding."""
    cost = share * (m / (1 + d - r) if 1 + d - r > 0.02 else 40 * m)
    time, whole = float(payback(cost, m, r, d)), float(payback(cost, m, r, d, True))
    assert whole == int(whole)
    assert time - 1e-9 <= whole < time + 1


@pytest.mark.parametrize(
    ("cac", "m", "r", "d"),
    [
        (45.0, 5.0, 0.5, 0.0),  # at most 5 / (1 - 0.5) = 10
        (200.0, 60.0, 0.8, 0.1),  # the limit 60 / 0.3 itself, never reached though 1.1 - 0.8 rounds
        (45.0, 0.0, 1.0, 0.0),
        (45.0, -5.0, 1.0, 0.0),
        (55.0, 60.0, 0.0, 0.1),  # one margin of 60 / 1.1 = 54.55
    ],
)
def test_never_is_nan(cac: float, m: float, r: float, d: float) -> None:
    """By hand; the runner words it as #N/A."""
    assert math.isnan(float(payback(cac, m, r, d)))


def test_one_payment_only() -> None:
    """Nobody renews: 60 / 1.1 in the first period, by hand."""
    assert float(payback(30 / 1.1, 60.0, 0.0, 0.1)) == pytest.approx(0.5)
    assert payback(60 / 1.1, 60.0, 0.0, 0.1, True) == 1


def test_no_cost_is_paid_back_at_once() -> None:
    """Even by customers who bring nothing."""
    assert payback(0.0, 5.0) == 0
    assert payback(-1.0, -5.0) == 0


def test_arrays_equal_single_numbers() -> None:
    """Lifted over every argument."""
    costs, flags = np.array([45.0, 45.0, 0.0, 45.0]), np.array([False, True, False, False])
    rates = np.array([0.98, 0.98, 0.98, 0.5])
    expected = [float(payback(c, 5.0, r, 0.0, bool(w))) for c, r, w in zip(costs, rates, flags, strict=True)]
    np.testing.assert_array_equal(payback(costs, 5.0, rates, 0.0, flags), expected)


def test_a_very_long_time_is_not_counted_period_by_period() -> None:
    """By hand: 1e12 periods of 1."""
    assert payback(1e12, 1.0) == 1e12


@pytest.mark.parametrize("d", [5e-324, 1e-310, 1e-201, 1e-199, 1e-20])
def test_a_rate_next_to_nothing_is_none(d: float) -> None:
    """By hand: 37.5 by 1.875 a period; products with such a rate underflow."""
    assert payback(37.5, 1.875, 1.0, d) == pytest.approx(20, rel=1e-14)
