"""CLV.EXPLAIN in five languages."""

import pytest

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.explain import explain, explain_by_name
from clv_xl.catalogue.formula_text import localised
from clv_xl.catalogue.function import Function
from clv_xl.errors import NAME, CellError, Text

FUNCTIONS = list(CATALOGUE.values())


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_function_is_explained_in_full(function: Function, language: str) -> None:
    table = explain(function, language)
    assert table.keys == ("item", "text")
    items, words = table.column("item"), table.column("text")
    assert all(isinstance(word, str) and word for word in [*items, *words])
    assert not any("{" in word for word in items)
    assert items[0] == texts.word("explain.purpose", language)
    assert function.formula in words
    assert function.source in words
    for arg in function.args:
        assert texts.word(Text("explain.argument", {"name": arg.name}), language) in items
    for example in function.examples:
        assert any(word.startswith(localised(example.formula, language)) for word in words)


@pytest.mark.parametrize("name", ["CLV", "clv_value", "_xldudf_CLV", "=CLV(50,3,3)", " clv ", "CLV()"])
def test_any_spelling_is_found(name: str) -> None:
    assert explain_by_name(CATALOGUE, name, "en").columns == explain(CATALOGUE["CLV"]).columns


def test_an_unknown_name_is_a_name_error() -> None:
    with pytest.raises(CellError) as caught:
        explain_by_name(CATALOGUE, "SUM", "en")
    assert (caught.value.code, caught.value.params["got"]) == (NAME, "SUM")


def test_numbers_are_written_as_in_the_language() -> None:
    # Check value of the catalogue: CLV(50,3,2.5,40%,45,10%) is 81.67.
    finnish, english = explain(CATALOGUE["CLV"], "fi"), explain(CATALOGUE["CLV"], "en")
    assert "CLV(50;3;2,5;40%;45;10%) = 81,67" in finnish.column("text")
    assert "CLV(50,3,2.5,40%,45,10%) = 81.67" in english.column("text")
    assert "CLV.PARETO(values; [top_share=0,2])" in explain(CATALOGUE["CLV.PARETO"], "fi").column("text")
    assert explain(CATALOGUE["CLV"], "sv").columns == english.columns
