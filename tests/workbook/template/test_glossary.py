"""Sheet Glossary: the terms in two languages, none retyped."""

import pytest

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.workbook.template.leaf import HEAD_ROWS
from clv_xl.workbook.template.sheets.glossary import ANSWERED, terms
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import few_sheets


def rows(built: Built) -> list[list[str]]:
    sheet = built.sheet("glossary")
    return [
        [str(cell.value or "") for cell in row[:6]]
        for row in sheet.iter_rows(min_row=HEAD_ROWS + 2)
        if row[0].value
    ]


def test_every_term_of_the_field_stands_once(native: Built) -> None:
    table = texts.table("terms")
    assert [row[1] for row in rows(native)] == [table[key]["en"] for key in terms()]
    assert not [key for key in terms() if key.startswith(("sheet.", "status_"))]
    assert len(terms()) > 70


def test_the_important_terms_have_a_meaning_in_every_language() -> None:
    defined = [key for key in texts.table("template_glossary") if key.startswith("template.glossary.def_")]
    assert {key.removeprefix("template.glossary.def_") for key in defined} <= set(terms())
    assert len(defined) >= 60


def test_formula_and_convention_are_those_of_the_function(native: Built) -> None:
    assert set(ANSWERED) <= set(terms())
    by_term = dict(zip(terms(), rows(native), strict=True))
    for key, name in ANSWERED.items():
        assert by_term[key][3:] == [name, CATALOGUE[name].formula, CATALOGUE[name].convention]


@pytest.mark.parametrize("language", ["ka", "el"])
def test_uncertain_wording_is_marked(tmp_path_factory: pytest.TempPathFactory, language: str) -> None:
    """Design of the workbook: ka and el payback among the least certain."""
    folder = tmp_path_factory.mktemp("glossary")
    built = few_sheets(folder, language=language, keys=("settings", "orders", "glossary", "checks"))
    table = texts.table("terms")
    marked = {row[1] for row in rows(built) if row[0].endswith(" *")}
    assert marked == {table[k]["en"] for k in terms() if language in table[k]["least_certain"].split()}
    assert table["payback"]["en"] in marked


def test_only_words_of_every_day_have_no_meaning_written_beside_them() -> None:
    plain = {"month", "quarter", "year", "input", "calculation", "result", "unit", "total", "source"}
    assert {key for key in terms() if not texts.find(f"template.glossary.def_{key}", "en")} == plain
