"""Mean and spread of the last few values, row by row."""

from collections.abc import Iterator

import numpy as np

from clv_xl.cells import FloatArray

LONGEST = 366
"""The longest window, a year of days: the work of a row grows with it."""
_CELLS_AT_ONCE = 1 << 16  # arrays of one step stay in the cache of one core


def rolling(values: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of each value and the ones before it.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        In the order of time.
    window : int
        Number of values, the present one among them; 1 or more.

    Returns
    -------
    tuple of ndarray of float64, each of shape (n,)
        Mean, and standard deviation of a sample (divided by window - 1; NaN for a window of 1). NaN
        in the first window - 1 rows.

    Examples
    --------
    >>> mean, sd = rolling(np.array([1.0, 2.0, 3.0, 7.0]), 3)
    >>> mean.tolist(), sd[2].item()
    ([nan, nan, 2.0, 4.0], 1.0)
    """
    mean, sd = np.full((2, values.size), np.nan)
    if window > values.size:
        return mean, sd
    at = window - 1
    for part in _windows(values, window):
        rows = slice(at, at + part.shape[1])
        at = rows.stop
        first = part[0]
        with np.errstate(over="ignore", invalid="ignore"):
            # Counted from the first of them, equal values have exactly their mean and no spread.
            away = np.subtract(part, first, order="C")
            middle = away.mean(axis=0)
            mean[rows] = first + middle
            if window > 1:
                away -= middle
                # The largest distance is 1, so that no square is too large or too small.
                size = np.maximum(away.max(axis=0), -away.min(axis=0))
                away /= np.where(size > 0, size, 1.0)
                sd[rows] = size * np.sqrt(np.einsum("ij,ij->j", away, away) / (window - 1))
    return mean, sd


def _windows(values: FloatArray, window: int) -> Iterator[FloatArray]:
    """Yield windows side by side, a column each: additions go along the rows, many windows at once."""
    every = np.lib.stride_tricks.sliding_window_view(values, window).T
    step = max(1, _CELLS_AT_ONCE // window)
    return (every[:, start : start + step] for start in range(0, every.shape[1], step))


def before(values: FloatArray, rows: int = 1) -> FloatArray:
    """Return what stood some rows before, NaN where there is none.

    >>> before(np.array([1.0, 2.0, 3.0]), 2).tolist()
    [nan, nan, 1.0]
    """
    result = np.full(values.size, np.nan)
    result[rows:] = values[: max(values.size - rows, 0)]
    return result
