"""The demonstration workbook: its numbers, its checks, and that both can fail."""

from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

from clv_xl import texts
from clv_xl.errors import UserError
from clv_xl.workbook.demo import write_demo
from clv_xl.workbook.formulas import Host
from tests.workbook import remembered
from tests.workbook.demo_book import Books, Made, same

# Fader, Hardie and Lee 2005: customers and orders of the sample; what they have spent each.
CUSTOMERS, ORDERS, REVENUE_EACH = 2_357, 6_919, 103.56


def test_everything_is_calculated(made: Made) -> None:
    report = made.report
    assert (report.errors, report.kept, report.unknown) == ([], [], {})
    assert report.ours >= 20


def test_the_numbers_are_those_published_with_the_sample(made: Made) -> None:
    rows = made.report.results[0].rows
    total = dict(zip(made.demo.keys, rows[-1], strict=True))
    assert (total["customers"], total["orders"]) == (CUSTOMERS, ORDERS)
    assert isinstance(total["revenue"], float)
    assert round(total["revenue"] / CUSTOMERS, 2) == REVENUE_EACH
    summary = made.values[made.demo.summary]
    aov, frequency, lifespan, revenue = (summary.cell(row, 2).value for row in range(27, 31))
    assert round(revenue, 2) == REVENUE_EACH
    assert same(aov * frequency * lifespan, total["revenue"] / CUSTOMERS)


def test_charts_remember_what_their_cells_show(made: Made) -> None:
    assert remembered.count(made.path) > 5
    assert remembered.differing(made.path) == []


def test_all_checks_pass(made: Made) -> None:
    assert made.named("chk_master") == texts.word("status_ok")


@pytest.mark.parametrize(
    "change", ["in_margin=30%", "in_discount_rate=10%", "in_unit=Q", "in_as_of=36006", "in_cac_amounts=20"]
)
def test_the_numbers_follow_an_assumption_and_still_agree(change: str, made: Made, books: Books) -> None:
    changed = books.made("en", "addin", change)
    assert changed.report.errors == []
    assert changed.report.results[0].rows[-1] != made.report.results[0].rows[-1]
    assert changed.named("set_stored") is False
    assert changed.named("chk_master") == texts.word("status_ok")


# A control total that the orders miss; an end of the observation before the last order.
@pytest.mark.parametrize("change", ["Checks!D20=244000", "in_as_of=35795"])
def test_a_check_turns_red(change: str, books: Books) -> None:
    wrong = books.made("en", "addin", change)
    assert wrong.named("chk_master") == texts.word("status_check")


def test_the_stored_tables_are_the_live_ones(made: Made) -> None:
    book = made.values
    spills = list(made.spills())
    # Segments, summary, three cohort tables, check, and RFM as header, best customers and everybody;
    # scenario, sensitivity, tornado, lever, simulation, two of the forecast, bridge and allocation.
    assert len(spills) == 9 + 9
    for sheet, area, store, corner in spills:
        rows = book[sheet][area]
        first = book[store][corner]
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                kept = book[store].cell(first.row + i, first.column + j).value
                assert same(cell.value, kept), (sheet, cell.coordinate, cell.value, kept)


@pytest.mark.parametrize("host", ["xlwings", "calc"])
def test_every_spelling_gives_the_same_numbers(host: Host, made: Made, books: Books) -> None:
    other = books.made("en", host)
    assert other.report.errors == []
    assert other.report.results[0].rows == made.report.results[0].rows
    mark = {"xlwings": "CLV_SEGMENT(", "calc": "CLV.SEGMENT("}[host]
    assert mark in other.formulas[other.demo.segments]["A7"].value.text


@pytest.mark.slow
def test_excel_would_open_it_without_repair(made: Made) -> None:
    for path in (made.demo.path, made.path):
        assert OpenXmlValidator().validate(path).errors == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_it_is_written_in_every_language(language: str, books: Books) -> None:
    demo, book = books.written(language), books.formulas(language)
    assert demo.segments == texts.word("sheet.segments", language)
    assert all(len(name) <= 31 for name in book.sheetnames)
    # Formulas are stored in English whatever the language.
    assert book[demo.summary]["B27"].value == "=_xldudf_CLV_AOV(Orders[revenue])"
    shown = book[demo.summary]["D28"].value
    assert (";" in shown) == (language in texts.DECIMAL_COMMA)


def test_another_language_calculates_to_the_same_numbers(made: Made, books: Books) -> None:
    finnish = books.made("fi")
    assert finnish.report.errors == []
    assert finnish.named("chk_master") == texts.word("status_ok", "fi")
    ours, theirs = (m.report.results[0].rows[-1][1:] for m in (made, finnish))
    assert ours == theirs


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refusal:
        write_demo(tmp_path / "no folder" / "demo.xlsx")
    assert "cannot be written" in texts.sentence(refusal.value)
