"""Dated figures. Expected: datetime.date and dictionaries by year and month, or counted by hand."""

import math
from calendar import monthrange
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clv_xl.cells import IntArray
from clv_xl.metrics.trend import calendar_unit, missing_periods, trend, year_before

DAY_ZERO = date(1899, 12, 30)
MONTHS = {"M": 1, "Q": 3, "Y": 12}


def serials(days: list[date]) -> IntArray:
    return np.array([(day - DAY_ZERO).days for day in days], np.int64)


def month_end(index: int) -> date:
    year, month = divmod(index, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def ends(unit: str, start: int, steps: list[int]) -> list[date]:
    """Return ends of calendar periods; a step of 1 is the next one."""
    places = np.cumsum([0, *steps]).tolist()
    return [month_end((start // MONTHS[unit] + place + 1) * MONTHS[unit] - 1) for place in places]


UNITS = st.sampled_from(sorted(MONTHS))
STARTS = st.integers(1950 * 12, 2080 * 12)
STEPS = st.lists(st.sampled_from([1, 1, 1, 2, 5]), min_size=1, max_size=30)


@given(UNITS, STARTS, STEPS)
def test_ends_of_periods_tell_their_unit_and_what_is_missing(unit: str, start: int, steps: list[int]) -> None:
    assume(1 in steps)
    dates = serials(ends(unit, start, steps))
    assert calendar_unit(dates) == unit
    assert missing_periods(dates, unit).tolist() == [0.0, *(step - 1.0 for step in steps)]


@given(UNITS, STARTS, STEPS)
def test_the_year_before_is_the_same_month_a_year_before(unit: str, start: int, steps: list[int]) -> None:
    days = ends(unit, start, steps)
    by_month = {(day.year, day.month): i for i, day in enumerate(days)}
    expected = [by_month.get((day.year - 1, day.month), -1) for day in days]
    assert year_before(serials(days), unit).tolist() == expected


@given(STARTS, st.lists(st.integers(-6, 0), min_size=3, max_size=25))
def test_months_closed_some_days_early_are_months_all_the_same(start: int, early: list[int]) -> None:
    days = [month_end(start + i) + timedelta(shift) for i, shift in enumerate(early)]
    assert calendar_unit(serials(days)) == "M"


@given(st.integers(30_000, 60_000), st.integers(2, 120))
def test_weeks_are_held_against_the_week_52_before(start: int, count: int) -> None:
    dates = start + 7 * np.arange(count)
    assert calendar_unit(dates) == "W"
    assert not missing_periods(dates, "W").any()
    assert year_before(dates, "W").tolist() == [max(i - 52, -1) for i in range(count)]


def test_days_and_what_fits_no_unit_are_held_against_the_same_day() -> None:
    """The last of February stands for the 29th too, as EDATE goes back."""
    days = [date(2023, 2, 28), date(2023, 3, 1), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 2)]
    dates = serials(days)
    assert calendar_unit(dates) is None
    assert year_before(dates, None).tolist() == [-1, -1, 0, 1, -1]
    twice_in_march = serials([date(2025, 1, 31), date(2025, 3, 1), date(2025, 3, 31)])
    assert calendar_unit(twice_in_march) is None
    assert calendar_unit(dates[:1]) is None


def test_the_end_of_one_year_and_the_january_after_are_months() -> None:
    dates = serials([date(2024, 12, 31), date(2025, 1, 31)])
    assert calendar_unit(dates) == "M"
    assert year_before(dates, "M").tolist() == [-1, -1]


@given(UNITS, STARTS, STEPS, st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_a_moving_average_takes_periods_in_a_row_or_none(
    unit: str, start: int, steps: list[int], window: int, seed: int
) -> None:
    assume(1 in steps)
    values = np.random.default_rng(seed).integers(-50, 50, len(steps) + 1).astype(float)
    found = trend(values, serials(ends(unit, start, steps)), window)
    for i, average in enumerate(found.average.tolist()):
        first = i - window + 1
        if first < 0 or any(step > 1 for step in steps[first:i]):
            assert math.isnan(average)
        else:
            assert average == pytest.approx(values[first : i + 1].sum() / window, rel=1e-12, abs=1e-12)


EVERY = st.sampled_from([("M", 2), ("M", 3), ("M", 6), ("Q", 2), ("Q", 3), ("Q", 4), ("Y", 2), ("Y", 5)])


@given(EVERY, STARTS, st.lists(st.sampled_from([1, 1, 2, 3]), min_size=1, max_size=20))
def test_figures_of_every_second_period_lack_what_those_of_every_period_lack(
    period: tuple[str, int], start: int, steps: list[int]
) -> None:
    """Half-years are no quarters with gaps: the step common to all dates is the period."""
    assume(1 in steps)
    unit, every = period
    start -= start % 12  # of whole quarters and years
    dates = serials(ends(unit, start, [every * step for step in steps]))
    wider = calendar_unit(dates)
    assert wider is not None
    assert missing_periods(dates, wider).tolist() == [0.0, *(step - 1.0 for step in steps)]


def test_half_years_and_fortnights_have_a_moving_average() -> None:
    halves = [(2024, 6, 30), (2024, 12, 31), (2025, 6, 30)]
    for dates in (serials([date(*parts) for parts in halves]), 45_000 + 14 * np.arange(3)):
        found = trend(np.array([1.0, 2.0, 4.0]), dates, 2)
        assert np.array_equal(found.average, [np.nan, 1.5, 3.0], equal_nan=True)


def test_quarters_with_one_missing() -> None:
    quarters = [(2024, 3, 31), (2024, 6, 30), (2024, 12, 31), (2025, 3, 31), (2025, 6, 30)]
    found = trend(
        np.array([120.0, 126.0, 135.0, 150.0, 90.0]), serials([date(*parts) for parts in quarters]), 2
    )
    assert found.unit == "Q"
    assert found.missing is not None
    assert found.missing.tolist() == [0, 0, 1, 0, 0]
    assert np.array_equal(found.previous, [np.nan, 120, 126, 135, 150], equal_nan=True)
    assert np.array_equal(found.average, [np.nan, 123, np.nan, 142.5, 120], equal_nan=True)
    assert np.array_equal(found.last_year, [np.nan, np.nan, np.nan, 120, 126], equal_nan=True)
