"""Formulas alike are rewritten once: what each row is given is what it would be given alone."""

from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.catalogue.context import Context
from clv_xl.hosts.headless.alike import Alike, OwnRow, Pattern, own_rows, relative
from clv_xl.hosts.headless.book import Book
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.formula import Token, text_of, tokens
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.hosts.headless.package import Package
from clv_xl.hosts.headless.shared import shifted

ROWS = 6
# Each stands in every row beside two tables, and below them where "this row" is an error.
FORMULAS = (
    "=T[[#This Row],[a]]*2",
    "=MATCH(T[[#This Row],[a]],T[a],0)",
    "=SUM(T[[#This Row],[a]:[b]])",
    "=SUMPRODUCT(ROW(T[[#This Row],[a]:[b]]))",
    "=ROW(T[[#This Row],[a]])&T[[#This Row],[b]]",
    '=IF(T[[#This Row],[a]]>U[[#This Row],[c]],"more "&U[[#This Row],[c]],T[[#This Row],[b]])',
    "=T[a]",
    "=A$3+$B4",
    "=SUM(T[b])",
    "=CLV(T[[#This Row],[a]],2,3)",
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook with every formula in the rows of its tables, and further down."""
    path = tmp_path_factory.mktemp("alike") / "alike.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        sheet.add_table(1, 0, ROWS, 1, {"name": "T", "columns": [{"header": "a"}, {"header": "b"}]})
        sheet.add_table(2, 3, ROWS + 1, 3, {"name": "U", "columns": [{"header": "c"}]})
        for row in range(2, ROWS + 2):
            sheet.write_row(row, 0, [row * 1.5, 10 - row])
            sheet.write_number(row, 3, row**2 % 7)
        for column, formula in enumerate(FORMULAS, 5):
            for row in range(2, ROWS + 3):
                sheet.write_formula(row, column, formula)
        sheet.write_formula(20, 5, "=SUM([a])")  # outside of any table
    return path


def rewritten(path: Path) -> dict[tuple[int, int], tuple[str, bool, str]]:
    names = frozenset(name.upper() for name in CatalogueFunctions(Context()).names())
    with Package(path) as package:
        book = Book(package, names)
        return {f.place: (f.given, f.ours, str(f.reason)) for f in book.formulas()}


def test_every_row_is_given_what_it_would_be_given_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = rewritten(path)
    monkeypatch.setattr(Alike, "find", lambda *_: None)
    assert together == rewritten(path)
    assert len({text for text, *_ in together.values()}) > 3 * len(FORMULAS)


def test_rows_of_a_table_are_found_alike(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Pattern] = []
    find = Alike.find

    def noted(self: Alike, sheet: str, text: str, row: int, column: int) -> Pattern | None:
        pattern = find(self, sheet, text, row, column)
        if pattern is not None:
            found.append(pattern)
        return pattern

    monkeypatch.setattr(Alike, "find", noted)
    rewritten(path)
    assert len(found) >= (len(FORMULAS) - 2) * (ROWS - 3)


def test_the_numbers_are_those_of_each_row(path: Path) -> None:
    """Expected values by hand: a is 1.5 times the row counted from 0, b is 10 less that row."""
    report = calculate(path, None, CatalogueFunctions(Context()), gets=["S!F3:O9"])
    rows = report.results[0].rows
    for i, cells in enumerate(rows, 2):
        a, b, c = i * 1.5, 10.0 - i, i**2 % 7
        if i > ROWS:
            assert [getattr(cell, "code", None) for cell in (*cells[:3], cells[5])] == ["#VALUE!"] * 4
            continue
        assert cells[0] == a * 2
        assert cells[1] == i - 1
        assert cells[2] == a + b
        assert cells[3] == i + 1
        assert cells[4] == f"{i + 1}{b:.0f}"
        if i > 2:  # the other table begins a row further down
            assert cells[5] == (f"more {c}" if a > c else b)
        assert cells[6] == a
        assert cells[9] == a * 6


def test_the_row_of_a_pattern_is_that_of_its_table() -> None:
    parts = [Token("name", OwnRow("$B$17")), Token("mark", "+"), Token("name", OwnRow("$AC$17"))]
    pattern = Pattern.of(parts, (17, 40), (2, 20), frozenset(), ours=False)
    assert (len(pattern.moves), own_rows(parts), own_rows(parts[:2])) == (2, 2, 1)
    assert pattern.given(1048576, 40) == "$B$1048576+$AC$1048576"
    assert [pattern.holds(row) for row in (1, 2, 20, 21)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("text", "row", "column", "expected"),
    [
        ("A1+$A1+A$1+$A$1", 1, 1, ("{0,0}+{$A,0}+{0,$1}+$A$1", 3)),
        ("SUM(Other!B2:D$9)", 3, 2, ("SUM(Other!{0,-1}:{2,$9})", 2)),
        ('\'A1 b\'!C3&"A1 ""B2"""', 3, 3, ('\'A1 b\'!{0,0}&"A1 ""B2"""', 1)),
        ("Q1!A1+Q1", 1, 1, ("Q1!{0,0}+{16,0}", 2)),
        ("LOG10(A1)+T[A1]+T[[#This Row],[B2]]", 1, 1, ("LOG10({0,0})+T[A1]+T[[#This Row],[B2]]", 1)),
        ("ABCD1+rate_1+x.A1+A1.x+A:A+1:1+1E5", 1, 1, ("ABCD1+rate_1+x.A1+A1.x+A:A+1:1+1E5", 0)),
    ],
)
def test_relative_references_are_distances(
    text: str, row: int, column: int, expected: tuple[str, int]
) -> None:
    assert relative(text, row, column) == expected


PIECES = st.sampled_from(
    ("A1", "$B2", "C$3", "$D$4", "Other!E5", "'My A1'!F6", "SUM(A1:B$9)", "LOG10(A1)", '"A1"', "T[a]", "1.5",
     "CLV(A1,2,3)", "ROW(B7)", "SUMPRODUCT(ROW(A1:A4))", "COUNTIF(A1:A5,B2)", "MATCH(A1,$A$1:$A$9,0)", "T[b]",
     "T[[#This Row],[a]]", "SUM(A:A)", "IF(A1>B1,C1,0)", "LEN(A1:A3)")
)  # fmt: skip


@settings(max_examples=40)
@given(
    formulas=st.lists(
        st.tuples(st.lists(PIECES, min_size=1, max_size=3), st.sampled_from("+*&=")), min_size=3, max_size=6
    )
)
def test_formulas_filled_over_a_block_are_given_as_each_alone(
    formulas: list[tuple[list[str], str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("alike") / "filled.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        book.add_worksheet("Other")
        book.add_worksheet("My A1")
        sheet.add_table(1, 20, ROWS, 21, {"name": "T", "columns": [{"header": "a"}, {"header": "b"}]})
        for i, (pieces, sign) in enumerate(formulas):
            parts = tokens(sign.join(pieces))
            for down in range(3):
                for right in range(2):
                    moved = text_of(shifted(parts, down, right))
                    sheet.write_formula(2 + down, 25 + 2 * i + right, f"={moved}")
    together = rewritten(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Alike, "find", lambda *_: None)
        assert together == rewritten(path)
