"""Where the parts of the sheet Retention are: rows from 0."""

from typing import Final

from clv_xl.workbook.page import Area
from clv_xl.workbook.template.leaf import HEAD_ROWS
from clv_xl.workbook.template.sheets.cohort_layout import AGES, CONSTANT, FIRST, LAST, TOTAL

__all__ = ["AGES", "CONSTANT", "FIRST", "LAST", "TOTAL"]

CURVE: Final = HEAD_ROWS
PEOPLE, ACTIVE, SHARE, EARLIER, KEPT, LOST = range(CURVE + 2, CURVE + 8)

RATES: Final = CURVE + 9
MEAN, CHURN, LIFE, LIFE_YEARS, WARNING = range(RATES + 1, RATES + 6)
MONTHLY, POWER, ANNUAL, GAP, COMPANY, COMPANY_CHURN, COMPANY_LIFE = range(RATES + 6, RATES + 13)

CHARTS: Final = RATES + 14
SBG: Final = CHARTS + 22
CHOICE, ALPHA, BETA, PERIODS, HORIZON, LIKELIHOOD, ERROR, MODELS = range(SBG + 1, SBG + 9)
SOLVER: Final = SBG + 9  # three lines
HEADS: Final = SBG + 13
OWN, REGULAR, HIGH, LOG, USED, ACTUAL, LEAVE, SURVIVE, RATE, TERM, PROJECTED, OFF = range(
    HEADS + 1, HEADS + 13
)

PATHS: Final = HEADS + 14
CURVE_X, CURVE_Y, ACTUAL_X, ACTUAL_Y, PROJECTED_X, PROJECTED_Y = range(PATHS + 2, PATHS + 8)
FUNCTIONS: Final = PATHS + 9


def row(number: int) -> Area:
    """Return the ages of a row."""
    return Area(number, FIRST, number, LAST)
