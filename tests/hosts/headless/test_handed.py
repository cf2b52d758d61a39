"""A long range handed over again: the block of before where nothing differs, another where anything does."""

from typing import Any

import pytest

from clv_xl.cells import HeldBlock
from clv_xl.hosts.headless.handed import Handed

ROWS = 5_000  # from here on a range is long


def rows(last: Any = 7.0) -> list[list[Any]]:
    return [["id", "day"], *([f"C{i}", float(i)] for i in range(ROWS - 2)), ["end", last]]


def test_equal_ranges_are_one_block() -> None:
    handed = Handed()
    first = handed.block(rows())
    assert isinstance(first, HeldBlock)
    assert handed.block(rows()) is first


@pytest.mark.parametrize("last", [8.0, "7", None, "", 7.5])
def test_a_range_with_one_other_cell_is_another_block(last: Any) -> None:
    handed = Handed()
    first = handed.block(rows())
    found = handed.block(rows(last))
    assert found is not first
    assert found.columns[1].cell(ROWS - 1) == (last or None)


@pytest.mark.parametrize(("number", "logical"), [(1.0, True), (0.0, False)])
def test_a_logical_value_is_not_the_number_that_it_equals(number: float, logical: bool) -> None:
    handed = Handed()
    handed.block(rows(number))
    assert handed.block(rows(logical)).columns[1].cell(ROWS - 1) is logical
    assert handed.block(rows(number)).columns[1].cell(ROWS - 1) == number


def test_a_range_without_its_last_row_is_another_block() -> None:
    handed = Handed()
    long = [*rows(), ["more", 1.0]]
    assert handed.block(long).height == ROWS + 1
    assert handed.block(rows()).height == ROWS


def test_short_ranges_are_read_each_time() -> None:
    handed = Handed()
    assert handed.block(rows()[:9]) is not handed.block(rows()[:9])


def test_an_error_of_the_engine_is_refused_as_in_any_block() -> None:
    with pytest.raises(TypeError):
        Handed().block(rows({"type": "Error", "kind": "Na"}))
