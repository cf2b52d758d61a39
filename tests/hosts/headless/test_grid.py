"""A grid gives at each point, to the last bit, what a calculation of its own gives with those inputs."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from clv_xl.catalogue.context import Context
from clv_xl.cells import Cell
from clv_xl.errors import CellError, UserError
from clv_xl.hosts.headless.axes import Axis, Word
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.hosts.headless.grid import Grid, grid_of
from clv_xl.orders.store import Store
from tests.hosts.headless.books import patched

Write = Callable[[Any], None]
ORDERS: list[list[Any]] = [
    ["customer", "date", "amount", "segment"],
    *[[f"C{i % 17}", 45_000 + 13 * i, 20.0 + i % 7, "AB"[i % 2]] for i in range(60)],
]


@pytest.fixture
def functions(tmp_path: Path) -> CatalogueFunctions:
    return CatalogueFunctions(Context(store=Store(tmp_path / "store")))


def made(path: Path, write: Write, **options: Any) -> Path:
    book = xlsxwriter.Workbook(str(path), options)
    write(book)
    book.close()
    return path


def shown(cell: Cell) -> str:
    return cell.code if isinstance(cell, CellError) else f"{type(cell).__name__} {cell!r}"


def alone(
    book: Path, functions: CatalogueFunctions, sets: dict[str, Cell], reads: Sequence[str]
) -> list[str]:
    report = calculate(book, None, functions, sets=list(sets.items()), gets=reads)
    return [shown(cell) for result in report.results for row in result.rows for cell in row]


def assert_as_alone(
    book: Path, functions: CatalogueFunctions, axes: dict[str, Sequence[Cell]], reads: Sequence[str]
) -> Grid:
    """Compare every point of a grid with a calculation of its own."""
    grid = grid_of(book, functions, [Axis(cell, tuple(values)) for cell, values in axes.items()], reads)
    assert grid.points == list(itertools.product(*axes.values()))
    for point, row in zip(grid.points, grid.rows, strict=True):
        found = [shown(cell) for cell in row]
        expected = alone(book, functions, dict(zip(axes, point, strict=True)), reads)
        # A request that has fewer cells here than elsewhere is filled up with blanks.
        assert [c for c in found if c != "NoneType None"] == [c for c in expected if c != "NoneType None"]
    return grid


def plain(book: Any) -> None:
    sheet = book.add_worksheet("Inputs")
    for row, (name, value) in enumerate([("aov", 50), ("margin", 0.4), ("cac", 45), ("flag", "Y")]):
        sheet.write_row(row, 0, [name, value])
    book.define_name("in_margin", "=Inputs!$B$2")
    book.define_name("twice", "=2*Inputs!$B$1")
    out = book.add_worksheet("CLV")
    out.write_formula("B1", "=CLV(Inputs!B1,3,3,in_margin,Inputs!B3,10%)")
    out.write_formula("B2", "=B1/Inputs!B3+twice")
    out.write_formula("B3", '=IF(Inputs!B4="Y",B1,"monthly "&TEXT(B1,"0.00"))')
    out.write_formula("B4", "=1/(in_margin-0.5)")
    out.write_formula("B5", "=SUM(Inputs!B:B)+AVERAGE(Inputs!B1:B3)")
    out.write_formula("B6", "=in_margin>0.45")
    out.write_formula("B7", "=7*6")
    out.write_formula("B8", '=INDIRECT("Inputs!B"&1+1)*3')
    out.write_formula("B9", "=NOSUCH(Inputs!B1)", None, 5)
    out.write_formula("B10", "=B9+1", None, 6)


def test_plain_formulas_names_texts_errors_and_whole_columns(
    tmp_path: Path, functions: CatalogueFunctions
) -> None:
    book = made(tmp_path / "b.xlsx", plain)
    axes: dict[str, Sequence[Cell]] = {
        "in_margin": (0.3, 0.5, 0.7),
        "Inputs!B3": (0.0, 45.0, "much", None),
        "Inputs!B4": ("Y", "M", True),
    }
    grid = assert_as_alone(book, functions, axes, [f"CLV!B{i}" for i in range(1, 9)])
    assert grid.alone == 0
    codes = {(f.column, f.code) for f in grid.failures}
    assert {("CLV!B4", "#DIV/0!"), ("CLV!B1", "#VALUE!")} <= codes
    assert next(f for f in grid.failures if f.column == "CLV!B4").count == 12


def spilling(book: Any) -> None:
    sheet = book.add_worksheet("S")
    sheet.write_row("A1", ["n", 3])
    sheet.write_row("A2", ["margin", 0.4])
    sheet.write_dynamic_array_formula("D1:D1", "=SEQUENCE(B1)*B2", None, 0)
    sheet.write_dynamic_array_formula("F1:F1", "=CLV.COMPARE(60,B2,10%)", None, 0)
    sheet.write_formula("A5", "=SUM(D1#)")
    sheet.write_formula("A6", "=COUNT(D1:D40)")
    sheet.write_formula("A7", "=SUM(G1:G20)")
    sheet.write_formula("A8", "=IF(B1>3,D1:D3,B2)")
    sheet.write_array_formula("A10:B12", "{=D1:D3*{1,2}}")


def test_results_that_spill_grow_and_shrink(tmp_path: Path, functions: CatalogueFunctions) -> None:
    book = made(tmp_path / "b.xlsx", spilling)
    reads = ["S!D1#", "S!F1#", "S!A5", "S!A6", "S!A7", "S!A8", "S!A10:B12", "S!D1:G9"]
    grid = assert_as_alone(book, functions, {"S!B1": (3.0, 2.0, 5.0, 3.0, 0.0), "S!B2": (0.4, 0.5)}, reads)
    assert 0 < grid.alone < len(grid.points)


def with_log(book: Any) -> None:
    first = book.add_worksheet("First")
    first.write_formula("A1", "=SUM(Log!C2:C61)/Out!B6")
    first.write_formula("A2", "=Out!B4")
    sheet = book.add_worksheet("Log")
    for row, cells in enumerate(ORDERS):
        sheet.write_row(row, 0, cells)
    sheet.add_table(
        0, 0, len(ORDERS) - 1, 3, {"name": "Orders", "columns": [{"header": h} for h in ORDERS[0]]}
    )
    out = book.add_worksheet("Out")
    out.write_row("A1", ["margin", 0.3, "cac", 5.0, "unit", "Q"])
    book.define_name("log", f"=Log!$A$1:$D${len(ORDERS)}")
    out.write_dynamic_array_formula(
        "A3:A3", '=CLV.SEGMENT(Orders[#All],"segment",$F$1,,,$B$1,$D$1)', None, "x"
    )
    last = book.add_worksheet("Last")
    last.write_formula("A1", "=First!A2*2-SUM(Log!C2:C61)/Out!B6")
    out.write_formula("A20", "=INDEX(A3#,2,2)*B1")
    out.write_formula("B20", "=CLV.AOV(Orders[amount])*B1-D1")
    out.write_formula("C20", "=CLV.FREQUENCY(Log!A:A,Log!B:B,F1)*B1")
    out.write_formula("D20", "=SUM(K4:K5)/B6")
    out.write_dynamic_array_formula("A24:A24", "=CLV.SUMMARY(log,F1,,B1,D1)", None, "x")


def test_order_logs_are_handed_over_once_and_give_the_same(
    tmp_path: Path, functions: CatalogueFunctions
) -> None:
    book = made(tmp_path / "b.xlsx", with_log)
    reads = ["First!A1:A2", "Last!A1", "Out!A3#", "Out!A20:D20", "Out!A24#"]
    axes: dict[str, Sequence[Cell]] = {"Out!B1": (0.2, 1.5, 0.3), "Out!D1": (0.0, 5.0), "Out!F1": ("Q", "M")}
    grid = assert_as_alone(book, functions, axes, reads)
    assert grid.alone == 0  # not where a margin of 1.5 leaves one cell of a table, nor after it


def test_a_cell_of_the_log_itself_can_be_varied(tmp_path: Path, functions: CatalogueFunctions) -> None:
    book = made(tmp_path / "b.xlsx", with_log)
    reads = ["First!A1:A2", "Last!A1", "Out!A3#", "Out!A20:D20", "Out!A24#"]
    assert_as_alone(book, functions, {"Log!C5": (20.0, 900.0, "x"), "Log!D5": ("A", "C")}, reads)


def test_dates_of_a_1904_workbook(tmp_path: Path, functions: CatalogueFunctions) -> None:
    def write(book: Any) -> None:
        with_log(book)
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.get_worksheet_by_name("Out")
        sheet.write_number("A22", 46_000 - 1462, style)
        sheet.write_formula("B22", "=A22+1", style)
        sheet.write_formula("C22", "=CLV.FREQUENCY(Log!A1:A61,Log!B1:B61,F1,A22)*B1")
        book.get_worksheet_by_name("Log").set_column(1, 1, None, style)

    book = made(tmp_path / "b.xlsx", write, date_1904=True)
    reads = ["Out!A20:D20", "Out!B22", "Out!C22"]
    axes: dict[str, Sequence[Cell]] = {"Out!A22": (46_000.0 - 1462, 45_900.0 - 1462), "Out!B1": (0.2, 0.4)}
    assert_as_alone(book, functions, axes, reads)
    days = Axis("Out!A22", (Word("2025-12-09"), Word("2025-08-31")))
    grid = grid_of(book, functions, [days], ["Out!B22"])
    assert grid.rows == [[46_001.0 - 1462], [45_901.0 - 1462]]


def with_table(path: Path) -> Path:
    """Write a workbook with a native two-way data table in E2:F3: margin across, CAC down."""

    def write(book: Any) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_column("A1", [0.4, 45])
        sheet.write_formula("B1", "=CLV(50,3,3,A1,A2)")
        sheet.write_formula("D1", "=B1")
        sheet.write_row("E1", [0.3, 0.5])
        sheet.write_column("D2", [30, 60])
        sheet.write_formula("E2", "=DT")
        sheet.write_row("F2", [-1])
        sheet.write_row("E3", [-1, -1])
        sheet.write_formula("A9", "=SUM(E2:F3)+A1")

    attributes = 'ref="E2:F3" dt2D="1" dtr="1" r1="A1" r2="A2"'
    made(path, write)
    return patched(path, "xl/worksheets/sheet1.xml", ("<f>DT</f>", f'<f t="dataTable" {attributes}/>'))


def test_what_reads_a_data_table_is_calculated_with_it(tmp_path: Path, functions: CatalogueFunctions) -> None:
    book = with_table(tmp_path / "b.xlsx")
    grid = assert_as_alone(book, functions, {"S!E1": (0.3, 0.35), "S!A1": (0.4, 0.6)}, ["S!A9", "S!E2:F3"])
    assert grid.alone == 3  # every point but the first


def test_a_cell_that_cannot_be_calculated_is_refused_with_its_reason(
    tmp_path: Path, functions: CatalogueFunctions
) -> None:
    book = made(tmp_path / "b.xlsx", plain)
    for cell in ("CLV!B9", "CLV!B10", "CLV!B8:B10"):
        with pytest.raises(UserError) as refused:
            grid_of(book, functions, [Axis("Inputs!B1", (1.0, 2.0))], [cell])
        assert refused.value.key == "whatif.cannot_calculate"


def test_a_formula_may_be_varied_and_that_is_told(tmp_path: Path, functions: CatalogueFunctions) -> None:
    book = made(tmp_path / "b.xlsx", plain)
    grid = assert_as_alone(book, functions, {"CLV!B1": (1.0, 2.0)}, ["CLV!B2", "CLV!B3", "CLV!B1"])
    assert [note.text.key for note in grid.notes] == ["whatif.overwritten"]


def test_what_nothing_moves_and_what_moves_nothing_is_told(
    tmp_path: Path, functions: CatalogueFunctions
) -> None:
    book = made(tmp_path / "b.xlsx", plain)
    axes: dict[str, Sequence[Cell]] = {"Inputs!B1": (1.0, 2.0), "Inputs!Z9": (1.0,)}
    grid = assert_as_alone(book, functions, axes, ["CLV!B7", "CLV!B1"])
    told = [(note.text.key, note.text.params["cell"]) for note in grid.notes]
    assert told == [("whatif.unmoved", "CLV!B7"), ("whatif.moves_nothing", "Inputs!Z9")]
