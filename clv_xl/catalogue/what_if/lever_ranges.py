"""What the arguments of a lever list may be: names of levers or drivers, and numbers beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from random import Random
from types import MappingProxyType

from clv_xl import texts
from clv_xl.catalogue import shapes
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import Number, Word, refuse
from clv_xl.catalogue.lift import MOST_CALLS
from clv_xl.catalogue.ranges import WHOLE_COLUMN, as_block
from clv_xl.catalogue.shapes import Shape
from clv_xl.catalogue.what_if.driver_names import driver_of, is_header_word, known
from clv_xl.catalogue.what_if.driver_ranges import filled
from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import NA, NUM, VALUE, CellError, Text
from clv_xl.metrics.drivers import ORDER
from clv_xl.metrics.levers import LEVERS
from clv_xl.orders.headers import fold

HEADERS = ("lever", "driver")


@cache
def known_levers() -> Mapping[str, str]:
    """Return every plain spelling of a lever, in five languages, with its lever."""
    found = {fold(name): name for name in LEVERS}
    for lever in LEVERS:
        for language in texts.LANGUAGES:
            spelled = (texts.word(f"lever.{lever}", language), texts.word(f"lever.also.{lever}", language))
            found |= {fold(name): lever for line in spelled for name in line.split("|")}
    return MappingProxyType(found)


def lever_of(name: str) -> str | None:
    """Return the lever or the driver that a name means in any of the five languages.

    >>> lever_of("Loyalty programme"), lever_of("Hinta"), lever_of("margin"), lever_of("weather")
    ('loyalty', 'price', 'margin', None)
    """
    return known_levers().get(fold(name)) or driver_of(name)


@dataclass(frozen=True, slots=True)
class LeverName(Word):
    """One cell: a lever or a driver, in English or another of the five languages."""

    examples: tuple[str, ...] = (*LEVERS, *ORDER)

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.lever", {"levers": ", ".join(LEVERS), "drivers": ", ".join(ORDER)})

    def read(self, cell: Cell) -> str:
        """Return the English name of the lever or driver."""
        if isinstance(cell, str) and cell.strip():
            found = lever_of(cell)
            if found is not None:
                return found
            names = {**known(), **known_levers()}
            close = get_close_matches(fold(cell), names, n=1, cutoff=0.6)
            mend = Text("mend.did_you_mean", {"nearest": names[close[0]]}) if close else None
            raise refuse(VALUE, self, cell, mend)
        raise refuse(VALUE, self, None if cell == "" else cell)

    def draw(self, random: Random) -> Cell:
        """Return one of the names."""
        return random.choice(self.examples)


LEVER = LeverName()


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a lever list: one cell for all levers, or one cell a lever.

    Parameters
    ----------
    domain : LeverName or Number
        What each cell may be.
    """

    domain: LeverName | Number

    @property
    def shape(self) -> Shape:
        """What it looks like from outside."""
        names = isinstance(self.domain, LeverName)
        return shapes.WORD_OR_WORDS if names else shapes.NUMBER_OR_NUMBERS

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        if isinstance(self.domain, LeverName):
            return self.domain.expected
        return Text("expect.number_or_list", {"number": self.domain.expected})

    def read_range(self, value: Cell | Block, context: Context) -> "ReadColumn":
        """Return the cells, to be read row by row beside those of the other columns."""
        block = as_block(value)
        if block.height == 1:
            block = block.transposed()
        if block.width != 1:
            raise CellError(VALUE, "one_column", rows=block.height, columns=block.width)
        return ReadColumn(block.columns[0], self.domain)


@dataclass(frozen=True, eq=False, slots=True)
class ReadColumn:
    """The cells of one column of a lever list and what each may be."""

    cells: Cells
    domain: LeverName | Number

    @property
    def single(self) -> bool:
        """Whether it is one cell, which repeats."""
        return len(self.cells) == 1

    def cell(self, row: int) -> Cell:
        """Return the cell of a row, blank below the last one."""
        if self.single:
            return self.cells.cell(0)
        return filled(self.cells.cell(row)) if row < len(self.cells) else None


def rows(columns: Mapping[str, ReadColumn]) -> Iterator[tuple[int | None, dict[str, str | float]]]:
    """Yield the row number (None where all are single cells) and the values of each lever.

    A header row and blank rows are passed over.

    Raises
    ------
    CellError
        #N/A where heights differ, or no row is in use; what a cell is refused for, with its row.
    """
    lists = {name: column for name, column in columns.items() if not column.single}
    if not lists:
        yield None, _values(columns, 0, None)
        return
    first, *others = lists
    for name in others:
        heights = len(lists[first].cells), len(lists[name].cells)
        if heights[0] != heights[1] and max(heights) < WHOLE_COLUMN:
            raise CellError(
                NA, "lengths_differ", argument=name, got=heights[1], other=first, expected=heights[0]
            )
    height = max(column.cells.filled() for column in lists.values())
    used = [i for i in range(height) if any(column.cell(i) is not None for column in lists.values())]
    used = used[1:] if used and is_header(lists, used[0]) else used
    if not used:
        raise CellError(NA, "no_rows", argument=first)
    if len(used) > MOST_CALLS:
        raise CellError(NUM, "too_many_calls", most=MOST_CALLS, count=len(used))
    for i in used:
        yield i + 1, _values(columns, i, i + 1)


def is_header(lists: Mapping[str, ReadColumn], row: int) -> bool:
    """Return whether a row holds headers: words where numbers would be, and no lever's name."""
    from clv_xl.orders.columns import looks_numeric

    texts_over_numbers = False
    for column in lists.values():
        cell = column.cell(row)
        if isinstance(column.domain, LeverName):
            if is_header_word(cell, *HEADERS) or (isinstance(cell, str) and fold(cell) == "leverdriver"):
                return True  # whatever stands beside it, such as a year
            if isinstance(cell, str) and lever_of(cell):
                return False
        elif isinstance(cell, str) and not looks_numeric(cell):
            texts_over_numbers = True
        elif cell is not None:
            return False
    return texts_over_numbers


def _values(columns: Mapping[str, ReadColumn], i: int, row: int | None) -> dict[str, str | float]:
    found: dict[str, str | float] = {}
    for name, column in columns.items():
        try:
            found[name] = column.domain.read(column.cell(i))
        except CellError as error:
            where = {} if row is None or column.single else {"row": row}
            raise error.with_params(argument=name, **where) from None
    return found
