"""The words after ``clv-xl``: what each means, help in every language, mistakes in one sentence."""

import argparse
import difflib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any, Final, NoReturn

import clv_xl
from clv_xl import texts
from clv_xl.errors import Text, UserError

PROGRAM: Final = "clv-xl"
LANGUAGE: Final = "CLV_XL_LANG"
COMMANDS: Final = (
    "call",
    "functions",
    "calc",
    "whatif",
    "demo",
    "template",
    "install",
    "uninstall",
    "serve",
    "doctor",
    "store",
    "token",
    "completion",
)

# What argparse says in English only, and the text that stands for it.
_MISTAKES: Final = (
    (r"the following arguments are required: (?P<names>.+)", "cli.usage_required"),
    (r"unrecognized arguments: (?P<names>.+)", "cli.usage_unknown"),
    (r"argument (?P<name>\S+?): expected (one|at least one) argument", "cli.usage_value"),
    (r"argument (?P<name>\S+?): ignored explicit argument (?P<got>.+)", "cli.usage_no_value"),
    (r"argument (?P<name>\S+?): invalid choice: '(?P<got>.*?)'.*?\(choose from (?P<choices>.*)\)",
     "cli.usage_choice"),
    (r"argument (?P<name>\S+?): (?P<reason>.+)", "cli.usage_argument"),
)  # fmt: skip


class UsageError(UserError):
    """The words after ``clv-xl`` cannot be understood; carries how to write them."""

    def __init__(self, usage: str, key: str, **params: Any) -> None:
        super().__init__(key, **params)
        self.usage = usage


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Writes "usage:" in the language of the run, and keeps the lines of the examples."""

    def __init__(self, prog: str, language: str, **settings: Any) -> None:
        super().__init__(prog, **{"max_help_position": 28, **settings})
        self._language = language

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Add the usage line."""
        if prefix is None:
            prefix = texts.word("cli.usage", self._language) + " "
        super().add_usage(usage, actions, groups, prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose every word comes from the texts.

    Parameters
    ----------
    language : str
        Language of help and mistakes.
    key : str
        Key of its description.
    examples : sequence of (str, str)
        Commands to copy, each with the key of what it does.
    """

    def __init__(
        self, *, language: str, key: str, examples: Sequence[tuple[str, str]] = (), **settings: Any
    ) -> None:
        super().__init__(
            add_help=False,
            allow_abbrev=False,
            formatter_class=partial(_Formatter, language=language),
            description=texts.word(key, language),
            epilog=_examples(examples, language),
            **settings,
        )
        self.language = language
        self._positionals.title = self.say("cli.arguments")
        self._optionals.title = self.say("cli.options")

    def say(self, key: str, **params: Any) -> str:
        """Return a text in the language of this parser."""
        return texts.word(Text(key, params), self.language)

    def add(self, *names: str, text: str, complete: Any = None, **settings: Any) -> argparse.Action:
        """Add an argument; `text` is the key of its help, `complete` what a shell offers for it."""
        action = self.add_argument(*names, help=self.say(text).replace("%", "%%"), **settings)
        if complete is not None:
            action.complete = complete  # type: ignore[attr-defined]  # read by shtab
        return action

    def add_common(self, *, json: bool = True) -> None:
        """Add what every command takes: language, help, and JSON for programs."""
        codes = ",".join(texts.LANGUAGES)
        self.add(
            "--lang", text="cli.lang_help", metavar=f"{{{codes}}}", type=language, default=argparse.SUPPRESS
        )
        if json:
            self.add("--json", text="cli.json_help", action="store_true")
        self.add("-h", "--help", text="cli.help_help", action="help")

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found wrong as an error worded by the texts."""
        usage = self.format_usage().strip()
        for pattern, key in _MISTAKES:
            found = re.fullmatch(pattern, message, re.DOTALL)
            if found:
                params = found.groupdict()
                choices = (params.get("choices") or "").replace("'", "")
                close = difflib.get_close_matches(params.get("got") or "", choices.split(", "), n=1)
                hint = self.say("cli.did_you_mean", name=close[0]) if close else ""
                raise UsageError(usage, key, **{**params, "choices": choices, "hint": hint})
        raise UsageError(usage, "cli.usage_argument", name=self.prog, reason=message)


def language(name: str) -> str:
    """Return the language for a code; argparse words what is raised."""
    code = texts.language_of(name)
    if code == "en" and not name.casefold().startswith("en"):
        message = f"invalid choice: '{name}' (choose from {', '.join(texts.LANGUAGES)})"
        raise argparse.ArgumentTypeError(message)
    return code


def language_asked(words: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the language of a run before its words are parsed, since help is worded in it too.

    >>> language_asked(["call", "--lang", "fi"], {}), language_asked([], {"CLV_XL_LANG": "pl_PL.UTF-8"})
    ('fi', 'pl')
    """
    found = environ.get(LANGUAGE, "en")
    for i, word in enumerate(words):
        if word == "--":
            break
        if word == "--lang" and i + 1 < len(words):
            found = words[i + 1]
        elif word.startswith("--lang="):
            found = word.removeprefix("--lang=")
    return texts.language_of(found)


def parser_of(language: str) -> Parser:
    """Return the parser of the whole program in a language."""
    examples = (
        (f"{PROGRAM} demo", "cli.example_demo"),
        (f"{PROGRAM} call 'CLV(50,3,3)'", "cli.example_call"),
        (f"{PROGRAM} functions", "cli.example_functions"),
        (f"{PROGRAM} calc Plan.xlsx", "cli.example_calc"),
        (f"{PROGRAM} doctor", "cli.example_doctor"),
    )
    parser = Parser(language=language, key="cli.about", examples=examples, prog=PROGRAM)
    parser.add(
        "--version", text="cli.version_help", action="version", version=f"{PROGRAM} {clv_xl.__version__}"
    )
    parser.add_common(json=False)
    commands = parser.add_subparsers(
        title=parser.say("cli.commands"), metavar=parser.say("cli.command_metavar")
    )
    for name in COMMANDS:
        module = import_module(f"clv_xl.cli.{name}")
        sub = commands.add_parser(
            name,
            help=parser.say(f"cli.{name}_about").replace("%", "%%"),
            language=language,
            key=f"cli.{name}_about",
            examples=module.EXAMPLES,
        )
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return parser


def _examples(examples: Sequence[tuple[str, str]], language: str) -> str | None:
    if not examples:
        return None
    lines = [texts.word("cli.examples", language)]
    for command, key in examples:
        shell = command.replace("'", '"') if os.name == "nt" else command  # cmd.exe knows no other
        lines += [f"  {shell}", f"      {texts.word(key, language)}"]
    return "\n".join(lines)
