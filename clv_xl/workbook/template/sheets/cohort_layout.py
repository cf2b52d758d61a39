"""Where the parts of the sheet Cohorts are: rows from 0, one place for all who write or read them."""

from typing import Final

from clv_xl.workbook.page import Area
from clv_xl.workbook.template.leaf import HEAD_ROWS

COHORTS: Final = 24
AGES: Final = 24
LINES: Final = 12  # cohorts drawn at a time: more lines cannot be told apart
FIRST: Final = 5  # column of age 0, or of the newest period
LAST: Final = FIRST + AGES - 1
LABEL, UNIT, NOTE, CONSTANT, TOTAL = range(5)

MEASURE: Final = (HEAD_ROWS + 1, CONSTANT)
SKIP: Final = (HEAD_ROWS + 2, CONSTANT)
LINE_FROM: Final = (HEAD_ROWS + 3, CONSTANT)
RETENTION: Final = (HEAD_ROWS + 4, CONSTANT)
CAC: Final = (HEAD_ROWS + 6, CONSTANT)
MARGIN: Final = (HEAD_ROWS + 7, CONSTANT)
FIRST_DAY: Final = (HEAD_ROWS + 8, CONSTANT)
START: Final = (HEAD_ROWS + 9, CONSTANT)

_BLOCK: Final = COHORTS + 4  # title, header, cohorts, total row, a blank one
SHOWN: Final = HEAD_ROWS + 11
CHART: Final = SHOWN + _BLOCK
FACTS: Final = CHART + 24
CUSTOMERS: Final = FACTS + _BLOCK + 1
RETAINED: Final = CUSTOMERS + _BLOCK + 1
REVENUE: Final = RETAINED + _BLOCK
CUMULATIVE: Final = REVENUE + _BLOCK
WINDOWS: Final = CUMULATIVE + _BLOCK
PATHS: Final = WINDOWS + 13
WORDS: Final = PATHS + 2 * LINES + 8
FUNCTIONS: Final = WORDS + 16

# Columns of the facts of each cohort.
BEGINS, REACHED, WHOLE, OUTSIDE, NUMBER, ORDINAL = 1, 5, 6, 7, 8, 9


def first(top: int) -> int:
    """Return the first row of the cohorts of a block."""
    return top + 2


def total(top: int) -> int:
    """Return the row below the cohorts of a block."""
    return first(top) + COHORTS


def facts(column: int) -> Area:
    """Return a column of the facts."""
    return Area(first(FACTS), column, first(FACTS) + COHORTS - 1, column)


def cells(top: int) -> Area:
    """Return the triangle of a block."""
    return Area(first(top), FIRST, first(top) + COHORTS - 1, LAST)


def ages(top: int) -> Area:
    """Return the header cells with the ages of a block."""
    return Area(top + 1, FIRST, top + 1, LAST)
