"""The forecast: laws of a balance, closed forms, and a plan reckoned by hand."""

from typing import NamedTuple

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.cells import FloatArray
from clv_xl.errors import CellError
from clv_xl.metrics.forecast import MEASURES, by_cohort, corkscrew
from clv_xl.metrics.sums import exact_sum

SHARES = st.floats(0, 1)
COUNTS = st.floats(0, 1e6)
PRICES = st.floats(0, 1e4)
FLOWS = ("new_customers", "lost_customers", "revenue", "margin_amount", "acquisition_cost", "cash")
CORKSCREW_OF = {"customers": "closing_customers", "revenue": "revenue", "cash": "cash"}


class Plan(NamedTuple):
    """What a forecast is made of."""

    active: float
    new: FloatArray
    retention: FloatArray
    price: FloatArray
    margin: float
    cac: float


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a plan of up to 40 periods, each of its own."""
    n = draw(st.integers(1, 40))
    new, retention, price = (
        np.array(draw(st.lists(kind, min_size=n, max_size=n))) for kind in (COUNTS, SHARES, PRICES)
    )
    return Plan(draw(COUNTS), new, retention, price, draw(st.floats(-0.5, 1)), draw(st.floats(0, 500)))


def steady(
    periods: int,
    active: float,
    new: float,
    retention: float,
    price: float,
    margin: float = 1.0,
    cac: float = 0.0,
) -> Plan:
    """Return a plan that is the same in every period."""
    columns = (np.full(periods, value) for value in (new, retention, price))
    return Plan(active, next(columns), next(columns), next(columns), margin, cac)


@given(plans())
def test_each_period_opens_where_the_last_one_closed(plan: Plan) -> None:
    """Law of a balance: opening + new - lost = closing = the next opening."""
    columns, _ = corkscrew(*plan)
    opening, closing = columns["opening_customers"], columns["closing_customers"]
    assert opening[0] == plan.active
    assert opening[1:].tolist() == closing[:-1].tolist()
    rolled = opening + columns["new_customers"] - columns["lost_customers"]
    scale = opening + columns["new_customers"]
    assert (np.abs(rolled - closing) <= 1e-15 * scale).all()
    assert (columns["lost_customers"] >= 0).all()


@given(plans())
def test_customers_won_less_customers_lost_are_the_change(plan: Plan) -> None:
    """Law: over all periods too, from the total row alone."""
    _, total = corkscrew(*plan)
    scale = plan.active + total["new_customers"] + 1e-300
    change = total["closing_customers"] - total["opening_customers"]
    assert abs(total["new_customers"] - total["lost_customers"] - change) <= 1e-14 * scale


@given(plans())
def test_cash_is_margin_less_acquisition_cost(plan: Plan) -> None:
    """Law: by definition, in each period and in total; what has been gathered is the sum so far."""
    columns, total = corkscrew(*plan)
    assert columns["cash"].tolist() == (columns["margin_amount"] - columns["acquisition_cost"]).tolist()
    assert columns["margin_amount"].tolist() == pytest.approx(
        (columns["closing_customers"] * plan.price * plan.margin).tolist(), rel=1e-14, abs=1e-300
    )
    assert columns["acquisition_cost"].tolist() == (plan.cac * plan.new).tolist()
    sizes = np.cumsum(np.abs(columns["cash"]))
    for t, gathered in enumerate(columns["cumulative_cash"].tolist()):
        assert abs(gathered - exact_sum(columns["cash"][: t + 1])) <= 3e-16 * sizes[t]
    assert total["cumulative_cash"] == columns["cumulative_cash"][-1]
    assert {key: total[key] for key in FLOWS} == {key: exact_sum(columns[key]) for key in FLOWS}


@given(plans())
def test_the_low_point_is_the_first_smallest_cumulative_cash(plan: Plan) -> None:
    """Law: marked once, in the row of its period, and the same in the total row."""
    columns, total = corkscrew(*plan)
    gathered = columns["cumulative_cash"]
    marked = np.flatnonzero(~np.isnan(columns["low_point"]))
    assert marked.tolist() == [gathered.tolist().index(gathered.min())]
    assert columns["low_point"][marked[0]] == total["low_point"] == gathered.min()


@given(plans(), st.sampled_from(MEASURES))
def test_cohorts_sum_to_the_corkscrew(plan: Plan, measure: str) -> None:
    """Law: in each period and in total, to the rounding of 40 products and sums (40 x 2**-52 < 1e-14)."""
    columns, total = corkscrew(*plan)
    cells, totals = by_cohort(measure, *plan)
    whole = columns[CORKSCREW_OF[measure]]
    sizes = np.nansum(np.abs(cells), axis=1)
    for t, row in enumerate(cells):
        assert np.isnan(row).tolist() == (np.arange(plan.new.size + 1) > t + 1).tolist()
        assert abs(exact_sum(row[: t + 2]) - whole[t]) <= 1e-14 * sizes[t] + 1e-300
    expected = total[CORKSCREW_OF[measure]]
    assert abs(exact_sum(totals) - expected) <= 1e-14 * sizes.sum() + 1e-300


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_whole_customers_reconcile_to_the_last_digit(active: int, new: list[int]) -> None:
    """Where nothing rounds (all stay), cohorts and corkscrew are equal and not nearly equal."""
    won = np.array(new, np.float64)
    ones = np.ones(won.size)
    columns, _ = corkscrew(float(active), won, ones, ones)
    cells, _ = by_cohort("customers", float(active), won, ones, ones)
    assert np.nansum(cells, axis=1).tolist() == columns["closing_customers"].tolist()
    assert columns["closing_customers"].tolist() == (active + np.cumsum(won)).tolist()


@pytest.mark.parametrize("periods", [1, 12, 1200])
@pytest.mark.parametrize("r", [0.0, 0.3, 0.8, 0.999, 1 - 1e-9])
def test_constant_rates_give_the_geometric_series(periods: int, r: float) -> None:
    """Closed form C_t = r^t C_0 + n (1 - r^t) / (1 - r), with the very floats given, by mpmath."""
    columns, total = corkscrew(*steady(periods, 800.0, 200.0, r, 150.0, 0.4, 45.0))
    with mpmath.workdps(60):
        q = mpmath.mpf(r)
        there = [q**t * 800 + 200 * (1 - q**t) / (1 - q) for t in range(1, periods + 1)]
        revenue = 150 * mpmath.fsum(there)
        cash = mpmath.mpf(0.4) * revenue - 45 * 200 * periods
    expected = [float(x) for x in there]
    assert columns["closing_customers"].tolist() == pytest.approx(expected, rel=1e-12)
    assert total["revenue"] == pytest.approx(float(revenue), rel=1e-12)
    assert total["cash"] == pytest.approx(float(cash), rel=1e-12)


def test_without_losses_and_without_new_customers_revenue_is_a_straight_line() -> None:
    """Closed form: 800 customers x 150 a period, t periods."""
    columns, _ = corkscrew(*steady(24, 800.0, 0.0, 1.0, 150.0))
    assert columns["cumulative_cash"].tolist() == [120_000.0 * t for t in range(1, 25)]


def test_a_plan_by_hand() -> None:
    """Hand calculation: a shop that begins with nobody, spends 60 on each customer, 40% of 60 a period.

    ======  =======  ====  ====  =======  =======  ======  =======  =======  ==========
    period  opening   new  lost  closing  revenue  margin    spent     cash  cumulative
         1        0  1000     0     1000    60000   24000    60000   -36000      -36000
         2     1000   800   200     1600    96000   38400    48000    -9600      -45600
         3     1600   500   320     1780   106800   42720    30000    12720      -32880
         4     1780   200   356     1624    97440   38976    12000    26976       -5904
    ======  =======  ====  ====  =======  =======  ======  =======  =======  ==========
    """
    new = np.array([1000.0, 800.0, 500.0, 200.0])
    plan = steady(4, 0.0, 0.0, 0.8, 60.0, 0.4, 60.0)._replace(new=new)
    columns, total = corkscrew(*plan)
    assert columns["lost_customers"].tolist() == [0, 200, 320, 356]
    assert columns["closing_customers"].tolist() == [1000, 1600, 1780, 1624]
    assert columns["cash"].tolist() == [-36000, -9600, 12720, 26976]
    assert columns["cumulative_cash"].tolist() == [-36000, -45600, -32880, -5904]
    assert total == {
        "opening_customers": 0, "new_customers": 2500, "lost_customers": 876, "closing_customers": 1624,
        "revenue": 360240, "margin_amount": 144096, "acquisition_cost": 150000, "cash": -5904,
        "cumulative_cash": -5904, "low_point": -45600,
    }  # fmt: skip
    cells, totals = by_cohort("cash", *plan)
    # cohort 1 is 1000, 800, 640, 512 customers at 24 each, less 60 000; the last one 200 x (24 - 60)
    assert cells[:, 1].tolist() == pytest.approx([-36000, 19200, 15360, 12288], rel=1e-14)
    assert totals[[0, 1, 4]].tolist() == pytest.approx([0, 10848, -7200], rel=1e-14)


def test_a_small_balance_of_large_flows_keeps_its_digits() -> None:
    """Cash 1e16, 0.1, 0.1, 0.1, -1e16: 0.3 is left, where a plain running sum leaves 0."""
    price, new = np.array([1e16, 0.1, 0.1, 0.1, 0.0]), np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    columns, total = corkscrew(1.0, new, np.ones(5), price, 1.0, 1e16)
    assert columns["cumulative_cash"].tolist() == [1e16, 1e16, 1e16, 1e16, pytest.approx(0.3, rel=1e-15)]
    assert total["cash"] == pytest.approx(0.3, rel=1e-15)
    assert np.cumsum(columns["cash"])[-1] == 0  # so that this test can tell the two apart


def test_a_loss_on_no_revenue_is_zero_without_a_sign() -> None:
    """A cell that shows -0 looks like a rounding error."""
    plan = steady(2, 0.0, 0.0, 0.5, 9.0, -0.5)
    columns, total = corkscrew(*plan)
    cells, totals = by_cohort("cash", *plan)
    shown = [*columns["margin_amount"], *columns["cash"], *columns["cumulative_cash"], *total.values()]
    assert not np.signbit([*shown, *cells[:, 0], *totals]).any()


@pytest.mark.parametrize("measure", ["", "revenue", "cash"])
def test_numbers_beyond_a_float_are_an_error(measure: str) -> None:
    """No blank or infinite cell stands where a number was expected."""
    plan = steady(3, 1e308, 1e308, 1.0, 10.0, 0.5, 5.0)
    with pytest.raises(CellError, match="overflow"):
        by_cohort(measure, *plan) if measure else corkscrew(*plan)
