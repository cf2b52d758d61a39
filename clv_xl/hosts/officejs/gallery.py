"""The help of all functions for the gallery of the task pane and the start page."""

from typing import Any

from clv_xl import __version__, texts
from clv_xl.catalogue import docs, shapes
from clv_xl.catalogue.domains import Keyword, Word
from clv_xl.catalogue.function import Arg, Example, Function
from clv_xl.catalogue.listing import Catalogue
from clv_xl.catalogue.shapes import shape_of
from clv_xl.hosts.officejs import names
from clv_xl.hosts.officejs.metadata import choice_tip


def help_json(catalogue: Catalogue, language: str, namespace: str | None) -> dict[str, Any]:
    """Return the help of all functions in a language.

    Parameters
    ----------
    catalogue : Catalogue
        All functions.
    language : str
        en, fi, ka, pl or el: words, decimal marks and separators are its own.
    namespace : str or None
        The namespace of the add-in, which the names begin with.

    Returns
    -------
    dict
        ``language``, ``namespace``, ``version`` and ``families``: each an ``id``, a ``title`` and
        its ``functions``. A function has ``id`` (the catalogue's name), ``name`` (as typed in a cell
        of this add-in), ``call``, ``summary``, ``convention``, ``formula``, ``source``, ``returns``,
        ``spills``, ``arguments``, ``errors`` and ``examples``. ``formula`` of an example is in the
        English form, which Office.js takes in every language; ``shown`` is as Excel in the language
        shows it.

    Examples
    --------
    >>> from clv_xl.catalogue.all import CATALOGUE
    >>> made = help_json(CATALOGUE, "fi", "CLV")
    >>> functions = [f for family in made["families"] for f in family["functions"]]
    >>> next(f["examples"][0]["shown"] for f in functions if f["id"] == "CLV")
    '=CLV.VALUE(50;3;3)'
    """
    families = [
        {
            "id": family.removeprefix("family."),
            "title": texts.word(family, language),
            "functions": [_function(f, catalogue, language, namespace) for f in functions],
        }
        for family, functions in catalogue.families().items()
    ]
    return {"language": language, "namespace": namespace, "version": __version__, "families": families}


def _function(
    function: Function, catalogue: Catalogue, language: str, namespace: str | None
) -> dict[str, Any]:
    return {
        "id": function.name,
        "name": names.typed(function.name, namespace),
        "call": names.signature(function, namespace, language),
        "summary": docs.part(function, "summary", language),
        "convention": docs.part(function, "convention", language),
        "formula": function.formula,
        "source": function.source,
        "returns": docs.returns(function, language),
        "spills": function.spills,
        "arguments": [_argument(function, arg, language) for arg in function.args],
        "errors": [{"code": code, "when": when} for code, when in docs.errors(function, language)],
        "examples": [_example(e, catalogue, language, namespace) for e in function.examples],
    }


def _argument(function: Function, arg: Arg, language: str) -> dict[str, Any]:
    choices = arg.kind.choices if isinstance(arg.kind, Keyword) else ()
    return {
        "name": arg.name,
        "kind": type(arg.kind).__name__,  # the pages choose the field by it and by the entry
        "entry": _entry(arg),
        "content": _content(arg),
        "meaning": docs.meaning(function, arg, language),
        "domain": docs.domain(arg, language),
        "unit": docs.unit(arg, language),
        "default": docs.default(arg, language),
        "optional": not arg.required,
        "choices": [{"value": choice, "meaning": choice_tip(choice, language)} for choice in choices],
    }


def _content(arg: Arg) -> str:
    """Return what the cells of a range hold where a page needs to know it: words, or what a column says."""
    words = shape_of(arg.kind) in (shapes.WORDS, shapes.WORD_OR_WORDS)
    return "words" if words else str(getattr(arg.kind, "content", ""))


def _entry(arg: Arg) -> str:
    """Return how a page takes the argument: a cell, a text, a few cells typed, or pasted data."""
    shape = shape_of(arg.kind)
    if shape is None:
        return "text" if isinstance(arg.kind, Word) else "cell"
    return "typed" if shape.typed else "pasted"


def _example(example: Example, catalogue: Catalogue, language: str, namespace: str | None) -> dict[str, Any]:
    return {
        "formula": names.formula(example.formula, catalogue, namespace),
        "shown": names.formula(example.formula, catalogue, namespace, language),
        "value": docs.example_value(example, language),
    }
