"""Percentiles and histograms of sorted values."""

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.cells import FloatArray
from clv_xl.metrics.ascending import CLASSES, histogram, moments, percentiles

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300).map(lambda x: np.sort(np.array(x)))


@given(VALUES, st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_percentiles_are_those_of_numpy_and_never_fall(values: FloatArray, shares: list[float]) -> None:
    found = percentiles(values, np.sort(shares))
    scale = max(1.0, float(np.abs(values).max()))
    np.testing.assert_allclose(found, np.quantile(values, np.sort(shares)), atol=1e-12 * scale)
    assert np.all(np.diff(found) >= -1e-15 * scale)
    assert percentiles(values, np.array([0.0, 1.0])).tolist() == [values[0], values[-1]]


@given(VALUES)
def test_a_histogram_counts_every_value_once_in_the_class_whose_edges_hold_it(values: FloatArray) -> None:
    edges, counts = histogram(values)
    assert counts.sum() == values.size
    assert edges[0] == values[0]
    assert edges[-1] == values[-1]
    assert np.all(np.diff(edges) >= 0)
    for low, high, last, count in zip(
        edges[:-1], edges[1:], [False] * (counts.size - 1) + [True], counts, strict=True
    ):
        assert count == np.count_nonzero((values >= low) & (values <= high if last else values < high))


def test_a_value_on_an_edge_belongs_to_the_class_above_it() -> None:
    edges, counts = histogram(np.arange(101.0))  # percentiles 1 and 99 are the values 1 and 99
    assert edges[[1, -2]].tolist() == [1.0, 99.0]
    assert (counts[0], counts[-1]) == (1, 2)


def test_an_outlier_does_not_squeeze_the_other_classes() -> None:
    edges, counts = histogram(np.append(np.linspace(0.0, 1.0, 1000), 1e6))
    assert counts.size == CLASSES
    assert edges[-2] < 1
    assert counts[1:-1].min() > 40


@pytest.mark.parametrize("values", [[4.0], [4.0, 4.0, 4.0]])
def test_equal_values_are_one_class(values: list[float]) -> None:
    edges, counts = histogram(np.array(values))
    assert edges.tolist() == [4.0, 4.0]
    assert counts.tolist() == [len(values)]


def test_values_that_mostly_agree_have_classes_of_equal_width() -> None:
    edges, counts = histogram(np.append(np.zeros(1000), 10.0))
    np.testing.assert_allclose(np.diff(edges), 0.5)
    assert counts[0] == 1000
    assert counts[-1] == 1


@given(VALUES)
def test_moments_are_those_of_statistics(values: FloatArray) -> None:
    mean, sd = moments(values)
    scale = max(1.0, float(np.abs(values).max()))
    assert mean == pytest.approx(statistics.fmean(values.tolist()), rel=1e-12, abs=1e-13 * scale)
    if values.size == 1:
        assert sd is None
    else:
        assert sd == pytest.approx(statistics.stdev(values.tolist()), rel=1e-9, abs=1e-13 * scale)


@pytest.mark.parametrize("unit", [2.0**-1000, 2.0**-600, 2.0**600, 2.0**1020])
def test_values_of_any_size_have_the_figures_of_their_digits(unit: float) -> None:
    """A power of two moves no digit, and neither sums nor squares leave the floats."""
    values = np.sort(np.random.default_rng(1).uniform(-7, 7, 1000))
    mean, sd = moments(values)
    assert sd is not None
    assert moments(values * unit) == (mean * unit, sd * unit)
    edges, counts = histogram(values)
    larger_edges, same_counts = histogram(values * unit)
    assert larger_edges.tolist() == (edges * unit).tolist()
    assert same_counts.tolist() == counts.tolist()
