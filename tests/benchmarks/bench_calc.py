"""Recalculation in a real LibreOffice Calc, of each version here, against a native column of the same office.

Run ``python -m tests.benchmarks.bench_calc``. A file is opened and calculated wholly (as Ctrl+Shift+F9 does)
time and again; each figure is the median of `ROUNDS`, and the ratio is taken in one run of one office.
"""

import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from clv_xl.hosts.libreoffice import extension
from tests.hosts.libreoffice.office import Office, office
from tests.hosts.libreoffice.with_extension import PROCEDURES, settings
from tests.hosts_available import soffice, soffice_new

ROUNDS = 5
CELLS, ROWS, ORDERS, ASKING = 10_000, 100_000, 20_000, 200
DAY = 45_000  # 2023-03-15
Write = Callable[[Any], None]


@dataclass(frozen=True)
class Sheet:
    """A sheet to calculate, and the native one that it is measured against."""

    name: str
    goal: float
    ours: Write
    native: Write
    check: tuple[str, str]


def amount(row: int) -> float:
    return 50.0 + row % 7


def scalars(formula: str) -> Write:
    def write(sheet: Any) -> None:
        for row in range(1, CELLS + 1):
            sheet.write_row(row - 1, 0, [amount(row), 3 + row % 3, 2])
            sheet.write_formula(row - 1, 3, formula.format(row=row), None, "")

    return write


def one_range(formula: str) -> Write:
    def write(sheet: Any) -> None:
        sheet.write_column(0, 0, [amount(row) for row in range(1, ROWS + 1)])
        sheet.write_column(0, 1, [float(row % 5_000) for row in range(1, ROWS + 1)])
        sheet.write_column(0, 2, [float(DAY + row % 700) for row in range(1, ROWS + 1)])
        sheet.write_formula(0, 3, formula.format(rows=ROWS), None, "")

    return write


def through_data(formula: str) -> Write:
    """Each of many cells asks for a figure of one order log, which the first cell has taken in."""

    def write(sheet: Any) -> None:
        sheet.write_column(0, 0, [f"C{row % 1_000}" for row in range(1, ORDERS + 1)])
        sheet.write_column(0, 1, [float(DAY + row % 700) for row in range(1, ORDERS + 1)])
        sheet.write_column(0, 2, [amount(row) for row in range(1, ORDERS + 1)])
        sheet.write_formula(0, 4, f"=CLV.DATA(A1:A{ORDERS},B1:B{ORDERS},C1:C{ORDERS})", None, "")
        for row in range(1, ASKING + 1):
            sheet.write_formula(row - 1, 3, formula.format(rows=ORDERS, row=row), None, "")

    return write


SHEETS = (
    Sheet(
        f"{CELLS:,} cells =CLV(a;b;c)", 1.0,
        scalars("=CLV.VALUE(A{row},B{row},C{row})"), scalars("=A{row}*B{row}*C{row}"), ("D1", f"D{CELLS}"),
    ),
    Sheet(
        f"CLV.AOV of {ROWS:,} rows", 0.3,
        one_range("=CLV.AOV(A1:A{rows})"), one_range("=AVERAGE(A1:A{rows})"), ("D1", "D1"),
    ),
    Sheet(
        f"CLV.FREQUENCY of two ranges of {ROWS:,}", 0.6,
        one_range('=CLV.FREQUENCY(B1:B{rows},C1:C{rows},"Y")'), one_range("=AVERAGE(A1:A{rows})"),
        ("D1", "D1"),
    ),
    Sheet(
        f"{ASKING} cells on {ORDERS:,} rows, CLV.DATA", 1.0,
        through_data('=CLV.FREQUENCY($E$1,,"Y",46000+{row})'), through_data("=AVERAGE($C$1:$C${rows})+{row}"),
        ("D1", f"D{ASKING}"),
    ),
)  # fmt: skip


def file(folder: Path, name: str, write: Write) -> Path:
    path = folder / f"{name}.xlsx"
    book = xlsxwriter.Workbook(str(path))
    write(book.add_worksheet("S"))
    book.close()
    return path


def median(calc: Office, path: Path, check: tuple[str, str]) -> tuple[float, list[Any]]:
    found = calc("timed", path=str(path), rounds=ROUNDS, first=check[0], last=check[1])
    return statistics.median(found["seconds"]), found["cells"]


def measure(program: Path, folder: Path) -> None:
    """Print a row a sheet for one LibreOffice."""
    place, profile = folder / "clv_xl.oxt", folder / "profile"
    place.write_bytes(extension.build(settings()))
    store = {"CLV_XL_STORE": str(folder / "store")}
    with office(program, profile) as calc:
        calc("add_extension", path=str(place))
    with office(program, profile, procedures=(PROCEDURES,), environment=store) as calc:
        print(f"{calc('about')}: calculated wholly, median of {ROUNDS}")
        for number, sheet in enumerate(SHEETS):
            spent, cells = median(calc, file(folder, f"ours{number}", sheet.ours), sheet.check)
            plain, _ = median(calc, file(folder, f"native{number}", sheet.native), sheet.check)
            assert all(isinstance(cell, float) for cell in cells), cells
            print(
                f"{sheet.name:38} {spent * 1e3:8.0f} ms (at most {sheet.goal * 1e3:.0f}),"
                f" native {plain * 1e3:.0f} ms, ratio {spent / plain:.1f}"
                f"{'' if spent <= sheet.goal else '   TOO SLOW'}",
                flush=True,
            )


def main() -> None:
    for program in filter(None, (soffice(), soffice_new())):
        with tempfile.TemporaryDirectory() as folder:
            measure(program, Path(folder))


if __name__ == "__main__":
    main()
