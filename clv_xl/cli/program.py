"""One run of the program: its language, its command, and what becomes of every error."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from clv_xl import texts
from clv_xl.cli.parser import UsageError, language_asked, parser_of
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import CellError, ClvXlError

DONE, HOLDS_ERRORS, FAILED, INTERRUPTED = 0, 1, 2, 130
DEBUG = "CLV_XL_DEBUG"


def run(argv: Sequence[str] | None = None) -> int:
    """Run the program on `argv` and return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    terminal = Terminal(language_asked(words, os.environ))
    try:
        status = _command(words, terminal)
        terminal.flush()
    except BrokenPipeError:  # the reader (`| head`) has seen enough
        _silence()
        status = DONE
    except KeyboardInterrupt:
        terminal.note(terminal.say("cli.interrupted"))
        status = INTERRUPTED
    except ClvXlError as error:
        terminal.note(_sentence(error, terminal.language))
        status = FAILED
    except OSError as error:
        status = _system_refused(error, terminal)
    except Exception as fault:
        if os.environ.get(DEBUG):
            raise
        terminal.note(terminal.say("cli.fault", fault=f"{type(fault).__name__}: {fault}", setting=DEBUG))
        status = FAILED
    return status


def _command(words: list[str], terminal: Terminal) -> int:
    parser = parser_of(terminal.language)
    try:
        args = parser.parse_args(words)
    except UsageError as error:
        terminal.note(error.usage)
        raise
    except SystemExit as end:  # --help and --version
        return int(end.code or 0)
    if not hasattr(args, "run"):
        terminal.line(parser.format_help().rstrip())
        return DONE
    status: int = args.run(args, terminal)
    return status


def _sentence(error: ClvXlError, language: str) -> str:
    found = texts.sentence(error, language)
    return f"{error.code} {found}" if isinstance(error, CellError) else found


def _system_refused(error: OSError, terminal: Terminal) -> int:
    """Tell what the system refused: a file, or standard output on a full disk."""
    _silence()
    reason = error.strerror or str(error)
    path = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, (str, bytes)) else ""
    terminal.note(terminal.say("cli.system_refused", reason=f"{path}{reason}"))
    return FAILED


def _silence() -> None:
    """Send what is left of standard output nowhere, so that the interpreter's exit stays quiet."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
