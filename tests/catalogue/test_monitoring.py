"""CLV.TREND, CLV.ALERT and CLV.REFRESHDUE as a cell asks for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.monitoring import LEVELS, MOVES
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import DIV, NA, NUM, VALUE, CellError
from clv_xl.metrics.alerts import METHODS
from clv_xl.texts import LANGUAGES, sentence

TREND, ALERT, REFRESHDUE = (CATALOGUE[f"CLV.{name}"] for name in ("TREND", "ALERT", "REFRESHDUE"))
# Ends of quarters, March 2024 to March 2025.
QUARTERS = (45382.0, 45473.0, 45565.0, 45657.0, 45747.0)
FIGURES = (120.0, 126.0, 129.0, 135.0, 150.0)
KEYS = ["date", "value", "change", "growth", "moving_average", "year_on_year", "missing_periods"]


def column(*cells: Cell) -> Block:
    return Block.from_rows([[cell] for cell in cells])


def table(result: Cell | Block) -> list[list[Cell]]:
    assert isinstance(result, Block), sentence(result) if isinstance(result, CellError) else result
    return result.to_rows()


def words(result: Cell | Block) -> list[Cell]:
    return [row[0] for row in table(result)]


def refused(result: Cell | Block) -> CellError:
    assert isinstance(result, CellError)
    return result


def test_a_trend_by_hand() -> None:
    """Quarters: 6 / 120, 135 = mean of 126, 129, 135 and 150, and 150 / 120 a year apart."""
    head, *body, total = table(run(TREND, (column(*FIGURES), column(*QUARTERS), None, 2.0)))
    assert head == KEYS
    assert body[0] == [45382.0, 120.0, None, None, None, None, 0.0]
    assert body[1][:4] == [45473.0, 126.0, 6.0, 0.05]
    assert body[3][4:6] == [127.5, None]
    assert body[4] == [45747.0, 150.0, 15.0, pytest.approx(1 / 9), 135.0, 0.25, 0.0]
    assert total == ["total", None, 30.0, 0.25, None, None, 0.0]


@given(st.permutations(range(5)))
def test_the_order_of_the_rows_does_not_matter(order: list[int]) -> None:
    mixed = (column(*(FIGURES[i] for i in order)), column(*(QUARTERS[i] for i in order)))
    assert table(run(TREND, mixed)) == table(run(TREND, (column(*FIGURES), column(*QUARTERS))))


def test_a_header_and_blank_rows_are_passed_over_and_a_gap_is_counted() -> None:
    values = column("CLV", 120.0, None, 126.0, 135.0, None)
    dates = column("Date", 45382.0, None, 45473.0, 45657.0, None)
    body = table(run(TREND, (values, dates, 2.0, 0.0)))
    assert [row[6] for row in body] == [0, 0, 1, 1]
    assert [row[4] for row in body] == [None, 123.0, None, None]


def test_dates_without_a_unit_have_no_missing_periods() -> None:
    body = table(run(TREND, (column(1.0, 2.0, 4.0), column(45382.0, 45384.0, 45390.0), 1.0, 0.0)))
    assert [row[6] for row in body] == [None] * 4
    assert [row[4] for row in body] == [1, 2, 4, None]


def test_one_date_has_no_change() -> None:
    body = table(run(TREND, (120.0, 45382.0, 1.0, 0.0)))
    assert body == [[45382.0, 120.0, None, None, 120.0, None, None], ["Total", *[None] * 6]]


def test_growth_from_nothing_and_from_a_loss_are_errors_of_their_cells() -> None:
    body = table(run(TREND, (column(-5.0, 0.0, 10.0, 20.0), column(*QUARTERS[:4]), None, 0.0)))
    growth = [row[3] for row in body]
    assert growth[0] is None
    assert [cell.code for cell in growth if isinstance(cell, CellError)] == [NUM, DIV, NUM]
    assert growth[3] == 1.0
    assert [row[2] for row in body] == [None, 5, 10, 10, 25]
    zero = table(run(TREND, (column(0.0, 5.0), column(*QUARTERS[:2]), None, 0.0)))
    assert [cell.code for row in zero for cell in row if isinstance(cell, CellError)] == [DIV, DIV]


def test_a_date_that_stands_twice_is_refused_with_both_rows() -> None:
    twice = column("Date", 45473.0, 45382.0, None, 45473.5)
    error = refused(run(TREND, (column("CLV", 1.0, 2.0, None, 3.0), twice)))
    assert error.code == VALUE
    assert "dates (row 5) has the same date as row 2" in sentence(error)


def test_what_a_trend_refuses() -> None:
    dates = column(*QUARTERS)
    assert refused(run(TREND, (column(*FIGURES[:4]), dates))).code == NA
    for value, code in (("n/a", VALUE), (None, VALUE), (CellError(DIV, "input_error"), DIV)):
        error = refused(run(TREND, (column(*FIGURES[:4], value), dates)))
        assert (error.code, error.params["row"]) == (code, 5)
    assert refused(run(TREND, (column(*FIGURES), column(*QUARTERS[:4], "31.3.2025")))).code == VALUE
    for window in (0.0, 2.5, 367.0):
        assert refused(run(TREND, (column(*FIGURES), dates, window))).params["argument"] == "window"


def test_dates_of_1904_come_back_as_the_document_counts() -> None:
    moved = [day - 1462 for day in QUARTERS]
    body = table(run(TREND, (column(*FIGURES), column(*moved), None, 0.0), Context(days=1462.0)))
    assert [row[0] for row in body] == [*moved, "Total"]
    assert run(REFRESHDUE, (45565.0 - 1462, 45662.0 - 1462), Context(days=1462.0)) == 6.0


def test_alerts_keep_the_rows_of_the_range() -> None:
    values = column("CLV", 100.0, None, 104.0, 120.0, 96.0, None)
    assert words(run(ALERT, (values,))) == [None, "too few values", None, "OK", "rise", "fall", None]


def test_each_method_has_its_default_threshold_and_window() -> None:
    values = column(*[100.0, 101.0, 99.0, 100.0] * 3, 111.0)
    for method, way in METHODS.items():
        if way.threshold is not None:
            stated = run(ALERT, (values, way.threshold, method, float(way.window)))
            assert words(run(ALERT, (values, None, method))) == words(stated)
            assert words(stated)[-1] == ("rise" if way.moves else "high")
            assert words(stated)[: way.window] == ["too few values"] * way.window


def test_a_target_is_the_threshold() -> None:
    assert words(run(ALERT, (column(2.9, 3.0, -1.0), 3.0, "target"))) == ["low", "OK", "low"]
    missing = refused(run(ALERT, (column(1.0, 2.0), None, "target")))
    assert missing.code == VALUE
    assert "threshold is missing" in sentence(missing)
    ignored = refused(run(ALERT, (column(1.0, 2.0), 3.0, "target", 4.0)))
    assert (ignored.code, ignored.params["argument"]) == (VALUE, "window")


@pytest.mark.parametrize(
    ("threshold", "method", "window", "argument"),
    [
        (10.0, "change", None, "threshold"),
        (0.0, "band", None, "threshold"),
        (-3.0, "zscore", None, "threshold"),
        (None, "zscore", 1.0, "window"),
        (None, "cusum", 1.0, "window"),
        (None, "change", 0.0, "window"),
    ],
)
def test_thresholds_and_windows_without_a_meaning_are_refused(
    threshold: Cell, method: str, window: Cell, argument: str
) -> None:
    error = refused(run(ALERT, (column(*FIGURES), threshold, method, window)))
    assert (error.code, error.params["argument"]) == (NUM, argument)


def test_ten_for_ten_percent_is_mended() -> None:
    assert "10%" in sentence(refused(run(ALERT, (column(*FIGURES), 10.0))))


def test_a_threshold_for_each_row_is_refused_not_answered_by_the_first() -> None:
    error = refused(run(ALERT, (column(*FIGURES), column(*[0.1] * 5))))
    assert (error.code, error.key, error.params["argument"]) == (VALUE, "one_cell", "threshold")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_alerts_can_be_told_apart(language: str) -> None:
    """So that COUNTIF counts one of them and no other."""
    found = {texts.word(text, language).casefold() for text in (*MOVES, *LEVELS)}
    assert len(found) == 6


def test_refresh_dates_lift_over_ranges_as_native_formulas_do() -> None:
    """EDATE of 30 September 2024 by 3 months is 30 December 2024; the end of January by 1 is 28 February."""
    assert words(run(REFRESHDUE, (column(45565.0, 45688.0), 45717.0, column(3.0, 1.0)))) == [61, 1]
    assert run(REFRESHDUE, (45565.0, 45656.0)) == 0
    assert run(REFRESHDUE, (45565.75, 45655.5)) == -1
    assert run(REFRESHDUE, (45662.0, 45657.0)) == -95  # refreshed after the day asked about: 5 April is due


def test_what_a_refresh_date_refuses() -> None:
    assert refused(run(REFRESHDUE, (None, 45657.0))).code == VALUE
    assert refused(run(REFRESHDUE, ("30.9.2024", 45657.0))).code == VALUE
    assert refused(run(REFRESHDUE, (45565.0, 45657.0, 0.0))).code == NUM
    assert refused(run(REFRESHDUE, (45565.0, 45657.0, 1.5))).code == NUM
