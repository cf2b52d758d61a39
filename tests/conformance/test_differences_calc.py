"""Each row of clv_xl/hosts/differences.csv for LibreOffice Calc is true today, in each version here."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.run import run
from clv_xl.cells import Block
from clv_xl.errors import NA, NUM, VALUE, CellError
from clv_xl.texts import sentence
from tests.conformance.calls import LOG
from tests.hosts.libreoffice.office import Office
from tests.hosts.libreoffice.with_extension import PROCEDURES, VERSIONS, Profiles

IN_CALC: dict[str, Callable[[Office, Path], None]] = {}
NAMES_SAVED = ("=CLV.CHURN(5,100)", "=_xldudf_CLV_CHURN(5,100)")
"""How 7.4 and 25.2 write a function to a file of Excel."""

pytestmark = pytest.mark.slow


def proves(proof: Callable[[Office, Path], None]) -> Callable[[Office, Path], None]:
    IN_CALC[proof.__name__] = proof
    return proof


def shown(calc: Office, formulas: dict[str, str], data: dict[str, Any] | None = None) -> list[Any]:
    """Return what formulas show, the first cell of an array."""
    found = calc("cells", formulas=formulas, data=data or {})
    firsts = [found[place][0][0] if ":" in place else found[place] for place in formulas]
    return [cell["error"] if isinstance(cell, dict) else cell for cell in firsts]


def code(result: object) -> str:
    assert isinstance(result, CellError)
    return result.code


@proves
def calc_blank_cell_is_zero(calc: Office, _: Path) -> None:
    """A blank in a range is a blank: the mean of 50 and nothing is 50."""
    assert code(run(CATALOGUE["CLV"], (50.0, 3.0, None))) == VALUE
    found = shown(calc, {"B1": "=CLV.VALUE(50;3;A9)", "B2": "=CLV.AOV(A1:A2)"}, {"A1": [[50.0]]})
    assert found == [0.0, 50.0]


@proves
def calc_booleans_are_numbers(calc: Office, _: Path) -> None:
    assert code(run(CATALOGUE["CLV"], (50.0, 3.0, True))) == VALUE
    found = shown(calc, {"B1": "=CLV.VALUE(50;3;TRUE())", "B2": "=CLV.VALUE(50;3;A1)"}, {"A1": [[True]]})
    assert found == [150.0, 150.0]


@proves
def calc_error_in_a_range(calc: Office, _: Path) -> None:
    """An error in a single cell, or one that a formula holds, is itself."""
    column = Block.from_rows([[50.0], [CellError(NA, "input_error")]])
    assert code(run(CATALOGUE["CLV.AOV"], (column,))) == NA
    data = {"A1": [[50.0], [{"error": NA}]]}
    found = shown(
        calc, {"B1": "=CLV.AOV(A1:A2)", "B2": "=CLV.VALUE(50;3;A2)", "B3": "=CLV.VALUE(50;3;#N/A)"}, data
    )
    assert found == ["Err:504", NA, NA]


@proves
def calc_blank_is_empty_text(calc: Office, _: Path) -> None:
    table = run(CATALOGUE["CLV.SEGMENT"], (LOG,))
    assert isinstance(table, Block)
    rows = table.to_rows()
    column = rows[0].index("Mix effect")
    assert rows[1][column] is None
    data = {"Data.A1": [list(row) for row in LOG.rows()]}
    place = f"INDEX(CLV.SEGMENT(Data.A1:G13);2;{column + 1})"
    found = shown(calc, {"B1": f"=ISTEXT({place})", "B2": f"=LEN({place})"}, data)
    assert found == [1.0, 0.0]


@proves
def calc_texts_compare_unequal(calc: Office, _: Path) -> None:
    """A text joined to the empty text is a text as any other."""
    formulas = {
        "A1:B3": "=CLV.COMPARE(60;80%;10%)",
        "D1": '=A1="Convention"',
        "D2": '=MATCH("Convention";A1:A3;0)',
        "D3": '=COUNTIF(A1:A3;"Convention")',
        "D4": '=A1&""="Convention"',
        "D5": '=SUMPRODUCT(--(A1:A3&""="Convention"))',
    }
    assert shown(calc, formulas) == ["Convention", 0.0, NA, 0.0, 1.0, 1.0]


@proves
def calc_no_spill(calc: Office, _: Path) -> None:
    """The same call as an array formula over a range fills it, and is #N/A where it has no more."""
    call = "=CLV.COMPARE(60;80%;10%)"
    assert shown(calc, {"A1": call, "A2": "=ISBLANK(A3)", "B1": "=ISBLANK(C1)"}) == ["Convention", 1.0, 1.0]
    rows = calc("cells", formulas={"A1:E12": call})["A1:E12"]
    assert [rows[0][0], rows[0][4], rows[11][0]] == ["Convention", {"error": NA}, {"error": NA}]


@proves
def calc_cell_has_no_sentence(calc: Office, _: Path) -> None:
    error = run(CATALOGUE["CLV"], (50.0, 3.0, -3.0))
    assert isinstance(error, CellError)
    assert "lifespan" in sentence(error)
    assert calc("looked_at", formula="=CLV.VALUE(50;3;-3)") == {"text": NUM, "notes": 0}


@proves
def calc_arguments_look_optional(calc: Office, _: Path) -> None:
    clv = next(entry for entry in calc("wizard") if entry["name"] == "CLV" and entry["arguments"])
    required = [arg.required for arg in CATALOGUE["CLV"].args]
    assert required[:3] == [True, True, True]
    assert [optional for *_, optional in clv["arguments"]] == [True] * len(required)


@proves
def calc_typed_names(calc: Office, _: Path) -> None:
    names = ("CLV", "CLV.VALUE", "CLV_VALUE", "_xldudf_CLV")
    formulas = [[f"={name}(50,3,3)", 1, 1] for name in names]
    found = [rows[0][0] for rows in calc("calculated", blocks=[], formulas=formulas, typed=True)]
    assert found == [450.0, *[{"error": "#NAME?"}] * 3]


@proves
def calc_names_become_ours(calc: Office, folder: Path) -> None:
    path, saved = folder / "book.xlsx", folder / "saved.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("S").write_formula("A1", "=CLV_CHURN(5,100)", None, "")
    book.close()
    opened = calc("contents", path=str(path), save=str(saved))["S"]
    assert (opened["formulas"][0][0], opened["values"][0][0]) == ("=CLV.CHURN(5;100)", 0.05)
    assert openpyxl.load_workbook(saved)["S"]["A1"].value in NAMES_SAVED


@pytest.fixture(scope="module", params=VERSIONS)
def calc(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, str]]:
    with Profiles(tmp_path_factory).calc(request.param, PROCEDURES) as started:
        yield started, request.param


@pytest.mark.parametrize("name", IN_CALC)
def test_the_difference_stands_in_calc(name: str, calc: tuple[Office, str], tmp_path: Path) -> None:
    started, _ = calc
    IN_CALC[name](started, tmp_path)
