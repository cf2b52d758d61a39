"""CLV.SEGMENT and CLV.SUMMARY against plain Python, and the cells that say what cannot be said."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import DIV, NA, VALUE, CellError, Text
from clv_xl.orders.segment_table import segment_table
from clv_xl.orders.summary import historical, summary
from clv_xl.table import Table
from tests.orders.plain_orders import Entry, Line, entries, first_orders, log_of, order_lines, window

AS_OF = 46_200
NONE = Text("segment.(none)")
LONG = [
    Line("A", 45_000, 60, segment="a"),
    Line("A", 45_800, 40, segment="b"),
    Line("B", 45_100, 300, segment="b"),
]


def raised(call: Callable[..., Any], *args: Any, **named: Any) -> CellError:
    with pytest.raises(CellError) as error:
        call(*args, **named)
    return error.value


def measures(table: Table) -> dict[str, Any]:
    return {text.key: value for text, value in zip(*table.columns, strict=True)}


def groups_of(lines: list[Line]) -> dict[str, dict[str, float]]:
    """Customers, orders, revenue, cost, windows and days since the first order of each segment."""
    found = entries(lines, AS_OF)
    first = first_orders(found)
    groups: dict[str, dict[str, float]] = {}
    for customer, entry in first.items():
        own: list[Entry] = [e for e in found if e.customer == customer]
        orders = [e for e in own if e.is_order]
        group = groups.setdefault(
            entry.segment, dict.fromkeys(("n", "orders", "revenue", "cost", "active", "age"), 0.0)
        )
        group["n"] += 1
        group["orders"] += len(orders)
        group["revenue"] += sum(e.amount for e in own)
        group["cost"] += sum(e.cost for e in own)
        group["active"] += len({window(e.day, AS_OF, "Q") for e in orders})
        group["age"] += AS_OF - entry.day
    return groups


@given(order_lines(), st.booleans())
def test_rows_are_those_of_plain_python_and_add_up_to_the_company(lines: list[Line], costs: bool) -> None:
    lines = [*lines, Line("Z", 45_000, 9, "Z9", "z", 3)]
    groups = groups_of(lines)
    log = log_of(lines, costs=costs)
    if costs and any(g["revenue"] == 0 and g["cost"] for g in groups.values()):
        assert raised(segment_table, log, unit="Q", as_of=AS_OF).key == "no_revenue"
        return
    table = segment_table(log, unit="Q", as_of=AS_OF)
    assert table.total is not None
    total = dict(zip(table.keys, table.total, strict=True))
    for i, name in enumerate(table.column("segment")):
        group = groups["" if name == NONE else name]
        row = {key: column[i] for key, column in zip(table.keys, table.columns, strict=True)}
        assert (row["customers"], row["orders"], row["revenue"]) == (
            group["n"],
            group["orders"],
            group["revenue"],
        )
        assert row["lifespan"] == group["active"] / group["n"]
        assert row["mean_age"] == pytest.approx(group["age"] / group["n"] / 91.3125, rel=1e-12)
        product = row["avg_order_value"] * row["frequency"] * row["lifespan"]
        assert product == pytest.approx(group["revenue"] / group["n"], rel=1e-12)
        kept = group["revenue"] - (group["cost"] if costs else 0)
        assert row["clv_to_date"] == pytest.approx(kept / group["n"], rel=1e-12, abs=1e-10)
    assert len(table.column("segment")) == len(groups)
    assert list(table.column("clv_to_date")) == sorted(table.column("clv_to_date"), reverse=True)
    assert set(table.column("clv_net")) == {None}, "net of a cost that nobody stated"
    for key, own in {"customers": "n", "orders": "orders", "revenue": "revenue"}.items():
        assert total[key] == sum(group[own] for group in groups.values())
    found = measures(summary(log, "Q", AS_OF)) if total["revenue"] or not costs else {}
    for key in {key for key in set(found) & set(total) if total[key] is not None}:
        assert found[key] == pytest.approx(total[key], rel=1e-12, abs=1e-9), key
    if found:
        law = found["avg_order_value"] * found["frequency"] * found["lifespan_to_date"]
        assert law == pytest.approx(found["revenue"] / found["customers"], rel=1e-12)
        assert total["mix_effect"] == pytest.approx(0, abs=1e-9)


def test_a_customer_belongs_to_the_segment_of_the_first_order() -> None:
    table = segment_table(log_of(LONG), as_of=AS_OF)
    assert table.column("segment") == ["b", "a"]
    assert table.column("revenue").tolist() == [300, 100]
    assert segment_table(log_of(LONG), "channel", as_of=AS_OF).column("channel") == ["B", "A"]


def test_of_two_first_orders_at_one_moment_the_upper_line_counts() -> None:
    lines = [Line("A", 45_000, 1, None, "a"), Line("A", 45_000, 1, "1", "b"), Line("A", 45_100, 1, "1", "b")]
    assert segment_table(log_of(lines), as_of=AS_OF).column("segment") == ["a"]


def test_a_number_or_a_range_of_segments_for_lifespan_margin_and_cac() -> None:
    table = segment_table(
        log_of(LONG), as_of=AS_OF, lifespan={"a": 2.0, "b": 3.0}, margin=0.5, cac={"a": 10.0, "b": 0.0}
    )
    assert "clv_to_date" not in table.keys
    # b: AOV 300 x 1 order a window x 3 x 50%; a: 100 over 2 windows x 2 x 50%.
    assert table.column("clv").tolist() == [450, 50]
    assert table.column("clv_net") == [450, 40]
    assert table.column("ltv_cac") == [CellError(DIV, "cac_zero"), 5.0]
    assert table.column("payback_months") == [0.0, pytest.approx(12 * 10 / 25)]
    assert table.total is not None
    assert table.total[table.keys.index("ltv_cac")] == 50.0


def test_a_range_without_a_segment_is_refused() -> None:
    missing = raised(segment_table, log_of(LONG), as_of=AS_OF, margin={"a": 0.1})
    assert missing == CellError(VALUE, "segment_missing", argument="margin", segment="b")


def test_cac_without_margin_is_refused_unless_costs_tell_the_margin() -> None:
    for table in (segment_table, summary):
        assert raised(table, log_of(LONG), as_of=AS_OF, cac=10.0) == CellError(
            VALUE, "margin_required", argument="margin"
        )
    assert segment_table(log_of(LONG, costs=True), as_of=AS_OF, cac=10.0).column("clv_net") == [
        290,
        90,
    ]
    assert summary(log_of(LONG), as_of=AS_OF, cac=0.0).height


def test_a_missing_column_is_refused() -> None:
    log = log_of(LONG)
    bare = type(log)(log.customers, log.days, log.amounts)
    assert raised(segment_table, bare) == CellError(
        VALUE, "column_missing", argument="order_log", field=Text("field.segment")
    )


def test_a_log_shorter_than_a_unit_has_too_little_data() -> None:
    assert raised(segment_table, log_of(LONG), as_of=45_300).key == "too_short"
    assert raised(summary, log_of(LONG), as_of=45_300).code == NA


def test_small_segments_are_flagged() -> None:
    flag = Text("flag.few_customers", {"least": 50})
    many = [Line(f"K{i}", 45_000, 10, segment="k") for i in range(50)]
    assert segment_table(log_of([*many, *LONG]), as_of=AS_OF).column("flag") == [flag, flag, None]


def test_summary_of_the_example_shop() -> None:
    # Example shop of the check values: revenue 120,000, 2,400 orders, 800 customers, AOV 50; each buys once a
    # year over three years here, so that the lifespan is 3: CLV to date 150 x 40% = 60, net 15.
    days = [serial for serial in (45_000.0, 45_366.0, 45_731.0) for _ in range(800)]
    lines = [Line(f"K{i % 800}", day, 50) for i, day in enumerate(days)]
    found = measures(summary(log_of(lines, ids=False), as_of=45_900, margin=0.4, cac=45.0))
    assert (found["customers"], found["orders"], found["revenue"], found["avg_order_value"]) == (
        800,
        2400,
        120_000,
        50,
    )
    assert (found["frequency"], found["lifespan_to_date"], found["repeat_rate"], found["margin"]) == (
        1,
        3,
        1,
        0.4,
    )
    assert (found["clv_to_date"], found["clv_net"]) == (60, 15)
    assert found["ltv_cac"] == pytest.approx(60 / 45)
    assert found["payback_months"] == pytest.approx(12 * 45 / 20)
    assert found["convention"].params["basis"] == Text("basis.margin")


def test_summary_tells_of_refunds_without_any_order() -> None:
    assert "loose_refunds" not in measures(summary(log_of(LONG), as_of=AS_OF))
    assert measures(summary(log_of([*LONG, Line("P", 45_000, -7)]), as_of=AS_OF))["loose_refunds"] == -7


@given(order_lines(), st.one_of(st.none(), st.floats(-1, 1)), st.booleans())
def test_historical_value_is_each_customers_money(
    lines: list[Line], margin: float | None, costs: bool
) -> None:
    lines = [*lines, Line("Z", 45_000, 9, "Z9", "z", 3)]
    found = entries(lines)
    table = historical(log_of(lines, costs=costs), margin)
    assert sorted(table.column("customer")) == sorted(first_orders(found))
    for customer, orders, revenue, value in zip(*table.columns, strict=True):
        own = [entry for entry in found if entry.customer == customer]
        assert (orders, revenue) == (sum(e.is_order for e in own), sum(e.amount for e in own))
        kept = revenue * margin if margin is not None else revenue - costs * sum(e.cost for e in own)
        assert value == pytest.approx(kept, abs=1e-9)
    assert table.total is not None
    assert table.total[3] == pytest.approx(float(np.sum(table.column("clv_to_date"))), abs=1e-9)
