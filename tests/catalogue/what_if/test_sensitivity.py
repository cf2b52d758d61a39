"""CLV.SENSITIVITY: the layout of a data table, each cell the output of the changed drivers."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import evaluate
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import DIV, NUM, VALUE, CellError
from clv_xl.metrics import drivers as model
from tests.catalogue.what_if.by_hand import (
    BASES,
    METHODS,
    OUTPUTS,
    SHOP,
    as_range,
    by_hand,
    call,
    rows,
    values,
)

LIFESPANS, MARGINS = rows([2.0, 3.0, 4.0]), rows([0.3], [0.4], [0.5])


def grid(*args: Any, drivers: dict[str, float] = SHOP) -> list[list[Cell]]:
    found = call("CLV.SENSITIVITY", as_range(drivers), *args)
    assert isinstance(found, Block), texts.sentence(found)
    return found.to_rows()


def refused(*args: Any, drivers: dict[str, float] = SHOP) -> CellError:
    found = call("CLV.SENSITIVITY", as_range(drivers), *args)
    assert isinstance(found, CellError)
    return found


def test_the_values_of_the_design_catalogue_stand_as_it_writes_them() -> None:
    """Lifespan 2,3,4 x margin 30,40,50%: {45,90,135;75,135,195;105,180,255}, row values across the top."""
    found = grid("lifespan", LIFESPANS, "margin", MARGINS)
    assert found[0] == ["Net CLV", 2.0, 3.0, 4.0]
    assert [row[0] for row in found[1:]] == [0.3, 0.4, 0.5]
    expected = [[45.0, 90.0, 135.0], [75.0, 135.0, 195.0], [105.0, 180.0, 255.0]]
    assert [row[1:] for row in found[1:]] == [pytest.approx(row, rel=1e-14) for row in expected]


def test_one_driver_gives_one_row_that_names_driver_and_output() -> None:
    assert grid("cac", rows([30.0, 45.0, 60.0])) == [
        ["Customer acquisition cost (CAC)", 30.0, 45.0, 60.0],
        ["Net CLV", 150.0, 135.0, 120.0],
    ]
    assert grid("cac", rows([30.0]), None, None, "ratio", None, 2.0) == [["cac", 30.0], ["ratio", 6.0]]


def test_without_a_header_row_the_first_column_stays() -> None:
    found = grid("lifespan", LIFESPANS, "margin", rows([0.4]), None, None, 0.0)
    assert found == [[0.4, 75.0, 135.0, 195.0]]


def test_a_row_a_column_and_a_header_over_values_are_read_alike() -> None:
    """Blanks are passed over, values may come twice and in any order."""
    expected = grid("lifespan", rows([4.0, 2.0, 2.0]))
    for given_values in (
        rows([4.0], [2.0], [2.0]),
        rows(["Lifespan"], [4.0], [None], [2.0], [2.0], [None]),
        rows(["Lifespan", 4.0, None, 2.0, 2.0]),
        Block((Cells.of(["", 4.0, 2.0, "", 2.0]),)),
    ):
        assert grid("lifespan", given_values) == expected
    assert grid("lifespan", 4.0)[1] == ["Net CLV", 195.0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("output", OUTPUTS)
@given(data=st.data())
def test_each_cell_is_what_its_drivers_give_alone(method: str, output: str, data: st.DataObject) -> None:
    """Law: CLV, CLV.CONTRACT, CLV.SUBSCRIPTION, CLV.RATIO and CLV.PAYBACK for each cell; errors too."""
    base = BASES[method]
    across, down = data.draw(
        st.lists(st.sampled_from(model.METHODS[method].names), min_size=2, max_size=2, unique=True).filter(
            lambda names: set(names) != set(model.KEPT)
        )
    )
    tops, lefts = (data.draw(st.lists(values(name), min_size=1, max_size=4)) for name in (across, down))
    found = grid(across, rows(tops), down, rows(*[[v] for v in lefts]), output, method, 0.0, drivers=base)
    for left, row in zip(lefts, found, strict=True):
        assert row[0] == left
        for top, cell in zip(tops, row[1:], strict=True):
            hidden = set(model.KEPT) if {across, down} & set(model.KEPT) else set()
            drivers = {k: v for k, v in base.items() if k not in hidden} | {across: top, down: left}
            alone = by_hand(method, drivers, output)
            if isinstance(alone, CellError):
                assert isinstance(cell, CellError), (drivers, cell)
                assert cell.code == alone.code
            else:
                assert cell == pytest.approx(alone, rel=1e-10, abs=1e-10 * max(1.0, abs(top), abs(left)))


@given(st.lists(values("margin"), min_size=1, max_size=4), st.permutations(list(SHOP)))
def test_the_order_of_the_drivers_and_the_axes_change_nothing(margins: list[float], order: list[str]) -> None:
    shuffled = {name: SHOP[name] for name in order}
    one = grid("margin", rows(margins), "lifespan", LIFESPANS, None, None, 0.0)
    other = grid("lifespan", LIFESPANS, "margin", rows(margins), None, None, 0.0, drivers=shuffled)
    assert [row[1:] for row in one] == [list(row) for row in zip(*other, strict=True)][1:]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_driver_may_be_named_in_any_language(language: str) -> None:
    """And the header is in the language of the call, whatever language the names are in."""
    named = [texts.word(name, language) for name in ("lifespan", "margin")]
    local = rows(*[[texts.word(name, language), value] for name, value in SHOP.items()])
    found = run(
        CATALOGUE["CLV.SENSITIVITY"],
        (local, named[0], LIFESPANS, named[1], MARGINS),
        Context(language=language),
    )
    assert isinstance(found, Block)
    english = grid("lifespan", LIFESPANS, "margin", MARGINS)
    assert found.to_rows()[1:] == english[1:]
    assert found.to_rows()[0] == [texts.word("net_clv", language), 2.0, 3.0, 4.0]


def test_a_value_outside_its_domain_is_an_error_in_its_own_cells() -> None:
    found = grid("discount_rate", rows([0.1, 10.0]), "cac", rows([0.0], [45.0]), "ratio", None, 0.0)
    codes = [[cell.code if isinstance(cell, CellError) else None for cell in row[1:]] for row in found]
    assert codes == [[DIV, NUM], [None, NUM]]
    wrong = found[0][2]
    assert isinstance(wrong, CellError)
    assert "10%" in texts.sentence(wrong)
    assert wrong.params["argument"] == "discount_rate"


@pytest.mark.parametrize(
    ("args", "argument", "word"),
    [
        (("margn", LIFESPANS), "row_driver", "Did you mean margin?"),
        (("retention_rate", LIFESPANS), "row_driver", '"simple" ignores'),
        (("lifespan", LIFESPANS, "churn", MARGINS), "col_driver", '"simple" ignores'),
        (("lifespan", LIFESPANS, "Customer lifespan", MARGINS), "col_driver", "one driver"),
        (("lifespan", LIFESPANS, "margin"), "col_values", "col_driver"),
        (("lifespan", LIFESPANS, None, MARGINS), "col_driver", "col_values"),
        (("lifespan", rows([1.0, 2.0], [3.0, 4.0])), "row_values", "one row or one column"),
        (("lifespan", rows([2.0], ["three"])), "row_values", "(row 2)"),
        (("lifespan", rows([2.0, "3 years"])), "row_values", '"3 years"'),
        (("lifespan", rows([None, None])), "row_values", "blank"),
        (("lifespan", LIFESPANS, None, None, "profit"), "output", '"net_clv"'),
        (("lifespan", LIFESPANS, None, None, None, "magic"), "method", '"contract"'),
        ((None, LIFESPANS), "row_driver", "blank"),
        ((rows(["lifespan", "margin"]), LIFESPANS), "row_driver", "one cell"),
    ],
)
def test_a_wrong_argument_is_said_in_a_sentence(args: tuple[Any, ...], argument: str, word: str) -> None:
    error = refused(*args)
    assert (error.code, error.params["argument"]) == (VALUE, argument)
    assert word in texts.sentence(error)
    assert texts.sentence(error).startswith("CLV.SENSITIVITY: ")


def test_a_slip_in_a_row_of_values_names_no_row() -> None:
    assert "row" not in refused("lifespan", rows([2.0, "3 years"])).params


@pytest.mark.parametrize("method", METHODS)
def test_a_driver_that_varies_may_be_left_out_of_the_drivers(method: str) -> None:
    """A planner varies what is not known yet: the grid is that of drivers which state something there."""
    base = BASES[method]
    for one, other in ((one, other) for one in base for other in base if one != other):
        grid = (rows([base[one], base[one] / 2]), other, rows([base[other]], [base[other] / 2]), None, method)
        bare = {name: value for name, value in base.items() if name not in {one, other}}
        if not bare:
            continue
        full = call("CLV.SENSITIVITY", as_range(base), one, *grid, 2.0)
        left = call("CLV.SENSITIVITY", as_range(bare), one, *grid, 2.0)
        assert isinstance(left, Block), texts.sentence(left)
        assert left.to_rows() == full.to_rows()


def test_a_needed_driver_that_does_not_vary_is_still_missed() -> None:
    bare = {name: value for name, value in SHOP.items() if name != "lifespan"}
    error = call("CLV.SENSITIVITY", as_range(bare), "frequency", 4.0)
    assert "drivers lacks lifespan" in texts.sentence(error)


def test_retention_against_churn_is_one_driver_twice() -> None:
    error = refused(
        "retention_rate", rows([0.8]), "churn_rate", rows([0.2]), None, "contract", drivers=BASES["contract"]
    )
    assert error.key == "sensitivity_same"


def test_an_error_in_a_cell_passes_through() -> None:
    for wrong in (rows([2.0, CellError(DIV, "input_error")]), rows([2.0], [CellError(DIV, "input_error")])):
        assert refused("lifespan", wrong).code == DIV


@pytest.mark.parametrize(("across", "down"), [(1001, 1000), (16_384, 1), (1_000_001, None)])
def test_a_grid_that_no_sheet_holds_is_refused(across: int, down: int | None) -> None:
    steps = Block.from_columns(np.linspace(1.0, 2.0, across))
    second = () if down is None else ("margin", Block.from_columns(np.linspace(0.1, 0.5, down)))
    error = refused("lifespan", steps, *second)
    assert (error.code, error.key) == (NUM, "sensitivity_large")
    assert "16383" in texts.sentence(error)


def test_a_million_cells_are_answered() -> None:
    steps = Block.from_columns(np.linspace(0.0, 1.0, 1000))
    found = call("CLV.SENSITIVITY", as_range(SHOP), "discount_rate", steps, "margin", steps, "payback")
    assert isinstance(found, Block)
    assert (found.height, found.width) == (1001, 1001)


def test_as_a_formula_and_in_python_it_answers_alike() -> None:
    shop = '{"avg_order_value",50;"frequency",3;"lifespan",3;"margin",40%;"cac",45}'
    formula = evaluate(f'CLV.SENSITIVITY({shop},"lifespan",{{2,3,4}},"margin",{{0.3;0.4;0.5}},,,2)')
    assert isinstance(formula, Block)
    frame = import_module("clv_xl").sensitivity(
        SHOP, "lifespan", [2, 3, 4], "margin", np.array([0.3, 0.4, 0.5])
    )
    assert frame.to_numpy().tolist() == [list(row) for row in formula.to_rows()[1:]]
    assert list(frame.columns) == formula.to_rows()[0]
