r"""Texts as VBA source holds them: ASCII, with ``\u`` and four hexadecimal digits for every other letter."""

import re
from collections.abc import Iterator

LINE = 1023  # characters that VBA takes in one line
ROOM = 900  # of them for one piece of a text; the rest is for what stands around it
_PIECE = re.compile(rf"(?:\\u[0-9A-F]{{4}}|\"\"|[^\\\"]){{1,{ROOM // 6}}}")


def literal(text: str) -> str:
    r"""Return a text between quotes, as `ClvDecode` of the workbook reads it.

    >>> print(literal('α "b" \\'))
    "\u03B1 ""b"" \u005C"
    """
    return f'"{_coded(text)}"'


def assigned(variable: str, text: str) -> Iterator[str]:
    """Yield the lines that put a text into a variable, each short enough for VBA.

    >>> list(assigned("coded", "Errors"))
    ['coded = "Errors"']
    """
    value = ""
    for piece in _PIECE.findall(_coded(text)) or [""]:
        yield f'{variable} = {value}"{piece}"'
        value = f"{variable} & "


def _coded(text: str) -> str:
    return "".join(_letter(letter) for letter in text)


def _letter(letter: str) -> str:
    if letter == '"':
        return '""'
    if " " <= letter <= "~" and letter != "\\":
        return letter
    units = letter.encode("utf-16-be").hex().upper()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
