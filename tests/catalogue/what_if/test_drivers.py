"""Drivers as a range states them: names in five languages, header rows, blanks, and what is refused."""

from collections import defaultdict
from typing import Any

import pytest

from clv_xl import texts
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.what_if.driver_names import driver_of, known, nearest
from clv_xl.catalogue.what_if.driver_ranges import DOMAINS, DRIVER, Drivers, GivenDrivers
from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import NA, NUM, VALUE, CellError
from clv_xl.metrics.drivers import ORDER
from clv_xl.orders.headers import fold


def read(*rows: Any) -> GivenDrivers:
    return Drivers().read_range(Block.from_rows(rows), Context())


def refused(*rows: Any) -> CellError:
    with pytest.raises(CellError) as error:
        read(*rows)
    return error.value.with_params(argument="drivers")


def names_of(driver: str) -> set[str]:
    """Return what a driver is called in every language: term, other names, and its key."""
    found = {driver}
    for language in texts.LANGUAGES:
        found |= {texts.word(driver, language), *texts.word(f"driver.also.{driver}", language).split("|")}
    return found


def test_no_name_means_two_drivers_in_any_language() -> None:
    """A name with two meanings would be answered by the one that comes last in a dictionary."""
    meant = defaultdict(set)
    for driver in ORDER:
        for name in names_of(driver):
            meant[fold(name)].add(driver)
    assert {name: drivers for name, drivers in meant.items() if len(drivers) > 1} == {}
    assert set(meant) <= set(known())


@pytest.mark.parametrize("driver", ORDER)
def test_every_name_of_a_driver_is_read_however_it_is_typed(driver: str) -> None:
    for name in names_of(driver):
        for typed in (name, name.upper(), f"  {name.replace(' ', '  ')} ", name.replace(" ", "_")):
            assert DRIVER.read(typed) == driver
    assert set(DRIVER.read_column(Cells.of(sorted(names_of(driver)))).values.tolist()) == {driver}


@pytest.mark.parametrize("driver", ORDER)
def test_a_driver_has_a_domain_and_a_label_in_each_language(driver: str) -> None:
    assert driver in DOMAINS
    assert len({texts.word(driver, language) for language in texts.LANGUAGES} - {driver}) >= 4


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("margn", "margin"), ("Retension rate", "retention_rate"), ("lifspan", "lifespan"), ("marza", "margin")],
)
def test_a_slip_is_answered_by_the_nearest_name(typed: str, meant: str) -> None:
    if driver_of(typed) is None:
        assert nearest(typed) == meant
        error = refused(["frequency", 3.0], [typed, 0.5])
        assert (error.code, error.params["row"]) == (VALUE, 2)
        assert f"Did you mean {meant}?" in texts.sentence(error)
    else:
        assert driver_of(typed) == meant  # without its accents it is a name


def test_a_unit_in_parentheses_is_passed_over() -> None:
    assert read(["CAC (€)", 45.0], ["Margin (% of revenue)", 0.4]).values == {"cac": 45.0, "margin": 0.4}
    assert refused(["(EUR)", 0.4]).params["row"] == 1


def test_a_name_like_no_other_gets_the_list() -> None:
    error = refused(["weather", 1.0])
    assert (error.code, error.params["row"]) == (VALUE, 1)
    assert all(driver in texts.sentence(error) for driver in ORDER)
    assert "Did you mean" not in texts.sentence(error)


def test_values_keep_the_order_and_the_rows_of_the_range() -> None:
    found = read(["Driver", "Value"], ["Marża", 0.4], [None, None], ["CAC", 45.0], ["lifespan", None])
    assert found.values == {"margin": 0.4, "cac": 45.0}
    assert found.rows == {"margin": 2, "cac": 4, "lifespan": 5}


@pytest.mark.parametrize(
    "header",
    [
        ["Driver", "Value"],
        ["Ajuri", "Arvo"],
        [None, "2025 plan"],
        ["", "Value"],
        ["What", "How much?"],
        ["Driver", 2025.0],
    ],
)
def test_a_first_row_of_words_is_a_header(header: list[Cell]) -> None:
    assert read(header, ["margin", 0.4]).values == {"margin": 0.4}
    assert read([None, None], header, ["margin", 0.4]).rows == {"margin": 3}


def test_a_text_beside_a_driver_is_no_header() -> None:
    """A first row with a number typed as text would vanish without a word."""
    for row in (["margin", "40%"], ["margn", "40%"], ["margin", "forty"], ["what", "1,5"]):
        assert refused(row, ["frequency", 3.0]).params["row"] == 1
    assert refused(["margin", 0.4], ["Driver", "Value"]).params["row"] == 2


def test_an_empty_text_of_a_formula_is_a_blank() -> None:
    coded = Block((Cells.of(["margin", "", "cac"]), Cells.of([0.4, "", ""])))
    assert Drivers().read_range(coded, Context()).values == {"margin": 0.4}


@pytest.mark.parametrize(
    ("rows", "code", "row", "words"),
    [
        ([["margin", 0.4], ["cac", 45.0], ["Profit margin", 0.5]], VALUE, 3, "twice"),
        ([["margin", 40.0]], NUM, 1, "40%"),
        ([["frequency", 3.0], ["frequency", 4.0]], VALUE, 2, "twice"),
        ([["cac", -1.0]], NUM, 1, "at least 0"),
        ([["cac", True]], VALUE, 1, "TRUE"),
        ([[None, 5.0]], VALUE, 1, "blank"),
        ([[5.0, 5.0]], VALUE, 1, "5"),
        ([["margin", 0.4], ["cac", CellError(NA, "input_error")]], NA, 2, "#N/A"),
        ([[CellError(NUM, "input_error"), 5.0]], NUM, 1, "#NUM!"),
        ([["expansion_rate", -1.5]], NUM, 1, "-1"),
        ([["timing", 2.0]], NUM, 1, "2"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(rows: Any, code: str, row: int, words: str) -> None:
    error = refused(*rows)
    assert (error.code, error.params["row"]) == (code, row)
    assert words in texts.sentence(error)
    assert f"(row {row})" in texts.sentence(error)


def test_a_range_of_another_width_or_without_values_is_refused() -> None:
    wide = refused(["margin", 0.4, "a note"])
    assert wide.code == VALUE
    assert "it is 1 x 3 cells. Point to those two columns only; TRANSPOSE" in texts.sentence(wide)
    assert refused(["margin", None]).code == NA
    assert refused([None, None]).code == NA
