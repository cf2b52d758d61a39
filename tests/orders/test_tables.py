"""Cohort, RFM, status and channel tables, on small logs and on CDNOW."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import clv_xl
from clv_xl.errors import DIV, VALUE, CellError, Text
from clv_xl.orders.channel_table import channel_table
from clv_xl.orders.cohort_table import MEASURES, cohort_table, retention_curve
from clv_xl.orders.customer_tables import rfm_table, status_table
from clv_xl.orders.log import Coded, OrderLog
from clv_xl.orders.rules import orders_of
from clv_xl.orders.segment_table import segment_table
from clv_xl.orders.summary import historical, summary
from clv_xl.table import Table
from tests.orders.plain_orders import EPOCH, Line, entries, first_orders, log_of, order_lines

CDNOW = Path(clv_xl.__file__).parent / "workbook" / "sample" / "cdnow_sample.csv"
END = Line("Z", 46_200, 9, "Z9", "z", 3)


def serial(*ymd: int) -> int:
    return (date(*ymd) - EPOCH).days


def rows_of(table: Table) -> list[list[Any]]:
    rows = [list(table.keys), *(list(row) for row in zip(*table.columns, strict=True))]
    return [*rows, *([list(table.total)] if table.total else [])]


def cells_of(table: Table) -> list[list[Any]]:
    """As a sheet holds them: blanks for NaN, words for texts, floats."""

    def cell(value: Any) -> Any:
        if isinstance(value, Text):
            return value.key
        if value is None or isinstance(value, str):
            return value
        return None if np.isnan(value) else float(value)

    return [[cell(value) for value in row] for row in rows_of(table)]


@pytest.fixture(scope="module")
def cdnow() -> OrderLog:
    with CDNOW.open(newline="") as file:
        lines = list(csv.DictReader(file))
    names, codes = np.unique([line["customer"] for line in lines], return_inverse=True)
    days = np.array([(date.fromisoformat(line["date"]) - EPOCH).days for line in lines], np.float64)
    cds = np.array([int(line["cds"]) for line in lines])
    size = Coded(np.digitize(cds, [2, 4]).astype(np.int32), ("1", "2-3", "4+"))
    amounts = np.array([float(line["amount"]) for line in lines])
    return OrderLog(Coded(codes.astype(np.int32), names.tolist()), days, amounts, segments=size)


def test_cdnow_sample(cdnow: OrderLog) -> None:
    # Published facts (references.md): 2,357 customers, 6,919 rows, 103.56 a customer; 946 repeat
    # buyers and, at week 39, sum of x = 2,457 (Fader, Hardie, Lee 2005).
    found = {text.key: value for text, value in zip(*summary(cdnow).columns, strict=True)}
    assert (found["customers"], found["orders"]) == (2357, 6919)
    product = found["avg_order_value"] * found["frequency"] * found["lifespan_to_date"]
    assert round(product, 2) == 103.56
    table = rfm_table(cdnow, serial(1997, 9, 30))
    assert table.height == 2357
    assert table.column("x").sum() == 2457
    assert int((table.column("x") > 0).sum()) == 946
    assert round(float(table.column("customer_age").max()), 2) == 38.86  # T of the paper's example


def test_cdnow_segments_cohorts_and_history_add_up(cdnow: OrderLog) -> None:
    whole = historical(cdnow)
    assert whole.total is not None
    segments = segment_table(cdnow)
    cohorts = cohort_table(cdnow, measure="revenue")
    assert segments.column("customers").sum() == cohorts.column("customers").sum() == 2357
    assert segments.column("revenue").sum() == pytest.approx(whole.total[2], rel=1e-12)
    money = np.array([cohorts.column(key) for key in cohorts.keys[3:]])
    assert np.nansum(money) == pytest.approx(whole.total[2], rel=1e-12)
    assert list(cohorts.column("cohort")) == ["1997-01", "1997-02", "1997-03"]  # the trial quarter
    assert cohorts.column("partial") == [None, None, None]


@given(order_lines())
def test_cohorts_sum_to_the_customers_in_every_measure(lines: list[Line]) -> None:
    lines = [*lines, END]
    log, people = log_of(lines), len(first_orders(entries(lines)))
    for measure in MEASURES:
        table = cohort_table(log, "Q", measure)
        assert table.column("customers").sum() == people
        assert table.total is not None
        assert table.total[1] == people
    shares, counts = (cells_of(cohort_table(log, "Q", measure)) for measure in ("retention", "customers"))
    if any(row[2] is None and any(cell is not None for cell in row[3:]) for row in counts[1:-1]):
        for one, other in zip(retention_curve(shares).columns, retention_curve(counts).columns, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12)


QUARTER = [
    Line("A", serial(2025, 1, 1), 10, cost=4),
    Line("B", serial(2025, 1, 20), 30),
    Line("A", serial(2025, 2, 10), 6),
    Line("C", serial(2025, 2, 3), 50, cost=5),
    Line("D", serial(2025, 3, 5), 1),
]


def test_cohort_table_shows_partial_cohorts_apart() -> None:
    table = cohort_table(log_of(QUARTER, ids=False), as_of=serial(2025, 3, 15))
    assert cells_of(table) == [
        ["cohort", "customers", "partial", "0", "1"],
        ["2025-01", 2, None, 2, 1],
        ["2025-02", 1, None, 1, None],
        ["2025-03", 1, "cohort.cut_end", None, None],
        ["total", 4, None, 3, 1],
    ]
    late = cohort_table(log_of(QUARTER[1:], ids=False), as_of=serial(2025, 3, 31))
    assert late.column("cohort") == ["2025-02", "2025-03", "2025-01"]
    assert late.column("partial")[2] == Text("cohort.cut_start")


def test_cumulative_is_margin_where_the_log_has_costs() -> None:
    end = serial(2025, 2, 28)
    revenue = cohort_table(log_of(QUARTER, ids=False), measure="cumulative", as_of=end)
    margin = cohort_table(log_of(QUARTER, ids=False, costs=True), measure="cumulative", as_of=end)
    assert [revenue.column(age)[0] for age in "01"] == [20, 23]
    assert [margin.column(age)[0] for age in "01"] == [18, 21]


def test_the_curve_reads_what_the_table_spills_with_or_without_header_and_total() -> None:
    for measure in ("customers", "retention"):
        rows = cells_of(cohort_table(log_of(QUARTER, ids=False), measure=measure, as_of=serial(2025, 3, 15)))
        parts: tuple[list[list[Any]], ...] = (rows, rows[1:], rows[:-1], rows[1:-1])
        for part in parts:
            curve = retention_curve(part)
            assert [list(column) for column in curve.columns] == [[0, 1], [3, 2], [1, 0.5]]


def test_the_curve_refuses_money_and_what_is_no_cohort_table() -> None:
    rows = cells_of(cohort_table(log_of(QUARTER, ids=False), measure="revenue", as_of=serial(2025, 3, 15)))
    other: list[list[Any]] = [["2025-01", 2.0, None, "many"]]
    for bad, key in ((rows, "cohort_table_measure"), (other, "cohort_table_row")):
        with pytest.raises(CellError) as error:
            retention_curve(bad)
        assert (error.value.code, error.value.key) == (VALUE, key)


@given(order_lines())
def test_rfm_rows_are_those_of_plain_python(lines: list[Line]) -> None:
    lines = [*lines, END]
    found = entries(lines)
    table = rfm_table(log_of(lines), 46_200, "D", 4)
    columns = {key: list(column) for key, column in zip(table.keys, table.columns, strict=True)}
    assert sorted(columns["customer"]) == sorted(first_orders(found))
    for i, name in enumerate(columns["customer"]):
        own = [e for e in found if e.customer == name]
        days = sorted({e.day for e in own if e.is_order})
        orders = sum(e.is_order for e in own)
        assert (columns["orders"][i], columns["days_since_last"][i]) == (orders, 46_200 - days[-1])
        assert columns["mean_order"][i] == pytest.approx(sum(e.amount for e in own) / orders)
        assert (columns["x"][i], columns["t_x"][i]) == (len(days) - 1, days[-1] - days[0])
        # The two recencies: back from as_of, and on from the first order.
        assert columns["days_since_last"][i] + columns["t_x"][i] == columns["customer_age"][i]
    for key in ("score_r", "score_f", "score_m"):
        assert 1 <= min(columns[key]) <= max(columns[key]) <= 4


def test_status_by_given_days_and_by_the_usual_gap() -> None:
    lines = [Line("A", 45_000, 1), Line("A", 45_010, 1), Line("B", 44_995, 1), Line("C", 44_980, 1)]
    table = status_table(log_of(lines, ids=False), 45_010, 10.0)
    assert [text.key for text in table.column("status")] == ["status.active", "status.lapsing", "status.lost"]
    assert table.column("last_order").tolist() == [45_010, 44_995, 44_980]
    by_gap = status_table(log_of(lines, ids=False), 45_010)  # the only gap is 10 days
    assert by_gap.column("status") == table.column("status")
    assert by_gap.total is not None
    assert by_gap.total[3] == Text("status.rule", {"lapse_days": 10.0, "lost_days": 20.0})


def test_a_refund_makes_nobody_active() -> None:
    lines = [Line("A", 45_000, 50), Line("A", 45_090, -5), Line("B", 45_090, 1)]
    assert status_table(log_of(lines), lapse_days=30).column("days_since_last").tolist() == [90, 0]


CHANNELS = [
    Line("A", 45_000, 100, segment="ad"),
    Line("A", 45_500, 50, segment="shop"),
    Line("B", 45_000, 50, segment="ad"),
    Line("C", 45_010, 300, segment="shop"),
]


def test_channels_by_the_channel_of_the_first_order() -> None:
    table = channel_table(log_of(CHANNELS, ids=False), {"ad": 40.0, "shop": 30.0, "fair": 10.0}, 45_800, 0.5)
    assert table.column("channel") == ["SHOP", "AD", "fair"]
    assert table.column("customers") == [1, 2, 0]
    assert table.column("cac") == [30, 20, CellError(DIV, "no_customers")]
    assert table.column("clv_to_date") == [150, 50, None]
    assert table.column("clv_net") == [120, 30, None]
    assert table.column("ltv_cac") == [5, 2.5, None]
    assert table.column("roi") == [4, 1.5, None]
    # ad: 200 x 50% over three customer-years is 33.33 a year; 20 of it take 7.2 months.
    assert table.column("payback_months")[:2] == [pytest.approx(12 * 30 / 150), pytest.approx(7.2)]
    assert table.total is not None
    total = dict(zip(table.keys, table.total, strict=True))
    assert (total["customers"], total["acquisition_cost"]) == (3, 80)
    assert total["ltv_cac"] == pytest.approx(250 / 80)  # sum n CLV over all that was spent, the fair too
    assert total["roi"] == pytest.approx(250 / 80 - 1)


def test_channels_of_a_short_log_show_all_but_the_payback() -> None:
    table = channel_table(log_of(CHANNELS, ids=False), {"ad": 40.0, "shop": 0.0}, 45_200, 0.5)
    assert {cell.key for cell in table.column("payback_months")} == {"too_short"}
    assert table.column("clv_to_date") == [150, pytest.approx(37.5)]
    assert table.column("ltv_cac")[0] == CellError(DIV, "cac_zero")


def test_channels_need_a_cost_each_and_a_margin() -> None:
    for costs, margin, key in (
        ({"ad": 1.0}, 0.5, "segment_missing"),
        ({"ad": 1.0, "shop": 1.0}, None, "margin_required"),
    ):
        with pytest.raises(CellError) as error:
            channel_table(log_of(CHANNELS, ids=False), costs, 45_800, margin)
        assert (error.value.code, error.value.key) == (VALUE, key)


def test_a_blank_channel_is_named_as_the_tables_show_it() -> None:
    lines = [*CHANNELS, Line("N", 45_000, 10, segment="")]
    table = channel_table(log_of(lines, ids=False), {"ad": 1.0, "shop": 1.0, "": 2.0}, 45_800, 0.5)
    assert Text("segment.(none)") in table.column("channel")


def test_every_key_of_the_tables_has_english_wording() -> None:
    log = log_of(QUARTER + CHANNELS, ids=False)
    tables = [
        summary(log, margin=0.4, cac=1.0, discount_rate=0.1),
        historical(log),
        segment_table(log),
        segment_table(log, lifespan=2.0),
        rfm_table(log),
        cohort_table(log),
        status_table(log, lapse_days=9),
        channel_table(log, {"a": 1.0, "ad": 1.0, "shop": 1.0}, margin=0.5),
    ]
    known: set[str] = set()
    for path in (Path(__file__).parents[2] / "clv_xl" / "texts").glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            known |= {row["key"] for row in csv.DictReader(file)}

    def keys(value: Any) -> set[str]:
        if isinstance(value, Text):
            return {value.key}.union(*(keys(param) for param in value.params.values()))
        return {value.key} if isinstance(value, CellError) else set()

    for table in tables:
        shown = {key for key in table.keys if not str(key).isdigit()}
        for row in rows_of(table)[1:]:
            shown = shown.union(*(keys(value) for value in row))
        assert shown <= known


def test_orders_of_cdnow_copies_nothing_it_need_not(cdnow: OrderLog) -> None:
    orders = orders_of(cdnow)
    assert orders.moments is cdnow.days
    assert orders.amounts is cdnow.amounts
