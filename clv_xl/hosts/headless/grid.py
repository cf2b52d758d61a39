"""A grid over a workbook: some cells varied, others read at every point."""

import difflib
import gc
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clv_xl.cells import Cell
from clv_xl.errors import CellError, Text, UserError
from clv_xl.hosts.headless import axes as axes_
from clv_xl.hosts.headless.address import Area, a1, quoted
from clv_xl.hosts.headless.axes import Axis, Word
from clv_xl.hosts.headless.calc import Progress, Run, collector_paused
from clv_xl.hosts.headless.cone import Cone, Rows, same
from clv_xl.hosts.headless.engine import Functions
from clv_xl.hosts.headless.graph import Graph, Key
from clv_xl.hosts.headless.held import Held
from clv_xl.hosts.headless.package import Package
from clv_xl.hosts.headless.report import Note, Sentence
from clv_xl.hosts.headless.set_get import Target, spelled, value_of

_REASONS = 12
_COLLECTED = 5_000  # points after which circles of unused objects are looked for


@dataclass(frozen=True, slots=True)
class Failure:
    """Points at which a cell shows an error.

    Parameters
    ----------
    column : str
        Heading of the column.
    code : str
        What the cell shows.
    count : int
        Points.
    sentence : Text or CellError
        Why, at the first of them.
    origin : str
        The cell the error came from when it was passed on, else empty.
    """

    column: str
    code: str
    count: int
    sentence: Sentence
    origin: str = ""


@dataclass(slots=True)
class Grid:
    """The values of the cells read at every point.

    Parameters
    ----------
    inputs, columns : list of str
        Headings: the cells varied, the cells read.
    points : list
        The values of the inputs, one tuple a point.
    rows : list
        The values read, one list a point.
    targets, cells : list
        The cells behind the headings, as sheet and row and column.
    notes : list of Note
        Overwritten formulas, requests that no input changes, inputs that nothing reads.
    failures : list of Failure
        Errors, those of most points first.
    alone : int
        Points that were calculated in a run of their own.
    """

    inputs: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    points: list[tuple[Cell, ...]] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    targets: list[Key] = field(default_factory=list)
    cells: list[Key] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    alone: int = 0


def grid_of(
    source: Path,
    functions: Functions,
    axes: Sequence[Axis],
    reads: Sequence[str],
    *,
    together: bool = False,
    progress: Progress | None = None,
) -> Grid:
    """Calculate a workbook at every point of a grid.

    Parameters
    ----------
    source : Path
        The workbook; it is never changed.
    functions : Functions
        The functions of the catalogue.
    axes : sequence of Axis
        The cells varied; the first varies slowest.
    reads : sequence of str
        Addresses, spills (``A1#``), names or tables.
    together : bool
        Whether the axes go in step, point i being value i of each.
    progress : callable, optional
        Called with points done, points in all and the name of the step.

    Returns
    -------
    Grid

    Raises
    ------
    UserError
        When the workbook cannot be read, a request names nothing, a cell is varied twice, a cell to be
        read cannot be calculated, or there are no points or too many.
    """
    axes_.count_of(axes, together=together)
    try:
        with Package(source) as package:
            return _Work(package, functions, axes, reads, together, progress).grid()
    except UserError as error:
        if error.params.get("path") == "":
            raise UserError(error.key, **{**error.params, "path": str(source)}) from error
        raise


