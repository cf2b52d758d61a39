"""Calls whose blanks mean something, for hosts that hand a blank over in several forms."""

from typing import Any

BLANKS = (None, "", 0)
"""What Excel hands a blank cell over as, by platform and version."""
SHOP: list[list[Any]] = [["avg_order_value", 50], ["frequency", 3], ["lifespan", 3]]
IN_FORCE = [[3.0, 600.0], [3.0, 600.0], [0.0, 0.0]]
"""Frequency and CLV of the scenario for each of BLANKS: 50 x 3 x 4, and of a frequency of 0."""


def scenarios(blank: Any) -> list[list[Any]]:
    """Return one scenario that leaves the frequency blank, so that it is as in the base."""
    return [["scenario", "longer"], ["frequency", blank], ["lifespan", 4]]


def distributions(blank: Any) -> list[list[Any]]:
    """Return drivers with blanks beside the parameters of those that have fewer."""
    return [
        ["avg_order_value", "normal", 50, 5, blank],
        ["frequency", "triangular", 2, 3, 4],
        ["lifespan", "fixed", 3, blank, blank],
    ]


def drivers_and_value(table: list[list[Any]]) -> list[Any]:
    """Return frequency and CLV of the scenario from what CLV.SCENARIO spills."""
    return [table[2][2], table[4][2]]  # below the header: order value, frequency, lifespan, CLV
