"""A plan: one number for every period, or a range with one number a period, in its place."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clv_xl.catalogue import shapes
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import Column, Number
from clv_xl.catalogue.ranges import ColumnOf, as_block
from clv_xl.catalogue.shapes import Shape
from clv_xl.cells import Block, Cell, Cells, FloatArray
from clv_xl.errors import NA, VALUE, CellError, Text


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """Numbers by period, judged as far as they are asked for.

    Parameters
    ----------
    column : Column
        The numbers, period 1 first.
    first_row : int
        Row of the range that holds period 1; 0 where one number stands for every period.
    """

    column: Column
    first_row: int

    def over(self, periods: int, argument: str) -> FloatArray:
        """Return the numbers of the first periods; what the range holds below them is not looked at.

        Parameters
        ----------
        periods : int
            How many are needed.
        argument : str
            Name for the sentence of an error.

        Raises
        ------
        CellError
            #N/A for a plan that ends before; the error of the first cell that is no such number.
        """
        values = self.column.values
        if not self.first_row:
            return np.full(periods, float(values[0]))
        refused = self.column.refused
        if refused is not None and refused[:periods].any():
            bad = int(np.argmax(refused))
            raise self.column.error(bad).with_params(argument=argument, row=self.first_row + bad)
        if values.size < periods:
            raise CellError(NA, "plan_too_short", argument=argument, got=values.size, needed=periods)
        return np.asarray(values[:periods], np.float64)


@dataclass(frozen=True, slots=True)
class PerPeriod:
    """One number for every period, or a column or row of numbers, one a period.

    A blank keeps its place and is refused: passed over, it would move the rest of the plan by a
    period. A header is skipped and trailing blanks are trimmed, as in every column.

    Parameters
    ----------
    domain : Number
        What each number may be.
    """

    domain: Number
    shape: ClassVar[Shape] = shapes.NUMBER_OR_NUMBERS

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.per_period", {"each": self.domain.expected})

    def read_range(self, value: Cell | Block, context: Context) -> Plan:
        """Return a `Plan`; only one number for every period is judged at once."""
        block = as_block(value)
        if block.height * block.width == 1:
            number = self.domain.read(block.columns[0].cell(0))
            return Plan(self.domain.read_column(Cells.of([number])), 0)
        if block.height == 1:
            block = block.transposed()
        if block.width != 1:
            raise CellError(VALUE, "one_column", rows=block.height, columns=block.width)
        cells = block.columns[0]
        start = int(ColumnOf("numbers").begins_with_header(cells))
        cells = cells[start : cells.filled()]
        if not len(cells):
            raise CellError(VALUE, "blank_required", expected=self.expected)
        return Plan(self.domain.read_column(cells), start + 1)
