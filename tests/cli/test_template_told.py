"""What ``clv-xl template --data`` tells of a file, as somebody in finance reads it."""

import re
from pathlib import Path

import openpyxl
import pytest

from clv_xl import texts
from clv_xl.cli.template_report import around
from clv_xl.workbook.template.all import SHEETS as ALL
from clv_xl.workbook.template.order_lines import sample
from clv_xl.workbook.template.write import write_template
from tests.cli.template_orders import orders, printed
from tests.workbook.template.few_sheets import SHEETS

SHOPIFY = (
    "Name,Email,Financial Status,Cancelled at,Created at,Subtotal,Shipping,Taxes,Total,Lineitem name,"
    "Refunded Amount\n#3,c@x.io,paid,,2025-03-31,80,4,6,90.00,Cup,0\n"
    "#2,B@x.io,partially_refunded,,2025-02-01,50,4,6,60.00,Cup,20.00\n#2,B@x.io,,,2025-02-01,,,,,Plate,\n"
    "#4,b@x.io,voided,2025-02-03,2025-02-03,50,4,6,60.00,Cup,0\n"
    "#1,a@x.io,refunded,,2025-01-01,30,4,6,40.00,Cup,40.00\n#1,a@x.io,,,2025-01-01,,,,,Plate,\n"
)


