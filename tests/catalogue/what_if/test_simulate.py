"""CLV.SIMULATE as a worksheet calls it."""

import math
import statistics
import time
from itertools import islice
from operator import attrgetter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clv_xl
from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.catalogue.what_if.distribution_names import DISTRIBUTIONS, distribution_of
from clv_xl.catalogue.what_if.distribution_ranges import MOST_CUT
from clv_xl.cells import Block, Cell
from clv_xl.errors import DIV, NA, NUM, VALUE, CellError
from clv_xl.metrics.distributions import Law, LogNormal, Normal, Triangular, Uniform, Within, pert
from clv_xl.metrics.simulation import simulate
from clv_xl.metrics.uniforms import STREAMS
from tests.metrics.pcg64 import uniforms

SIMULATE = CATALOGUE["CLV.SIMULATE"]
Rows = list[list[Cell]]
NAMES = ("trials", "seed", "output", "percentiles", "correlation", "method", "headers", "target")

SHOP: Rows = [
    ["avg_order_value", "normal", 50.0, 5.0],
    ["frequency", "triangular", 2.0, 3.0, 4.0],
    ["lifespan", "pert", 2.0, 3.0, 4.0],
    ["margin", "uniform", 0.35, 0.45],
    ["cac", "fixed", 45.0],
]
THREE: Rows = [
    ["avg_order_value", "normal", 50.0, 5.0],
    ["frequency", "uniform", 2.0, 4.0],
    ["lifespan", 3.0],
]


def block(rows: Rows) -> Block:
    """Rows as a range, blanks at their ends."""
    width = max(map(len, rows))
    return Block.from_rows([[*row, *[None] * (width - len(row))] for row in rows])


def answer(rows: Rows, language: str = "en", deadline: float | None = None, **options: Any) -> Cell | Block:
    options = {"trials": 500.0, "headers": 2.0, **options}
    cells = [block(v) if isinstance(v, list) else v for v in (options.get(name) for name in NAMES)]
    return run(SIMULATE, [block(rows), *cells], Context(language=language, deadline=deadline))


def table(rows: Rows, **options: Any) -> list[list[Cell]]:
    found = answer(rows, **options)
    assert isinstance(found, Block), found
    return found.to_rows()


def figures(rows: Rows, **options: Any) -> dict[Cell, Any]:
    return {row[0]: row[1] for row in table(rows, **options)[1:] if row[0] != "trials_in_class"}


