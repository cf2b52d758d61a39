"""Value by segment: the check of the catalogue, and segments that add up to the company."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.metrics.segments import segment_values

# Check value of the catalogue, CLV.SEGMENT: (500;50;3;3;40%;45), (300;80;6;1.5;30%;60).
N = np.array([500.0, 300.0])
AOV, FREQUENCY = np.array([50.0, 80.0]), np.array([3.0, 6.0])
LIFESPAN, MARGIN, CAC = np.array([3.0, 1.5]), np.array([0.4, 0.3]), np.array([45.0, 60.0])


def test_check_value_of_the_catalogue() -> None:
    found = segment_values(N, N, N * FREQUENCY, N * FREQUENCY * AOV, LIFESPAN, MARGIN, CAC)
    np.testing.assert_allclose(found.rows.clv, [180, 216], rtol=1e-15)
    assert float(found.total.clv) == 193.5
    assert round(float(found.total.ratio), 2) == 3.82
    assert round(found.product, 2) == 223.03
    assert found.mix_effect == pytest.approx(193.5 - 223.0275, abs=5e-3)
    np.testing.assert_allclose(found.rows.payback, [45 / 60, 60 / 144], rtol=1e-15)
    np.testing.assert_allclose(found.rows.net, [135, 156], rtol=1e-15)


counts = st.integers(1, 1000)
SEGMENTS = st.lists(
    st.tuples(
        counts,
        st.integers(1, 12),
        counts,
        st.floats(0.01, 1e5),
        st.integers(-500, 1000).map(lambda tenths: tenths / 1000),
    ),
    min_size=1,
    max_size=8,
)


@given(SEGMENTS, st.floats(0, 500))
def test_observed_lifespans_leave_no_mix_effect_and_multiply_to_revenue(
    rows: list[tuple[int, int, int, float, float]], cac: float
) -> None:
    n, windows, orders, money, margin = (np.array(column, float) for column in zip(*rows, strict=True))
    active = n * windows
    revenue = money * orders
    found = segment_values(n, active, active + orders, revenue, None, margin, cac)
    for value in (found.rows, found.total):
        product = value.avg_order_value * value.frequency * value.lifespan
        np.testing.assert_allclose(
            product, np.asarray(value.revenue) / np.asarray(value.customers), rtol=1e-12
        )
    equity = float((revenue * margin).sum())
    scale = float((revenue * np.abs(margin)).sum())
    assert float(found.total.clv) * n.sum() == pytest.approx(equity, abs=1e-11 * scale)
    assert abs(found.mix_effect) <= 1e-11 * scale / n.sum()
    assert (np.asarray(found.rows.clv) * n).sum() == pytest.approx(equity, abs=1e-11 * scale)


@given(SEGMENTS, st.floats(0.001, 1), st.sampled_from([0.0, 0.5, 1.0]))
def test_value_falls_as_the_discount_rate_rises(
    rows: list[tuple[int, int, int, float, float]], rate: float, timing: float
) -> None:
    n, windows, orders, money, _ = (np.array(column, float) for column in zip(*rows, strict=True))
    low, high = (
        segment_values(n, n * windows, n * windows + orders, money * orders, None, 0.4, 0.0, d, timing)
        for d in (rate / 2, rate)
    )
    falls = (np.asarray(windows) > 1) | (timing < 1)
    assert (np.asarray(high.rows.clv)[falls] < np.asarray(low.rows.clv)[falls]).all()
    # All of it counted at the beginning of the one and only period: nothing to discount.
    np.testing.assert_allclose(high.rows.clv[~falls], low.rows.clv[~falls], rtol=1e-15)  # type: ignore[index]
    # The company is the sum of its segments and mix effect closes the gap to its drivers.
    assert high.product + high.mix_effect == pytest.approx(float(high.total.clv), rel=1e-12)


def test_shares_add_up_to_one() -> None:
    found = segment_values(N, N, N * FREQUENCY, N * FREQUENCY * AOV, LIFESPAN, MARGIN)
    assert np.asarray(found.rows.share).sum() == pytest.approx(1, rel=1e-15)
    nothing = segment_values(N, N, N, N, LIFESPAN, 0.0)
    assert np.isnan(np.asarray(nothing.rows.share)).all()


def test_a_loss_never_pays_back_and_no_cost_is_back_at_once() -> None:
    found = segment_values(N, N, N, N, LIFESPAN, np.array([-0.1, -0.1]), np.array([10.0, 0.0]))
    assert np.asarray(found.rows.payback).tolist() == [np.inf, 0.0]
