"""Terms, help and error sentences in five languages, worded at the edge.

The tables ship beside this file, one row a key and one column a language: ``terms.csv`` (the words
of the field), ``sentences.csv`` and its siblings by room (error sentences, labels of tables), and
``help.csv`` (what a function and its arguments are for; its English column repeats the
declaration, so that a test notices a translation left behind). A column ``least_certain`` names the
languages in which a term wants a native reader most.
"""

import csv
import math
import string
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from clv_xl.errors import ClvXlError, Notation, Text

LANGUAGES = ("en", "fi", "ka", "pl", "el")
DECIMAL_COMMA = frozenset(("fi", "ka", "pl", "el"))
LONGEST = 500  # letters that one thing named in a sentence takes


@cache
def table(name: str) -> Mapping[str, Mapping[str, str]]:
    """Return one table: key -> language -> text."""
    text = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["key"]: MappingProxyType(row) for row in rows})


def tables() -> tuple[str, ...]:
    """Return the names of the tables that ship beside this file."""
    return tuple(
        sorted(f.name.removesuffix(".csv") for f in files(__name__).iterdir() if f.name.endswith(".csv"))
    )


@cache
def _all() -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType({key: row for name in tables() for key, row in table(name).items()})


def language_of(name: str) -> str:
    """Return the language for a code such as ``fi``, ``FI`` or ``pl_PL``; English if unknown.

    >>> language_of("fi-FI"), language_of("sv")
    ('fi', 'en')
    """
    code = name.replace("_", "-").split("-")[0].casefold()
    return code if code in LANGUAGES else "en"


def find(key: str, language: str = "en") -> str | None:
    """Return the text of a key, in English where the language lacks it; None if no table has it."""
    row = _all().get(key)
    return None if row is None else row.get(language) or row["en"]


class _Words(string.Formatter):
    """Fills a template: nested texts are worded, numbers take the language's decimal mark."""

    def __init__(self, language: str) -> None:
        self.language = language

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(str(key), "")

    def format_field(self, value: Any, format_spec: str) -> str:
        return clipped(show(value, self.language))


def clipped(text: str) -> str:
    """Return a text as a sentence quotes it: a cell holds 32,767 letters, and so may what it names.

    >>> len(clipped("x" * 32767))
    500
    """
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def show(value: object, language: str = "en") -> str:
    """Return a value as it is read in a sentence.

    >>> show(0.25, "fi"), show(1200.0), show(Text("total"), "pl")
    ('0,25', '1200', 'Razem')
    """
    if isinstance(value, Text):
        return word(value, language)
    if isinstance(value, Notation):
        return value.local if language in DECIMAL_COMMA else value.english
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        text = f"{value:.10g}" if math.isfinite(value) else str(value)
        return text.replace(".", ",") if language in DECIMAL_COMMA else text
    if isinstance(value, ClvXlError):
        return str(getattr(value, "code", value.key))
    return str(value)


def word(text: Text | str, language: str = "en") -> str:
    """Return a text in a language; a key that no table holds is returned as it is."""
    if isinstance(text, str):
        text = Text(text)
    template = find(text.key, language)
    if template is None:
        return text.key
    return _Words(language).vformat(template, (), text.params) if "{" in template else template


def sentence(error: ClvXlError, language: str = "en") -> str:
    """Return the sentence of an error: function, argument, what came, what is expected.

    >>> from clv_xl.errors import VALUE, CellError
    >>> sentence(CellError(VALUE, "blank_required", function="CLV", argument="lifespan",
    ...                    expected=Text("expect.number")))
    'CLV: lifespan is blank; it must be a number. Fill it in.'
    """
    params = dict(error.params)
    params["at"] = word(Text("at_row", {"row": params["row"]}), language) if params.get("row") else ""
    key = error.key
    if key == "input_error":
        params["got"] = Text(getattr(error, "code", ""))
        key = key if params.get("argument") else "input_error_alone"
    if "got" in params:
        params["got"] = quoted(params["got"], language)
    text = " ".join(word(Text(key, params), language).split())
    function = params.get("function", "")
    if params["at"] and "{at}" not in (find(key, language) or ""):
        function = f"{function}{params['at']}".strip()
    return f"{function}: {text}" if function else text


def quoted(got: object, language: str = "en") -> str:
    """Return what came, shown so that a text can be told from a number; long texts are cut."""
    if got is None:
        return word("got.blank", language)
    if isinstance(got, str):
        return '"' + (got if len(got) <= 60 else got[:57] + "...") + '"'
    return show(got, language)
