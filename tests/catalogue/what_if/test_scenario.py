"""CLV.SCENARIO: the layout of a scenario summary, each column the outputs of its own drivers."""

from importlib import import_module
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
from clv_xl.metrics.drivers import KEPT, METHODS, ORDER
from tests.catalogue.what_if.by_hand import BASES, OUTPUTS, SHOP, as_range, by_hand, call, rows, values

CHANGES = ("net_clv_change", "net_clv_change_share")


def scenario(drivers: dict[str, float], scenarios: Block, method: str | None = None) -> dict[str, list[Any]]:
    """Return the rows by their stable names; the first is the header."""
    found = call("CLV.SCENARIO", as_range(drivers), scenarios, method, 2.0)
    assert isinstance(found, Block), texts.sentence(found)
    lines = found.to_rows()
    assert len({line[0] for line in lines}) == len(lines), "a row can be found by its name"
    return {str(line[0]): line[1:] for line in lines}


def refused(
    scenarios: Block | Cell, drivers: dict[str, float] = SHOP, method: str | None = None
) -> CellError:
    found = call("CLV.SCENARIO", as_range(drivers), scenarios, method)
    assert isinstance(found, CellError)
    return found


def test_the_example_shop_by_hand() -> None:
    """50 x 3 x 4 x 50% = 300, 50 x 3 x 2 x 30% = 90, each less 45; payback 45 of 75 and of 45 a period."""
    found = scenario(SHOP, rows(["driver", "best", "worst"], ["lifespan", 4.0, 2.0], ["margin", 0.5, 0.3]))
    assert found.pop("measure") == ["scenario_base", "best", "worst"]
    assert list(found) == [name for name in ORDER if name in SHOP] + [
        "clv",
        "net_clv",
        "ratio",
        "payback",
        *CHANGES,
    ]
    assert found["lifespan"] == [3.0, 4.0, 2.0]
    assert found["cac"] == [45.0, 45.0, 45.0]
    assert found["clv"] == pytest.approx([180.0, 300.0, 90.0])
    assert found["net_clv"] == pytest.approx([135.0, 255.0, 45.0])
    assert found["ratio"] == pytest.approx([4.0, 300 / 45, 2.0])
    assert found["payback"] == pytest.approx([0.75, 0.6, 1.0])
    assert found["net_clv_change"] == [None, pytest.approx(120.0), pytest.approx(-90.0)]
    assert found["net_clv_change_share"] == [None, pytest.approx(120 / 135), pytest.approx(-90 / 135)]


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
def test_each_column_is_what_its_drivers_give_alone(method: str, data: st.DataObject) -> None:
    """Law: the base and each scenario equal CLV() and its siblings on the drivers in force there."""
    base = BASES[method]
    drawn = data.draw(st.permutations(list(base)))
    base = {name: base[name] for name in drawn}
    names = data.draw(st.lists(st.sampled_from(METHODS[method].names), min_size=1, max_size=4, unique=True))
    width = data.draw(st.integers(1, 4))
    table: list[list[Any]] = [
        [name, *[data.draw(st.none() | values(name)) for _ in range(width)]] for name in names
    ]
    cases: list[dict[str, float]] = []
    for j in range(1, width + 1):
        if all(row[j] is not None for row in table if row[0] in KEPT) and set(KEPT) <= set(names):
            next(row for row in table if row[0] in KEPT)[j] = None  # both of them would contradict
        cases.append({row[0]: row[j] for row in table if row[j] is not None})
    found = scenario(base, rows([None, *[f"s{j}" for j in range(width)]], *table), method)
    for j, case in enumerate([{}, *cases]):
        hidden = set(KEPT) if set(KEPT) & set(case) else set()
        drivers = {k: v for k, v in base.items() if k not in hidden} | case
        for output in OUTPUTS:
            alone, cell = by_hand(method, drivers, output), found[output][j]
            if isinstance(alone, CellError):
                assert isinstance(cell, CellError), (drivers, output)
                assert cell.code == alone.code
            else:
                assert cell == pytest.approx(alone, rel=1e-10, abs=1e-8)
        net, first = found["net_clv"][j], found["net_clv"][0]
        if j and not isinstance(net, CellError):
            assert found["net_clv_change"][j] == net - first
            assert found["net_clv_change_share"][j] == pytest.approx((net - first) / first)


