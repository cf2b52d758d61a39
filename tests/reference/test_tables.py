"""Tables of order logs, recomputed from the catalogue's definitions with pandas (`by_definition`)."""

from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

import clv_xl
from clv_xl.errors import FormulaError
from tests.reference import by_definition as ref

CDNOW = Path(clv_xl.__file__).parent / "workbook" / "sample" / "cdnow_sample.csv"
Log = tuple[pd.DataFrame, pd.Timestamp]


def cdnow() -> pd.DataFrame:
    log = pd.read_csv(CDNOW, parse_dates=["date"])[["customer", "date", "amount"]]
    return log.assign(segment=log["customer"].map(lambda number: "abc"[number % 3]))


def drawn(seed: int) -> Log:
    """Return a log of a few customers and an as_of: refunds, free orders, one-day repeats, leap days."""
    random = Random(seed)
    start = pd.Timestamp(random.choice(["2023-12-15", "2024-01-31", "2022-02-28", "2024-02-29"]))
    whole_days = random.random() < 0.5
    rows = []
    for _ in range(random.randint(3, 40)):
        minute = 0 if whole_days else random.randrange(1440)
        name = random.choice("ABCDEFG")
        rows.append(
            {
                "customer": name,
                "date": start + pd.Timedelta(days=random.randrange(900), minutes=minute),
                "amount": float(random.choice([0, *range(-20, 60)])),
                "order_id": None if random.random() < 0.3 else f"{name}-{random.randrange(6)}",
                "segment": random.choice(["p", "q", None]),
                "channel": random.choice(["web", "shop"]),
                "cost": float(random.randrange(15)),
            }
        )
    log = pd.DataFrame(rows)
    optional = [name for name in ("order_id", "segment", "cost") if random.random() < 0.4]
    log = log.drop(columns=optional)
    # The first line is an order, so that somebody bought by any as_of.
    first = log["date"].idxmin()
    log.loc[first, "amount"] = 25.0
    if "order_id" in log:
        log.loc[first, "order_id"] = "first"
    ends = [log["date"].max().normalize(), *map(pd.Timestamp, ("2024-12-31", "2024-02-29", "2025-06-15"))]
    return log, random.choice([end for end in ends if end >= log["date"].min().normalize()])


def same(found: Any, expected: Any, what: object) -> None:
    if isinstance(expected, float) and pd.isna(expected):
        assert pd.isna(found), what
    elif isinstance(expected, str):
        assert found == expected, what
    else:
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), what


def check_drivers(log: pd.DataFrame, as_of: pd.Timestamp, unit: str, margin: float | None) -> None:
    whole = ref.entries(log, as_of)
    first = whole.loc[whole["is_order"], "day"].min()
    if first > ref.edge(as_of, unit, 1) + pd.Timedelta(days=1):
        with pytest.raises(FormulaError, match="shorter than one unit"):
            clv_xl.summary(log, unit, as_of.date(), margin)
        return
    found = clv_xl.summary(log, unit, as_of.date(), margin, discount_rate=0.02, timing=0.5)
    values = dict(zip(found["measure"], found["value"], strict=True))
    expected = ref.drivers(whole, as_of, unit)
    for key, value in expected.items():
        same(values["lifespan_to_date" if key == "lifespan" else key], value, (unit, key))
    product = values["avg_order_value"] * values["frequency"] * values["lifespan_to_date"]
    same(product, expected["revenue"] / expected["customers"], "AOV x frequency x lifespan")
    made = whole[whole["is_order"]].groupby("customer").size()
    same(values["repeat_rate"], float((made >= 2).mean()), "repeat rate")


