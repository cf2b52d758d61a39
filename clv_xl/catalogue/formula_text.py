"""The text of a formula of constants: its words, and its form in the languages of Excel."""

import re
from types import MappingProxyType

from clv_xl.errors import CODES
from clv_xl.texts import DECIMAL_COMMA

_CODES = "|".join(re.escape(code) for code in CODES)
# Possessive repeats keep the work linear in the length of the text.
_TOKEN = (
    r"(?P<space>\s++)"
    r'|(?P<text>"(?:[^"]++|"")*+")'
    rf"|(?P<error>{_CODES})"
    r"|(?P<number>(?:[0-9]++(?:%s[0-9]*+)?+|\.[0-9]++)(?:e[+-]?[0-9]++)?+)(?![\w.]*+[:!(\[])"
    r"|(?P<name>[^\W\d][\w.]*+)(?=\s*\()"
    r"|(?P<word>[^\W\d][\w.]*+)(?![:!$#\[])"
    r"|(?P<mark>[(){},;\\%%+-])"
)
# In the local form a comma counts as a decimal mark only right between two digits.
ENGLISH = re.compile(_TOKEN % r"\.", re.IGNORECASE)
LOCAL = re.compile(_TOKEN % r"(?:\.|,(?=[0-9]))", re.IGNORECASE)

BOOLEANS = MappingProxyType({"true": True, "false": False})
# As Finnish, Polish and Greek Excel write them, casefolded; Georgian Excel has the English words.
LOCAL_BOOLEANS = MappingProxyType(
    {
        word.casefold(): value
        for word, value in (
            ("TOSI", True),
            ("EPÄTOSI", False),
            ("PRAWDA", True),
            ("FAŁSZ", False),
            ("ΑΛΗΘΗΣ", True),
            ("ΨΕΥΔΗΣ", False),
        )
    }
)


def localised(text: str, language: str) -> str:
    r"""Return a formula in the English form as Excel in a language writes it.

    Parameters
    ----------
    text : str
        A formula that `parse` reads.
    language : str
        Finnish, Georgian, Polish and Greek separate by ``;`` and write a decimal comma.

    Examples
    --------
    >>> print(localised("CLV({50,2.5},3,40%)", "pl"), localised("CLV(50, 2.5)", "en"))
    CLV({50\2,5};3;40%) CLV(50, 2.5)
    """
    if language not in DECIMAL_COMMA:
        return text
    words, inside = [], False
    for found in ENGLISH.finditer(text):
        word = found.group()
        if found.lastgroup == "number":
            word = word.replace(".", ",")
        elif found.lastgroup == "mark":
            inside = word == "{" or (inside and word != "}")
            word = word.replace(",", "\\" if inside else ";")
        words.append(word)
    return "".join(words)
