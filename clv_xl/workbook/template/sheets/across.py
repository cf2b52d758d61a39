"""Rows of a sheet whose columns are scenarios or periods: one formula filled right."""

from typing import Any, Final

from clv_xl.workbook.template.addresses import letter
from clv_xl.workbook.template.leaf import Leaf

FIRST: Final = 5  # column F, after label, unit, note, constant and total


def span(row: int, last: int, first: int = FIRST) -> str:
    """Return the absolute address of a row of columns, the row counted from 0.

    Examples
    --------
    >>> span(9, 10)
    '$F$10:$K$10'
    """
    return f"${letter(first)}${row + 1}:${letter(last)}${row + 1}"


def fill(
    leaf: Leaf, row: int, formula: str, last: int, number: str, *, first: int = FIRST,
    role: str = "calculation", **more: Any,
) -> None:  # fmt: skip
    """Write one formula in every column of a row.

    In `formula` ``{c}`` stands for the letters of the column and ``{p}`` for those of the one before.
    """
    for column in range(first, last + 1):
        own = formula.replace("{c}", letter(column)).replace("{p}", letter(column - 1))
        leaf.calculate(row, column, own, role, number, **more)


def periods_of(lifespan: str, rate: str) -> str:
    """Return the formula of the discounted number of periods, the last one in proportion.

    Examples
    --------
    >>> periods_of("F9", "F13")
    '(1+F13)^set_timing*(PV(F13,INT(F9),-1)+(F9-INT(F9))/(1+F13)^(INT(F9)+1))'
    """
    whole = f"INT({lifespan})"
    return f"(1+{rate})^set_timing*(PV({rate},{whole},-1)+({lifespan}-{whole})/(1+{rate})^({whole}+1))"
