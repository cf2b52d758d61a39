"""Each row of clv_xl/hosts/differences.csv is true today; a difference that closes turns its test red."""

import csv
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

import clv_xl
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import evaluate
from clv_xl.errors import VALUE, CellError, FormulaError
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.hosts.xlwings_udf.cells import write
from clv_xl.texts import sentence
from tests.conformance.calls import LOG

PROOFS: dict[str, Callable[[Path], None]] = {}


def proves(proof: Callable[[Path], None]) -> Callable[[Path], None]:
    PROOFS[proof.__name__] = proof
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


@proves
def xlwings_errors_are_texts(_: Path) -> None:
    assert write(CellError(VALUE, "no_result")) == VALUE


@proves
def xlwings_blank_is_empty_text(_: Path) -> None:
    assert write(None) == ""


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
    assert [row["id"] for row in rows()] == list(PROOFS)
    assert all(row["difference"].endswith(".") and row["reason"].endswith(".") for row in rows())


@pytest.mark.parametrize("name", PROOFS)
def test_the_difference_stands(name: str, tmp_path: Path) -> None:
    PROOFS[name](tmp_path)
