"""What formulas alike read: found out for one of them, and moved to the others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clv_xl.hosts.headless.address import Area, cell_of
from clv_xl.hosts.headless.alike import Pattern
from clv_xl.hosts.headless.book import Formula, Place
from clv_xl.hosts.headless.references import Reads, References

_Line = tuple[int, int]  # a row or column: where it is, or how far away, and whether it moves
_Where = tuple[str, Area]


@dataclass(frozen=True, slots=True)
class _Moving:
    """An area whose ends may move with the formula that reads it."""

    sheet: str
    rows: tuple[_Line, _Line]
    columns: tuple[_Line, _Line]

    def over(self, box: Area) -> Area:
        """Return all that the formulas in a box read."""
        top, bottom = _span(self.rows, box.top, box.bottom)
        left, right = _span(self.columns, box.left, box.right)
        return Area(top, left, bottom, right)


def _span(ends: tuple[_Line, _Line], first: int, last: int) -> tuple[int, int]:
    (a, a_moves), (b, b_moves) = ends
    return min(a + a_moves * first, b + b_moves * first), max(a + a_moves * last, b + b_moves * last)


@dataclass(frozen=True, slots=True)
class MovingReads:
    """What the formulas of one pattern read.

    Parameters
    ----------
    areas : tuple
        The areas, open for the place of the formula.
    like : Reads
        What one of them reads, for all that does not move.
    """

    areas: tuple[_Moving, ...]
    like: Reads

    def at(self, place: Place) -> Reads:
        """Return what the formula in a cell reads."""
        box = Area(*place, *place)
        areas = tuple(dict.fromkeys((area.sheet, area.over(box)) for area in self.areas))
        return Reads(areas, self.like.anything, self.like.random, self.like.alone)

    def over(self, box: Area) -> Iterator[_Where]:
        """Return areas that hold all that the formulas in a box read."""
        return ((area.sheet, area.over(box)) for area in self.areas)


def moving_reads(references: References, pattern: Pattern, sheet: str, place: Place) -> MovingReads | None:
    """Return what the formulas of a pattern read; None where that cannot be told from one of them.

    Parameters
    ----------
    references : References
        What formulas of the workbook read.
    pattern : Pattern
        The pattern.
    sheet : str
        The sheet of its formulas.
    place : tuple of int
        Row and column of one of them.
    """
    beside = (place[0] + 1, place[1] + 1)
    if any(cell_of(move.at(*place)) is None for move in pattern.moves):
        return None  # a name that looks like an address
    one, other = (references.every(pattern.given(*where), sheet) for where in (place, beside))
    flags = [(r.anything, r.random, r.alone, [name for name, _ in r.areas]) for r in (one, other)]
    if flags[0] != flags[1]:
        return None
    found = []
    for (name, a), (_, b) in zip(one.areas, other.areas, strict=True):
        rows = (_line(a.top, b.top, place[0]), _line(a.bottom, b.bottom, place[0]))
        columns = (_line(a.left, b.left, place[1]), _line(a.right, b.right, place[1]))
        if None in rows or None in columns:
            return None
        found.append(_Moving(name, rows, columns))  # type: ignore[arg-type]
    return MovingReads(tuple(found), one)


def _line(here: int, beside: int, own: int) -> _Line | None:
    """Return a row or column from where it is for a formula, and for the one beside it."""
    if beside == here:
        return here, 0
    return (here - own, 1) if beside == here + 1 else None


@dataclass(frozen=True, slots=True)
class Group:
    """The formulas of one pattern.

    Parameters
    ----------
    pattern : Pattern
        The pattern.
    reads : MovingReads
        What they read.
    box : Area
        Where they stand.
    """

    pattern: Pattern
    reads: MovingReads
    box: Area

    def areas(self) -> list[_Where]:
        """Return areas that hold all that they read."""
        return list(self.reads.over(self.box))


class Groups:
    """The formulas of one workbook by their patterns.

    Parameters
    ----------
    references : References
        What its formulas read.
    """

    def __init__(self, references: References) -> None:
        self._references = references
        self._known: dict[int, tuple[Pattern, MovingReads | None]] = {}

    def reads(self, formula: Formula) -> MovingReads | None:
        """Return what the formulas of a formula's pattern read; None where it has none or it is unknown."""
        pattern = formula.pattern
        if pattern is None:
            return None
        known = self._known.get(id(pattern))
        if known is None:  # the pattern is kept with it, so that its number stays its own
            found = moving_reads(self._references, pattern, formula.sheet, formula.place)
            known = self._known[id(pattern)] = (pattern, found)
        return known[1]

    def of(self, formulas: Iterable[Formula]) -> Iterator[Group]:
        """Return the groups of formulas alike whose areas are known for all of them."""
        alike: dict[int, list[Formula]] = {}
        for formula in formulas:
            if formula.pattern is not None:
                alike.setdefault(id(formula.pattern), []).append(formula)
        for found in alike.values():
            pattern, reads = found[0].pattern, self.reads(found[0])
            if pattern is not None and reads is not None:
                rows, columns = [f.cell.row for f in found], [f.cell.column for f in found]
                yield Group(pattern, reads, Area(min(rows), min(columns), max(rows), max(columns)))
