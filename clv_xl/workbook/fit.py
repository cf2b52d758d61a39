"""Columns as wide, and rows as high, as the texts of a sheet need in any language."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clv_xl.workbook.measure import INDENT, PADDING, lines_of, longest_word, width_of
from clv_xl.workbook.styles import MONOSPACE


@dataclass(frozen=True, slots=True)
class Words:
    """A text in a cell, and what of its look counts for its size."""

    text: str
    wrap: bool
    bold: bool
    indent: int
    formula: bool
    pinned: bool

    @classmethod
    def of(cls, text: str, look: Mapping[str, Any]) -> "Words":
        """Return a text with the look of its cell."""
        return cls(
            text,
            bool(look.get("text_wrap")),
            bool(look.get("bold")),
            int(look.get("indent", 0)),
            look.get("font_name") == MONOSPACE,
            look.get("align") in {"right", "center"},
        )

    @property
    def white(self) -> float:
        """What stays white in its column."""
        return PADDING + INDENT * self.indent


class Fit:
    """The texts of a sheet being written.

    Parameters
    ----------
    widths : sequence of float
        Least widths of the first columns, in characters.
    """

    def __init__(self, widths: Sequence[float]) -> None:
        self._least = tuple(widths)
        self._filled: set[tuple[int, int]] = set()
        self._words: dict[tuple[int, int], Words] = {}

    def fill(self, row: int, column: int) -> None:
        """Remember that a cell is not blank: the text before it ends there."""
        self._filled.add((row, column))

    def add(self, row: int, column: int, words: Words) -> None:
        """Remember a text that has to be seen whole."""
        self.fill(row, column)
        self._words[row, column] = words

    def widths(self) -> tuple[float, ...]:
        """Return the width of each column.

        A wrapped text needs room for its longest word. Another runs over blank cells to its right;
        where there is none, the column must hold all of it. A formula shown breaks anywhere.
        """
        needed = list(self._least)
        for (row, column), words in self._words.items():
            if words.wrap and not words.formula:
                room = longest_word(words.text, bold=words.bold)
            elif not words.wrap and (words.pinned or (row, column + 1) in self._filled):
                room = width_of(words.text, bold=words.bold)
            else:
                continue
            if room + words.white > needed[column]:
                needed[column] = math.ceil(2 * (room + words.white)) / 2
        return tuple(needed)

    def lines(self) -> dict[int, int]:
        """Return how many lines a row needs, for each row with wrapped texts."""
        widths = self.widths()
        found: dict[int, int] = {}
        for (row, column), words in self._words.items():
            if words.wrap:
                room = widths[column] - words.white
                lines = lines_of(words.text, room, bold=words.bold)
                found[row] = max(found.get(row, 1), lines)
        return found
