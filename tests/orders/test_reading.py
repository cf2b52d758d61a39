"""Reading order logs: clean ones, and every way in which cells are bad."""

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.cells import Block, Cells
from clv_xl.errors import DIV, NA, NUM, VALUE, CellError, Text
from clv_xl.orders.columns import date_order, looks_numeric
from clv_xl.orders.log import Issue, OrderLog
from clv_xl.orders.reading import log_of_columns, read_log

HEADER = ["Customer", "Date", "Amount"]
MONDAY = float((date(2025, 2, 3) - date(1899, 12, 30)).days)


def log_of(*rows: list[Any], header: list[Any] | None = None) -> OrderLog:
    """Read a log of rows under a header."""
    return read_log(Block.from_rows([header or HEADER, *rows]))


def first_error(*rows: list[Any], header: list[Any] | None = None) -> CellError:
    """Return what a strict function raises for rows under a header."""
    with pytest.raises(CellError) as found:
        log_of(*rows, header=header).strict()
    return found.value


def issues(log: OrderLog) -> dict[str, Issue]:
    """Return the issues by key."""
    return {issue.key: issue for issue in log.issues}


def test_clean_log() -> None:
    """Lines, rows and the header taken for each field."""
    log = log_of(["B", MONDAY + 0.5, 20.0], ["A", MONDAY, -5.0]).strict()
    assert [log.customers.names[c] for c in log.customers.codes] == ["B", "A"]
    assert log.days.tolist() == [MONDAY + 0.5, MONDAY]
    assert log.amounts.tolist() == [20.0, -5.0]
    assert (log.row_of(1), log.rows, log.issues) == (3, None, ())
    assert log.columns == {"customer": "Customer", "date": "Date", "amount": "Amount"}


def test_arrays_are_used_as_they_come() -> None:
    """A clean column of numbers is not copied."""
    days, amounts = np.array([45000.0, 45001.0]), np.array([1.0, 2.0])
    log = log_of_columns(Cells.of(np.array([7.0, 8.0])), Cells.of(days), Cells.of(amounts))
    assert log.days is days
    assert log.amounts is amounts


@pytest.mark.parametrize(
    ("row", "code", "key", "params"),
    [
        (["A", "1.2.2025", 1.0], VALUE, "text_date", {"column": "Date", "got": "1.2.2025"}),
        (["A", "2025-02-01", 1.0], VALUE, "text_date", {"got": "2025-02-01"}),
        (["A", "02/01/25", 1.0], VALUE, "text_date", {"got": "02/01/25"}),
        (["A", "31.12.2025 10:15", 1.0], VALUE, "text_date", {"got": "31.12.2025 10:15"}),
        (["A", "soon", 1.0], VALUE, "text_in_dates", {"got": "soon"}),
        (["A", MONDAY, "1 234,50"], VALUE, "text_number", {"column": "Amount", "got": "1 234,50"}),
        (["A", MONDAY, "free"], VALUE, "text_in_numbers", {"got": "free"}),
        (["A", MONDAY, None], VALUE, "blank", {"column": "Amount", "expected": Text("expect.number")}),
        (["A", MONDAY, " "], VALUE, "blank", {"column": "Amount"}),
        (["A", None, 1.0], VALUE, "blank", {"column": "Date", "expected": Text("expect.date")}),
        ([None, MONDAY, 1.0], VALUE, "blank", {"column": "Customer", "expected": Text("expect.id")}),
        ([True, MONDAY, 1.0], VALUE, "boolean", {"column": "Customer", "got": True}),
        (["A", False, 1.0], VALUE, "boolean", {"column": "Date", "got": False}),
        (["A", MONDAY, True], VALUE, "boolean", {"column": "Amount"}),
        (["A", 0.5, 1.0], NUM, "date_out_of_range", {"got": 0.5}),
        (["A", -3.0, 1.0], NUM, "date_out_of_range", {"got": -3.0}),
        (["A", 2958466.0, 1.0], NUM, "date_out_of_range", {"got": 2958466.0}),
        (["A", 20250203.0, 1.0], NUM, "date_out_of_range", {"got": 20250203.0}),
        (["A", math.inf, 1.0], NUM, "not_finite", {"column": "Date"}),
        (["A", MONDAY, -math.inf], NUM, "not_finite", {"column": "Amount"}),
        (["A", MONDAY, math.nan], VALUE, "blank", {"column": "Amount"}),
        (["A", MONDAY, 1e301], NUM, "too_large", {"column": "Amount"}),
        ([math.inf, MONDAY, 1.0], NUM, "not_finite", {"column": "Customer"}),
    ],
)
def test_bad_cells(row: list[Any], code: str, key: str, params: dict[str, Any]) -> None:
    """Issue 2, bad input: an error code and a sentence that names column, row and what is expected."""
    log = log_of(["A", MONDAY, 1.0], row, ["C", MONDAY, 2.0], row)
    issue = issues(log)[key]
    assert (issue.severity, issue.count, issue.first_row) == ("error", 2, 3)
    assert issue.error is not None
    assert (issue.error.code, issue.error.params["row"]) == (code, 3)
    assert issue.error.params | params == issue.error.params
    assert "column" in issue.error.params
    assert log.rows is not None
    assert log.rows.tolist() == [2, 4]
    with pytest.raises(CellError) as found:
        log.strict()
    assert found.value is issue.error


