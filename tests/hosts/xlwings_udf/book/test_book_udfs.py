"""The module that the workbook's VBA calls, through xlwings' own COM server."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import parse
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.run import run
from clv_xl.catalogue.spelling import underscored
from clv_xl.cells import Block, Cell
from clv_xl.errors import DIV, NUM, VALUE, CellError
from clv_xl.hosts.xlwings_udf import cells
from clv_xl.hosts.xlwings_udf.marks import MARK, WORDED, marked
from tests.hosts.xlwings_udf.winstub import Windows

MODULE = "clv_xl.hosts.xlwings_udf.book_udfs"
NOT_AVAILABLE = -2146826246  # CVErr(xlErrNA), as pywin32 hands it over (xlwings issue 61)
EXAMPLES = [
    pytest.param(function, example.formula, id=example.formula[:60])
    for function in CATALOGUE.values()
    for example in function.examples
]
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def book(on_windows: Windows, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from clv_xl.orders.store import Store

    module = on_windows.module(MODULE)
    module.HOST.store = Store(tmp_path_factory.mktemp("store"))
    return module


@pytest.fixture
def call(on_windows: Windows, book: Any) -> Call:
    """Return what the VBA calls: xlwings' COM server, with no caller."""
    server = on_windows.server.XLPython()

    def call_udf(name: str, *args: Any, workbook: Any = None) -> Any:
        return server.CallUDF(book.__name__, name, args, workbook)

    return call_udf


def as_value2(value: Cell | Block) -> Any:
    """Return a value as the VBA hands it over: the values of a range, never the range."""
    if isinstance(value, Block):
        rows = tuple(tuple(as_value2(cell) for cell in row) for row in value.rows())
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows
    if isinstance(value, CellError):
        numbers = {code: number for number, (code, shown) in cells._CVERR.items() if not shown}
        return cells.FIRST_ERROR + numbers[value.code]
    return cells.MISSING if value is None else value


def shown(value: Cell | Block) -> Any:
    """Return what a result is in VBA: an error as its code and its sentence."""
    if isinstance(value, Block):
        rows = [[shown(cell) for cell in row] for row in value.rows()]
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows[0] if len(rows) == 1 else rows
    if isinstance(value, CellError):
        return f"{MARK}{value.code}{MARK}{texts.sentence(value)}"
    return "" if value is None else value


@pytest.mark.parametrize(("function", "formula"), EXAMPLES)
def test_every_example_is_what_the_runner_answers(
    call: Call, book: Any, function: Function, formula: str
) -> None:
    values = parse(formula).values(Context(store=book.HOST.store))
    expected = run(function, values, Context(store=book.HOST.store))
    assert call(underscored(function.name), *map(as_value2, values)) == shown(expected)


