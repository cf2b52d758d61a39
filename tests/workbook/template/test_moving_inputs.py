"""An input that is changed moves what rests on it and nothing else, and every integrity rule still holds."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

import pytest

from clv_xl.workbook.page import Area
from clv_xl.workbook.template.leaf import HEAD_ROWS
from clv_xl.workbook.template.sheets import cohort_layout, dashboard_layout
from clv_xl.workbook.template.sheets.monitoring_packs import letter
from tests.workbook.template.planned import few
from tests.workbook.template.seeded import Seeded
from tests.workbook.template.test_seeded_mistakes import LIVE, order, spent

SHEETS = (
    "dashboard", "settings", "inputs", "orders", "segments", "cohorts", "clv", "forecast", "scenarios",
    "monitoring", "checks",
)  # fmt: skip
CLOSE = 1e-9
# What is watched, by a short name: the place that a sheet has told, or the name of the workbook.
PLACES: Final = MappingProxyType(
    {
        "aov": "in_aov", "rate": "in_frequency", "life": "in_lifespan", "kept": "in_retention_rate",
        "clv": "clv.clv", "net": "clv.net", "ratio": "clv.ratio", "payback": "clv.payback",
        "all_clv": "segments.total_clv", "all_net": "segments.total_net",
        "customers": "segments.total_customers", "orders": "segments.total_orders",
        "revenue": "segments.total_revenue",
        "live_net": "scenarios.live_net", "nets": "scenarios.nets",
        "future": "forecast.revenue", "cash": "forecast.cash_low",
        "currency": "set_currency",
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """Everything that is planned on, for 61 customers of the sample."""
    template = Seeded(tmp_path_factory.mktemp("moving"), "native", few, SHEETS)
    template.always += tuple(spent(template))
    for name, place in PLACES.items():
        template.ask(name, template.kit.at(place) if "." in place else place)
    word = template.kit.word
    sheet = {key: f"'{word(f'sheet.{key}')}'!" for key in SHEETS}
    triangle = cohort_layout.cells(cohort_layout.REVENUE)
    tiles = Area(dashboard_layout.TILES + 1, 0, dashboard_layout.TILES + 1, 5)
    live = Area(dashboard_layout.TILES + 1, 7, dashboard_layout.TILES + 1, 7)
    for name, address in (
        ("segment_clv", template.cell("segments.clv", 1)),
        ("segment_net", template.cell("segments.net", 1)),
        ("pack_clv", f"{sheet['monitoring']}{letter('clv_short')}{LIVE}"),
        ("pack_net", f"{sheet['monitoring']}{letter('clv_net')}{LIVE}"),
        ("pack_revenue", f"{sheet['monitoring']}{letter('revenue_period')}{LIVE}"),
        ("cohorts", sheet["cohorts"] + triangle.absolute),
        ("tiles", sheet["dashboard"] + tiles.absolute),
        ("tile_live", sheet["dashboard"] + live.absolute.split(":")[0]),
        ("max_cac", template.cell("inputs.quick_payback", 1)),
        ("contract", template.cell("clv.contract")),
    ):
        template.ask(name, address)
    return template


def of(place: str, value: Any, row: int = 0, column: int = 0) -> Callable[[Seeded], str]:
    """Return a change of an input by its place."""
    return lambda t: f"{t.cell(place, row, column)}={value}"


# What the company's drivers are worth, wherever that is shown; what the segments are worth.
COMPANY: Final = "clv net ratio payback contract live_net nets cash pack_clv pack_net tile_live"
SEGMENTS: Final = "all_clv all_net segment_clv segment_net tiles"
# What is changed, and the outputs that must move: every other one must not.
MOVES: dict[str, tuple[Callable[[Seeded], str], str]] = {
    "the order value of the company": (of("inputs.typed_aov", 40), f"aov future {COMPANY} {SEGMENTS}"),
    "the order value of a segment": (of("inputs.segment_typed_aov", 30, 1), SEGMENTS),
    "the margin": (of("inputs.typed_margin", 0.3), f"{COMPANY} {SEGMENTS}"),
    # Never CLV before CAC, nor the segments, which have a CAC of their own.
    "CAC of the company": (
        of("inputs.typed_cac", 20),
        "net ratio payback live_net nets cash pack_net tile_live",
    ),
    "CAC of a segment": (of("inputs.segment_typed_cac", 9, 1), "all_net segment_net tiles"),
    # Lifespan drives the scenarios, so that a retention typed over values the contract alone.
    "the retention rate": (of("inputs.typed_retention_rate", 0.3), "kept contract"),
    # Everybody has ordered before June 1998: the customers stay.
    "the last day that counts": (
        lambda _: "set_as_of=1998-05-31",
        f"aov rate orders revenue pack_revenue cohorts future {COMPANY} {SEGMENTS}",
    ),
    "the currency": (lambda _: "set_currency=EUR", "currency"),
    # Counts and sums of the whole log, the order value and the cohorts by month have no period.
    "the unit of a period": (
        lambda _: "set_unit=Q",
        f"rate life kept pack_revenue future {COMPANY} {SEGMENTS}",
    ),
    "the booking of a contract": (lambda _: "set_booking=after_renewal", "contract"),
    "the scenario in force": (lambda _: "set_scenario=2", "live_net future cash tile_live"),
    "a change of the best case": (
        lambda t: f"{t.kit.word('sheet.scenarios')}!G{HEAD_ROWS + 12}=0.2",
        "nets",
    ),
    "the CLV:CAC to reach": (lambda _: "set_target_ratio=4", "max_cac"),
    "the revenue of an order": (
        lambda t: f"{order(t, 0, 'revenue')}=129.33",
        f"aov revenue cohorts future all_clv all_net tiles {COMPANY}",
    ),
    "the segment on the dashboard": (lambda _: "set_segment=1 CD", "tiles"),
    # The pack of the month stays the company's.
    "the choice on the sheet CLV": (of("clv.choice", "1 CD"), "clv net ratio payback contract"),
    "the base of planning": (
        lambda _: "set_base=quick",
        f"aov rate life kept future customers orders revenue {COMPANY} {SEGMENTS}",
    ),
}
# The ledger no longer ties when an order is changed.
RED: Final = MappingProxyType({"the revenue of an order": {"monitoring_ledger"}})


def same(a: Any, b: Any) -> bool:
    """Return whether cells or rows of cells are equal, numbers within what the workbook promises."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= CLOSE * max(1, abs(a))
    return bool(a == b)


