"""Money given back that an export holds in a column of its own: subtracted, or named with its amount."""

from pathlib import Path

import pytest

from clv_xl.errors import UserError
from tests.orders.files_read import lines_of_text

SHOPIFY = (
    "Name,Email,Financial Status,Created at,Total,Subtotal,Lineitem name,Refunded Amount\n"
    "#3,c@x.io,paid,2025-03-01 10:00:00 +0200,90.00,80.00,Cup,0.00\n"
    "#2,b@x.io,partially_refunded,2025-02-01 10:00:00 +0200,60.00,50.00,Cup,20.00\n"
    "#2,b@x.io,,2025-02-01 10:00:00 +0200,,,Plate,\n"
    "#1,a@x.io,refunded,2025-01-01 10:00:00 +0200,40.00,30.00,Cup,40.00\n"
    "#1,a@x.io,,2025-01-01 10:00:00 +0200,,,Plate,\n"
)


def test_refunds_of_shopify_lower_their_order_and_take_out_one_refunded_in_full(tmp_path: Path) -> None:
    found, lines = lines_of_text(tmp_path, SHOPIFY)
    # 60 - 20 of order 2, 90 of order 3; order 1 brought 40 and gave back 40
    assert (lines.order_ids, lines.revenue) == (["#2", "#3"], [40.0, 90.0])
    assert (lines.back.orders, lines.back.money, lines.counts["refunded"]) == (2, 60.0, 1)
    assert "Refunded Amount" not in found.ignored
    assert (found.read, len(lines)) == (5, 2)


def test_refunds_stay_in_where_that_is_said(tmp_path: Path) -> None:
    found, lines = lines_of_text(tmp_path, SHOPIFY, refunded="none")
    assert lines.revenue == [40.0, 60.0, 90.0]
    assert "Refunded Amount" in found.ignored
    assert (lines.back.orders, lines.back.doubt) == (0, 0.0)


def test_an_order_never_loses_more_than_it_brought(tmp_path: Path) -> None:
    """Of subtotals a full refund takes shipping as well: 40 given back of 30 is an order refunded."""
    _, lines = lines_of_text(tmp_path, SHOPIFY, columns={"amount": "Subtotal"})
    assert lines.revenue == [30.0, 80.0]
    assert (lines.back.money, lines.back.beyond, lines.back.row) == (50.0, 10.0, 5)


@pytest.mark.parametrize(
    "header",
    ["Amount Refunded", "Hyvitetty summa", "დაბრუნებული თანხა", "Kwota zwrócona", "Επιστραφέν ποσό"],
)
@pytest.mark.parametrize("sign", ["", "-"])
def test_refunds_are_recognised_in_five_languages_and_either_sign(
    header: str, sign: str, tmp_path: Path
) -> None:
    text = f"Customer,Date,Amount,{header}\nA,2025-01-05,10.00,\nB,2025-01-31,20.00,{sign}5.50\n"
    assert lines_of_text(tmp_path, text)[1].revenue == [10.0, 14.5]


def test_an_order_without_an_id_is_refunded_in_full(tmp_path: Path) -> None:
    text = "Customer,Date,Amount,Refunded Amount\nA,2025-01-05,10,0\nB,2025-01-31,20,20\n"
    _, lines = lines_of_text(tmp_path, text)
    assert (lines.revenue, lines.counts["refunded"], lines.counts["customers"]) == ([10.0], 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Customer,Date,Amount,Refunds\nA,2025-01-05,10,0\nB,2025-01-31,20,5\n",
        "Customer,Date,Net sales,Refunded Amount\nA,2025-01-05,10,0\nB,2025-01-31,20,5\n",
        "Customer,Date,Amount,Zwroty\nA,2025-01-05,10,0\nB,2025-01-31,20,5\n",
        # the amount of what was refunded is 0: it is out already
        "Customer,Date,Amount,Refunded Amount\nA,2025-01-05,10,0\nB,2025-01-31,20,0\nC,2025-01-31,0,5\n",
        # 2.50 twice: is it what the order gave back, or what each line did?
        (
            "Order,Customer,Date,Amount,Refunded Amount\n1,A,2025-01-05,10,0\n"
            "2,B,2025-01-31,10,2.5\n2,B,2025-01-31,10,2.5\n"
        ),
    ],
)
def test_refunds_in_doubt_are_named_and_subtracted_only_where_that_is_said(text: str, tmp_path: Path) -> None:
    _, lines = lines_of_text(tmp_path, text)
    assert (lines.total, lines.back.doubt, lines.back.money) == (30.0, 5.0, 0.0)
    header = text.partition("\n")[0].rpartition(",")[2]
    _, said = lines_of_text(tmp_path, text, refunded=header)
    assert said.back.doubt == 0.0
    assert said.back.money + said.back.beyond == 5.0


def test_a_refund_that_is_no_number_is_named(tmp_path: Path) -> None:
    text = "Customer,Date,Amount,Refunded Amount\nA,2025-01-05,10,2\nB,2025-01-31,20,all\n"
    found, lines = lines_of_text(tmp_path, text)
    assert lines.revenue == [8.0, 20.0]
    assert found.refunds is not None
    assert found.refunds.unread == (1, 3, "all")


def test_a_column_of_refunds_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no_such_header"):
        lines_of_text(tmp_path, SHOPIFY, refunded="Refnd")


def test_the_costs_of_what_was_kept_stay(tmp_path: Path) -> None:
    text = "Customer,Date,Amount,Cost,Refunded Amount\nA,2025-01-05,10,4,3\nB,2025-01-31,20,8,20\n"
    _, lines = lines_of_text(tmp_path, text)
    assert (lines.revenue, lines.costs) == ([7.0], [4.0])
