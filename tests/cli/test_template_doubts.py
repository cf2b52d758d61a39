"""What ``clv-xl template --data`` asks about the money and the last day of a file."""

import re
from pathlib import Path

import pytest

from clv_xl import texts
from tests.cli.template_orders import orders, printed

LANGUAGES = pytest.mark.parametrize("language", texts.LANGUAGES)


def noted(key: str, told: str, language: str) -> bool:
    """Return whether a note is among what is told, whatever its numbers."""
    pieces = re.split(r"\{[a-z]+\}", texts.find(f"data.note_{key}", language) or "?")
    return re.search(".*".join(re.escape(" ".join(piece.split())) for piece in pieces), told) is not None


@LANGUAGES
def test_costs_that_are_not_whole_are_not_among_the_columns_and_the_note_says_what_to_do(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Customer,Date,Amount,Cost\nA,2025-01-05,10,4\nB,2025-01-31,20,\nC,2025-01-31,20,9\n"
    told = printed(orders(tmp_path, text=text), language, capsys)
    assert noted("costs", told, language)
    assert f"Cost = {texts.word('field.cost', language)}" not in told
    assert "--cost none" in told
    knowing = printed(orders(tmp_path, "--cost", "none", text=text), language, capsys)
    assert not noted("costs", knowing, language)


@LANGUAGES
def test_revenue_with_vat_against_costs_without_is_told_with_the_margin(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = "," if language in texts.DECIMAL_COMMA else "."
    rows = "A,2025-01-05,125.5,70\nB,2025-01-31,251,140\n"  # 70% of 100 and 200, and 25.5% VAT
    head = "Customer,Date,Amount incl. VAT,{}\n"
    told = printed(orders(tmp_path, text=head.format("Cost") + rows), language, capsys)
    assert noted("vat_costs", told, language)
    assert f"44{mark}2%" in told  # 1 - 210 / 376.5
    both = orders(tmp_path, "--cost", "Cost incl. VAT", text=head.format("Cost incl. VAT") + rows)
    assert not noted("vat_costs", printed(both, language, capsys), language)
    net = orders(tmp_path, text=f"Customer,Date,Amount excl. VAT,Cost\n{rows}")
    assert not noted("vat_costs", printed(net, language, capsys), language)


@pytest.mark.parametrize(
    ("cost", "asked"), [("0", True), ("0.09", True), ("0.1", False), ("1", False), ("1.01", True)]
)
def test_a_margin_that_hardly_any_shop_has_is_asked_about(
    cost: str, asked: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"Customer,Date,Amount,Cost\nA,2025-01-05,1,{cost}\nB,2025-01-31,1,{cost}\n"
    assert noted("margin", printed(orders(tmp_path, text=text), "en", capsys), "en") is asked


@LANGUAGES
def test_lines_that_repeat_another_are_told_with_their_money(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Order,Customer,Date,Amount\n1,A,2025-01-05,10.5\n1,A,2025-01-05,10.5\n2,B,2025-01-31,1\n"
    told = printed(orders(tmp_path, text=text), language, capsys)
    assert noted("twins", told, language)
    assert f"10{',' if language in texts.DECIMAL_COMMA else '.'}50" in told


@LANGUAGES
def test_a_year_in_another_unit_is_asked_about(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    years = (("2023", 10), ("2024", 12), ("2025", 1100))
    rows = [f"A,{year}-{month:02}-28,{amount}\n" for year, amount in years for month in range(1, 13)]
    found = orders(tmp_path, "--as-of", "2025-12-31", text="Customer,Date,Amount\n" + "".join(rows))
    told = printed(found, language, capsys)
    assert noted("jump", told, language)
    assert f"1100{',' if language in texts.DECIMAL_COMMA else '.'}00" in told
    before = orders(tmp_path, "--as-of", "2024-12-31", text="Customer,Date,Amount\n" + "".join(rows))
    assert not noted("jump", printed(before, language, capsys), language)  # 2025 counts nowhere


@LANGUAGES
def test_a_file_that_ends_with_its_month_is_told_so_and_another_is_asked(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Customer,Date,Amount\nA,2025-01-05,10\nB,2025-01-30,20\n"
    told = printed(orders(tmp_path, text=text), language, capsys)
    assert noted("closed", told, language)
    assert "--as-of 2025-01-30" in told
    assert "--as-of 2024-12-31" not in told
    asked = printed(orders(tmp_path, "--as-of", "2025-01-30", text=text), language, capsys)
    assert noted("month_near", asked, language)
    assert "--as-of 2025-01-31" in asked
    early = printed(orders(tmp_path, text=text.replace("01-30", "01-20")), language, capsys)
    assert noted("month", early, language)
    assert "--as-of 2024-12-31" in early
