"""What functions of the add-in answer beside native numbers, and the comparison of both on Checks."""

from typing import Any

from clv_xl.workbook.page import address
from clv_xl.workbook.template.leaf import Leaf

TOLERANCE = 1e-9


def beside(
    leaf: Leaf, row: int, native: str, function: str, number: str, key: str, column: int = 4, **more: Any
) -> None:
    """Write what a function answers next to a native number, and let Checks compare them.

    `native` is the address of the native cell; a text there, such as "never", stands here as well.
    """
    if not leaf.kit.functions:
        return
    asked = f"IF(ISNUMBER({native}),{function},{native})"
    leaf.calculate(row, column, f"=IF(set_addin,{asked},{native})", "addin", number, **more)
    leaf.compare(key, f"N({leaf.ref}{native})", f"N({leaf.at(row, column)})")


def held(leaf: Leaf, key: str, gap: str) -> None:
    """Let Checks hold the gap between a table of a function and native cells: a cell of this sheet."""
    if leaf.kit.functions:
        leaf.check(key, f'IF(set_addin,{leaf.ref}{gap},"")', limit=TOLERANCE, kind="addin")


def relative(address_of: str) -> str:
    """Return an address without ``$``.

    Examples
    --------
    >>> relative("$B$3:$C$4")
    'B3:C4'
    """
    return address_of.replace("$", "")


def cell(row: int, column: int) -> str:
    """Return the relative address of a cell, rows and columns counted from 0.

    Examples
    --------
    >>> cell(2, 1)
    'B3'
    """
    return relative(address(row, column))
