"""CLV.TORNADO: every driver moved alone, as hand-made scenarios give it, the widest swing first."""

from importlib import import_module
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import DIV, NA, NUM, VALUE, CellError
from clv_xl.metrics.drivers import ORDER
from tests.catalogue.what_if.by_hand import BASES, METHODS, OUTPUTS, SHOP, as_range, by_hand, call, rows

KEYS = ["driver", "value", "value_low", "value_high", "output_low", "output_high"]
KEYS += ["effect_low", "effect_high", "swing"]


def tornado(drivers: dict[str, float], *args: Any) -> dict[str, dict[str, Any]]:
    """Return the rows by driver, in the order shown, each by the stable name of its column."""
    padded = (*args, *[None] * (3 - len(args)))
    found = call("CLV.TORNADO", as_range(drivers), *padded, 2.0)
    assert isinstance(found, Block), texts.sentence(found)
    header, *lines = found.to_rows()
    assert header == KEYS
    return {str(line[0]): dict(zip(KEYS, line, strict=True)) for line in lines}


def test_the_example_shop_by_hand() -> None:
    """180 from a product of four, each +-10%: 162 and 198; 45 of cost: 40.5 and 49.5; all less 45 net."""
    found = tornado(SHOP)
    assert list(found) == ["avg_order_value", "frequency", "lifespan", "margin", "cac", "scenario_base"]
    for driver in list(found)[:4]:
        row = [found[driver][key] for key in KEYS[4:]]
        assert row == pytest.approx([117.0, 153.0, -18.0, 18.0, 36.0])
    assert [found["cac"][key] for key in KEYS[1:]] == pytest.approx(
        [45, 40.5, 49.5, 139.5, 130.5, 4.5, -4.5, 9]
    )
    assert [found["scenario_base"][key] for key in KEYS[1:]] == [None, None, None, 135, 135, None, None, None]


