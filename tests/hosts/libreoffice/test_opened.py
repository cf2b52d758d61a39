"""Formulas with names of the Excel builds, as LibreOffice keeps names it does not know, become ours."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from clv_xl.catalogue import spelling
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.libreoffice import component

SOURCE = Path(component.__path__[0], "opened.py")
KNOWN = frozenset(map(spelling.dotted, CATALOGUE))


@pytest.fixture(scope="module")
def renamed() -> Any:
    """Return the function alone: its module imports what only LibreOffice's own Python has."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    plain = (ast.Assign, ast.FunctionDef)
    body = [n for n in tree.body if isinstance(n, plain) and getattr(n, "name", "renamed") == "renamed"]
    future = ast.parse("from __future__ import annotations").body
    made: dict[str, Any] = {"re": re}
    exec(compile(ast.Module([*future, *body], []), str(SOURCE), "exec"), made)  # noqa: S102  our own source
    return made["renamed"]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_spelling_in_small_letters_becomes_the_name_of_this_host(name: str, renamed: Any) -> None:
    for text in spelling.spellings(name):
        assert renamed(f"={text.lower()}(1;2)*2", KNOWN) == f"={spelling.dotted(name)}(1;2)*2"
    macro = spelling.underscored(name)
    assert renamed(f"={macro}(1;2)*2", KNOWN) == f"={spelling.dotted(name)}(1;2)*2"


@pytest.mark.parametrize(
    "formula",
    [
        '="clv_aov("&A1',
        "='clv_aov('.A1*2",
        "=clv_unknown(1)",
        "=my.clv_aov(1)",
        "=xclv_aov(1)",
        "=CLV.AOV(A1:A9)",
        "=CLV_NOTHING(A1:A9)",
        '="CLV_AOV("&A1',
        "=_xlfn.single(A1:A9)+CLV.AOV(A1:A9)",
        "=clv_aov+1",
        "=SUM(Orders[#all])",
        "=CLV.CHECK(Orders[[#All]])",
    ],
)
def test_what_is_no_call_of_ours_stays(formula: str, renamed: Any) -> None:
    assert renamed(formula, KNOWN) == formula


def test_nested_calls_and_texts_between_them(renamed: Any) -> None:
    formula = '=clv_aov(clv_data(A1:A9;B1:B9))&"a "" clv_aov("&_xldudf_clv(50;3;3)'
    assert renamed(formula, KNOWN) == '=CLV.AOV(CLV.DATA(A1:A9;B1:B9))&"a "" clv_aov("&CLV.VALUE(50;3;3)'


def test_one_cell_of_ours_needs_no_word_for_it(renamed: Any) -> None:
    for name in ("clv_aov", "_xldudf_clv_aov", "_xll.clv.aov", "CLV_AOV", "CLV.AOV"):
        assert renamed(f"=_xlfn.single({name}(A1:A9))*2", KNOWN) == "=(CLV.AOV(A1:A9))*2"


def test_the_whole_of_a_table_is_written_as_the_older_version_reads_it(renamed: Any) -> None:
    formula = '=CLV.CHECK(Orders[#all];"[#all]")&_xldudf_clv_aov(Orders[#data])'
    assert renamed(formula, KNOWN) == '=CLV.CHECK(Orders[[#All]];"[#all]")&CLV.AOV(Orders[[#Data]])'
