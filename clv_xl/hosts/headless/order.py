"""The order of calculation where results spill: who reads a spilled cell waits for the formula behind it.

The engine learns who depends on whom from the references of the formulas. A cell that a result has
spilled over belongs, for it, to nobody: a formula that reads such a cell may be calculated before the
result lies there, and what stands on that formula is not always calculated again. So whoever reads a
cell of a spill is told to wait for the spill's first cell, and everything behind it is calculated anew.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import accumulate
from typing import Final

from clv_xl.cells import Cell
from clv_xl.errors import SPILL, CellError, Text
from clv_xl.hosts.headless.address import Area, cell_of
from clv_xl.hosts.headless.book import Book, Formula, Place
from clv_xl.hosts.headless.engine import CIRCULAR, Engine
from clv_xl.hosts.headless.large import MOST
from clv_xl.hosts.headless.moving import Groups
from clv_xl.hosts.headless.references import Reads, References
from clv_xl.hosts.headless.waits import Waits

Key = tuple[str, Place]
Where = tuple[str, Area]
Seen = tuple[Area, tuple[Cell, ...]]
_MANY: Final = 1_000  # rounds in which somebody new waits: a chain of results takes one for some of them
_ROUNDS: Final = 16  # rounds in which results that read each other may come to rest
_NOBODY: Final[frozenset[Key]] = frozenset()
_QUIET: Final = 4  # rounds in which nobody new waits
_PLAIN: Final = re.compile(
    r"(?:(?:CLV(?:\.\w+)?|SUM|IF|ROUND|MIN|MAX)\(|[\w.$]+(?![\w.$(])|[-+*/^%,=<>()& ])*"
)
_WORD: Final = re.compile(r"(?<![\w.$])[A-Za-z_$][\w.$]*(?![\w.$(])")


class Order:
    """Makes the readers of spilled cells wait, for one workbook.

    Parameters
    ----------
    book : Book
        The workbook's formulas.
    waits : Waits
        Takes who is to wait for whom.
    """

    def __init__(self, book: Book, waits: Waits) -> None:
        self._book = book
        self._waits = waits
        self._references = References(book)
        self._groups = Groups(self._references)
        self._reads: dict[str, dict[str, Reads]] = {}
        self._pieces: dict[Key, Area] = {}
        self._awaited: dict[Key, frozenset[Key]] = {}
        self._circular = False
        self._doubted = True
        self._spilling: list[Formula] = []
        self.changed = False
        self.complaint: str | None = None

    def foresee(self, formulas: list[Formula]) -> None:
        """Let readers wait for results as they lay when the file was saved, before the engine has it.

        Where they lie as before, everything is right the first time.
        """
        self._spilling = [f for f in formulas if f.cell.kind == "array"]
        for formula in self._spilling:
            area = formula.cell.ref
            key = (formula.sheet, formula.place)
            if area is not None and area.height * area.width > MOST and key in self._book.large:
                found = self._book.large.pieces(area)
                self._pieces.update({(formula.sheet, (a.top, a.left)): a for a in found})
            elif area is not None and 1 < area.height * area.width <= MOST:
                self._pieces[key] = area
        self._tell(formulas)
        self._doubted = any(self._like(f).anything for f in formulas) if self._awaited else True

    def begin(self, engine: Engine) -> None:
        """Look on while an engine, whose copy heeds what has been foreseen, calculates."""
        self._engine = engine

    def settle(self, live: Callable[[], list[Formula]], complaint: str | None = None) -> dict[Key, Text]:
        """Evaluate until every reader of a spilled cell has been calculated after it.

        Parameters
        ----------
        live : callable
            Returns the formulas that are calculated in this run.
        complaint : str or None
            What the engine gave up with, if it has: waiting may be what it needs.

        Returns
        -------
        dict
            Formulas that do not settle, with the reason. `changed` tells whether anyone waits now who
            has not before, and `complaint` what the engine gives up with in the end.
        """
        self.changed, self.complaint = False, complaint
        formulas = live()
        self._spilling = [f for f in formulas if f.cell.kind == "array"]
        if not self._spilling:
            return {}
        told: list[Formula] = []
        quiet = circular = 0
        for _ in range(_MANY):
            moved, told = self._moves(formulas)
            quiet = 0 if told else quiet + 1
            circular += self._circular
            if quiet > _QUIET or circular > _ROUNDS or not (told or (moved and self._awaited)):
                break
            again = {id(f): f for f in told}
            if moved and self._awaited:
                again |= {id(f): f for f in self._doubtful(formulas)}
            self._calculate(again.values())
            self.changed |= bool(told)
        if self.complaint is not None:
            return {}
        refused = told or self._reckoning(formulas)
        return {(f.sheet, f.place): Text("headless_keep_engine") for f in refused}

    def _moves(self, formulas: list[Formula]) -> tuple[bool, list[Formula]]:
        """Look where results lie: whether that is elsewhere than before, and who waits for others now."""
        pieces = self._laid()
        moved = pieces != self._pieces or self._doubted
        self._pieces, self._doubted = pieces, False
        return moved, self._tell(formulas)

    @property
    def idle(self) -> bool:
        """Whether no result spills, so that there is nobody to wait for."""
        return not self._spilling

    def unsettled(self) -> dict[Key, Text]:
        """Return everything that waits, as what cannot be calculated."""
        return dict.fromkeys(self._awaited, Text("headless_keep_engine"))

    def moved(self) -> bool:
        """Return whether a result lies elsewhere than when everything had settled."""
        return self._laid() != self._pieces

    def _calculate(self, formulas: Iterable[Formula]) -> None:
        for formula in formulas:
            self._engine.set_formula(formula.sheet, *formula.place, formula.given)
        self.complaint = self._engine.evaluate()

    def _piece(self, key: Key) -> Area:
        """Return what a formula of the engine covers, a part of a large result by itself."""
        return self._engine.laid(key[0], *key[1]) or Area(*key[1], *key[1])

    def _laid(self) -> dict[Key, Area]:
        """Return the formulas of the engine that fill more than a cell, with the cells they fill."""
        large = self._book.large
        found = {}
        for formula in self._spilling:
            key = (formula.sheet, formula.place)
            area = large.area(key)
            firsts = [key[1]] if area is None else [key[1], *large.parts(key, area)]
            for first in firsts:
                piece = self._piece((key[0], first))
                if area is not None or piece.height * piece.width > 1:
                    found[key[0], first] = piece
        return found

    def _of(self, formula: Formula) -> Reads:
        known = self._reads.setdefault(formula.sheet, {})
        found = known.get(formula.given)
        if found is None:
            moving = self._groups.reads(formula)
            if moving is not None:
                found = moving.at(formula.place)
            else:
                found = _plain(formula) or self._references.of(formula.given, formula.sheet)
            known[formula.given] = found
        return found

    def _like(self, formula: Formula) -> Reads:
        """Return what a formula reads or one like it, for all but the areas."""
        moving = self._groups.reads(formula)
        return self._of(formula) if moving is None else moving.like

    def _tell(self, formulas: Iterable[Formula]) -> list[Formula]:
        """Let the readers of spilled cells wait for them; return those that wait for others than before."""
        if not self._pieces and not self._awaited:
            return []
        grounds = _Grounds(self._pieces)
        self._circular = self._circular or any(self._is_circular(key) for key in self._awaited)
        told = []
        for formula in formulas if self._circular else self._near(formulas, grounds.near):
            areas = self._of(formula).areas
            key = (formula.sheet, formula.place)
            before = self._awaited.get(key, _NOBODY)
            awaited = _NOBODY
            if grounds.near(areas):
                found = {owner for where in areas for owner in grounds.owners(where)} - {key}
                awaited = frozenset(owner for owner in found if not _names(areas, owner))
            if not self._circular:  # a result that changes its size time and again finds its readers waiting
                awaited |= before
            if awaited != before:
                self._awaited[key] = awaited
                self._waits.wait(*key, awaited)
                told.append(formula)
        return told

    def _near(self, formulas: Iterable[Formula], near: Callable[[Iterable[Where]], bool]) -> list[Formula]:
        """Leave out formulas of a pattern none of which reads anything near results."""
        formulas = list(formulas)
        far = {id(group.pattern) for group in self._groups.of(formulas) if not near(group.areas())}
        return [f for f in formulas if f.pattern is None or id(f.pattern) not in far]

    def _is_circular(self, key: Key) -> bool:
        value = self._engine.value(key[0], *key[1])
        return isinstance(value, CellError) and value.code == CIRCULAR

    def _doubtful(self, formulas: Iterable[Formula]) -> Iterator[Formula]:
        """Return the formulas that may have seen, or been blocked by, results of a moment.

        As long as somebody has not waited, a result may have been larger than it is now.
        """
        for formula in self._spilling:
            value = self._engine.value(formula.sheet, *formula.place)
            if isinstance(value, CellError) and value.code == SPILL:
                yield formula
        reach = _Reach((f.sheet, f.place) for f in self._spilling)
        for formula in self._near(formulas, lambda areas: any(map(reach.may_cover, areas))):
            if any(reach.may_cover(where) and self._is_open(where) for where in self._of(formula).areas):
                yield formula

    def _is_open(self, where: Where) -> bool:
        """Return whether cells hold anything that a result could once have covered."""
        sheet, area = where
        if area.height * area.width > 1:
            return True
        return self._engine.value(sheet, area.top, area.left) is None

    def _reckoning(self, formulas: list[Formula]) -> list[Formula]:
        """Calculate formulas that reckon addresses until they stay; return those that do not.

        Nobody can tell them what to wait for, but when nothing has changed all was there before. The
        engine calculates them each time; a result that spills is not put in anew, as that clears it.
        """
        reckoning = [f for f in formulas if self._like(f).anything] if self._pieces or self._awaited else []
        if not reckoning:
            return []
        drawn = any(self._like(f).random or "NOW(" in f.given.upper() for f in formulas)
        rounds = min(len(reckoning) + 1, _QUIET) if drawn else _ROUNDS
        unlike: list[Formula] = []
        before = [self._seen(f) for f in reckoning]
        for _ in range(rounds):
            doubtful = self._doubtful(formulas) if unlike else ()
            again = {id(f): f for f in (*doubtful, *reckoning) if (f.sheet, f.place) not in self._pieces}
            self._calculate(again.values())
            _, told = self._moves(formulas)
            if told:
                self._calculate(told)
            now = [self._seen(f) for f in reckoning]
            unlike = [f for f, a, b in zip(reckoning, before, now, strict=True) if repr(a) != repr(b)]
            if not unlike and not told:
                return []
            self.changed = not drawn
            before = now
        return [] if drawn else unlike

    def _seen(self, formula: Formula) -> Seen:
        """Return what a formula shows."""
        area = self._piece((formula.sheet, formula.place))
        return area, tuple(self._engine.value(formula.sheet, *cell) for cell in area.cells())


class _Grounds:
    """Which formula fills which cells."""

    def __init__(self, pieces: dict[Key, Area]) -> None:
        self._sheets: dict[str, dict[int, list[tuple[int, int, Key]]]] = {}
        for key, area in pieces.items():
            columns = self._sheets.setdefault(key[0], {})
            for column in range(area.left, area.right + 1):
                columns.setdefault(column, []).append((area.top, area.bottom, key))
        for columns in self._sheets.values():
            for spans in columns.values():
                spans.sort()
        self._boxes = {
            sheet: Area(
                min(spans[0][0] for spans in columns.values()), min(columns),
                max(spans[-1][1] for spans in columns.values()), max(columns),
            )
            for sheet, columns in self._sheets.items()
        }  # fmt: skip

    def near(self, areas: Iterable[Where]) -> bool:
        """Return whether any results may lie in one of some areas."""
        boxes = self._boxes
        return any(sheet in boxes and boxes[sheet].meets(area) for sheet, area in areas)

    def owners(self, where: Where) -> Iterator[Key]:
        """Return the first cells of the results that lie in an area."""
        columns = self._sheets.get(where[0])
        if columns is None:
            return
        area = where[1]
        wide = area.right - area.left >= len(columns)
        for column in list(columns) if wide else range(area.left, area.right + 1):
            spans = columns.get(column)
            if spans is None or not area.left <= column <= area.right:
                continue
            # They do not overlap, so that the last to begin above is the only one to reach in.
            first = max(bisect_left(spans, (area.top,)) - 1, 0)
            for _, bottom, key in spans[first : bisect_right(spans, (area.bottom + 1,))]:
                if bottom >= area.top:
                    yield key


class _Reach:
    """Which cells the results of some formulas may ever cover: all below and beside their first."""

    def __init__(self, firsts: Iterable[Key]) -> None:
        places: dict[str, list[Place]] = {}
        for sheet, place in firsts:
            places.setdefault(sheet, []).append(place)
        self._rows = {sheet: sorted(row for row, _ in found) for sheet, found in places.items()}
        self._lefts = {
            sheet: list(accumulate((column for _, column in sorted(found)), min))
            for sheet, found in places.items()
        }

    def may_cover(self, where: Where) -> bool:
        """Return whether a result may reach an area."""
        sheet, area = where
        above = bisect_right(self._rows.get(sheet, ()), area.bottom)
        return above > 0 and self._lefts[sheet][above - 1] <= area.right


def _plain(formula: Formula) -> Reads | None:
    """Return what a formula of numbers and cells of its own sheet reads; None for any other.

    Most formulas of a large workbook are such, and a walk through their tokens takes ten times as long.
    """
    if not _PLAIN.fullmatch(formula.given):
        return None
    places = [cell_of(word) for word in _WORD.findall(formula.given)]
    if None in places:
        return None
    return Reads(tuple((formula.sheet, Area(*place, *place)) for place in places if place is not None))


def _names(areas: Collection[Where], owner: Key) -> bool:
    """Return whether a formula reads a cell itself, so that it waits for it anyway."""
    return any(sheet == owner[0] and owner[1] in area for sheet, area in areas)
