"""What the what-if tables take: scenarios beside one another, and the values of one driver."""

from dataclasses import dataclass
from typing import ClassVar

from clv_xl.catalogue import shapes
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import ANY_NUMBER
from clv_xl.catalogue.ranges import as_block
from clv_xl.catalogue.shapes import Shape
from clv_xl.catalogue.small_ranges import Numbers
from clv_xl.catalogue.what_if.driver_names import driver_of
from clv_xl.catalogue.what_if.driver_ranges import DRIVER, filled
from clv_xl.cells import Block, Cell, FloatArray
from clv_xl.errors import NA, VALUE, CellError, Text
from clv_xl.metrics.drivers import KEPT


@dataclass(frozen=True, eq=False, slots=True)
class GivenScenarios:
    """Scenarios as a range states them.

    Parameters
    ----------
    names : tuple of str
        In the user's words, from left to right.
    cases : tuple of dict
        For each scenario the drivers that it changes, with their values.
    rows : dict
        Driver to its row, 1 being the first of the range; those that no scenario changes are left out.
    """

    names: tuple[str, ...]
    cases: tuple[dict[str, float], ...]
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class Scenarios:
    """A header row with the names of scenarios, below it a row a driver; a blank cell is as in the base."""

    shape: ClassVar[Shape] = shapes.ROWS

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.scenarios")

    def read_range(self, value: Cell | Block, context: Context) -> GivenScenarios:
        """Return the scenarios with their changes."""
        block = as_block(value)
        height = max(column.filled() for column in block.columns)
        rows = [[filled(cell) for cell in row] for row in block_rows(block, height)]
        top = next((i for i, row in enumerate(rows) if any(cell is not None for cell in row)), None)
        if top is None:
            raise CellError(NA, "no_rows")
        columns = _named(rows, top)
        cases: list[dict[str, float]] = [{} for _ in columns]
        found: dict[str, int] = {}
        seen: set[str] = set()
        for i, row in enumerate(rows[top + 1 :], top + 1):
            if all(cell is None for cell in row):
                continue
            try:
                driver = DRIVER.read(row[0])
                if driver in seen:
                    raise CellError(VALUE, "driver_twice", got=driver)  # noqa: TRY301  the row is added once
                seen.add(driver)
                for case, (j, name) in zip(cases, columns, strict=True):
                    if row[j] is not None:
                        case[driver] = _number(row[j], driver, name)
                        found.setdefault(driver, i + 1)
                        if all(kept in case for kept in KEPT):
                            raise CellError(VALUE, "scenario_contradicts", got=name)  # noqa: TRY301
            except CellError as error:
                raise error.with_params(row=i + 1) from None
        return GivenScenarios(tuple(name for _, name in columns), tuple(cases), found)


def block_rows(block: Block, height: int) -> list[tuple[Cell, ...]]:
    """Return the first rows of a block; a whole column is not walked to its end."""
    return list(Block(tuple(column[:height] for column in block.columns)).rows())


def _named(rows: list[list[Cell]], top: int) -> list[tuple[int, str]]:
    """Return the columns that hold scenarios, each with its name; a wholly blank one is passed over."""
    from clv_xl.orders.ids import fold

    header = rows[top]
    first = header[0]
    values = [cell for cell in header[1:] if cell is not None]
    if isinstance(first, CellError):
        raise first.with_params(row=top + 1)
    unheaded = isinstance(first, str) and driver_of(first) and any(isinstance(v, float) for v in values)
    if len(header) < 2 or unheaded:
        raise CellError(VALUE, "scenarios_unheaded")
    found: list[tuple[int, str]] = []
    taken: dict[str, int] = {}
    for j, cell in enumerate(header[1:], 1):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            if any(row[j] is not None for row in rows[top + 1 :]):
                raise CellError(VALUE, "scenario_unnamed", got=float(j + 1))
            continue
        name = _name(cell, top + 1)
        if fold(name) in taken:
            raise CellError(VALUE, "scenario_twice", got=name, first=taken[fold(name)], column=j + 1)
        taken[fold(name)] = j + 1
        found.append((j, name))
    if not found:
        raise CellError(NA, "no_rows")
    return found


def _name(cell: Cell, row: int) -> str:
    if isinstance(cell, CellError):
        raise cell.with_params(row=row)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    from clv_xl.orders.ids import name_of

    return cell.strip() if isinstance(cell, str) else name_of(float(cell or 0.0))


def _number(cell: Cell, driver: str, scenario: str) -> float:
    """Return a value; whether it is in the domain of its driver is told in the scenario's own cells."""
    try:
        return float(ANY_NUMBER.read(cell))
    except CellError as error:
        if isinstance(cell, CellError):
            raise
        kept = {name: error.params[name] for name in ("expected", "got", "mend") if name in error.params}
        raise CellError(VALUE, "scenario_cell", driver=driver, scenario=scenario, **kept) from None


@dataclass(frozen=True, slots=True)
class Steps(Numbers):
    """The values that one driver takes: one row or one column; blanks and a header text are passed over."""

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.steps")

    def read_range(self, value: Cell | Block, context: Context) -> FloatArray:
        """Return the values in their order."""
        block = as_block(value)
        if 1 not in (block.height, block.width):
            raise CellError(VALUE, "steps_shape", rows=block.height, columns=block.width)
        if block.width == 1:
            return Numbers.read_range(self, block, context)  # type: ignore[no-any-return]
        try:
            return Numbers.read_range(self, block.transposed(), context)  # type: ignore[no-any-return]
        except CellError as error:  # the cell stands in a row: its number is no row's
            told = {name: param for name, param in error.params.items() if name != "row"}
            raise CellError(error.code, error.key, **told) from None
