"""The reference pages and the stub file, made from the catalogue.

::

    python -m clv_xl.catalogue.pages --write       # write what is stale
    python -m clv_xl.catalogue.pages --check       # status 1 if a page is stale
    python -m clv_xl.catalogue.pages --help-rows   # help texts that texts/help.csv lacks, as CSV
"""

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from clv_xl import texts
from clv_xl.catalogue import docs, spelling
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.example_tables import ExampleTable, example_table
from clv_xl.catalogue.formula import parse
from clv_xl.catalogue.function import Arg, Example, Function
from clv_xl.catalogue.listing import Catalogue
from clv_xl.catalogue.python_examples import expression, on_orders
from clv_xl.catalogue.stub import stub

PACKAGE = Path(__file__).parent.parent
REFERENCE = "catalogue/reference"
MADE = "<!-- Made by python -m clv_xl.catalogue.pages --write. Do not edit. -->"


def pages(catalogue: Catalogue = CATALOGUE) -> dict[str, str]:
    """Return every generated file: its path in the package, and its text.

    Parameters
    ----------
    catalogue : Catalogue
        All functions.
    """
    families = catalogue.families()
    made = {f"{REFERENCE}/{file_name(f)}": family_page(f, group) for f, group in families.items()}
    return {f"{REFERENCE}/index.md": index_page(families), **made, "__init__.pyi": stub(catalogue)}


def file_name(family: str) -> str:
    """Return the name of the page of a family."""
    return f"{family.removeprefix('family.')}.md"


def index_page(families: Mapping[str, Sequence[Function]]) -> str:
    """Return the page that lists all functions."""
    lines = [MADE, "", "# Functions of clv_xl", ""]
    lines += ["Optional arguments stand in brackets. Money is in the currency of the workbook, rates are"]
    lines += [
        "shares (80% or 0.8), dates are dates of the spreadsheet: in the tables of examples they stand as"
    ]
    lines += ["the numbers that cells without a date format show.", ""]
    for family, functions in families.items():
        lines += [f"## [{texts.word(family)}]({file_name(family)})", "", *_table(("Function", "Answers"))]
        lines += [_row((f"[{f.name}]({file_name(family)}#{anchor(f)})", f.summary)) for f in functions]
        lines.append("")
    return "\n".join(lines)


def anchor(function: Function) -> str:
    """Return the anchor that Markdown programs give the heading of a function."""
    return function.name.lower().replace(".", "")


def family_page(family: str, functions: Sequence[Function]) -> str:
    """Return the page of one family."""
    lines = [MADE, "", f"# {texts.word(family)}", ""]
    for function in functions:
        lines += [*_section(function), ""]
    return "\n".join(lines)


def _section(function: Function) -> Iterator[str]:
    yield from (f"## {function.name}", "", f"`{function.signature()}`", "", function.summary, "")
    yield from (f"**Convention.** {function.convention}", "", f"**Formula.** `{function.formula}`", "")
    if function.args:
        yield from _table(("Argument", "Meaning", "Must be", "Unit", "If omitted"))
        yield from (_row(_argument(arg)) for arg in function.args)
        yield ""
    yield from (f"**Result.** {function.returns}", "")
    table = example_table(function)
    if table is not None:
        yield from (*_table(("Column", "Header in English")), *map(_row, _columns(table)), "")
    errors = docs.errors(function)
    if errors:
        yield from ("**Errors.**", "", *(f"- `{code}` {words}" for code, words in errors), "")
    yield from (f"**Source.** {function.source}", "")
    if function.examples:
        yield from _table(("Example", "Value", "In Python"))
        yield from (_row(_example(e)) for e in function.examples)
        yield ""
    if table is not None:
        yield from ("The example shows:", "", *_table([head for _, head in table.columns]))
        yield from map(_row, table.rows)
        yield from (["", "and more rows.", ""] if table.more else [""])
    yield from _spellings(function)
    if not function.examples and (lines := on_orders(function)):
        yield from ("", "```pycon", ">>> import clv_xl", *lines, "```")


def _example(example: Example) -> tuple[str, ...]:
    typed = expression(parse(example.formula))
    return f"`={example.formula}`", f"`{docs.example_value(example)}`", f"`{typed}`" if typed else ""


def _argument(arg: Arg) -> tuple[str, ...]:
    omitted = "required" if arg.required else docs.default(arg)  # empty: the meaning says it
    return f"`{arg.name}`", arg.doc, docs.domain(arg), arg.unit, omitted


def _columns(table: ExampleTable) -> Iterator[tuple[str, str]]:
    """Yield the columns; those headed by numbers, such as periods, share one row."""
    numbered = [name for name, _ in table.columns if name.isdecimal()]
    yield from ((f"`{name}`", head) for name, head in table.columns if name not in numbered)
    if numbered:
        yield f"`{numbered[0]}` and on", "one column for each such number"


def _spellings(function: Function) -> Iterator[str]:
    """Yield how each host spells the name; the first column reads as a user of it would say."""
    name, dotted, flat = function.name, spelling.dotted(function.name), spelling.underscored(function.name)
    add_in = f"`={name}` or `={dotted}`" if name != dotted else f"`={name}`"
    yield from _table(("Host", "Spelling"))
    yield _row(("Excel with the add-in", add_in))
    yield _row(("Excel with classic xlwings", f"`={flat}`"))
    yield _row(("stored by the add-in in a file", f"`{spelling.stored(name)}`"))
    yield _row(("LibreOffice, `clv-xl calc`, `clv-xl call`", "any of these"))
    yield _row(("Python", f"`clv_xl.{function.python_name}`"))


def _table(heads: Sequence[str]) -> tuple[str, str]:
    return _row(heads), _row(["---"] * len(heads))


def _row(cells: Sequence[str]) -> str:
    barred = [cell.replace("|", "\\|") for cell in cells]
    return f"| {' | '.join(barred)} |"


def stale(package: Path = PACKAGE) -> dict[Path, str]:
    """Return the files whose text is not what the catalogue says, each with the text due.

    A page of a family that is no more is due to be empty.
    """
    due = {package / name: text for name, text in pages().items()}
    due.update({old: "" for old in (package / REFERENCE).glob("*.md") if old not in due})
    return {path: text for path, text in due.items() if not path.is_file() or path.read_text("utf-8") != text}


def write(package: Path = PACKAGE) -> list[Path]:
    """Write what is stale and return the paths."""
    due = stale(package)
    for path, text in due.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            path.write_text(text, "utf-8", newline="\n")
        else:
            path.unlink()
    return list(due)


def missing_help(table: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the help rows that a table lacks or holds with other English."""
    rows = docs.help_rows(CATALOGUE)
    return {key: english for key, english in rows.items() if table.get(key, {}).get("en") != english}


def main(words: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m clv_xl.catalogue.pages")
    group = parser.add_mutually_exclusive_group(required=True)
    for option in ("--write", "--check", "--help-rows"):
        group.add_argument(option, action="store_true")
    chosen = parser.parse_args(words)
    if chosen.help_rows:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("key", *texts.LANGUAGES))
        table = {
            key: row
            for name in texts.tables()
            if name.startswith("help")
            for key, row in texts.table(name).items()
        }
        writer.writerows((key, english, *[""] * 4) for key, english in missing_help(table).items())
        return 0
    due = write() if chosen.write else list(stale())
    sys.stdout.writelines(f"{path}\n" for path in due)
    return int(bool(due) and chosen.check)


if __name__ == "__main__":
    sys.exit(main())
