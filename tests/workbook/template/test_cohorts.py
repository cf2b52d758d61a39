"""Sheet Cohorts: its triangles against pandas and CLV.COHORT, the chart against CAC, customers by period."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from clv_xl.workbook.page import address
from clv_xl.workbook.template.order_lines import OrderLines, sample
from clv_xl.workbook.template.sheets import cohort_layout as at
from clv_xl.workbook.template.sheets.cohort_functions import spilled
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import answer, few_sheets, log_of, verdict

KEYS = ("settings", "inputs", "orders", "segments", "cohorts", "retention", "checks")
TOLERANCE = 1e-9  # what the workbook itself promises on Checks
BLOCKS = {
    "customers": at.CUSTOMERS,
    "retention": at.RETAINED,
    "revenue": at.REVENUE,
    "cumulative": at.CUMULATIVE,
}
EPOCH = pd.Timestamp("1899-12-30")


def spread(word: Callable[[str], str]) -> OrderLines:
    """Customers of the sample who came over 12 months, refunds, and a last day in the middle of a month."""
    lines = sample(word)
    days = [
        day + int(float(str(c))) // 3 % 15 * 25 for day, c in zip(lines.days, lines.customers, strict=True)
    ]
    order = sorted(range(len(days)), key=lambda i: (days[i], i))
    revenue = [-5.0 if i % 97 == 96 else lines.revenue[i] for i in order]
    columns: dict[str, Any] = {
        name: [getattr(lines, name)[i] for i in order]
        for name in ("customers", "costs", "segments", "channels")
    }
    ids = [float(i) for i in range(1, len(days) + 1)]
    as_of = float((pd.Timestamp("1998-12-15") - EPOCH).days)
    return replace(
        lines,
        order_ids=ids,
        days=[days[i] for i in order],
        revenue=revenue,
        as_of=as_of,
        sample=False,
        **columns,
    )


def small(word: Callable[[str], str]) -> OrderLines:
    """An eighth of the customers of `spread`."""
    return taken(spread(word), lambda lines, i: int(float(str(lines.customers[i]))) // 3 % 8 == 1)


def taken(lines: OrderLines, keep: Callable[[OrderLines, int], bool]) -> OrderLines:
    """Return some of the lines."""
    places = [i for i in range(len(lines)) if keep(lines, i)]
    return at_places(lines, places)


def at_places(lines: OrderLines, places: list[int]) -> OrderLines:
    """Return the lines at some places, in that order."""
    names = ("order_ids", "customers", "days", "revenue", "costs", "segments", "channels")
    columns: dict[str, Any] = {name: [getattr(lines, name)[i] for i in places] for name in names}
    return replace(lines, **columns, sample=False)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """An add-in build with many cohorts."""
    return few_sheets(tmp_path_factory.mktemp("many"), build="addin", lines=spread, keys=KEYS)


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The native build with the sample."""
    return few_sheets(tmp_path_factory.mktemp("sampled"), keys=KEYS)


def constant(built: Built, place: tuple[int, int]) -> Any:
    return built.value("cohorts", address(*place).replace("$", ""))


def triangle(built: Built, top: int) -> dict[str, list[float]]:
    """Return the cells of each cohort that has any, by its name."""
    sheet, found = built.sheet("cohorts"), {}
    for row in range(at.first(top), at.first(top) + at.COHORTS):
        cells = [sheet.cell(row + 1, column + 1).value for column in range(at.FIRST, at.LAST + 1)]
        numbers = [float(cell) for cell in cells if cell not in (None, "")]
        assert cells[: len(numbers)] == [cell for cell in cells if cell not in (None, "")]
        if numbers:
            found[str(sheet.cell(row + 1, 1).value)] = numbers
    return found


def by_function(built: Built, measure: str, unit: str = "M") -> dict[str, list[float]]:
    """Return the same by CLV.COHORT, the total row left out."""
    rows = answer("CLV.COHORT", log_of(built.kit.lines), unit, measure, built.kit.lines.as_of, 0.0)
    return {
        str(row[0]): cells
        for row in rows[:-1]
        if (cells := [float(c) for c in row[3:] if isinstance(c, float)])
    }


