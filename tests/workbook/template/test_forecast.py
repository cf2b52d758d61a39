"""Sheet Forecast: the corkscrew, cash and vintages against the metrics, period by period."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from clv_xl.metrics.forecast import by_cohort, corkscrew
from clv_xl.workbook.template.order_lines import OrderLines
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import few_sheets, verdict
from tests.workbook.template.planned import FIRST, SHEETS, Planned, Planning

PERIODS = 24
LAST = FIRST + PERIODS - 1
ROWS = (
    "opening_customers", "new_customers", "lost_customers", "closing_customers", "revenue", "margin_amount",
    "acquisition_cost", "cash", "cumulative_cash",
)  # fmt: skip


def given(plan: Planned, name: str) -> float:
    return float(plan.one("forecast", name))


def expected(plan: Planned) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Return what the metric says of the numbers that the sheet starts from."""
    new = np.array(plan.across("forecast", "new_customers", last=LAST), float)
    kept, each = (np.full(PERIODS, given(plan, key)) for key in ("given_retention", "given_per_customer"))
    return corkscrew(
        given(plan, "given_customers"), new, kept, each, given(plan, "margin"), given(plan, "cac")
    )


def typed(plan: Planned, *values: str) -> list[str]:
    """Return settings that type numbers of new customers over the first periods."""
    row, sheet = plan.row("forecast", "typed"), plan.kit.word("sheet.forecast")
    return [f"'{sheet}'!{column}{row}={value}" for column, value in zip("FGHIJ", values, strict=False)]


@pytest.mark.parametrize("case", ["as shipped", "won in bursts", "years", "worst case"])
def test_every_row_is_the_corkscrew_of_the_metrics(planning: Planning, case: str) -> None:
    """Source of the numbers: clv_xl.metrics.forecast, which has its own sources and tests."""
    plan = planning.planned()
    unit = f"'{plan.kit.word('sheet.forecast')}'!D{plan.row('forecast', 'forecast_unit')}=Y"
    sets = {
        "won in bursts": typed(plan, "900", "0", "35.5"),
        "years": [unit],
        "worst case": ["set_scenario=3"],
    }
    plan = planning.planned("native", *sets.get(case, ()))
    columns, total = expected(plan)
    for name in ROWS:
        found = np.array(plan.across("forecast", name, last=LAST), float)
        assert found == pytest.approx(columns[name], rel=1e-9, abs=1e-9), name
    low = plan.one("forecast", "low_point", column=5)
    assert low == pytest.approx(total["low_point"], rel=1e-9)
    place = int(plan.one("forecast", "low_period", column=5))
    assert not np.isnan(columns["low_point"][place - 1])
    for check in ("corkscrew", "vintages"):
        assert plan.verdict(check)[1] == plan.kit.word("status_ok")


def serial(day: str) -> float:
    return float((dt.date.fromisoformat(day) - dt.date(1899, 12, 30)).days)


def bought(lines: OrderLines, first: str, last: str) -> tuple[set[object], float]:
    """Return who ordered between two days, and for how much in all."""
    rows = zip(lines.customers, lines.days, lines.revenue, strict=True)
    found = [(who, money) for who, day, money in rows if serial(first) <= day < serial(last) + 1]
    return {who for who, _ in found}, sum(float(money or 0) for _, money in found)


def test_the_forecast_begins_with_the_customers_who_ordered_in_the_newest_period(planning: Planning) -> None:
    """Counted in the log itself: a year up to 30 June 1998."""
    plan = planning.planned()
    active, _ = bought(plan.kit.lines, "1997-07-01", "1998-06-30")
    assert given(plan, "given_customers") == len(active) < len(set(plan.kit.lines.customers))


def test_the_first_column_is_held_against_the_newest_whole_months_of_the_log(native: Built) -> None:
    """Summed in the log itself: April to June 1998; the limit is the gap of a prediction on Settings."""
    plan = Planned(native.kit, native.values)
    _, money = bought(native.kit.lines, "1998-04-01", "1998-06-30")
    assert plan.one("forecast", "log_month") == pytest.approx(money / 3, rel=1e-12)
    first = plan.across("forecast", "revenue", last=FIRST)[0]
    assert plan.one("forecast", "first_month") == pytest.approx(first, rel=1e-12)  # a column is a month
    assert native.at("forecast.apart") == pytest.approx(first / (money / 3) - 1, rel=1e-9)
    assert abs(native.at("forecast.apart")) <= native.named("set_model_gap")
    assert plan.verdict("forecast_start")[1] == "OK"


