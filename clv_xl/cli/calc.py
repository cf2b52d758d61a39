"""``clv-xl calc``: a workbook calculated without a spreadsheet program."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clv_xl import texts
from clv_xl.cells import Cell
from clv_xl.cli.answers import Bound, context_of
from clv_xl.cli.interrupts import Interrupts
from clv_xl.cli.parser import Parser
from clv_xl.cli.progress import Bar
from clv_xl.cli.requests import setting, unwrapped
from clv_xl.cli.shown import cell_json, tidy_number
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import CellError, Text, UserError

if TYPE_CHECKING:
    from clv_xl.hosts.headless.report import Report, Result

EXAMPLES = (
    ("clv-xl calc Plan.xlsx", "cli.calc_example_simple"),
    ("clv-xl calc Plan.xlsx -o Result.xlsx --strict", "cli.calc_example_output"),
    ("clv-xl calc Plan.xlsx --set 'Inputs!B3=0.85' --get 'Segments!A1#'", "cli.calc_example_set"),
    ("clv-xl calc Plan.xlsx --get 'Segments!A1#' --format csv > segments.csv", "cli.calc_example_csv"),
)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    parser.add(
        "book", text="cli.calc_book", metavar=parser.say("cli.book_metavar"), type=Path, complete="file"
    )
    parser.add(
        "-o",
        "--output",
        text="cli.calc_output",
        metavar=parser.say("cli.file_metavar"),
        type=Path,
        complete="file",
    )
    parser.add(
        "--set", text="cli.calc_set", action="append", default=[], metavar=parser.say("cli.set_metavar")
    )
    parser.add(
        "--get", text="cli.calc_get", action="append", default=[], metavar=parser.say("cli.cells_metavar")
    )
    parser.add("--format", text="cli.calc_format", choices=("table", "csv", "json"), default="table")
    parser.add("--strict", text="cli.calc_strict", action="store_true")
    parser.add("--quiet", "-q", text="cli.calc_quiet", action="store_true")
    parser.add_common()


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Calculate a workbook; with --strict, 1 if a cell holds an error or kept its old value."""
    try:
        from clv_xl.hosts.headless.calc import calculate
    except ImportError as error:
        raise missing_extra(error, "workbook") from error

    if not hasattr(args, "lang"):
        terminal.language = language_of(args.book) or terminal.language
    sets = [setting(word, terminal.language) for word in args.set]
    gets = [unwrapped(word) for word in args.get]

    output = args.output
    if output is None and not args.get:
        output = args.book.parent / f"{args.book.stem}.calculated{args.book.suffix}"
    with Interrupts() as interrupts, Bar(terminal, shown=not args.quiet) as bar:

        def progress(done: int, total: int, name: str) -> None:
            interrupts.step(name)
            bar.step(done, total, name)

        functions = Bound(context_of(terminal.language), interrupts)
        report = calculate(args.book, output, functions, sets=sets, gets=gets, progress=progress)
    if args.json:
        terminal.json(report.to_json(lambda sentence: worded(sentence, terminal.language)))
    else:
        _show_results(report.results, args.format, terminal)
        if not args.quiet:
            # What was asked for with --get stays alone on standard output.
            write = terminal.note if args.get else terminal.line
            for line in summary(report, terminal):
                write(line)
    return int(args.strict and bool(report.errors or report.kept))


def language_of(book: Path) -> str | None:
    """Return the language that a workbook says its words are in: lookups by a label need that one."""
    from clv_xl.hosts.headless.package import Package
    from clv_xl.workbook.book import LANGUAGE_PROPERTY

    with Package(book) as package:
        code = package.custom_property(LANGUAGE_PROPERTY)
    return code if code in texts.LANGUAGES else None


def missing_extra(error: ImportError, extra: str) -> Exception:
    """Return the error for a package of an extra that is not installed; a fault of our own as it is."""
    package = (error.name or "").split(".")[0]
    if package in ("", "clv_xl"):
        return error
    return UserError("cli.needs_extra", package=package, command=f'pip install "clv_xl[{extra}]"')


def worded(sentence: Text | CellError, language: str) -> str:
    """Return what a report says, in a language."""
    return (
        texts.sentence(sentence, language)
        if isinstance(sentence, CellError)
        else texts.word(sentence, language)
    )


def summary(report: "Report", terminal: Terminal) -> list[str]:
    """Return the lines at the end: counts, then each cell that holds an error or was left as it was."""
    say = terminal.say
    lines = [say("cli.calc_counts", formulas=report.formulas, ours=report.ours, changed=report.changed)]
    lines += [say("cli.calc_unknown", name=name, count=count) for name, count in report.unknown.items()]
    if report.kept:
        lines.append(say("cli.calc_kept", count=len(report.kept)))
        lines += [f"  {where(k.sheet, k.cell)}  {worded(k.reason, terminal.language)}" for k in report.kept]
    lines += [f"  {where(n.sheet, n.cell)}  {worded(n.text, terminal.language)}" for n in report.notes]
    if report.errors:
        lines.append(say("cli.calc_errors", count=len(report.errors)))
    for e in report.causes:
        origin = " " + say("cli.calc_origin", cell=e.origin) if e.origin else ""
        lines.append(f"  {where(e.sheet, e.cell)}  {e.code}  {worded(e.sentence, terminal.language)}{origin}")
    if report.consequences:
        lines.append("  " + say("headless_errors_dependent", count=len(report.consequences)))
    if not report.errors and not report.kept:
        lines.append(say("cli.calc_no_errors"))
    lines.append(
        say("cli.calc_written", path=report.output) if report.output else say("cli.calc_not_written")
    )
    return lines


def where(sheet: str, cell: str) -> str:
    """Return a cell with its sheet, as a formula names it."""
    from clv_xl.hosts.headless.address import quoted

    return f"{quoted(sheet)}!{cell}"


def _show_results(results: Sequence["Result"], form: str, terminal: Terminal) -> None:
    """Write what was asked for with --get."""
    if not results:
        return
    if form == "json":
        terminal.json(
            {r.request: [[cell_json(c, terminal.language) for c in row] for row in r.rows] for r in results}
        )
        return
    for i, result in enumerate(results):
        if i:
            terminal.line()
        if form == "csv":
            terminal.csv([[csv_cell(cell) for cell in row] for row in result.rows])
            continue
        if len(results) > 1:
            terminal.line(terminal.styled(result.request, "strong"))
        terminal.table(result.rows)


def csv_cell(cell: Cell) -> Any:
    """Return a cell as a CSV file has it: every digit, a decimal point, the code of an error."""
    if isinstance(cell, CellError):
        return cell.code
    if isinstance(cell, bool):
        return str(cell).upper()
    return tidy_number(cell) if isinstance(cell, (float, int)) else cell
