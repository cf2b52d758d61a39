"""The block that shows what a table function answers: law by law, on a sheet of its own."""

import re
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import openpyxl
import pytest

from clv_xl.catalogue.context import Context
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.workbook.page import Area
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.kit import Build, Kit
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.order_lines import sample

Shown: TypeAlias = tuple[list[list[object]], Area]
Sheet: TypeAlias = Callable[..., Shown]

LOADED = MappingProxyType({True: "=1=1", False: "=1=0"})
FLAT = "CLV.SCHEDULE(100,10,1,0,2)"  # nobody leaves, nothing is discounted: 1000 in each of two periods
MISSING = "Add-in not in use: native formulas answer"


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """Return what a sheet with one block shows, and where the block is."""

    def written(
        call: str, *, loaded: bool = True, build: Build = "addin", rows: int = 4, **more: Any
    ) -> Shown:
        kit = Kit.begin(tmp_path / "w.xlsx", "en", build, sample)
        leaf = Leaf(kit, "settings", (20,))
        leaf.calculate(0, 0, LOADED[loaded])
        kit.name("set_addin", leaf.name, "$A$1")
        formats = by_column(("int", "tenth", "money", "decimal", "money", "money"), rows)
        area = function_table(leaf, 1, 0, call, formats, **more)
        leaf.finish()
        kit.book.close()
        calculate(tmp_path / "w.xlsx", tmp_path / "c.xlsx", CatalogueFunctions(Context(language="en")))
        found = openpyxl.load_workbook(tmp_path / "c.xlsx", data_only=True).worksheets[0]
        return [[c.value for c in row] for row in found.iter_rows(min_row=2, max_row=8, max_col=6)], area

    return written


def numbers(rows: list[list[object]]) -> list[object]:
    return [cell for row in rows for cell in row if isinstance(cell, int | float)]


def test_the_call_stands_as_typed_above_its_answer(sheet: Sheet) -> None:
    rows, area = sheet(FLAT)
    assert rows[0][0] == f"={FLAT}"
    # 100 customers, 10 of margin each, none leaves: 1000 a period, 2000 in all.
    assert [rows[i][2] for i in (2, 3)] == pytest.approx([1000, 1000])
    assert rows[3][5] == pytest.approx(2000)
    assert (area.top, area.bottom, area.right) == (2, 5, 5)


def test_without_the_addin_one_line_says_so_and_the_table_is_blank(sheet: Sheet) -> None:
    rows, _ = sheet(FLAT, loaded=False)
    assert [cell for row in rows for cell in row if cell not in (None, "")] == [MISSING]


def test_the_native_build_has_no_block(sheet: Sheet) -> None:
    rows, area = sheet(FLAT, build="native")
    assert not any(cell for row in rows for cell in row)
    assert (area.top, area.bottom) == (2, 5)


def test_a_block_that_is_not_asked_is_blank(sheet: Sheet) -> None:
    assert numbers(sheet(FLAT, when="1=0")[0]) == []
    assert numbers(sheet(FLAT, when="1=1")[0])


def test_room_for_more_is_part_of_the_block_and_blank(sheet: Sheet) -> None:
    rows, area = sheet(FLAT, rows=6, size=(4, 6))
    assert area.bottom == 7
    assert numbers(rows[5:]) == []


def test_rows_may_stand_between_the_call_and_the_table(sheet: Sheet) -> None:
    rows, area = sheet(FLAT, above=2)
    assert area.top == 3
    assert not any(rows[1])
    assert rows[3][2] == pytest.approx(1000)


def test_a_call_longer_than_a_text_in_a_formula_may_be_is_shown_whole(sheet: Sheet, tmp_path: Path) -> None:
    long = f"CLV.SCHEDULE(100,10,{'+'.join(['0'] * 150)}+1,0,2)"
    assert sheet(long)[0][0][0] == f"={long}"
    cell = openpyxl.load_workbook(tmp_path / "w.xlsx").worksheets[0]["A2"].value
    texts = re.findall(r'"([^"]*)"', cell.text)
    assert "".join(texts[:-1]) == f"={long}"
    assert max(map(len, texts)) <= 255  # Excel's limit for a text in a formula


def test_only_a_block_that_may_never_answer_is_blank_where_it_does_not(sheet: Sheet) -> None:
    assert numbers(sheet("NA()", never=True)[0]) == []
    assert "#N/A" in [cell for row in sheet("NA()")[0] for cell in row]


def test_in_calc_which_does_not_spill_the_answer_fills_the_block(sheet: Sheet, tmp_path: Path) -> None:
    """The rest would be #N/A there; tests/hosts/libreoffice/test_template.py has a log cut shorter."""
    plain, _ = sheet(FLAT, rows=6)
    assert numbers(sheet(FLAT, rows=6, build="calc")[0]) == pytest.approx(numbers(plain))
    table = openpyxl.load_workbook(tmp_path / "w.xlsx").worksheets[0]["A3"].value
    assert (table.ref, "ROWS(" in table.text) == ("A3:F8", True)
    sheet(FLAT, rows=6, build="calc", fixed=True)
    assert "ROWS(" not in openpyxl.load_workbook(tmp_path / "w.xlsx").worksheets[0]["A3"].value.text


def test_a_block_known_to_be_blank_is_one_cell_that_grows_where_tables_spill(
    sheet: Sheet, tmp_path: Path
) -> None:
    def written(path: str) -> str:
        return str(openpyxl.load_workbook(tmp_path / path).worksheets[0]["A3"].value.ref)

    shown, area = sheet(FLAT, when="1=0", blank=True)
    assert (numbers(shown), area.bottom, written("w.xlsx"), written("c.xlsx")) == ([], 5, "A3", "A3")
    assert numbers(sheet(FLAT, when="1=1", blank=True)[0]) == numbers(sheet(FLAT)[0])
    assert written("c.xlsx") == "A3:F6"
    sheet(FLAT, when="1=0", blank=True, build="calc")
    assert written("w.xlsx") == "A3:F6"
