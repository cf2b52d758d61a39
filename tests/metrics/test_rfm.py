"""Scores, names, the inputs of the models, and who has lapsed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import NA, CellError
from clv_xl.metrics.rfm import NAMES, names, repeats, scores, status, usual_gap

VALUES = st.lists(st.integers(-20, 20).map(float), min_size=1, max_size=60)


@given(VALUES, st.integers(1, 10), st.booleans())
def test_scores_are_one_and_the_bins_times_the_share_strictly_worse(
    values: list[float], bins: int, low_is_good: bool
) -> None:
    found = scores(np.array(values), bins, low_is_good=low_is_good).tolist()
    sign = -1 if low_is_good else 1
    worse = [sum(sign * w < sign * v for w in values) for v in values]
    assert found == [1 + bins * count // len(values) for count in worse]
    assert 1 <= min(found) <= max(found) <= bins
    ranked = sorted(zip((sign * v for v in values), found, strict=True))
    assert [score for _, score in ranked] == sorted(found)


def test_names_cover_every_pair_of_scores_and_rank_the_best_and_the_worst() -> None:
    r, f = (axis.ravel() for axis in np.meshgrid(np.arange(1, 6), np.arange(1, 6)))
    assert set(names(r, f, 5).tolist()) == set(range(len(NAMES)))

    def named(recency: int, frequency: int, bins: int) -> str:
        return NAMES[int(names(np.array([recency]), np.array([frequency]), bins)[0])]

    assert [named(5, 5, 5), named(1, 1, 5), named(5, 1, 5), named(1, 5, 5)] == [
        "champions", "hibernating", "new", "cannot_lose",
    ]  # fmt: skip
    assert [named(10, 10, 10), named(3, 3, 3), named(1, 1, 10)] == ["champions", "champions", "hibernating"]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60), st.integers(-9, 30)), min_size=1, max_size=40),
    st.sampled_from(["D", "W", "Y"]),
)
def test_repeats_are_those_of_plain_python(rows: list[tuple[int, int, int]], unit: str) -> None:
    rows = [*rows, *((k, 30, 5) for k in range(5))]
    who, days, money = (np.array(column) for column in zip(*rows, strict=True))
    found = repeats(who, days + 45_000, money.astype(np.float64), money >= 0, 5, 45_070, unit)
    length = {"D": 1, "W": 7, "Y": 365.25}[unit]
    for k in range(5):
        bought = sorted({d for w, d, m in rows if w == k and m >= 0})
        later = sum(m for w, d, m in rows if w == k and d > bought[0])
        x = len(bought) - 1
        assert found.x[k] == x
        assert found.t_x[k] == (bought[-1] - bought[0]) / length
        assert found.T[k] == (70 - bought[0]) / length
        assert found.m_x[k] == (later / x if x else 0)
        assert 0 <= found.t_x[k] <= found.T[k]


def test_the_usual_gap_is_excels_percentile_of_the_days_between_orders() -> None:
    # Gaps 1 to 10: PERCENTILE.INC(..., 0.9) = 1 + 0.9 x 9 = 9.1 by its definition.
    days = np.cumsum([0, *range(1, 11)])
    assert usual_gap(np.zeros(11, int), days) == pytest.approx(9.1, rel=1e-15)
    assert usual_gap(np.zeros(12, int), np.append(days, 0)) == pytest.approx(9.1, rel=1e-15)
    with pytest.raises(CellError) as error:
        usual_gap(np.array([0, 0, 1]), np.array([5, 5, 9]))
    assert error.value == CellError(NA, "no_repeat_orders")


def test_lapsing_lasts_to_twice_the_lapse_days() -> None:
    assert status(np.array([0.0, 30, 30.5, 60, 60.5]), 30).tolist() == [0, 0, 1, 1, 2]
