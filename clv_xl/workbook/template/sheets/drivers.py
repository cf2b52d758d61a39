"""The drivers of simple CLV, in the order in which functions and sheets list and move them."""

from typing import Final

# Driver as functions call it, its name on Inputs, unit, number format.
DRIVERS: Final = (
    ("avg_order_value", "aov", "money", "money"),
    ("frequency", "frequency", "per_period", "decimal"),
    ("lifespan", "lifespan", "period", "decimal"),
    ("margin", "margin", "share", "percent"),
    ("cac", "cac", "money", "money"),
    ("discount_rate", "discount_rate", "share_per_period", "percent"),
)
