"""The arguments by name: one word means one thing in every function."""

from clv_xl.catalogue.domains import COUNT, HEADERS, SHARE, UNIT, Date, Flag, Number
from clv_xl.catalogue.function import Arg
from clv_xl.catalogue.ranges import ColumnOf, OrderLogRange
from clv_xl.catalogue.small_ranges import ByName

MONEY = Number(typical=(-500.0, 1000.0))
COST = Number(low=0.0, typical=(0.0, 500.0))
MARGIN_SHARE = Number(high=1.0, share=True, typical=(-0.5, 1.0))
FEW = Number(low=0.0, typical=(0.0, 40.0))

CUSTOMER_IDS = Arg(
    "customer_ids", ColumnOf("ids", "customer_ids"), "Customer of each order line, one column."
)
ORDER_DATES = Arg("order_dates", ColumnOf("dates", "order_dates"), "Date of each order line, one column.")
AMOUNTS = Arg(
    "amounts",
    ColumnOf("numbers", "amounts"),
    "Money of each order line, one column; refunds negative.",
    unit="money",
)
ORDER_IDS = Arg(
    "order_ids",
    ColumnOf("ids", "order_ids"),
    "Order of each line, one column; lines with one id are one order.",
).optional()
ORDER_LOG = Arg(
    "order_log",
    OrderLogRange(),
    "Orders with a header row (customer, date, amount and more), or the text of CLV.DATA.",
)

AVG_ORDER_VALUE = Arg("avg_order_value", MONEY, "Average money per order.", unit="money per order")
FREQUENCY = Arg("frequency", FEW, "Orders per customer in one period.", unit="orders per customer and period")
LIFESPAN = Arg("lifespan", FEW, "Number of periods that a customer keeps buying.", unit="periods")
MARGIN = Arg(
    "margin",
    MARGIN_SHARE,
    "Share of revenue kept after costs, such as 40%; negative is a loss.",
    unit="share of revenue",
).optional()
CAC = Arg(
    "cac", COST, "Cost of winning one customer, a positive amount, subtracted.", unit="money per customer"
).optional(0.0)
DISCOUNT_RATE = Arg(
    "discount_rate", SHARE, "Discount rate for one period, such as 10%.", unit="share per period"
).optional(0.0)
TIMING = Arg(
    "timing",
    Number(low=0.0, high=1.0),
    "When in its period money is counted: 0 end, 0.5 middle, 1 beginning.",
).optional(0.0)
HEADER_ROW = Arg(
    "headers", HEADERS, "Header row: 0 none, 1 in your language, 2 stable English names."
).optional(1.0)
AS_OF = Arg("as_of", Date(), "Last day that counts; the last date of the data if omitted.").optional()
PERIOD_UNIT = Arg(
    "unit", UNIT, 'Length of a period: "D" day, "W" week, "M" month, "Q" quarter, "Y" year.'
).optional("Y")
MARGIN_PER_PERIOD = Arg(
    "margin_per_period",
    MONEY,
    "Margin that one customer brings in one period.",
    unit="money per customer and period",
)
RETENTION_RATE = Arg(
    "retention_rate", SHARE, "Share of customers kept from one period to the next.", unit="share per period"
)
CHURN_RATE = Arg("churn_rate", SHARE, "Share of customers lost in one period.", unit="share per period")
CUSTOMERS = Arg("customers", COUNT, "Number of customers.", unit="customers")
NEW_CUSTOMERS = Arg("new_customers", COUNT, "Number of customers won in the period.", unit="customers")
WHOLE = Arg("whole", Flag(), "TRUE to count whole periods only.").optional(0.0)
MARGIN_BY_SEGMENT = MARGIN.but(
    kind=ByName(MARGIN_SHARE), doc="Share of revenue kept: one number, or two columns with segment and share."
)
CAC_BY_SEGMENT = CAC.but(
    kind=ByName(COST),
    doc="Cost of winning one customer: one number, or two columns with segment and cost.",
    default=None,
)
LIFESPAN_BY_SEGMENT = LIFESPAN.but(
    kind=ByName(Number(low=0.0)),
    doc="Number of periods: one number, or two columns with segment and number; observed to date if omitted.",
    required=False,
)
EXAMPLE_LOG = (
    '{"customer","date","amount","segment","channel";"A",45332,50,"home","web";"A",45505,70,"home","web";'
    '"B",45432,30,"office","shop";"C",45838,40,"home","shop"}'
)
"""A small order log as a constant, for examples."""
