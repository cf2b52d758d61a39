"""``clv-xl functions``: what there is, and what one of them is for."""

import argparse
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from clv_xl import texts
from clv_xl.cli.parser import Parser
from clv_xl.cli.shown import tidy_number
from clv_xl.cli.suggestions import found_by, hint
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import UserError

if TYPE_CHECKING:
    from clv_xl.catalogue.function import Arg, Function

EXAMPLES = (
    ("clv-xl functions", "cli.functions_example_all"),
    ("clv-xl functions CLV.PAYBACK", "cli.functions_example_one"),
    ("clv-xl functions payback --lang fi", "cli.functions_example_language"),
)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    parser.add(
        "name",
        text="cli.functions_name",
        nargs="?",
        metavar=parser.say("cli.name_metavar"),
        complete="functions",
    )
    parser.add_argument("--names", action="store_true", help=argparse.SUPPRESS)  # for completion scripts
    parser.add_common()


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """List the functions, describe one, or list those that a word is found in."""
    from clv_xl.catalogue.all import CATALOGUE

    if args.names:
        terminal.line("\n".join(CATALOGUE))
        return 0
    if args.name is None:
        if args.json:
            terminal.json([_as_json(f, terminal.language) for f in CATALOGUE.values()])
        else:
            _list(terminal)
        return 0
    function = CATALOGUE.find(args.name) or CATALOGUE.by_python_name(args.name.strip().casefold())
    if function is None:
        return _search(args, terminal)
    if args.json:
        terminal.json(_as_json(function, terminal.language))
    else:
        _describe(function, terminal)
    return 0


def _search(args: argparse.Namespace, terminal: Terminal) -> int:
    """List the functions that a word which names none is found in."""
    hits = found_by(args.name, terminal.language)
    if not hits:
        meant = hint(args.name, terminal) or terminal.say("cli.functions_list_hint")
        raise UserError("cli.functions_unknown", got=args.name, hint=meant)
    if args.json:
        terminal.json([_as_json(f, terminal.language) for f in hits])
        return 0
    terminal.note(terminal.say("cli.functions_hits", got=args.name))
    _lines(hits, terminal)
    return 0


def _list(terminal: Terminal) -> None:
    from clv_xl.catalogue.all import CATALOGUE

    for i, (family, functions) in enumerate(CATALOGUE.families().items()):
        if i:
            terminal.line()
        terminal.line(terminal.styled(terminal.say(family), "strong"))
        _lines(functions, terminal)
    terminal.line()
    terminal.paragraph(terminal.say("cli.functions_more"))


def _lines(functions: "Iterable[Function]", terminal: Terminal) -> None:
    """Write each name and what it is for."""
    from clv_xl.catalogue import docs
    from clv_xl.catalogue.all import CATALOGUE

    wide = max(map(len, CATALOGUE)) + 2
    for function in functions:
        head = f"  {function.name:<{wide}}"
        terminal.paragraph(docs.part(function, "summary", terminal.language), head, " " * len(head))


def _describe(function: "Function", terminal: Terminal) -> None:
    from clv_xl.catalogue import docs
    from clv_xl.catalogue.formula_text import localised

    language, say = terminal.language, terminal.say
    terminal.line(terminal.styled(texts.show(function.notation, language), "strong"))
    terminal.paragraph(docs.part(function, "summary", language), "  ")
    terminal.line()
    for item, text in _facts(function, language).items():
        terminal.paragraph(text, f"{say(f'cli.functions_{item}')}: ", "  ")
    if function.args:
        terminal.line()
        terminal.line(f"{say('cli.functions_arguments')}:")
    for arg in function.args:
        terminal.line(f"  {terminal.styled(arg.name, 'strong')} ({_must_be(arg, terminal)})")
        terminal.paragraph(docs.meaning(function, arg, language), "      ")
    terminal.line()
    terminal.line(f"{say('cli.functions_examples')}:")
    for example in function.examples:
        formula = localised(example.formula, language)
        value = "" if function.spills else f"  ->  {docs.example_value(example, language)}"
        terminal.line(f"  ={formula}{value}")
    terminal.line()
    terminal.paragraph(say("cli.functions_spellings", names=", ".join(_spellings(function))))


def _facts(function: "Function", language: str) -> dict[str, str]:
    """Return what a function follows, computes and gives back."""
    from clv_xl.catalogue import docs

    return {
        "convention": docs.part(function, "convention", language),
        "formula": function.formula,
        "returns": docs.returns(function, language),
        "source": function.source,
    }


def _must_be(arg: "Arg", terminal: Terminal) -> str:
    """Return domain, unit and default of an argument."""
    from clv_xl.catalogue import docs

    parts = [docs.domain(arg, terminal.language), docs.unit(arg, terminal.language)]
    if not arg.required:
        value = docs.default(arg, terminal.language)
        parts.append(
            terminal.say("cli.functions_default", value=value)
            if value
            else terminal.say("cli.functions_optional")
        )
    return "; ".join(filter(None, parts))


def _spellings(function: "Function") -> Iterator[str]:
    """Yield the spellings that a person types; a file may hold others."""
    from clv_xl.catalogue import spelling

    yield from dict.fromkeys(
        (function.name, spelling.dotted(function.name), spelling.underscored(function.name))
    )
    yield f"clv_xl.{function.python_name}"


def _as_json(function: "Function", language: str) -> dict[str, Any]:
    from clv_xl.catalogue import docs, spelling

    return {
        "name": function.name,
        "python_name": function.python_name,
        "spellings": list(spelling.spellings(function.name)),
        "family": texts.word(function.family, language),
        "signature": function.signature(),
        "summary": docs.part(function, "summary", language),
        **_facts(function, language),
        "arguments": [
            {
                "name": a.name,
                "required": a.required,
                "default": tidy_number(a.default) if isinstance(a.default, float) else a.default,
                "must_be": docs.domain(a, language),
                "unit": docs.unit(a, language),
                "meaning": docs.meaning(function, a, language),
            }
            for a in function.args
        ],
        "examples": [{"formula": e.formula, "value": e.value} for e in function.examples],
    }
