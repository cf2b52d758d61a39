"""Customer lifetime value from averages."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.metrics.value import clv, equity

MONEY = st.floats(0.01, 1e6)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        # design catalogue, CLV: the example shop, by hand 50 x 3 x 3 and 50 x 3 x 40% x 3 - 45
        ((50.0, 3.0, 3.0), 450.0),
        ((50.0, 3.0, 3.0, 0.4, 45.0), 135.0),
    ],
)
def test_undiscounted_example_is_exact(arguments: tuple[float, ...], expected: float) -> None:
    """The numbers everyone checks first carry no rounding."""
    assert clv(*arguments) == expected


@pytest.mark.parametrize(
    ("lifespan", "timing", "expected"),
    # design catalogue, CLV at 10%; the first two are -PV(10%,3,60) - 45 with type 0 and 1
    [(3.0, 0.0, 104.21), (3.0, 1.0, 119.13), (3.0, 0.5, 111.49), (2.5, 0.0, 81.67)],
)
def test_discounted_example(lifespan: float, timing: float, expected: float) -> None:
    """To the cent of the published check value."""
    assert round(float(clv(50.0, 3.0, lifespan, 0.4, 45.0, 0.1, timing)), 2) == expected


@given(MONEY, st.floats(0.1, 50), st.floats(0.1, 50), st.floats(0, 0.98), st.floats(0.01, 1))
def test_it_falls_as_the_discount_rate_rises(
    aov: float, frequency: float, lifespan: float, low: float, step: float
) -> None:
    """Law: money later is worth less, for positive margins booked at the end."""
    high = low + step
    assert float(clv(aov, frequency, lifespan, 0.4, 45.0, high)) < float(
        clv(aov, frequency, lifespan, 0.4, 45.0, low)
    )


@given(MONEY, st.floats(0, 50), st.floats(0, 50), st.floats(-1, 1), MONEY, st.floats(0, 1), st.floats(0, 1))
def test_cost_is_subtracted_and_value_is_linear_in_money(
    aov: float, frequency: float, lifespan: float, margin: float, cac: float, d: float, timing: float
) -> None:
    """Law: twice the order value and cost is twice the net value (a power of two, hence exactly)."""
    one = float(clv(aov, frequency, lifespan, margin, cac, d, timing))
    assert float(clv(2 * aov, frequency, lifespan, margin, 2 * cac, d, timing)) == 2 * one
    before = float(clv(aov, frequency, lifespan, margin, 0.0, d, timing))
    assert one == before - cac


@given(st.lists(st.tuples(MONEY, st.floats(0, 50), st.floats(0, 50), st.floats(0, 1)), min_size=1))
def test_arrays_equal_single_numbers(rows: list[tuple[float, float, float, float]]) -> None:
    """Lifted over a range, element by element."""
    aov, frequency, lifespan, d = (np.array(column) for column in zip(*rows, strict=True))
    expected = [float(clv(a, f, n, 0.4, 0.0, r, 0.5)) for a, f, n, r in rows]
    np.testing.assert_allclose(clv(aov, frequency, lifespan, 0.4, 0.0, d, 0.5), expected, rtol=1e-14, atol=0)


def test_equity_is_value_times_customers() -> None:
    """By hand: 120 a customer still to come, 800 customers; and lifted."""
    assert equity(120.0, 800.0) == 96000.0
    np.testing.assert_array_equal(equity(np.array([120.0, -5.0]), 800.0), [96000.0, -4000.0])
