"""What a person may have meant by a name that no function has."""

import difflib
import unicodedata
from typing import TYPE_CHECKING

from clv_xl.cli.terminal import Terminal

if TYPE_CHECKING:
    from clv_xl.catalogue.function import Function


def nearest(name: str) -> list[str]:
    """Return the functions whose names are nearest, best first.

    The ``CLV.`` that every name begins with is left out, or all would be alike.

    >>> nearest("CLV.PAYBCK")
    ['CLV.PAYBACK']
    """
    from clv_xl.catalogue.all import CATALOGUE

    plain = name.strip().upper().replace("_", ".").removeprefix("CLV.")
    known = {f.removeprefix("CLV."): f for f in CATALOGUE}
    return [known[short] for short in difflib.get_close_matches(plain, known, n=3, cutoff=0.6)]


def hint(name: str, terminal: Terminal) -> str:
    """Return the question after the nearest names, empty if none is near."""
    close = nearest(name)
    return terminal.say("cli.did_you_mean", name=", ".join(close)) if close else ""


def found_by(words: str, language: str) -> "list[Function]":
    """Return the functions whose name or summary has every one of the words."""
    from clv_xl.catalogue import docs
    from clv_xl.catalogue.all import CATALOGUE

    wanted = _folded(words).split()
    if not wanted:
        return []
    texts = {f.name: _folded(f"{f.name} {docs.part(f, 'summary', language)}") for f in CATALOGUE.values()}
    return [f for f in CATALOGUE.values() if all(word in texts[f.name] for word in wanted)]


def _folded(text: str) -> str:
    """Return a text without case and accents, as it is typed in haste."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
