"""The conventions of lifetime value, against published values and one another."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import DIV, CellError
from clv_xl.metrics.conventions import Convention, compare, contract, curve, schedule, subscription

MONEY = st.floats(0.01, 1e6)
RETENTIONS = st.floats(0, 0.99)
RATES = st.floats(0, 1)


def by_key(rows: list[Convention]) -> dict[str, float]:
    """The values, without errors."""
    return {row.key: row.value for row in rows if not isinstance(row.value, CellError)}


@pytest.mark.parametrize(
    ("booking", "m60", "m100"),
    [
        # m=60: design catalogue, CLV.CONTRACT; m=100: Fader and Hardie (2012), note 024
        ("upfront", 220.0, 366.67),
        ("first_certain", 200.0, 333.33),
        ("after_renewal", 160.0, 266.67),
    ],
)
def test_contract_check_values(booking: str, m60: float, m100: float) -> None:
    """r = 0.8, d = 0.1, to the cent."""
    assert round(float(contract(60.0, 0.8, 0.1, booking)), 2) == m60
    assert round(float(contract(100.0, 0.8, 0.1, booking)), 2) == m100


@given(MONEY, RETENTIONS, RATES, MONEY)
def test_contract_identities(m: float, r: float, d: float, cac: float) -> None:
    """Laws: upfront is a payment now plus renewals; each differs from the next by its factor."""
    upfront, certain, renewal = (
        float(contract(m, r, d, booking)) for booking in ("upfront", "first_certain", "after_renewal")
    )
    assert upfront == pytest.approx(m + renewal, rel=1e-12)
    assert upfront - certain == pytest.approx(d * certain, rel=1e-9, abs=1e-12 * upfront)
    assert renewal == r * certain
    assert contract(m, r, d, "upfront", cac) == upfront - cac


@pytest.mark.parametrize(("r", "d"), [(0.8, 0.1), (1.0, 1e-9), (1 - 1e-9, 0.0), (1 - 1e-9, 1e-9)])
def test_contract_keeps_its_digits_next_to_no_churn(r: float, d: float) -> None:
    """Against mpmath with the very numbers given."""
    with mpmath.workdps(40):
        expected = float(60 * (1 + mpmath.mpf(d)) / (1 + mpmath.mpf(d) - mpmath.mpf(r)))
    assert float(contract(60.0, r, d, "upfront")) == pytest.approx(expected, rel=1e-14)


def test_contract_lifts() -> None:
    """An element without a value raises nothing and does no harm to its neighbour."""
    values = np.asarray(contract(60.0, np.array([0.8, 1.0]), np.array([0.1, 0.0]), "first_certain", 45.0))
    assert values[0] == pytest.approx(155)
    assert not np.isfinite(values[1])


@pytest.mark.parametrize(
    ("expansion", "discount", "expected"),
    # design catalogue, CLV.SUBSCRIPTION (100, 80%, 5%)
    [(0.0, 0.0, 1600.0), (0.01, 0.0, 1975.31), (0.0, 0.01, 1346.67)],
)
def test_subscription_check_values(expansion: float, discount: float, expected: float) -> None:
    """To the cent."""
    assert round(float(subscription(100.0, 0.8, 0.05, expansion, 0.0, discount)), 2) == expected


@given(MONEY, st.floats(0.01, 1), RATES, MONEY)
def test_subscription_without_growth_is_an_upfront_contract(m: float, c: float, d: float, cac: float) -> None:
    """Law: two functions, one convention."""
    expected = float(contract(m * 0.8, 1 - c, d, "upfront"))
    assert float(subscription(m, 0.8, c, 0.0, cac, d)) == pytest.approx(expected - cac, rel=1e-12, abs=1e-9)


@given(st.floats(0.05, 1), st.floats(0, 0.04), st.floats(0, 0.5))
def test_subscription_is_the_sum_of_its_bills(c: float, g: float, d: float) -> None:
    """Against the series, term by term, until nothing is left."""
    growth = (1 - c) * (1 + g) / (1 + d)
    series = float(np.sum(80 * growth ** np.arange(5000)))
    assert float(subscription(100.0, 0.8, c, g, 0.0, d)) == pytest.approx(series, rel=1e-9)


def test_curve_check_value() -> None:
    """Design catalogue, CLV.CURVE; cost and lifted timing by hand from it."""
    margins, survival = np.array([60.0, 60.0, 60.0]), np.array([1.0, 0.8, 0.64])
    assert round(float(curve(margins, survival, 0.1, 0.0, 1.0)), 2) == 135.37
    lifted = np.asarray(curve(margins, survival, 0.1, 45.0, np.array([0.0, 1.0])))
    assert lifted.round(2).tolist() == [round(135.3719 / 1.1 - 45, 2), 90.37]
    assert curve(margins, survival, 0.0) == pytest.approx(146.4)


@given(MONEY, RETENTIONS, RATES, st.integers(1, 40), st.floats(0, 1))
def test_schedule_is_the_curve_of_a_constant_rate(
    m: float, r: float, d: float, n: int, timing: float
) -> None:
    """Law: two functions, one sum; and every row is margin x factor, added up."""
    columns, total = schedule(500.0, m, r, d, n, 45.0, timing)
    margins, survival = np.full(n, m), np.power(r, np.arange(float(n)))
    each = float(curve(margins, survival, d, 45.0, timing))
    assert total["present_value"] / 500 == pytest.approx(each, rel=1e-10, abs=1e-9)
    np.testing.assert_array_equal(columns["present_value"], columns["margin"] * columns["factor"])
    np.testing.assert_allclose(columns["cumulative"][-1], total["present_value"])
    assert total["margin"] == pytest.approx(float(curve(margins, survival, 0.0, 45.0)) * 500)


def test_schedule_check_value() -> None:
    """Design catalogue, CLV.SCHEDULE: 135.37 for each of 1,000 customers."""
    columns, total = schedule(1000.0, 60.0, 0.8, 0.1, 3, 0.0, 1.0)
    assert round(total["present_value"] / total["customers"], 2) == 135.37
    assert columns["period"].tolist() == [1, 2, 3]
    assert columns["customers"].round(9).tolist() == [1000, 800, 640]


def test_schedule_spends_the_acquisition_cost_at_time_zero() -> None:
    """By hand: 1,000 customers at 45, a row before the first period, undiscounted."""
    columns, total = schedule(1000.0, 60.0, 0.8, 0.1, 3, 45.0)
    first = {key: float(column[0]) for key, column in columns.items()}
    assert first == {
        "period": 0,
        "customers": 1000,
        "margin": -45000,
        "factor": 1,
        "present_value": -45000,
        "cumulative": -45000,
    }
    assert total["present_value"] == pytest.approx(1000 * (135.3719008264 / 1.1 - 45))


@given(MONEY, st.floats(0, 0.9), RATES)
def test_a_long_schedule_is_the_contract(m: float, r: float, d: float) -> None:
    """Law: booked at the beginning the schedule tends to "upfront", at the end to "first_certain"."""
    for timing, booking in ((1.0, "upfront"), (0.0, "first_certain")):
        _, total = schedule(1.0, m, r, d, 400, 0.0, timing)
        assert total["present_value"] == pytest.approx(float(contract(m, r, d, booking)), rel=1e-11)


def test_compare_check_values() -> None:
    """m=60, r=0.8, d=0.1: design catalogue, CLV.COMPARE and CLV.CONTRACT; truncated as CLV.SCHEDULE."""
    rows = compare(60.0, 0.8, 0.1, horizon=3.0)
    assert {key: round(value, 2) for key, value in by_key(rows).items()} == {
        "upfront": 220,
        "first_certain": 200,
        "after_renewal": 160,
        "first_excluded_end": 145.45,
        "undiscounted": 300,
        "truncated": 135.37,
        "mean_life_annuity": 227.45,
    }
    assert [row.note for row in rows if row.note] == ["mean_life_too_high"]


def test_compare_published_values() -> None:
    """m=100: Fader and Hardie (2012), note 024, as listed in the design's references."""
    values = by_key(compare(100.0, 0.8, 0.1))
    assert round(values["first_excluded_end"], 2) == 242.42
    assert round(values["undiscounted"], 2) == 500
    assert "truncated" not in values


