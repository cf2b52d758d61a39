"""Straight from columns: the four that everyone types, and their summary."""

import math
from typing import Any

import numpy as np

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.domains import Keyword
from clv_xl.catalogue.function import Arg, Example, Function, Rule
from clv_xl.errors import NUM, VALUE, CellError
from clv_xl.metrics import value

FAMILY = "family.columns"
TEXTBOOK = "Textbook definition; catalogue of clv_xl, section Straight from columns"
CHECK_IDS = '{"A";"A";"A";"B";"B";"C"}'
CHECK_DATES = "{45332;45505;45721;45432;45607;45838}"  # 2024-02-10, 2024-08-01, 2025-03-05, ...


def given(number: Any, otherwise: float) -> Any:
    """Return a number, or `otherwise` where it is not given (NaN)."""
    if type(number) is float:
        return otherwise if number != number else number
    return np.where(np.isnan(number), otherwise, number)


def clv_or_revenue(aov: Any, frequency: Any, lifespan: Any, margin: Any, cac: Any, d: Any, timing: Any) -> Any:
    """Return CLV; without a margin it is the value in revenue."""
    return value.clv(aov, frequency, lifespan, given(margin, 1.0), cac, d, timing)


MARGIN_NEEDED = Rule(
    ("margin", "cac"),
    lambda margin, cac: (cac > 0) & (margin != margin),
    CellError(VALUE, "margin_required", argument="margin"),
)


def yearly_above_one(d: Any, unit: str) -> bool:
    """Return whether a rate per unit is above 100% a year: a yearly rate typed for a month."""
    from clv_xl.metrics.periods import DAYS_PER_YEAR, unit_days

    return bool(d is not None and math.log1p(d) * DAYS_PER_YEAR / unit_days(unit) > math.log(2) + 1e-12)


RATE_OF_UNIT = Rule(
    ("discount_rate", "unit"),
    yearly_above_one,
    CellError(NUM, "rate_above_yearly", argument="discount_rate"),
)


def _aov(amounts: Any, order_ids: Any) -> float:
    from clv_xl.orders import columns

    return columns.aov(amounts, order_ids)


def _frequency(customer_ids: Any, order_dates: Any, unit: str, as_of: Any, order_ids: Any) -> float:
    from clv_xl.orders import columns

    return columns.frequency(customer_ids, order_dates, unit, as_of, order_ids)


def _lifespan(customer_ids: Any, order_dates: Any, unit: str, method: str, as_of: Any) -> float:
    from clv_xl.orders import columns

    return columns.lifespan(customer_ids, order_dates, unit, method, as_of)


FUNCTIONS = (
    Function(
        name="CLV",
        family=FAMILY,
        body=clv_or_revenue,
        args=(
            a.AVG_ORDER_VALUE,
            a.FREQUENCY,
            a.LIFESPAN,
            a.MARGIN,
            a.CAC,
            a.DISCOUNT_RATE,
            a.TIMING,
        ),
        summary="Customer lifetime value from average order value, purchase frequency and lifespan.",
        convention="Revenue without margin, profit with it; acquisition cost subtracted once; the lifespan is certain.",
        formula="avg_order_value x frequency x margin x annuity(lifespan, discount_rate, timing) - cac",
        source=TEXTBOOK,
        examples=(
            Example("CLV(50,3,3)", 450),
            Example("CLV(50,3,3,40%,45)", 135),
            Example("CLV(50,3,3,40%,45,10%)", 104.21, 2),
            Example("CLV(50,3,3,40%,45,10%,1)", 119.13, 2),
            Example("CLV(50,3,3,40%,45,10%,0.5)", 111.49, 2),
            Example("CLV(50,3,2.5,40%,45,10%)", 81.67, 2),
            Example("CLV(50,3,3,,45)", "#VALUE!"),
        ),
        returns="money per customer",
        rules=(MARGIN_NEEDED,),
    ),
)
__all__ = ["FUNCTIONS", "Arg", "Keyword"]
