"""The functions as the menu lists them, in every language."""

import json
from collections.abc import Mapping

from clv_xl import texts
from clv_xl.catalogue import docs, spelling
from clv_xl.catalogue.formula_text import ENGLISH
from clv_xl.catalogue.function import Function


def listing(catalogue: Mapping[str, Function]) -> str:
    """Return name, call, summary and example of every function, as JSON."""
    return json.dumps(
        [
            {
                "name": function.name,
                "call": {code: texts.show(function.notation, code) for code in texts.LANGUAGES},
                "summary": {code: docs.part(function, "summary", code) for code in texts.LANGUAGES},
                "example": for_calc(function.examples[0].formula),
            }
            for function in catalogue.values()
        ]
    )


def for_calc(formula: str) -> str:
    """Return a formula of constants as LibreOffice's API takes it, whatever its language.

    >>> for_calc("CLV({50,2.5;1,2},3,40%)")
    'CLV.VALUE({50;2.5|1;2};3;40%)'
    """
    words, inside = [], False
    for found in ENGLISH.finditer(formula):
        word = found.group()
        if found.lastgroup == "name":
            word = spelling.dotted(word)  # what every version knows
        elif found.lastgroup == "mark":
            inside = word == "{" or (inside and word != "}")
            word = {",": ";", ";": "|" if inside else ";"}.get(word, word)
        words.append(word)
    return "".join(words)
