"""Sheet Function gallery: every function, its live example and whether it answers as declared."""

from pathlib import Path

import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.spelling import spellings
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.engine import Answer
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.workbook.template.sheets.gallery import STORING
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import few_sheets, verdict

KEYS = ("settings", "orders", "functions", "checks")


@pytest.fixture(scope="module")
def polish(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return few_sheets(tmp_path_factory.mktemp("gallery"), build="addin", language="pl", keys=KEYS)


def lines(built: Built) -> dict[str, list[object]]:
    rows = [[cell.value for cell in row[:8]] for row in built.sheet("functions").iter_rows()]
    return {str(row[0]): row for row in rows if row[0] in CATALOGUE}


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_a_function_has_a_line_and_answers_as_declared(addin: Built, name: str) -> None:
    """The values are those of the declarations, which test_declarations holds against their sources."""
    row = lines(addin)[name]
    if name in STORING:
        assert row[3] == addin.kit.word("template.functions.stores")
        return
    example = CATALOGUE[name].examples[0]
    assert (row[3], row[5], row[7]) == (f"={example.formula}", example.value, True)
    if isinstance(example.value, str):
        assert row[4] == example.value
    else:
        assert row[4] == pytest.approx(example.value, abs=0.5000001 * 10**-example.digits)


def test_the_count_is_of_all_that_have_an_example(addin: Built) -> None:
    matches, of = (addin.value("functions", cell) for cell in ("D5", "E5"))
    assert matches == of == len(CATALOGUE) - len(STORING)
    assert verdict(addin, "gallery") == "OK"


def test_formulas_are_typed_as_the_language_types_them(polish: Built) -> None:
    rows = lines(polish)
    assert rows["CLV"][3] == "=CLV(50;3;3)"
    assert str(rows["CLV.AOV"][1]).count(";") == 1
    assert "{0,35" not in str(rows["CLV.SIMULATE"][3])
    assert "0,35" in str(rows["CLV.SIMULATE"][3])
    assert all(row[7] is True for name, row in rows.items() if name not in STORING)


class Other(CatalogueFunctions):
    """Functions of another version: CLV.AOV answers something else."""

    def bind(self, name: str) -> Answer:
        return (lambda _: 1.0) if name in spellings("CLV.AOV") else super().bind(name)


def answered(built: Built, folder: Path, functions: CatalogueFunctions) -> Built:
    """Return the template as other functions calculate it."""
    path = folder / "other.xlsx"
    return Built(built.written, path, built.kit, calculate(built.written, path, functions))


def test_functions_of_another_version_turn_the_check_red(polish: Built, tmp_path: Path) -> None:
    other = answered(polish, tmp_path, Other(Context(language="pl")))
    assert [name for name, row in lines(other).items() if row[7] is False] == ["CLV.AOV"]
    assert verdict(other, "gallery") == polish.kit.word("template.status_broken")


def test_functions_in_another_language_are_not_used(polish: Built, tmp_path: Path) -> None:
    english = answered(polish, tmp_path, CatalogueFunctions(Context(language="en")))
    assert {row[7] for row in lines(english).values()} == {None}
    assert verdict(english, "gallery") != polish.kit.word("template.status_broken")


def test_nothing_leads_out_of_the_workbook(addin: Built) -> None:
    assert [c.coordinate for row in addin.sheet("functions").iter_rows() for c in row if c.hyperlink] == []
