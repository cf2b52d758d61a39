"""Sheet Monitoring: packs, trend and alerts, the bridge with mix, revenue against the ledger."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from clv_xl import texts
from clv_xl.metrics.drivers import outcome
from clv_xl.workbook.cdnow import serial
from clv_xl.workbook.template.order_lines import OrderLines
from clv_xl.workbook.template.sheets.monitoring_history import DATES, packs, segments
from tests.workbook.template.annex import BASE, Annex, typed
from tests.workbook.template.few_sheets import few_sheets, verdict
from tests.workbook.template.planned import few

pytestmark = pytest.mark.slow
CLOSE = 1e-9
OTHERS = ("clv",)
COUNT = len(DATES)
MONITORED = (*BASE, "monitoring", *OTHERS)


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Annex:
    return Annex.of(tmp_path_factory.mktemp("monitoring"), "monitoring", build="addin", others=OTHERS)


def own(say: Callable[[str], str]) -> OrderLines:
    """A log that is not the sample, without packs."""
    return replace(few(say), sample=False)


def word(key: str) -> str:
    return texts.word(key, "en")


def first_pack(sheet: Annex) -> int:
    return sheet.row("packs") + 2


def now(sheet: Annex) -> int:
    """Return the row of this period in the packs."""
    return sheet.row("now") + 2


def trend(sheet: Annex) -> int:
    """Return the row of this period in the trend."""
    return sheet.row("trend") + 2


def ok(sheet: Annex, key: str) -> bool:
    return verdict(sheet.built, key) == sheet.say("status_ok")


def test_the_packs_of_the_sample_are_what_its_orders_say() -> None:
    """Counted here from the log itself; lifespan and frequency by their definitions in the catalogue."""
    lines = few(word)
    for pack, day in zip(packs(lines, word), DATES, strict=True):
        log = [
            row
            for row in zip(lines.customers, lines.days, lines.revenue, strict=True)
            if row[1] <= serial(day)
        ]
        customers = {customer for customer, _, _ in log}
        assert pack.customers == len(customers)
        assert pack.aov == pytest.approx(sum(amount for _, _, amount in log) / len(log), rel=CLOSE)
        # AOV x frequency x lifespan = revenue per customer, exact by the windows.
        product = pack.aov * pack.frequency * pack.lifespan
        assert product == pytest.approx(sum(amount for _, _, amount in log) / len(customers), rel=CLOSE)


def test_the_packs_of_the_sample_have_the_value_of_their_drivers(addin: Annex) -> None:
    first = first_pack(addin)
    keys = ("avg_order_value", "frequency", "lifespan", "margin", "cac", "discount_rate")
    for row in (*range(first, first + COUNT), now(addin)):
        drivers = {
            key: addin.cells[f"{letter}{row}"].value for letter, key in zip("BCDEFG", keys, strict=True)
        }
        for letter, output in (("H", "clv"), ("I", "net_clv"), ("J", "ratio")):
            wanted = float(outcome("simple", output, {**drivers, "timing": 0.0}))
            assert addin.cells[f"{letter}{row}"].value == pytest.approx(wanted, rel=CLOSE)


def test_revenue_of_the_last_period_is_that_of_the_year_to_the_last_day(addin: Annex) -> None:
    lines = few(word)
    year = [
        a
        for d, a in zip(lines.days, lines.revenue, strict=True)
        if serial("1997-06-30") < d <= serial("1998-06-30")
    ]
    assert addin.cells[f"M{now(addin)}"].value == pytest.approx(sum(year), rel=CLOSE)


def test_trend_alert_bridge_and_ledger_agree_with_the_functions(addin: Annex) -> None:
    for key in ("trend", "alert", "bridge_function", "reconcile"):
        assert ok(addin, f"monitoring_{key}"), key
    assert list(addin.errors()) == []


def test_change_average_and_growth_are_those_of_the_packs(addin: Annex) -> None:
    net = [pack.net for pack in packs(few(word), word)]
    row = trend(addin)
    here = addin.cells[f"I{now(addin)}"].value
    assert addin.cells[f"D{row}"].value == pytest.approx(here - net[-1], rel=CLOSE)
    assert addin.cells[f"G{row}"].value == pytest.approx((sum(net[-3:]) + here) / 4, rel=CLOSE)
    assert addin.cells[f"G{row + 4}"].value == pytest.approx(sum(net[:4]) / 4, rel=CLOSE)
    assert addin.cells[f"E{row + 2}"].value == pytest.approx(net[1] / net[0] - 1, rel=CLOSE)


def test_another_figure_moves_the_trend_and_still_agrees(addin: Annex, tmp_path: Path) -> None:
    """Revenue of the year falls by more than 10% a month at first: alerts, and their bars."""
    figure = typed(addin.cells.title, f"D{addin.row('figure')}", addin.say("revenue_period"))
    found = Annex.of(tmp_path, "monitoring", figure, build="addin", others=OTHERS)
    row = trend(found)
    revenue = [pack.revenue for pack in packs(few(word), word)]
    assert found.column("C", row + 1, row + COUNT) == pytest.approx(revenue, rel=CLOSE)
    said = found.column("I", row + 1, row + COUNT)
    fell = [abs(b - a) > 0.1 * a for a, b in pairwise(revenue)]
    assert said[1:] == [found.say("alert.fall" if big else "alert.fine") for big in fell]
    bars = found.column("P", found.row("chart_value", column=13) + 1, found.row("chart_value", column=13) + 7)
    assert [bar > 0 for bar in bars] == [False, *fell, False]
    for key in ("trend", "alert"):
        assert ok(found, f"monitoring_{key}"), key


def test_a_pack_added_by_the_user_leaves_the_comparison_in_order(addin: Annex, tmp_path: Path) -> None:
    row = first_pack(addin) + COUNT
    cells = {"A": serial("1998-07-31"), "I": 12.5}
    sets = [typed("Monitoring", f"{column}{row}", value) for column, value in cells.items()]
    more = Annex.of(tmp_path, "monitoring", *sets, build="addin", others=OTHERS)
    assert more.cells[f"C{trend(more) + 1 + COUNT}"].value == pytest.approx(12.5)
    red = more.say("template.status_broken")
    assert [k for k in ("monitoring_trend", "monitoring_alert") if verdict(more.built, k) == red] == []
    assert list(more.errors()) == []


def test_own_orders_have_the_tables_of_the_functions_too(tmp_path: Path) -> None:
    """No packs at first: the tables are blank until two are typed in, and then agree."""
    first = first_pack(Annex(few_sheets(tmp_path, lines=own, keys=MONITORED), "monitoring"))
    cells = {f"A{first}": serial("1998-04-30"), f"I{first}": 10.0}
    cells |= {f"A{first + 1}": serial("1998-05-31"), f"I{first + 1}": 12.5}
    for sets in ([], [typed("Monitoring", cell, value) for cell, value in cells.items()]):
        built = few_sheets(tmp_path, *sets, build="addin", lines=own, keys=MONITORED)
        sheet = Annex(built, "monitoring")
        assert list(sheet.errors()) == []
        keys = ("monitoring_trend", "monitoring_alert")
        assert [k for k in keys if verdict(built, k) == sheet.say("template.status_broken")] == []
        alerts = sheet.column("AA", trend(sheet) + 1, trend(sheet) + 2)
        wanted = [sheet.say("alert.too_few"), sheet.say("alert.rise")] if sets else [None, None]
        assert [value or None for value in alerts] == wanted


def test_a_missing_pack_and_one_out_of_order_are_noticed(addin: Annex, tmp_path: Path) -> None:
    title, first = addin.cells.title, first_pack(addin)
    later = typed(title, f"A{first + COUNT - 1}", float(serial("1998-03-15")))
    wrong = Annex.of(tmp_path, "monitoring", later, others=OTHERS)
    assert ok(addin, "monitoring_order")
    assert ok(addin, "monitoring_missing")
    assert not ok(wrong, "monitoring_order")
    assert not ok(wrong, "monitoring_missing")
    assert wrong.cells[f"H{trend(wrong)}"].value == 2  # from March to June, a pack a month


def test_the_bridge_leaves_nothing_unexplained(addin: Annex) -> None:
    """Each effect from the drivers of the segments, moved one after the other by the metrics."""
    then = segments(few(word), word)
    row = addin.row("last_pack") + 1
    effects = addin.column("D", row, row + 6)
    before, after = addin.line("last_pack"), addin.line("this_pack")
    assert sum(effects) == pytest.approx(after - before, abs=1e-9)
    assert addin.line("unexplained") == pytest.approx(0, abs=1e-9)
    assert addin.built.at("segments.total_net") == pytest.approx(after, rel=CLOSE)
    top = addin.row("then") + 2
    here = {
        addin.cells[f"I{r}"].value: [addin.cells[f"{c}{r}"].value for c in "KLMNO"]
        for r in range(top, top + 3)
    }
    keys = ("avg_order_value", "frequency", "lifespan", "margin", "cac")

    def net(moved: int) -> float:
        whole = 0.0
        for old in then:
            new = here[old.name]
            drivers = [old.aov, old.frequency, old.lifespan, 0.25, old.cac]
            drivers[:moved] = new[:moved]
            shared: Any = {**dict(zip(keys, drivers, strict=True)), "discount_rate": 0.1, "timing": 0.0}
            whole += old.customers * float(outcome("simple", "net_clv", shared))
        return whole / sum(old.customers for old in then)

    assert before == pytest.approx(net(0), rel=CLOSE)
    assert effects[:5] == pytest.approx([net(i + 1) - net(i) for i in range(5)], abs=1e-9)
    assert ok(addin, "monitoring_bridge")


def test_other_shares_of_the_segments_are_mix_and_a_wrong_start_is_red(addin: Annex, tmp_path: Path) -> None:
    title, top = addin.cells.title, addin.row("then") + 2
    mixed = Annex.of(tmp_path, "monitoring", typed(title, f"B{top}", 300), others=OTHERS)
    assert addin.line("mix") == pytest.approx(0, abs=1e-9)
    assert mixed.line("mix") < -1  # fewer of the best segment than the last pack now says
    # Net CLV typed for the last pack is no longer that of its segments.
    assert not ok(mixed, "monitoring_bridge")


def test_a_segment_that_is_gone_or_new_is_all_mix(addin: Annex, tmp_path: Path) -> None:
    title, top = addin.cells.title, addin.row("then") + 2
    renamed = Annex.of(tmp_path, "monitoring", typed(title, f"A{top + 2}", "Gone"), others=OTHERS)
    then = segments(few(word), word)
    share = then[2].customers / sum(segment.customers for segment in then)
    row = renamed.row("last_pack") + 1
    effects = renamed.column("D", row, row + 6)
    assert renamed.line("new_segments", column=3) == pytest.approx(share, rel=CLOSE)
    assert sum(effects) == pytest.approx(renamed.line("this_pack") - renamed.line("last_pack"), abs=1e-9)
    assert abs(renamed.line("unexplained")) < 1e-9
    assert renamed.line("mix") != pytest.approx(0, abs=1e-3)
    assert list(renamed.errors()) == []


def test_the_ledger_of_the_sample_ties_and_one_without_vat_is_asked_about(
    addin: Annex, tmp_path: Path
) -> None:
    first = addin.row("first_month") + 2
    ledger = addin.cells[f"C{first}"].value
    booked = sum(filter(None, addin.column("C", first, first + 17)))
    assert booked == pytest.approx(sum(few(word).revenue), abs=0.005)
    assert ok(addin, "monitoring_ledger")
    assert ok(addin, "monitoring_vat")
    title = addin.cells.title
    sets = [typed(title, f"C{first}", ledger / 1.24), typed(title, f"C{first + 1}", 10_000)]
    found = Annex.of(tmp_path, "monitoring", *sets, others=OTHERS)
    assert found.column("F", first, first + 2) == [
        found.say("vat"),
        found.say("template.status_broken"),
        found.say("status_ok"),
    ]
    assert not ok(found, "monitoring_ledger")
    assert not ok(found, "monitoring_vat")


def test_a_frozen_pack_that_the_orders_no_longer_confirm_is_asked_about(addin: Annex, tmp_path: Path) -> None:
    title, row = addin.cells.title, first_pack(addin) + COUNT
    frozen = [typed(title, f"A{row}", float(serial("1998-06-30"))), typed(title, f"I{row}", 12)]
    found = Annex.of(tmp_path, "monitoring", *frozen, others=OTHERS)
    assert verdict(addin.built, "monitoring_frozen") == addin.say("not_available")
    assert not ok(found, "monitoring_frozen")
    assert found.line("count") == COUNT


def test_without_packs_nothing_is_an_error(addin: Annex, tmp_path: Path) -> None:
    title = addin.cells.title
    first, top = first_pack(addin), addin.row("then") + 2
    blanks = [typed(title, f"{c}{r}", "") for r in range(first, first + COUNT) for c in "ABCDEFGHIJKLMNOPQ"]
    blanks += [typed(title, f"{c}{r}", "") for r in range(top, top + 3) for c in "ABCDEFG"]
    found = Annex.of(tmp_path, "monitoring", *blanks, others=OTHERS)
    assert list(found.errors()) == []
    assert found.line("count") == 0


def test_own_orders_spill_as_far_as_the_file_was_written_to(tmp_path: Path) -> None:
    """A result that lies elsewhere than the file says is settled by calculating the whole workbook twice."""
    keys = (*MONITORED, "allocation")
    built = few_sheets(tmp_path, build="addin", lines=own, keys=keys)
    names = [built.kit.word(f"sheet.{key}") for key in ("monitoring", "allocation")]
    assert _spills(openpyxl.load_workbook(built.written), names) == _spills(built.formulas, names)


def _spills(book: Any, sheets: list[str]) -> dict[tuple[str, str], str]:
    """Return how far each dynamic array reaches."""
    cells = ((name, cell) for name in sheets for row in book[name].iter_rows() for cell in row)
    return {(n, c.coordinate): c.value.ref for n, c in cells if isinstance(c.value, ArrayFormula)}