def classes(rows: Rows, **options: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([row[1:] for row in table(rows, **options) if row[0] == "trials_in_class"], float)


def refused(rows: Rows, **options: Any) -> tuple[str, str]:
    found = answer(rows, **options)
    assert isinstance(found, CellError), found
    return found.code, texts.sentence(found)


def test_the_table_holds_the_figures_of_the_simulation() -> None:
    laws: dict[str, Law] = {
        "avg_order_value": Normal(50.0, 5.0),
        "frequency": Triangular(2.0, 3.0, 4.0),
        "lifespan": pert(2.0, 3.0, 4.0),
        "margin": Uniform(0.35, 0.45),
    }
    trials = simulate("simple", "net_clv", {"cac": 45.0}, laws, 2000, 5)
    values = trials.values
    found = figures(SHOP, trials=2000.0, seed=5.0)
    assert found["trials"] == 2000
    assert (found["seed"], found["stream"], found["without_value"]) == (5, 1, 0)
    assert found["at_means"] == pytest.approx(135, rel=1e-12)  # the check value of CLV(50,3,3,40%,45)
    assert found["mean"] == pytest.approx(values.mean(), rel=1e-12)
    assert found["standard_deviation"] == pytest.approx(np.std(values, ddof=1), rel=1e-12)
    assert found["standard_error"] == pytest.approx(np.std(values, ddof=1) / np.sqrt(2000), rel=1e-12)
    assert (found["minimum"], found["maximum"]) == (values.min(), values.max())
    for share in (5, 25, 50, 75, 95):
        assert found[f"P{share}"] == pytest.approx(np.percentile(values, share), rel=1e-12)
    assert found["net_below_zero"] == (values < 0).mean()
    assert found["ratio_below_target"] == ((values + 45) / 45 < 3).mean()


def test_a_call_gives_what_plain_python_makes_of_the_generator_written_out() -> None:
    """Bounded laws need arithmetic and square roots only: these numbers hold on every platform."""
    rows: Rows = [
        ["avg_order_value", "uniform", 40.0, 60.0],
        ["frequency", "triangular", 2.0, 3.0, 5.0],
        ["lifespan", "empirical", 1.0, 2.0, 4.0],
        ["margin", 0.4],
        ["cac", 45.0],
    ]
    draws = zip(*(uniforms(2026, STREAMS[str(row[0])]) for row in rows[:3]), strict=True)
    values = []
    for a, b, c in islice(draws, 1000):
        frequency = 2 + math.sqrt(b * 3 * 1) if b < 1 / 3 else 5 - math.sqrt((1 - b) * 3 * 2)
        lifespan = (1, 2, 4)[math.ceil(3 * c) - 1]
        values.append((40 + 20 * a) * frequency * 0.4 * lifespan - 45)
    found = figures(rows, trials=1000.0, seed=2026.0, percentiles=[[0.1, 0.9]])
    assert found["mean"] == pytest.approx(statistics.fmean(values), rel=1e-12)
    assert found["standard_deviation"] == pytest.approx(statistics.stdev(values), rel=1e-12)
    assert found["minimum"] == pytest.approx(min(values), rel=1e-12)
    deciles = statistics.quantiles(values, n=10, method="inclusive")
    assert (found["P10"], found["P90"]) == pytest.approx((deciles[0], deciles[-1]), rel=1e-12)
    assert found["net_below_zero"] == sum(value < 0 for value in values) / 1000
    assert found["ratio_below_target"] == sum(value + 45 < 135 for value in values) / 1000


def test_classes_follow_one_another_and_hold_every_trial() -> None:
    found = classes(SHOP, trials=1000.0)
    assert found.shape == (20, 4)
    assert found[:, 0].sum() == 1000
    np.testing.assert_allclose(found[:, 3], found[:, 0] / 1000)
    np.testing.assert_array_equal(found[1:, 1], found[:-1, 2])
    extremes = figures(SHOP, trials=1000.0)
    assert (found[0, 1], found[-1, 2]) == (extremes["minimum"], extremes["maximum"])


@given(st.integers(0, 2**32 - 1), st.integers(100, 400), st.lists(st.floats(0, 1), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_percentiles_rise_and_classes_add_up_for_any_seed(
    seed: int, trials: int, shares: list[float]
) -> None:
    rows = table(SHOP, trials=float(trials), seed=float(seed), percentiles=[[x] for x in sorted(shares)])
    shown = [row for row in rows if str(row[0]).startswith("P")]
    assert [row[4] for row in shown] == sorted(shares)
    values = [row[1] for row in shown]
    assert values == sorted(values)  # type: ignore[type-var]
    assert classes(SHOP, trials=float(trials), seed=float(seed))[:, 0].sum() == trials
    assert figures(SHOP, seed=float(seed))["mean"] != figures(SHOP, seed=float(seed ^ 1))["mean"]


@given(st.permutations(range(len(SHOP))))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_rows_changes_nothing(order: list[int]) -> None:
    matrix: Rows = [
        [None, "avg_order_value", "margin", "lifespan"],
        ["avg_order_value", 1.0, 0.5, -0.2],
        ["margin", 0.5, 1.0, 0.1],
        ["lifespan", -0.2, 0.1, 1.0],
    ]
    expected = figures(SHOP, correlation=matrix)
    assert figures([SHOP[i] for i in order], correlation=matrix) == expected


def test_a_header_blank_rows_and_names_in_any_language_are_read() -> None:
    rows: Rows = [
        ["Ajuri", "Jakauma", "Parametri", "Parametri"],
        ["Keskimääräinen tilauksen arvo", "Normaalijakauma", 50.0, 5.0],
        [None],
        ["Częstotliwość zakupów", "równomierny", 2.0, 4.0],
        ["lifespan", None, 3.0],
        ["margin"],
    ]
    assert figures(rows) == figures(THREE)


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_distribution_has_its_names_in_five_languages(distribution: str, language: str) -> None:
    names = texts.word(f"distribution.{distribution}", language).split("|")
    assert [distribution_of(name.upper()) for name in names] == [distribution] * len(names)


WRONG: list[tuple[Rows, str, str]] = [
    ([["avg_order_value", "nromal", 50.0, 5.0]], VALUE, 'it is "nromal". Did you mean normal?'),
    ([["avg_order_value", "qq", 50.0, 5.0]], VALUE, "(row 1): the distribution must be one of fixed, normal"),
    ([["frequensy", "normal", 50.0, 5.0]], VALUE, "Did you mean frequency?"),
    ([[None, "normal", 50.0, 5.0]], VALUE, "is blank"),
    ([["avg_order_value", "normal", 50.0]], VALUE, "takes mean, standard deviation; the row has"),
    ([["avg_order_value", "normal", 50.0, 5.0, 1.0]], VALUE, "takes mean, standard deviation"),
    ([["avg_order_value", "beta", 2.0, 3.0, 1.0]], VALUE, "takes alpha, beta (lowest value, highest value)"),
    ([["avg_order_value", "empirical", 2.0]], VALUE, "takes two values or more"),
    ([["avg_order_value", "normal", None, 5.0]], VALUE, "the mean must be a number; it is"),
    ([["avg_order_value", "normal", "50", 5.0]], VALUE, 'the mean must be a number; it is "50"'),
    ([["avg_order_value", "normal", 50.0, 0.0]], NUM, "standard deviation must be a number above 0; it is 0"),
    ([["avg_order_value", "normal", 50.0, -1.0]], NUM, "standard deviation must be a number above 0"),
    ([["avg_order_value", "lognormal", -5.0, 1.0]], NUM, "the mean must be a number above 0; it is -5"),
    ([["avg_order_value", "beta", 0.0, 1.0]], NUM, "the alpha must be a number above 0"),
    ([["avg_order_value", "uniform", 5.0, 5.0]], NUM, "the lowest value must be below the highest"),
    ([["avg_order_value", "uniform", 6.0, 5.0]], NUM, "they are 6 and 5"),
    ([["avg_order_value", "triangular", 1.0, 4.0, 3.0]], NUM, "the most likely value must lie between"),
    ([["avg_order_value", "pert", 1.0, 0.0, 3.0]], NUM, "they are 1, 0 and 3"),
    ([["avg_order_value", "pert", 3.0, 3.0, 3.0]], NUM, "which differ"),
    ([["avg_order_value", 50.0, 5.0]], VALUE, "2 numbers and no distribution"),
    ([["avg_order_value", CellError(DIV, "input_error"), 5.0]], DIV, ""),
    ([["avg_order_value", "normal", CellError(NA, "input_error"), 5.0]], NA, ""),
    ([["margin", "uniform", 40.0, 60.0]], NUM, "the lowest value must be a number of at most 1; it is 40"),
    ([["frequency", "empirical", 2.0, -3.0]], NUM, "the value must be a number of at least 0; it is -3"),
    ([["frequency", "normal", 1.0, 1.0]], NUM, "15.9% of this normal distribution lies outside"),
    ([THREE[0], ["AOV", 50.0]], VALUE, '(row 2) gives "avg_order_value" twice'),
    ([THREE[0], THREE[1]], VALUE, "lacks lifespan"),
    ([*THREE, ["churn_rate", "uniform", 0.1, 0.2]], VALUE, "(row 4) gives churn_rate, which the method"),
    ([*THREE, ["cac", "uniform", 10.0, 20.0]], VALUE, "Add margin to distributions"),
    ([["avg_order_value", 50.0], ["frequency", 3.0], THREE[2]], VALUE, "nothing to simulate"),
    ([["Driver", "Distribution", "a", "b"]], NA, "no rows"),
    ([["avg_order_value"], ["frequency"]], VALUE, "must be rows of a driver"),
]


@pytest.mark.parametrize(("rows", "code", "words"), WRONG)
def test_a_wrong_row_has_its_code_and_says_what_to_mend(rows: Rows, code: str, words: str) -> None:
    found = refused(rows)
    assert found[0] == code
    assert words in found[1]
    assert found[1].startswith("CLV.SIMULATE: ")


def test_retention_and_churn_are_one_thing() -> None:
    rows: Rows = [
        ["avg_order_value", 50.0],
        ["retention_rate", "beta", 8.0, 2.0],
        ["churn_rate", 0.2],
    ]
    assert "(row 3) gives both" in refused(rows, method="contract")[1]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"trials": 1_000_001.0}, NUM, "trials must be a whole number from 100 to 1000000; it is 1000001"),
        ({"trials": 99.0}, NUM, "trials must be a whole number from 100"),
        ({"trials": 100.5}, NUM, "trials must be a whole number"),
        ({"seed": -1.0}, NUM, "seed must be a whole number from 0 to 4294967295"),
        ({"seed": 2.0**32}, NUM, "seed must be"),
        ({"percentiles": [[50.0]]}, NUM, "Type 50% or 0.5"),
        ({"method": "simpel"}, VALUE, "method must be one of"),
        ({"target": 0.0}, NUM, "target must be a number above 0"),
        ({"output": "ratio"}, DIV, "give distributions a cac above 0"),
        ({"correlation": [[1.0, 0.2, 0.0], [0.2, 1.0, 0.0], [0.0, 0.0, 1.0]]}, VALUE, "it has 3 rows"),
        ({"correlation": [[1.0, 0.2]]}, VALUE, "as many rows as columns, names left out; it has 1 and 2"),
        ({"correlation": [[1.0, 0.2], [0.3, 1.0]]}, NUM, "column 2 gives 0.2, the mirror cell gives 0.3"),
        ({"correlation": [[1.0, 1.2], [1.2, 1.0]]}, NUM, "from -1 to 1; it is 1.2"),
        ({"correlation": [[0.9, 0.2], [0.2, 1.0]]}, NUM, "with itself is 1; it is 0.9"),
        ({"correlation": [[1.0, None], [None, 1.0]]}, VALUE, "correlation (row 1) is blank"),
        ({"correlation": [[1.0, 1.0], [1.0, 1.0]]}, NUM, "not positive definite"),
        ({"correlation": [["margin", "frequency"], [1.0, 0.2], [0.2, 1.0]]}, VALUE, "margin, which is not"),
        ({"correlation": [["frequency", "frequency"], [1.0, 0.2], [0.2, 1.0]]}, VALUE, "twice"),
        (
            {"correlation": [[None, "AOV", "frequency"], ["frequency", 1.0, 0.2], ["AOV", 0.2, 1.0]]},
            VALUE,
            "other names above than beside",
        ),
    ],
)
def test_a_wrong_option_has_its_code_and_says_what_to_mend(
    options: dict[str, Any], code: str, words: str
) -> None:
    found = refused(THREE, **options)
    assert found[0] == code
    assert words in found[1]


