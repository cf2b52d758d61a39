"""Sheet Inputs: the quick start, the drivers in use, and what the orders say of segments and channels."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clv_xl.workbook import assumptions
from clv_xl.workbook.template.order_lines import OrderLines
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import answer, at, few_sheets, log_of, verdict
from tests.workbook.template.shop import small
from tests.workbook.template.test_segments import mixed

TOLERANCE = 1e-9  # what the workbook itself promises on Checks
DRIVERS = (
    "aov", "frequency", "lifespan", "margin", "cac", "discount_rate", "retention_rate", "customers",
    "active_customers", "new_customers",
)  # fmt: skip


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return few_sheets(tmp_path_factory.mktemp("native"))


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The quick start as base, its target ratio above what it reaches, and a value typed over beside it."""
    return few_sheets(
        tmp_path_factory.mktemp("quick"), "set_base=quick", "set_unit=M", at("inputs.typed_aov", 70)
    )


def measures(built: Built) -> dict[str, Any]:
    """Return CLV.SUMMARY of the log by its stable keys."""
    lines = built.kit.lines
    rows = answer(
        "CLV.SUMMARY", log_of(lines), built.named("set_unit"), lines.as_of, None, None, None, None, 2.0
    )
    return {str(row[0]): row[1] for row in rows}


def test_five_cells_answer_without_data(native: Built) -> None:
    """The example shop of the catalogue: CLV 180, net 135, CLV:CAC 4, payback 9 months of 12."""
    found = [native.at(f"inputs.quick_{name}") for name in ("clv", "net", "ratio", "payback")]
    assert found == pytest.approx([180.0, 135.0, 4.0, 45.0 / (50 * 3 * 0.4) * 12], rel=TOLERANCE)


def test_drivers_come_from_the_orders_as_the_functions_give_them(native: Built) -> None:
    wanted = measures(native)
    for name, key in (
        ("aov", "avg_order_value"), ("frequency", "frequency"), ("customers", "customers")
    ):  # fmt: skip
        assert native.named(f"in_{name}") == pytest.approx(wanted[key], rel=TOLERANCE), name
    lifespan = next(value for key, value in wanted.items() if key.startswith("lifespan"))
    assert native.named("in_lifespan") == pytest.approx(lifespan, rel=TOLERANCE)
    assert verdict(native, "segments_identity") == "OK"


def test_what_no_log_tells_is_typed_and_in_use(native: Built) -> None:
    assert native.named("in_margin") == assumptions.MARGIN
    assert native.at("inputs.data_margin") in ("", None)
    assert native.named("in_discount_rate") == native.at("inputs.typed_discount_rate")
    assert native.at("inputs.data_discount_rate") is None


def test_without_cohorts_retention_is_what_the_lifespan_implies(native: Built) -> None:
    assert native.named("in_retention_rate") == pytest.approx(
        1 - 1 / native.named("in_lifespan"), rel=TOLERANCE
    )


def test_the_quick_start_is_the_base_where_its_choice_says_so(quick: Built) -> None:
    found = [quick.named(f"in_{name}") for name in DRIVERS]
    assert found == pytest.approx(
        [50.0, 3.0, 3.0, 0.4, 45.0, 0.0, 1 - 1 / 3, 800.0, 800.0, 250.0], rel=TOLERANCE
    )
    assert quick.at("inputs.quick_payback") == pytest.approx(45.0 / (50 * 3 * 0.4), rel=TOLERANCE)  # a month


def test_who_plans_with_the_quick_start_has_one_segment_the_company(quick: Built) -> None:
    """The example shop of the catalogue: CLV 180, net 135, CLV:CAC 4; 800 customers buy 9 times."""
    names = quick.at("segments.name")
    assert names[0] == quick.kit.word("template.inputs.quickly")
    assert not any(names[1:])
    wanted = {"customers": 800, "orders": 7200, "revenue": 360000, "aov": 50, "frequency": 3, "lifespan": 3,
              "margin": 0.4, "clv": 180, "cac": 45, "net": 135, "ratio": 4}  # fmt: skip
    for name, number in wanted.items():
        assert quick.at(f"segments.{name}")[0] == pytest.approx(number, rel=TOLERANCE), name
        assert quick.at(f"segments.total_{name}") == pytest.approx(number, rel=TOLERANCE), name
    assert quick.at("segments.mix") == pytest.approx(0, abs=TOLERANCE)
    assert quick.named("chk_broken") == 0


@pytest.mark.slow
def test_with_the_quick_start_as_base_the_function_still_answers_for_the_orders(tmp_path: Path) -> None:
    built = few_sheets(tmp_path, "set_base=quick", build="addin")
    assert not built.report.errors
    assert built.named("chk_broken") == 0
    assert built.at("segments.total_net") == pytest.approx(135.0, rel=TOLERANCE)


