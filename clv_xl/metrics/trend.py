"""A series of dated figures: its calendar unit, the periods it lacks, change, average, year on year."""

from dataclasses import dataclass

import numpy as np

from clv_xl.cells import FloatArray, IntArray
from clv_xl.metrics.periods import MONTHS_PER_YEAR, UNIT_MONTHS, edate, period_index
from clv_xl.metrics.rolling import before, rolling

# Shortest distance in days between two dates of a series: years of 52 weeks, quarters and months whose
# figures are taken some days early or late.
_UNITS = (("Y", 350), ("Q", 80), ("M", 21), ("W", 5))
_WEEKS_PER_YEAR = 52


def calendar_unit(dates: IntArray) -> str | None:
    """Return the unit in which a series is kept: years, quarters, months or weeks.

    Parameters
    ----------
    dates : ndarray of int64, shape (n,)
        Serial dates, rising.

    Returns
    -------
    {"Y", "Q", "M", "W"} or None
        The unit that the smallest distance between two dates tells; None when there is one date only,
        when the dates are days, or when two of them fall into one period of that unit.

    Examples
    --------
    >>> calendar_unit(np.array([45382, 45473, 45565]))  # ends of March, June, September 2024
    'Q'
    """
    if dates.size < 2:
        return None
    smallest = np.diff(dates).min()
    unit = next((unit for unit, days in _UNITS if smallest >= days), None)
    return unit if unit and (np.diff(period_index(dates, unit)) > 0).all() else None


def missing_periods(dates: IntArray, unit: str) -> FloatArray:
    """Return how many periods have no figure between each date and the one before.

    A period is as many units as fit into all distances: figures of every second quarter are half-yearly
    and lack nothing.

    Parameters
    ----------
    dates : ndarray of int64, shape (n,)
        Serial dates, rising, one a period.
    unit : {"D", "W", "M", "Q", "Y"}
        The unit of the series.

    Examples
    --------
    >>> missing_periods(np.array([45382, 45473, 45657]), "Q").tolist()
    [0.0, 0.0, 1.0]
    """
    steps = np.diff(period_index(dates, unit))
    period = max(int(np.gcd.reduce(steps)), 1)
    return np.append(0.0, steps // period - 1.0)


def year_before(dates: IntArray, unit: str | None) -> IntArray:
    """Return the place of the same period one year before, -1 where the series lacks it.

    Parameters
    ----------
    dates : ndarray of int64, shape (n,)
        Serial dates, rising.
    unit : {"Y", "Q", "M", "W"} or None
        The unit of the series; a year of weeks has 52. Without a unit it is the same day (EDATE of -12).

    Examples
    --------
    >>> year_before(np.array([45382, 45657, 45747]), "Q").tolist()
    [-1, -1, 0]
    """
    if unit is None:
        have, wanted = dates, edate(dates, -MONTHS_PER_YEAR)
    else:
        have = period_index(dates, unit)
        wanted = have - (MONTHS_PER_YEAR // UNIT_MONTHS[unit] if unit in UNIT_MONTHS else _WEEKS_PER_YEAR)
    place = np.searchsorted(have, wanted)
    return np.where(have[np.minimum(place, have.size - 1)] == wanted, place, -1)


@dataclass(frozen=True, eq=False, slots=True)
class Trend:
    """A series with what is read from it.

    Parameters
    ----------
    unit : str or None
        The unit in which it is kept.
    previous : ndarray of float64
        The value one row before, NaN in the first row.
    average : ndarray of float64
        Moving average; NaN in the first rows, and where a period is missing between its values.
    last_year : ndarray of float64
        The value of the same period one year before, NaN where there is none.
    missing : ndarray of float64 or None
        Periods without a figure before each row; None without a unit.
    """

    unit: str | None
    previous: FloatArray
    average: FloatArray
    last_year: FloatArray
    missing: FloatArray | None


def trend(values: FloatArray, dates: IntArray, window: int) -> Trend:
    """Return what a series tells.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        The figures.
    dates : ndarray of int64, shape (n,)
        Their serial dates, rising.
    window : int
        Values in the moving average, the present one among them.

    Returns
    -------
    Trend

    Examples
    --------
    >>> found = trend(np.array([120.0, 126.0, 135.0]), np.array([45382, 45473, 45657]), 2)
    >>> found.unit, found.average.tolist()
    ('Q', [nan, 123.0, nan])
    """
    unit = calendar_unit(dates)
    average = rolling(values, window)[0]
    missing = None if unit is None else missing_periods(dates, unit)
    if missing is not None:
        lacking = np.cumsum(missing)
        average[lacking > before(lacking, window - 1)] = np.nan
    place = year_before(dates, unit)
    return Trend(
        unit, before(values), average, np.where(place < 0, np.nan, values[np.maximum(place, 0)]), missing
    )