@pytest.mark.parametrize("r", [-0.6, -0.9])
def test_correlations_that_contradict_one_another_fit_once_they_are_multiplied_as_told(r: float) -> None:
    rows: Rows = [*THREE[:2], ["lifespan", "uniform", 2.0, 4.0]]

    def matrix(r: float) -> Rows:
        return [[1.0, r, r], [r, 1.0, r], [r, r, 1.0]]

    found = answer(rows, correlation=matrix(r))
    assert isinstance(found, CellError)
    assert found.code == NUM
    assert found.params["least"] == pytest.approx(1 + 2 * r)  # the eigenvalue of equal correlations
    factor = found.params["factor"]
    assert 0 < factor < 1
    table(rows, correlation=matrix(r * factor))
    assert refused(rows, correlation=matrix(r * (factor + 0.02)))[0] == NUM


def test_a_matrix_is_the_same_whole_or_half_with_names_or_without() -> None:
    whole = figures(THREE, correlation=[[1.0, 0.6], [0.6, 1.0]])
    forms: list[Rows] = [
        [[1.0, None], [0.6, 1.0]],
        [[1.0, 0.6], [None, 1.0]],
        [["AOV", "frequency"], [1.0, 0.6], [0.6, 1.0]],
        [["frequency", 1.0, 0.6], ["AOV", 0.6, 1.0]],
        [[None, "frequency", "AOV"], ["frequency", 1.0, None], ["AOV", 0.6, 1.0], [None, None, None]],
    ]
    assert [figures(THREE, correlation=form) for form in forms] == [whole] * len(forms)
    assert whole["standard_deviation"] > figures(THREE)["standard_deviation"]
    none = figures(THREE, correlation=[[1.0, 0.0], [0.0, 1.0]])
    assert none == figures(THREE)


