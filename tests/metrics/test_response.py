"""Response curves: values and slopes against mpmath, and the spend at a slope as their inverse."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.metrics.response import RESPONSES, Responses

SCALE = st.floats(0.01, 1e4)
HALF = st.floats(1.0, 1e5)
EXPONENT = st.floats(0.05, 0.95)


def one(kind: str, scale: float, half: float, exponent: float) -> Responses:
    return Responses(np.array([kind]), np.array([scale]), np.array([half]), np.array([exponent]))


def in_mpmath(kind: str, scale: float, half: float, exponent: float, spend: mpmath.mpf) -> mpmath.mpf:
    """Return the equation of the declaration, to 40 digits."""
    with mpmath.workdps(40):
        if kind == "hill":
            power = spend ** mpmath.mpf(exponent)
            return scale * power / (mpmath.mpf(half) ** exponent + power)
        if kind == "log":
            return scale * mpmath.log(1 + spend / half)
        return scale * spend ** mpmath.mpf(exponent)


@pytest.mark.parametrize("kind", RESPONSES)
@pytest.mark.parametrize("exponent", [0.2, 0.75, 1.0])
@pytest.mark.parametrize("spend", [1e-3, 1.0, 4000.0, 1e6])
def test_customers_and_slopes_are_those_of_the_equations(kind: str, exponent: float, spend: float) -> None:
    """Source: the equations themselves, differentiated numerically by mpmath with 40 digits."""
    curve = one(kind, 400.0, 4000.0, exponent)
    with mpmath.workdps(40):
        customers = in_mpmath(kind, 400.0, 4000.0, exponent, mpmath.mpf(spend))
        slope = mpmath.diff(
            lambda s: in_mpmath(kind, 400.0, 4000.0, exponent, s), mpmath.mpf(spend), h=mpmath.mpf(10) ** -15
        )
    assert curve.customers(np.array([spend]))[0] == pytest.approx(float(customers), rel=1e-13)
    assert curve.marginal(np.array([spend]))[0] == pytest.approx(float(slope), rel=1e-12)


@given(st.sampled_from(RESPONSES), SCALE, HALF, EXPONENT, st.booleans(), st.floats(1e-6, 1e7))
def test_at_the_spend_found_for_a_slope_the_curve_has_that_slope(
    kind: str, scale: float, half: float, exponent: float, plain: bool, spend: float
) -> None:
    curve = one(kind, scale, half, 1.0 if plain and kind == "hill" else exponent)
    slope = curve.marginal(np.array([spend]))
    assert curve.marginal(curve.spend_at(slope)) == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("exponent", [0.3, 0.9, 1.0])
@pytest.mark.parametrize("spend", [1e-6, 0.5, 4000.0, 1e9])
def test_the_spend_at_the_slope_of_a_spend_is_that_spend(exponent: float, spend: float) -> None:
    """A straight part of a curve does not tell the spend: what is lost is a share of `half`."""
    curve = one("hill", 400.0, 4000.0, exponent)
    lost = 4000.0 if exponent == 1 else 0.0
    back = curve.spend_at(curve.marginal(np.array([spend])))[0]
    assert back == pytest.approx(spend, rel=1e-12, abs=1e-15 * lost)


@pytest.mark.parametrize("kind", ["hill", "log"])
def test_nothing_is_spent_where_the_slope_was_never_so_steep(kind: str) -> None:
    curve = one(kind, 400.0, 4000.0, 1.0)
    assert curve.marginal(np.zeros(1))[0] == pytest.approx(0.1)
    assert curve.spend_at(np.array([0.1000001]))[0] == 0
    assert curve.spend_at(np.array([np.inf]))[0] == 0
    assert curve.spend_at(np.array([0.0999]))[0] > 0


@pytest.mark.parametrize(("kind", "exponent"), [("power", 0.5), ("hill", 0.5)])
def test_the_first_unit_of_money_has_no_end_of_slope_where_the_exponent_is_below_one(
    kind: str, exponent: float
) -> None:
    curve = one(kind, 400.0, 4000.0, exponent)
    assert curve.marginal(np.zeros(1))[0] == np.inf
    assert curve.customers(np.zeros(1))[0] == 0
    assert curve.spend_at(np.array([np.inf]))[0] == 0


def test_channels_of_every_kind_are_answered_together() -> None:
    """Source: by hand; 400/2, 50 ln 2 and 2 x 100."""
    curves = Responses(
        np.array(["hill", "log", "power"]),
        np.array([400.0, 50.0, 2.0]),
        np.array([4000.0, 2500.0, np.nan]),
        np.array([1.0, np.nan, 0.5]),
    )
    found = curves.customers(np.array([4000.0, 2500.0, 10000.0]))
    assert found.tolist() == pytest.approx([200.0, 50 * np.log(2), 200.0], rel=1e-15)
