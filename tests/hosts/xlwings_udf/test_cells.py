"""Every kind of value that COM or Office.js hands over, as a cell.

Expected values: the numbers of error cells are XlCVError of Excel's object model (2042 is #N/A)
on top of 0x800A0000, as pywin32 hands them over (xlwings issue 61); 45332 is 2024-02-10 in Excel.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.cells import Block, Cell
from clv_xl.errors import CALC, DIV, NA, NUM, SPILL, VALUE, CellError
from clv_xl.hosts.xlwings_udf import cells

NOT_AVAILABLE = -2146826246
UTC = dt.UTC  # pywin32 marks every date with it


class JsNull:
    """Stands for the class of that name in Pyodide."""


def test_the_numbers_of_error_cells_are_those_of_pywin32() -> None:
    codes = {
        -2146826281: "#DIV/0!",
        -2146826246: "#N/A",
        -2146826259: "#NAME?",
        -2146826288: "#NULL!",
        -2146826252: "#NUM!",
        -2146826265: "#REF!",
        -2146826273: "#VALUE!",
    }
    read = {number: cells.read(number) for number in codes}
    assert read == {number: CellError(code, "input_error") for number, code in codes.items()}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (12.5, 12.5),
        (-2146826246.0, -2146826246.0),  # a float is a number, whatever its value
        ("text", "text"),
        ("", ""),  # a blank for the runner
        (True, True),
        (None, None),
        (cells.MISSING, None),
        (7, 7.0),
        (Decimal("19.99"), 19.99),
        (dt.datetime(2024, 2, 10, 12, tzinfo=UTC), 45332.5),
        (dt.date(2024, 2, 10), 45332.0),
        (-2146826244, CellError(VALUE, "input_error", got="CVErr(2044)")),
        (-2146826241, CellError(VALUE, "input_error", got="#BLOCKED!")),
        (-2146826245, CellError(NA, "input_error", got="#GETTING_DATA")),
        (np.float64(3.5), 3.5),
        ({"type": "Error", "basicValue": "#DIV/0!"}, CellError(DIV, "input_error")),
        ({"type": "Error", "basicValue": "#BUSY!"}, CellError(VALUE, "input_error", got="#BUSY!")),
        ({"type": "FormattedNumber", "basicValue": 45332}, 45332.0),
        # Of Microsoft's data types: a stock or a picture counts as its basic value, an error.
        ({"type": "Entity", "basicType": "Error", "basicValue": "#VALUE!"}, CellError(VALUE, "input_error")),
        ({"type": "Empty", "basicType": "Empty", "basicValue": ""}, ""),
        (JsNull(), None),
        (object(), CellError(VALUE, "input_error", got="object")),
    ],
    ids=lambda value: str(value).partition(" at 0x")[0],  # the same in every process
)
def test_a_single_value(value: Any, cell: Cell) -> None:
    read = cells.read(value)
    assert read == cell
    assert type(read) is type(cell)


def test_a_range_of_every_kind_keeps_each_cell_in_its_row() -> None:
    when = dt.datetime(2024, 2, 10, tzinfo=UTC)
    values = (2.0, None, "a", "", True, NOT_AVAILABLE, Decimal("1.5"), when, 3)
    block = cells.read(tuple((v,) for v in values))
    assert isinstance(block, Block)
    error = CellError(NA, "input_error")
    assert list(block.columns[0]) == [2.0, None, "a", None, True, error, 1.5, 45332.0, 3.0]


def test_rows_and_columns_stay_where_they_are() -> None:
    block = cells.read(((1.0, "a"), (2.0, "b"), (NOT_AVAILABLE, None)))
    assert isinstance(block, Block)
    assert block.to_rows() == [[1.0, "a"], [2.0, "b"], [CellError(NA, "input_error"), None]]


@pytest.mark.parametrize("values", [(1.0, 2.0, 3.0), [1, 2, 3], ((1.0, 2.0, 3.0),), [[1, 2, 3]]])
def test_a_flat_row_is_a_row(values: Any) -> None:
    block = cells.read(values)
    assert isinstance(block, Block)
    assert block.to_rows() == [[1.0, 2.0, 3.0]]


FIRST, LAST = dt.datetime(1899, 12, 31), dt.datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001  wall clock


@given(st.datetimes(FIRST, LAST), st.booleans())
def test_a_com_date_loses_nothing(when: dt.datetime, marked: bool) -> None:
    when = when.replace(microsecond=when.microsecond // 1000 * 1000)  # COM knows milliseconds
    read = cells.read(when.replace(tzinfo=UTC) if marked else when)
    assert isinstance(read, float)
    days = dt.timedelta(milliseconds=round(read * 86_400_000))
    assert dt.datetime(1899, 12, 30) + days == when  # noqa: DTZ001  the day 0 of COM


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (43870.0, 43870.0),
        (dt.datetime(2024, 2, 10, tzinfo=UTC), 43870.0),  # as such a workbook counts it
        (dt.datetime(2024, 2, 10, 18, tzinfo=UTC), 43870.75),
        (dt.date(2024, 2, 10), 43870.0),
        ("43870", "43870"),
        (None, None),
        (True, True),
    ],
)
def test_a_com_date_is_the_number_that_a_1904_workbook_has_for_it(value: Any, cell: Cell) -> None:
    block = cells.read(((value,), (value,)), 1462.0)
    assert isinstance(block, Block)
    assert [cells.read(value, 1462.0), *block.columns[0]] == [cell] * 3


COM_VALUES = st.one_of(
    st.floats(allow_nan=False),
    st.text(),
    st.none(),
    st.booleans(),
    st.integers(-(2**31), 2**31 - 1),
    st.sampled_from([NOT_AVAILABLE, cells.MISSING]),
    st.decimals(-(10**6), 10**6, places=4),
    st.datetimes(FIRST, LAST),
)


@given(st.lists(COM_VALUES, min_size=1))
def test_a_column_reads_as_its_cells_do(values: list[Any]) -> None:
    block = cells.read(tuple((v,) for v in values))
    assert isinstance(block, Block)
    alone = [None if v == "" else cells.read(v) for v in values]
    assert list(block.columns[0]) == alone
    assert list(map(type, block.columns[0])) == list(map(type, alone))


def test_results_go_out_as_rows_with_errors_by_code_and_blanks_as_empty_texts() -> None:
    block = Block.from_rows([["a", 1.0, True], [None, CellError(NUM, "no_result"), 2.0]])
    assert cells.write(block) == [["a", 1.0, True], ["", "#NUM!", 2.0]]
    assert cells.write(Block.from_columns(np.array([1.0, 2.0]))) == [[1.0], [2.0]]
    assert [cells.write(c) for c in (1.5, "a", None, CellError(NA, "no_rows"))] == [1.5, "a", "", "#N/A"]


def test_a_code_of_which_xlwings_makes_no_error_goes_out_as_one_of_which_it_does() -> None:
    """xlwings.pro makes errors of the seven codes before 2020; any other text stays a text."""
    assert [cells.write(CellError(code, "input_error")) for code in (SPILL, CALC)] == [VALUE, VALUE]
