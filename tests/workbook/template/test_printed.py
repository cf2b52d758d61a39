"""How sheets print: no page that holds hardly anything, and what is wide on two pages."""

import pytest
import xlsxwriter

from clv_xl.texts import LANGUAGES, word
from clv_xl.workbook.measure import width_of
from clv_xl.workbook.styles import NUMBERS
from clv_xl.workbook.template.printed import one_wide, scale, two_wide
from clv_xl.workbook.template.sheets.forecast import WIDTHS

ACROSS = 945  # pixels of a page at full size, as the module has them
ROW = 20


def test_a_sheet_as_wide_as_a_page_prints_at_full_size() -> None:
    assert scale([ROW] * 10, [], ACROSS) == 100


def test_a_sheet_twice_as_wide_prints_at_half_the_size() -> None:
    assert scale([ROW] * 10, [], 2 * ACROSS) == 50


def test_a_narrow_sheet_is_not_blown_up() -> None:
    assert scale([ROW] * 10, [], ACROSS // 2) == 100


def test_a_few_rows_too_many_make_the_print_smaller_instead_of_a_nearly_empty_page() -> None:
    """34 rows of 20 pixels are 680; 645 pixels of a page hold them at 94 %."""
    assert scale([ROW] * 34, [], ACROSS) == 94


def test_a_half_full_second_page_is_left_as_it_is() -> None:
    assert scale([ROW] * 48, [], ACROSS) == 100


def test_rows_that_begin_a_page_count_for_themselves() -> None:
    """Two parts of 20 rows fill two pages, where 40 rows would leave a second page nearly empty."""
    assert scale([ROW] * 40, [], ACROSS) < 100
    assert scale([ROW] * 40, [20], ACROSS) == 100


def test_what_every_page_repeats_takes_its_room_there() -> None:
    """64 rows are two pages of 32; with 5 rows repeated on the second they are three at full size."""
    assert scale([ROW] * 64, [], ACROSS) == 100
    assert scale([ROW] * 64, [], ACROSS, repeated=5 * ROW) < 100


@pytest.fixture
def sheet() -> xlsxwriter.worksheet.Worksheet:
    return xlsxwriter.Workbook().add_worksheet()


def test_a_sheet_that_is_to_be_one_page_stays_so(sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.print_area(0, 0, 99, 9)
    sheet.fit_to_pages(1, 1)
    one_wide(sheet, [10] * 10)
    assert (sheet.fit_page, sheet.print_scale) == (1, 100)


def test_a_sheet_one_page_wide_gets_a_scale_of_its_own(sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.print_area(0, 0, 9, 19)
    sheet.fit_to_pages(1, 0)
    one_wide(sheet, [10] * 20)
    assert (sheet.fit_page, sheet.print_scale) == (0, 63)  # 945 of 20 columns of 75 pixels


def test_a_time_sheet_breaks_between_its_columns_and_repeats_the_first(
    sheet: xlsxwriter.worksheet.Worksheet,
) -> None:
    sheet.print_area(0, 0, 9, 28)
    two_wide(sheet, [10] * 29, 17, 28, 2)
    assert sheet.vbreaks == [17]
    assert sheet.repeat_col_range.endswith("$A:$B")
    assert sheet.print_scale == 74  # 945 of the 17 columns of the first page


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_sheet_two_pages_wide_is_for_is_not_cut_on_the_second(language: str) -> None:
    """There the text has the repeated columns alone to run over: A and B of Forecast."""
    words = word("template.forecast.what", language)
    assert width_of(words) <= sum(WIDTHS[:2])


def test_what_reckoning_leaves_is_shown_as_0_and_a_limit_as_it_is() -> None:
    """Sums of 15 digits miss by some 1E-16 of a number; the smallest limit on Checks is 1E-9."""
    above, below, rest = NUMBERS["exact"].split(";")
    least = float(above.partition(">=")[2].partition("]")[0])
    most = float(below.partition("<=")[2].partition("]")[0])
    assert (rest, most) == ("0", -least)
    assert 1e-13 < least <= 1e-9
