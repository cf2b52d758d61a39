"""Tiers and the share of the best."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import DIV, NA, VALUE, CellError
from clv_xl.metrics.tiers import pareto, tier_labels, tiers

VALUES = st.lists(st.integers(-5, 20).map(float), min_size=1, max_size=60)


def test_check_values_of_the_catalogue() -> None:
    assert tier_labels(np.array([5.0, 4, 3, 2, 1]), (0.2, 0.5)) == ["A", "B", "C", "C", "C"]
    assert pareto(np.array([50.0, 30, 10, 10]), 0.5) == 0.8


@given(VALUES, st.sets(st.integers(1, 99), min_size=1, max_size=4))
def test_tiers_are_those_of_exact_fractions_and_ties_go_up(values: list[float], cuts: set[int]) -> None:
    shares = sorted(cuts)
    found = tiers(np.array(values), [share / 100 for share in shares]).tolist()
    for value, tier in zip(values, found, strict=True):
        rank = 1 + sum(other > value for other in values)
        assert tier == sum(rank > Fraction(share * len(values), 100) for share in shares)


def test_values_tied_across_a_cut_all_go_up() -> None:
    # Two are first of five: 20% is one customer, and both stand at rank 1.
    assert tiers(np.array([5.0, 5, 1, 1, 1]), (0.2,)).tolist() == [0, 0, 1, 1, 1]


def test_blanks_keep_their_row_and_count_nowhere() -> None:
    assert tier_labels(np.array([np.nan, 2, 1]), (0.5,), ("top", "rest")) == [None, "top", "rest"]
    assert pareto(np.array([np.nan, 3, 1]), 0.5) == 0.75


@pytest.mark.parametrize("cuts", [(0.5, 0.2), (0.0,), (1.0,), (0.2, 0.2)])
def test_cuts_must_rise_within_0_and_1(cuts: tuple[float, ...]) -> None:
    with pytest.raises(CellError) as error:
        tiers(np.array([1.0]), cuts)
    assert (error.value.code, error.value.key) == (VALUE, "cuts_rise")


def test_labels_are_one_more_than_cuts() -> None:
    with pytest.raises(CellError) as error:
        tier_labels(np.array([1.0]), (0.5,), ("one",))
    assert error.value == CellError(VALUE, "labels_fit_cuts", argument="labels", got=1, needed=2)


@given(VALUES, st.integers(0, 100))
def test_pareto_is_the_top_share_rounded_up(values: list[float], percent: int) -> None:
    whole = sum(values)
    if not whole:
        with pytest.raises(CellError) as error:
            pareto(np.array(values), percent / 100)
        assert error.value.code == DIV
        return
    top = -(-percent * len(values) // 100)
    expected = sum(sorted(values, reverse=True)[:top]) / whole
    assert pareto(np.array(values), percent / 100) == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_pareto_of_nothing_has_too_little_data() -> None:
    with pytest.raises(CellError) as error:
        pareto(np.array([np.nan]))
    assert error.value.code == NA