def test_last_dates() -> None:
    """1900-01-01 and 9999-12-31 are the dates a spreadsheet knows."""
    assert log_of(["A", 1.0, 1.0], ["A", 2958465.9, 1.0]).strict().days.tolist() == [1.0, 2958465.9]


def test_error_cells_pass_through() -> None:
    """Each distinct error is an issue of its own and keeps its code."""
    zero, missing = CellError(DIV, "input_error"), CellError(NA, "input_error")
    log = log_of(["A", MONDAY, zero], [missing, MONDAY, 1.0], ["A", MONDAY, zero], ["A", missing, 1.0])
    found = [(i.error.code, i.count, i.first_row) for i in log.issues if i.error]
    assert found == [(DIV, 2, 2), (NA, 1, 3), (NA, 1, 5)]
    assert first_error(["A", MONDAY, zero]).code == DIV


def test_the_first_error_by_row_is_raised() -> None:
    """Whatever column it is in."""
    error = first_error(["A", MONDAY, 1.0], ["A", MONDAY, "x"], [None, MONDAY, 1.0], ["A", "soon", 1.0])
    assert (error.params["row"], error.params["column"]) == (3, "Amount")


def test_two_currencies() -> None:
    """Design catalogue, rules of an order: two currencies are #VALUE!; case does not count."""
    header = [*HEADER, "Currency"]
    error = first_error(["A", MONDAY, 1.0, "EUR"], ["B", MONDAY, 1.0, "USD"], header=header)
    assert (error.code, error.key) == (VALUE, "two_currencies")
    assert error.params["candidates"] == "EUR, USD"
    assert error.params["row"] == 3
    log_of(
        ["A", MONDAY, 1.0, "EUR"], ["B", MONDAY, 1.0, "eur "], ["C", MONDAY, 1.0, None], header=header
    ).strict()


def test_costs() -> None:
    """Costs are positive; nothing sold may cost nothing, and a return gives its cost back."""
    header = [*HEADER, "Cost"]
    log = log_of(["A", MONDAY, 5.0, 2.0], ["A", MONDAY, -5.0, -2.0], ["B", MONDAY, 0.0, None], header=header)
    assert log.strict().costs is not None
    assert log.costs is not None
    assert log.costs.tolist() == [2.0, -2.0, 0.0]
    assert first_error(["A", MONDAY, 5.0, -2.0], header=header).code == NUM
    assert first_error(["A", MONDAY, 5.0, None], ["A", MONDAY, 5.0, 1.0], header=header).key == "column_blank"
    assert log_of(["A", MONDAY, 5.0, None], header=header).strict().costs is None


@pytest.mark.parametrize("rows", [[HEADER], [HEADER, [None] * 3], [[None] * 3], []])
def test_empty_log(rows: list[list[Any]]) -> None:
    """No orders are #N/A."""
    with pytest.raises(CellError) as found:
        read_log(Block.from_rows(rows)).strict()
    assert found.value == CellError(NA, "no_orders")


