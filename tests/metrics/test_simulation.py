"""Simulated trials against what is known of products, sums and lognormals of independent drivers."""

from math import prod, sqrt

import numpy as np
import pytest
from scipy import stats

from clv_xl.cells import FloatArray
from clv_xl.metrics import simulation
from clv_xl.metrics.distributions import (
    Beta,
    Empirical,
    Law,
    LogNormal,
    Normal,
    Triangular,
    Uniform,
    Within,
    pert,
)
from clv_xl.metrics.drivers import METHODS, OUTPUTS, outcome
from clv_xl.metrics.simulation import Correlation, simulate
from clv_xl.metrics.uniforms import Stream

N = 200_000
SHOP = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0, "margin": 0.4, "cac": 45.0}


def moments(values: FloatArray) -> tuple[float, float, float, float]:
    """Mean and variance, each with its standard error."""
    mean, variance = values.mean(), values.var(ddof=1)
    fourth = ((values - mean) ** 4).mean()
    return mean, sqrt(variance / values.size), variance, sqrt((fourth - variance**2) / values.size)


def test_mean_and_variance_of_a_product_are_those_of_independent_factors() -> None:
    """E = product of means, Var = product of (var + mean^2) less E^2: Goodman (1962), JASA 57."""
    laws: dict[str, Law] = {
        "avg_order_value": Normal(50.0, 10.0),
        "frequency": Triangular(2.0, 3.0, 5.0),
        "margin": Uniform(0.3, 0.5),
        "lifespan": pert(2.0, 3.0, 6.0),
    }
    frozen = [
        stats.norm(50, 10),
        stats.triang(1 / 3, 2, 3),
        stats.uniform(0.3, 0.2),
        stats.beta(2, 4, 2, 4),
    ]
    found = simulate("simple", "clv", {}, laws, N, 1)
    expected = prod(float(x.mean()) for x in frozen)
    variance = prod(float(x.var() + x.mean() ** 2) for x in frozen) - expected**2
    mean, error, spread, spread_error = moments(found.values)
    assert abs(mean - expected) < 4 * error
    assert abs(spread - variance) < 4 * spread_error
    assert found.without == 0


def test_the_error_shrinks_with_the_root_of_the_number_of_trials() -> None:
    def error(trials: int) -> float:
        found = [
            simulate("simple", "clv", SHOP, {"margin": Uniform(0.3, 0.5)}, trials, seed).values.mean()
            for seed in range(60)
        ]
        return sqrt(np.mean((np.array(found) - 180) ** 2))

    assert 7 < error(100) / error(10_000) < 14  # 10, give or take the noise of 60 seeds


def test_a_product_of_lognormals_is_lognormal() -> None:
    laws: dict[str, Law] = {
        "avg_order_value": LogNormal(50.0, 20.0),
        "frequency": LogNormal(3.0, 1.0),
        "lifespan": LogNormal(3.0, 2.0),
    }
    found = simulate("simple", "clv", {"margin": 0.4}, laws, N, 1)
    variances = [np.log1p(x) for x in (0.4**2, 1 / 9, 4 / 9)]
    centre = np.log(0.4 * 50 * 3 * 3) - sum(variances) / 2
    law = stats.norm(centre, sqrt(sum(variances)))
    assert stats.kstest(np.log(found.values), law.cdf).statistic < 1.63 / sqrt(N)  # the 1% point


@pytest.mark.parametrize(("cost", "sd"), [(160.0, 0.0), (160.0, 25.0)])
def test_the_probability_of_a_loss_is_that_of_a_normal_sum(cost: float, sd: float) -> None:
    laws: dict[str, Law] = {"avg_order_value": Normal(50.0, 10.0)}
    fixed = dict(SHOP, cac=cost)
    if sd:
        laws["cac"] = Normal(cost, sd)
        del fixed["cac"]
    found = simulate("simple", "net_clv", fixed, laws, N, 1)
    expected = float(stats.norm(180 - cost, sqrt(36.0**2 + sd**2)).cdf(0))
    assert found.loss.share == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / N))


def test_the_probability_of_missing_the_target_is_that_of_the_ratio() -> None:
    """aov uniform on 30 to 60: the ratio 3.6 aov / 45 is below 3 for aov below 37.5, a quarter of it."""
    found = simulate("simple", "net_clv", SHOP, {"avg_order_value": Uniform(30.0, 60.0)}, N, 1)
    assert found.missed.share == pytest.approx(0.25, abs=4 * sqrt(0.25 * 0.75 / N))
    higher = simulate("simple", "clv", SHOP, {"avg_order_value": Uniform(30.0, 60.0)}, N, 1, target=4.0)
    assert higher.missed.share == pytest.approx(2 / 3, abs=4 * sqrt(2 / 9 / N))


def test_neither_a_net_value_of_nothing_nor_the_target_itself_is_below() -> None:
    """By hand: 3.6 x 50 = 180 is the cost, 3.6 x 25 = 90 half of it; half of the trials are on the limit."""
    laws: dict[str, Law] = {"avg_order_value": Empirical(np.array([25.0, 50.0]))}
    found = simulate("simple", "clv", dict(SHOP, cac=180.0), laws, N, 1, target=1.0)
    assert found.loss.counted == found.missed.counted == np.count_nonzero(found.values < 100)
    assert found.loss.share == pytest.approx(0.5, abs=4 * sqrt(0.25 / N))


