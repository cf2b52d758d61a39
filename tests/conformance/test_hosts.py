"""Every function through every host gives what the runner gives.

The differences that hosts force are the rows of clv_xl/hosts/differences.csv; each is proved in
test_differences.py, and only those are allowed for here.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import clv_xl
from clv_xl.catalogue import spelling
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError, FormulaError
from clv_xl.hosts.headless.address import a1
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.texts import sentence
from tests.conformance.calls import CASES, Case
from tests.conformance.comparing import Rows, literal, rows_of, same
from tests.hosts.xlwings_udf.test_udfs import com
from tests.hosts.xlwings_udf.winstub import MODULE, windows

# --- headless workbook -----------------------------------------------------------------------------


def write_cell(sheet: Any, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, CellError):
        sheet.write_formula(row, column, f"={cell.code}", None, cell.code)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif cell is not None:
        sheet.write_number(row, column, cell)


@pytest.fixture(scope="module")
def headless(tmp_path_factory: pytest.TempPathFactory, context: Context) -> Callable[[Case], Rows]:
    """Calculate one workbook that holds every case on a sheet of its own."""
    path = tmp_path_factory.mktemp("book") / "cases.xlsx"
    book = xlsxwriter.Workbook(str(path))
    data = book.add_worksheet("Data")
    left = 0
    for number, case in enumerate(CASES):
        words = []
        for value in case.args:
            if isinstance(value, Block):
                for i, row in enumerate(value.rows()):
                    for j, cell in enumerate(row):
                        write_cell(data, i, left + j, cell)
                words.append(f"Data!{a1(1, left + 1)}:{a1(value.height, left + value.width)}")
                left += value.width
            else:
                words.append(literal(value))
        spelled = spelling.spellings(case.function.name)
        formula = f"={spelled[number % len(spelled)]}({','.join(words)})"
        book.add_worksheet(f"C{number}").write_dynamic_array_formula("A1", formula)
    book.close()
    anchors = [f"C{number}!A1#" for number in range(len(CASES))]
    report = calculate(path, None, CatalogueFunctions(context), gets=anchors)
    found = {result.request: result.rows for result in report.results}
    return lambda case: [
        [c.code if isinstance(c, CellError) else c for c in row] for row in found[f"C{CASES.index(case)}!A1#"]
    ]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_headless_workbook(
    case: Case, headless: Callable[[Case], Rows], expected: Callable[[Case], Rows]
) -> None:
    same(headless(case), expected(case))


# --- classic xlwings -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def xlwings_call(context: Context) -> Iterator[Callable[[Case], Any]]:
    with windows() as machine:
        module = machine.module(MODULE)
        module.HOST.store = context.store
        server = machine.server.XLPython()
        yield lambda case: server.CallUDF(
            module.__name__, spelling.underscored(case.function.name), tuple(com(a) for a in case.args), None
        )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_classic_xlwings(
    case: Case, xlwings_call: Callable[[Case], Any], expected: Callable[[Case], Rows]
) -> None:
    found = xlwings_call(case)
    rows = (
        [list(row) if isinstance(row, (list, tuple)) else row for row in found]
        if isinstance(found, (list, tuple))
        else [[found]]
    )
    wanted = [["" if c is None else c for c in row] for row in expected(case)]
    if rows and not isinstance(rows[0], list):
        rows = [rows]  # one row is not nested
    same(rows, wanted)


# --- Python ----------------------------------------------------------------------------------------


def as_python(value: Cell | Block) -> Any:
    if not isinstance(value, Block):
        return value
    rows = value.to_rows()
    return [row[0] for row in rows] if value.width == 1 else rows


@pytest.mark.parametrize("case", CASES, ids=str)
def test_python(case: Case, context: Context, expected: Callable[[Case], Rows]) -> None:
    function = getattr(clv_xl, case.function.python_name)
    wanted = expected(case)
    result = run(case.function, case.args, context)
    first = next(
        (
            c
            for row in ([[result]] if not isinstance(result, Block) else result.to_rows())
            for c in row
            if isinstance(c, CellError)
        ),
        None,
    )
    if first is not None and not case.function.spills:
        with pytest.raises(FormulaError) as caught:
            function(*map(as_python, case.args))
        assert caught.value.code == first.code
        if "mend" not in first.params:  # what to do is said for a program: differences.csv
            assert caught.value.sentence == sentence(first)
        return
    if case.function.spills:
        if isinstance(result, CellError):
            with pytest.raises(FormulaError):
                function(*map(as_python, case.args))
            return
        frame = function(*map(as_python, case.args))
        assert len(frame) == len(rows_of(result)) - (0 if no_headers(case) else 1)
        assert frame.shape[1] == len(wanted[0])
        return
    found = function(*map(as_python, case.args))
    flat = [[c] for c in found] if not isinstance(found, (float, str)) else [[found]]
    same([[None if c is None or c != c else c for c in row] for row in flat], wanted)


def no_headers(case: Case) -> bool:
    names = [a.name for a in case.function.args]
    return dict(zip(names, case.args, strict=False)).get("headers") == 0.0


# --- command line ----------------------------------------------------------------------------------


def constant(block: Block) -> str:
    rows = (",".join(literal(c) if c is not None else '""' for c in row) for row in block.rows())
    return "{" + ";".join(rows) + "}"


@pytest.fixture(scope="module")
def command_line(context: Context) -> Callable[[Case], dict[str, Any]]:
    """Answer all cases in one run of the real program."""
    formulas = [
        f"{c.function.name}({','.join(constant(a) if isinstance(a, Block) else literal(a) for a in c.args)})"
        for c in CASES
    ]
    assert context.store is not None
    done = subprocess.run(
        [sys.executable, "-m", "clv_xl", "call", "--json", "-"],
        input="\n".join(formulas),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "CLV_XL_STORE": str(context.store.directory), "PYTHONUTF8": "1"},
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(CASES), done.stderr
    return lambda case: dict(answers[CASES.index(case)])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_command_line(
    case: Case, command_line: Callable[[Case], dict[str, Any]], expected: Callable[[Case], Rows]
) -> None:
    answer = command_line(case)
    wanted = expected(case)
    rows = answer.get("rows") or [[answer.get("value", answer)]]
    same([[c["error"] if isinstance(c, dict) else c for c in row] for row in rows], wanted)


def test_dates_are_days() -> None:
    """The order log above spans 2024-02-10 to 2025-12-09, as its serial numbers say."""
    assert (date(1899, 12, 30).toordinal() + 45332, date(1899, 12, 30).toordinal() + 46000) == (
        date(2024, 2, 10).toordinal(),
        date(2025, 12, 9).toordinal(),
    )
    assert Path(__file__).with_name("calls.py").is_file()
