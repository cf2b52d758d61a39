"""Rows of a file that were left out, each with all its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from clv_xl.cells import Cells
from clv_xl.errors import Text
from clv_xl.orders.file_totals import blanked
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
    cells: Mapping[str, Cells], names: dict[str, str], first: int, log: OrderLog, *, sparse: bool
) -> tuple[Left, ...]:
    """Return the rows left out, one by one.

    An issue tells how many rows it concerns and the first of them. So these are blanked and the rest
    is read again, until nothing is left out any more; then each row is read alone for its reasons.

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
    sparse : bool
        Whether only the first line of an order has its amount.
    """
    rows: set[int] = set()
    rest = dict(cells)
    while lost := {issue.first_row for issue in log.issues if issue.error and issue.first_row} - rows:
        rows |= lost
        gone = np.zeros(len(rest["amount"]), np.bool_)
        gone[[row - first for row in rows]] = True
        rest = {name: blanked(column, gone) for name, column in cells.items()}
        log = assemble(rest, names, first, sparse)
    found = []
    for row in sorted(rows):
        alone = {name: column[slice(row - first, row - first + 1)] for name, column in cells.items()}
        issues = assemble(alone, names, row).issues
        found.append(Left(row, tuple(reason(i) for i in issues if i.error and i.first_row)))
    return tuple(found)
