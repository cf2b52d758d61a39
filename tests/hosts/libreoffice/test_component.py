"""The extension in a real LibreOffice, 7.4 and 25.2: formulas, errors, dates, languages, the menu."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import clv_xl
from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.errors import Text
from tests.hosts.libreoffice.office import Office
from tests.hosts.libreoffice.with_extension import VERSIONS, Profiles

PROCEDURES = Path(__file__).with_name("menu_procedures.py")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=VERSIONS)
def calc(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Profiles(tmp_path_factory).calc(request.param, PROCEDURES) as started:
        yield started


def maps(calc: Office) -> str:
    """Return what the processes of LibreOffice have loaded."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if str(calc.profile) in (place / "cmdline").read_text():
                found.append((place / "maps").read_text())
        except OSError:
            continue
    return "".join(found)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("host", VERSIONS)
def test_libreoffice_loads_numpy_only_with_the_first_formula(
    host: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Profiles(tmp_path_factory).calc(host) as calc:
        calc("cells", formulas={"A1": "=1+1"})
        assert "soffice.bin" in maps(calc)
        assert "numpy" not in maps(calc)
        calc("cells", formulas={"A1": "=CLV.VALUE(50;3;3)"})
        assert "numpy" in maps(calc)


FORMULAS: dict[str, Any] = {
    "=CLV.VALUE(50;3;3)": 450.0,  # 50 * 3 * 3
    "=CLV.VALUE(CLV.VALUE(50;3;3);1;1)": 450.0,
    "=CLV.VALUE(50;3;3;;;10%)": 150 / 1.1 + 150 / 1.1**2 + 150 / 1.1**3,
    "=CLV.VALUE(50;3;3)*2": 900.0,
    '=IF(CLV.VALUE(50;3;3)>400;"x";"y")': "x",
    "=CLV.VALUE(50;3)": {"error": "#VALUE!"},
    '=CLV.VALUE("x";3;3)': {"error": "#VALUE!"},
    "=CLV.VALUE(50;3;-3)": {"error": "#NUM!"},
    '=CLV.AOV("clv:orders:00000000000000000000000000000000:1")': {"error": "#N/A"},
    "=IFERROR(CLV.VALUE(50;3);7)": 7.0,
    "=ISERROR(CLV.VALUE(50;3))": 1.0,
    "=CLV.VALUE(1/0;3;3)": {"error": "#DIV/0!"},
    "=CLV.VALUE(NA();3;3)": {"error": "#N/A"},
    "=SUM(CLV.VALUE({50|60};3;3))": 990.0,
    "=CLV.AOV(Data.A1:A4)": 60.0,  # (50 + 70) / 2: a blank and an empty text are no orders
    "=CLV.AOV(Data.A1:A5)": {"error": "#VALUE!"},
    "=INDEX(CLV.COMPARE(60;80%;10%);2;1)": "Paid at the start of each period",
    "=CLV.VERSION()": clv_xl.__version__,
}
DATA = {"Data.A1": [[50.0], [None], [""], [70.0], ["x"]]}


def test_formulas_show_numbers_texts_and_errors(calc: Office) -> None:
    placed = {f"A{i}": formula for i, formula in enumerate(FORMULAS, 1)}
    found = calc("cells", formulas=placed, data=DATA)
    shown = {formula: found[address] for address, formula in placed.items()}
    numbers = {f: v for f, v in FORMULAS.items() if isinstance(v, float)}
    assert {f: shown[f] for f in numbers} == pytest.approx(numbers)
    assert {f: v for f, v in shown.items() if f not in numbers} == {
        f: v for f, v in FORMULAS.items() if f not in numbers
    }


def test_a_table_fills_its_cells_and_a_column_has_its_errors_in_place(calc: Office) -> None:
    found = calc(
        "cells",
        formulas={"A1:C3": "=CLV.COMPARE(60;80%;10%)", "E1:E3": "=CLV.VALUE(Data.A1:A3;3;3)"},
        data={"Data.A1": [[50.0], ["x"], [60.0]]},
    )
    assert found["A1:C3"][0] == ["Convention", "Customer lifetime value (CLV)", "Formula"]
    assert found["A1:C3"][1][1] == pytest.approx(60 * 1.1 / (1.1 - 0.8))
    assert found["E1:E3"] == [[450.0], [{"error": "#VALUE!"}], [540.0]]


def test_dates_are_the_same_days_whatever_day_the_document_counts_from(calc: Office) -> None:
    data = {
        "H1": [["customer", "date", "amount"], ["A", "=DATE(2024;2;10)", 50], ["B", "=DATE(2024;5;20)", 30]],
        "K1": [["=DATE(2024;2;10)"], ["=DATE(2024;8;1)"], ["=DATE(2024;5;20)"]],
        "L1": [["A"], ["A"], ["B"]],
    }
    formulas = {
        "A1": '=INDEX(CLV.COHORT(H1:J3;"M");2;1)&INDEX(CLV.COHORT(H1:J3;"M");3;1)',
        "A2": '=CLV.FREQUENCY(L1:L3;K1:K3;"Y";DATE(2025;12;31))',
        "A3": "=DATE(2024;2;10)*1",
    }
    found = calc("in_1904", formulas=formulas, data=data)
    assert found["A3"][1] == 45332 - 1462
    assert sorted((found["A1"][0][:7], found["A1"][0][7:])) == ["2024-02", "2024-05"]
    assert found["A2"][1] == 1.5  # 3 orders in 2 years in which a customer bought


def test_the_menu_lists_the_last_errors_newest_first(calc: Office) -> None:
    calc("cells", formulas={"A1": "=CLV.VALUE(50;3)", "A2": '=CLV.AOV({"x"})'})
    found = calc("shown_by_menu", entry="errors")
    assert found["rows"][0] == ["No.", "Function", "Error", "What it means"]
    numbers = [row[0] for row in found["rows"][1:]]
    assert numbers == sorted(numbers, reverse=True)
    newest, before = found["rows"][1:3]
    assert (newest[1:3], before[1:3]) == (["CLV.AOV", "#VALUE!"], ["CLV", "#VALUE!"])
    assert before[3].startswith("CLV: lifespan is missing")
    assert (found["modified"], found["weight"]) == (False, 150.0)  # awt.FontWeight.BOLD
    assert found["widths"][3] > found["widths"][0]


def test_the_menu_lists_every_function_with_an_example_that_calculates(calc: Office) -> None:
    rows = calc("shown_by_menu", entry="functions")["rows"]
    assert [row[0] for row in rows[1:]] == list(CATALOGUE)
    for row in rows[1:]:
        assert row[1].startswith(row[0] + "(")
        assert row[3].startswith("=" + row[0] + "("), "the spelling to type"
        example = CATALOGUE[row[0]].examples[0]
        if isinstance(example.value, (int, float)) and not CATALOGUE[row[0]].spills:
            assert row[4] == pytest.approx(example.value, abs=10**-example.digits)
        assert row[4] != ""


def test_the_menu_tells_which_python_calculates_and_where_help_is(calc: Office) -> None:
    found = dict(calc("shown_by_menu", entry="about")["rows"])
    assert found[texts.word("calc.about_version")] == clv_xl.__version__
    assert found[texts.word("calc.about_where")] == "LibreOffice itself"
    assert found[texts.word("calc.about_place")] == os.path.dirname(clv_xl.__file__)  # noqa: PTH120
    assert "CLV.EXPLAIN" in found[texts.word("calc.about_help")]
    assert texts.word("calc.about_why") not in found


@pytest.mark.calc_new
@pytest.mark.parametrize("language", ["fi", "pl"])
def test_errors_and_menu_speak_the_language_of_libreoffice(
    language: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    profiles = Profiles(tmp_path_factory)
    with profiles.calc("calc_new", PROCEDURES, arguments=(f"--language={language}",)) as calc:
        assert calc(
            "cells", formulas={"A1": "=INDEX(CLV.COMPARE(60;80%;10%);1;1)", "A2": "=CLV.VALUE(50;3)"}
        ) == {
            "A1": texts.word(Text("convention"), language),
            "A2": {"error": "#VALUE!"},
        }
        rows = calc("shown_by_menu", entry="errors")["rows"]
    assert rows[0][1] == texts.word("calc.column_function", language)
    assert "lifespan" in rows[1][3]
    assert "missing" not in rows[1][3]


@pytest.mark.uno
def test_the_environment_sets_the_language_before_libreoffice(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Profiles(tmp_path_factory).calc("uno", PROCEDURES, environment={"CLV_XL_LANG": "el"}) as calc:
        assert calc("shown_by_menu", entry="errors")["rows"][1][3] == texts.word("calc.no_errors", "el")
