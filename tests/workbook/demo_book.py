"""The demonstration workbook, written and calculated as `clv-xl demo` does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

from clv_xl.catalogue.context import Context
from clv_xl.cells import Block
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.hosts.headless.report import Report
from clv_xl.workbook.demo import Demo, write_demo
from clv_xl.workbook.formulas import Host

_STORED = re.compile(r"IF\(set_\w+,IF\('((?:[^']|'')+)'!\$([A-Z]+)\$(\d+):")


@dataclass(frozen=True)
class Made:
    """A calculated workbook and the report of its calculation."""

    demo: Demo
    report: Report
    path: Path

    @cached_property
    def values(self) -> Any:
        """The workbook with its cached values."""
        return read(self.path, data_only=True)

    @cached_property
    def formulas(self) -> Any:
        """The workbook with its formulas."""
        return read(self.path)

    def named(self, name: str) -> Any:
        """Return the value of a cell that has a name, without reading the other sheets."""
        book = openpyxl.load_workbook(self.path, data_only=True, read_only=True)
        try:
            return named(book, name)
        finally:
            book.close()

    def spills(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield sheet and area of each table that spills, and sheet and first cell of its stored copy."""
        for sheet in self.formulas.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    formula = cell.value
                    if isinstance(formula, ArrayFormula) and (found := _STORED.search(str(formula.text))):
                        yield sheet.title, formula.ref, found[1], f"{found[2]}{found[3]}"


def read(path: Path, *, data_only: bool = False) -> Any:
    """Return a workbook as openpyxl reads it; untyped, since a cell may hold anything."""
    return openpyxl.load_workbook(path, data_only=data_only)


class Books:
    """Workbooks of this run of tests, each written, calculated and read at most once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[tuple[str, Host], Demo] = {}
        self._made: dict[tuple[str, Host, tuple[str, ...]], Made] = {}
        self._read: dict[str, Any] = {}

    def written(self, language: str = "en", host: Host = "addin") -> Demo:
        """Return a workbook as it was written, nothing calculated."""
        key = language, host
        if key not in self._written:
            path = self._folder / f"written-{language}-{host}.xlsx"
            self._written[key] = write_demo(path, language, host)
        return self._written[key]

    def formulas(self, language: str) -> Any:
        """Return what openpyxl reads from a written workbook."""
        if language not in self._read:
            self._read[language] = read(self.written(language).path)
        return self._read[language]

    def made(self, language: str = "en", host: Host = "addin", *sets: str) -> Made:
        """Return a calculated workbook; `sets` are inputs changed for the calculation."""
        key = language, host, sets
        if key not in self._made:
            demo = self.written(language, host)
            path = self._folder / f"demo-{len(self._made)}.xlsx"
            functions = CatalogueFunctions(Context(language=language))
            report = calculate(demo.path, path, functions, sets=sets, gets=[demo.segment_cells])
            self._made[key] = Made(demo, report, path)
        return self._made[key]


def named(book: Any, name: str) -> Any:
    """Return the value of a cell that has a name."""
    sheet, cell = next(iter(book.defined_names[name].destinations))
    return book[sheet][cell].value


def block(book: Any, name: str) -> Block:
    """Return the cells of a range that has a name, as a function gets them."""
    sheet, area = next(iter(book.defined_names[name].destinations))
    cells = book[sheet][area]
    rows = cells if isinstance(cells, tuple) else ((cells,),)
    return Block.from_rows([[cell.value for cell in row] for row in rows])


def same(left: Any, right: Any) -> bool:
    """Return whether two cells show the same: numbers within 1e-9 relative, blanks as empty texts."""
    if isinstance(left, bool) or isinstance(right, bool) or not isinstance(left, (int, float)):
        return (left or "") == (right or "")
    return isinstance(right, (int, float)) and abs(left - right) <= 1e-9 * max(1.0, abs(left))
