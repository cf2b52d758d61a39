"""What-if data tables of Excel in the written file: their spelling, and what each host makes of them."""

import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.formula import DataTableFormula
from openxml_audit import OpenXmlValidator

from clv_xl.catalogue.context import Context
from clv_xl.errors import UserError
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.workbook.template.data_table import add_data_tables
from clv_xl.workbook.template.kit import DataTable
from tests.hosts.libreoffice.office import office
from tests.hosts.libreoffice.with_extension import VERSIONS, program
from tests.workbook.template.built import Built
from tests.workbook.template.shop import shop

ACROSS, DOWN = (0.08, 0.1, 0.12), (0.7, 0.8, 0.9)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return shop(tmp_path_factory.mktemp("planned"))


def small(path: Path) -> Path:
    """Write 100 m(1+d)/(1+d-r) over discount rates across and retention rates down."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("S")
    sheet.write_column("A1", [100, 0.5, 0.05])
    sheet.write_formula("C1", "=A1*(1+A3)/(1+A3-A2)")
    sheet.write_row("D1", ACROSS)
    sheet.write_column("C2", DOWN)
    for row in range(1, 4):
        sheet.write_row(row, 3, [0, 0, 0])
    book.close()
    add_data_tables(path, [DataTable("S", "D2:F4", "A3", "A2")], ["S"])
    return path


def test_openpyxl_reads_back_what_was_written(tmp_path: Path) -> None:
    cell = openpyxl.load_workbook(small(tmp_path / "b.xlsx"))["S"]["D2"].value
    assert isinstance(cell, DataTableFormula)
    assert (cell.ref, cell.r1, cell.r2) == ("D2:F4", "A3", "A2")
    assert [str(flag) for flag in (cell.dt2D, cell.dtr)] == ["1", "1"]


def test_80_percent_retention_at_10_percent_is_366_67(tmp_path: Path) -> None:
    """Catalogue, CLV.CONTRACT: (100, 80%, 10%, upfront) is 366.67."""
    report = calculate(small(tmp_path / "b.xlsx"), None, CatalogueFunctions(Context()), gets=["S!D2:F4"])
    values = report.results[0].rows
    assert values[1][1] == pytest.approx(366.67, abs=0.005)
    assert values == [[pytest.approx(100 * (1 + d) / (1 + d - r)) for d in ACROSS] for r in DOWN]


def test_excel_would_open_it_without_repair(tmp_path: Path) -> None:
    assert OpenXmlValidator().validate(small(tmp_path / "b.xlsx")).errors == []


@pytest.mark.parametrize("host", VERSIONS)
def test_libreoffice_shows_the_tables_of_a_file_that_is_only_opened(host: str, tmp_path: Path) -> None:
    """The file holds zeros: 366.67 of the catalogue in the middle was calculated while it was opened."""
    path, area = small(tmp_path / "b.xlsx"), "S.D2:F4"
    with office(program(host), tmp_path / "profile") as calc:
        theirs = calc("read_file", path=str(path), addresses=[area], recalculate=False)[area]
    assert theirs[1][1] == pytest.approx(366.67, abs=0.005)
    assert theirs == [[pytest.approx(100 * (1 + d) / (1 + d - r)) for d in ACROSS] for r in DOWN]


def test_a_block_that_holds_no_number_is_no_data_table(tmp_path: Path) -> None:
    path = small(tmp_path / "b.xlsx")
    with pytest.raises(ValueError, match="S!H2"):
        add_data_tables(path, [DataTable("S", "H2:J4", "A3", "A2")], ["S"])


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        add_data_tables(tmp_path / "no.xlsx", [DataTable("S", "D2:F4", "A3", "A2")], ["S"])


def test_without_tables_the_file_stays_as_it_is(tmp_path: Path) -> None:
    path = small(tmp_path / "b.xlsx")
    before = path.read_bytes()
    add_data_tables(path, [], ["S"])
    assert path.read_bytes() == before


def test_the_same_file_comes_out_every_time(tmp_path: Path) -> None:
    left, right = (small(tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    with zipfile.ZipFile(left) as one, zipfile.ZipFile(right) as other:
        part = "xl/worksheets/sheet1.xml"
        assert one.read(part) == other.read(part)


def test_input_cells_lie_on_the_sheet_of_their_table(planned: Built) -> None:
    """Excel takes no other; both are yellow cells that hold 0."""
    sheet = planned.sheet("sensitivity")
    assert len(planned.kit.data_tables) == 2
    for found in planned.kit.data_tables:
        assert found.sheet == sheet.title
        assert [sheet[cell].value for cell in (found.row_input, found.column_input)] == [0, 0]
        assert isinstance(
            planned.sheet("sensitivity", formulas=True)[found.block.split(":")[0]].value, DataTableFormula
        )


@pytest.mark.slow
def test_the_planning_sheets_open_without_repair(planned: Built) -> None:
    for path in (planned.written, planned.path):
        assert OpenXmlValidator().validate(path).errors == []


@pytest.mark.slow
@pytest.mark.parametrize("host", VERSIONS)
def test_libreoffice_calculates_the_same_tables(host: str, planned: Built, tmp_path: Path) -> None:
    """The file as written holds zeros where the tables are: what is read is calculated."""
    tables = planned.kit.data_tables
    addresses = [f"{found.sheet}.{found.block}" for found in tables]
    ours = [
        [[cell.value for cell in row] for row in planned.sheet("sensitivity")[found.block]]
        for found in tables
    ]
    zeros = openpyxl.load_workbook(planned.written, data_only=True)[tables[0].sheet][tables[0].block]
    assert {cell.value for row in zeros for cell in row} == {0}
    with office(program(host), tmp_path / "profile") as calc:
        for recalculate in (False, True):
            theirs = calc("read_file", path=str(planned.path), addresses=addresses, recalculate=recalculate)
            for address, values in zip(addresses, ours, strict=True):
                assert theirs[address] == [pytest.approx(row, rel=1e-9) for row in values]
