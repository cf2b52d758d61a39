"""Counts by group, the same whether a machine's addresses have 64 bits or 32.

`numpy.bincount`, as `numpy.take` and `numpy.repeat`, takes nothing wider than an address: in
WebAssembly, which is how Python runs inside Excel, it refuses int64, and its counts are int32.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import FloatArray, IntArray


def address(index: NDArray[Any]) -> NDArray[np.intp]:
    """Return indices as wide as an address of the machine, the same array where they are."""
    return index.astype(np.intp, copy=False)


def counts(index: NDArray[Any], least: int = 0) -> IntArray:
    """Return how often each number from 0 stands in an array.

    Parameters
    ----------
    index : ndarray of int, shape (n,)
    least : int
        Length of the result, if the largest number does not ask for more.

    Returns
    -------
    ndarray of int64

    Examples
    --------
    >>> counts(np.array([0, 2, 2]), 4)
    array([1, 0, 2, 0])
    """
    return np.bincount(address(index), minlength=least).astype(np.int64, copy=False)


def totals(index: NDArray[Any], values: NDArray[Any], least: int = 0) -> FloatArray:
    """Return the sum of the values of each number from 0, added in their order.

    >>> totals(np.array([0, 2, 2]), np.array([1.0, 2.0, 3.0]))
    array([1., 0., 5.])
    """
    return np.bincount(address(index), values, least).astype(np.float64, copy=False)
