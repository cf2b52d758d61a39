"""Segments, tiers, cohorts, RFM and channels: who the customers are and which of them pay."""

from typing import Any

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.domains import Keyword, Number
from clv_xl.catalogue.function import Arg, Example, Function
from clv_xl.catalogue.ranges import ColumnOf
from clv_xl.catalogue.rates import RATE_OF_UNIT
from clv_xl.catalogue.small_ranges import AnyRange, ByName, Numbers, Words
from clv_xl.cells import Block
from clv_xl.metrics import tiers
from clv_xl.table import Table

FAMILY = "family.segments"
OURS = "Catalogue of clv_xl, section Segments, cohorts, RFM"
FADER_HARDIE_LEE = "Fader, Hardie, Lee (2005), RFM and CLV, Journal of Marketing Research 42(4)"
VALUES = Arg("values", ColumnOf("numbers"), "Value of each customer, one row a customer.", unit="money")
MONTHLY = a.PERIOD_UNIT.optional("M")


def _segment(*values: Any) -> Table:
    from clv_xl.orders.segment_table import segment_table

    return segment_table(*values)


def _cohort(*values: Any) -> Table:
    from clv_xl.orders.cohort_table import cohort_table

    return cohort_table(*values)


def _retention_curve(table: Block) -> Table:
    from clv_xl.orders.cohort_table import retention_curve

    return retention_curve(table.to_rows())


def _status(*values: Any) -> Table:
    from clv_xl.orders.customer_tables import status_table

    return status_table(*values)


def _rfm(order_log: Any, as_of: float | None, unit: str, bins: float) -> Table:
    from clv_xl.orders.customer_tables import rfm_table

    return rfm_table(order_log, as_of, unit, int(bins))


def _channels(*values: Any) -> Table:
    from clv_xl.orders.channel_table import channel_table

    return channel_table(*values)


def _tiers(values: Any, cuts: Any, labels: Any) -> Any:
    return tiers.tier_labels(values, tiers.CUTS if cuts is None else cuts.tolist(), labels)


