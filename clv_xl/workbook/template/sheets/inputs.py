"""Sheet Inputs: the drivers, each from the orders or typed over, with unit and source."""

from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf

WIDTHS = (40, 14, 40, 14, 14, 14)
_BASE = (
    ("avg_order_value", "aov", "money", 50.0, "money", "not_negative"),
    ("frequency", "frequency", "per_period", 3.0, "decimal", "not_negative"),
    ("lifespan", "lifespan", "period", 3.0, "decimal", "not_negative"),
    ("margin", "margin", "share", 0.4, "percent", "margin"),
    ("cac", "cac", "money", 45.0, "money", "not_negative"),
    ("discount_rate", "discount_rate", "share_per_period", 0.1, "percent", "share"),
    ("retention_rate", "retention_rate", "share_per_period", 0.8, "percent", "share"),
    ("customers", "customers", "customers", 790.0, "int", "not_negative"),
    ("new_customers", "new_customers", "customers", 100.0, "int", "not_negative"),
)


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    leaf.section(HEAD_ROWS, leaf.say("base"), 6)
    for i, (term, name, unit, value, number, rule) in enumerate(_BASE, HEAD_ROWS + 1):
        leaf.line(i, term, unit, value, number, rule=rule, named=f"in_{name}")