def test_one_row() -> None:
    """One order is a log."""
    assert len(log_of(["A", MONDAY, 1.0]).strict()) == 1


def test_no_header_row() -> None:
    """Numbers in the first row are no header."""
    with pytest.raises(CellError) as found:
        read_log(Block.from_rows([[1.0, MONDAY, 2.0]]))
    assert found.value.key == "no_header_row"


def test_blank_rows() -> None:
    """Wholly blank rows are skipped and counted, trailing ones trimmed, those above the header passed."""
    blank = [None, None, None]
    block = Block.from_rows([blank, HEADER, ["A", MONDAY, 1.0], blank, ["B", MONDAY, 2.0], blank, blank])
    log = read_log(block).strict()
    assert log.rows is not None
    assert log.rows.tolist() == [3, 5]
    assert [(i.key, i.count, i.first_row) for i in log.issues] == [("blank_rows", 1, 4)]


def test_prospects() -> None:
    """A customer without date and amount is a prospect; with one of them a line that lacks the other."""
    log = log_of(["A", MONDAY, 1.0], ["B", None, None]).strict()
    assert len(log) == 1
    assert issues(log)["prospect_rows"].first_row == 3
    header = [*HEADER, "Order ID"]
    assert first_error(["A", None, None, "7"], header=header).key == "column_blank"
    assert first_error(["A", MONDAY, None, None], header=header).params["column"] == "Amount"


def test_further_items_of_a_shopify_order() -> None:
    """Shopify's export gives the total on the first row of an order only; other logs must be complete."""
    header = ["Name", "Email", "Created at", "Total", "Lineitem name", "Financial Status"]
    rows = [["#1", "a@x", MONDAY, 9.0, "Cup", "paid"], ["#1", "a@x", MONDAY, None, "Pen", None]]
    log = log_of(*rows, header=header).strict()
    assert log.amounts.tolist() == [9.0]
    assert issues(log)["continuation_rows"].count == 1
    assert first_error(*rows, ["#2", "a@x", MONDAY, None, "Pen", None], header=header).params["row"] == 4
    nameless = [[None, *row[1:]] for row in rows]
    assert first_error(*nameless, header=header).params["row"] == 3
    plain = [[r[0], *r[1:4]] for r in rows]
    assert first_error(*plain, header=["Order ID", "Customer", "Date", "Amount"]).params["row"] == 3


def test_texts_that_look_like_formulas() -> None:
    """Issue 2, bad input: formulas hidden in text are names, and noted; signed numbers are none."""
    log = log_of(["=cmd|x", MONDAY, 1.0], ["@SUM(A1)", MONDAY, 1.0], ["-5", MONDAY, 1.0], ["A", MONDAY, 1.0])
    issue = issues(log.strict())["formula_text"]
    assert (issue.severity, issue.count, issue.first_row, issue.params["got"]) == ("note", 2, 2, "=cmd|x")


def test_many_merges_are_counted_not_listed() -> None:
    """200 are listed, the rest are one issue."""
    rows = [[f"c{i}{' ' * j}", MONDAY, 1.0] for j in (0, 1) for i in range(250)]
    found = [i for i in log_of(*rows).issues if i.key.startswith("merged")]
    assert len(found) == 201
    assert (found[-1].key, found[-1].params["pairs"]) == ("merged_ids_more", 50)


def test_columns_of_different_length() -> None:
    """Shorter columns are padded with blanks, so that whole columns work."""
    ids, days = Cells.of(["A", "B", None, None]), Cells.of([MONDAY, MONDAY])
    assert len(log_of_columns(ids, days, Cells.of([1.0, 2.0, None])).strict()) == 2
    with pytest.raises(CellError) as found:
        log_of_columns(ids, days, Cells.of([1.0]), first_row=2).strict()
    assert (found.value.key, found.value.params["row"], found.value.params["column"]) == (
        "column_blank",
        3,
        "amounts",
    )


