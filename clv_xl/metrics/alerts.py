"""When to act: each value of a series held against the ones before it, never against later ones."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from clv_xl.cells import FloatArray, IntArray
from clv_xl.metrics.rolling import before, rolling

OK, HIGH, LOW, TOO_FEW = 0, 1, -1, 2
SLACK = 0.5
"""Page's reference value k in standard deviations: half of a shift of one that is to be found."""
_ROUNDING = 1e-12  # what lies on the threshold in decimals may miss it in binary: 1.1 is 10% above 1


def _beyond(values: FloatArray, centre: FloatArray, allowed: FloatArray) -> IntArray:
    """Return HIGH or LOW where a value is farther from a centre than allowed, TOO_FEW without a centre."""
    with np.errstate(over="ignore", invalid="ignore"):
        distance = values - centre
        allowed = allowed + _ROUNDING * np.maximum(np.abs(values), np.abs(centre))
        found = np.where(distance > allowed, HIGH, np.where(distance < -allowed, LOW, OK))
    return np.where(np.isnan(centre), TOO_FEW, found)


def changes(values: FloatArray, threshold: float, window: int) -> IntArray:
    """Mark values that differ from the one `window` rows before by more than a share of it.

    >>> changes(np.array([100.0, 110.0, 95.0]), 0.1, 1).tolist()
    [2, 0, -1]
    """
    earlier = before(values, window)
    return _beyond(values, earlier, threshold * np.abs(earlier))


def bands(values: FloatArray, threshold: float, window: int) -> IntArray:
    """Mark values outside the mean of the `window` values before, give or take a share of that mean.

    >>> bands(np.array([100.0, 102.0, 98.0, 120.0]), 0.1, 3).tolist()
    [2, 2, 2, 1]
    """
    centre = before(rolling(values, window)[0])
    return _beyond(values, centre, threshold * np.abs(centre))


def z_scores(values: FloatArray, threshold: float, window: int) -> IntArray:
    """Mark values more than `threshold` standard deviations from the mean of the `window` values before.

    >>> z_scores(np.array([99.0, 100.0, 101.0, 104.0]), 3.0, 3).tolist()
    [2, 2, 2, 1]
    """
    centre, spread = map(before, rolling(values, window))
    return _beyond(values, centre, threshold * spread)


def targets(values: FloatArray, threshold: float) -> IntArray:
    """Mark values below a target.

    >>> targets(np.array([2.9, 3.0]), 3.0).tolist()
    [-1, 0]
    """
    return np.minimum(_beyond(values, np.full(values.size, threshold), np.zeros(values.size)), OK)


def cusum_sums(values: FloatArray, mean: float, slack: float) -> tuple[FloatArray, FloatArray]:
    r"""Return Page's cumulative sums, upper and lower.

    .. math:: C^+_i = \max(0, x_i - \mu - K + C^+_{i-1}), \quad C^-_i = \max(0, \mu - K - x_i + C^-_{i-1})

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        In the order of time.
    mean : float
        The level that is held.
    slack : float
        K, in the unit of the values.

    Notes
    -----
    Source: Page (1954), Continuous inspection schemes, Biometrika 41; the tabular form is that of
    Montgomery, Introduction to Statistical Quality Control, chapter 9.

    Examples
    --------
    >>> [c.round(2).tolist() for c in cusum_sums(np.array([9.45, 7.99, 9.29, 11.66]), 10.0, 0.5)]
    [[0.0, 0.0, 0.0, 1.16], [0.05, 1.56, 1.77, 0.0]]
    """
    return _sums_above_zero((values - mean).tolist(), slack), _sums_above_zero(
        (mean - values).tolist(), slack
    )


def _sums_above_zero(distances: list[float], slack: float) -> FloatArray:
    """Return the sums one by one: differences of running totals would lose digits over a long series."""
    sums = []
    there = 0.0
    for distance in distances:
        there = there + distance - slack
        if not there > 0.0:
            there = 0.0
        sums.append(there)
    return np.array(sums, np.float64)


def shifts(values: FloatArray, threshold: float, window: int) -> IntArray:
    """Mark values at which the level has shifted: a cumulative sum beyond `threshold` standard deviations.

    Mean and standard deviation are those of the first `window` values; the sums begin after them.

    >>> shifts(np.array([99.0, 100.0, 101.0, 102.0, 102.0, 102.0]), 4.0, 3).tolist()
    [2, 2, 2, 0, 0, 1]
    """
    found = np.full(values.size, TOO_FEW)
    if values.size <= window:
        return found
    mean, sd = (float(part[-1]) for part in rolling(values[:window], window))
    later = values[window:]
    upper, lower = cusum_sums(later, mean, SLACK * sd)
    allowed = threshold * sd + _ROUNDING * (np.abs(later) + abs(mean))
    beyond = np.maximum(upper, lower) > allowed
    found[window:] = np.where(beyond, np.where(upper >= lower, HIGH, LOW), OK)
    return found


@dataclass(frozen=True, slots=True)
class Method:
    """A way to tell when to act.

    Parameters
    ----------
    marks : callable
        Takes values, threshold and window; returns OK, HIGH, LOW or TOO_FEW for each value.
    threshold : float or None
        Threshold where none is given; None where one must be.
    window : int
        Values before that count where none is given; 0 where a window means nothing.
    least : int
        Smallest window.
    share : bool
        Whether the threshold is a share.
    moves : bool
        Whether it marks moves, a rise or a fall, rather than levels.
    """

    marks: Callable[[FloatArray, float, int], IntArray]
    threshold: float | None
    window: int
    least: int = 1
    share: bool = False
    moves: bool = False


METHODS = MappingProxyType(
    {
        "change": Method(changes, 0.1, 1, share=True, moves=True),
        "zscore": Method(z_scores, 3.0, 8, least=2),
        "band": Method(bands, 0.1, 4, share=True),
        "target": Method(lambda values, target, _: targets(values, target), None, 0),
        "cusum": Method(shifts, 5.0, 8, least=2, moves=True),
    }
)
