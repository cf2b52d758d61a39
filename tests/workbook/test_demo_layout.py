"""How the demonstration workbook is laid out: what a finance team expects of a file."""

import re
import zipfile
from pathlib import Path

from clv_xl.workbook.demo import write_demo
from tests.workbook.demo_book import Made


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
