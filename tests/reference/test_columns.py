"""AOV, FREQUENCY and LIFESPAN, recomputed from the catalogue's definitions with plain Python."""

import math
from random import Random
from typing import Any

import pandas as pd
import pytest

import clv_xl
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.run import run
from clv_xl.cells import Block
from clv_xl.errors import NA, CellError, FormulaError
from tests.reference.by_definition import churn_lifespan, edge, window

EPOCH = pd.Timestamp("1899-12-30")
END = 46_053  # 2026-01-31, the end of a month
Columns = tuple[list[str], list[float], list[float], list[str | None]]


def drawn(seed: int) -> Columns:
    """Return customers, moments, amounts and order ids: refunds, free orders and lines without an id."""
    random = Random(seed)
    customers = random.choices("ABC", k=random.randint(6, 25))
    moments = [45_000 + random.randint(0, 4 * 1000) / 4 for _ in customers]
    amounts = [float(random.choice([0, *range(-20, 50)])) for _ in customers]
    ids = [None if random.random() < 0.3 else f"{name}{random.randint(1, 4)}" for name in customers]
    return customers, moments, amounts, ids


def of_orders(ids: list[str | None]) -> list[list[int]]:
    """Lines with one id are one order, a line without one is an order of its own."""
    found: dict[str | int, list[int]] = {}
    for row, name in enumerate(ids):
        found.setdefault(row if name is None else name, []).append(row)
    return list(found.values())


def answer(function: str, *args: Any) -> Any:
    blocks = [Block.from_rows([[v] for v in arg]) if isinstance(arg, list) else arg for arg in args]
    return run(CATALOGUE[function], blocks)


@pytest.mark.parametrize("seed", range(40))
def test_aov_is_revenue_by_orders_with_and_without_ids(seed: int) -> None:
    _, _, amounts, ids = drawn(seed)
    orders = [[amounts[i] for i in rows] for rows in of_orders(ids)]
    count = sum(sum(lines) > 0 or not any(lines) for lines in orders)
    assert answer("CLV.AOV", amounts, ids) == pytest.approx(sum(amounts) / count, rel=1e-12)
    count = sum(amount >= 0 for amount in amounts)
    assert answer("CLV.AOV", amounts) == pytest.approx(sum(amounts) / count, rel=1e-12)


@pytest.mark.parametrize("unit", "YQMWD")
@pytest.mark.parametrize("seed", range(12))
def test_frequency_and_lifespan_count_customers_in_windows(seed: int, unit: str) -> None:
    customers, moments, _, ids = drawn(seed)
    orders = of_orders(ids)
    names = pd.Series([customers[min(rows, key=lambda i: moments[i])] for rows in orders])
    days = pd.Series(
        [EPOCH + pd.Timedelta(days=math.floor(min(moments[i] for i in rows))) for rows in orders]
    )
    as_of = EPOCH + pd.Timedelta(days=END)
    pairs = set(zip(names, window(days, as_of, unit), strict=True))
    found = answer("CLV.FREQUENCY", customers, moments, unit, float(END), ids)
    assert found == pytest.approx(len(orders) / len(pairs), rel=1e-12)
    every = pd.Series(EPOCH + pd.to_timedelta([math.floor(m) for m in moments], "D"))
    lines = set(zip(customers, window(every, as_of, unit), strict=True))
    lived = answer("CLV.LIFESPAN", customers, moments, unit, None, float(END))
    assert lived == pytest.approx(len(lines) / len(set(customers)), rel=1e-12)


@pytest.mark.parametrize("seed", range(60))
def test_lifespan_by_churn_or_its_refusal(seed: int) -> None:
    # Contract-like buying: one line a month until the customer leaves, few of whom come back.
    random = Random(seed)
    customers, days = [], []
    for customer in range(25):
        joined, stayed = random.randint(0, 8), random.randint(1, 20)
        months = [
            m for m in range(joined, min(joined + stayed, 20)) if m < 3 or random.random() > 0.003 * seed
        ]
        customers += [f"c{customer}"] * len(months)
        days += [pd.Timestamp("2024-01-15") + pd.DateOffset(months=m) for m in months]
    as_of = max(days) + pd.offsets.MonthEnd(0)
    lost, back, active = churn_lifespan(pd.Series(customers), pd.Series(days), as_of, "M")
    if 10 * back > lost:
        with pytest.raises(FormulaError) as error:
            clv_xl.lifespan(customers, days, "M", "churn", as_of.date())
        assert error.value.code == NA
    else:
        found = clv_xl.lifespan(customers, days, "M", "churn", as_of.date())
        assert found == pytest.approx(active / lost, rel=1e-12)


@pytest.mark.parametrize("as_of", ["2024-02-29", "2025-02-28", "2024-12-31", "2024-08-30", "2025-03-31"])
@pytest.mark.parametrize("unit", "YQM")
def test_a_log_of_one_whole_unit_is_answered_and_a_day_less_is_not(as_of: str, unit: str) -> None:
    # Leap days and ends of months: the window after the day that EDATE gives is a whole unit.
    end = pd.Timestamp(as_of)
    start = edge(end, unit, 1) + pd.Timedelta(days=1)
    assert clv_xl.frequency(["A", "B"], [start, end], unit, end.date()) == 1
    late = answer(
        "CLV.FREQUENCY",
        ["A", "B"],
        [(d - EPOCH).days * 1.0 for d in (start + pd.Timedelta(days=1), end)],
        unit,
        float((end - EPOCH).days),
    )
    assert isinstance(late, CellError)
    assert late.code == NA
