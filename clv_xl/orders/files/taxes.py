"""Whether the amounts of a file hold VAT, as far as the file says so."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from clv_xl.orders.headers import Layout, fold

NOT_STATED, INCLUDED, EXCLUDED = "not_stated", "included", "excluded"
# Export -> its totals, its columns of taxes and of shipping. The total is taken and not the subtotal:
# it is what the customer paid, refunds are measured against it, and it holds the taxes in every
# shop, while a subtotal holds them only where the prices do. So the report can say what is in it.
_TOTALS: Final = MappingProxyType(
    {
        "shopify": (("Total",), ("Taxes",), ("Shipping",)),
        "woocommerce": (
            ("order_total", "_order_total", "Order Total Amount"),
            ("tax_total", "_order_tax"),
            ("shipping_total", "Order Shipping Amount"),
        ),
    }
)
_TAX: Final = r"(?:vat|tax(?:es)?|gst|alv|arvonlisävero\w*|φπα|φ\.π\.α\.?|დღგ)"
_WITHOUT: Final = re.compile(
    rf"\b(?:net|netto\w*|excl\w*|exklusiivi\w*|veroton|verottom\w*|bez\s+{_TAX}|χωρίς\s+{_TAX}|προ\s+{_TAX}"
    rf"|καθαρ\w+|წმინდა|ex\.?\s+{_TAX}|before\s+{_TAX}|without\s+{_TAX}|{_TAX}\s*0\s*%?)(?!\w)"
    r"|დღგ-?ის\s+გარეშე|უდღგო|\bpre-?tax\b|\bN\.\s*Revenue\b",
    re.IGNORECASE,
)
_WITH: Final = re.compile(
    rf"\b(?:gross|brutto\w*|incl\w*|verollinen|sis\.?\s*{_TAX}|sisältää\s+{_TAX}|z\s+{_TAX}|μικτ\w+|με\s+{_TAX}"
    rf"|with\s+{_TAX}|{_TAX}\s*[1-9]\d*(?:[.,]\d+)?\s*%)(?!\w)|ბრუტო|დღგ-?(?:ის\s+ჩათვლით|ით)(?!\w)",
    re.IGNORECASE,
)
# Sales before discounts and returns, whatever the taxes.
_GROSS_SALES: Final = re.compile(r"\bgross\s+(?:sales|revenue|merchandise)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Taxes:
    """What a file says of VAT.

    Parameters
    ----------
    vat : {"not_stated", "included", "excluded"}
        Whether the revenue holds it.
    header : str
        The header of the amounts.
    taxes, shipping : float, optional
        What the export says of them in the amounts; None where it says nothing.
    """

    vat: str
    header: str
    taxes: float | None = None
    shipping: float | None = None


def vat_of(header: str) -> str:
    """Return what a header says of VAT.

    >>> vat_of("Wartość brutto"), vat_of("Summa (alv 0 %)"), vat_of("Net sales"), vat_of("Total")
    ('included', 'excluded', 'excluded', 'not_stated')
    """
    plain = _GROSS_SALES.sub(" ", header.replace("_", " "))
    without, holds = _WITHOUT.search(plain), _WITH.search(plain)
    if bool(without) == bool(holds):
        return NOT_STATED
    return EXCLUDED if without else INCLUDED


def taxes_of(layout: Layout, sums: Callable[[str], float]) -> Taxes:
    """Return what headers and the columns of a known export say of VAT.

    Parameters
    ----------
    layout : Layout
        Which column is which.
    sums : callable
        Header -> sum of its column.
    """
    header = layout.headers["amount"]
    totals, tax, shipping = _TOTALS.get(layout.export, ((), (), ()))
    if fold(header) in map(fold, totals):
        names = [_named(layout, words) for words in (tax, shipping)]
        if names[0]:
            money = [sums(name) if name else 0.0 for name in names]
            return Taxes(INCLUDED if money[0] else NOT_STATED, header, *money)
    return Taxes(vat_of(header), header)


def _named(layout: Layout, words: tuple[str, ...]) -> str:
    """Return the unused header that is one of some words."""
    return next((h for h in layout.unused if fold(h) in map(fold, words)), "")
