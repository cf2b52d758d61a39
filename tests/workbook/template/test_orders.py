"""Sheet Orders data: its formula columns follow the rules of an order, and its checks see a bad log."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clv_xl.workbook.template.order_lines import OrderLines, sample
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import answer, by_name, few_sheets, log_of, turned, verdict

SHEETS = ("settings", "orders", "checks")
TOLERANCE = 1e-9  # what the workbook itself promises on Checks
AUTUMN = 35_735.0  # 1997-11-01, no end of a month: windows as EDATE counts them
SUMMARY = ("customers", "orders", "revenue", "avg_order_value", "frequency", "lifespan_to_date")


def rough(word: Callable[[str], str]) -> OrderLines:
    """The sample with what shops export: refunds, free orders, spellings, times of day, blanks.

    The ids of the first three customers are 1, 4 and 7; 99901 never ordered.
    """
    lines = sample(word)
    size = range(len(lines))
    revenue = [
        -lines.revenue[i] / 2 if i % 11 == 5 else 0.0 if i % 13 == 7 else lines.revenue[i] for i in size
    ]
    ids: list[Any] = [f" {c:.0f} " if i % 7 == 3 else c for i, c in enumerate(map(float, lines.customers))]  # type: ignore[arg-type]
    days = [day + (i / (len(lines) + 1) if i % 3 else 0.0) for i, day in enumerate(lines.days)]
    order = sorted(size, key=lambda i: days[i])
    ids[order[-1]], revenue[order[-1]] = 99_901.0, -3.0
    segments = [None if i % 5 == 0 else name for i, name in enumerate(lines.segments)]

    def sorted_by_day(cells: Sequence[Any]) -> list[Any]:
        return [cells[i] for i in order]

    return replace(
        lines,
        customers=sorted_by_day(ids),
        days=sorted_by_day(days),
        revenue=sorted_by_day(revenue),
        segments=sorted_by_day(segments),
        sample=False,
    )


def columns(built: Built) -> dict[str, list[Any]]:
    """Return the Table `Orders` by column."""
    sheet = built.sheet("orders")
    rows = list(sheet.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if row[0] == "order_id")
    return {
        str(name): [row[i] for row in rows[head + 1 :]]
        for i, name in enumerate(rows[head])
        if name is not None
    }


def native_summary(log: dict[str, list[Any]], segment: str | None = None) -> list[float]:
    """Return customers, orders, revenue, AOV, frequency and lifespan from the formula columns."""
    mine = [segment is None or name == segment for name in log["customer_segment"]]
    customers = sum(
        isinstance(n, (int, float)) for n, here in zip(log["new_customer"], mine, strict=True) if here
    )
    orders, bought = (
        sum(n for n, here in zip(log[name], mine, strict=True) if here)
        for name in ("is_order", "window_first")
    )
    revenue = sum(r for r, c, here in zip(log["revenue"], log["counted"], mine, strict=True) if c and here)
    return [customers, orders, revenue, revenue / orders, orders / bought, bought / customers]


@pytest.fixture(
    scope="module",
    params=[
        (sample, "Y", None),
        (sample, "Q", AUTUMN),
        (sample, "M", None),
        (rough, "Y", None),
        (rough, "M", AUTUMN),
    ],
    ids=lambda case: f"{case[0].__name__}-{case[1]}-{case[2]}",
)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Built, str, float]:
    """A calculated workbook with a unit and a last day."""
    lines, unit, as_of = request.param
    sets = [f"set_unit={unit}", *([f"set_as_of={as_of:.0f}"] if as_of else [])]
    built = few_sheets(tmp_path_factory.mktemp("orders"), *sets, lines=lines, keys=SHEETS)
    return built, unit, as_of or built.kit.lines.as_of


def test_the_columns_add_up_to_the_summary_of_the_functions(case: tuple[Built, str, float]) -> None:
    built, unit, as_of = case
    found = by_name(answer("CLV.SUMMARY", log_of(built.kit.lines), unit, as_of, None, None, None, None, 2.0))
    wanted = [found[key]["value"] for key in SUMMARY]
    assert native_summary(columns(built)) == pytest.approx(wanted, rel=TOLERANCE)


def test_the_columns_add_up_to_each_segment_of_the_functions(case: tuple[Built, str, float]) -> None:
    built, unit, as_of = case
    table = answer(
        "CLV.SEGMENT", log_of(built.kit.lines), "segment", unit, as_of, None, None, None, None, None, 2.0
    )
    log = columns(built)
    rows = by_name(table)
    named = {name for name in log["customer_segment"] if name}
    assert named == set(rows) - {"total"}
    for name in named:
        wanted = [rows[name][key] for key in (*SUMMARY[:-1], "lifespan")]
        assert native_summary(log, name) == pytest.approx(wanted, rel=TOLERANCE), name


def test_cohorts_by_the_columns_are_those_of_the_functions(case: tuple[Built, str, float]) -> None:
    built, _, as_of = case
    log = columns(built)
    active: dict[tuple[str, int], float] = defaultdict(float)
    money: dict[tuple[str, int], float] = defaultdict(float)
    for cohort, age, first, revenue in zip(
        log["cohort"], log["age"], log["age_first"], log["revenue"], strict=True
    ):
        if cohort:
            key = f"{cohort:%Y-%m}", int(age)
            active[key] += first
            money[key] += revenue
    for measure, cells in (("customers", active), ("revenue", money)):
        rows = by_name(answer("CLV.COHORT", log_of(built.kit.lines), "M", measure, as_of, 2.0))
        compared = 0
        for name, row in rows.items():
            for age, value in row.items():
                if age.isdigit() and name != "total" and value is not None:
                    assert cells[name, int(age)] == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE)
                    compared += 1
        assert compared > 20


def test_the_usual_gap_is_that_of_the_status_function(case: tuple[Built, str, float]) -> None:
    built, _, as_of = case
    gaps = sorted(gap for gap in columns(built)["gap"] if isinstance(gap, (int, float)))
    place = 0.9 * (len(gaps) - 1)  # PERCENTILE.INC
    usual = gaps[int(place)] + (place - int(place)) * (gaps[int(place) + 1] - gaps[int(place)])
    table = answer("CLV.STATUS", log_of(built.kit.lines), as_of, None, 2.0)
    longest_active = max(row[2] for row in table[1:-1] if row[3] == "active")
    shortest_other = min(row[2] for row in table[1:-1] if row[3] != "active")
    assert longest_active <= usual < shortest_other


def test_the_counters_tell_apart_what_counts(case: tuple[Built, str, float]) -> None:
    built, _, as_of = case
    log = columns(built)
    assert built.at("orders.lines") == len(built.kit.lines)
    assert built.at("orders.later") == sum(day >= as_of + 1 for day in built.kit.lines.days)
    assert built.at("orders.counted") == sum(log["counted"])
    assert verdict(built, "orders_counts") == verdict(built, "orders_sorted") == "OK"
    assert built.named("chk_broken") == 0


def mistaken(change: Callable[[OrderLines], dict[str, Any]]) -> Callable[[Callable[[str], str]], OrderLines]:
    """Return the sample's first 400 lines with a mistake."""

    def lines(word: Callable[[str], str]) -> OrderLines:
        whole = sample(word)
        names = ("order_ids", "customers", "days", "revenue", "costs", "segments", "channels")
        cut: dict[str, Any] = {name: list(getattr(whole, name))[:400] for name in names}
        short = replace(whole, **cut)
        return replace(short, **{"as_of": short.days[-1], **change(short)})

    return lines


