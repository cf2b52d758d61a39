"""The docstring of a function in Python, made from its declaration."""

from collections.abc import Iterator

from clv_xl.catalogue import docs, domains
from clv_xl.catalogue.function import Arg, Function, lifts
from clv_xl.catalogue.python_examples import doctest
from clv_xl.catalogue.shapes import shape_of


def python_type(arg: Arg) -> str:
    """Return what Python may pass, as numpydoc writes it."""
    kind = arg.kind
    shape = shape_of(kind)
    if shape is not None:
        return shape.words
    if isinstance(kind, (domains.Keyword, domains.Word)):
        return "str"
    if isinstance(kind, domains.Date):
        return "date or float"
    return "float" if not function_lifts(kind) else "float or array_like"


def function_lifts(kind: object) -> bool:
    """Return whether an array may stand for one value of the kind."""
    return lifts(kind) and kind is not domains.HEADERS


def python_returns(function: Function) -> str:
    """Return what Python gets back, as numpydoc writes it."""
    if function.spills:
        return "DataFrame"
    if function.per_row:
        return "ndarray or Series, shape (n,)"
    words = any(isinstance(e.value, str) and not e.value.startswith("#") for e in function.examples)
    one = "str" if words or function.returns.startswith("text") else "float"
    return f"{one}, ndarray or Series" if function.lifts else one


def numpydoc(function: Function) -> str:
    """Return the docstring of the function in Python, with a doctest that runs.

    Parameters
    ----------
    function : Function
        Its declaration.
    """
    own_language = any(arg.name == "language" for arg in function.args)
    parameters = [line for arg in function.args for line in _parameter(arg)]
    if not own_language:
        parameters += [
            "language : str, optional",
            "    Language of headers, labels and error sentences; en if omitted.",
        ]
    gives = [python_returns(function), f"    {function.returns[0].upper()}{function.returns[1:]}."]
    if function.spills:
        gives.append("    Columns are the stable names, worded if `language` is given; an error is NaN.")
    elif function.lifts:
        gives.append("    An array if an argument is one, a Series if an argument is one.")
    raises = ["FormulaError", *(f"    ``{code}`` {words}" for code, words in docs.errors(function))]
    sections = [
        ("Parameters", parameters),
        ("Returns", gives),
        ("Raises", raises if function.args else []),
        ("Notes", [function.convention, "", f"Equation: ``{function.formula}``"]),
        ("References", [function.source]),
        ("Examples", doctest(function)),
    ]
    return "\n\n".join([function.summary, *_sections(sections)]) + "\n"


def _sections(sections: list[tuple[str, list[str]]]) -> Iterator[str]:
    for title, lines in sections:
        if lines:
            yield "\n".join([title, "-" * len(title), *lines])


def _parameter(arg: Arg) -> list[str]:
    words = [arg.doc, f"It must be {docs.domain(arg)}."]
    if arg.unit:
        words.append(f"Unit: {arg.unit}.")
    if arg.kind is domains.HEADERS:
        words.append("If omitted: 1 when `language` is given, else 2.")
    elif arg.default is not None:
        shown = bool(arg.default) if isinstance(arg.kind, domains.Flag) else docs.default(arg)
        words.append(f"If omitted: {shown}.")
    return [
        f"{arg.name} : {python_type(arg)}{'' if arg.required else ', optional'}",
        f"    {' '.join(words)}",
    ]
