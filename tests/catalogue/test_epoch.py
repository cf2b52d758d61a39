"""Documents that count their days from 1904: the same days give the same results.

Expected: a number is 1,462 less in the 1904 date system (ECMA-376, part 1, 18.17.4.1), and nothing else
differs. In the calls of the conformance suite every number from 45,000 to 46,100 is a date (years 2023 to
2026), among the arguments and in the results.
"""

from pathlib import Path
from typing import TypeGuard

import pytest

from clv_xl.catalogue import epoch
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.ranges import OrderLogRange
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.orders.store import Store
from tests.conformance.calls import AS_OF, CASES, COLUMNS, LOG, Case
from tests.conformance.comparing import Rows, rows_of

IN_1904 = Context(days=1462.0)


def is_date(cell: object) -> TypeGuard[float]:
    return isinstance(cell, float) and 45_000 < cell < 46_100


def of_1904(value: Cell | Block) -> Cell | Block:
    """Return cells as a document of 1904 holds them."""
    if isinstance(value, Block):
        return Block.from_rows([[c - 1462.0 if is_date(c) else c for c in row] for row in value.to_rows()])
    return value - 1462.0 if is_date(value) else value


def rows_of_1904(rows: Rows) -> Rows:
    return [[c - 1462.0 if is_date(c) else c for c in row] for row in rows]


def holds_dates(value: Cell | Block) -> bool:
    return (
        any(is_date(c) for row in value.to_rows() for c in row)
        if isinstance(value, Block)
        else is_date(value)
    )


def early(case: Case) -> bool:
    """Return whether a day of a call is none in 1900 but one in 1904, such as 0: there results differ."""
    given = zip(case.function.args, case.args, strict=False)
    days = [value for arg, value in given if epoch.takes_dates(arg) and isinstance(value, float)]
    return not all(map(is_date, days))


ON_DATES = [case for case in CASES if any(map(holds_dates, case.args)) and not early(case)]


def test_each_function_that_takes_dates_is_among_the_calls() -> None:
    taking = {name for name, function in CATALOGUE.items() if epoch.date_places(function)}
    assert taking <= {case.function.name for case in ON_DATES}
    assert taking >= {f.name for f in CATALOGUE.values() if "as_of" in [a.name for a in f.args]}


@pytest.mark.parametrize("case", ON_DATES, ids=str)
def test_the_same_days_give_the_same_result_and_its_dates_are_the_same_days(
    case: Case, tmp_path: Path
) -> None:
    """A date in a result that its declaration does not name would stay as it is, and fail here."""
    store = Store(tmp_path)
    wanted = rows_of(run(case.function, case.args, Context(store=store)))
    found = run(case.function, list(map(of_1904, case.args)), Context(store=store, days=1462.0))
    assert rows_of(found) == rows_of_1904(wanted)


@pytest.mark.parametrize("headers", [0.0, 1.0, 2.0])
def test_the_last_order_of_a_status_is_the_day_that_the_document_shows(headers: float) -> None:
    found = run(CATALOGUE["CLV.STATUS"], (of_1904(LOG), None, 100.0, headers), IN_1904)
    assert isinstance(found, Block)
    last = [c for c in found.columns[1] if isinstance(c, float)]
    # The last purchase of each customer in LOG; o3 was given back whole, so that o2 is that of customer 1.
    assert sorted(last) == [day - 1462.0 for day in (45505.0, 45607.0, 45838.0, 46000.0)]


@pytest.mark.parametrize("headers", [0.0, 1.0, 2.0])
def test_stored_data_is_described_by_the_days_that_the_document_shows(headers: float, tmp_path: Path) -> None:
    store = Store(tmp_path)
    columns = [COLUMNS[name] for name in ("customer_id", "order_date", "amount")]
    text = run(CATALOGUE["CLV.DATA"], columns, Context(store=store))
    assert run(CATALOGUE["CLV.DATA"], list(map(of_1904, columns)), Context(store=store, days=1462.0)) == text
    assert isinstance(text, str)
    usual, moved = (
        rows_of(run(CATALOGUE["CLV.SOURCEINFO"], (text, headers), Context(store=store, days=days)))
        for days in (0.0, 1462.0)
    )
    differing = {row[0]: row[1] - other[1] for row, other in zip(usual, moved, strict=True) if row != other}
    assert list(differing.values()) == [1462.0] * 3  # first date, last date, stored


def test_a_column_of_last_days_moves_once_and_stored_dates_do_not(tmp_path: Path) -> None:
    store, function = Store(tmp_path), CATALOGUE["CLV.FREQUENCY"]
    columns = [COLUMNS[name] for name in ("customer_id", "order_date", "amount")]
    text = run(CATALOGUE["CLV.DATA"], columns, Context(store=store))
    ends = Block.from_rows([[AS_OF], [45700.0]])
    wanted = rows_of(run(function, (*columns[:2], "Y", ends)))
    in_1904 = Context(store=store, days=1462.0)
    assert rows_of(run(function, (text, text, "Y", of_1904(ends)), in_1904)) == wanted
    assert rows_of(run(function, (*map(of_1904, columns[:2]), "Y", of_1904(ends)), in_1904)) == wanted
    assert wanted[0] != wanted[1]


@pytest.mark.parametrize("log", [Block.from_rows(LOG.to_rows()[1:]), "@orders", None, 5.0])
def test_what_is_no_order_log_is_refused_as_ever(log: Cell | Block) -> None:
    function = CATALOGUE["CLV.COHORT"]
    wanted, found = run(function, (log,)), run(function, (log,), IN_1904)
    assert isinstance(wanted, CellError)
    assert isinstance(found, CellError)
    assert (found.code, found.key) == (wanted.code, wanted.key)


def test_single_dates_and_logs_are_all_that_takes_dates() -> None:
    for function in CATALOGUE.values():
        for arg in function.args:
            assert epoch.takes_dates(arg) == (
                arg.name in {"as_of", "dates", "last_refresh", "order_dates"}
                or isinstance(arg.kind, OrderLogRange)
            ), arg
