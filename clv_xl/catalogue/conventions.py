"""CLV by convention: a required argument or the name says which of them it is."""

from typing import Any

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.domains import SHARE, Keyword, Number
from clv_xl.catalogue.function import Arg, Example, Function, Rule
from clv_xl.catalogue.ranges import ColumnOf
from clv_xl.errors import NUM, CellError, Text
from clv_xl.metrics import conventions
from clv_xl.table import Table

FAMILY = "family.conventions"
NOTE_CONVENTIONS = "Fader and Hardie (2012), Reconciling and clarifying CLV formulas, note 024"
RATE = a.DISCOUNT_RATE.but(required=True, default=None)


def diverges(retention_rate: Any, discount_rate: Any) -> Any:
    """Return where the sum of the margins has no end: 1 + d - r is 0 or less."""
    return discount_rate + (1 - retention_rate) <= 0


DIVERGES = Rule(
    ("retention_rate", "discount_rate"),
    diverges,
    CellError(NUM, "value_without_end", argument="discount_rate"),
)


def _schedule(*values: Any) -> Table:
    columns, total = conventions.schedule(*values)
    columns["cohort_margin"] = columns.pop("margin")
    order = ("period", "customers", "cohort_margin", "factor", "present_value", "cumulative")
    last = {"period": Text("total"), "customers": total["customers"], "cohort_margin": total["margin"]}
    return Table.of({k: columns[k] for k in order}, {**last, "present_value": total["present_value"]})


def _compare(*values: Any) -> Table:
    rows = [
        (
            Text(f"convention.{row.key}"),
            row.value,
            row.formula,
            Text(f"convention.{row.note}") if row.note else None,
        )
        for row in conventions.compare(*values)
    ]
    return Table.of_rows(("convention", "clv", "formula", "note"), rows)


def _historical(*values: Any) -> Table:
    from clv_xl.orders.summary import historical

    return historical(*values)


