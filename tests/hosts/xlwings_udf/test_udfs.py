"""The functions through xlwings' own COM server, `call_udf` and writer of VBA."""

import datetime as dt
import inspect
import re
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

from clv_xl.catalogue import docs as docs_of
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import parse
from clv_xl.catalogue.function import Function, lifts
from clv_xl.catalogue.reserved import VBA_RESERVED
from clv_xl.catalogue.run import run
from clv_xl.catalogue.spelling import underscored
from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import CellError
from clv_xl.hosts.xlwings_udf import cells
from clv_xl.hosts.xlwings_udf.functions import (
    CATEGORY,
    WIZARD_LIMIT,
    argument_help,
    function_help,
    signature_of,
)
from tests.hosts.xlwings_udf.winstub import MODULE, Windows, com_range, com_workbook

NOT_AVAILABLE = -2146826246  # CVErr(xlErrNA), as pywin32 hands it over (xlwings issue 61)
NUMBER_OF_CODE = {code: number for number, (code, shown) in cells._CVERR.items() if not shown}
NAMES = sorted(CATALOGUE)
EXAMPLES = [
    pytest.param(function, example.formula, id=example.formula[:60])
    for function in CATALOGUE.values()
    for example in function.examples
]
# Names that the VBA around a call uses; an argument of that name would hide them.
USED_BY_VBA = {
    "activeworkbook",
    "app",
    "application",
    "array",
    "caller",
    "err",
    "range",
    "thisworkbook",
    "xlpy",
}
Call = Callable[..., Any]


def com(value: Cell | Block) -> Any:
    """Return a value as Excel hands it over: a range as a reference, an error as its number."""
    if isinstance(value, Block):
        return com_range(tuple(tuple(com(cell) for cell in row) for row in value.rows()))
    if isinstance(value, CellError):
        return cells.FIRST_ERROR + NUMBER_OF_CODE[value.code]
    return cells.MISSING if value is None else value


def in_cell(value: Cell | Block) -> Any:
    """Return a result as the COM server gives it to VBA: one cell and one row are not nested."""
    if isinstance(value, Block):
        rows = [[in_cell(cell) for cell in row] for row in value.rows()]
        return rows[0][0] if value.height == value.width == 1 else rows[0] if len(rows) == 1 else rows
    return value.code if isinstance(value, CellError) else "" if value is None else value


def test_the_module_holds_every_function_of_the_catalogue(udfs: Any) -> None:
    decorated = {name for name in dir(udfs) if hasattr(getattr(udfs, name), "__xlfunc__")}
    assert decorated == {underscored(name) for name in NAMES}
    assert set(udfs.__all__) == {*decorated, "last_errors"}


@pytest.mark.parametrize("name", NAMES)
def test_the_signature_is_the_declared_one(udfs: Any, name: str) -> None:
    function, udf = CATALOGUE[name], getattr(udfs, underscored(name))
    assert (udf.__name__, udf.__module__, udf.__xlfunc__["name"]) == (underscored(name), MODULE, udf.__name__)
    declared = [(a.name, inspect.Parameter.empty if a.required else a.default) for a in function.args]
    assert [(p.name, p.default) for p in inspect.signature(udf).parameters.values()] == declared
    known = udf.__xlfunc__["args"]
    assert [(a["name"], a.get("optional", inspect.Parameter.empty)) for a in known] == declared
    assert [a["options"] for a in known] == [{"convert": "raw"}] * len(declared)


# --- what Excel is told ----------------------------------------------------------------------


@pytest.fixture
def imported(on_windows: Windows) -> Any:
    """Return the workbook after xlwings' "Import Functions"."""
    workbook = com_workbook()
    on_windows.udfs.import_udfs(MODULE, workbook)
    return workbook


