"""How the demonstration workbook is laid out: what a finance team expects of a file."""

import re
import zipfile
from pathlib import Path

import pytest
from openpyxl.utils import range_boundaries

from clv_xl import texts
from clv_xl.workbook.demo import write_demo
from tests.workbook.demo_book import Books, Made


def test_no_sheet_is_hidden_and_no_cell_is_merged(made: Made) -> None:
    for sheet in made.formulas.worksheets:
        assert sheet.sheet_state == "visible"
        assert list(sheet.merged_cells.ranges) == []


def test_every_sheet_prints_on_a4_landscape_one_page_wide(made: Made) -> None:
    for sheet in made.formulas.worksheets:
        setup = sheet.page_setup
        assert (int(setup.paperSize), setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert setup.fitToWidth in {None, 1}  # 1 is what a file need not say
        assert sheet.print_area
        assert sheet.freeze_panes
        assert "&P" in (sheet.oddFooter.center.text or "")


def test_the_summary_is_one_page(made: Made) -> None:
    setup = made.formulas[made.demo.summary].page_setup
    assert setup.fitToHeight in {None, 1}
    assert setup.fitToWidth in {None, 1}


def test_every_chart_has_a_text_for_those_who_do_not_see_it(made: Made) -> None:
    with zipfile.ZipFile(made.path) as package:
        drawings = [n for n in package.namelist() if re.fullmatch(r"xl/drawings/drawing\d+\.xml", n)]
        frames = [f for n in drawings for f in re.findall(r"<xdr:cNvPr [^>]*>", package.read(n).decode())]
    assert len(frames) == 6 + 7
    assert all(len(found[1]) > 40 for f in frames if (found := re.search(r'descr="([^"]*)"', f))), frames
    assert all("descr=" in f for f in frames)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_chart_is_printed_whole(language: str, books: Books) -> None:
    charts = 0
    for sheet in books.formulas(language).worksheets:
        left, top, right, bottom = range_boundaries(sheet.print_area.rpartition("!")[2].replace("$", ""))
        assert (left, top) == (1, 1)
        for chart in sheet._charts:
            end = chart.anchor.to
            assert end.col < right, (sheet.title, end.col)
            assert end.row < bottom, (sheet.title, end.row)
            charts += 1
    assert charts == 13


def test_a_program_that_opens_it_need_not_calculate(made: Made) -> None:
    with zipfile.ZipFile(made.path) as package:
        workbook = package.read("xl/workbook.xml").decode()
    assert "fullCalcOnLoad" not in workbook


def test_an_input_is_blue_on_yellow_and_limited(made: Made) -> None:
    sheet = made.formulas[made.demo.summary]
    margin = sheet[made.demo.margin_cell.rpartition("!")[2]]
    assert (margin.font.color.rgb, margin.fill.fgColor.rgb) == ("FF0000FF", "FFFFFFCC")
    limited = {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert margin.coordinate in limited


def test_the_same_file_every_time(tmp_path: Path) -> None:
    parts = []
    for name in ("one.xlsx", "two.xlsx"):
        write_demo(tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as package:
            parts.append({entry: package.read(entry) for entry in package.namelist()})
    assert parts[0] == parts[1]
