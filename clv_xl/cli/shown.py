"""Cells as a terminal and a program read them."""

import os
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from clv_xl import texts
from clv_xl.cells import Cell
from clv_xl.errors import CellError

IN_CELL, IN_TABLE = 15, 10  # digits: what a spreadsheet holds; what a column of a table can be read with


def cell_text(cell: Cell, language: str = "en", digits: int = IN_CELL) -> str:
    """Return a cell as a spreadsheet shows it, with the decimal mark of the language.

    >>> cell_text(450.0), cell_text(0.1 + 0.2), cell_text(1e6 / 3, "fi"), cell_text(True)
    ('450', '0.3', '333333,333333333', 'TRUE')
    """
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.code
    if isinstance(cell, (bool, str)):
        return texts.show(cell)
    number = f"{cell:.{digits}g}"
    return number.replace(".", ",") if language in texts.DECIMAL_COMMA else number


def cell_json(cell: Cell, language: str = "en") -> Any:
    """Return a cell as JSON has it; an error is an object with its code and its sentence."""
    if isinstance(cell, CellError):
        return {"error": cell.code, "sentence": texts.sentence(cell, language)}
    return cell if isinstance(cell, (bool, str)) or cell is None else tidy_number(cell)


def tidy_number(number: float) -> float | int:
    """Return a whole number without its ``.0``, every other with all its digits.

    >>> tidy_number(450.0), tidy_number(0.1 + 0.2)
    (450, 0.30000000000000004)
    """
    return int(number) if number == int(number) and abs(number) < 2**53 else float(number)


def width_of(text: str) -> int:
    """Return the columns a text takes in a terminal.

    >>> width_of("elinkaari"), width_of("顧客")
    (9, 4)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def on_one_line(text: str) -> str:
    """Return a text without what would move the cursor or end the line."""
    return "".join(
        " " if c in "\t\r\n" else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def command_line(*words: str, windows: bool = os.name == "nt") -> str:
    """Return words as a shell takes them: bash would replace ``!B3`` inside double quotation marks.

    >>> command_line("clv-xl", "calc", "--set", "Inputs!B3=0.85", windows=False)
    "clv-xl calc --set 'Inputs!B3=0.85'"
    >>> command_line("clv-xl", "calc", "My Plan.xlsx", windows=True)
    'clv-xl calc "My Plan.xlsx"'
    """
    import shlex
    import subprocess

    return subprocess.list2cmdline(words) if windows else shlex.join(words)


def has_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """Return whether the first row reads as a header: texts above something that is none."""
    if len(rows) < 2 or not all(isinstance(cell, str) for cell in rows[0]):
        return False
    return any(not isinstance(cell, str) for row in rows[1:] for cell in row)


def table_lines(rows: Sequence[Sequence[Cell]], language: str = "en", rule: str = "-") -> Iterator[str]:
    r"""Yield the lines of a table: numbers to the right, texts to the left, a rule below a header.

    >>> print(*table_lines([["measure", "value"], ["AOV", 40.0], ["orders", 3.5]]), sep="\n")
    measure  value
    -------  -----
    AOV         40
    orders     3.5
    """
    if not rows:
        return
    header = has_header(rows)
    body = rows[1:] if header else rows
    shown = [[on_one_line(cell_text(cell, language, IN_TABLE)) for cell in row] for row in rows]
    right = [
        any(isinstance(cell, (float, int)) for cell in column)
        and not any(isinstance(cell, str) for cell in column)
        for column in zip(*body, strict=True)
    ]
    yield from columns_lines(shown, right, rule if header else "")


def columns_lines(rows: Sequence[Sequence[str]], right: Sequence[bool], rule: str) -> Iterator[str]:
    """Yield rows in columns; `right` says which lean to the right, `rule` underlines the first row."""
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    for i, row in enumerate(rows):
        yield "  ".join(
            " " * (wide - width_of(text)) + text if to_right else text + " " * (wide - width_of(text))
            for text, wide, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        if rule and i == 0:
            yield "  ".join(rule * wide for wide in widths).rstrip()