def test_a_first_column_in_quarters_or_years_is_told_per_month(planning: Planning) -> None:
    plan = planning.planned()
    unit = f"'{plan.kit.word('sheet.forecast')}'!D{plan.row('forecast', 'forecast_unit')}"
    quarters = planning.planned("native", f"{unit}=Q")
    first = quarters.across("forecast", "revenue", last=FIRST)[0]
    assert quarters.one("forecast", "first_month") == pytest.approx(first / 3, rel=1e-12)


@pytest.mark.parametrize("sets", ["in_active_customers=786", "in_frequency=4"])
def test_a_forecast_that_does_not_begin_where_the_log_ends_asks(sets: str, tmp_path: Path) -> None:
    """786 customers have ever ordered; a purchase rate of 4 is near twice that of the sample."""
    far = few_sheets(tmp_path, sets, keys=SHEETS)
    assert far.at("forecast.apart") > far.named("set_model_gap")
    assert verdict(far, "forecast_start") == far.kit.word("status_check")


def test_who_plans_without_orders_is_not_asked_about_them(planning: Planning) -> None:
    plan = planning.planned("native", "set_base=quick")
    assert plan.verdict("forecast_start")[1] == plan.kit.word("not_available")
    young = planning.planned("native", f"set_as_of={serial('1997-02-28')}")
    assert young.verdict("forecast_start")[1] == young.kit.word("not_available")  # two whole months


@pytest.mark.slow
def test_rates_are_told_per_column_whatever_its_length(planning: Planning) -> None:
    plan = planning.planned()
    unit = f"'{plan.kit.word('sheet.forecast')}'!D{plan.row('forecast', 'forecast_unit')}"
    months, quarters, years = (planning.planned("native", f"{unit}={code}") for code in ("M", "Q", "Y"))
    kept = given(years, "given_retention")
    assert kept == pytest.approx(years.one("scenarios", "retention_rate", nth=1), rel=1e-12)
    for name in ("given_per_customer", "given_new"):
        assert given(months, name) * 12 == pytest.approx(given(years, name), rel=1e-12)
        assert given(quarters, name) * 4 == pytest.approx(given(years, name), rel=1e-12)
    assert given(months, "given_retention") ** 12 == pytest.approx(kept, rel=1e-9)
    assert given(quarters, "given_retention") ** 4 == pytest.approx(kept, rel=1e-9)


def test_vintages_are_the_cohorts_of_the_metric_put_together(planning: Planning) -> None:
    plan = planning.planned()
    new = np.array(plan.across("forecast", "new_customers", last=LAST), float)
    kept, each = (np.full(PERIODS, given(plan, key)) for key in ("given_retention", "given_per_customer"))
    cells, _ = by_cohort("revenue", given(plan, "given_customers"), new, kept, each)
    length = int(given(plan, "vintage_months"))
    group = [0] + [min(6, t // length + 1) for t in range(PERIODS)]
    top = plan.row("forecast", "total") - 7
    for vintage in range(7):
        own = [np.nansum(cells[t][[g == vintage for g in group]]) for t in range(PERIODS)]
        sheet = plan.sheet("forecast")
        found = [sheet.cell(top + vintage, c).value for c in range(FIRST, LAST + 1)]
        assert found == pytest.approx(own, rel=1e-9, abs=1e-9)


def test_cash_below_zero_asks_for_money(planning: Planning) -> None:
    plan = planning.planned("native", *typed(planning.planned(), "100000"))
    low, verdict = plan.verdict("cash_low")
    assert low < 0
    assert verdict == plan.kit.word("status_check")


def test_a_formula_typed_over_breaks_the_corkscrew(planning: Planning) -> None:
    plan = planning.planned()
    row, sheet = plan.row("forecast", "closing_customers"), plan.kit.word("sheet.forecast")
    broken = planning.planned("native", f"'{sheet}'!H{row}=1")
    assert broken.verdict("corkscrew")[1] == plan.kit.word("template.status_broken")


@pytest.mark.slow
def test_the_function_agrees_with_every_row(planning: Planning) -> None:
    for sets in ((), ("set_scenario=2",)):
        plan = planning.planned("addin", *sets)
        for key in ("forecast_rows", "forecast_low"):
            gap, verdict = plan.verdict(key)
            assert isinstance(gap, (int, float))
            assert gap <= 1e-9
            assert verdict == plan.kit.word("status_ok")