def test_the_vba_has_every_function_with_legal_names(imported: Any) -> None:
    vba = imported.components.vba.replace(" _\n", " ")
    written = dict(re.findall(r"^Function (\w+)\((.*)\)$", vba, re.MULTILINE))
    assert set(written) == {underscored(name) for name in NAMES}
    functions = {name.casefold() for name in written}
    for name, declared in written.items():
        args = [a.strip() for a in declared.split(",")] if declared else []
        function = CATALOGUE.find(name)
        assert function is not None
        assert args == [a.name if a.required else f"Optional {a.name}" for a in function.args]
        words = [a.removeprefix("Optional ").casefold() for a in args]
        assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,254}", word) for word in words)
        assert len(set(words)) == len(words)
        assert not set(words) & (VBA_RESERVED | USED_BY_VBA | functions)
        given = ", ".join(a.removeprefix("Optional ") for a in args)
        assert f'XLPy.CallUDF("{MODULE}", "{name}", Array({given}), ThisWorkbook, Application.Caller)' in vba


def test_the_wizard_is_told_what_each_function_and_argument_is(imported: Any) -> None:
    for name in NAMES:
        function, told = CATALOGUE[name], imported.described[underscored(name)]
        assert told["Category"] == CATEGORY
        assert told["Description"].startswith(function.summary)
        docs = told["ArgumentDescriptions"] or []
        assert len(docs) == len(function.args)
        for doc, arg in zip(docs, function.args, strict=True):
            assert doc.startswith(arg.doc[:200])
            assert (
                doc.endswith((" May be omitted.", f" If omitted: {docs_of.default(arg)}."))
                is not arg.required
            )
        # Whole: xlwings cuts at 255, in the middle of a word.
        assert all(len(text) <= WIZARD_LIMIT and text[-1] in ".)" for text in (told["Description"], *docs))


# --- what a cell shows -----------------------------------------------------------------------


@pytest.mark.parametrize(("function", "formula"), EXAMPLES)
def test_every_example_is_what_the_runner_answers(
    call: Call, udfs: Any, function: Function, formula: str
) -> None:
    values = parse(formula).values(Context(store=udfs.HOST.store))
    expected = run(function, values, Context(store=udfs.HOST.store))
    assert call(underscored(function.name), *map(com, values)) == in_cell(expected)


@pytest.mark.parametrize("name", [n for n in NAMES if CATALOGUE[n].lifts])
def test_drawn_columns_with_refused_cells_are_what_the_runner_answers(call: Call, name: str) -> None:
    function, random = CATALOGUE[name], Random(name)
    columns = []
    for arg in function.args:
        assert lifts(arg.kind)
        refused = [c for c, _ in arg.kind.refused_cells() if c is not None and excel_holds(c)]
        drawn = [arg.kind.draw(random) for _ in range(60)]
        columns.append(
            Block((Cells.of([random.choice(refused) if random.random() < 0.05 else c for c in drawn]),))
        )
    answer = run(function, columns)
    assert isinstance(answer, Block)
    assert {type(cell) for cell in answer.columns[0]} == {float, CellError}
    assert call(underscored(name), *map(com, columns)) == in_cell(answer)


def excel_holds(cell: Cell) -> bool:
    """Return whether a cell of Excel can hold it: there is no infinity and no NaN."""
    return not isinstance(cell, float) or bool(np.isfinite(cell))


def test_an_error_in_the_middle_of_a_range_is_not_miscounted(call: Call, on_windows: Windows) -> None:
    amounts = ((50.0,), (NOT_AVAILABLE,), (70.0,))
    assert call("CLV_AOV", com_range(amounts)) == "#N/A"
    assert call("CLV_AOV", com_range(((50.0,), (None,), (70.0,)))) == 60.0  # (50 + 70) / 2
    # Why every argument is raw: xlwings' own converter would have made the error that blank.
    assert (
        on_windows.xlwings._xlwindows._clean_value_data_element(NOT_AVAILABLE, None, None, None, False)
        is None
    )


