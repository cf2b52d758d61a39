"""What each of several drivers did to a change: the Shapley value, which knows no order of the drivers."""

from math import comb, fsum

import numpy as np

from clv_xl.cells import BoolArray, FloatArray


def mixtures(drivers: int) -> BoolArray:
    """Return every mixture of old and new drivers.

    Parameters
    ----------
    drivers : int
        Number of drivers, k.

    Returns
    -------
    ndarray of bool, shape (k, 2**k)
        Whether a driver is new in a mixture; the first mixture is all old, the last all new.

    Examples
    --------
    >>> mixtures(2).astype(int).tolist()
    [[0, 1, 0, 1], [0, 0, 1, 1]]
    """
    numbers = np.arange(1 << drivers)
    return np.asarray((numbers >> np.arange(drivers)[:, None]) & 1 == 1)


def effects(worth: FloatArray) -> FloatArray:
    r"""Return the Shapley value of each driver.

    .. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|! (k-|S|-1)!}{k!} (v(S \cup i) - v(S))

    the mean, over all orders in which the drivers may change, of what the change of this one adds.

    Parameters
    ----------
    worth : ndarray of float64, shape (2**k,)
        The output v(S) for the mixtures of `mixtures`.

    Returns
    -------
    ndarray of float64, shape (k,)
        Their sum is ``worth[-1] - worth[0]`` to the last digit that the largest of them holds; going
        from new to old gives the same numbers with the other sign.

    Raises
    ------
    OverflowError
        When a difference of outputs is beyond the largest number.

    Notes
    -----
    Source: Shapley (1953), A value for n-person games, Contributions to the Theory of Games II,
    Annals of Mathematics Studies 28, Princeton University Press, pages 307-317.

    Examples
    --------
    A margin from 40% to 45% and a frequency from 3 to 2.8, with 150 for each unit of their product:

    >>> effects(150 * np.array([3 * 0.4, 3 * 0.45, 2.8 * 0.4, 2.8 * 0.45])).round(9).tolist()
    [21.75, -12.75]
    """
    drivers = int(worth.size).bit_length() - 1
    numbers = np.arange(worth.size)
    sizes = mixtures(drivers).sum(axis=0)
    found = []
    for i in range(drivers):
        without = numbers[(numbers >> i) & 1 == 0]
        with np.errstate(over="ignore"):
            gains = worth[without | (1 << i)] - worth[without]
        if not np.isfinite(gains).all():
            raise OverflowError
        # math.fsum rounds once, so neither the order of the drivers nor the direction leaves a trace.
        means = [fsum(gains[sizes[without] == s]) / comb(drivers - 1, s) for s in range(drivers)]
        found.append(fsum(means) / drivers)
    return _closed(found, float(worth[-1] - worth[0]))


def _closed(parts: list[float], whole: float) -> FloatArray:
    """Give what rounding left between the parts and the whole to the largest part, then to the next."""
    result = np.array(parts, np.float64)
    for i in np.argsort(-np.abs(result), kind="stable").tolist():
        rest = whole - fsum(result)
        if not rest or not result[i]:  # a driver without an effect stays without
            break
        result[i] += rest
    return result
