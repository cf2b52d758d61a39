"""Rates and unit economics."""

from typing import Any

import numpy as np

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.domains import SHARE, UNIT, Keyword, Number
from clv_xl.catalogue.function import Arg, Example, Function, Rule
from clv_xl.catalogue.small_ranges import Numbers
from clv_xl.errors import DIV, NA, NUM, CellError
from clv_xl.metrics import payback, rates, value, windows
from clv_xl.metrics.periods import DAYS_PER_YEAR, UNIT_DAYS

FAMILY = "family.rates"
MARKETING_METRICS = "Farris, Bendle, Pfeifer, Reibstein: Marketing Metrics"
LOG_OF_DOUBLE = float(np.log(2.0)) + 1e-12  # a rounded 100% a year is still 100%
REVENUE = Number(low=0.0, typical=(0.0, 10000.0))


def zero_denominator(name: str) -> Rule:
    """Return the rule that a denominator is not 0."""
    return Rule((name,), lambda value: value == 0, CellError(DIV, "zero_denominator", argument=name))


def _convert(rate: Any, from_unit: str, to_unit: str, kind: str) -> Any:
    return rates.convert_rate(rate, UNIT_DAYS[from_unit], UNIT_DAYS[to_unit], kind)


def above_yearly(rate: Any, unit: Any, kind: Any = "discount") -> Any:
    """Return where a discount rate is above 100% a year: a yearly rate given for a shorter period."""
    days = UNIT_DAYS[unit] if isinstance(unit, str) else np.vectorize(UNIT_DAYS.get, otypes=[float])(unit)
    return (np.log1p(rate) * DAYS_PER_YEAR / days > LOG_OF_DOUBLE) & (kind == "discount")


def _repeat_rate(customer_ids: Any) -> float:
    return windows.repeat_rate(customer_ids.codes)


RATE_OF_UNIT = Rule(
    ("discount_rate", "unit"),
    above_yearly,
    CellError(NUM, "rate_above_yearly", argument="discount_rate"),
)
START_CUSTOMERS = a.CUSTOMERS.but(name="start_customers", doc="Customers at the start of the period.")
FROM_UNIT = Arg("from_unit", UNIT, "Period of the rate as given: D, W, M, Q or Y.")

