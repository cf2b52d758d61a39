"""Rows of a file that were left out, each with all its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from clv_xl.cells import BLANK, NUMBER, BoolArray, Cells
from clv_xl.errors import Text
from clv_xl.metrics.sums import exact_sum
from clv_xl.orders.ids import coded
from clv_xl.orders.log import Issue, OrderLog
from clv_xl.orders.reading import assemble

MOST: Final = 10  # rows told one by one; of more the reasons are told, each with its first row


@dataclass(frozen=True, slots=True)
class Left:
    """A row that was left out.

    Parameters
    ----------
    row : int
        Its row in the file.
    reasons : tuple of Text
        Why.
    """

    row: int
    reasons: tuple[Text, ...]


def reason(issue: Issue) -> Text:
    """Return why lines were left out, in the words of a file."""
    from clv_xl import texts

    key = f"data.left_{issue.key}"
    return Text(key if texts.find(key) else f"check.{issue.key}", issue.params)


def left_rows(
    cells: Mapping[str, Cells], names: dict[str, str], first: int, log: OrderLog, lost: int, *, sparse: bool
) -> tuple[Left, ...]:
    """Return the rows left out, one by one.

    The order log tells how many rows an issue concerns and the first of them; so each row that holds
    something and became no line is read alone for its reasons.

    Parameters
    ----------
    cells : mapping
        Field -> its column, as read.
    names : dict
        Field -> its header.
    first : int
        Row of the first cells.
    log : OrderLog
        What came of them.
    lost : int
        How many rows were left out; of more than `MOST` none is returned.
    sparse : bool
        Whether only the first line of an order has its amount.
    """
    if lost > MOST or log.rows is None:
        return ()
    rows = [first + int(i) for i in np.flatnonzero(_unkept(cells, first, log, sparse=sparse))]
    if len(rows) != lost:  # then the reasons are told, as for many rows
        return ()
    found = []
    for row in rows:
        alone = {name: column[slice(row - first, row - first + 1)] for name, column in cells.items()}
        issues = assemble(alone, names, row).issues
        found.append(Left(row, tuple(reason(i) for i in issues if i.error and i.first_row)))
    return tuple(found)


def lost_money(
    cells: Mapping[str, Cells], first: int, log: OrderLog, lost: int, *, sparse: bool
) -> tuple[float, int]:
    """Return the money of the rows left out, and how many of them have an amount that can be read."""
    if not lost or log.rows is None:
        return 0.0, 0
    amount = cells["amount"]
    readable = _unkept(cells, first, log, sparse=sparse) & amount.is_tag(NUMBER)
    return exact_sum(amount.numbers[readable]), int(readable.sum())


def _unkept(cells: Mapping[str, Cells], first: int, log: OrderLog, *, sparse: bool) -> BoolArray:
    """Return the rows that hold something and became no line."""
    unkept: BoolArray = np.logical_or.reduce([~column.is_tag(BLANK) for column in cells.values()])
    if log.rows is not None:
        unkept[log.rows - first] = False
    unkept &= ~_passed(cells, sparse=sparse)
    return unkept


def _passed(cells: Mapping[str, Cells], *, sparse: bool) -> BoolArray:
    """Return the rows that are passed over without fault: further items of an order, prospects."""
    blank = {name: column.is_tag(BLANK) for name, column in cells.items()}
    nothing = np.zeros(blank["amount"].size, np.bool_)
    passed = blank["amount"] & blank["date"] & ~blank["customer"] & blank.get("order_id", ~nothing)
    if sparse and "order_id" in cells:
        codes = coded(cells["order_id"])[0].codes
        paid = np.isin(codes, codes[cells["amount"].is_tag(NUMBER)]) & (codes >= 0)
        passed |= blank["amount"] & paid
    return passed
