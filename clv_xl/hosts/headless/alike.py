"""Formulas alike: a table column holds one formula a thousand times, which is rewritten once.

What differs from row to row is where ``Orders[[#This Row],[revenue]]`` lies; the rewriter marks such an
address, and every further row of the table gets the rewritten formula with its own row in that place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from clv_xl.hosts.headless.formula import Token


class OwnRow(str):
    """The address of a cell in the row of the formula itself, such as ``$B$17``."""

    __slots__ = ()


def own_rows(parts: Sequence[Token]) -> int:
    """Return how many tokens are addresses in the formula's own row."""
    return sum(isinstance(part.text, OwnRow) for part in parts)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rewritten formula with its own row left open.

    Parameters
    ----------
    pieces : tuple of str
        The texts between the places of the row.
    rows : tuple of int, optional
        First and last row where it holds; every row without it.
    bounded : frozenset of str
        As `Formula` has it.
    ours : bool
        Whether it calls a function of the catalogue.
    """

    pieces: tuple[str, ...]
    rows: tuple[int, int] | None
    bounded: frozenset[str]
    ours: bool

    @classmethod
    def of(
        cls, parts: Sequence[Token], rows: tuple[int, int] | None, bounded: frozenset[str], ours: bool
    ) -> "Pattern":
        """Return the pattern of a formula as the engine gets it.

        Examples
        --------
        >>> parts = [Token("name", OwnRow("$B$17")), Token("mark", "*"), Token("name", "C4")]
        >>> Pattern.of(parts, (2, 20), frozenset(), False).given(18)
        '$B$18*C4'
        """
        pieces = [""]
        for part in parts:
            if isinstance(part.text, OwnRow):
                pieces[-1] += part.text[: part.text.rindex("$") + 1]
                pieces.append("")
            else:
                pieces[-1] += part.text
        return cls(tuple(pieces), rows, bounded, ours)

    @property
    def moving(self) -> int:
        """How often the row stands in the formula."""
        return len(self.pieces) - 1

    def given(self, row: int) -> str:
        """Return the formula of a row."""
        return str(row).join(self.pieces)

    def holds(self, row: int) -> bool:
        """Return whether a row is one of its table's."""
        return self.rows is None or self.rows[0] <= row <= self.rows[1]


@dataclass(slots=True)
class Alike:
    """The patterns of one workbook, by sheet and by the formula as the file has it."""

    _known: dict[tuple[str, str], Pattern] = field(default_factory=dict)

    def find(self, sheet: str, text: str, row: int) -> Pattern | None:
        """Return the pattern of a formula that has been rewritten before, where it holds."""
        found = self._known.get((sheet, text))
        return found if found is not None and found.holds(row) else None

    def keep(self, sheet: str, text: str, pattern: Pattern) -> None:
        """Remember a pattern."""
        self._known[sheet, text] = pattern