def by_pandas(built: Built) -> dict[str, dict[str, list[float]]]:
    """Return customers and revenue of whole months, worked out from the log alone."""
    lines = built.kit.lines
    log = pd.DataFrame({"who": [str(c) for c in lines.customers], "day": lines.days, "money": lines.revenue})
    log = log[log.day <= lines.as_of]
    log["date"] = EPOCH + pd.to_timedelta(log.day, unit="D")
    log["month"] = log.date.dt.year * 12 + log.date.dt.month
    first = log[log.money >= 0].groupby("who").month.min()
    log = log[log.who.isin(first.index)]
    log["cohort"] = log.who.map(first)
    log["age"] = (log.month - log.cohort).clip(lower=0)
    end = EPOCH + pd.Timedelta(days=lines.as_of + 1)
    whole = end.year * 12 + end.month  # the month after the last whole one
    orders = log[log.money >= 0]
    sizes = orders.groupby("cohort").who.nunique()
    found: dict[str, dict[str, list[float]]] = {"customers": {}, "revenue": {}}
    for cohort in sizes.index:
        name = f"{(cohort - 1) // 12}-{(cohort - 1) % 12 + 1:02d}"
        for age in range(whole - cohort):
            own = log[(log.cohort == cohort) & (log.age == age)]
            found["customers"].setdefault(name, []).append(float(own[own.money >= 0].who.nunique()))
            found["revenue"].setdefault(name, []).append(float(own.money.sum()))
    return found


def same(mine: dict[str, list[float]], other: dict[str, list[float]]) -> None:
    assert mine.keys() == other.keys()
    for name, cells in other.items():
        assert mine[name] == pytest.approx(cells, rel=TOLERANCE, abs=TOLERANCE), name


def test_the_triangles_are_what_pandas_counts(many: Built, sampled: Built) -> None:
    for built, least in ((many, 13), (sampled, 3)):
        other = by_pandas(built)
        assert len(other["customers"]) >= least
        for measure in ("customers", "revenue"):
            same(triangle(built, BLOCKS[measure]), other[measure])


@pytest.mark.parametrize("measure", BLOCKS)
def test_every_cell_is_what_the_function_answers(measure: str, many: Built) -> None:
    mine, other = triangle(many, BLOCKS[measure]), by_function(many, measure)
    if measure == "cumulative":  # revenue per customer where the log has no costs
        margin = constant(many, at.MARGIN)
        other = {name: [cell * margin for cell in cells] for name, cells in other.items()}
    same(mine, other)


def test_the_spilled_block_holds_the_function(many: Built) -> None:
    sheet = many.sheet("cohorts")
    rows = answer("CLV.COHORT", log_of(many.kit.lines), "M", "revenue", many.kit.lines.as_of)
    area = spilled(many.kit, "revenue")
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            shown = sheet.cell(area.top + i + 1, area.left + j + 1).value
            if isinstance(cell, float):
                assert shown == pytest.approx(cell, rel=TOLERANCE, abs=TOLERANCE)
            else:
                assert str(shown or "") == str(cell or "")


def test_function_and_native_formulas_are_reconciled(many: Built) -> None:
    ok = many.kit.word("status_ok")
    keys = [f"cohort_fn_{measure}" for measure in BLOCKS] + ["cohort_rate", "retention_curve"]
    assert [verdict(many, key) for key in keys] == [ok] * len(keys)


def test_cohorts_cut_at_either_end_are_marked(many: Built) -> None:
    sheet = many.sheet("cohorts")
    marks = {
        str(sheet.cell(row + 1, 1).value): sheet.cell(row + 1, 3).value
        for row in range(at.first(at.FACTS), at.total(at.FACTS))
        if sheet.cell(row + 1, 1).value
    }
    assert marks["1998-12"] == many.kit.word("template.cohorts.cut_end")
    assert set(marks.values()) - {None, ""} == {marks["1998-12"]}  # the log begins on 1 January


