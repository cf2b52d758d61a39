"""Functions of single values over ranges; texts joined; comparisons; what is refused."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from clv_xl.hosts.headless.formula import text_of, tokens
from clv_xl.hosts.headless.lift import Lift
from tests.hosts.headless.books import formulas, make, run


def given(formula: str, array: bool = False) -> str:
    return text_of(
        Lift(frozenset(["CLV"]), {"one": "S!$A$1", "many": "S!$A$1:$A$9"}).given(tokens(formula), array)[0]
    )


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("LEN(A1)", "LEN(A1)"),
        ("LEN(A1:A9)", "LEN(@A1:A9)"),  # a plain formula shows the cell of its own row
        ("SUMPRODUCT(LEN(A1:A9))", "SUMPRODUCT(_CLV_EACH.LEN(A1:A9))"),
        ('SUMPRODUCT(--(LEFT(many,1)="a"))', 'SUMPRODUCT(--(_CLV_EACH.LEFT(many,1)="a"))'),
        ("SUMPRODUCT(LEN(one))", "SUMPRODUCT(LEN(one))"),
        ("SUMPRODUCT(ROUND(SUM(A1:A9),2))", "SUMPRODUCT(ROUND(SUM(A1:A9),2))"),
        ("CLV(ABS(A1:A9))", "CLV(_CLV_EACH.ABS(A1:A9))"),
        ("SUM(LARGE(A1:A9,{1,2}))", "SUM(_CLV_EACH.LARGE(A1:A9,{1,2}))"),
        ("SUMPRODUCT(ROW(B2:B4))", "SUMPRODUCT(SEQUENCE(3,1,2))"),
        ("VLOOKUP(A1,B1:C9,2,0)", "VLOOKUP(A1,B1:C9,2,0)"),
        ('A1&"x"&B1', '_CLV_JOIN(A1,"x",B1)'),
        ('IF(A1&B1="ab",1,2)', 'IF(_CLV_EQUAL(_CLV_JOIN(A1,B1),"ab"),1,2)'),
        ("A1+B1>=C1*2", "_CLV_FROM(A1+B1,C1*2)"),
        ('IF(A1="",B1+C1<> 0,0<=C1)', 'IF(A1="",B1+C1<> 0,0<=C1)'),  # no digits to heed
        ("IF(A1=1,B1=-0,A1=10)", "IF(_CLV_EQUAL(A1,1),_CLV_EQUAL(B1,-0),_CLV_EQUAL(A1,10))"),
        ("SUM((A1:A9>3)*B1:B9)", "SUM((A1:A9>3)*B1:B9)"),
        ("ROWS(A1:A9)+ROWS(UNIQUE(A1:A9))", "ROWS(A1:A9)+_CLV_ROWS(UNIQUE(A1:A9))"),
    ],
)
def test_what_the_engine_is_given(formula: str, expected: str) -> None:
    assert given(formula) == expected


def test_an_array_formula_goes_through_every_cell() -> None:
    assert given('LEN(A1:A9)&"x"', array=True) == '_CLV_JOIN(_CLV_EACH.LEN(A1:A9),"x")'


def shown(path: Path, *cells: str) -> list[Any]:
    sheet = openpyxl.load_workbook(path, data_only=True)["S"]
    return [sheet[cell].value for cell in cells]


def test_arrays_of_results(tmp_path: Path) -> None:
    """Expected values by hand, from A1:A4 = 1, -2, "ab", #N/A and a blank A5."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_column("A1", [1, -2, "ab"])
        sheet.write_formula("A4", "=NA()", None, "#N/A")
        sheet.write_dynamic_array_formula("C1", "=ABS(A1:A4)")
        sheet.write_dynamic_array_formula("D1", "=LEN(A1:A5)")
        sheet.write_dynamic_array_formula("E1", "=ROUND({1.26;2.71},{0,1})")
        sheet.write_dynamic_array_formula("H1", '=IFERROR(A1:A5&"-"&1/3,"none")')
        sheet.write_formula("J1", '=COUNTIF(A1:A5,"ab")&LEN(A1:A5)', None, "")
        sheet.write_formula("J2", "=LEN(A1:A5)", None, "")

    _, output = run(make(tmp_path / "b.xlsx", fill))
    assert shown(output, "C1", "C2", "C3", "C4") == [1, 2, "#VALUE!", "#N/A"]
    assert shown(output, "D1", "D2", "D3", "D4", "D5") == [1, 2, 2, "#N/A", 0]
    assert shown(output, "E1", "F1", "E2", "F2") == [1, 1.3, 3, 2.7]
    assert shown(output, "H1", "H4", "H5") == ["1-0.333333333333333", "none", "-0.333333333333333"]
    assert shown(output, "J1", "J2") == ["11", 2]


@pytest.mark.parametrize(
    ("formula", "what"),
    [
        ('=TEXT(A1,"0.00E+00")', 'TEXT(...,"0.00E+00")'),
        ("=TEXT(A1,B1)", 'TEXT(...,"...")'),
        ('=DATEDIF(A1,A2,"md")', 'DATEDIF(...,"md")'),
        ('=COUNTIF(A1:A9,"?x")', 'COUNTIF(...,"?x")'),
        ('=SUMIFS(B1:B9,A1:A9,">b")', 'SUMIFS(...,">b")'),
        ("=SUMIFS(B1:B9,A1:A8,1)", "SUMIFS(A1:A9,...,A1:A8,...)"),
        ("=SUMPRODUCT(N(+A1:A3))", "N({...})"),
    ],
)
def test_what_is_not_calculated_is_reported(tmp_path: Path, formula: str, what: str) -> None:
    report, output = run(formulas(tmp_path / "b.xlsx", {"C1": formula, "C2": "=C1+1"}, {"A1": 1}))
    assert shown(output, "C1", "C2") == [5, 5]
    assert report.kept[0].reason.key == "headless_keep_wrong"
    assert report.kept[0].reason.params == {"what": what}
