"""What the tests of the sheets that are read first share: a short log, and a workbook of few sheets."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from clv_xl.workbook.template.kit import Build
from clv_xl.workbook.template.order_lines import OrderLines, sample
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import SHEETS, few_sheets

_CUSTOMERS = 60


def short(word: Callable[[str], str]) -> OrderLines:
    """Return the orders of the first customers of the sample."""
    lines = sample(word)
    first = list(dict.fromkeys(lines.customers))[:_CUSTOMERS]
    kept = [i for i, customer in enumerate(lines.customers) if customer in first]
    names = ("order_ids", "customers", "days", "revenue", "costs", "segments", "channels")
    columns: dict[str, Any] = {name: [getattr(lines, name)[i] for i in kept] for name in names}
    return replace(lines, **columns)


def with_sheets(
    folder: Path, *sets: Callable[[Built], str] | str, keys: tuple[str, ...], build: Build = "native",
    language: str = "en",
) -> Built:  # fmt: skip
    """Return a calculated template of the short log with the sheets `keys` beside those of every test."""
    folder.mkdir(exist_ok=True)
    return few_sheets(folder, *sets, build=build, lines=short, language=language, keys=(*SHEETS, *keys))


def cell_of(built: Built, sheet: str, label: str, beside: int = 1) -> Any:
    """Return the value so many columns to the right of the first cell that holds a label."""
    for row in built.sheet(sheet).iter_rows():
        for cell in row:
            if cell.value == label:
                return row[cell.column - 1 + beside].value
    raise AssertionError(f"{sheet} has no {label}")
