"""Tables that a plain or a fixed formula cannot show as they are; expected rows by hand from books.py."""

from pathlib import Path

import xlsxwriter

from clv_xl.errors import CellError
from clv_xl.hosts.headless.report import Report
from tests.hosts.headless.books import cells, formulas, make, run

TABLE = [["id", "value", "note"], [1.0, 10.0, None], [2.0, 20.0, "even"]]  # CLV.TABLE(2) of the stand-in


def noted(report: Report) -> list[tuple[str, str]]:
    return [(n.cell, n.text.key) for n in report.notes]


def test_the_whole_table_of_a_plain_formula(tmp_path: Path) -> None:
    source = formulas(
        tmp_path / "b.xlsx", {"C6": "=CLV.TABLE(B1)", "E3": "=IF(TRUE,CLV.TABLE(2))"}, {"B1": 9}
    )
    report, output = run(source, sets=("B1=2",), gets=("S!C6#", "S!C6", "E3#"))
    assert [r.rows for r in report.results] == [TABLE, [["id"]], TABLE]
    assert sorted(noted(report)) == [("C6", "headless_first_cell_only"), ("E3", "headless_first_cell_only")]
    assert cells(output)["C6"] == ("str", "id")
    assert "C7" not in cells(output)


def test_the_whole_table_shows_errors_among_its_cells(tmp_path: Path) -> None:
    report, _ = run(formulas(tmp_path / "b.xlsx", {"A1": "=CLV.BROKEN(1)"}), gets=("A1#",))
    first, second = report.results[0].rows
    assert isinstance(first[1], CellError)
    assert (first[0], first[1].code, second) == (1.0, "#NUM!", [2.0, 3.0])


def test_a_plain_formula_stays_narrow_when_what_it_reads_grows(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_dynamic_array_formula("A1", "=SEQUENCE(20)")
        sheet.write_formula("C1", "=CLV.TABLE(CLV.AOV(A:A)-8.5)")  # the mean of 1 to 20 is 10.5

    report, output = run(make(tmp_path / "b.xlsx", fill), gets=("C1#",))
    assert report.results[0].rows == TABLE
    assert "C2" not in cells(output)


def fixed(path: Path, formula: str, area: str) -> Path:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_array_formula(area, "{" + formula + "}")
        sheet.write_formula("J1", "=A1&1", None, 0)

    return make(path, fill)


def test_padding_of_a_fixed_formula_is_one_note(tmp_path: Path) -> None:
    report, output = run(fixed(tmp_path / "b.xlsx", "=CLV.TABLE(2)", "A1:E9"), gets=("A1#", "A3:A4"))
    assert report.errors == []
    assert noted(report) == [("A1", "headless_outside_result")]
    assert report.notes[0].text.params == {"area": "A4:C9, D1:E9", "cell": "A1"}
    assert report.results[0].rows == TABLE
    assert report.results[1].rows[0] == [2.0]
    assert [cells(output)[c] for c in ("A4", "E1")] == [("e", "#N/A")] * 2  # as Excel shows them


def test_a_fixed_formula_that_is_filled_has_no_note(tmp_path: Path) -> None:
    for area, formula in (("A1:C3", "=CLV.TABLE(2)"), ("A1:B2", "=CLV.TABLE(9)"), ("A1:B9", "=CLV(50,3,3)")):
        report, _ = run(fixed(tmp_path / "b.xlsx", formula, area), gets=("A1#",))
        assert (report.errors, report.notes) == ([], [])
    assert report.results[0].rows == [[450.0, 450.0]] * 9  # one value fills the area


def test_one_error_in_a_fixed_area_has_one_cause(tmp_path: Path) -> None:
    report, _ = run(fixed(tmp_path / "b.xlsx", "=CLV(1,1,-1)", "A1:B3"))
    assert [(e.cell, e.sentence.key) for e in report.causes] == [("A1", "negative_lifespan")]
    assert {(e.cell, e.origin) for e in report.consequences} == {
        (c, "S!A1") for c in ("A2", "A3", "B1", "B2", "B3", "J1")
    }


def test_an_error_within_a_fixed_result_is_no_padding(tmp_path: Path) -> None:
    report, _ = run(fixed(tmp_path / "b.xlsx", "=CLV.BROKEN(1)", "A1:B3"))
    assert [(e.cell, e.code) for e in report.errors] == [("B1", "#NUM!")]


def test_causes_stand_before_consequences(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_array_formula("E1:G4", "{=CLV.TABLE(2)}")  # E4 is padding: an error that is not listed
        sheet.write_formula("A9", "=CLV(1,1,-1)", None, 0)
        for cell, formula in {"A1": "=A9*2", "A2": "=A1+1", "A3": "=E4", "A4": "=E4*2"}.items():
            sheet.write_formula(cell, formula, None, 0)

    report, _ = run(make(tmp_path / "b.xlsx", fill))
    assert [(e.cell, e.origin) for e in report.causes] == [("A3", "S!E4"), ("A9", "")]
    assert [(e.cell, e.origin) for e in report.consequences] == [
        ("A1", "S!A9"), ("A2", "S!A9"), ("A4", "S!E4"),
    ]  # fmt: skip
    assert report.errors == report.causes + report.consequences
