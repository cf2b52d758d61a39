"""Who answers the calls: clv_xl in this Python, or else the formula server."""

from __future__ import annotations

import struct
import sys
import threading
from collections import deque
from typing import Any

from . import files
from .in_process import InProcess
from .over_server import OverServer
from .wording import Words, language

KEPT = 20  # faults on opening a document


class Calculator:
    """Answers calls; what answers them is loaded by the first.

    Attributes
    ----------
    locale : str
        LibreOffice's language, as far as it was told.
    answer : callable
        Takes the name of a function, the calling document and the values, and returns rows.
    """

    def __init__(self) -> None:
        self.locale = ""
        self.answer: Any = self._first
        self._backend: Any = None
        self._opening: deque[Any] = deque(maxlen=KEPT)
        self._lock = threading.RLock()

    @property
    def backend(self) -> Any:
        """What answers; chosen when it is first asked for."""
        with self._lock:
            if self._backend is None:
                self._backend = chosen(files.settings(), self.locale)
                self.answer = self._backend.answer
            return self._backend

    def words(self) -> Words:
        """Return the words of the user's language."""
        return Words(language(files.settings(), self.locale))

    def note_opening(self, fault: Exception) -> None:
        """Keep why a document that was opened has its formulas as they were."""
        self._opening.append(fault)

    def errors(self) -> list[Any]:
        """Return number, function, code and sentence of each error kept, the newest first."""
        words = self.words()
        opening = [words.say("calc.not_mended", got=f"{type(f).__name__}: {f}") for f in self._opening]
        return [*self.backend.errors(), *((0, "", "", sentence) for sentence in reversed(opening))]

    def _first(self, name: str, document: Any, values: Any) -> Any:
        return self.backend.answer(name, document, values)


def chosen(settings: dict[str, Any], locale: str) -> Any:
    """Return clv_xl in this Python where that can be, else the way over the formula server."""
    words = Words(language(settings, locale))
    fault = ""
    if fits(settings):
        try:
            return InProcess(settings.get("paths") or (), words)
        except Exception as error:  # noqa: BLE001  whatever a foreign package does: the server is left
            fault = f"{type(error).__name__}: {error}"
    return OverServer(settings, words, fault)


def fits(settings: dict[str, Any]) -> bool:
    """Return whether the packages of the settings are made for this Python; without settings, try."""
    size = struct.calcsize("P")
    tags = (None, sys.implementation.cache_tag)
    return settings.get("cache_tag") in tags and settings.get("pointer_bytes", size) == size
