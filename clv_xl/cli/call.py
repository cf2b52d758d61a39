"""``clv-xl call``: formulas answered without a workbook."""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from clv_xl import texts
from clv_xl.cells import Block, Cell
from clv_xl.cli.answers import context_of
from clv_xl.cli.parser import Parser
from clv_xl.cli.shown import cell_json, cell_text
from clv_xl.cli.suggestions import hint
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import CellError, UserError

EXAMPLES = (
    ("clv-xl call 'CLV(50,3,3)'", "cli.call_example_simple"),
    ("clv-xl call 'CLV(50,3,3,40%,45)' 'CLV.PAYBACK(45,5)'", "cli.call_example_several"),
    ("clv-xl call --lang fi 'CLV.COMPARE(60;80%;10%)'", "cli.call_example_table"),
    ("clv-xl call --json - < formulas.txt", "cli.call_example_stdin"),
)
MOST_SENTENCES = 10  # of one table


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    parser.add("formulas", text="cli.call_formulas", nargs="+", metavar=parser.say("cli.formula_metavar"))
    parser.add_common()


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Answer each formula on a line of its own; 1 if one of them shows an error."""
    from clv_xl.catalogue.formula import evaluate

    context = context_of(terminal.language)
    several = len(args.formulas) > 1 or "-" in args.formulas
    failed = False
    for formula in _formulas(args.formulas):
        try:
            result = evaluate(formula, context)
        except CellError as error:
            result = error
        except UserError as error:
            if not several:
                raise
            reason = texts.sentence(error, terminal.language)
            raise UserError("cli.call_unreadable", formula=formula, reason=reason) from error
        errors = list(_errors(result))
        failed = failed or bool(errors)
        if args.json:
            terminal.json(_as_json(formula, result, terminal.language), indent=None)
            continue
        _show(result, terminal, several)
        for where, found in errors[:MOST_SENTENCES]:
            place = " ".join(filter(None, (formula if several else "", where)))
            sentence = texts.sentence(found, terminal.language)
            meant = hint(str(found.params["got"]), terminal) if found.key == "unknown_function" else ""
            terminal.note(f"{place + ': ' if place else ''}{found.code} {sentence} {meant}".rstrip())
        if len(errors) > MOST_SENTENCES:
            terminal.note(terminal.say("cli.more_errors", count=len(errors) - MOST_SENTENCES))
    return int(failed)


def _formulas(words: list[str]) -> Iterator[str]:
    """Yield the formulas; ``-`` stands for the lines of standard input."""
    for word in words:
        if word == "-":
            # Windows marks the beginning of a file in UTF-8 with a letter of no width.
            lines = (line.removeprefix("\ufeff").strip() for line in sys.stdin)
            yield from filter(None, lines)
        else:
            yield word[1:-1] if word[:1] == word[-1:] == "'" else word  # cmd.exe hands quotes over


def _show(result: Cell | Block, terminal: Terminal, several: bool) -> None:
    if isinstance(result, Block):
        terminal.table(result.to_rows())
    elif not isinstance(result, CellError) or several:  # beside others an error keeps its line
        terminal.line(cell_text(result, terminal.language))


def _errors(result: Cell | Block) -> Iterator[tuple[str, CellError]]:
    """Yield each error and where in a table it stands."""
    if isinstance(result, CellError):
        yield "", result
    elif isinstance(result, Block):
        for i, row in enumerate(result.rows(), 1):
            yield from ((f"[{i},{j}]", cell) for j, cell in enumerate(row, 1) if isinstance(cell, CellError))


def _as_json(formula: str, result: Cell | Block, language: str) -> dict[str, Any]:
    """Return one answer: ``value``, ``rows`` or ``error`` with ``sentence``."""
    if isinstance(result, Block):
        return {"formula": formula, "rows": [[cell_json(c, language) for c in row] for row in result.rows()]}
    if isinstance(result, CellError):
        return {"formula": formula, **cell_json(result, language)}
    return {"formula": formula, "value": cell_json(result, language)}
