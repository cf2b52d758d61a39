"""``clv-xl demo``: made, calculated and shown in one go."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from clv_xl import texts
from clv_xl.cli import main
from clv_xl.cli.demo import convention, free_name, segment_lines
from clv_xl.cli.terminal import Terminal
from tests.cli.program import clv_xl

if TYPE_CHECKING:
    from clv_xl.cells import Cell

KEYS = ("segment", "customers", "avg_order_value", "frequency", "lifespan", "clv_to_date", "cac", "clv_net")
_CONVENTION = ("unit.Y", "basis.undiscounted", "basis.margin")


@pytest.mark.slow
def test_the_demo_shows_its_segments_and_where_the_workbook_is(tmp_path: Path) -> None:
    book = tmp_path / "Demo.xlsx"
    done = clv_xl("demo", "-o", str(book))
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line for line in done.stdout.splitlines() if "█" in line]
    # 2,357 customers: the sample of Fader and Hardie, described in its line of origin
    assert sum(int(re.split(r"  +", row)[1]) for row in rows) == 2357
    assert len(rows) == 3
    assert str(book) in done.stdout
    assert "clv-xl calc " in done.stdout
    assert "Segments" in openpyxl.load_workbook(book, read_only=True).sheetnames


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_bar_is_as_long_as_its_value(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    worth = [60.0, 30.0, -10.0]
    rows: list[list[Cell]] = [list(KEYS)]
    rows += [[f"s{i}", 10.0, 50.0, 2.0, 1.5, 70.0, 10.0, w] for i, w in enumerate(worth)]
    total: list[Cell] = ["all", 30.0, 50.0, 2.0, 1.5, 70.0, 10.0, 26.67]
    lines = segment_lines(KEYS, [*rows, total], Terminal(language))
    bars = [len(re.findall("[█#]", line)) for line in lines[2:]]
    assert bars == [24, 12, 0, 0]
    mark = "," if language in texts.DECIMAL_COMMA else "."
    assert f"26{mark}67" in lines[-1]
    assert capsys.readouterr().out == ""


def test_no_segment_worth_anything_has_no_bar() -> None:
    rows: list[list[Cell]] = [
        list(KEYS),
        ["a", 1.0, 1.0, 1.0, 1.0, 1.0, 9.0, -8.0],
        ["all", 1.0, 1.0, 1.0, 1.0, 1.0, 9.0, -8.0],
    ]
    assert not any("█" in line for line in segment_lines(KEYS, rows, Terminal("en")))


def test_an_earlier_demo_is_not_overwritten(tmp_path: Path) -> None:
    assert free_name(tmp_path).name == "clv-xl-demo.xlsx"
    (tmp_path / "clv-xl-demo.xlsx").touch()
    assert free_name(tmp_path).name == "clv-xl-demo-2.xlsx"


def test_a_folder_that_is_not_there_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["demo", "-o", str(tmp_path / "no" / "Demo.xlsx")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_convention_names_margin_period_currency_and_last_day(language: str) -> None:
    line = convention(Terminal(language))
    # assumptions of the demonstration: 25%, yearly periods, 1998-06-30 the last day of the sample
    for part in ("25%", "USD", "1998-06-30", *(texts.word(key, language) for key in _CONVENTION)):
        assert part in line
