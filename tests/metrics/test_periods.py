"""The calendar against Python's own, and EDATE as Excel has it."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.metrics import periods
from tests.orders.plain_orders import EPOCH, add_months

SERIALS = st.integers(61, 2_900_000)  # to the year 9839


@given(SERIALS)
def test_a_serial_is_the_date_that_python_counts(serial: int) -> None:
    expected = EPOCH + timedelta(serial)
    assert tuple(int(part) for part in periods.civil(serial)) == (expected.year, expected.month, expected.day)
    assert int(periods.serial(*periods.civil(serial))) == serial
    assert periods.iso(serial) == expected.isoformat()


def test_below_the_29_february_1900_that_never_was_serials_go_on_counting_back() -> None:
    assert [periods.iso(serial) for serial in (61, 60, 1, 0)] == [
        "1900-03-01", "1900-02-28", "1899-12-31", "1899-12-30",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        # Microsoft's documentation of EDATE: 15-Jan-11 and 1, -1, 2.
        (date(2011, 1, 15), 1, date(2011, 2, 15)),
        (date(2011, 1, 15), -1, date(2010, 12, 15)),
        (date(2011, 1, 15), 2, date(2011, 3, 15)),
        # The last day of a shorter month (OpenDocument 1.3 part 4, 6.10.6).
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
    ],
)
def test_edate(start: date, months: int, expected: date) -> None:
    assert int(periods.edate((start - EPOCH).days, months)) == (expected - EPOCH).days


@given(SERIALS, st.integers(-600, 600))
def test_edate_is_that_of_plain_python(serial: int, months: int) -> None:
    serial += 20_000
    assert int(periods.edate(serial, months)) == (add_months(EPOCH + timedelta(serial), months) - EPOCH).days


@given(SERIALS)
def test_month_end_is_followed_by_the_first(serial: int) -> None:
    end = int(periods.month_end(serial))
    assert (EPOCH + timedelta(end + 1)).day == 1
    assert serial <= end < serial + 31
    assert bool(periods.is_month_end(serial)) == (end == serial)


@given(SERIALS, st.sampled_from(periods.UNITS))
def test_a_date_lies_in_its_period(serial: int, unit: str) -> None:
    index = int(periods.period_index(serial, unit))
    assert int(periods.period_start(index, unit)) <= serial < int(periods.period_start(index + 1, unit))


@given(SERIALS)
def test_labels_are_those_of_iso_8601(serial: int) -> None:
    day = EPOCH + timedelta(serial)
    year, week, weekday = day.isocalendar()
    labels = {
        unit: periods.period_label(int(periods.period_index(serial, unit)), unit) for unit in periods.UNITS
    }
    assert labels == {
        "D": day.isoformat(),
        "W": f"{year:04d}-W{week:02d}",
        "M": f"{day:%Y-%m}" if day.year > 999 else labels["M"],
        "Q": f"{day.year:04d}-Q{(day.month + 2) // 3}",
        "Y": f"{day.year:04d}",
    }
    assert int(periods.period_start(int(periods.period_index(serial, "W")), "W")) == serial - weekday + 1


def test_arrays_go_through_whole() -> None:
    serials = np.arange(61, 100_000)
    np.testing.assert_array_equal(periods.serial(*periods.civil(serials)), serials)


def test_lengths_of_units() -> None:
    # The convention of the catalogue: a year is 365.25 days and a month a twelfth of it.
    assert dict(periods.UNIT_DAYS) == {"D": 1, "W": 7, "M": 30.4375, "Q": 91.3125, "Y": 365.25}
    assert periods.months_in("D", 30.4375) == 1
