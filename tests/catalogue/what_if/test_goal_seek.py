"""CLV.GOALSEEK as a worksheet function: what it reads, where it answers, and what it says when it cannot."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.catalogue.what_if.driver_ranges import DOMAINS
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.texts import LANGUAGES, sentence, word

GOALSEEK = CATALOGUE["CLV.GOALSEEK"]
SHOP: dict[str, Cell] = {
    "avg_order_value": 50.0,
    "frequency": 3.0,
    "lifespan": 3.0,
    "margin": 0.4,
    "cac": 45.0,
}
CONTRACT: dict[str, Cell] = {"avg_order_value": 60.0, "retention_rate": 0.8, "discount_rate": 0.1}


def block(drivers: dict[str, Cell]) -> Block:
    return Block.from_rows([list(pair) for pair in drivers.items()])


def seek(drivers: dict[str, Cell], *args: Cell | Block, language: str = "en") -> Any:
    return run(GOALSEEK, (block(drivers), *args), Context(language=language))


def said(drivers: dict[str, Cell], *args: Cell) -> tuple[str, str]:
    error = seek(drivers, *args)
    assert isinstance(error, CellError), error
    return error.code, sentence(error)


def test_the_check_value_of_the_catalogue() -> None:
    assert seek(SHOP, 160.0, "frequency") == pytest.approx(205 / 60, rel=1e-15)


@pytest.mark.parametrize("left", [{}, {"frequency": None}, {"frequency": 99.0}])
def test_the_driver_to_change_may_be_left_out_blank_or_any_number(left: dict[str, Cell]) -> None:
    others = {name: value for name, value in SHOP.items() if name != "frequency"}
    assert seek({**others, **left}, 160.0, "frequency") == seek(SHOP, 160.0, "frequency")


def test_retention_and_churn_are_one_driver() -> None:
    """r = 1.1 - 60 x 1.1 / 300 = 0.88 by hand, whichever of the two the drivers state."""
    for stated in ({"retention_rate": 0.5}, {"churn_rate": 0.5}, {}):
        base: dict[str, Cell] = {"avg_order_value": 60.0, "discount_rate": 0.1, **stated}
        tail = ("clv", None, None, "contract")
        assert seek(base, 300.0, "retention_rate", *tail) == pytest.approx(0.88, rel=1e-14)
        assert seek(base, 300.0, "churn_rate", *tail) == pytest.approx(0.12, rel=1e-14)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_driver_is_known_by_its_name_in_each_language(language: str) -> None:
    found = seek(SHOP, 160.0, word("frequency", language), language=language)
    assert found == pytest.approx(205 / 60, rel=1e-15)


def test_targets_lift_over_a_range() -> None:
    found = seek(SHOP, Block.from_rows([[135.0], [500.0], [160.0]]), "margin")
    assert isinstance(found, Block)
    first, second, third = (row[0] for row in found.rows())
    assert first == pytest.approx(0.4, rel=1e-15)
    assert isinstance(second, CellError)
    assert third == pytest.approx(205 / 450, rel=1e-15)


@given(st.sampled_from(["net_clv", "clv", "ratio", "payback"]), st.data())
def test_the_output_now_asks_for_the_driver_now(output: str, data: st.DataObject) -> None:
    """SCENARIO's outputs are those of the model; here CLV(), CLV.RATIO and CLV.PAYBACK answer."""
    numbers = {
        "avg_order_value": data.draw(st.floats(10, 200)),
        "frequency": data.draw(st.floats(0.5, 12)),
        "lifespan": data.draw(st.floats(0.5, 12)),
        "margin": data.draw(st.floats(0.1, 0.9)),
        "cac": data.draw(st.floats(1, 100)),
        "discount_rate": data.draw(st.floats(0.01, 0.5)),
    }
    aov, frequency, lifespan, margin, cac, rate = numbers.values()
    value = run(CATALOGUE["CLV"], (aov, frequency, lifespan, margin, None, rate))
    assert isinstance(value, float)
    paid = run(CATALOGUE["CLV.PAYBACK"], (cac, aov * frequency * margin, None, rate))
    now = {"net_clv": value - cac, "clv": value, "ratio": value / cac, "payback": paid}[output]
    assume(isinstance(now, float))
    assert isinstance(now, float)
    assume(output != "payback" or now < lifespan * 0.999)
    for driver, wanted in numbers.items():
        if (output, driver) in {("clv", "cac"), ("payback", "lifespan")}:
            continue
        found = seek({**numbers}, now, driver, output)
        assert found == pytest.approx(wanted, rel=1e-9), driver


