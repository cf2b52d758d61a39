"""``clv-xl functions``: every function in every language, in any spelling."""

import json
import re

import pytest

from clv_xl import texts
from clv_xl.catalogue import docs
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.formula import evaluate
from clv_xl.catalogue.formula_text import localised
from clv_xl.catalogue.spelling import spellings
from clv_xl.cli import main
from tests.cli.program import clv_xl


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_list_holds_every_function_below_its_family(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["functions", "--lang", language]) == 0
    out = capsys.readouterr().out
    assert re.findall(r"(?m)^  (CLV[.A-Z]*) ", out) == list(CATALOGUE)
    families = [texts.word(family, language) for family in CATALOGUE.families()]
    assert [line for line in out.splitlines() if line in families] == families


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("name", CATALOGUE)
def test_one_function_shows_all_there_is_to_know(
    name: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    function = CATALOGUE[name]
    assert main(["functions", name, "--lang", language]) == 0
    out = capsys.readouterr().out
    head = out.splitlines()[0]
    if language in texts.DECIMAL_COMMA:  # a default with a decimal comma, arguments with ";" between them
        head = re.sub(r"(?<=\d),(?=\d)", ".", head).replace(";", ",")
    assert head == function.signature()
    for arg in function.args:
        assert f"\n  {arg.name} (" in out
    for example in function.examples:
        shown = f"  ={localised(example.formula, language)}"
        assert f"{shown}\n" in out if function.spills else f"{shown}  ->  " in out
    assert "cli." not in out
    assert "expect." not in out


@pytest.mark.parametrize(
    "spelling", [*spellings("CLV.PAYBACK"), "payback", "clv.payback", "Payback", "PAYBACK"]
)
def test_any_spelling_finds_it(spelling: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["functions", spelling]) == 0
    assert capsys.readouterr().out.startswith("CLV.PAYBACK(")


@pytest.mark.parametrize("name", ["CLV.PAYBCK", "paybak", "clv_payback_"])
def test_a_slip_is_answered_with_a_suggestion(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["functions", name]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "CLV.PAYBACK" in shown.err
    assert name in shown.err


def test_a_name_like_none_is_sent_to_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["functions", "xyzzy123"]) == 2
    assert "clv-xl functions" in capsys.readouterr().err


def test_json_lists_signatures_arguments_and_examples() -> None:
    done = clv_xl("functions", "--json")
    assert done.returncode == 0
    found = {f["name"]: f for f in json.loads(done.stdout)}
    assert list(found) == list(CATALOGUE)
    clv = found["CLV"]
    assert [a["name"] for a in clv["arguments"]][:3] == ["avg_order_value", "frequency", "lifespan"]
    assert [a["required"] for a in clv["arguments"]] == [True] * 3 + [False] * 4
    first = clv["examples"][0]
    assert evaluate(first["formula"]) == pytest.approx(
        first["value"], abs=10 ** -CATALOGUE["CLV"].examples[0].digits
    )


def test_json_of_one_is_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    main(["functions", "CLV", "--json"])
    assert json.loads(capsys.readouterr().out)["python_name"] == "clv"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_word_is_looked_for_in_the_summaries_of_the_language(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # The longest word of a summary leads to its function, however it is written.
    word = max(re.findall(r"\w+", docs.part(CATALOGUE["CLV.PAYBACK"], "summary", language)), key=len)
    assert main(["functions", word.upper(), "--lang", language]) == 0
    shown = capsys.readouterr()
    assert "CLV.PAYBACK " in shown.out
    assert len(shown.out) < 4000
    assert word.upper() in shown.err


def test_a_word_is_found_as_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["functions", "per customer", "--json"]) == 0
    found = [f["name"] for f in json.loads(capsys.readouterr().out)]
    assert {"CLV.CAC", "CLV.FREQUENCY"} <= set(found)  # both summaries say it
    assert len(found) < len(CATALOGUE)


def test_the_prefix_of_all_names_makes_none_of_them_near(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["functions", "CLV.XQZWJ"]) == 2
    assert "clv-xl functions" in capsys.readouterr().err
