"""Days overdue. Expected: months counted by hand on datetime.date, a shorter month ending on its last day."""

from calendar import monthrange
from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.metrics.refresh import days_overdue

DAY_ZERO = date(1899, 12, 30)
DATES = st.dates(date(1901, 1, 1), date(2199, 12, 31))


def serial(day: date) -> float:
    return float((day - DAY_ZERO).days)


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@given(DATES, DATES, st.integers(1, 1200))
def test_it_is_as_of_less_the_date_that_edate_gives(last: date, as_of: date, cycle: int) -> None:
    expected = (as_of - months_later(last, cycle)).days
    assert days_overdue(serial(last), serial(as_of), float(cycle)) == expected


@given(DATES, st.integers(1, 60), st.integers(-400, 400))
def test_a_day_later_is_a_day_more_and_the_due_day_is_0(last: date, cycle: int, days: int) -> None:
    due = months_later(last, cycle)
    assert days_overdue(serial(last), serial(due + timedelta(days)), float(cycle)) == days


def test_the_end_of_january_is_due_at_the_end_of_february() -> None:
    assert days_overdue(serial(date(2024, 1, 31)), serial(date(2024, 2, 29)), 1.0) == 0
    assert days_overdue(serial(date(2025, 1, 31)), serial(date(2025, 3, 1)), 1.0) == 1


def test_columns_are_answered_at_once() -> None:
    last = np.array([serial(date(2024, 9, 30)), serial(date(2024, 6, 30))])
    found = days_overdue(last, serial(date(2024, 12, 31)), 3.0)
    assert isinstance(found, np.ndarray)
    assert found.tolist() == [1.0, 92.0]
