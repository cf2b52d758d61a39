"""The table that the first example of a function spills, for the reference pages."""

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import HEADERS
from clv_xl.catalogue.formula import Call, parse
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.result import KEYS
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.metrics.periods import iso

WORDED = 1
MOST_ROWS = 20
DIGITS = 4
STORED = 1767182400  # 2025-12-31 12:00 UTC, when the example of CLV.SOURCEINFO was stored


@dataclass(frozen=True, slots=True)
class ExampleTable:
    """What an example spills.

    Parameters
    ----------
    columns : sequence of (str, str)
        Stable name of each column and its header in English.
    rows : sequence of sequences of str
        The first rows as they are read, numbers rounded to four digits after the point, dates as
        2025-12-31.
    more : bool
        Whether the table has more rows than these.
    """

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str]]
    more: bool


def example_table(function: Function) -> ExampleTable | None:
    """Return the table of the first example of a function, None where it spills none.

    >>> from clv_xl.catalogue.all import CATALOGUE
    >>> table = example_table(CATALOGUE["CLV.HISTORICAL"])
    >>> table.columns[3], table.rows[0]
    (('clv_to_date', 'CLV to date'), ['A', '2', '120', '120'])
    """
    if not function.spills or not function.examples:
        return None
    call = parse(function.examples[0].formula)
    keys, worded = _spilled(call, KEYS), _spilled(call, WORDED)
    if keys is None or worded is None:
        return None
    names, (heads, *rows) = next(iter(keys.rows())), worded.rows()
    columns = [(_read(name), _read(head)) for name, head in zip(names, heads, strict=True)]
    dated = [name in function.dates for name, _ in columns]
    shown = [[_read(c, date=d) for c, d in zip(row, dated, strict=True)] for row in rows[:MOST_ROWS]]
    return ExampleTable(columns, shown, len(rows) > MOST_ROWS)


def _spilled(call: Call, headers: int) -> Block | None:
    """Return the result with one kind of header row; a store of its own lasts as long as the call."""
    with tempfile.TemporaryDirectory() as folder:
        from clv_xl.orders.store import Store

        context = Context(store=Store(Path(folder)))
        given = call.values(context)
        for file in Path(folder).rglob("*"):  # a page made tomorrow must be the same
            os.utime(file, (time.time(), STORED))
        values = [*given, *[None] * (len(call.function.args) - len(given))]
        for i, arg in enumerate(call.function.args):
            if arg.kind is HEADERS:
                values[i] = float(headers)
        result = run(call.function, values, context)
    return result if isinstance(result, Block) else None


def _read(cell: Cell, *, date: bool = False) -> str:
    """Return a cell as it is read; a float that rounds to a whole number has no decimal point."""
    if isinstance(cell, CellError):
        return cell.code
    if isinstance(cell, float):
        if date:
            return iso(int(cell))
        return f"{round(cell, DIGITS) + 0.0:.10g}"
    return "" if cell is None else str(cell)
