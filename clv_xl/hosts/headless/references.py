"""What a formula reads: the cells it names, itself or through defined names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clv_xl.hosts.headless.address import Area, cell_of, unquoted
from clv_xl.hosts.headless.anchors import marked
from clv_xl.hosts.headless.book import Book
from clv_xl.hosts.headless.formula import CALL, MARK, NAME, SHEET, SPACE, STRUCT, Token, bare_name, tokens
from clv_xl.hosts.headless.shared import is_range, whole_area
from clv_xl.hosts.headless.structured import address_of

_RECKONING: Final = frozenset(("INDIRECT", "OFFSET"))  # read cells that no formula names
_RANDOM: Final = frozenset(("RAND", "RANDBETWEEN", "RANDARRAY"))
_NAMING: Final = frozenset(("LET", "LAMBDA"))  # make words that only this formula knows
_DEPTH: Final = 32
_NOTHING: Final = Token(MARK, "")


@dataclass(frozen=True, slots=True)
class Reads:
    """What a formula, or a part of one, reads.

    Parameters
    ----------
    areas : tuple of (str, Area)
        Sheet and cells.
    anything : bool
        Whether it reckons addresses, so that it may read whatever there is.
    random : bool
        Whether it is another number each time.
    alone : bool
        Whether every word of it means the same outside its formula.
    """

    areas: tuple[tuple[str, Area], ...] = ()
    anything: bool = False
    random: bool = False
    alone: bool = True


class References:
    """Finds what the formulas of one workbook read.

    Parameters
    ----------
    book : Book
        The workbook.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._tables = book.package.tables
        self._names = {
            (n.name.casefold(), n.sheet.casefold() if n.sheet else None): n.formula
            for n in book.package.names
        }

    def of(self, formula: str, sheet: str) -> Reads:
        """Return what a formula (without ``=``) on a sheet reads."""
        return _Walk(self, formula, sheet, 0).result()

    def every(self, formula: str, sheet: str) -> Reads:
        """Return what a formula reads, an area as often as the formula names it."""
        return _Walk(self, formula, sheet, 0).result(once=False)

    def named(self, word: str, scope: str) -> str | None:
        """Return the formula of a defined name as seen from a sheet."""
        folded = word.casefold()
        found = self._names.get((folded, scope.casefold()))
        return self._names.get((folded, None)) if found is None else found

    def table(self, text: str, sheet: str) -> str | None:
        """Return the address that a reference to a table means; None when there is none."""
        if "[" not in text and text.casefold() not in self._tables:
            return None
        return address_of(text, self._tables, sheet, 1, 1)

    def sheet(self, name: str) -> str | None:
        """Return a sheet's name as its tab shows it."""
        found = self._book.sheet(name)
        return None if found is None else found.name


class _Walk:
    """One walk through the tokens of one formula."""

    def __init__(self, rules: References, formula: str, sheet: str, depth: int) -> None:
        self._rules = rules
        self._parts = [part for part in marked(tokens(formula)) if part.kind != SPACE]
        self._sheet = sheet
        self._depth = depth
        self._areas: list[tuple[str, Area]] = []
        self._anything = self._random = False
        self._alone = True

    def result(self, *, once: bool = True) -> Reads:
        """Walk, and return what was found."""
        i = 0
        while i < len(self._parts):
            i += self._step(i)
        areas = tuple(dict.fromkeys(self._areas)) if once else tuple(self._areas)
        return Reads(areas, self._anything, self._random, self._alone)

    def _step(self, i: int) -> int:
        """Take the token at i; return how many were taken."""
        part = self._parts[i]
        if is_range(self._parts, i):
            self._add(i, whole_area(part.text, self._parts[i + 2].text))
            return 3
        if part.kind == CALL:
            self._call(bare_name(part.text))
        elif part.kind == STRUCT:
            self._within(self._rules.table(part.text, self._sheet))
        elif part.kind == NAME:
            return self._name(i, part.text)
        return 1

    def _call(self, name: str) -> None:
        self._anything |= name in _RECKONING
        self._random |= name in _RANDOM
        self._alone &= name not in _NAMING

    def _name(self, i: int, text: str) -> int:
        place = cell_of(text)
        if place is not None:
            last = self._at(i + 2).text if self._at(i + 1).text == ":" else ""
            if self._depth and text.count("$") < 2:
                self._anything = True  # a name that moves with the cell that uses it
            area = Area.parse(f"{text}:{last}") if cell_of(last) is not None else Area(*place, *place)
            self._add(i, area)
            return 3 if cell_of(last) is not None else 1
        if text.upper() not in ("TRUE", "FALSE"):
            scope = self._where(i) or self._sheet
            formula = self._rules.named(text, scope)
            self._within(self._rules.table(text, self._sheet) if formula is None else formula)
        return 1

    def _within(self, formula: str | None) -> None:
        """Take what stands behind a word."""
        if formula is None or self._depth > _DEPTH:
            self._alone = False
            return
        found = _Walk(self._rules, formula, self._sheet, self._depth + 1).result()
        self._areas += found.areas
        self._anything |= found.anything
        self._random |= found.random
        self._alone &= found.alone

    def _at(self, i: int) -> Token:
        return self._parts[i] if 0 <= i < len(self._parts) else _NOTHING

    def _where(self, i: int) -> str | None:
        """Return the sheet named before token i; None when it is the formula's own or unknown."""
        before = self._at(i - 1)
        return self._rules.sheet(unquoted(before.text[:-1])) if before.kind == SHEET else None

    def _add(self, i: int, area: Area | None) -> None:
        sheet = self._where(i) if self._at(i - 1).kind == SHEET else self._sheet
        if area is None or sheet is None:
            self._alone = False
        else:
            self._areas.append((sheet, area))


def arguments(parts: Sequence[Token], start: int) -> list[tuple[int, int]]:
    """Return where each argument of the call at token `start` begins and ends.

    Examples
    --------
    >>> parts = tokens("F(A1,G(2,3),)")
    >>> ["".join(part.text for part in parts[first:end]) for first, end in arguments(parts, 0)]
    ['A1', 'G(2,3)', '']
    """
    found: list[tuple[int, int]] = []
    depth, first = 0, start + 1
    for i in range(start + 1, len(parts)):
        kind, text = parts[i]
        if kind == CALL or (kind == MARK and text in "({"):
            depth += 1
        elif kind == MARK and text in ")}":
            if not depth:
                return [*found, (first, i)]
            depth -= 1
        elif text == "," and kind == MARK and not depth:
            found.append((first, i))
            first = i + 1
    return found
