"""``clv-xl whatif``: a grid over a workbook, some cells varied and others read at every point."""

import argparse
import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clv_xl.cells import Cell
from clv_xl.cli.answers import Bound, context_of
from clv_xl.cli.calc import csv_cell, language_of, missing_extra, worded
from clv_xl.cli.interrupts import Interrupts
from clv_xl.cli.parser import Parser
from clv_xl.cli.progress import Bar
from clv_xl.cli.requests import unwrapped
from clv_xl.cli.shown import tidy_number
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import CellError, UserError

if TYPE_CHECKING:
    from clv_xl.hosts.headless.grid import Grid

EXAMPLES: Final = (
    ("clv-xl whatif Plan.xlsx --vary 'Inputs!B4=0.6:0.9:0.02' --read 'CLV!B10'", "whatif.example_one"),
    (
        (
            "clv-xl whatif Plan.xlsx --vary in_margin=20%:40%:5% --vary in_cac=30,45,60 --read 'CLV!B10'"
            " -o Grid.xlsx"
        ),
        "whatif.example_two",
    ),
    (
        "clv-xl whatif Plan.xlsx --vary 'Inputs!B2=Y;Q;M' --read 'Segments!A1:C9' -o Grid.csv",
        "whatif.example_list",
    ),
)
_SHOWN: Final = 20
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    say = parser.say
    parser.add("book", text="cli.calc_book", metavar=say("cli.book_metavar"), type=Path, complete="file")
    parser.add("--vary", text="whatif.vary", action="append", default=[], metavar=say("whatif.vary_metavar"))
    parser.add("--read", text="whatif.read", action="append", default=[], metavar=say("cli.cells_metavar"))
    parser.add("--together", text="whatif.together", action="store_true")
    parser.add(
        "-o",
        "--output",
        text="whatif.output",
        metavar=say("cli.file_metavar"),
        type=Path,
        complete="file",
    )
    parser.add("--quiet", "-q", text="cli.calc_quiet", action="store_true")
    parser.add_common()


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Calculate a workbook at every point of a grid."""
    try:
        from clv_xl.cli.variations import axis_of
        from clv_xl.hosts.headless.grid import grid_of
    except ImportError as error:
        raise missing_extra(error, "workbook") from error

    _refuse(args)
    if not hasattr(args, "lang"):
        terminal.language = language_of(args.book) or terminal.language
    axes = [axis_of(word, terminal.language) for word in args.vary]
    reads = [unwrapped(word) for word in args.read]
    with (
        Interrupts() as interrupts,
        Bar(terminal, shown=not args.quiet, counted=True) as bar,
    ):

        def progress(done: int, total: int, name: str) -> None:
            interrupts.step(name)
            bar.step(done, total, name)

        functions = Bound(context_of(terminal.language), interrupts)
        grid = grid_of(args.book, functions, axes, reads, together=args.together, progress=progress)
        bar.step(len(grid.points), len(grid.points), "write")
        sheet = _write(grid, args, terminal)
    if args.json:
        terminal.json(_json(grid, terminal.language))
        return 0
    if args.output is None:
        _show(grid, terminal)
    if not args.quiet:
        for line in _summary(grid, args.output, sheet, terminal):
            terminal.note(line) if args.output is None else terminal.line(line)
    return 0


def _refuse(args: argparse.Namespace) -> None:
    """Refuse, before anything is calculated, what could not be done afterwards."""
    from clv_xl.hosts.headless.output import SUFFIXES, refuse_output, same_file

    if not args.vary or not args.read:
        raise UserError("whatif.nothing_to_vary" if not args.vary else "whatif.nothing_to_read")
    if args.output is None:
        return
    if args.output.suffix.lower() in SUFFIXES:
        refuse_output(args.book, args.output)
    elif args.output.suffix.lower() != ".csv":
        raise UserError("whatif.output_suffix", path=str(args.output), suffix=args.book.suffix)
    elif same_file(args.book, args.output):
        raise UserError("headless_output_is_source", path=str(args.output))


def _write(grid: "Grid", args: argparse.Namespace, terminal: Terminal) -> str:
    """Write the file asked for; return the name of the new sheet, empty for a CSV file."""
    if args.output is None:
        return ""
    if args.output.suffix.lower() != ".csv":
        from clv_xl.hosts.headless.grid_sheet import write_copy

        headings = [terminal.say("whatif.sheet")]
        return write_copy(args.book, args.output, grid, headings[0], together=args.together)
    _write_csv(grid, args.output)
    return ""


def _write_csv(grid: "Grid", path: Path) -> None:
    """Write the grid as CSV: in UTF-8 with the mark by which Excel knows it, every number in full."""
    temporary = path.with_name(f".{path.name}-{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file, lineterminator="\r\n")
            out.writerow(_safe([*grid.inputs, *grid.columns]))
            for point, row in zip(grid.points, grid.rows, strict=True):
                out.writerow(_safe([*point, *row]))
        temporary.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("headless_cannot_write", path=str(path), reason=reason) from error
    finally:
        temporary.unlink(missing_ok=True)


def _safe(cells: Sequence[Cell]) -> list[Any]:
    """Return cells for a CSV file; a text that a spreadsheet would take for a formula stays a text."""
    return [
        f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else csv_cell(cell) for cell in cells
    ]


def _show(grid: "Grid", terminal: Terminal) -> None:
    """Write the first rows as a table."""
    rows = [[*point, *row] for point, row in zip(grid.points[:_SHOWN], grid.rows, strict=False)]
    terminal.table([[*grid.inputs, *grid.columns], *rows])
    if len(grid.points) > _SHOWN:
        terminal.line(terminal.say("whatif.more", count=len(grid.points) - _SHOWN))


def _summary(grid: "Grid", output: Path | None, sheet: str, terminal: Terminal) -> list[str]:
    say = terminal.say
    lines = [say("whatif.points", count=len(grid.points))]
    lines += [f"  {worded(n.text, terminal.language)}" for n in grid.notes]
    for failure in grid.failures:
        origin = " " + say("cli.calc_origin", cell=failure.origin) if failure.origin else ""
        sentence = worded(failure.sentence, terminal.language)
        lines.append(
            "  "
            + say("whatif.failed", cell=failure.column, code=failure.code, count=failure.count)
            + f"  {sentence}{origin}"
        )
    if sheet:
        lines.append(say("whatif.written_sheet", path=str(output), sheet=sheet))
    elif output is not None:
        lines.append(say("cli.calc_written", path=str(output)))
    return lines


def _json(grid: "Grid", language: str) -> dict[str, Any]:
    return {
        "vary": grid.inputs,
        "read": grid.columns,
        "rows": [
            [_plain(cell) for cell in (*point, *row)]
            for point, row in zip(grid.points, grid.rows, strict=True)
        ],
        "errors": [
            {
                "column": f.column,
                "code": f.code,
                "points": f.count,
                "sentence": worded(f.sentence, language),
                "origin": f.origin,
            }
            for f in grid.failures
        ],
        "notes": [{"sheet": n.sheet, "cell": n.cell, "text": worded(n.text, language)} for n in grid.notes],
    }


def _plain(cell: Cell) -> Any:
    if isinstance(cell, CellError):
        return cell.code
    return cell if isinstance(cell, (bool, str)) or cell is None else tidy_number(cell)
