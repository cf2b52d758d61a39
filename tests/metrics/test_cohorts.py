"""Cohorts against plain Python, and the curve weighted over them."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import NA, CellError
from clv_xl.metrics.cohorts import cohorts, measured, pooled, retention_curve
from clv_xl.metrics.periods import UNITS, period_index, period_start
from tests.orders.plain_orders import EPOCH


def serial(*ymd: int) -> int:
    return (date(*ymd) - EPOCH).days


# A and B come in January, C in February; the log ends inside March.
FIRST = np.array([serial(2025, 1, 1), serial(2025, 1, 20), serial(2025, 2, 3)])
WHO = np.array([0, 1, 2, 0, 0, 2])
DAYS = np.array([*FIRST.tolist(), serial(2025, 2, 10), serial(2025, 2, 11), serial(2025, 3, 2)])
MONEY = np.array([10.0, 30.0, 50.0, 4.0, 2.0, 7.0])
NAN = float("nan")


def test_a_cell_shows_once_the_whole_cohort_has_reached_the_age() -> None:
    found = cohorts(FIRST, WHO, DAYS, MONEY, None, serial(2025, 3, 15), "M")
    np.testing.assert_array_equal(found.size, [2, 1])
    np.testing.assert_array_equal(found.active, [[2, 1], [1, NAN]])
    np.testing.assert_array_equal(found.money, [[40, 6], [50, NAN]])
    np.testing.assert_array_equal(measured(found, "retention"), [[1, 0.5], [1, NAN]])
    np.testing.assert_array_equal(measured(found, "cumulative"), [[20, 23], [50, NAN]])
    np.testing.assert_array_equal(pooled(found, "retention"), [1, 0.5])
    np.testing.assert_array_equal(pooled(found, "cumulative"), [30, 23])
    np.testing.assert_array_equal(pooled(found, "revenue"), [90, 6])


def test_a_period_that_ends_on_as_of_is_whole() -> None:
    assert cohorts(FIRST, WHO, DAYS, MONEY, None, serial(2025, 3, 31), "M").active.shape == (2, 3)
    assert cohorts(FIRST, WHO, DAYS, MONEY, None, serial(2025, 3, 30), "M").active.shape == (2, 2)


def test_cohorts_cut_by_the_first_order_or_by_as_of_are_partial() -> None:
    found = cohorts(FIRST + 1, WHO, DAYS + 1, MONEY, None, serial(2025, 2, 27), "M")
    assert (found.cut_start.tolist(), found.cut_end.tolist()) == ([True, False], [False, True])
    whole = cohorts(FIRST, WHO, DAYS, MONEY, None, serial(2025, 3, 31), "M")
    assert not whole.partial.any()
    assert np.isnan(pooled(found, "customers")).all()


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(45_000, 45_500), st.integers(-9, 20)),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(UNITS),
    st.integers(0, 60),
)
def test_cells_are_those_of_plain_python(rows: list[tuple[int, int, int]], unit: str, more: int) -> None:
    rows = [*rows, *((k, 45_250, 1) for k in range(6))]  # everybody orders
    who, days, money = (np.array(column) for column in zip(*rows, strict=True))
    orders = money >= 0
    as_of = int(days.max()) + more
    first = np.array([days[(who == k) & orders].min() for k in range(6)])
    found = cohorts(first, who, days, money.astype(np.float64), orders, as_of, unit)
    assert found.size.sum() == 6

    def index(day: int) -> int:
        return int(period_index(day, unit))

    for i, period in enumerate(found.period.tolist()):
        members = [k for k in range(6) if index(int(first[k])) == period]
        assert found.size[i] == len(members)
        for age in range(found.active.shape[1]):
            own = [
                (int(w), int(m), bool(o))
                for w, d, m, o in zip(who, days, money, orders, strict=True)
                if w in members and max(index(int(d)) - period, 0) == age
            ]
            if int(period_start(period + age + 1, unit)) - 1 > as_of:
                assert np.isnan(found.active[i, age])
                assert np.isnan(found.money[i, age])
            else:
                assert found.active[i, age] == len({w for w, _, o in own if o})
                assert found.money[i, age] == sum(m for _, m, _ in own)
    share = measured(found, "retention")
    assert ((share >= 0) & (share <= 1) | np.isnan(share)).all()


def test_the_curve_is_weighted_by_the_customers_of_the_cohorts_that_reached_an_age() -> None:
    people, retention = retention_curve(np.array([10.0, 30.0]), np.array([[10, 4.0], [30, NAN]]))
    assert (people.tolist(), retention.tolist()) == ([40, 10], [1, 0.4])
    with pytest.raises(CellError) as error:
        retention_curve(np.array([1.0]), np.array([[NAN]]))
    assert error.value == CellError(NA, "no_whole_cohort")
