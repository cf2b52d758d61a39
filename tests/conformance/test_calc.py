"""Every function in a real LibreOffice Calc, of each version here, gives what the runner gives.

Each case is a formula of one spreadsheet: constants stand in the formula, ranges are references. What Calc
forces to be different is in clv_xl/hosts/differences.csv, proved in test_differences_calc.py, and only that
is allowed for here, by `as_calc_sees` and `as_calc_shows`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import Call, evaluate, parse
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.run import run
from clv_xl.catalogue.spelling import dotted
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.hosts.headless.address import a1
from tests.conformance.calls import CASES, Case
from tests.conformance.comparing import Rows, literal, rows_of, same
from tests.hosts.libreoffice.office import Office
from tests.hosts.libreoffice.with_extension import PROCEDURES, VERSIONS, Profiles

REFUSED_RANGE = "Err:504"
"""What Calc shows for a range that holds an error cell, our function not asked (calc_error_in_a_range)."""

pytestmark = pytest.mark.slow


def as_calc_sees(value: Cell | Block) -> Cell | Block:
    """Return an argument as Calc hands it over: booleans are numbers (calc_booleans_are_numbers)."""
    if isinstance(value, Block):
        return Block.from_rows(
            [[float(c) if isinstance(c, bool) else c for c in row] for row in value.rows()]
        )
    return float(value) if isinstance(value, bool) else value


def as_calc_shows(cell: Any) -> Any:
    """Return what a cell shows: no blanks (calc_blank_is_empty_text), no booleans."""
    if cell is None:
        return ""
    return float(cell) if isinstance(cell, bool) else cell


def holds_error(value: Cell | Block) -> bool:
    return isinstance(value, Block) and any(isinstance(c, CellError) for row in value.rows() for c in row)


def without_errors(case: Case) -> Case:
    """Return the case with a text in place of each error cell of its ranges."""
    args = [
        Block.from_rows([["x" if isinstance(c, CellError) else c for c in row] for row in a.rows()])
        if isinstance(a, Block)
        else a
        for a in case.args
    ]
    return Case(case.function, tuple(args))


ALL = [*CASES, *(without_errors(c) for c in CASES if any(map(holds_error, c.args)))]


def plain(cell: Cell) -> Any:
    return {"error": cell.code} if isinstance(cell, CellError) else cell


class Sheets:
    """The formulas of one spreadsheet, and the blocks that they refer to."""

    def __init__(self, between: str = ";") -> None:
        self._between = between
        self.blocks: list[dict[str, Any]] = []
        self.formulas: list[tuple[str, int, int]] = []
        self._places: dict[int, tuple[str, Block]] = {}  # the block too, or its id would come again
        self._right = 0

    def add(self, name: str, args: tuple[Cell | Block, ...], height: int, width: int) -> None:
        """Add a call whose result has a size."""
        words = self._between.join(self._place(a) if isinstance(a, Block) else literal(a, "()") for a in args)
        self.formulas.append((f"={name}({words})", height, width))

    def _place(self, block: Block) -> str:
        if id(block) not in self._places:
            rows = [list(map(plain, row)) for row in block.rows()]
            self.blocks.append({"column": self._right, "rows": rows})
            first, last = a1(1, self._right + 1), a1(block.height, self._right + block.width)
            self._places[id(block)] = (f"Data.{first}:{last}", block)
            self._right += block.width
        return self._places[id(block)][0]

    def calculated(self, calc: Office, *, typed: bool = False) -> list[Rows]:
        """Return what each formula shows; an error is its code."""
        found = calc("calculated", blocks=self.blocks, formulas=self.formulas, typed=typed)
        return [[[c["error"] if isinstance(c, dict) else c for c in row] for row in rows] for rows in found]


def wanted(case: Case, context: Context) -> Rows:
    """Return what a case shows in Calc."""
    if any(map(holds_error, case.args)):
        return [[REFUSED_RANGE]]
    rows = rows_of(run(case.function, [as_calc_sees(a) for a in case.args], context))
    return [list(map(as_calc_shows, row)) for row in rows]


@pytest.fixture(scope="module", params=VERSIONS)
def calc(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, context: Context
) -> Iterator[Office]:
    assert context.store is not None
    store = {"CLV_XL_STORE": str(context.store.directory)}
    with Profiles(tmp_path_factory).calc(request.param, PROCEDURES, environment=store) as started:
        yield started


@pytest.fixture(scope="module")
def answers(calc: Office, context: Context) -> Callable[[Case], tuple[Rows, Rows]]:
    """Calculate all cases in one spreadsheet; return what a case shows, and what it shall show.

    The range of a result with rows or columns is one larger, and #N/A there: it has no more.
    """
    shall = [wanted(case, context) for case in ALL]
    sheets = Sheets()
    for case, rows in zip(ALL, shall, strict=True):
        more_rows, more_columns = len(rows) > 1, len(rows[0]) > 1
        sheets.add(dotted(case.function.name), case.args, len(rows) + more_rows, len(rows[0]) + more_columns)
        for row in rows:
            row.extend(["#N/A"] * more_columns)
        if more_rows:
            rows.append(["#N/A"] * len(rows[0]))
    found = sheets.calculated(calc)
    return lambda case: (found[ALL.index(case)], shall[ALL.index(case)])


@pytest.mark.parametrize("case", ALL, ids=str)
def test_calc(case: Case, answers: Callable[[Case], tuple[Rows, Rows]]) -> None:
    found, shall = answers(case)
    same(found, shall)


def check_values(context: Context) -> list[tuple[Function, list[Cell | Block], Any]]:
    """Return a call of each function with what its first cell shows."""
    found = []
    for function in CATALOGUE.values():
        case = next(c for c in CASES if c.function is function and not any(map(holds_error, c.args)))
        result = run(function, [as_calc_sees(a) for a in case.args], context)
        found.append((function, list(case.args), as_calc_shows(rows_of(result)[0][0])))
    return found


@pytest.mark.parametrize("typed", [True, False], ids=["typed by a user", "set by a macro"])
def test_every_function_answers_to_its_name(typed: bool, calc: Office, context: Context) -> None:
    """A user types the catalogue's name; a macro sets the dotted one."""
    sheets, shall = Sheets("," if typed else ";"), []
    for function, args, first in check_values(context):
        sheets.add(function.name if typed else dotted(function.name), tuple(args), 1, 1)
        shall.append([[first]])
    for (text, *_), found, rows in zip(
        sheets.formulas, sheets.calculated(calc, typed=typed), shall, strict=True
    ):
        assert found == [[rows[0][0] if isinstance(rows[0][0], str) else pytest.approx(rows[0][0])]], text


