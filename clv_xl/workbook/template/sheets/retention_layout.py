"""Where the parts of the sheet Retention are: rows from 0."""

from typing import Final

from clv_xl.workbook.page import Area
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets.cohort_layout import AGES, CONSTANT, FIRST, LAST, TOTAL

__all__ = ["AGES", "CONSTANT", "FIRST", "LAST", "TOTAL"]

CURVE: Final = HEAD_ROWS
PEOPLE, ACTIVE, SHARE, EARLIER, RISEN, KEPT, LOST = range(CURVE + 2, CURVE + 9)

RATES: Final = CURVE + 10
MEAN, CHURN, LIFE, LIFE_YEARS, WARNING = range(RATES + 1, RATES + 6)
MONTHLY, POWER, ANNUAL, GAP, COMPANY, COMPANY_CHURN, COMPANY_LIFE = range(RATES + 6, RATES + 13)

CHARTS: Final = RATES + 14
SBG: Final = CHARTS + 22
CHOICE, ALPHA, BETA, FITTED, PERIODS, HORIZON, FITS, LIKELIHOOD, ERROR, MODELS = range(SBG + 1, SBG + 11)
SOLVER: Final = SBG + 11  # three lines
HEADS: Final = SBG + 15
OWN, REGULAR, HIGH, LOG, USED, BACK, ACTUAL, LEAVE, SURVIVE, RATE, TERM, PROJECTED, OFF = range(
    HEADS + 1, HEADS + 14
)

PATHS: Final = HEADS + 15
CURVE_X, CURVE_Y, ACTUAL_X, ACTUAL_Y, PROJECTED_X, PROJECTED_Y = range(PATHS + 2, PATHS + 8)
FUNCTIONS: Final = PATHS + 9


def row(number: int) -> Area:
    """Return the ages of a row."""
    return Area(number, FIRST, number, LAST)


def heads(leaf: Leaf, row: int) -> None:
    """Write the header of a time table: ages in periods of the cohorts."""
    words = [leaf.say("line"), leaf.term("unit"), leaf.say("how"), "", leaf.term("total")]
    leaf.header(row, words, numbers=(4,))
    for age in range(AGES):
        leaf.put(row, FIRST + age, float(age), "header", align="right")
