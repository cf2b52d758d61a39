"""The log on standard error, JSON or text; never cells, tokens or variables of a program."""

import json
import logging
import sys
import time
import traceback
from typing import Any, Final, TextIO

from clv_xl.hosts.server.log_text import NoStart, TextLines, is_text, shows_colour

NAME: Final = "clv_xl.server"
QUIET: Final = logging.DEBUG  # level of requests that only ask whether the server is well
_OTHERS: Final = ("uvicorn", "uvicorn.error", "asyncio", "clv_xl.hosts")  # what speaks beside us in a server
_PLAIN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: time, level, logger, message, and what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        entry: dict[str, Any] = {
            "time": f"{moment}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "pid": record.process,
        }
        entry |= {k: v for k, v in vars(record).items() if k not in _PLAIN}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str, separators=(",", ":"))


def configure(level: str, stream: TextIO | None = None, form: str = "json") -> None:
    """Make the server, uvicorn and asyncio log alike.

    Parameters
    ----------
    level : {"debug", "info", "warning", "error"}
        Least level that is written.
    stream : file, optional
        Where to; standard error if left out.
    form : {"auto", "text", "json"}
        Text for people, JSON for programs; auto is text in a terminal.
    """
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    if is_text(form, out):
        handler.setFormatter(TextLines(coloured=shows_colour(out)))
        if level != "debug":
            handler.addFilter(NoStart())
    else:
        handler.setFormatter(JsonLines())
    for name in (NAME, *_OTHERS):
        logger = logging.getLogger(name)
        logger.handlers = [handler] if name != "uvicorn.error" else []  # a child of uvicorn
        logger.propagate = name in {"uvicorn.error", "clv_xl.hosts"}
        logger.setLevel(level.upper())


def logger() -> logging.Logger:
    """Return where the server logs."""
    return logging.getLogger(NAME)


def trace(error: BaseException) -> list[str]:
    """Return where an error arose: files, lines and kinds of errors.

    The message of an error is left out, since it often quotes the value that was at fault.
    """
    found: list[str] = []
    link: BaseException | None = error
    while link is not None and len(found) < 100:
        found.append(type(link).__name__)
        frames = traceback.extract_tb(link.__traceback__)
        found += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return found