FUNCTIONS = (
    Function(
        name="CLV.SEGMENT",
        family=FAMILY,
        body=_segment,
        args=(
            a.ORDER_LOG,
            Arg("by", Keyword(("segment", "channel")), "Column that groups the customers.").optional(
                "segment"
            ),
            a.PERIOD_UNIT,
            a.AS_OF,
            a.LIFESPAN_BY_SEGMENT,
            a.MARGIN_BY_SEGMENT,
            a.CAC_BY_SEGMENT,
            a.DISCOUNT_RATE,
            a.TIMING,
            a.HEADER_ROW,
        ),
        summary="Value of each customer segment, best first, with the company as total row.",
        convention=(
            "A customer belongs to the segment of the first order. Without lifespan the value is to"
            " date. The total"
            " is the sum of the segments over all customers; what a product of averages misses is the"
            " mix effect."
        ),
        formula=(
            "CLV of a segment = aov x frequency x margin x annuity(lifespan); total = sum of n x CLV /"
            " sum of n"
        ),
        source=OURS,
        examples=(Example(f"CLV.SEGMENT({a.EXAMPLE_LOG},,,,,40%,5)", "home"),),
        returns="table, a row a segment",
        rules=(RATE_OF_UNIT,),
    ),
    Function(
        name="CLV.TIERS",
        family=FAMILY,
        body=_tiers,
        args=(
            VALUES,
            Arg(
                "cuts",
                Numbers(Number(low=0.0, high=1.0, share=True)),
                "Shares of customers from the top at which a tier ends; 20% and 50% if omitted.",
                unit="share of customers",
            ).optional(),
            Arg(
                "labels", Words(), "Names of the tiers from the top; A, B, C and so on if omitted."
            ).optional(),
        ),
        summary="Tier of each customer by rank: A for the most valuable, B for the next and so on.",
        convention="Cuts are shares of customers, not of value; ties go up together.",
        formula="tier of a customer = first cut with rank <= cut x customers",
        source=OURS,
        examples=(Example("CLV.TIERS({5;4;3;2;1},{0.2;0.5})", "A"),),
        returns="text, one for each row",
        per_row=True,
    ),
    Function(
        name="CLV.PARETO",
        family=FAMILY,
        body=tiers.pareto,
        args=(
            VALUES,
            Arg(
                "top_share",
                Number(low=0.0, high=1.0, above=True, share=True, typical=(0.05, 1.0)),
                "Share of customers from the top.",
                unit="share of customers",
            ).optional(0.2),
        ),
        summary="Share of the value that the top customers hold, as in the 80/20 rule.",
        convention="The number of top customers is rounded up.",
        formula="value of the top CEILING(top_share x n) customers / value of all",
        source=OURS,
        examples=(Example("CLV.PARETO({50;30;10;10},50%)", 0.8),),
        returns="share of value",
    ),
    Function(
        name="CLV.COHORT",
        family=FAMILY,
        body=_cohort,
        args=(
            a.ORDER_LOG,
            MONTHLY,
            Arg(
                "measure",
                Keyword(("customers", "retention", "revenue", "cumulative")),
                "What the cells hold: active customers, share active, revenue, or cumulative margin"
                " per customer.",
            ).optional("customers"),
            a.AS_OF,
            a.HEADER_ROW,
        ),
        summary="Cohorts by calendar period of the first order, followed by age.",
        convention=(
            "Calendar periods; a cell is filled only when the whole cohort has reached that age; a"
            " period cut by"
            " the first order or by as_of is marked as partial."
        ),
        formula="row = period of the first order, column = periods since then",
        source=OURS,
        examples=(Example(f'CLV.COHORT({a.EXAMPLE_LOG},"Q")', "2024-Q2"),),
        returns="table, a row a cohort",
    ),
    Function(
        name="CLV.RETENTIONCURVE",
        family=FAMILY,
        body=_retention_curve,
        args=(
            Arg("cohort_table", AnyRange(), "What CLV.COHORT spilled, customers or retention."),
            a.HEADER_ROW,
        ),
        summary="Retention by age from all cohorts together.",
        convention="Weighted by cohort size; each age uses the cohorts that have reached it.",
        formula="sum of customers active at an age / sum of customers of the cohorts that reached it",
        source=OURS,
        examples=(Example(f'CLV.RETENTIONCURVE(CLV.COHORT({a.EXAMPLE_LOG},"Q"))', 0),),
        returns="table, a row an age",
    ),
    Function(
        name="CLV.STATUS",
        family=FAMILY,
        body=_status,
        args=(
            a.ORDER_LOG,
            a.AS_OF,
            Arg(
                "lapse_days",
                Number(low=0.0, above=True, typical=(10, 400)),
                "Days without an order after which a customer is lapsing; from the data if omitted.",
                unit="days",
            ).optional(),
            a.HEADER_ROW,
        ),
        summary="Status of each customer: active, lapsing or lost, by the time since the last order.",
        convention=(
            "lapse_days is the 90th percentile of the gaps between orders; lapsing to twice that, then lost."
        ),
        formula="active <= lapse_days < lapsing <= 2 x lapse_days < lost",
        source=OURS,
        examples=(Example(f"CLV.STATUS({a.EXAMPLE_LOG})", "A"),),
        returns="table, a row a customer",
        dates=("last_order",),
    ),
    Function(
        name="CLV.RFM",
        family=FAMILY,
        body=_rfm,
        args=(
            a.ORDER_LOG,
            a.AS_OF,
            a.PERIOD_UNIT.but(doc="Unit of t_x and T: D, W, M, Q or Y.").optional("W"),
            Arg(
                "bins",
                Number(low=2, high=10, whole=True, typical=(2, 10)),
                "Number of scores.",
            ).optional(5.0),
            a.HEADER_ROW,
        ),
        summary=(
            "Recency, frequency and money of each customer with scores, and x, t_x, T, m_x for the models."
        ),
        convention=(
            "The recency of RFM is days since the last order; the t_x of the models is the age at the"
            " last order."
            " Orders of one day count once in x."
        ),
        formula="score = 1 + INT(bins x share of customers strictly worse)",
        source=FADER_HARDIE_LEE,
        examples=(Example(f"CLV.RFM({a.EXAMPLE_LOG})", "A"),),
        returns="table, a row a customer",
    ),
    Function(
        name="CLV.CHANNELS",
        family=FAMILY,
        body=_channels,
        args=(
            a.ORDER_LOG,
            Arg(
                "costs",
                ByName(a.COST, single=False),
                "Acquisition cost of each channel: two columns, channel and total cost.",
                unit="money",
            ),
            a.AS_OF,
            a.MARGIN,
            a.HEADER_ROW,
        ),
        summary="Acquisition channels side by side: customers, CAC, CLV, CLV:CAC, payback and return.",
        convention="A customer belongs to the channel of the first order; the value is to date.",
        formula="CAC = cost of the channel / customers it won; ROI = (CLV - CAC) / CAC",
        source=OURS,
        examples=(Example(f'CLV.CHANNELS({a.EXAMPLE_LOG},{{"web",20;"shop",30}},,40%)', "web"),),
        returns="table, a row a channel",
    ),
)
