"""The tables recomputed from the catalogue's definitions with pandas: none of it is product code.

A log is a frame with customer, date (Timestamp), amount and, where it has them, order_id, segment,
channel, cost.
"""

from typing import Any

import numpy as np
import pandas as pd

MONTHS = {"M": 1, "Q": 3, "Y": 12}
LENGTH = {"D": 1.0, "W": 7.0, "M": 365.25 / 12, "Q": 365.25 / 4, "Y": 365.25}  # days
Frame = pd.DataFrame


def edge(as_of: pd.Timestamp, unit: str, back: int) -> pd.Timestamp:
    """Last day of the window that lies `back` units before as_of (EDATE; month ends stay month ends)."""
    if unit in "DW":
        return as_of - pd.Timedelta(days=back * LENGTH[unit])
    moved = as_of - pd.DateOffset(months=back * MONTHS[unit])
    return moved + pd.offsets.MonthEnd(0) if as_of.is_month_end else moved


def window(days: "pd.Series[Any]", as_of: pd.Timestamp, unit: str) -> "pd.Series[Any]":
    """Number of the window of each day, 0 the newest."""
    number, back = pd.Series(0, days.index), 1
    while (days <= edge(as_of, unit, back)).any():
        number += (days <= edge(as_of, unit, back)).astype(int)
        back += 1
    return number


def entries(log: Frame, as_of: pd.Timestamp) -> Frame:
    """Orders and unmatched refunds of those with an order, in the order of time."""
    log = log[log["date"].dt.normalize() <= as_of].reset_index(drop=True)
    ids = log.get("order_id", pd.Series(None, log.index, dtype=object))
    key = [f"row {i}" if pd.isna(v) else f"id {v}" for i, v in ids.items()]
    found = log.assign(key=key, nonzero=log["amount"] != 0, row=log.index).sort_values("date", kind="stable")
    whole = found.drop_duplicates("key").set_index("key")
    sums = found.groupby("key", sort=False)[[c for c in ("amount", "cost") if c in log]].sum()
    whole[sums.columns] = sums
    free = ~found.groupby("key", sort=False)["nonzero"].any()
    whole["is_order"] = (whole["amount"] > 0) | free
    whole["day"] = whole["date"].dt.normalize()
    buyers = whole.loc[whole["is_order"], "customer"].unique()
    return whole[whole["customer"].isin(buyers)]


def first_orders(whole: Frame) -> Frame:
    """Return the first order of each customer."""
    return whole[whole["is_order"]].drop_duplicates("customer").set_index("customer")


def drivers(whole: Frame, as_of: pd.Timestamp, unit: str) -> dict[str, float]:
    """Customers, orders, revenue and the drivers whose product is revenue / customers."""
    made = whole[whole["is_order"]]
    pairs = len(set(zip(made["customer"], window(made["day"], as_of, unit), strict=True)))
    n, revenue = made["customer"].nunique(), float(whole["amount"].sum())
    return {
        "customers": n,
        "orders": len(made),
        "revenue": revenue,
        "avg_order_value": revenue / len(made),
        "frequency": len(made) / pairs,
        "lifespan": pairs / n,
    }


def annuity(n: float, rate: float, timing: float) -> float:
    """Sum of v^(j - timing) for j = 1..k, and the fraction of a period after it."""
    v, k = 1 / (1 + rate), int(n)
    return float(sum(v ** (j - timing) for j in range(1, k + 1)) + (n - k) * v ** (k + 1 - timing))


def churn_lifespan(
    customers: "pd.Series[Any]", days: "pd.Series[Any]", as_of: pd.Timestamp, unit: str
) -> tuple[int, int, int]:
    """(lost, of the lost those who come back, active) over consecutive windows, the oldest dropped."""
    number = window(days, as_of, unit)
    bought = {int(w): set(customers[number == w]) for w in range(int(number.max()))}
    lost = back = active = 0
    for w in range(int(number.max()) - 1, 0, -1):
        gone = bought[w] - bought[w - 1]
        later = set().union(*(bought[j] for j in range(w - 1)))
        lost, back, active = lost + len(gone), back + len(gone & later), active + len(bought[w])
    return lost, back, active


