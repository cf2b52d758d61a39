"""CLV.SEGMENT: the value of each segment, and of the company as their sum."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from clv_xl.cells import FloatArray, IntArray
from clv_xl.errors import VALUE, CellError, Text
from clv_xl.metrics import counting
from clv_xl.metrics.periods import UNIT_DAYS
from clv_xl.metrics.segments import FEW_CUSTOMERS, segment_values
from clv_xl.metrics.sums import grouped_sum
from clv_xl.metrics.windows import active_counts, windows
from clv_xl.orders.log import Coded, OrderLog
from clv_xl.orders.money import Per, cost_cells, margins, payback_cells, ratio_cells, spread
from clv_xl.orders.rules import Orders, orders_of
from clv_xl.table import Table

BY = ("segment", "channel")


@dataclass(frozen=True, eq=False, slots=True)
class Activity:
    """What each customer did in the windows of a unit.

    Parameters
    ----------
    first : ndarray of int64, shape (n_customers,)
        Position of the first order.
    age : ndarray of int64, shape (n_customers,)
        Days since the first order.
    active : ndarray of int64, shape (n_customers,)
        Windows with an order.
    """

    first: IntArray
    age: IntArray
    active: IntArray

    @classmethod
    def of(cls, orders: Orders, unit: str) -> "Activity":
        """Count the windows of `unit` in which each customer ordered.

        Raises
        ------
        CellError
            #N/A when the log is shorter than one unit.
        """
        first = orders.first()
        day = np.floor(orders.moments[first]).astype(np.int64)
        observed = windows(int(day.min()), orders.as_of, unit)
        bought = orders.purchases()
        active = active_counts(bought.customers, bought.moments, observed, orders.n_customers)
        return cls(first, orders.as_of - day, active)


@dataclass(frozen=True, eq=False, slots=True)
class Groups:
    """Customers grouped by a column of their first order.

    Parameters
    ----------
    names : list of str
        Name of each group, "" where the column is blank; only groups with customers.
    group : ndarray of int64, shape (n_customers,)
        Group of each customer.
    customers : ndarray of float64
        Customers of each group.
    """

    names: list[str]
    group: IntArray
    customers: FloatArray

    @classmethod
    def of(cls, column: Coded, first: IntArray) -> "Groups":
        """Group customers by what `column` holds at the position of their first order."""
        shifted = np.asarray(column.codes[first], np.int64) + 1
        counts = counting.counts(shifted)
        used = np.flatnonzero(counts)
        numbers = np.zeros(counts.size, np.int64)
        numbers[used] = np.arange(used.size)
        names = [column.names[int(i) - 1] if i else "" for i in used]
        return cls(names, numbers[shifted], counts[used].astype(np.float64))

    def sum(self, values: Any) -> FloatArray:
        """Return the sum for each group of one number a customer."""
        numbers = np.asarray(values)
        if numbers.dtype.kind == "i":
            # Whole numbers add exactly.
            return counting.totals(self.group, numbers, len(self.names))
        return grouped_sum(self.group, numbers, len(self.names))

    def labels(self) -> list[str | Text]:
        """Return the names as cells show them."""
        return labels(self.names)


def labels(names: Iterable[str]) -> list[str | Text]:
    """Return the names of groups as cells show them."""
    return [name or Text("segment.(none)") for name in names]


@dataclass(frozen=True, eq=False, slots=True)
class _Sums:
    """What a log tells of each segment, whatever its margin, cost and lifespan.

    Parameters
    ----------
    names : list of str
        The segments.
    customers : ndarray of float64
        Customers of each.
    active, orders, revenue, age : ndarray of float64
        Windows with an order, orders, money; mean age in units.
    costs : ndarray of float64, optional
        Cost of the goods.
    """

    names: list[str]
    customers: FloatArray
    active: FloatArray
    orders: FloatArray
    revenue: FloatArray
    costs: FloatArray | None
    age: FloatArray

    @classmethod
    def of(cls, log: OrderLog, by: str, unit: str, as_of: float | None) -> "_Sums":
        """Sum up a log."""
        orders = orders_of(log, as_of)
        column = column_of(orders, by)
        activity = Activity.of(orders, unit)
        groups = Groups.of(column, activity.first)
        revenue = groups.sum(orders.sum(orders.amounts))
        costs = None if orders.costs is None else groups.sum(orders.sum(orders.costs))
        age = groups.sum(activity.age) / groups.customers / UNIT_DAYS[unit]
        active, counts = groups.sum(activity.active), groups.sum(orders.counts)
        return cls(groups.names, groups.customers, active, counts, revenue, costs, age)


def column_of(orders: Orders, by: str) -> Coded:
    """Return the column that groups customers.

    Raises
    ------
    CellError
        #VALUE! when the log has no such column.
    """
    column = orders.segments if by == "segment" else orders.channels
    if column is None:
        raise CellError(VALUE, "column_missing", argument="order_log", field=Text(f"field.{by}"))
    return column


def segment_table(
    log: OrderLog,
    by: str = "segment",
    unit: str = "Y",
    as_of: float | None = None,
    lifespan: Per | None = None,
    margin: Per | None = None,
    cac: Per | None = None,
    discount_rate: float = 0.0,
    timing: float = 0.0,
) -> Table:
    """Return a row a segment, by net CLV descending, and the company as total row.

    A customer belongs to the segment of the first order.

    Parameters
    ----------
    log : OrderLog
        Lines of orders.
    by : {"segment", "channel"}
        Column that groups the customers.
    unit : {"D", "W", "M", "Q", "Y"}
        Unit of frequency, lifespan and mean age.
    as_of : float, optional
        Last day observed.
    lifespan, margin, cac : float or mapping of segment name (trimmed, case-folded) to float, optional
        Without a lifespan the observed one, and CLV is "to date"; without a margin the costs of
        the log, else revenue; without a cac its columns and net CLV stay blank.
    discount_rate, timing : float
        Per unit.

    Returns
    -------
    Table
        The total row's ``mix_effect`` is its CLV less the product of its drivers.

    Raises
    ------
    CellError
        #VALUE! for a column or a segment that is missing, or a cac without margin; #N/A when the
        log is shorter than one unit.
    """
    sums = log.derived(("segments", by, unit, as_of), partial(_Sums.of, log, by, unit, as_of))
    names, customers = sums.names, sums.customers
    found = segment_values(
        customers,
        sums.active,
        sums.orders,
        sums.revenue,
        None if lifespan is None else spread(lifespan, names, "lifespan"),
        margins(margin, cac, sums.revenue, sums.costs, names),
        0.0 if cac is None else spread(cac, names, "cac"),
        discount_rate,
        timing,
    )
    rows, total = found.rows, found.total
    clv_key = "clv_to_date" if lifespan is None else "clv"
    columns = {
        by: labels(names),
        "customers": rows.customers,
        "orders": rows.orders,
        "revenue": rows.revenue,
        "avg_order_value": rows.avg_order_value,
        "frequency": rows.frequency,
        "lifespan": rows.lifespan,
        "mean_age": sums.age,
        clv_key: rows.clv,
        "cac": cost_cells(rows.cac, stated=cac is not None),
        "clv_net": cost_cells(rows.net, stated=cac is not None),
        "ltv_cac": ratio_cells(rows, stated=cac is not None),
        "payback_months": payback_cells(rows, unit, stated=cac is not None),
        "share_of_value": rows.share,
        "flag": [_flag(n) for n in customers.tolist()],
        "mix_effect": [None] * len(names),
    }
    order = np.argsort(-np.asarray(rows.net), kind="stable").tolist()
    return Table.of(
        {key: _ordered(values, order) for key, values in columns.items()},
        {
            by: Text("total"),
            "customers": total.customers,
            "orders": total.orders,
            "revenue": total.revenue,
            "avg_order_value": total.avg_order_value,
            "frequency": total.frequency,
            "lifespan": total.lifespan,
            "mean_age": float((sums.age * customers).sum() / customers.sum()),
            clv_key: total.clv,
            "cac": cost_cells(total.cac, stated=cac is not None)[0],
            "clv_net": cost_cells(total.net, stated=cac is not None)[0],
            "ltv_cac": ratio_cells(total, stated=cac is not None)[0],
            "payback_months": payback_cells(total, unit, stated=cac is not None)[0],
            "share_of_value": total.share,
            "flag": _flag(float(total.customers)),
            "mix_effect": found.mix_effect,
        },
    )


def _flag(customers: float) -> Text | None:
    return Text("flag.few_customers", {"least": FEW_CUSTOMERS}) if customers < FEW_CUSTOMERS else None


def _ordered(values: Any, order: list[int]) -> Any:
    return values[order] if isinstance(values, np.ndarray) else [values[i] for i in order]
