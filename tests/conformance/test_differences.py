"""Each row of clv_xl/hosts/differences.csv is true today; a difference that closes turns its test red."""

import csv
import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from playwright.sync_api import Browser

import clv_xl
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import evaluate
from clv_xl.catalogue.run import run
from clv_xl.errors import NUM, REF, SPILL, VALUE, CellError, FormulaError
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.texts import sentence
from tests.conformance.blanks import BLANKS, IN_FORCE, SHOP, distributions, drivers_and_value, scenarios
from tests.conformance.calls import LOG
from tests.conformance.test_differences_calc import IN_CALC
from tests.conformance.test_differences_xlwings import PROOFS as IN_XLWINGS
from tests.hosts.officejs.browser import Sheet, browser, sheet
from tests.hosts.officejs.served import SERVED
from tests.hosts.server.running import Running, running

PROOFS: dict[str, Callable[[Path], None]] = {}
IN_EXCEL: dict[str, Callable[[Sheet], None]] = {}
"""Proofs with Microsoft's runtime in the browser."""


def proves(proof: Callable[[Path], None]) -> Callable[[Path], None]:
    PROOFS[proof.__name__] = proof
    return proof


def proves_in_excel(proof: Callable[[Sheet], None]) -> Callable[[Sheet], None]:
    IN_EXCEL[proof.__name__] = proof
    return proof


@proves
def python_raises(_: Path) -> None:
    with pytest.raises(FormulaError, match="lifespan") as caught:
        clv_xl.clv(50, 3, [3, -1])
    assert caught.value.code == "#NUM!"


@proves
def python_mends_are_for_programs(_: Path) -> None:
    with pytest.raises(FormulaError) as caught:
        clv_xl.clv(50, 3, "3")
    assert "Text to Columns" not in caught.value.sentence
    in_a_cell = evaluate('CLV(50,3,"3")')
    assert isinstance(in_a_cell, CellError)
    assert "Text to Columns" in sentence(in_a_cell)


@proves
def python_nan_is_blank(_: Path) -> None:
    assert clv_xl.clv(50, 3, 3, float("nan")) == clv_xl.clv(50, 3, 3)
    assert clv_xl.aov(pd.Series([50, None, 70], dtype="Int64")) == clv_xl.aov([50, 70])


@proves
def python_tables_are_frames(_: Path) -> None:
    frame = clv_xl.compare(60, 1.0, 0.1)
    assert list(frame.columns) == ["convention", "clv", "formula", "note"]
    assert np.isnan(frame["clv"].to_numpy(float)).sum() == 2  # no mean life without churn


def segment_table(path: Path, dynamic: bool) -> tuple[list[list[object]], int]:
    """Return what a table function shows in a workbook, and the number of notes."""
    book = xlsxwriter.Workbook(str(path))
    data, sheet = book.add_worksheet("Data"), book.add_worksheet("S")
    for i, row in enumerate(LOG.rows()):
        for j, cell in enumerate(row):
            if cell is not None:
                data.write(i, j, cell)
    formula = "=CLV.SEGMENT(Data!A1:G13)"
    if dynamic:
        sheet.write_dynamic_array_formula("A1", formula)
    else:
        sheet.write_formula("A1", formula)
    book.close()
    wanted = "S!A1#" if dynamic else "S!A1:B2"
    report = calculate(path, None, CatalogueFunctions(Context()), gets=[wanted])
    return [list(row) for row in report.results[0].rows], len(report.notes)


@proves
def headless_blank_is_empty_text(folder: Path) -> None:
    rows, _ = segment_table(folder / "book.xlsx", dynamic=True)
    assert rows[1][rows[0].index("Mix effect")] in ("", None)
    assert rows[1][rows[0].index("Mix effect")] != 0


@proves
def headless_plain_formula_shows_one_cell(folder: Path) -> None:
    rows, notes = segment_table(folder / "book.xlsx", dynamic=False)
    assert [cell for row in rows for cell in row if cell not in (None, "")] == ["Segment"]
    assert notes == 1


def error_cell(code: str) -> dict[str, str]:
    """Return an error cell as Excel hands it over."""
    return {"type": "CustomFunctionError", "code": code}


@proves_in_excel
def addin_blank_is_empty_text(cells: Sheet) -> None:
    table = [["" if c is None else c for c in row] for row in LOG.rows()]
    rows = cells.calculate(("CLV.SEGMENT", table))[0]
    assert rows[1][rows[0].index("Mix effect")] == ""
    assert all(cell is not None for row in rows for cell in row)


