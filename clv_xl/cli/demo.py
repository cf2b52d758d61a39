"""``clv-xl demo``: a workbook of real orders, made, calculated and shown."""

import argparse
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl import texts
from clv_xl.cells import Cell
from clv_xl.cli.answers import Bound, context_of
from clv_xl.cli.calc import missing_extra, summary
from clv_xl.cli.interrupts import Interrupts
from clv_xl.cli.parser import Parser
from clv_xl.cli.progress import Bar
from clv_xl.cli.shown import columns_lines, command_line
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import Text

if TYPE_CHECKING:
    from clv_xl.hosts.headless.report import Report
    from clv_xl.workbook.demo import Demo
    from clv_xl.workbook.formulas import Host

EXAMPLES = (
    ("clv-xl demo", "cli.demo_example_simple"),
    ("clv-xl demo -o Esittely.xlsx --lang fi", "cli.demo_example_output"),
)
NAME = "clv-xl-demo"
BAR = 24  # columns of the longest bar
# Column of the segment table, key of its short header, decimals.
_COLUMNS = (
    ("segment", "cli.demo_segment", 0),
    ("customers", "cli.demo_customers", 0),
    ("avg_order_value", "cli.demo_aov", 2),
    ("frequency", "cli.demo_frequency", 2),
    ("lifespan", "cli.demo_lifespan", 2),
    ("clv_to_date", "cli.demo_clv", 2),
    ("cac", "cli.demo_cac", 2),
    ("clv_net", "cli.demo_net", 2),
)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    metavar = parser.say("cli.file_metavar")
    parser.add("-o", "--output", text="cli.demo_output", metavar=metavar, type=Path, complete="file")
    parser.add_common(json=False)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Write the demo workbook, calculate it and show its segment table."""
    output = args.output or free_name(Path())
    demo, report = made(output, terminal)
    if report.errors or report.kept:
        for line in summary(report, terminal):
            terminal.note(line)
    terminal.line(terminal.styled(terminal.say("cli.demo_title"), "strong"))
    terminal.line()
    for line in segment_lines(demo.keys, report.results[0].rows, terminal):
        terminal.line(line)
    terminal.line()
    terminal.paragraph(convention(terminal))
    terminal.paragraph(terminal.say("cli.demo_assumed"))
    terminal.line()
    terminal.line(terminal.say("cli.demo_where", path=str(output)))
    terminal.line(terminal.say("cli.demo_next"))
    margin, segments = plain_address(demo.margin_cell), plain_address(demo.segment_cells)
    spoken = () if terminal.language == "en" else ("--lang", terminal.language)
    commands = (
        (("calc", str(output), "--set", f"{margin}=30%", "--get", segments), "cli.demo_try_margin"),
        (("call", *spoken, "CLV(50,3,3,40%,45)"), "cli.demo_try_call"),
        (("functions", *spoken), "cli.demo_try_functions"),
    )
    for words, key in commands:
        terminal.line(f"  {command_line('clv-xl', *words)}")
        terminal.line(terminal.styled(f"      {terminal.say(key)}", "dim"))
    return int(bool(report.errors or report.kept))


def convention(terminal: Terminal) -> str:
    """Return what the numbers of the segment table are: margin, discounting, last day, period."""
    from clv_xl.metrics.periods import iso
    from clv_xl.workbook import assumptions as a

    unit = Text(f"unit.{a.UNIT}")
    rate = {"rate": a.DISCOUNT_RATE, "timing": a.TIMING, "unit": unit}
    return terminal.say(
        "basis.summary",
        basis=f"{terminal.say('basis.margin')} {a.MARGIN:.0%}, USD",
        discounting=Text("basis.discounted" if a.DISCOUNT_RATE else "basis.undiscounted", rate),
        as_of=iso(int(a.AS_OF)),
        unit=unit,
    )


def plain_address(address: str) -> str:
    """Return an address with quotation marks around its sheet only where it needs them."""
    from clv_xl.hosts.headless.address import quoted, unquoted

    sheet, _, cells = address.rpartition("!")
    return f"{quoted(unquoted(sheet))}!{cells}"


def free_name(folder: Path) -> Path:
    """Return a name that no file has: an earlier demo may have been worked on."""
    names = (folder / f"{NAME}{'' if n == 1 else f'-{n}'}.xlsx" for n in count(1))
    return next(name for name in names if not name.exists())


def made(output: Path, terminal: Terminal, host: "Host" = "addin") -> "tuple[Demo, Report]":
    """Write the workbook aside in the spelling of a host, and its calculated copy to `output`."""
    try:
        from clv_xl.hosts.headless.calc import calculate
        from clv_xl.workbook.demo import write_demo
    except ImportError as error:
        raise missing_extra(error, "workbook") from error

    import tempfile

    with (
        tempfile.TemporaryDirectory(prefix="clv_xl-", ignore_cleanup_errors=True) as folder,
        Interrupts() as interrupts,
        Bar(terminal) as bar,
    ):

        def progress(done: int, total: int, name: str) -> None:
            interrupts.step(name)
            bar.step(done + 1, total + 1, name)

        bar.step(0, 5, "make")
        demo = write_demo(Path(folder, f"{NAME}.xlsx"), terminal.language, host)
        functions = Bound(context_of(terminal.language), interrupts)
        report = calculate(demo.path, output, functions, gets=[demo.segment_cells], progress=progress)
    return demo, report


def segment_lines(keys: Sequence[str], rows: Sequence[Sequence[Cell]], terminal: Terminal) -> list[str]:
    """Return the lines of the segment table with a bar a segment; the total row last, without a bar."""
    header = [terminal.say(key) for _, key, _ in _COLUMNS]
    places = [keys.index(key) for key, _, _ in _COLUMNS]
    net = keys.index("clv_net")
    worth = [value if isinstance(value := row[net], float) else 0.0 for row in rows[1:]]
    most = max([*worth[:-1], 0.0]) or 1.0
    block = "█" if terminal.unicode else "#"
    shown = [[*header, ""]]
    for i, row in enumerate(rows[1:]):
        cells = [
            _fixed(row[place], digits, terminal.language)
            for place, (_, _, digits) in zip(places, _COLUMNS, strict=True)
        ]
        bar = block * round(BAR * max(worth[i], 0.0) / most) if i < len(rows) - 2 else ""
        shown.append([*cells, bar])
    right = [False, *[True] * (len(_COLUMNS) - 1), False]
    return list(columns_lines(shown, right, "─" if terminal.unicode else "-"))


def _fixed(cell: Cell, digits: int, language: str) -> str:
    if isinstance(cell, (bool, str)) or not isinstance(cell, (float, int)):
        return texts.show(cell, language) if cell is not None else ""
    text = f"{cell:.{digits}f}"
    return text.replace(".", ",") if language in texts.DECIMAL_COMMA else text
