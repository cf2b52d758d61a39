"""Money as it is written around the world: every spelling of a number comes back as that number."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.cells import Cells
from clv_xl.errors import UserError
from clv_xl.orders.files.asked import Asked
from clv_xl.orders.files.numbers import COMMA, POINT, Money, decimal_mark, figure

ASKED = Asked(Path("orders.csv"))
SPACES = (" ", "\u00a0", "\u202f", "'", "’")


def column(*texts: str) -> Money:
    return Money.of("Amount", Cells.of(list(texts)), 2)


def mark_of(*texts: str, separator: str = ";", asked: Asked = ASKED) -> str:
    return decimal_mark(asked, [column(*texts)], separator)


def spelled(cents: int, mark: str, group: str, digits: int) -> str:
    """A number in a country's spelling: whole cents, digits after the mark, a group mark."""
    whole, rest = divmod(abs(cents), 10**digits)
    sign = "-" if cents < 0 else ""
    return f"{sign}{whole:,}".replace(",", group) + (f"{mark}{rest:0{digits}d}" if digits else "")


@given(
    cents=st.integers(-(10**13), 10**13),
    style=st.sampled_from(
        [(COMMA, "."), (POINT, ","), (COMMA, ""), (POINT, ""), *((m, s) for m in ",." for s in SPACES)]
    ),
    digits=st.sampled_from([1, 2, 4]),
    around=st.sampled_from(["{}", "{} €", "€{}", "PLN {}", "{} zł", "  {} ", "$ {}"]),
)
def test_every_spelling_comes_back(cents: int, style: tuple[str, str], digits: int, around: str) -> None:
    mark, group = style
    text = around.format(spelled(cents, mark, group, digits))
    found = figure(text)
    assert found is not None
    assert found.mark == mark
    assert found.value(mark) == float(f"{cents}e-{digits}")


@given(cents=st.integers(1, 10**12), mark=st.sampled_from([COMMA, POINT]))
def test_brackets_and_a_minus_behind_are_negative(cents: int, mark: str) -> None:
    text = spelled(cents, mark, "", 2)
    for written in (f"({text})", f"{text}-", f"-{text}", f"\u2212{text}", f"-{text} €", f"(€{text})"):
        found = figure(written)
        assert found is not None
        assert found.value(mark) == float(f"-{cents}e-2")


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "A12", "1.2.3", "1,2,3", "12 34", "1 23 456", "(5", "5)", "-(5)", "--5", "1.234,5,6", "1e",
     "=1+1", "12:30", "1²", "1,23,456", "€", "5 5", "9" * 100],
)  # fmt: skip
def test_what_is_no_number_stays_a_text(text: str) -> None:
    found = figure(text)
    for mark in (COMMA, POINT):
        assert found is None or found.value(mark) != found.value(mark)


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading(text: str) -> None:
    found = figure(text)
    if found is not None:
        assert found.mark in ("", "?", POINT, COMMA)
        found.value(POINT)
        found.value(COMMA)


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (("1,5", "1.234"), COMMA),
        (("1.5", "1,234"), POINT),
        (("1.234,5",), COMMA),
        (("1.234.567",), COMMA),
        (("0,123",), COMMA),
        (("1234,567",), COMMA),
        (("12", "1 234"), ""),
        (("1 234,567",), COMMA),
    ],
)
def test_one_number_that_tells_decides_for_the_column(texts: tuple[str, ...], mark: str) -> None:
    assert mark_of(*texts) == mark


def test_a_thousand_between_commas_is_a_thousand() -> None:
    assert mark_of("1,234", "56", separator=",") == POINT


@pytest.mark.parametrize("texts", [("1,234",), ("1.234", "5"), ("1.234", "1,234")])
def test_a_mark_of_decimals_or_thousands_is_refused(texts: tuple[str, ...]) -> None:
    with pytest.raises(UserError, match=r"data\.decimal_unsure"):
        mark_of(*texts)


def test_a_mark_that_is_said_is_taken() -> None:
    comma = Asked(Path("orders.csv"), decimal=COMMA)
    assert mark_of("1.234", asked=comma) == COMMA
    assert column("1.234", "12.5").read(COMMA).cell(0) == 1234.0
    assert column("1.234", "12.5").read(COMMA).cell(1) == "12.5"


def test_numbers_that_contradict_are_refused_with_both_rows() -> None:
    with pytest.raises(UserError, match=r"data\.decimal_mixed") as caught:
        mark_of("5", "1,50", "2.50")
    assert {caught.value.params["line"], caught.value.params["other_line"]} == {3.0, 4.0}


def test_a_space_group_must_be_of_thousands() -> None:
    assert figure("1 234 567,5") is not None
    assert figure("1 234'567") is None
