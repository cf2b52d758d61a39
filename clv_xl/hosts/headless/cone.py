"""The formulas between the inputs of a grid and the cells it reads, calculated point by point."""

from collections.abc import Collection, Iterator, Sequence

from clv_xl.cells import Cell
from clv_xl.errors import SPILL, CellError
from clv_xl.hosts.headless.address import MAX_COLUMN, MAX_ROW, Area
from clv_xl.hosts.headless.book import Formula
from clv_xl.hosts.headless.calc import Run
from clv_xl.hosts.headless.engine import CIRCULAR, UNSUPPORTED
from clv_xl.hosts.headless.formula import CALL, NAME, Token, bare_name, text_of, tokens
from clv_xl.hosts.headless.graph import Graph, Key, Where, meet
from clv_xl.hosts.headless.held import TAKE, Held
from clv_xl.hosts.headless.references import arguments
from clv_xl.hosts.headless.set_get import Target

_WORTH_HOLDING = 32
_ROUNDS = 8
Rows = list[list[Cell]]


class Cone:
    """A run whose engine goes on from one point to the next.

    Only what changes with the inputs is calculated again. Where that would not be what a run of its
    own gives (a result that spills is of another size, a plain formula spills, a data table stands
    between), the point is left to a run of its own.

    Parameters
    ----------
    run : Run
        A run evaluated with the inputs of the first point.
    graph : Graph
        Its formulas.
    inputs : sequence of Target
        The cells that vary.
    held : Held
        The functions of the run.
    """

    def __init__(self, run: Run, graph: Graph, inputs: Sequence[Target], held: Held) -> None:
        self._run = run
        self._engine = run.engine
        self._graph = graph
        self._inputs = inputs
        self._held = held
        self._varied: list[Where] = [(target.sheet, target.area) for target in inputs]
        self.changing = graph.changing(list(self._keys()), self._varied, self._extent)
        formulas = [f for f in run.book.formulas() if (f.sheet, f.place) in self.changing]
        self._formulas = [f for f in formulas if f.reason is None]
        sizes = [(formula, self._size(formula)) for formula in self._formulas if formula.spills]
        self._sizes = [(formula, size) for formula, size in sizes if size != (1, 1)]
        self._last: list[tuple[int, int] | None] = []
        watched = [formula for formula, size in sizes if size == (1, 1)]
        watched += [formula for formula in self._formulas if self._may_spill(formula)]
        self._watched = {(f.sheet, f.place): self._around(f) for f in watched}
        self._bounded = {sheet for f in self._formulas for sheet in f.bounded}
        self._now: tuple[Cell, ...] | None = None
        # A data table is filled by the run that owns it.
        self.usable = not self.changing & graph.tables.keys()

    def _keys(self) -> Iterator[Key]:
        for sheet in self._run.book.sheets.values():
            yield from ((sheet.name, place) for place in sheet.formulas)
            yield from ((sheet.name, (cell.row, cell.column)) for cell in sheet.data_tables)

    def _extent(self, key: Key) -> Area:
        return self._engine.spill(key[0], *key[1]) or Area(*key[1], *key[1])

    def depends(self, target: Target) -> bool:
        """Return whether an input may change what a request shows."""
        where = (target.sheet, target.area)
        feeding = self._graph.feeding(where, self._extent)
        return meet([where], self._varied) or any(key in self.changing for key in feeding)

    def is_read(self, target: Target, requests: Collection[Target]) -> bool:
        """Return whether any of the requests may change with one of the inputs."""
        where = [(target.sheet, target.area)]
        changing = self._graph.changing(list(self._keys()), where, self._extent)
        for request in requests:
            asked = (request.sheet, request.area)
            if meet([asked], where):
                return True
            if any(key in changing for key in self._graph.feeding(asked, self._extent)):
                return True
        return False

    def hold(self) -> None:
        """Hand over once what no input changes."""
        self._engine.add_function(TAKE, self._held.take)
        self._held.remember()
        number = 0
        for formula in self._formulas:
            if not formula.ours or not self._graph.reads((formula.sheet, formula.place)).alone:
                continue
            parts = tokens(formula.given)
            for first, end in reversed(self._constant(formula, parts)):
                taking = f"{TAKE}({number},{text_of(parts[first:end])})"
                self._engine.set_formula(formula.sheet, *formula.place, taking)
                self._engine.evaluate()
                parts[first:end] = tokens(self._held.word(number))
                number += 1
            if text_of(parts) != formula.given:
                self._engine.set_formula(formula.sheet, *formula.place, text_of(parts))
        self._engine.evaluate()

    def _constant(self, formula: Formula, parts: list[Token]) -> list[tuple[int, int]]:
        """Return the arguments of our functions that are large and that no input changes."""
        found: list[tuple[int, int]] = []
        end_of_last = 0
        for i, part in enumerate(parts):
            if part.kind != CALL or bare_name(part.text) not in self._run.book.ours:
                continue
            for first, end in arguments(parts, i):
                if first >= end_of_last and self._is_constant(formula.sheet, parts[first:end]):
                    found.append((first, end))
                    end_of_last = end
        return found

    def _is_constant(self, sheet: str, parts: list[Token]) -> bool:
        if not any(part.kind == NAME for part in parts):
            return False
        reads = self._graph.references.of(text_of(parts), sheet)
        if not reads.alone or reads.anything or reads.random or meet(reads.areas, self._varied):
            return False
        areas = [where for where in reads.areas if where[1].height * where[1].width > 1]
        cells = sum(area.height * area.width for _, area in areas)
        spilled = any(part.text == "#" for part in parts)
        if cells < _WORTH_HOLDING and not spilled:
            return False
        feeding = (key for where in reads.areas for key in self._graph.feeding(where, self._extent))
        return not any(key in self.changing for key in feeding)

    def at(self, point: tuple[Cell, ...], requests: Sequence[Target]) -> list[Rows] | None:
        """Return the rows of each request at a point; None where a run of its own is needed."""
        if not self._evaluated(point):
            return None
        large = self._run.book.large
        if large.stale:
            large.stale = False
            return None
        if not self._fits() or self._has_spilled():
            return None
        found = [self._run.cells(request) for request in requests]
        return None if any(_is_strange(cell) for rows in found for row in rows for cell in row) else found

    def _evaluated(self, point: tuple[Cell, ...]) -> bool:
        """Calculate with the inputs of a point; False where the engine gives up."""
        before, self._now = self._now, point
        for _ in range(_ROUNDS):
            for i, (target, value) in enumerate(zip(self._inputs, point, strict=True)):
                if before is None or not same(value, before[i]):
                    for place in target.area.cells():
                        self._engine.set_value(target.sheet, *place, value)
            if self._engine.evaluate() is not None:
                return False
            sizes = [self._size(formula) for formula, _ in self._sizes]
            if sizes == self._last:
                return True
            # The engine forgets who reads the cells that a result has only now spilled over.
            before, self._last = None, sizes
        return False

    def _fits(self) -> bool:
        """Return whether each result that spills lies within the cells it filled at the first point.

        Who reads those is known. Where whole columns end may depend on it, too.
        """
        for (formula, before), now in zip(self._sizes, self._last, strict=True):
            if now == before:
                continue
            if now is None or before is None or now[0] > before[0] or now[1] > before[1]:
                return False
            if formula.sheet.casefold() in self._bounded:
                return False
        return True

    def _size(self, formula: Formula) -> tuple[int, int] | None:
        """Return the size of a result that spills; None where it is blocked."""
        key = (formula.sheet, formula.place)
        value = self._engine.value(key[0], *key[1])
        if isinstance(value, CellError) and value.code == SPILL:
            return None
        if key in self._run.book.large:
            return self._run.book.large.last(key)
        area = self._engine.spill(key[0], *key[1])
        return (1, 1) if area is None else (area.height, area.width)

    def _may_spill(self, formula: Formula) -> bool:
        """Return whether a plain formula could have more than one value."""
        if formula.cell.kind == "array" or formula.given.startswith("@("):
            return False
        return self._graph.may_spill((formula.sheet, formula.place))

    def _around(self, formula: Formula) -> list[Key]:
        """Return the empty cells beside and below a formula, where it would spill."""
        row, column = formula.place
        places = [(row, column + 1)] * (column < MAX_COLUMN) + [(row + 1, column)] * (row < MAX_ROW)
        return [
            (formula.sheet, place) for place in places if self._engine.value(formula.sheet, *place) is None
        ]

    def _has_spilled(self) -> bool:
        """Return whether a formula that showed one value has more than that now."""
        for (sheet, place), around in self._watched.items():
            value = self._engine.value(sheet, *place)
            if isinstance(value, CellError) and value.code == SPILL:
                return True
            if any(self._engine.value(where, *beside) is not None for where, beside in around):
                return True
        return False


def same(one: Cell, other: Cell) -> bool:
    """Return whether two cells are equal to the last bit.

    Examples
    --------
    >>> same(1.0, 1.0), same(1.0, True), same(0.0, -0.0), same(CellError("#N/A", "a"), CellError("#N/A", "b"))
    (True, False, False, True)
    """
    if isinstance(one, CellError) or isinstance(other, CellError):
        return isinstance(one, CellError) and isinstance(other, CellError) and one.code == other.code
    return type(one) is type(other) and repr(one) == repr(other)


def _is_strange(cell: Cell) -> bool:
    return isinstance(cell, CellError) and cell.code in (UNSUPPORTED, CIRCULAR)
