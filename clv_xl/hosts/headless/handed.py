"""A long range that one formula after another hands over, such as an order log: read once."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

from clv_xl.cells import Block, HeldBlock

_LONG: Final = 5_000  # rows; comparing a shorter range is no shorter than reading it
# Of the kinds of cells only a logical value equals one of another kind.
_KINDS: Final = frozenset((str, float, int, type(None)))


class Handed:
    """Knows the long range that was handed over last, and what has been made of it."""

    def __init__(self) -> None:
        self._rows: Sequence[Sequence[Any]] = ()
        self._block: Block | None = None

    def block(self, rows: Sequence[Sequence[Any]]) -> Block:
        """Return the block of some rows: the one of before where every cell is the same.

        Raises
        ------
        TypeError
            When a cell is an error of the engine.
        """
        if len(rows) < _LONG:
            return Block.from_rows(rows)
        if not _KINDS.issuperset(map(type, chain.from_iterable(rows))):
            return Block.from_rows(rows)
        if self._block is None or rows != self._rows:
            self._block = HeldBlock(Block.from_rows(rows).columns)
            self._rows = rows
        return self._block