@pytest.mark.parametrize(
    ("margin", "cac", "shown"),
    [
        (0.4, 45.0, 135.0),  # catalogue of clv_xl, check values of CLV
        (com_range(0.4), com_range(45.0), 135.0),
        (cells.MISSING, cells.MISSING, 450.0),
        (com_range(None), com_range(""), 450.0),
        (com_range(NOT_AVAILABLE), 45.0, "#N/A"),
        (0.4, cells.read(45.0), 135.0),
        (40.0, 45.0, "#NUM!"),
        ("40%", 45.0, "#VALUE!"),
        (cells.MISSING, 45.0, "#VALUE!"),
    ],
)
def test_optional_arguments_of_every_kind(call: Call, margin: Any, cac: Any, shown: Any) -> None:
    assert call("CLV", 50.0, 3.0, com_range(3.0), margin, cac) == shown


def test_a_lifted_call_spills_and_a_row_stays_a_row(call: Call) -> None:
    aovs = (50.0, NOT_AVAILABLE, 60.0)
    assert call("CLV", com_range(tuple((v,) for v in aovs)), 3.0, 3.0) == [[450.0], ["#N/A"], [540.0]]
    assert call("CLV", com_range((aovs,)), 3.0, 3.0) == [450.0, "#N/A", 540.0]
    assert call("CLV", (50.0, 60.0), 3.0, 3.0) == [450.0, 540.0]  # {50,60} arrives flat


IDS = com_range((("A",), ("A",), ("A",), ("B",), ("B",), ("C",)))
DAYS = [dt.date(2024, 2, 10), dt.date(2024, 8, 1), dt.date(2025, 3, 5)]
DAYS += [dt.date(2024, 5, 20), dt.date(2024, 11, 11), dt.date(2025, 6, 30)]
DATES = com_range(tuple((dt.datetime.combine(day, dt.time(9, 30), dt.UTC),) for day in DAYS))
AS_OF = 46022.0  # 2025-12-31


def test_dates_of_com_and_plain_numbers_are_the_same_days(call: Call) -> None:
    # Catalogue of clv_xl, check value of CLV.LIFESPAN: four customer years of three customers.
    assert call("CLV_LIFESPAN", IDS, DATES, "Y", "observed", AS_OF) == pytest.approx(4 / 3, rel=1e-12)


def test_a_plain_number_of_a_1904_workbook_is_the_day_it_shows(call: Call) -> None:
    book, other = com_workbook(Date1904=True), com_workbook(Date1904=False)
    args = (IDS, DATES, "Y", "observed", AS_OF - 1462)  # 2025-12-31 there; 2021-12-30 elsewhere
    assert call("CLV_LIFESPAN", *args, workbook=book) == pytest.approx(4 / 3, rel=1e-12)
    assert call("CLV_LIFESPAN", *args, workbook=other) == "#N/A"  # before the first order


PEOPLE = ("A", "A", "A", "B", "B", "C")
NUMBERS = [float(day.toordinal() - dt.date(1899, 12, 30).toordinal()) for day in DAYS]


def order_log(days: list[Any]) -> Any:
    rows = [(name, day, 50.0) for name, day in zip(PEOPLE, days, strict=True)]
    return com_range((("customer", "date", "amount"), *rows))


@pytest.mark.parametrize("known", [True, False], ids=["dates of COM", "plain numbers"])
def test_an_order_log_of_a_1904_workbook_has_the_days_it_shows(known: bool, call: Call) -> None:
    """COM knows a date where a cell has its format; Value2 of the cell is a plain number."""
    book, other = com_workbook(Date1904=True), com_workbook(Date1904=False)
    moments = [dt.datetime.combine(day, dt.time(), dt.UTC) for day in DAYS]
    log = order_log(moments if known else [day - 1462.0 for day in NUMBERS])
    wanted = call("CLV_STATUS", order_log(NUMBERS), AS_OF, 100.0, 0.0, workbook=other)
    assert [row[1] for row in wanted[:3]] == [45721.0, 45607.0, 45838.0]  # last of DAYS of A, B, C
    found = call("CLV_STATUS", log, AS_OF - 1462.0, 100.0, 0.0, workbook=book)
    assert [row[1] for row in found[:3]] == [row[1] - 1462.0 for row in wanted[:3]]
    assert [[*row[:1], *row[2:]] for row in found] == [[*row[:1], *row[2:]] for row in wanted]
    cohorts = [call("CLV_COHORT", a, "M", workbook=b) for a, b in ((log, book), (order_log(NUMBERS), other))]
    assert cohorts[0] == cohorts[1]


