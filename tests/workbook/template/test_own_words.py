"""What a workbook says of data that are the user's own: nothing that is true of the public sample alone."""

from pathlib import Path

import openpyxl
import pytest

from clv_xl import texts
from clv_xl.workbook.template.order_lines import sample
from clv_xl.workbook.template.write import write_template
from tests.workbook.template.shop import small

# Sheets whose examples are published ones, said to be so; a glossary explains words.
_EXAMPLES = ("retention", "functions", "glossary")
# Texts that speak of the sample, of how its channels were dealt out, or of what was assumed for it.
OF_SAMPLE = (
    "origin", "monitoring.origin_note", "monitoring.origin_sample", "monitoring.ledger_sample",
    "scenarios.planner_sample", "allocation.assumed", "guide.step3", "cover.entity_sample", "inputs.assumed",
    "log.a_channel", "log.a_sample",
)  # fmt: skip


def words(path: Path) -> str:
    """Return all texts of a workbook, as they are written."""
    book = openpyxl.load_workbook(path)
    cells = (cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    return "\n".join(value for value in cells if isinstance(value, str))


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own") / "own.xlsx"
    write_template(path, "en", "native", small)
    return path


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_own_data_are_not_called_a_sample(language: str, tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    write_template(path, language, "native", small)
    found = words(path)
    assert [key for key in OF_SAMPLE if texts.word(f"template.{key}", language) in found.split("\n")] == []
    tails = ("monitoring.ledger_sample", "scenarios.planner_sample")
    assert [key for key in tails if texts.word(f"template.{key}", language) in found] == []


def test_the_sample_says_all_that_is_its_own(tmp_path: Path) -> None:
    write_template(tmp_path / "sample.xlsx", "en", "native", sample)
    found = words(tmp_path / "sample.xlsx")
    assert [key for key in OF_SAMPLE if texts.word(f"template.{key}") not in found] == []


def test_no_other_sheet_speaks_of_the_sample(english: Path) -> None:
    book = openpyxl.load_workbook(english)
    left_out = {texts.word(f"sheet.{key}") for key in _EXAMPLES}
    told = [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book.worksheets
        if sheet.title not in left_out
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and any(word in cell.value for word in ("CDNOW", "sample", "Fader"))
    ]
    assert told == []
