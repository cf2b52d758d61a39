"""Every function through the add-in gives what the runner gives.

The way is the whole one: a fake host in the place of Excel, Microsoft's own custom-functions runtime in
Chromium, our functions.js, a running server. What Excel forces to be different is in
clv_xl/hosts/differences.csv.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import CODES, NA, VALUE, CellError
from clv_xl.hosts.officejs.names import registered
from clv_xl.texts import sentence
from tests.conformance.calls import CASES, Case
from tests.conformance.comparing import Rows, same
from tests.hosts.officejs.browser import Sheet, browser, sheet
from tests.hosts.officejs.served import SERVED
from tests.hosts.server.running import Running, running

pytestmark = pytest.mark.office_js

FORMS = ("null", "empty text")
"""What a blank cell is handed over as; as 0 it is a 0 (difference addin_blank_may_be_zero)."""
WORDED = (VALUE, NA)
"""Codes whose sentence Excel shows; those of others are in the log (addin_sentences_of_two_codes)."""
LACKED = ("#SPILL!", "#CALC!")
"""Codes without a counterpart in CustomFunctions.ErrorCode: #VALUE! (difference addin_codes_it_lacks)."""


def code_shown(code: str) -> str:
    return VALUE if code in LACKED else code


def handed(cell: Cell, form: str) -> Any:
    """Return a cell as Excel hands it over."""
    if isinstance(cell, CellError):
        return {"type": "CustomFunctionError", "code": cell.code}
    return "" if cell is None and form == "empty text" else cell


def argument(value: Cell | Block, form: str) -> Any:
    """Return an argument as Excel hands it over: rows, even of one cell; null where it is left out."""
    if value is None:
        return None
    rows = value.rows() if isinstance(value, Block) else [[value]]
    return [[handed(cell, form) for cell in row] for row in rows]


def call(case: Case, form: str) -> list[Any]:
    """Return name and arguments; those left out at the end come as nulls, or not at all."""
    left_out = len(case.function.args) - len(case.args) if form == "null" else 0
    return [case.function.name, *(argument(a, form) for a in case.args), *[None] * left_out]


def matrix(result: Any) -> list[list[Any]]:
    return result if isinstance(result, list) else [[result]]


def rows_of(result: Any) -> Rows:
    """Return what the cells show; an empty text is a blank (difference addin_blank_is_empty_text)."""
    if isinstance(result, tuple):
        return [[result[0]]]
    return [
        [c["basicValue"] if isinstance(c, dict) else None if c == "" else c for c in row]
        for row in matrix(result)
    ]


def errors_of(result: Any) -> list[tuple[str, str | None]]:
    """Return code and sentence of the errors that the cells show."""
    if isinstance(result, tuple):
        return [result]
    cells = [c for row in matrix(result) for c in row]
    return [(c["basicValue"], c.get("message")) for c in cells if isinstance(c, dict)]


def wanted_errors(result: Cell | Block) -> list[CellError]:
    cells = [c for row in result.rows() for c in row] if isinstance(result, Block) else [result]
    return [c for c in cells if isinstance(c, CellError)]


def as_expected(found: Any, rows: Rows) -> None:
    """Assert that the cells show what the runner gives, but for the codes that Excel's runtime lacks."""
    same(rows_of(found), [[code_shown(rows[0][0])]] if isinstance(found, tuple) else rows)


@pytest.fixture(scope="module")
def driver() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def server(context: Context) -> Iterator[Running]:
    assert context.store is not None
    with running({"store_directory": context.store.directory}, factory=SERVED) as found:
        yield found


@pytest.fixture(scope="module")
def answers(driver: Browser, server: Running) -> Callable[[Case, str], Any]:
    """Calculate all cases as one recalculation of a sheet; a new page for each form, so nothing is cached."""

    @cache
    def all_of(form: str) -> list[Any]:
        with sheet(driver, server) as cells:
            return cells.calculate(*(call(case, form) for case in CASES))

    return lambda case, form: all_of(form)[CASES.index(case)]


@pytest.fixture(scope="module")
def cells(driver: Browser, server: Running) -> Iterator[Sheet]:
    with sheet(driver, server) as found:
        yield found


def test_every_function_has_a_case() -> None:
    assert {case.function.name for case in CASES} == set(CATALOGUE)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_addin(
    case: Case, form: str, answers: Callable[[Case, str], Any], expected: Callable[[Case], Rows]
) -> None:
    as_expected(answers(case, form), expected(case))


@pytest.mark.parametrize("code", CODES)
def test_error_cells_of_every_code_reach_every_function(code: str, cells: Sheet, context: Context) -> None:
    """The first argument is one error cell; then a column of three cells that ends with it."""
    error = CellError(code, "input_error")
    made = [
        Case(function, (first, *case.args[1:]))
        for function, case in {c.function.name: (c.function, c) for c in CASES}.values()
        if case.args
        for first in (error, Block.from_rows([[5.0], [6.0], [error]]))
    ]
    found = cells.calculate(*(call(case, "null") for case in made))
    for case, result in zip(made, found, strict=True):
        wanted = run(case.function, case.args, context)
        codes = [code_shown(e.code) for e in wanted_errors(wanted)]
        assert [c for c, _ in errors_of(result)] == codes, case


def test_sentences_are_those_of_the_runner(cells: Sheet, context: Context) -> None:
    """In the cell for the codes that can show one; in the log for all."""
    refused = [(c, errors) for c in CASES if (errors := wanted_errors(run(c.function, c.args, context)))]
    assert len([e for _, errors in refused for e in errors if e.code not in WORDED]) > 50
    for first in range(0, len(refused), 50):  # the log keeps 200 sentences
        part = refused[first : first + 50]
        cells.page.evaluate("ClvAddin.log.clear()")
        results = cells.calculate(*(call(case, "null") for case, _ in part))
        for (case, errors), result in zip(part, results, strict=True):
            shown = errors_of(result)
            assert len(shown) == len(errors), case
            for (code, words), error in zip(shown, errors, strict=True):
                if code in WORDED:
                    assert words == sentence(error), case
        logged = {(e["cell"], e["function"], e["code"], e["sentence"]) for e in cells.log()}
        assert logged == {
            (f"Sheet1!A{i + 1}", case.function.name, error.code, sentence(error))
            for i, (case, errors) in enumerate(part)
            for error in errors
        }


def test_both_variants_register_the_same_ids_and_answer(
    driver: Browser, server: Running, context: Context, expected: Callable[[Case], Rows]
) -> None:
    """Excel calls a function by its id, whatever the namespace makes of its name in the sheet."""
    assert context.store is not None
    examples = list({case.function.name: case for case in CASES}.values())
    values = {"store_directory": context.store.directory, "namespace": False}
    with running(values, factory=SERVED) as bare:
        for found, namespace in ((server, "CLV"), (bare, None)):
            functions = found.client.get("/functions.json").json()["functions"]
            assert [f["id"] for f in functions] == list(CATALOGUE)
            assert [f["name"] for f in functions] == [registered(name, namespace) for name in CATALOGUE]
        with sheet(driver, bare) as cells:
            mapped = cells.page.evaluate("Object.keys(CustomFunctions._association.mappings)")
            assert {name.upper() for name in mapped} == {name.upper() for name in CATALOGUE}
            results = cells.calculate(*(call(case, "null") for case in examples))
    for case, result in zip(examples, results, strict=True):
        as_expected(result, expected(case))
