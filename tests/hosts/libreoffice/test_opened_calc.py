"""What opening a document changes in a real LibreOffice with the extension: our names, and nothing else."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from clv_xl.hosts.xlwings_udf.book.ovba import Module
from clv_xl.hosts.xlwings_udf.book.package import sheet_code_names, with_modules
from tests.hosts.libreoffice.office import Office
from tests.hosts.libreoffice.with_extension import VERSIONS, Profiles

HERE = Path(__file__).parent
FILES = (HERE / "opened_procedures.py", HERE / "menu_procedures.py")
AOV = "CLV_AOV({1,2,3})"
MENDED = "CLV.AOV({1;2;3})"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=VERSIONS)
def calc(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Profiles(tmp_path_factory).calc(request.param, *FILES) as started:
        yield started


def book(path: Path, fill: Callable[[Any, Any], Any]) -> str:
    """Write a workbook of Excel with one sheet."""
    made = xlsxwriter.Workbook(str(path))
    fill(made, made.add_worksheet("One"))
    made.close()
    return str(path)


def test_texts_that_look_like_formulas_stay_texts(calc: Office, tmp_path: Path) -> None:
    texts = {"A1": "=clv_aov(1)", "A2": "{=clv_aov(1)}", "A3": "see clv_aov(1)", "A4": "'clv_aov(1)"}
    path = tmp_path / "texts.ods"
    calc("with_texts", path=str(path), texts=texts)
    found = calc("as_opened", path=str(path), cells=list(texts))["cells"]
    assert {a: shown[1:] for a, shown in found.items()} == {a: [text, "TEXT"] for a, text in texts.items()}


@pytest.mark.parametrize("settings", [{}, {"ReadOnly": True}, {"AsTemplate": True}])
def test_a_document_counts_as_unchanged_and_has_nothing_to_undo(
    settings: dict[str, bool], calc: Office, tmp_path: Path
) -> None:
    path = book(tmp_path / "book.xlsx", lambda _, sheet: sheet.write_formula("A1", f"={AOV}"))
    found = calc("as_opened", path=path, cells=["A1"], **settings)
    assert found["cells"]["A1"][:2] == ["=" + MENDED, "2"]
    assert (found["modified"], found["undo"]) == (False, False)


def test_a_formula_on_a_protected_sheet_is_mended_and_the_sheet_stays_protected(
    calc: Office, tmp_path: Path
) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_formula("A1", f"={AOV}")
        sheet.protect("secret")

    found = calc("as_opened", path=book(tmp_path / "book.xlsx", fill), cells=["A1"])
    assert (found["cells"]["A1"][:2], found["protected"]) == (["=" + MENDED, "2"], True)


def test_names_that_stand_for_formulas_are_mended(calc: Office, tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        made.define_name("mean", f"={AOV}")
        made.define_name("One!here", f"={AOV}*2")
        made.define_name("plain", "=One!$C$1")
        sheet.write_formula("A1", "=mean+here")

    found = calc("as_opened", path=book(tmp_path / "book.xlsx", fill), cells=["A1"])
    assert found["names"]["mean"] == MENDED
    assert found["names"]["here"] == MENDED + "*2"
    assert found["cells"]["A1"][1] == "6"  # 2 and twice 2


def test_an_array_formula_keeps_its_cells_beside_other_formulas(calc: Office, tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_array_formula("A1:C4", "{=CLV_COMPARE(60,0.8,0.1)}")
        for row in range(1, 7):
            sheet.write_formula(f"D{row}", f"=CLV_AOV({{{row},{row}}})")
        sheet.write_formula("A5", f"={AOV}")

    cells = ["A1", "C4", "A5", "D1", "D6"]
    found = calc("as_opened", path=book(tmp_path / "book.xlsx", fill), cells=cells)["cells"]
    table = "{=CLV.COMPARE(60;0.8;0.1)}"
    assert [found[a][0] for a in cells] == [
        table, table, "=" + MENDED, "=CLV.AOV({1;1})", "=CLV.AOV({6;6})",
    ]  # fmt: skip
    assert [found[a][1] for a in ("A1", "A5", "D6")] == ["Convention", "2", "6"]


def test_one_cell_of_ours_as_excel_writes_it_with_an_at_sign(calc: Office, tmp_path: Path) -> None:
    """Excel stores ``=@CLV.AOV(..)`` as ``_xlfn.SINGLE(..)`` ([MS-XLSX] 2.2.2, future functions)."""

    def fill(_: Any, sheet: Any) -> None:
        sheet.write_formula("A1", f"=_xlfn.SINGLE(_xldudf_{AOV})*2")
        sheet.write_formula("A2", f"=_xlfn.SINGLE({AOV})*2")

    found = calc("as_opened", path=book(tmp_path / "book.xlsx", fill), cells=["A1", "A2"])["cells"]
    assert [found[a][1] for a in ("A1", "A2")] == ["4", "4"]


def test_our_function_goes_before_a_macro_of_that_name(calc: Office, tmp_path: Path) -> None:
    """The workbook of ``clv-xl install excel`` has such macros; they call what only Windows has."""
    path = tmp_path / "book.xlsx"
    book(path, lambda _, sheet: sheet.write_formula("A1", f"={AOV}"))
    source = "Public Function CLV_AOV(x As Variant) As Variant\n    CLV_AOV = 77\nEnd Function\n"
    xlsx = path.read_bytes()
    names = [Module(name, "document", "") for name in ("ThisWorkbook", *sheet_code_names(xlsx))]
    with_macros = tmp_path / "book.xlsm"
    with_macros.write_bytes(with_modules(xlsx, [*names, Module("Ours", "standard", source)]))
    found = calc("as_opened", path=str(with_macros), cells=["A1"])
    assert found["cells"]["A1"][:2] == ["=" + MENDED, "2"]


def test_what_goes_wrong_on_opening_is_listed_with_the_errors(calc: Office) -> None:
    assert calc("odd_events")
    rows = calc("shown_by_menu", entry="errors")["rows"]
    assert rows[-1][:3] == ["", "", ""]
    assert "AttributeError" in rows[-1][3]
    assert rows[-1][3].startswith("A workbook was opened")
