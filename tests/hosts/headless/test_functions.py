"""The catalogue itself behind a workbook's formulas."""

from pathlib import Path

import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.spelling import spellings
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from tests.hosts.headless.books import formulas


def test_every_spelling_is_answered() -> None:
    names = set(CatalogueFunctions(Context()).names())
    assert names == {spelling for name in CATALOGUE for spelling in spellings(name)}


@pytest.mark.parametrize("name", spellings("CLV"))
def test_clv_in_every_spelling(tmp_path: Path, name: str) -> None:
    """Values of CLV in catalogue.md."""
    cells = {"A1": f"={name}(50,3,3)", "A2": f"={name}(50,3,3,40%,45)", "A3": f"={name}(50,3,3,40%,45,10%,1)"}
    source = formulas(tmp_path / "b.xlsx", cells)
    report = calculate(source, None, CatalogueFunctions(Context()), gets=("S!A1:A3",))
    assert [round(float(row[0]), 2) for row in report.results[0].rows] == [450, 135, 119.13]  # type: ignore[arg-type]


def test_an_error_of_the_catalogue_keeps_its_sentence(tmp_path: Path) -> None:
    source = formulas(tmp_path / "b.xlsx", {"A1": "=CLV(50,3,-1)", "A2": "=A1+1", "A3": "=CLV(A2,1,1)"})
    report = calculate(source, None, CatalogueFunctions(Context()))
    assert [(e.cell, e.code, e.origin) for e in report.errors] == [
        ("A1", "#NUM!", ""),
        ("A2", "#NUM!", "S!A1"),
        ("A3", "#NUM!", "S!A1"),
    ]
    assert {(e.sentence.params["function"], e.sentence.params["argument"]) for e in report.errors} == {
        ("CLV", "lifespan")
    }
