"""CLV.BRIDGE as a cell asks for it. Expected: CLV itself and its siblings, and two-factor closed forms."""

from math import fsum
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import DIV, NA, NUM, VALUE, CellError
from clv_xl.texts import LANGUAGES, sentence

BRIDGE = CATALOGUE["CLV.BRIDGE"]
SHOP = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0, "margin": 0.4, "cac": 45.0}
NOW = {"avg_order_value": 50.0, "frequency": 2.8, "lifespan": 3.0, "margin": 0.45, "cac": 45.0}
CONTRACT = {"avg_order_value": 60.0, "retention_rate": 0.8, "discount_rate": 0.1}
Drivers = dict[str, float]
Rows = dict[str, list[float]]


def block(drivers: Drivers) -> Block:
    return Block.from_rows([[name, value] for name, value in drivers.items()])


def answer(before: Drivers, after: Drivers, *rest: Cell, headers: float = 2.0) -> Cell | Block:
    output, method = (*rest, None, None)[:2]
    return run(BRIDGE, (block(before), block(after), output, method, headers))


def rows(before: Drivers, after: Drivers, *rest: Cell) -> Rows:
    """Return from, to and effect by driver, and those of the total."""
    found = answer(before, after, *rest)
    assert isinstance(found, Block), sentence(found) if isinstance(found, CellError) else found
    head, *body = found.to_rows()
    assert head == ["driver", "from", "to", "effect"]
    return {str(row[0]): [cell for cell in row[1:] if isinstance(cell, float)] for row in body}


def refused(before: Drivers, after: Drivers, *rest: Cell) -> CellError:
    found = answer(before, after, *rest)
    assert isinstance(found, CellError)
    return found


def test_the_example_shop_with_a_better_margin_and_fewer_orders() -> None:
    """By hand: 150 (2.8 - 3) (0.4 + 0.45) / 2 and 150 (0.45 - 0.4) (3 + 2.8) / 2."""
    found = rows(SHOP, NOW)
    assert list(found) == [*SHOP, "total"]
    assert found["frequency"] == [3.0, 2.8, pytest.approx(-12.75, abs=1e-12)]
    assert found["margin"] == [0.4, 0.45, pytest.approx(21.75, abs=1e-12)]
    assert [found[name][2] for name in ("avg_order_value", "lifespan", "cac")] == [0, 0, 0]
    assert found["total"] == [135, 144, 9]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["net_clv", "clv", "ratio"]))
def test_effects_sum_to_the_change_of_clv_whatever_the_order_of_the_rows(seed: int, output: str) -> None:
    random = Random(seed)

    def drawn() -> Drivers:
        values = {
            "avg_order_value": random.uniform(10, 200),
            "frequency": random.uniform(0.5, 12),
            "lifespan": random.uniform(0.5, 10),
            "margin": random.uniform(-0.2, 0.9),
            "cac": random.uniform(1, 300),
            "discount_rate": random.uniform(0, 0.3),
            "timing": random.choice([0.0, 0.5, 1.0]),
        }
        names = random.sample(sorted(values), len(values))
        return {name: values[name] for name in names}

    before, after = drawn(), drawn()
    found = rows(before, after, output)
    back = rows(after, before, output)
    for drivers, place in ((before, 0), (after, 1)):
        order = ("avg_order_value", "frequency", "lifespan", "margin", "cac", "discount_rate", "timing")
        args = [drivers[name] for name in order]
        net = run(CATALOGUE["CLV"], args)
        assert isinstance(net, float)
        value = {"net_clv": net, "clv": net + args[4], "ratio": (net + args[4]) / args[4]}[output]
        assert found["total"][place] == pytest.approx(value, rel=1e-12, abs=1e-9)
    effects = [effect for name, (_, _, effect) in found.items() if name != "total"]
    assert fsum(effects) == pytest.approx(found["total"][2], rel=1e-14, abs=1e-11)
    assert found["total"][2] == found["total"][1] - found["total"][0]
    for name in before:
        assert back[name][2] == pytest.approx(-found[name][2], rel=1e-12, abs=1e-10)


def test_what_acquisition_cost_adds_is_its_own_change() -> None:
    """Net CLV is linear in it, so its effect is the fall of the cost whatever else changed."""
    found = rows(SHOP, {**NOW, "cac": 60.0, "avg_order_value": 70.0})
    assert found["cac"][2] == pytest.approx(-15.0, abs=1e-12)


def test_drivers_of_one_side_only_have_their_default_on_the_other() -> None:
    found = rows(SHOP, {**NOW, "discount_rate": 0.1})
    assert list(found) == [*SHOP, "discount_rate", "total"]
    assert found["discount_rate"][:2] == [0.0, 0.1]
    assert found["discount_rate"][2] < 0
    assert rows({**NOW, "discount_rate": 0.1}, SHOP)["discount_rate"][:2] == [0.1, 0.0]


