"""The calculation engine behind the headless host, and the functions of the catalogue put into it."""

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final, Protocol, TypeAlias

import formualizer as fz

from clv_xl.cells import Block, Cell
from clv_xl.errors import CALC, DIV, NA, NAME, NULL, NUM, REF, SPILL, VALUE, CellError, UserError
from clv_xl.hosts.headless.address import Area, a1, quoted
from clv_xl.hosts.headless.chosen import CHOSEN
from clv_xl.hosts.headless.each import Each
from clv_xl.hosts.headless.epoch import DAYS, TO_1900, TO_1904, shifted_dates
from clv_xl.hosts.headless.handed import Handed
from clv_xl.hosts.headless.interruption import Interruption
from clv_xl.hosts.headless.large import PART, WHOLE, Large
from clv_xl.hosts.headless.lift import COMPARED, COUNTED, JOIN, PREFIX
from clv_xl.hosts.headless.lifted_names import SINGLE
from clv_xl.hosts.headless.native import CORRECTED, joined
from clv_xl.hosts.headless.native_arrays import comparison, counted
from clv_xl.hosts.headless.results import KEEP, Results
from clv_xl.hosts.headless.rewrite import FIT, OMITTED
from clv_xl.hosts.headless.waits import Waits

Place: TypeAlias = tuple[int, int]
Answer: TypeAlias = Callable[[Sequence[Cell | Block]], Cell | Block]

INPUT_ERROR: Final = "input_error"
CIRCULAR: Final = "#CIRC!"
UNSUPPORTED: Final = "#N/IMPL!"
_KINDS: Final = {
    VALUE: "Value", NUM: "Num", NA: "Na", DIV: "Div", REF: "Ref", NAME: "Name", NULL: "Null",
    SPILL: "Spill", CALC: "Calc",
}  # fmt: skip
_CODES: Final = {kind: code for code, kind in _KINDS.items()} | {"Circ": CIRCULAR, "NImpl": UNSUPPORTED}
_LIMITS: Final = {
    "max_input_bytes": 8 * 2**30,
    "max_entries": 100_000,
    "max_expanded_bytes": 8 * 2**30,
    "max_part_bytes": 4 * 2**30 - 1,
    "max_xml_depth": 256,
}
_PAGE: Final = 50_000  # cells asked for in one go
_SPARSE: Final = 4  # cells between those that are wanted, for each of them
_BOXED: Final = frozenset((list, dict))


class Functions(Protocol):
    """The functions of the catalogue as this host needs them."""

    def names(self) -> Iterable[str]:
        """Return every spelling that a formula may use: ``CLV``, ``CLV.AOV``, ``_xldudf_CLV_AOV`` ..."""

    def bind(self, name: str) -> Answer:
        """Return what answers a call of one spelling; it never raises, an error is a value.

        An omitted argument and a blank cell arrive as None, a range as a `Block`.
        """


class Recorder:
    """Keeps the errors that our functions returned, while somebody asks for their sentences."""

    def __init__(self) -> None:
        self.errors: list[CellError] | None = None

    def note(self, error: CellError) -> None:
        """Keep an error when recording is on."""
        if self.errors is not None:
            self.errors.append(error)


def read(value: Any, handed: Handed | None = None) -> Cell | Block:
    """Return a cell or a block from what the engine hands over; `handed` knows long ranges again."""
    if type(value) is list:
        rows = value if value and type(value[0]) is list else [value]
        try:
            return Block.from_rows(rows) if handed is None else handed.block(rows)
        except TypeError:  # an error among the cells; looking at each first would cost as much again
            return Block.from_rows([[read(c) if type(c) is dict else c for c in row] for row in rows])
    if type(value) is dict:
        code = _CODES.get(value.get("kind", ""), VALUE)
        return CellError(code, INPUT_ERROR, got=code)
    return value  # type: ignore[no-any-return]


def is_error(value: Any, *codes: str) -> bool:
    """Return whether what the engine holds in a cell is one of some errors."""
    return type(value) is dict and _CODES.get(value.get("kind", ""), VALUE) in codes


def _write(value: Cell | Block, recorder: Recorder) -> Any:
    """Return a result as the engine takes it; a blank inside a block must not become 0."""
    if isinstance(value, Block):
        infinity = math.inf
        return [
            [
                cell
                if type(cell) is str or (type(cell) is float and -infinity < cell < infinity)
                else ("" if cell is None else _write(cell, recorder))
                for cell in row
            ]
            for row in value.rows()
        ]
    if isinstance(value, CellError):
        recorder.note(value)
        return {"type": "Error", "kind": _KINDS.get(value.code, "Value")}
    if isinstance(value, float) and not math.isfinite(value):
        return _write(CellError(NUM, "headless_not_finite"), recorder)
    return value


