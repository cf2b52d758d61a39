"""Responses fitted to a history: known parameters come back, and scipy finds no closer curve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import least_squares

from clv_xl.cells import FloatArray
from clv_xl.metrics.response import HILL, LOG, POWER, RESPONSES, Responses
from clv_xl.metrics.response_fit import NoFitError, best_fit, fit

EVEN = np.linspace(100.0, 1000.0, 10)


def customers(kind: str, spend: FloatArray, scale: float, half: float, exponent: float) -> FloatArray:
    n = spend.size
    curves = Responses(np.full(n, kind), np.full(n, scale), np.full(n, half), np.full(n, exponent))
    return curves.customers(spend)


@given(
    st.sampled_from(RESPONSES),
    st.floats(0.1, 1e4),
    st.floats(-1.5, 1.5),
    st.floats(0.1, 0.9),
    st.integers(4, 20),
    st.integers(0, 10**6),
    st.booleans(),
)
@settings(max_examples=200)
def test_known_parameters_come_back_from_data_without_noise(
    kind: str, scale: float, bend: float, exponent: float, n: int, seed: int, with_zero: bool
) -> None:
    spend = 10 ** np.random.default_rng(seed).uniform(1, 5, n)
    half = float(np.median(spend)) * 10**bend
    spend[0] = 0.0 if with_zero else spend[0]
    exponent = 1.0 if kind == HILL else exponent
    made = customers(kind, spend, scale, half, exponent)
    found = fit(kind, spend, made)
    assert found.scale == pytest.approx(scale, rel=1e-6)
    if kind == POWER:
        assert found.exponent == pytest.approx(exponent, rel=1e-6)
    else:
        assert found.half == pytest.approx(half, rel=1e-6)
    assert found.r_squared == pytest.approx(1, abs=1e-9)
    assert best_fit(spend, made).kind == kind


@pytest.mark.parametrize("kind", RESPONSES)
@pytest.mark.parametrize("seed", range(5))
def test_scipy_finds_no_closer_curve_through_data_with_noise(kind: str, seed: int) -> None:
    """Source: scipy's bounded least squares from ten starts."""
    random = np.random.default_rng(seed)
    made = customers(HILL, EVEN, 300.0, 500.0, 1.0) + random.normal(0, 8, EVEN.size)
    found = fit(kind, EVEN, made)
    best = np.inf
    for _ in range(10):
        start = [random.uniform(1, 500), random.uniform(50, 2000), random.uniform(0.1, 0.9)]
        used = [0, 2] if kind == POWER else [0, 1]

        def residuals(p: FloatArray) -> FloatArray:
            half, exponent = (1.0, p[1]) if kind == POWER else (p[1], 1.0)
            return customers(kind, EVEN, float(p[0]), float(half), float(exponent)) - made

        top = [np.inf, 1.0] if kind == POWER else [np.inf, np.inf]
        tried = least_squares(residuals, np.array(start)[used], bounds=([0, 1e-9], top), x_scale="jac")
        best = min(best, 2 * tried.cost)
    assert found.squares <= best * (1 + 1e-9)
    assert found.r_squared == pytest.approx(1 - found.squares / ((made - made.mean()) ** 2).sum(), rel=1e-12)


def test_the_closest_of_the_three_is_chosen() -> None:
    made = customers(HILL, EVEN, 300.0, 500.0, 1.0) + 5 * np.sin(EVEN)
    chosen = best_fit(EVEN, made)
    assert chosen.squares == min(fit(kind, EVEN, made).squares for kind in (HILL, LOG, POWER))


@pytest.mark.parametrize("kind", RESPONSES)
@pytest.mark.parametrize(
    ("spend", "won", "reason"),
    [
        (np.array([1.0, 2.0, 2.0, 1.0]), np.array([5.0, 8.0, 8.0, 5.0]), "few"),
        (np.array([0.0, 1.0, 2.0]), np.array([0.0, 5.0, 8.0]), "few"),
        (EVEN, np.full(10, 20.0), "flat"),
        (EVEN, np.zeros(10), "flat"),
        (EVEN, 100 - EVEN / 50, "flat"),
        (np.array([0.0, 0, 0, 1, 2, 3]), np.array([10.0, 10, 10, 9, 11, 13]), "flat"),
        (EVEN, EVEN / 10, "straight"),
        (EVEN, EVEN**2 / 1e4, "straight"),
    ],
    ids=[
        "two spends",
        "two above 0",
        "constant",
        "no customers",
        "falling",
        "customers without spend",
        "proportional",
        "ever faster",
    ],
)
def test_a_history_that_does_not_tell_the_curve_says_why(
    kind: str, spend: FloatArray, won: FloatArray, reason: str
) -> None:
    with pytest.raises(NoFitError) as raised:
        fit(kind, spend, won)
    assert raised.value.reason == reason
    with pytest.raises(NoFitError) as raised:
        best_fit(spend, won)
    assert raised.value.reason == reason


def test_a_history_of_any_length_is_fitted_in_parts() -> None:
    spend = np.random.default_rng(3).uniform(0, 1e4, 50_000)
    found = fit(HILL, spend, customers(HILL, spend, 400.0, 4000.0, 1.0))
    assert (found.scale, found.half) == pytest.approx((400.0, 4000.0), rel=1e-9)
    assert found.points == 50_000


@pytest.mark.parametrize("kind", RESPONSES)
def test_other_units_of_money_and_of_customers_give_the_same_curve(kind: str) -> None:
    made = customers(HILL, EVEN, 300.0, 500.0, 1.0) + 5 * np.sin(EVEN)
    one, other = fit(kind, EVEN, made), fit(kind, EVEN * 1000, made * 12)
    curves = [
        customers(kind, EVEN * unit, f.scale, f.half, f.exponent) for unit, f in ((1, one), (1000, other))
    ]
    assert curves[1] == pytest.approx(curves[0] * 12, rel=1e-7)
    assert other.r_squared == pytest.approx(one.r_squared, rel=1e-9)