def test_draws_outside_the_domain_are_cut_and_their_share_is_shown() -> None:
    rows: Rows = [THREE[0], ["frequency", "normal", 3.0, 2.0], THREE[2], ["margin", "lognormal", 0.8, 0.1]]
    found = figures(rows)
    margin = Within(LogNormal(0.8, 0.1), -1e300, 1.0)
    assert found["cut_frequency"] == pytest.approx(0.0668072, abs=1e-7)  # the normal share below -1.5
    assert found["cut_margin"] == pytest.approx(margin.cut, rel=1e-12)
    assert found["cut_avg_order_value"] == 0
    assert found["largest_cut"] == found["cut_frequency"] < MOST_CUT
    assert found["minimum"] >= 0


def test_a_loss_making_start_shows_its_trials_without_payback() -> None:
    rows: Rows = [*THREE, ["margin", "uniform", -0.1, 0.4], ["cac", 100.0]]
    found = table(rows, output="payback", trials=2000.0)
    count, _, _, share = next(row[1:] for row in found if row[0] == "without_value")
    assert isinstance(count, float)
    assert share == count / 2000
    assert count > 400
    assert classes(rows, output="payback", trials=2000.0)[:, 0].sum() == 2000 - count
    rows[-1] = ["cac", 1e6]
    assert refused(rows, output="payback")[0] == NA


