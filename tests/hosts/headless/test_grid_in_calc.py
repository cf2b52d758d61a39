"""A grid is what LibreOffice's own data table (MULTIPLE.OPERATIONS) shows for the same file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from clv_xl.catalogue.context import Context
from clv_xl.hosts.headless.axes import Axis
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.hosts.headless.grid import grid_of
from tests.hosts.headless.books import patched
from tests.hosts.libreoffice.office import Office, office
from tests.hosts_available import soffice

PROCEDURES = Path(__file__).parents[2] / "benchmarks" / "whatif_procedures.py"
MARGINS, COSTS = (0.25, 0.3, 0.41, 0.55), (0.0, 30.0, 45.5, 60.0, 75.0)
AREA = "E2:H6"

pytestmark = [pytest.mark.uno, pytest.mark.slow]


@pytest.fixture(scope="module")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    program = soffice()
    assert program is not None
    with office(program, tmp_path_factory.mktemp("profile"), procedures=(PROCEDURES,)) as started:
        yield started


def with_table(path: Path) -> Path:
    """Write a workbook of native formulas with a two-way data table: margin across, cost down."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("S")
    sheet.write_column("A1", [0.4, 45, 50, 3, 3, 0.1])
    sheet.write_formula("B1", "=SUMPRODUCT(A3*A4*A1/(1+A6)^(ROW(A1:A3)-1))-A2")
    sheet.write_formula("B2", "=IF(B1<0,NA(),ROUND(B1*2,3)/3)")
    sheet.write_formula("D1", "=B2")
    sheet.write_row("E1", MARGINS)
    sheet.write_column("D2", COSTS)
    for row in range(1, 6):
        sheet.write_row(row, 4, [-1] * 4)
    sheet.write_formula("E2", "=DT")
    book.close()
    attributes = f'ref="{AREA}" dt2D="1" dtr="1" r1="A1" r2="A2"'
    return patched(path, "xl/worksheets/sheet1.xml", ("<f>DT</f>", f'<f t="dataTable" {attributes}/>'))


def test_a_grid_is_the_data_table_of_libreoffice(tmp_path: Path, calc: Office) -> None:
    book = with_table(tmp_path / "b.xlsx")
    cells = [["S", f"{column}{row}"] for row in range(2, 7) for column in "EFGH"]
    theirs: list[Any] = calc("shown", path=str(book), cells=cells)
    functions = CatalogueFunctions(Context())
    axes = [Axis("S!A2", COSTS), Axis("S!A1", MARGINS)]
    grid = grid_of(book, functions, axes, ["S!B2"])
    ours = [getattr(row[0], "code", row[0]) for row in grid.rows]
    assert theirs != [-1.0] * 20  # LibreOffice has calculated its table
    assert ours == pytest.approx(theirs, rel=1e-15)
    table = calculate(book, None, functions, gets=[f"S!{AREA}"]).results[0].rows
    assert [getattr(cell, "code", cell) for row in table for cell in row] == ours