@pytest.mark.slow
@pytest.mark.parametrize("name", MOVES)
def test_an_input_moves_what_rests_on_it_and_nothing_else(name: str, template: Seeded) -> None:
    change, moved = MOVES[name]
    before, after = template.answers(), template.answers(change(template))
    watched = [key for key in before if key != "checks"]
    assert {key for key in watched if not same(before[key], after[key])} == set(moved.split())
    rules = {check.key for check in template.kit.checks if check.kind == "integrity"}
    assert rules & template.turned(change(template)) == RED.get(name, set())


@pytest.mark.slow
def test_money_at_the_beginning_of_a_period_is_worth_more_and_the_pack_before_is_to_be_restated(
    template: Seeded,
) -> None:
    """A value at the beginning of a year is that at its end times 1 + discount rate, whatever lives."""
    before, after = template.answers(), template.answers("set_timing=1")
    for name in ("clv", "all_clv", "segment_clv", "pack_clv"):
        assert after[name] == pytest.approx(before[name] * 1.1, rel=CLOSE), name
    for name in ("payback", "future", "revenue", "aov", "contract"):
        assert same(before[name], after[name]), name
    # Net CLV of the last pack was reckoned with another timing.
    rules = {check.key for check in template.kit.checks if check.kind == "integrity"}
    assert rules & template.turned("set_timing=1") == {"monitoring_bridge"}
