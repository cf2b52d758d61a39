"""All functions of clv_xl: one line a family."""

from clv_xl.catalogue import columns, conventions, data_and_help, rates, segments
from clv_xl.catalogue.listing import Catalogue

CATALOGUE = Catalogue(
    [
        columns.FUNCTIONS,
        rates.FUNCTIONS,
        conventions.FUNCTIONS,
        segments.FUNCTIONS,
        data_and_help.FUNCTIONS,
    ]
)
