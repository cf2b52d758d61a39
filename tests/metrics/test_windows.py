"""The four basics: windows counted back, frequency and lifespan in them."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import DIV, NA, CellError
from clv_xl.metrics.netting import aov, earliest, netted
from clv_xl.metrics.periods import UNITS
from clv_xl.metrics.windows import (
    active_counts,
    active_pairs,
    churn,
    frequency,
    lifespan,
    repeat_rate,
    windows,
)
from tests.orders.plain_orders import EPOCH, window


def serial(*ymd: int) -> int:
    return (date(*ymd) - EPOCH).days


# Check values of the catalogue, "Straight from columns".
IDS = np.array([0, 0, 0, 1, 1, 2])
DAYS = np.array(
    [
        serial(2024, 2, 10),
        serial(2024, 8, 1),
        serial(2025, 3, 5),
        serial(2024, 5, 20),
        serial(2024, 11, 11),
        serial(2025, 6, 30),
    ],
    np.float64,
)
AS_OF = float(serial(2025, 12, 31))


def error_of(call: object, *args: object) -> CellError:
    with pytest.raises(CellError) as error:
        call(*args)  # type: ignore[operator]
    return error.value


def test_check_values_of_the_catalogue() -> None:
    assert frequency(IDS, DAYS, "Y", AS_OF) == 1.5
    assert round(lifespan(IDS, DAYS, "Y", "observed", AS_OF), 4) == 1.3333
    amounts = np.array([50.0, 70.0, 30.0, -30.0])
    assert aov(amounts) == 40
    assert aov(amounts, np.array([0, 1, 2, 2])) == 60


def test_without_dates_the_rows_are_one_unit() -> None:
    assert frequency(IDS) == 2
    assert frequency(IDS, None, "Y", None, np.array([0, 0, 1, 2, -1, -1])) == 5 / 3


def test_lines_of_one_order_count_once_on_their_first_day() -> None:
    days = np.append(DAYS, AS_OF)
    ids, orders = np.append(IDS, 2), np.array([0, 1, 2, 3, 4, 5, 5])
    assert frequency(ids, days, "Y", AS_OF, orders) == 1.5


def test_rows_after_as_of_are_left_out() -> None:
    assert frequency(np.append(IDS, 0), np.append(DAYS, AS_OF + 1), "Y", AS_OF) == 1.5
    assert error_of(frequency, IDS, DAYS, "Y", 40_000.0) == CellError(NA, "no_order_left")


def test_windows_go_by_month_ends_when_as_of_is_one() -> None:
    assert windows(serial(2024, 10, 1), serial(2025, 2, 28), "M").starts.tolist() == [
        serial(2025, 2, 1), serial(2025, 1, 1), serial(2024, 12, 1), serial(2024, 11, 1), serial(2024, 10, 1),
    ]  # fmt: skip
    assert windows(serial(2024, 12, 15), serial(2025, 2, 27), "M").starts.tolist() == [
        serial(2025, 1, 28), serial(2024, 12, 28), serial(2024, 11, 28),
    ]  # fmt: skip


def test_an_observation_of_exactly_one_unit_is_long_enough() -> None:
    assert windows(serial(2025, 1, 1), serial(2025, 12, 31), "Y").count == 1
    assert windows(45_000, 45_000, "D").count == 1
    short = error_of(windows, serial(2025, 1, 2), serial(2025, 12, 31), "Y")
    assert short == CellError(NA, "too_short", first="2025-01-02", as_of="2025-12-31", unit="Y")


@given(st.integers(30_000, 50_000), st.integers(0, 1500), st.sampled_from(UNITS), st.data())
def test_windows_hold_the_days_that_plain_python_puts_there(
    as_of: int, span: int, unit: str, data: st.DataObject
) -> None:
    first = as_of - span
    if window(first - 1, as_of, unit) == 0:
        assert error_of(windows, first, as_of, unit).key == "too_short"
        return
    found = windows(first, as_of, unit)
    assert found.count == window(first, as_of, unit) + 1
    day = data.draw(st.integers(first, as_of))
    assert found.by_age()[as_of - day] == window(day, as_of, unit)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 40_000)), min_size=1, max_size=60),
    st.sampled_from(UNITS),
)
def test_active_windows_are_distinct_pairs(rows: list[tuple[int, int]], unit: str) -> None:
    # Quarters of a day over 27 years: in days too many windows for a byte each.
    customers = np.array([row[0] for row in rows] + [7])
    days = np.array([30_000 + row[1] / 4 for row in rows] + [29_000.0])
    observed = windows(29_000, 40_001, unit)
    pairs = {(int(c), window(int(d), 40_001, unit)) for c, d in zip(customers, days, strict=True)}
    counts = active_counts(customers, days, observed, 8)
    assert counts.tolist() == [sum(1 for c, _ in pairs if c == k) for k in range(8)]
    newest = observed.count - 1
    assert active_pairs(customers, days, observed).tolist() == sorted(
        c * observed.count + newest - w for c, w in pairs
    )


def test_few_pairs_and_many_windows_are_counted_the_same() -> None:
    rng = np.random.default_rng(1)
    customers, days = np.arange(3000) % 300, 30_000 + rng.integers(0, 9_000, 3000)
    observed = windows(30_000, 39_000, "D")  # 300 x 9,001 pairs: counted by sorting
    assert observed.count * 300 > max(4 * 3000, 1 << 20)
    expected = [len(set(days[customers == k].tolist())) for k in range(300)]
    assert active_counts(customers, days, observed, 300).tolist() == expected


@given(
    st.sampled_from(["D", "W", "M", "Q", "Y"]),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 800)), min_size=1),
)
def test_aov_times_frequency_times_lifespan_is_revenue_per_customer(
    unit: str, rows: list[tuple[int, int]]
) -> None:
    customers = np.array([row[0] for row in rows])
    days = np.array([45_000.0 + row[1] for row in rows])
    amounts = np.arange(len(rows), dtype=np.float64) % 7 + 0.25
    product = (
        aov(amounts)
        * frequency(customers, days, unit, 46_200.0)
        * lifespan(customers, days, unit, "observed", 46_200.0)
    )
    assert product == pytest.approx(amounts.sum() / len(set(customers.tolist())), rel=1e-12)


def test_lifespan_by_churn_is_one_over_lost_by_active() -> None:
    # Windows 1 to 4 of 0 to 4: active 2, 2, 1 (the newest has no next), lost 0, 1, 0.
    ids = np.array([0, 0, 0, 0, 1, 1, 2])
    years = [2022, 2023, 2024, 2025, 2022, 2023, 2021]
    days = np.array([serial(year, 6, 1) for year in years], float)
    assert lifespan(ids, days, "Y", "churn", AS_OF) == 5.0


def test_churn_refuses_customers_who_come_back() -> None:
    ids = np.array([0, 0, 1])
    days = np.array([serial(2022, 6, 1), serial(2024, 6, 1), serial(2021, 6, 1)], float)
    assert error_of(lifespan, ids, days, "Y", "churn", AS_OF) == CellError(
        NA, "not_contractual", returned=1, lost=2
    )


def test_one_in_ten_may_come_back() -> None:
    pairs = np.array([*(customer * 5 + 1 for customer in range(10)), 3])
    assert churn(np.sort(pairs), 5) == 11 / 11


def test_churn_needs_three_windows_and_somebody_lost() -> None:
    assert error_of(lifespan, IDS, DAYS, "Y", "churn", AS_OF).key == "too_few_windows"
    stays = np.array([serial(year, 6, 1) for year in (2022, 2023, 2024, 2025)], float)
    assert error_of(lifespan, np.zeros(4, int), stays, "Y", "churn", AS_OF) == CellError(DIV, "nobody_lost")


def test_repeat_rate() -> None:
    assert repeat_rate(IDS) == 2 / 3
    assert error_of(repeat_rate, np.zeros(0, int)) == CellError(DIV, "no_customers")


def test_aov_without_orders_is_a_division_by_zero() -> None:
    assert error_of(aov, np.array([-5.0])).code == DIV


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 300_000)), min_size=1, max_size=40))
def test_the_earliest_line_is_the_upper_one_of_the_least_second(rows: list[tuple[int, int]]) -> None:
    groups = netted(np.array([row[0] for row in rows])).group
    seconds = [row[1] for row in rows]
    found = earliest(groups, 45_000 + np.array(seconds) / 86_400, int(groups.max()) + 1)
    assert found.tolist() == [
        min((i for i in range(len(rows)) if groups[i] == g), key=lambda i: (seconds[i], i))
        for g in range(int(groups.max()) + 1)
    ]
