"""What the demonstration plans with: scenarios, ranges and parameters that are assumed, not observed."""

from types import MappingProxyType
from typing import Final

DRIVERS: Final = ("avg_order_value", "frequency", "lifespan", "margin", "cac", "discount_rate", "timing")
NUMBERS: Final = MappingProxyType(
    {
        "avg_order_value": "money",
        "frequency": "decimal",
        "lifespan": "decimal",
        "margin": "percent",
        "cac": "money",
        "discount_rate": "percent",
        "timing": "tenth",
    }
)
"""Number format of each driver."""

# Driver: optimistic, pessimistic, free delivery (paid from the margin, for more orders of less).
SCENARIOS: Final = MappingProxyType(
    {
        "avg_order_value": (None, None, 34.0),
        "frequency": (2.4, 2.0, 2.6),
        "lifespan": (1.5, 1.2, None),
        "margin": (0.27, 0.22, 0.23),
        "cac": (8.5, 11.0, None),
    }
)
CASES: Final = ("scenario_best", "scenario_worst", "demo.scenario_custom")
LIFESPANS: Final = (1.0, 1.25, 1.5, 1.75, 2.0)
MARGINS: Final = (0.15, 0.2, 0.25, 0.3, 0.35)
CHANGE: Final = 0.1
TARGET: Final = 20.0

# Lever: uplift, cost of the programme, customers it reaches.
LEVERS: Final = MappingProxyType(
    {
        "loyalty": (0.1, 4_500.0, 2_357.0),
        "upsell": (0.05, 1_500.0, 2_357.0),
        "cross_sell": (0.06, 1_800.0, 2_357.0),
        "service": (0.08, 2_500.0, 2_357.0),
        "onboarding": (0.05, 1_200.0, 2_357.0),
        "referral": (0.15, 3_200.0, 2_357.0),
        "price": (0.01, 1_500.0, 2_357.0),
    }
)

# The plan of next year, driver by driver.
PLAN: Final = MappingProxyType(
    {
        "avg_order_value": 36.5,
        "frequency": 2.3,
        "lifespan": 1.4,
        "margin": 0.24,
        "cac": 9.8,
        "discount_rate": 0.0,
        "timing": 0.0,
    }
)
NEW_CUSTOMERS: Final = (1_000.0, 1_100.0, 1_200.0, 1_300.0, 1_400.0)
KEPT: Final = (0.55, 0.57, 0.59, 0.6, 0.6)
BUDGET: Final = 21_000.0
# Channel: most customers, spend for half of them, value of a customer before CAC, least, most, now.
CHANNELS: Final = MappingProxyType(
    {
        "search": (1_800.0, 6_000.0, 27.0, 2_000.0, 12_000.0, 8_000.0),
        "affiliates": (900.0, 4_000.0, 25.0, 0.0, 8_000.0, 6_000.0),
        "email": (500.0, 1_000.0, 24.0, 500.0, 4_000.0, 1_000.0),
        "display": (700.0, 8_000.0, 20.0, 0.0, 8_000.0, 5_000.0),
    }
)

# Driver: distribution, then how far it may lie below and above the base, or its standard deviation,
# all as shares of the base.
DISTRIBUTIONS: Final = MappingProxyType(
    {
        "avg_order_value": ("normal", 0.08, None),
        "frequency": ("pert", 0.2, 0.2),
        "lifespan": ("pert", 0.3, 0.4),
        "margin": ("triangular", 0.4, 0.2),
        "cac": ("lognormal", 0.3, None),
        "discount_rate": ("fixed", None, None),
        "timing": ("fixed", None, None),
    }
)
TRIALS: Final = 10_000.0
SEED: Final = 1.0