@given(st.permutations(list(SHOP)), st.permutations([["lifespan", 4.0], ["margin", 0.5], ["cac", 60.0]]))
def test_the_order_of_the_drivers_changes_nothing(order: list[str], changes: list[list[Any]]) -> None:
    expected = scenario(SHOP, rows([None, "s"], ["cac", 60.0], ["lifespan", 4.0], ["margin", 0.5]))
    assert scenario({name: SHOP[name] for name in order}, rows([None, "s"], *changes)) == expected


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_drivers_may_be_named_in_any_language(language: str) -> None:
    local = rows(*[[texts.word(name, language), value] for name, value in SHOP.items()])
    cases = rows(["", "paras", "huonoin"], [texts.word("margin", language), 0.5, None])
    found = run(CATALOGUE["CLV.SCENARIO"], (local, cases), Context(language=language))
    english = call("CLV.SCENARIO", as_range(SHOP), rows(["", "paras", "huonoin"], ["margin", 0.5, None]))
    assert isinstance(found, Block)
    assert [row[1:] for row in found.rows()][1:] == [row[1:] for row in english.rows()][1:]
    base = texts.word("scenario_base", language)
    assert found.to_rows()[0] == [texts.word("measure", language), base, "paras", "huonoin"]
    assert len(set(found.columns[0])) == found.height


def test_the_share_kept_stands_under_the_name_of_the_base() -> None:
    """Whichever name a scenario uses, there is one row to compare."""
    cases = rows([None, "a", "b", "c"], ["churn_rate", 0.25, None, None], ["retention_rate", None, 0.9, None])
    found = scenario(BASES["contract"], cases, "contract")
    assert "churn_rate" not in found
    assert found["retention_rate"] == [0.8, 0.75, 0.9, 0.8]
    assert found["clv"][3] == found["clv"][0]


def test_drivers_that_only_a_scenario_states_show_what_is_in_force() -> None:
    found = scenario(SHOP, rows([None, "later"], ["discount_rate", 0.1], ["timing", 1.0]))
    assert (found["discount_rate"], found["timing"]) == ([0.0, 0.1], [0.0, 1.0])
    assert found["net_clv"] == pytest.approx([135.0, 119.13], abs=0.005)  # design catalogue, timing 1


def test_a_scenario_that_cannot_be_computed_shows_it_and_the_rest_stays() -> None:
    cases = rows([None, "wrong", "right"], ["discount_rate", 10.0, 0.1], ["retention_rate", None, 0.9])
    found = scenario(BASES["contract"], cases, "contract")
    for name in (*OUTPUTS, *CHANGES):
        assert isinstance(found[name][1], CellError)
        assert found[name][1].code == NUM
        assert isinstance(found[name][2], float)
    assert found["discount_rate"] == [0.1, 10.0, 0.1]
    assert "10%" in texts.sentence(found["net_clv"][1])


def test_a_base_that_cannot_be_computed_leaves_the_scenarios() -> None:
    endless = {"avg_order_value": 5.0, "retention_rate": 1.0}
    found = scenario(endless, rows([None, "ends"], ["retention_rate", 0.5]), "contract")
    assert found["net_clv"][0].code == NUM
    assert found["net_clv"][1] == 10.0
    assert found["net_clv_change"] == [None, found["net_clv"][0]]


def test_a_cost_in_one_scenario_wants_a_margin_there_and_only_there() -> None:
    bare = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0}
    cases = rows([None, "cost", "both", "none"], ["cac", 45.0, 45.0, None], ["margin", None, 0.4, None])
    found = scenario(bare, cases)
    assert found["net_clv"][1].key == "cac_needs_margin"
    assert [found["net_clv"][i] for i in (0, 2, 3)] == pytest.approx([450.0, 135.0, 450.0])


def test_ratio_and_payback_without_a_cost_are_blank_and_with_one_of_nothing_errors() -> None:
    bare = {name: value for name, value in SHOP.items() if name != "cac"}
    found = scenario(bare, rows([None, "bought", "free"], ["cac", 45.0, 0.0]))
    assert found["ratio"][:2] == [None, pytest.approx(4.0)]
    assert found["payback"] == [None, pytest.approx(0.75), 0.0]
    assert found["ratio"][2].code == DIV


def test_the_share_of_a_base_that_is_not_above_nothing_is_blank() -> None:
    found = scenario({**SHOP, "margin": 0.1}, rows([None, "better"], ["margin", 0.4]))
    assert found["net_clv_change"][1] == pytest.approx(135.0)
    assert found["net_clv_change_share"] == [None, None]


