"""What if: the user's scenarios, one or two drivers over a grid, and each driver moved alone."""

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.domains import Number
from clv_xl.catalogue.effort import Effort
from clv_xl.catalogue.function import Arg, Example, Function
from clv_xl.catalogue.what_if.arguments import DRIVERS, EXAMPLE_SHOP, METHOD, OUTPUT
from clv_xl.catalogue.what_if.driver_ranges import DRIVER
from clv_xl.catalogue.what_if.scenario_ranges import Scenarios, Steps
from clv_xl.catalogue.what_if.scenario_table import scenario_table
from clv_xl.catalogue.what_if.sensitivity_table import sensitivity_table
from clv_xl.catalogue.what_if.tornado_table import tornado_table

FAMILY = "family.what_if"
OURS = "Catalogue of clv_xl, section What-if"
CONTRACT_DRIVERS = '{"avg_order_value",150;"margin",0.4;"retention_rate",0.8;"discount_rate",0.1;"cac",45}'

FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="CLV.SCENARIO",
        family=FAMILY,
        body=scenario_table,
        args=(
            DRIVERS,
            Arg(
                "scenarios",
                Scenarios(),
                "Header row with the names of the scenarios, first column the drivers; a blank cell is as in"
                " the base.",
            ),
            METHOD,
            a.HEADER_ROW,
        ),
        summary="Scenarios beside the base: drivers, CLV, net CLV, CLV:CAC, payback and the difference.",
        convention=(
            "A driver that a scenario leaves blank is as in the base. The share kept stands under the name"
            " that the base gives it, retention or churn. The last two rows are the difference of the net"
            " CLV to the base, in money and as a share of a base above 0. A ratio and a payback without an"
            " acquisition cost are blank."
        ),
        formula="each output from the drivers of its column, as CLV(), CLV.CONTRACT or CLV.SUBSCRIPTION",
        source=OURS,
        examples=(
            Example(
                f'CLV.SCENARIO({EXAMPLE_SHOP},{{"driver","best","worst";"lifespan",4,2;"margin",0.5,0.3}})',
                "Average order value (AOV)",
            ),
            Example(
                f'CLV.SCENARIO({CONTRACT_DRIVERS},{{"","loyal";"retention_rate",0.82}},"contract")',
                "Average order value (AOV)",
            ),
        ),
        returns="table, a row a measure",
    ),
    Function(
        name="CLV.SENSITIVITY",
        family=FAMILY,
        body=sensitivity_table,
        args=(
            DRIVERS,
            Arg("row_driver", DRIVER, "Name of the driver whose values stand across the top."),
            Arg("row_values", Steps(), "Its values, one row or one column."),
            Arg(
                "col_driver", DRIVER, "Name of the driver whose values stand down the first column."
            ).optional(),
            Arg("col_values", Steps(), "Values of col_driver, one row or one column.").optional(),
            OUTPUT,
            METHOD,
            a.HEADER_ROW,
        ),
        summary="An output over the values of one driver or of two, as a data table that is a formula.",
        convention=(
            "Values of row_driver across the top, those of col_driver down the first column, in the order"
            " given. A driver that varies may be left out of drivers; the others are as there. Without a"
            " header row the first column stays."
        ),
        formula="each cell = the output of the drivers with row_driver and col_driver replaced",
        source=OURS,
        examples=(
            Example(f'CLV.SENSITIVITY({EXAMPLE_SHOP},"lifespan",{{2,3,4}},"margin",{{0.3;0.4;0.5}})', 0.3),
            Example(
                f'CLV.SENSITIVITY({CONTRACT_DRIVERS},"retention_rate",{{0.7,0.8,0.9}},"discount_rate",'
                '{0.05;0.1},"ratio","contract")',
                0.05,
            ),
            Example(f'CLV.SENSITIVITY({EXAMPLE_SHOP},"cac",{{30,45,60}})', "Net CLV"),
        ),
        returns="table, a row a value of col_driver",
        effort=Effort(1.0, ("row_values", "col_values")),
    ),
    Function(
        name="CLV.TORNADO",
        family=FAMILY,
        body=tornado_table,
        args=(
            DRIVERS,
            Arg(
                "change",
                Number(low=0.0, high=1.0, above=True, share=True, typical=(0.01, 0.5)),
                "Share of its value by which each driver is moved down and up, such as 10%.",
                unit="share of the value",
            ).optional(0.1),
            OUTPUT,
            METHOD,
            a.HEADER_ROW,
        ),
        summary="Which driver matters most: each is moved down and up alone, the widest swing first.",
        convention=(
            "The change is relative to the value of each driver stated, so that one at 0 does not swing;"
            " timing is not moved. Low and high are those of the driver: a cost at its low gives the higher"
            " output. A side outside the domain of its driver, such as a retention above 100%, is an error"
            " and comes last. The last row is the base."
        ),
        formula="low = value - change x |value|, high = value + change x |value|;"
        " swing = |output at high - output at low|",
        source=OURS,
        examples=(
            Example(f"CLV.TORNADO({EXAMPLE_SHOP})", "Average order value (AOV)"),
            Example(f'CLV.TORNADO({CONTRACT_DRIVERS},5%,"clv","contract")', "Retention rate"),
        ),
        returns="table, a row a driver",
    ),
)
