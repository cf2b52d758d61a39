"""Sheet Scenarios: six columns that follow the base, the bridge, levers and the planner's what-if."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clv_xl.metrics import levers
from clv_xl.metrics.drivers import outcome
from clv_xl.workbook.template import kit
from clv_xl.workbook.template.sheets.levers import LEVERS
from clv_xl.workbook.template.sheets.scenarios import ROWS
from tests.workbook.template.few_sheets import few_sheets
from tests.workbook.template.planned import SHEETS, Planned, Planning, few

CLOSE = 1e-9
DRIVERS = ("avg_order_value", "frequency", "lifespan", "margin", "cac", "discount_rate")
NONE = (0.0, float("inf"))
MANY = "in_active_customers=61"  # enough that every lever can earn its cost


@pytest.fixture(scope="session")
def base(planning: Planning) -> Planned:
    return planning.planned()


@pytest.fixture(scope="session")
def cell(base: Planned) -> Callable[..., str]:
    """Return the address of an input by its label, for a setting."""

    def found(label: str, column: str = "D", nth: int = 0) -> str:
        return f"'{base.kit.word('sheet.scenarios')}'!{column}{base.row('scenarios', label, nth)}"

    return found


def drivers_of(plan: Planned, column: int) -> dict[str, float]:
    """Return the drivers in force in one of the six columns."""
    return {name: plan.across("scenarios", name, nth=1)[column] for name in DRIVERS}


def results(plan: Planned) -> dict[str, list[Any]]:
    words = {"clv": "clv_short", "net_clv": "net_clv", "ratio": "ratio", "payback": "payback"}
    return {name: plan.across("scenarios", word) for name, word in words.items()}


def test_every_scenario_is_valued_as_the_driver_model_values_it(base: Planned) -> None:
    """Source of the numbers: clv_xl.metrics.drivers, which has its own sources and tests."""
    found = results(base)
    for column in range(6):
        drivers = drivers_of(base, column)
        for output in ("clv", "net_clv", "ratio"):
            assert found[output][column] == pytest.approx(outcome("simple", output, drivers), rel=CLOSE)
        months = outcome("simple", "payback", drivers) * 12
        assert found["payback"][column] == pytest.approx(months, rel=CLOSE)


def test_the_example_shop_is_worth_what_the_textbook_product_gives(planning: Planning) -> None:
    """50 x 3 x 3 x 40% = 180, less 45; 4 times the cost, paid back after 0.75 of a year."""
    plan = planning.planned("native", "set_base=quick")
    found = results(plan)
    assert [found[key][0] for key in found] == pytest.approx([180.0, 135.0, 4.0, 9.0], rel=CLOSE)


def test_changes_are_against_the_base_and_so_follow_it(base: Planned, planning: Planning) -> None:
    for plan in (base, planning.planned("native", "set_base=quick")):
        for row in ROWS:
            if row.name in ("lifespan", "retention_rate"):
                continue
            values = plan.across("scenarios", row.term, nth=1)
            told = plan.one("scenarios", row.term, nth=1, column=5)
            steps = (0.0, *row.changes)
            expected = [told * (1 + step) if row.relative else told + step for step in steps]
            assert values == pytest.approx(expected, rel=CLOSE)


@pytest.mark.parametrize("number", [2, 5])
def test_the_scenario_in_force_is_the_column_of_its_number(planning: Planning, number: int) -> None:
    plan = planning.planned("native", f"set_scenario={number}")
    for name in (*DRIVERS, "retention_rate"):
        live = plan.one("scenarios", name, nth=1)
        assert live == plan.across("scenarios", name, nth=1)[number - 1]
    assert plan.one("scenarios", "net_clv") == results(plan)["net_clv"][number - 1]
    assert plan.one("scenarios", "in_force") == plan.across("scenarios", "names")[number - 1]


def test_retention_and_lifespan_are_never_both_free(base: Planned, planning: Planning, cell: Any) -> None:
    life, kept = (base.across("scenarios", name, nth=1) for name in ("lifespan", "retention_rate"))
    assert kept == pytest.approx([1 - 1 / max(1.0, years) for years in life], rel=CLOSE)
    plan = planning.planned("native", f"{cell('drives')}=retention")
    life, kept = (plan.across("scenarios", name, nth=1) for name in ("lifespan", "retention_rate"))
    told = plan.one("scenarios", "retention_rate", nth=1, column=5)
    steps = next(row.changes for row in ROWS if row.name == "retention_rate")
    assert kept == pytest.approx([told + step for step in (0.0, *steps)], rel=CLOSE)
    assert life == pytest.approx([1 / (1 - share) for share in kept], rel=CLOSE)


def test_a_retention_of_all_customers_has_the_longest_lifespan_and_no_error(
    planning: Planning, cell: Any
) -> None:
    plan = planning.planned("native", f"{cell('drives')}=retention", f"{cell('retention_rate', 'G')}=1")
    assert plan.across("scenarios", "retention_rate", nth=1)[1] == 1.0
    assert plan.across("scenarios", "lifespan", nth=1)[1] == plan.one("scenarios", "longest")


def test_a_scenario_that_never_pays_back_shows_a_blank(planning: Planning, cell: Any) -> None:
    plan = planning.planned("native", f"{cell('cac', 'H')}=9")
    assert results(plan)["payback"][2] in (None, "")
    assert results(plan)["net_clv"][2] < 0


@pytest.mark.slow
def test_the_function_shows_a_blank_there_and_no_error(planning: Planning, cell: Any) -> None:
    plan = planning.planned("addin", f"{cell('cac', 'H')}=9", f"{cell('lever.referral', 'F')}=1000000")
    assert plan.verdict("scenario_payback")[1] == plan.kit.word("status_ok")


def bars(plan: Planned) -> list[list[Any]]:
    """Return effect, end, and the seven parts of the bar of each step."""
    top = plan.row("scenarios", "step_base", nth=0)
    return [[plan.sheet("scenarios").cell(r, c).value for c in range(4, 13)] for r in range(top, top + 9)]


def test_effects_and_interaction_lead_from_the_base_to_the_scenario(base: Planned) -> None:
    steps = bars(base)
    assert steps[0][0] == results(base)["net_clv"][0]
    assert (
        steps[-1][0] == results(base)["net_clv"][1]
    )  # the bridge goes to the best case unless told otherwise
    assert sum(step[0] for step in steps[:-1]) == pytest.approx(steps[-1][0], rel=CLOSE)
    alone = {**drivers_of(base, 0), "frequency": drivers_of(base, 1)["frequency"]}
    assert steps[2][0] == pytest.approx(outcome("simple", "net_clv", alone) - steps[0][0], rel=CLOSE)


def test_bars_reach_from_step_to_step_below_zero_too(planning: Planning, cell: Any) -> None:
    plan = planning.planned("native", f"{cell('cac', 'H')}=9", "set_scenario=3")
    before = None
    for effect, reached, above, beneath, total, *parts in bars(plan):
        if before is None or total:
            assert total == reached
        else:
            low, high = sorted((before, before + effect))
            up, up_low, down, down_low = parts
            assert above + up + down == pytest.approx(max(0.0, high), abs=CLOSE)
            assert beneath + up_low + down_low == pytest.approx(min(0.0, low), abs=CLOSE)
            assert beneath <= 0 <= above
            assert above == 0 or low > 0
            assert beneath == 0 or high < 0
        before = reached
    assert before is not None
    assert before < 0


def lever_rows(plan: Planned) -> list[list[Any]]:
    top = plan.row("scenarios", f"lever.{LEVERS[0].name}")
    return [
        [plan.sheet("scenarios").cell(top + i, c).value for c in range(4, 13)] for i in range(len(LEVERS))
    ]


def test_levers_gain_and_break_even_as_the_metrics_say(planning: Planning) -> None:
    """Source of the numbers: clv_xl.metrics.levers, which has its own sources and tests."""
    plan = planning.planned("native", MANY)
    drivers = drivers_of(plan, 0)
    net = float(outcome("simple", "net_clv", drivers))
    for lever, row in zip(LEVERS, lever_rows(plan), strict=True):
        uplift, reached, cost, customers, gain, total, left, roi, even = row
        assert (uplift, reached, cost) == (lever.uplift, lever.reached, lever.cost)
        moved = {**drivers, **levers.moved(lever.name, "simple", drivers, uplift, "relative")}
        assert gain == pytest.approx(float(outcome("simple", "net_clv", moved)) - net, rel=1e-8)
        assert [total, left, roi] == pytest.approx([gain * customers, gain * customers - cost,
                                                   gain * customers / cost - 1], rel=CLOSE)  # fmt: skip
        expected, _ = levers.break_even(lever.name, "simple", drivers, cost / customers, "relative", NONE)
        assert even == pytest.approx(expected, rel=1e-8)


def test_at_the_break_even_uplift_a_lever_earns_its_cost(planning: Planning, cell: Any) -> None:
    evens = [row[-1] for row in lever_rows(planning.planned("native", MANY))]
    sets = [f"{cell(f'lever.{lever.name}')}={even!r}" for lever, even in zip(LEVERS, evens, strict=True)]
    for row in lever_rows(planning.planned("native", MANY, *sets)):
        assert row[6] == pytest.approx(0.0, abs=1e-6)


def test_a_lever_that_cannot_earn_its_cost_says_so(planning: Planning, cell: Any) -> None:
    plan = planning.planned("native", f"{cell('lever.referral', 'F')}=1000000")
    assert lever_rows(plan)[5][-1] == plan.kit.word("template.scenarios.out_of_reach")


def active(plan: Planned, names: list[Any]) -> list[int]:
    """Count in the log who of each segment ordered in the year up to 30 June 1998, its last day."""
    lines = plan.kit.lines
    rows = list(zip(lines.customers, lines.days, lines.segments, strict=True))
    segment = {who: name for who, _, name in reversed(rows)}  # that of the first order
    newest = {who for who, day, _ in rows if day > lines.as_of - 365}
    return [sum(segment[who] == name for who in newest) for name in names]


def test_a_lever_reaches_its_share_of_the_active_customers(base: Planned) -> None:
    names = sorted(set(base.kit.lines.segments), key=str)
    there = sum(active(base, list(names)))
    assert there < len(set(base.kit.lines.customers))
    for lever, row in zip(LEVERS, lever_rows(base), strict=True):
        assert row[3] == pytest.approx(there * lever.reached, rel=CLOSE)


def test_the_plan_rests_on_the_active_customers_of_each_segment(base: Planned) -> None:
    for head in ("plan_live", "plan_frozen"):
        first = base.row("scenarios", head) + 2
        names = [base.sheet("scenarios").cell(first + i, 1).value for i in range(3)]
        found = [row[0] for row in base.table("scenarios", head, 3, 1)]
        assert found == pytest.approx(active(base, names), rel=CLOSE), head


def test_who_types_over_active_customers_plans_with_as_many(base: Planned, planning: Planning) -> None:
    """Each segment moves by the same share; in the quick start the company is the only segment."""
    top, sheet = base.row("scenarios", "plan_frozen") + 2, base.kit.word("sheet.scenarios")
    live = [f"'{sheet}'!A{top + i}=" for i in range(3)]
    counted = [row[0] for row in base.table("scenarios", "plan_live", 3, 1)]
    plan = planning.planned("native", *live, "in_active_customers=10")
    found = [row[0] for row in plan.table("scenarios", "plan_base", 3, 1)]
    assert found == pytest.approx([10 * n / sum(counted) for n in counted], rel=CLOSE)
    quick = planning.planned("native", "set_base=quick")
    assert [row[0] for row in quick.table("scenarios", "plan_live", 2, 1)] == [800, 0]


@pytest.mark.slow
def test_segments_of_a_log_too_long_to_look_through_have_the_share_of_the_company(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kit, "NATIVE_ORDERS", 0)
    built = few_sheets(tmp_path, build="addin", lines=few, keys=SHEETS)
    plan = Planned(built.kit, built.values)
    share = built.named("in_active_customers") / built.named("in_customers")
    assert 0 < share < 1
    found = [row[0] for row in plan.table("scenarios", "plan_live", 3, 1)]
    assert found == pytest.approx([share * n for n in built.at("segments.customers")[:3]], rel=CLOSE)


def ramp(month: int, start: float, length: float) -> float:
    return min(1.0, max(0.0, (month - start + 1) / max(1.0, length))) if start > 0 else 0.0


def test_the_plan_adds_what_a_loop_over_months_and_segments_adds(base: Planned) -> None:
    known = base.table("scenarios", "plan_base", 3, 6)
    deltas = base.table("scenarios", "plan_deltas", 3, 8)
    months = int(base.one("scenarios", "plan_months"))
    expected = []
    for (customers, aov, rate, _, margin, _), (up, often, _, points, _, start, length, cost) in zip(
        known, deltas, strict=True
    ):
        now = customers * aov * rate * margin / 12
        full = customers * aov * (1 + up) * rate * (1 + often) * (margin + points) / 12
        shares = [ramp(month, start, length) for month in range(1, months + 1)]
        expected.append([now * months, now * months + (full - now) * sum(shares), cost])
    found = base.table("scenarios", "plan_margin", 3, 8)
    for row, (before, case, cost) in zip(found, expected, strict=True):
        assert [row[3], row[4], row[6]] == pytest.approx([before, case, cost], rel=CLOSE)
        assert row[7] == pytest.approx(case - before - cost, rel=CLOSE)
    assert base.verdict("plan_months_sum")[1] == base.kit.word("status_ok")


def test_the_frozen_base_is_the_live_one_until_an_input_moves(base: Planned, planning: Planning) -> None:
    assert base.verdict("frozen_moved") == (pytest.approx(0.0, abs=CLOSE), base.kit.word("status_ok"))
    before = base.table("scenarios", "plan_values", 3, 5)
    live = base.row("scenarios", "plan_frozen") + 2
    sheet = base.kit.word("sheet.scenarios")
    plan = planning.planned("native", f"'{sheet}'!H{live}=0.2")
    gap, verdict = plan.verdict("frozen_moved")
    assert gap > 0.05
    assert verdict == plan.kit.word("status_check")
    assert plan.table("scenarios", "plan_values", 3, 5)[1:] == before[1:]


def test_without_a_frozen_base_the_plan_follows_the_live_one(base: Planned, planning: Planning) -> None:
    top, sheet = base.row("scenarios", "plan_frozen") + 2, base.kit.word("sheet.scenarios")
    plan = planning.planned("native", *(f"'{sheet}'!A{top + i}=" for i in range(3)))
    assert plan.one("scenarios", "plan_count") == 0
    now = plan.table("scenarios", "plan_live", 3, 6)
    assert plan.table("scenarios", "plan_base", 3, 6) == now
    assert now == base.table("scenarios", "plan_live", 3, 6)


@pytest.mark.slow
def test_functions_agree_with_the_native_rows(planning: Planning) -> None:
    for sets in ((MANY,), (MANY, "set_scenario=3")):
        plan = planning.planned("addin", *sets)
        for key in ("scenario_clv", "scenario_net", "scenario_payback", "bridge_change", "lever_total_gain",
                    "lever_roi", "lever_even", "bridge_unexplained", "bridge_ends"):  # fmt: skip
            gap, verdict = plan.verdict(key)
            assert isinstance(gap, (int, float)), key
            assert verdict == plan.kit.word("status_ok"), (key, gap)
