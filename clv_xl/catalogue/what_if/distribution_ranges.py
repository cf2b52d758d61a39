"""A range of drivers with their distributions, one row a driver."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from clv_xl.catalogue import shapes
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import POSITIVE, refuse
from clv_xl.catalogue.domains import Number as Domain
from clv_xl.catalogue.ranges import as_block
from clv_xl.catalogue.shapes import Shape
from clv_xl.catalogue.what_if.distribution_names import (
    DISTRIBUTIONS,
    FIXED,
    SHAPES,
    distribution_of,
    nearest,
)
from clv_xl.catalogue.what_if.driver_names import driver_of
from clv_xl.catalogue.what_if.driver_ranges import DOMAINS, DRIVER, GivenDrivers, filled
from clv_xl.cells import Block, Cell
from clv_xl.errors import NA, NUM, VALUE, CellError, Text
from clv_xl.metrics.distributions import Law, LogNormal, Normal, Within

MOST_CUT = 0.1
"""Share of a distribution that may lie outside what its driver may be; the rest is drawn from."""


@dataclass(frozen=True, eq=False, slots=True)
class GivenDistributions:
    """Drivers as a range states them.

    Parameters
    ----------
    fixed : dict
        Driver to value, where it has one value.
    laws : dict
        Driver to its distribution within the driver's domain, in the order of the rows.
    rows : dict
        Driver to its row, 1 being the first of the range.
    """

    fixed: dict[str, float] = field(default_factory=dict)
    laws: dict[str, Law] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def centres(self) -> GivenDrivers:
        """Every driver at its value or at the mean of its distribution."""
        return GivenDrivers(self.fixed | {driver: law.mean for driver, law in self.laws.items()}, self.rows)


@dataclass(frozen=True, slots=True)
class Distributions:
    """Rows of driver, distribution and its parameters; a header row and blank rows are passed over."""

    shape: ClassVar[Shape] = shapes.ROWS

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.distributions")

    def read_range(self, value: Cell | Block, context: Context) -> GivenDistributions:
        """Return the drivers with their distributions."""
        block = as_block(value)
        if block.width < 2:
            raise CellError(VALUE, "expected", expected=self.expected, got=block.columns[0].cell(0))
        found = GivenDistributions()
        for i in range(max(cells.filled() for cells in block.columns)):
            row = [filled(cells.cell(i)) for cells in block.columns]
            if all(cell is None for cell in row) or (i == 0 and _is_header(row)):
                continue
            try:
                driver = DRIVER.read(row[0])
                if driver in found.rows:
                    raise CellError(VALUE, "driver_twice", got=driver)  # noqa: TRY301  the row is added once
                found.rows[driver] = i + 1
                _read(driver, row[1:], found)
            except CellError as error:
                raise error.with_params(row=i + 1) from None
        if not (found.fixed or found.laws):
            raise CellError(NA, "no_rows")
        return found


def _is_header(row: Sequence[Cell]) -> bool:
    """Return whether a row has words only, and neither a driver nor a distribution among the first two."""
    words = [cell for cell in row if cell is not None]
    if not all(isinstance(cell, str) for cell in words):
        return False
    name, distribution = (cell if isinstance(cell, str) else "" for cell in row[:2])
    return driver_of(name) is None and distribution_of(distribution) is None


def _read(driver: str, cells: Sequence[Cell], found: GivenDistributions) -> None:
    """Add one driver from the cells beside its name; none of them filled leaves it out."""
    name, *numbers = cells
    while numbers and numbers[-1] is None:
        numbers.pop()
    if isinstance(name, CellError):
        raise name
    if isinstance(name, str):
        distribution = _named(name)
    else:
        numbers = [*([] if name is None else [name]), *numbers]
        if not numbers:
            return
        if len(numbers) > 1:
            raise CellError(VALUE, "distribution_missing", count=len(numbers), choices=_choices())
        distribution = FIXED
    values = _parameters(driver, distribution, numbers)
    if distribution == FIXED:
        found.fixed[driver] = values[0]
    else:
        found.laws[driver] = _within(driver, DISTRIBUTIONS[distribution].make(*values), distribution)


def _named(name: str) -> str:
    found = distribution_of(name)
    if found is None:
        close = nearest(name)
        expected = Text("expect.distribution", {"choices": _choices()})
        mend = {"mend": Text("mend.did_you_mean", {"nearest": close})} if close else {}
        raise CellError(VALUE, "distribution_unknown", expected=expected, got=name, **mend)
    return found


def _choices() -> str:
    return ", ".join(DISTRIBUTIONS)


def _parameters(driver: str, distribution: str, cells: Sequence[Cell]) -> list[float]:
    """Return the parameters, each within its domain and in order."""
    way = DISTRIBUTIONS[distribution]
    if way.many:
        cells = [cell for cell in cells if cell is not None]
    names = way.names(len(cells))
    if names is None:
        takes = Text(f"distribution_takes.{distribution}")
        raise CellError(VALUE, "distribution_count", distribution=distribution, takes=takes, count=len(cells))
    values = [
        _parameter(name, cell, POSITIVE if name in SHAPES else DOMAINS[driver])
        for name, cell in zip(names, cells, strict=True)
    ]
    by_name = dict(zip(names, values, strict=True))
    if distribution == "lognormal" and by_name["mean"] <= 0:
        raise _refused("mean", refuse(NUM, POSITIVE, by_name["mean"]))
    if "low" in by_name:
        low, high = by_name["low"], by_name["high"]
        mode = by_name.get("mode", low)
        if not (low < high and low <= mode <= high):
            key = "distribution_order_mode" if "mode" in by_name else "distribution_order"
            raise CellError(NUM, key, distribution=distribution, low=low, mode=mode, high=high)
    return values


def _parameter(name: str, cell: Cell, domain: Domain) -> float:
    if isinstance(cell, CellError):
        raise cell
    try:
        return domain.read(cell)
    except CellError as error:
        raise _refused(name, error) from None


def _refused(name: str, error: CellError) -> CellError:
    """Return the error of a parameter, which its name tells from the others of the row."""
    params = {"got": None, **error.params}
    return CellError(error.code, "distribution_parameter", parameter=Text(f"parameter.{name}"), **params)


def _within(driver: str, law: Law, distribution: str) -> Law:
    """Return a law cut to the domain of its driver, unless too much of it lies outside."""
    if not isinstance(law, (Normal, LogNormal)):
        return law
    domain = DOMAINS[driver]
    found = Within(law, *domain.closed)
    if found.cut > MOST_CUT:
        raise CellError(
            NUM,
            "distribution_outside",
            distribution=distribution,
            driver=driver,
            expected=domain.expected,
            percent=round(100 * found.cut, 1),
            most=round(100 * MOST_CUT),
        )
    return found


def cut_shares(laws: dict[str, Law]) -> dict[str, float]:
    """Return the share of each distribution without bounds that lies outside its driver's domain."""
    return {driver: law.cut for driver, law in laws.items() if isinstance(law, Within)}