def check_segments(log: pd.DataFrame, as_of: pd.Timestamp, unit: str, by: str, args: dict[str, Any]) -> None:
    expected = ref.segment_rows(log, as_of, unit, by=by, **args)
    args = {"discount_rate" if key == "rate" else key: value for key, value in args.items()}
    found = clv_xl.segment(log, by, unit, as_of.date(), **{**args, "cac": args["cac"] or None})
    assert len(found) == len(expected)
    nets = found["clv_net" if args["cac"] else "clv_to_date" if "clv_to_date" in found else "clv"].tolist()[
        :-1
    ]
    assert all(a >= b - 1e-9 for a, b in pairwise(nets)), "by net CLV descending"
    rows = found.set_index(found[by].replace("(none)", ""))
    for _, row in expected.iterrows():
        for key, value in row.drop(["segment", "kept"]).items():
            name = {"clv": "clv_to_date", "net": "clv_net"}.get(str(key), str(key))
            if not (key == "payback_months" and value < 0):  # never: #N/A
                same(rows.loc[row["segment"], name], value, (by, unit, row["segment"], key))


def check_cohorts(log: pd.DataFrame, as_of: pd.Timestamp, unit: str) -> None:
    cells = ref.cohort_cells(log, as_of, unit)
    for measure in ("customers", "retention", "revenue", "cumulative"):
        table = clv_xl.cohort(log, unit, measure, as_of.date())
        rows = table[table["cohort"] != "total"]
        found = {
            (row["cohort"], int(age)): row[age]
            for _, row in rows.iterrows()
            for age in table.columns[3:]
            if not pd.isna(row[age])
        }
        expected = {(label(start, unit), age): values[measure] for (start, age), values in cells.items()}
        assert found.keys() == expected.keys(), (unit, measure)
        for cell, value in expected.items():
            same(found[cell], value, (unit, measure, cell))


def label(start: str, unit: str) -> str:
    day = pd.Timestamp(start)
    week = f"{day.isocalendar()[0]}-W{day.isocalendar()[1]:02d}"
    return {"M": f"{day:%Y-%m}", "Q": f"{day.year}-Q{day.quarter}", "Y": f"{day.year}", "W": week}[unit]


def check_customers(log: pd.DataFrame, as_of: pd.Timestamp, unit: str, bins: int) -> pd.DataFrame:
    found = clv_xl.rfm(log, as_of.date(), unit, bins).set_index("customer")
    expected = ref.rfm_rows(log, as_of, unit, bins)
    assert set(found.index) == set(expected.index)
    for key in expected.columns:
        ours = found.loc[expected.index, str(key)].to_numpy(float)
        np.testing.assert_allclose(ours, expected[key].to_numpy(float), rtol=1e-9, atol=1e-9, err_msg=key)
    made = ref.entries(log, as_of)
    if made[made["is_order"]].groupby("customer")["day"].nunique().max() > 1:
        lapse = ref.lapse_days(made)
        rows = clv_xl.status(log, as_of.date())
        states = dict(zip(rows["customer"], rows["status"], strict=True))
        for name, since in expected["days_since_last"].items():
            state = "active" if since <= lapse else "lapsing" if since <= 2 * lapse else "lost"
            assert states[name] == state, (name, since, lapse)
    return found


@pytest.mark.parametrize("seed", range(40))
def test_small_logs(seed: int) -> None:
    log, as_of = drawn(seed)
    margin = None if "cost" in log else 0.4
    for unit in "YQM":
        check_drivers(log, as_of, unit, margin)
        check_cohorts(log, as_of, unit)
    if seed % 10 == 0:
        check_cohorts(log, as_of, "W")
    check_customers(log, as_of, "W" if seed % 2 else "M", 5 if seed % 3 else 4)
    for by in ("segment", "channel"):
        if by in log and as_of - pd.Timedelta(days=95) > log["date"].min():
            args = {"margin": margin, "cac": 10.0 * (seed % 2), "rate": [0, 0.1][seed % 3 > 0], "timing": 0.5}
            check_segments(log, as_of, "Q", by, args)


