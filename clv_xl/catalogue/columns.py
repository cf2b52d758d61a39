"""Straight from columns: the four that everyone types, and their summary."""

from typing import Any

import numpy as np

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.domains import Keyword
from clv_xl.catalogue.function import Arg, Example, Function, Rule
from clv_xl.catalogue.rates import RATE_OF_UNIT
from clv_xl.errors import VALUE, CellError
from clv_xl.metrics import netting, value, windows
from clv_xl.table import Table

FAMILY = "family.columns"
TEXTBOOK = "Textbook definition; catalogue of clv_xl, section Straight from columns"
CHECK_IDS = '{"A";"A";"A";"B";"B";"C"}'
CHECK_DATES = "{45332;45505;45721;45432;45607;45838}"  # 2024-02-10, 2024-08-01, 2025-03-05, ...


def given(number: Any, otherwise: float) -> Any:
    """Return a number, or `otherwise` where it is not given (NaN)."""
    if type(number) is float:
        return otherwise if number != number else number
    return np.where(np.isnan(number), otherwise, number)


def clv_or_revenue(
    aov: Any, frequency: Any, lifespan: Any, margin: Any, cac: Any, d: Any, timing: Any
) -> Any:
    """Return CLV; without a margin it is the value in revenue."""
    return value.clv(aov, frequency, lifespan, given(margin, 1.0), cac, d, timing)


MARGIN_NEEDED = Rule(
    ("margin", "cac"),
    lambda margin, cac: (cac > 0) & (margin != margin),
    CellError(VALUE, "margin_required", argument="margin"),
)


def _codes(ids: Any) -> Any:
    return None if ids is None else ids.codes


def _aov(amounts: Any, order_ids: Any) -> float:
    return netting.aov(amounts, _codes(order_ids))


def _frequency(customer_ids: Any, order_dates: Any, unit: str, as_of: Any, order_ids: Any) -> float:
    return windows.frequency(customer_ids.codes, order_dates, unit, as_of, _codes(order_ids))


def _lifespan(customer_ids: Any, order_dates: Any, unit: str, method: str, as_of: Any) -> float:
    return windows.lifespan(customer_ids.codes, order_dates, unit, method, as_of)


def _summary(*values: Any) -> Table:
    from clv_xl.orders.summary import summary

    return summary(*values)


FUNCTIONS = (
    Function(
        name="CLV.AOV",
        family=FAMILY,
        body=_aov,
        args=(a.AMOUNTS, a.ORDER_IDS),
        summary="Average order value: revenue divided by the number of orders.",
        convention=(
            "A refund with its order's id nets into that order; a negative line without id reduces"
            " revenue and is"
            " no order; an order refunded to 0 or below is no order; an order of 0 is one."
        ),
        formula="revenue / orders",
        source=TEXTBOOK,
        examples=(
            Example("CLV.AOV({50;70;30;-30})", 40),
            Example("CLV.AOV({50;70;30;-30},{1;2;3;3})", 60),
        ),
        returns="money per order",
    ),
    Function(
        name="CLV.FREQUENCY",
        family=FAMILY,
        body=_frequency,
        args=(a.CUSTOMER_IDS, a.ORDER_DATES.optional(), a.PERIOD_UNIT, a.AS_OF, a.ORDER_IDS),
        summary="Purchase frequency: orders per customer in a period in which the customer bought.",
        convention=(
            "Periods are counted back from as_of and the oldest counts in full; without dates the"
            " rows are taken as"
            " one period. AOV x FREQUENCY x LIFESPAN is revenue per customer."
        ),
        formula="orders / distinct pairs of customer and period",
        source=TEXTBOOK,
        examples=(
            Example(f'CLV.FREQUENCY({CHECK_IDS},{CHECK_DATES},"Y",46022)', 1.5),
            Example(f"CLV.FREQUENCY({CHECK_IDS})", 2),
        ),
        returns="orders per customer and period",
    ),
    Function(
        name="CLV.LIFESPAN",
        family=FAMILY,
        body=_lifespan,
        args=(
            a.CUSTOMER_IDS,
            a.ORDER_DATES,
            a.PERIOD_UNIT,
            Arg(
                "method",
                Keyword(("observed", "churn")),
                '"observed" counts the periods to date, a lower bound; "churn" is 1 / churn rate.',
            ).optional("observed"),
            a.AS_OF,
        ),
        summary="Customer lifespan: number of periods in which a customer buys.",
        convention=(
            "Observed to date it is a lower bound, since customers go on buying; by churn it needs"
            " customers who"
            " leave for good, and is refused where over 10% of the lost come back."
        ),
        formula="distinct pairs of customer and period / customers, or 1 / churn rate",
        source=TEXTBOOK,
        examples=(Example(f'CLV.LIFESPAN({CHECK_IDS},{CHECK_DATES},"Y",,46022)', 1.3333, 4),),
        returns="periods",
    ),
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
        convention=(
            "Revenue without margin, profit with it; acquisition cost subtracted once; the lifespan is"
            " certain."
        ),
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
    Function(
        name="CLV.SUMMARY",
        family=FAMILY,
        body=_summary,
        args=(
            a.ORDER_LOG,
            a.PERIOD_UNIT,
            a.AS_OF,
            a.MARGIN,
            a.CAC.optional(),
            a.DISCOUNT_RATE,
            a.TIMING,
            a.HEADER_ROW,
        ),
        summary="The four basics and what follows from them, straight from an order log.",
        convention=(
            "The lifespan is observed to date, so the value is a lower bound; the last row says it in full."
        ),
        formula="one measure a row",
        source=TEXTBOOK,
        examples=(Example(f"CLV.SUMMARY({a.EXAMPLE_LOG})", "Customers"),),
        returns="table, a row a measure",
        rules=(RATE_OF_UNIT,),
    ),
)
