"""Who reads whom: the formulas that some cells need, and those of them that change with an input."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from clv_xl.hosts.headless.address import MAX_COLUMN, MAX_ROW, Area
from clv_xl.hosts.headless.book import Book, Place
from clv_xl.hosts.headless.data_table import DataTable
from clv_xl.hosts.headless.formula import CALL, bare_name, tokens
from clv_xl.hosts.headless.references import Reads, References
from clv_xl.hosts.headless.single import SCALAR

Key: TypeAlias = tuple[str, Place]
Where: TypeAlias = tuple[str, Area]
_SINGLE: Final = SCALAR | frozenset(("AND", "OR", "XOR", "IFS", "SWITCH", "NA", "TRUE", "FALSE", "PI"))
Extent: TypeAlias = Callable[[Key], Area]


def anywhere(key: Key) -> Area:
    """Return every cell that a result may spill over."""
    return Area(*key[1], MAX_ROW, MAX_COLUMN)


@dataclass(slots=True)
class _Page:
    """What stands on one sheet: rows of its formulas by column, and what covers more than a cell."""

    rows: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    spilling: list[Key] = field(default_factory=list)
    fixed: dict[Key, Area] = field(default_factory=dict)


class Graph:
    """The formulas and data tables of one workbook by what they read.

    Parameters
    ----------
    book : Book
        The workbook, all its formulas read.
    inputs : collection of (str, Area)
        Cells that hold a value of the run, whatever formula the file has there.
    """

    def __init__(self, book: Book, inputs: Collection[Where]) -> None:
        self._book = book
        self._inputs = inputs
        self.references = References(book)
        self._reads: dict[Key, Reads] = {}
        self._pages: dict[str, _Page] = {}
        self.tables: dict[Key, DataTable] = {}
        for sheet in book.sheets.values():
            page = self._pages[sheet.name] = _Page()
            for place, formula in sheet.formulas.items():
                key = (sheet.name, place)
                if self.is_input(key):
                    continue
                page.rows[place[1]].append(place[0])
                if formula.spills:
                    page.spilling.append(key)
                elif formula.cell.kind == "array" and formula.cell.ref is not None:
                    page.fixed[key] = formula.cell.ref
            for cell in sheet.data_tables:
                key = (sheet.name, (cell.row, cell.column))
                self.tables[key] = DataTable(sheet.name, cell)
                page.fixed[key] = self.tables[key].area
            for column in page.rows.values():
                column.sort()

    def is_input(self, key: Key) -> bool:
        """Return whether a cell holds a value of the run."""
        return any(sheet == key[0] and key[1] in area for sheet, area in self._inputs)

    def reads(self, key: Key) -> Reads:
        """Return what a formula or data table reads."""
        if key not in self._reads:
            self._reads[key] = self._found(key)
        return self._reads[key]

    def _found(self, key: Key) -> Reads:
        table = self.tables.get(key)
        if table is None:
            formula = self._book.sheets[key[0]].formulas[key[1]]
            return self.references.of(formula.given, key[0])
        area = table.area
        top, left = max(area.top - 1, 1), max(area.left - 1, 1)
        edges = [Area(top, left, top, area.right), Area(top, left, area.bottom, left)]
        edges += [Area(*place, *place) for place in table.inputs]
        return Reads(tuple((key[0], edge) for edge in edges))

    def feeding(self, where: Where, extent: Extent) -> Iterator[Key]:
        """Return the formulas whose results stand in an area.

        Parameters
        ----------
        where : (str, Area)
            Sheet and cells.
        extent : callable
            The cells that a formula which spills may fill.
        """
        sheet, area = where
        page = self._pages[sheet]
        for column, rows in page.rows.items():
            if area.left <= column <= area.right:
                for row in rows[bisect_left(rows, area.top) : bisect_right(rows, area.bottom)]:
                    yield sheet, (row, column)
        for key in page.spilling:
            if extent(key).meets(area):
                yield key
        for key, fixed in page.fixed.items():
            if fixed.meets(area):
                yield key

    def needed(self, targets: Iterable[Where]) -> set[Key]:
        """Return the formulas without which the values of some cells cannot be told.

        Those that may be in the way of a result that spills are among them.
        """
        found: set[Key] = set()
        crowded: set[str] = set()
        waiting = [key for where in targets for key in self.feeding(where, anywhere)]
        while waiting:
            key = waiting.pop()
            if key in found:
                continue
            found.add(key)
            reads = self.reads(key)
            if reads.anything:
                waiting += self._all()
            for where in reads.areas:
                waiting += self.feeding(where, anywhere)
            for sheet in self._beside(key) - crowded:
                crowded.add(sheet)
                waiting += [other for other in self._pages[sheet].spilling if self.may_spill(other)]
                waiting += self._pages[sheet].fixed
        return found

    def may_spill(self, key: Key) -> bool:
        """Return whether a formula could have more than one value.

        It cannot where it reads single cells and calls nothing but functions of single values.
        """
        formula = self._book.sheets[key[0]].formulas[key[1]]
        reads = self.reads(key)
        if not reads.alone or reads.anything or any(a.height * a.width > 1 for _, a in reads.areas):
            return True
        parts = tokens(formula.cell.text)
        return any(
            part.text in ("#", "{") or (part.kind == CALL and bare_name(part.text) not in _SINGLE)
            for part in parts
        )

    def _beside(self, key: Key) -> set[str]:
        """Return the sheets whose results that spill may change what a formula sees or where it lies."""
        formula = self._book.sheets[key[0]].formulas.get(key[1])
        if formula is None:
            return set()
        bounded = {s.name for s in map(self._book.sheet, formula.bounded) if s is not None}
        return bounded | ({key[0]} if formula.spills else set())

    def _all(self) -> list[Key]:
        keys = [(f.sheet, f.place) for f in self._book.formulas()]
        return [key for key in [*keys, *self.tables] if not self.is_input(key)]

    def changing(self, needed: Collection[Key], inputs: Iterable[Where], extent: Extent) -> set[Key]:
        """Return the formulas among `needed` that an input may change.

        Parameters
        ----------
        needed : collection
            Formulas.
        inputs : iterable of (str, Area)
            Cells.
        extent : callable
            The cells that a formula which spills fills.
        """
        varied = list(inputs)
        readers: dict[Key, list[Key]] = defaultdict(list)
        waiting = []
        for key in needed:
            reads = self.reads(key)
            if reads.anything or reads.random or meet(reads.areas, varied):
                waiting.append(key)
            for where in reads.areas:
                for source in self.feeding(where, extent):
                    readers[source].append(key)
        found: set[Key] = set()
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += readers[key]
        return found


def meet(some: Iterable[Where], others: Collection[Where]) -> bool:
    """Return whether two lists of areas share a cell."""
    return any(sheet == other and area.meets(part) for sheet, area in some for other, part in others)
