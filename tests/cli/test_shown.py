"""Cells and tables as text: laws."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import texts
from clv_xl.cells import Cell
from clv_xl.cli.shown import cell_text, on_one_line, table_lines, tidy_number, width_of
from clv_xl.cli.store import size_text
from clv_xl.errors import NUM, CellError

NUMBERS = st.floats(-1e307, 1e307)  # rounded to 15 digits, the very largest floats would be infinite
CELLS: st.SearchStrategy[Cell] = st.one_of(
    NUMBERS, st.text(max_size=12), st.booleans(), st.none(), st.just(CellError(NUM, "no_result"))
)
TABLES = st.integers(1, 5).flatmap(
    lambda wide: st.lists(st.lists(CELLS, min_size=wide, max_size=wide), min_size=1, max_size=6)
)


@given(NUMBERS, st.sampled_from(texts.LANGUAGES))
def test_a_shown_number_reads_back_to_15_digits(number: float, language: str) -> None:
    shown = cell_text(number, language)
    assert float(shown.replace(",", ".")) == pytest.approx(number, rel=1e-14, abs=0)
    assert ("." in shown) <= (language == "en")


@given(NUMBERS)
def test_json_keeps_every_bit(number: float) -> None:
    tidy = tidy_number(number)
    assert tidy == number
    assert isinstance(tidy, int) <= number.is_integer()


@given(TABLES)
def test_every_line_of_a_table_fits_its_columns(rows: list[list[Cell]]) -> None:
    lines = list(table_lines(rows))
    header = len(lines) - len(rows)
    assert header in {0, 1}
    assert all(line.isprintable() or line == "" for line in lines)
    columns = zip(*[[on_one_line(cell_text(c, digits=10)) for c in row] for row in rows], strict=True)
    whole = sum(max(map(width_of, column)) + 2 for column in columns) - 2
    assert all(width_of(line) <= whole for line in lines)


@given(st.text())
def test_no_cell_moves_the_cursor(text: str) -> None:
    shown = on_one_line(text)
    assert len(shown) == len(text)
    assert not set(shown) & set("\x1b\r\n\t\b\x07")


@given(st.integers(0, 2**50))
def test_a_size_is_told_in_a_unit_that_fits(size: int) -> None:
    number, unit = size_text(size, "en").split()
    factor = 1024 ** ("B", "KB", "MB", "GB").index(unit)
    assert math.isclose(float(number) * factor, size, rel_tol=0.06, abs_tol=0)
    assert float(number) < 1024.05 or unit == "GB"
