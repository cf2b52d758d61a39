"""Metadata of the custom functions: what Excel knows of each before it is called.

Every argument is declared a matrix of anything. A range then arrives whole, where an argument
declared scalar makes Excel call the function once for every cell of it, and an error cell or a
text arrives as it is: our runner words what is wrong with it. A single cell arrives as ``[[x]]``,
which the client takes for that cell.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from clv_xl import texts
from clv_xl.catalogue import docs
from clv_xl.catalogue.domains import Keyword
from clv_xl.catalogue.function import Arg, Function, lifts
from clv_xl.errors import Text
from clv_xl.hosts.officejs.names import check_namespace, registered

# Lengths in the definitions extensionFunction, extensionFunctionParameter and enum of Microsoft's schema.
FUNCTION_LIMIT = 1024
ARGUMENT_LIMIT = 512
TIP_LIMIT = 256
LARGEST_FILE = 1_000_000  # Excel on the desktop refuses more


def functions_json(
    catalogue: Mapping[str, Function],
    language: str,
    namespace: str | None,
    address: str = "",
) -> dict[str, Any]:
    """Return the metadata of all functions in a language.

    Parameters
    ----------
    catalogue : Mapping
        All functions.
    language : str
        Language of the descriptions; names stay as they are, since workbooks hold them.
    namespace : str or None
        The namespace of the manifest; None where it has none.
    address : str
        Public address of the server, which holds the help; without https there is no link to it.

    Returns
    -------
    dict
        The content of ``functions.json``; the order is that of the catalogue.

    Examples
    --------
    >>> from clv_xl.catalogue.all import CATALOGUE
    >>> made = functions_json(CATALOGUE, "en", "CLV")
    >>> [(f["id"], f["name"]) for f in made["functions"] if f["id"] in ("CLV", "CLV.CHURN")]
    [('CLV', 'VALUE'), ('CLV.CHURN', 'CHURN')]
    """
    check_namespace(namespace)
    enums = enum_ids(catalogue)
    return {
        "allowErrorForDataTypeAny": True,
        "functions": [_function(f, language, namespace, address, enums) for f in catalogue.values()],
        "enums": [_enum(name, choices, language) for choices, name in enums.items()],
    }


def encoded(metadata: Mapping[str, Any]) -> bytes:
    """Return metadata as the bytes of the file; more than Excel reads is a ValueError."""
    body = json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > LARGEST_FILE:
        message = f"metadata of {len(body)} bytes; Excel reads {LARGEST_FILE}"
        raise ValueError(message)
    return body


def may_spill(function: Function) -> bool:
    """Return whether the result can have more than one cell: a table, a row each, or a call lifted."""
    return function.spills or function.per_row or any(lifts(arg.kind) for arg in function.args)


def enum_ids(catalogue: Mapping[str, Function]) -> dict[tuple[str, ...], str]:
    """Return the id of each list of keywords: ``CLV.unit`` for the argument that first has it.

    >>> from clv_xl.catalogue.all import CATALOGUE
    >>> enum_ids(CATALOGUE)[("D", "W", "M", "Q", "Y")]
    'CLV.unit'
    """
    ids: dict[tuple[str, ...], str] = {}
    for function, arg, kind in _keywords(catalogue):
        name = f"CLV.{arg.name}"
        if kind.choices not in ids:
            taken = {known.casefold() for known in ids.values()}
            ids[kind.choices] = f"{function.name}.{arg.name}" if name.casefold() in taken else name
    return ids


def choice_tip(choice: str, language: str) -> str:
    """Return what a keyword means, empty where the help of its argument says it all."""
    return texts.find(f"addin.choice_{choice}", language) or ""


def argument_help(function: Function, arg: Arg, language: str) -> str:
    """Return meaning, domain, unit and default of an argument, cut where Office takes no more."""

    def say(key: str, **params: Any) -> str:
        return texts.word(Text(key, params), language)

    must_be = say("explain.must_be", expected=docs.domain(arg, language))
    words = [docs.meaning(function, arg, language), must_be]
    if arg.unit:
        words.append(say("explain.unit", unit=docs.unit(arg, language)))
    if arg.default is not None:
        words.append(say("explain.default", value=docs.default(arg, language)))
    return _within(ARGUMENT_LIMIT, words)


def function_help(function: Function, language: str) -> str:
    """Return what a function answers, and the convention it follows where both fit."""
    return _within(FUNCTION_LIMIT, [docs.part(function, part, language) for part in docs.PARTS])


def _function(
    function: Function,
    language: str,
    namespace: str | None,
    address: str,
    enums: Mapping[tuple[str, ...], str],
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": function.name,
        "name": registered(function.name, namespace),
        "description": function_help(function, language),
    }
    if address.startswith("https:"):
        made["helpUrl"] = f"{address}/#{function.name}"
    made["parameters"] = [_parameter(function, arg, language, enums) for arg in function.args]
    made["result"] = {"type": "any", "dimensionality": "matrix" if may_spill(function) else "scalar"}
    # Both together hand over one invocation with onCanceled and with the address, for the log of errors.
    made["options"] = {"cancelable": True, "requiresAddress": True}
    return made


def _parameter(
    function: Function, arg: Arg, language: str, enums: Mapping[tuple[str, ...], str]
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": arg.name,
        "description": argument_help(function, arg, language),
        "type": "any",
        "dimensionality": "matrix",
    }
    if not arg.required:
        made["optional"] = True
    if isinstance(arg.kind, Keyword):
        made["customEnumId"] = enums[arg.kind.choices]
    return made


def _enum(name: str, choices: tuple[str, ...], language: str) -> dict[str, Any]:
    values = []
    for choice in choices:
        tip = choice_tip(choice, language)[:TIP_LIMIT]
        values.append({"name": choice, "stringValue": choice, **({"tooltip": tip} if tip else {})})
    return {"id": name, "type": "string", "values": values}


def _keywords(catalogue: Mapping[str, Function]) -> Iterator[tuple[Function, Arg, Keyword]]:
    for function in catalogue.values():
        for arg in function.args:
            if isinstance(arg.kind, Keyword):
                yield function, arg, arg.kind


def _within(limit: int, sentences: list[str]) -> str:
    """Return as many of the sentences, from the first on, as a limit takes."""
    text = sentences[0][:limit]
    for sentence in sentences[1:]:
        if len(text) + 1 + len(sentence) > limit:
            break
        text = f"{text} {sentence}"
    return text
