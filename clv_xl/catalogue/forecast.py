"""The forecast: customers, revenue and cash period by period from a plan."""

from typing import Any

import numpy as np

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.columns import MARGIN_NEEDED
from clv_xl.catalogue.domains import COUNT, SHARE, Keyword, Number
from clv_xl.catalogue.effort import Effort
from clv_xl.catalogue.forecast_ranges import PerPeriod, Plan
from clv_xl.catalogue.function import Arg, Example, Function, Rule
from clv_xl.catalogue.rates import REVENUE
from clv_xl.errors import VALUE, CellError, Text
from clv_xl.metrics import forecast
from clv_xl.table import Table

FAMILY = "family.forecast"
CORKSCREW = "corkscrew"
NEED_MARGIN = ("margin_amount", "cash", "cumulative_cash", "low_point")
COST_NEEDS_MARGIN = Rule(
    ("margin", "cac"), lambda margin, cac: margin is None and cac > 0, MARGIN_NEEDED.error
)
CASH_NEEDS_MARGIN = Rule(
    ("margin", "measure"),
    lambda margin, measure: margin is None and measure == "cash",
    CellError(VALUE, "cash_needs_margin", argument="margin"),
)


def _forecast(
    active: float,
    new: Plan,
    retention: Plan,
    revenue: Plan,
    periods: float,
    margin: float | None,
    cac: float,
    measure: str,
) -> Table:
    count = int(periods)
    inputs: tuple[Any, ...] = (
        active,
        new.over(count, "new_customers"),
        retention.over(count, "retention_rate"),
        revenue.over(count, "revenue_per_customer"),
        1.0 if margin is None else margin,
        cac,
    )
    columns, total = forecast.corkscrew(*inputs)
    if measure == CORKSCREW:
        if margin is None:  # revenue under the header of a cash flow would be read as one
            columns |= dict.fromkeys(NEED_MARGIN, np.full(count, np.nan))
            total = {key: cell for key, cell in total.items() if key not in NEED_MARGIN}
        return Table.of(columns, {"period": Text("total"), **total})
    cells, totals = forecast.by_cohort(measure, *inputs)
    names = ("existing_customers", *map(str, range(1, count + 1)))
    return Table.of(
        {"period": columns["period"], **dict(zip(names, cells.T, strict=True))},
        {"period": Text("total"), **dict(zip(names, totals.tolist(), strict=True))},
    )


FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="CLV.FORECAST",
        family=FAMILY,
        body=_forecast,
        args=(
            a.CUSTOMERS.but(name="active_customers", doc="Customers at the start of the first period."),
            a.NEW_CUSTOMERS.but(
                kind=PerPeriod(COUNT),
                doc="Customers won: one number for every period, or a range with one value a period.",
            ),
            a.RETENTION_RATE.but(
                kind=PerPeriod(SHARE),
                doc=(
                    "Share of the opening customers kept: one number for every period, or a range with one"
                    " value a period."
                ),
            ),
            Arg(
                "revenue_per_customer",
                PerPeriod(REVENUE),
                "Revenue from one closing customer: one number for every period, or a range with one value a"
                " period.",
                unit="money per customer and period",
            ),
            Arg(
                "periods",
                Number(low=1, high=1200, whole=True, typical=(1, 24)),
                "Number of periods; a plan in a range needs a value for each and may be longer: the rest is"
                " not read.",
                unit="periods",
            ),
            a.MARGIN,
            a.CAC,
            a.HEADER_ROW,
            Arg(
                "measure",
                Keyword((CORKSCREW, *forecast.MEASURES)),
                '"corkscrew" shows it all; "customers", "revenue" and "cash" split one of them by cohort, a'
                " column a cohort, ready for a stacked chart.",
            ).optional(CORKSCREW),
        ),
        summary="Forecast of customers, revenue and cash, period by period, with the low point of cash.",
        convention=(
            "Customers won in a period are kept in full and bring revenue in it; parts of customers are not"
            " rounded. Without margin there is no cash, and its columns stay blank; acquisition cost is spent"
            " in the period of winning. low_point holds the smallest cumulative cash in its period and in"
            " the total row."
        ),
        formula=(
            "closing = opening + new - lost; lost = (1 - retention_rate) x opening; cash = closing x"
            " revenue_per_customer x margin - cac x new"
        ),
        source="FAST Standard for financial models: a balance as a corkscrew",
        examples=(
            Example("CLV.FORECAST(800,200,80%,150,5,40%,45)", 1),  # its page has room for the total row
            Example("CLV.FORECAST(800,200,80%,150,12,40%,45)", 1),
            Example("CLV.FORECAST(0,{1000;800;500;200},80%,60,4,40%,60)", 1),
            Example('CLV.FORECAST(800,200,80%,150,3,40%,45,,"revenue")', 1),
            Example("CLV.FORECAST(800,{200;250},80%,150,3)", "#N/A"),
            Example("CLV.FORECAST(800,200,80%,150,12,,45)", "#VALUE!"),
        ),
        returns="table, a row a period",
        effort=Effort(1.0, ("periods", "periods")),  # a column a cohort
        rules=(COST_NEEDS_MARGIN, CASH_NEEDS_MARGIN),
    ),
)