def _callback(
    answer: Answer, recorder: Recorder, interruption: Interruption, handed: Handed
) -> Callable[..., Any]:
    """Return what the engine calls. Plain numbers pass through it untouched: it runs for every cell."""
    boxed, infinity = _BOXED, math.inf

    def call(*cells: Any) -> Any:
        if interruption.asked is not None:
            return None
        try:
            for cell in cells:
                if type(cell) in boxed:
                    cells = tuple([read(cell, handed) for cell in cells])
                    break
            result = answer(cells)
            if type(result) is float and -infinity < result < infinity:
                return result
            return _write(result, recorder)
        except BaseException as error:
            interruption.take(error)
            raise

    return call


def _omitted() -> None:
    """Stand for an argument left out, which the engine would otherwise hand over as 0."""


def can_read(formula: str) -> bool:
    """Return whether the engine can read a formula (without ``=``) at all.

    Examples
    --------
    >>> can_read("CLV(A1,3,3)"), can_read("+".join(["A1"] * 300))
    (True, False)
    """
    try:
        fz.parse("=" + formula)
    except (fz.ParserError, fz.TokenizerError, ValueError, RuntimeError):
        return False
    return True


class Engine:
    """One workbook loaded into the engine.

    Parameters
    ----------
    source : bytes or str
        The package, or the path of one.
    functions : Functions
        The functions of the catalogue.
    path : str
        The workbook's path, for messages.
    large : Large, optional
        Takes the results that the engine cannot lay out.
    results : Results, optional
        Takes the results that are narrowed or fitted.
    waits : Waits, optional
        Which formulas wait for others.
    uses_1904 : bool
        Whether serial number 0 is 1904-01-01.

    Raises
    ------
    UserError
        When the engine cannot load the workbook.
    """

    def __init__(
        self,
        source: bytes | str,
        functions: Functions,
        path: str,
        large: Large | None = None,
        results: Results | None = None,
        waits: Waits | None = None,
        *,
        uses_1904: bool = False,
    ) -> None:
        settings = fz.EvaluationConfig()
        # Callbacks would come on several threads, and small ones get slower.
        settings.enable_parallel = False
        if uses_1904:
            settings.date_system = "1904"
        config = fz.WorkbookConfig(eval_config=settings)
        try:
            if isinstance(source, bytes):
                self._book = fz.Workbook.from_bytes(source, config=config, load_limits=_LIMITS)
            else:
                self._book = fz.Workbook.from_path(source, config=config, load_limits=_LIMITS)
        except Exception as error:  # the engine raises OSError, ValueError and its own
            raise UserError("headless_engine_refuses", path=path, reason=str(error)) from error
        self._book.set_temporal_egress("serial")
        self.recorder = Recorder()
        self.large = Large() if large is None else large
        self.results = Results() if results is None else results
        self._waits = Waits() if waits is None else waits
        self._interruption = Interruption()
        handed = Handed()
        for name in functions.names():
            callback = _callback(functions.bind(name), self.recorder, self._interruption, handed)
            self._book.register_function(name, callback, allow_override_builtin=True)
        for name, function, fewest, most in CORRECTED:
            guarded = self._interruption.guarded(function)
            self._book.register_function(
                name, guarded, min_args=fewest, max_args=most, allow_override_builtin=True
            )
        own: dict[str, Callable[..., Any]] = {
            OMITTED: _omitted, KEEP: self.results.keep, FIT: self.results.fit, WHOLE: self.large.whole,
            PART: self.large.part,
        }  # fmt: skip
        if uses_1904:
            own |= {TO_1900: shifted_dates(DAYS), TO_1904: shifted_dates(-DAYS)}
        each = Each(uses_1904)
        own |= {JOIN: joined, COUNTED["ROWS"]: counted(False), COUNTED["COLUMNS"]: counted(True)}
        own |= {name: comparison(sign) for sign, name in COMPARED.items()}
        own |= {PREFIX + name: each.function(name) for name in SINGLE}
        own |= {PREFIX + name: function for name, function in CHOSEN.items()}
        for name, function in own.items():
            self._book.register_function(name, self._interruption.guarded(function))

    def add_function(self, name: str, function: Callable[..., Any]) -> None:
        """Let formulas call one more function; it is handed what the engine hands over."""
        self._book.register_function(name, self._interruption.guarded(function))

    def evaluate(self) -> str | None:
        """Evaluate everything that is due; return the engine's complaint when it gives up."""
        try:
            with self._interruption.during(self._book.cancel, self._book.reset_cancel):
                self._book.evaluate_all()
        except fz.ExcelEvaluationError as error:
            return str(error)
        return None

    def evaluate_cell(self, sheet: str, row: int, column: int) -> Cell | None:
        """Evaluate one cell and what it needs; UNSUPPORTED where the engine gives up on it."""
        try:
            with self._interruption.during(self._book.cancel, self._book.reset_cancel):
                value = self._book.evaluate_cell(sheet, row, column)
        except fz.ExcelEvaluationError:
            return CellError(UNSUPPORTED, "headless_keep_engine")
        return self.cell(value)

    @staticmethod
    def cell(value: Any) -> Cell:
        """Return a value of the engine as a cell."""
        if type(value) is list:
            value = value[0][0] if value and type(value[0]) is list else None
        if type(value) is int:
            return float(value)
        found = read(value)
        assert not isinstance(found, Block)
        return found

    def value(self, sheet: str, row: int, column: int) -> Cell:
        """Return the value a cell has now."""
        return self.cell(self._book.get_value(sheet, row, column))

    def values(self, sheet: str, places: Collection[Place]) -> dict[Place, Any]:
        """Return what many cells of a sheet hold, as the engine hands it over (see `cell`)."""
        if not places:
            return {}
        rows, columns = {row for row, _ in places}, {column for _, column in places}
        top, left, right = min(rows), min(columns), max(columns)
        if (max(rows) - top + 1) * (right - left + 1) > _SPARSE * (len(places) + _PAGE):
            get = self._book.get_value
            return {place: get(sheet, *place) for place in places}
        found: dict[Place, Any] = {}
        page = self._book.sheet(sheet)
        step = max(_PAGE // (right - left + 1), 1)
        for first in range(top, max(rows) + 1, step):
            where = fz.RangeAddress(sheet, first, left, min(first + step - 1, max(rows)), right)
            for row, cells in enumerate(page.get_values(where), first):
                if row in rows:
                    found.update(zip([(row, c) for c in range(left, right + 1)], cells, strict=True))
        return found

    def filled(self, sheet: str, area: Area) -> list[Place]:
        """Return the cells of an area that show anything."""
        where = fz.RangeAddress(sheet, area.top, area.left, area.bottom, area.right)
        rows = self._book.sheet(sheet).get_values(where)
        return [
            (area.top + i, area.left + j)
            for i, row in enumerate(rows)
            if any(cell is not None for cell in row)
            for j, cell in enumerate(row)
            if cell is not None
        ]

    def spill(self, sheet: str, row: int, column: int) -> Area | None:
        """Return the area that the formula in this cell spills over, or None."""
        large = self.large.area((sheet, (row, column)))
        if large is not None:
            return large
        return self.laid(sheet, row, column)

    def laid(self, sheet: str, row: int, column: int) -> Area | None:
        """Return the area that the engine itself has laid the result of this cell over, or None."""
        role = self._book.inspect_cell(f"{quoted(sheet)}!{a1(row, column)}", include_values=False).cell.spill
        if role is None or role.extent is None:
            return None
        return Area.parse(role.extent.rpartition("!")[2].replace("$", ""))

    def whole(self, sheet: str, row: int, column: int) -> list[list[Cell]] | None:
        """Return the whole result of a formula whose cell shows its first value only, or None."""
        rows = self.results.whole((sheet, (row, column)))
        return None if rows is None else [[self.cell(cell) for cell in line] for line in rows]

    def set_value(self, sheet: str, row: int, column: int, value: Cell) -> None:
        """Put a constant into a cell."""
        self._book.set_value(sheet, row, column, _write(value, self.recorder))

    def set_formula(self, sheet: str, row: int, column: int, text: str) -> bool:
        """Put a formula (without ``=``) into a cell; False when the engine cannot read it."""
        text = self._waits.given(sheet, (row, column), text)
        try:
            self._book.set_formula(sheet, row, column, "=" + text)
        except (fz.ParserError, fz.TokenizerError, fz.ExcelEvaluationError, ValueError, RuntimeError):
            return False
        return True

    def dependents(self, address: str) -> list[str]:
        """Return the addresses of the cells whose formulas read this one."""
        try:
            report = self._book.dependents(address, max_results=2_000_000, max_work=50_000_000)
        except fz.InspectionError:
            return []
        return [found.cell for found in report.dependents]

    def precedents(self, address: str) -> list[str]:
        """Return the addresses (cells and ranges) that a formula reads, in its order."""
        try:
            report = self._book.precedents(address)
        except fz.InspectionError:
            return []
        found = []
        for precedent in report.precedents:
            reference = precedent.reference
            behind = reference.resolution  # of a defined name
            named = None if behind is None else behind.resolved or behind.address
            address_read = reference.resolved or reference.address or named
            if address_read:
                found.append(address_read)
        return found
