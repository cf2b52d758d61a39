"""How wide a text is, and how many lines it takes: what a file cannot ask the program that shows it."""

import math
import unicodedata
from typing import Final

# Widths of letters in widths of a digit, after the metrics of Arial; Georgian after Sylfaen.
_NARROW: Final = frozenset("fijlrtI.,:;'!|/\\()[]- ·ιΙίϊΐł")
_SLIM: Final = frozenset("ckrsvxyzJćčśšźżžγκλνςσχ")
_WIDE: Final = frozenset("mwMWΩωΦφΨψ@%წჟ")
_THIN, _LEAN, _BROAD, _CAPITAL, _GEORGIAN, _BOLD = 0.55, 0.9, 1.45, 1.2, 1.1, 1.08
# What stays white in a column beside its text, and beside that for each step of indent.
PADDING, INDENT = 0.7, 1.3


def width_of(text: str, *, bold: bool = False) -> float:
    """Return the width of a text in widths of a digit, the unit of a column.

    Examples
    --------
    >>> width_of("2024"), width_of("ill") < width_of("sum") < width_of("MMM")
    (4.0, True)
    >>> width_of("net CLV", bold=True) > width_of("net CLV")
    True
    """
    return sum(map(_letter, text)) * (_BOLD if bold else 1.0)


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return _THIN
    if letter in _SLIM:
        return _LEAN
    if letter in _WIDE:
        return _BROAD
    if "\u10a0" <= letter <= "\u10ff":
        return _GEORGIAN
    if unicodedata.combining(letter):
        return 0.0
    return _CAPITAL if letter.isupper() else 1.0


def lines_of(text: str, room: float, *, bold: bool = False) -> int:
    """Return how many lines a text wraps to where `room` digits have place.

    Examples
    --------
    >>> lines_of("1234 678", 8.0), lines_of("1234 678", 7.0), lines_of("12345678", 4.0), lines_of("", 4.0)
    (1, 2, 2, 1)
    """
    space = width_of(" ", bold=bold)
    lines, used = 1, 0.0
    for word in text.split():
        width = width_of(word, bold=bold)
        if used and used + space + width <= room:
            used += space + width
            continue
        broken = max(1, math.ceil(width / room))
        lines += broken - (used == 0)
        used = width - (broken - 1) * room
    return lines


def longest_word(text: str, *, bold: bool = False) -> float:
    """Return the width of the widest word: a column narrower than it would break it in two.

    Examples
    --------
    >>> longest_word("22 4444 1")
    4.0
    """
    return max((width_of(word, bold=bold) for word in text.split()), default=0.0)