@given(MONEY, RETENTIONS, RATES)
def test_the_mean_life_is_never_too_low(m: float, r: float, d: float) -> None:
    """Law (Jensen): an annuity for the mean life exceeds the mean annuity, "first_certain"."""
    values = by_key(compare(m, r, d))
    assert values["mean_life_annuity"] >= values["first_certain"] * (1 - 1e-12)


@given(MONEY, RETENTIONS, RATES, st.integers(0, 60), MONEY)
def test_truncated_is_the_schedule(m: float, r: float, d: float, horizon: int, cac: float) -> None:
    """Law: the closed form stops where the schedule stops."""
    truncated = by_key(compare(m, r, d, cac, float(horizon)))["truncated"]
    expected = schedule(1.0, m, r, d, horizon, 0.0, 1.0)[1]["present_value"] if horizon else 0.0
    assert truncated == pytest.approx(expected - cac, rel=1e-9, abs=1e-10 * max(m, cac))


def test_compare_subtracts_the_cost_everywhere() -> None:
    """By hand: 45 less in each row, and the formula says so."""
    before, after = compare(60.0, 0.8, 0.1, 0.0, 3.0), compare(60.0, 0.8, 0.1, 45.0, 3.0)
    assert by_key(after) == pytest.approx({key: value - 45 for key, value in by_key(before).items()})
    assert all(" - cac" in row.formula for row in after)


def test_compare_without_churn() -> None:
    """1 / (1 - r) does not exist at r = 1; the other rows do: 60 x 1.1 / 0.1 by hand."""
    rows = compare(60.0, 1.0, 0.1)
    errors = [row.key for row in rows if isinstance(row.value, CellError)]
    assert errors == ["undiscounted", "mean_life_annuity"]
    assert all(row.value.code == DIV for row in rows if isinstance(row.value, CellError))
    assert by_key(rows)["upfront"] == pytest.approx(660)
