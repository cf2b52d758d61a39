"""Addresses and the way references move."""

from hypothesis import given
from hypothesis import strategies as st

from clv_xl.hosts.headless.address import (
    MAX_COLUMN,
    Area,
    cell_of,
    column_number,
    letters,
    moved,
    quoted,
    unquoted,
)
from clv_xl.hosts.headless.formula import text_of, tokens
from clv_xl.hosts.headless.shared import shifted


@given(st.integers(1, MAX_COLUMN))
def test_letters_and_numbers_are_inverse(column: int) -> None:
    assert column_number(letters(column)) == column


@given(st.text(min_size=1).filter(lambda name: not name.startswith("'")))
def test_a_quoted_sheet_name_reads_back(name: str) -> None:
    assert unquoted(quoted(name)) == name


def test_names_that_look_like_cells_are_quoted() -> None:
    assert [quoted(n) for n in ("A1", "2024", "R", "Data", "My data")] == [
        "'A1'",
        "'2024'",
        "'R'",
        "Data",
        "'My data'",
    ]


def test_no_cell_beyond_the_sheet() -> None:
    # A sheet has 1,048,576 rows and 16,384 columns (Excel specifications and limits).
    assert (cell_of("XFD1048576"), cell_of("XFE1"), cell_of("A1048577")) == ((1048576, 16384), None, None)
    assert (moved("A1", -1, 0), moved("$A$1", -1, -1)) == ("#REF!", "$A$1")


@given(st.integers(2, 500), st.integers(2, 200), st.integers(-1, 50), st.integers(-1, 50))
def test_moving_there_and_back_changes_nothing(row: int, column: int, down: int, right: int) -> None:
    formula = f'{letters(column)}{row}*$C$4+SUM({letters(column)}:{letters(column)},{row}:{row})&"B2"'
    there = shifted(tokens(formula), down, right)
    assert text_of(shifted(there, -down, -right)) == formula


def test_shifted_leaves_names_texts_and_absolute_parts() -> None:
    # What Excel shows when =A1+$A1+A$1+rate+LOG10(A1)&"A1" is copied one down and one to the right.
    copied = text_of(shifted(tokens('A1+$A1+A$1+rate+LOG10(A1)&"A1"&Data!B2&$1:2'), 1, 1))
    assert copied == 'B2+$A2+B$1+rate+LOG10(B2)&"A1"&Data!C3&$1:3'


def test_area() -> None:
    area = Area.parse("$C$2:A1")
    assert area is not None
    assert (str(area), area.absolute(), area.height, area.width) == ("A1:C2", "$A$1:$C$2", 2, 3)
    assert (2, 3) in area
    assert (3, 3) not in area
    assert Area.parse("rate") is None
