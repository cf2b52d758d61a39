"""``clv-xl doctor``: what is installed, which hosts can be used here, and what to do for the rest."""

import argparse
from typing import TYPE_CHECKING

from clv_xl.cli.parser import Parser
from clv_xl.cli.terminal import Terminal

if TYPE_CHECKING:
    from clv_xl.cli.checks import Check

EXAMPLES = (
    ("clv-xl doctor", "cli.doctor_example"),
    ("clv-xl doctor --json", "cli.doctor_example_json"),
    ("clv-xl doctor --mend", "install.example_mend"),
)
_STYLES = {"ok": "good", "missing": "dim", "problem": "bad"}


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    parser.add("--mend", text="install.mend_help", action="store_true")
    parser.add_common()


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Show every check; 1 if something that should work does not."""
    from clv_xl.cli.checks import BAD, sections

    found = sections(terminal, mend=args.mend)
    bad = sum(check.state == BAD for checks in found.values() for check in checks)
    if args.json:
        terminal.json(
            {"healthy": bad == 0, "checks": [_as_json(c, s) for s, cs in found.items() for c in cs]}
        )
        return int(bad > 0)
    for name, checks in found.items():
        terminal.line(terminal.styled(terminal.say(f"cli.doctor_{name}"), "strong"))
        for check in checks:
            _show(check, terminal)
        terminal.line()
    terminal.paragraph(terminal.say("cli.doctor_bad" if bad else "cli.doctor_good", count=bad))
    return int(bad > 0)


def _show(check: "Check", terminal: Terminal) -> None:
    words = {state: terminal.say(f"cli.doctor_{state}") for state in _STYLES}
    wide = max(map(len, words.values()))
    state = f"{words[check.state]:<{wide}}"
    terminal.line(f"  {terminal.styled(state, _STYLES[check.state])}  {check.name}: {check.found}")
    if check.advice:
        terminal.paragraph(check.advice, " " * (wide + 6))


def _as_json(check: "Check", section: str) -> dict[str, str | None]:
    return {
        "section": section,
        "name": check.name,
        "state": check.state,
        "found": check.found,
        "advice": check.advice or None,
    }
