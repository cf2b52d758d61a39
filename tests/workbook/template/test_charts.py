"""What the charts of the template show: from the references in their parts to the values drawn.

Cumulative margin by cohort, the third of the charts that must be right, is held against the log in
`test_cohorts`.
"""

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import clv_xl
from clv_xl.workbook.template.kit import Build
from tests.workbook import remembered
from tests.workbook.template.built import Built, Templates
from tests.workbook.template.drawn import NAMES, Drawn, cells, charts, every_chart
from tests.workbook.template.few_sheets import SHEETS, few_sheets
from tests.workbook.template.test_cohorts import small

CLOSE = 1e-9


def floating(drawn: Drawn) -> list[tuple[float, float, bool]]:
    """Return where each lying bar begins and ends, lowest end first, and whether it rises.

    Two series that are not seen carry the others, above 0 and below it.
    """
    clear, seen = ([one for one in drawn.series if one.seen == wanted] for wanted in (False, True))
    assert (len(clear), len(seen)) == (2, 5)
    bars = []
    for i in range(len(seen[0].values)):
        high, low = (one.values[i] for one in clear)
        assert low <= 0 <= high
        parts = [one.values[i] for one in seen]
        above, below = sum(p for p in parts if p > 0), sum(p for p in parts if p < 0)
        assert not (above and low)  # a bar above 0 stands on nothing below it
        assert not (below and high)
        rises = parts[1] != 0 or parts[2] != 0
        assert not (rises and (parts[3] or parts[4]))
        if above and below:
            bars.append((below, above, rises))
        elif below:
            bars.append((low + below, low, rises))
        else:
            bars.append((high or low, (high or low) + above, rises))
    return bars


def steps(bars: list[tuple[float, float, bool]], start: float) -> list[float]:
    """Return the effect of each step: it begins where the one before has ended."""
    effects = []
    for low, high, rises in bars:
        begin, end = (low, high) if rises else (high, low)
        if low == high:
            begin = end = start
        assert begin == pytest.approx(start, abs=CLOSE)
        effects.append(end - begin)
        start = end
    return effects


def test_the_bridge_between_packs_ends_at_the_whole_change(native: Built) -> None:
    """From net CLV of the last pack to this one; what is unexplained is nothing."""
    drawn = charts(native, "monitoring")[-1]
    bars = floating(drawn)
    assert drawn.first_on_top
    effects = steps(bars[:-1], 0.0)
    word = native.kit.word
    sheet = native.sheet("monitoring")
    cells = {str(row[0].value): row[3].value for row in sheet.iter_rows(max_col=4)}
    last = cells[word("template.monitoring.last_pack")]
    change = native.at("segments.total_net") - last
    assert abs(change) > 0.1
    assert sum(effects) == pytest.approx(change, abs=CLOSE)
    whole = drawn.series[2].values
    assert whole[-1] == pytest.approx(change, abs=CLOSE)
    assert set(whole[:-1]) == {0}
    named = [cells[str(name)] for name in drawn.series[0].across]
    assert [*effects, change] == pytest.approx(named, abs=CLOSE)
    assert drawn.series[0].across[-2] == word("template.monitoring.mix")


def test_the_waterfall_goes_from_the_base_to_the_scenario(native: Built) -> None:
    drawn = next(one for one in charts(native, "scenarios") if len(one.series) == 7)
    bars = floating(drawn)
    assert drawn.first_on_top
    base, best = native.values[native.kit.word("sheet.scenarios")][native.kit.at("scenarios.nets").rpartition(
        "!")[2].replace("$", "")][0][:2]  # fmt: skip
    ends = drawn.series[2].values
    assert (ends[0], ends[-1]) == (pytest.approx(base.value), pytest.approx(best.value))
    assert base.value != best.value
    effects = steps(bars[1:-1], ends[0])
    assert sum(effects) == pytest.approx(ends[-1] - ends[0], abs=CLOSE)
    assert all(value == 0 for value in ends[1:-1])


def segments(built: Built, name: str) -> dict[str, Any]:
    """Return a measure of the segments by name and customers, as labels of charts have them."""
    found = zip(built.at("segments.name"), built.at("segments.customers"), built.at(f"segments.{name}"),
                strict=True)  # fmt: skip
    return {f"{one} ({customers:g})": value for one, customers, value in found if one}