def segment_rows(
    log: Frame,
    as_of: pd.Timestamp,
    unit: str = "Y",
    margin: float | None = None,
    cac: float = 0.0,
    rate: float = 0.0,
    timing: float = 0.0,
    by: str = "segment",
) -> Frame:
    """CLV.SEGMENT: a row a segment by net CLV, then the total row with the mix effect."""
    whole = entries(log, as_of)
    first = first_orders(whole)
    group = whole["customer"].map(first[by].fillna(""))
    age = (as_of - first["day"]).dt.days / LENGTH[unit]
    rows = []
    for name in group.unique():
        part = whole[group == name]
        row: dict[str, Any] = {"segment": name, **drivers(part, as_of, unit), "cac": cac}
        row["mean_age"] = float(age[part["customer"].unique()].mean())
        costs = part["cost"].sum() if "cost" in part else 0.0
        row["kept"] = 1 - costs / row["revenue"] if margin is None else margin
        rows.append(row)
    table = Frame(rows)
    total: dict[str, Any] = {"segment": "total", **drivers(whole, as_of, unit), "mean_age": float(age.mean())}
    n = table["customers"]
    total["lifespan"] = float((n * table["lifespan"]).sum() / n.sum())
    total["kept"] = float((table["kept"] * table["revenue"]).sum() / total["revenue"])
    total["cac"] = float((n * table["cac"]).sum() / n.sum())
    per_unit = table["avg_order_value"] * table["frequency"] * table["kept"]
    table["clv"] = per_unit * [annuity(value, rate, timing) for value in table["lifespan"]]
    total["clv"] = float((n * table["clv"]).sum() / n.sum())
    product = total["avg_order_value"] * total["frequency"] * total["kept"]
    total["mix_effect"] = total["clv"] - product * annuity(total["lifespan"], rate, timing)
    table["share_of_value"] = n * table["clv"] / (n * table["clv"]).sum()
    total["share_of_value"] = 1.0
    table = table.assign(net=table["clv"] - cac).sort_values("net", ascending=False, kind="stable")
    table = pd.concat([table, Frame([{**total, "net": total["clv"] - total["cac"]}])], ignore_index=True)
    table["ltv_cac"] = table["clv"] / table["cac"] if cac else np.nan
    months = LENGTH[unit] / LENGTH["M"]
    each = table["avg_order_value"] * table["frequency"] * table["kept"]
    table["payback_months"] = table["cac"] / each * months if cac else np.nan
    return table if cac else table.assign(cac=np.nan, net=np.nan)


def cohort_cells(log: Frame, as_of: pd.Timestamp, unit: str) -> dict[tuple[str, int], dict[str, float]]:
    """CLV.COHORT: all measures at each age that the whole cohort has reached, by its first day."""
    whole = entries(log, as_of)
    freq = {"D": "D", "W": "W-SUN", "M": "M", "Q": "Q-DEC", "Y": "Y-DEC"}[unit]
    first = first_orders(whole)["day"].dt.to_period(freq)
    at = whole["day"].dt.to_period(freq)
    born = whole["customer"].map(first)
    ended = [p for p in pd.period_range(first.min(), as_of, freq=freq) if p.end_time.normalize() <= as_of]
    margin = whole["amount"] - whole.get("cost", 0)
    cells: dict[tuple[str, int], dict[str, float]] = {}
    for start in sorted(first.unique()):
        size = int((first == start).sum())
        mine, total = born == start, 0.0
        for age, period in enumerate(p for p in ended if p >= start):
            here = mine & ((at == period) | ((at < start) if age == 0 else False))
            active = whole.loc[here & whole["is_order"], "customer"].nunique()
            total += float(margin[here].sum())
            cells[str(start.start_time.date()), age] = {
                "customers": active,
                "retention": active / size,
                "revenue": float(whole.loc[here, "amount"].sum()),
                "cumulative": total / size,
            }
    return cells


def rfm_rows(log: Frame, as_of: pd.Timestamp, unit: str = "W", bins: int = 5) -> Frame:
    """CLV.RFM: a row a customer."""
    whole = entries(log, as_of)
    rows = []
    for name, mine in whole.groupby("customer", sort=False):
        made = mine[mine["is_order"]]
        days = made.groupby("day")["amount"].sum()
        age, last = (as_of - days.index[0]).days, (as_of - days.index[-1]).days
        # Money of the days after the first, refunds of those days included, a day with an order.
        later = float(mine.loc[mine["day"] > days.index[0], "amount"].sum())
        rows.append(
            {
                "customer": name,
                "orders": len(made),
                "days_since_last": last,
                "mean_order": mine["amount"].sum() / len(made),
                "x": len(days) - 1,
                "t_x": (age - last) / LENGTH[unit],
                "customer_age": age / LENGTH[unit],
                "m_x": later / (len(days) - 1) if len(days) > 1 else 0.0,
            }
        )
    table = Frame(rows).set_index("customer")
    for key, good in {
        "score_r": -table["days_since_last"],
        "score_f": table["orders"],
        "score_m": table["mean_order"],
    }.items():
        worse = [int((good < value).sum()) for value in good]
        table[key] = [1 + bins * w // len(good) for w in worse]
    return table


def lapse_days(whole: Frame) -> float:
    """90th percentile of the days between two orders of a customer."""
    made = whole[whole["is_order"]]
    days = made[["customer", "day"]].drop_duplicates()
    gaps = days.groupby("customer")["day"].diff().dropna().dt.days
    return float(np.percentile(gaps, 90))
