"""What a short range may be: numbers, words, names with numbers, a table that another function spilled."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from clv_xl.catalogue import domains, shapes
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import Domain, Number
from clv_xl.catalogue.ranges import ColumnOf, as_block, taken
from clv_xl.catalogue.shapes import Shape
from clv_xl.cells import BLANK, Block, Cell
from clv_xl.errors import NA, VALUE, CellError, Text


@dataclass(frozen=True, slots=True)
class Numbers:
    """A range of numbers of any shape; blanks and a header text are passed over.

    Parameters
    ----------
    domain : Domain
        What each number may be.
    """

    domain: Domain = domains.ANY_NUMBER
    shape: ClassVar[Shape] = shapes.NUMBERS

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.numbers")

    def read_range(self, value: Cell | Block, context: Context) -> Any:
        """Return a float64 array."""
        found = []
        for cells in as_block(value).columns:
            start = int(ColumnOf("numbers").begins_with_header(cells))
            rows = np.flatnonzero(~cells.is_tag(BLANK)[start:]) + start
            column = self.domain.read_column(taken(cells, rows))
            bad = column.first_refused
            if bad is not None:
                raise column.error(bad).with_params(row=int(rows[bad]) + 1)
            found.append(column.values)
        numbers = np.concatenate(found)
        if not numbers.size:
            raise CellError(VALUE, "blank_required", expected=self.expected)
        return numbers


@dataclass(frozen=True, slots=True)
class Words:
    """A short list of texts, such as the labels of tiers."""

    shape: ClassVar[Shape] = shapes.WORDS

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.words")

    def read_range(self, value: Cell | Block, context: Context) -> tuple[str, ...]:
        """Return the texts; numbers are taken as they are shown."""
        words = []
        for row in as_block(value).rows():
            for cell in row:
                if isinstance(cell, CellError):
                    raise cell
                if cell is not None:
                    words.append(cell if isinstance(cell, str) else f"{cell:g}")
        return tuple(words)


@dataclass(frozen=True, slots=True)
class ByName:
    """One number for all, or a two-column range: name of the segment or channel, number.

    Parameters
    ----------
    domain : Domain
        What each number may be.
    single : bool
        Whether one number for all is taken.
    """

    domain: Number
    single: bool = True

    @property
    def shape(self) -> Shape:
        """What it looks like from outside."""
        return shapes.NAMED_OR_NUMBER if self.single else shapes.NAMED

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.by_name") if not self.single else self.domain.expected

    def read_range(self, value: Cell | Block, context: Context) -> float | dict[str, float]:
        """Return a number, or a dict from trimmed, case-folded name to number."""
        if self.single and not (isinstance(value, Block) and value.height * value.width > 1):
            cell = value.columns[0].cell(0) if isinstance(value, Block) else value
            return float(self.domain.read(cell))
        from clv_xl.orders.ids import fold, name_of

        block = as_block(value)
        if block.width != 2:
            raise CellError(
                VALUE, "two_columns", first=Text("segment"), second=Text("value"), got=block.width
            )
        found: dict[str, float] = {}
        names, numbers = block.columns
        start = int(ColumnOf("numbers").begins_with_header(numbers))
        for i in range(start, max(names.filled(), numbers.filled())):
            name, number = names.cell(i), numbers.cell(i)
            if name is None and number is None:
                continue
            if isinstance(name, CellError):
                raise name.with_params(row=i + 1)
            key = "" if name is None else fold(name if isinstance(name, str) else name_of(float(name)))
            if key in found:
                raise CellError(VALUE, "duplicate_name", got=name, row=i + 1)
            try:
                found[key] = float(self.domain.read(number))
            except CellError as error:
                raise error.with_params(row=i + 1) from None
        if not found:
            raise CellError(NA, "no_rows")
        return found


@dataclass(frozen=True, slots=True)
class AnyRange:
    """A range taken as it is, such as a table that another function spilled."""

    shape: ClassVar[Shape] = shapes.SPILLED

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.range")

    def read_range(self, value: Cell | Block, context: Context) -> Block:
        """Return the block."""
        if isinstance(value, CellError):
            raise value
        return as_block(value)
