"""The table of CLV.CHECK: rules applied and broken, with counts, rows and wording."""

import csv
import string
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import NA, CellError, Text
from clv_xl.orders.check import KEYS, check
from clv_xl.orders.log import OrderLog
from clv_xl.orders.reading import log_of_columns, read_log
from clv_xl.table import Table


def day(year: int, month: int, number: int) -> float:
    """Return a serial date: 1 is 1900-01-01 and 1900 counts as a leap year."""
    return float((date(year, month, number) - date(1899, 12, 30)).days)


def texts() -> dict[str, str]:
    """Return every English text of the package by key."""
    found: dict[str, str] = {}
    for path in files("clv_xl.texts").iterdir():
        if path.name.endswith(".csv"):
            found |= {row["key"]: row["en"] for row in csv.DictReader(path.read_text("utf-8").splitlines())}
    return found


TEXTS = texts()


def word(value: object) -> str:
    """Fill a text; a key or a place that is missing is an error."""
    if not isinstance(value, Text):
        return str(value)
    template = TEXTS[value.key]
    places = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return template.format(**{name: word(value.params.get(name, "")) for name in places})


def found(table: Table) -> dict[str, tuple[float, float | None]]:
    """Return count and first row of the findings by rule; the columns read are left out."""
    rules = zip(*(table.column(key) for key in ("rule", "count", "first_row")), strict=True)
    return {rule: (count, row) for rule, count, row in rules if rule not in ("column", "lines_read")}


def log_of(*rows: tuple[Any, ...]) -> OrderLog:
    """Return a log of rows: customer, date, amount, order id."""
    return log_of_columns(*Block.from_rows(rows).columns)


JAN, FEB, MAR, APR = (day(2025, month, 10) for month in (1, 2, 3, 4))
MANY = [(f"m{i}", day(2025, 1 + i % 4, 1 + i % 28), 100.0, None) for i in range(100)]


def test_clean_log() -> None:
    """Nothing but what was read, and that all is clear."""
    rows = [("A", day(2025, 1, i % 31 + 1), 10.0) for i in range(31)]
    table = check(log_of_columns(*Block.from_rows(rows).columns))
    assert table.keys == KEYS
    assert found(table) == {"all_clear": (31.0, None)}
    assert table.column("count")[0] == 31.0
    assert table.column("finding")[0].params == {
        "customers": 1.0,
        "first": "2025-01-01",
        "last": "2025-01-31",
    }


def test_headers_taken() -> None:
    """Which header was taken for which field stands in rows of their own."""
    log = read_log(Block.from_rows([["Asiakas", "Pvm", "Summa"], ["A", JAN, 1.0]]))
    worded = [word(f) for f in check(log).column("finding")]
    assert "The column Asiakas is taken as the customer." in worded
    assert "The column Summa is taken as the amount." in worded


@pytest.mark.parametrize(
    ("rule", "rows", "expected"),
    [
        ("lines_netted", [("A", JAN, 9.0, "1"), ("A", JAN, 9.0, "1"), ("B", JAN, 9.0, "2")], (2, 1)),
        ("missing_order_ids", [("A", JAN, 9.0, "1"), ("B", JAN, 9.0, None)], (1, 2)),
        ("shared_order_ids", [("A", JAN, 9.0, "1"), ("B", FEB, 9.0, "1")], (1, 2)),
        ("refunds_without_id", [("A", JAN, 9.0, "1"), ("A", JAN, -2.0, None)], (1, 2)),
        ("refunded_orders", [("B", JAN, 9.0, "2"), ("A", JAN, 9.0, "1"), ("A", FEB, -9.0, "1")], (1, 2)),
        ("refunded_orders", [("A", JAN, 0.3, "1"), ("A", JAN, -0.1, "1"), ("A", JAN, -0.2, "1")], (1, 1)),
        ("zero_orders", [("A", JAN, 9.0, "1"), ("B", JAN, 0.0, "2")], (1, 2)),
        (
            "same_day_repeats",
            [("A", JAN, 9.0, "1"), ("A", JAN + 0.5, 9.0, "2"), ("A", FEB, 1.0, "3")],
            (1, 2),
        ),
        ("prospects", [("A", JAN, 9.0, "1"), ("B", JAN, -9.0, "2"), ("B", JAN, -1.0, None)], (1, 2)),
        ("outliers", [*MANY, ("X", JAN, 600.0, "1")], (1, 101)),
        ("empty_months", [("A", JAN, 9.0, "1"), ("A", APR, 9.0, "2")], (2, None)),
        ("partial_last_month", [("A", JAN, 9.0, "1"), ("A", FEB, 9.0, "2")], (1, None)),
    ],
)
def test_rules(rule: str, rows: list[tuple[Any, ...]], expected: tuple[int, int | None]) -> None:
    """Design catalogue, rules of an order and CLV.CHECK: each rule counts its rows and names the first."""
    assert found(check(log_of(*rows)))[rule] == expected


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("outliers", [*MANY, ("X", JAN, 500.0, "1")]),  # 500 of 10,500 is under 5%
        ("shared_order_ids", [("A", JAN, 9.0, "1"), ("a", FEB, 9.0, "1")]),
        ("same_day_repeats", [("A", JAN, 9.0, "1"), ("A", JAN, 9.0, "1")]),
        ("partial_last_month", [("A", day(2025, 2, 28) + 0.9, 9.0, "1")]),
        ("left_truncated", [(str(i), day(2025, 1 + i % 4, 1), 9.0, None) for i in range(40)]),
        (
            "left_truncated",  # months without a new customer do not lower the median
            [
                (f"{m}{i}", day(2025, m, 5), 9.0, None)
                for m, n in ((1, 20), (2, 10), (8, 10))
                for i in range(n)
            ],
        ),
        ("empty_months", [("A", day(2024, 12, 31), 9.0, "1"), ("A", JAN, 9.0, "2")]),
    ],
)
def test_rules_not_broken(rule: str, rows: list[tuple[Any, ...]]) -> None:
    """Just inside the rule nothing is reported."""
    assert rule not in found(check(log_of(*rows)))


