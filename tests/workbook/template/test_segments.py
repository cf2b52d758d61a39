"""Sheet Segments: native formulas, the function beside them, and the checks that catch a wrong number."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clv_xl.cells import Block
from clv_xl.workbook.template.order_lines import OrderLines, sample
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import answer, at, by_name, few_sheets, log_of, verdict

# Columns of the sheet and of CLV.SEGMENT.
COLUMNS = {
    "customers": "customers",
    "orders": "orders",
    "revenue": "revenue",
    "aov": "avg_order_value",
    "frequency": "frequency",
    "lifespan": "lifespan",
    "clv": "clv",
    "cac": "cac",
    "net": "clv_net",
    "ratio": "ltv_cac",
    "payback": "payback_months",
    "share": "share_of_value",
}
TOLERANCE = 1e-9  # what the workbook itself promises on Checks
SLOTS = 12


def mixed(word: Callable[[str], str]) -> OrderLines:
    """Orders of the sample with what a log has: costs, refunds, a blank segment, one named by a number."""
    lines = sample(word)
    kinds = ("North", None, 2024.0, "=plain", "south", "South")
    segments = [kinds[int(float(str(c))) // 3 % len(kinds)] for c in lines.customers]
    revenue = [-5.0 if i % 97 == 96 else amount for i, amount in enumerate(lines.revenue)]
    costs = [None if amount < 0 else round(0.6 * amount + i % 7 / 7, 2) for i, amount in enumerate(revenue)]
    return replace(
        lines,
        revenue=revenue,
        costs=costs,
        segments=segments,
        channels=[None] * len(lines),
        as_of=lines.as_of - 75,
        sample=False,
    )


def reference(built: Built) -> dict[str, dict[str, Any]]:
    """Return CLV.SEGMENT for the log with the drivers of the sheet, by stable keys and names as shown."""
    names = [name or "" for name in built.at("segments.name")]
    used = [name for name in names if name]

    def given(column: str) -> Block:
        values = built.at(f"segments.{column}")
        return Block.from_rows([[name, value] for name, value in zip(names, values, strict=True) if name])

    table = answer(
        "CLV.SEGMENT", log_of(built.kit.lines), "segment", built.named("set_unit"), built.kit.lines.as_of,
        given("lifespan"), given("margin"), given("cac"), built.named("in_discount_rate"),
        built.named("set_timing"), 2.0,
    )  # fmt: skip
    rows = {key.casefold(): row for key, row in by_name(table).items()}
    assert len(used) == len(rows) - 1
    return rows


def assert_as_the_function(built: Built) -> None:
    rows = reference(built)
    names = [str(name).casefold() for name in built.at("segments.name") if name]
    for column, key in COLUMNS.items():
        cells = built.at(f"segments.{column}")
        assert cells[: len(names)] == pytest.approx([rows[name][key] for name in names], rel=TOLERANCE), (
            column
        )
        assert set(cells[len(names) :]) <= {"", None}, column
        assert built.at(f"segments.total_{column}") == pytest.approx(rows["total"][key], rel=TOLERANCE), (
            column
        )
    mix = built.at("segments.mix")
    assert mix == pytest.approx(rows["total"]["mix_effect"], abs=TOLERANCE * built.at("segments.total_clv"))


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return few_sheets(tmp_path_factory.mktemp("native"))


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return few_sheets(tmp_path_factory.mktemp("addin"), build="addin")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Built:
    changes = ("set_unit=Q", "set_timing=0.5", at("inputs.typed_discount_rate", "3%"))
    return few_sheets(tmp_path_factory.mktemp("shop"), *changes, lines=mixed)


def test_native_formulas_give_what_the_function_gives(native: Built) -> None:
    assert_as_the_function(native)


def test_they_do_so_with_refunds_costs_blank_segments_and_another_unit(shop: Built) -> None:
    assert_as_the_function(shop)
    assert verdict(shop, "segments_customers") == verdict(shop, "segments_revenue") == "OK"


def test_segments_stand_in_the_order_in_which_the_log_names_them(native: Built, shop: Built) -> None:
    for built in (native, shop):
        lines = built.kit.lines
        firsts: dict[Any, Any] = {}
        for customer, day, revenue, name in zip(
            lines.customers, lines.days, lines.revenue, lines.segments, strict=True
        ):
            if revenue >= 0 and day < lines.as_of + 1:
                firsts.setdefault(customer, "(none)" if name is None else name)
        wanted = list(dict.fromkeys(str(n).removesuffix(".0").casefold() for n in firsts.values()))
        assert [str(n).casefold() for n in built.at("segments.name") if n] == wanted


def test_the_function_in_the_workbook_agrees_and_is_what_the_add_in_build_shows(
    native: Built, addin: Built
) -> None:
    for key in ("segments_function", "segments_function_total", "segments_function_found", "inputs_active"):
        assert verdict(addin, key) == "OK"
    for column in COLUMNS:
        shown = addin.at(f"segments.{column}")
        assert shown[:3] == pytest.approx(native.at(f"segments.{column}")[:3], rel=TOLERANCE)


def test_the_ranking_goes_down_by_net_value(native: Built) -> None:
    nets = [net for net in native.at("segments.net") if net not in ("", None)]
    ranks = [rank for rank in native.at("segments.rank") if rank not in ("", None)]
    assert [nets[ranks.index(place)] for place in (1, 2, 3)] == sorted(nets, reverse=True)


def test_a_lifespan_in_the_wrong_unit_turns_its_check_red(tmp_path: Path) -> None:
    """Quarters typed over as years: a customer would be worth less than was already paid."""
    built = few_sheets(tmp_path, at("inputs.segment_typed_lifespan", 0.3, row=1))
    assert verdict(built, "segments_to_date") == "Broken"
    assert built.named("chk_master") == "Broken"


def test_net_value_over_cac_turns_the_check_of_the_ratio_red(tmp_path: Path) -> None:
    """1 CD: CLV 14.71, CAC 8; net 6.71 / 8 = 0.84 in place of 1.84."""
    built = few_sheets(tmp_path, at("segments.ratio", 0.84, row=1))
    assert verdict(built, "segments_ratio") == "Broken"


def test_few_customers_raise_a_question_and_no_more(tmp_path: Path) -> None:
    built = few_sheets(tmp_path, "set_few_customers=200")
    assert verdict(built, "segments_few") == "Check"
    assert built.named("chk_master") == "OK"


def test_more_segments_than_rows_do_not_go_unseen(tmp_path: Path) -> None:
    def many(word: Callable[[str], str]) -> OrderLines:
        lines = sample(word)
        names = [f"S{int(float(str(c))) % (SLOTS + 2)}" for c in lines.customers]
        return replace(lines, segments=names, sample=False)

    built = few_sheets(tmp_path, lines=many)
    assert [name for name in built.at("segments.name") if name] == list(
        dict.fromkeys(built.kit.lines.segments)
    )[:SLOTS]
    assert verdict(built, "segments_customers") == "Broken"
    assert verdict(built, "segments_revenue") == "Broken"


def test_a_log_of_one_order_gives_no_error(tmp_path: Path) -> None:
    def one(word: Callable[[str], str]) -> OrderLines:
        lines = sample(word)
        return OrderLines(
            [1.0], ["A"], [lines.as_of - 400], [20.0], [None], [None], [None], lines.as_of, "EUR", "one order"
        )

    built = few_sheets(tmp_path, lines=one)
    assert [f"{s}!{c.coordinate}" for s, c in built.cells() if c.data_type == "e"] == []
    assert built.at("segments.name")[0] == "(none)"
    assert built.at("segments.total_revenue") == 20.0


@pytest.mark.slow
def test_a_long_log_is_counted_by_the_function_alone(tmp_path: Path) -> None:
    """Above 10,000 lines the add-in build has no column that looks through the log line by line."""

    def long(word: Callable[[str], str]) -> OrderLines:
        lines = sample(word)
        times = 5
        customers = [f"{c}-{k}" for c in lines.customers for k in range(times)]
        segments, channels = (
            [name for name in names for _ in range(times)] for names in (lines.segments, lines.channels)
        )
        days, revenue = ([v for v in column for _ in range(times)] for column in (lines.days, lines.revenue))
        ids = [float(i) for i in range(len(customers))]
        costs = [None] * len(ids)
        return OrderLines(
            ids, customers, days, revenue, costs, segments, channels, lines.as_of, "USD", "long", sample=True
        )

    built = few_sheets(tmp_path, build="addin", lines=long)
    assert not built.kit.native
    assert built.at("segments.total_customers") == 5 * 786
    assert_as_the_function(built)


@pytest.mark.parametrize("which", ["plain", "with_costs"])
def test_the_range_of_clv_is_the_standard_error_of_revenue_per_customer(
    which: str, native: Built, tmp_path: Path
) -> None:
    """The textbook's formula, s / sqrt(n), by numpy over the customers of the log itself."""
    built = native if which == "plain" else few_sheets(tmp_path, lines=mixed)
    lines = built.kit.lines
    rows = [
        (who, amount, str(name or "(none)").removesuffix(".0").casefold())
        for who, day, amount, name in zip(
            lines.customers, lines.days, lines.revenue, lines.segments, strict=True
        )
        if day < lines.as_of + 1
    ]
    segment: dict[Any, str] = {}
    for who, amount, name in rows:
        if amount >= 0:  # a refund is no order
            segment.setdefault(who, name)
    revenue = dict.fromkeys(segment, 0.0)
    for who, amount, _ in rows:
        if who in revenue:
            revenue[who] += amount
    halves, halved = [], 0.0
    for name, clv, half in zip(
        *(built.at(f"segments.{key}") for key in ("name", "clv", "half")), strict=True
    ):
        if not name:
            assert half in ("", None)
            continue
        spent = np.array([revenue[who] for who in revenue if segment[who] == str(name).casefold()])
        error = spent.std(ddof=1) / np.sqrt(len(spent)) / spent.mean()
        assert half == pytest.approx(2 * error * clv, rel=1e-9), name
        halves.append(half)
        halved += (len(spent) * half) ** 2
    assert len(halves) > 2
    assert built.at("segments.total_half") == pytest.approx(np.sqrt(halved) / len(revenue), rel=1e-9)


def test_without_orders_behind_it_no_clv_has_a_range(tmp_path: Path) -> None:
    built = few_sheets(tmp_path, "set_base=quick")
    assert built.at("segments.half")[0] in ("", None)
    assert built.at("segments.total_half") in ("", None)
