"""Results of more cells than the engine lays out (formualizer 0.13: 10,000)."""

from pathlib import Path
from typing import Any

import formualizer
import openpyxl
import pytest
import xlsxwriter

from clv_xl.hosts.headless.address import Area
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.large import MOST, Large
from clv_xl.hosts.headless.report import Report
from tests.hosts.headless.books import Fake, make, run

SIZE = 4000  # CLV.TABLE gives a header and 4,000 rows of three cells: 12,003
LAST = 4001
TOTAL = 10 * SIZE * (SIZE + 1) / 2  # of its second column, 10 i


def shown(path: Path, *cells: str) -> list[Any]:
    sheet = openpyxl.load_workbook(path, data_only=True)["S"]
    return [sheet[cell].value for cell in cells]


def book(
    path: Path, spilled: dict[str, str], plain: dict[str, Any], names: dict[str, str] | None = None
) -> Path:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        for name, formula in (names or {}).items():
            book.define_name(name, formula)
        for cell, value in plain.items():
            if isinstance(value, str) and value.startswith("="):
                sheet.write_formula(cell, value, None, 5)
            else:
                sheet.write(cell, value)
        for cell, formula in spilled.items():
            sheet.write_dynamic_array_formula(cell, formula)

    return make(path, fill)


@pytest.mark.parametrize(
    "formula",
    [
        "=CLV.TABLE(A1)",
        "=IF(A2,CLV.TABLE(A1),0)",
        "=_xlfn._xlws.FILTER(CLV.TABLE(A1),SEQUENCE(A1+1)>0)",
        "=_xlfn.VSTACK(CLV.TABLE(0),_xlfn.DROP(CLV.TABLE(A1),1))",
        '=IFERROR(CLV.TABLE(A1),"")',
        "=_xlfn.LET(_xlpm.t,CLV.TABLE(A1),_xlpm.t)",
    ],
)
def test_a_table_and_what_reads_it(tmp_path: Path, formula: str) -> None:
    plain = {
        "A1": SIZE,
        "A2": True,
        "H1": "=ROWS(_xlfn.ANCHORARRAY(C1))",
        "H2": "=SUM(D2:D9999)",
        "H3": "=CLV.SEEN(D:D)",
        "H4": "=INDEX(_xlfn.ANCHORARRAY(S!$C$1),4001,1)",
        "H5": "=SUM(INDEX(rfm,0,2))+CLV.AOV(rfm)*0",
        "H6": f"=D{LAST}*2",
        "H7": "=ROWS(_xlfn.ANCHORARRAY(C3500))",  # no formula stands there
        "H8": "=COLUMNS(rfm)&H1",
    }
    source = book(tmp_path / "b.xlsx", {"C1": formula}, plain, {"rfm": "=_xlfn.ANCHORARRAY(S!$C$1)"})
    report, output = run(source, gets=("S!C1#",))
    expected = [LAST, TOTAL, f"{LAST}x1", SIZE, TOTAL, 20 * SIZE, "#REF!", f"3{LAST}"]
    assert shown(output, *(f"H{r}" for r in range(1, 9))) == expected
    assert shown(output, "C1", "D2", "C3335", f"D{LAST}", f"C{LAST + 1}") == ["id", 10, 3334, 10 * SIZE, None]
    rows = report.results[0].rows
    assert (len(rows), rows[0], rows[-1]) == (LAST, ["id", "value", "note"], [SIZE, 10 * SIZE, "even"])
    assert [e.cell for e in report.errors] == ["H7"]
    assert report.kept == []


def test_tables_that_read_tables(tmp_path: Path) -> None:
    spilled = {
        "C1": "=CLV.TABLE(A1)",
        "G1": "=_xlfn._xlws.SORT(_xlfn.DROP(_xlfn.ANCHORARRAY(C1),1),2,-1)",
        "K1": "=_xlfn._xlws.FILTER(_xlfn.ANCHORARRAY(G1),INDEX(_xlfn.ANCHORARRAY(G1),0,1)>10)",
        "P1": "=INDEX(_xlfn.ANCHORARRAY(K1),1,0)",
    }
    plain = {"A1": SIZE, "A2": "=ROWS(_xlfn.ANCHORARRAY(K1))", "A3": "=SUM(L:L)"}
    report, output = run(book(tmp_path / "b.xlsx", spilled, plain))
    assert shown(output, "G1", "K1", "P1", "K3990", "K3991") == [SIZE, SIZE, SIZE, 11, None]
    assert shown(output, "A2", "A3") == [SIZE - 10, TOTAL - 550]
    assert (report.errors, report.kept) == ([], [])


def test_a_table_that_shrinks_and_one_that_grows(tmp_path: Path) -> None:
    plain = {"A1": SIZE, "H1": "=SUM(INDEX(_xlfn.ANCHORARRAY(C1),0,2))"}
    _, first = run(book(tmp_path / "b.xlsx", {"C1": "=CLV.TABLE(A1)"}, plain))
    calculate(first, tmp_path / "small.xlsx", Fake(), sets=("A1=3",))
    assert shown(tmp_path / "small.xlsx", "H1", "C4", "C5", "C3335", "C4001") == [60, 3, None, None, None]
    calculate(tmp_path / "small.xlsx", tmp_path / "large.xlsx", Fake(), sets=("A1=5000",))
    assert shown(tmp_path / "large.xlsx", "H1", "C5001", "C5002") == [125_025_000, 5000, None]


