"""Whole workbooks: every way a file stores formulas, and what the cells show afterwards."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from clv_xl.hosts.headless.calc import calculate
from tests.hosts.headless.books import Fake, cells, formulas, make, patched, run

SHEET = "xl/worksheets/sheet1.xml"


def shown(path: Path, cell: str, sheet: str | None = None) -> Any:
    book = openpyxl.load_workbook(path, data_only=True)
    return (book[sheet] if sheet else book.worksheets[0])[cell].value


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=CLV(50,3,3)", 450),
        ("=CLV.VALUE(50,3,3)", 450),
        ("=_xldudf_CLV(50,3,3)", 450),
        ("=_xll.CLV(50,3,3)", 450),
        ("=clv(50,3,3,,45)", 405),  # margin left out is 1, not 0
        ("=CLV(50,3,3,40%,45)", 135),  # catalogue.md, CLV
        ("=CLV(50,3,3,Z1,45)", 405),  # a blank cell is a default too
        ("=CLV(50,3,3,)", 450),
        ("=IF(TRUE,CLV(50,3,3,,45),0)+1", 406),
        ('=CLV.SEEN({1,2;3,4},"a,(",TRUE,,-1%)', "2x2 'a,(' True None -0.01"),
        ("=CLV.SEEN(NA(),1/0)", "#N/A #DIV/0!"),
        ("=CLV_AOV(A1:A4)", 2.5),
        ("=CLV.SEEN(A:A,B:B,A:B)", "9x1 9x1 9x2"),  # columns of one height, to the sheet's last row
        ("=CLV.SEEN(A1:A3*2)", "3x1"),
        ("=IFERROR(CLV(1,1,-1),7)", 7),
    ],
)
def test_values(tmp_path: Path, formula: str, expected: Any) -> None:
    values = {"A1": 1, "A2": 2, "A3": 3, "A4": 4, "B9": 1}
    _, output = run(formulas(tmp_path / "b.xlsx", {"D1": formula}, values))
    assert shown(output, "D1") == expected


def test_tables(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("My data")
        columns = [{"header": "id"}, {"header": "x [net]"}, {"header": "double"}]
        sheet.add_table("B2:D5", {"name": "Orders", "columns": columns, "data": [[1, 10], [2, 20], [3, 30]]})
        for row in (3, 4, 5):
            sheet.write_formula(f"D{row}", "=Orders[[#This Row],[x '[net']]]*2", None, 0)
        sheet.write_formula("F3", "=CLV_AOV(Orders[x '[net']])", None, 0)
        sheet.write_formula("F4", "=CLV.SEEN(Orders,Orders[#All],Orders[[#All],[id]:[double]])", None, "")
        sheet.write_formula("F5", "=SUM(Orders[[id]:[double]])", None, 0)
        sheet.write_formula("F6", "=CLV.SEEN(Orders[nothing])", None, "")

    _, output = run(make(tmp_path / "b.xlsx", fill))
    found = [shown(output, cell) for cell in ("D3", "D5", "F3", "F4", "F5", "F6")]
    assert found == [20, 60, 20, "3x3 4x3 4x3", 186, "#REF!"]


def test_shared_formulas(tmp_path: Path) -> None:
    path = formulas(
        tmp_path / "b.xlsx", {f"B{r}": "=X" for r in (1, 2, 3)}, {"A1": 1, "A2": 2, "A3": 3, "D1": 10}
    )
    patched(
        path,
        SHEET,
        ('<c r="B1"><f>X</f>', '<c r="B1"><f t="shared" ref="B1:B3" si="0">CLV(A1,$D$1,1,,0)&amp;"A1"</f>'),
        ('<c r="B2"><f>X</f>', '<c r="B2"><f t="shared" si="0"/>'),
        ('<c r="B3"><f>X</f>', '<c r="B3"><f t="shared" si="0"></f>'),
    )
    report, output = run(path)
    assert [shown(output, f"B{r}") for r in (1, 2, 3)] == ["10A1", "20A1", "30A1"]
    assert (report.formulas, report.ours) == (3, 3)
    text = patched(output, SHEET).read_bytes()
    assert text  # still a package
    assert '<f t="shared" si="0"/>' in _sheet(output)


def _sheet(path: Path) -> str:
    import zipfile

    with zipfile.ZipFile(path) as package:
        return package.read(SHEET).decode()


def spilling(path: Path, size: float, extra: dict[str, Any] | None = None) -> Path:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.write("A1", size)
        sheet.write_dynamic_array_formula("C2", "=CLV.TABLE(A1)")
        sheet.write_formula("H1", "=ROWS(_xlfn.ANCHORARRAY(C2))", None, 0)
        sheet.write_formula("H2", "=SUM(D2:D99)", None, 0)
        sheet.write_formula("H3", "=CLV.SEEN(D:D)", None, "")
        for cell, value in (extra or {}).items():
            sheet.write(cell, value)

    return make(path, fill)


def test_a_spill_is_written(tmp_path: Path) -> None:
    report, output = run(spilling(tmp_path / "b.xlsx", 12), gets=("S!C2#",))
    assert [shown(output, c) for c in ("C2", "D2", "C14", "D14", "E3", "E14", "H1", "H2")] == [
        "id", "value", 12, 120, None, "even", 13, 780,
    ]  # fmt: skip
    assert shown(output, "H3") == "14x1"  # the whole column reaches the end of the spill
    assert 'ref="C2:E14"' in _sheet(output)
    assert 'cm="1"' in _sheet(output)
    assert len(report.results[0].rows) == 13


def test_a_smaller_spill_leaves_nothing_behind(tmp_path: Path) -> None:
    _, larger = run(spilling(tmp_path / "b.xlsx", 12))
    report = calculate(larger, tmp_path / "small.xlsx", Fake(), sets=("A1=2",))
    assert [shown(tmp_path / "small.xlsx", c) for c in ("C4", "C5", "D14", "H1", "H2")] == [
        2,
        None,
        None,
        3,
        30,
    ]
    assert 'ref="C2:E4"' in _sheet(tmp_path / "small.xlsx")
    assert report.errors == []


def test_a_blocked_spill(tmp_path: Path) -> None:
    report, output = run(spilling(tmp_path / "b.xlsx", 3, {"D4": "in the way"}))
    error = next(e for e in report.errors if e.cell == "C2")
    assert (error.code, error.sentence.key) == ("#SPILL!", "headless_spill_blocked")
    assert shown(output, "D4") == "in the way"
    assert shown(output, "C2") == "#VALUE!"  # the file format is older than #SPILL!
    assert shown(output, "C3") is None


def test_a_spill_that_becomes_blocked_clears_its_old_cells(tmp_path: Path) -> None:
    _, first = run(spilling(tmp_path / "b.xlsx", 3))
    report = calculate(first, tmp_path / "o.xlsx", Fake(), sets=("A1=9", "D11=1"))
    assert [e.code for e in report.errors if e.cell == "C2"] == ["#SPILL!"]
    assert [shown(tmp_path / "o.xlsx", c) for c in ("C3", "E4", "D11")] == [None, None, 1]


def test_array_formulas_of_fixed_size(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_column("A1", [1, 2, 3])
        sheet.write_array_formula("B1:B3", "{=A1:A3*2}")
        sheet.write_array_formula("C1:C3", "{=5}")
        sheet.write_array_formula("D1:D4", "{=A1:A3}")
        sheet.write_array_formula("E1:F2", "{=CLV.TABLE(9)}")
        sheet.write_formula("H1", "=SUM(B1:C3)", None, 0)

    _, output = run(make(tmp_path / "b.xlsx", fill))
    assert [shown(output, c) for c in ("B1", "B3", "C1", "C3", "D3", "D4", "E1", "F2", "H1")] == [
        2, 6, 5, 5, 3, "#N/A", "id", 10, 27,
    ]  # fmt: skip
    assert "E3" not in cells(output)


def test_a_plain_formula_shows_one_value(tmp_path: Path) -> None:
    source = formulas(
        tmp_path / "b.xlsx",
        {"B2": "=CLV.TABLE(2)", "C3": "=A1:A9*2", "C4": "=IF(A1:A9>3,1,2)", "C5": "=SUM(A1:A9*2)"},
        {f"A{r}": r for r in range(1, 10)},
    )
    report, output = run(source)
    assert [shown(output, c) for c in ("B2", "C2", "B3", "C3", "C4")] == ["id", None, None, 6, 1]
    assert [(n.cell, n.text.key) for n in report.notes] == [("B2", "headless_first_cell_only")]


def test_names_of_both_scopes(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("One", "Two"):
            sheet = book.add_worksheet(name)
            sheet.write("A1", 10 if name == "One" else 20)
            sheet.write_formula("B1", "=CLV(loc,rate,1)", None, 0)
        book.define_name("rate", "=3")
        book.define_name("One!loc", "=One!$A$1")
        book.define_name("Two!loc", "=Two!$A$1")
        book.define_name("whole", "=CLV(One!$A$1,2,2,,1)")
        book.worksheets()[0].write_formula("B2", "=whole+1", None, 0)

    _, output = run(make(tmp_path / "b.xlsx", fill))
    assert [shown(output, "B1", "One"), shown(output, "B1", "Two"), shown(output, "B2", "One")] == [
        30,
        60,
        40,
    ]


@pytest.mark.parametrize("name", ["It's", "Ąžuolas", "2024", "A1", "a-b", "x!y", "მონაცემები", "100%", "R"])
def test_sheet_names(tmp_path: Path, name: str) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        first, other = book.add_worksheet("S"), book.add_worksheet(name)
        other.write_column("A1", [1, 2, 3])
        other.add_table("C1:C3", {"name": "Orders", "columns": [{"header": "v"}], "data": [[4], [6]]})
        quote = name.replace("'", "''")
        first.write_formula("A1", f"=CLV.AOV('{quote}'!A:A)+CLV_AOV(Orders)", None, 0)
        first.write_formula("A2", f"=SUM('{quote}'!A1:A3,Orders[v])", None, 0)
        other.write_formula("E1", "=FOO()", None, 9)
        first.write_formula("A3", f"='{quote}'!E1*2", None, 5)

    report, output = run(
        make(tmp_path / "b.xlsx", fill), gets=(f"'{name.replace(chr(39), chr(39) * 2)}'!A1:A2",)
    )
    assert [shown(output, c) for c in ("A1", "A2", "A3")] == [7, 16, 5]
    assert [(k.sheet, k.cell) for k in report.kept] == [(name, "E1"), ("S", "A3")]
    assert report.results[0].rows == [[1.0], [2.0]]


def test_what_the_engine_does_not_know_is_kept_with_all_that_reads_it(tmp_path: Path) -> None:
    source = formulas(
        tmp_path / "b.xlsx",
        {
            "A1": "=FORECAST.ETS(1,Z1:Z3,Y1:Y3)",
            "A2": "=A1*2",
            "A3": "=IFERROR(SUM(A2:A2),0)",
            "A4": "=OTHER.UDF(1)+OTHER.UDF(2)",
            "A5": "=CLV(A3,1,1)",
            "A6": "=CLV(2,3,4)",
            "A7": "=CLV.NOSUCH(1)",
            "A8": "=SUM((B1,B2))",
            "A9": '=INDIRECT("A1")+A6',
        },
    )
    report, output = run(source)
    assert [shown(output, f"A{r}") for r in range(1, 9)] == [5, 5, 5, 5, 5, 24, 5, 5]
    assert shown(output, "A9") == 29  # INDIRECT reads the old value
    assert {k.cell for k in report.kept} == {"A1", "A2", "A3", "A4", "A5", "A7", "A8"}
    assert report.unknown == {"CLV.NOSUCH": 1, "FORECAST.ETS": 1, "OTHER.UDF": 1}
    assert report.errors == []


def test_names_and_arrays_that_cannot_be_calculated_are_kept(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        book.define_name("lost", "=FOO(1)")
        book.define_name("reads", "=lost+1")
        sheet.write_formula("A1", "=reads", None, 5)
        sheet.write_array_formula("B1:B3", "{=FOO(A9)}", None, 7)
        sheet.write_column("B2", [8, 9])
        sheet.write_formula("C1", "=B3", None, 5)

    report, output = run(make(tmp_path / "b.xlsx", fill))
    assert [shown(output, c) for c in ("A1", "B1", "B2", "B3", "C1")] == [5, 7, 8, 9, 5]
    assert {k.cell for k in report.kept} == {"A1", "B1", "C1"}


def test_circular_references_are_kept(tmp_path: Path) -> None:
    report, output = run(
        formulas(tmp_path / "b.xlsx", {"A1": "=A2+1", "A2": "=A1", "A3": "=IFERROR(A2,1)", "A4": "=1+1"})
    )
    assert [shown(output, f"A{r}") for r in range(1, 5)] == [5, 5, 5, 2]
    assert {k.reason.key for k in report.kept} == {"headless_keep_circular", "headless_keep_dependent"}


def test_links_to_other_workbooks_are_kept(tmp_path: Path) -> None:
    report, output = run(
        formulas(tmp_path / "b.xlsx", {"A1": "=[1]Data!A1", "A2": "=A1+1", "A3": "='[1]My data'!A1"})
    )
    assert [shown(output, f"A{r}") for r in (1, 2, 3)] == [5, 5, 5]
    assert len(report.kept) == 3


@pytest.mark.parametrize(("old", "date", "serial"), [(False, 45332, 45332), (True, 43870, 45332)])
def test_dates_of_both_systems(tmp_path: Path, old: bool, date: int, serial: int) -> None:
    """2024-02-10 is 45332 in the 1900 system and 43870 in the 1904 system (Excel, DATE(2024,2,10))."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write("A1", "when")
        sheet.write_datetime("A2", dt.date(2024, 2, 10), day)
        sheet.write("B2", 7)
        sheet.write_formula("C1", "=CLV.SERIAL(A2)", None, 0)
        sheet.write_formula("C2", "=CLV.SERIAL(A1:B2)", None, 0)
        sheet.write_formula("C3", "=CLV.SERIAL(DATE(2024,2,10))", None, 0)
        sheet.write_formula("C4", "=CLV.SERIAL(MAX(A:A)+1,B2)", None, 0)
        sheet.write_formula("C5", "=CLV.SERIAL(B2*A2)", None, 0)
        sheet.write_formula("C6", "=CLV.SERIAL(A2)", day, 0)
        sheet.write_formula("C7", "=YEAR(C6)&YEAR(A2)", None, "")
        sheet.write_formula("C8", "=CLV.SERIAL(day)", None, 0)
        book.define_name("day", "=S!$A$2")

    report, output = run(make(tmp_path / "b.xlsx", fill, date_1904=old), gets=("S!C1:C8",))
    found = [row[0] for row in report.results[0].rows]
    assert found == [serial, serial + 7, serial, serial + 8, date * 7, date, "20242024", serial]
    assert cells(output)["C6"] == ("n", str(date))


