"""Present values against exact arithmetic: mpmath's sums, term by term or in closed form."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.metrics.discounting import annuity, factor

PERIODS = st.one_of(st.floats(0, 60), st.integers(0, 1000).map(float), st.floats(0, 1e6))
RATES = st.one_of(st.just(0.0), st.floats(0, 1), st.floats(1e-300, 1e-6))
TIMINGS = st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1)


def exact_annuity(n: float, d: float, timing: float) -> mpmath.mpf:
    """The definition in 60 digits and more, the whole periods by their geometric sum."""
    with mpmath.workdps(400 if 0 < d < 1e-20 else 60):
        k = int(mpmath.floor(n))
        phi, v = mpmath.mpf(n) - k, 1 / (1 + mpmath.mpf(d))
        whole = mpmath.mpf(k) if d == 0 else v * (1 - v**k) / (1 - v)
        return +(whole * v ** (-mpmath.mpf(timing)) + phi * v ** (k + 1 - mpmath.mpf(timing)))


@given(PERIODS, RATES, TIMINGS)
def test_single_numbers_match_mpmath(n: float, d: float, timing: float) -> None:
    """The scalar path keeps 12 digits over the whole domain."""
    expected = exact_annuity(n, d, timing)
    assert float(annuity(n, d, timing)) == pytest.approx(float(expected), rel=1e-12, abs=0)


@pytest.mark.parametrize("d", [0.0, 1e-12, 1e-9, 0.1, 1.0])
@pytest.mark.parametrize("n", [0.0, 0.3, 1.0, 2.5, 1e5, 1e6])
@pytest.mark.parametrize("timing", [0.0, 0.5, 1.0])
def test_corners_match_mpmath(n: float, d: float, timing: float) -> None:
    """Tiny rates, part periods and very long lives, where naive formulas lose their digits."""
    expected = float(exact_annuity(n, d, timing))
    assert float(annuity(n, d, timing)) == pytest.approx(expected, rel=1e-12, abs=0)


@given(st.lists(st.tuples(PERIODS, RATES, TIMINGS), min_size=1, max_size=20))
def test_arrays_equal_single_numbers(rows: list[tuple[float, float, float]]) -> None:
    """Both paths give one number, to 1e-14."""
    n, d, timing = (np.array(column) for column in zip(*rows, strict=True))
    expected = [float(annuity(*row)) for row in rows]
    np.testing.assert_allclose(annuity(n, d, timing), expected, rtol=1e-14, atol=0)


@given(PERIODS)
def test_without_discounting_it_is_the_number_of_periods(n: float) -> None:
    """Exactly, part periods too."""
    assert annuity(n, 0.0, 0.5) == n
    assert np.asarray(annuity(np.array([n]), 0.0, 0.5))[0] == n


@given(st.integers(1, 40), st.floats(0.001, 1), st.sampled_from([0, 1]))
def test_whole_periods_are_pv(n: int, d: float, timing: int) -> None:
    """The closed form of PV in OpenDocument 1.3 part 4, with payment -1 and no future value."""
    pv = (1 + d * timing) * (1 - (1 + d) ** -n) / d
    assert float(annuity(float(n), d, float(timing))) == pytest.approx(pv, rel=1e-12)


@given(st.floats(0, 100), st.floats(0, 1), TIMINGS)
def test_it_is_the_sum_of_its_factors(n: float, d: float, timing: float) -> None:
    """The definition in the catalogue, term by term."""
    k = math.floor(n)
    terms = [float(factor(float(j), d, timing)) for j in range(1, k + 1)]
    part = (n - k) * float(factor(k + 1.0, d, timing))
    assert float(annuity(n, d, timing)) == pytest.approx(math.fsum([*terms, part]), rel=1e-12, abs=1e-300)


@given(st.integers(1, 1000), st.floats(0, 1), TIMINGS)
def test_it_is_continuous_at_whole_periods(n: int, d: float, timing: float) -> None:
    """A lifespan a rounding error short of n is worth what n is worth."""
    below = float(annuity(math.nextafter(n, 0), d, timing))
    assert below == pytest.approx(float(annuity(float(n), d, timing)), rel=1e-12)


def test_it_broadcasts() -> None:
    """A column of lives against a row of rates."""
    table = np.asarray(annuity(np.array([[1.0], [2.0]]), np.array([0.0, 0.1, 1.0])))
    assert table.shape == (2, 3)
    assert table[1, 2] == pytest.approx(0.75)  # 1/2 + 1/4
