"""Customers ranked by value: tiers, and how much the best of them hold."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from clv_xl.cells import FloatArray, IntArray
from clv_xl.errors import DIV, NA, VALUE, CellError
from clv_xl.metrics.sums import exact_sum

CUTS = (0.2, 0.5)
TOP_SHARE = 0.2

# A share times a count that is whole in decimals may miss it in binary: 0.07 x 100 = 7.000000000000001.
_WHOLE = 1e-9


def tiers(values: FloatArray, cuts: Sequence[float] = CUTS) -> IntArray:
    """Return the tier of each value: 0 the top one.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Value of each customer; NaN is a blank.
    cuts : sequence of float
        Where tiers end, as shares of the customers counted from the top, rising, above 0 and below 1.

    Returns
    -------
    ndarray of int64, shape (n,)
        -1 for a blank. Ties go up: a value belongs where the first of its equals stands.

    Raises
    ------
    CellError
        #VALUE! when the cuts do not rise within 0 and 1.

    Examples
    --------
    >>> tiers(np.array([5.0, 4.0, 3.0, 2.0, 1.0])).tolist()
    [0, 1, 2, 2, 2]
    """
    bounds = [0.0, *cuts, 1.0]
    for row, (low, high) in enumerate(pairwise(bounds), 1):
        if not low < high:
            raise CellError(
                VALUE,
                "cuts_rise",
                argument="cuts",
                row=min(row, len(cuts)),
                got=float(cuts[min(row, len(cuts)) - 1]),
            )
    filled = ~np.isnan(values)
    ordered = np.sort(values[filled])
    n = ordered.size
    rank = n - np.searchsorted(ordered, values[filled], side="right") + 1
    ends = np.floor(np.asarray(cuts, np.float64) * n + _WHOLE)
    found = np.full(values.size, -1, np.int64)
    found[filled] = np.searchsorted(ends, rank, side="left")
    return found


def tier_labels(
    values: FloatArray, cuts: Sequence[float] = CUTS, labels: Sequence[str] | None = None
) -> list[str | None]:
    """Return the label of each value's tier, None for a blank.

    Parameters
    ----------
    values, cuts
        As in `tiers`.
    labels : sequence of str, optional
        One more than cuts, the top tier first; A, B, C ... by default.

    Returns
    -------
    list of str or None, of the height of `values`

    Raises
    ------
    CellError
        #VALUE! when the number of labels does not fit.

    Examples
    --------
    >>> tier_labels(np.array([5.0, 4.0, 3.0, 2.0, 1.0]))
    ['A', 'B', 'C', 'C', 'C']
    """
    words = [chr(ord("A") + i) for i in range(len(cuts) + 1)] if labels is None else list(labels)
    if len(words) != len(cuts) + 1:
        raise CellError(VALUE, "labels_fit_cuts", argument="labels", got=len(words), needed=len(cuts) + 1)
    return [None if tier < 0 else words[tier] for tier in tiers(values, cuts).tolist()]


def pareto(values: FloatArray, top_share: float = TOP_SHARE) -> float:
    """Share of the whole held by the top CEILING(top_share x n).

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Value of each customer; NaN is a blank.
    top_share : float
        Share of the customers, 0 to 1.

    Returns
    -------
    float

    Raises
    ------
    CellError
        #N/A without values; #DIV/0! when they sum to 0.

    Examples
    --------
    >>> pareto(np.array([50.0, 30.0, 10.0, 10.0]), 0.5)
    0.8
    """
    filled = values[~np.isnan(values)]
    if not filled.size:
        raise CellError(NA, "no_values", argument="values")
    whole = exact_sum(filled)
    if not whole:
        raise CellError(DIV, "values_sum_to_zero", argument="values")
    top = math.ceil(top_share * filled.size - _WHOLE)
    return exact_sum(np.sort(filled)[filled.size - top :]) / whole
