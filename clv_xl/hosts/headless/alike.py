"""Formulas alike: a column or row holds one formula a thousand times, which is rewritten once.

What differs from cell to cell is where relative references (``B7``) and ``Orders[[#This Row],[revenue]]``
lie. The rewritten formula is kept with these places open, and every further cell gets it with its own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from clv_xl.hosts.headless.address import MAX_COLUMN, column_number, letters
from clv_xl.hosts.headless.formula import NAME, Token

_COLUMN_ROW = r"(\$?)([A-Z]{1,3})(\$?)([1-9]\d{0,6})"
_REFERENCE = re.compile(rf"{_COLUMN_ROW}\Z")
# Texts, sheets in quotation marks and brackets are stepped over; what is left may be an address.
_ANY = re.compile(
    rf"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'!|\[[^\[\]]*\]|(?<![\w.$\\]){_COLUMN_ROW}(?![\w.(!\\])", re.DOTALL
)
_letters: Final = lru_cache(maxsize=MAX_COLUMN)(letters)


class OwnRow(str):
    """The address of a cell in the row of the formula itself, such as ``$B$17``."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Move:
    """A reference that moves with its formula.

    Parameters
    ----------
    column, row : int, optional
        Columns and rows from the formula; None where it is fixed.
    fixed_column, fixed_row : str
        What stands there where it is fixed.
    """

    column: int | None
    row: int | None
    fixed_column: str = ""
    fixed_row: str = ""

    def at(self, row: int, column: int) -> str:
        """Return the reference in a formula at a row and column."""
        across = self.fixed_column if self.column is None else _letters(column + self.column)
        return f"{across}{self.fixed_row if self.row is None else row + self.row}"


def moving(part: Token, row: int, column: int) -> Move | None:
    """Return how a token of a formula at a row and column moves; None where it stays.

    Examples
    --------
    >>> moving(Token("name", "$B7"), 5, 3)
    Move(column=None, row=2, fixed_column='$B', fixed_row='')
    >>> moving(Token("name", "$B$7"), 5, 3) is None
    True
    """
    if part.kind != NAME:
        return None
    if isinstance(part.text, OwnRow):
        return Move(None, 0, part.text[: part.text.rindex("$") + 1])
    found = _REFERENCE.match(part.text)
    if found is None or (found[1] and found[3]):
        return None
    across = None if found[1] else column_number(found[2]) - column
    return Move(across, None if found[3] else int(found[4]) - row, f"${found[2]}" * bool(found[1]),
                f"${found[4]}" * bool(found[3]))  # fmt: skip


def relative(text: str, row: int, column: int) -> tuple[str, int]:
    """Return a formula with relative references as distances, and how many there are.

    Two formulas of a sheet with the same such text are one formula, copied.

    Examples
    --------
    >>> relative('IF(B7>$C$1,LOG10(A7),"B7")', 7, 2)
    ('IF({0,0}>$C$1,LOG10({-1,0}),"B7")', 2)
    """
    count = 0

    def away(found: "re.Match[str]") -> str:
        nonlocal count
        if found[2] is None or (found[1] and found[3]):
            return found[0]
        count += 1
        across = f"${found[2]}" if found[1] else str(column_number(found[2]) - column)
        return f"{{{across},{f'${found[4]}' if found[3] else int(found[4]) - row}}}"

    return _ANY.sub(away, text), count


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rewritten formula with the places open that move with it.

    Parameters
    ----------
    pieces : tuple of str
        The texts between those places.
    moves : tuple of Move
        What stands in them.
    rows : tuple of int, optional
        First and last row where it holds; every row without it.
    bounded : frozenset of str
        As `Formula` has it.
    ours : bool
        Whether it calls a function of the catalogue.
    """

    pieces: tuple[str, ...]
    moves: tuple[Move, ...]
    rows: tuple[int, int] | None
    bounded: frozenset[str]
    ours: bool

    @classmethod
    def of(
        cls,
        parts: Sequence[Token],
        place: tuple[int, int],
        rows: tuple[int, int] | None,
        bounded: frozenset[str],
        ours: bool,
    ) -> "Pattern":
        """Return the pattern of a formula as the engine gets it in a cell.

        Examples
        --------
        >>> parts = [Token("name", OwnRow("$B$17")), Token("mark", "*"), Token("name", "C4")]
        >>> Pattern.of(parts, (17, 5), (2, 20), frozenset(), False).given(18, 5)
        '$B$18*C5'
        """
        pieces, moves = [""], []
        for part in parts:
            move = moving(part, *place)
            if move is None:
                pieces[-1] += part.text
            else:
                moves.append(move)
                pieces.append("")
        return cls(tuple(pieces), tuple(moves), rows, bounded, ours)

    def given(self, row: int, column: int) -> str:
        """Return the formula of a cell."""
        found = [self.pieces[0]]
        for move, piece in zip(self.moves, self.pieces[1:], strict=True):
            across, down = move.column, move.row
            found += (
                move.fixed_column if across is None else _letters(column + across),
                move.fixed_row if down is None else str(row + down),
                piece,
            )
        return "".join(found)

    def holds(self, row: int) -> bool:
        """Return whether a row is one of its table's."""
        return self.rows is None or self.rows[0] <= row <= self.rows[1]


@dataclass(slots=True)
class Alike:
    """The patterns of one workbook, by sheet and by the formula as the file has it, or as it moves."""

    _equal: dict[tuple[str, str], Pattern] = field(default_factory=dict)
    _moved: dict[tuple[str, str], Pattern] = field(default_factory=dict)

    def find(self, sheet: str, text: str, row: int, column: int) -> Pattern | None:
        """Return the pattern of a formula that has been rewritten before, where it holds."""
        found = self._equal.get((sheet, text))
        if found is None:
            moved, count = relative(text, row, column)
            found = self._moved.get((sheet, moved)) if count else None
        return found if found is not None and found.holds(row) else None

    def keep(self, sheet: str, text: str, place: tuple[int, int], pattern: Pattern, own_rows: int) -> None:
        """Remember a pattern, unless a place that moves has become part of something else.

        Parameters
        ----------
        sheet, text : str
            The sheet, and the formula as the file has it.
        place : tuple of int
            Row and column of its cell.
        pattern : Pattern
            What the engine gets.
        own_rows : int
            How many addresses in its own row the formula has been given.
        """
        moved, count = relative(text, *place)
        if not pattern.holds(place[0]) or len(pattern.moves) != count + own_rows:
            return
        if count:
            self._moved[sheet, moved] = pattern
        else:
            self._equal[sheet, text] = pattern


def own_rows(parts: Sequence[Token]) -> int:
    """Return how many tokens are addresses in the formula's own row."""
    return sum(isinstance(part.text, OwnRow) for part in parts)
