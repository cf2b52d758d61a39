"""CLV.LEVER: what a programme that moves a driver gains, costs, returns, and when it breaks even."""

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.domains import Keyword, Number
from clv_xl.catalogue.effort import Effort
from clv_xl.catalogue.function import Arg, Example, Function
from clv_xl.catalogue.what_if.arguments import DRIVERS, EXAMPLE_SHOP, METHOD
from clv_xl.catalogue.what_if.lever_ranges import LEVER, ListColumn
from clv_xl.catalogue.what_if.lever_table import lever_table
from clv_xl.metrics.levers import KINDS

KUMAR_PETERSEN_LEONE = (
    "Catalogue of clv_xl, section What-if; referral: Kumar, Petersen, Leone (2010), Driving profitability by"
    " encouraging customer referrals, Journal of Marketing 74(5)"
)

FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="CLV.LEVER",
        family="family.what_if",
        body=lever_table,
        args=(
            DRIVERS,
            Arg(
                "lever_driver",
                ListColumn(LEVER),
                "A driver, or a lever: loyalty, upsell, cross_sell, service, onboarding, referral, price; one"
                " or a column.",
            ),
            Arg(
                "uplift",
                ListColumn(Number(typical=(-0.2, 0.3))),
                "By how much it rises, such as 10%; negative where it falls; a relative one is within 100%."
                " One number or a column.",
            ),
            Arg(
                "cost",
                ListColumn(a.COST),
                "Total cost of the programme, a positive amount. One number or a column.",
                unit="money",
            ),
            Arg(
                "customers",
                ListColumn(Number(low=0.0, typical=(0.0, 5000.0))),
                "Number of customers that it reaches. One number or a column.",
                unit="customers",
            ),
            Arg(
                "kind",
                Keyword(KINDS),
                '"relative": 10% more than now; "points": added to it, as 2 points of retention are 2%.',
            ).optional("relative"),
            METHOD,
            a.HEADER_ROW,
        ),
        summary="Levers: gain of net CLV, cost, ROI and break-even uplift of each, ranked by gain per cost.",
        convention=(
            "loyalty and cross_sell move the frequency, service and onboarding the lifespan; under a contract"
            " or subscription cross_sell moves the order value and the others the retention rate. upsell"
            " moves the order value; price does so at unchanged unit costs. referral spreads one acquisition"
            " cost over 1 + uplift customers. Each lever alone."
        ),
        formula=(
            "gain = net CLV after - net CLV before; ROI = (gain x customers - cost) / cost; referral: CAC /"
            " (1 + uplift); price: margin' = 1 - (1 - margin) / (1 + uplift); break-even uplift: that at"
            " which gain x customers = cost"
        ),
        source=KUMAR_PETERSEN_LEONE,
        examples=(
            Example(
                f'CLV.LEVER({EXAMPLE_SHOP},{{"loyalty";"service";"referral";"price"}},{{0.1;0.05;0.2;0.02}},'
                "{9000;4000;2000;500},800)",
                "Loyalty programme",
            ),
            Example(f'CLV.LEVER({EXAMPLE_SHOP},"margin",2%,1000,800,"points")', "Profit margin"),
        ),
        returns="table, a row a lever",
        effort=Effort(1000.0, ("lever_driver",)),  # each is a model of its own, 1 ms
    ),
)
