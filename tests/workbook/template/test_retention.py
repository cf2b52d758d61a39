"""Sheet Retention: the curve of all cohorts, constant rates, and the published sBG figures."""

from collections.abc import Callable, Mapping
from math import exp
from typing import Any

import pytest
from scipy.special import betaln

from clv_xl.cells import Block
from clv_xl.workbook.template.sheets import retention_layout as at
from clv_xl.workbook.template.sheets.retention_model import HIGH, REGULAR
from tests.workbook.template.built import Built
from tests.workbook.template.drawn import charts
from tests.workbook.template.few_sheets import answer, few_sheets, log_of, verdict
from tests.workbook.template.test_cohorts import small

KEYS = ("settings", "inputs", "orders", "segments", "cohorts", "retention", "checks")
TOLERANCE = 1e-9  # what the workbook itself promises on Checks
# Fader, Hardie (2007): estimates from the first eight survival points, and the log-likelihood there.
PUBLISHED = {
    "data_regular": (0.704, 1.182, -1680.2652),
    "data_high": (0.668, 3.806, -1611.1582),
}
# The same: projected survival of the high end at renewals 8 to 12.
HIGH_END = (0.460, 0.436, 0.414, 0.395, 0.378)


@pytest.fixture(scope="module")
def with_functions(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """An add-in build with the sample."""
    return few_sheets(tmp_path_factory.mktemp("functions"), build="addin", keys=KEYS)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The published example chosen, on a small log."""
    return chosen(tmp_path_factory.mktemp("published"), "data_regular")


def chosen(folder: Any, data: str, cells: Mapping[str, float] | None = None, *, fitted: str = "") -> Built:
    """Return a native build with data and estimates chosen, and cells of the sheet changed."""

    def word(row: int, key: str) -> Callable[[Built], str]:
        return lambda built: f"Retention!D{row + 1}={built.kit.word(f'template.retention.{key}')}"

    choices = word(at.CHOICE, data), word(at.FITTED, fitted or data)
    typed = (f"Retention!{cell}={value}" for cell, value in (cells or {}).items())
    return few_sheets(folder, *choices, *typed, lines=small, keys=KEYS)


def fixed(built: Built, row: int) -> Any:
    return built.value("retention", f"D{row + 1}")


def numbers(built: Built, row: int) -> list[Any]:
    sheet = built.sheet("retention")
    return [sheet.cell(row + 1, column + 1).value for column in range(at.FIRST, at.LAST + 1)]


def test_the_published_log_likelihood_of_the_regular_segment(published: Built) -> None:
    alpha, beta, likelihood = PUBLISHED["data_regular"]
    assert (fixed(published, at.ALPHA), fixed(published, at.BETA)) == (alpha, beta)
    # Printed to four places at estimates that are printed to three.
    assert fixed(published, at.LIKELIHOOD) == pytest.approx(likelihood, abs=1e-3)


@pytest.mark.slow
def test_the_published_log_likelihood_and_projection_of_the_high_end(tmp_path: Any) -> None:
    alpha, beta, likelihood = PUBLISHED["data_high"]
    built = chosen(tmp_path, "data_high", {f"D{at.ALPHA + 1}": alpha, f"D{at.BETA + 1}": beta})
    assert fixed(built, at.LIKELIHOOD) == pytest.approx(likelihood, abs=1e-3)
    assert numbers(built, at.SURVIVE)[8:13] == pytest.approx(HIGH_END, abs=5e-4)


def test_survival_is_the_ratio_of_beta_functions(with_functions: Built) -> None:
    """S(t) = B(alpha, beta + t) / B(alpha, beta), the closed form that the recursion must give."""
    alpha, beta, _ = PUBLISHED["data_regular"]
    for age, share in enumerate(numbers(with_functions, at.SURVIVE)):
        assert share == pytest.approx(exp(betaln(alpha, beta + age) - betaln(alpha, beta)), rel=1e-12)
    assert sum(numbers(with_functions, at.LEAVE)) + numbers(with_functions, at.SURVIVE)[-1] == pytest.approx(
        1
    )


@pytest.mark.slow
def test_solver_cells_at_the_estimates_are_a_maximum(tmp_path: Any) -> None:
    """Any other pair is less likely: what Solver looks for is there."""
    best = PUBLISHED["data_regular"][2]
    for i, (alpha, beta) in enumerate(((0.75, 1.182), (0.704, 1.25))):
        folder = tmp_path / str(i)
        folder.mkdir()
        built = chosen(folder, "data_regular", {f"D{at.ALPHA + 1}": alpha, f"D{at.BETA + 1}": beta})
        assert fixed(built, at.LIKELIHOOD) < best - 0.1


def test_the_data_of_the_paper_are_what_it_prints() -> None:
    """The first and the last survivors of its table, and that nobody comes back."""
    assert (REGULAR[:3], REGULAR[-1]) == ((1000, 631, 468), 173)
    assert (HIGH[:3], HIGH[-1]) == ((1000, 869, 743), 394)
    for data in (REGULAR, HIGH):
        assert list(data) == sorted(data, reverse=True)
        assert len(data) == 13


def test_the_curve_is_what_the_function_answers(with_functions: Built) -> None:
    lines = with_functions.kit.lines
    cohorts = answer("CLV.COHORT", log_of(lines), "M", "customers", lines.as_of)
    rows = answer("CLV.RETENTIONCURVE", Block.from_rows(cohorts))[1:]
    for row, column in ((at.PEOPLE, 1), (at.SHARE, 2)):
        mine = [value for value in numbers(with_functions, row) if value not in (None, "")]
        assert mine == pytest.approx([float(line[column]) for line in rows], rel=TOLERANCE)
    sheet, top = with_functions.sheet("retention"), at.FUNCTIONS + 4
    for i, line in enumerate(rows):
        shown = [sheet.cell(top + i, column).value for column in (1, 2, 3)]
        assert shown == pytest.approx([float(cell) for cell in line], rel=TOLERANCE)


def test_constant_rates_follow_from_the_curve(with_functions: Built) -> None:
    """Kept customers over those of the same cohorts one age earlier, added up from CLV.COHORT."""
    lines = with_functions.kit.lines
    cells = [
        [float(c) for c in row[3:] if isinstance(c, float)]
        for row in answer("CLV.COHORT", log_of(lines), "M", "customers", lines.as_of)[1:-1]
    ]
    rate = sum(sum(row[1:]) for row in cells) / sum(sum(row[:-1]) for row in cells)
    assert fixed(with_functions, at.MEAN) == pytest.approx(rate, rel=TOLERANCE)
    assert fixed(with_functions, at.CHURN) == pytest.approx(1 - rate, rel=TOLERANCE)
    assert fixed(with_functions, at.LIFE) == pytest.approx(1 / (1 - rate), rel=TOLERANCE)
    assert fixed(with_functions, at.POWER) == pytest.approx(rate**12, rel=TOLERANCE)
    company = with_functions.at("cohorts.retention_rate")
    assert fixed(with_functions, at.ANNUAL) == pytest.approx(company, rel=TOLERANCE)  # the unit is a year
    assert fixed(with_functions, at.GAP) == pytest.approx(company - rate**12, rel=TOLERANCE)


def test_repeat_purchases_raise_the_question_whether_one_rate_holds(with_functions: Built) -> None:
    assert verdict(with_functions, "retention_year") == with_functions.kit.word("status_check")
    assert verdict(with_functions, "retention_curve") == with_functions.kit.word("status_ok")
    assert verdict(with_functions, "retention_converted") == with_functions.kit.word("status_ok")


@pytest.mark.slow
def test_own_survivors_are_used_up_to_the_first_blank(tmp_path: Any) -> None:
    row = at.OWN + 1
    given = {f"F{row}": 200.0, f"G{row}": 150.0, f"H{row}": 120.0, f"J{row}": 90.0}
    built = chosen(tmp_path, "data_own", given)
    assert [value for value in numbers(built, at.USED) if value not in (None, "")] == [200, 150, 120]
    assert fixed(built, at.LIKELIHOOD) < 0
    points = numbers(built, at.ACTUAL_Y)
    assert points == pytest.approx([1.0, 0.75, *[0.6] * (at.AGES - 2)])  # the line ends at its last number


@pytest.mark.slow
def test_own_survivors_left_blank_give_no_errors(tmp_path: Any) -> None:
    built = chosen(tmp_path, "data_own")
    cells = [cell for row in built.sheet("retention").iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "e"] == []
    assert fixed(built, at.LIKELIHOOD) in (None, "")


@pytest.mark.slow
def test_the_projection_ends_at_the_horizon(tmp_path: Any) -> None:
    def chosen_data(built: Built) -> str:
        return f"Retention!D{at.CHOICE + 1}={built.kit.word('template.retention.data_regular')}"

    built = few_sheets(tmp_path, chosen_data, "set_horizon=9", lines=small, keys=KEYS)
    projected = numbers(built, at.PROJECTED)
    assert [value in (None, "") for value in projected] == [age > 9 for age in range(at.AGES)]
    assert numbers(built, at.PROJECTED_X) == [min(age, 9) for age in range(at.AGES)]
    survive = numbers(built, at.SURVIVE)
    assert projected[9] == pytest.approx(1000 * survive[9], rel=TOLERANCE)


def test_the_chart_shows_the_own_orders_and_no_projection_of_other_data(with_functions: Built) -> None:
    """The estimates that are there are the published ones: they say nothing about this log."""
    word = with_functions.kit.word
    line, dots = charts(with_functions, "retention")[1].series
    assert dots.name == word("template.retention.data_log")
    curve = [value for value in numbers(with_functions, at.SHARE) if value not in (None, "")]
    assert len(curve) > 10
    assert dots.values[: len(curve)] == pytest.approx(curve, rel=TOLERANCE)
    assert line.name == word("template.retention.survive_none")
    assert set(line.across) == {0}  # a line of no length
    assert {value in (None, "") for value in numbers(with_functions, at.PROJECTED)} == {True}


def test_the_published_example_is_named_where_it_is_shown(published: Built) -> None:
    word = published.kit.word
    line, dots = charts(published, "retention")[1].series
    assert (line.name, dots.name) == tuple(
        word(f"template.retention.{key}") for key in ("survive", "data_regular")
    )
    assert dots.values[:13] == pytest.approx([people / 1000 for people in REGULAR])
    assert max(line.across) == 12
    assert fixed(published, at.FITS) == word("template.retention.fits_falls")


def test_estimates_of_other_data_project_nothing(tmp_path: Any) -> None:
    built = chosen(tmp_path, "data_high", fitted="data_regular")
    assert {value in (None, "") for value in numbers(built, at.PROJECTED)} == {True}
    assert charts(built, "retention")[1].series[0].name == built.kit.word("template.retention.survive_none")


def test_a_rate_is_a_share_or_no_number(with_functions: Built) -> None:
    """Where customers come back after a pause more order than one period earlier: no churn of -100 %."""
    active, earlier, risen, kept, lost = (
        numbers(with_functions, row) for row in (at.ACTIVE, at.EARLIER, at.RISEN, at.KEPT, at.LOST)
    )
    ages = [age for age, before in enumerate(earlier) if isinstance(before, (int, float)) and before > 0]
    more = [age for age in ages if active[age] > earlier[age]]
    assert more
    assert set(more) < set(ages)
    for age in ages:
        assert risen[age] == max(0, active[age] - earlier[age])
        if age in more:
            assert (kept[age] in (None, ""), lost[age] in (None, "")) == (True, True)
        else:
            assert kept[age] == pytest.approx(active[age] / earlier[age], rel=TOLERANCE)
            assert 0 <= lost[age] <= 1
    assert fixed(with_functions, at.FITS) == with_functions.kit.word("template.retention.fits_rises")
    assert fixed(with_functions, at.LIKELIHOOD) in (None, "")
