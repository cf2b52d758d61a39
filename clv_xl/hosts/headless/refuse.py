"""Uses of native functions that the engine answers otherwise than spreadsheet programs: not calculated.

What is refused keeps its old value and is reported; a number that is silently wrong would be worse.
"""

import re
from collections.abc import Sequence
from typing import Final

from clv_xl.hosts.headless.address import Area
from clv_xl.hosts.headless.formula import SPACE, TEXT, Token

_NUMBER = r"[#,]*(?:#,##)?0*(?:\.[0#]+)?,*%?"
_NUMBER_FORMAT = re.compile(rf"(?:[$€£] ?)?(?:{_NUMBER})(?: ?(?:[€£]|\"[^\"]*\"))?\Z")
_NEGATIVE = re.compile(rf"-?\(?(?:[$€£] ?)?(?:{_NUMBER})\)?\Z")
_DATE_FORMAT = re.compile(
    r"(?:yyyy|yy|mmmm|mmm|mm|m|dddd|ddd|dd|d|hh|h|\[h\]|ss|AM/PM|[-./ ,:])+\Z", re.IGNORECASE
)
_ORDERED_TEXT = re.compile(r"[<>]=?[^\d\s.+\-<>=]")
_CRITERIA: Final = {
    "COUNTIF": (1, 2), "SUMIF": (1, 2), "AVERAGEIF": (1, 2), "COUNTIFS": (1, 2), "SUMIFS": (2, 2),
    "AVERAGEIFS": (2, 2), "MAXIFS": (2, 2), "MINIFS": (2, 2),
}  # fmt: skip


def refused(name: str, arguments: Sequence[Sequence[Token]]) -> str:
    """Return how a call reads that is not calculated as spreadsheet programs do; empty when it is.

    Parameters
    ----------
    name : str
        The function in upper case.
    arguments : sequence of sequence of Token
        Its arguments.
    """
    words = [[part for part in argument if part.kind != SPACE] for argument in arguments]
    literals = [_literal(argument) for argument in words]
    if name == "TEXT" and len(words) == 2 and not _is_known_format(literals[1]):
        return 'TEXT(...,"' + (literals[1] or "...") + '")'
    if name == "DATEDIF" and len(words) == 3 and (literals[2] or "MD").upper() in ("MD", "YD"):
        return 'DATEDIF(...,"' + (literals[2] or "...") + '")'
    if name == "FORMULATEXT":
        return "FORMULATEXT"
    if name in _CRITERIA:
        return _criteria(name, words, literals)
    return ""


def _literal(argument: Sequence[Token]) -> str | None:
    """Return the text that an argument is, when it is one."""
    if len(argument) == 1 and argument[0].kind == TEXT:
        return argument[0].text[1:-1].replace('""', '"')
    return None


def _is_known_format(code: str | None) -> bool:
    if code is None:
        return False
    if code in ("@", "General"):
        return True
    sections = code.split(";")
    if len(sections) <= 2 and _NUMBER_FORMAT.match(sections[0]):
        return len(sections) == 1 or _NEGATIVE.match(sections[1]) is not None
    return _DATE_FORMAT.match(code) is not None


def _criteria(name: str, words: Sequence[Sequence[Token]], literals: Sequence[str | None]) -> str:
    start, step = _CRITERIA[name]
    for literal in literals[start::step]:
        if literal is None:
            continue
        if "?" in literal.replace("~?", "") or literal.startswith("#") or _ORDERED_TEXT.match(literal):
            return f'{name}(...,"{literal}")'
    if name.endswith("IFS"):
        # One cell more in one range than in another is #VALUE!, which the engine does not notice.
        ranges = [words[0], *words[start - 1 :: step]] if start == 2 else words[::step]
        texts = ["".join(p.text for p in part).rpartition("!")[2].replace("$", "") for part in ranges]
        areas = [area for area in map(Area.parse, texts) if area is not None]
        if len({(area.height, area.width) for area in areas}) > 1:
            return f"{name}(A1:A9,...,A1:A8,...)"
    return ""
