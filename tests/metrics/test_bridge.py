"""The Shapley value of drivers.

Expected: the definition, the mean over all orders (Shapley 1953), taken order by order; and the axioms
that make it the only one: nothing is left over, a driver that adds nothing gets nothing, equal drivers
get the same, effects of a sum are the sums of the effects.
"""

from itertools import permutations
from math import factorial, fsum, ulp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.cells import FloatArray
from clv_xl.metrics.bridge import effects, mixtures

MONEY = st.floats(-1e6, 1e6).map(lambda x: round(x, 2))


def games(least: int = 1, most: int = 6) -> st.SearchStrategy[FloatArray]:
    """Return outputs for every mixture of k drivers."""
    return st.integers(least, most).flatmap(
        lambda k: st.lists(MONEY, min_size=2**k, max_size=2**k).map(np.array)
    )


def by_orders(worth: FloatArray) -> list[float]:
    """Return the mean, over all orders of the drivers, of what the change of each adds."""
    k = worth.size.bit_length() - 1
    added: list[list[float]] = [[] for _ in range(k)]
    for order in permutations(range(k)):
        state = 0
        for driver in order:
            after = state | 1 << driver
            added[driver].append(float(worth[after]) - float(worth[state]))
            state = after
    return [fsum(a) / factorial(k) for a in added]


@settings(deadline=None, max_examples=60)
@given(games())
def test_it_is_the_mean_over_all_orders(worth: FloatArray) -> None:
    assert effects(worth) == pytest.approx(by_orders(worth), rel=1e-12, abs=1e-9)


@given(games())
def test_nothing_is_left_over(worth: FloatArray) -> None:
    """To the last digit: 9.94 - 8.06 is 1.88, yet no two numbers of that size add up to its double."""
    found = effects(worth)
    whole = worth[-1] - worth[0]
    assert abs(whole - fsum(found)) <= ulp(max(abs(whole), np.abs(found).max()))


@given(games())
def test_going_back_gives_the_same_effects_with_the_other_sign(worth: FloatArray) -> None:
    assert (effects(worth[::-1]) == -effects(worth)).all()


@given(games(), st.integers(0, 6))
def test_a_driver_that_adds_nothing_gets_nothing_and_changes_no_other(worth: FloatArray, place: int) -> None:
    k = worth.size.bit_length() - 1
    place = min(place, k)
    numbers = np.arange(2 ** (k + 1))
    below = numbers & ((1 << place) - 1)
    found = effects(worth[below | (numbers >> (place + 1) << place)])
    assert found[place] == 0
    assert np.delete(found, place) == pytest.approx(effects(worth), rel=1e-12, abs=1e-9)


@given(games(2), st.integers(0, 2**32 - 1))
def test_the_order_of_the_drivers_leaves_no_trace(worth: FloatArray, seed: int) -> None:
    k = worth.size.bit_length() - 1
    order = np.random.default_rng(seed).permutation(k)
    mixed = mixtures(k)[order]
    numbers = (mixed << np.arange(k)[:, None]).sum(axis=0)
    turned = np.empty_like(worth)
    turned[numbers] = worth
    assert np.allclose(effects(turned), effects(worth)[order], rtol=1e-14, atol=1e-9)


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(-100, 100), st.floats(-100, 100))
def test_of_a_product_of_two_each_gets_its_change_times_the_mean_of_the_other(
    f: float, g: float, m: float, n: float
) -> None:
    """Closed form: (g - f) (m + n) / 2 and (n - m) (f + g) / 2."""
    found = effects(np.array([f * m, g * m, f * n, g * n]))
    assert found == pytest.approx([(g - f) * (m + n) / 2, (n - m) * (f + g) / 2], rel=1e-9, abs=1e-9)


def test_of_a_sum_each_gets_its_own_change() -> None:
    mixed = mixtures(5)
    steps = np.array([3.0, -7.0, 0.25, 1000.0, -0.5])
    assert effects(100 + (steps[:, None] * mixed).sum(axis=0)).tolist() == steps.tolist()


def test_nothing_moved() -> None:
    assert effects(np.array([135.0])).tolist() == []
    assert mixtures(0).shape == (0, 1)


def test_a_difference_beyond_the_largest_number_is_refused() -> None:
    with pytest.raises(OverflowError):
        effects(np.array([-1e308, 1e308]))