def parts(told: str, first: str) -> list[int]:
    """Return the counts below the number of rows, as they are printed."""
    lines = told.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(first)) + 1
    counts = []
    for line in lines[start:]:
        if not (found := re.match(r" +(\d+)  \S", line)):
            if line.startswith("     "):  # the rest of a long line
                continue
            break
        counts.append(int(found[1]))
    return counts


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_rows_of_a_file_are_the_sum_of_what_became_of_them(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "order_id,customer_id,order_date,amount\n1,A,2025-01-01,5\n1,A,2025-01-01,5\n2,B,2025-01-31,7\n"
        "3,C,2025-01-05,9\n3,C,2025-01-06,-9\n4,D,2025-01-06,-2\n5,E,soon,3\n,F,,\n6,B,2025-02-28,8\nRazem,,,33\n"
    )
    told = printed(orders(tmp_path, "--as-of", "2025-01-31", text=text), language, capsys, joined=False)
    first = texts.word("data.rows", language).partition("{")[0]
    assert f"{first}10" in told
    # orders 1 and 2; order 6; second lines of 1 and 3; order 3; the refund of D; F; the total; row of E
    assert parts(told, first) == [2, 1, 2, 1, 1, 1, 1, 1]
    assert sum(parts(told, first)) == 10


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_refunds_taxes_and_marks_of_shopify_are_told_with_their_money(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = orders(tmp_path, text=SHOPIFY)
    told = printed(found, language, capsys)
    mark = "," if language in texts.DECIMAL_COMMA else "."
    code = found.currency(language)
    for part in (
        f"Refunded Amount = {texts.word('data.refunds_field', language)}",
        f"60{mark}00 {code}",  # 20 and 40 given back
        "--refunded none",
        f"24{mark}00 {code}",  # taxes of four orders
        f"16{mark}00 {code}",  # their shipping
        f"190{mark}00 {code}",  # 90 + 40 + 60
        "Financial Status: paid 1, voided 1",  # what was refunded is out already
        '"b@x.io"' if language not in ("ka", "pl", "el") else "b@x.io",
    ):
        assert part in told
    assert "2025-02-03 1" not in told
    assert "{" not in told


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_refund_in_doubt_names_the_money_at_stake_and_the_option(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Customer,Date,Amount,Returns\nA,2025-01-05,10,0\nB,2025-01-31,20,5.25\n"
    told = printed(orders(tmp_path, text=text), language, capsys)
    mark = "," if language in texts.DECIMAL_COMMA else "."
    assert f"5{mark}25" in told
    assert '--refunded "Returns"' in told


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_an_impossible_date_names_its_row_and_the_day(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Customer,Date,Amount\nA,2025-01-05,10\nB,2204-01-31,20\nC,2025-01-31,7\n"
    found = orders(tmp_path, text=text)
    told = printed(found, language, capsys)
    assert found.lines.as_of == 45688.0  # DATE(2025,1,31)
    assert "2204-01-31" in told
    assert re.search(r"\b3\b", told.partition("2204-01-31")[0][-40:])


def test_what_a_header_says_of_vat_goes_to_the_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "A;2025-01-05;10\nB;2025-01-31;20\n"
    for header, vat, said in (
        ("Wartość brutto", "included", "Wartość brutto"),
        ("Wartość netto", "excluded", "Wartość netto"),
        ("Wartość", "not_stated", "Ustawienia"),
    ):
        found = orders(tmp_path, text=f"Klient;Data;{header}\n{rows}", encoding="cp1250")
        assert said in printed(found, "pl", capsys)
        assert found.as_lines(lambda key: texts.word(key, "pl")).vat == vat


def test_a_total_line_that_differs_from_the_rows_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Klient;Data;Kwota\nA;5.01.2025;10\nB;31.01.2025;20\nRazem:;;{}\n"
    same = printed(orders(tmp_path, text=text.format("30,00")), "en", capsys)
    assert "Left out: 1 - Row 4. Razem: a total line, no order. It says 30.00, as the rows above" in same
    other = printed(orders(tmp_path, text=text.format("41,50")), "en", capsys)
    assert "a difference of 11.50" in other


def test_the_margins_to_try_lie_around_the_one_in_use() -> None:
    """Two steps of 5 points below and above, never below 0% or above 100%."""
    assert [around(margin) for margin in (0.45, 0.4, 0.427, 0.99, -0.2, None)] == [
        (35, 55), (30, 50), (35, 55), (80, 100), (0, 20), (20, 40),
    ]  # fmt: skip


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_settings_of_the_workbook_say_vat_as_the_file_does(language: str, tmp_path: Path) -> None:
    found = orders(tmp_path, text="Customer,Date,Amount incl. VAT\nA,2025-01-05,10\nB,2025-01-31,20\n")
    for name, lines, vat in (("own", found.as_lines, "included"), ("sample", sample, "not_stated")):
        path = tmp_path / f"{name}.xlsx"
        chosen = tuple(sheet for sheet in ALL if sheet.key in SHEETS)
        kit = write_template(path, language, "native", lines, chosen)
        page = openpyxl.load_workbook(path)[texts.word("sheet.settings", language)]
        written = page[kit.names["set_vat"].rpartition("!")[2].replace("$", "")].value
        assert written == texts.word(f"template.settings.vat_{vat}", language)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_workbook_says_what_of_the_file_is_not_in_it(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Customer,Date,Amount,Cost\nA,2025-01-05,10,4\n,2025-01-06,7.5,1\n,2025-01-07,30,1\nB,soon,x,2\n"
    text += "B,2025-01-30,20,\nB,2025-01-31,20,9\nC,2025-01-31,20,9\n"
    found = orders(tmp_path, text=text)
    lines = found.as_lines(lambda key: texts.word(key, language))
    mark = "," if language in texts.DECIMAL_COMMA else "."
    worth = texts.word(found.worth(language), language)
    assert f"37{mark}50 {lines.currency}" in worth  # 7.5 + 30; the third amount is no number
    for told in (lines.origin, lines.left_out):
        assert re.search(r"\b3\b.*\b7\b|\b7\b.*\b3\b", told)
        assert worth in told
    assert "Customer" in lines.origin  # the reason of two of the three
    assert re.search(r"\b1\b.*\b4\b|\b4\b.*\b1\b", lines.origin.partition("Customer")[2])  # one cost of four
    assert worth in printed(found, language, capsys)
    path = tmp_path / "own.xlsx"
    chosen = tuple(sheet for sheet in ALL if sheet.key in (*SHEETS, "cover"))
    write_template(path, language, "native", found.as_lines, chosen)
    book = openpyxl.load_workbook(path)
    for key, told in (("cover", lines.origin), ("orders", lines.left_out)):
        page = book[texts.word(f"sheet.{key}", language)]
        assert told in {cell.value for row in page.iter_rows(max_row=60) for cell in row}


def test_a_file_without_faults_says_only_where_it_is_from(tmp_path: Path) -> None:
    lines = orders(tmp_path, text="Customer,Date,Amount\nA,2025-01-05,10\n").as_lines(
        lambda key: texts.word(key, "en")
    )
    assert lines.origin == "Orders of the file Tilaukset.csv: 1 rows from 2025-01-05 to 2025-01-05."
    assert lines.left_out == ""
