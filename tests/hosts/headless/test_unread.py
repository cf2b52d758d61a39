"""Inputs set where nothing was and nothing reads."""

from pathlib import Path

import pytest
import xlsxwriter

from tests.hosts.headless.books import formulas, make, run


def book(path: Path) -> Path:
    def fill(file: xlsxwriter.Workbook) -> None:
        sheet = file.add_worksheet("S")
        bold = file.add_format({"bold": True})
        sheet.write_blank("H1", None, bold)
        sheet.write("H2", "a text that no formula reads")
        sheet.write_row("A1", [1, 3])
        sheet.write_formula("C1", "=CLV.AOV(A:A)", None, 0)
        sheet.write_formula("C2", "=SUM(B1:B9)+named", None, 0)
        file.define_name("named", "=S!$M$1")

    return make(path, fill)


@pytest.mark.parametrize(
    ("setting", "noted"),
    [
        ("B99=1", ["B99"]),
        ("H1=1", ["H1"]),  # a format is no value
        ("D1:E2=1", ["D1:E2"]),
        ("H2=1", []),
        ("B5=1", []),
        ("B9:B12=1", []),
        ("A99=1", []),  # a whole column is read to its end
        ("named=1", []),
        ("M1=1", []),
    ],
)
def test_note(tmp_path: Path, setting: str, noted: list[str]) -> None:
    report, _ = run(book(tmp_path / "b.xlsx"), sets=(setting,))
    assert [(n.cell, n.text.key) for n in report.notes] == [(cell, "headless_set_unread") for cell in noted]


@pytest.mark.parametrize("formula", ['=INDIRECT("B"&99)', "=OFFSET(A1,98,1)", "=FOO(B99)"])
def test_no_note_where_nobody_knows(tmp_path: Path, formula: str) -> None:
    report, _ = run(formulas(tmp_path / "b.xlsx", {"A1": formula}), sets=("B99=1",))
    assert report.notes == []


def test_whole_columns_reach_an_input_below_the_data(tmp_path: Path) -> None:
    report, _ = run(book(tmp_path / "b.xlsx"), sets=("A99=5",), gets=("C1",))
    assert report.results[0].rows == [[3.0]]  # the mean of 1 and 5
