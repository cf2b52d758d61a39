"""Conventions, payback, rates and rankings, recomputed from the catalogue's definitions term by term."""

import math
from random import Random
from typing import Any

import pytest

import clv_xl
from clv_xl.errors import NA, FormulaError
from tests.reference.by_definition import LENGTH, annuity

SEEDS = pytest.mark.parametrize("seed", range(25))


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def row_of(table: Any, key: str) -> Any:
    return table.loc[table["convention"] == key].iloc[0]


@SEEDS
def test_conventions_are_sums_of_what_is_booked(seed: int) -> None:
    random = Random(seed)
    m, r, d, cac = (
        random.uniform(1, 99),
        random.uniform(0, 0.95),
        random.uniform(0.01, 0.9),
        random.uniform(1, 50),
    )
    upfront = sum(m * (r / (1 + d)) ** t for t in range(3000))
    table = clv_xl.compare(m, r, d, cac, 3)
    for key, value in {
        "upfront": upfront,
        "first_certain": upfront / (1 + d),
        "after_renewal": upfront * r / (1 + d),
        "first_excluded_end": upfront * r / (1 + d) ** 2,
        "undiscounted": sum(m * r**t for t in range(3000)),
        "truncated": sum(m * (r / (1 + d)) ** t for t in range(3)),
        "mean_life_annuity": m * annuity(1 / (1 - r), d, 0),
    }.items():
        assert row_of(table, key)["clv"] == close(value - cac), key
        if key in {"upfront", "first_certain"}:
            assert clv_xl.contract(m, r, d, key, cac) == close(value - cac)
    assert clv_xl.contract(m, r, d, "after_renewal", 0) == close(upfront * r / (1 + d))
    growth = random.uniform(0, 0.02)
    bills = sum(m * 0.7 * (r * (1 + growth) / (1 + d)) ** t for t in range(3000))
    assert clv_xl.subscription(m, 0.7, 1 - r, growth, cac, d) == close(bills - cac)


def test_the_formula_of_the_mean_life_gives_its_value() -> None:
    # L = 1 / 0.3 is not whole: the closed form of an annuity would show another number.
    for cac, shown in (
        (0.0, "CLV(m, 1, L, 1, 0, d), L = 1/(1-r)"),
        (45.0, "CLV(m, 1, L, 1, 0, d) - cac, L = 1/(1-r)"),
    ):
        row = row_of(clv_xl.compare(60, 0.7, 0.1, cac), "mean_life_annuity")
        assert row["formula"] == shown
        assert row["clv"] == close(clv_xl.clv(60, 1, 1 / (1 - 0.7), 1, cac, 0.1))


@SEEDS
def test_curve_and_schedule_add_up_their_periods(seed: int) -> None:
    random = Random(seed)
    n, m, r, d, cac = random.randint(1, 900), random.uniform(1, 99), random.random(), random.random(), 7.0
    periods, timing = random.randint(1, 9), random.choice([0, 0.5, 1])
    flows = [m * r**t * (1 + d) ** (timing - 1 - t) for t in range(periods)]
    table = clv_xl.schedule(n, m, r, d, periods, cac, timing)
    assert table["present_value"].iloc[-1] == close(n * (sum(flows) - cac))
    for t in range(periods):
        row = table.loc[table["period"] == t + 1].iloc[0]
        expected = [
            n * r**t,
            n * m * r**t,
            (1 + d) ** (timing - 1 - t),
            n * flows[t],
            n * (sum(flows[: t + 1]) - cac),
        ]
        assert row.iloc[1:].tolist() == [close(value) for value in expected]
    survival = [r**t for t in range(periods)]
    assert clv_xl.curve([m] * periods, survival, d, cac, timing) == close(sum(flows) - cac)
    aov, frequency, life = random.uniform(1, 99), random.uniform(0, 5), random.uniform(0, 8)
    expected_clv = aov * frequency * 0.4 * annuity(life, d, timing) - cac
    assert clv_xl.clv(aov, frequency, life, 0.4, cac, d, timing) == close(expected_clv)


@pytest.mark.parametrize("seed", range(60))
def test_payback_walks_period_by_period(seed: int) -> None:
    random = Random(seed)
    cac, m = random.uniform(1, 80), random.uniform(1, 30)
    r, d = random.choice([1.0, random.uniform(0.3, 1)]), random.choice([0.0, random.uniform(0, 0.1)])
    earned, expected = 0.0, None
    for t in range(1, 3000):
        margin = m * r ** (t - 1) / (1 + d) ** t
        if earned + margin >= cac:
            expected = t - 1 + (cac - earned) / margin
            break
        earned += margin
    if expected is None:
        with pytest.raises(FormulaError) as error:
            clv_xl.payback(cac, m, r, d)
        assert error.value.code == NA
    else:
        assert clv_xl.payback(cac, m, r, d) == close(expected)
        assert clv_xl.payback(cac, m, r, d, whole=True) == math.ceil(expected)


@SEEDS
def test_rates_are_converted_by_the_lengths_of_their_units(seed: int) -> None:
    random = Random(seed)
    rate, (start, end) = random.uniform(0.01, 0.2), random.choices("MQY", k=2)
    power = LENGTH[end] / LENGTH[start]
    assert clv_xl.convertrate(rate, start, end, "churn") == close(1 - (1 - rate) ** power)
    assert clv_xl.convertrate(rate, start, end, "retention") == close(rate**power)
    yearly = (1 + rate / 5) ** (LENGTH["Y"] / LENGTH[start]) - 1
    if yearly <= 1:
        assert clv_xl.convertrate(rate / 5, start, end, "discount") == close((1 + rate / 5) ** power - 1)


@SEEDS
def test_tiers_and_pareto_count_from_the_top(seed: int) -> None:
    random = Random(seed)
    values = [float(random.randint(0, 12)) for _ in range(random.randint(1, 30))]
    n = len(values)
    rank = [1 + sum(other > value for other in values) for value in values]  # ties go up
    letters = ["A" if 10 * k <= 2 * n else "B" if 10 * k <= 5 * n else "C" for k in rank]
    found = clv_xl.tiers(values)
    assert ([found] if isinstance(found, str) else list(found)) == letters
    if sum(values):
        top = sorted(values, reverse=True)[: -(-3 * n // 10)]
        assert clv_xl.pareto(values, 0.3) == close(sum(top) / sum(values))


def test_a_share_that_is_whole_in_decimals_is_whole() -> None:
    # In binary 0.07 x 100 is 7.000000000000001 and 0.29 x 100 is 28.999999999999996.
    values = [float(v) for v in range(1, 101)]
    assert clv_xl.pareto(values, 0.07) == close(sum(range(94, 101)) / 5050)
    assert list(clv_xl.tiers(values, [0.29])).count("A") == 29
