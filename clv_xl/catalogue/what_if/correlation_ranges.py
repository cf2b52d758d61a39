"""A range of correlations between drivers, with or without their names."""

from dataclasses import dataclass
from math import floor
from typing import ClassVar

import numpy as np

from clv_xl.catalogue import shapes
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import Number
from clv_xl.catalogue.ranges import as_block
from clv_xl.catalogue.shapes import Shape
from clv_xl.catalogue.what_if.driver_ranges import DRIVER, filled
from clv_xl.catalogue.what_if.scenario_ranges import block_rows
from clv_xl.cells import Block, Cell, FloatArray
from clv_xl.errors import NUM, VALUE, CellError, Text
from clv_xl.metrics.simulation import Correlation
from clv_xl.metrics.uniforms import STREAMS

COEFFICIENT = Number(low=-1.0, high=1.0, typical=(-0.5, 0.5))
_ROUNDING = 1e-9  # of a matrix computed in cells
_DEFINITE = 1e-10  # smallest eigenvalue that a Cholesky factor is trusted with


@dataclass(frozen=True, eq=False, slots=True)
class GivenCorrelation:
    """A matrix as a range states it; `names` is None where it has none."""

    names: tuple[str, ...] | None
    values: FloatArray


@dataclass(frozen=True, slots=True)
class Correlations:
    """A square of coefficients; one half of it is enough, as Excel's analysis tool leaves it."""

    shape: ClassVar[Shape] = shapes.ROWS

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.correlations")

    def read_range(self, value: Cell | Block, context: Context) -> GivenCorrelation:
        """Return the matrix with the names beside it or above it."""
        block = as_block(value)
        height = max((cells.filled() for cells in block.columns), default=0)  # a whole column is long
        rows = [[filled(cell) for cell in row] for row in block_rows(block, height)]
        rows = rows[: 1 + max((i for i, row in enumerate(rows) if _any(row)), default=-1)]
        width = 1 + max((j for row in rows for j, cell in enumerate(row) if cell is not None), default=-1)
        rows = [row[:width] for row in rows]
        above = bool(rows) and _are_names(rows[0])
        beside = any(isinstance(row[0], str) for row in rows[int(above) :])
        across = _names(rows[0][int(beside) :]) if above else None
        down = _names([row[0] for row in rows[int(above) :]]) if beside else None
        if across is not None and down is not None and across != down:
            raise CellError(VALUE, "correlation_names")
        cells = [row[int(beside) :] for row in rows[int(above) :]]
        count = len(cells)
        if not count or len(cells[0]) != count:
            raise CellError(VALUE, "correlation_square", rows=count, columns=len(cells[0]) if count else 0)
        matrix = [[_coefficient(cells, i, j) for j in range(count)] for i in range(count)]
        return GivenCorrelation(across or down, np.array(matrix))


def _are_names(row: list[Cell]) -> bool:
    """Return whether a first row is names; one name alone may stand beside the first row of numbers."""
    given = [cell for cell in row if cell is not None]
    return any(isinstance(cell, str) for cell in row[1:]) or all(isinstance(cell, str) for cell in given)


def _any(row: list[Cell]) -> bool:
    return any(cell is not None for cell in row)


def _names(cells: list[Cell]) -> tuple[str, ...]:
    names: list[str] = []
    for cell in cells:
        driver = DRIVER.read(cell)
        if driver in names:
            raise CellError(VALUE, "driver_twice", got=driver)
        names.append(driver)
    return tuple(names)


def _coefficient(cells: list[list[Cell]], i: int, j: int) -> float:
    """Return one coefficient; a blank one is as its mirror image."""
    cell = cells[j][i] if cells[i][j] is None else cells[i][j]
    try:
        found: float = COEFFICIENT.read(cell)
    except CellError as error:
        raise error.with_params(row=i + 1) from None
    if i == j and abs(found - 1) > _ROUNDING:
        raise CellError(NUM, "correlation_diagonal", got=found, row=i + 1)
    mirror = cells[j][i]
    if isinstance(mirror, float) and abs(found - mirror) > _ROUNDING:
        raise CellError(NUM, "correlation_symmetric", row=i + 1, column=j + 1, got=found, other=mirror)
    return found


def correlation_of(given: GivenCorrelation, drawn: tuple[str, ...]) -> Correlation:
    """Return the correlation of the drivers drawn at random.

    Parameters
    ----------
    given : GivenCorrelation
        As the range states it; without names its rows are those of `drawn`.
    drawn : tuple of str
        Drivers with a distribution, in the order of their rows.

    Returns
    -------
    Correlation
        In an order that depends on the drivers only, so that neither the order of the rows nor that
        of the matrix changes a draw.

    Raises
    ------
    CellError
        #VALUE! for a matrix of another size or a driver that is not drawn, #NUM! for one that is not
        positive definite.
    """
    names = given.names
    if names is None:
        if len(drawn) != len(given.values):
            raise CellError(
                VALUE,
                "correlation_size",
                argument="correlation",
                count=len(drawn),
                drivers=", ".join(drawn),
                got=len(given.values),
            )
        names = drawn
    for name in names:
        if name not in drawn:
            raise CellError(
                VALUE, "correlation_driver", argument="correlation", driver=name, drivers=", ".join(drawn)
            )
    order = sorted(range(len(names)), key=lambda i: STREAMS[names[i]])
    matrix = given.values[np.ix_(order, order)]
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 1.0)
    least = float(np.linalg.eigvalsh(matrix)[0])
    if least < _DEFINITE:
        raise CellError(
            NUM,
            "correlation_not_definite",
            argument="correlation",
            least=round(least, 6) + 0.0,
            factor=_shrunk(least),
        )
    factor = np.linalg.cholesky(matrix).astype(np.float64)
    return Correlation(tuple(names[i] for i in order), factor)


def _shrunk(least: float) -> float:
    """Return by what the coefficients may be multiplied, so that a matrix is positive definite.

    The smallest eigenvalue becomes s least + (1 - s), above 0 for s < 1 / (1 - least).

    >>> _shrunk(0.0), _shrunk(-0.25)
    (0.99, 0.79)
    """
    most = 100 / (1 - min(least, 0.0))
    whole = floor(most)
    return (whole - (most - whole < 0.1)) / 100
