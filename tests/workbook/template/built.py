"""Template workbooks, written and calculated as `clv-xl template` does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

from clv_xl.catalogue.context import Context
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.hosts.headless.report import Report
from clv_xl.workbook.template.kit import Build, Kit
from clv_xl.workbook.template.order_lines import OrderLines, sample
from clv_xl.workbook.template.write import write_template


@dataclass(frozen=True)
class Built:
    """A template as it was written and as it was calculated, and what wrote it."""

    written: Path
    path: Path
    kit: Kit
    report: Report

    @cached_property
    def values(self) -> Any:
        """The workbook with its cached values, as openpyxl reads it."""
        return openpyxl.load_workbook(self.path, data_only=True)

    @cached_property
    def formulas(self) -> Any:
        """The workbook with its formulas, as openpyxl reads it."""
        return openpyxl.load_workbook(self.path)

    def sheet(self, key: str, *, formulas: bool = False) -> Any:
        """Return a sheet by its key."""
        return (self.formulas if formulas else self.values)[self.kit.word(f"sheet.{key}")]

    def value(self, key: str, cell: str) -> Any:
        """Return the value of a cell of a sheet, such as ``("segments", "D9")``."""
        return self.sheet(key)[cell].value

    def at(self, place: str) -> Any:
        """Return the value, or the column of values, that a sheet has told the place of."""
        return self._read(self.kit.at(place))

    def named(self, name: str) -> Any:
        """Return the value, or the column of values, of a defined name."""
        sheet, cells = next(iter(self.values.defined_names[name].destinations))
        return self._read(f"'{sheet}'!{cells}")

    def _read(self, address: str) -> Any:
        sheet, _, cells = address.rpartition("!")
        found = self.values[sheet.strip("'").replace("''", "'")][cells.replace("$", "")]
        return [row[0].value for row in found] if isinstance(found, tuple) else found.value

    @cached_property
    def written_formulas(self) -> tuple[tuple[str, Any, str], ...]:
        """Sheet, cell and formula, without ``=``, of every formula."""
        return tuple(self._written())

    def _written(self) -> Iterator[tuple[str, Any, str]]:
        for sheet, cell in self.cells(formulas=True):
            value = cell.value
            if isinstance(value, ArrayFormula):
                yield sheet, cell, str(value.text).removeprefix("=")
            elif isinstance(value, str) and cell.data_type == "f":
                yield sheet, cell, value.removeprefix("=")

    def cells(self, *, formulas: bool = False) -> Iterator[tuple[str, Any]]:
        """Yield the name of the sheet and each cell that is not blank."""
        book = self.formulas if formulas else self.values
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                yield from ((sheet.title, cell) for cell in row if cell.value is not None)


class Templates:
    """Templates of this run of tests, each written and calculated at most once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._built: dict[tuple[Any, ...], Built] = {}

    def built(
        self,
        build: Build = "native",
        language: str = "en",
        *sets: str,
        lines: Callable[[Callable[[str], str]], OrderLines] = sample,
    ) -> Built:
        """Return a calculated template; `sets` are inputs changed for the calculation."""
        key = build, language, sets, lines
        if key not in self._built:
            written = self._folder / f"written-{len(self._built)}.xlsx"
            path = self._folder / f"template-{len(self._built)}.xlsx"
            kit = write_template(written, language, build, lines)
            report = calculate(written, path, CatalogueFunctions(Context(language=language)), sets=sets)
            self._built[key] = Built(written, path, kit, report)
        return self._built[key]
