"""Yellow blocks of inputs: what they hold, where they are, and whether they are still as stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from clv_xl.cells import Block, Cell
from clv_xl.workbook.page import Area, Page
from clv_xl.workbook.styles import GREY

_SHARE: Final = MappingProxyType({"validate": "decimal", "criteria": "between", "minimum": -1, "maximum": 1})
_NOT_NEGATIVE: Final = MappingProxyType({"validate": "decimal", "criteria": ">=", "value": 0})
_RULES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "percent_input": _SHARE,
        "percent": _SHARE,
        "money": _NOT_NEGATIVE,
        "money_whole": _NOT_NEGATIVE,
        "decimal": _NOT_NEGATIVE,
        "int": _NOT_NEGATIVE,
        "multiple": _NOT_NEGATIVE,
    }
)


@dataclass(frozen=True, slots=True)
class Inputs:
    """A block of inputs.

    Parameters
    ----------
    key : str
        Names its title in the texts, and the block among others.
    name : str
        Its name in formulas; empty without one.
    rows : tuple of tuple
        Its cells, in the language of the workbook.
    numbers : tuple of tuple of str
        Number format of each cell.
    headed : bool
        Whether the first row is a header row of words that are read, not changed.
    labelled : bool
        Whether the first column holds names that are read, not changed.
    gaps : bool
        Whether a blank cell is no input.
    """

    key: str
    name: str
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[tuple[str, ...], ...]
    headed: bool = False
    labelled: bool = False
    gaps: bool = False

    @property
    def block(self) -> Block:
        """The block as a function gets it."""
        return Block.from_rows([list(row) for row in self.rows])

    def column(self, place: int) -> Block:
        """Return one column without the header row, as a function gets it."""
        return Block.from_rows([[row[place]] for row in self.rows[self.headed :]])

    def is_word(self, row: int, column: int) -> bool:
        """Return whether a cell names its row or column."""
        return (self.headed and row == 0) or (self.labelled and column == 0)


def by_column(
    key: str, name: str, rows: Sequence[Sequence[Cell]], numbers: Sequence[str], **more: bool
) -> Inputs:
    """Return a block whose columns have one number format each."""
    return Inputs(key, name, tuple(map(tuple, rows)), tuple(tuple(numbers) for _ in rows), **more)


def by_row(
    key: str, name: str, rows: Sequence[Sequence[Cell]], numbers: Sequence[str], **more: bool
) -> Inputs:
    """Return a block whose rows have one number format each."""
    formats = tuple((number,) * len(row) for row, number in zip(rows, numbers, strict=True))
    return Inputs(key, name, tuple(map(tuple, rows)), formats, **more)


@dataclass(slots=True)
class Held:
    """Whether inputs of a sheet are as stored: a condition for each block."""

    copies: Mapping[str, str]
    conditions: list[str]

    def add(self, key: str, place: str) -> None:
        """Note that a block at an address has to be equal to its stored copy."""
        self.conditions.append(f"SUMPRODUCT(--({place}<>{self.copies[key]}))=0")

    @property
    def formula(self) -> str:
        """The formula that tells whether all are, and the assumptions of the summary."""
        return f"=AND(set_stored,{','.join(self.conditions)})"


def write_inputs(page: Page, row: int, column: int, inputs: Inputs, held: Held) -> Area:
    """Write a block in yellow and return where it is."""
    for i, cells in enumerate(inputs.rows):
        for j, cell in enumerate(cells):
            _write(page, (row + i, column + j), cell, inputs.numbers[i][j], (inputs, i, j))
    area = Area(row, column, row + len(inputs.rows) - 1, column + len(inputs.rows[0]) - 1)
    if inputs.name:
        page.book.name(inputs.name, page.name, area.absolute)
    held.add(inputs.key, page.ref + area.absolute)
    return area


def _write(page: Page, place: tuple[int, int], cell: Cell, number: str, at: tuple[Inputs, int, int]) -> None:
    inputs, i, j = at
    if inputs.is_word(i, j):
        head = i == 0 and isinstance(inputs.rows[0][-1], str)
        right = head and inputs.numbers[-1][j] != "text" and not inputs.labelled
        look: dict[str, Any] = {"align": "right" if right else "left", "text_wrap": True}
        page.put(*place, cell, "header" if head else "label", "text" if head else number, **look)
        return
    if cell is None and inputs.gaps:
        return
    words = number == "text" or isinstance(cell, str)
    page.put(*place, cell, "input", number, align="left" if words else "right", text_wrap=words)
    if number in _RULES:
        say = page.book.word
        told = say("demo.ask_share" if _RULES[number] is _SHARE else "demo.ask_not_negative")
        rule = {**_RULES[number], "ignore_blank": True, "error_title": say("demo.ask_title")}
        page.sheet.data_validation(*place, *place, {**rule, "error_message": told})


def write_copy(page: Page, row: int, inputs: Inputs) -> str:
    """Write a block as constants, in grey, on the sheet of stored values; return its address there."""
    for i, cells in enumerate(inputs.rows):
        for j, cell in enumerate(cells):
            page.put(row + i, j, cell, "addin", inputs.numbers[i][j], font_color=GREY, text_wrap=j == 0)
    last = Area(row, 0, row + len(inputs.rows) - 1, len(inputs.rows[0]) - 1)
    return page.ref + last.absolute