def swapped(cells: Sequence[Any], place: int, value: Any) -> list[Any]:
    return [*cells[:place], value, *cells[place + 1 :]]


MISTAKES: dict[str, Callable[[OrderLines], dict[str, Any]]] = {
    "orders_sorted": lambda log: {"days": swapped(log.days, 200, log.days[0])},
    "orders_repeated": lambda log: {"order_ids": swapped(log.order_ids, 200, log.order_ids[100])},
    "orders_dates": lambda log: {"days": swapped(log.days, 200, "1997-01-15")},
    "orders_amounts": lambda log: {"revenue": swapped(log.revenue, 200, "12.50 USD")},
    "orders_customers": lambda log: {"customers": swapped(log.customers, 200, None)},
    "orders_wildcards": lambda log: {"customers": swapped(log.customers, 200, "A*7")},
    "orders_some": lambda log: {"as_of": log.days[0] - 10},
    "orders_windows": lambda log: {"days": swapped(log.days, 0, 30_000.0)},  # 1982: over ten years of months
    "orders_segment": lambda log: {"segments": swapped(log.segments, 0, None)},
    "orders_loose": lambda log: {
        "customers": swapped(log.customers, 300, "never"),
        "revenue": swapped(log.revenue, 300, -9.0),
    },
    "orders_large": lambda log: {"revenue": swapped(log.revenue, 200, 5_000.0)},
    "orders_segment_signs": lambda log: {"segments": swapped(log.segments, 0, ">50")},
    "orders_channel_signs": lambda log: {"channels": swapped(log.channels, 300, "a*b")},
    "orders_stale": lambda log: {"as_of": log.days[-1] + 60},
}