@proves_in_excel
def addin_blank_may_be_zero(cells: Sheet) -> None:
    """Mean of 10 and 30, and of 10, 30 and two zeros."""
    found = cells.calculate(*(("CLV.AOV", [[10], [blank], [30], [blank]]) for blank in BLANKS))
    assert found == [20, 20, 10]
    tables = cells.calculate(*(("CLV.SCENARIO", SHOP, scenarios(blank)) for blank in BLANKS))
    assert [drivers_and_value(table) for table in tables] == IN_FORCE
    drawn = cells.calculate(*(("CLV.SIMULATE", distributions(blank), 100) for blank in BLANKS))
    assert [len(table) > 20 for table in drawn[:2]] == [True, True]
    code, words = drawn[2]
    assert code == VALUE
    assert "normal" in words


@proves_in_excel
def addin_dates_of_1904(cells: Sheet) -> None:
    """In such a workbook 43870 shows as 2024-02-10, which is 45332 elsewhere."""
    orders = [["customer", "date", "amount"], ["A", 43870, 50]]
    cohorts, trend = cells.calculate(
        ("CLV.COHORT", orders, "Q"), ("CLV.TREND", [[1], [2]], [[43870], [43961]], 1)
    )
    assert cohorts[1][0] == "2020-Q1"
    assert [row[0] for row in trend[1:3]] == [43870, 43961]


@proves_in_excel
def addin_codes_it_lacks(cells: Sheet) -> None:
    for code in (REF, SPILL):
        error = run(CATALOGUE["CLV"], [CellError(code, "input_error"), 3, 3])
        assert isinstance(error, CellError)
        assert error.code == code
        alone = cells.calculate(("CLV", error_cell(code), 3, 3))[0]
        if code == SPILL:
            assert alone == (VALUE, sentence(error))
        else:
            assert alone["basicValue"] == code
        rows = cells.calculate(("CLV", [[50], [error_cell(code)]], 3, 3))[0]
        assert rows[0][0] == 450
        assert rows[1][0]["basicValue"] == (VALUE if code == SPILL else code)


@proves_in_excel
def addin_sentences_of_two_codes(cells: Sheet) -> None:
    rows = cells.calculate(("CLV", [[50], ["many"], [50]], [[3], [3], [-1]], 3))[0]
    assert [rows[1][0]["basicValue"], rows[2][0]["basicValue"]] == [VALUE, NUM]
    assert "number" in rows[1][0]["message"]
    assert rows[2][0].get("message") is None
    assert [entry["code"] for entry in cells.log() if "frequency" in entry["sentence"]] == [NUM]


@proves_in_excel
def addin_names_have_a_namespace(cells: Sheet) -> None:
    fetched = "async path => await (await fetch(path, {})).text()"
    names = [f["name"] for f in json.loads(cells.page.evaluate(fetched, "/functions.json"))["functions"]]
    assert "VALUE" in names
    assert "CLV" not in names
    assert '<bt:String id="Namespace" DefaultValue="CLV"' in cells.page.evaluate(fetched, "/manifest.xml")


@proves_in_excel
def addin_large_result_is_refused(cells: Sheet) -> None:
    assert cells.page.evaluate("ClvAddin.config.limits.resultBytes") == 5 * 1024**2
    letters = "x" * 32_000  # Excel holds 32,767 in a cell
    orders = [["customer", "date", "amount"], *([f"C{i} {letters}", 45000, 1] for i in range(200))]
    (code, words), small = cells.calculate(("CLV.RFM", orders), ("CLV.RFM", orders[:50]))
    assert code == VALUE
    assert "5 MB" in words
    assert len(small) >= 49


@proves
def call_has_no_ranges(_: Path) -> None:
    with pytest.raises(CellError) as caught:
        evaluate("CLV(A1,3,3)")
    assert caught.value.code == VALUE
    assert "clv-xl calc" in sentence(caught.value)


def rows() -> list[dict[str, str]]:
    text = files("clv_xl.hosts").joinpath("differences.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_every_row_is_proved_and_every_proof_is_a_row() -> None:
    assert sorted(row["id"] for row in rows()) == sorted([*PROOFS, *IN_EXCEL, *IN_CALC, *IN_XLWINGS])
    assert all(row["difference"].endswith(".") and row["reason"].endswith(".") for row in rows())


@pytest.mark.parametrize("name", PROOFS)
def test_the_difference_stands(name: str, tmp_path: Path) -> None:
    PROOFS[name](tmp_path)


@pytest.fixture(scope="module")
def driver() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(factory=SERVED) as found:
        yield found


@pytest.mark.office_js
@pytest.mark.parametrize("name", IN_EXCEL)
def test_the_difference_stands_in_excel(name: str, driver: Browser, server: Running) -> None:
    with sheet(driver, server) as cells:
        IN_EXCEL[name](cells)