def data_table(path: Path, attributes: str, layout: dict[str, Any]) -> Path:
    """Write a workbook whose cell D2 starts a data table; texts of the layout are formulas."""
    texts = {cell: text for cell, text in layout.items() if isinstance(text, str)}
    numbers = {cell: number for cell, number in layout.items() if not isinstance(number, str)}
    formulas(path, {"D2": "=DT", **texts}, numbers)
    return patched(path, SHEET, ("<f>DT</f>", f'<f t="dataTable" {attributes}/>'))


BASE: dict[str, Any] = {"A1": 50, "A2": 3, "A3": 3, "A4": "=CLV(A1,A2,A3)"}


def test_a_data_table_down_a_column(tmp_path: Path) -> None:
    layout = {"D1": "=A4", "C2": 10, "C3": 20, "C4": 30, "D3": -1, "D4": -1, "F1": "=SUM(D2:D4)"}
    path = data_table(tmp_path / "b.xlsx", 'ref="D2:D4" dt2D="0" dtr="0" r1="A1"', BASE | layout)
    _, output = run(path)
    assert [shown(output, c) for c in ("D2", "D3", "D4", "A4", "A1", "F1")] == [90, 180, 270, 450, 50, 540]


def test_a_data_table_along_a_row(tmp_path: Path) -> None:
    layout = {"C2": "=A4", "D1": 1, "E1": 2, "E2": -1}
    _, output = run(data_table(tmp_path / "b.xlsx", 'ref="D2:E2" dt2D="0" dtr="1" r1="A2"', BASE | layout))
    assert [shown(output, c) for c in ("D2", "E2")] == [150, 300]


