"""The last errors with their sentences: a cell of a spreadsheet shows a code and nothing more."""

from collections import deque
from collections.abc import Iterator
from itertools import chain, count, islice
from typing import NamedTuple

from clv_xl import texts
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError

KEPT = 500
OF_ONE_CALL = 10


class Entry(NamedTuple):
    """One error as it is kept; it is worded only when somebody reads it."""

    number: int
    function: str
    error: CellError
    language: str


class ErrorLog:
    """The last errors that the functions of one process gave."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._numbers = count(1)

    def note(self, function: str, result: Cell | Block, language: str) -> None:
        """Keep the errors of a result, of a range no more than its first few."""
        for error in islice(_errors(result), OF_ONE_CALL):
            self._entries.append(Entry(next(self._numbers), function, error, language))

    def rows(self) -> tuple[tuple[int, str, str, str], ...]:
        """Return number, function, code and sentence of each error kept, the newest first."""
        return tuple(
            (e.number, e.function, e.error.code, texts.sentence(e.error, e.language))
            for e in reversed(tuple(self._entries))
        )


def _errors(result: Cell | Block) -> Iterator[CellError]:
    if isinstance(result, CellError):
        return iter((result,))
    if isinstance(result, Block):
        return chain.from_iterable(column.errors for column in result.columns)
    return iter(())
