"""The costs of a file of orders, and the orders that have none."""

from dataclasses import dataclass

import numpy as np

from clv_xl.cells import BLANK, NUMBER, BoolArray, Cells, IntArray
from clv_xl.metrics.netting import Netted


@dataclass(frozen=True, eq=False, slots=True)
class Costs:
    """Which rows of a column of costs can be used.

    Parameters
    ----------
    header : str
        Its header.
    given : ndarray of bool
        Rows, later lines, that bring money and name their cost.
    lacking : ndarray of bool
        Those that should name one: blank or negative beside money, or no number.
    """

    header: str
    given: BoolArray
    lacking: BoolArray

    def taking(self, lines: IntArray) -> "Costs":
        """Return those of some rows."""
        return Costs(self.header, self.given[lines], self.lacking[lines])

    def without(self, orders: Netted) -> BoolArray:
        """Return which orders lack a cost.

        Where some order names a cost on more than one line, every line that brings money needs its own;
        otherwise the cost is that of the whole order, and its further lines may be blank.
        """
        named = orders.sum(self.given.astype(np.float64))
        if (named > 1).any():
            return np.asarray(orders.sum(self.lacking.astype(np.float64)) > 0)
        return np.asarray(named == 0)


@dataclass(frozen=True, slots=True)
class Gap:
    """Orders without a cost, for which the whole column is not used.

    Parameters
    ----------
    count : int
        How many.
    orders : int
        Of how many that brought money.
    row : int
        Row of the first of them in the file.
    """

    count: int
    orders: int
    row: int


def read_costs(header: str, cells: Cells, amounts: Cells) -> tuple[Costs, Cells] | None:
    """Return which costs can be used, and the column with 0 where none can; None for an empty column.

    The functions answer a range with such a cell by an error that names its row, so that nothing gets
    lost unseen. A file is read with rows left out: there a blank cost would take revenue and customers
    away, though the order has all that they need. So the order stays, and `Gap` decides on the costs.
    """
    blank = cells.is_tag(BLANK)
    if blank.all():
        return None
    number = cells.is_tag(NUMBER)
    sold = amounts.is_tag(NUMBER) & (amounts.numbers > 0)
    bad = (~number & ~blank) | (sold & (blank | (number & (cells.numbers < 0))))
    filled = bad & amounts.is_tag(NUMBER)
    tags = np.where(filled, NUMBER, np.zeros(len(cells)) if cells.tags is None else cells.tags)
    plain = Cells(
        np.where(filled, 0.0, cells.numbers),
        tags.astype(np.uint8),
        None if cells.codes is None else np.where(filled, -1, cells.codes).astype(np.int32),
        cells.labels,
        cells.errors,
    )
    return Costs(header, sold & ~bad, bad), plain
