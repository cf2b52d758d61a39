"""Cells pasted from a spreadsheet: what the start page understands, with the mark and the dates chosen."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.hosts.officejs.browser import browser
from tests.hosts.officejs.pages import Watched, opened
from tests.hosts.server.running import FULL, running

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def start() -> Iterator[Watched]:
    with browser("chromium") as driver, running(factory=FULL) as server, opened(driver, server, "/") as found:
        yield found


def paste(start: Watched, name: str, *args: Any) -> Any:
    return start.page.evaluate("([name, args]) => ClvPaste[name](...args)", [name, list(args)])


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1,234.56", ".", 1234.56), ("1,234", ".", 1234), ("12,34", ".", None), ("1.5", ".", 1.5),
        ("1 234,56", ",", 1234.56), ("1.234,56", ",", 1234.56), ("1.234", ",", 1234), ("1.5", ",", None),
        ("1\u00a0234\u202f567", ",", 1234567), ("-0,5", ",", -0.5), ("\u22120,5", ",", -0.5),
        (".5", ".", 0.5), ("40%", ".", 0.4), ("8.7 %", ".", 0.087), ("1e3", ".", 1000), ("", ".", None),
        (".", ".", None), ("€ 50", ".", None), ("12 34", ",", None), ("1e999", ".", None),
        ("0x10", ".", None), ("Infinity", ".", None),
    ],
)  # fmt: skip
def test_a_number_is_one_with_the_mark_that_was_chosen(
    start: Watched, text: str, decimal: str, number: float | None
) -> None:
    assert paste(start, "numberOf", text, decimal) == number


@pytest.mark.parametrize(
    ("text", "kind", "serial"),
    [
        ("2024-02-10", "date", 45332),  # catalogue.md, example of CLV.FREQUENCY
        ("10.2.2024", "date", 45332),
        ("10/2/2024", "date", None),  # means two days: only where somebody says which
        ("10/2/2024", "dmy", 45332),
        ("2/10/2024", "mdy", 45332),
        ("30.2.2024", "date", None),
        ("13/13/2024", "mdy", None),
        ("1899-12-31", "date", None),
        ("45332", "date", None),
    ],
)
def test_a_date_is_one_in_the_form_that_was_chosen(
    start: Watched, text: str, kind: str, serial: int | None
) -> None:
    assert paste(start, "dateOf", text, kind) == serial


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\tb\r\n1\t2\r\n", [["a", "b"], ["1", "2"]]),
        ("a\n\nb", [["a"], [""], ["b"]]),
        ("a\t\n\tb", [["a", ""], ["", "b"]]),
        ('"a\tb"\t"c\n""d"""', [["a\tb", 'c\n"d"']]),
        ('5" pipe\tx', [['5" pipe', "x"]]),  # a quote inside a cell is a letter
        ('"open\tx', [['"open', "x"]]),
        ("1\n2\t3", [["1", ""], ["2", "3"]]),
        ("", []),
    ],
)
def test_rows_are_split_as_a_spreadsheet_copies_them(
    start: Watched, text: str, rows: list[list[str]]
) -> None:
    assert paste(start, "rowsOf", text) == rows


def test_a_column_counts_what_it_holds_and_doubts_what_it_may_hold(start: Watched) -> None:
    column = paste(start, "columnOf", ["sum", "1,5", "2.5", "TRUE", "", "2024-02-10", ""], "auto", ".")
    assert column["counts"] == {"number": 1, "date": 0, "text": 3, "boolean": 1, "blank": 1}
    assert [(d["key"], d["count"], d["row"], d["cell"]) for d in column["doubts"]] == [
        ("start.doubt_number", 1, 2, "1,5"),
        ("start.doubt_date", 1, 6, "2024-02-10"),
    ]
    dates = paste(start, "columnOf", ["day", "2024-02-10", "10/2/2024", "7"], "date", ".")
    assert dates["counts"] == {"number": 1, "date": 1, "text": 2, "boolean": 0, "blank": 0}
    assert [(d["key"], d["count"], d["row"]) for d in dates["doubts"]] == [("start.doubt_no_date", 2, 3)]
    texts = paste(start, "columnOf", ["007", "12"], "text", ".")
    assert [cell["value"] for cell in texts["cells"]] == ["007", "12"]


def test_columns_are_lettered_as_in_a_sheet(start: Watched) -> None:
    assert [paste(start, "letters", i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
