"""Formulas as the engine is given them."""

import pytest

from clv_xl.errors import Text
from clv_xl.hosts.headless.address import Area
from clv_xl.hosts.headless.formula import tokens
from clv_xl.hosts.headless.rewrite import Rewriter, Rewritten
from clv_xl.hosts.headless.single import intersected
from clv_xl.hosts.headless.structured import Table

TABLES = {"orders": Table("Orders", "D", Area(1, 1, 9, 2), ("id", "amount"))}
OURS = frozenset(("CLV", "CLV.AOV", "_XLDUDF_CLV_AOV"))


def rewritten(formula: str) -> Rewritten:
    return Rewriter(OURS, TABLES, lambda _: (40, 3)).rewritten(tokens(formula), "S", 5, 5)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("CLV(50,3,3,,45)", "CLV(50,3,3,_CLV_OMITTED(),45)"),
        ("CLV(,3,)", "CLV(_CLV_OMITTED(),3,_CLV_OMITTED())"),
        ("CLV( ,3)", "CLV( _CLV_OMITTED(),3)"),
        ("CLV()", "CLV()"),
        ("IF(A1,,CLV(1,,2))", "IF(A1,,CLV(1,_CLV_OMITTED(),2))"),
        ("CLV(IF(A1,,2),{1,2;3,4},3)", "CLV(IF(A1,,2),{1,2;3,4},3)"),
        ('CLV("a,(",,1)&",,"', 'CLV("a,(",_CLV_OMITTED(),1)&",,"'),
        ("_xludf.CLV.AOV(A:A)", "CLV.AOV($A$1:$A$40)"),
        ("clv.aov(D!$B:C)", "CLV.AOV(D!$B$1:$C$40)"),
        ("CLV.AOV(2:$3)", "CLV.AOV($A$2:$C$3)"),
        ("SUM(A:A)", "SUM(A:A)"),
        ("CLV.AOV(FILTER(A:A,B:B))", "CLV.AOV(FILTER($A$1:$A$40,$B$1:$B$40))"),
        ("SUM(Orders[amount])", "SUM(D!$B$2:$B$9)"),
        ("_xldudf_CLV_AOV(Orders)", "_XLDUDF_CLV_AOV(D!$A$2:$B$9)"),
        ("D!Orders+Orders.x", "D!Orders+Orders.x"),
        ("_xlfn.SINGLE(A1:A3)", "@(A1:A3)"),
    ],
)
def test_rewritten(formula: str, expected: str) -> None:
    assert rewritten(formula).text == expected


def test_whole_columns_of_one_formula_end_alike_on_whichever_sheet_they_lie() -> None:
    """As in Excel, where all of them are 1,048,576 cells high."""
    used = {"S": (7, 2), "Long": (40, 3)}
    rules = Rewriter(OURS, {}, lambda sheet: used[sheet])
    found = rules.rewritten(tokens("CLV.AOV(A:A,Long!B:B)"), "S", 5, 5)
    assert found.text == "CLV.AOV($A$1:$A$40,Long!$B$1:$B$40)"
    assert found.bounded == {"s", "long"}


@pytest.mark.parametrize(
    ("formula", "key"),
    [
        ("SUM((A1,B1))", "headless_keep_reference"),
        ("A1:B5 B2:C9", "headless_keep_reference"),
        ("SUM(A1:INDEX(B1:B9,3))", "headless_keep_reference"),
        ("SUM('Jan:Dec'!A1)", "headless_keep_reference"),
        ("SUM(Jan:Dec!A1)", "headless_keep_reference"),
        ("[1]Sheet!A1", "headless_keep_external"),
        ("'[1]My sheet'!A1", "headless_keep_external"),
        ("LAMBDA(x,x+1)(2)", "headless_keep_lambda"),
    ],
)
def test_what_the_engine_cannot_read_is_said(formula: str, key: str) -> None:
    reason = rewritten(formula).reason
    assert isinstance(reason, Text)
    assert reason.key == key


@pytest.mark.parametrize("formula", ["A1 + B1", "SUM(A1, B1)", "{1,2}", "IF( A1 ,1)", "-A1 ^ 2", "(A1:B2)"])
def test_ordinary_spaces_and_commas_are_no_operators(formula: str) -> None:
    assert rewritten(formula).reason is None


def test_foreign_functions_are_listed() -> None:
    found = rewritten("CLV(SUM(1),FOO.BAR(_xlfn.XLOOKUP(1,A1,B1)))")
    assert (found.ours, found.calls) == (True, {"SUM", "FOO.BAR", "XLOOKUP"})


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("A1:A9+Data!B:B", "@A1:A9+@Data!B:B"),
        ("ROUND(A1:A9,2)", "ROUND(@A1:A9,2)"),
        ("SUM(A1:A9)*B1:B9", "SUM(A1:A9)*@B1:B9"),
        ("IF(SUM(A1:A9)>C1:C9,1)", "IF(SUM(A1:A9)>@C1:C9,1)"),
        ("SORT(A1:A9)", "@(SORT(A1:A9))"),
    ],
)
def test_intersected(formula: str, expected: str) -> None:
    assert intersected(formula) == expected