FUNCTIONS = (
    Function(
        name="CLV.CONTRACT",
        family=FAMILY,
        body=conventions.contract,
        args=(
            a.MARGIN_PER_PERIOD,
            a.RETENTION_RATE,
            RATE,
            Arg(
                "booking",
                Keyword(("upfront", "first_certain", "after_renewal")),
                '"upfront" paid at the start; "first_certain" paid at the end, the first one sure;'
                ' "after_renewal" the first one not counted.',
            ),
            a.CAC,
        ),
        summary="Lifetime value of a customer under contract with a constant retention rate.",
        convention="Without end; booking says when money is counted and whether the first payment is in.",
        formula="upfront m(1+d)/(1+d-r), first_certain m/(1+d-r), after_renewal m r/(1+d-r); each less cac",
        source=NOTE_CONVENTIONS,
        examples=(
            Example('CLV.CONTRACT(60,80%,10%,"upfront")', 220),
            Example('CLV.CONTRACT(60,80%,10%,"first_certain")', 200),
            Example('CLV.CONTRACT(60,80%,10%,"after_renewal")', 160),
            Example('CLV.CONTRACT(100,80%,10%,"upfront")', 366.67, 2),
            Example('CLV.CONTRACT(60,100%,0,"upfront")', "#NUM!"),
        ),
        returns="money per customer",
        rules=(DIVERGES,),
    ),
    Function(
        name="CLV.SUBSCRIPTION",
        family=FAMILY,
        body=conventions.subscription,
        args=(
            Arg("arpa", a.MONEY, "Revenue per account in one period.", unit="money per customer and period"),
            Arg(
                "gross_margin",
                a.MARGIN_SHARE,
                "Share of revenue kept after the cost of service.",
                unit="share",
            ),
            a.CHURN_RATE,
            Arg(
                "expansion_rate",
                Number(low=-1.0, high=1.0, share=True, typical=(0.0, 0.05)),
                "Growth of revenue per period from customers who stay.",
                unit="share per period",
            ).optional(0.0),
            a.CAC,
            a.DISCOUNT_RATE,
        ),
        summary="Lifetime value of a subscriber from revenue per account, gross margin and churn.",
        convention="Paid at the start of each period, without end; undiscounted unless a rate is given.",
        formula="arpa x gross_margin x (1+d) / (1+d-(1-churn_rate)(1+expansion_rate)) - cac",
        source=NOTE_CONVENTIONS,
        examples=(
            Example("CLV.SUBSCRIPTION(100,80%,5%)", 1600),
            Example("CLV.SUBSCRIPTION(100,80%,5%,1%)", 1975.31, 2),
            Example("CLV.SUBSCRIPTION(100,80%,5%,,,1%)", 1346.67, 2),
        ),
        returns="money per customer",
        rules=(
            Rule(
                ("churn_rate", "expansion_rate", "discount_rate"),
                lambda c, g, d: d + c - g * (1 - c) <= 0,
                CellError(NUM, "value_without_end", argument="churn_rate"),
            ),
        ),
    ),
    Function(
        name="CLV.CURVE",
        family=FAMILY,
        body=conventions.curve,
        args=(
            Arg(
                "margins",
                ColumnOf("numbers"),
                "Margin of a customer who is there, one row a period.",
                unit="money",
            ),
            Arg(
                "survival",
                ColumnOf("numbers", domain=SHARE),
                "Share of customers still there in each period, first 100%.",
                unit="share",
            ),
            RATE,
            a.CAC,
            a.TIMING,
        ),
        summary="Lifetime value from an explicit curve of margins and survival.",
        convention="Row t is period t, survival as given, truncated at the length of the curve.",
        formula="sum over t of margins_t x survival_t x (1+d)^(timing-t) - cac",
        source=NOTE_CONVENTIONS,
        examples=(Example("CLV.CURVE({60;60;60},{1;0.8;0.64},10%,,1)", 135.37, 2),),
        returns="money per customer",
    ),
    Function(
        name="CLV.SCHEDULE",
        family=FAMILY,
        body=_schedule,
        args=(
            a.CUSTOMERS,
            a.MARGIN_PER_PERIOD,
            a.RETENTION_RATE,
            RATE,
            Arg(
                "periods",
                Number(low=1, high=1200, whole=True, typical=(1, 24)),
                "Number of periods.",
                unit="periods",
            ),
            a.CAC,
            a.TIMING,
            a.HEADER_ROW,
        ),
        summary="Period by period, what a cohort of customers that shrinks by its retention rate is worth.",
        convention="Truncated at the last period shown; acquisition cost is spent in period 0.",
        formula="customers_t = customers x r^(t-1); present value = margin x (1+d)^(timing-t)",
        source=NOTE_CONVENTIONS,
        examples=(Example("CLV.SCHEDULE(1000,60,80%,10%,3,,1)", 1),),
        returns="table, a row a period",
    ),
    Function(
        name="CLV.COMPARE",
        family=FAMILY,
        body=_compare,
        args=(
            a.MARGIN_PER_PERIOD,
            a.RETENTION_RATE,
            RATE,
            a.CAC,
            Arg(
                "horizon",
                Number(low=0.0, above=True, typical=(1, 40)),
                "Periods after which value stops counting.",
            ).optional(),
            a.HEADER_ROW,
        ),
        summary="The same customer by every convention side by side, with formulas.",
        convention="All of them, so that two reports that disagree can be told apart.",
        formula="one a row",
        source=NOTE_CONVENTIONS,
        examples=(Example("CLV.COMPARE(60,80%,10%)", "Paid at the start of each period"),),
        returns="table, a row a convention",
        rules=(DIVERGES,),
    ),
    Function(
        name="CLV.HISTORICAL",
        family=FAMILY,
        body=_historical,
        args=(a.ORDER_LOG, a.MARGIN, a.HEADER_ROW),
        summary="Value of each customer to date.",
        convention=(
            "What has been earned so far, undiscounted; in margin where it is given or costs are there."
        ),
        formula="sum of amounts x margin, or sum of amounts - costs",
        source="Catalogue of clv_xl",
        examples=(Example(f"CLV.HISTORICAL({a.EXAMPLE_LOG})", "A"),),
        returns="table, a row a customer",
    ),
)
