"""Sheet Guide: a map whose links lead somewhere, and a legend in the real colours."""

import pytest

from clv_xl import texts
from clv_xl.workbook.styles import BLUE, GREEN, PALE_YELLOW, PURPLE
from clv_xl.workbook.template.all import SHEETS
from tests.workbook.template.built import Built


def targets(built: Built, key: str) -> list[str]:
    links = [cell.hyperlink for row in built.sheet(key).iter_rows() for cell in row if cell.hyperlink]
    return [link.location.rpartition("!")[0].strip("'") for link in links]


def test_the_map_leads_to_every_sheet_in_order(native: Built, addin: Built) -> None:
    for built in (native, addin):
        names = built.values.sheetnames
        assert targets(built, "guide")[-len(names) :] == names
        assert set(targets(built, "checks")) <= set(names)


def test_only_builds_with_functions_have_the_gallery(native: Built, addin: Built) -> None:
    assert addin.kit.word("sheet.functions") in targets(addin, "guide")
    assert native.kit.word("sheet.functions") not in native.values.sheetnames


@pytest.mark.parametrize("sheet", [sheet.key for sheet in SHEETS])
def test_a_sheet_has_title_and_purpose_in_every_language(sheet: str) -> None:
    for key in (f"template.{sheet}.title", f"template.{sheet}.what"):
        row = {language: texts.find(key, language) for language in texts.LANGUAGES}
        assert all(row.values()), key
        if key.endswith("what"):
            assert len(set(row.values())) == len(texts.LANGUAGES), f"{key} is not translated"


def test_the_legend_shows_cells_in_the_colours_they_name(native: Built) -> None:
    sheet = native.sheet("guide")
    cells = {row[2].value: row[1] for row in sheet.iter_rows()}
    wanted = {"input": BLUE, "link": GREEN, "addin": PURPLE}
    for name, colour in wanted.items():
        shown = cells[native.kit.word(f"template.guide.legend_{name}")]
        assert shown.font.color.rgb == f"FF{colour.removeprefix('#')}", name
    yellow = cells[native.kit.word("template.guide.legend_input")].fill.fgColor.rgb
    assert yellow == f"FF{PALE_YELLOW.removeprefix('#')}"