def test_what_is_typed_over_wins(tmp_path: Path) -> None:
    changes = (
        at("inputs.typed_aov", 70),
        at("inputs.segment_typed_aov", 99, row=2),
        at("inputs.typed_margin", 25),
    )
    built = few_sheets(tmp_path, *changes)
    assert built.named("in_aov") == 70.0
    assert built.at("inputs.segment_aov")[2] == 99.0
    assert built.at("segments.aov")[2] == 99.0
    # 25 typed for 25%.
    assert verdict(built, "inputs_range") == "Broken"


def test_a_channel_costs_the_sum_of_its_parts_by_its_customers(native: Built) -> None:
    spend, customers, cac = (native.at(f"channels.{name}")[:3] for name in ("spend", "customers", "cac"))
    # The labelled assumptions: 900 + 1,100 + 300 + 280 for the first channel.
    assert spend[0] == 2580.0
    assert cac == pytest.approx([s / n for s, n in zip(spend, customers, strict=True)], rel=TOLERANCE)
    assert native.named("in_cac") == pytest.approx(sum(spend) / sum(customers), rel=TOLERANCE)
    assert sum(customers) == native.named("in_customers")


def test_channels_are_those_of_the_function(native: Built) -> None:
    names, spend = native.at("channels.name")[:3], native.at("channels.spend")[:3]
    from clv_xl.cells import Block

    costs = Block.from_rows([list(pair) for pair in zip(names, spend, strict=True)])
    rows = answer(
        "CLV.CHANNELS", log_of(native.kit.lines), costs, native.kit.lines.as_of, assumptions.MARGIN, 2.0
    )
    keys = [str(key) for key in rows[0]]
    wanted = {row[0]: dict(zip(keys, row, strict=True)) for row in rows[1:]}
    for column, key in (("customers", "customers"), ("cac", "cac")):
        found = native.at(f"channels.{column}")[:3]
        assert found == pytest.approx([wanted[name][key] for name in names], rel=TOLERANCE), column


def uncosted(word: Callable[[str], str]) -> OrderLines:
    """Return orders of somebody's own by channel, of which no cost is known."""
    return replace(small(word), channels=("shop", "web", "shop", "web", "shop", "web"))


def free(built: Built) -> str:
    """Say that the first channel cost nothing: 0 for its sales, left of what it cost in all."""
    sheet, _, spend = built.kit.at("channels.spend").rpartition("!")
    return f"{sheet}!B{spend.split(':')[0].rpartition('$')[2]}=0"


def test_a_channel_whose_cost_nobody_typed_has_no_cac_and_no_net_clv_but_a_free_one_has(
    tmp_path: Path,
) -> None:
    built = few_sheets(tmp_path, free, lines=uncosted)
    cac, net, clv = (built.at(f"channels.{name}")[:2] for name in ("cac", "net", "clv"))
    assert (cac[0], net[0]) == (0, clv[0])
    assert [value or "" for value in (cac[1], net[1])] == ["", ""]
    assert clv[1] > 0


def test_spend_of_channels_and_cac_of_segments_are_two_views_of_one_cost(
    native: Built, tmp_path: Path
) -> None:
    assert verdict(native, "inputs_spend") == "OK"
    changed = few_sheets(tmp_path, at("inputs.segment_typed_cac", 30))
    assert verdict(changed, "inputs_spend") == "Check"
    assert changed.named("chk_master") == "OK"


def test_costs_in_the_log_give_the_margin(tmp_path: Path) -> None:
    built = few_sheets(tmp_path, lines=mixed)
    lines = built.kit.lines
    buyers = {
        c
        for c, d, r in zip(lines.customers, lines.days, lines.revenue, strict=True)
        if r >= 0 and d < lines.as_of + 1
    }
    kept = [
        (r, c or 0.0)
        for who, d, r, c in zip(lines.customers, lines.days, lines.revenue, lines.costs, strict=True)
        if d < lines.as_of + 1 and who in buyers
    ]
    margin = 1 - sum(c for _, c in kept) / sum(r for r, _ in kept)
    assert built.named("in_margin") == pytest.approx(margin, rel=TOLERANCE)
    # Nobody typed a cost and no channel spent: the quick start stands in, and the sheet says so.
    assert built.named("in_cac") == 45.0
    assert built.at("inputs.examples") == 1
    assert verdict(built, "inputs_examples") == "Check"
    assert source(built, "cac") == built.kit.word("template.inputs.source_borrowed")
    assert source(built, "margin") == built.kit.word("template.inputs.source_margin")
    assert built.named("in_customers") == len(buyers)


def source(built: Built, driver: str) -> Any:
    """Return what the sheet says of where a driver in use comes from."""
    _, cell = next(iter(built.values.defined_names[f"in_{driver}"].destinations))
    return built.sheet("inputs").cell(built.sheet("inputs")[cell.replace("$", "")].row, 9).value


def test_the_source_beside_a_driver_is_that_of_the_number_in_use(native: Built, quick: Built) -> None:
    word = native.kit.word
    assert source(native, "aov") == word("template.inputs.source_aov")
    assert source(native, "margin") == word("template.inputs.source_typed") + word(
        "template.inputs.source_margin"
    )
    assert source(quick, "aov") == word("template.inputs.source_quick")
    assert native.at("inputs.examples") == quick.at("inputs.examples") == 0
    assert verdict(native, "inputs_examples") == "OK"