def test_a_margin_above_all_revenue_is_out_of_reach() -> None:
    code, text = said(SHOP, 500.0, "margin")
    assert code == "#N/A"
    assert "nearest: net_clv 405 at margin 100%" in text


def test_bounds_of_the_user_are_kept_and_told() -> None:
    """60 a unit of frequency: 2 brings 120 - 45 = 75, 3 brings 135."""
    assert "nearest: net_clv 135 at frequency 3" in said(SHOP, 160.0, "frequency", "net_clv", 2.0, 3.0)[1]
    assert "nearest: net_clv 75 at frequency 2" in said(SHOP, 10.0, "frequency", "net_clv", 2.0, 3.0)[1]
    assert seek(SHOP, 75.0, "frequency", "net_clv", 2.0, 2.0) == 2.0


ERRORS: dict[str, tuple[dict[str, Cell], tuple[Cell, ...], str, str]] = {
    "approached without end": (
        {**SHOP, "discount_rate": 0.1},
        (600.0, "lifespan"),
        "#N/A",
        "however far it goes, net_clv only comes near 555",
    ),
    "no effect": (SHOP, (160.0, "timing"), "#N/A", "timing has no effect here: net_clv is 135"),
    "payback beyond the lifespan": (SHOP, (4.0, "cac", "payback"), "#N/A", "payback 3 at cac 180"),
    "payback of 0": (SHOP, (0.0, "frequency", "payback"), "#N/A", "only comes near 0"),
    "ignored driver": (SHOP, (160.0, "churn_rate"), "#VALUE!", 'the method "simple" ignores'),
    "unknown driver": (SHOP, (160.0, "marginn"), "#VALUE!", "Did you mean margin?"),
    "bounds exchanged": (
        SHOP,
        (160.0, "margin", None, 0.5, 0.2),
        "#NUM!",
        "lower (0.5) is above upper (0.2)",
    ),
    "percent typed plainly": (SHOP, (160.0, "margin", None, None, 80.0), "#NUM!", "upper must be"),
    "lower out of the domain": (SHOP, (160.0, "frequency", None, -1.0), "#NUM!", "lower must be"),
    "ratio to no cost": (
        {**SHOP, "cac": 0.0},
        (3.0, "margin", "ratio"),
        "#DIV/0!",
        "give drivers a cac above 0",
    ),
    "needed driver left out": ({"margin": 0.4, "lifespan": 3.0}, (9.0, "frequency"), "#VALUE!", "lacks avg_"),
    "cost without margin": (
        {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0},
        (9.0, "cac"),
        "#VALUE!",
        "margin",
    ),
    "value without end": (
        {"avg_order_value": 50.0, "churn_rate": 0.1, "expansion_rate": 1.0},
        (9.0, "avg_order_value", None, None, None, "subscription"),
        "#NUM!",
        "the value has no end",
    ),
    "never paid back": ({**SHOP, "margin": -0.1}, (1.0, "discount_rate", "payback"), "#N/A", "not paid back"),
    "blank target": (SHOP, (None, "frequency"), "#VALUE!", "target is blank"),
    "text as target": (SHOP, ("160", "frequency"), "#VALUE!", "target must be a number"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_cannot_be_answered_is_said(case: str) -> None:
    drivers, args, code, part = ERRORS[case]
    found, text = said(drivers, *args)
    assert found == code, text
    assert part in text
    assert "CLV.GOALSEEK" in text


@given(st.data())
def test_an_answer_lies_in_the_domain_of_its_driver(data: st.DataObject) -> None:
    method, base = data.draw(st.sampled_from([("simple", SHOP), ("contract", CONTRACT)]))
    driver = data.draw(st.sampled_from([*base, "margin", "cac"]))
    output = data.draw(st.sampled_from(["net_clv", "clv", "ratio", "payback"]))
    target = data.draw(st.floats(-1000, 1000))
    found = seek({"margin": 0.4, "cac": 45.0, **base}, target, driver, output, None, None, method)
    if isinstance(found, CellError):
        assert found.code == "#N/A"
        assert found.key != "internal"
    else:
        low, high = DOMAINS[driver].closed
        assert low <= found <= high
