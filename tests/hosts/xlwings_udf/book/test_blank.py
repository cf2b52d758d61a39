"""The blank workbook: what it says, and that its examples are those of the catalogue."""

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from openxml_audit import OpenXmlValidator

from clv_xl.catalogue import docs
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.xlwings_udf.book.blank import SHOWN, blank
from clv_xl.texts import LANGUAGES
from clv_xl.workbook.styles import font_of

FIRST = 7  # row of the first example


def opened(language: str, *, values: bool = False) -> Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(blank(language, CATALOGUE)), data_only=values)
    assert isinstance(book.active, Worksheet)
    return book.active


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_audit_finds_nothing(language: str, tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    path.write_bytes(blank(language, CATALOGUE))
    assert list(OpenXmlValidator().validate(str(path)).errors) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_the_first_of_its_function_with_its_value(language: str) -> None:
    formulas, values = opened(language), opened(language, values=True)
    for row, name in enumerate(SHOWN, FIRST):
        example = CATALOGUE[name].examples[0]
        flat = example.formula.replace("CLV.", "CLV_")
        assert formulas.cell(row, 3).value == f"={flat}"
        assert values.cell(row, 3).value == example.value
        assert formulas.cell(row, 4).value == docs.part(CATALOGUE[name], "summary", language)
    assert formulas.max_row == FIRST + len(SHOWN) - 1


def test_formulas_are_shown_as_excel_of_the_language_writes_them() -> None:
    assert opened("en").cell(FIRST + 2, 2).value == '=CLV_CONTRACT(60,80%,10%,"upfront")'
    assert opened("pl").cell(FIRST + 2, 2).value == '=CLV_CONTRACT(60;80%;10%;"upfront")'
    assert "=CLV(50;3;3)" in str(opened("ka")["B3"].value)


FORMATS = {"CLV": "#,##0.00", "CLV.CHURN": "0.0%", "CLV.PAYBACK": "0.0", "CLV.RATIO": '0.0"x"'}


@pytest.mark.parametrize(("name", "number_format"), FORMATS.items())
def test_a_result_has_the_number_format_of_its_unit(name: str, number_format: str) -> None:
    assert opened("en").cell(FIRST + SHOWN.index(name), 3).number_format == number_format


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_font_has_the_letters_of_the_language_and_is_that_of_other_workbooks(language: str) -> None:
    sheet = opened(language)
    fonts = {sheet.cell(row, column).font.name for row in (1, 2, 6, FIRST) for column in (2, 4)}
    assert fonts - {"Consolas"} == {font_of(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_three_steps_are_filled_in(language: str) -> None:
    steps = [str(opened(language).cell(row, 2).value) for row in (2, 3, 4)]
    assert [step[:3] for step in steps] == ["1. ", "2. ", "3. "]
    assert not any("{" in step or "book.start" in step for step in steps)
