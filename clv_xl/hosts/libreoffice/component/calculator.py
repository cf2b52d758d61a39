"""Who answers the calls: clv_xl in this Python, or else the formula server."""

from __future__ import annotations

import os
import struct
import sys
import threading
from typing import Any

from . import files
from .over_server import OverServer
from .wording import Words, language


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
        self.answer = self._first
        self._backend: Any = None
        self._lock = threading.RLock()

    @property
    def backend(self) -> Any:
        """What answers; chosen when it is first asked for."""
        with self._lock:
            if self._backend is None:
                self._backend = chosen(self.locale)
                self.answer = self._backend.answer
            return self._backend

    def _first(self, name: str, document: Any, values: Any) -> Any:
        return self.backend.answer(name, document, values)


def chosen(locale: str) -> Any:
    """Return clv_xl in this Python where that can be, else the way over the formula server."""
    settings = files.settings()
    spoken = language(settings, locale)
    fault = ""
    if fits(settings):
        try:
            return in_process(settings, spoken)
        except Exception as error:  # noqa: BLE001  whatever a foreign package does: the server is left
            fault = "{}: {}".format(type(error).__name__, error)
    return OverServer(settings, Words(spoken), fault)


def fits(settings: dict[str, Any]) -> bool:
    """Return whether the packages of the settings are made for this Python; without settings, try."""
    tag = settings.get("cache_tag")
    size = settings.get("pointer_bytes", struct.calcsize("P"))
    return tag in (None, sys.implementation.cache_tag) and size == struct.calcsize("P")


def in_process(settings: dict[str, Any], spoken: str) -> Any:
    """Return the functions of clv_xl in this Python."""
    paths = [path for path in settings.get("paths") or () if path not in sys.path and os.path.isdir(path)]
    sys.path[:0] = paths
    try:
        from clv_xl.hosts.libreoffice.host import Host  # noqa: TID252

        return Host(spoken)
    except BaseException:
        sys.path[:] = [path for path in sys.path if path not in paths]
        raise
