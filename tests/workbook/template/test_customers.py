"""Sheet Customers: its native list is that of CLV.RFM, CLV.TIERS, CLV.STATUS and CLV.PARETO."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clv_xl.cells import Block
from clv_xl.workbook.template.order_lines import OrderLines, sample
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import answer, at, by_name, few_sheets, log_of, verdict
from tests.workbook.template.test_orders import rough

SHEETS = ("settings", "inputs", "orders", "customers", "segments", "checks")
TOLERANCE = 1e-9  # what the workbook itself promises on Checks
ROOM = 1_000  # rows of the list, as the sheet says
# Column of the list: column of CLV.RFM.
SCORED = {
    "orders": "orders",
    "days": "days_since_last",
    "mean_order": "mean_order",
    "score_r": "score_r",
    "score_f": "score_f",
    "score_m": "score_m",
}


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return few_sheets(tmp_path_factory.mktemp("native"), keys=SHEETS)


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return few_sheets(tmp_path_factory.mktemp("addin"), build="addin", keys=SHEETS)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Refunds, free orders and spellings, another last day, other tiers, days of status typed."""
    changes = ("set_as_of=35735", at("customers.cut_a", "7%"), at("customers.lapse_typed", "45"))
    return few_sheets(tmp_path_factory.mktemp("shop"), *changes, lines=rough, keys=SHEETS)


@pytest.fixture(scope="module", params=["native", "shop"])
def built(request: pytest.FixtureRequest) -> Built:
    found: Built = request.getfixturevalue(request.param)
    return found


def listed(built: Built, column: str) -> list[Any]:
    """Return a column of the list as far as it has customers."""
    return [cell for cell in built.at(f"customers.{column}") if cell not in ("", None)]


def name_of(customer: Any) -> str:
    return str(customer).strip().removesuffix(".0")


def as_of(built: Built) -> float:
    day = built.named("set_as_of")
    return float(day) if isinstance(day, (int, float)) else (day - day.__class__(1899, 12, 30)).days


def test_every_customer_is_scored_as_the_function_scores(built: Built) -> None:
    rows = by_name(answer("CLV.RFM", log_of(built.kit.lines), as_of(built), None, None, 2.0))
    names = [name_of(customer) for customer in listed(built, "id")]
    wanted = {name_of(name): row for name, row in rows.items()}
    assert len(names) == len(set(names))
    assert set(names) == set(wanted)
    for column, key in SCORED.items():
        assert listed(built, column) == pytest.approx([wanted[name][key] for name in names], rel=TOLERANCE), (
            column
        )
    words = {
        key: built.kit.word(f"rfm.{key}") for key in {str(row["rfm_segment"]) for row in wanted.values()}
    }
    assert listed(built, "rfm") == [words[str(wanted[name]["rfm_segment"])] for name in names]


def test_status_is_that_of_the_function(built: Built) -> None:
    typed = built.at("customers.lapse_typed")
    rows = by_name(answer("CLV.STATUS", log_of(built.kit.lines), as_of(built), typed, 2.0))
    wanted = {
        name_of(name): built.kit.word(f"status.{row['status']}")
        for name, row in rows.items()
        if name != "total"
    }
    names = [name_of(customer) for customer in listed(built, "id")]
    assert listed(built, "status") == [wanted[name] for name in names]
    assert len(set(wanted.values())) == 3


def test_tiers_and_curve_are_those_of_the_functions(built: Built) -> None:
    values = Block.from_rows([[value] for value in listed(built, "value")])
    cuts = Block.from_rows([[built.at("customers.cut_a")], [built.at("customers.cut_b")]])
    assert listed(built, "tier") == [row[0] for row in answer("CLV.TIERS", values, cuts)]
    sheet = built.sheet("customers")
    curve = [
        (row[0].value, row[3].value)
        for row in sheet.iter_rows(max_col=4, max_row=60)
        if isinstance(row[0].value, float) and isinstance(row[2].value, (int, float)) and row[0].value < 1
    ]
    assert len(curve) == 9
    for share, held in curve:
        assert held == pytest.approx(answer("CLV.PARETO", values, share), rel=TOLERANCE)


def test_value_to_date_is_revenue_times_the_margin_in_use(built: Built) -> None:
    margin = built.named("in_margin")
    wanted = [revenue * margin for revenue in listed(built, "revenue")]
    assert listed(built, "value") == pytest.approx(wanted, rel=TOLERANCE)
    assert sum(listed(built, "revenue")) == pytest.approx(built.at("orders.revenue"), rel=TOLERANCE)


def costed(word: Callable[[str], str]) -> OrderLines:
    lines = sample(word)
    return replace(lines, costs=[round(0.6 * amount + i % 5, 2) for i, amount in enumerate(lines.revenue)])


