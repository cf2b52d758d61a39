"""The demonstration workbook, written and calculated as `clv-xl demo` does."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

from clv_xl.catalogue.context import Context
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.hosts.headless.report import Report
from clv_xl.workbook.demo import Demo, write_demo
from clv_xl.workbook.formulas import Host

_STORED = re.compile(r"IF\(set_stored,IF\('((?:[^']|'')+)'!\$([A-Z]+)\$(\d+):")


@dataclass(frozen=True)
class Made:
    """A calculated workbook and the report of its calculation."""

    demo: Demo
    report: Report
    path: Path

    def values(self) -> Any:
        """Return the workbook with its cached values."""
        return read(self.path, data_only=True)

    def spills(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield sheet and area of each table that spills, and sheet and first cell of its stored copy."""
        for sheet in read(self.path).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    formula = cell.value
                    if isinstance(formula, ArrayFormula) and (found := _STORED.search(str(formula.text))):
                        yield sheet.title, formula.ref, found[1], f"{found[2]}{found[3]}"


def read(path: Path, *, data_only: bool = False) -> Any:
    """Return a workbook as openpyxl reads it; untyped, since a cell may hold anything."""
    return openpyxl.load_workbook(path, data_only=data_only)


def make(folder: Path, language: str = "en", host: Host = "addin", sets: Sequence[str] = ()) -> Made:
    """Write the workbook and calculate it."""
    demo = write_demo(folder / f"written-{language}-{host}.xlsx", language, host)
    path = folder / f"demo-{language}-{host}.xlsx"
    functions = CatalogueFunctions(Context(language=language))
    report = calculate(demo.path, path, functions, sets=sets, gets=[demo.segment_cells])
    return Made(demo, report, path)


def named(book: Any, name: str) -> Any:
    """Return the value of a cell that has a name."""
    sheet, cell = next(iter(book.defined_names[name].destinations))
    return book[sheet][cell].value


def same(left: Any, right: Any) -> bool:
    """Return whether two cells show the same: numbers within 1e-9 relative, blanks as empty texts."""
    if isinstance(left, bool) or isinstance(right, bool) or not isinstance(left, (int, float)):
        return (left or "") == (right or "")
    return isinstance(right, (int, float)) and abs(left - right) <= 1e-9 * max(1.0, abs(left))
