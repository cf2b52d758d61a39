"""Distributions: each inverse against scipy and mpmath, cut ones against the truncated law, correlation."""

from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from clv_xl.metrics.beta_inverse import beta_inverse
from clv_xl.metrics.distributions import (
    Beta,
    Empirical,
    Law,
    LogNormal,
    Normal,
    Triangular,
    Uniform,
    Within,
    copula,
    pert,
)
from clv_xl.metrics.uniforms import LEAST, Stream

ENDS = 10.0 ** -np.arange(1.0, 16.0)
SHARES = np.concatenate([[LEAST], ENDS, np.linspace(0.001, 0.999, 2001), 1 - ENDS, [1 - LEAST]])
S2 = np.log1p((20 / 50) ** 2)  # variance of the logarithm of a lognormal with mean 50 and sd 20
LAWS: list[tuple[Law, Any]] = [
    (Normal(50.0, 10.0), stats.norm(50, 10)),
    (Normal(-3.0, 1e-3), stats.norm(-3, 1e-3)),
    (LogNormal(50.0, 20.0), stats.lognorm(np.sqrt(S2), scale=50 * np.exp(-S2 / 2))),
    (Triangular(2.0, 3.0, 5.0), stats.triang(1 / 3, 2, 3)),
    (Triangular(0.0, 0.0, 1.0), stats.triang(0, 0, 1)),
    (Triangular(1.0, 2.0, 2.0), stats.triang(1, 1, 1)),
    (Uniform(0.3, 0.5), stats.uniform(0.3, 0.2)),
    (pert(2.0, 3.0, 10.0), stats.beta(1.5, 4.5, 2, 8)),
    (pert(0.0, 0.0, 1.0), stats.beta(1, 5, 0, 1)),
    (pert(0.0, 1.0, 1.0), stats.beta(5, 1, 0, 1)),
    (Beta(0.5, 0.5), stats.beta(0.5, 0.5)),
    (Beta(40.0, 160.0), stats.beta(40, 160)),
    (Beta(0.3, 7.0, 10.0, 20.0), stats.beta(0.3, 7, 10, 10)),
]


@pytest.mark.parametrize(("law", "frozen"), LAWS, ids=lambda x: str(x) if not hasattr(x, "ppf") else "")
def test_each_inverse_is_that_of_scipy(law: Law, frozen: Any) -> None:
    np.testing.assert_allclose(law.at(SHARES), frozen.ppf(SHARES), rtol=1e-12)
    assert law.mean == pytest.approx(float(frozen.mean()), rel=1e-12)


@pytest.mark.parametrize(("law", "frozen"), LAWS, ids=lambda x: str(x) if not hasattr(x, "ppf") else "")
def test_draws_never_fall_where_shares_rise(law: Law, frozen: Any) -> None:
    shares = np.sort(Stream(2, "margin").next(20_000))
    drawn = law.at(shares)
    assert np.all(np.diff(drawn) >= -1e-13 * np.abs(drawn[1:]))  # two pieces of a table meet to a rounding
    assert np.all((drawn >= frozen.support()[0]) & (drawn <= frozen.support()[1]))


@pytest.mark.parametrize(("a", "b"), [(1.5, 4.5), (2.6, 3.4), (4.9, 1.1), (0.2, 3.0), (100.0, 30.0)])
@pytest.mark.parametrize("share", [1e-12, 0.003, 0.4, 0.5, 0.51, 0.9, 1 - 1e-9])
def test_the_table_of_a_beta_inverse_is_right_to_12_digits_by_mpmath(
    a: float, b: float, share: float
) -> None:
    """The share below the value found, by mpmath, leads back: a Newton step away is the true value."""
    found = float(beta_inverse(a, b).at(np.array([share]))[0])
    with mpmath.workdps(40):
        x = mpmath.mpf(found)
        below = mpmath.betainc(a, b, 0, x, regularized=True)
        density = x ** (a - 1) * (1 - x) ** (b - 1) / mpmath.beta(a, b)
        assert abs((below - mpmath.mpf(share)) / density / x) < 1e-12


@settings(max_examples=40)
@given(st.floats(0.05, 300), st.floats(0.05, 300))
def test_a_beta_inverse_agrees_with_scipy_for_any_shape(a: float, b: float) -> None:
    shares = SHARES[::17]
    expected = stats.beta(a, b).ppf(shares)
    known = expected > 1e-300
    np.testing.assert_allclose(beta_inverse(a, b).at(shares)[known], expected[known], rtol=1e-12)


