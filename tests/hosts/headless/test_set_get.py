"""The words after --set and --get."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import UserError
from clv_xl.hosts.headless.set_get import assignment, value_of
from tests.hosts.headless.books import cells, formulas, make, run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.85", 0.85), ("-3", -3.0), (".5", 0.5), ("1e3", 1000.0), ("40%", 0.4), ("12.5 %", 0.125),
        ("TRUE", True), ("false", False), ("2024-02-10", 45332.0), ("1900-01-01", 1.0), ("1900-03-01", 61.0),
        ("2024-02-10 12:00", 45332.5), ("", None), ("upfront", "upfront"), ('"12"', "12"), ("1,5", "1,5"),
        ("10.02.2024", "10.02.2024"), (" a", " a"), ("nan", "nan"), ("inf", "inf"),
    ],
)  # fmt: skip
def test_value(text: str, expected: Any) -> None:
    value = value_of(text)
    assert (value, type(value)) == (expected, type(expected))


def test_dates_of_1904() -> None:
    assert value_of("2024-02-10", uses_1904=True) == 43870


@pytest.mark.parametrize(("text", "key"), [("=1+1", "headless_set_formula"), ("@A1", "headless_set_formula"),
                                           ("2024-02-30", "headless_set_date")])  # fmt: skip
def test_refused_values(text: str, key: str) -> None:
    with pytest.raises(UserError, match=key):
        value_of(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back(number: float) -> None:
    assert assignment(f"S!A1={number!r}") == ("S!A1", number)


@pytest.mark.parametrize("text", ["", "A1", "=3", "  =3", "'a=b'"])
def test_no_assignment(text: str) -> None:
    with pytest.raises(UserError, match="headless_set_form"):
        assignment(text)


def book(path: Path) -> Path:
    def fill(file: xlsxwriter.Workbook) -> None:
        inputs, other = file.add_worksheet("Inputs"), file.add_worksheet("My = sheet")
        inputs.write_column("B1", [50, 3, 3])
        inputs.write_formula("B5", "=CLV(B1,B2,B3)", None, 0)
        inputs.write_formula("B6", "=B5*2", None, 0)
        other.write("A1", 1)
        other.add_table("C1:D3", {"name": "Orders", "columns": [{"header": "id"}, {"header": "v"}],
                                  "data": [[1, 2], [3, 4]]})  # fmt: skip
        file.define_name("span", "=Inputs!$B$3")
        file.define_name("'My = sheet'!here", "='My = sheet'!$A$1")
        file.define_name("orders_v", "=Orders[v]")
        file.define_name("formula", "=SUM(Inputs!$B$1:$B$3)")

    return make(path, fill)


@pytest.mark.parametrize(
    ("setting", "result"),
    [
        ("Inputs!B3=4", 600.0),
        ("inputs!$b$3=4", 600.0),
        ("span=4", 600.0),
        ("SPAN=400%", 600.0),
        ("Inputs!B1:B2=4", 48.0),
    ],
)
def test_a_scenario(tmp_path: Path, setting: str, result: float) -> None:
    report, output = run(book(tmp_path / "b.xlsx"), sets=(setting,), gets=("Inputs!B5",))
    assert report.results[0].rows == [[result]]
    assert cells(output)["B6"] == ("n", str(int(result * 2)))
    if ":" not in setting:
        assert cells(output)["B3"] == ("n", "4")  # the copy shows the input it was calculated with


def test_setting_a_new_cell_and_another_sheet(tmp_path: Path) -> None:
    _, output = run(book(tmp_path / "b.xlsx"), sets=("'My = sheet'!B7=2025-12-31", "Inputs!Z40=text"))
    assert cells(output, "xl/worksheets/sheet2.xml")["B7"] == ("n", "46022")
    assert cells(output)["Z40"] == ("str", "text")


def test_a_formula_is_overwritten_for_the_run_only(tmp_path: Path) -> None:
    report, output = run(book(tmp_path / "b.xlsx"), sets=("Inputs!B5=100",))
    assert cells(output)["B6"] == ("n", "200")
    assert [(n.cell, n.text.key) for n in report.notes] == [("B5", "headless_formula_overwritten")]
    again, _ = run(output, gets=("Inputs!B5",))
    assert again.results[0].rows == [[450.0]]  # the formula is still there


@pytest.mark.parametrize(
    ("request_", "rows"),
    [
        ("Inputs!B1:B2", [[50.0], [3.0]]),
        ("span", [[3.0]]),
        ("'My = sheet'!here", [[1.0]]),
        ("here", [[1.0]]),
        ("Orders", [["id", "v"], [1.0, 2.0], [3.0, 4.0]]),
        ("Orders[v]", [[2.0], [4.0]]),
        ("orders_v", [[2.0], [4.0]]),
        ("Inputs!B5#", [[450.0]]),
    ],
)
def test_get(tmp_path: Path, request_: str, rows: list[list[Any]]) -> None:
    report, _ = run(book(tmp_path / "b.xlsx"), gets=(request_,))
    assert report.results[0].rows == rows


@pytest.mark.parametrize(
    ("request_", "key"),
    [
        ("Nothing!A1", "headless_no_such_sheet"),
        ("A1", "headless_needs_sheet"),
        ("nothing", "headless_no_such_name"),
        ("formula", "headless_name_is_formula"),
        ("Orders[nothing]", "headless_no_such_name"),
        ("Inputs!XFE1", "headless_no_such_name"),
        ("", "headless_no_such_name"),
    ],
)
def test_requests_that_name_nothing(tmp_path: Path, request_: str, key: str) -> None:
    source = book(tmp_path / "b.xlsx")
    for options in (
        {"gets": (request_,)},
        {"sets": (f"{request_}=1",)} if request_ else {"gets": (request_,)},
    ):
        with pytest.raises(UserError, match=key):
            run(source, **options)
    assert not (tmp_path / "b_out.xlsx").exists()


def test_one_sheet_needs_no_name(tmp_path: Path) -> None:
    report, _ = run(
        formulas(tmp_path / "b.xlsx", {"A2": "=A1*2"}), sets=("A1=4",), gets=("A2", "A1:A1000000")
    )
    assert report.results[0].rows == [[8.0]]
    assert report.results[1].rows == [[4.0], [8.0]]  # not a million blanks
