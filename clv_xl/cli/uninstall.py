"""``clv-xl uninstall``: what ``clv-xl install`` put on this machine is taken away again."""

import argparse

from clv_xl.cli.install import add_hosts, run_host
from clv_xl.cli.parser import Parser
from clv_xl.cli.terminal import Terminal

EXAMPLES = (("clv-xl uninstall excel", "install.example_uninstall"),)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    add_hosts(parser, "uninstall")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Take the functions out of the program that is named."""
    return run_host(args, terminal, "uninstall")
