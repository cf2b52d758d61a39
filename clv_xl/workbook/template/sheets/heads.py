"""Headers of columns that several tables have: terms where they are short, else words of their own."""

from types import MappingProxyType
from typing import Final

from clv_xl.workbook.template.leaf import Leaf

_TERMS: Final = MappingProxyType(
    {
        "name": "segment",
        "customers": "customers",
        "orders": "orders",
        "revenue": "revenue",
        "value": "customer_value",
        "clv": "clv_short",
        "ratio": "ltv_cac",
        "payback": "payback_months",
        "share": "share_of_value",
        "mix": "mix_effect",
        "revenue_clv": "clv_revenue",
        "spend": "template.inputs.head_spend",
        "active": "template.inputs.active",
        "costs": "template.inputs.costs",
    }
)
_OF_INPUTS: Final = frozenset(
    "aov cac frequency lifespan margin net annuity share_customers from_end first_line key place".split()  # noqa: SIM905
)


def head(leaf: Leaf, name: str) -> str:
    """Return the header of a column."""
    if name in _TERMS:
        return leaf.kit.word(_TERMS[name])
    if name in _OF_INPUTS:
        return leaf.kit.word(f"template.inputs.head_{name}")
    return leaf.say(f"head_{name}")
