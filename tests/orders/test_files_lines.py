"""Rows of the sheet of orders: one an order, sorted by date, counted as the functions count them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clv_xl import texts
from clv_xl.cells import Cells
from clv_xl.errors import UserError
from clv_xl.orders.files.asked import Asked
from clv_xl.orders.files.lines import Lines, lines_of
from clv_xl.orders.files.read import read_orders
from clv_xl.orders.reading import log_of_columns
from clv_xl.orders.rules import orders_of


def lines(folder: Path, text: str, **said: Any) -> Lines:
    path = folder / "orders.csv"
    path.write_text(text, encoding="utf-8")
    asked = Asked(path, **said)
    return lines_of(asked, read_orders(asked))


def test_lines_of_one_order_are_one_row_on_the_day_of_the_earliest(tmp_path: Path) -> None:
    text = (
        "Order,Customer,Date,Amount,Cost\n"
        "7,A,2025-02-03,10,4\n8,B,2025-02-02,20,5\n7,A,2025-02-01,5,1\n7,A,2025-02-09,-2,0\n"
    )
    found = lines(tmp_path, text)
    assert found.order_ids == [7.0, 8.0]
    assert found.days == [45689.0, 45690.0]
    assert found.revenue == [13.0, 20.0]
    assert found.costs == [5.0, 5.0]
    assert (found.counts["joined"], found.as_of) == (2, 45690.0)  # two further lines of order 7


def test_orders_refunded_in_full_and_refunds_of_nobody_are_left_out_and_counted(tmp_path: Path) -> None:
    text = (
        "Order,Customer,Date,Amount\n"
        "1,A,2025-02-01,10\n1,A,2025-02-02,-10\n2,B,2025-02-01,0\n3,C,2025-02-03,-4\n4,D,2025-02-04,9\n5,D,2025-02-05,-1\n"
    )
    found = lines(tmp_path, text)
    assert found.customers == ["B", "D", "D"]
    assert found.revenue == [0.0, 9.0, -1.0]
    assert (found.counts["refunded"], found.counts["loose"], found.counts["customers"]) == (1, 1, 2)


def test_rows_of_one_day_keep_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        "Customer,Date,Amount\nB,2025-02-02,1\nA,2025-02-01 18:00,2\nC,2025-02-01 09:00,3\nD,2025-02-02,4\n"
    )
    found = lines(tmp_path, text)
    assert found.customers == ["C", "A", "B", "D"]
    assert found.days == [45689.0, 45689.0, 45690.0, 45690.0]
    assert found.order_ids == [1.0, 2.0, 3.0, 4.0]


def test_spellings_of_one_customer_are_one(tmp_path: Path) -> None:
    found = lines(
        tmp_path, "Customer,Date,Amount\nAnna,2025-02-01,1\n anna ,2025-02-02,2\nANNA,2025-02-03,3\n"
    )
    assert found.customers == ["Anna"] * 3
    assert found.counts["customers"] == 1


def test_counting_rows_gives_what_the_functions_count(tmp_path: Path) -> None:
    """The functions net the lines of an order themselves; rows that are netted leave them nothing to net."""
    draw = np.random.default_rng(5)
    ids, customers = draw.integers(1, 120, 400), draw.integers(1, 30, 400)
    amounts, days = draw.integers(-20, 60, 400).astype(float), draw.integers(45000, 45100, 400)
    rows = zip(ids, customers, days, amounts, strict=True)
    text = "order_id,customer_id,order_date,amount\n" + "".join(f"{i},{c},{d},{a}\n" for i, c, d, a in rows)
    found = lines(tmp_path, text)
    log = log_of_columns(
        Cells.of(customers.astype(float)),
        Cells.of(days.astype(float)),
        Cells.of(amounts),
        Cells.of(ids.astype(float)),
    )
    orders = orders_of(log)
    revenue = np.array(found.revenue)
    assert int((revenue >= 0).sum()) == orders.n_orders
    assert found.counts["customers"] == orders.n_customers
    assert revenue.sum() == pytest.approx(orders.amounts.sum(), abs=1e-9)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("Customer,Date,Amount\nA,2025-02-01,€5\n", "EUR"),
        ("Customer,Date,Amount\nA,2025-02-01,5 zł\n", "PLN"),
        ("Customer,Date,Amount\nA,2025-02-01,GEL 5\n", "GEL"),
        ("Customer,Date,Amount (GBP)\nA,2025-02-01,5\n", "GBP"),
        ("Customer,Date,Amount,Currency\nA,2025-02-01,5,sek\n", "SEK"),
        ("Customer,Date,Amount\nA,2025-02-01,5\n", ""),
    ],
)
def test_the_currency_is_told_by_column_amounts_or_header(tmp_path: Path, text: str, currency: str) -> None:
    assert lines(tmp_path, text).currency == currency


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Customer,Date,Amount\nA,2025-02-01,€5\nB,2025-02-01,$5\n", ""),
        ("Customer,Date,Amount,Currency\nA,2025-02-01,5,EUR\nB,2025-02-01,5,PLN\n", ""),
        ("Customer,Date,Amount\nA,2025-02-01,€5\n", "USD"),
        ("Customer,Date,Amount (EUR),Currency\nA,2025-02-01,5,PLN\n", ""),
        ("Customer,Date,Amount\nA,2025-02-01,5\n", "euro"),
    ],
)
def test_money_in_two_currencies_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        lines(tmp_path, text, currency=said)
    for language in texts.LANGUAGES:
        assert "{" not in texts.sentence(caught.value, language)


def test_a_name_too_long_to_be_looked_up_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.too_long"):
        lines(tmp_path, f"Customer,Date,Amount\n{'x' * 256},2025-02-01,5\n")
    assert len(lines(tmp_path, f"Customer,Date,Amount\n{'x' * 255},2025-02-01,5\n")) == 1