def test_excel_is_asked_for_its_date_system_only_where_dates_come_or_go(call: Call) -> None:
    asked = []

    class Asked:
        @property
        def Date1904(self) -> bool:  # noqa: N802  the name in Excel
            asked.append(True)
            return True

    book = Asked()
    text = call("CLV_DATA", IDS, DATES, com_range(((50.0,),) * 6), workbook=book)
    call("CLV_FREQUENCY", text, text, "Y", workbook=book)
    call("CLV_COHORT", text, "M", workbook=book)
    call("CLV", 50.0, 3.0, 3.0, workbook=book)
    assert not asked
    call("CLV_SOURCEINFO", text, workbook=book)
    call("CLV_COHORT", order_log(NUMBERS), "M", workbook=book)
    assert len(asked) == 2


def test_columns_stored_by_one_cell_are_read_by_another(call: Call) -> None:
    amounts = com_range(tuple((amount,) for amount in (50.0, 70.0, 30.0, 40.0, 60.0, 50.0)))
    text = call("CLV_DATA", IDS, DATES, amounts)
    assert isinstance(text, str)
    assert call("CLV_AOV", text) == pytest.approx(50.0, rel=1e-12)  # 300 / 6


# --- the sentences ---------------------------------------------------------------------------


def test_the_last_errors_are_kept_with_their_sentences(call: Call, udfs: Any) -> None:
    call("CLV", 50.0, 3.0, 3.0)
    before = udfs.last_errors()
    call("CLV", 50.0, 3.0, -1.0)
    call("CLV_AOV", com_range(((50.0,), (NOT_AVAILABLE,))))
    aov, clv, *rest = udfs.last_errors()
    assert tuple(rest) == before
    assert aov[1:3] == ("CLV.AOV", "#N/A")
    assert clv[1:3] == ("CLV", "#NUM!")
    assert aov[0] == clv[0] + 1
    assert re.search(r"amounts.*row 2.*#N/A", aov[3])
    assert re.search(r"CLV: lifespan .*-1", clv[3])


def test_the_language_is_that_of_the_environment(
    call: Call, udfs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentences = {}
    for language in ("", "fi", "sv"):
        monkeypatch.setenv("CLV_XL_LANG", language)
        call("CLV", 50.0, 3.0, 3.0, 1.5)
        sentences[language] = udfs.last_errors()[0][3]
    assert "1.5" in sentences[""]
    assert "1,5" in sentences["fi"]  # Finnish has a decimal comma
    assert sentences["sv"] == sentences[""]


def test_the_wizard_speaks_the_language_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    clv = CATALOGUE["CLV"]
    for language, summary, omitted in (
        ("fi", "Asiakkaan", "Voidaan jättää pois."),
        ("pl", "Wartość", "opcjonalny"),
    ):
        monkeypatch.setenv("CLV_XL_LANG", language)
        assert function_help(clv).startswith(summary)
        assert omitted in argument_help(clv, clv.args[3])


def test_a_fault_of_the_host_shows_a_code_and_is_kept(
    call: Call, udfs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(udfs.HOST, "read", broken)
    assert call("CLV", 50.0, 3.0, 3.0) == "#VALUE!"
    assert "RuntimeError: no such thing" in udfs.last_errors()[0][3]


def test_no_argument_has_a_name_that_xlwings_fills_itself() -> None:
    assert not [f.name for f in CATALOGUE.values() if "caller" in signature_of(f).parameters]
