"""Where the numbers of the sheet Segments are."""

from typing import Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.leaf import HEAD_ROWS
from clv_xl.workbook.template.sheets.segment_inputs import SLOTS

COLUMNS: Final = (
    "name", "customers", "orders", "revenue", "aov", "frequency", "value", "lifespan", "margin", "annuity",
    "clv", "half", "cac", "net", "ratio", "payback", "share_customers", "share", "mix", "rank",
)  # fmt: skip
NUMBERS: Final = (
    "text", "int", "int", "money", "money", "decimal", "money", "decimal", "percent", "decimal",
    "money", "money", "money", "money", "multiple", "tenth", "percent", "percent", "money", "int",
)  # fmt: skip
# The company stands above its segments, so that unused rows are at the end.
TOTAL: Final = HEAD_ROWS + 3
FIRST: Final = TOTAL + 1
LAST: Final = FIRST + SLOTS - 1


def column(name: str) -> int:
    """Return the column of a measure."""
    return COLUMNS.index(name)


def area(name: str) -> str:
    """Return the address of a measure of all segments."""
    return Area(FIRST, column(name), LAST, column(name)).absolute


def total(name: str) -> str:
    """Return the address of a measure of the company."""
    return address(TOTAL, column(name))