def test_with_costs_on_every_line_each_customer_has_the_own_costs(tmp_path: Path) -> None:
    built = few_sheets(tmp_path, lines=costed, keys=SHEETS)
    rows = by_name(answer("CLV.HISTORICAL", log_of(built.kit.lines), None, 2.0))
    wanted = [rows[str(float(customer))]["clv_to_date"] for customer in listed(built, "id")]
    assert listed(built, "value") == pytest.approx(wanted, rel=TOLERANCE, abs=TOLERANCE)


def test_the_best_stand_first_each_once(native: Built) -> None:
    sheet = native.sheet("customers")
    head = next(
        r for r in range(30, 80) if sheet.cell(r, 2).value == native.kit.word("template.customers.col_no")
    )
    best = [(sheet.cell(r, 1).value, sheet.cell(r, 4).value) for r in range(head + 1, head + 101)]
    by_value = sorted(listed(native, "value"), reverse=True)[:100]
    assert [value for _, value in best] == by_value
    assert len({customer for customer, _ in best}) == 100
    shares = [sheet.cell(r, 11).value for r in range(head + 1, head + 101)]
    assert shares[-1] == pytest.approx(sum(by_value) / sum(listed(native, "value")), rel=TOLERANCE)


def test_places_by_value_are_a_permutation_where_values_tie(shop: Built) -> None:
    places, ranks = listed(shop, "place"), listed(shop, "rank")
    assert sorted(places) == list(range(1, len(places) + 1))
    assert len(set(ranks)) < len(ranks)  # there are ties to break


def crowd(count: int) -> Callable[[Callable[[str], str]], OrderLines]:
    """Return the first order of so many customers, one a day, and a second of the first customer."""

    def lines(word: Callable[[str], str]) -> OrderLines:
        size = count + 1
        return replace(
            sample(word),
            order_ids=[f"o{i}" for i in range(size)],
            customers=[f"c{i % count}" for i in range(size)],
            days=[35_000.0 + i // 3 for i in range(size)],
            revenue=[10.0 + i % 7 for i in range(size)],
            costs=[None] * size,
            segments=["s"] * size,
            channels=[None] * size,
            as_of=35_000.0 + count,
            sample=False,
        )

    return lines


@pytest.mark.parametrize("count", [3, ROOM, ROOM + 5])
def test_the_list_says_whom_it_leaves_out(count: int, tmp_path: Path) -> None:
    built = few_sheets(tmp_path, lines=crowd(count), keys=SHEETS)
    assert built.at("customers.count") == count
    assert len(listed(built, "id")) == built.at("customers.shown") == min(count, ROOM)
    left_out = built.at("customers.left_out")
    assert (left_out == built.kit.word("template.customers.nobody")) == (count <= ROOM)
    assert (verdict(built, "customers_room") == "OK") == (count <= ROOM)
    assert verdict(built, "customers_heat") == verdict(built, "customers_tiers") == "OK"


def test_the_functions_beside_agree_and_the_list_stays_native(native: Built, addin: Built) -> None:
    keys = ("orders", "days", "score_r", "score_f", "tiers_function", "pareto")
    assert [verdict(addin, f"customers_{key}") for key in keys] == ["OK"] * len(keys)
    for column in ("id", "revenue", "tier", "status"):
        assert listed(addin, column) == listed(native, column)
    assert not list(addin.report.notes)


def test_a_wrong_native_number_turns_the_comparison(tmp_path: Path) -> None:
    built = few_sheets(tmp_path, at("customers.days", "0", 5), build="addin", keys=SHEETS)
    assert verdict(built, "customers_days") == built.kit.word("template.status_broken")


def test_predictions_have_their_columns_and_say_that_they_come_with_the_models(native: Built) -> None:
    for column in ("p_active", "expected_orders", "predicted_clv"):
        assert listed(native, column) == [native.kit.word("template.customers.with_models")]


def test_a_short_list_numbers_and_prints_only_the_customers_there_are(tmp_path: Path) -> None:
    """Three customers: three numbers, and not pages of lines that nobody stands on."""
    built = few_sheets(tmp_path, lines=crowd(3), keys=SHEETS)
    sheet = built.sheet("customers")
    head = next(
        r for r in range(30, 80) if sheet.cell(r, 2).value == built.kit.word("template.customers.col_no")
    )
    assert [sheet.cell(r, 2).value for r in range(head + 1, head + 4)] == [1, 2, 3]
    assert {sheet.cell(r, 2).value for r in range(head + 4, head + 101)} <= {None, ""}
    last = int(str(sheet.print_area).rpartition("$")[2])
    assert last == head + 20  # room on the page for some who may come


def test_a_long_list_prints_the_hundred_best(native: Built) -> None:
    sheet = native.sheet("customers")
    last = int(str(sheet.print_area).rpartition("$")[2])
    assert (sheet.cell(last, 2).value, sheet.cell(last + 1, 2).value) == (100, None)
