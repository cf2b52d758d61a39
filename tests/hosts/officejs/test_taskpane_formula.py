"""What people type into a field becomes an operand, or is refused; a formula is never taken on trust."""

from collections.abc import Iterator
from typing import Any

import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.officejs.gallery import help_json
from tests.hosts.officejs.browser import browser
from tests.hosts.officejs.pages import Watched, opened
from tests.hosts.server.running import FULL, running

pytestmark = pytest.mark.office_js
REFUSED = "pane.problem_operand"


@pytest.fixture(scope="module")
def pane() -> Iterator[Watched]:
    with (
        browser() as driver,
        running(factory=FULL) as server,
        opened(driver, server, "/taskpane.html") as found,
    ):
        yield found


def operand(
    pane: Watched, typed: str, decimal: str = ".", kind: str = "Number", language: str = "en", **arg: str
) -> Any:
    """Return (English, local) or the key of the problem; `arg` is what else the gallery says of it."""
    found = pane.page.evaluate(
        "([typed, decimal, arg, language]) =>"
        " ClvFormula.operand(typed, arg, ClvFormula.notation(decimal), language)",
        [typed, decimal, {"kind": kind, "optional": False, **arg}, language],
    )
    return found.get("problem") or (found["english"], found["local"])


@pytest.mark.parametrize(
    "typed",
    [
        "B2", "$B$2:C10", "A:C", "2:9", "D4#", "Sheet1!A1", "'It''s mine'!$A$1:B2", "[Plan.xlsx]Sheet1!A1",
        "'[My plan.xlsx]Sheet 1'!A1", "Myynti_2024!A1", "Orders", "Orders[amount]", "Orders[[#All],[amount]]",
        "მონაცემები!A1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("decimal", [".", ","])
def test_cells_and_names_stay_as_they_are(pane: Watched, typed: str, decimal: str) -> None:
    assert operand(pane, f" {typed} ", decimal) == (typed, typed)


@pytest.mark.parametrize(
    ("typed", "decimal", "english", "local"),
    [
        ("0.4", ".", "0.4", "0.4"),
        ("0,4", ",", "0.4", "0,4"),
        ("+12", ".", "12", "12"),
        ("-5 %", ".", "-5%", "-5%"),
        ("1 234 567,5", ",", "1234567.5", "1234567,5"),
        ("1.5e-3", ".", "1.5e-3", "1.5e-3"),
        ("{50;70,5}", ",", "{50;70.5}", "{50;70,5}"),
        ('{"a,b"\\2,5}', ",", '{"a,b",2.5}', '{"a,b"\\2,5}'),
        ("2024-02-10", ".", "DATE(2024,2,10)", "DATE(2024,2,10)"),
        ("10.2.2024", ",", "DATE(2024,2,10)", "DATE(2024;2;10)"),
        ("@warehouse", ".", '"@warehouse"', '"@warehouse"'),
    ],
)
def test_numbers_dates_and_constants_are_put_into_english(
    pane: Watched, typed: str, decimal: str, english: str, local: str
) -> None:
    assert operand(pane, typed, decimal) == (english, local)


@pytest.mark.parametrize(
    ("typed", "decimal"),
    [
        ("0,4", "."), ("1,234", "."), ("1.234", ","), ("0.4", ","), ("31.2.2024", "."), ("2024-02-30", "."),
        ("=1+1", "."), ("1+1", "."), ("B2)", "."), ("A1,A2", "."), ('x"y', "."), ("{=cmd}{1}", "."),
        ("HYPERLINK(1)", "."), ("12 34", "."),
    ],
)  # fmt: skip
def test_what_could_mean_something_else_is_refused(pane: Watched, typed: str, decimal: str) -> None:
    assert operand(pane, typed, decimal) == REFUSED


def test_texts_are_quoted_and_their_quotes_doubled(pane: Watched) -> None:
    for name in ("CLV.EXPLAIN", "CLV.SENSITIVITY"):  # a text, and one of the names of drivers
        text = described(name)[0 if name == "CLV.EXPLAIN" else 1]
        assert operand(pane, 'say "hi",1)', **text) == ('"say ""hi"",1)"',) * 2
        assert operand(pane, "CLV.AOV", **text) == ('"CLV.AOV"',) * 2
        assert operand(pane, "B2", **text) == ("B2", "B2")
        assert operand(pane, "", **text) == "pane.problem_required"


def test_a_word_in_the_place_of_a_list_of_words_is_quoted_and_a_list_stays(pane: Watched) -> None:
    """Without quotes Excel would look for a name that the workbook defines."""
    lever = described("CLV.LEVER")[1]
    assert lever["name"] == "lever_driver"
    assert operand(pane, "loyalty", **lever) == ('"loyalty"',) * 2
    assert operand(pane, "Kanta-asiakasohjelma", ",", **lever) == ('"Kanta-asiakasohjelma"',) * 2
    assert operand(pane, "Sheet1!A2:A5", **lever) == ("Sheet1!A2:A5",) * 2
    assert operand(pane, '{"loyalty";"price"}', ",", **lever) == ('{"loyalty";"price"}',) * 2
    drivers = described("CLV.LEVER")[0]
    assert operand(pane, "Orders", **drivers) == ("Orders", "Orders")


def described(name: str) -> list[dict[str, str]]:
    """Return what the gallery says of the arguments of a function."""
    families = help_json(CATALOGUE, "en", "CLV")["families"]
    found = next(f for family in families for f in family["functions"] if f["id"] == name)
    kept = ("name", "kind", "entry", "content")
    return [{key: arg[key] for key in kept} for arg in found["arguments"]]


def test_truth_values_and_dates_have_the_words_of_that_excel(pane: Watched) -> None:
    assert operand(pane, "TRUE", ",", "Flag", "fi") == ("TRUE", "TOSI")
    assert operand(pane, "2024-02-10", ",", "Date", "pl") == ("DATE(2024,2,10)", "DATA(2024;2;10)")


@pytest.mark.parametrize(
    ("day", "serial"),
    [
        ([1900, 1, 1], 1),  # the 1900 date system begins here
        ([1900, 2, 28], 59),
        ([1900, 3, 1], 61),  # and has a day 60 that never was
        ([2024, 2, 10], 45332),  # catalogue.md, example of CLV.FREQUENCY
    ],
)
def test_days_are_numbered_as_spreadsheets_do(pane: Watched, day: list[int], serial: int) -> None:
    assert pane.page.evaluate("(day) => ClvFormula.serial(day)", day) == serial
