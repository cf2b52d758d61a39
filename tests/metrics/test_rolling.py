"""Mean and spread of the last values. Expected: Python's statistics module, window by window."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.metrics import rolling
from clv_xl.metrics.rolling import before

SERIES = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40)


@given(SERIES, st.integers(1, 12))
def test_each_window_is_that_of_statistics(values: list[float], window: int) -> None:
    mean, sd = rolling.rolling(np.array(values), window)
    for i in range(len(values)):
        part = values[max(0, i - window + 1) : i + 1]
        if len(part) < window:
            assert math.isnan(mean[i])
            assert math.isnan(sd[i])
            continue
        size = max(map(abs, part))
        assert mean[i] == pytest.approx(statistics.fmean(part), rel=1e-14, abs=1e-15 * size)
        if window > 1:
            assert sd[i] == pytest.approx(statistics.stdev(part), rel=1e-12, abs=1e-15 * size)


@given(st.floats(-1e300, 1e300), st.integers(2, 30))
def test_equal_values_have_their_mean_and_no_spread(value: float, window: int) -> None:
    mean, sd = rolling.rolling(np.full(40, value), window)
    assert (mean[window - 1 :] == value).all()
    assert (sd[window - 1 :] == 0).all()


@pytest.mark.parametrize("unit", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_neither_large_nor_small_values_lose_their_spread(unit: float) -> None:
    """By hand: the deviation of 1, 2 and 3 is 1."""
    mean, sd = rolling.rolling(unit * np.array([1.0, 2.0, 3.0]), 3)
    assert mean[2] == pytest.approx(2 * unit, rel=1e-14)
    assert sd[2] == pytest.approx(unit, rel=1e-14)


def test_long_series_are_taken_in_parts_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(3).normal(size=500)
    whole = rolling.rolling(values, 7)
    monkeypatch.setattr(rolling, "_CELLS_AT_ONCE", 20)
    for one, other in zip(whole, rolling.rolling(values, 7), strict=True):
        assert np.array_equal(one, other, equal_nan=True)


@given(SERIES, st.integers(0, 50))
def test_before_moves_down(values: list[float], rows: int) -> None:
    found = before(np.array(values), rows).tolist()
    assert len(found) == len(values)
    for i, value in enumerate(found):
        assert math.isnan(value) if i < rows else value == values[i - rows]