class _Work:
    """One grid, step by step."""

    def __init__(
        self,
        package: Package,
        functions: Functions,
        axes: Sequence[Axis],
        reads: Sequence[str],
        together: bool,
        progress: Progress | None,
    ) -> None:
        self._package = package
        self._functions = functions
        self._axes = axes
        self._reads = reads
        self._progress = progress
        values = [tuple(map(self._value, axis.values)) for axis in axes]
        self._grid = Grid(points=list(axes_.points(values, together=together)))
        self._needed: set[Key] = set()

    def _value(self, value: Cell | Word) -> Cell:
        cell = value_of(value.text, self._package.uses_1904) if isinstance(value, Word) else value
        return cell + 0.0 if type(cell) is float else cell  # no file holds a 0 with a minus

    def _step(self, done: int, name: str) -> None:
        if self._progress is not None:
            self._progress(done, len(self._grid.points), name)

    def grid(self) -> Grid:
        """Calculate every point."""
        grid, held = self._grid, Held(self._functions)
        self._step(0, "read")
        first = self._read(grid.points[0], held)
        inputs, requests = first.inputs, [target for _, target in first.gets]
        _refuse_twice(inputs)
        graph = Graph(first.book, [(t.sheet, t.area) for t in inputs])
        self._needed = graph.needed((t.sheet, t.area) for t in requests)
        grid.notes = [
            Note(n.sheet, n.cell, Text("whatif.overwritten", {"cell": f"{quoted(n.sheet)}!{n.cell}"}))
            for n in first.report.notes
            if n.text.key == "headless_formula_overwritten"
        ]
        self._calculate(first, "load")
        results = [[first.cells(request) for request in requests]]
        cone = Cone(first, graph, inputs, held)
        grid.notes += _idle(cone, first.gets, inputs)
        self._finish_first(first, requests)
        usable = cone.usable and len(grid.points) > 1
        if usable:
            cone.hold()
            again = cone.at(grid.points[0], requests)
            usable = again is not None and _alike(again, results[0])
        with collector_paused():
            for i, point in enumerate(grid.points[1:], 1):
                self._step(i, "evaluate")
                found = cone.at(point, requests) if usable else None
                results.append(self._alone(point) if found is None else found)
                if i % _COLLECTED == 0:
                    gc.collect()
        self._step(len(grid.points), "evaluate")
        self._lay_out(first.gets, inputs, results)
        grid.failures = self._failures()
        self._step(len(grid.points), "done")
        return grid

    def _read(self, point: tuple[Cell, ...], functions: Functions) -> Run:
        run = Run(self._package, functions, None)
        sets = [(axis.address, value) for axis, value in zip(self._axes, point, strict=True)]
        try:
            run.read(sets, self._reads)
        except UserError as error:
            raise _hinted(error, self._package) from error
        return run

    def _calculate(self, run: Run, name: str = "evaluate") -> None:
        run.book.keep_only(self._needed)
        self._step(0, name) if name == "load" else None
        run.load()
        if name == "load":
            self._step(0, "evaluate")
        with collector_paused():
            run.evaluate()

    def _alone(self, point: tuple[Cell, ...]) -> list[Rows]:
        """Calculate one point in a run of its own."""
        self._grid.alone += 1
        run = self._read(point, self._functions)
        self._calculate(run)
        return [run.cells(target) for _, target in run.gets]

    def _finish_first(self, run: Run, requests: Iterable[Target]) -> None:
        """Refuse a request for a cell that cannot be calculated: its old value is no answer."""
        for request in requests:
            for place in request.area.cells() if run.kept else ():
                reason = run.kept.get((request.sheet, place))
                if reason is not None:
                    cell = f"{quoted(request.sheet)}!{a1(*place)}"
                    raise UserError("whatif.cannot_calculate", cell=cell, reason=reason)

    def _lay_out(
        self, gets: Sequence[tuple[str, Target]], inputs: Sequence[Target], results: list[list[Rows]]
    ) -> None:
        """Give each cell read a column: of a spill as many as it ever has."""
        grid = self._grid
        grid.inputs = [axis.address for axis in self._axes]
        grid.targets = [(t.sheet, (t.area.top, t.area.left)) for t in inputs]
        sizes = []
        for i, (text, target) in enumerate(gets):
            height = max(len(found[i]) for found in results)
            width = max((len(row) for found in results for row in found[i]), default=0)
            sizes.append((height, width))
            top, left = target.area.top, target.area.left
            for row in range(top, top + height):
                for column in range(left, left + width):
                    single = height == width == 1
                    cell = spelled(Target(target.sheet, Area(row, column, row, column)))
                    grid.columns.append(text if single else cell)
                    grid.cells.append((target.sheet, (row, column)))
        grid.rows = [
            [cell for rows, size in zip(found, sizes, strict=True) for cell in _filled(rows, *size)]
            for found in results
        ]

    def _failures(self) -> list[Failure]:
        """Return the errors with the sentence of the first point of each."""
        grid = self._grid
        counts: Counter[tuple[int, str]] = Counter()
        first: dict[tuple[int, str], int] = {}
        for i, row in enumerate(grid.rows):
            for j, cell in enumerate(row):
                if isinstance(cell, CellError):
                    counts[j, cell.code] += 1
                    first.setdefault((j, cell.code), i)
        reports: dict[int, Run] = {}
        found = []
        for (j, code), count in counts.most_common():
            sentence: Sentence = Text("whatif.same_as_others")
            origin = ""
            i = first[j, code]
            if i in reports or len(reports) < _REASONS:
                if i not in reports:
                    reports[i] = self._reported(grid.points[i])
                sentence, origin = _reason(reports[i], grid.cells[j], code)
            found.append(Failure(grid.columns[j], code, count, sentence, origin))
        return found

    def _reported(self, point: tuple[Cell, ...]) -> Run:
        run = self._read(point, self._functions)
        self._calculate(run)
        run.write(None)
        return run


