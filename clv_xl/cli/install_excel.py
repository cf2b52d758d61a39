"""``clv-xl install excel``: a ready workbook, and on Windows what stands between Excel and Python."""

import argparse
import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clv_xl.cli.parser import Parser
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import Notation, UserError

if TYPE_CHECKING:
    from clv_xl.hosts.xlwings_udf.book.bridge import Bridge
    from clv_xl.hosts.xlwings_udf.book.machine import Machine

SUFFIX: Final = ".xlsm"
BLANK: Final = f"clv-xl{SUFFIX}"
DEMO: Final = f"clv-xl-demo{SUFFIX}"
TRY: Final = Notation("=CLV(50,3,3)", "=CLV(50;3;3)")
_NEXT: Final = ("install.next_unblock", "install.next_open", "install.next_type")


def add_install(parser: Parser) -> None:
    """Declare the arguments of ``clv-xl install excel``."""
    metavar = parser.say("cli.file_metavar")
    parser.add("-o", "--output", text="install.output", metavar=metavar, type=Path, complete="file")
    parser.add("--demo", text="install.demo", action="store_true")
    parser.add("--force", text="install.force", action="store_true")
    parser.add_common()


def add_uninstall(parser: Parser) -> None:
    """Declare the arguments of ``clv-xl uninstall excel``."""
    parser.add_common()


def install(args: argparse.Namespace, terminal: Terminal, machine: "Machine | None" = None) -> int:
    """Write the workbook; on Windows also copy the DLLs and write the settings.

    A workbook that is there may be somebody's work: it is replaced only when `--force` says so. One
    in the usual place is kept while the rest is renewed, since that is what an upgrade is.
    """
    from clv_xl.hosts.xlwings_udf.book import bridge
    from clv_xl.hosts.xlwings_udf.book.machine import this_machine

    machine = machine or this_machine()
    output = output_of(args, machine)
    kept = output.exists() and not args.force
    if kept and (args.output is not None or not machine.is_windows):
        raise UserError("install.exists", path=str(output))
    if not output.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(output.parent))
    put = bridge.put(machine, terminal.language) if machine.is_windows else None
    if not kept:
        write(output, demo=args.demo, terminal=terminal)
    if put is not None:
        bridge.remember(machine, output)
    _report(output, kept, put, args, terminal)
    return 0


def output_of(args: argparse.Namespace, machine: "Machine") -> Path:
    """Return where the workbook goes: as asked, else Documents, else (not on Windows) the folder here."""
    if args.output is None:
        folder = machine.documents if machine.is_windows else Path.cwd()
        return folder / (DEMO if args.demo else BLANK)
    output: Path = args.output.expanduser()
    if output.is_dir():
        output /= DEMO if args.demo else BLANK
    if not output.suffix:
        output = output.with_name(f"{output.name}{SUFFIX}")
    if output.suffix.casefold() != SUFFIX:  # Excel opens no macro workbook under another name
        raise UserError("install.wants_xlsm", path=str(output), suffix=SUFFIX)
    return output.absolute()


def write(output: Path, *, demo: bool, terminal: Terminal) -> None:
    """Write the workbook in the language of the run."""
    from clv_xl.cli.excel_book import blank_book, demo_book
    from clv_xl.hosts.xlwings_udf.book.settings import write_whole

    content = demo_book(terminal) if demo else blank_book(terminal.language)
    try:
        write_whole(output, content)
    except PermissionError as error:  # on Windows nobody replaces a file that Excel has open
        raise UserError("install.workbook_open", path=str(output)) from error


def _report(
    output: Path, kept: bool, put: "Bridge | None", args: argparse.Namespace, terminal: Terminal
) -> None:
    if args.json:
        terminal.json(_as_json(output, kept, put, args, terminal))
        return
    terminal.line(terminal.say("install.kept" if kept else "install.workbook", path=str(output)))
    if put is None:
        terminal.paragraph(terminal.say("install.only_workbook", command="clv-xl install excel"))
    else:
        settings = put.settings
        terminal.line(terminal.say("install.bridge", path=str(put.folder), xlwings=settings.xlwings))
        terminal.line(terminal.say("install.python", path=settings.python))
    terminal.line()
    terminal.line(terminal.styled(terminal.say("install.next"), "strong"))
    steps = _NEXT if put is None else _NEXT[1:]  # the mark of the web comes with the way to another machine
    for number, key in enumerate(steps, 1):
        terminal.paragraph(terminal.say(key, formula=TRY), f"  {number}. ", "     ")
    terminal.paragraph(terminal.say("install.next_doctor", command="clv-xl doctor"))


def _as_json(
    output: Path, kept: bool, put: "Bridge | None", args: argparse.Namespace, terminal: Terminal
) -> dict[str, Any]:
    settings = put and put.settings
    return {
        "workbook": str(output),
        "written": not kept,
        "demo": args.demo,
        "language": terminal.language,
        "folder": str(put.folder) if put else None,
        "python": settings.python if settings else None,
        "xlwings": settings.xlwings if settings else None,
    }


def uninstall(args: argparse.Namespace, terminal: Terminal, machine: "Machine | None" = None) -> int:
    """Remove the DLL copies and the settings; workbooks stay, and are named."""
    from clv_xl.hosts.xlwings_udf.book import bridge
    from clv_xl.hosts.xlwings_udf.book.machine import this_machine

    machine = machine or this_machine()
    left = bridge.workbooks(machine) if machine.is_windows else ()
    gone = bridge.remove(machine) if machine.is_windows else []
    if args.json:
        terminal.json({"removed": list(map(str, gone)), "left": list(map(str, left))})
        return 0
    if not gone:
        terminal.line(terminal.say("install.nothing"))
    for path in gone:
        terminal.line(terminal.say("install.removed", path=str(path)))
    for path in left:
        terminal.line(terminal.say("install.left", path=str(path)))
    if gone:
        terminal.paragraph(terminal.say("install.left_about"))
    return 0
