"""CLV.CHANNELS: what the customers of an acquisition channel cost and are worth."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.errors import DIV, CellError, Text
from clv_xl.metrics.segments import segment_values
from clv_xl.orders.ids import fold
from clv_xl.orders.log import OrderLog
from clv_xl.orders.money import margins, payback_cells, ratio_cells, spread
from clv_xl.orders.rules import Orders, orders_of
from clv_xl.orders.segment_table import Activity, Groups, column_of
from clv_xl.table import Table


def channel_table(
    log: OrderLog, costs: Mapping[str, float], as_of: float | None = None, margin: float | None = None
) -> Table:
    """Return a row a channel, by net CLV descending, and the company as total row.

    A customer belongs to the channel of the first order.

    Parameters
    ----------
    log : OrderLog
        Lines of orders.
    costs : mapping of channel name (trimmed, case-folded) to float
        What each channel has cost in all over the time of the log; a channel without customers
        shows its cost and counts in the total.
    as_of : float, optional
        Last day observed.
    margin : float, optional
        Share of revenue kept; without it the costs of goods in the log.

    Returns
    -------
    Table
        Columns channel, customers, acquisition_cost, cac, clv_to_date, clv_net, ltv_cac,
        payback_months, roi. CLV is that to date, undiscounted; payback is cac over the margin of a
        year in which a customer buys, #N/A for a log shorter than a year.

    Raises
    ------
    CellError
        #VALUE! for a channel without a cost, or when neither margin nor costs of goods are known.
    """
    orders = orders_of(log, as_of)
    groups = Groups.of(column_of(orders, "channel"), orders.first())
    spent = spread(costs, groups.names, "costs")
    revenue = groups.sum(orders.sum(orders.amounts))
    goods = None if orders.costs is None else groups.sum(orders.sum(orders.costs))
    kept = margins(margin, max(costs.values(), default=0.0), revenue, goods, groups.names)
    active, short = _active(orders)
    cac = spent / groups.customers
    found = segment_values(
        groups.customers, groups.sum(active), groups.sum(orders.counts), revenue, None, kept, cac
    )
    idle = _idle(costs, groups)
    people, whole = float(groups.customers.sum()), float(spent.sum() + sum(idle.values()))
    rows, total = found.rows, found.total
    company = replace(total, cac=whole / people)
    table: dict[str, list[Any]] = {
        "channel": groups.labels(),
        "customers": groups.customers.tolist(),
        "acquisition_cost": spent.tolist(),
        "cac": cac.tolist(),
        "clv_to_date": np.asarray(rows.clv).tolist(),
        "clv_net": np.asarray(rows.net).tolist(),
        "ltv_cac": ratio_cells(rows, stated=True),
        "payback_months": [short] * len(groups.names) if short else payback_cells(rows, "Y", stated=True),
        "roi": _roi(ratio_cells(rows, stated=True)),
    }
    order = np.argsort(-np.asarray(rows.net), kind="stable").tolist()
    columns = {key: [values[i] for i in order] for key, values in table.items()}
    for name, cost in idle.items():
        nobody = {
            "channel": name,
            "customers": 0.0,
            "acquisition_cost": cost,
            "cac": CellError(DIV, "no_customers"),
        }
        for key, values in columns.items():
            values.append(nobody.get(key))
    ratio = ratio_cells(company, stated=True)
    return Table.of(
        columns,
        {
            "channel": Text("total"),
            "customers": people,
            "acquisition_cost": whole,
            "cac": whole / people,
            "clv_to_date": total.clv,
            "clv_net": company.net,
            "ltv_cac": ratio[0],
            "payback_months": short or payback_cells(company, "Y", stated=True)[0],
            "roi": _roi(ratio)[0],
        },
    )


def _active(orders: Orders) -> tuple[FloatArray, CellError | None]:
    """Return each customer's years with an order, or ones and why there are none to count."""
    try:
        return Activity.of(orders, "Y").active.astype(np.float64), None
    except CellError as error:
        if error.key != "too_short":
            raise
        return np.ones(orders.n_customers), error


def _idle(costs: Mapping[str, float], groups: Groups) -> dict[str, float]:
    used = {fold(name) for name in groups.names}
    return {name: float(cost) for name, cost in costs.items() if name not in used}


def _roi(ratios: list[Any]) -> list[Any]:
    return [ratio - 1.0 if isinstance(ratio, float) else ratio for ratio in ratios]
