"""CLV.EXPLAIN: a function in words, one point a row, in the language asked for."""

from collections.abc import Iterator
from typing import Any

from clv_xl import texts
from clv_xl.catalogue import docs
from clv_xl.catalogue.formula_text import localised
from clv_xl.catalogue.function import Arg, Function
from clv_xl.catalogue.listing import Catalogue
from clv_xl.errors import NAME, CellError, Text
from clv_xl.table import Table


def explain_by_name(catalogue: Catalogue, name: str, language: str) -> Table:
    """Return the explanation of a function by any spelling of its name, in Python's too.

    Parameters
    ----------
    catalogue : Catalogue
        All functions.
    name : str
        ``CLV.AOV``, ``aov``, ``_xldudf_CLV_AOV``, ...
    language : str
        en, fi, ka, pl or el.

    Raises
    ------
    CellError
        #NAME? when there is no such function.
    """
    wanted = name.strip().removeprefix("=").split("(")[0].strip()
    function = catalogue.find(wanted) or catalogue.by_python_name(wanted.casefold())
    if function is None:
        raise CellError(NAME, "unknown_function", got=name)
    return explain(function, language)


def explain(function: Function, language: str = "en") -> Table:
    """Return a function in words.

    Parameters
    ----------
    function : Function
        Its declaration.
    language : str
        en, fi, ka, pl or el; examples are written as Excel in that language writes them.

    Returns
    -------
    Table
        ``item`` and ``text``: purpose, how it is typed, convention, formula, each argument, result,
        errors, source, examples.

    Examples
    --------
    >>> from clv_xl.catalogue.all import CATALOGUE
    >>> table = explain(CATALOGUE["CLV"], "fi")
    >>> [row for row in table.column("text") if row.startswith("CLV(50;3;2,5")]
    ['CLV(50;3;2,5;40%;45;10%) = 81,67']
    """
    language = texts.language_of(language)
    rows = [(texts.word(item, language), text) for item, text in _rows(function, language)]
    return Table.of_rows(("item", "text"), rows)


def _rows(function: Function, language: str) -> Iterator[tuple[Text, str]]:
    yield Text("explain.purpose"), docs.part(function, "summary", language)
    yield Text("explain.call"), texts.show(function.notation, language)
    yield Text("explain.convention"), docs.part(function, "convention", language)
    yield Text("explain.formula"), function.formula
    for arg in function.args:
        yield Text("explain.argument", {"name": arg.name}), _argument(function, arg, language)
    yield Text("explain.result"), docs.returns(function, language)
    for code, words in docs.errors(function, language):
        yield Text("explain.error", {"code": code}), words
    yield Text("explain.source"), function.source
    for example in function.examples:
        formula = localised(example.formula, language)
        if not function.spills:
            formula = f"{formula} = {docs.example_value(example, language)}"
        yield Text("explain.example"), formula


def _argument(function: Function, arg: Arg, language: str) -> str:
    """Return meaning, domain, unit and default of an argument."""

    def say(key: str, **params: Any) -> str:
        return texts.word(Text(key, params), language)

    words = [
        docs.meaning(function, arg, language),
        say("explain.must_be", expected=docs.domain(arg, language)),
    ]
    if arg.unit:
        words.append(say("explain.unit", unit=docs.unit(arg, language)))
    if arg.default is not None:
        words.append(say("explain.default", value=docs.default(arg, language)))
    elif not arg.required:
        words.append(say("explain.optional"))
    return " ".join(words)
