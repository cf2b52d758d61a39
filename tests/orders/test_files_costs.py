"""Costs of a file of orders: all of them, or none."""

from pathlib import Path

import pytest

from clv_xl.orders.files.costs import Gap
from tests.orders.files_read import lines_of_text

HEAD = "Order,Customer,Date,Amount,Cost\n"


@pytest.mark.parametrize("cost", ["", "n/a", "-3"])
def test_an_order_without_a_cost_stays_and_no_cost_is_used(cost: str, tmp_path: Path) -> None:
    text = f"{HEAD}1,A,2025-01-05,10,7\n2,B,2025-01-10,20,{cost}\n3,C,2025-01-31,30,{cost}\n"
    found, lines = lines_of_text(tmp_path, text)
    assert (found.lost, lines.revenue, lines.counts["customers"]) == (0, [10.0, 20.0, 30.0], 3)
    assert lines.costs == [None, None, None]
    assert lines.gap == Gap(2, 3, 3)


def test_costs_that_all_orders_have_are_used_and_0_is_one(tmp_path: Path) -> None:
    _, lines = lines_of_text(tmp_path, f"{HEAD}1,A,2025-01-05,10,7\n2,B,2025-01-31,20,0\n")
    assert (lines.costs, lines.gap) == ([7.0, 0.0], None)


def test_a_refund_a_free_order_a_total_and_an_order_refunded_in_full_need_no_cost(tmp_path: Path) -> None:
    text = (
        f"{HEAD}1,A,2025-01-05,10,7\n1,A,2025-01-06,-4,\n2,A,2025-01-07,0,\n3,B,2025-01-08,5,\n"
        "3,B,2025-01-09,-5,\n,A,2025-01-31,-1,\nTotal,,,5,\n"
    )
    _, lines = lines_of_text(tmp_path, text)
    # orders 1 and 2 and a refund of A; order 3 is refunded in full, the last row a total line
    assert (lines.revenue, lines.costs, lines.gap) == ([6.0, 0.0, -1.0], [7.0, 0.0, 0.0], None)


def test_a_cost_of_the_whole_order_stands_on_one_of_its_lines(tmp_path: Path) -> None:
    text = f"{HEAD}1,A,2025-01-05,10,9\n1,A,2025-01-05,5,\n2,B,2025-01-31,20,12\n"
    _, lines = lines_of_text(tmp_path, text)
    assert (lines.costs, lines.gap) == ([9.0, 12.0], None)


def test_where_lines_have_costs_of_their_own_each_needs_one(tmp_path: Path) -> None:
    text = f"{HEAD}1,A,2025-01-05,10,6\n1,A,2025-01-05,5,3\n2,B,2025-01-31,20,12\n2,B,2025-01-31,8,\n"
    _, lines = lines_of_text(tmp_path, text)
    assert (lines.costs, lines.gap) == ([None, None], Gap(1, 2, 5))


def test_further_items_of_shopify_need_no_cost(tmp_path: Path) -> None:
    text = (
        "Name,Email,Financial Status,Created at,Total,Lineitem name,Cost\n"
        "#1,a@x.io,paid,2025-01-05,10,Cup,4\n#1,a@x.io,,2025-01-05,,Plate,\n#2,b@x.io,paid,2025-01-31,20,Cup,9\n"
    )
    _, lines = lines_of_text(tmp_path, text)
    assert (lines.costs, lines.gap) == ([4.0, 9.0], None)


def test_a_column_of_costs_without_one_cost_is_no_column_of_costs(tmp_path: Path) -> None:
    _, lines = lines_of_text(tmp_path, f"{HEAD}1,A,2025-01-05,10,\n2,B,2025-01-31,20,\n")
    assert (lines.costs, lines.gap) == ([None, None], None)


def test_costs_are_left_out_where_that_is_said_even_if_two_columns_may_hold_them(tmp_path: Path) -> None:
    text = "Order,Customer,Date,Amount,Cost,Costs\n1,A,2025-01-05,10,7,8\n2,B,2025-01-31,20,,9\n"
    found, lines = lines_of_text(tmp_path, text, columns={"cost": "none"})
    assert (lines.costs, lines.gap, found.ignored) == ([None, None], None, ("Cost", "Costs"))
    assert lines.revenue == [10.0, 20.0]
