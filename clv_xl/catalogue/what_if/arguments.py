"""The arguments that what-if functions share."""

from clv_xl.catalogue.domains import Keyword
from clv_xl.catalogue.function import Arg
from clv_xl.catalogue.what_if.driver_ranges import Drivers
from clv_xl.metrics.drivers import METHODS
from clv_xl.metrics.drivers import OUTPUTS as NAMES

DRIVERS = Arg(
    "drivers",
    Drivers(),
    "Two columns: name of a driver and its value. Drivers left out are as in CLV().",
)
OUTPUT = Arg(
    "output",
    Keyword(NAMES),
    '"net_clv" after acquisition cost, "clv" before it, "ratio" CLV:CAC, "payback" in periods.',
).optional("net_clv")
METHOD = Arg(
    "method",
    Keyword(tuple(METHODS)),
    '"simple" frequency over a lifespan; "contract" retention rate, paid at the start; "subscription"'
    " churn rate.",
).optional("simple")
EXAMPLE_SHOP = '{"avg_order_value",50;"frequency",3;"lifespan",3;"margin",0.4;"cac",45}'
"""The example shop as drivers of the simple method, for examples."""