@pytest.mark.parametrize("key", MISTAKES)
def test_a_mistake_in_the_log_turns_its_check(key: str, tmp_path: Path) -> None:
    built = few_sheets(tmp_path, "set_unit=M", lines=mistaken(MISTAKES[key]), keys=SHEETS)
    assert turned(built, key)


def test_a_log_without_a_mistake_turns_none(tmp_path: Path) -> None:
    built = few_sheets(tmp_path, lines=mistaken(lambda _: {}), keys=SHEETS)
    assert [key for key in MISTAKES if verdict(built, key) != "OK"] == []


@pytest.mark.parametrize("name", [">50", "<1", "=2", " =2", "a*b", "why?", "a~b"])
def test_a_name_that_is_a_pattern_is_asked_about_once(name: str, tmp_path: Path) -> None:
    lines = mistaken(lambda log: {"segments": swapped(log.segments, 3, name)})
    built = few_sheets(tmp_path, lines=lines, keys=SHEETS)
    rows = {row[1]: row[3] for row in built.sheet("checks").iter_rows(values_only=True)}
    words = built.kit.word("template.check.orders_segment_signs")
    assert rows[words] == 1
    assert built.named("chk_master") == "OK"


def test_nothing_in_a_log_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    typed = "=1+1", "{=1+1}", "http://example.org", "+1", "@x"
    lines = mistaken(
        lambda log: {
            name: [*typed, *getattr(log, name)[len(typed) :]]
            for name in ("order_ids", "customers", "segments", "channels")
        }
    )
    built = few_sheets(tmp_path, lines=lines, keys=SHEETS)
    book = built.sheet("orders", formulas=True)
    first = next(cell.row for cell in book["A"] if cell.value == "order_id") + 1
    for i, words in enumerate(typed, first):
        for column in "ABFG":
            cell = book[f"{column}{i}"]
            assert (cell.value, cell.data_type, cell.hyperlink) == (words, "s", None), cell.coordinate


def test_the_table_has_a_label_above_every_column(case: tuple[Built, str, float]) -> None:
    sheet = case[0].sheet("orders")
    head = next(row for row in sheet.iter_rows() if row[0].value == "order_id")
    labels = [sheet.cell(head[0].row - 1, cell.column).value for cell in head if cell.value]
    assert all(labels)
    assert len(labels) == len(columns(case[0]))


def test_the_log_on_the_sheet_is_the_log_given(case: tuple[Built, str, float]) -> None:
    built = case[0]
    assert columns(built)["revenue"] == pytest.approx(list(built.kit.lines.revenue), rel=0)