@pytest.mark.parametrize(("key", "nth"), [("segments", 1), ("dashboard", 1)])
def test_clv_stands_beside_cac_with_the_customers_of_each_segment(key: str, nth: int, native: Built) -> None:
    drawn = charts(native, key)[nth]
    clv, cac = drawn.series[:2]
    assert (clv.name, cac.name) == (native.kit.word("clv_short"), "CAC")
    assert clv.numbers() == pytest.approx(segments(native, "clv"), rel=CLOSE)
    assert cac.numbers() == pytest.approx(segments(native, "cac"), rel=CLOSE)
    nets = segments(native, "net")
    assert [label for label in clv.across if label] == sorted(nets, key=nets.__getitem__, reverse=True)
    assert len(nets) == 3
    if key == "dashboard":
        target = native.named("set_target_ratio")
        needed = drawn.series[2]
        assert needed.kind == "lineChart"
        assert needed.numbers() == pytest.approx({one: target * v for one, v in cac.numbers().items()})


@pytest.mark.parametrize("key", ["segments", "dashboard"])
def test_clv_shows_how_far_it_may_be_off_within_its_axis(key: str, native: Built) -> None:
    drawn = charts(native, key)[1]
    halves, nets = segments(native, "half"), segments(native, "net")
    wanted = [halves[name] for name in sorted(nets, key=nets.__getitem__, reverse=True)]
    bars = drawn.all(".//c:ser")[0].findall("c:errBars", NAMES)
    assert len(bars) == 1
    for end in ("plus", "minus"):
        shown = cells(native, str(bars[0].findtext(f"c:{end}//c:f", namespaces=NAMES)))
        assert [one for one in shown if one] == pytest.approx(wanted, rel=CLOSE)
    tops = [one for one in cells(native, drawn.unseen()[0]) if one]
    clv = list(drawn.series[0].numbers().values())
    assert tops == pytest.approx([a + b for a, b in zip(clv, wanted, strict=True)], rel=CLOSE)


def test_the_tornado_is_widest_on_top_with_costs_the_other_way_round(native: Built) -> None:
    drawn = charts(native, "sensitivity")[0]
    assert drawn.first_on_top
    low, high = (one.numbers() for one in drawn.series)
    names = ("aov", "frequency", "lifespan", "margin", "cac", "discount_rate")
    live = [native.named(f"in_{name}") for name in names]
    words = ("avg_order_value", "frequency", "lifespan", "margin", "cac", "discount_rate")
    net = clv_xl.clv(*live)
    for i, word in enumerate(words):
        label = next(one for one in low if str(native.kit.word(word)).startswith(str(one).split(" (")[0]))
        for found, change in ((low, 0.9), (high, 1.1)):
            moved = [value * change if j == i else value for j, value in enumerate(live)]
            assert found[label] == pytest.approx(clv_xl.clv(*moved) - net, rel=1e-8), word
        costs = word in ("cac", "discount_rate")
        assert (low[label] > 0 > high[label]) if costs else (low[label] < 0 < high[label])
    widths = [abs(high[name] - low[name]) for name in drawn.series[0].across]
    assert all(a >= b - CLOSE for a, b in pairwise(widths))
    assert len(widths) == len(names)


def test_the_payback_point_lies_where_the_value_meets_the_cost(native: Built) -> None:
    drawn = charts(native, "clv")[0]
    value, cost, point = drawn.series
    at, money = point.across[0], point.values[0]
    assert set(cost.values) == {native.named("in_cac")} == {money}
    points = list(zip(value.across, value.values, strict=True))
    assert points[0] == (0, 0)
    (x0, y0), (x1, y1) = next((a, b) for a, b in pairwise(points) if a[1] <= money < b[1])
    assert at == pytest.approx(x0 + (money - y0) / (y1 - y0) * (x1 - x0), rel=CLOSE)


def test_vintages_of_the_forecast_are_stacked_to_its_revenue(native: Built) -> None:
    drawn = charts(native, "forecast")[0]
    stacked = [sum(values) for values in zip(*(one.values for one in drawn.series), strict=True)]
    sheet, _, where = native.kit.at("forecast.revenue").rpartition("!")
    revenue = native.values[sheet.strip("'")][where.replace("$", "")][0]
    assert stacked == pytest.approx([cell.value for cell in revenue], rel=CLOSE)
    assert min(stacked) > 0


