"""``clv-xl template``: the template workbook, with the public sample or your own orders in it."""

import argparse
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clv_xl.cli.answers import Bound, context_of
from clv_xl.cli.calc import missing_extra, summary
from clv_xl.cli.interrupts import Interrupts
from clv_xl.cli.parser import Parser
from clv_xl.cli.progress import Bar
from clv_xl.cli.template_data import Orders, add_data_arguments, asked_of, read, refuse_without_data
from clv_xl.cli.template_report import show_made, wanted
from clv_xl.cli.template_understood import show_orders
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import UserError

if TYPE_CHECKING:
    from clv_xl.hosts.headless.report import Report
    from clv_xl.workbook.template.kit import Build, Kit
    from clv_xl.workbook.template.order_lines import OrderLines

EXAMPLES: Final = (
    ("clv-xl template", "template_command.example_simple"),
    ("clv-xl template --data orders.csv", "template_command.example_data"),
    (
        "clv-xl template --lang fi --build addin --data Tilaukset.xlsx -o Malli.xlsx",
        "template_command.example_full",
    ),
    ("clv-xl template --data export.txt --customer Konto --dates mdy", "template_command.example_columns"),
)
BUILDS: Final = ("native", "addin", "xlwings", "calc")
NAME: Final = "clv-xl-template"


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    metavar = parser.say("cli.file_metavar")
    parser.add("--build", text="template_command.build", choices=BUILDS)
    parser.add("-o", "--output", text="template_command.output", metavar=metavar, type=Path, complete="file")
    parser.add("--force", text="install.force", action="store_true")
    add_data_arguments(parser)
    parser.add_common(json=False)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Write the template, calculate it and tell what is in it; 1 if a cell or a check is not in order."""
    refuse_without_data(args)
    output_of(args, args.build or "native", terminal.language)  # before anything is read
    with Interrupts() as interrupts, Bar(terminal) as bar:
        interrupts.step("read")
        bar.step(0, 6, "read")
        orders = read(asked_of(args)) if args.data is not None else None
        build = build_of(args.build, orders)
        output = output_of(args, build, terminal.language)
        kit, report, places = _made(build, output, terminal, orders, interrupts, bar)
    if orders is not None:
        show_orders(orders, terminal)
        terminal.line()
    broken = show_made(output, build, kit, dict(zip(places, report.results, strict=True)), terminal)
    if report.errors or report.kept:
        for line in summary(report, terminal):
            terminal.note(line)
    return int(bool(broken or report.errors or report.kept))


def build_of(asked: "Build | None", orders: Orders | None) -> "Build":
    """Return the build that is asked for, or the one that the log is short enough for."""
    from clv_xl.workbook.template.kit import NATIVE_ORDERS

    if orders is None or len(orders.lines) <= NATIVE_ORDERS:
        return asked or "native"
    if asked == "native":
        count, limit = float(len(orders.lines)), float(NATIVE_ORDERS)
        raise UserError("template_command.too_long", path=str(orders.path), count=count, limit=limit)
    return asked or "addin"


def suffix_of(build: str) -> str:
    """Return how the file of a build ends: only one of them has macros."""
    return ".xlsm" if build == "xlwings" else ".xlsx"


def output_of(args: argparse.Namespace, build: str, language: str) -> Path:
    """Return where the workbook goes; what is there stays unless `--force` says otherwise."""
    suffix = suffix_of(build)
    if args.output is None:
        stem = f"{NAME}-{build}-{language}"
        names = (Path(f"{stem}{'' if n == 1 else f'-{n}'}{suffix}") for n in count(1))
        return next(name for name in names if args.force or not name.exists())
    output: Path = args.output
    if output.suffix.lower() != suffix:
        raise UserError("template_command.suffix", path=str(output), suffix=suffix)
    if output.exists() and not args.force and not output.is_dir():
        raise UserError("install.exists", path=str(output))
    if args.data is not None and output.exists() and args.data.exists() and output.samefile(args.data):
        raise UserError("headless_output_is_source", path=str(output))
    return output


def _made(
    build: "Build",
    output: Path,
    terminal: Terminal,
    orders: Orders | None,
    interrupts: Interrupts,
    bar: Bar,
) -> "tuple[Kit, Report, list[str]]":
    """Write the workbook aside, and its calculated copy to `output`, whole or not at all."""
    try:
        from clv_xl.hosts.headless.calc import calculate
        from clv_xl.workbook.template.order_lines import sample
        from clv_xl.workbook.template.write import write_template
    except ImportError as error:
        raise missing_extra(error, "workbook") from error

    def progress(done: int, total: int, name: str) -> None:
        interrupts.step(name)
        bar.step(done + 2, total + 2, name)

    lines: Callable[[Callable[[str], str]], OrderLines] = sample if orders is None else orders.as_lines
    with tempfile.TemporaryDirectory(prefix="clv_xl-", ignore_cleanup_errors=True) as folder:
        interrupts.step("make")
        bar.step(1, 6, "make")
        kit = write_template(Path(folder, "template.xlsx"), terminal.language, build, lines)
        places = wanted(kit)
        functions = Bound(context_of(terminal.language), interrupts)
        calculated = Path(folder, "calculated.xlsx") if build == "xlwings" else output
        report = calculate(
            Path(folder, "template.xlsx"),
            calculated,
            functions,
            gets=list(places.values()),
            progress=progress,
        )
        if build == "xlwings":
            _with_macros(calculated, output, terminal.language)
    return kit, report, list(places)


def _with_macros(calculated: Path, output: Path, language: str) -> None:
    """Write the workbook with every function of the catalogue as a function of VBA."""
    from clv_xl.cli.excel_book import with_functions
    from clv_xl.hosts.xlwings_udf.book.settings import write_whole

    try:
        write_whole(output, with_functions(calculated.read_bytes(), language))
    except PermissionError as error:  # on Windows nobody replaces a file that Excel has open
        raise UserError("install.workbook_open", path=str(output)) from error
