"""The drivers that every block of the planning sheets starts from: linked, named, with what they give."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from clv_xl.workbook import planning as p
from clv_xl.workbook.page import Area, Page, address
from clv_xl.workbook.what_if_inputs import driver_word

_SOURCES: Final = MappingProxyType(
    {
        "avg_order_value": "aov",
        "frequency": "frequency",
        "lifespan": "lifespan",
        "margin": "in_margin",
        "cac": "cac",
        "discount_rate": "in_discount_rate",
        "timing": "in_timing",
    }
)

UNITS: Final = MappingProxyType(
    {
        "avg_order_value": "demo.unit_aov",
        "frequency": "demo.unit_frequency",
        "lifespan": "demo.unit_lifespan",
        "margin": "demo.unit_in_margin",
        "cac": "demo.unit_cac",
        "discount_rate": "demo.unit_in_discount_rate",
        "timing": "demo.unit_in_timing",
    }
)
"""Unit of each driver."""


@dataclass(frozen=True, slots=True)
class DriverBlock:
    """Where the block is, the sheet's name before each address.

    Parameters
    ----------
    values : dict
        Address of the value of each driver.
    names : tuple of str
        Address of the name of each, in the order of the rows.
    net : str
        Address of the net CLV of them all.
    bottom : int
        The first row below the block.
    """

    values: dict[str, str]
    names: tuple[str, ...]
    net: str
    bottom: int


def write_drivers(page: Page, row: int, at: Mapping[str, str]) -> DriverBlock:
    """Write the block."""
    book = page.book
    words = [book.word(key) for key in ("driver", "value", "demo.head_unit")]
    page.header(row, words, numbers=(1,))
    first = row + 1
    for i, driver in enumerate(p.DRIVERS, first):
        page.put(i, 0, driver_word(book, driver))
        page.calculate(i, 1, f"={at[_SOURCES[driver]]}", "link", p.NUMBERS[driver])
        page.put(i, 2, book.word(UNITS[driver]), "unit")
    last = first + len(p.DRIVERS) - 1
    book.name("in_drivers", page.name, Area(first, 0, last, 1).absolute)
    cells = [address(first + i, 1).replace("$", "") for i in range(len(p.DRIVERS))]
    formula = f"=CLV({','.join(cells)})"
    page.put(last + 1, 0, book.word("net_clv"), "strong")
    page.calculate(last + 1, 1, formula, "addin", "money", bold=True)
    page.put(last + 1, 2, book.word("demo.unit_clv_net"), "unit")
    page.put(last + 1, 5, book.shown(formula), "code_line")
    values = {driver: page.ref + address(first + i, 1) for i, driver in enumerate(p.DRIVERS)}
    names = tuple(page.ref + address(first + i, 0) for i in range(len(p.DRIVERS)))
    return DriverBlock(values, names, page.ref + address(last + 1, 1), last + 2)
