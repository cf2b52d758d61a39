"""A log too long for formulas that look through it: tables of the functions stand in for them.

The public sample stands for it here, with the length from which a log is long set below its own; what
the functions answer is checked where they are tested, here that their numbers are on the sheets.
"""

import numpy as np
import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.workbook.template import kit as kits
from clv_xl.workbook.template.kit import Kit
from clv_xl.workbook.template.order_lines import COLUMNS, OrderLines, sample
from clv_xl.workbook.template.sheets.cohort_functions import LEADING, shape_of
from clv_xl.workbook.template.sheets.customers_places import ROWS
from tests.workbook.template.built import Built, Templates


@pytest.fixture(scope="module")
def long(templates: Templates) -> Built:
    """The add-in build of a log that is too long for native formulas."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kits, "NATIVE_ORDERS", 1_000)
        # Lines of its own, so that nobody else gets this workbook.
        built = templates.built("addin", lines=lambda word: sample(word))  # noqa: PLW0108
        assert not built.kit.native
        return built


def _answer(kit: Kit, name: str, *args: Cell) -> list[list[Cell]]:
    lines: list[list[Cell]] = [list(COLUMNS), *map(list, zip(*kit.lines.columns(), strict=True))]
    found = run(CATALOGUE[name], [Block.from_rows(lines), *args], Context(language="en"))
    assert isinstance(found, Block)
    return [list(row) for row in found.rows()]


@pytest.mark.slow
def test_a_long_log_has_no_error_and_no_cell_that_is_not_calculated(long: Built) -> None:
    assert long.report.errors == []
    assert long.report.kept == []
    assert long.named("chk_broken") == 0


@pytest.mark.slow
@pytest.mark.parametrize("by", ["segments", "channels"])
def test_groups_of_a_long_log_stand_in_the_order_in_which_the_log_names_them(long: Built, by: str) -> None:
    lines = long.kit.lines
    named = list(dict.fromkeys(lines.segments if by == "segments" else lines.channels))
    found = long.at(f"{by}.name" if by == "segments" else "channels.name")
    assert [name for name in found if name] == named


@pytest.mark.slow
def test_segments_of_a_long_log_are_what_the_function_answers(long: Built) -> None:
    _, *rows = _answer(long.kit, "CLV.SEGMENT", "segment", "Y", long.kit.lines.as_of)
    answered = {row[0]: row[1:7] for row in rows[:-1]}
    keys = ("customers", "orders", "revenue", "aov", "frequency", "lifespan")
    columns = [long.at(f"segments.{key}") for key in keys]
    for slot, name in enumerate(long.at("segments.name")):
        if name:
            assert [column[slot] for column in columns] == pytest.approx(answered.pop(name), rel=1e-9)
    assert answered == {}


@pytest.mark.slow
def test_the_list_of_a_long_log_has_the_first_customers_of_the_function(long: Built) -> None:
    _, *rows = _answer(long.kit, "CLV.RFM", long.kit.lines.as_of)
    ids = [customer for customer in long.at("customers.id") if customer not in (None, "")]
    assert ids == [row[0] for row in rows[:ROWS]]
    orders = long.at("customers.orders")[: len(ids)]
    assert orders == [row[1] for row in rows[:ROWS]]


def _log(customers: list[Cell], days: list[float], as_of: float) -> OrderLines:
    n = len(days)
    blank = [None] * n
    return OrderLines(blank, customers, days, [1.0] * n, blank, blank, blank, as_of, "EUR", "")


def test_the_room_of_the_cohorts_is_what_the_function_fills() -> None:
    rng = np.random.default_rng(11)
    for _ in range(20):
        days = np.sort(rng.integers(45_000, 45_400, 60)).astype(float).tolist()
        names: list[Cell] = [f" C{n}" if n % 2 else f"c{n} " for n in rng.integers(0, 30, 60).tolist()]
        log = _log(names, days, float(rng.integers(45_300, 45_420)))
        block = Block.from_rows([list(COLUMNS), *map(list, zip(*log.columns(), strict=True))])
        found = run(CATALOGUE["CLV.COHORT"], [block, "M", "customers", log.as_of], Context())
        assert isinstance(found, Block)
        assert shape_of(log) == (found.height, found.width)


def test_a_log_without_orders_has_no_cohorts() -> None:
    assert shape_of(_log([], [], 45_000.0)) == (1, LEADING)


@pytest.mark.slow
def test_active_customers_are_as_many_as_the_revenue_of_the_newest_period_comes_from(long: Built) -> None:
    """By the log itself: the year to 1998-06-30 over the revenue per customer and period with an order."""
    lines = long.kit.lines
    days, money = np.array(lines.days), np.array(lines.revenue)
    newest = money[(days > lines.as_of - 365) & (days < lines.as_of + 1)].sum()
    each = long.at("inputs.revenue") / long.at("inputs.active")
    assert long.named("in_active_customers") == pytest.approx(newest / each, rel=1e-9)
