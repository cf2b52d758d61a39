"""The planning sheets of the template on a small log: quick to calculate, and by themselves."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl

from clv_xl.catalogue.context import Context
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.workbook.template.all import SHEETS as ALL
from clv_xl.workbook.template.kit import Build, Kit
from clv_xl.workbook.template.order_lines import OrderLines, sample
from clv_xl.workbook.template.write import write_template

SHEETS = ("settings", "inputs", "orders", "segments", "cohorts", "forecast", "scenarios", "checks")
_EVERY = 13
_OWN = ("in_cac=9",)  # the spend assumed for all customers of the sample would not be paid back by a few
LAST = 11  # column K, the last scenario
FIRST = 6  # column F


def few(word: Callable[[str], str]) -> OrderLines:
    """Return the orders of some customers of the sample."""
    lines = sample(word)
    kept = set(list(dict.fromkeys(lines.customers))[::_EVERY])
    chosen = [i for i, customer in enumerate(lines.customers) if customer in kept]
    names = ("order_ids", "customers", "days", "revenue", "costs", "segments", "channels")
    columns: dict[str, Any] = {name: [getattr(lines, name)[i] for i in chosen] for name in names}
    return replace(lines, **columns)


@dataclass(frozen=True)
class Planned:
    """Sheets as calculated, with cells found by the label before them."""

    kit: Kit
    book: Any

    def sheet(self, key: str) -> Any:
        return self.book[self.kit.word(f"sheet.{key}")]

    def row(self, key: str, label: str, nth: int = 0) -> int:
        """Return the row of a label in column A, the nth of that name."""
        word = self.kit.word(f"template.{key}.{label}")
        word = self.kit.word(label) if word == f"template.{key}.{label}" else word
        cells = [cell.row for cell in self.sheet(key)["A"] if cell.value == word]
        return int(cells[nth])

    def across(self, key: str, label: str, nth: int = 0, last: int = LAST) -> list[Any]:
        """Return the cells of a row from column F on."""
        row = self.row(key, label, nth)
        return [self.sheet(key).cell(row, column).value for column in range(FIRST, last + 1)]

    def one(self, key: str, label: str, nth: int = 0, column: int = 4) -> Any:
        """Return a cell of a row, that of column D unless another is asked for."""
        return self.sheet(key).cell(self.row(key, label, nth), column).value

    def table(self, key: str, head: str, height: int, width: int) -> list[list[Any]]:
        """Return the rows two below a head, from column D on."""
        top = self.row(key, head) + 2
        return [
            [self.sheet(key).cell(r, c).value for c in range(4, 4 + width)] for r in range(top, top + height)
        ]

    def verdict(self, check: str) -> tuple[Any, str]:
        """Return the number and the verdict of a check."""
        word = self.kit.word(f"template.check.{check}")
        found = [row for row in self.sheet("checks").iter_rows(values_only=True) if word in row]
        return found[0][3], str(found[0][5])


class Planning:
    """Planning sheets, each build written once and each set of inputs calculated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[Build, tuple[Path, Kit]] = {}
        self._planned: dict[tuple[Any, ...], Planned] = {}

    def written(self, build: Build) -> tuple[Path, Kit]:
        if build not in self._written:
            path = self._folder / f"{build}.xlsx"
            sheets = tuple(sheet for sheet in ALL if sheet.key in SHEETS)
            self._written[build] = path, write_template(path, "en", build, few, sheets)
        return self._written[build]

    def planned(self, build: Build = "native", *sets: str) -> Planned:
        """Return the sheets calculated with inputs changed."""
        if (build, sets) not in self._planned:
            path, kit = self.written(build)
            out = self._folder / f"{build}-{len(self._planned)}.xlsx"
            own = () if "set_base=quick" in sets else _OWN
            report = calculate(path, out, CatalogueFunctions(Context(language="en")), sets=(*own, *sets))
            assert not report.errors
            self._planned[build, sets] = Planned(kit, openpyxl.load_workbook(out, data_only=True))
        return self._planned[build, sets]
