"""Figures of many values: moments, and percentiles and a histogram of values in ascending order."""

from math import frexp, ldexp

import numpy as np

from clv_xl.cells import FloatArray, IntArray

CLASSES = 20
TAIL = 0.01  # share of the values that the first class takes, and the last


def percentiles(ascending: FloatArray, shares: FloatArray) -> FloatArray:
    """Return the values below which shares of the values lie, as PERCENTILE.INC of a worksheet.

    Parameters
    ----------
    ascending : ndarray, shape (n,)
        One value or more, finite, sorted.
    shares : ndarray, shape (k,)
        0 (the smallest value) to 1 (the largest).

    Returns
    -------
    ndarray, shape (k,)
        At rank share x (n - 1), counted from 0, straight between two values.

    Notes
    -----
    Source: OpenDocument 1.3 part 4, PERCENTILE; definition 7 of Hyndman and Fan (1996), Sample
    quantiles in statistical packages, The American Statistician 50(4).

    Examples
    --------
    >>> percentiles(np.array([1.0, 2.0, 4.0]), np.array([0.0, 0.25, 0.75])).tolist()
    [1.0, 1.5, 3.0]
    """
    ranks = shares * (ascending.size - 1)
    lower = np.floor(ranks).astype(np.intp)
    upper = np.minimum(lower + 1, ascending.size - 1)
    part = ranks - lower
    between = ascending[lower] * (1 - part) + ascending[upper] * part
    return np.clip(between, ascending[lower], ascending[upper])


def histogram(ascending: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the edges and the counts of a histogram that a few outliers do not squeeze.

    Between the 1st and the 99th percentile stand 18 classes of equal width; the first class reaches
    down to the smallest value, the last one up to the largest.

    Parameters
    ----------
    ascending : ndarray, shape (n,)
        One value or more, finite, sorted.

    Returns
    -------
    edges : ndarray, shape (21,), or (2,) where all values are equal
        In ascending order. A class takes its lower edge and not its upper one, the last takes both.
    counts : ndarray, shape (20,), or (1,)
        They add up to n.

    Examples
    --------
    >>> edges, counts = histogram(np.arange(1001.0))
    >>> edges[:3].tolist(), edges[-2:].tolist(), counts[:2].tolist(), int(counts.sum())
    ([0.0, 10.0, 64.44444444444444], [990.0, 1000.0], [10, 55], 1001)
    """
    least, most = float(ascending[0]), float(ascending[-1])
    if least == most:
        return np.array([least, most]), np.array([ascending.size])
    low, high = percentiles(ascending, np.array([TAIL, 1 - TAIL]))
    if least < low < high < most:
        edges = np.concatenate([[least], _between(low, high, CLASSES - 1), [most]])
    else:
        edges = _between(least, most, CLASSES + 1)
    places = np.searchsorted(ascending, edges[1:-1], side="left")
    return edges, np.diff(places, prepend=0, append=ascending.size)


def _between(low: float, high: float, count: int) -> FloatArray:
    """Return numbers at equal distances; the distance between the ends may exceed a float."""
    return np.asarray(2 * np.linspace(low / 2, high / 2, count), np.float64)


def moments(values: FloatArray) -> tuple[float, float | None]:
    """Return mean and standard deviation of a sample; the latter is None for one value.

    Parameters
    ----------
    values : ndarray, shape (n,)
        One value or more, finite, of any size: no sum and no square of them is too large or too small.

    Examples
    --------
    >>> moments(np.array([1e300, 2e300, 3e300]))
    (2e+300, 1e+300)
    """
    size = frexp(max(float(values.max()), -float(values.min())))[1]
    scaled = np.ldexp(values, -size)  # by a power of two: not a digit is lost
    mean = ldexp(float(scaled.mean()), size)
    return mean, ldexp(float(scaled.std(ddof=1)), size) if values.size > 1 else None
