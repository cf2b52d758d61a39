"""What a file of orders may hold that looks in order: lines twice, another unit, a month cut off."""

from pathlib import Path

import numpy as np
import pytest

from clv_xl.errors import UserError
from clv_xl.orders.files.closing import closed
from clv_xl.orders.files.twins import Twins
from clv_xl.orders.files.units import unit_jump
from tests.orders.files_read import lines_of_text

HEAD = "Order,Customer,Date,Amount,Note\n"
DEC_31, TODAY = 46022.0, 46100.0  # DATE(2025,12,31), DATE(2026,3,19)
DAILY = np.arange(45658.0, DEC_31 + 1)  # every day of 2025


def test_lines_equal_in_every_cell_are_counted_once_each_beyond_the_first(tmp_path: Path) -> None:
    text = (
        f"{HEAD}1,A,2025-01-05,10,x\n2,B,2025-01-06,7,x\n1,A,2025-01-05,10,x\n1,A,2025-01-05,10,y\n"
        "1,A,2025-01-05,10,x\n2,B,2025-01-31,7,x\n"
    )
    found, lines = lines_of_text(tmp_path, text)
    assert found.twins == Twins(2, 20.0, 4)  # rows 4 and 6 repeat row 2; row 5 differs in its note
    assert lines.total == 54.0  # 4 * 10 + 2 * 7: they count


def test_lines_that_differ_in_a_column_that_is_not_used_are_no_twins(tmp_path: Path) -> None:
    found, _ = lines_of_text(tmp_path, f"{HEAD}1,A,2025-01-05,10,cup\n1,A,2025-01-05,10,plate\n")
    assert found.twins == Twins()


def test_a_year_in_cents_stands_out() -> None:
    year = (DAILY - 45658.0) // 122  # a third each as if of three years
    days = 44927.0 + year * 365 + 5  # 2023, 2024, 2025
    revenue = np.where(year == 1, 100.0, 1.0) * 40.0
    jump = unit_jump(days, revenue)
    assert jump is not None
    assert (jump.periods, round(jump.median, 6), round(jump.usual, 6)) == (("2024",), 4000.0, 40.0)
    assert unit_jump(days, np.where(year == 1, 15.0, 1.0) * 40.0) is None


def test_a_month_in_cents_stands_out_where_its_year_does_not() -> None:
    march = (DAILY >= 45717.0) & (DAILY < 45748.0)  # DATE(2025,3,1), DATE(2025,4,1)
    jump = unit_jump(DAILY, np.where(march, 0.4, 40.0))
    assert jump is not None
    assert jump.periods == ("2025-03",)
    few = DAILY < 45662.0  # four orders in January say nothing
    assert unit_jump(DAILY[few | march], np.where(few, 4000.0, 40.0)[few | march]) is None


@pytest.mark.parametrize(
    ("last", "today", "end"),
    [
        (DEC_31 - 1, TODAY, DEC_31),
        (DEC_31, TODAY, None),  # it is the end
        (DEC_31 - 1, DEC_31 - 1, None),  # the month goes on
        (DEC_31 - 7, TODAY, None),  # a week before
    ],
)
def test_a_file_ends_with_its_month_where_it_may(last: float, today: float, end: float | None) -> None:
    weekly = np.arange(last - 70, last + 1, 8)
    assert closed(np.append(weekly, last), last, today) == end


def test_days_without_an_order_longer_than_any_other_tell_a_file_cut_off() -> None:
    """On 28 December a shop that sells every second day at least has not sold its December."""
    days = np.array([*range(45990, 46017), 46019.0])
    assert closed(days, 46019.0, TODAY) is None
    assert closed(np.array([*days[:-3], 46019.0]), 46019.0, TODAY) == DEC_31  # nothing for 3 days before


def test_the_last_day_is_the_end_of_the_month_unless_another_is_asked(tmp_path: Path) -> None:
    text = "Customer,Date,Amount\nA,2025-11-05,5\nB,2025-12-30,6\n"
    _, lines = lines_of_text(tmp_path, text, today=TODAY)
    assert (lines.as_of, lines.closed) == (DEC_31, True)
    _, asked = lines_of_text(tmp_path, text, today=TODAY, as_of=DEC_31 - 1)
    assert (asked.as_of, asked.closed) == (DEC_31 - 1, False)


def test_the_money_of_rows_left_out_is_added_up(tmp_path: Path) -> None:
    text = "Customer,Date,Amount\nA,2025-11-05,5\nB,2025-12-31,6\n,2025-12-31,7\nC,soon,8.5\nD,2025-12-31,x\n"
    text += "E,2025-12-31,1\nTotal,,27.5\n"
    found, _ = lines_of_text(tmp_path, text)
    assert (found.lost, found.lost_money) == (3, (15.5, 2))  # 7 + 8.5; the amount of D cannot be read


def test_states_are_settled_where_all_their_rows_gave_money_back(tmp_path: Path) -> None:
    text = (
        "Order,Customer,Date,Amount,Status,Refunded amount\n1,A,2025-01-05,10,paid,0\n"
        "2,B,2025-01-06,10,refunded,10\n3,B,2025-01-31,10,part,3\n4,B,2025-01-31,10,part,0\n"
    )
    found, _ = lines_of_text(tmp_path, text)
    assert found.settled == {("Status", "refunded")}
    kept, _ = lines_of_text(tmp_path, text, refunded="none")
    assert kept.settled == frozenset()


@pytest.mark.parametrize(
    ("amounts", "key"), [((-5, -7), "data.all_negative"), ((0.5, -0.5), "data.all_refunded")]
)
def test_a_file_that_leaves_no_order_is_told_why(
    amounts: tuple[float, float], key: str, tmp_path: Path
) -> None:
    rows = "".join(f"1,A,2025-01-05,{amount},x\n" for amount in amounts)
    with pytest.raises(UserError) as caught:
        lines_of_text(tmp_path, HEAD + rows)
    assert caught.value.key == key
    assert caught.value.params["rows"] == 2.0
