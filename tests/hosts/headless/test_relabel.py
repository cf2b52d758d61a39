"""Values taken from a workbook's twin: the file is what a calculation of everything gives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from clv_xl.hosts.headless.relabel import carried, relabelled
from clv_xl.hosts.headless.twin import NoTwinError, Values, shown
from tests.hosts.headless.books import Fake, cells, make, parts, patched, run

SHEET = "xl/worksheets/sheet1.xml"
Extra = Callable[[Any], None]


def book(path: Path, large: str, size: float = 2, extra: Extra = lambda _: None) -> Path:
    """Write a workbook whose sheet and texts are in a language: `large` is its word."""

    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet(f"S {large}")
        sheet.write("A1", size)
        sheet.write_formula("B1", "=A1*3.3", None, 0)
        sheet.write_formula("B2", f'=IF(B1>5,"{large} & <1>","")', None, 0)
        sheet.write_formula("B3", f'=B2="{large} & <1>"', None, 0)
        sheet.write_formula("B4", '=IF(B3,"","no")', None, 0)
        sheet.write_formula("B5", f'=E2&"{large}"', None, 0)  # reads a spilled text
        sheet.write_formula("B6", "=B1/3", made.add_format({"num_format": "0.0"}), 0)
        sheet.write_dynamic_array_formula("C2", "=CLV.TABLE(A1)")
        sheet.write_dynamic_array_formula("H2:H4", "=A1:A3*2")
        sheet.write_formula("J1", "=B1", None, 0)
        for row, number in ((1, 10), (2, 20)):
            sheet.write(row, 8, number)
        sheet.write_formula("J2", "=DT", None, 0)
        sheet.write("J3", 0)
        made.add_worksheet(f"T {large}").write_formula("A1", f"='S {large}'!B2", None, 0)
        extra(sheet)

    make(path, fill)
    return patched(path, SHEET, ("<f>DT</f>", '<f t="dataTable" ref="J2:J3" dt2D="0" dtr="0" r1="A1"/>'))


def english(folder: Path, extra: Extra = lambda _: None) -> list[Values]:
    return shown(run(book(folder / "en.xlsx", "large", extra=extra))[1])


def test_a_relabelled_workbook_is_what_a_calculation_gives(tmp_path: Path) -> None:
    written = book(tmp_path / "fi.xlsx", "suuri")
    _, whole = run(written)
    report, values = relabelled(written, tmp_path / "mine.xlsx", Fake(), english(tmp_path))
    assert parts(tmp_path / "mine.xlsx") == parts(whole)
    assert (report.errors, report.kept) == ([], [])
    assert values == shown(whole)
    found = cells(whole)
    assert [found[c][1] for c in ("B1", "B2", "B3", "J2", "J3", "C2", "E4")] == [
        "6.6", "suuri & <1>", "1", "33", "66", "id", "even",
    ]  # fmt: skip


def test_a_respelled_workbook_is_what_a_calculation_gives(tmp_path: Path) -> None:
    written = book(tmp_path / "other.xlsx", "large")
    _, whole = run(written)
    carried(written, tmp_path / "mine.xlsx", english(tmp_path))
    assert parts(tmp_path / "mine.xlsx") == parts(whole)


def test_numbers_are_taken_over_and_texts_calculated_from_them(tmp_path: Path) -> None:
    known = english(tmp_path)
    known[0].cells[1, 2] = 4.0  # B1
    relabelled(book(tmp_path / "fi.xlsx", "suuri"), tmp_path / "mine.xlsx", Fake(), known)
    found = cells(tmp_path / "mine.xlsx")
    assert found["B1"] == ("n", "4")
    assert found["B2"] == ("str", None)
    assert found["B6"] == ("n", "2.1999999999999997")  # as B1 was in the twin: 2 x 3.3 / 3


@pytest.mark.parametrize(
    "extra",
    [
        lambda sheet: sheet.write_formula("K9", "=1", None, 0),
        lambda sheet: sheet.write("B6", 1),
        lambda sheet: sheet.write_dynamic_array_formula("B6", "=A1"),
    ],
    ids=["another formula", "a formula less", "another kind"],
)
def test_a_workbook_of_other_formulas_is_no_twin(tmp_path: Path, extra: Extra) -> None:
    known = english(tmp_path)
    written = book(tmp_path / "fi.xlsx", "suuri", extra=extra)
    with pytest.raises(NoTwinError, match=r"S suuri!(B6|K9)"):
        relabelled(written, tmp_path / "mine.xlsx", Fake(), known)
    with pytest.raises(NoTwinError, match=r"S suuri!(B6|K9)"):
        carried(written, tmp_path / "mine.xlsx", known)
    assert not (tmp_path / "mine.xlsx").exists()


def test_a_workbook_of_more_sheets_is_no_twin(tmp_path: Path) -> None:
    with pytest.raises(NoTwinError, match="2 sheets, 1 in"):
        relabelled(book(tmp_path / "b.xlsx", "x"), tmp_path / "mine.xlsx", Fake(), english(tmp_path)[:1])


def test_a_text_that_spills_further_than_in_the_twin_is_refused(tmp_path: Path) -> None:
    written = book(tmp_path / "fi.xlsx", "suuri", size=3)
    with pytest.raises(NoTwinError, match="S suuri!C2 is of another size"):
        relabelled(written, tmp_path / "mine.xlsx", Fake(), english(tmp_path))
    assert not (tmp_path / "mine.xlsx").exists()


@pytest.mark.parametrize(
    ("extra", "where"),
    [
        (lambda sheet: sheet.write_formula("J1", '="t"&A1', None, 0), "J2: a data table of texts"),
        (lambda sheet: sheet.write_formula("K1", '="n"&ROWS(_xlfn.ANCHORARRAY(H2))', None, 0), "K1: a text"),
    ],
)
def test_what_cannot_be_taken_apart_is_refused(tmp_path: Path, extra: Extra, where: str) -> None:
    written = book(tmp_path / "fi.xlsx", "suuri", extra=extra)
    with pytest.raises(NoTwinError, match=where):
        relabelled(written, tmp_path / "mine.xlsx", Fake(), english(tmp_path, extra))


def test_a_twin_that_shows_an_error_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoTwinError, match=r"S large!K1 shows #DIV/0!"):
        english(tmp_path, lambda sheet: sheet.write_formula("K1", "=1/0", None, 0))