@pytest.mark.parametrize("seed", range(25))
def test_value_to_date_counts_the_whole_log(seed: int) -> None:
    log, _ = drawn(seed)
    whole = ref.entries(log, log["date"].max().normalize())
    found = clv_xl.historical(log, None if "cost" in log else 0.4).set_index("customer")
    for name, mine in whole.groupby("customer"):
        revenue = float(mine["amount"].sum())
        same(found["revenue"][str(name)], revenue, name)
        value = revenue - float(mine["cost"].sum()) if "cost" in log else 0.4 * revenue
        same(found["clv_to_date"][str(name)], value, name)


@pytest.mark.parametrize("seed", range(20))
def test_channels_set_value_against_what_the_channel_cost(seed: int) -> None:
    log, _ = drawn(seed)
    as_of = log["date"].max().normalize()
    log = log.assign(amount=log["amount"].abs() + 1)
    margin = None if "cost" in log else 0.4
    spent = {"web": 100.0, "shop": 70.0, "radio": 30.0}
    found = clv_xl.channels(log, list(spent.items()), as_of.date(), margin).set_index("channel")
    whole = ref.entries(log, as_of)
    channel = whole["customer"].map(ref.first_orders(whole)["channel"])
    parts = {name: whole[channel == name] for name in channel.unique()}
    for name, part in [*parts.items(), ("total", whole)]:
        drivers, cost = ref.drivers(part, as_of, "Y"), spent.get(name, 200.0)
        kept = drivers["revenue"] * (margin or 0) if margin else drivers["revenue"] - part["cost"].sum()
        n = drivers["customers"]
        yearly = drivers["avg_order_value"] * drivers["frequency"] * kept / drivers["revenue"]
        row = found.loc[name]
        same(row["cac"], cost / n, name)
        same(row["clv_to_date"], kept / n, name)
        same(row["roi"], kept / cost - 1, name)
        same(row["ltv_cac"], kept / cost, name)
        if yearly > 0 and not pd.isna(row["payback_months"]):
            same(row["payback_months"], cost / n / yearly * 12, name)


@pytest.mark.parametrize("unit", "MQ")
@pytest.mark.parametrize("as_of", ["2024-12-31", "2025-05-31", "2025-06-10"])
def test_totals_of_cohorts_and_the_curve_pool_the_whole_cohorts(as_of: str, unit: str) -> None:
    log, _ = drawn(3)
    log = log[["customer", "date", "amount"]].assign(
        date=log["date"] - log["date"].min() + pd.Timestamp("2024-01-01")
    )
    end = pd.Timestamp(as_of)
    sizes = ref.first_orders(ref.entries(log, end))["day"].dt.to_period(unit).value_counts()
    for measure in ("customers", "retention", "revenue", "cumulative"):
        table = clv_xl.cohort(log, unit, measure, end.date())
        total = table[table["cohort"] == "total"].iloc[0]
        cells = {cell: values[measure] for cell, values in ref.cohort_cells(log, end, unit).items()}
        for age in {age for _, age in cells}:
            here = [(sizes[pd.Period(start, unit)], v) for (start, a), v in cells.items() if a == age]
            people = sum(n for n, _ in here)
            added = sum(v for _, v in here)
            mean = sum(n * v for n, v in here) / people
            same(total[str(age)], added if measure in {"customers", "revenue"} else mean, (measure, age))
            if measure == "retention":
                curve = clv_xl.retentioncurve(table).set_index("period")
                same(curve.loc[age, "customers"], people, age)
                same(curve.loc[age, "retention_rate"], mean, age)


def test_cdnow() -> None:
    log = cdnow()
    end, week_39 = pd.Timestamp("1998-06-30"), pd.Timestamp("1997-09-30")
    for unit in "YQM":
        check_drivers(log, end, unit, 0.4)
    check_segments(log, end, "Q", "segment", {"margin": 0.4, "cac": 15.0, "rate": 0.1, "timing": 0.5})
    check_cohorts(log, end, "M")
    rows = check_customers(log, week_39, "W", 5)
    # Fader, Hardie, Lee (2005): 2,357 customers, 946 of them repeat buyers, sum of x 2,457.
    assert (len(rows), int((rows["x"] > 0).sum()), int(rows["x"].sum())) == (2357, 946, 2457)
