"""Formulas that are to be calculated after others, and how the engine is told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from clv_xl.hosts.headless.address import letters, quoted

Place = tuple[int, int]
_MOST: Final = 200  # arguments of one call


@dataclass(slots=True)
class Waits:
    """Who waits for whom, for one workbook."""

    _awaited: dict[tuple[str, Place], str] = field(default_factory=dict)

    def wait(self, sheet: str, place: Place, others: Iterable[tuple[str, Place]]) -> None:
        """Let a formula, from when it is next put into its cell, be calculated after some others."""
        text = after(others)
        if text is None:
            self._awaited.pop((sheet, place), None)
        else:
            self._awaited[sheet, place] = text

    def given(self, sheet: str, place: Place, text: str) -> str:
        """Return a formula as the engine is to have it in its cell."""
        awaited = self._awaited.get((sheet, place))
        # IF gives the formula's own value, whatever that is.
        return text if awaited is None else f"IF(TRUE,{text},{awaited})"


def after(others: Iterable[tuple[str, Place]]) -> str | None:
    """Return an expression that reads some cells and nothing else; None for no cells.

    Examples
    --------
    >>> after([("S", (2, 1)), ("My sheet", (1, 1)), ("S", (1, 1))])
    "SUM('My sheet'!$A$1,S!$A$1:$A$2)"
    """
    runs: list[tuple[str, int, int, int]] = []
    for sheet, column, row in sorted((sheet, column, row) for sheet, (row, column) in others):
        if runs and runs[-1][:2] == (sheet, column) and runs[-1][3] == row - 1:
            runs[-1] = (*runs[-1][:3], row)
        else:
            runs.append((sheet, column, row, row))
    words = [
        f"{quoted(sheet)}!${letters(column)}${top}"
        + (f":${letters(column)}${bottom}" if bottom > top else "")
        for sheet, column, top, bottom in runs
    ]
    while len(words) > 1:
        words = [f"SUM({','.join(words[i : i + _MOST])})" for i in range(0, len(words), _MOST)]
    return words[0] if words else None
