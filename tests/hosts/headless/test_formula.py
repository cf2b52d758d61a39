"""The lexer: pieces of a formula, none of them lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.hosts.headless.formula import CALL, MARK, NAME, SHEET, STRUCT, TEXT, bare_name, text_of, tokens


@given(st.text(alphabet="AB1$.\"'![]{}(),:;#@& -+%_\\~\nĄ", max_size=40))
def test_tokens_joined_are_the_formula(formula: str) -> None:
    assert text_of(tokens(formula)) == formula


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ('"a""b,("', [(TEXT, '"a""b,("')]),
        ("'It''s, me'!A1", [(SHEET, "'It''s, me'!"), (NAME, "A1")]),
        ("[1]Sheet!A1", [(SHEET, "[1]Sheet!"), (NAME, "A1")]),
        ("Orders[[#All],[a'[b]]", [(STRUCT, "Orders[[#All],[a'[b]]")]),
        ("[@a]", [(STRUCT, "[@a]")]),
        ("Orders[@[a b]]", [(STRUCT, "Orders[@[a b]]")]),
        ("_xldudf_CLV_AOV(", [(CALL, "_xldudf_CLV_AOV(")]),
        ("CLV.FIT.SPEND(", [(CALL, "CLV.FIT.SPEND(")]),
        ("A1#", [(NAME, "A1"), (MARK, "#")]),
        ("Äiti!Z9", [(SHEET, "Äiti!"), (NAME, "Z9")]),
        ("$A:$B", [(NAME, "$A"), (MARK, ":"), (NAME, "$B")]),
        ("#N/A", [("error", "#N/A")]),
        ("1.5E-3%", [("number", "1.5E-3"), (MARK, "%")]),
    ],
)
def test_tokens(formula: str, expected: list[tuple[str, str]]) -> None:
    assert [tuple(token) for token in tokens(formula)] == expected


def test_prefixes_of_the_file_format_are_not_part_of_a_name() -> None:
    assert [bare_name(f"{p}FILTER(") for p in ("", "_xlfn.", "_xlfn._xlws.", "_XLUDF.")] == ["FILTER"] * 4
