"""Cells of a calculated sheet found by their labels, and the small template that the annex is tested on."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from clv_xl.workbook.template.kit import Build
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import few_sheets
from tests.workbook.template.planned import few

BASE = ("settings", "inputs", "orders", "segments", "cohorts", "checks")


class Annex:
    """A sheet of a small template.

    Parameters
    ----------
    built : Built
        The template.
    key : str
        Key of the sheet.
    """

    def __init__(self, built: Built, key: str) -> None:
        self.built, self.key = built, key
        self.cells = built.sheet(key)

    @classmethod
    def of(
        cls,
        folder: Path,
        key: str,
        *sets: Callable[[Built], str] | str,
        build: Build = "native",
        others: tuple[str, ...] = (),
    ) -> "Annex":
        """Write and calculate the sheet with those that it reads, on a few customers of the sample."""
        return cls(few_sheets(folder, *sets, build=build, lines=few, keys=(*BASE, key, *others)), key)

    def say(self, name: str, **params: Any) -> str:
        """Return a text of the sheet, or a term."""
        key = f"template.{self.key}.{name}"
        found = self.built.kit.word(key, **params)
        return self.built.kit.word(name, **params) if found == key else found

    def row(self, name: str, column: int = 1, nth: int = 0, **params: Any) -> int:
        """Return the row of a label."""
        word = self.say(name, **params)
        rows = [r for r in range(1, self.cells.max_row + 1) if self.cells.cell(r, column).value == word]
        return rows[nth]

    def line(self, name: str, column: int = 4, **params: Any) -> Any:
        """Return the value beside a label."""
        return self.cells.cell(self.row(name, **params), column).value

    def column(self, letter: str, first: int, last: int) -> list[Any]:
        """Return cells of a column."""
        return [self.cells[f"{letter}{row}"].value for row in range(first, last + 1)]

    def errors(self) -> Iterator[str]:
        """Yield the cells of the sheet that hold an error."""
        for row in self.cells.iter_rows():
            yield from (cell.coordinate for cell in row if str(cell.value).startswith("#"))


def typed(sheet: str, cell: str, value: Any) -> str:
    """Return a change of an input.

    >>> typed("Simulation", "C7", "normal")
    "'Simulation'!C7=normal"
    """
    return f"'{sheet}'!{cell}={value}"
