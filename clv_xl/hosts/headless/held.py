"""Arguments handed over once and answers given once, for a workbook calculated many times.

An order log that crosses from the engine into Python as lists costs more than what is done with it. So,
where an argument of one of our functions is the same at every point of a grid, the formula is given a
word for it instead, and the function gets what was handed over the first time.
"""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any, Final

from clv_xl.cells import Block, Cell, HeldBlock
from clv_xl.errors import CellError
from clv_xl.hosts.headless.engine import Answer, Functions, read

TAKE: Final = "_CLV_TAKE"
_SMALL: Final = 64
_MOST: Final = 100_000


class Held:
    """Functions that know what was handed over before.

    Parameters
    ----------
    functions : Functions
        The functions of the catalogue.
    """

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._taken: dict[str, Cell | Block] = {}
        self._answers: dict[tuple[Any, ...], Cell | Block] = {}
        self._remembers = False
        self._word = secrets.token_hex(16)  # no text of the workbook is this one

    def names(self) -> Iterable[str]:
        """Return every spelling that a formula may use."""
        return self._functions.names()

    def bind(self, name: str) -> Answer:
        """Return what answers a call of one spelling."""
        answer = self._functions.bind(name)

        def call(cells: Sequence[Cell | Block]) -> Cell | Block:
            return self._remembered(name, answer, cells) if self._remembers else answer(cells)

        return call

    def _remembered(self, name: str, answer: Answer, cells: Sequence[Cell | Block]) -> Cell | Block:
        key = _key(name, cells)
        if key is not None and key in self._answers:
            return self._answers[key]
        taken = self._taken
        given = [taken.get(cell, cell) if type(cell) is str else cell for cell in cells]
        result = answer(given)
        if key is not None:
            if len(self._answers) >= _MOST:
                self._answers.clear()
            self._answers[key] = result
        return result

    def remember(self) -> None:
        """Resolve words, and give an answer once given again, from now on."""
        self._remembers = True

    def word(self, index: int) -> str:
        """Return what stands in a formula for the argument taken under a number."""
        return f'"{self._word}{index}"'

    def take(self, index: float, value: Any) -> float:
        """Take an argument as the engine hands it over."""
        found = read(value)
        large = isinstance(found, Block) and found.height * found.width > 1
        self._taken[f"{self._word}{int(index)}"] = HeldBlock(found.columns) if large else found  # type: ignore[union-attr]
        return 0.0


def _key(name: str, cells: Iterable[Cell | Block]) -> tuple[Any, ...] | None:
    """Return what tells one call from another to the last bit; None where that would be long."""
    out: list[Any] = [name]
    for cell in cells:
        if isinstance(cell, Block):
            if cell.height * cell.width > _SMALL:
                return None
            out.append(cell.height)
            inner = [c for column in cell.columns for c in column]
        else:
            inner = [cell]
        for value in inner:
            if isinstance(value, CellError):
                return None
            out += (type(value), repr(value))
    return tuple(out)
