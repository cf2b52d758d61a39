"""Sums that do not depend on the order of the rows and lose nothing to cancellation.

Each value is split at a power of two so high that the upper parts of a whole group add without
any rounding; what is left below is split again until nothing that matters is left (the error-free
extraction of Rump, Ogita, Oishi (2008), Accurate floating-point summation, SIAM Journal on
Scientific Computing 31(1), algorithm 3.2). Rows are taken in slices that stay in the processor's
cache, each step being one vectorised pass.
"""

from collections.abc import Iterator
from math import frexp, fsum, isfinite, ldexp, ulp
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import FloatArray
from clv_xl.metrics import counting

_SLICE_ROWS = 1 << 14
_FEW = 8
_LARGEST_EXPONENT = 1023
_NEGLIGIBLE = 2.0**-8


def exact_sum(values: FloatArray) -> float:
    """Sum an array as `math.fsum` does, to the last digit or two.

    Parameters
    ----------
    values : ndarray of float64
        Any shape. An infinity, a NaN or a sum beyond 1e308 gives what a plain sum gives.

    Returns
    -------
    float
        Within 1e-15 of the sum of absolute values, and close to correctly rounded besides.

    Examples
    --------
    >>> exact_sum(np.array([1e16, 1.0, -1e16]))
    1.0
    """
    flat = np.asarray(values, np.float64).ravel()
    if 0 < flat.size <= _FEW:
        numbers = flat.tolist()
        if all(map(isfinite, numbers)):
            return _of_few(numbers)
    plan = _plan(flat, flat.size)
    with np.errstate(over="ignore", invalid="ignore"):
        slices = (flat[rows] for rows in _slices(flat.size, _SLICE_ROWS))
        sums = [float(part.sum()) for piece in slices for part in _parts(piece, plan)]
    return fsum(sums) if all(map(isfinite, sums)) else sum(sums)


def grouped_sum(codes: NDArray[np.integer], values: FloatArray, n_groups: int) -> FloatArray:
    """Sum the values of each group exactly, in two or three passes of `numpy.bincount`.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        Group of each row, 0 to ``n_groups - 1``.
    values : ndarray of float64, shape (n,)
        What is summed.
    n_groups : int
        Number of groups; one without rows sums to 0.

    Returns
    -------
    ndarray of float64, shape (n_groups,)
        Each sum within 1e-15 of its group's sum of absolute values, and close to correctly rounded
        besides.

    Examples
    --------
    >>> grouped_sum(np.array([0, 0, 2, 0]), np.array([1e16, 1.0, 0.1, -1e16]), 3)
    array([1. , 0. , 0.1])
    """
    values = np.asarray(values, np.float64)
    if not n_groups:
        return np.zeros(0)
    largest = int(counting.counts(codes, n_groups).max())
    plan = _plan(values, largest)
    sums = np.zeros((len(plan.sigmas) + (not plan.complete), n_groups))
    with np.errstate(over="ignore", invalid="ignore"):
        for rows in _slices(values.size, max(_SLICE_ROWS, n_groups)):
            index = counting.address(codes[rows])
            for i, part in enumerate(_parts(values[rows], plan)):
                sums[i] += np.bincount(index, part, minlength=n_groups)
        return _added(sums)


class _Plan(NamedTuple):
    """Where to split: the powers of two, and whether nothing at all is left below the last."""

    sigmas: tuple[float, ...]
    complete: bool


def _plan(values: FloatArray, count: int) -> _Plan:
    """Choose splits for sums of at most `count` values each.

    Upper parts are multiples of 2**-53 sigma and less than sigma/count, so no sum of them rounds;
    lower parts are at most 2**-53 sigma. They are left whole once rounding among `count` of them
    cannot reach the last digit of the smallest value.
    """
    return _plan_of(*_extremes(values), count)


def _plan_of(top: float, least: float, count: int) -> _Plan:
    bits = (count + 2).bit_length()
    if not isfinite(top) or frexp(top)[1] + bits > _LARGEST_EXPONENT:
        return _Plan((), complete=False)
    sigmas: list[float] = []
    while top * count > least * _NEGLIGIBLE:
        sigma = ldexp(1.0, frexp(top)[1] + bits)
        sigmas.append(sigma)
        if sigma * 2.0**-52 <= ulp(least):
            return _Plan(tuple(sigmas), complete=True)
        top = sigma * 2.0**-53
    return _Plan(tuple(sigmas), complete=top == 0)


def _extremes(values: FloatArray) -> tuple[float, float]:
    """Return the largest and the smallest absolute value other than 0; (0, inf) without any."""
    top, least = 0.0, np.inf
    for rows in _slices(values.size, _SLICE_ROWS):
        sizes = np.abs(values[rows])
        top = float(np.maximum(top, sizes.max()))
        smallest = sizes.min()
        if smallest == 0:
            smallest = sizes.min(initial=np.inf, where=sizes != 0)
        least = min(least, float(smallest))
    return top, least


def _slices(rows: int, step: int) -> Iterator[slice]:
    return (slice(start, start + step) for start in range(0, rows, step))


def _parts(values: FloatArray, plan: _Plan) -> Iterator[FloatArray]:
    """Split values into arrays that add up to them exactly."""
    rest = values
    for sigma in plan.sigmas:
        upper = rest + sigma
        upper -= sigma
        yield upper
        rest = rest - upper
    if not plan.complete:
        yield rest


def _of_few(values: list[float]) -> float:
    """Return what the same steps in arrays give, to the last bit: arrays take longer for a few numbers."""
    sizes = list(map(abs, values))
    plan = _plan_of(max(sizes), min((size for size in sizes if size), default=np.inf), len(values))
    sums = []
    for sigma in plan.sigmas:
        upper = [value + sigma - sigma for value in values]
        sums.append(_plain_sum(upper))
        values = [value - part for value, part in zip(values, upper, strict=True)]
    if not plan.complete:
        sums.append(_plain_sum(values))
    return fsum(sums) if all(map(isfinite, sums)) else sum(sums)


def _plain_sum(values: list[float]) -> float:
    """Add as numpy adds up to eight numbers: the first to the sum of the others, each step rounded."""
    if len(values) == 1:
        return values[0]
    total = 0.0
    for value in values[1:]:  # sum() of Python 3.12 carries what rounding loses
        total += value
    return values[0] + total


def _added(sums: FloatArray) -> FloatArray:
    """Add rows of sums, carrying what each addition rounds away (Knuth's two-sum)."""
    total, lost = np.zeros(sums.shape[1]), np.zeros(sums.shape[1])
    for part in sums:
        added = total + part
        kept = added - total
        lost += (total - (added - kept)) + (part - kept)
        total = added
    return np.where(np.isfinite(total), total + lost, total)
