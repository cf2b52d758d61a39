"""The built files take numbers over from one another: they are what calculating everything gives."""

from pathlib import Path

import pytest

from clv_xl.catalogue.context import Context
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.hosts.headless.relabel import carried, relabelled
from clv_xl.hosts.headless.twin import shown
from clv_xl.workbook.template.kit import Build
from tests.hosts.headless.books import parts
from tests.workbook.template.built import Templates


@pytest.mark.slow
@pytest.mark.parametrize(("build", "language"), [("native", "ka"), ("addin", "pl")])
def test_a_file_with_the_numbers_of_the_english_one_is_what_a_calculation_gives(
    build: Build, language: str, templates: Templates, tmp_path: Path
) -> None:
    whole = templates.built(build, language)
    functions = CatalogueFunctions(Context(language=language))
    known = shown(templates.built(build).path)
    report, values = relabelled(whole.written, tmp_path / "mine.xlsx", functions, known)
    assert (report.errors, report.kept) == ([], [])
    assert differing(tmp_path / "mine.xlsx", whole.path) == []
    assert values == shown(whole.path)


@pytest.mark.slow
def test_the_build_for_calc_shows_what_the_build_for_excel_shows(
    templates: Templates, tmp_path: Path
) -> None:
    whole = templates.built("calc", "pl")
    carried(whole.written, tmp_path / "mine.xlsx", shown(templates.built("addin", "pl").path))
    assert differing(tmp_path / "mine.xlsx", whole.path) == []


def differing(one: Path, other: Path) -> list[str]:
    """Return the parts that are not the same, byte by byte, in two packages."""
    mine, whole = parts(one), parts(other)
    assert list(mine) == list(whole)
    return [name for name, data in mine.items() if data != whole[name]]
