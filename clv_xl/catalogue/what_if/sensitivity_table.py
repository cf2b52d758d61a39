"""One output over the values of one driver or two, laid out as a data table."""

from typing import Any

import numpy as np

from clv_xl.catalogue.what_if.driver_ranges import GivenDrivers
from clv_xl.catalogue.what_if.model import Answers, check_driver, model_of, with_present
from clv_xl.cells import FloatArray
from clv_xl.errors import NUM, VALUE, CellError, Text
from clv_xl.metrics.drivers import KEPT
from clv_xl.table import Table

MOST_CELLS = 1_000_000
MOST_COLUMNS = 16_384


def sensitivity_table(
    drivers: GivenDrivers,
    row_driver: str,
    row_values: FloatArray,
    col_driver: str | None,
    col_values: FloatArray | None,
    output: str,
    method: str,
) -> Table:
    """Return the output with the values of `row_driver` across the top.

    Parameters
    ----------
    drivers : GivenDrivers
        The base; the drivers that vary may be left out.
    row_driver : str
        The driver whose values stand in the header row.
    row_values : ndarray, shape (n,)
        Its values.
    col_driver : str, optional
        The driver whose values stand in the first column.
    col_values : ndarray, shape (m,), optional
        Its values; both or neither are given.
    output, method : str
        What is asked, and the way to value.

    Returns
    -------
    Table
        One row, or a row for each of `col_values`. The corner names the output where there are two
        drivers, as the formula in the corner of a data table does, and the driver where there is
        one. A value outside the domain of its driver gives error cells.
    """
    for driver, argument in ((row_driver, "row_driver"), (col_driver, "col_driver")):
        if driver is not None:
            check_driver(method, driver, argument)
            drivers = with_present(drivers, driver)
    model = model_of(drivers, method, output)
    if col_driver is None or col_values is None:
        _pair(col_driver, col_values)
        _sized(row_values.size, 1)
        answers = model.answers({row_driver: row_values[None, :]})
        return Table((row_driver, *row_values.tolist()), ([Text(output)], *_columns(answers)))
    if row_driver == col_driver or {row_driver, col_driver} == set(KEPT):
        raise CellError(VALUE, "sensitivity_same", argument="col_driver", got=col_driver, first=row_driver)
    _sized(row_values.size, col_values.size)
    answers = model.answers({row_driver: row_values[None, :], col_driver: col_values[:, None]})
    return Table((output, *row_values.tolist()), (col_values, *_columns(answers)))


def _pair(col_driver: str | None, col_values: FloatArray | None) -> None:
    """Raise #VALUE! where one of the two stands alone."""
    if (col_driver is None) != (col_values is None):
        missing, given = ("col_driver", "col_values") if col_driver is None else ("col_values", "col_driver")
        raise CellError(VALUE, "sensitivity_pair", argument=missing, first=given)


def _sized(across: int, down: int) -> None:
    if across >= MOST_COLUMNS or across * down > MOST_CELLS:
        raise CellError(
            NUM,
            "sensitivity_large",
            argument="row_values",
            rows=down,
            columns=across,
            most=MOST_CELLS,
            widest=MOST_COLUMNS - 1,
        )


def _columns(answers: Answers) -> list[Any]:
    """Return the columns of the grid; only one that holds an error is made of single cells."""
    values = np.ascontiguousarray(answers.values.T)
    if answers.errors is None:
        return list(values)
    errors = answers.errors.T
    return [
        [v if e is None else e for v, e in zip(column.tolist(), wrong, strict=True)] if any(wrong) else column
        for column, wrong in zip(values, errors, strict=True)
    ]
