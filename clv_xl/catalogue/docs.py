"""The words about a function: help in a language, its errors, its examples.

Translated help stands in the texts under keys made here; where a language lacks a text, the
English of the declaration is used. `help_rows` lists every key with that English.
"""

from collections.abc import Mapping

from clv_xl import texts
from clv_xl.catalogue import arguments
from clv_xl.catalogue.domains import Flag
from clv_xl.catalogue.function import Arg, Example, Function, lifts
from clv_xl.catalogue.ranges import ColumnOf, OrderLogRange
from clv_xl.catalogue.what_if import arguments as what_if_arguments
from clv_xl.errors import NA, NUM, VALUE, CellError, Text

PARTS = ("summary", "convention")
RETURNS_A_TABLE = "table"


def shared_arguments() -> dict[str, Arg]:
    """Return the arguments that mean the same everywhere, by name; the first declared is the plain one."""
    shared: dict[str, Arg] = {}
    for module in (arguments, what_if_arguments):
        for value in vars(module).values():
            if isinstance(value, Arg):
                shared.setdefault(value.name, value)
    return shared


def argument_key(function: Function, arg: Arg) -> str:
    """Return the key of the help of an argument: shared, or the function's own where its words differ."""
    shared = shared_arguments().get(arg.name)
    return (
        f"arg.{arg.name}"
        if shared is not None and shared.doc == arg.doc
        else f"{function.name}.arg.{arg.name}"
    )


def returns_key(function: Function) -> str:
    """Return the key of the unit of the result."""
    return f"unit.{function.returns}"


def help_rows(functions: Mapping[str, Function]) -> dict[str, str]:
    """Return every key of the help with its English.

    Parameters
    ----------
    functions : Mapping
        The catalogue.

    Returns
    -------
    dict
        Key (``CLV.summary``, ``arg.margin``, ``unit.money per customer``) to the English words.
    """
    rows: dict[str, str] = {}
    for function in functions.values():
        rows.update({f"{function.name}.{part}": getattr(function, part) for part in PARTS})
        for arg in function.args:
            rows[argument_key(function, arg)] = arg.doc
    for function in functions.values():
        units = [f"unit.{arg.unit}" for arg in function.args if arg.unit]
        for key in (*units, returns_key(function)):
            rows[key] = key.removeprefix("unit.")
    return rows


def help_text(key: str, english: str, language: str = "en") -> str:
    """Return a help text in a language, else the English of the declaration."""
    return english if language == "en" else texts.find(key, language) or english


def part(function: Function, name: str, language: str = "en") -> str:
    """Return the summary or the convention of a function."""
    return help_text(f"{function.name}.{name}", getattr(function, name), language)


def returns(function: Function, language: str = "en") -> str:
    """Return the unit of the result."""
    return help_text(returns_key(function), function.returns, language)


def meaning(function: Function, arg: Arg, language: str = "en") -> str:
    """Return what an argument means."""
    return help_text(argument_key(function, arg), arg.doc, language)


def unit(arg: Arg, language: str = "en") -> str:
    """Return the unit of an argument, empty if it has none."""
    return help_text(f"unit.{arg.unit}", arg.unit, language) if arg.unit else ""


def domain(arg: Arg, language: str = "en") -> str:
    """Return what an argument must be."""
    return texts.word(arg.kind.expected, language)


def default(arg: Arg, language: str = "en") -> str:
    """Return the default of an optional argument as it is typed, empty if there is none."""
    if arg.default is None:
        return ""
    if isinstance(arg.kind, Flag):
        return texts.show(bool(arg.default), language)
    return f'"{arg.default}"' if isinstance(arg.default, str) else texts.show(arg.default, language)


def errors(function: Function, language: str = "en") -> list[tuple[str, str]]:
    """Return the errors that the declaration foresees: code and when it is shown.

    Parameters
    ----------
    function : Function
        Its declaration.
    language : str
        Language of the words.
    """
    found: list[tuple[str, Text]] = []
    kinds = [arg.kind for arg in function.args]
    if kinds:
        found.append((VALUE, Text("explain.error_value")))
    cells = [pair for kind in kinds if lifts(kind) for pair in kind.refused_cells()]
    if any(code == NUM and not isinstance(cell, CellError) for cell, code in cells):
        found.append((NUM, Text("explain.error_num")))
    if any(isinstance(kind, (ColumnOf, OrderLogRange)) for kind in kinds):
        found.append((NA, Text("explain.error_na")))
    own = [rule.error for rule in function.rules]
    own += [function.undefined] if function.undefined.key != "no_result" else []
    found += [(error.code, Text(error.key, error.params)) for error in own]
    return [(code, texts.word(text, language)) for code, text in found]


def example_value(example: Example, language: str = "en") -> str:
    """Return the value of an example as a cell of that language shows it."""
    if isinstance(example.value, str):
        return example.value
    return texts.show(round(float(example.value), example.digits), language)
