"""All functions of clv_xl: one line a family."""

from clv_xl.catalogue import (
    columns,
    conventions,
    data_and_help,
    forecast,
    monitoring,
    rates,
    segments,
    what_if,
)
from clv_xl.catalogue.listing import Catalogue

CATALOGUE = Catalogue(
    [
        columns.FUNCTIONS,
        rates.FUNCTIONS,
        conventions.FUNCTIONS,
        segments.FUNCTIONS,
        forecast.FUNCTIONS,
        monitoring.FUNCTIONS,
        what_if.FUNCTIONS,
        data_and_help.FUNCTIONS,
    ]
)
