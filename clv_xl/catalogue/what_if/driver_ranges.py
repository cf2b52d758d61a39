"""What an argument of a what-if function may be: the name of a driver, or drivers with their values."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue import shapes
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import SHARE, Column, Domain, Number, Word, read_column, refuse
from clv_xl.catalogue.ranges import as_block
from clv_xl.catalogue.shapes import Shape
from clv_xl.catalogue.what_if.driver_names import driver_of, is_header_word, nearest
from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import NA, NUM, VALUE, CellError, Text
from clv_xl.metrics.drivers import ORDER

_GROWTH = Number(low=-1.0, high=1.0, share=True, typical=(0.0, 0.05))
_TIMING = Number(low=0.0, high=1.0)

DOMAINS: Mapping[str, Number] = MappingProxyType(
    {
        "avg_order_value": a.MONEY,
        "frequency": a.FEW,
        "lifespan": a.FEW,
        "retention_rate": SHARE,
        "churn_rate": SHARE,
        "expansion_rate": _GROWTH,
        "margin": a.MARGIN_SHARE,
        "cac": a.COST,
        "discount_rate": SHARE,
        "timing": _TIMING,
    }
)
"""What the value of each driver may be, as in CLV() and its siblings."""


def bounds(driver: str) -> tuple[float, float]:
    """Return the smallest and the largest value of a driver, infinite where nothing bounds it."""
    domain = DOMAINS[driver]
    return domain.low, domain.high


def shown(driver: str, value: float) -> float | Text:
    """Return the value of a driver as a sentence shows it: a share as percent.

    >>> shown("margin", 1.0), shown("frequency", 2.5)
    (Text(key='goal_percent', params={'percent': 100.0}), 2.5)
    """
    return Text("goal_percent", {"percent": value * 100}) if DOMAINS[driver].share else value


@dataclass(frozen=True, slots=True)
class DriverName(Word):
    """The name of a driver, in English or another of the five languages."""

    examples: tuple[str, ...] = ORDER

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.driver", {"choices": ", ".join(ORDER)})

    def read(self, cell: Cell) -> str:
        """Return the English name of the driver."""
        if isinstance(cell, str) and cell.strip():
            found = driver_of(cell)
            if found is not None:
                return found
            close = nearest(cell)
            raise refuse(VALUE, self, cell, Text("mend.did_you_mean", {"nearest": close}) if close else None)
        raise refuse(VALUE, self, None if cell == "" else cell)

    def read_column(self, cells: Cells) -> Column:
        """Read a whole column."""
        names = [driver_of(cell) if isinstance(cell, str) else None for cell in cells]
        accepted = np.array([name is not None for name in names], dtype=np.bool_)
        return read_column(self, cells, np.array(names, dtype=object), accepted)

    def draw(self, random: Random) -> Cell:
        """Return one of the names."""
        return random.choice(self.examples)

    def refused_cells(self) -> tuple[tuple[Cell, str], ...]:
        """Return cells that are refused, each with its error code."""
        cells: tuple[Cell, ...] = ("no such driver", 1.0, None, True)
        return (*((cell, VALUE) for cell in cells), (CellError(NUM, "input_error"), NUM))


DRIVER: Domain = DriverName()


@dataclass(frozen=True, eq=False, slots=True)
class GivenDrivers:
    """Drivers as a range states them.

    Parameters
    ----------
    values : dict
        Driver to value, in the order of the rows; a driver whose value is blank is left out.
    rows : dict
        Driver to its row, 1 being the first of the range.
    """

    values: dict[str, float]
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class Drivers:
    """Two columns, name of a driver and value; a header row and blank rows are passed over."""

    shape: ClassVar[Shape] = shapes.NAMED

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.drivers")

    def read_range(self, value: Cell | Block, context: Context) -> GivenDrivers:
        """Return the drivers with their rows."""
        block = as_block(value)
        if block.width != 2:
            raise CellError(VALUE, "drivers_shape", rows=block.height, columns=block.width)
        names, numbers = block.columns
        found = GivenDrivers({}, {})
        passed = 0  # rows in use before this one: a header may follow blank rows
        for i in range(max(names.filled(), numbers.filled())):
            name, number = filled(names.cell(i)), filled(numbers.cell(i))
            if name is None and number is None:
                continue
            passed += 1
            if is_header(passed - 1, name, number):
                continue
            try:
                driver = DRIVER.read(name)
                if driver in found.rows:
                    raise CellError(VALUE, "driver_twice", got=driver)  # noqa: TRY301  the row is added once
                found.rows[driver] = i + 1
                if number is not None:
                    found.values[driver] = float(DOMAINS[driver].read(number))
            except CellError as error:
                raise error.with_params(row=i + 1) from None
        if not found.values:
            raise CellError(NA, "no_rows")
        return found


def filled(cell: Cell) -> Cell:
    """Return a cell, None for the empty text that a formula leaves."""
    return None if cell == "" else cell


def is_header(index: int, name: Cell, number: Cell) -> bool:
    """Return whether a row is a header: the first one in use, with words where the value would be.

    The word "driver" is one beside a number too, such as a year. A known driver beside a text, or a
    text that reads as a number, wants mending instead.

    >>> is_header(0, "Driver", "Value"), is_header(0, "margn", "40%"), is_header(1, "Driver", "Value")
    (True, False, False)
    >>> is_header(0, "Ajuri", 2025.0)
    True
    """
    if index == 0 and is_header_word(name, "driver"):
        return True
    if index > 0 or not isinstance(number, str):
        return False
    from clv_xl.orders.columns import looks_numeric

    return not (isinstance(name, str) and driver_of(name)) and not looks_numeric(number)