def _code(report: Report, cell: str) -> str:
    return next((e.code for e in report.errors if e.cell == cell), "")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("D2", "in the way"),
        ("E3999", 1),
        ("D4001", '=""'),
        ("C4001", True),
        ("C3335", "=1"),
        ("D3000", "=FOO()"),
    ],
)
def test_something_in_the_way(tmp_path: Path, cell: str, value: Any) -> None:
    plain = {"A1": SIZE, cell: value, "H1": "=SUM(D5:D3998)", "H2": "=ROWS(_xlfn.ANCHORARRAY(C1))"}
    report, output = run(book(tmp_path / "b.xlsx", {"C1": "=CLV.TABLE(A1)"}, plain))
    assert _code(report, "C1") == "#SPILL!"
    assert [e.sentence.key for e in report.errors if e.cell == "C1"] == ["headless_spill_blocked"]
    assert shown(output, "C2", "D5", "E4001") == [None, None, None]
    assert shown(output, "H2") == ["#REF!"]


def test_merged_cells_tables_and_the_end_of_the_sheet_block(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.merge_range("D3990:E3991", "")
        sheet.write_dynamic_array_formula("C1", "=CLV.TABLE(4000)")
        sheet.add_table("I3990:J3995", {"name": "T", "columns": [{"header": "a"}, {"header": "b"}]})
        sheet.write_dynamic_array_formula("H1", "=CLV.TABLE(4000)")
        sheet.write_dynamic_array_formula("M1045000", "=CLV.TABLE(4000)")
        sheet.write_dynamic_array_formula("XFA1", "=_xlfn.SEQUENCE(3000,5)")

    report, _ = run(make(tmp_path / "b.xlsx", fill))
    assert {e.cell: e.code for e in report.errors} == dict.fromkeys(
        ("C1", "H1", "M1045000", "XFA1"), "#SPILL!"
    )


def test_fixed_areas_and_wide_rows(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_array_formula("A1:C4002", "{=CLV.TABLE(4000)}")
        sheet.write_array_formula("E1:E12000", "{=ROW(A1:A12000)}")
        sheet.write_dynamic_array_formula("G5", "=_xlfn.SEQUENCE(6,2000)")
        sheet.write_formula("G1", "=SUM(E1:E12000)", None, 0)

    report, output = run(make(tmp_path / "b.xlsx", fill), gets=("S!G5#",))
    assert shown(output, "A4001", "A4002", "E12000", "G1") == [4000, "#N/A", 12000, 12000 * 12001 / 2]
    assert [len(row) for row in report.results[0].rows] == [2000] * 6
    assert report.results[0].rows[-1][-1] == 12000


def test_errors_inside_a_large_result_keep_their_sentence(tmp_path: Path) -> None:
    formula = "=_xlfn.VSTACK(_xlfn.CHOOSECOLS(CLV.TABLE(6000),1,2),CLV.BROKEN())"
    report, output = run(book(tmp_path / "b.xlsx", {"C1": formula}, {"A1": "=D6002"}))
    assert shown(output, "D6002", "D6003") == ["#NUM!", 3]
    assert {(e.cell, e.sentence.key) for e in report.errors if e.code == "#NUM!"} == {
        ("D6002", "bad_row"),
        ("A1", "bad_row"),
    }


def test_a_plain_formula_shows_the_first_cell(tmp_path: Path) -> None:
    _, output = run(book(tmp_path / "b.xlsx", {}, {"A1": "=CLV.TABLE(4000)"}))
    assert shown(output, "A1", "A2", "B1") == ["id", None, None]


def test_a_reference_that_is_reckoned_is_kept(tmp_path: Path) -> None:
    plain = {"A1": "=SUM(_xlfn.ANCHORARRAY(INDEX(C:C,1)))", "A2": "=A1+1", "A3": 1}
    report, output = run(book(tmp_path / "b.xlsx", {"C1": "=CLV.TABLE(4000)"}, plain))
    assert shown(output, "A1", "A2", "A3") == [5, 5, 1]
    assert {k.cell: k.reason.key for k in report.kept} == {
        "A1": "headless_keep_reference",
        "A2": "headless_keep_dependent",
    }


def test_what_reads_a_kept_formula_is_kept_with_its_whole_spill(tmp_path: Path) -> None:
    spilled = {"C1": "=CLV.TABLE(A1)", "G1": "=_xlfn._xlws.SORT(_xlfn.ANCHORARRAY(C1))"}
    plain = {"A1": "=FOO()", "A2": "=SUM(G4000:G4001)", "A3": "=1+1"}
    report, output = run(book(tmp_path / "b.xlsx", spilled, plain))
    assert {k.cell for k in report.kept} >= {"A1", "C1", "G1"}
    assert shown(output, "A3") == [2]


def test_parts_of_rows_wider_than_a_part() -> None:
    large = Large()
    large.wrapped(("S", (1, 1)), "x")
    large.whole(0, [[float(i * 12_000 + j) for j in range(12_000)] for i in range(2)])
    area = large.lie(("S", (1, 1)))
    assert area == Area(1, 1, 2, 12_000)
    assert large.first(area) == Area(1, 1, 1, MOST)
    assert list(large.parts(("S", (1, 1)), area)) == [(1, MOST + 1), (2, 1), (2, MOST + 1)]
    assert large.part(0, 1, MOST)[0][-1] == 23_999


def test_the_limit_is_still_there() -> None:
    """Fails when the engine lays out more: then the parts are needless."""
    engine = formualizer.Workbook()
    engine.add_sheet("S")
    for column, rows in ((1, MOST), (2, MOST + 1)):
        engine.set_formula("S", 1, column, f"=SEQUENCE({rows})")
    engine.evaluate_all()
    assert engine.get_value("S", 1, 1) == 1
    assert engine.get_value("S", 1, 2) == {"type": "Error", "kind": "Spill"}
