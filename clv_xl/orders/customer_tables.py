"""CLV.RFM and CLV.STATUS: a row a customer."""

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.errors import Text
from clv_xl.metrics import rfm
from clv_xl.orders.log import OrderLog
from clv_xl.orders.rules import Orders, orders_of
from clv_xl.table import Table

STATUSES = ("active", "lapsing", "lost")


def rfm_table(log: OrderLog, as_of: float | None = None, unit: str = "W", bins: int = 5) -> Table:
    """Return recency, frequency and money of each customer: scores, a name, and x, t_x, T, m_x.

    Two recencies are told apart: ``days_since_last`` counts back from `as_of` and is scored,
    ``t_x`` counts from the first order on and feeds the models.

    Parameters
    ----------
    log : OrderLog
        Lines of orders.
    as_of : float, optional
        Last day observed.
    unit : {"D", "W", "M", "Q", "Y"}
        Unit of t_x and T; weeks as in the papers.
    bins : int
        Highest score.

    Returns
    -------
    Table
        Columns customer, orders, days_since_last, mean_order, score_r, score_f, score_m,
        rfm_segment, x, t_x, customer_age, m_x.
    """
    orders = orders_of(log, as_of)
    days = orders.days().astype(np.int64)
    since = _since_last(orders)
    mean_order = orders.sum(orders.amounts) / orders.counts
    found = rfm.repeats(
        orders.customers, days, orders.amounts, orders.is_order, orders.n_customers, orders.as_of, unit
    )
    recency = rfm.scores(since, bins, low_is_good=True)
    frequency = rfm.scores(orders.counts.astype(np.float64), bins)
    words = [Text(f"rfm.{name}") for name in rfm.NAMES]
    return Table.of(
        {
            "customer": orders.names(),
            "orders": orders.counts,
            "days_since_last": since,
            "mean_order": mean_order,
            "score_r": recency,
            "score_f": frequency,
            "score_m": rfm.scores(mean_order, bins),
            "rfm_segment": [words[i] for i in rfm.names(recency, frequency, bins).tolist()],
            "x": found.x,
            "t_x": found.t_x,
            "customer_age": found.T,
            "m_x": found.m_x,
        }
    )


def status_table(log: OrderLog, as_of: float | None = None, lapse_days: float | None = None) -> Table:
    """Return whether each customer is active, lapsing or lost.

    Parameters
    ----------
    log : OrderLog
        Lines of orders.
    as_of : float, optional
        Last day observed.
    lapse_days : float, optional
        Up to so many days since the last order a customer is active, up to twice as many lapsing,
        then lost. By default the 90th percentile of the gaps between the days on which a customer
        ordered.

    Returns
    -------
    Table
        Columns customer, last_order (serial date), days_since_last, status; the total row says the
        rule.

    Raises
    ------
    CellError
        #N/A when no `lapse_days` is given and nobody ordered on two days.
    """
    orders = orders_of(log, as_of)
    if lapse_days is None:
        bought = orders.purchases()
        lapse_days = rfm.usual_gap(bought.customers, bought.days().astype(np.int64))
    since = _since_last(orders)
    words = [Text(f"status.{name}") for name in STATUSES]
    return Table.of(
        {
            "customer": orders.names(),
            "last_order": orders.as_of - since,
            "days_since_last": since,
            "status": [words[i] for i in rfm.status(since, lapse_days).tolist()],
        },
        {
            "customer": Text("total"),
            "status": Text("status.rule", {"lapse_days": lapse_days, "lost_days": 2 * lapse_days}),
        },
    )


def _since_last(orders: Orders) -> FloatArray:
    """Return the days from each customer's last order to `as_of`."""
    bought = orders.purchases()
    last = np.zeros(orders.n_customers)
    np.maximum.at(last, bought.customers, np.floor(bought.moments))
    return orders.as_of - last