def test_shapes_without_a_table_are_asked_of_scipy() -> None:
    inverse = beta_inverse(0.005, 0.005)
    assert inverse.lower is None
    assert inverse.upper is None
    np.testing.assert_array_equal(inverse.at(np.array([0.3, 0.7])), stats.beta(0.005, 0.005).ppf([0.3, 0.7]))


def test_empirical_values_are_the_inverse_of_the_step_function() -> None:
    values = np.array([1.0, 2.0, 2.0, 7.0, 9.0])
    shares = np.array([LEAST, 0.2, 0.2 + 1e-9, 0.6, 0.61, 0.8, 0.81, 1 - LEAST])
    expected = np.quantile(values, shares, method="inverted_cdf")
    np.testing.assert_array_equal(Empirical(values).at(shares), expected)
    drawn = Empirical(values).at(Stream(1, "margin").next(100_000))
    assert set(drawn.tolist()) == set(values.tolist())
    assert abs(drawn.mean() - values.mean()) < 4 * values.std() / np.sqrt(100_000)


@pytest.mark.parametrize(("mean", "sd", "low", "high"), [(3.0, 2.0, 0.0, 1e100), (0.9, 0.08, -1e100, 1.0)])
def test_a_cut_normal_is_the_truncated_normal(mean: float, sd: float, low: float, high: float) -> None:
    truncated = stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd)
    law = Within(Normal(mean, sd), low, high)
    np.testing.assert_allclose(truncated.cdf(law.at(SHARES)), SHARES, atol=1e-15)
    shares = np.linspace(1e-4, 1 - 1e-4, 1001)  # beyond, a rounding of the share moves the value by more
    np.testing.assert_allclose(law.at(shares), truncated.ppf(shares), rtol=1e-12, atol=1e-12)
    drawn = law.at(Stream(4, "frequency").next(400_000))
    assert abs(drawn.mean() - truncated.mean()) < 4 * truncated.std() / np.sqrt(drawn.size)
    normal = stats.norm(mean, sd)
    assert law.cut == pytest.approx(normal.cdf(low) + normal.sf(high), rel=1e-12)
    assert law.mean == mean


def test_a_cut_lognormal_stays_below_its_bound() -> None:
    law = Within(LogNormal(0.8, 0.1), 0.0, 1.0)
    drawn = law.at(Stream(4, "frequency").next(100_000))
    whole = stats.lognorm(np.sqrt(np.log1p(1 / 64)), scale=0.8 / np.sqrt(1 + 1 / 64))
    assert drawn.max() <= 1.0
    assert law.cut == pytest.approx(float(whole.sf(1)), rel=1e-12)
    np.testing.assert_allclose(law.at(np.array([0.5])), whole.ppf(0.5 * whole.cdf(1)), rtol=1e-12)


MATRIX = np.array([[1.0, 0.7, -0.3], [0.7, 1.0, 0.2], [-0.3, 0.2, 1.0]])


def moved(matrix: np.ndarray[Any, np.dtype[np.float64]], count: int) -> list[np.ndarray[Any, Any]]:
    drivers = ("avg_order_value", "frequency", "margin")[: len(matrix)]
    return copula([Stream(9, driver).next(count) for driver in drivers], np.linalg.cholesky(matrix))


def test_the_correlations_asked_for_are_those_of_normal_drivers() -> None:
    n = 400_000
    drawn = [Normal(5.0, 2.0).at(shares) for shares in moved(MATRIX, n)]
    np.testing.assert_allclose(np.corrcoef(drawn), MATRIX, atol=4 / np.sqrt(n))


def test_rank_correlations_are_those_of_a_gaussian_copula() -> None:
    """6/pi asin(r/2): Kruskal (1958), Ordinal measures of association, section 6."""
    n = 400_000
    drawn = [Triangular(0.0, 1.0, 7.0).at(shares) for shares in moved(MATRIX, n)]
    found = stats.spearmanr(np.column_stack(drawn)).statistic
    np.testing.assert_allclose(found, 6 / np.pi * np.arcsin(MATRIX / 2), atol=4 / np.sqrt(n))


def test_correlated_shares_stay_uniform() -> None:
    for shares in moved(MATRIX, 100_000):
        assert stats.kstest(shares, "uniform").statistic < 1.63 / np.sqrt(100_000)  # the 1% point


def test_no_correlation_leaves_every_share_as_it_is() -> None:
    plain = [Stream(9, driver).next(50) for driver in ("avg_order_value", "frequency")]
    for before, after in zip(plain, moved(np.eye(2), 50), strict=True):
        np.testing.assert_array_equal(before, after)