def test_names_of_scenarios_are_the_users_own() -> None:
    """Numbers and truth values are shown as texts, texts stay, blank columns are passed over."""
    cases = rows(
        ["what", 2026.0, None, " CAC ", 1.5, True], ["margin", 0.3, None, 0.4, None, 0.5], [None] * 6
    )
    found = call("CLV.SCENARIO", as_range(SHOP), cases)
    assert found.to_rows()[0] == ["Measure", "Base case", "2026", "CAC", "1.5", "TRUE"]


def test_rows_above_and_below_and_a_whole_column_are_passed_over() -> None:
    lines: list[list[Any]] = [[None, None], ["", "s"], [None, None], ["margin", 0.5], ["lifespan", ""]]
    expected = scenario(SHOP, rows([None, "s"], ["margin", 0.5]))
    assert scenario(SHOP, rows(*lines, *[[None, None]] * 5000)) == expected


def test_a_scenario_without_changes_is_the_base() -> None:
    found = scenario(SHOP, rows([None, "as is"]))
    for row in list(found.values())[1:-2]:
        assert row[0] == row[1]
    assert found["net_clv_change"] == [None, 0.0]


@pytest.mark.parametrize(
    ("lines", "method", "row", "words"),
    [
        ([[None, "a", "b"], ["margin", 0.3, None], ["margn", 0.3, None]], None, 3, "Did you mean margin?"),
        ([[None, "a"], ["margin", 0.3], ["Profit margin", 0.4]], None, 3, "twice"),
        ([[None, "a"], ["retention_rate", 0.8]], None, 2, '"simple" ignores'),
        ([[None, "a", "A "], ["margin", 0.3, 0.4]], None, None, "columns 2 and 3"),
        ([[None, "a", None], ["margin", 0.3, 0.4]], None, None, "column 3"),
        ([[None, 7.0, "7"], ["margin", 0.3, 0.4]], None, None, '"7" twice'),
        ([[None, "a", "b"], ["churn", 0.1, 0.1], ["retention", 0.8, None]], "contract", 3, '"a" sets both'),
        ([[None, "a"], ["margin", "40 %"]], None, 2, "scenario a: margin must be a number"),
        ([[None, "a"], ["margin", True]], None, 2, "TRUE"),
        ([[None, "a"], [None, 0.4]], None, 2, "blank"),
        ([["margin", 0.3, 0.4], ["lifespan", 3.0, 4.0]], None, None, "first row with the names"),
        ([["margin"], ["lifespan"]], None, None, "first row with the names"),
    ],
)
def test_a_range_that_cannot_be_read_is_told_with_its_place(
    lines: list[list[Any]], method: str | None, row: int | None, words: str
) -> None:
    error = refused(rows(*lines), BASES[method or "simple"], method)
    assert (error.code, error.params["argument"], error.params.get("row")) == (VALUE, "scenarios", row)
    assert words in texts.sentence(error)
    assert texts.sentence(error).startswith("CLV.SCENARIO: scenarios")


def test_a_driver_that_no_scenario_changes_may_be_one_that_the_method_ignores() -> None:
    """As in the drivers themselves: without a value it is left out."""
    cases = rows([None, "a"], ["retention_rate", None], ["margin", 0.5])
    assert "retention_rate" not in scenario(SHOP, cases)


@pytest.mark.parametrize(
    "empty", [None, rows([None, None]), rows(["driver", None]), rows(["driver", ""], [None, None])]
)
def test_no_scenario_at_all_is_said(empty: Block | None) -> None:
    error = refused(empty)
    assert error.code == (VALUE if empty is None else NA)


def test_an_error_in_a_cell_passes_through() -> None:
    for lines in (
        [[None, "a"], ["margin", CellError(DIV, "input_error")]],
        [[None, CellError(DIV, "input_error")]],
    ):
        assert refused(rows(*lines)).code == DIV


def test_in_python_scenarios_are_columns_by_name() -> None:
    cases = {"driver": ["margin", "lifespan"], "best": [0.5, None], "worst": [None, 2.0]}
    frame = import_module("clv_xl").scenario(SHOP, cases)
    assert list(frame.columns) == ["measure", "scenario_base", "best", "worst"]
    net = frame.set_index("measure").loc["net_clv"]
    assert net.tolist() == pytest.approx([135.0, 180.0, 75.0])
