"""CLV.FORECAST as a cell calls it: the table, plans as ranges, sentences, Python."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import texts
from clv_xl.catalogue import api
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import evaluate
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import NA, NUM, VALUE, CellError, FormulaError
from clv_xl.texts import sentence

FORECAST = CATALOGUE["CLV.FORECAST"]
KEYS = (
    "period", "opening_customers", "new_customers", "lost_customers", "closing_customers", "revenue",
    "margin_amount", "acquisition_cost", "cash", "cumulative_cash", "low_point",
)  # fmt: skip
SHOP = "CLV.FORECAST(800,200,80%,150,12,40%,45,{headers})"  # the example shop of clv_xl


def column(*cells: Any) -> Block:
    return Block.from_rows([[cell] for cell in cells])


def rows(formula: str, language: str = "en") -> list[list[Cell]]:
    block = evaluate(formula, Context(language=language))
    assert isinstance(block, Block), block
    return block.to_rows()


def called(*args: Any) -> list[list[Cell]]:
    """Return the rows of a call without a header."""
    given = [*args, *[None] * (7 - len(args)), 0.0] if len(args) < 8 else list(args)
    block = run(FORECAST, given)
    assert isinstance(block, Block), block
    return block.to_rows()


def error(*args: Any) -> CellError:
    result = run(FORECAST, args)
    assert isinstance(result, CellError)
    return result


def test_the_example_shop() -> None:
    """Hand calculation of the first two years; the last one by the geometric series.

    840 = 800 + 200 - 20% of 800; 126000 = 840 x 150; 50400 = 40% of it; 9000 = 200 x 45.
    """
    head, *body, total = rows(SHOP.format(headers=2))
    assert head == list(KEYS)
    assert body[0] == [1, 800, 200, 160, 840, 126000, 50400, 9000, 41400, 41400, 41400]
    assert body[1] == [2, 840, 200, 168, 872, 130800, 52320, 9000, 43320, 84720, None]
    assert len(body) == 12
    closing = 800 * 0.8**12 + 200 * (1 - 0.8**12) / 0.2
    assert body[-1][KEYS.index("closing_customers")] == pytest.approx(closing, rel=1e-12)
    assert total[:3] == ["total", 800, 2400]
    assert total[4] == body[-1][4]
    assert total[-1] == 41400


def test_the_header_row_is_worded_or_left_out() -> None:
    finnish = rows(SHOP.format(headers=1), "fi")
    assert finnish[0] == [texts.word(key, "fi") for key in KEYS]
    assert finnish[-1][0] == "Yhteensä"
    assert rows(SHOP.format(headers=0))[0][0] == 1


@pytest.mark.parametrize("measure", ["customers", "revenue", "cash"])
def test_cohorts_stand_side_by_side_for_a_stacked_chart(measure: str) -> None:
    """A row a period, a column a cohort under its own number; rows add up to the corkscrew."""
    formula = f'CLV.FORECAST(800,{{200;250;300}},80%,150,3,40%,45,2,"{measure}")'
    head, *body, total = rows(formula)
    assert head == ["period", "existing_customers", "1", "2", "3"]
    assert body[0][3:] == [None, None]
    of = {"customers": "closing_customers"}.get(measure, measure)
    whole = rows("CLV.FORECAST(800,{200;250;300},80%,150,3,40%,45,0)")
    sums = [sum(cell for cell in row[1:] if isinstance(cell, float)) for row in [*body, total]]
    assert sums == pytest.approx([row[KEYS.index(of)] for row in whole], rel=1e-13)


def test_without_a_margin_nothing_is_called_cash() -> None:
    """Revenue under the header of a cash flow would be read as one; the columns keep their places."""
    with_margin = rows("CLV.FORECAST(800,200,80%,150,3,100%,,0)")
    for row, full in zip(rows("CLV.FORECAST(800,200,80%,150,3,,,0)"), with_margin, strict=True):
        assert row[:6] == full[:6]
        assert row[6:] == [None, 0, None, None, None]


@pytest.mark.parametrize(
    "plan",
    [
        column(200.0, 250.0, 300.0),
        Block.from_rows([[200.0, 250.0, 300.0]]),
        column("New customers", 200.0, 250.0, 300.0),
        Block.from_rows([["New customers", 200.0, 250.0, 300.0]]),
        column(200.0, 250.0, 300.0, None, None),
        column(200.0, 250.0, 300.0, "Total", -1.0, CellError(NA, "input_error")),
    ],
    ids=["column", "row", "header", "header in a row", "blanks below", "other cells below"],
)
def test_a_plan_gives_each_period_its_own_number(plan: Block) -> None:
    assert [row[2] for row in called(800.0, plan, 0.8, 150.0, 3.0)] == [200, 250, 300, 750]


def test_one_cell_stands_for_every_period() -> None:
    plans = (column(200.0), column(0.8), column(150.0))
    assert called(800.0, *plans, 5.0) == called(800.0, 200.0, 0.8, 150.0, 5.0)


@given(st.integers(1, 30), st.integers(0, 30), st.data())
def test_a_plan_of_equal_numbers_is_that_number(periods: int, more: int, data: st.DataObject) -> None:
    """Law: however long the range is beyond the periods."""
    values = [data.draw(st.floats(0, top)) for top in (1e6, 1.0, 1e4)]
    plans = [column(*[value] * (periods + more + (periods == 1))) for value in values]
    assert called(10.0, *plans, float(periods)) == called(10.0, *values, float(periods))


@given(st.integers(2, 30), st.data())
def test_every_argument_takes_a_plan(periods: int, data: st.DataObject) -> None:
    """Law: period 1 of a longer plan is a forecast of one period."""
    plans = [data.draw(st.lists(st.floats(0, 1), min_size=periods, max_size=periods)) for _ in range(3)]
    first = called(10.0, *(column(*plan) for plan in plans), float(periods))[0]
    assert first == called(10.0, *(plan[0] for plan in plans), 1.0)[0]


FULL = (800.0, 200.0, 0.8, 150.0, 3.0)


def but(**changes: Any) -> tuple[Any, ...]:
    """Return a call with some arguments changed."""
    named = dict(zip((a.name for a in FORECAST.args), [*FULL, None, None, None, None], strict=True))
    assert set(changes) <= set(named)
    return tuple({**named, **changes}.values())


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"active_customers": -1.0}, NUM, "active_customers must be a number of at least 0; it is -1."),
        ({"new_customers": -5.0}, NUM, "new_customers must be a number of at least 0; it is -5."),
        ({"retention_rate": 80.0}, NUM, "must be a number from 0 to 1; it is 80. Type 80% or 0.8."),
        ({"revenue_per_customer": -1.0}, NUM, "revenue_per_customer must be a number of at least 0"),
        ({"new_customers": "many"}, VALUE, 'new_customers must be a number of at least 0; it is "many".'),
        ({"retention_rate": "80"}, VALUE, "It is a text that looks like a number"),
        ({"periods": 2.5}, NUM, "periods must be a whole number from 1 to 1200"),
        ({"periods": 1201.0}, NUM, "periods must be a whole number from 1 to 1200"),
        ({"periods": 0.0}, NUM, "periods must be a whole number from 1 to 1200"),
        ({"cac": 45.0}, VALUE, "margin is needed once cac is above 0"),
        ({"margin": 40.0, "cac": 45.0}, NUM, "Type 40% or 0.4."),
        ({"measure": "cash"}, VALUE, 'margin is needed for the measure "cash", as revenue is no cash flow.'),
        ({"measure": "profit"}, VALUE, '"corkscrew", "customers", "revenue", "cash"'),
        ({"new_customers": None}, VALUE, "is blank; it must be a number of at least 0: one for every"),
        ({"new_customers": column(None, None)}, VALUE, "new_customers is blank; it must be"),
        (
            {"new_customers": column(200.0, 250.0)}, NA,
            "new_customers holds a plan for 2 of 3 periods; extend the range to one value a period",
        ),
        (
            {"new_customers": column(200.0, 250.0, None)}, NA,
            "new_customers holds a plan for 2 of 3 periods",
        ),
        (
            {"new_customers": column(200.0, None, 300.0)}, VALUE,
            "new_customers (row 2) is blank; it must be a number of at least 0.",
        ),
        (
            {"new_customers": column("New", 200.0, None, 300.0)}, VALUE,
            "new_customers (row 3) is blank",
        ),
        ({"retention_rate": column(0.8, 80.0, 0.8)}, NUM, "retention_rate (row 2) must be a number"),
        ({"retention_rate": column(0.8, 0.8, "n/a")}, VALUE, "retention_rate (row 3) must be a number"),
        ({"revenue_per_customer": column(1.0, True, 1.0)}, VALUE, "revenue_per_customer (row 2) must be"),
        (
            {"revenue_per_customer": column(1.0, CellError("#REF!", "input_error"), 1.0)}, "#REF!",
            "revenue_per_customer (row 2) holds #REF!; mend that cell first.",
        ),
        ({"retention_rate": CellError("#REF!", "input_error")}, "#REF!", "retention_rate holds #REF!"),
        (
            {"new_customers": Block.from_rows([[1.0, 2.0], [3.0, 4.0]])}, VALUE,
            "new_customers must be one column; it is a range of 2 x 2",
        ),
        ({"active_customers": column(1.0, 2.0)}, VALUE, "active_customers must be one cell"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_is_needed(changes: dict[str, Any], code: str, said: str) -> None:
    found = error(*but(**changes))
    assert found.code == code
    assert said in sentence(found)
    assert sentence(found).startswith("CLV.FORECAST: ")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_plan_too_short_says_how_many_in_every_language(language: str) -> None:
    said = sentence(error(*but(retention_rate=column(0.8, 0.7), periods=24.0)), language)
    assert "retention_rate" in said
    assert sorted(re.findall(r"\d+", said)) == ["2", "24"]


def test_a_margin_of_all_revenue_and_a_loss_are_taken() -> None:
    assert called(*FULL, 1.0, 0.0)[0][8] == 126000
    assert called(*FULL, -0.1, 0.0)[0][8] == pytest.approx(-12600)


def test_python_takes_lists_arrays_and_series() -> None:
    """The same plan in four dresses; a frame comes back, the total row last."""
    forecast = api.build(FORECAST)
    plan = [200.0, 250.0, 300.0]
    frames = [
        forecast(800, given, 0.8, 150, 3, margin=0.4, cac=45)
        for given in (plan, np.array(plan), pd.Series(plan), pd.DataFrame({"new": plan}))
    ]
    assert list(frames[0].columns) == list(KEYS)
    assert frames[0]["new_customers"].tolist() == [200, 250, 300, 750]
    assert all(frame.equals(frames[0]) for frame in frames[1:])
    with pytest.raises(FormulaError, match="plan for 3 of 4 periods"):
        forecast(800, plan, 0.8, 150, 4)


def test_1200_periods_by_cohort() -> None:
    """The longest one: a triangle of 1,201 cohorts with its corners."""
    table = called(800.0, 200.0, 0.99, 150.0, 1200.0, 0.4, 45.0, 0.0, "customers")
    assert (len(table), len(table[0])) == (1201, 1202)
    assert table[-2][-1] == 200
    assert table[0][3] is None
