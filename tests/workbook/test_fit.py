"""Texts are seen whole in every language: columns and rows follow the words, not one language's."""

from typing import Any

import pytest
from openpyxl.utils import range_boundaries

from clv_xl import texts
from clv_xl.workbook.fit import Fit, Words
from clv_xl.workbook.measure import lines_of, longest_word, width_of
from tests.workbook.demo_book import Books

# Adobe Core 14 AFM, Helvetica, whose widths Arial has: thousandths of the font size.
_LETTERS = (
    556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278,
    556, 500, 722, 500, 500, 500,
)  # fmt: skip
HELVETICA = dict(zip("abcdefghijklmnopqrstuvwxyz", _LETTERS, strict=True))
HELVETICA |= {" ": 278, ".": 278, ",": 278, ":": 278, "C": 722, "L": 556, "V": 667, "0": 556}
# A line of text of size 10 is 12.75 points high in Excel, and so is a row of one line or more.
LINE, ROW = 12.75, 15.0


def words(text: str, **look: Any) -> Words:
    """Return a text as `Fit` has it."""
    return Words.of(text, look)


@pytest.mark.parametrize(
    "text",
    [
        "windows of this length are counted back from as of, one period holds in every formula.",
        "CLV: customers with two or more orders",
        "asiakkaan elinkaariarvo, joka alittaa asiakkaiden summan",
        "zastosowana konwencja: dane, okres, klienci",
    ],
)
def test_a_width_is_about_that_of_arial_and_not_less(text: str) -> None:
    true = sum(HELVETICA[letter] for letter in text) / HELVETICA["0"]
    assert true * 0.98 <= width_of(text) <= true * 1.15


def test_a_text_beside_a_filled_cell_widens_its_column() -> None:
    fit = Fit((10, 10))
    fit.add(0, 0, words("0123456789 0123456789"))
    assert fit.widths() == (10, 10)
    fit.fill(0, 1)
    assert fit.widths()[0] > width_of("0123456789 0123456789")


def test_a_text_set_to_the_right_has_nowhere_to_run() -> None:
    fit = Fit((10, 10))
    fit.add(0, 1, words("0123456789 0123456789", align="right"))
    assert fit.widths()[1] > width_of("0123456789 0123456789")


def test_a_wrapped_text_widens_its_column_to_one_word_and_its_row_to_all_lines() -> None:
    fit = Fit((5,))
    fit.add(3, 0, words("0123456789 0123456789", text_wrap=True))
    assert 10 < fit.widths()[0] < 15
    assert fit.lines() == {3: 2}


def test_a_formula_that_is_shown_breaks_anywhere() -> None:
    fit = Fit((10,))
    fit.add(0, 0, Words("0" * 25, wrap=True, bold=False, indent=0, formula=True, pinned=False))
    assert fit.widths() == (10,)
    assert fit.lines() == {0: 3}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_text_of_the_demonstration_is_cut(language: str, books: Books) -> None:
    book = books.formulas(language)
    cut = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book.worksheets
        for row in printed(sheet)
        for cell in row
        if cell.data_type == "s" and not seen(sheet, cell)
    ]
    assert cut == []


def printed(sheet: Any) -> Any:
    """Return the cells of the print area."""
    left, top, right, bottom = area(sheet)
    return sheet.iter_rows(top, bottom, left, right)


def area(sheet: Any) -> tuple[int, int, int, int]:
    """Return the first column and row and the last column and row of the print area."""
    left, top, right, bottom = range_boundaries(sheet.print_area.rpartition("!")[2])
    assert left
    assert top
    assert right
    assert bottom
    return left, top, right, bottom


def widths_of(sheet: Any) -> dict[int, float]:
    """Return the width of each column; the file holds columns of one width as one entry."""
    dimensions = sheet.column_dimensions.values()
    return {column: d.width for d in dimensions for column in range(d.min, d.max + 1)}


def seen(sheet: Any, cell: Any) -> bool:
    """Return whether the text of a cell has the place it needs."""
    bold, look = bool(cell.font.b), cell.alignment
    widths = widths_of(sheet)
    width = widths[cell.column]
    indent = 1.0 * (look.indent or 0)
    scale = cell.font.sz / 10
    if look.wrap_text:
        height = sheet.row_dimensions[cell.row].height or ROW
        lines = lines_of(cell.value, width - indent, bold=bold)
        whole = cell.font.name == "Consolas" or longest_word(cell.value, bold=bold) <= width - indent
        return bool(whole and lines * LINE <= height)
    room, last = width, area(sheet)[2]
    if look.horizontal not in {"right", "center"}:
        for column in range(cell.column + 1, last + 1):
            if sheet.cell(cell.row, column).value is not None:
                break
            room += widths[column]
    return bool(scale * width_of(cell.value, bold=bold) <= room - indent)
