"""The example shop of the catalogue on the planning sheets: its drivers typed over those of a small log."""

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from clv_xl.workbook.template.kit import Build
from clv_xl.workbook.template.order_lines import OrderLines
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import SHEETS, at, few_sheets

# Last line of the catalogue: AOV 50, frequency 3, lifespan 3 years, margin 40%, CAC 45, r 80%, d 10%.
SHOP: Final = MappingProxyType(
    {
        "aov": 50,
        "frequency": 3,
        "lifespan": 3,
        "margin": 0.4,
        "cac": 45,
        "discount_rate": 0.1,
        "retention_rate": 0.8,
    }
)
_PLANNING: Final = ("clv", "sensitivity")
_FIRST, _LAST = 45_332.0, 46_022.0  # 2024-02-10, 2025-12-31


def small(_word: Callable[[str], str]) -> OrderLines:
    """Return six orders of three customers in two segments."""
    a, b = "a", "b"
    days = (_FIRST, 45_432.0, 45_505.0, 45_607.0, 45_721.0, 45_838.0)
    customers = ("A", "B", "A", "B", "A", "C")
    return OrderLines(
        [float(i) for i in range(1, 7)], customers, days, (50.0, 30.0, 70.0, 20.0, 40.0, 90.0), [None] * 6,
        (a, b, a, b, a, b), (None,) * 6, _LAST, "EUR", "test",
    )  # fmt: skip


def shop(folder: Path, *sets: Any, build: Build = "native", language: str = "en", **changed: Any) -> Built:
    """Return the planning sheets for the example shop, with some drivers changed."""
    typed = [at(f"inputs.typed_{name}", value) for name, value in {**SHOP, **changed}.items()]
    return few_sheets(
        folder, *typed, *sets, build=build, lines=small, language=language, keys=(*SHEETS, *_PLANNING)
    )


def row_of(built: Built, sheet: str, label: str) -> int:
    """Return the row whose first cell says a text of the sheet, or a term."""
    word = built.kit.word(f"template.{sheet}.{label}")
    word = built.kit.word(label) if word == f"template.{sheet}.{label}" else word
    rows = [row[0].row for row in built.sheet(sheet).iter_rows(max_col=1) if row[0].value == word]
    assert rows, word
    return int(rows[-1])


def value(built: Built, sheet: str, label: str, column: str = "D") -> Any:
    """Return the number of a line."""
    return built.value(sheet, f"{column}{row_of(built, sheet, label)}")


def errors(built: Built) -> list[str]:
    """Return the cells that show an error."""
    return [
        f"{sheet}!{cell.coordinate} {cell.value}" for sheet, cell in built.cells() if cell.data_type == "e"
    ]
