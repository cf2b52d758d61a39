"""``clv-xl call``. Values: the table of functions in the specification (issue "1 of 7")."""

import contextlib
import io
import json
import os
from fractions import Fraction
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import texts
from clv_xl.cli import main
from tests.cli.program import clv_xl


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("CLV(50,3,3)", "450"),
        ("=CLV(50,3,3,40%,45)", "135"),
        ("clv_value(50;3;2,5)", "375"),
        ("_xldudf_CLV_RATIO(180,45)", "4"),
        ("'CLV(50,3,3)'", "450"),  # cmd.exe hands single quotes over
    ],
)
def test_a_number_stands_alone_on_standard_output(
    formula: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["call", formula]) == 0
    assert capsys.readouterr() == (shown + "\n", "")


def test_a_number_is_shown_with_the_digits_a_spreadsheet_holds(capsys: pytest.CaptureFixture[str]) -> None:
    # The annuity by its definition, in exact fractions: 60 (v + v^2 + v^3) - 45 with v = 1/1.1.
    v = Fraction(10, 11)
    exact = 60 * (v + v**2 + v**3) - 45
    main(["call", "CLV(50,3,3,40%,45,10%)"])
    main(["call", "--lang", "fi", "CLV(50,3,3,40%,45,10%)"])
    expected = f"{float(exact):.15g}"
    assert capsys.readouterr().out.splitlines() == [expected, expected.replace(".", ",")]


def test_an_error_is_a_code_and_a_sentence_on_standard_error() -> None:
    done = clv_xl("call", "CLV(50,3,3,,45)")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("#VALUE! CLV: margin ")


def test_several_formulas_keep_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "CLV(50,3,3)", "CLV(50,3,-1)", "CLV.PAYBACK(45,5)"]) == 1
    shown = capsys.readouterr()
    assert shown.out.splitlines() == ["450", "#NUM!", "9"]
    assert shown.err.startswith("CLV(50,3,-1): #NUM! CLV: lifespan ")


def test_formulas_come_from_standard_input() -> None:
    done = clv_xl("call", "-", given="CLV(50,3,3)\n\n  =CLV.RATIO(180,45)\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "450\n4\n", "")


def test_json_is_one_object_a_line_with_every_digit() -> None:
    done = clv_xl(
        "call", "--json", "CLV(50,3,3)", "CLV(50,3,3,40%,45,10%)", "CLV(50,80%,x)", "CLV({50,60},3,3)"
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert answers[0] == {"formula": "CLV(50,3,3)", "value": 450}
    assert answers[1]["value"] == pytest.approx(60 * (1 / 1.1 + 1 / 1.21 + 1 / 1.331) - 45, rel=1e-14)
    assert (answers[2]["error"], "value" in answers[2]) == ("#VALUE!", False)
    assert "x" in answers[2]["sentence"]
    assert answers[3]["rows"] == [[450, 540]]


def test_a_table_is_aligned_with_a_rule_below_its_header(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "CLV.COMPARE(60,80%,10%)"]) == 0
    header, rule, *rows = capsys.readouterr().out.splitlines()
    assert set(rule) <= {"─", "-", " "}
    edge = header.index("Formula")
    assert rule[edge - 1] == " " != rule[edge]
    assert rows[0][:edge].split()[-1] == "220"
    assert {row[edge - 3] != " " for row in rows} == {True}  # numbers end in one column


def test_errors_inside_an_array_are_told_with_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "CLV({50;60},{3;-1},3)"]) == 1
    shown = capsys.readouterr()
    assert shown.out.split() == ["450", "#NUM!"]
    assert shown.err.startswith("[2,1]: #NUM! CLV: frequency ")


@pytest.mark.parametrize("formula", ["", "50*3", 'CLV(50,3,"', "CLV(50,3,3"])
def test_what_is_no_formula_is_one_sentence_and_status_2(
    formula: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["call", formula]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 1


def test_among_several_the_unreadable_formula_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "CLV(50,3,3)", "CLV(50,3"]) == 2
    shown = capsys.readouterr()
    assert shown.out == "450\n"
    assert shown.err.startswith("CLV(50,3 ")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_header_words_follow_the_language(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["call", "--lang", language, "CLV.COMPARE(60,80%,10%)"])
    assert texts.word("clv", language) in capsys.readouterr().out.splitlines()[0]


@given(st.text(max_size=40) | st.text("CLV.AOV(),;{}%\"0123-=@|!$#'", max_size=20).map("CLV({}".format))
def test_no_text_is_too_strange(formula: str) -> None:
    if formula == "-":
        return
    out, err = io.StringIO(), io.StringIO()
    debug = mock.patch.dict(os.environ, {"CLV_XL_DEBUG": "1"})  # a fault of the program raises
    with debug, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["call", "--", formula])
    assert status in {0, 1, 2}
    assert (status == 0) == (err.getvalue() == "")


def test_an_unknown_function_is_answered_with_the_nearest_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "CLV.PAYBCK(45,5)"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "CLV.PAYBACK" in shown.err
    assert main(["call", "CLV.XQZWJ(1)"]) == 1
    assert texts.word("cli.did_you_mean").split("{")[0].strip() not in capsys.readouterr().err
