"""Exact sums against math.fsum, which is correctly rounded."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clv_xl.cells import FloatArray
from clv_xl.metrics.sums import exact_sum, grouped_sum

VALUES = st.one_of(
    st.floats(-1e18, 1e18),
    st.integers(-(10**7), 10**7).map(lambda cents: cents / 100),
    st.sampled_from([1e16, -1e16, 1.0, 0.0, 1e-300, 5e-324]),
)
ROWS = st.lists(st.tuples(st.integers(0, 3), VALUES), max_size=60)


def check(sums: FloatArray, codes: NDArray[np.int32], values: FloatArray) -> None:
    """Compare with math.fsum of each group, within 1e-15 of its sum of absolute values."""
    for group, got in enumerate(sums):
        own = values[codes == group].tolist()
        assert abs(got - math.fsum(own)) <= 1e-15 * math.fsum(map(abs, own))


@given(ROWS)
def test_groups_match_fsum(rows: list[tuple[int, float]]) -> None:
    """Any mixture of sizes, a group of tiny values beside one of huge ones included."""
    codes, values = np.array([r[0] for r in rows], np.int32), np.array([r[1] for r in rows])
    sums = grouped_sum(codes, values, 5)
    check(sums, codes, values)
    assert sums.shape == (5,)
    assert sums[4] == 0


@given(st.lists(VALUES, max_size=60))
def test_the_whole_matches_fsum_to_the_last_digits(values: list[float]) -> None:
    """Stronger than promised: relative to the result itself, so cancelling does no harm."""
    assert exact_sum(np.array(values)) == pytest.approx(math.fsum(values), rel=1e-15, abs=0)


@given(st.lists(VALUES, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_what_cancels_leaves_nothing(values: list[float], random: object) -> None:
    """Law: values and their negatives, shuffled, sum to exactly 0."""
    both = np.array([*values, *(-v for v in values)])
    random.shuffle(both)  # type: ignore[attr-defined]
    assert exact_sum(both) == 0
    assert grouped_sum(np.zeros(both.size, np.int64), both, 1)[0] == 0


def test_cancelling_giants_leave_the_one() -> None:
    """By hand; a plain sum gives 0."""
    values = np.array([1e16, 1.0, -1e16])
    assert exact_sum(values) == 1
    assert grouped_sum(np.array([1, 1, 1]), values, 2).tolist() == [0, 1]


@pytest.mark.parametrize("groups", [1, 7, 50_000])
def test_many_rows_match_fsum(groups: int) -> None:
    """More rows than a slice holds: prices in cents, and returns that nearly cancel."""
    random = np.random.default_rng(20_240_229)
    values = np.round(random.lognormal(3.5, 2.0, 200_000), 2)
    values[::2] = -values[1::2]
    values[::1000] *= 1e9
    codes = np.sort(random.integers(0, groups, values.size))
    sums = grouped_sum(codes, values, groups)
    cuts = np.searchsorted(codes, np.arange(groups + 1)).tolist()
    numbers = values.tolist()
    for group in range(0, groups, max(1, groups // 500)):
        own = numbers[cuts[group] : cuts[group + 1]]
        assert abs(sums[group] - math.fsum(own)) <= 1e-15 * math.fsum(map(abs, own))
    assert exact_sum(values) == math.fsum(numbers)


def test_the_order_of_the_rows_does_not_matter() -> None:
    """A plain sum of these changes with the order."""
    random = np.random.default_rng(7)
    values, codes = random.lognormal(0, 3, 100_000), random.integers(0, 4, 100_000)
    shuffled = random.permutation(values.size)
    assert values.sum() != values[shuffled].cumsum()[-1]
    np.testing.assert_array_equal(
        grouped_sum(codes, values, 4), grouped_sum(codes[shuffled], values[shuffled], 4)
    )


def test_what_is_not_finite_stays_in_its_group() -> None:
    """Infinities and NaN come out as a plain sum has them, other groups unharmed, no warning."""
    values = np.array([np.inf, 1.0, np.nan, 2.0, 3.0, np.inf, -np.inf])
    sums = grouped_sum(np.array([0, 0, 1, 2, 2, 3, 3]), values, 4)
    np.testing.assert_array_equal(sums, [np.inf, np.nan, 5.0, np.nan])
    assert exact_sum(np.array([1.0, np.inf])) == np.inf
    assert math.isnan(exact_sum(np.array([-np.inf, np.inf])))
    assert exact_sum(np.array([1e308, 1e308])) == np.inf


def test_nothing_sums_to_zero() -> None:
    """No rows, no groups, all zeros."""
    empty = np.zeros(0)
    assert exact_sum(empty) == 0
    assert grouped_sum(empty.astype(np.int64), empty, 2).tolist() == [0, 0]
    assert grouped_sum(empty.astype(np.int64), empty, 0).size == 0
    assert grouped_sum(np.array([0, 0]), np.zeros(2), 1).tolist() == [0]
