"""Sheet CLV: the catalogue's check values step by step, and functions beside them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clv_xl.metrics.conventions import compare
from clv_xl.metrics.payback import payback
from clv_xl.workbook.template.order_lines import OrderLines
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import SHEETS, at, few_sheets, verdict, verdicts
from tests.workbook.template.shop import SHOP, errors, row_of, shop, value

PERIODS = "FGHIJKLMNO"


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return shop(tmp_path_factory.mktemp("native"))


def row(built: Built, label: str) -> list[float]:
    """Return the cells of a line of the ledger over its periods."""
    at = row_of(built, "clv", label)
    return [built.value("clv", f"{column}{at}") for column in PERIODS]


def test_the_steps_lead_to_the_values_of_the_catalogue(native: Built) -> None:
    """Catalogue, CLV: (50,3,3,40%,45) at 10% is 104.21."""
    assert value(native, "clv", "customer_value") == 150
    assert value(native, "clv", "clv_revenue") == 450
    assert value(native, "clv", "period_margin") == pytest.approx(60)
    assert round(native.at("clv.net"), 2) == 104.21
    assert native.at("clv.clv") == pytest.approx(native.at("clv.net") + 45, rel=1e-15)
    assert native.at("clv.ratio") == pytest.approx(native.at("clv.clv") / 45, rel=1e-15)
    assert native.at("clv.payback") == pytest.approx(9)  # 45 of 60 a year, in months
    assert errors(native) == []


@pytest.mark.parametrize(
    ("sets", "changed", "net"), [(("set_timing=0.5",), {}, 111.49), ((), {"lifespan": 2.5}, 81.67)]
)
def test_timing_and_a_broken_lifespan_count_as_in_the_catalogue(
    sets: tuple[str, ...], changed: dict[str, Any], net: float, tmp_path: Path
) -> None:
    assert round(shop(tmp_path, *sets, **changed).at("clv.net"), 2) == net


def test_the_retention_form_follows_the_booking(native: Built, tmp_path: Path) -> None:
    """Catalogue, CLV.CONTRACT: upfront 220, after_renewal 160."""
    assert value(native, "clv", "contract") == pytest.approx(220)
    renewed = shop(tmp_path, "set_booking=after_renewal")
    assert value(renewed, "clv", "contract") == pytest.approx(160)
    assert value(renewed, "clv", "contract_net") == pytest.approx(115)


def test_all_conventions_are_those_of_compare(native: Built) -> None:
    for convention in compare(60.0, 0.8, 0.1, 45.0, 10.0):
        assert value(native, "clv", f"convention.{convention.key}") == pytest.approx(
            convention.value, rel=1e-12
        )


def test_the_ledger_adds_up_to_the_catalogues_truncated_value(tmp_path: Path) -> None:
    """Catalogue, CLV.SCHEDULE: 135.37 a customer after 3 periods at timing 1."""
    built = shop(tmp_path, "set_timing=1")
    assert row(built, "opening")[:3] == pytest.approx([100, 80, 64])
    assert round(row(built, "each")[2], 2) == 135.37
    assert row(built, "net_line")[2] == pytest.approx(row(built, "each")[2] - 45)


def test_customers_of_the_ledger_are_a_corkscrew(native: Built) -> None:
    opening, lost, closing = (row(native, key) for key in ("opening", "lost", "closing"))
    assert opening[1:] == closing[:-1]
    assert [a - b for a, b in zip(opening, lost, strict=True)] == pytest.approx(closing)


@pytest.mark.parametrize("changed", [{}, {"cac": 130}, {"retention_rate": 1, "discount_rate": 0, "cac": 90}])
def test_the_discounted_payback_is_that_of_the_function(changed: dict[str, Any], tmp_path: Path) -> None:
    built = shop(tmp_path, **changed)
    drivers = {**SHOP, **changed}
    periods = payback(drivers["cac"], 60.0, drivers["retention_rate"], drivers["discount_rate"])
    assert value(built, "clv", "discounted_payback") == pytest.approx(12 * float(periods), rel=1e-12)
    assert value(built, "clv", "point") == pytest.approx(float(periods))
    assert errors(built) == []


def test_a_cost_that_is_never_earned_back_is_said_in_words(tmp_path: Path) -> None:
    """The value without end of 60 a year is 200: 250 is never earned back."""
    built = shop(tmp_path, cac=250)
    assert value(built, "clv", "discounted_payback") == built.kit.word("template.clv.never")
    assert value(built, "clv", "point") == -1  # outside the chart
    assert errors(built) == []


def test_a_segment_of_the_list_brings_its_own_drivers(tmp_path: Path) -> None:
    built = shop(tmp_path, at("clv.choice", "b"))
    slot = built.at("segments.name").index("b")
    assert value(built, "clv", "place") == slot + 1
    for term, name in (("avg_order_value", "aov"), ("frequency", "frequency"), ("cac", "cac")):
        first = row_of(built, "clv", "place") + 1
        labels = [built.value("clv", f"A{i}") for i in range(first, first + 7)]
        found = built.value("clv", f"D{first + labels.index(built.kit.word(term))}")
        assert found == pytest.approx(built.at(f"segments.{name}")[slot])
    assert verdict(built, "clv_choice") == "OK"


def test_a_choice_that_is_gone_shows_the_company_and_is_told(tmp_path: Path) -> None:
    built = shop(tmp_path, at("clv.choice", "gone"))
    assert round(built.at("clv.net"), 2) == 104.21
    assert verdict(built, "clv_choice") == built.kit.word("template.status_broken")


def test_a_value_without_end_is_red_and_no_error(tmp_path: Path) -> None:
    built = shop(tmp_path, retention_rate=1, discount_rate=0)
    assert verdict(built, "clv_excess") == built.kit.word("template.status_broken")
    assert errors(built) == []


def test_value_beyond_the_data_is_asked_about(native: Built, tmp_path: Path) -> None:
    """The log spans 2024-02 to 2025-12, 23 months: of ten years at 0% the other 97 of 120 lie beyond."""
    assert verdict(native, "clv_beyond") == "OK"
    built = shop(tmp_path, lifespan=10, discount_rate=0)
    assert value(built, "clv", "beyond") == pytest.approx(97 / 120)
    assert verdict(built, "clv_beyond") == built.kit.word("status_check")


def test_every_function_is_as_its_formula(tmp_path: Path) -> None:
    built = shop(tmp_path, build="addin")
    ours = {key: word for key, word in verdicts(built).items() if key.startswith("Sheet CLV:")}
    assert len(ours) == 10
    assert set(ours.values()) == {"OK"}
    assert round(value(built, "clv", "clv_net", "E"), 2) == 104.21
    assert errors(built) == []
    assert built.report.kept == []


def blank(_word: Callable[[str], str]) -> OrderLines:
    """Return a log of one line that holds nothing that counts."""
    return OrderLines(
        ["1"], [None], [46_000.0], [0.0], [None], [None], [None], 46_022.0, "EUR", "test"
    )  # fmt: skip


def test_a_log_without_an_order_gives_no_error(tmp_path: Path) -> None:
    keys = (*SHEETS, "clv", "sensitivity")
    built = few_sheets(tmp_path, lines=blank, keys=keys)
    ours = {built.kit.word(f"sheet.{key}") for key in ("clv", "sensitivity")}
    assert [error for error in errors(built) if error.partition("!")[0] in ours] == []
    assert value(built, "clv", "span") == 0


def test_a_first_year_has_twelve_months(tmp_path: Path) -> None:
    """60 a month at the end of each of 12 months at 1% a month, as PV(1%,12,-60)."""
    built = shop(tmp_path, "set_unit=M", lifespan=36, discount_rate=1.01**12 - 1)
    assert value(built, "clv", "first_year") == pytest.approx(60 * (1 - 1.01**-12) / 0.01, rel=1e-12)
    assert built.at("clv.payback") == pytest.approx(0.75)
    assert value(built, "clv", "span") == 23
