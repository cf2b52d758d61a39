"""The words about a function: keys, errors, docstrings."""

import pytest

from clv_xl import texts
from clv_xl.catalogue import docs, numpydoc
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.columns import FUNCTIONS as FAMILY
from clv_xl.catalogue.function import Function, lifts
from clv_xl.errors import CODES, CellError

FUNCTIONS = list(CATALOGUE.values())


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_every_word_about_a_function_has_a_row_with_its_english(function: Function) -> None:
    rows = docs.help_rows(CATALOGUE)
    assert rows[f"{function.name}.summary"] == function.summary
    assert rows[f"{function.name}.convention"] == function.convention
    assert rows[docs.returns_key(function)] == function.returns
    for arg in function.args:
        assert rows[docs.argument_key(function, arg)] == arg.doc
        assert not arg.unit or rows[f"unit.{arg.unit}"] == arg.unit


def test_an_argument_with_words_of_its_own_has_a_key_of_its_own() -> None:
    function = FAMILY[0]
    shared = docs.shared_arguments()
    arg = next(iter(shared.values()))
    assert docs.argument_key(function, arg) == f"arg.{arg.name}"
    assert docs.argument_key(function, arg.but(doc="Else.")) == f"{function.name}.arg.{arg.name}"


def test_where_a_language_lacks_a_text_the_english_stands() -> None:
    assert docs.help_text("no.such.key", "English", "fi") == "English"
    assert docs.help_text("total", "English", "fi") == texts.word("total", "fi") != "English"
    assert docs.help_text("total", "English") == "English"


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_the_errors_named_are_those_that_the_domains_refuse_with(function: Function) -> None:
    named = docs.errors(function)
    assert {code for code, _ in named} <= set(CODES)
    assert all(words and "{" not in words for _, words in named)
    refused = {
        code
        for arg in function.args
        if lifts(arg.kind)
        for cell, code in arg.kind.refused_cells()
        if not isinstance(cell, CellError)
    }
    assert refused | {rule.error.code for rule in function.rules} <= {code for code, _ in named}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_a_docstring_has_the_sections_of_numpydoc(function: Function) -> None:
    doc = numpydoc.numpydoc(function)
    assert doc.startswith(function.summary)
    for title in ("Returns", "Notes", "References", *(["Parameters", "Raises"] if function.args else [])):
        assert f"\n\n{title}\n{'-' * len(title)}\n" in doc
    assert function.convention in doc
    assert function.source in doc
    assert all(f"Unit: {arg.unit}." in doc for arg in function.args if arg.unit)
