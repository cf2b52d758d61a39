"""Rates and unit economics."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.metrics.rates import cac, churn, convert_rate, nrr, ratio, retention

YEAR = 365.25
MONTH = YEAR / 12
LENGTHS = st.sampled_from([1.0, 7.0, MONTH, YEAR / 4, YEAR])


def test_check_values() -> None:
    """Design catalogue, rates and unit economics (retention, ratio); the example shop's CAC of 45."""
    assert retention(800.0, 850.0, 200.0) == 0.8125
    assert ratio(180.0, 45.0) == 4.0
    assert cac(np.array([30000.0, 6000.0]), 800.0) == 45.0
    assert churn(40.0, 800.0) == 0.05
    assert nrr(1000.0, 150.0, 50.0, 75.0) == 1.025


def test_monthly_churn_of_five_percent() -> None:
    """Design catalogue, CLV.CONVERTRATE: 1 - 0.95^12 = 0.4596."""
    assert round(float(convert_rate(0.05, MONTH, YEAR, "churn")), 4) == 0.4596


@pytest.mark.parametrize("d", [1e-15, 1e-9, 0.01, 0.5, 1.0])
def test_conversion_keeps_small_rates(d: float) -> None:
    """Against mpmath: a rate near 0 keeps its digits, where (1 + d)^n - 1 would drop them."""
    with mpmath.workdps(50):
        expected = float((1 + mpmath.mpf(d)) ** 12 - 1)
        lost = float(1 - (1 - mpmath.mpf(d)) ** 12)
    assert float(convert_rate(d, 1.0, 12.0, "discount")) == pytest.approx(expected, rel=1e-13, abs=0)
    assert float(convert_rate(d, 1.0, 12.0, "churn")) == pytest.approx(lost, rel=1e-13, abs=0)


@given(st.floats(0, 0.3), LENGTHS, LENGTHS, st.sampled_from(["churn", "discount"]))
def test_there_and_back(rate: float, one: float, other: float, kind: str) -> None:
    """Law: a longer unit and back is the rate itself, within what 1 - churn can hold."""
    shorter, longer = sorted((one, other))
    there = convert_rate(rate, longer, shorter, kind)
    assert float(convert_rate(there, shorter, longer, kind)) == pytest.approx(rate, rel=1e-12, abs=1e-300)


@given(st.floats(0.001, 1), LENGTHS, LENGTHS)
def test_retention_and_churn_convert_alike(rate: float, one: float, other: float) -> None:
    """Law: churn is what retention leaves, in every unit."""
    kept = float(convert_rate(rate, one, other, "retention"))
    lost = float(convert_rate(1 - rate, one, other, "churn"))
    assert kept + lost == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("kind", "ends"), [("churn", (0, 1)), ("retention", (0, 1)), ("discount", (0,))])
def test_the_ends_of_the_domain_stay(kind: str, ends: tuple[float, ...]) -> None:
    """Everybody or nobody leaves in any unit, without a warning; lifted as well."""
    for end in ends:
        assert convert_rate(float(end), MONTH, YEAR, kind) == end
    np.testing.assert_array_equal(convert_rate(np.array(ends, float), MONTH, YEAR, kind), ends)


def test_arrays_do_not_raise_where_a_denominator_is_zero() -> None:
    """The catalogue's rule names such an element; the body must only leave it without a value."""
    result = np.asarray(churn(np.array([40.0, 1.0, 0.0]), np.array([800.0, 0.0, 0.0])))
    assert result[0] == 0.05
    assert not np.isfinite(result[1:]).any()
    with pytest.raises(ZeroDivisionError):
        churn(1.0, 0.0)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(1, 1e6))
def test_cost_per_customer_times_customers_is_the_cost(costs: list[float], customers: float) -> None:
    """Law: nothing is lost between the column of costs and the quotient."""
    per_customer = float(cac(np.array(costs), customers))
    assert per_customer * customers == pytest.approx(sum(costs), rel=1e-12, abs=1e-300)
