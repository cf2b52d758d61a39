"""The rules of an order, each by an example, and all together against plain Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import NA, VALUE, CellError
from clv_xl.orders.log import Coded, Issue, OrderLog
from clv_xl.orders.rules import orders_of
from tests.orders.plain_orders import Line, entries, log_of, order_lines


def test_lines_of_one_id_are_one_order_on_the_day_of_the_earliest_line() -> None:
    orders = orders_of(log_of([Line("A", 45001.25, 10, "1"), Line("A", 45000.75, 5, "1")]))
    assert (orders.n_orders, orders.amounts.tolist(), orders.moments.tolist()) == (1, [15], [45000.75])


def test_lines_without_an_id_in_a_log_with_ids_stand_alone() -> None:
    orders = orders_of(log_of([Line("A", 45000, 10, "1"), Line("A", 45000, 5), Line("A", 45000, 5)]))
    assert orders.n_orders == 3


def test_a_refund_with_the_id_nets_and_one_without_only_reduces_revenue() -> None:
    lines = [
        Line("A", 45000, 50, "1"),
        Line("A", 45001, -20, "1"),
        Line("A", 45002, 30),
        Line("A", 45003, -5),
    ]
    orders = orders_of(log_of(lines))
    assert orders.n_orders == 2
    assert orders.sum(orders.amounts).tolist() == [55]


@pytest.mark.parametrize("refund", [-30.0, -40.0])
def test_an_order_refunded_to_zero_or_below_is_no_order_but_keeps_its_money(refund: float) -> None:
    orders = orders_of(
        log_of([Line("A", 45000, 50), Line("A", 45001, 30, "1"), Line("A", 45002, refund, "1")])
    )
    assert orders.n_orders == 1
    assert orders.sum(orders.amounts).tolist() == [80 + refund]


def test_a_full_refund_in_cents_leaves_no_order_behind_rounding() -> None:
    lines = [
        Line("A", 45000, 9),
        Line("A", 45001, 0.1, "1"),
        Line("A", 45001, 0.2, "1"),
        Line("A", 45002, -0.3, "1"),
    ]
    assert orders_of(log_of(lines)).n_orders == 1


def test_an_order_whose_lines_are_all_zero_is_an_order() -> None:
    for ids in (True, False):
        assert (
            orders_of(log_of([Line("A", 45000, 0, "1"), Line("A", 45000, 0, "1")][: 1 + ids], ids)).n_orders
            == 1
        )


def test_prospects_and_their_refunds_are_left_out_and_counted() -> None:
    lines = [Line("P", 45000, -7), Line("A", 45000, 50), Line("B", 45000, 20)]
    orders = orders_of(log_of(lines))
    assert (orders.names(), orders.customers.tolist()) == (["A", "B"], [0, 1])
    assert (orders.prospects, orders.loose_refunds, orders.loose_amount) == (1, 1, -7)


def test_rows_after_as_of_are_left_out_and_counted_even_refunds_of_earlier_orders() -> None:
    lines = [Line("A", 45000.9, 50, "1"), Line("A", 45001, -50, "1"), Line("B", 45002, 20)]
    orders = orders_of(log_of(lines), 45000)
    assert (orders.n_orders, orders.names(), orders.after_as_of, orders.as_of) == (1, ["A"], 2, 45000)


def test_as_of_is_the_last_date_of_the_log_by_default() -> None:
    assert orders_of(log_of([Line("A", 45000, 1), Line("A", 45009.75, 1)])).as_of == 45009


def test_two_currencies_are_refused_with_the_first_row_of_the_second() -> None:
    log = OrderLog(
        Coded(np.zeros(3, np.int32), ["A"]), np.full(3, 45000.0), np.ones(3),
        currencies=Coded(np.array([-1, 0, 1], np.int32), ["EUR", "USD"]),
    )  # fmt: skip
    with pytest.raises(CellError) as error:
        orders_of(log)
    assert error.value == CellError(VALUE, "two_currencies", column="currency", row=4, got="USD", first="EUR")


def test_a_blank_customer_is_refused() -> None:
    log = OrderLog(Coded(np.array([0, -1], np.int32), ["A"]), np.full(2, 45000.0), np.ones(2))
    with pytest.raises(CellError) as error:
        orders_of(log)
    assert error.value == CellError(VALUE, "customer_blank", row=3)


def test_an_error_found_while_reading_is_raised() -> None:
    bad = CellError(VALUE, "some_rule")
    log = OrderLog(
        Coded(np.zeros(1, np.int32), ["A"]), np.full(1, 45000.0), np.ones(1),
        issues=(Issue("some_rule", "error", 1, error=bad),),
    )  # fmt: skip
    with pytest.raises(CellError) as error:
        orders_of(log)
    assert error.value == bad


@pytest.mark.parametrize("lines", [[], [Line("A", 45000, -1)]])
def test_a_log_without_orders_has_too_little_data(lines: list[Line]) -> None:
    with pytest.raises(CellError) as error:
        orders_of(log_of(lines))
    assert error.value == CellError(NA, "no_order_left")


def test_the_arrays_of_a_plain_log_are_used_as_they_are() -> None:
    log = log_of([Line("A", 45000, 1), Line("B", 45009, 1)], ids=False)
    orders = orders_of(log)
    assert orders.amounts is log.amounts
    assert orders.moments is log.days


@given(order_lines(), st.one_of(st.none(), st.integers(44_990, 46_200)))
def test_orders_are_those_of_plain_python(lines: list[Line], as_of: int | None) -> None:
    expected = entries(lines, as_of)
    log = log_of(lines)
    if not expected:
        with pytest.raises(CellError, match="no_order_left"):
            orders_of(log, as_of)
        return
    orders = orders_of(log, as_of)
    names, flags = orders.names(), orders.is_order
    assert log.segments is not None
    assert orders.segments is not None
    found = [
        (
            names[orders.customers[i]],
            orders.moments[i],
            orders.amounts[i],
            True if flags is None else bool(flags[i]),
            log.segments.names[orders.segments.codes[i]] if orders.segments.codes[i] >= 0 else "",
        )
        for i in range(orders.amounts.size)
    ]
    assert sorted(found) == sorted((e.customer, e.moment, e.amount, e.is_order, e.segment) for e in expected)
    assert orders.counts.sum() == orders.n_orders
    assert orders.counts.min() > 0
