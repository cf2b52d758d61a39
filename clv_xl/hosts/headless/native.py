"""Native functions that the engine has but that answer otherwise than spreadsheet programs do."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _each(change: Callable[[str], str]) -> Callable[[Any], Any]:
    """Return a function of one text that keeps errors and works through ranges cell by cell."""

    def answer(value: Any) -> Any:
        if isinstance(value, list):
            return [[answer(cell) for cell in row] for row in value]
        return value if isinstance(value, dict) else change(_text(value))

    return answer


def _proper(text: str) -> str:
    """Return the text with a capital at the start of every run of letters."""
    letters = []
    inside = False
    for letter in text:
        letters.append(letter.lower() if inside else letter.upper())
        inside = letter.isalpha()
    return "".join(letters)


# The engine changes the case of the letters A to Z only (formualizer 0.13).
CORRECTED: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {"UPPER": _each(str.upper), "LOWER": _each(str.lower), "PROPER": _each(_proper)}
)