def test_correlated_normal_drivers_have_the_moments_of_a_correlated_product() -> None:
    """For jointly normal x, y: E xy = mean mean + r sd sd; Goodman (1960), JASA 55."""
    laws: dict[str, Law] = {"avg_order_value": Normal(50.0, 10.0), "frequency": Normal(10.0, 1.0)}
    r = 0.8
    factor = np.linalg.cholesky(np.array([[1, r], [r, 1]]))
    joint = Correlation(("avg_order_value", "frequency"), factor)
    found = simulate("simple", "clv", {"lifespan": 1.0}, laws, N, 1, correlation=joint)
    mean, error, variance, variance_error = moments(found.values)
    assert abs(mean - (500 + r * 10)) < 4 * error
    expected = 50**2 * 1 + 10**2 * 100 + 2 * 50 * 10 * r * 10 + 100 * (1 + r**2)
    assert abs(variance - expected) < 4 * variance_error


CASES: dict[str, dict[str, Law]] = {
    "simple": {
        "avg_order_value": Normal(50.0, 5.0),
        "frequency": Uniform(2.0, 4.0),
        "lifespan": pert(1.0, 3.0, 5.0),
        "margin": Within(Normal(0.4, 0.1), -1e300, 1.0),
        "cac": LogNormal(45.0, 10.0),
        "discount_rate": Uniform(0.0, 0.2),
        "timing": Uniform(0.0, 1.0),
    },
    "contract": {
        "avg_order_value": Normal(50.0, 5.0),
        "retention_rate": Beta(80.0, 20.0),
        "margin": Uniform(0.3, 0.5),
        "cac": LogNormal(45.0, 10.0),
        "discount_rate": Uniform(0.0, 0.2),
    },
    "subscription": {
        "avg_order_value": Normal(50.0, 5.0),
        "churn_rate": Beta(5.0, 95.0),
        "expansion_rate": Uniform(-0.01, 0.01),
        "margin": Uniform(0.3, 0.5),
        "cac": Uniform(0.0, 90.0),
    },
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("output", OUTPUTS)
def test_each_trial_is_the_driver_model_at_the_draws(method: str, output: str) -> None:
    laws = CASES[method]
    trials = 2 * simulation.AT_ONCE + 7
    drawn = {driver: law.at(Stream(3, driver).next(trials)) for driver, law in laws.items()}
    expected = np.broadcast_to(outcome(method, output, drawn), trials)
    found = simulate(method, output, {}, laws, trials, 3)
    known = expected[np.isfinite(expected)]
    np.testing.assert_allclose(found.values, np.sort(known), rtol=1e-13)
    assert found.without == trials - known.size
    net, ratio = (np.asarray(outcome(method, figure, drawn)) for figure in ("net_clv", "ratio"))
    assert (found.loss.counted, found.loss.of) == ((net < 0).sum(), np.isfinite(net).sum())
    assert (found.missed.counted, found.missed.of) == ((ratio < 3).sum(), np.isfinite(ratio).sum())


def test_another_driver_drawn_leaves_the_draws_of_the_others() -> None:
    """Without discounting the timing changes no value."""
    laws: dict[str, Law] = {"margin": Uniform(0.3, 0.5)}
    alone = simulate("simple", "net_clv", SHOP, laws, 1000, 1)
    beside = simulate("simple", "net_clv", SHOP, {"timing": Uniform(0.0, 1.0), **laws}, 1000, 1)
    np.testing.assert_array_equal(alone.values, beside.values)


def test_the_size_of_a_step_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    laws = CASES["simple"]
    before = simulate("simple", "payback", {}, laws, 5000, 1)
    monkeypatch.setattr(simulation, "AT_ONCE", 37)
    after = simulate("simple", "payback", {}, laws, 5000, 1)
    np.testing.assert_allclose(before.values, after.values, rtol=1e-14)  # vector tails round apart
    assert (before.without, before.loss.counted) == (after.without, after.loss.counted)


def test_the_same_seed_gives_the_same_trials_bit_for_bit_and_another_seed_others() -> None:
    def values(seed: int) -> list[float]:
        found: list[float] = simulate("simple", "net_clv", {}, CASES["simple"], 500, seed).values.tolist()
        return found

    assert values(1) == values(1)
    assert set(values(1)).isdisjoint(values(2))


def test_a_cost_alone_may_be_drawn() -> None:
    fixed = {name: value for name, value in SHOP.items() if name != "cac"}
    found = simulate("simple", "net_clv", fixed, {"cac": Uniform(0.0, 360.0)}, N, 1)
    assert found.loss.share == pytest.approx(0.5, abs=4 * sqrt(0.25 / N))


def test_trials_without_a_value_are_counted_and_nothing_else_is_made_of_them() -> None:
    """Paid back within 3 years when the yearly margin 100 m is above 15; m uniform on -10% to 40%."""
    fixed = {"avg_order_value": 100.0, "frequency": 1.0, "lifespan": 3.0, "cac": 45.0}
    found = simulate("simple", "payback", fixed, {"margin": Uniform(-0.1, 0.4)}, N, 1)
    assert found.without / N == pytest.approx(0.5, abs=4 * sqrt(0.25 / N))
    assert found.values.size == N - found.without
    assert found.values[-1] <= 3


def test_no_cost_has_no_ratio() -> None:
    found = simulate("simple", "ratio", dict(SHOP, cac=0.0), {"margin": Uniform(0.3, 0.5)}, 100, 1)
    assert found.values.size == 0
    assert found.missed.share is None
    assert found.loss.share == 0.0


def test_a_step_may_end_the_simulation() -> None:
    done: list[int] = []
    simulate("simple", "clv", SHOP, {"margin": Uniform(0.3, 0.5)}, 40_000, 1, step=done.append)
    assert done == [16_384, 32_768, 40_000]
