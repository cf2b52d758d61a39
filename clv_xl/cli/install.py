"""``clv-xl install``: the functions put into a spreadsheet program of this machine."""

import argparse
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from clv_xl.cli.parser import Parser
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import UserError

EXAMPLES = (
    ("clv-xl install calc", "install.calc_install"),
    ("clv-xl install excel", "install.example_excel"),
    ("clv-xl install excel --demo --lang fi", "install.example_demo"),
)
HOSTS: Final = ("calc", "excel")
"""Each has a module ``install_<name>`` with add_install, install, add_uninstall and uninstall."""


def hosts() -> list[str]:
    """Return the hosts that can be installed."""
    return [name for name in HOSTS if find_spec(_module(name))]


def of(host: str) -> Any:
    """Return the module of a host."""
    return import_module(_module(host))


def _module(host: str) -> str:
    return f"clv_xl.cli.install_{host}"


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    add_hosts(parser, "install")


def add_hosts(parser: Parser, verb: str) -> None:
    """Declare one word a host; `verb` is install or uninstall."""
    parser.add_common(json=False)
    actions = parser.add_subparsers(
        title=parser.say("cli.commands"), metavar=parser.say("cli.command_metavar"), dest="host"
    )
    for name in hosts():
        about = f"install.{name}_{verb}"
        sub = actions.add_parser(name, help=parser.say(about), language=parser.language, key=about)
        getattr(of(name), f"add_{verb}")(sub)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Put the functions into the program that is named."""
    return run_host(args, terminal, "install")


def run_host(args: argparse.Namespace, terminal: Terminal, verb: str) -> int:
    """Hand over to the host that is named."""
    if args.host is None:
        raise UserError("install.needs_word", command=f"clv-xl {verb}", hosts=", ".join(hosts()))
    status: int = getattr(of(args.host), verb)(args, terminal)
    return status
