"""What a function is called in Excel: the namespace of the add-in, or none."""

import re

from clv_xl.catalogue import spelling
from clv_xl.catalogue.formula_text import ENGLISH, localised
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.listing import Catalogue

NAMESPACE = "CLV"
_NAMESPACE = re.compile(r"[A-Za-z][A-Za-z0-9._]{0,31}")


def check_namespace(namespace: str | None) -> None:
    """Raise ValueError unless Excel can hold the namespace: letters first, at most 32 of them."""
    if namespace is not None and not _NAMESPACE.fullmatch(namespace):
        message = f"{namespace} is no namespace of Excel"
        raise ValueError(message)


def registered(name: str, namespace: str | None) -> str:
    """Return the name under which Excel lists a function of the add-in, without the namespace.

    >>> registered("CLV", "CLV"), registered("CLV.AOV", "CLV"), registered("CLV.AOV", None)
    ('VALUE', 'AOV', 'CLV.AOV')
    """
    return name if namespace is None else spelling.dotted(name).removeprefix("CLV.")


def typed(name: str, namespace: str | None) -> str:
    """Return the name as a user types it in a cell.

    >>> typed("CLV", "CLV"), typed("CLV", None), typed("CLV.AOV", "CLV")
    ('CLV.VALUE', 'CLV', 'CLV.AOV')
    """
    short = registered(name, namespace)
    return short if namespace is None else f"{namespace}.{short}"


def signature(function: Function, namespace: str | None, language: str) -> str:
    """Return the call as a user reads it, optional arguments in brackets.

    >>> from clv_xl.catalogue.all import CATALOGUE
    >>> signature(CATALOGUE["CLV.CHURN"], "CLV", "fi"), signature(CATALOGUE["CLV.VERSION"], None, "en")
    ('CLV.CHURN(lost_customers; start_customers)', 'CLV.VERSION()')
    """
    notation = function.notation
    words = notation.english if language == "en" else notation.local
    return typed(function.name, namespace) + words.removeprefix(function.name)


def formula(text: str, catalogue: Catalogue, namespace: str | None, language: str = "en") -> str:
    """Return a formula of the catalogue as it is typed in this add-in, in the form of a language.

    >>> from clv_xl.catalogue.all import CATALOGUE
    >>> formula("CLV(50,3,2.5)", CATALOGUE, "CLV", "pl"), formula("CLV(50,3,2.5)", CATALOGUE, None)
    ('=CLV.VALUE(50;3;2,5)', '=CLV(50,3,2.5)')
    """
    words = []
    for found in ENGLISH.finditer(text):
        function = catalogue.find(found.group()) if found.lastgroup == "name" else None
        words.append(typed(function.name, namespace) if function else found.group())
    return "=" + localised("".join(words), language)
