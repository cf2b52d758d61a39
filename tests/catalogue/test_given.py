"""Python values as cells. Serial numbers are those that Excel shows for the dates."""

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.catalogue.given import given as as_given
from clv_xl.catalogue.python_cells import scalar
from clv_xl.catalogue.ranges import ColumnOf, OrderLogRange
from clv_xl.cells import Block

IDS = ColumnOf("ids")


def cells(value: Any, kind: object = IDS) -> list[Any]:
    block = as_given(kind, value).value
    assert isinstance(block, Block)
    return [row[0] if block.width == 1 else list(row) for row in block.rows()]


@pytest.mark.parametrize(
    "blank", [None, float("nan"), np.nan, pd.NA, pd.NaT, Decimal("NaN"), np.datetime64("NaT")]
)
def test_what_is_missing_is_a_blank(blank: Any) -> None:
    assert scalar(blank) is None
    assert cells([blank, "a"]) == [None, "a"]


DATES = [dt.date(2024, 2, 10), dt.date(1900, 1, 1), None, dt.date(2025, 12, 31)]
SERIALS = [45332.0, 1.0, None, 46022.0]  # as Excel shows them


@pytest.mark.parametrize(
    "dates",
    [
        DATES,
        [None if d is None else dt.datetime.combine(d, dt.time()) for d in DATES],
        np.array(DATES, dtype="datetime64[D]"),
        np.array(DATES, dtype="datetime64[ns]"),
        pd.Series(DATES, dtype="datetime64[ns]"),
        pd.Series(DATES, dtype="datetime64[s]"),
        pd.Series(DATES, dtype=object),
        pd.to_datetime(pd.Series(DATES)),
        pd.DatetimeIndex(DATES),
        pd.Series(DATES, dtype="datetime64[ns]").dt.tz_localize("Europe/Helsinki"),
        pd.Series(DATES, dtype="datetime64[ns]").astype("category"),
        pd.PeriodIndex(pd.to_datetime(pd.Series(DATES)), freq="D"),
        [None if d is None else pd.Timestamp(d) for d in DATES],
    ],
    ids=lambda d: str(getattr(d, "dtype", type(d[0]).__name__)),
)
def test_dates_become_serial_numbers(dates: Any) -> None:
    assert cells(dates) == SERIALS


def test_the_time_of_day_and_the_wall_clock_stay() -> None:
    moment = dt.datetime(2025, 12, 31, 18, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    assert scalar(moment) == 46022.75
    assert cells(pd.Series([moment])) == [46022.75]


TEXTS = ["b", "a", None, "b", "ä"]


@pytest.mark.parametrize(
    "texts",
    [
        TEXTS,
        np.array(TEXTS, dtype=object),
        pd.Series(TEXTS),
        pd.Series(TEXTS, dtype=object),
        pd.Series(TEXTS, dtype="string"),
        pd.Series(TEXTS, dtype="category"),
        pd.Categorical(TEXTS),
        pd.Index(TEXTS),
        pd.array(TEXTS),
    ],
    ids=lambda t: type(t).__name__ + str(getattr(t, "dtype", "")),
)
def test_texts_stay_texts(texts: Any) -> None:
    assert cells(texts) == TEXTS


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Series([1, None, 3], dtype="Int64"), [1.0, None, 3.0]),
        (pd.Series([1, 3], dtype="UInt8"), [1.0, 3.0]),
        (pd.Series([1.5, None], dtype="Float64"), [1.5, None]),
        (pd.Series([True, None], dtype="boolean"), [True, None]),
        (pd.Series([True, False]), [True, False]),
        (pd.Series([1, True, "1", 1.0], dtype=object), [1.0, True, "1", 1.0]),
        (pd.Series([3, 1, 3], dtype="category"), [3.0, 1.0, 3.0]),
        (pd.cut([1, 5], [0, 2, 6]), ["(0, 2]", "(2, 6]"]),
        (np.ma.masked_array([1.0, 2.0], [False, True]), [1.0, None]),
        (np.array(["a", "b"]), ["a", "b"]),
        (range(3), [0.0, 1.0, 2.0]),
        ([[1, "a"], [2, None]], [[1.0, "a"], [2.0, None]]),
        ([2**53 + 1, 7], [str(2**53 + 1), 7.0]),
        (np.array([2**53 + 1, 7]), [str(2**53 + 1), "7"]),
        (pd.Series([2**60 + 1, None], dtype="Int64"), [str(2**60 + 1), None]),
    ],
    ids=repr,
)
def test_columns_of_every_dtype(column: Any, expected: list[Any]) -> None:
    found = cells(column)
    assert found == expected
    assert [type(c) for c in found] == [type(e) for e in expected]


def test_a_frame_brings_its_column_names_as_header_row() -> None:
    frame = pd.DataFrame({"customer": ["a", "b"], ("x", 1): [1, None]})
    expected = [["customer", "x 1"], ["a", 1.0], ["b", None]]
    assert cells(frame, OrderLogRange()) == expected
    assert cells({"customer": ["a", "b"], ("x", 1): [1, None]}, OrderLogRange()) == expected
    assert cells(frame.iloc[:0], OrderLogRange()) == [["customer", "x 1"]]
    assert cells(frame[["customer"]], IDS) == ["a", "b"]


@given(
    st.lists(st.one_of(st.none(), st.floats(allow_infinity=False), st.text(), st.booleans(), st.integers()))
)
def test_a_series_of_anything_is_the_list_of_it(values: list[Any]) -> None:
    if values:
        assert cells(pd.Series(values, dtype=object)) == cells(values)
