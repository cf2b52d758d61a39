"""CLV.SUMMARY and CLV.HISTORICAL: the drivers of a log, and each customer's value to date."""

from typing import Any

import numpy as np

from clv_xl.errors import Text
from clv_xl.metrics.periods import iso
from clv_xl.metrics.segments import segment_values
from clv_xl.metrics.sums import exact_sum
from clv_xl.orders.log import OrderLog
from clv_xl.orders.money import cost_cells, margins, payback_cells, ratio_cells, value_kept
from clv_xl.orders.rules import Orders, orders_of
from clv_xl.orders.segment_table import Activity
from clv_xl.table import Table


def summary(
    log: OrderLog,
    unit: str = "Y",
    as_of: float | None = None,
    margin: float | None = None,
    cac: float | None = None,
    discount_rate: float = 0.0,
    timing: float = 0.0,
) -> Table:
    """Return the measures of a log, a row each, the last one saying how they were reckoned.

    AOV x frequency x lifespan is revenue / customers.

    Parameters
    ----------
    log : OrderLog
        Lines of orders.
    unit : {"D", "W", "M", "Q", "Y"}
        Unit of frequency and lifespan.
    as_of : float, optional
        Last day observed.
    margin, cac : float, optional
        Without a margin the costs of the log, else revenue.
    discount_rate, timing : float
        Per unit.

    Returns
    -------
    Table
        Columns measure, value.

    Raises
    ------
    CellError
        #VALUE! for a cac without margin; #N/A when the log is shorter than one unit.
    """
    orders = orders_of(log, as_of)
    active = Activity.of(orders, unit).active
    revenue = np.array([exact_sum(orders.amounts)])
    costs = None if orders.costs is None else np.array([exact_sum(orders.costs)])
    n = np.array([float(orders.n_customers)])
    total = segment_values(
        n,
        np.array([float(active.sum())]),
        np.array([float(orders.n_orders)]),
        revenue,
        None,
        margins(margin, cac, revenue, costs, ("",)),
        0.0 if cac is None else cac,
        discount_rate,
        timing,
    ).total
    rows: list[tuple[Text, Any]] = [
        (Text("customers"), total.customers),
        (Text("orders"), total.orders),
        (Text("revenue"), total.revenue),
        (Text("avg_order_value"), total.avg_order_value),
        (Text("frequency"), total.frequency),
        (Text("lifespan_to_date"), total.lifespan),
        (Text("repeat_rate"), float(np.count_nonzero(orders.counts > 1)) / orders.n_customers),
        (Text("margin"), total.margin),
        (Text("clv_to_date"), total.clv),
        (Text("cac"), cost_cells(total.cac, stated=cac is not None)[0]),
        (Text("clv_net"), cost_cells(total.net, stated=cac is not None)[0]),
        (Text("ltv_cac"), ratio_cells(total, stated=cac is not None)[0]),
        (Text("payback_months"), payback_cells(total, unit, stated=cac is not None)[0]),
    ]
    if orders.loose_refunds:
        rows.append((Text("loose_refunds"), orders.loose_amount))
    rows.append((Text("convention"), _convention(orders, unit, margin, discount_rate, timing)))
    return Table.of_rows(("measure", "value"), rows)


def _convention(orders: Orders, unit: str, margin: float | None, rate: float, timing: float) -> Text:
    has_margin = margin is not None or orders.costs is not None
    return Text(
        "basis.summary",
        {
            "basis": Text("basis.margin" if has_margin else "basis.revenue"),
            "discounting": Text(
                "basis.discounted" if rate else "basis.undiscounted",
                {"rate": rate, "timing": timing, "unit": Text(f"unit.{unit}")},
            ),
            "unit": Text(f"unit.{unit}"),
            "as_of": iso(orders.as_of),
        },
    )


def historical(log: OrderLog, margin: float | None = None) -> Table:
    """Return each customer's value to date, the whole log counted, in the order of its customers.

    Parameters
    ----------
    log : OrderLog
        Lines of orders.
    margin : float, optional
        Share of revenue kept; without it the costs of the log, else revenue.

    Returns
    -------
    Table
        Columns customer, orders, revenue, clv_to_date; the sums as total row.
    """
    orders = orders_of(log)
    revenue = orders.sum(orders.amounts)
    costs = None if orders.costs is None else orders.sum(orders.costs)
    kept = value_kept(revenue, costs, margin)
    return Table.of(
        {"customer": orders.names(), "orders": orders.counts, "revenue": revenue, "clv_to_date": kept},
        {
            "customer": Text("total"),
            "orders": float(orders.n_orders),
            "revenue": exact_sum(revenue),
            "clv_to_date": exact_sum(kept),
        },
    )
