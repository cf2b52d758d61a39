"""Sheet Simulation: frozen draws, trials by native formulas, the same answer as CLV.SIMULATE."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clv_xl.metrics.distributions import Normal, Triangular, Uniform, Within
from clv_xl.metrics.simulation import simulate
from clv_xl.metrics.uniforms import Stream
from clv_xl.workbook.template.sheets.simulation_draws import DRIVERS, SEED, TRIALS
from tests.workbook.template.annex import Annex, typed
from tests.workbook.template.few_sheets import verdict

pytestmark = pytest.mark.slow
CLOSE = 1e-9


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Annex:
    return Annex.of(tmp_path_factory.mktemp("simulation"), "simulation", build="addin")


def base(sheet: Annex) -> dict[str, float]:
    return {driver.key: sheet.built.named(driver.source) for driver in DRIVERS}


def trials(sheet: Annex) -> int:
    """Return the row of the first trial."""
    return sheet.row("trial") + 1


def of_metrics(sheet: Annex, laws: dict[str, Any]) -> Any:
    fixed = {
        "discount_rate": sheet.built.named("in_discount_rate"),
        "timing": sheet.built.named("set_timing"),
    }
    return simulate("simple", "net_clv", fixed, laws, TRIALS, SEED)


def shipped_laws(sheet: Annex) -> dict[str, Any]:
    """Return the distributions as shipped: the spreads are assumptions of the sheet."""
    of = base(sheet)
    aov, rate, life, margin, cac = (of[driver.key] for driver in DRIVERS)
    return {
        "avg_order_value": Normal(aov, aov * 0.1),
        "frequency": Triangular(rate * 0.8, rate, rate * 1.2),
        "lifespan": Triangular(life * 0.75, life, life * 1.25),
        "margin": Within(Normal(margin, margin * 0.1), -1e308, 1.0),
        "cac": Uniform(cac * 0.85, cac * 1.15),
    }


def test_the_draws_are_those_of_the_stream_of_the_functions(addin: Annex) -> None:
    first = trials(addin)
    for letter, driver in zip("BCDEF", DRIVERS, strict=True):
        drawn = addin.column(letter, first, first + TRIALS - 1)
        # A file holds 16 digits.
        assert drawn == pytest.approx(Stream(SEED, driver.key).next(TRIALS).tolist(), rel=1e-15)


def test_the_trials_give_what_the_metrics_give(addin: Annex) -> None:
    """Source of the numbers: clv_xl.metrics.simulation, which has its own sources and tests."""
    found = of_metrics(addin, shipped_laws(addin))
    first = trials(addin)
    net = sorted(addin.column("L", first, first + TRIALS - 1))
    assert net == pytest.approx(found.values.tolist(), rel=CLOSE, abs=CLOSE)
    assert addin.line("simulation.mean") == pytest.approx(float(found.values.mean()), rel=CLOSE)
    for share in (5, 25, 50, 75, 95):
        wanted = float(np.percentile(found.values, share))
        assert addin.line("percentile", share=float(share)) == pytest.approx(wanted, rel=CLOSE)
    assert addin.line("simulation.net_below_zero") == found.loss.share
    assert addin.line("simulation.ratio_below_target") == found.missed.share


def test_the_function_beside_agrees_and_a_changed_draw_breaks_it(addin: Annex, tmp_path: Path) -> None:
    assert verdict(addin.built, "simulation_function") == addin.say("status_ok")
    changed = typed(addin.cells.title, f"B{trials(addin) + 7}", 0.123)
    broken = Annex.of(tmp_path, "simulation", changed, build="addin")
    assert verdict(broken.built, "simulation_function") == addin.say("template.status_broken")


def test_the_classes_hold_every_trial_once(addin: Annex) -> None:
    first = addin.row("class") + 1
    low, high, below, count = (addin.column(letter, first, first + 19) for letter in "BCDE")
    assert sum(count) == TRIALS
    assert low[1:] == high[:-1]
    assert below == sorted(below)
    assert below[-1] == TRIALS
    top = trials(addin)
    net = addin.column("L", top, top + TRIALS - 1)
    assert [low[0], high[-1]] == [min(net), max(net)]
    assert count[5] == sum(low[5] <= value < high[5] for value in net)


def test_a_normal_is_drawn_within_what_its_driver_may_be(addin: Annex, tmp_path: Path) -> None:
    """4.8% of a normal with a spread of 60% lie below 0; function and sheet draw from the rest."""
    row = 8  # the purchase rate
    title = addin.cells.title
    wide = Annex.of(
        tmp_path, "simulation", typed(title, f"C{row}", "normal"), typed(title, f"E{row}", 0.6), build="addin"
    )
    rate = base(wide)["frequency"]
    laws = {**shipped_laws(wide), "frequency": Within(Normal(rate, rate * 0.6), 0.0, 1e308)}
    found = of_metrics(wide, laws)
    assert wide.line("simulation.mean") == pytest.approx(float(found.values.mean()), rel=CLOSE)
    cut = 0.5 * math.erfc(1 / 0.6 / math.sqrt(2))
    assert 1 - wide.cells[f"N{row}"].value == pytest.approx(cut, rel=1e-6)
    assert verdict(wide.built, "simulation_function") == addin.say("status_ok")
    assert verdict(wide.built, "simulation_cut") == addin.say("status_ok")


def test_a_distribution_mostly_out_of_its_domain_is_asked_about(addin: Annex, tmp_path: Path) -> None:
    title = addin.cells.title
    native = Annex.of(tmp_path, "simulation", typed(title, "C8", "normal"), typed(title, "E8", 1))
    assert verdict(native.built, "simulation_cut") == addin.say("status_check")
    assert list(native.errors()) == []


def test_without_spread_every_trial_is_the_base(addin: Annex, tmp_path: Path) -> None:
    title = addin.cells.title
    still = [typed(title, f"{letter}{row}", 0) for letter in "EF" for row in range(7, 12)]
    found = Annex.of(tmp_path, "simulation", *still)
    assert list(found.errors()) == []
    assert found.line("simulation.mean") == pytest.approx(found.line("base_value"), rel=CLOSE)
    assert found.line("simulation.standard_deviation") == pytest.approx(0, abs=CLOSE)