def constant(part: Cell | Block | Call) -> str:
    """Return a part of a formula of constants as Calc's macros write it."""
    if isinstance(part, Call):
        return f"{dotted(part.function.name)}({';'.join(map(constant, part.args))})"
    if isinstance(part, Block):
        rows = (";".join(literal("" if c is None else c) for c in row) for row in part.rows())
        return "{" + "|".join(rows) + "}"
    return literal(part, "()")


def test_the_examples_of_each_page_are_array_formulas_of_constants(calc: Office, context: Context) -> None:
    """As a user types them from the reference, over a row and a column more than the result has."""
    sheets, shall = Sheets(), []
    for function in CATALOGUE.values():
        for example in function.examples:
            rows = [list(map(as_calc_shows, row)) for row in rows_of(evaluate(example.formula, context))]
            more_rows, more_columns = len(rows) > 1, len(rows[0]) > 1
            rows = [[*row, *["#N/A"] * more_columns] for row in rows]
            rows += [["#N/A"] * len(rows[0])] * more_rows
            sheets.formulas.append((f"={constant(parse(example.formula))}", len(rows), len(rows[0])))
            shall.append(rows)
    for (text, *_), found, rows in zip(sheets.formulas, sheets.calculated(calc), shall, strict=True):
        assert len(found) == len(rows), text
        same(found, rows)
