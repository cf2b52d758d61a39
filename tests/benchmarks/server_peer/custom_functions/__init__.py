"""What the rival computes: the same values as ours by numpy, in functions of its own kind."""

import datetime as dt

import numpy as np
import pandas as pd
import xlwings as xw

EPOCH = dt.date(1899, 12, 30)


def year_starts(first: float, as_of: float) -> list[float]:
    """Return the first days of the years counted back from `as_of` down to `first`, oldest first."""
    end = EPOCH + dt.timedelta(days=int(as_of))
    starts: list[float] = []
    back = 0
    while not starts or starts[-1] > first:
        back += 1
        day = end.day if (end.month, end.day) != (2, 29) else 28
        before = dt.date(end.year - back, end.month, day)
        starts.append(float((before - EPOCH).days + 1))
    return starts[::-1]


def frequency_and_aov(orders: "list[list[object]]", as_of: float | None) -> tuple[float, float]:
    """Return orders per customer and year of activity, and the average order value."""
    names, days, money = zip(*orders, strict=True)
    dates, amounts = np.array(days, float), np.array(money, float)
    codes = pd.factorize(np.array(names, object))[0]
    if as_of is None:
        as_of = float(dates.max())
    counted = dates < as_of + 1
    if not counted.all():
        codes, dates, amounts = codes[counted], dates[counted], amounts[counted]
    starts = year_starts(dates.min(), as_of)
    windows = np.searchsorted(starts, dates, "right") - 1
    pairs = np.zeros((codes.max() + 1) * len(starts), bool)
    pairs[codes * len(starts) + windows] = True
    return dates.size / int(pairs.sum()), float(amounts.mean())


@xw.func
def clv(avg_order_value: float, frequency: float, lifespan: float) -> float:
    """Customer lifetime value."""
    return float(np.multiply(np.multiply(avg_order_value, frequency), lifespan))


@xw.func
def basics(orders: list) -> list:  # type: ignore[type-arg]  # what a range is to the rival
    """Return frequency and average order value of a range of orders."""
    return [list(frequency_and_aov(orders, None))]


@xw.func
def frequency(orders: list, as_of: float) -> float:  # type: ignore[type-arg]
    """Return the frequency of a range of orders up to a day."""
    return frequency_and_aov(orders, as_of)[0]
