"""The runner: arity, defaults, blanks, lifting with broadcasting, one error an element."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.run import run, run_many
from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import DIV, NA, NUM, VALUE, CellError
from clv_xl.texts import LANGUAGES, sentence
from tests.catalogue.drawing import LIFTING, dirt, randoms, texts_of, valid_cells

CLV = CATALOGUE["CLV"]
AOV = CATALOGUE["CLV.AOV"]
FREQUENCY = CATALOGUE["CLV.FREQUENCY"]


def column(*cells: Cell) -> Block:
    return Block.from_rows([[c] for c in cells])


def code(result: object) -> object:
    return result.code if isinstance(result, CellError) else result


def test_too_few_and_too_many_arguments_name_the_signature() -> None:
    few = run(CLV, (50.0, 3.0))
    assert isinstance(few, CellError)
    assert few.code == VALUE
    assert "lifespan is missing; write CLV(avg_order_value, frequency, lifespan" in sentence(few)
    many = run(CLV, (1.0,) * 8)
    assert "at most 7" in sentence(many) if isinstance(many, CellError) else False


def test_the_signature_in_a_sentence_is_in_the_form_of_its_language() -> None:
    """As Excel in the language takes it: a comma or a semicolon, a decimal point or comma."""
    for args in ((), (1.0, 1.0, 1.0)):
        wrong = run(CATALOGUE["CLV.PARETO"], args)
        assert isinstance(wrong, CellError)
        assert "CLV.PARETO(values, [top_share=0.2])" in sentence(wrong)
        for language in ("fi", "ka", "pl", "el"):
            assert "CLV.PARETO(values; [top_share=0,2])" in sentence(wrong, language)


@pytest.mark.parametrize("blank", [None, "", math.nan])
def test_a_blank_optional_takes_its_default_and_a_blank_required_is_refused(blank: Cell) -> None:
    assert run(CLV, (50.0, 3.0, 3.0, blank, blank, blank)) == 450.0
    assert code(run(CLV, (50.0, blank, 3.0))) == VALUE


def test_eighty_for_eighty_percent_is_refused_and_mended() -> None:
    result = run(CATALOGUE["CLV.CONTRACT"], (60.0, 80.0, 0.1, "upfront"))
    assert isinstance(result, CellError)
    assert result.code == NUM
    assert sentence(result) == (
        "CLV.CONTRACT: retention_rate must be a number from 0 to 1; it is 80. Type 80% or 0.8."
    )


def test_input_errors_pass_through_with_their_code() -> None:
    result = run(CLV, (50.0, CellError(DIV, "input_error"), 3.0))
    assert isinstance(result, CellError)
    assert result.code == DIV
    assert sentence(result) == "CLV: frequency holds #DIV/0!; mend that cell first."


def test_one_bad_element_gives_one_error_cell() -> None:
    result = run(CLV, (column(50.0, "x", None, 60.0), 3.0, 3.0))
    assert isinstance(result, Block)
    assert [code(c) for c in result.columns[0]] == [450.0, VALUE, VALUE, 540.0]
    second = result.columns[0].cell(1)
    assert isinstance(second, CellError)
    assert "avg_order_value (row 2) must be a number" in sentence(second)


def test_a_row_and_a_column_make_a_grid_and_a_single_value_repeats() -> None:
    grid = run(CLV, (column(50.0, 60.0), Block.from_rows([[1.0, 2.0, 3.0]]), 3.0))
    assert isinstance(grid, Block)
    assert grid.to_rows() == [[150.0, 300.0, 450.0], [180.0, 360.0, 540.0]]


def test_ranges_that_do_not_fit_are_refused_whole() -> None:
    assert code(run(CLV, (column(1.0, 2.0), column(1.0, 2.0, 3.0), 3.0))) == NA


def test_a_blank_element_of_an_optional_column_takes_the_default() -> None:
    result = run(CLV, (50.0, 3.0, 3.0, column(0.4, None, 0.5)))
    assert isinstance(result, Block)
    assert list(result.columns[0]) == [180.0, 450.0, 225.0]


def test_a_range_of_keywords_lifts_too() -> None:
    result = run(
        CATALOGUE["CLV.CONTRACT"],
        (
            column(60.0, 60.0, 60.0, 60.0),
            0.8,
            0.1,
            column("upfront", "FIRST_CERTAIN", "nope", "after_renewal"),
        ),
    )
    assert isinstance(result, Block)
    cells = [code(c) for c in result.columns[0]]
    # check values of the catalogue: Fader and Hardie, note 024
    assert cells[:2] == pytest.approx([220.0, 200.0])
    assert cells[2] == VALUE
    assert cells[3] == pytest.approx(160.0)


@pytest.mark.parametrize("function", LIFTING, ids=lambda f: f.name)
@given(random=randoms(), rows=st.integers(2, 6))
def test_a_batch_of_single_calls_is_one_column_call(function: Function, random: Random, rows: int) -> None:
    calls = [valid_cells(function, random) for _ in range(rows)]
    together = run_many(function, calls)
    for call, result in zip(calls, together, strict=True):
        alone = run(function, call)
        if isinstance(alone, float):
            assert result == pytest.approx(alone, rel=1e-12, abs=1e-12)
        else:
            assert code(result) == code(alone)


@pytest.mark.parametrize("function", LIFTING, ids=lambda f: f.name)
@given(random=randoms(), cells=st.lists(dirt, min_size=2, max_size=8))
def test_calls_of_a_batch_are_answered_as_if_alone(
    function: Function, random: Random, cells: list[Cell]
) -> None:
    """Calls of any length, with refused cells: each has the error, and the sentence, of a call of its own."""
    calls: list[list[Cell]] = []
    for cell in cells:
        call = valid_cells(function, random)
        call[random.randrange(len(call))] = cell
        calls.append(call[: random.randint(0, len(call))])
    for call, together in zip(calls, run_many(function, calls), strict=True):
        alone = run(function, call)
        assert code(together) == code(alone) or together == pytest.approx(alone, rel=1e-12, abs=1e-12)
        if isinstance(alone, CellError):
            assert isinstance(together, CellError)
            assert sentence(together) == sentence(alone)


@pytest.mark.parametrize("function", LIFTING, ids=lambda f: f.name)
@given(random=randoms(), cells=st.lists(dirt, max_size=8))
def test_dirt_in_gives_an_error_with_a_sentence_out(
    function: Function, random: Random, cells: list[Cell]
) -> None:
    call = valid_cells(function, random)
    at = random.randrange(len(call))
    for dirty in cells:
        result = run(function, [*call[:at], dirty, *call[at + 1 :]])
        assert isinstance(result, (float, CellError))
        for error in texts_of(result):
            assert error.key != "internal", error
            assert all("{" not in sentence(error, language) for language in LANGUAGES)
            assert sentence(error).startswith(f"{function.name}: ")


@pytest.mark.parametrize("function", CATALOGUE.values(), ids=lambda f: f.name)
@given(cells=st.lists(st.lists(dirt, min_size=3, max_size=3), min_size=1, max_size=6), random=randoms())
def test_no_function_ever_gives_a_traceback(
    function: Function, cells: list[list[Cell]], random: Random
) -> None:
    block = Block.from_rows(cells)
    values: tuple[Cell | Block, ...] = (block, Block((block.columns[0],)), *cells[0], None)
    call = [random.choice(values) for _ in range(random.randint(0, len(function.args) + 1))]
    for error in texts_of(run(function, call, Context())):
        assert error.key != "internal", error
        assert "{" not in sentence(error)


def test_a_header_row_is_skipped_in_all_columns() -> None:
    ids = column("customer_id", "A", "A", "B")
    dates = column("order_date", 45332.0, 45505.0, 45432.0)
    assert run(FREQUENCY, (ids, dates, "Y", 46022.0)) == run(
        FREQUENCY, (column("A", "A", "B"), column(45332.0, 45505.0, 45432.0), "Y", 46022.0)
    )
    assert run(AOV, (column("Any text over numbers", 50.0, 70.0),)) == 60.0


def test_a_number_typed_as_text_is_no_header() -> None:
    result = run(AOV, (column("1 234,50", 50.0, 70.0),))
    assert isinstance(result, CellError)
    assert result.code == VALUE
    assert "amounts (row 1)" in sentence(result)
    assert "looks like a number" in sentence(result)


def test_whole_columns_are_trimmed_and_padded() -> None:
    tall = Cells.of(np.r_[[50.0, 70.0], np.full(1_048_574, np.nan)])
    ids = Cells.of(["a", "b", None])
    assert run(AOV, (Block((tall,)), Block((ids,)))) == 60.0


def test_explicit_ranges_of_different_height_are_not_available() -> None:
    result = run(AOV, (column(1.0, 2.0), column("a", "b", "c")))
    assert code(result) == NA
    assert isinstance(result, CellError)
    assert "3 rows" in sentence(result)


def test_wholly_blank_rows_are_skipped_and_others_keep_their_number() -> None:
    assert run(AOV, (column(50.0, None, 70.0, None),)) == 60.0
    result = run(AOV, (column("amount", 50.0, None, "x"),))
    assert isinstance(result, CellError)
    assert "amounts (row 4)" in sentence(result)


def test_no_rows_is_not_available() -> None:
    assert code(run(AOV, (column(None, None),))) == NA


def test_two_columns_where_one_is_expected_is_refused() -> None:
    assert code(run(AOV, (Block.from_rows([[1.0, 2.0], [3.0, 4.0]]),))) == VALUE


def test_a_source_is_refused_with_a_sentence_until_sources_exist() -> None:
    result = run(AOV, ("@orders",))
    assert isinstance(result, CellError)
    assert "@orders" in sentence(result)


def test_an_overflow_is_an_error() -> None:
    assert code(run(CLV, (1e308, 1e308, 1e308))) == NUM
