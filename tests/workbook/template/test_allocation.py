"""Sheet Allocation: responses through today's point, the split typed in, the best split of CLV.ALLOCATE."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clv_xl.metrics.allocation import Problem
from clv_xl.metrics.response import Responses
from clv_xl.workbook.template.kit import Build
from clv_xl.workbook.template.order_lines import OrderLines
from tests.workbook.template.annex import BASE, Annex, typed
from tests.workbook.template.few_sheets import few_sheets, verdict
from tests.workbook.template.shop import small

pytestmark = pytest.mark.slow
CLOSE = 1e-9
USED = 3  # channels of the sample
RESPONSE, SPLIT = 13, 27  # first rows


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Annex:
    return Annex.of(tmp_path_factory.mktemp("allocation"), "allocation", build="addin")


def rows(sheet: Annex, letter: str, first: int) -> Any:
    return np.array(sheet.column(letter, first, first + USED - 1), np.float64)


def budget_of(sheet: Annex) -> float:
    """Return the budget in use."""
    return float(sheet.cells["D7"].value)


def curves(sheet: Annex) -> Responses:
    """Return the responses on the sheet as the metrics have them."""
    most, half = rows(sheet, "I", RESPONSE), rows(sheet, "J", RESPONSE)
    return Responses(np.full(USED, "hill"), most, half, np.ones(USED))


def best(sheet: Annex) -> Problem:
    values = rows(sheet, "D", RESPONSE)
    return Problem(curves(sheet), values, np.zeros(USED), np.full(USED, np.inf))


def test_each_curve_passes_through_what_was_won_so_far(addin: Annex) -> None:
    won = curves(addin).customers(rows(addin, "E", RESPONSE))
    assert won == pytest.approx(rows(addin, "B", RESPONSE), rel=CLOSE)
    ceilings = rows(addin, "I", RESPONSE) / rows(addin, "B", RESPONSE)
    assert ceilings == pytest.approx(rows(addin, "F", RESPONSE), rel=CLOSE)


def test_the_split_wins_what_the_metrics_say(addin: Annex) -> None:
    """Source of the numbers: clv_xl.metrics.response, which has its own sources and tests."""
    spend = rows(addin, "D", SPLIT)
    problem = best(addin)
    assert rows(addin, "F", SPLIT) == pytest.approx(problem.responses.customers(spend), rel=CLOSE)
    assert rows(addin, "H", SPLIT) == pytest.approx(problem.value(spend), rel=CLOSE)
    assert rows(addin, "K", SPLIT) == pytest.approx(problem.marginal_value(spend), rel=CLOSE)
    assert spend.sum() == pytest.approx(budget_of(addin), rel=CLOSE)


def test_the_curves_drawn_are_the_marginal_values(addin: Annex) -> None:
    first = addin.row("spend") + 1
    spends = np.array(addin.column("A", first, first + 12))
    assert spends[-1] == pytest.approx(budget_of(addin), rel=CLOSE)
    for i, letter in enumerate("BCD"):
        wanted = [best(addin).marginal_value(np.full(USED, spend))[i] for spend in spends]
        assert addin.column(letter, first, first + 12) == pytest.approx(wanted, rel=CLOSE)


def test_the_function_finds_the_best_split(addin: Annex) -> None:
    problem, budget = best(addin), budget_of(addin)
    value = problem.value(problem.best(budget)).sum()
    assert addin.line("best_value") == pytest.approx(value, rel=CLOSE)
    given_up = addin.line("given_up")
    assert given_up == pytest.approx(value - rows(addin, "H", SPLIT).sum(), abs=1e-6)
    assert given_up >= 0
    assert verdict(addin.built, "allocation_customers") == addin.say("status_ok")


def test_shares_that_miss_the_budget_and_spend_beyond_a_bound_are_red(addin: Annex, tmp_path: Path) -> None:
    title = addin.cells.title
    sets = [typed(title, f"C{SPLIT}", 0.5), typed(title, f"L{RESPONSE}", 1000)]
    wrong = Annex.of(tmp_path, "allocation", *sets)
    for key in ("allocation_sum", "allocation_bounds"):
        assert verdict(addin.built, key) == addin.say("status_ok")
    for key in ("allocation_sum", "allocation_bounds"):
        assert verdict(wrong.built, key) == addin.say("template.status_broken")
    assert wrong.cells[f"M{SPLIT}"].value == addin.say("flag.at_maximum")
    assert wrong.cells[f"L{SPLIT}"].value in ("", None)


def test_an_uneven_split_is_asked_about(addin: Annex, tmp_path: Path) -> None:
    title = addin.cells.title
    uneven = [typed(title, f"C{SPLIT + i}", share) for i, share in enumerate((0.8, 0.1, 0.1))]
    found = Annex.of(tmp_path, "allocation", *uneven)
    assert verdict(found.built, "allocation_sum") == addin.say("status_ok")
    assert verdict(found.built, "allocation_marginal") == addin.say("status_check")
    assert list(found.errors()) == []


def test_a_typed_response_and_budget_take_the_place_of_the_assumed_ones(addin: Annex, tmp_path: Path) -> None:
    title = addin.cells.title
    sets = [typed(title, "D6", 10_000), typed(title, f"G{RESPONSE}", 400), typed(title, f"H{RESPONSE}", 4000)]
    found = Annex.of(tmp_path, "allocation", *sets, typed(title, f"C{SPLIT}", 0.4))
    # 400 x 4000 / (4000 + 4000), the example of clv_xl.metrics.response.
    assert found.cells[f"D{SPLIT}"].value == pytest.approx(4000)
    assert found.cells[f"F{SPLIT}"].value == pytest.approx(200)


def uncosted(word: Callable[[str], str]) -> OrderLines:
    """Return orders of somebody's own by channel, of which no cost is known."""
    return replace(small(word), channels=("shop", "web", "shop", "web", "shop", "fair"))


@pytest.mark.parametrize("build", ["native", "addin", "calc"])
def test_channels_without_costs_have_no_cac_and_win_nothing_for_nothing(build: Build, tmp_path: Path) -> None:
    """Two of three customers at most x 1,000 spent / (1,000 + 1,000) where a half is typed."""

    def sheet(*sets: str) -> Annex:
        return Annex(
            few_sheets(tmp_path, *sets, build=build, lines=uncosted, keys=(*BASE, "allocation")), "allocation"
        )

    bare = sheet()
    assert bare.cells["A10"].value == bare.say("no_costs")
    for letter, first in (("C", RESPONSE), ("E", RESPONSE), ("J", RESPONSE), ("F", SPLIT), ("K", SPLIT)):
        assert [value or "" for value in bare.column(letter, first, first + 2)] == ["", "", ""], letter
    title = bare.cells.title
    half = sheet(
        typed(title, f"H{RESPONSE + 1}", 1000), typed(title, "D6", 1000), typed(title, f"C{SPLIT + 1}", 1)
    )
    assert half.cells["A10"].value == half.say("no_costs")
    most = half.cells[f"I{RESPONSE + 1}"].value
    assert half.cells[f"F{SPLIT + 1}"].value == pytest.approx(most / 2, rel=CLOSE)
    assert [half.cells[f"F{SPLIT + i}"].value or "" for i in (0, 2)] == ["", ""]
    assert [*bare.errors(), *half.errors()] == []
    if build != "native":
        assert verdict(half.built, "allocation_customers") == half.say("status_ok")


def test_channels_with_costs_are_not_said_to_lack_them(addin: Annex) -> None:
    assert addin.cells["A10"].value in ("", None)
