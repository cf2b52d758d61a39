"""Where a command writes: results to standard output, everything else to standard error."""

import csv
import io
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from clv_xl import texts
from clv_xl.cells import Cell
from clv_xl.cli.shown import table_lines
from clv_xl.errors import Text

_STYLES: Final = {"good": "32", "bad": "31", "dim": "2", "strong": "1"}


def _open_what_is_closed() -> None:
    """Give a stream that the caller closed (``>&-``, a program without a console) to nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  until exit


class Terminal:
    """Standard output and standard error of one run, in one language.

    Parameters
    ----------
    language : str
        Language of every sentence.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        _open_what_is_closed()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a letter the terminal lacks is "?", no crash
                stream.reconfigure(errors="replace")

    def say(self, key: str, **params: Any) -> str:
        """Return a text in the language of this run."""
        return texts.word(Text(key, params), self.language)

    def line(self, text: str = "") -> None:
        """Write a line of the result."""
        sys.stdout.write(text + "\n")

    def note(self, text: str) -> None:
        """Write a line that is no result."""
        sys.stdout.flush()
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def flush(self) -> None:
        """Hand over what is written, so that a full disk is told and not lost at exit."""
        sys.stdout.flush()

    def json(self, value: Any, *, indent: int | None = 2) -> None:
        """Write a value as JSON; escapes where the output cannot hold every letter."""
        self.line(json.dumps(value, indent=indent, ensure_ascii=not self.unicode, allow_nan=False))

    def table(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write a table with aligned columns."""
        for row in table_lines(rows, self.language, rule="─" if self.unicode else "-"):
            self.line(row)

    def csv(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows as CSV: in UTF-8 when they go to a file, so that no letter is lost."""
        if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")
        csv.writer(sys.stdout, lineterminator="\n").writerows(rows)

    def paragraph(self, text: str, first: str = "", rest: str | None = None) -> None:
        """Write a text broken to the width of the terminal, `first` and `rest` before its lines.

        It is broken between words only: half a command such as ``clv-xl`` cannot be copied.
        """
        indent = first if rest is None else rest
        filled = textwrap.fill(
            text,
            self.width,
            initial_indent=first,
            subsequent_indent=indent,
            break_on_hyphens=False,
            break_long_words=False,
        )
        self.line(filled or first.rstrip())

    @property
    def width(self) -> int:
        """Columns to fill; texts stay readable on a very wide terminal."""
        return max(40, min(shutil.get_terminal_size((100, 24)).columns, 110))

    @property
    def unicode(self) -> bool:
        """Whether standard output holds every letter."""
        return (sys.stdout.encoding or "").casefold().replace("-", "").replace("_", "").startswith("utf")

    @property
    def encoding(self) -> str:
        """Encoding of standard output."""
        return sys.stdout.encoding or "?"

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked."""
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def coloured(self) -> bool:
        """Whether standard output shows colour and its reader wants it (NO_COLOR, see no-color.org)."""
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty():
            return False
        return sys.platform != "win32" or "WT_SESSION" in os.environ

    def styled(self, text: str, style: str) -> str:
        """Return a text in a style where the terminal shows it."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.coloured else text

    def ask(self, question: str) -> bool:
        """Ask a question on standard error; only a yes is a yes."""
        sys.stderr.write(f"{question} ")
        sys.stderr.flush()
        answer = sys.stdin.readline().strip().casefold()
        return bool(answer) and answer in self.say("cli.yes_words").split()
