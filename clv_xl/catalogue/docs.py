"""The words about a function: help in a language, its errors, its docstring in Python.

Translated help stands in the texts under keys made here; where a language lacks a text, the
English of the declaration is used. `help_rows` lists every key with that English.
"""

from collections.abc import Iterator, Mapping

from clv_xl import texts
from clv_xl.catalogue import arguments, domains
from clv_xl.catalogue.function import Arg, Example, Function, lifts
from clv_xl.catalogue.ranges import AnyRange, ByName, ColumnOf, Numbers, OrderLogRange, Words
from clv_xl.errors import NA, NUM, VALUE, CellError, Text

PARTS = ("summary", "convention")
RETURNS_A_TABLE = "table"


def shared_arguments() -> dict[str, Arg]:
    """Return the arguments that mean the same everywhere, by name; the first declared is the plain one."""
    shared: dict[str, Arg] = {}
    for value in vars(arguments).values():
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


def python_type(arg: Arg) -> str:
    """Return what Python may pass, as numpydoc writes it."""
    kind = arg.kind
    if isinstance(kind, ByName):
        return "float, mapping, Series or two columns" if kind.single else "mapping, Series or two columns"
    if isinstance(kind, (domains.Keyword, domains.Word)):
        return "str"
    if isinstance(kind, domains.Date):
        return "date or float"
    for of, words in (
        (ColumnOf, "array_like, shape (n,)"),
        (OrderLogRange, "DataFrame, mapping of columns, rows with a header row, or str"),
        (Numbers, "array_like"),
        (Words, "list of str"),
        (AnyRange, "DataFrame or rows with a header row"),
    ):
        if isinstance(kind, of):
            return words
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
    from clv_xl.catalogue.python_examples import doctest

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
    raises = ["FormulaError", *(f"    ``{code}`` {words}" for code, words in errors(function))]
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
    words = [arg.doc, f"It must be {domain(arg)}."]
    if arg.unit:
        words.append(f"Unit: {arg.unit}.")
    if arg.kind is domains.HEADERS:
        words.append("If omitted: 1 when `language` is given, else 2.")
    elif arg.default is not None:
        words.append(f"If omitted: {default(arg)}.")
    return [
        f"{arg.name} : {python_type(arg)}{'' if arg.required else ', optional'}",
        f"    {' '.join(words)}",
    ]
