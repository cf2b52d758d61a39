"""``clv-xl completion``: what makes a shell complete the words of this program."""

import argparse
from collections.abc import Iterator

from clv_xl.cli.parser import Parser, parser_of
from clv_xl.cli.terminal import Terminal

SHELLS = ("bash", "zsh", "fish", "powershell")
EXAMPLES = (
    (
        "clv-xl completion bash > ~/.local/share/bash-completion/completions/clv-xl",
        "cli.completion_example_bash",
    ),
    ('clv-xl completion zsh > "${fpath[1]}/_clv-xl"', "cli.completion_example_zsh"),
    ("clv-xl completion fish > ~/.config/fish/completions/clv-xl.fish", "cli.completion_example_fish"),
    ("clv-xl completion powershell >> $PROFILE", "cli.completion_example_powershell"),
)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    parser.add("shell", text="cli.completion_shell", choices=SHELLS)
    parser.add_common(json=False)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Print the script for one shell."""
    import shtab

    parser = parser_of(terminal.language)
    for action in _all_actions(parser):
        if getattr(action, "complete", None) == "functions":
            action.complete = shtab.cmd("clv-xl functions --names")  # type: ignore[attr-defined]
    terminal.line(shtab.complete(parser, args.shell).rstrip())
    return 0


def _all_actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield every argument of a parser and of its commands."""
    for action in parser._actions:  # noqa: SLF001  argparse has no public list of them
        yield action
        if isinstance(action.choices, dict):
            for sub in action.choices.values():
                yield from _all_actions(sub)
