"""A workbook file calculated: loaded, rewritten, evaluated, and its cached values patched."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from clv_xl.cells import Cell
from clv_xl.errors import VALUE, CellError, Text, UserError
from clv_xl.hosts.headless import output as files
from clv_xl.hosts.headless.address import Area, a1
from clv_xl.hosts.headless.blame import Blame
from clv_xl.hosts.headless.book import Book, Formula, Place, Sheet
from clv_xl.hosts.headless.charts import redrawn
from clv_xl.hosts.headless.data_table import DataTable
from clv_xl.hosts.headless.engine import CIRCULAR, UNSUPPORTED, Engine, Functions, can_read, is_error
from clv_xl.hosts.headless.keep import kept_cells
from clv_xl.hosts.headless.order import Order
from clv_xl.hosts.headless.overflow import overflowing
from clv_xl.hosts.headless.package import Package
from clv_xl.hosts.headless.patch import Patch
from clv_xl.hosts.headless.report import KeptCell, Note, Report, Result
from clv_xl.hosts.headless.set_get import Addresses, Target, assignment
from clv_xl.hosts.headless.single import intersected
from clv_xl.hosts.headless.spread import Spread
from clv_xl.hosts.headless.unread import unread_inputs
from clv_xl.hosts.headless.waits import Waits

Progress = Callable[[int, int, str], None]
_PHASES = ("read", "load", "evaluate", "write")
_ROUNDS = 4
_ORDERS = 16


def calculate(
    source: Path,
    output: Path | None,
    functions: Functions,
    *,
    sets: Sequence[str | tuple[str, Cell]] = (),
    gets: Sequence[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Calculate every formula of a workbook and write a copy with the new values.

    Parameters
    ----------
    source : Path
        The workbook; it is never changed.
    output : Path or None
        Where the copy goes; None writes nothing.
    functions : Functions
        The functions of the catalogue.
    sets : sequence of str or (address, value)
        Inputs of this run, such as ``"Inputs!B3=0.85"``.
    gets : sequence of str
        Addresses, spills (``A1#``), names or tables whose cells the report is to hold.
    progress : callable, optional
        Called with steps done, steps in all and the name of the step.

    Returns
    -------
    Report
        Counts, cells in error with their sentences, cells left as they were.

    Raises
    ------
    UserError
        When the workbook cannot be read, a request names nothing, or the copy cannot be written.
    """
    if output is not None:
        files.refuse_output(source, output)
    try:
        with Package(source) as package:
            run = Run(package, functions, progress)
            run.read(sets, gets)
            run.load()
            with collector_paused():
                run.evaluate()
                run.write(output)
            return run.report
    except UserError as error:
        if error.params.get("path") == "":  # what reads a single part does not know of which file
            raise UserError(error.key, **{**error.params, "path": str(source)}) from error
        raise


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking through millions of cells: a quarter of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Run:
    """One calculation, step by step."""

    def __init__(self, package: Package, functions: Functions, progress: Progress | None) -> None:
        self._package = package
        self._functions = functions
        self._progress = progress
        self._clock = time.perf_counter()
        self.report = Report(source=str(package.path))
        self._sets: dict[str, dict[Place, Cell]] = {}
        self.inputs: list[Target] = []
        self.gets: list[tuple[str, Target]] = []
        self._tables: dict[tuple[str, Place], Cell] = {}
        self._spills: dict[tuple[str, Place], Area] = {}
        self.kept: dict[tuple[str, Place], Text] = {}
        self._living: tuple[int, list[Formula]] | None = None

    def _step(self, phase: str) -> None:
        if self._progress is not None:
            self._progress(_PHASES.index(phase), len(_PHASES), phase)
        self._clock = time.perf_counter()

    def _done(self, phase: str) -> None:
        self.report.seconds[phase] = time.perf_counter() - self._clock

    def read(self, sets: Sequence[str | tuple[str, Cell]], gets: Sequence[str]) -> None:
        """Read the package and rewrite its formulas."""
        self._step("read")
        self.book = self._opened(frozenset(name.upper() for name in self._functions.names()))
        names = {name.casefold(): name for name in self.book.sheets}
        addresses = Addresses(names, self._package.names, self._package.tables)
        for entry in sets:
            where, value = assignment(entry, self._package.uses_1904) if isinstance(entry, str) else entry
            target = addresses.target(where)
            self.inputs.append(target)
            for place in target.area.cells():
                self._sets.setdefault(target.sheet, {})[place] = value
                if place in self.book.sheets[target.sheet].formulas:
                    self.report.notes.append(
                        Note(target.sheet, a1(*place), Text("headless_formula_overwritten"))
                    )
        self.book.reach(self.inputs)
        self.gets = [(text, addresses.target(text)) for text in gets]
        formulas = list(self.book.formulas())
        self.report.formulas = len(formulas) + sum(len(s.data_tables) for s in self.book.sheets.values())
        self.report.ours = sum(f.ours for f in formulas)
        self.report.unknown = dict(sorted(self.book.unknown.items()))
        self._done("read")

    def _opened(self, ours: frozenset[str]) -> Book:
        return Book(self._package, ours)

    def load(self) -> None:
        """Load the engine's copy."""
        self._step("load")
        waits = Waits()
        self._order = Order(self.book, waits)
        self._order.foresee(self._live(self._reasons()))
        copy = self.book.engine_copy(self._sets, waits)
        path = str(self._package.path)
        self.engine = Engine(
            path if copy is None else copy,
            self._functions,
            path,
            self.book.large,
            self.book.results,
            waits,
            uses_1904=self._package.uses_1904,
        )
        self._done("load")

    def evaluate(self) -> None:
        """Evaluate until spills, single cells and data tables have settled."""
        self._step("evaluate")
        roots = self._reasons()
        self._spread = Spread(self.book, self.engine)
        self._order.begin(self.engine)
        complaint = self.engine.evaluate()
        if complaint is not None:
            roots.update(self._order.settle(lambda: self._live(roots), complaint))
            if self._order.complaint is not None:
                roots.update(self._refused())
        self._settle(roots)
        self._data_tables(roots)
        roots.update(self._beyond(roots))
        self.kept = kept_cells(self.book, self.engine, roots) if roots else {}
        for (sheet, place), reason in self.kept.items():
            self.report.kept.append(KeptCell(sheet, a1(*place), reason))
        self.report.notes += unread_inputs(self.book, self.engine, self.inputs)
        self._done("evaluate")

    def _beyond(self, roots: dict[tuple[str, Place], Text]) -> dict[tuple[str, Place], Text]:
        """Find the formulas that are calculated but that the engine has no value for."""
        found = {}
        for sheet in self.book.sheets.values():
            shown = self.engine.values(sheet.name, sheet.formulas)
            for formula in sheet.formulas.values():
                value = shown[formula.place]
                if type(value) is not dict or not self._is_live(formula, roots):
                    continue
                if is_error(value, CIRCULAR):
                    found[sheet.name, formula.place] = Text("headless_keep_circular")
                # The engine shows #VALUE! for a formula beyond its limits, such as 300 terms added up.
                elif is_error(value, UNSUPPORTED) or (is_error(value, VALUE) and not can_read(formula.given)):
                    found[sheet.name, formula.place] = Text("headless_keep_engine")
        return found

    def _settle(self, roots: dict[tuple[str, Place], Text]) -> None:
        """Evaluate until single cells and spills are what they are in spreadsheet programs."""
        for _ in range(_ORDERS):
            self._single_cells(roots)
            for _ in range(_ROUNDS):
                roots.update(self._spread.settle(lambda: self._live(roots)))
                if not self._grown_sheets(roots):
                    break
            roots.update(self._order.settle(lambda: self._live(roots)))
            self._heard(self._order.complaint)
            if not self._order.changed:
                return
        roots.update(self._order.unsettled())

    def _settled_anew(self, roots: dict[tuple[str, Place], Text]) -> bool:
        """Settle once more where what has changed may have let results grow; whether it has been done."""
        if self._order.idle:
            return False
        self._again()
        if self._order.moved():
            self._settle(roots)
        return True

    def _reasons(self) -> dict[tuple[str, Place], Text]:
        """Return the formulas that the engine cannot calculate, with the reason."""
        return {(f.sheet, f.place): f.reason for f in self.book.formulas() if f.reason is not None}

    def _live(self, roots: dict[tuple[str, Place], Text]) -> list[Formula]:
        """Return the formulas that are calculated in this run."""
        if self._living is None or self._living[0] != len(roots):  # roots are added, never taken away
            self._living = (len(roots), [f for f in self.book.formulas() if self._is_live(f, roots)])
        return self._living[1]

    def _is_live(self, formula: Formula, roots: dict[tuple[str, Place], Text]) -> bool:
        place = formula.place
        return (formula.sheet, place) not in roots and place not in self._sets.get(formula.sheet, ())

    def _refused(self) -> dict[tuple[str, Place], Text]:
        """Find the cells at which the engine gives up, take them out, and evaluate the rest."""
        found = {}
        for formula in self._live({}):
            value = self.engine.evaluate_cell(formula.sheet, *formula.place)
            if isinstance(value, CellError) and value.code == UNSUPPORTED:
                found[formula.sheet, formula.place] = Text("headless_keep_engine")
                self.engine.set_value(formula.sheet, *formula.place, formula.old)
        self._again()
        return found

    def _single_cells(self, roots: dict[tuple[str, Place], Text]) -> None:
        """Let plain formulas show one value, as spreadsheet programs do, where the engine spilled them."""
        for _ in range(_ROUNDS):
            spilled = overflowing(self.engine, self._live(roots))
            for formula in spilled:
                given = formula.given
                narrow = given if given.startswith("@") else intersected(given)
                if given.startswith("@") or narrow.startswith("@("):
                    narrow = self.book.results.first_of((formula.sheet, formula.place), given)
                formula.give(narrow)
                self.engine.set_formula(formula.sheet, *formula.place, formula.given)
                if formula.ours:
                    note = Text("headless_first_cell_only")
                    self.report.notes.append(Note(formula.sheet, a1(*formula.place), note))
            if not spilled:
                return
            self._again()

    def _again(self) -> None:
        """Evaluate what has changed."""
        self._heard(self.engine.evaluate())

    def _heard(self, complaint: str | None) -> None:
        if complaint is not None:
            raise UserError("headless_engine_refuses", path=str(self._package.path), reason=complaint)

    def _grown_sheets(self, roots: dict[tuple[str, Place], Text]) -> bool:
        """Let whole columns reach the end of what has spilled since they were given an end.

        Whether any formula is another now.
        """
        changed = False
        for _ in range(_ROUNDS):
            spillers = [f for f in self._live(roots) if f.spills]
            readers = [f for f in self._live(roots) if f.bounded] if spillers else []
            if not readers:
                return changed
            areas = [(f.sheet, self.engine.spill(f.sheet, *f.place)) for f in spillers]
            grown = {s.casefold() for s, area in areas if area is not None and self.book.grow(s, area)}
            stale = [f for f in readers if f.bounded & grown]
            for formula in stale:
                self.book.again(formula)
                self.engine.set_formula(formula.sheet, *formula.place, formula.given)
            if not stale:
                return changed
            changed = True
            self._again()
        return changed

    def _data_tables(self, roots: dict[tuple[str, Place], Text]) -> None:
        """Fill Excel's data tables, which other formulas may read."""
        for sheet in self.book.sheets.values():
            formulas = {place: f.given for place, f in sheet.formulas.items()}
            for cell in sheet.data_tables:
                table = DataTable(sheet.name, cell)
                if not table.usable:
                    kept = KeptCell(sheet.name, str(table.area), Text("headless_keep_table"))
                    self.report.kept.append(kept)
                    continue
                self.book.large.stale = False
                values = table.values(self.engine, formulas, lambda: self._settled_anew(roots))
                if self.book.large.stale:  # cells below it have read an area of another size
                    reason = Text("headless_keep_reference", {"what": "A1#"})
                    self.report.kept.append(KeptCell(sheet.name, str(table.area), reason))
                    continue
                for place, value in values.items():
                    self._tables[sheet.name, place] = value
                    self.engine.set_value(sheet.name, *place, value)
                self._again()
                self._settled_anew(roots)

    def write(self, output: Path | None) -> None:
        """Patch the cached values, write the copy, and complete the report."""
        self._step("write")
        parts = {}
        spills: dict[str, dict[Place, Area]] = {}
        errors: list[tuple[str, Place, CellError]] = []
        for sheet in self.book.sheets.values():
            patch = self._patch(sheet)
            in_order = sorted(patch.errors, key=lambda found: found[0])
            errors.extend((sheet.name, place, error) for place, error in in_order)
            spills[sheet.name] = patch.spills
            for place, areas in patch.outside.items():
                where = {"area": ", ".join(map(str, areas)), "cell": a1(*place)}
                self.report.notes.append(Note(sheet.name, a1(*place), Text("headless_outside_result", where)))
            if patch.changes:
                text, changed = sheet.text.changed(sheet.spans(), patch.changes)
                self.report.changed += changed
                if changed:
                    parts[sheet.part] = text
        self.report.results = [Result(text, self.cells(target)) for text, target in self.gets]
        blame = Blame(self.book, self.engine, spills)
        self.report.errors = [blame.error_cell(*error) for error in errors]
        self.report.errors = self.report.causes + self.report.consequences
        if output is not None:
            files.write(self._package, output, parts | redrawn(self._package, parts))
            self.report.output = str(output)
        self._done("write")
        if self._progress is not None:
            self._progress(len(_PHASES), len(_PHASES), "done")

    def _patch(self, sheet: Sheet) -> Patch:
        patch = Patch(sheet, self.engine)
        inputs = self._sets.get(sheet.name, {})
        for place, value in inputs.items():
            patch.put(place, value)
        for place, formula in sheet.formulas.items():
            if place not in inputs and (sheet.name, place) not in self.kept:
                patch.add(formula)
        for (name, place), value in self._tables.items():
            if name == sheet.name and place not in inputs:
                patch.put(place, value)
        return patch

    def cells(self, target: Target) -> list[list[Cell]]:
        """Return the rows of cells that a request names, old values where they were kept."""
        area = target.area
        if target.spilled:
            key = (target.sheet, (area.top, area.left))
            whole = self.engine.whole(target.sheet, area.top, area.left)
            if whole is not None and key not in self.kept:
                return [[None if value == "" else value for value in row] for row in whole]
            area = self.book.results.own(key, self.engine.spill(target.sheet, area.top, area.left) or area)
        sheet = self.book.sheets[target.sheet]
        bottom = max(sheet.text.last_row, area.top)
        if bottom < area.bottom:
            bottom = max([bottom, *self._bottoms(target.sheet)])
        bottom = min(area.bottom, bottom)

        def cell(row: int, column: int) -> Cell:
            if (target.sheet, (row, column)) in self.kept and (row, column) in sheet.formulas:
                return sheet.formulas[row, column].old
            value = self.engine.value(target.sheet, row, column)
            return None if value == "" else value

        columns = range(area.left, area.right + 1)
        return [[cell(row, column) for column in columns] for row in range(area.top, bottom + 1)]

    def _bottoms(self, sheet: str) -> list[int]:
        """Return the last rows of the spills of a sheet."""
        spilled = (f for f in self.book.sheets[sheet].formulas.values() if f.cell.kind == "array")
        areas = (self.engine.spill(sheet, *f.place) for f in spilled)
        return [area.bottom for area in areas if area is not None]