def test_retention_on_one_side_and_churn_on_the_other_are_one_driver() -> None:
    churn = {"churn_rate": 0.15, "avg_order_value": 60.0, "discount_rate": 0.1}
    found = rows(CONTRACT, churn, "clv", "contract")
    assert list(found) == [*CONTRACT, "total"]
    # 60 x 1.1 / (1.1 - 0.8) = 220 and 60 x 1.1 / (1.1 - 0.85) = 264
    assert found["retention_rate"] == [0.8, 0.85, pytest.approx(44.0, abs=1e-9)]
    back = rows(churn, CONTRACT, "clv", "contract")
    assert back["churn_rate"] == [0.15, 0.2, pytest.approx(-44.0, abs=1e-9)]
    same = rows(CONTRACT, {**churn, "churn_rate": 0.2}, "clv", "contract")
    assert same["retention_rate"] == [0.8, 0.8, 0.0]


@pytest.mark.parametrize("churn", [1e-17, 1.23456789012345e-9, 0.1 / 3])
def test_a_share_kept_is_valued_as_each_side_states_it(churn: float) -> None:
    """1 - c of the other name would have lost digits of c, or all of them."""
    before, after = {"avg_order_value": 60.0, "retention_rate": 0.8}, {"avg_order_value": 60.0}
    found = rows(before, {**after, "churn_rate": churn}, "clv", "contract")
    assert found["total"][:2] == [pytest.approx(300), pytest.approx(60 / churn, rel=1e-15)]
    assert found["retention_rate"][2] == found["total"][2]
    back = rows({**after, "churn_rate": churn}, before, "clv", "contract")
    assert back["total"][2] == -found["total"][2]


def test_nothing_changed() -> None:
    found = rows(SHOP, SHOP)
    assert [effect for _, _, effect in found.values()] == [0.0] * 6
    assert found["total"] == [135, 135, 0]


def test_subscriptions_and_payback_are_bridged_too() -> None:
    plan = {"avg_order_value": 30.0, "churn_rate": 0.05, "margin": 0.7, "cac": 100.0}
    found = rows(plan, {**plan, "churn_rate": 0.04, "expansion_rate": 0.01}, "net_clv", "subscription")
    assert fsum(effect for name, (_, _, effect) in found.items() if name != "total") == pytest.approx(
        found["total"][2], rel=1e-14
    )
    days = rows(SHOP, {**SHOP, "cac": 60.0, "margin": 0.5}, "payback")
    assert days["total"][:2] == pytest.approx([0.75, 0.8], abs=1e-12)  # 45 / 60 and 60 / 75


def test_words_are_in_the_language_of_the_call() -> None:
    found = run(BRIDGE, (block(SHOP), block(NOW)), Context(language="fi"))
    assert isinstance(found, Block)
    assert found.to_rows()[0] == ["Ajuri", "Ennen", "Jälkeen", "Vaikutus"]
    assert found.to_rows()[-1][0] == "Yhteensä"


def test_a_mix_without_a_value_is_named() -> None:
    """Kept for good and discounted before, neither after: kept for good and not discounted has no end."""
    before = {"avg_order_value": 60.0, "retention_rate": 1.0, "discount_rate": 0.1}
    after = {"avg_order_value": 60.0, "retention_rate": 0.8, "discount_rate": 0.0}
    error = refused(before, after, "clv", "contract")
    assert error.code == NUM
    assert "the mix with discount_rate from drivers_to and the rest from drivers_from" in sentence(error)
    assert "the value has no end" in sentence(error)
    for language in LANGUAGES:
        assert "{" not in sentence(error, language)
    late = refused(SHOP, {**SHOP, "cac": 300.0, "margin": 0.9, "lifespan": 4.0}, "payback")
    assert late.code == NA
    assert "the mix with cac from drivers_to" in sentence(late)


def test_a_side_without_a_value_is_named() -> None:
    no_end = {"avg_order_value": 60.0, "retention_rate": 1.0}
    error = refused(CONTRACT, no_end, "clv", "contract")
    assert (error.code, error.params["argument"]) == (NUM, "drivers_to")
    assert refused(no_end, CONTRACT, "clv", "contract").params["argument"] == "drivers_from"
    assert refused(SHOP, {**SHOP, "cac": 0.0}, "ratio").code == DIV


def test_a_needed_driver_that_is_missing_is_missed_on_its_side() -> None:
    bare = {name: value for name, value in NOW.items() if name != "lifespan"}
    error = refused(SHOP, bare)
    assert error.code == VALUE
    assert sentence(error).startswith("CLV.BRIDGE: drivers_to lacks lifespan")
    assert sentence(refused(bare, SHOP)).startswith("CLV.BRIDGE: drivers_from lacks lifespan")


def test_revenue_and_profit_are_never_bridged() -> None:
    revenue = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0}
    for before, after, side in ((revenue, NOW, "drivers_from"), (NOW, revenue, "drivers_to")):
        error = refused(before, after)
        assert error.code == VALUE
        assert f"{side} gives no margin" in sentence(error)
    assert rows(revenue, {**revenue, "frequency": 4.0})["total"] == [450, 600, 150]


def test_a_cost_without_a_margin_is_told_of_its_side() -> None:
    bare = {name: value for name, value in NOW.items() if name != "margin"}
    for before, after, side in ((bare, NOW, "drivers_from"), (NOW, bare, "drivers_to")):
        assert sentence(refused(before, after)).endswith(f"Add margin to {side}, such as 40%.")


def test_a_driver_that_the_method_ignores_is_refused() -> None:
    error = refused(SHOP, {**SHOP, "retention_rate": 0.8})
    assert error.code == VALUE
    assert (error.params["argument"], error.params["row"]) == ("drivers_to", 6)
