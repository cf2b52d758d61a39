"""Where things are on the sheet Dashboard."""

from typing import Final

from clv_xl.workbook.page import Area
from clv_xl.workbook.template.sheets.segment_inputs import SLOTS

WIDTHS: Final = (*([24.5] * 8), 3.0, 9.0, 9.0, 26.0, 16.0, 16.0, 16.0, 3.0, 9.0, 13.0, 14.0)
PRINTED: Final = 8  # columns
# The table is last: rows that no segment fills are white below everything.
STATE, CHOICE, TILES, TREE = 2, 5, 7, 12
# What the figures stand on, what CLV counts, whose margin and CAC they are, and why two of them differ.
BASE, COUNTS, EXAMPLES, MIX = STATE + 1, STATE + 2, CHOICE + 1, TREE - 1
CHARTS: Final = TREE + 4
CHART_ROWS: Final = 16
TABLE: Final = CHARTS + CHART_ROWS
COMPANY: Final = TABLE + 2
FIRST: Final = COMPANY + 1
LAST: Final = COMPANY + SLOTS
RANK, PLACE, LABEL, NEEDED, HALF, UPPER = 9, 10, 11, 12, 13, 14
AGO, MONTH, MONEY = 16, 17, 18
MONTHS: Final = 12
COLUMNS: Final = ("name", "customers", "share", "clv", "cac", "net", "ratio", "payback")
NUMBERS: Final = ("text", "int", "percent", "money", "money", "money", "multiple", "tenth")


def column(name: str) -> str:
    """Return the address of a column of the table, the company's row first."""
    at = COLUMNS.index(name)
    return Area(COMPANY, at, LAST, at).absolute
