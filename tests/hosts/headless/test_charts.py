"""What charts remember of their cells, renewed with them: every kind of cell, and what stays as it is."""

import re
from pathlib import Path

import pytest
import xlsxwriter

from tests.hosts.headless.books import make, parts, patched, run

CHART = "xl/charts/chart1.xml"
NUMBERS, LABELS, TITLE = "<c:val>", "<c:cat>", "<c:tx>"


def drawn(book: xlsxwriter.Workbook) -> None:
    """A chart of formulas (old values 0): numbers, a text, nothing and an error, with labels."""
    sheet = book.add_worksheet("It's")
    for i, formula in enumerate(("=1/4", '="text"', "=NA()", '=""', "=CLV(1,2,3)")):
        sheet.write_formula(i, 1, formula)
        sheet.write_formula(i, 0, f'="Label <{i}>"')
    sheet.write_formula("B9", '="Name & more"')
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {"name": "='It''s'!$B$9", "categories": "='It''s'!$A$1:$A$6", "values": "='It''s'!$B$1:$B$6"}
    )
    sheet.insert_chart("D1", chart)


def remembered(chart: bytes, place: str) -> list[tuple[str, str]]:
    """Return number and text of each point that a part of a series remembers."""
    part = chart.decode().partition(place)[2].partition(place.replace("<", "</"))[0]
    return re.findall(r'<c:pt idx="(\d+)"[^>]*><c:v>([^<]*)</c:v>', part)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make(tmp_path / "drawn.xlsx", drawn)


def test_a_chart_remembers_what_its_cells_show(source: Path) -> None:
    chart = parts(run(source)[1])[CHART]
    # A text counts as 0, as Excel draws it; a blank cell is no point.
    assert remembered(chart, NUMBERS) == [("0", "0.25"), ("1", "0"), ("2", "#N/A"), ("3", "0"), ("4", "6")]
    assert remembered(chart, LABELS) == [(str(i), f"Label &lt;{i}&gt;") for i in range(5)]
    assert remembered(chart, TITLE) == [("0", "Name &amp; more")]


def test_labels_that_are_texts_are_remembered_as_texts_and_numbers_as_numbers(source: Path) -> None:
    before, chart = parts(source)[CHART], parts(run(source)[1])[CHART]
    assert b"<c:cat><c:numRef>" in before
    assert b"<c:cat><c:strRef>" in chart
    assert chart.count(b"<c:strCache>") == chart.count(b"</c:strCache>") == 2
    assert b"<c:val><c:numRef>" in chart
    assert chart.count(b"<c:formatCode>General</c:formatCode>") == 1
    assert chart.count(b'<c:ptCount val="6"/>') == 2


def test_numbers_among_labels_that_show_nothing_stay_numbers(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        drawn(book)
        book.get_worksheet_by_name("It's").write_column(0, 0, [45_000, None, 45_002])
        for row in (1, 3, 4):
            book.get_worksheet_by_name("It's").write_formula(row, 0, '=""')

    chart = parts(run(make(tmp_path / "days.xlsx", fill))[1])[CHART]
    assert b"<c:cat><c:numRef>" in chart
    assert remembered(chart, LABELS) == [("0", "45000"), ("2", "45002")]


def test_an_input_changed_is_in_the_chart(source: Path) -> None:
    chart = parts(run(source, sets=("'It''s'!B1=7",))[1])[CHART]
    assert remembered(chart, NUMBERS)[0] == ("0", "7")


def test_the_rest_of_a_chart_stays(source: Path) -> None:
    def rest(chart: bytes) -> bytes:
        return re.sub(rb"<c:(num|str)Ref>.*?</c:(num|str)Ref>", b"", chart)

    before, after = parts(source)[CHART], parts(run(source)[1])[CHART]
    assert before != after
    assert rest(before) == rest(after)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'It''s'!$B$1:$B$6", "'It''s'!$B$1:$C$3"),  # two columns: labels in two lines
        ("'It''s'!$B$1:$B$6", "('It''s'!$B$1:$B$3,'It''s'!$B$4:$B$6)"),
        ("'It''s'!$B$1:$B$6", "a_name"),
        ("'It''s'!$B$1:$B$6", "'[1]It''s'!$B$1:$B$6"),
        ("'It''s'!$B$1:$B$6", "'It''s'!$B$1:$B$5"),  # as with a hidden row, of which nothing is remembered
    ],
)
def test_a_reference_that_is_no_plain_range_keeps_what_it_remembers(source: Path, old: str, new: str) -> None:
    patched(source, CHART, (old, new))
    chart = parts(run(source)[1])[CHART]
    assert remembered(chart, NUMBERS) == remembered(parts(source)[CHART], NUMBERS)
    assert remembered(chart, TITLE) == [("0", "Name &amp; more")]


def test_a_number_spelled_in_another_way_is_no_change(source: Path) -> None:
    _, output = run(source)
    patched(output, CHART, ("<c:v>0.25</c:v>", "<c:v>0.25000000000000000</c:v>"))
    assert parts(run(output)[1])[CHART] == parts(output)[CHART]


def test_a_format_of_one_point_stays(source: Path) -> None:
    patched(source, CHART, ('<c:pt idx="4">', '<c:pt idx="4" formatCode="0.0">'))
    chart = parts(run(source)[1])[CHART]
    assert b'<c:pt idx="4" formatCode="0.0"><c:v>6</c:v>' in chart


def test_texts_of_the_workbook_are_read_where_they_are_stored(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_rich_string("A1", "plain ", book.add_format({"bold": True}), "bold")
        sheet.write("A2", " two & three ")
        sheet.write("A3", True)
        sheet.write_formula("B1", "=CLV(1,2,3)")
        chart = book.add_chart({"type": "bar"})
        series = {"categories": "=S!$A$1:$A$3", "values": "=S!$B$1:$B$3", "categories_data": ["a", "b", "c"]}
        chart.add_series(series)
        sheet.insert_chart("D1", chart)

    chart = parts(run(make(tmp_path / "texts.xlsx", fill))[1])[CHART]
    assert remembered(chart, LABELS) == [("0", "plain bold"), ("1", " two &amp; three "), ("2", "TRUE")]
    assert remembered(chart, NUMBERS) == [("0", "6")]
