"""Uniform random numbers that are the same on every platform and in every version of numpy.

The bits are those of PCG64 (the generator pcg_setseq_128_xsl_rr_64), seeded by numpy's SeedSequence,
whose output numpy guarantees; the step from bits to doubles is ours, because that of numpy's
distributions may change. Each driver has a stream of its own, so that a row added to a simulation,
or rows in another order, leave the draws of the other drivers as they were.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from clv_xl.cells import FloatArray

STREAM = 1
"""Version of the stream; another way to draw would be another number, and a line of the change log."""

STREAMS: Mapping[str, int] = MappingProxyType(
    {
        "avg_order_value": 0,
        "frequency": 1,
        "lifespan": 2,
        "retention_rate": 3,
        "churn_rate": 4,
        "expansion_rate": 5,
        "margin": 6,
        "cac": 7,
        "discount_rate": 8,
        "timing": 9,
    }
)
"""Number of each driver's stream; a new driver takes the next one, none ever changes."""

LEAST = 2.0**-53
"""The smallest uniform; the largest is 1 less this."""

_ONE = np.uint64(0x3FF0000000000000)  # bits of the double 1.0
_DROPPED = np.uint64(12)


class Stream:
    """The uniforms of one driver, taken in portions.

    A 64-bit integer k of the generator becomes (floor(k / 2^12) + 1/2) / 2^52. All of these are doubles
    (with 53 bits the largest would round to 1), lie symmetrically about 1/2, and are never 0 or 1.

    Parameters
    ----------
    seed : int
        0 or more.
    driver : str
        One of `STREAMS`.

    Notes
    -----
    Source: O'Neill (2014), PCG: a family of simple fast space-efficient statistically good algorithms
    for random number generation, HMC-CS-2014-0905; seeding by ``numpy.random.SeedSequence`` with the
    seed as entropy and the number of the stream as spawn key.

    Examples
    --------
    >>> Stream(1, "margin").next(2).round(12)
    array([0.58769891, 0.46442841])
    """

    def __init__(self, seed: int, driver: str) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(STREAMS[driver],)))

    def next(self, count: int) -> FloatArray:
        """Return the next uniforms, shape (count,)."""
        bits = self._bits.random_raw(count)
        bits >>= _DROPPED
        bits |= _ONE  # the double 1 + floor(k / 2^12) / 2^52
        found: FloatArray = bits.view(np.float64)
        found -= 1 - LEAST
        return found
