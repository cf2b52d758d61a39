"""Formulas beyond what the engine reads, and sentences about an order log that is none."""

from pathlib import Path

import pytest

from clv_xl.catalogue.formula import evaluate
from clv_xl.errors import CellError
from clv_xl.texts import sentence
from tests.hosts.headless.books import cells, formulas, run

# Excel takes 8,192 characters; added up one by one they nest deeper than the engine's 256 levels.
LONG = "=" + "+".join(["1"] * 300)


def test_a_formula_too_deep_for_the_engine_keeps_its_value(tmp_path: Path) -> None:
    book = formulas(
        tmp_path / "b.xlsx",
        {"A1": LONG, "B1": "=A1*2", "C1": "=IFERROR(A1,0)", "D1": "=CLV(50,3,3)", "E1": "=CLV(A1,3,3)"},
    )
    report, output = run(book)
    assert cells(output) == {"A1": ("n", "5"), "B1": ("n", "5"), "C1": ("n", "5"), "D1": ("n", "450"),
                             "E1": ("n", "5")}  # fmt: skip
    assert {(k.cell, k.reason.key) for k in report.kept} == {
        ("A1", "headless_keep_engine"),
        *((cell, "headless_keep_dependent") for cell in ("B1", "C1", "E1")),
    }
    assert report.errors == []


def test_a_formula_that_is_none_keeps_its_value(tmp_path: Path) -> None:
    report, output = run(formulas(tmp_path / "b.xlsx", {"A1": "=CLV(=CLV(1,1,1),1,1)", "B1": "=CLV(50,3,3)"}))
    assert cells(output) == {"A1": ("n", "5"), "B1": ("n", "450")}
    assert [k.cell for k in report.kept] == ["A1"]


@pytest.mark.parametrize("formula", ["CLV.SUMMARY(5)", "CLV.SUMMARY(TRUE)", "CLV.CHECK(5)", "CLV.RFM(5)"])
def test_a_number_for_an_order_log_says_what_an_order_log_is(formula: str) -> None:
    said = sentence(_error(formula))
    assert "order_log must be a range of orders with a header row, or the text of CLV.DATA" in said


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ('CLV.SOURCEINFO("foo")', 'source must be the text of a CLV.DATA cell; it is "foo"'),
        ('CLV.SOURCEINFO("@shop")', 'source is "@shop", a configured source, and none is set up'),
    ],
)
def test_source_info_names_its_argument(formula: str, said: str) -> None:
    assert said in sentence(_error(formula))


def test_the_width_of_a_range_is_a_number() -> None:
    log = '{"customer","date","amount","segment";"A",45000,5,"x";"B",45800,7,"y"}'
    assert "it is 3 wide" in sentence(_error(f"CLV.SEGMENT({log},,,,,{{1,2,3}})"))


def _error(formula: str) -> CellError:
    from clv_xl.catalogue.context import Context

    result = evaluate(formula, Context())
    assert isinstance(result, CellError)
    return result