def test_left_truncated() -> None:
    """Design catalogue: a first month with more than 3 x the median of new customers is warned of."""
    later = [(f"l{i}", day(2025, 2 + i % 3, 5), 9.0, None) for i in range(30)]
    first = [(f"f{i}", JAN, 9.0, None) for i in range(31)]
    table = check(log_of(*first, *later))
    assert found(table)["left_truncated"] == (31.0, None)
    assert "left_truncated" not in found(check(log_of(*first[:30], *later)))


def test_as_of() -> None:
    """Rows after as_of are left out everywhere and counted; the day itself counts in full."""
    log = log_of(("A", JAN, 9.0, "1"), ("A", FEB + 0.99, 0.0, "2"), ("A", MAR, 0.0, "3"))
    findings = found(check(log, as_of=FEB))
    assert findings["after_as_of"] == (1.0, 3.0)
    assert findings["zero_orders"] == (1.0, 2.0)
    assert found(check(log, as_of=1.0))["after_as_of"] == (3.0, 1.0)


def test_cost_and_margin() -> None:
    """Both given is told; one of them is not."""
    log = log_of_columns(Cells.of(["A"]), Cells.of([JAN]), Cells.of([9.0]), costs=Cells.of([4.0]))
    assert "cost_and_margin" in found(check(log, has_margin=True))
    assert "cost_and_margin" not in found(check(log))


def test_issues_of_reading_are_listed() -> None:
    """Dates typed as text are found and the finding says how to mend them."""
    header = ["Customer", "Date", "Amount"]
    log = read_log(Block.from_rows([header, ["A", "31.12.2025", "1 234,50"], ["a", JAN, 1.0]]))
    table = check(log)
    assert found(table)["text_date"] == (1.0, 2.0)
    place = table.column("rule").index("text_date")
    assert word(table.column("finding")[place]) == "Date: dates are typed as text, such as 31.12.2025."
    assert "Text to Columns" in word(table.column("mend")[place])
    assert "day, month, year" in word(table.column("mend")[place])
    assert "all_clear" not in found(table)


def test_empty_log() -> None:
    """Only that there is nothing."""
    assert found(check(read_log(Block.from_rows([["Customer", "Date", "Amount"]])))) == {
        "no_orders": (0.0, None)
    }


CELL = st.one_of(
    st.none(),
    st.floats(-10, 10),
    st.integers(45000, 45200).map(float),
    st.sampled_from([0.0, "A", "a", "B", "=A1", " ", "1.2.2025", "12,5", True, CellError(NA, "input_error")]),
)
WIDE = ["customer_id", "order_date", "amount", "order_id", "cost", "currency", "note"]


@given(
    st.lists(st.tuples(*[CELL] * 7), max_size=10), st.one_of(st.none(), st.floats(1, 50000)), st.booleans()
)
def test_any_log_is_checked_and_worded(rows: list[Any], as_of: float | None, has_margin: bool) -> None:
    """Every finding has wording whose places are filled, and counts no more rows than there are."""
    log = read_log(Block.from_rows([WIDE, *rows]))
    table = check(log, as_of, has_margin)
    for i in range(table.height):
        months = table.column("rule")[i] == "empty_months"
        assert months or 0 <= table.column("count")[i] <= max(len(rows), len(WIDE))
        for key in ("severity", "finding", "mend"):
            text = word(table.column(key)[i])
            assert text
            assert "{" not in text
    for issue in log.issues:
        if issue.error is not None:
            assert "{" not in word(Text(issue.error.key, issue.error.params))


def test_a_column_that_may_mark_lines_as_no_sales_is_warned_of() -> None:
    """A deal that was lost is a line like any other: only the user knows which words mean so."""
    rows: list[list[Cell]] = [
        ["Contact", "Close Date", "Amount", "Deal Stage"],
        ["Anna", 45000.0, 20.0, "closedlost"],
        ["Bela", 45001.0, 30.0, "closedwon"],
    ]
    table = check(read_log(Block.from_rows(rows)))
    found = dict(zip(table.column("rule"), table.column("severity"), strict=True))
    assert found["status_columns"] == Text("severity.warning")


def test_a_line_pasted_twice_is_warned_of() -> None:
    """Equal in order, customer, time and money; a second item at another price is not."""
    rows: list[list[Cell]] = [
        ["customer", "date", "amount", "order_id"],
        ["Anna", 45000.0, 45.99, "o1"],
        ["Anna", 45000.0, 45.99, "o1"],
        ["Anna", 45000.0, 12.0, "o1"],
        ["Bela", 45001.0, 45.99, "o2"],
    ]
    table = check(read_log(Block.from_rows(rows)))
    at = list(table.column("rule")).index("identical_lines")
    assert (table.column("count")[at], table.column("first_row")[at]) == (1.0, 3.0)
