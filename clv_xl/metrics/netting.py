"""Lines of an order log made into orders: refunds netted, the earliest line found."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import BoolArray, FloatArray, IntArray
from clv_xl.errors import DIV, CellError
from clv_xl.metrics import counting
from clv_xl.metrics.sums import exact_sum, grouped_sum

SECONDS_PER_DAY = 86_400
CHUNK = 16_384  # rows at a time: what is made on the way then stays in the processor's cache

# Amounts are decimals held in binary: 0.1 + 0.2 - 0.3 is 5.6e-17. An order refunded down to less
# than this share of what was billed is refunded in full.
_DUST = 1e-12

Codes = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False, slots=True)
class Netted:
    """Orders made of lines.

    Parameters
    ----------
    group : ndarray of int64, shape (lines,)
        Order of each line, orders being numbered as they appear in the dictionary of ids.
    size : int
        Number of orders, refunded ones included.
    """

    group: IntArray
    size: int

    def sum(self, values: FloatArray) -> FloatArray:
        """Return the sum of each order."""
        return grouped_sum(self.group, values, self.size)

    def amounts(self, values: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return the net amount of each order, and where it is an order and not a refunded one.

        An order is what nets to more than 0, or what has no line other than 0 (a free order).
        """
        gross = grouped_sum(self.group, np.abs(values), self.size)
        net = self.sum(values)
        net[np.abs(net) <= _DUST * gross] = 0.0
        return net, np.asarray((net > 0) | (gross == 0))


def netted(order_codes: Codes) -> Netted:
    """Group lines by order id; a line without an id stands alone.

    Parameters
    ----------
    order_codes : ndarray of int, shape (lines,)
        Dictionary code of the order id, -1 where it is blank.

    Returns
    -------
    Netted

    Examples
    --------
    >>> netted(np.array([4, -1, 4, -1])).group.tolist()
    [0, 1, 0, 2]
    """
    codes = order_codes.astype(np.int64)
    alone = codes < 0
    if alone.any():
        codes[alone] = int(codes.max()) + 1 + np.arange(int(alone.sum()))
    used = counting.counts(codes) > 0
    return Netted((np.cumsum(used) - 1)[codes], int(used.sum()))


def earliest(groups: Codes, moments: FloatArray, n_groups: int) -> IntArray:
    """Return the earliest line of each group; of lines at the same second the upper one.

    Parameters
    ----------
    groups : ndarray of int, shape (lines,)
        Group of each line.
    moments : ndarray of float64, shape (lines,)
        Serial dates with the time of day.
    n_groups : int
        Number of groups; each must have a line.

    Returns
    -------
    ndarray of int64, shape (n_groups,)
        Positions in `moments`.

    Examples
    --------
    >>> earliest(np.array([0, 1, 0]), np.array([9.0, 7.0, 8.5]), 2).tolist()
    [2, 1]
    """
    lines = int(moments.size)
    if not lines:
        return np.zeros(0, np.int64)
    # Time and line in one integer: one pass of minimum finds both.
    bits = lines.bit_length()
    start = float(np.floor(moments.min()))
    span = int(moments.max() - start) + 1
    scale = SECONDS_PER_DAY if (span * SECONDS_PER_DAY).bit_length() + bits < 63 else 1
    least = np.full(n_groups, np.iinfo(np.int64).max)
    for begin in range(0, lines, CHUNK):
        chunk = moments[begin : begin + CHUNK] - start
        chunk *= scale
        chunk += 0.5 if scale > 1 else 0.0
        keys = chunk.astype(np.int64)
        keys <<= bits
        keys += np.arange(begin, begin + keys.size)
        np.minimum.at(least, groups[begin : begin + CHUNK].astype(np.intp, copy=False), keys)
    return least & ((1 << bits) - 1)


def aov(amounts: FloatArray, order_codes: Codes | None = None) -> float:
    r"""Average order value: revenue / orders.

    Parameters
    ----------
    amounts : ndarray of float64, shape (lines,)
        Money of each line, refunds negative.
    order_codes : ndarray of int, shape (lines,), optional
        Order of each line, -1 where it has no id. Without it every line is an order.

    Returns
    -------
    float
        Money per order. A refund with the id of its order nets into it, and an order refunded to 0
        or below is none; a negative line without an id reduces revenue and is no order.

    Raises
    ------
    CellError
        #DIV/0! when there is no order.

    Examples
    --------
    >>> amounts = np.array([50.0, 70.0, 30.0, -30.0])
    >>> aov(amounts), aov(amounts, np.array([0, 1, 2, 2]))
    (40.0, 60.0)
    """
    if order_codes is None:
        revenue, orders = exact_sum(amounts), int(np.count_nonzero(amounts >= 0))
    else:
        net, is_order = netted(order_codes).amounts(amounts)
        revenue, orders = exact_sum(net), int(np.count_nonzero(is_order))
    if not orders:
        raise CellError(DIV, "no_orders_in_amounts", argument="amounts")
    return revenue / orders
