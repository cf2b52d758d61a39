"""Sheet Forecast."""

from clv_xl.workbook.template.leaf import Leaf

WIDTHS = (40, 14, 40, 14)


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
