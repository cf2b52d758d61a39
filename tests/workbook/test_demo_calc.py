"""The demonstration workbook in LibreOffice Calc, which has none of our functions."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from clv_xl import texts
from tests.workbook.demo_book import Books, Made, named, read, same

pytestmark = [pytest.mark.calc, pytest.mark.slow]
STATUS = ("demo.status_live", "demo.status_stored", "demo.status_gone")


def opened(calc: Path, path: Path, folder: Path) -> Any:
    """Return what LibreOffice makes of a workbook, as values."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(calc), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return read(folder / path.name, data_only=True)


def test_libreoffice_shows_the_same_numbers_and_no_error(made: Made, calc: Path, tmp_path: Path) -> None:
    ours, theirs = made.values, opened(calc, made.path, tmp_path)
    assert theirs.sheetnames == ours.sheetnames
    live, stored, _ = (texts.word(key) for key in STATUS)
    assert (named(ours, "set_addin"), bool(named(theirs, "set_addin"))) == (True, False)
    compared = 0
    for sheet in ours.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                found = theirs[sheet.title][cell.coordinate].value
                if cell.value is True or cell.value == live:
                    assert found in (stored, True, False, 0, 1)
                    continue
                assert not str(found).startswith("#"), (sheet.title, cell.coordinate, found)
                assert same(cell.value, found), (sheet.title, cell.coordinate, cell.value, found)
                compared += cell.value is not None
    assert compared > 50_000


def test_old_tables_are_not_shown_for_new_assumptions(calc: Path, books: Books, tmp_path: Path) -> None:
    changed = books.made("en", "addin", "in_margin=30%")
    theirs = opened(calc, changed.path, tmp_path)
    assert theirs[changed.demo.segments]["A7"].value == texts.word("demo.not_loaded")
    assert theirs[changed.demo.segments]["A5"].value == texts.word("demo.status_gone")


def test_a_yellow_cell_takes_the_stored_tables_of_its_own_sheet_only(
    calc: Path, books: Books, tmp_path: Path
) -> None:
    changed = books.made("en", "addin", "in_change=20%")
    theirs = opened(calc, changed.path, tmp_path)
    what_if, plan = (theirs[texts.word(f"demo.sheet_{key}")] for key in ("what_if", "plan"))
    assert what_if["A4"].value == texts.word("demo.status_gone")
    assert plan["A4"].value == texts.word("demo.status_stored")
    missing = texts.word("demo.not_loaded")
    assert any(cell.value == missing for cell in what_if["A"])
    assert not any(cell.value == missing for cell in plan["A"])