def _hinted(error: UserError, package: Package) -> UserError:
    """Return the error for a name that is not there with the nearest that is."""
    sheets = [sheet.name for sheet in package.sheets]
    if error.key == "headless_no_such_sheet":
        key, asked, known = "whatif.no_such_sheet", error.params["sheet"], sheets
    elif error.key == "headless_no_such_name":
        key, asked = "whatif.not_found", error.params["name"]
        tables = [table.name for table in package.tables.values()]
        known = [*(n.name for n in package.names if not n.name.startswith("_")), *tables, *sheets]
    else:
        return error
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(asked.strip().casefold(), folded, n=3)
    if not close:
        return error
    hint = Text("cli.did_you_mean", {"name": ", ".join(folded[name] for name in close)})
    return UserError(key, **{**error.params, "hint": hint})


def _reason(run: Run, cell: Key, code: str) -> tuple[Sentence, str]:
    for error in run.report.errors:
        if (error.sheet, error.cell, error.code) == (cell[0], a1(*cell[1]), code):
            return error.sentence, error.origin
    kept = run.kept.get(cell)
    return (Text("headless_typed_error", {"code": code}) if kept is None else kept), ""


def _refuse_twice(inputs: Sequence[Target]) -> None:
    for i, target in enumerate(inputs):
        if any(other.sheet == target.sheet and other.area.meets(target.area) for other in inputs[:i]):
            raise UserError("whatif.twice", cell=spelled(target))


def _idle(cone: Cone, gets: Sequence[tuple[str, Target]], inputs: Sequence[Target]) -> list[Note]:
    """Return a note for each request that no input changes, and for each input that changes no request."""
    notes = []
    idle = [target for _, target in gets if not cone.depends(target)]
    for target in idle:
        text = Text("whatif.unmoved", {"cell": spelled(target)})
        notes.append(Note(target.sheet, str(target.area), text))
    if len(inputs) > 1 and len(idle) < len(gets):
        requests = [target for _, target in gets]
        for target in inputs:
            if not cone.is_read(target, requests):
                text = Text("whatif.moves_nothing", {"cell": spelled(target)})
                notes.append(Note(target.sheet, str(target.area), text))
    return notes


def _alike(some: list[Rows], others: list[Rows]) -> bool:
    return [[len(row) for row in rows] for rows in some] == [
        [len(row) for row in rows] for rows in others
    ] and all(
        same(a, b)
        for one, other in zip(some, others, strict=True)
        for row, beside in zip(one, other, strict=True)
        for a, b in zip(row, beside, strict=True)
    )


def _filled(rows: Rows, height: int, width: int) -> list[Cell]:
    """Return the cells of a request row by row, filled up with blanks."""
    wide = [[*row, *[None] * (width - len(row))] for row in rows]
    wide += [[None] * width] * (height - len(rows))
    return [cell for row in wide for cell in row]
