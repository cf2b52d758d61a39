"""Who reads a cell that a result spills over is calculated after that result, whatever the order."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from clv_xl.catalogue.context import Context
from clv_xl.cells import Cell
from clv_xl.errors import CellError
from clv_xl.hosts.headless.calc import Run, calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.hosts.headless.package import Package
from tests.hosts.headless.books import make, patched, run
from tests.hosts.headless.dags import Growing, Node, Where, dag, expected, workbook

BOOKS = 400
SHARES = 8


def evaluated(path: Path, *, anew: bool = False) -> Run:
    with Package(path) as package:
        calculation = Run(package, Growing(), None)
        calculation.read((), ())
        calculation.load()
        for formula in calculation.book.formulas() if anew else ():  # as when it has been rewritten
            calculation.engine.set_formula(formula.sheet, *formula.place, formula.given)
        calculation.evaluate()
    return calculation


def shown(value: Cell) -> Any:
    return value.code if isinstance(value, CellError) else value


def differences(nodes: list[Node], calculation: Run) -> dict[Where, tuple[Any, Any]]:
    wanted = expected(nodes)
    found = {where: shown(calculation.engine.value(*where)) for where in wanted}
    return {where: (found[where], value) for where, value in wanted.items() if found[where] != value}


@pytest.mark.parametrize("share", range(SHARES))
def test_spills_that_read_one_another_show_what_plain_python_reckons(share: int, tmp_path: Path) -> None:
    for seed in range(share, BOOKS, SHARES):
        nodes = dag(seed)
        calculation = evaluated(workbook(tmp_path / f"{seed}.xlsx", nodes))
        assert not calculation.kept, (seed, calculation.kept)
        assert not differences(nodes, calculation), (seed, [(n.where, n.text) for n in nodes])


Sheets = dict[str, dict[str, Any]]


def book(path: Path, sheets: Sheets) -> Path:
    """Write numbers and formulas; one in braces is a dynamic array."""

    def fill(made: xlsxwriter.Workbook) -> None:
        for name, cells in sheets.items():
            sheet = made.add_worksheet(name)
            for cell, content in cells.items():
                if isinstance(content, str) and content.startswith("{"):
                    sheet.write_dynamic_array_formula(f"{cell}:{cell}", content.strip("{}"), None, -9999)
                elif isinstance(content, str) and content.startswith("="):
                    sheet.write_formula(cell, content, None, -9999)
                else:
                    sheet.write(cell, content)

    return make(path, fill)


def chain(first: str, cells: list[str], last: str) -> dict[str, str]:
    """Return plain cells, each of which passes on the one before."""
    return {cell: f"={first}" if i == 0 else f"={cells[i - 1]}+0" for i, cell in enumerate([*cells, last])}


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("beside", range(4))
def test_a_difference_of_two_cells_of_spills_is_not_left_behind(
    tmp_path: Path, before: int, beside: int
) -> None:
    """The first spills 1, 5; the second 5, 6, once it can; the difference of 6 and 5 is 1."""
    steps = [f"D{11 + i}" for i in range(before)]
    others = [f"E{11 + i}" for i in range(beside)]
    first = chain("A2", ["D10", *steps][:-1], ["D10", *steps][-1])
    second = {cell: f"={(['D10', *others])[i]}+0" for i, cell in enumerate(others)}
    sheets: Sheets = {
        "Z": {"A1": "{=SEQUENCE(2,1,1,4)}", **first, **second},
        "W": {"A1": f"{{=IF(Z!{['D10', *steps][-1]}=0,NA(),SEQUENCE(2,1,Z!{['D10', *steps][-1]}))}}"},
        "C": {"A1": "=W!A2", "B1": f"=Z!{['D10', *others][-1]}", "C1": "=A1-B1"},
    }
    calculation = evaluated(book(tmp_path / "b.xlsx", sheets), anew=True)
    assert [calculation.engine.value("C", 1, column) for column in (1, 2, 3)] == [6, 5, 1]


def test_a_sum_beside_a_reckoned_cell_is_not_left_behind(tmp_path: Path) -> None:
    """Found at random: a file alone, without anything put in anew, is enough."""
    sheets: Sheets = {
        "P": {"C2": "=1+0", "B2": "=OFFSET(T!E1,1,0)+1"},
        "Q": {"A8": "{=CLV.GROW(P!C2,P!C2)}"},
        "T": {"E2": "=T!B10+Q!A11+1", "B2": "=P!B2+P!C2+1"},
    }
    calculation = evaluated(book(tmp_path / "b.xlsx", sheets))
    assert calculation.engine.value("T", 2, 2) == 9  # A8 = 2, so A11 = 5, E2 = 6, P!B2 = 7


SENSITIVITY = (
    'CLV.SENSITIVITY({"avg_order_value",50;"frequency",3;"lifespan",3;"margin",0.4;"cac",45},'
    '"lifespan",{2,3,4},"margin",{0.3;0.4;0.5})'
)


@pytest.mark.parametrize("steps", range(4))
def test_tables_of_the_catalogue_that_read_one_another(tmp_path: Path, steps: int) -> None:
    """The first number of the table of catalogue.md, CLV.SENSITIVITY, is 45; the other tables take it."""
    passed = [f"H{1 + i}" for i in range(steps + 1)]
    scenario = 'CLV.SCENARIO({"avg_order_value",50;"frequency",3;"lifespan",3;"margin",0.4},%s)'
    read: Sheets = {
        "Z": {"A1": f"{{={SENSITIVITY}}}", **chain("B2", passed[:-1], passed[-1])},
        "W": {"A1": f"{{=CLV.COMPARE(Z!{passed[-1]},80%,10%)}}"},
        "V": {
            "H1": "",
            "I1": "more",
            "H2": "avg_order_value",
            "I2": "=W!B2+Z!B2",
            "A1": "{=" + scenario % "H1:I2" + "}",
        },
        "C": {"A1": "=V!C10", "B1": "=W!B2", "C1": "=A1-B1-Z!B2", "D1": "=SUM(V!C3:C9)-C1"},
    }
    typed: Sheets = read | {"W": {"A1": "{=CLV.COMPARE(45,80%,10%)}"}}
    found: list[Any] = []
    wanted: list[Any] = []
    for sheets, rows in ((read, found), (typed, wanted)):
        output = tmp_path / "out.xlsx"
        calculate(book(tmp_path / "b.xlsx", sheets), output, CatalogueFunctions(Context()))
        rows += [values(output, name) for name in ("W", "V", "C")]
        output.unlink()
    assert found == wanted
    assert all(isinstance(cell, float | int) for cell in found[-1][0][:4])


def test_a_result_that_reads_what_stands_on_it_is_kept(tmp_path: Path) -> None:
    sheets: Sheets = {"S": {"A1": "{=SEQUENCE(1+MOD(C1+1,3)+1)}", "C1": "=A3+0", "E1": "=C1*2", "E2": "=1+1"}}
    report, output = run(book(tmp_path / "b.xlsx", sheets))
    assert {kept.cell for kept in report.kept} >= {"C1", "E1"}
    assert {row[4] for row in values(output, "S")[:2]} == {-9999, 2}


def test_a_result_that_was_larger_in_the_file_stands_in_nobodys_way(tmp_path: Path) -> None:
    """Where A1 used to reach, C1 reads, and A1 reads C1: a circle then, none now."""
    sheets: Sheets = {"S": {"A1": "{=SEQUENCE(2+C1)}", "C1": "=A4+0", "E1": "=A2+C1"}}
    path = book(tmp_path / "b.xlsx", sheets)
    patched(path, "xl/worksheets/sheet1.xml", ('ref="A1">', 'ref="A1:A5">'))
    report, output = run(path)
    assert not report.kept
    assert [row[:5] for row in values(output, "S")[:2]] == [
        (1, None, 0, None, 2),
        (2, None, None, None, None),
    ]


def test_cells_reckoned_by_a_formula_are_read_after_the_result(tmp_path: Path) -> None:
    sheets: Sheets = {
        "A": {"A1": "{=SEQUENCE(3,1,1+D1)}", "D1": '=INDIRECT("B!A3")', "E1": "=D1+A1", "F1": "=E1-D1"},
        "B": {"A1": '{=SEQUENCE(3,1,INDIRECT("C!A2"))}'},
        "C": {"A1": "{=SEQUENCE(3,1,D1)}", "D1": "=OFFSET(E1,1,0)", "E1": "{=SEQUENCE(2,1,5)}"},
        "D": {"A1": "=A!A2", "B1": "=A!A1", "C1": "=A1-B1", "D1": "=SUM(B!A2:A3)"},
    }
    report, output = run(book(tmp_path / "b.xlsx", sheets))
    assert not report.kept
    assert values(output, "D")[0] == (11, 10, 1, 17)  # E2 = 6, C = 6 7 8, B = 7 8 9, A = 10 11 12


def test_readers_of_a_result_laid_out_in_parts_wait_for_their_part(tmp_path: Path) -> None:
    sheets: Sheets = {
        "C": {"A1": "=B!B3", "B1": "=Z!B15001", "C1": "=A1-B1"},
        "B": {"A1": "{=CLV.TABLE(E1)}", "E1": "=MOD(Z!B15001,7)+2"},
        "Z": {"A1": "{=CLV.TABLE(D1)}", "D1": "=E1*4", "E1": "=Y!A2"},
        "Y": {"A1": "{=SEQUENCE(2,1,4999,1)}"},
    }
    report, output = run(book(tmp_path / "b.xlsx", sheets))
    assert not report.kept
    assert values(output, "C")[0][:3] == (20, 150_000, 20 - 150_000)


def test_a_data_table_under_which_a_result_grows(tmp_path: Path) -> None:
    """A1 is the input; A3# has as many cells as it says, whose sum E1 takes, read as single cells."""
    path = book(
        tmp_path / "b.xlsx",
        {"S": {"A1": 2, "A3": "{=SEQUENCE(A1)}", "C1": "=A3+A4", "C2": "=A5+A6", "E1": "=C1+C2",
               "G1": "=E1", "F2": 2, "F3": 3, "F4": 4, "F5": 1, "G2": "=DT"}},
    )  # fmt: skip
    patched(
        path,
        "xl/worksheets/sheet1.xml",
        ("<f>DT</f>", '<f t="dataTable" ref="G2:G5" dt2D="0" dtr="0" r1="A1"/>'),
    )
    report, output = run(path)
    assert not report.kept
    assert [row[6] for row in values(output, "S")[:5]] == [3, 3, 6, 10, 1]


def test_a_reader_of_many_results_waits_for_all(tmp_path: Path) -> None:
    rows = 600
    z = {f"A{i}": f"{{=SEQUENCE(1,2,{f'Z!B{i + 1}' if i < rows else 1})}}" for i in range(1, rows + 1)}
    sheets: Sheets = {"Y": {"A1": f"=SUM(Z!B1:B{rows})", "A2": "=Z!B1", "A3": "=A1-A2"}, "Z": z}
    report, output = run(book(tmp_path / "b.xlsx", sheets))
    assert not report.kept
    total = sum(range(2, rows + 2))  # the last row ends with 2, each above with one more
    assert [row[0] for row in values(output, "Y")] == [total, rows + 1, total - rows - 1]


def values(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))
