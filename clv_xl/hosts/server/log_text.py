"""The log as people read it who started the server in a terminal: one short line for each event."""

import logging
import os
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, TextIO

REQUEST: Final = "request"  # the message of a line about a request
_HOME: Final = "local"  # the tenant of everybody who names none
_PLAIN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_DIM, _GREEN, _YELLOW, _RED = "2", "32", "33", "31"


class TextLines(logging.Formatter):
    """Writes a record as a line of text.

    Parameters
    ----------
    coloured : bool
        Whether the reader shows colour.
    """

    def __init__(self, *, coloured: bool) -> None:
        super().__init__()
        self._coloured = coloured

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; where an error arose stands in further ones."""
        given = {k: v for k, v in vars(record).items() if k not in _PLAIN}
        trace = given.pop("traceback", [])
        if record.exc_info:
            trace = self.formatException(record.exc_info).splitlines()
        message = record.getMessage()
        parts = (
            _request(given) if message == REQUEST and "status" in given else _other(message, record, given)
        )
        colour = _colour(record, given)
        first = self._styled(time.strftime("%H:%M:%S", time.localtime(record.created)), _DIM)
        shown = [first, self._styled(_visible(next(parts)), colour), *map(_visible, parts)]
        return "\n    ".join(["  ".join(shown), *map(_visible, trace)])

    def _styled(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._coloured and colour else text


class NoStart(logging.Filter):
    """Leaves out what uvicorn says of its start and end: the program tells both itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is written."""
        return record.levelno != logging.INFO or not record.name.startswith("uvicorn")


def is_text(form: str, stream: TextIO) -> bool:
    """Return whether a log is written as text: ``auto`` is text in a terminal, JSON elsewhere."""
    return form == "text" or (form == "auto" and stream.isatty())


def shows_colour(
    stream: TextIO, environ: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> bool:
    """Return whether a stream shows colour and its reader wants it (NO_COLOR, see no-color.org)."""
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb" or not stream.isatty():
        return False
    return platform != "win32" or "WT_SESSION" in environ


def _request(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was asked, what came of it, how long that took and who asked."""
    yield str(given["status"] or "---")
    yield f"{given['method']} {given['route']}"
    if given.get("calls"):
        yield f"{given['calls']} call{'s' if given['calls'] > 1 else ''}"
    yield f"{given['ms']:.1f} ms" if given["ms"] < 1000 else f"{given['ms'] / 1000:.1f} s"
    tenant, _, user = (given.get("user") or "").partition("/")
    if user and (tenant, user) != (_HOME, _HOME):
        yield user if tenant == _HOME else f"{tenant}/{user}"
    if "refused" in given:
        yield str(given["refused"])


def _other(message: str, record: logging.LogRecord, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield the message and what was given with it."""
    yield message if record.levelno <= logging.INFO else f"{record.levelname.lower()}: {message}"
    yield from (f"{name}={value}" for name, value in given.items())


def _colour(record: logging.LogRecord, given: Mapping[str, Any]) -> str:
    status = given.get("status")
    if isinstance(status, int) and record.getMessage() == REQUEST:
        return _RED if status >= 500 or not status else _YELLOW if status >= 400 else _GREEN
    return _RED if record.levelno >= logging.ERROR else _YELLOW if record.levelno >= logging.WARNING else ""


def _visible(text: str) -> str:
    """Return a text without what would move the cursor of a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
