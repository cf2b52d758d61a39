"""Alerts. Expected: exact fractions row by row, and the worked example of the textbook for the sums."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.metrics import alerts
from clv_xl.metrics.alerts import HIGH, LOW, METHODS, OK, TOO_FEW

WHOLE = st.lists(st.integers(-60, 60), min_size=1, max_size=40)
FLOATS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)
TENTHS = st.integers(1, 60).map(lambda n: Fraction(n, 10))
WINDOWS = st.integers(2, 9)
# Montgomery, Introduction to Statistical Quality Control, chapter 9, the CUSUM example: 20 values of
# N(10, 1) and 10 of N(11, 1); K = 0.5, H = 5. Its table has these upper sums; the alert is at 29.
MONTGOMERY = [
    *(9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34),
    *(9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84),
    *(10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52),
]
UPPER = [
    *(0, 0, 0, 1.16, 2.82, 2.50, 0.04, 1.00, 0, 0, 0, 0.97, 0.98, 0, 0, 0, 0.12, 0, 0, 0.34),
    *(0.74, 0, 1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28, 5.30),
]


def marks(values: list[int], threshold: Fraction, window: int, method: str) -> list[int]:
    found = METHODS[method].marks(np.array(values, float), float(threshold), window)
    return [int(mark) for mark in found]


def side(value: Fraction | int, centre: Fraction | int, *, far: bool) -> int:
    return OK if not far else HIGH if value > centre else LOW


@given(WHOLE, TENTHS, WINDOWS)
def test_change_is_against_the_value_so_many_rows_before(values: list[int], t: Fraction, w: int) -> None:
    expected = [TOO_FEW] * min(w, len(values))
    for earlier, value in zip(values, values[w:], strict=False):
        expected.append(side(value, earlier, far=abs(value - earlier) > t * abs(earlier)))
    assert marks(values, t, w, "change") == expected


@given(WHOLE, TENTHS, WINDOWS)
def test_a_band_lies_about_the_mean_of_the_values_before(values: list[int], t: Fraction, w: int) -> None:
    expected = [TOO_FEW] * min(w, len(values))
    for i in range(w, len(values)):
        mean = Fraction(sum(values[i - w : i]), w)
        expected.append(side(values[i], mean, far=abs(values[i] - mean) > t * abs(mean)))
    assert marks(values, t, w, "band") == expected


@given(WHOLE, TENTHS, WINDOWS)
def test_a_z_score_counts_sample_deviations_of_the_values_before(
    values: list[int], t: Fraction, w: int
) -> None:
    expected = [TOO_FEW] * min(w, len(values))
    for i in range(w, len(values)):
        part = values[i - w : i]
        mean = Fraction(sum(part), w)
        variance = sum((x - mean) ** 2 for x in part) / Fraction(w - 1)
        expected.append(side(values[i], mean, far=(values[i] - mean) ** 2 > t**2 * variance))
    assert marks(values, t, w, "zscore") == expected


@given(WHOLE, st.integers(-60, 60))
def test_a_target_marks_what_is_below_it(values: list[int], target: int) -> None:
    found = marks(values, Fraction(target), 0, "target")
    assert found == [LOW if value < target else OK for value in values]


def test_the_sums_are_those_of_the_textbook() -> None:
    upper, lower = alerts.cusum_sums(np.array(MONTGOMERY), 10.0, 0.5)
    assert upper.tolist() == pytest.approx(UPPER, abs=0.005)
    assert (upper > 5).tolist().index(True) == 28
    assert lower.max() == pytest.approx(1.77, abs=0.005)


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=40), st.floats(1, 8), st.integers(2, 6))
def test_a_shift_is_a_sum_beyond_the_threshold(values: list[float], t: float, w: int) -> None:
    series = np.array(values)
    found = METHODS["cusum"].marks(series, t, w).tolist()
    assert found[:w] == [TOO_FEW] * min(w, len(values))
    mean, sd = (series[:w].mean(), series[:w].std(ddof=1)) if len(values) > w else (0.0, 0.0)
    high = low = 0.0
    for value, mark in zip(values[w:], found[w:], strict=True):
        high = max(0.0, high + (value - mean) - sd / 2)
        low = max(0.0, low - (value - mean) - sd / 2)
        if abs(max(high, low) - t * sd) > 1e-9:  # on the threshold rounding decides here
            assert mark == (OK if max(high, low) < t * sd else HIGH if high > low else LOW)


def test_a_small_lasting_shift_is_found_by_the_sums_and_not_by_the_scores() -> None:
    """What each is for: 1.5 deviations up for eight rows."""
    values = [99, 101, 100, 102, 98, 100, 101, 99, *[102] * 8]
    assert HIGH in marks(values, Fraction(5), 8, "cusum")
    assert HIGH not in marks(values, Fraction(3), 8, "zscore")


@pytest.mark.parametrize("method", METHODS)
@given(values=FLOATS, more=FLOATS, window=WINDOWS)
def test_later_values_never_change_an_alert(
    method: str, values: list[float], more: list[float], window: int
) -> None:
    way = METHODS[method]
    threshold = way.threshold or 3.0
    first = way.marks(np.array(values), threshold, window)
    both = way.marks(np.array([*values, *more]), threshold, window)
    assert both[: len(values)].tolist() == first.tolist()


@pytest.mark.parametrize("method", [name for name in METHODS if name != "target"])
@given(values=FLOATS, window=WINDOWS)
def test_another_currency_changes_no_alert_and_another_sign_turns_it(
    method: str, values: list[float], window: int
) -> None:
    way = METHODS[method]
    assert way.threshold is not None
    found = way.marks(np.array(values), way.threshold, window)
    assert way.marks(4 * np.array(values), way.threshold, window).tolist() == found.tolist()
    turned = way.marks(-np.array(values), way.threshold, window)
    assert turned.tolist() == np.where(np.abs(found) == 1, -found, found).tolist()


@pytest.mark.parametrize("method", METHODS)
@given(value=st.floats(-1e9, 1e9), window=WINDOWS)
def test_a_flat_series_is_fine(method: str, value: float, window: int) -> None:
    way = METHODS[method]
    threshold = way.threshold if way.threshold is not None else value
    assert set(way.marks(np.full(30, value), threshold, window).tolist()) <= {OK, TOO_FEW}


@given(st.lists(st.integers(1, 1000).map(lambda n: n / 10), min_size=2, max_size=20), st.integers(1, 50))
def test_exactly_on_the_threshold_is_fine(values: list[float], percent: int) -> None:
    """In decimals: 1.1 is 10% above 1, though its double is a little more."""
    steps = [v for value in values for v in (value, round(value * (100 + percent) / 100, 6))]
    found = METHODS["change"].marks(np.array(steps), percent / 100, 1).tolist()
    assert all(found[i] == OK for i in range(1, len(steps), 2))