def test_whole_columns() -> None:
    """A sheet of 1,048,576 rows with three orders."""
    height = 1_048_576
    columns = []
    for header, values in zip(HEADER, ([1.0, 2.0, 1.0], [MONDAY] * 3, [5.0, 6.0, 7.0]), strict=True):
        cells = Cells.of([header, *values])
        assert cells.tags is not None
        assert cells.codes is not None
        more = height - len(cells)
        columns.append(
            Cells(
                np.concatenate((cells.numbers, np.full(more, np.nan))),
                np.concatenate((cells.tags, np.ones(more, np.uint8))),
                np.concatenate((cells.codes, np.full(more, -1, np.int32))),
                cells.labels,
            )
        )
    log = read_log(Block(tuple(columns))).strict()
    assert (len(log), log.issues, log.row_of(2)) == (3, (), 4)


def test_without_dates_or_amounts() -> None:
    """Frequency needs neither."""
    log = log_of_columns(Cells.of(["A", "B"])).strict()
    assert (log.days.tolist(), log.amounts.tolist()) == ([1.0, 1.0], [0.0, 0.0])


def test_unused_columns_are_told() -> None:
    """A column of refunds that is not used must not go unnoticed."""
    log = log_of(["A", MONDAY, 1.0, 2.0], header=[*HEADER, "Refunded"])
    assert issues(log)["columns_unused"].params == {"headers": "Refunded"}


@pytest.mark.parametrize(
    ("text", "order"),
    [("1.2.2025", "dmy"), ("1. 2. 25", "dmy"), ("2025/2/1", "ymd"), ("2025-02-01T10:00Z", "ymd"),
     ("20250201", "ymd"), ("1-2-2025", "either"), ("Feb 1, 2025", "named"), ("1.2", None), ("12", None)],
)  # fmt: skip
def test_order_of_dates(text: str, order: str | None) -> None:
    """The order of day, month and year as the text gives it."""
    assert date_order(text) == order


@pytest.mark.parametrize(
    "text", ["12", "-12,5", "1.234,50", "1'234.50", "12 €", "PLN 5", "5-", "(5)", "1e5", "80%"]
)
def test_texts_that_are_numbers(text: str) -> None:
    """Spellings of numbers in several countries."""
    assert looks_numeric(text)


CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(40000, 46000).map(float),
    st.sampled_from(["", " ", "A", "a ", "12", "1.2.2025", "1 234,50", "=A1", "EUR", "x"]),
    st.text(max_size=3),
    st.sampled_from([CellError(NA, "input_error"), CellError(DIV, "input_error")]),
)
WIDE = ["customer_id", "order_date", "amount", "order_id", "segment", "channel", "cost", "currency"]


@given(st.lists(st.lists(CELL, min_size=8, max_size=8), max_size=8))
def test_any_cells_are_read_or_refused(rows: list[list[Any]]) -> None:
    """Nothing but CellError comes out; every row is a line, an issue or blank; counts agree."""
    log = read_log(Block.from_rows([WIDE, *rows]))
    errors = [issue for issue in log.issues if issue.error is not None]
    kept = set(log.rows.tolist()) if log.rows is not None else set(range(2, 2 + len(log)))
    assert len(kept) == len(log) <= len(rows)
    assert all(0 <= issue.count <= len(rows) and issue.first_row <= len(rows) + 1 for issue in log.issues)
    for issue in errors:
        if issue.key != "two_currencies":
            assert issue.first_row not in kept
    for values in (log.days, log.amounts, log.costs if log.costs is not None else log.days):
        assert np.isfinite(values).all()
    assert (log.customers.codes >= 0).all()
    rows_of_errors = [issue.first_row for issue in errors if issue.first_row]
    assert rows_of_errors == sorted(rows_of_errors)
    if errors:
        with pytest.raises(CellError):
            log.strict()
    else:
        assert log.strict() is log
        assert len(log) > 0


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6))
def test_columns_read_as_the_range_does(rows: list[list[Any]]) -> None:
    """One argument a column or a range with headers: the same lines and the same errors."""
    names = ["customer_id", "order_date", "amount"]
    ranged = read_log(Block.from_rows([names, *rows]))
    columns = log_of_columns(*Block.from_rows(rows).columns, first_row=2)
    assert [(i.key, i.count, i.first_row) for i in ranged.issues] == [
        (i.key, i.count, i.first_row) for i in columns.issues
    ]
    assert ranged.amounts.tolist() == columns.amounts.tolist()
