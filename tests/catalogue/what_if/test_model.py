"""Drivers with a method: what is missing, ignored or contradictory, and an answer a scenario."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import texts
from clv_xl.catalogue.what_if.driver_ranges import DOMAINS, GivenDrivers
from clv_xl.catalogue.what_if.model import Model, changed, check_driver, model_of
from clv_xl.errors import DIV, NA, NUM, VALUE, CellError
from clv_xl.metrics.drivers import METHODS, ORDER, OUTPUTS, outcome

SHOP = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0, "margin": 0.4, "cac": 45.0}
CONTRACT = {"avg_order_value": 150.0, "margin": 0.4, "retention_rate": 0.8, "discount_rate": 0.1, "cac": 45.0}
PLAN = {"avg_order_value": 100.0, "margin": 0.8, "churn_rate": 0.05, "expansion_rate": 0.01, "cac": 900.0}
BASES = {"simple": SHOP, "contract": CONTRACT, "subscription": PLAN}


def stated(values: dict[str, float], **rows: int) -> GivenDrivers:
    return GivenDrivers(values, {**{name: i for i, name in enumerate(values, 1)}, **rows})


def model(method: str, **changes: float) -> Model:
    return model_of(stated({**BASES[method], **changes}), method)


def refused(drivers: GivenDrivers, method: str) -> CellError:
    with pytest.raises(CellError) as error:
        model_of(drivers, method)
    return error.value


IGNORED = [(method, driver) for method in METHODS for driver in ORDER if driver not in METHODS[method].names]


@pytest.mark.parametrize(("method", "driver"), IGNORED)
def test_a_driver_that_the_method_ignores_is_refused_with_its_row(method: str, driver: str) -> None:
    """Never a gain of 0: who raises the lifespan of a contract wants to know that it does not count."""
    error = refused(stated({driver: 0.5, **BASES[method]}), method)
    assert (error.code, error.key, error.params["row"]) == (VALUE, "driver_ignored", 1)
    assert all(word in texts.sentence(error) for word in (driver, f'"{method}"', *METHODS[method].names))
    with pytest.raises(CellError, match="driver_ignored"):
        check_driver(method, driver, "changing")


def test_each_method_ignores_what_is_not_its_own() -> None:
    """The lists above, by the conventions: retention and lifespan are never both free."""
    assert {m: [d for n, d in IGNORED if n == m] for m in METHODS} == {
        "simple": ["retention_rate", "churn_rate", "expansion_rate"],
        "contract": ["lifespan", "expansion_rate", "timing"],
        "subscription": ["lifespan", "timing"],
    }


def test_a_driver_without_a_value_is_left_out_even_where_it_would_not_count() -> None:
    """One list of all drivers, those not needed blank, serves every method."""
    drivers = stated(SHOP, retention_rate=9, expansion_rate=10)
    assert model_of(drivers, "simple").answers({}).single() == pytest.approx(135.0)


@pytest.mark.parametrize(
    ("method", "missing", "named"),
    [
        ("simple", "avg_order_value", "avg_order_value"),
        ("simple", "frequency", "frequency"),
        ("simple", "lifespan", "lifespan"),
        ("contract", "avg_order_value", "avg_order_value"),
        ("contract", "retention_rate", "retention_rate / churn_rate"),
        ("subscription", "churn_rate", "retention_rate / churn_rate"),
    ],
)
def test_a_driver_that_the_method_needs_is_asked_for(method: str, missing: str, named: str) -> None:
    error = refused(stated({k: v for k, v in BASES[method].items() if k != missing}), method)
    assert (error.code, error.key) == (VALUE, "driver_missing")
    assert named in texts.sentence(error)


@pytest.mark.parametrize("method", ["contract", "subscription"])
def test_retention_and_churn_together_contradict(method: str) -> None:
    error = refused(stated({"churn_rate": 0.2, "retention_rate": 0.8, "avg_order_value": 5.0}), method)
    assert (error.code, error.key, error.params["row"]) == (VALUE, "driver_contradicts", 2)


def test_a_cost_wants_a_margin_and_no_cost_does_not() -> None:
    bare = {k: v for k, v in SHOP.items() if k != "margin"}
    assert refused(stated(bare), "simple").key == "cac_needs_margin"
    assert model_of(stated({**bare, "cac": 0.0}), "simple").answers({}).single() == 450.0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("output", OUTPUTS)
def test_no_change_is_the_base(method: str, output: str) -> None:
    found = model(method).answers({}, output)
    assert found.single() == outcome(method, output, BASES[method])
    assert list(found.cells()) == [found.single()]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("output", OUTPUTS)
@given(data=st.data())
def test_many_scenarios_are_each_alone(method: str, output: str, data: st.DataObject) -> None:
    """Law: an array of changes gives, element by element, the value or the error of each change alone."""
    base = model(method)
    names = data.draw(st.lists(st.sampled_from(METHODS[method].names), min_size=1, max_size=2, unique=True))
    if {"retention_rate", "churn_rate"} <= set(names):
        names = names[:1]
    value = st.sampled_from([-2.0, 0.0, 1.0, 80.0]) | st.floats(-0.5, 1.5)
    rows = data.draw(st.lists(st.tuples(*[value] * len(names)), min_size=1, max_size=6))
    columns = {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    many = list(base.answers(columns, output).cells())
    for row, cell in zip(rows, many, strict=True):
        try:
            alone: Any = base.answers(dict(zip(names, row, strict=True)), output).single()
        except CellError as error:
            alone = error
        assert cell == alone if isinstance(alone, CellError) else cell == pytest.approx(alone, rel=1e-12)


def test_the_errors_of_a_grid_are_those_of_its_cells() -> None:
    """A driver outside its domain, a value without end: each where it belongs, and worded with its number."""
    changes = {
        "retention_rate": np.array([0.5, 1.0, 80.0])[None, :],
        "discount_rate": np.array([0.0, 0.1])[:, None],
    }
    found = model("contract").answers(changes, "clv")
    codes = [[None if (e := found.error((i, j))) is None else e.code for j in range(3)] for i in range(2)]
    assert codes == [[None, NUM, NUM], [None, None, NUM]]
    assert found.error((0, 1)).key == "value_without_end"  # type: ignore[union-attr]
    outside = found.error((1, 2))
    assert outside is not None
    assert "80" in texts.sentence(outside)
    assert "80%" in texts.sentence(outside)
    assert outside.params["argument"] == "retention_rate"
    assert np.isnan(found.values).tolist() == [[False, True, True], [False, False, True]]
    assert [isinstance(cell, CellError) for cell in found.cells()] == [False, True, True, False, False, True]


@pytest.mark.parametrize("driver", ORDER)
def test_a_change_outside_its_domain_is_worded_as_the_domain_words_it(driver: str) -> None:
    method = next(name for name, way in METHODS.items() if driver in way.names)
    domain = DOMAINS[driver]
    outside = next(
        (low_high for low_high in (domain.low - 1, domain.high + 1) if np.isfinite(low_high)), np.inf
    )
    with pytest.raises(CellError) as expected:
        domain.read(outside)
    found = model(method).answers({driver: np.array([outside])}).error(0)
    assert found == expected.value.with_params(argument=driver)


def test_what_is_not_paid_back_and_a_ratio_to_nothing_are_errors_of_their_own() -> None:
    base = model("simple")
    assert base.answers({"cac": 500.0}, "payback").error(()).code == NA  # type: ignore[union-attr]
    assert base.answers({"margin": -0.1}, "payback").error(()).code == NA  # type: ignore[union-attr]
    assert base.answers({"cac": 0.0}, "ratio").error(()).code == DIV  # type: ignore[union-attr]
    assert base.answers({"avg_order_value": 1e308, "frequency": 40.0}).error(()).key == "overflow"  # type: ignore[union-attr]
    with pytest.raises(CellError, match="not_paid_back"):
        base.answers({"cac": 500.0}, "payback").single()


def test_a_cost_that_a_scenario_adds_wants_a_margin_there() -> None:
    bare = model_of(stated({k: v for k, v in SHOP.items() if k not in {"margin", "cac"}}), "simple")
    assert [getattr(cell, "key", cell) for cell in bare.answers({"cac": np.array([0.0, 45.0])}).cells()] == [
        450.0,
        "cac_needs_margin",
    ]
    assert bare.answers({"cac": 45.0, "margin": 0.4}).single() == pytest.approx(135.0)


@pytest.mark.parametrize("method", ["contract", "subscription"])
@given(kept=st.floats(0.0, 0.98))
def test_retention_replaces_churn_and_the_other_way_round(method: str, kept: float) -> None:
    by_retention = model(method).answers({"retention_rate": kept}, "clv").single()
    by_churn = model(method).answers({"churn_rate": 1 - kept}, "clv").single()
    assert by_retention == pytest.approx(by_churn, rel=1e-12)


def test_a_tiny_churn_rate_has_a_value_by_either_way_of_asking() -> None:
    """1 - (1 - 1e-17) is 0, which once was a division by zero for one number and an error for an array."""
    for method in ("contract", "subscription"):
        base = model_of(stated({"avg_order_value": 1.0, "churn_rate": 1e-17}), method)
        assert base.answers({}).single() == pytest.approx(1e17)
        assert base.answers({"churn_rate": np.array([1e-17])}).values[0] == pytest.approx(1e17)


def test_values_in_force_are_stated_derived_or_by_default() -> None:
    found = model("subscription")
    assert found.value("retention_rate") == 0.95
    assert found.value("frequency") == 1.0
    assert set(found.full) == set(METHODS["subscription"].names)
    assert changed(PLAN, {"retention_rate": 0.9}).keys() == PLAN.keys() - {"churn_rate"} | {"retention_rate"}