@pytest.mark.slow
def test_a_log_that_begins_inside_a_month_has_a_cut_first_cohort(tmp_path: Any) -> None:
    def late(word: Callable[[str], str]) -> OrderLines:
        return taken(sample(word), lambda lines, i: lines.days[i] >= lines.days[0] + 9 and i % 4 == 0)

    built = few_sheets(tmp_path, lines=late, keys=KEYS)
    sheet, row = built.sheet("cohorts"), at.first(at.FACTS) + 1
    assert sheet.cell(row, 3).value == built.kit.word("template.cohorts.cut_start")
    # A total row is of whole cohorts alone, as that of CLV.COHORT.
    total = answer("CLV.COHORT", log_of(built.kit.lines), "M", "retention", built.kit.lines.as_of)[-1]
    pooled = [sheet.cell(at.total(at.RETAINED) + 1, at.FIRST + 1 + age).value for age in range(17)]
    assert pooled == pytest.approx(list(total[3:20]), abs=TOLERANCE)


def test_lines_of_the_chart_are_margin_per_customer_and_end_where_the_cohort_is(many: Built) -> None:
    """One of the three charts that must be right: from the log by pandas to the points drawn."""
    margin, cac = constant(many, at.MARGIN), constant(many, at.CAC)
    other, sheet = by_pandas(many), many.sheet("cohorts")
    charts = many.formulas[many.kit.word("sheet.cohorts")]._charts
    assert len(charts) == 1
    series = charts[0].series
    assert len(series) == at.LINES + 2
    names = list(other["revenue"])[: at.LINES]
    for i, one in enumerate(series):
        points = [
            [cell.value for cell in sheet[reference.rpartition("!")[2].replace("$", "")][0]]
            for reference in (one.xVal.numRef.f, one.yVal.numRef.f)
        ]
        name = sheet[one.tx.strRef.f.rpartition("!")[2].replace("$", "")].value
        if i < at.LINES and i < len(names):
            money = pd.Series(other["revenue"][names[i]]).cumsum() * margin / other["customers"][names[i]][0]
            assert name == names[i]
            assert points[0] == [min(age, len(money) - 1) for age in range(at.AGES)]
            assert points[1] == pytest.approx([money[age] for age in points[0]], rel=TOLERANCE)
        elif i == at.LINES:
            sizes = {n: cells[0] for n, cells in other["customers"].items()}
            for age, value in zip(*points, strict=True):
                there = [n for n, cells in other["revenue"].items() if len(cells) > age]
                earned = sum(sum(other["revenue"][n][: int(age) + 1]) for n in there) * margin
                assert value == pytest.approx(earned / sum(sizes[n] for n in there), rel=TOLERANCE)
        elif i == at.LINES + 1:
            assert points[1] == pytest.approx([cac] * at.AGES, rel=TOLERANCE)


def test_the_age_at_which_cac_is_back_is_the_first_at_or_above_it(many: Built) -> None:
    sheet, cac = many.sheet("cohorts"), constant(many, at.CAC)
    rows = range(at.first(at.CUMULATIVE), at.total(at.CUMULATIVE))
    found = {str(sheet.cell(r + 1, 1).value): sheet.cell(r + 1, at.TOTAL + 1).value for r in rows}
    for name, cells in triangle(many, at.CUMULATIVE).items():
        if cells == sorted(cells):
            reached = [age for age, cell in enumerate(cells) if cell >= cac]
            assert (found[name] or 0, found[name] in (None, "")) == (
                reached[0] if reached else 0,
                not reached,
            ), name


def windows_by_pandas(built: Built, months: int) -> tuple[list[set[str]], dict[str, int]]:
    """Return who ordered in each period counted back from the last day, and the period of first orders."""
    lines = built.kit.lines
    last = EPOCH + pd.Timedelta(days=lines.as_of)
    log = pd.DataFrame({"who": [str(c) for c in lines.customers], "day": lines.days, "money": lines.revenue})
    log = log[(log.money >= 0) & (log.day <= lines.as_of)]
    log["date"] = EPOCH + pd.to_timedelta(log.day, unit="D")
    month_end = last.is_month_end
    period = pd.Series(0, index=log.index)
    for k in range(60):
        start = last - pd.DateOffset(months=months * (k + 1))
        start = (start + pd.offsets.MonthEnd(0) if month_end else start) + pd.Timedelta(days=1)
        period += (log.date < start).astype(int)
    log["period"] = period
    active = [{str(who) for who in log[log.period == k].who} for k in range(int(period.max()) + 1)]
    return active, {str(who): int(k) for who, k in log.groupby("who").period.max().items()}


