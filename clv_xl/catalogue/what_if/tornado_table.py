"""Which driver moves an output most: each moved down and up alone, the widest swing first."""

from typing import Any

import numpy as np

from clv_xl.catalogue.what_if.driver_ranges import GivenDrivers
from clv_xl.catalogue.what_if.model import model_of
from clv_xl.errors import CellError, Text
from clv_xl.metrics.drivers import ORDER
from clv_xl.table import Table

CONVENTIONS = ("timing",)
"""Drivers that say how money is counted and are not anybody's to move."""
_SAME = 12  # digits to which swings are compared: products of the same drivers differ beyond by rounding


def tornado_table(drivers: GivenDrivers, change: float, output: str, method: str) -> Table:
    """Return a row for each stated driver, moved down and up by a share of its value.

    Parameters
    ----------
    drivers : GivenDrivers
        The base; drivers left out are not moved.
    change : float
        Share of the value, 0 to 1.
    output, method : str
        What is asked, and the way to value.

    Returns
    -------
    Table
        The drivers by falling swing, those with an error last, equal ones in the order of `ORDER`;
        the total row is the base. Low and high are of the driver, so that the output at the low value
        of a cost is the higher one.
    """
    model = model_of(drivers, method, output)
    base = model.answers({}).single()
    moved = [driver for driver in ORDER if driver in model.base and driver not in CONVENTIONS]
    steps = np.array([-change, change])
    sides = {driver: model.value(driver) + abs(model.value(driver)) * steps for driver in moved}
    changes = {}
    for i, driver in enumerate(moved):
        changes[driver] = np.full((len(moved), 2), model.value(driver))
        changes[driver][i] = sides[driver]
    answers = model.answers(changes)
    cells_of = np.array([_told(cell) for cell in answers.cells()], dtype=object).reshape(-1, 2).tolist()
    rows = []
    for driver, cells in zip(moved, cells_of, strict=True):
        effects = [cell if isinstance(cell, CellError) else cell - base for cell in cells]
        wrong = next((cell for cell in cells if isinstance(cell, CellError)), None)
        swing = abs(cells[1] - cells[0]) if wrong is None else wrong
        rows.append([Text(driver), model.value(driver), *sides[driver].tolist(), *cells, *effects, swing])
    scale = max(np.nanmax(np.abs(answers.values), initial=0.0), abs(base)) or 1.0
    rows.sort(key=lambda row: np.inf if isinstance(row[-1], CellError) else -round(row[-1] / scale, _SAME))
    columns = zip(*rows, strict=True)
    keys = (
        "driver",
        "value",
        "value_low",
        "value_high",
        "output_low",
        "output_high",
        "effect_low",
        "effect_high",
        "swing",
    )
    total = {"driver": Text("scenario_base"), "output_low": base, "output_high": base}
    return Table.of(dict(zip(keys, columns, strict=True)), total)


def _told(cell: Any) -> Any:
    """Return a cell; a driver moved out of its domain is mended by a smaller change, not in its own cell."""
    if isinstance(cell, CellError) and cell.key == "expected":
        return CellError(cell.code, cell.key, **{**cell.params, "mend": Text("mend.smaller_change")})
    return cell
