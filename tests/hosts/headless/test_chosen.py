"""Arrays of unlike shapes, arguments left out, and formulas that ask where they stand, as in LibreOffice."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from clv_xl.hosts.headless.chosen import CHOSEN
from clv_xl.hosts.headless.formula import text_of, tokens
from clv_xl.hosts.headless.lift import Lift
from clv_xl.hosts.headless.rewrite import Rewriter
from tests.hosts.headless.books import make, run
from tests.hosts.libreoffice.office import office
from tests.hosts.libreoffice.with_extension import VERSIONS, program

SIDE = 4  # rows and columns of the block that each array formula fills
ARRAYS = (
    "IF({1,0,1},{1,2},9)",
    "IF({1,0},{1,2,3},5)",
    "IF({1;0;1},D!A1:A2)",
    "IF({1;1;0},D!A1:A2,0)",
    "IF(D!A1:A3>1,D!B1:B2,D!C1:C4)",
    "IF(D!A1:A3>1,D!B1:C2,0)",
    "IF({1;0},{1;2;3},{1,2})",
    "IF({1,0;0,1},{1,2,3},{7;8;9})",
    "IF(D!A8:A9,1,{2;3;4})",
    'IF({"x";"0"},{1;2;3},2)',
    "IF(D!A1:A3>1,,{5;6})",
    "IF({1;0;1},{1,2},9)",
    "IFERROR(D!A1:A3/{1,0},{7;8})",
    "_xlfn.IFNA(MATCH(D!A1:A3,{1;2},0),{7;8})",
    "INDEX(D!A1:C3,{0;2},2)",
    "INDEX(D!A1:C3,{1;2},{1,3})",
    'INDEX(D!A1:C3,{"2";"x"},2)',
    "INDEX(D!A1:C3*2,IF({1},2),)",
    "INDEX(D!A1:C3*2,,IF({1},2))",
    "ROWS(INDEX(D!A1:C3*2,,IF({1},2)))",
    "COLUMNS(INDEX(D!A1:C3*2,IF({1},2),))",
    "VLOOKUP(D!A1:A3,D!A1:B3,2,)",
)
# By the column that each stands in, with {r} for its row.
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "B": "ROW(B{r})-ROW(B$2)+1",
        "C": "ROWS(C$2:C{r})",
        "D": "COLUMN(D{r})+COLUMNS($A{r}:D{r})",
        "E": "INDEX(D!$A$1:$A$4,ROW(E{r})-ROW(E$2)+1)",
        "F": "ROW(Own!$F${r})",
        "G": "COLUMNS($A:G)+ROWS(1:{r})",
        "H": "SUMPRODUCT(D!$A$1:$A$4*(ROW(D!$A$1:$A$4)<=ROW(H{r})))",
    }
)
ROWS_OF_PLACES = range(2, 5)


def written(path: Path) -> Path:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet, own, data = (book.add_worksheet(name) for name in ("S", "Own", "D"))
        for row in range(4):
            data.write_row(row, 0, [row + 1, 10 * (row + 1), 100 * (row + 1)])
        for n, formula in enumerate(ARRAYS):
            top = n * SIDE
            sheet.write_array_formula(top, 0, top + SIDE - 1, SIDE - 1, f"={formula}", None, 0)
        for column, formula in PLACES.items():
            for r in ROWS_OF_PLACES:
                own.write_formula(f"{column}{r}", f"={formula.format(r=r)}", None, 0)

    return make(path, fill)


def block(n: int) -> str:
    return f"A{n * SIDE + 1}:{'ABCD'[SIDE - 1]}{(n + 1) * SIDE}"


@pytest.mark.parametrize("host", VERSIONS)
def test_the_cells_are_those_of_libreoffice(host: str, tmp_path: Path) -> None:
    path = written(tmp_path / "b.xlsx")
    report, output = run(path)
    assert report.kept == []
    places = {f"S.{block(n)}": formula for n, formula in enumerate(ARRAYS)}
    places |= {f"Own.{c}{ROWS_OF_PLACES[0]}:{c}{ROWS_OF_PLACES[-1]}": f for c, f in PLACES.items()}
    with office(program(host), tmp_path / "profile") as calc:
        theirs = calc("read_file", path=str(path), addresses=list(places))
    book = openpyxl.load_workbook(output, data_only=True)
    for place, formula in places.items():
        sheet, _, area = place.partition(".")
        ours = [[cell.value for cell in row] for row in book[sheet][area]]
        shown = [[c["error"] if isinstance(c, dict) else c for c in row] for row in theirs[place]]
        shown = [["#VALUE!" if c == "Err:502" else c for c in row] for row in shown]  # its own, in a file too
        assert ours == shown, formula


def given(formula: str) -> str:
    names = {"many": "S!$A$1:$A$9"}
    return text_of(Lift(frozenset(["CLV"]), names).given(tokens(formula), True)[0])


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("IF(A1:A9>1,B1:B9,C1:C9)", "IF(A1:A9>1,B1:B9,C1:C9)"),  # as the engine can, and faster
        ("IF(A1:A9>1,B1:D1,0)", "IF(A1:A9>1,B1:D1,0)"),  # a single row is repeated
        ("IF(ISNUMBER(A1:A9),S!B1:B9,0)", "IF(_CLV_EACH.ISNUMBER(A1:A9),S!B1:B9,0)"),
        ("IF(A:A>1,S!B:B,C:C)", "IF(A:A>1,S!B:B,C:C)"),
        ("IF(A:A>1,B1:B9,0)", "_CLV_EACH.IF(A:A>1,B1:B9,0)"),
        ("IF(A1:A9>1,B1:B8,0)", "_CLV_EACH.IF(A1:A9>1,B1:B8,0)"),
        ("IF(A1:A9>1,many,0)", "_CLV_EACH.IF(A1:A9>1,many,0)"),
        ("IF(A1:A9>1,CLV(1),0)", "_CLV_EACH.IF(A1:A9>1,CLV(1),0)"),
        ("IF(A1,CLV(1),many)", "IF(A1,CLV(1),many)"),  # one of them, whole
        ("INDEX(many,CLV(1),)", "_CLV_EACH.INDEX(many,CLV(1),)"),
        ("XLOOKUP({1;2},many,many,,1)", "_CLV_EACH.XLOOKUP({1;2},many,many,_CLV_OMITTED(),1)"),
    ],
)
def test_what_the_engine_is_given(formula: str, expected: str) -> None:
    assert given(formula) == expected


def test_what_was_not_found_is_not_0(tmp_path: Path) -> None:
    """XLOOKUP without a word for that gives #N/A (Microsoft), over arrays too."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_column("A1", [1, 2])
        sheet.write_dynamic_array_formula("B1", "=XLOOKUP({2;9},A1:A2,A1:A2*10,,0)")

    _, output = run(make(tmp_path / "b.xlsx", fill))
    sheet = openpyxl.load_workbook(output, data_only=True)["S"]
    assert [sheet["B1"].value, sheet["B2"].value] == [20, "#N/A"]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("ROW(E5)+1", "5+1"),
        ("ROW( $E$5 )", "5"),
        ("COLUMNS(S!A:E)", "5"),
        ("ROWS('s'!E$2:E5)", "4"),
        ("ROW(E4)", "ROW(E4)"),
        ("ROW(D!E5)", "ROW(D!E5)"),
        ("ROW(E5:E6)", "ROW(E5:E6)"),  # as many numbers
        ("ROW()", "ROW()"),
        ("ROW(INDEX(E1:E9,5))", "ROW(INDEX(E1:E9,5))"),
        ("ISBLANK(E5)", "ISBLANK(E5)"),
    ],
)
def test_a_formula_that_asks_where_it_stands(formula: str, expected: str) -> None:
    rules = Rewriter(frozenset(), {}, lambda _: (40, 3))
    found = rules.rewritten(tokens(formula), "S", 5, 5)
    assert found.text == expected
    assert found.alike == (formula == expected)  # the formulas beside it have other numbers
    assert rules.named(tokens(formula), "S").text == formula


def test_an_index_that_is_one_value_gives_the_whole_row() -> None:
    index: Any = CHOSEN["INDEX"]
    table = [[1.0, 2.0], [3.0, 4.0]]
    assert index(table, 2.0, 0.0) == [[3.0, 4.0]]
    assert index(table, 0.0, [[2.0, 1.0]]) == [[2.0, 1.0]]  # no arrays within arrays: the first of each
    assert index([[7.0, 8.0]], 2.0) == 8.0


def test_an_index_outside_is_a_reference_that_leads_nowhere() -> None:
    """Microsoft: "must point to a cell within array; otherwise, INDEX returns a #REF! error"."""
    found = CHOSEN["INDEX"]([[1.0], [2.0]], [[3.0], [-1.0], [2.0]])
    assert [cell["kind"] if isinstance(cell, dict) else cell for [cell] in found] == ["Ref", "Value", 2.0]
