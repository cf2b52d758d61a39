"""Total lines below the orders of a file: they are no order, and tell whether all of it was read."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from clv_xl.cells import BLANK, NUMBER, BoolArray, Cells
from clv_xl.orders.files.grid import Grid
from clv_xl.orders.headers import fold

# First words of a total line in the five languages; German and French ones stand in files as well.
_WORDS: Final = frozenset(
    fold(word)
    for word in (
        *("total", "totals", "subtotal", "subtotals", "sum", "grand"),
        *("yhteensä", "summa", "loppusumma", "kokonaissumma", "välisumma", "kaikki"),
        *("ჯამი", "ჯამში", "სულ", "ჯამური"),
        *("razem", "suma", "ogółem", "łącznie", "podsumowanie", "podsuma"),
        *("σύνολο", "σύνολα", "συνολικά", "συνολο", "γενικό", "μερικό"),
        *("gesamt", "summe"),
    )
)
_SECOND: Final = {
    "grand": "total",
    "kaikki": "yhteensa",
    fold("γενικό"): fold("σύνολο"),
    fold("μερικό"): fold("σύνολο"),
}
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Total:
    """A total line.

    Parameters
    ----------
    row : int
        Its row in the file.
    label : str
        What calls it one.
    amount : float, optional
        What it says; None where that is no number.
    """

    row: int
    label: str
    amount: float | None


def is_total(text: str) -> bool:
    """Return whether a text begins as a total line does.

    >>> is_total("Razem:"), is_total("Grand Total"), is_total("Yhteensä 80 kpl"), is_total("Totally")
    (True, True, True, False)
    """
    words = [fold(word) for word in _WORD.findall(text)[:2]]
    if not words or words[0] not in _WORDS:
        return False
    second = _SECOND.get(words[0])
    return second is None or words[1:] == [second]


def without_totals(grid: Grid, first: int, cells: dict[str, Cells]) -> tuple[Total, ...]:
    """Blank the total lines in the columns and return them.

    A row with a customer and a date is an order, whatever else it holds.

    Parameters
    ----------
    grid : Grid
        All cells of the file.
    first : int
        Row of the first cells.
    cells : dict
        The columns, read; those of total lines become blank.
    """
    lacks = ~cells["date"].is_tag(NUMBER) | cells["customer"].is_tag(BLANK)
    found = []
    gone: BoolArray = np.zeros(lacks.size, np.bool_)
    amount = cells["amount"]
    for i in np.flatnonzero(lacks).tolist():
        row = grid.row(i + first - 1)
        label = next((c.strip(" :\t\n\u00a0") for c in row if isinstance(c, str) and is_total(c)), "")
        if label:
            number = float(amount.numbers[i]) if amount.is_tag(NUMBER)[i] else None
            found.append(Total(i + first, label, number))
            gone[i] = True
    if found:
        for name, column in cells.items():
            cells[name] = blanked(column, gone)
    return tuple(found)


def blanked(column: Cells, gone: BoolArray) -> Cells:
    """Return a column with blanks where rows are gone."""
    tags = np.zeros(gone.size, np.uint8) if column.tags is None else column.tags
    codes = column.codes
    return Cells(
        np.where(gone, np.nan, column.numbers),
        np.where(gone, BLANK, tags).astype(np.uint8),
        None if codes is None else np.where(gone, -1, codes).astype(np.int32),
        column.labels,
        column.errors,
    )