def test_a_data_table_of_two_inputs(tmp_path: Path) -> None:
    """The numbers of CLV.SENSITIVITY in catalogue.md: lifespan across, margin down, cac 45."""
    layout = {
        "A5": 0.4,
        "C1": "=CLV(A1,A2,A3,A5,45)",
        "D1": 2,
        "E1": 3,
        "F1": 4,
        "C2": 0.3,
        "C3": 0.4,
        "C4": 0.5,
    }
    layout |= dict.fromkeys(("E2", "F2", "D3", "E3", "F3", "D4", "E4", "F4"), -1)
    attributes = 'ref="D2:F4" dt2D="1" dtr="1" r1="A3" r2="A5"'
    _, output = run(data_table(tmp_path / "b.xlsx", attributes, BASE | layout))
    found = [[round(shown(output, f"{c}{r}"), 9) for c in "DEF"] for r in (2, 3, 4)]
    assert found == [[45, 90, 135], [75, 135, 195], [105, 180, 255]]
    assert 't="dataTable"' in _sheet(output)


def test_a_data_table_without_its_input_is_kept(tmp_path: Path) -> None:
    path = data_table(
        tmp_path / "b.xlsx", 'ref="D2:D3" dt2D="0" dtr="0" r1="A1" del1="1"', BASE | {"D1": "=A4"}
    )
    report, output = run(path)
    assert [k.reason.key for k in report.kept] == ["headless_keep_table"]
    assert shown(output, "D2") == 5


def test_errors_strings_and_booleans_are_typed(tmp_path: Path) -> None:
    _, output = run(
        formulas(
            tmp_path / "b.xlsx",
            {"A1": "=1=1", "A2": '=" x "', "A3": "=NA()", "A4": '=""', "A5": "=1E+300*1E+300"},
        )
    )
    assert cells(output) == {
        "A1": ("b", "1"),
        "A2": ("str", " x "),
        "A3": ("e", "#N/A"),
        "A4": ("str", None),
        "A5": ("e", "#NUM!"),
    }


def test_progress_and_time(tmp_path: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    report, _ = run(formulas(tmp_path / "b.xlsx", {"A1": "=1"}), progress=lambda *step: steps.append(step))
    assert [what for _, _, what in steps] == ["read", "load", "evaluate", "write", "done"]
    assert steps[-1][:2] == (4, 4)
    assert set(report.seconds) == {"read", "load", "evaluate", "write"}


def test_a_workbook_without_formulas_or_cells(tmp_path: Path) -> None:
    report, output = run(make(tmp_path / "b.xlsx", lambda book: book.add_worksheet("Empty") and None))
    assert (report.formulas, report.changed, cells(output)) == (0, 0, {})