def test_the_pareto_curve_rises_to_all_of_the_revenue(native: Built) -> None:
    curve = charts(native, "customers")[0].series[0]
    assert (curve.across[0], curve.values[0]) == (0, 0)
    assert (curve.across[-1], curve.values[-1]) == (1, pytest.approx(1))
    assert all(a <= b + CLOSE for a, b in pairwise(curve.values))
    assert all(y >= x - CLOSE for x, y in zip(curve.across, curve.values, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("build", "language"), [("native", "en"), ("addin", "pl")])
def test_viewers_that_calculate_nothing_draw_what_the_cells_show(
    build: Build, language: str, templates: Templates
) -> None:
    built = templates.built(build, language)
    assert remembered.count(built.path) > 100
    assert remembered.differing(built.path) == []


def test_bars_begin_at_0_whatever_their_values(native: Built) -> None:
    """A 0 that is not seen, on the same axes; a bar that begins elsewhere lies about its length."""
    barred = [(sheet, drawn) for sheet, drawn in every_chart(native) if drawn.all(".//c:barChart")]
    assert len(barred) == 13
    for sheet, drawn in barred:
        assert drawn.all(".//c:valAx/c:scaling/c:min") == [], sheet  # what is below 0 is seen as well
        bars, *over = drawn.all(".//c:plotArea/*[c:ser]")
        group = over[0] if over else bars
        series, words = drawn.all(".//c:ser"), native.kit.word("template.bars_begin")
        place = [one.findtext(".//c:tx//c:v", namespaces=NAMES) for one in series].index(words)
        zero = series[place]
        assert zero in list(group), sheet
        assert cells(native, str(zero.findtext("c:val//c:f", namespaces=NAMES))) == [0], sheet
        assert axes(group) == axes(bars), sheet
        line = zero.find("c:spPr/a:ln/a:noFill", NAMES)
        assert line is not None, sheet
        if over:
            assert marker(zero) == "none", sheet
        else:  # a bar of its own among others would take their room
            assert zero.find("c:spPr/a:noFill", NAMES) is not None, sheet
            assert [e.get("val") for e in drawn.all(".//c:overlap")] == ["100"], sheet
        if drawn.all(".//c:legend"):
            kept = {str(i) for i, one in enumerate(series) if one.find("c:cat", NAMES) is None}
            assert {e.get("val") for e in drawn.all(".//c:legendEntry/c:idx")} == kept, sheet
            assert str(place) in kept, sheet
            # LibreOffice counts entries of lying bars from the last one on.
            assert over or place == len(series) - 1 - place, sheet


def axes(group: ET.Element) -> list[str | None]:
    """Return the axes of a group of series."""
    return [one.get("val") for one in group.findall("c:axId", NAMES)]


def marker(series: ET.Element) -> str | None:
    """Return the marker of a series."""
    found = series.find("c:marker/c:symbol", NAMES)
    return None if found is None else found.get("val")


def test_a_month_that_the_last_day_cuts_short_is_not_drawn_as_a_fall(tmp_path: Path) -> None:
    """The log of `small` ends on 15 December 1998: the last whole month is November."""
    built = few_sheets(tmp_path, lines=small, keys=(*SHEETS, "dashboard", "scenarios"))
    trend = charts(built, "dashboard")[2].series[0]
    assert trend.across[-1] == dt.date(1998, 11, 30)
    lines = built.kit.lines
    days = [dt.date(1899, 12, 30) + dt.timedelta(int(day)) for day in lines.days]
    found = [m for d, m in zip(days, lines.revenue, strict=True) if (d.year, d.month) == (1998, 11)]
    assert trend.values[-1] == pytest.approx(sum(found), rel=CLOSE)
    assert sum(found) > 0


def test_the_currency_of_an_axis_is_that_of_settings(tmp_path: Path) -> None:
    built = few_sheets(tmp_path, "set_currency=GEL")
    titles = [
        cells(built, str(title.text))[0]
        for drawn in charts(built, "segments")
        for title in drawn.all(".//c:valAx/c:title//c:f")
    ]
    assert titles == [built.kit.word("template.segments.axis_money", currency="GEL")] * 2