def test_the_module_has_every_function_of_the_catalogue(book: Any) -> None:
    assert set(book.__all__) == {"last_errors", *map(underscored, CATALOGUE)}
    assert {getattr(book, underscored(name)).__module__ for name in CATALOGUE} == {MODULE}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_an_error_leaves_with_its_code_and_its_sentence_in_the_language_of_the_process(
    call: Call, book: Any, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("CLV_XL_LANG", language)
    before, code, sentence = call("CLV", 50.0, 3.0, 3.0, 1.5).split(MARK)
    assert (before, code) == ("", NUM)  # catalogue: a margin is a share between 0 and 1
    expected = run(CATALOGUE["CLV"], [50.0, 3.0, 3.0, 1.5], Context(language=language))
    assert isinstance(expected, CellError)
    assert sentence == texts.sentence(expected, language)
    assert book.last_errors()[0][3] == sentence


def test_in_a_column_each_error_has_its_code_and_only_the_first_of_a_kind_its_sentence(call: Call) -> None:
    first, fine, second, other = call("CLV", 50.0, 3.0, ((-1.0,), (3.0,), (-2.0,), (NOT_AVAILABLE,)))
    assert fine == [450.0]  # 50 * 3 * 3
    assert first[0].startswith(f"{MARK}#NUM!{MARK}CLV")
    assert second == [f"{MARK}#NUM!{MARK}"]
    assert other[0].startswith(f"{MARK}#N/A{MARK}CLV")


def test_a_text_that_begins_with_the_mark_leaves_behind_two_more() -> None:
    column = Block.from_rows([[f"{MARK}#NUM!{MARK}x"], [f"x{MARK}"], [1.0]])
    assert marked(column, "en") == [[f"{MARK}{MARK}{MARK}#NUM!{MARK}x"], [f"x{MARK}"], [1.0]]


def test_no_more_sentences_than_a_list_is_read_for() -> None:
    errors = [CellError(NUM, "expected", argument=f"a{i}", got=1.0) for i in range(WORDED + 5)]
    rows = marked(Block.from_rows([[error] for error in errors]), "en")
    told = [bool(text.split(MARK)[2]) for (text,) in rows]
    assert told == [True] * WORDED + [False] * 5


def test_every_code_leaves_as_it_is_and_a_sentence_is_one_line() -> None:
    for code in (DIV, NUM, VALUE):
        text = marked(CellError(code, "input_error", argument="a", got="x\ny\tz"), "en")
        assert text.split(MARK)[1] == code
        assert not set(text) & set("\r\n\t")  # the VBA keeps sentences in lines and columns


def test_a_fault_of_ours_is_an_error_with_a_sentence_and_no_traceback(
    call: Call, book: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(book.HOST, "read", broken)
    code, sentence = call("CLV", 50.0, 3.0, 3.0).split(MARK)[1:]
    assert code == VALUE
    assert "RuntimeError: no such thing" in sentence


def test_a_plain_number_of_a_1904_workbook_is_the_day_it_shows(call: Call) -> None:
    days = ((45332.0,), (45505.0,), (45721.0,), (45432.0,), (45607.0,), (45838.0,))
    ids = (("A",), ("A",), ("A",), ("B",), ("B",), ("C",))
    shifted = tuple((day - 1462,) for (day,) in days)
    args = ("Y", "observed", 46022.0 - 1462)
    # Catalogue of clv_xl, check value of CLV.LIFESPAN: four customer years of three customers.
    answer = call("CLV_LIFESPAN", ids, shifted, *args, workbook=SimpleNamespace(Worksheets=[], Date1904=True))
    assert answer == pytest.approx(4 / 3, rel=1e-12)


def test_an_order_log_by_value2_of_a_1904_workbook_has_the_days_it_shows(call: Call) -> None:
    """45332 and 45505 are 10 February and 1 August 2024; each is 1,462 less in a workbook of 1904."""

    def answers(name: str, days: float, *args: Any) -> Any:
        log = (("customer", "date", "amount"), ("A", 45332.0 - days, 50.0), ("B", 45505.0 - days, 30.0))
        book = SimpleNamespace(Worksheets=[], Date1904=bool(days))
        return call(name, log, *args, workbook=book)

    summaries = [answers("CLV_SUMMARY", days, "M") for days in (0.0, 1462.0)]
    assert summaries[0] == summaries[1]
    assert summaries[0][1] == ["Customers", 2.0]
    last = [
        [row[1] for row in answers("CLV_STATUS", days, cells.MISSING, 10.0, 0.0)] for days in (0.0, 1462.0)
    ]
    assert last == [[45332.0, 45505.0, ""], [43870.0, 44043.0, ""]]


def test_errors_of_plain_xlwings_stay_unmarked(on_windows: Windows, book: Any) -> None:
    plain = on_windows.module("clv_xl.hosts.xlwings_udf.udfs")
    assert plain.CLV(50.0, 3.0, -1.0) == "#NUM!"
    assert book.CLV(50.0, 3.0, -1.0).startswith(MARK)
