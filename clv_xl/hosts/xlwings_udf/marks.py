"""Errors as marked texts, of which the VBA of our workbook makes true error values.

An error value cannot leave Python (see `cells.to_com`), so that its code goes between two marks, with its
sentence behind them: a cell shows the code, and the workbook keeps the sentence. A text that begins with the
mark itself has two more before it, so that none is mistaken for an error.
"""

from typing import Any

from clv_xl import texts
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.hosts.xlwings_udf import cells

MARK = "\ue001"  # of the private use area: hardly a text of a workbook begins with it
WORDED = 10  # sentences of one result; a column of errors says one thing many times


def marked(result: Cell | Block, language: str) -> Any:
    """Return a result as xlwings takes it, its errors marked; only the first of a kind has its sentence.

    >>> from clv_xl.errors import NUM
    >>> marked(CellError(NUM, "no_result"), "en").split(MARK)[:2]
    ['', '#NUM!']
    """
    told: set[tuple[str, str, object]] = set()

    def one(cell: Cell) -> Any:
        if not isinstance(cell, CellError):
            plain = cells.to_com(cell)
            return f"{MARK}{MARK}{plain}" if str(plain).startswith(MARK) else plain
        kind = (cell.code, cell.key, cell.params.get("argument"))
        if kind in told or len(told) == WORDED:
            return f"{MARK}{cell.code}{MARK}"
        told.add(kind)
        return f"{MARK}{cell.code}{MARK}{texts.sentence(cell, language)}"

    return cells.write(result, one)
