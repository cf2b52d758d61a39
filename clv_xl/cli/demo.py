"""``clv-xl demo``: a workbook of real orders, made, calculated and shown."""

import argparse
from pathlib import Path

from clv_xl.cli.parser import Parser
from clv_xl.cli.terminal import Terminal

EXAMPLES = (
    ("clv-xl demo", "cli.demo_example_simple"),
    ("clv-xl demo -o Esittely.xlsx --lang fi", "cli.demo_example_output"),
)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    parser.add(
        "-o",
        "--output",
        text="cli.demo_output",
        metavar=parser.say("cli.file_metavar"),
        type=Path,
        complete="file",
    )
    parser.add_common(json=False)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Write the demo workbook, calculate it and show its segment table."""
    raise NotImplementedError