def test_growth_that_outruns_churn_has_no_value() -> None:
    rows: Rows = [["avg_order_value", "uniform", 40.0, 60.0], ["churn_rate", 0.01], ["expansion_rate", 0.05]]
    found = answer(rows, method="subscription")
    assert isinstance(found, CellError)
    assert (found.code, found.key) == (NUM, "value_without_end")


def test_without_an_acquisition_cost_the_target_row_is_blank() -> None:
    assert figures(THREE)["ratio_below_target"] is None
    assert figures(THREE)["net_below_zero"] == 0


def test_a_deadline_ends_it_between_two_steps() -> None:
    found = answer(SHOP, trials=1_000_000.0, deadline=time.monotonic())
    assert isinstance(found, CellError)
    assert found.code == NA
    assert texts.sentence(found) == (
        "CLV.SIMULATE: the time allowed is over after 16384 of 1000000 trials; ask for fewer trials."
    )
    assert isinstance(answer(SHOP, deadline=time.monotonic() + 60), Block)
    assert isinstance(answer(SHOP, trials=1000.0, deadline=time.monotonic()), Block), "all trials are done"


def test_python_takes_rows() -> None:
    call = attrgetter("simulate")(clv_xl)
    found = call([[*row, *[None] * (5 - len(row))] for row in SHOP], trials=500, headers=2)
    assert dict(zip(found["measure"], found["value"], strict=True))["P50"] == figures(SHOP)["P50"]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_measure_has_a_name_in_every_language(language: str) -> None:
    found = answer(SHOP, language=language, headers=1.0)
    assert isinstance(found, Block)
    words = [row[0] for row in found.to_rows()]
    assert all(isinstance(word, str) and "_" not in word for word in words)
    assert len(set(words)) == len(figures(SHOP)) + 2  # the header and the classes
