"""What CLV.CHECK counts, recomputed from the catalogue's definitions with pandas."""

from typing import Any

import pandas as pd
import pytest

import clv_xl
from clv_xl.errors import FormulaError
from tests.reference.by_definition import entries, first_orders
from tests.reference.test_tables import drawn


def counts(log: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, int]:
    """Count what each rule touches, by the key under which CLV.CHECK lists it."""
    seen = log[log["date"].dt.normalize() <= as_of]
    ids = seen["order_id"] if "order_id" in seen else pd.Series(None, seen.index, dtype=object)
    money = seen["amount"]
    by_id = seen[ids.notna()].groupby(ids)
    net = by_id["amount"].sum()
    free = ~(money != 0)[ids.notna()].groupby(ids).any()
    whole = entries(log, as_of)
    made = whole[whole["is_order"]]
    whole_months = pd.period_range(made["day"].min(), as_of, freq="M")
    if not as_of.is_month_end:
        whole_months = whole_months[:-1]
    months = made["day"].dt.to_period("M")
    new = first_orders(whole)["day"].dt.to_period("M").value_counts()
    later = new[new.index != months.min()]
    revenue = float(money.sum())
    return {
        "lines_read": len(log),
        "after_as_of": len(log) - len(seen),
        "lines_netted": int(by_id["amount"].transform("size").gt(1).sum()),
        "missing_order_ids": int(ids.isna().sum()) if "order_id" in log else 0,
        "refunds_without_id": int((money[ids.isna()] < 0).sum()),
        "refunded_orders": int(((net <= 0) & ~free).sum()),
        "zero_orders": int((made["amount"] == 0).sum()),
        "outliers": int((made["amount"] > 0.05 * revenue).sum()) if revenue > 0 else 0,
        "same_day_repeats": int(made.duplicated(["customer", "day"]).sum()),
        "prospects": len(set(seen["customer"]) - set(made["customer"])),
        "empty_months": int((~whole_months.isin(months)).sum()),
        "left_truncated": int(new[months.min()])
        if len(later) > 1 and new[months.min()] > 3 * later.median()
        else 0,
    }


def found(log: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, Any]:
    table = clv_xl.check(log, as_of.date())
    return dict(zip(table["rule"], table["count"], strict=True))


@pytest.mark.parametrize("seed", range(40))
def test_each_rule_counts_what_it_touches(seed: int) -> None:
    log, as_of = drawn(seed)
    listed = found(log, as_of)
    assert {key: listed.get(key, 0) for key in counts(log, as_of)} == counts(log, as_of)


def test_months_without_orders_reach_to_as_of() -> None:
    # Data that ends early looks like customers who left: February and March are whole months.
    log = pd.DataFrame({"customer": ["A"], "date": [pd.Timestamp("2025-01-15")], "amount": [9.0]})
    assert found(log, pd.Timestamp("2025-03-31"))["empty_months"] == 2
    assert found(log, pd.Timestamp("2025-03-30"))["empty_months"] == 1
    assert "empty_months" not in found(log, pd.Timestamp("2025-02-27"))


@pytest.mark.parametrize(
    ("amounts", "as_of"),
    [([9.0, 9.0], "2024-12-31"), ([9.0, -9.0], "2025-01-31")],
    ids=["all lines after as_of", "every order refunded"],
)
def test_a_log_without_an_order_is_not_all_clear(amounts: list[float], as_of: str) -> None:
    # SUMMARY and the rest answer #N/A there, so the check must not wave it through.
    day = pd.Timestamp("2025-01-15")
    log = pd.DataFrame({"customer": ["A", "A"], "date": [day, day], "amount": amounts, "order_id": [1, 1]})
    with pytest.raises(FormulaError, match="no order is left"):
        clv_xl.summary(log, "D", pd.Timestamp(as_of).date())
    listed = clv_xl.check(log, pd.Timestamp(as_of).date())
    assert "all_clear" not in set(listed["rule"])
    assert "warning" in set(listed["severity"])


def test_an_order_of_exactly_the_limit_is_no_outlier() -> None:
    # Catalogue: one order > 5% of revenue; 20 orders of 5 are 5% each.
    days = pd.date_range("2025-01-01", periods=20)
    log = pd.DataFrame({"customer": range(20), "date": days, "amount": 5.0})
    assert "outliers" not in found(log, days[-1])
    log.loc[0, "amount"] = 5.01
    assert found(log, days[-1])["outliers"] == 1