@pytest.mark.slow
@pytest.mark.parametrize(("unit", "months"), [("Y", 12), ("Q", 3), ("M", 1)])
def test_the_rate_is_who_orders_again_over_who_ordered(unit: str, months: int, tmp_path: Any) -> None:
    built = few_sheets(tmp_path, f"set_unit={unit}", lines=small, keys=KEYS)
    active, first = windows_by_pandas(built, months)
    sheet = built.sheet("cohorts")
    for k, who in enumerate(active):
        new = sum(first[one] == k for one in who)
        column = [sheet.cell(at.WINDOWS + 1 + row, at.FIRST + 1 + k).value for row in range(1, 7)]
        assert column[3:6] == [len(who), new, len(who) - new], k
    again = sum(sum(first[one] > k for one in who) for k, who in enumerate(active[:-1]))
    rate = again / sum(len(who) for who in active[1:])
    assert built.at("cohorts.retention_rate") == pytest.approx(min(1.0, rate), rel=TOLERANCE)


@pytest.mark.slow
def test_cohorts_by_quarter_follow_the_setting(tmp_path: Any) -> None:
    built = few_sheets(tmp_path, "set_cohort_unit=Q", lines=small, keys=KEYS)
    for measure in ("customers", "revenue"):
        same(triangle(built, BLOCKS[measure]), by_function(built, measure, "Q"))


@pytest.mark.slow
@pytest.mark.parametrize("measure", BLOCKS)
def test_the_triangle_on_top_shows_the_chosen_measure(measure: str, tmp_path: Any) -> None:
    keys = {"customers": "customers", "retention": "retention_rate", "revenue": "revenue"}
    place = address(*at.MEASURE).replace("$", "")

    def chosen(built: Built) -> str:
        key = keys.get(measure, "template.cohorts.m_cumulative")
        return f"'{built.kit.word('sheet.cohorts')}'!{place}={built.kit.word(key)}"

    built = few_sheets(tmp_path, chosen, lines=small, keys=KEYS)
    assert triangle(built, at.SHOWN) == triangle(built, BLOCKS[measure])


@pytest.mark.slow
def test_cohorts_left_out_still_add_up(tmp_path: Any) -> None:
    place = address(*at.SKIP).replace("$", "")
    built = few_sheets(tmp_path, f"Cohorts!{place}=3", lines=small, keys=KEYS)
    ok = built.kit.word("status_ok")
    assert next(iter(triangle(built, at.CUSTOMERS))) == "1997-04"
    assert [verdict(built, key) for key in ("cohort_sizes", "cohort_revenue", "cohort_periods")] == [ok] * 3


@pytest.mark.slow
def test_a_log_out_of_order_turns_its_check_red(tmp_path: Any) -> None:
    def shuffled(word: Callable[[str], str]) -> OrderLines:
        lines = small(word)
        return at_places(lines, list(reversed(range(len(lines)))))

    built = few_sheets(tmp_path, "set_unit=Q", lines=shuffled, keys=KEYS)
    assert verdict(built, "cohort_periods") == built.kit.word("template.status_broken")


@pytest.mark.slow
def test_a_log_without_orders_gives_no_errors(tmp_path: Any) -> None:
    built = few_sheets(tmp_path, "set_as_of=30000", lines=small, keys=KEYS)
    for key in ("cohorts", "retention"):
        cells = [cell for row in built.sheet(key).iter_rows() for cell in row]
        assert [c.coordinate for c in cells if c.data_type == "e"] == []
    assert built.at("cohorts.retention_rate") in (None, "")


@pytest.mark.slow
def test_a_log_too_long_for_native_formulas_has_the_same_triangles(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "native").mkdir()
    short = few_sheets(tmp_path / "native", lines=small, keys=KEYS)
    monkeypatch.setattr("clv_xl.workbook.template.kit.NATIVE_ORDERS", 100)
    built = few_sheets(tmp_path, build="addin", lines=small, keys=KEYS)
    assert not built.kit.native
    for top in BLOCKS.values():
        same(triangle(built, top), triangle(short, top))
