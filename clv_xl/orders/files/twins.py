"""Lines of a file that repeat another line in every cell: a row exported twice, or sold twice."""

from dataclasses import dataclass

import numpy as np

from clv_xl.metrics.sums import exact_sum
from clv_xl.orders.files.grid import Grid
from clv_xl.orders.log import OrderLog


@dataclass(frozen=True, slots=True)
class Twins:
    """Lines that repeat another line.

    Parameters
    ----------
    count : int
        How many, the first of each kind not counted.
    money : float
        Their money.
    row : int
        Row of the first of them in the file; 0 if there is none.
    """

    count: int = 0
    money: float = 0.0
    row: int = 0


def twins_of(grid: Grid, log: OrderLog) -> Twins:
    """Return the lines that equal an earlier one in every cell, in columns that are not used as well.

    Parameters
    ----------
    grid : Grid
        All cells of the file.
    log : OrderLog
        Its lines.
    """
    if not len(log):
        return Twins()
    keys = [log.customers.codes, log.days, log.amounts]
    if log.order_ids is not None:
        keys.append(log.order_ids.codes)
    order = np.lexsort(keys)
    same = np.logical_and.reduce([key[order][1:] == key[order][:-1] for key in keys])
    alike = np.zeros(len(log), np.bool_)  # only those are compared cell by cell
    alike[order[1:][same]] = True
    alike[order[:-1][same]] = True
    seen: set[tuple[object, ...]] = set()
    repeated = []
    for line in np.flatnonzero(alike).tolist():
        cells = tuple(grid.row(log.row_of(line) - 1))
        if cells in seen:
            repeated.append(line)
        seen.add(cells)
    if not repeated:
        return Twins()
    return Twins(len(repeated), exact_sum(log.amounts[repeated]), log.row_of(repeated[0]))
