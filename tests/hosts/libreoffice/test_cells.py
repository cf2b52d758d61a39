"""Values of Calc as cells, and back."""

import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.cells import Block, Cell
from clv_xl.errors import CODES, NA, NUM, VALUE, CellError
from clv_xl.hosts.libreoffice import cells

# LibreOffice's numbers of errors: FormulaError in include/formula/errorcodes.hxx.
NUMBERS = {
    "#NUM!": 503,
    "#VALUE!": 519,
    "#NULL!": 521,
    "#REF!": 524,
    "#NAME?": 525,
    "#DIV/0!": 532,
    "#N/A": 32767,
}


def nan(number: int) -> float:
    """Return the number as which Calc hands over an error."""
    return float(struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000000 | number))[0])


def number_in(value: float) -> int:
    assert math.isnan(value)
    return int(struct.unpack("<Q", struct.pack("<d", value))[0] & 0xFFFF)


def rows(value: Any) -> list[list[Cell]]:
    block = cells.read(value)
    assert isinstance(block, Block)
    return block.to_rows()


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (2.5, 2.5),
        ("a", "a"),
        ("", None),
        (None, None),
        (True, True),
        (3, 3.0),
        (((7.0,),), 7.0),
        ((("",),), None),
    ],
)
def test_a_value_is_a_cell(value: Any, cell: Cell) -> None:
    assert cells.read(value) == cell


def test_what_no_cell_holds_is_an_error_and_never_a_blank() -> None:
    found = cells.read(object())
    assert isinstance(found, CellError)
    assert found.code == VALUE


@pytest.mark.parametrize(("code", "number"), NUMBERS.items())
def test_an_error_is_read_alone_and_in_a_range(code: str, number: int) -> None:
    for found in (cells.read(nan(number)), rows(((1.0,), (nan(number),)))[1][0]):
        assert isinstance(found, CellError)
        assert found.code == code


def test_an_error_among_numbers_and_blanks_is_not_taken_for_a_blank() -> None:
    found = [row[0] for row in rows(((1.0,), ("",), (nan(532),)))]
    assert found[:2] == [1.0, None]
    assert isinstance(found[2], CellError)


def test_an_error_that_only_libreoffice_has_keeps_its_number() -> None:
    found = cells.read(nan(508))  # Err:508, a missing parenthesis
    assert isinstance(found, CellError)
    assert (found.code, found.params["got"]) == (VALUE, "Err:508")


@pytest.mark.parametrize(
    "column",
    [[1.0, 2.0], ["a", "b", "a"], [1.0, None, 2.0], [None, None], ["a", None], [1.0, "a", None, 0.0]],
)
def test_a_column_keeps_numbers_texts_and_blanks(column: list[Any]) -> None:
    handed = tuple(("" if v is None else v,) for v in column)
    assert [row[0] for row in rows(handed)] == column


def test_a_range_keeps_rows_and_columns() -> None:
    assert rows((("a", 1.0, ""), ("b", 2.0, 3.0))) == [["a", 1.0, None], ["b", 2.0, 3.0]]


@pytest.mark.parametrize("code", CODES)
def test_every_code_becomes_an_error_of_calc(code: str) -> None:
    wanted = NUMBERS.get(code, NUMBERS[VALUE])  # Calc has none for #SPILL! and #CALC!
    ((alone,),) = cells.write(CellError(code, "no_result"))
    table = cells.write(Block.from_rows([["a", CellError(code, "no_result")]]))
    assert number_in(alone) == number_in(table[0][1]) == wanted


def test_results_are_rows_of_what_uno_can_hold() -> None:
    table = Block.from_rows([["Period", None], [1.0, True]])
    assert cells.write(table) == (("Period", ""), (1.0, 1.0))
    assert type(cells.write(True)[0][0]) is float
    assert cells.write(None) == (("",),)


VALUES = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.just(None),
    st.sampled_from((nan(503),)),
)


@given(st.lists(VALUES, min_size=2, max_size=30))
def test_a_column_is_read_as_its_cells_are(column: list[Any]) -> None:
    handed = tuple(("" if v is None else v,) for v in column)
    block = cells.read(handed)
    assert isinstance(block, Block)

    def seen(cell: Any) -> Any:
        return cell.code if isinstance(cell, CellError) else cell

    assert [seen(c) for c in block.columns[0]] == [seen(cells.read(row[0])) for row in handed]


def test_the_code_of_an_error_is_told_and_a_number_has_none() -> None:
    assert (cells.error_code(nan(32767)), cells.error_code(nan(503)), cells.error_code(3.0)) == (NA, NUM, "")
