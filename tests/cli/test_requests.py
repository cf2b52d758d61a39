"""``--set`` and ``--get`` as people and shells write them; the numbers are read off the words by eye."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import texts
from clv_xl.cli import main
from clv_xl.cli.requests import setting, unwrapped
from clv_xl.errors import UserError
from tests.cli.program import workbook


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return workbook(tmp_path / "B.xlsx", {"My sheet": {"B3": 1, "B4": "=B3*2"}})


@pytest.mark.parametrize("language", sorted(texts.DECIMAL_COMMA))
@pytest.mark.parametrize(
    ("text", "number"), [("0,3", 0.3), ("30,5%", 0.305), ("-1,5", -1.5), (",5", 0.5), ("1,5e3", 1500.0)]
)
def test_a_decimal_comma_is_read_where_it_is_written(language: str, text: str, number: float) -> None:
    assert setting(f"A!B3={text}", language) == ("A!B3", number)


@given(st.floats(min_value=-1e9, max_value=1e9))
def test_a_number_is_the_same_with_comma_and_point(number: float) -> None:
    text = f"{number:.6f}"
    assert setting("B3=" + text.replace(".", ","), "fi") == ("B3", float(text))
    assert setting("B3=" + text, "fi") == "B3=" + text


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("text", ["1,234,5", "1.234,5", "1 234", "1'234.5", "1,2.3%", "24.12.2025"])
def test_what_only_looks_like_a_number_is_refused_in_one_sentence(language: str, text: str) -> None:
    with pytest.raises(UserError) as refused:
        setting(f"B3={text}", language)
    sentence = texts.sentence(refused.value, language)
    assert text in sentence
    assert ("1234.5" if language == "en" else "1234,5") in sentence


def test_a_decimal_comma_in_english_is_refused() -> None:
    with pytest.raises(UserError):
        setting("B3=0,3", "en")


@pytest.mark.parametrize(
    "word", ["B3=many, few", 'B3="1,234,5"', "B3=2025-12-31", "B3=TRUE", "B3=", "B3=0.3"]
)
@pytest.mark.parametrize("language", ["en", "pl"])
def test_any_other_value_stays_as_it_is(word: str, language: str) -> None:
    assert setting(word, language) == word


@pytest.mark.parametrize(
    "word", ["'My sheet'!B3=1", "'My sheet'!B3='x'", "'It''s'!A1", "A!B3='x'", "'", "''"]
)
def test_a_quoted_sheet_keeps_its_marks(word: str) -> None:
    assert unwrapped(word) == word


@pytest.mark.parametrize("mark", ["'", '"'])
@pytest.mark.parametrize("word", ["Summary!B17=30%", "'My sheet'!B3=1", "'It''s'!A1", "Segments!A1#"])
def test_one_pair_around_the_whole_is_dropped(word: str, mark: str) -> None:
    assert unwrapped(f"{mark}{word}{mark}") == word


@pytest.mark.parametrize("mark", ["", "'", '"'])
def test_the_program_takes_words_as_cmd_hands_them_over(
    mark: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [f"{mark}{word}{mark}" for word in ("'My sheet'!B3=1,5", "'My sheet'!B4")]
    assert main(["calc", str(book), "--lang", "fi", "--set", words[0], "--get", words[1], "-q"]) == 0
    assert capsys.readouterr().out == "3\n"  # twice 1.5


def test_a_refused_number_stops_the_program(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calc", str(book), "--lang", "fi", "--set", "'My sheet'!B3=1,234,5"]) == 2
    shown = capsys.readouterr()
    assert (shown.out, len(shown.err.splitlines())) == ("", 1)
    assert [p.name for p in book.parent.iterdir()] == ["B.xlsx"]