FUNCTIONS = (
    Function(
        name="CLV.CHURN",
        family=FAMILY,
        body=rates.churn,
        args=(
            a.CUSTOMERS.but(
                name="lost_customers", doc="Customers lost in the period, of those there at its start."
            ),
            START_CUSTOMERS,
        ),
        summary="Churn rate: share of the customers at the start of a period who were lost in it.",
        convention="Customers won and lost within the period are in neither number.",
        formula="lost_customers / start_customers",
        source=MARKETING_METRICS,
        examples=(Example("CLV.CHURN(40,800)", 0.05),),
        returns="share per period",
        rules=(
            zero_denominator("start_customers"),
            Rule(
                ("lost_customers", "start_customers"),
                lambda lost, start: lost > start,
                CellError(NUM, "more_lost_than_there", argument="lost_customers"),
            ),
        ),
    ),
    Function(
        name="CLV.RETENTION",
        family=FAMILY,
        body=rates.retention,
        args=(
            START_CUSTOMERS,
            a.CUSTOMERS.but(
                name="end_customers", doc="Customers at the end of the period, new ones included."
            ),
            a.NEW_CUSTOMERS,
        ),
        summary=(
            "Retention rate: share of the customers at the start of a period who are still there at its end."
        ),
        convention="New customers are taken out of the end count, so that growth does not hide losses.",
        formula="(end_customers - new_customers) / start_customers",
        source=MARKETING_METRICS,
        examples=(Example("CLV.RETENTION(800,850,200)", 0.8125),),
        returns="share per period",
        rules=(
            zero_denominator("start_customers"),
            Rule(
                ("start_customers", "end_customers", "new_customers"),
                lambda start, end, new: (end - new < 0) | (end - new > start),
                CellError(NUM, "customers_do_not_add_up", argument="end_customers"),
            ),
        ),
    ),
    Function(
        name="CLV.NRR",
        family=FAMILY,
        body=rates.nrr,
        args=(
            Arg("start_revenue", REVENUE, "Recurring revenue at the start of the period.", unit="money"),
            Arg("expansion", REVENUE, "More revenue from the same customers.", unit="money"),
            Arg(
                "contraction",
                REVENUE,
                "Less revenue from customers who stayed, a positive amount.",
                unit="money",
            ),
            Arg("churned", REVENUE, "Revenue lost with customers who left, a positive amount.", unit="money"),
        ),
        summary="Net revenue retention: revenue kept and expanded from the customers there at the start.",
        convention="New customers are left out; contraction and churned are positive and subtracted.",
        formula="(start_revenue + expansion - contraction - churned) / start_revenue",
        source=MARKETING_METRICS,
        examples=(Example("CLV.NRR(1000,150,50,75)", 1.025),),
        returns="share per period",
        rules=(
            zero_denominator("start_revenue"),
            Rule(
                ("start_revenue", "contraction", "churned"),
                lambda start, contraction, churned: contraction + churned > start,
                CellError(NUM, "more_lost_than_there", argument="churned"),
            ),
        ),
    ),
    Function(
        name="CLV.REPEATRATE",
        family=FAMILY,
        body=_repeat_rate,
        args=(a.CUSTOMER_IDS,),
        summary="Repeat purchase rate: share of the customers with two or more orders.",
        convention="Each row is an order.",
        formula="customers with two or more orders / customers",
        source=MARKETING_METRICS,
        examples=(Example('CLV.REPEATRATE({"A";"A";"A";"B";"B";"C"})', 0.666667, 6),),
        returns="share of customers",
    ),
    Function(
        name="CLV.CONVERTRATE",
        family=FAMILY,
        body=_convert,
        args=(
            Arg("rate", SHARE, "Rate per period of from_unit, such as 5%.", unit="share per period"),
            FROM_UNIT,
            FROM_UNIT.but(name="to_unit", doc="Period of the rate wanted: D, W, M, Q or Y."),
            Arg("kind", Keyword(("churn", "retention", "discount")), "What the rate is."),
        ),
        summary="Converts a churn, retention or discount rate from one period to another.",
        convention="Rates compound; a year is 365.25 days and a month a twelfth of it.",
        formula=(
            "churn 1 - (1 - rate)^n, retention rate^n, discount (1 + rate)^n - 1; n = to_unit / from_unit"
        ),
        source="Compound interest",
        examples=(
            Example('CLV.CONVERTRATE(5%,"M","Y","churn")', 0.4596, 4),
            Example('CLV.CONVERTRATE(21%,"Y","Q","discount")', 0.048809, 6),
        ),
        returns="share per period",
        rules=(
            Rule(
                ("rate", "from_unit", "kind"),
                above_yearly,
                CellError(NUM, "rate_above_yearly", argument="rate"),
            ),
        ),
    ),
    Function(
        name="CLV.CAC",
        family=FAMILY,
        body=rates.cac,
        args=(
            Arg(
                "costs",
                Numbers(),
                "All costs of winning customers: one cell or a range of components.",
                unit="money",
            ),
            a.NEW_CUSTOMERS,
        ),
        summary="Customer acquisition cost: everything spent on winning customers, per customer won.",
        convention="Sales, marketing, operations and onboarding belong in it; costs are positive.",
        formula="sum of costs / new_customers",
        source=MARKETING_METRICS,
        examples=(Example("CLV.CAC({20000;10000;6000},800)", 45),),
        returns="money per customer",
        rules=(zero_denominator("new_customers"),),
    ),
    Function(
        name="CLV.RATIO",
        family=FAMILY,
        body=rates.ratio,
        args=(
            Arg(
                "clv_before_cac",
                a.MONEY,
                "Customer lifetime value, acquisition cost not subtracted.",
                unit="money",
            ),
            a.CAC.but(required=True, default=None),
        ),
        summary="CLV:CAC: lifetime value per unit of money spent on winning the customer.",
        convention="The value is taken before acquisition cost; from net CLV the ratio would be 1 too low.",
        formula="clv_before_cac / cac",
        source=MARKETING_METRICS,
        examples=(Example("CLV.RATIO(180,45)", 4),),
        returns="multiple",
        rules=(zero_denominator("cac"),),
    ),
    Function(
        name="CLV.PAYBACK",
        family=FAMILY,
        body=payback.payback,
        args=(
            a.CAC.but(required=True, default=None),
            a.MARGIN_PER_PERIOD,
            a.RETENTION_RATE.optional(1.0),
            a.DISCOUNT_RATE,
            a.WHOLE,
        ),
        summary="Payback period: when the margins of a new customer have returned the acquisition cost.",
        convention="Margins of period t are m r^(t-1) / (1+d)^t and flow evenly within it; never is #N/A.",
        formula="smallest t with sum of m r^(t-1) / (1+d)^t >= cac",
        source=MARKETING_METRICS,
        examples=(
            Example("CLV.PAYBACK(45,5)", 9),
            Example("CLV.PAYBACK(45,5,98%)", 9.82, 2),
            Example("CLV.PAYBACK(45,5,98%,,TRUE)", 10),
            Example("CLV.PAYBACK(45,5,98%,1%)", 10.44, 2),
            Example("CLV.PAYBACK(45,5,50%)", "#N/A"),
        ),
        returns="periods",
        undefined=CellError(NA, "never_paid_back"),
    ),
    Function(
        name="CLV.EQUITY",
        family=FAMILY,
        body=value.equity,
        args=(
            Arg(
                "residual_clv_per_customer",
                a.MONEY,
                "Value still to come from one customer; what was earned before is not in it.",
                unit="money per customer",
            ),
            a.CUSTOMERS,
        ),
        summary="Customer equity: the future value of all customers there are today.",
        convention="Future value only: neither past margins nor acquisition cost already spent.",
        formula="residual_clv_per_customer x customers",
        source="Rust, Lemon, Zeithaml (2004), Journal of Marketing 68(1)",
        examples=(Example("CLV.EQUITY(120,800)", 96000),),
        returns="money",
    ),
)
