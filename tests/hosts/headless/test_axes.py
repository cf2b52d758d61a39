"""``FROM:TO:STEP``: how many numbers, where they end, and that each is the decimal one wrote."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import UserError
from clv_xl.hosts.headless.axes import MOST, Axis, count_of, days, numbers, points

WHOLE = st.integers(-10_000, 10_000)
COUNTS = st.integers(1, 500)


@given(start=WHOLE, step=WHOLE.filter(bool), count=COUNTS, digits=st.integers(0, 6))
def test_numbers_are_the_decimals_that_one_would_write(
    start: int, step: int, count: int, digits: int
) -> None:
    """Each is FROM + i STEP reckoned without rounding, so ``--set`` with that decimal gives the same."""
    scale = Decimal(10) ** -digits
    end = start + (count - 1) * step
    first, last, each = (f"{number * scale:f}" for number in (start, end, step))
    found = numbers(first, last, each)
    assert len(found) == count
    assert found == tuple(float((start + i * step) * scale) for i in range(count))
    assert found[-1] == float(last)


@given(start=WHOLE, step=st.integers(2, 10_000), count=COUNTS, data=st.data())
def test_an_end_between_two_steps_is_not_reached(
    start: int, step: int, count: int, data: st.DataObject
) -> None:
    beyond = data.draw(st.integers(0, step - 1))
    end = start + (count - 1) * step + beyond
    found = numbers(str(start), str(end), str(step))
    assert len(found) == count
    assert found[-1] == end - beyond


@given(start=WHOLE, step=WHOLE.filter(bool), count=COUNTS)
def test_percentages_are_hundredths(start: int, step: int, count: int) -> None:
    end = start + (count - 1) * step
    hundredths = [f"{Decimal(n) / 100:f}" for n in (start, end, step)]
    assert numbers(f"{start}%", f"{end}%", f"{step}%") == numbers(*hundredths)


@given(start=WHOLE, step=WHOLE.filter(bool), count=COUNTS)
def test_the_way_back_has_the_same_numbers(start: int, step: int, count: int) -> None:
    end = start + (count - 1) * step
    there, back = numbers(str(start), str(end), str(step)), numbers(str(end), str(start), str(-step))
    assert there == back[::-1]


@given(count=st.integers(2, 2_000))
def test_a_rounded_step_ends_at_the_end_as_written(count: int) -> None:
    """1/3 written as 0.333333333 or 0.333333334 means a third: the last number is TO, never beyond."""
    step = round(Decimal(1) / count, 13)
    found = numbers("0", "1", str(step))
    assert len(found) == count + 1
    assert found[-1] == 1
    assert max(found) == 1


@given(start=WHOLE, end=WHOLE, step=WHOLE)
def test_a_step_that_leads_away_is_refused(start: int, end: int, step: int) -> None:
    words = (str(start), str(end), str(step))
    if start == end:
        assert numbers(*words) == (float(start),)
    elif step * (end - start) <= 0:
        with pytest.raises(UserError, match=r"whatif\.step_sign"):
            numbers(*words)
    else:
        assert numbers(*words)[0] == start


@pytest.mark.parametrize("words", [("0", "1", "0.0000001"), ("0", "1e300", "1e-300"), ("0", "1000000", "1")])
def test_a_million_points_are_enough(words: tuple[str, str, str]) -> None:
    with pytest.raises(UserError, match=r"whatif\.too_many"):
        numbers(*words)
    assert len(numbers("1", "1000000", "1")) == MOST


def test_what_no_cell_can_hold_is_refused() -> None:
    with pytest.raises(UserError, match=r"whatif\.too_large"):
        numbers("0", "1e400", "1e399")


@given(start=st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1)), step=st.integers(1, 400), count=COUNTS)
def test_days_go_by_the_calendar(start: dt.date, step: int, count: int) -> None:
    end = start + dt.timedelta(days=(count - 1) * step)
    found = [dt.date.fromisoformat(word.text) for word in days(str(start), str(end), str(step))]
    assert found == [start + dt.timedelta(days=i * step) for i in range(count)]


def test_days_that_are_none_and_parts_of_days_are_refused() -> None:
    with pytest.raises(UserError, match="headless_set_date"):
        days("2025-02-30", "2025-03-01", "1")
    with pytest.raises(UserError, match=r"whatif\.step_days"):
        days("2025-02-01", "2025-03-01", "0.5")


@given(lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_the_points_are_as_many_as_the_product(lengths: list[int]) -> None:
    axes = [Axis(f"A{i}", tuple(map(float, range(n)))) for i, n in enumerate(lengths)]
    found = list(points([tuple(map(float, range(n))) for n in lengths]))
    assert len(found) == len(set(found)) == count_of(axes)
    assert found == sorted(found)


def test_a_grid_too_large_empty_or_of_unlike_lengths_is_refused() -> None:
    long = Axis("A1", (1.0,) * 1001)
    for axes, together, key in (
        ([long, long], False, "whatif.too_many"),
        ([long, Axis("A2", ())], False, "whatif.empty"),
        ([long, Axis("A2", (1.0,))], True, "whatif.unlike"),
    ):
        with pytest.raises(UserError, match=key):
            count_of(axes, together=together)
    assert count_of([long, long], together=True) == 1001
