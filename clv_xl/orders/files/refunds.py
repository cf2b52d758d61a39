"""Money given back, where an export has it in a column beside the total of the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from clv_xl.cells import BLANK, NUMBER, BoolArray, Cells, FloatArray
from clv_xl.metrics.netting import Netted
from clv_xl.metrics.sums import exact_sum
from clv_xl.orders.files.asked import NO_COLUMN, Asked
from clv_xl.orders.files.numbers import Money
from clv_xl.orders.headers import GENERAL, Layout, fold, vocabulary

OPTION: Final = "--refunded"
# Sales after returns: what was given back is out of them already.
_NET: Final = ("Net sales", "Net revenue", "N. Revenue")
_HALF: Final = 2


@dataclass(frozen=True, eq=False, slots=True)
class Refunds:
    """A column of refunds.

    Parameters
    ----------
    header : str
        Its header.
    values : ndarray of float64
        Money given back, of each row of the file or of each line of the log; 0 where nothing was.
    taken : bool
        Whether it is subtracted; if not, nothing tells that the amounts hold it.
    unread : tuple of (int, int, str)
        How many cells hold no number, the row of the first and what it holds; empty if all do.
    """

    header: str
    values: FloatArray
    taken: bool
    unread: tuple[int, int, str] | None = None

    @property
    def money(self) -> float:
        """All that was given back."""
        return exact_sum(self.values)

    @property
    def count(self) -> int:
        """Rows with a refund."""
        return int(np.count_nonzero(self.values))


def refund_column(asked: Asked, headers: Sequence[str | None], layout: Layout, line: int) -> tuple[int, bool]:
    """Return which column holds refunds (-1 for none) and whether its header leaves no doubt.

    Raises
    ------
    UserError
        When the column that is asked for is not there, or twice.
    """
    if asked.refunded == NO_COLUMN:
        return -1, False
    if asked.refunded:
        hits = [i for i, h in enumerate(headers) if h and fold(h) == fold(asked.refunded)]
        if len(hits) != 1:
            key = "data.no_such_header" if not hits else "data.header_twice"
            shown = ", ".join(h.strip() for h in headers if h)
            raise asked.refuse(
                key, option=OPTION, got=asked.refunded, found=shown, line=float(line), count=float(len(hits))
            )
        return hits[0], True
    words, ranks = vocabulary(), dict[int, int]()
    for i, header in enumerate(headers):
        if header and i not in layout.columns.values():
            rank = words.meanings(header, layout.export).get("refunded")
            if rank is not None:
                ranks[i] = rank
    if not ranks:
        return -1, False
    best = min(ranks, key=lambda i: ranks[i])
    sure = ranks[best] in (1, GENERAL + 1) and sum(rank == ranks[best] for rank in ranks.values()) == 1
    net = fold(layout.headers["amount"]) in map(fold, _NET)
    return best, sure and not net


def read_refunds(column: Money, mark: str, amounts: Cells, *, sure: bool, asked: bool) -> Refunds:
    """Read the refunds of each row.

    A refund counts with either sign: some exports write what was given back as a negative number.
    Where the amount of most refunded rows is 0, the refund is out of it already.
    """
    cells = column.read(mark)
    number = cells.is_tag(NUMBER)
    values = np.where(number, np.abs(np.nan_to_num(cells.numbers)), 0.0)
    other = ~number & ~cells.is_tag(BLANK)
    unread = None
    if other.any():
        first = int(np.argmax(other))
        unread = (int(other.sum()), column.first_row + first, str(column.cells.cell(first)))
    back = values > 0
    gone = back & amounts.is_tag(NUMBER) & (amounts.numbers == 0)
    already = int(gone.sum()) * _HALF > int(back.sum())
    return Refunds(column.name, values, asked or (sure and not already), unread)


def is_repeated(refunds: FloatArray, orders: Netted) -> bool:
    """Return whether lines of one order all name the same refund: that of the order, or their own."""
    sizes = orders.sum(np.ones(refunds.size))
    top = np.zeros(orders.size)
    np.maximum.at(top, orders.group, refunds)
    many: BoolArray = (sizes > 1) & (top > 0)
    total = orders.sum(refunds)
    return bool(many.any() and np.allclose(total[many], (top * sizes)[many]))
