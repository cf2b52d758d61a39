"""CLV.LEVER as a worksheet function: rows, laws against other functions, ranks, and every error."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.catalogue.what_if.driver_names import known
from clv_xl.catalogue.what_if.lever_ranges import known_levers
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.metrics.levers import LEVERS
from clv_xl.orders.headers import fold
from clv_xl.texts import LANGUAGES, sentence, word

LEVER = CATALOGUE["CLV.LEVER"]
SHOP: dict[str, Cell] = {
    "avg_order_value": 50.0,
    "frequency": 3.0,
    "lifespan": 3.0,
    "margin": 0.4,
    "cac": 45.0,
}
CONTRACT: dict[str, Cell] = {
    "avg_order_value": 60.0,
    "retention_rate": 0.8,
    "discount_rate": 0.1,
    "margin": 0.5,
    "cac": 70.0,
}
Row = dict[str, Any]


def column(*cells: Cell) -> Block:
    return Block.from_rows([[cell] for cell in cells])


def call(drivers: dict[str, Cell], *args: Cell | Block, language: str = "en") -> Any:
    pairs = Block.from_rows([list(pair) for pair in drivers.items()])
    filled = [*args, *[None] * (6 - len(args))]
    return run(LEVER, (pairs, *filled, 2.0), Context(language=language))


def levers(drivers: dict[str, Cell], *args: Cell | Block) -> list[Row]:
    found = call(drivers, *args)
    assert isinstance(found, Block), sentence(found)
    head, *rows = found.rows()
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def one(drivers: dict[str, Cell], *args: Cell | Block) -> Row:
    (row,) = levers(drivers, *args)
    return row


def clv(aov: float, frequency: float, lifespan: float, margin: float, cac: float) -> float:
    value = run(CATALOGUE["CLV"], (aov, frequency, lifespan, margin, cac))
    assert isinstance(value, float)
    return value


def test_a_loyalty_programme_by_hand() -> None:
    """10% more orders: 50 x 3.3 x 3 x 0.4 - 45 = 153, 18 more; x 800 = 14,400 for 9,000; even at 6.25%."""
    row = one(SHOP, "loyalty", 0.1, 9000.0, 800.0)
    assert (row["lever"], row["driver"], row["customers"], row["cost"]) == ("loyalty", "frequency", 800, 9000)
    numbers = [v for k, v in row.items() if k not in {"lever", "driver", "customers", "cost"}]
    assert numbers == pytest.approx([3, 3.3, 135, 153, 18, 14400, 5400, 0.6, 0.0625], rel=1e-13)


def test_gains_are_differences_of_two_values_of_clv() -> None:
    """Each lever by the arguments of CLV() that it changes; the referral and the price as documented."""
    after = {
        "loyalty": clv(50, 3.3, 3, 0.4, 45),
        "upsell": clv(55, 3, 3, 0.4, 45),
        "cross_sell": clv(50, 3.3, 3, 0.4, 45),
        "service": clv(50, 3, 3.3, 0.4, 45),
        "onboarding": clv(50, 3, 3.3, 0.4, 45),
        "referral": clv(50, 3, 3, 0.4, 45 / 1.1),
        "price": clv(55, 3, 3, 1 - 0.6 / 1.1, 45),
    }
    rows = levers(SHOP, column(*after), 0.1, 1000.0, 10.0)
    assert [row["lever"] for row in rows] == list(after)
    now = clv(50, 3, 3, 0.4, 45)
    for row in rows:
        assert row["net_clv_to"] == pytest.approx(after[row["lever"]], rel=1e-14)
        assert row["gain_per_customer"] == pytest.approx(after[row["lever"]] - now, rel=1e-12)


@pytest.mark.parametrize("method", ["contract", "subscription"])
def test_under_a_contract_levers_move_retention_and_the_bill(method: str) -> None:
    rows = levers(CONTRACT, column(*LEVERS), 0.05, 100.0, 10.0, None, method)
    assert {row["lever"]: row["driver"] for row in rows} == {
        "loyalty": "retention_rate",
        "upsell": "avg_order_value",
        "cross_sell": "avg_order_value",
        "service": "retention_rate",
        "onboarding": "retention_rate",
        "referral": "cac",
        "price": "avg_order_value",
    }
    contract = run(CATALOGUE["CLV.CONTRACT"], (30.0, 0.84, 0.1, "upfront", 70.0))
    assert rows[0]["net_clv_to"] == pytest.approx(contract, rel=1e-13)


@settings(max_examples=40)
@given(
    st.sampled_from([*LEVERS, *SHOP]),
    st.floats(-0.4, 0.6),
    st.floats(1.0, 20_000.0),
    st.floats(10.0, 5000.0),
    st.sampled_from(["relative", "points"]),
)
def test_the_break_even_uplift_has_no_net_gain(
    lever: str, uplift: float, cost: float, customers: float, kind: str
) -> None:
    first = one(SHOP, lever, uplift, cost, customers, kind)
    even = first["break_even_uplift"]
    if isinstance(even, CellError):
        assert even.key in {"lever_not_even", "lever_never_even"}
        return
    if kind == "relative" and even > 1:  # more than doubled: told in points
        even, kind = even if lever == "referral" else even * first["from"], "points"
    row = one(SHOP, lever, even, cost, customers, kind)
    assert row["net_gain"] == pytest.approx(0.0, abs=1e-9 * max(1.0, customers))
    assert row["total_gain"] == pytest.approx(cost, rel=1e-9, abs=1e-11 * 135 * customers)


@given(st.floats(-0.3, 0.3), st.sampled_from(list(SHOP)))
def test_ten_percent_of_a_driver_is_a_tenth_of_it_in_points(uplift: float, driver: str) -> None:
    value = SHOP[driver]
    assert isinstance(value, float)
    share = one(SHOP, driver, uplift, 100.0, 10.0, "relative")
    points = one(SHOP, driver, uplift * value, 100.0, 10.0, "points")
    assert share["net_clv_to"] == pytest.approx(points["net_clv_to"], rel=1e-13)
    assert share["break_even_uplift"] * value == pytest.approx(points["break_even_uplift"], rel=1e-12)


def test_two_points_of_retention_are_added() -> None:
    row = one(CONTRACT, "retention_rate", 0.02, 1000.0, 100.0, "points", "contract")
    assert (row["from"], row["to"]) == (0.8, pytest.approx(0.82, rel=1e-15))


def test_keeping_beside_acquiring() -> None:
    """Requirement: acquiring costs more than keeping. 5% of either, 30 x 1.1 / 0.26 against 66.50."""
    keep, acquire = levers(
        CONTRACT, column("retention_rate", "cac"), column(0.05, -0.05), 500.0, 100.0, None, "contract"
    )
    assert keep["gain_per_customer"] == pytest.approx(33 / 0.26 - 110, rel=1e-12)
    assert acquire["gain_per_customer"] == pytest.approx(3.5, rel=1e-12)
    assert (keep["rank"], acquire["rank"]) == (1.0, 2.0)


def test_ranks_follow_gain_per_unit_of_cost_and_rows_the_list() -> None:
    """Gains of 18 a customer and 10% each: of cost 30, 10, 0, 30 and of -5% at 10."""
    rows = levers(
        SHOP,
        column("loyalty", "service", "upsell", "cross_sell", "loyalty"),
        column(0.1, 0.1, 0.1, 0.1, -0.05),
        column(30.0, 10.0, 0.0, 30.0, 10.0),
        10.0,
    )
    assert [row["lever"] for row in rows] == ["loyalty", "service", "upsell", "cross_sell", "loyalty"]
    assert [row["rank"] for row in rows] == [3.0, 2.0, 1.0, 3.0, 5.0]
    assert rows[4]["total_gain"] == pytest.approx(-90.0, rel=1e-12)


def test_two_ways_to_one_gain_share_a_rank_for_all_rounding() -> None:
    """10% more orders and 10% more years both bring 18, in floats 18 and 18.00000000000003."""
    rows = levers(SHOP, column("loyalty", "service"), 0.1, 30.0, 10.0)
    assert rows[0]["gain_per_customer"] != rows[1]["gain_per_customer"]
    assert [row["rank"] for row in rows] == [1.0, 1.0]


def test_a_single_lever_has_no_rank_so_that_rows_stack() -> None:
    assert "rank" not in one(SHOP, "loyalty", 0.1, 30.0, 10.0)


def test_a_header_and_blank_rows_are_passed_over() -> None:
    bare = levers(SHOP, column("loyalty", "service"), column(0.1, 0.2), 30.0, 10.0)
    headed = levers(
        SHOP,
        column("Programme", None, "loyalty", "service", None),
        column("Uplift", None, 0.1, 0.2, None),
        30.0,
        10.0,
    )
    named = levers(SHOP, column("Vaikutuskeino", "loyalty", "service"), column(None, 0.1, 0.2), 30.0, 10.0)
    assert headed == bare == named


def test_the_word_lever_heads_a_list_whatever_stands_beside_it() -> None:
    bare = levers(SHOP, column("loyalty", "service"), column(0.1, 0.2), 30.0, 10.0)
    assert levers(SHOP, column("Lever", "loyalty", "service"), column(2025.0, 0.1, 0.2), 30.0, 10.0) == bare


def test_one_lever_at_several_uplifts() -> None:
    rows = levers(SHOP, "loyalty", column("Uplift", 0.1, 0.2), 100.0, 10.0)
    assert [row["to"] for row in rows] == pytest.approx([3.3, 3.6], rel=1e-14)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lever_is_known_by_its_names_in_each_language(language: str) -> None:
    for lever in LEVERS:
        names = [word(f"lever.{lever}", language), *word(f"lever.also.{lever}", language).split("|")]
        found = call(SHOP, column(*names), 0.1, 100.0, 10.0, language=language)
        assert isinstance(found, Block)
        assert [row[0] for row in found.rows()][1:] == [lever] * len(names)


def test_no_name_means_a_lever_and_a_driver_or_two_levers() -> None:
    assert set(known_levers()) & set(known()) == set()
    spelled = [
        (part, lever)
        for lever in LEVERS
        for language in LANGUAGES
        for part in {word(f"lever.{lever}", language), *word(f"lever.also.{lever}", language).split("|")}
    ]
    assert all(known_levers()[fold(part)] == lever for part, lever in spelled)


CELLS: dict[str, tuple[dict[str, Cell], tuple[Cell, ...], str, str, str]] = {
    "no cost": (SHOP, ("loyalty", 0.1, 0.0, 10.0), "roi", "#DIV/0!", "the cost is 0"),
    "beyond the domain": (
        CONTRACT,
        ("retention_rate", 0.3, 5.0, 10.0, None, "contract"),
        "gain_per_customer",
        "#NUM!",
        "brings retention_rate from 80% to 104%; it must be a number from 0 to 1",
    ),
    "value without end": (
        {**CONTRACT, "discount_rate": 0.0},
        ("retention_rate", 0.2, 5.0, 10.0, "points", "contract"),
        "net_clv_to",
        "#NUM!",
        "the value has no end",
    ),
    "more than a number holds": (
        {"avg_order_value": 1e308, "frequency": 1.0, "lifespan": 1.0},
        ("upsell", 0.9, 5.0, 10.0),
        "gain_per_customer",
        "#NUM!",
        "too large to be a number",
    ),
    "share of nothing": (SHOP, ("discount_rate", 0.1, 5.0, 10.0), "to", "#VALUE!", "any share of 0 is 0"),
    "referrals of customers won for nothing": (
        {**SHOP, "cac": 0.0},
        ("referral", 0.1, 5.0, 10.0),
        "net_gain",
        "#VALUE!",
        "referrals save acquisition cost",
    ),
    "a price of 0": (SHOP, ("price", -1.0, 5.0, 10.0), "to", "#NUM!", "leaves no avg_order_value above 0"),
    "referrals below -1": (SHOP, ("referral", -1.0, 5.0, 10.0), "to", "#NUM!", "must be above -1"),
    "never even": (
        SHOP,
        ("margin", 0.1, 1e5, 100.0),
        "break_even_uplift",
        "#N/A",
        "the total gain comes to 27000 at margin 100%",
    ),
    "approached without end": (
        SHOP,
        ("referral", 0.1, 1e5, 100.0),
        "break_even_uplift",
        "#N/A",
        "the total gain only comes near 4500",
    ),
    "no effect": (SHOP, ("timing", 0.1, 5.0, 10.0, "points"), "break_even_uplift", "#N/A", "has no effect"),
    "no customers": (SHOP, ("loyalty", 0.1, 5.0, 0.0), "break_even_uplift", "#N/A", "number of customers"),
}


@pytest.mark.parametrize("case", CELLS)
def test_a_cell_that_has_no_value_says_why(case: str) -> None:
    drivers, args, key, code, part = CELLS[case]
    error = one(drivers, *args)[key]
    assert isinstance(error, CellError), error
    assert error.code == code
    assert part in sentence(error)


def test_points_are_as_many_as_they_are() -> None:
    """10 orders more are a plan, 10 times as many again are a slip for 10%."""
    row = one(SHOP, "loyalty", 10.0, 5.0, 10.0, "points")
    assert (row["to"], row["net_clv_to"]) == (13.0, pytest.approx(clv(50, 13, 3, 0.4, 45)))
    assert one(SHOP, "loyalty", 1.0, 5.0, 10.0)["to"] == 6.0


def test_one_lever_that_fails_leaves_the_others() -> None:
    failed, fine = levers(
        CONTRACT, column("service", "upsell"), column(0.5, 0.1), 10.0, 10.0, None, "contract"
    )
    assert failed["rank"] is None
    even = (1.1 - 33 / 111) / 0.8 - 1  # 1 more on 30 x 1.1 / (1.1 - r) = 110
    assert failed["break_even_uplift"] == pytest.approx(even, rel=1e-12)
    assert (fine["rank"], fine["gain_per_customer"]) == (1.0, pytest.approx(11.0, rel=1e-12))
    assert "(row 1)" in sentence(failed["to"])


WHOLE: dict[str, tuple[dict[str, Cell], tuple[Cell | Block, ...], str, str]] = {
    "10 for 10%": (SHOP, ("loyalty", 10.0, 5.0, 10.0), "#NUM!", "from -1 to 1; it is 10. Type 10% or 0.1."),
    "less than nothing in a list": (
        SHOP,
        (column("loyalty", "price"), column(0.1, -1.5), 5.0, 10.0),
        "#NUM!",
        "uplift (row 2) must be a number from -1 to 1",
    ),
    "ignored driver": (
        CONTRACT,
        (column("upsell", "lifespan"), 0.1, 5.0, 10.0, None, "contract"),
        "#VALUE!",
        'lever_driver (row 2) moves lifespan, which the method "contract" ignores; use the method "simple"',
    ),
    "unknown lever": (
        SHOP,
        (column("loyalty", "servce"), 0.1, 5.0, 10.0),
        "#VALUE!",
        'it is "servce". Did you mean service?',
    ),
    "typing slip in the first row": (
        SHOP,
        (column("loyaltie", "service"), column(0.1, 0.1), 5.0, 10.0),
        "#VALUE!",
        "lever_driver (row 1)",
    ),
    "text as uplift": (
        SHOP,
        (column("loyalty", "price"), column("10", 0.1), 5.0, 10.0),
        "#VALUE!",
        "uplift (row 1)",
    ),
    "words beside a lever are no header": (
        SHOP,
        (column("loyalty", "price"), column("plenty", 0.1), 5.0, 10.0),
        "#VALUE!",
        "uplift (row 1)",
    ),
    "blank uplift": (
        SHOP,
        (column("loyalty", "price"), column(0.1, None), 5.0, 10.0),
        "#VALUE!",
        "uplift (row 2) is blank",
    ),
    "blank lever": (
        SHOP,
        (column("loyalty", None), column(0.1, 0.1), 5.0, 10.0),
        "#VALUE!",
        "(row 2) is blank",
    ),
    "heights differ": (
        SHOP,
        (column("loyalty", "price"), column(0.1, 0.1, 0.1), 5.0, 10.0),
        "#N/A",
        "uplift has 3 rows",
    ),
    "two columns": (
        SHOP,
        (Block.from_rows([["a", "b"], ["c", "d"]]), 0.1, 5.0, 10.0),
        "#VALUE!",
        "one column",
    ),
    "negative cost": (SHOP, ("loyalty", 0.1, column(5.0, -5.0), 10.0), "#NUM!", "cost (row 2)"),
    "negative customers": (SHOP, ("loyalty", 0.1, 5.0, -1.0), "#NUM!", "customers must be"),
    "headers alone": (SHOP, (column("Lever", None), 0.1, 5.0, 10.0), "#N/A", "holds no rows"),
    "unknown kind": (SHOP, ("loyalty", 0.1, 5.0, 10.0, "percent"), "#VALUE!", '"relative", "points"'),
    "drivers without a value now": (
        {**CONTRACT, "retention_rate": 1.0, "discount_rate": 0.0},
        ("upsell", 0.1, 5.0, 10.0, None, "contract"),
        "#NUM!",
        "the value has no end",
    ),
    "no order value": ({"margin": 0.4}, ("loyalty", 0.1, 5.0, 10.0), "#VALUE!", "lacks avg_order_value"),
    "an error among the costs": (
        SHOP,
        ("loyalty", 0.1, column(5.0, CellError("#REF!", "input_error")), 10.0),
        "#REF!",
        "cost (row 2)",
    ),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_wrong_argument_is_an_error_with_its_row(case: str) -> None:
    drivers, args, code, part = WHOLE[case]
    error = call(drivers, *args)
    assert isinstance(error, CellError), error
    assert error.code == code, sentence(error)
    assert part in sentence(error)
    assert sentence(error).startswith("CLV.LEVER")


def test_too_many_levers_are_refused() -> None:
    error = call(SHOP, "loyalty", Block.from_columns([0.1] * 10_001), 5.0, 10.0)
    assert isinstance(error, CellError)
    assert error.key == "too_many_calls"