def test_every_driver_has_a_unit_and_a_source_in_every_build(native: Built) -> None:
    sheet = native.sheet("inputs")
    sheet_name, cell = next(iter(native.values.defined_names["in_aov"].destinations))
    first = sheet[cell.replace("$", "")].row
    assert sheet_name == sheet.title
    for row in range(first, first + len(DRIVERS)):
        assert all(sheet.cell(row, column).value for column in (1, 2, 9))


@pytest.mark.slow
def test_the_driver_in_use_reaches_the_segments_whatever_changes_it(tmp_path: Path) -> None:
    """``--set in_margin=``, which ``clv-xl template`` proposes, overwrites a formula behind a name."""
    built = few_sheets(tmp_path, "in_margin=0.5")
    assert built.at("segments.total_margin") == pytest.approx(0.5)
    assert built.at("segments.margin")[0] == pytest.approx(0.5)


def test_the_discount_rate_of_a_year_becomes_that_of_a_period(tmp_path: Path) -> None:
    """10% a year are 0.797414% a month: 1.1 ** (1/12) - 1, the rate of a bank's own conversion."""
    built = few_sheets(tmp_path, "set_unit=M")
    assert built.at("inputs.typed_discount_rate") == 0.1
    assert built.named("in_discount_rate") == pytest.approx(0.00797414042890374, rel=TOLERANCE)


def test_active_customers_are_those_with_an_order_in_the_newest_period(native: Built) -> None:
    """Counted in the log itself: a year back from 1998-06-30."""
    lines = native.kit.lines
    newest = {
        who
        for who, day, amount in zip(lines.customers, lines.days, lines.revenue, strict=True)
        if lines.as_of - 365 < day < lines.as_of + 1 and amount >= 0
    }
    assert native.named("in_active_customers") == len(newest) < native.named("in_customers")


@pytest.mark.slow
def test_a_driver_typed_over_for_the_company_moves_the_segments_that_have_none_of_their_own(
    tmp_path: Path,
) -> None:
    """Drivers of the company are the sum of its segments: margin by points, the others by their share."""
    built = few_sheets(
        tmp_path,
        at("inputs.typed_margin", 0.5),
        at("inputs.typed_lifespan", 2.5),
        at("inputs.typed_aov", 70),
        lines=mixed,
    )
    for name, typed in (("margin", 0.5), ("lifespan", 2.5), ("aov", 70.0)):
        assert built.named(f"in_{name}") == typed
        assert built.at(f"segments.total_{name}") == pytest.approx(typed, rel=TOLERANCE), name
    assert len({round(margin, 9) for margin in built.at("segments.margin") if margin}) > 1
    assert verdict(built, "segments_company") == "OK"
    assert built.named("chk_broken") == 0


@pytest.mark.slow
def test_a_driver_typed_over_for_a_segment_only_is_asked_about(tmp_path: Path) -> None:
    built = few_sheets(tmp_path, at("inputs.segment_typed_aov", 70))
    assert built.named("in_aov") == built.at("inputs.data_aov") < built.at("segments.total_aov")
    assert verdict(built, "segments_company") == "Check"


def test_cac_typed_for_every_segment_is_that_of_the_company(tmp_path: Path) -> None:
    """Without any spend of the channels; weighted by the customers of the segments."""
    built = few_sheets(tmp_path, lines=mixed)
    customers = [n for n in built.at("segments.customers") if n]
    typed = [20.0 + 10 * i for i in range(len(customers))]
    (tmp_path / "typed").mkdir()
    cells = [at("inputs.segment_typed_cac", cac, i) for i, cac in enumerate(typed)]
    built = few_sheets(tmp_path / "typed", *cells, lines=mixed)
    weighted = sum(n * cac for n, cac in zip(customers, typed, strict=True)) / sum(customers)
    assert built.named("in_cac") == pytest.approx(weighted, rel=TOLERANCE)
    assert built.at("inputs.examples") == 0
    assert verdict(built, "segments_company") == "OK"


def test_a_channel_without_a_cost_is_asked_about_and_not_taken_as_free(tmp_path: Path) -> None:
    """The company's CAC is what is known: the spend of one channel over the customers of it alone."""
    shown = few_sheets(tmp_path)
    sheet, _, cells = shown.kit.at("channels.name").rpartition("!")
    _, first = cells.split(":")[0].split("$")[1:]
    blank = [f"{sheet}!{letter}{int(first) + row}=" for row in (1, 2) for letter in "BCDE"]
    (tmp_path / "one").mkdir()
    built = few_sheets(tmp_path / "one", *blank)
    assert verdict(built, "channels_untold") == "Check"
    assert verdict(shown, "channels_untold") == "OK"
    spend, people = (built.at(f"channels.{name}")[0] for name in ("spend", "customers"))
    assert built.named("in_cac") == pytest.approx(spend / people, rel=TOLERANCE)
