"""Each row of clv_xl/hosts/differences.csv for classic xlwings, xlwings Lite and Server is true today.

Most of Lite are proved with the stand-in of its runtime; two need the real one and a licence (runtimes.py).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.run import run
from clv_xl.cells import Block
from clv_xl.errors import CALC, NUM, SPILL, VALUE, CellError
from clv_xl.hosts.xlwings_udf.cells import write
from clv_xl.hosts.xlwings_udf.functions import Host
from clv_xl.hosts.xlwings_udf.marks import MARK, marked
from clv_xl.orders.store import Store
from tests.conformance.blanks import BLANKS, IN_FORCE, SHOP, distributions, drivers_and_value, scenarios
from tests.conformance.calls import LOG
from tests.hosts.libreoffice.office import office
from tests.hosts.xlwings_udf.book.test_vba_in_calc import HERE, WINDOW, Book, error, made
from tests.hosts.xlwings_udf.like_lite import LikeLite
from tests.hosts.xlwings_udf.office_js import request, sent, shown
from tests.hosts.xlwings_udf.runtimes import in_cpython, in_pyodide, licence, pyodide, wheels
from tests.hosts_available import require, soffice

PROOFS: dict[str, Callable[[Path], None]] = {}
MAIN = "from clv_xl.hosts.xlwings_udf.udfs import *"


def proves(proof: Callable[[Path], None]) -> Callable[[Path], None]:
    PROOFS[proof.__name__] = proof
    return proof


@proves
def xlwings_errors_are_texts(_: Path) -> None:
    assert write(CellError(VALUE, "no_result")) == VALUE
    assert marked(CellError(VALUE, "no_result"), "en").startswith(f"{MARK}{VALUE}{MARK}")


@proves
def xlwings_blank_is_empty_text(_: Path) -> None:
    assert write(None) == ""


@proves
def book_blank_is_empty_text(_: Path) -> None:
    """The VBA hands texts on as they are (test_vba_in_calc.py)."""
    table = run(CATALOGUE["CLV.SEGMENT"], (LOG,))
    assert isinstance(table, Block)
    rows = table.to_rows()
    column = rows[0].index("Mix effect")
    assert rows[1][column] is None
    assert marked(table, "en")[1][column] == ""


@proves
def book_codes_it_lacks(folder: Path) -> None:
    """In LibreOffice, with a stub for Python that answers with the marked code it is given."""
    require("uno")
    program = soffice()
    assert program is not None
    for code in (SPILL, CALC):
        assert marked(CellError(code, "input_error"), "en").startswith(f"{MARK}{code}{MARK}")
    with office(program, folder / "profile", procedures=(HERE / "vba_procedures.py",)) as calc:
        book = Book(calc, made(folder / "CLV.xlsm", WINDOW))
        found = [book.show(f'=CLV_CHURN("{code}";1)') for code in (VALUE, NUM, SPILL, CALC)]
        sentence = book.show('=ProbeSentence("CLV_CHURN")')
    assert found == [error(2015), error(2036), error(2015), error(2015)]  # XlCVError
    assert sentence == "CLV_CHURN: sentence of #CALC!"


def in_lite(folder: Path, *asked: dict[str, Any]) -> tuple[list[list[list[Any]]], Host]:
    """Return what cells show with the stand-in, and the functions."""
    runtime = LikeLite()
    host = Host(runtime, "main")
    host.store = Store(folder)
    host.functions(CATALOGUE)
    return [shown(runtime.call(one["call"])) for one in asked], host


@proves
def lite_blank_is_empty_text(folder: Path) -> None:
    ((heads, first, *_),), _ = in_lite(folder, request("CLV_SEGMENT", sent(LOG)))
    assert first[heads.index("Mix effect")] == ""


@proves
def lite_blank_may_be_zero(folder: Path) -> None:
    """Mean of 10 and 30, and of 10, 30 and two zeros."""
    asked = [request("CLV_AOV", [[10], [blank], [30], [blank]]) for blank in BLANKS]
    assert in_lite(folder, *asked)[0] == [[[20]], [[20]], [[10]]]
    asked = [request("CLV_SCENARIO", SHOP, scenarios(blank)) for blank in BLANKS]
    assert [drivers_and_value(table) for table in in_lite(folder, *asked)[0]] == IN_FORCE
    asked = [request("CLV_SIMULATE", distributions(blank), [[100]]) for blank in BLANKS]
    *drawn, refused = in_lite(folder, *asked)[0]
    assert [len(table) > 20 for table in drawn] == [True, True]
    assert refused == [[VALUE]]


@proves
def lite_codes_it_lacks(folder: Path) -> None:
    errors = [sent(CellError(code, "input_error")) for code in (SPILL, CALC)]
    found, host = in_lite(folder, *(request("CLV", error, [[3]], [[3]]) for error in errors))
    assert found == [[[VALUE]], [[VALUE]]]
    assert [code for _, _, code, _ in host.errors.rows()] == [CALC, SPILL]


@proves
def lite_dates_of_1904(folder: Path) -> None:
    """In such a workbook 43870 shows as 2024-02-10, which is 45332 elsewhere."""
    orders: list[list[Any]] = [["customer", "date", "amount"], ["A", 43870, 50]]
    found, _ = in_lite(folder, request("CLV_COHORT", orders, [["Q"]]))
    assert found[0][1][0] == "2020-Q1"


@proves
def lite_sentences_are_asked_for(folder: Path) -> None:
    found, host = in_lite(folder, request("CLV", [[50]], [[3]], [[-1]]))
    assert found == [[["#NUM!"]]]
    assert "lifespan" in host.errors.rows()[0][3]


@proves
def lite_old_builds_show_texts(folder: Path) -> None:
    asked = request("CLV", [[50]], [[3]], [[-1]], runtime="1.3")
    (found,) = in_cpython(MAIN, [asked], folder)
    assert found["result"] == [["#NUM!"]]


@proves
def lite_store_is_forgotten(folder: Path) -> None:
    licence()
    pyodide()
    packages = folder / "wheels"
    packages.mkdir()
    data = request("CLV_DATA", [["A"], ["B"]], [[45332], [45432]], [[50], [30]])
    (stored,), _ = in_lite(folder, data)
    taking = request("CLV_AOV", stored)
    data_there, there = in_pyodide(MAIN, [data, taking], folder, wheels(packages))
    assert (shown(data_there["result"]), shown(there["result"])) == (stored, [[40.0]])  # (50 + 30) / 2
    (again,) = in_pyodide(MAIN, [taking], folder, packages)
    assert shown(again["result"]) == [["#N/A"]]


SLOW = {"book_codes_it_lacks", "lite_store_is_forgotten"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in PROOFS]
)
def test_the_difference_stands(name: str, tmp_path: Path) -> None:
    PROOFS[name](tmp_path)
