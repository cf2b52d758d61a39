"""CLV.COHORT and CLV.RETENTIONCURVE: cohorts as a table, and the curve drawn from it."""

import re
from collections.abc import Sequence

import numpy as np

from clv_xl.cells import Cell, FloatArray
from clv_xl.errors import NA, VALUE, CellError, Text
from clv_xl.metrics import cohorts as maths
from clv_xl.metrics.periods import period_label
from clv_xl.orders.log import OrderLog
from clv_xl.orders.money import value_kept
from clv_xl.orders.rules import orders_of
from clv_xl.table import Table

MEASURES = ("customers", "retention", "revenue", "cumulative")
LEADING = ("cohort", "customers", "partial")

_LABEL = re.compile(r"\d{4,}(-(Q\d|W\d\d|\d\d(-\d\d)?))?")


def cohort_table(
    log: OrderLog, unit: str = "M", measure: str = "customers", as_of: float | None = None
) -> Table:
    """Return a row a cohort, a column an age: "0" is the period of the first order.

    A cell shows once the whole cohort has reached that age. Cohorts that the first order of the
    log or `as_of` cuts stand below the others, marked; the total row pools the whole ones.

    Parameters
    ----------
    log : OrderLog
        Lines of orders.
    unit : {"D", "W", "M", "Q", "Y"}
        Calendar period.
    measure : {"customers", "retention", "revenue", "cumulative"}
        Active customers; their share of the cohort; revenue; margin to date per customer of the
        cohort where the log has costs, else revenue to date.
    as_of : float, optional
        Last day observed.

    Returns
    -------
    Table
        Columns cohort, customers, partial, "0", "1", ...
    """
    orders = orders_of(log, as_of)
    days = orders.days().astype(np.int64)
    money = value_kept(orders.amounts, orders.costs, None) if measure == "cumulative" else orders.amounts
    found = maths.cohorts(
        days[orders.first()], orders.customers, days, money, orders.is_order, orders.as_of, unit
    )
    cells = maths.measured(found, measure)
    order = np.argsort(found.partial, kind="stable")
    marks = [_mark(bool(start), bool(end)) for start, end in zip(found.cut_start, found.cut_end, strict=True)]
    columns = {
        "cohort": [period_label(int(found.period[i]), unit) for i in order],
        "customers": found.size[order],
        "partial": [marks[i] for i in order],
        **{str(age): cells[order, age] for age in range(cells.shape[1])},
    }
    pooled = maths.pooled(found, measure).tolist()
    return Table.of(
        columns,
        {
            "cohort": Text("total"),
            "customers": float(found.size.sum()),
            **{str(age): None if np.isnan(value) else value for age, value in enumerate(pooled)},
        },
    )


def _mark(start: bool, end: bool) -> Text | None:
    if end:
        return Text("cohort.cut_end")
    return Text("cohort.cut_start") if start else None


def retention_curve(rows: Sequence[Sequence[Cell]]) -> Table:
    """Return the weighted retention curve of a cohort table.

    Parameters
    ----------
    rows : sequence of rows of cells
        What CLV.COHORT spills for the measure customers or retention, with or without its header
        and total rows; partial cohorts, marked in the third column, are left out.

    Returns
    -------
    Table
        Columns period (0 is that of the first order), customers (of the cohorts that reached it),
        retention_rate (share of them active).

    Raises
    ------
    CellError
        #VALUE! when the range is no such table; #N/A without a whole cohort.
    """
    size, cells = _whole_cohorts(rows)
    if not size.size or not cells.shape[1]:
        raise CellError(NA, "no_whole_cohort")
    started = ~np.isnan(cells[:, 0])
    if (cells[started, 0] == size[started]).all():
        active = cells
    elif (cells[started, 0] == 1).all():
        active = cells * size[:, None]
    else:
        raise CellError(VALUE, "cohort_table_measure", argument="cohort_table")
    people, retention = maths.retention_curve(size, active)
    ages = np.flatnonzero(people > 0)
    return Table.of(
        {"period": ages.astype(np.float64), "customers": people[ages], "retention_rate": retention[ages]}
    )


def _whole_cohorts(rows: Sequence[Sequence[Cell]]) -> tuple[FloatArray, FloatArray]:
    """Return sizes and cells of the cohorts that nothing cuts."""
    skip = 1 if rows and len(rows[0]) > 1 and not isinstance(rows[0][1], float) else 0
    sizes: list[float] = []
    cells: list[list[float]] = []
    seen = 0.0
    for number, row in enumerate(rows[skip:], skip + 1):
        if all(cell is None for cell in row):
            continue
        if len(row) < len(LEADING) or not _is_number(row[1]):
            raise CellError(VALUE, "cohort_table_row", argument="cohort_table", row=number)
        size = float(row[1])  # type: ignore[arg-type]
        is_label = isinstance(row[0], (int, float)) or _LABEL.fullmatch(str(row[0]))
        if not is_label and number == len(rows) and size == seen:
            break  # the total row
        seen += size
        if row[2] is None or row[2] == "":
            sizes.append(size)
            cells.append([_cell(cell, number) for cell in row[len(LEADING) :]])
    return np.array(sizes), np.array(cells).reshape(len(sizes), -1 if sizes else 0)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _cell(cell: Cell, number: int) -> float:
    if cell is None or cell == "":
        return float("nan")
    if isinstance(cell, CellError):
        raise cell
    if not _is_number(cell):
        raise CellError(VALUE, "cohort_table_row", argument="cohort_table", row=number)
    return float(cell)
