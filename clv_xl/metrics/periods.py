"""The calendar: serial dates, units of time and their lengths. The one home of these numbers.

Dates are serial numbers of the 1900 date system. From 61 (1900-03-01) on they count real days.
Below that Excel has a 29 February 1900 that never was; here such serials count back through the
real calendar, so that 60 is 1900-02-28 and 1 is 1899-12-31, one day before what Excel shows.
"""

from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import BoolArray, IntArray

DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
DAYS_PER_WEEK = 7

UNITS = ("D", "W", "M", "Q", "Y")
UNIT_MONTHS = MappingProxyType({"M": 1, "Q": 3, "Y": MONTHS_PER_YEAR})
UNIT_DAYS = MappingProxyType(
    {
        "D": 1.0,
        "W": float(DAYS_PER_WEEK),
        "M": DAYS_PER_MONTH,
        "Q": 3 * DAYS_PER_MONTH,
        "Y": DAYS_PER_YEAR,
    }
)

Days: TypeAlias = int | NDArray[np.integer]

# A year reckoned from March ends with the leap day; 153 days are five months (March to July,
# August to December), 146,097 days are 400 years. H. Reingold, Calendrical Calculations, ch. 2.
_ERA = 146_097
_MARCH_0000 = 693_899  # days from 0000-03-01 to serial 0 (1899-12-30)
_MONDAY = 2  # serial 2 falls on a Monday as every seventh day after it


def months_in(unit: str, count: float = 1.0) -> float:
    """Return the length of `count` units in months of a twelfth of a year.

    >>> months_in("Y", 2.0), months_in("Q"), round(months_in("W"), 4)
    (24.0, 3.0, 0.23)
    """
    return count * (UNIT_MONTHS[unit] if unit in UNIT_MONTHS else UNIT_DAYS[unit] / DAYS_PER_MONTH)


def civil(serials: Days) -> tuple[IntArray, IntArray, IntArray]:
    """Return year, month and day of serial dates.

    Parameters
    ----------
    serials : int or ndarray of int
        Serial dates, a day's fraction cut off.

    Returns
    -------
    tuple of ndarray of int64
        Year, month (1-12), day (1-31).

    Examples
    --------
    >>> [int(part) for part in civil(45657)]
    [2024, 12, 31]
    """
    days = np.asarray(serials, np.int64) + _MARCH_0000
    era, of_era = np.divmod(days, _ERA)
    of_400 = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * of_400 + of_400 // 4 - of_400 // 100)
    march_based = (5 * of_year + 2) // 153
    day = of_year - (153 * march_based + 2) // 5 + 1
    month = np.where(march_based < 10, march_based + 3, march_based - 9)
    return era * 400 + of_400 + (month <= 2), month, day


def serial(year: Days, month: Days, day: Days) -> IntArray:
    """Return the serial date of a calendar date.

    Parameters
    ----------
    year, month, day : int or ndarray of int
        A date of the Gregorian calendar.

    Returns
    -------
    ndarray of int64

    Examples
    --------
    >>> int(serial(1900, 3, 1)), int(serial(2024, 12, 31))
    (61, 45657)
    """
    m = np.asarray(month, np.int64)
    y = np.asarray(year, np.int64) - (m <= 2)
    era, of_400 = np.divmod(y, 400)
    of_year = (153 * (m + np.where(m > 2, -3, 9)) + 2) // 5 + np.asarray(day, np.int64) - 1
    return np.asarray(era * _ERA + of_400 * 365 + of_400 // 4 - of_400 // 100 + of_year - _MARCH_0000)


def _first_of_month(index: Days) -> IntArray:
    """Return the first day of the month ``12 * year + month - 1``."""
    year, month = np.divmod(np.asarray(index, np.int64), MONTHS_PER_YEAR)
    return serial(year, month + 1, np.ones_like(month))


def edate(serials: Days, months: Days) -> IntArray:
    """Return the same day `months` later, or the last day of a shorter month, as EDATE does.

    Parameters
    ----------
    serials : int or ndarray of int
        Serial dates.
    months : int or ndarray of int
        Months to add; negative goes back.

    Returns
    -------
    ndarray of int64

    Examples
    --------
    >>> int(edate(45688, 1) - edate(45688, 0))  # 2025-01-31 to 2025-02-28
    28
    """
    year, month, day = civil(serials)
    index = year * MONTHS_PER_YEAR + month - 1 + np.asarray(months, np.int64)
    start = _first_of_month(index)
    return np.asarray(start + np.minimum(day, _first_of_month(index + 1) - start) - 1)


def month_end(serials: Days, months: Days = 0) -> IntArray:
    """Return the last day of the month `months` later, as EOMONTH does.

    Examples
    --------
    >>> int(month_end(45658, -1))
    45657
    """
    year, month, _ = civil(serials)
    return _first_of_month(year * MONTHS_PER_YEAR + month + np.asarray(months, np.int64)) - 1


def is_month_end(serials: Days) -> BoolArray:
    """Return where a date is the last day of its month.

    Examples
    --------
    >>> is_month_end(np.array([45656, 45657])).tolist()
    [False, True]
    """
    return np.asarray(month_end(serials) == serials)


def period_index(serials: Days, unit: str) -> IntArray:
    """Number the calendar period a date falls in; the next period has the next number.

    Parameters
    ----------
    serials : int or ndarray of int
        Serial dates.
    unit : {"D", "W", "M", "Q", "Y"}
        Day, week from Monday (ISO 8601), calendar month, quarter or year.

    Returns
    -------
    ndarray of int64

    Examples
    --------
    >>> period_index(np.array([45657, 45658]), "Y").tolist()
    [2024, 2025]
    """
    if unit in UNIT_MONTHS:
        year, month, _ = civil(serials)
        return np.asarray((year * MONTHS_PER_YEAR + month - 1) // UNIT_MONTHS[unit])
    days = np.asarray(serials, np.int64)
    return np.asarray((days - _MONDAY) // DAYS_PER_WEEK) if unit == "W" else days


def period_start(index: Days, unit: str) -> IntArray:
    """Return the first day of a period numbered by `period_index`.

    Examples
    --------
    >>> int(period_start(2025, "Y"))
    45658
    """
    numbers = np.asarray(index, np.int64)
    if unit in UNIT_MONTHS:
        return _first_of_month(numbers * UNIT_MONTHS[unit])
    return numbers * DAYS_PER_WEEK + _MONDAY if unit == "W" else numbers


def period_label(index: int, unit: str) -> str:
    """Return a period as text that sorts in time: 2025, 2025-Q1, 2025-01, 2025-W01 or 2025-01-01.

    Examples
    --------
    >>> [period_label(int(period_index(45658, unit)), unit) for unit in UNITS]
    ['2025-01-01', '2025-W01', '2025-01', '2025-Q1', '2025']
    """
    start = int(period_start(index, unit))
    if unit == "W":
        # A week belongs to the year of its Thursday.
        thursday = start + 3
        year = int(civil(thursday)[0])
        return f"{year:04d}-W{(thursday - int(serial(year, 1, 1))) // DAYS_PER_WEEK + 1:02d}"
    date = iso(start)
    if unit == "Q":
        return f"{date[:4]}-Q{index % 4 + 1}"
    return date[: {"D": 10, "M": 7, "Y": 4}[unit]]


def iso(day: int) -> str:
    """Return a serial date as text of ISO 8601.

    Examples
    --------
    >>> iso(45657)
    '2024-12-31'
    """
    year, month, number = (int(part) for part in civil(day))
    return f"{year:04d}-{month:02d}-{number:02d}"
