"""Sheet Sensitivity: data tables, tornado and goal seek against the catalogue and the functions."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import clv_xl
from clv_xl.metrics.conventions import contract
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import answer, at, verdict, verdicts
from tests.workbook.template.shop import SHOP, errors, row_of, shop, value

DRIVERS = {"avg_order_value": "aov", "frequency": "frequency", "lifespan": "lifespan", "margin": "margin",
           "cac": "cac", "discount_rate": "discount_rate"}  # fmt: skip


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return shop(tmp_path_factory.mktemp("native"))


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return shop(tmp_path_factory.mktemp("addin"), build="addin")


def table(built: Built, index: int) -> tuple[list[float], list[float], list[list[float]]]:
    """Return the levels across and down, and the values, of a data table of the sheet."""
    found = built.kit.data_tables[index]
    sheet = built.sheet("sensitivity")
    values = [[cell.value for cell in row] for row in sheet[found.block]]
    first = sheet[found.block][0][0]
    across = [sheet.cell(first.row - 2, first.column + i).value for i in range(len(values[0]))]
    down = [sheet.cell(first.row + i, first.column - 2).value for i in range(len(values))]
    return across, down, values


def ranking(built: Built) -> list[dict[str, Any]]:
    """Return the lines of the tornado, the widest first."""
    head = row_of(built, "sensitivity", "ranked")
    columns = {"driver": "A", "low": "E", "high": "F", "swing": "G"}
    return [
        {key: built.value("sensitivity", f"{column}{row}") for key, column in columns.items()}
        for row in range(head + 1, head + 1 + len(DRIVERS))
    ]


def test_80_percent_retention_and_10_percent_discount_of_100_is_worth_366_67(tmp_path: Path) -> None:
    """Catalogue, CLV.CONTRACT: (100, 80%, 10%, upfront) is 366.67."""
    across, down, values = table(shop(tmp_path, aov=100, frequency=1, margin=1), 0)
    assert (down[2], across[2]) == pytest.approx((0.8, 0.1))
    assert round(values[2][2], 2) == 366.67


def test_each_cell_of_retention_and_discount_is_a_contract(native: Built) -> None:
    across, down, values = table(native, 0)
    assert across == pytest.approx([0.06, 0.08, 0.1, 0.12, 0.14])
    assert down == pytest.approx([0.7, 0.75, 0.8, 0.85, 0.9])
    wanted = [[contract(60.0, r, d, "upfront") for d in across] for r in down]
    assert values == [pytest.approx(row, rel=1e-12) for row in wanted]


def test_each_cell_of_margin_and_lifespan_is_a_net_value(native: Built) -> None:
    across, down, values = table(native, 1)
    wanted = [[clv_xl.clv(50, 3, life, margin, 45, 0.1) for life in across] for margin in down]
    assert values == [pytest.approx(row, rel=1e-12) for row in wanted]
    assert errors(native) == []


def test_levels_stay_where_a_value_has_an_end(tmp_path: Path) -> None:
    built = shop(tmp_path, retention_rate=0.97, discount_rate=0.01, margin=0.95, lifespan=0.3)
    across, down, _ = table(built, 0)
    assert across == pytest.approx([0, 0, 0.01, 0.03, 0.05])
    assert down == pytest.approx([0.87, 0.92, 0.97, 0.99, 0.99])
    across, down, _ = table(built, 1)
    assert across == pytest.approx([0, 0.05, 0.3, 0.55, 0.8])
    assert down == pytest.approx([0.85, 0.9, 0.95, 1, 1])
    assert errors(built) == []


def test_the_tornado_ranks_as_the_function_does(native: Built) -> None:
    drivers = [[driver, SHOP[name]] for driver, name in DRIVERS.items()]
    wanted = clv_xl.tornado(drivers, 0.1).iloc[:-1]
    found = ranking(native)
    assert [row["swing"] for row in found] == pytest.approx(list(wanted["swing"]))
    assert [row["low"] for row in found] == pytest.approx(list(wanted["effect_low"]))
    assert [row["high"] for row in found] == pytest.approx(list(wanted["effect_high"]))
    assert all(a["swing"] >= b["swing"] - 1e-9 for a, b in pairwise(found))
    assert len({row["driver"] for row in found}) == len(DRIVERS)  # equal swings have places of their own


def test_a_driver_moved_out_of_its_domain_comes_last(tmp_path: Path) -> None:
    """A margin of 95% moved up by 10% is 104.5%, which is none."""
    built = shop(tmp_path, margin=0.95)
    last = ranking(built)[-1]
    assert last["driver"] == built.kit.word("margin")
    assert last["high"] in (None, "")
    assert errors(built) == []


def test_the_frequency_that_meets_160_is_that_of_the_catalogue(tmp_path: Path) -> None:
    """Catalogue, CLV.GOALSEEK: net 160 by frequency is 3.4167 at no discount, where net CLV is 135."""
    built = shop(tmp_path, at("sensitivity.wanted", 160 / 135 - 1), discount_rate=0)
    for goal in ("goal_plain", "goal_frequency"):
        assert round(value(built, "sensitivity", goal, "F"), 4) == 3.4167
    assert value(built, "sensitivity", "max_cac", "F") == pytest.approx(60)  # CLV 180 at a ratio of 3


def test_the_retention_that_meets_300_is_that_of_the_help(tmp_path: Path) -> None:
    """Help of CLV.GOALSEEK: 60 a period at 10% is worth 300 at a retention of 88%."""
    built = shop(tmp_path, at("sensitivity.wanted", 300 / 220 - 1))
    assert value(built, "sensitivity", "goal_retention", "F") == pytest.approx(0.88)


def test_what_is_needed_meets_the_target(native: Built) -> None:
    target = value(native, "sensitivity", "target_net")
    assert target == pytest.approx(1.2 * clv_xl.clv(50, 3, 3, 0.4, 45, 0.1))
    needed = {goal: value(native, "sensitivity", f"goal_{goal}", "F") for goal in ("frequency", "margin")}
    assert clv_xl.clv(50, needed["frequency"], 3, 0.4, 45, 0.1) == pytest.approx(target)
    assert clv_xl.clv(50, 3, 3, needed["margin"], 45, 0.1) == pytest.approx(target)
    # The undiscounted form promises too much where money is discounted.
    assert value(native, "sensitivity", "goal_plain", "F") < needed["frequency"]


def test_a_goal_out_of_reach_is_said(tmp_path: Path) -> None:
    built = shop(tmp_path, at("sensitivity.wanted", 3), build="addin")
    assert value(built, "sensitivity", "goal_margin", "F") > 1
    assert value(built, "sensitivity", "goal_margin", "H") == built.kit.word(
        "template.sensitivity.out_of_reach"
    )
    assert value(built, "sensitivity", "goal_margin", "I") in (None, "")
    assert errors(built) == []


def test_a_change_left_in_is_asked_about_and_moves_the_live_value(native: Built, tmp_path: Path) -> None:
    assert verdict(native, "sens_delta") == "OK"
    built = shop(tmp_path, at("sensitivity.delta_cac", 5))
    assert verdict(built, "sens_delta") == built.kit.word("status_check")
    moved = value(native, "sensitivity", "clv_net") - value(built, "sensitivity", "clv_net")
    assert moved == pytest.approx(5)


def test_functions_answer_as_tables_and_formulas(addin: Built) -> None:
    ours = {
        key: word for key, word in verdicts(addin).items() if key.startswith("CLV.") and " as the " in key
    }
    wanted = {word for word in ("SENSITIVITY", "TORNADO", "GOALSEEK") for key in ours if word in key}
    assert wanted == {"SENSITIVITY", "TORNADO", "GOALSEEK"}
    assert set(ours.values()) == {"OK"}
    _, _, values = table(addin, 0)
    block = addin.kit.data_tables[0].block
    first = addin.sheet("sensitivity")[block][0][0]
    spilled = [
        [addin.sheet("sensitivity").cell(first.row + i, 13 + j).value for j in range(5)] for i in range(5)
    ]
    assert spilled == [pytest.approx(row, rel=1e-12) for row in values]
    assert errors(addin) == []
    assert addin.report.kept == []


def test_the_oracle_of_the_tornado_is_the_catalogues_function() -> None:
    """The Python function and the worksheet function are one."""
    from clv_xl.cells import Block

    drivers = Block.from_rows([[driver, float(SHOP[name])] for driver, name in DRIVERS.items()])
    rows = answer("CLV.TORNADO", drivers, 0.1)
    assert rows[1][-1] == pytest.approx(clv_xl.tornado(drivers.to_rows(), 0.1)["swing"].iloc[0])