def cells(method: str) -> st.SearchStrategy[dict[str, float]]:
    """Return drivers near the examples, in any order."""
    moved = {k: st.floats(0.7 * v, 1.1 * v) for k, v in BASES[method].items()}
    return st.permutations(list(moved)).flatmap(
        lambda names: st.fixed_dictionaries({n: moved[n] for n in names})
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("output", OUTPUTS)
@given(data=st.data())
def test_it_equals_hand_made_scenarios(method: str, output: str, data: st.DataObject) -> None:
    """Law: CLV.SCENARIO with the low and high values, and CLV() and its siblings, give the same outputs."""
    base = data.draw(cells(method))
    change = data.draw(st.floats(0.01, 0.9))
    at_base = by_hand(method, base, output)
    if isinstance(at_base, CellError):  # the cost is not paid back, so nothing swings around it
        error = call("CLV.TORNADO", as_range(base), change, output, method)
        assert (output, error.code, at_base.code) == ("payback", NA, NA)
        return
    found = tornado(base, change, output, method)
    assert set(found) == {*base, "scenario_base"}
    names = [f"{driver} {side}" for driver in base for side in ("low", "high")]
    lines: list[list[Any]] = [[driver, *[None] * len(names)] for driver in base]
    for i, driver in enumerate(base):
        lines[i][1 + 2 * i : 3 + 2 * i] = [base[driver] * (1 - change), base[driver] * (1 + change)]
    scenarios = call("CLV.SCENARIO", as_range(base), rows([None, *names], *lines), method, 2.0)
    assert isinstance(scenarios, Block)
    outputs = next(row for row in scenarios.to_rows() if row[0] == output)[1:]
    assert outputs[0] == pytest.approx(found["scenario_base"]["output_low"], rel=1e-12)
    for i, driver in enumerate(base):
        for j, side in enumerate(("low", "high")):
            moved = base[driver] * (1 + change * (1 if j else -1))
            cell, there = found[driver][f"output_{side}"], outputs[1 + 2 * i + j]
            alone = by_hand(method, {**base, driver: moved}, output)
            assert found[driver][f"value_{side}"] == pytest.approx(moved)
            if isinstance(cell, CellError):
                assert isinstance(there, CellError)
                assert isinstance(alone, CellError)
                assert cell.code == there.code == alone.code
            else:
                assert cell == pytest.approx(there, rel=1e-9, abs=1e-9)
                assert cell == pytest.approx(alone, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
def test_effects_and_swing_are_differences_and_rows_fall_by_swing(method: str, data: st.DataObject) -> None:
    found = tornado(data.draw(cells(method)), data.draw(st.floats(0.01, 0.9)), "net_clv", method)
    base = found.pop("scenario_base")["output_low"]
    swings = []
    for row in found.values():
        wrong = [row[key] for key in ("output_low", "output_high") if isinstance(row[key], CellError)]
        if wrong:
            assert row["swing"] == wrong[0]
            swings.append(-1.0)
            continue
        assert row["effect_low"] == row["output_low"] - base
        assert row["effect_high"] == row["output_high"] - base
        assert row["swing"] == abs(row["output_high"] - row["output_low"])
        swings.append(row["swing"])
    scale = max(map(abs, (*swings, base)))
    assert all(one >= other - 1e-11 * scale for one, other in pairwise(swings))


@given(st.permutations(list(SHOP)), st.floats(0.01, 0.5))
def test_the_order_of_the_drivers_changes_nothing(order: list[str], change: float) -> None:
    """Swings that are equal but for rounding stand in the order of a what-if table, on every machine."""
    found = tornado({name: SHOP[name] for name in order}, change)
    assert found == tornado(SHOP, change)
    assert list(found)[:4] == [name for name in ORDER if name in SHOP][:4]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_drivers_may_be_named_in_any_language(language: str) -> None:
    local = rows(*[[texts.word(name, language), value] for name, value in SHOP.items()])
    found = run(CATALOGUE["CLV.TORNADO"], (local,), Context(language=language))
    english = call("CLV.TORNADO", as_range(SHOP), None, None, None, 0.0)
    assert isinstance(found, Block)
    assert [row[1:] for row in found.rows()][1:] == [row[1:] for row in english.rows()]
    drivers = ("avg_order_value", "frequency", "lifespan", "margin", "cac", "scenario_base")
    assert list(found.columns[0]) == [texts.word(name, language) for name in ("driver", *drivers)]


def test_timing_is_a_convention_and_is_not_moved() -> None:
    assert "timing" not in tornado({**SHOP, "discount_rate": 0.1, "timing": 0.5})


def test_a_driver_at_nothing_does_not_swing() -> None:
    row = tornado({**SHOP, "discount_rate": 0.0})["discount_rate"]
    assert [row[key] for key in KEYS[1:]] == [0, 0, 0, 135, 135, 0, 0, 0]


def test_the_low_value_of_a_loss_is_the_greater_loss() -> None:
    row = tornado({**SHOP, "margin": -0.2})["margin"]
    assert (row["value_low"], row["value_high"]) == pytest.approx((-0.22, -0.18))
    assert row["output_low"] < row["output_high"]


def test_a_side_outside_the_domain_is_an_error_there_and_comes_last() -> None:
    base = {"avg_order_value": 60.0, "retention_rate": 0.95, "discount_rate": 0.1, "margin": 0.4}
    found = tornado(base, 0.1, "clv", "contract")
    row = found["retention_rate"]
    assert row["output_low"] == by_hand("contract", {**base, "retention_rate": 0.95 * 0.9}, "clv")
    assert row["effect_low"] < 0
    for key in ("output_high", "effect_high", "swing"):
        assert isinstance(row[key], CellError)
        assert (row[key].code, row[key].params["argument"]) == (NUM, "retention_rate")
        assert texts.sentence(row[key]).endswith("it is 1.045. Choose a smaller change.")
    assert list(found)[-2:] == ["retention_rate", "scenario_base"]
    assert all(
        isinstance(found[name]["swing"], float) for name in ("avg_order_value", "margin", "discount_rate")
    )


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        ((0.0,), NUM, "above 0"),
        ((10.0,), NUM, "10%"),
        ((1.5,), NUM, "1"),
        (("10%",), VALUE, "10%"),
        ((None, "profit"), VALUE, "net_clv"),
        ((None, None, "contract"), VALUE, '"contract" ignores'),
        ((rows([0.1, 0.2]),), VALUE, "one cell"),
    ],
)
def test_a_wrong_argument_is_said_in_a_sentence(
    args: tuple[Cell | Block, ...], code: str, words: str
) -> None:
    error = call("CLV.TORNADO", as_range(SHOP), *args)
    assert isinstance(error, CellError)
    assert error.code == code
    assert words in texts.sentence(error)


@pytest.mark.parametrize(
    ("changes", "output", "code"), [({"cac": 0.0}, "ratio", DIV), ({"cac": 5000.0}, "payback", NA)]
)
def test_a_base_without_the_output_has_no_tornado(changes: dict[str, float], output: str, code: str) -> None:
    error = call("CLV.TORNADO", as_range({**SHOP, **changes}), None, output)
    assert isinstance(error, CellError)
    assert error.code == code


def test_in_python_drivers_are_a_mapping_and_the_change_defaults_to_a_tenth() -> None:
    frame = import_module("clv_xl").tornado(SHOP)
    assert frame["swing"].tolist()[:5] == pytest.approx([36, 36, 36, 36, 9])
    assert list(frame.columns) == KEYS
