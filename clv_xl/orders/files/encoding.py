"""Bytes of a text file to letters: Unicode by its marks, code pages by the letters they would give."""

import codecs
import re
from types import MappingProxyType
from typing import Final

from clv_xl.errors import Text
from clv_xl.orders.files.asked import Asked

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as the mark of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE: Final = 1 << 20  # bytes that a code page is judged by
_GREEK: Final = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"
_CENTRAL: Final = "ąćęłńóśźżáčďéěíňřšťúůýžäöüßőű"
_WESTERN: Final = "äöåéèüßñçáíóúàêîôâëïìòùûøæõãš"
# In the order of preference where two are as good: the file reads the same then.
_PAGES: Final = MappingProxyType(
    {
        "cp1252": _WESTERN,
        "cp1250": _CENTRAL,
        "cp1253": _GREEK,
        "iso8859_15": _WESTERN,
        "iso8859_2": _CENTRAL,
        "iso8859_7": _GREEK,
    }
)
_SIGNS: Final = "€£§°–—„”“’‘«»…·\xa0"
_WORD: Final = re.compile(r"[^\W\d_]+")
NAMES: Final = MappingProxyType(
    {
        "utf-8": "UTF-8",
        "utf-8-sig": "UTF-8",
        "utf-16": "UTF-16",
        "utf-16-le": "UTF-16",
        "utf-16-be": "UTF-16",
        "utf-32": "UTF-32",
        "cp1250": "Windows-1250",
        "cp1252": "Windows-1252",
        "cp1253": "Windows-1253",
        "iso8859_2": "ISO 8859-2",
        "iso8859_7": "ISO 8859-7",
        "iso8859_15": "ISO 8859-15",
    }
)


def decoded(asked: Asked, data: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding.

    Raises
    ------
    UserError
        When the file is no text, or not in the encoding that was asked for.
    """
    if asked.encoding:
        return _as_asked(asked, data)
    code = next((name for mark, name in _MARKS if data.startswith(mark)), "") or _without_mark(asked, data)
    try:
        text = data.decode(code)
    except UnicodeDecodeError as error:
        raise asked.refuse("data.no_text", position=float(error.start)) from error
    return text.removeprefix("\ufeff"), NAMES[code]


def _as_asked(asked: Asked, data: bytes) -> tuple[str, str]:
    try:
        code = codecs.lookup(asked.encoding).name
        text = data.decode(code)
    except (LookupError, UnicodeDecodeError) as error:
        raise asked.refuse(
            "data.encoding", got=asked.encoding, known=", ".join(dict.fromkeys(NAMES.values()))
        ) from error
    return text.removeprefix("\ufeff"), NAMES.get(code, code)


def _without_mark(asked: Asked, data: bytes) -> str:
    """Return the encoding of a file that does not name it."""
    head = data[:_SAMPLE]
    if b"\0" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        most = max(even, odd)
        # Latin letters, digits and separators have one byte of zero in UTF-16, always on one side.
        if most * 8 > len(head) and min(even, odd) * 20 < most:
            return "utf-16-be" if even > odd else "utf-16-le"
        raise asked.refuse("data.no_text", position=float(head.index(0)))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _page(asked, data)
    return "utf-8"


def _page(asked: Asked, data: bytes) -> str:
    """Return the code page whose letters look most like words."""
    scores: dict[str, float] = {}
    for code, letters in _PAGES.items():
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        if not any("\x7f" <= c <= "\x9f" for c in set(text)):
            scores[code] = _likeness(text[:_SAMPLE], letters)
    if not scores:
        raise asked.refuse("data.no_text", position=float(next(i for i, b in enumerate(data) if b > 127)))
    return max(scores, key=lambda code: scores[code])


def _likeness(text: str, letters: str) -> float:
    """Return how much the letters beyond ASCII are those of the languages of a code page."""
    home = frozenset(letters)
    score = 0.0
    for word in set(_WORD.findall(text)):
        foreign = [c for c in word if not c.isascii()]
        if not foreign:
            continue
        known = sum(c.casefold() in home for c in foreign)
        score += known - 2.0 * (len(foreign) - known)  # a letter of no language here costs more
        greek = sum("Ͱ" <= c <= "Ͽ" for c in foreign)
        if 0 < greek < len(word):  # a Greek letter amid Latin ones is a letter of another page
            score -= 3.0 * greek
        elif not greek and len(foreign) * 2 > len(word):  # half a word of accents: Greek read as Latin
            score -= 2.0 * len(foreign)
    signs = set(text) - set(_SIGNS)
    return score - 2.0 * sum(1 for c in signs if not c.isascii() and not c.isalpha())


def separator_name(separator: str) -> Text:
    """Return the word for a separator."""
    words = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
    return Text(f"data.separator_{words[separator]}")
