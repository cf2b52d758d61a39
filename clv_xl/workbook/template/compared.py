"""Cells of functions held against native ones on Checks."""

from typing import Any, Final

from clv_xl.workbook.template.leaf import Leaf

TOLERANCE: Final = 1e-9


def with_function(
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


def gap(function: str, native: str, size: str = "") -> str:
    """Return the formula of the share by which cells of a function differ from native ones in all.

    The share is of the native cells together or of `size`, and of 1 where that is less.

    Examples
    --------
    >>> gap("B1:B2", "A1:A2", "C1")
    'SUMPRODUCT(ABS((B1:B2)-(A1:A2)))/MAX(1,ABS(C1))'
    """
    whole = f"ABS({size})" if size else f"SUMPRODUCT(ABS({native}))"
    return f"SUMPRODUCT(ABS(({function})-({native})))/MAX(1,{whole})"


def held(leaf: Leaf, key: str, value: str, fits: str = "", *, limit: float = TOLERANCE) -> None:
    """Let Checks hold a gap, a formula that names the sheet, at zero where the add-in answers.

    `fits` is the condition under which both sides are of the same cells.
    """
    if leaf.kit.functions:
        asked = f"AND(set_addin,{fits})" if fits else "set_addin"
        leaf.check(key, f'IF({asked},{value},"")', limit=limit, kind="addin")


def counted(leaf: Leaf, key: str, value: str) -> None:
    """Let Checks hold a number of cells that differ at none where the add-in answers."""
    if leaf.kit.functions:
        leaf.check(key, f'IF(set_addin,{value},"")', kind="addin", number="int")


def match(leaf: Leaf, key: str, function: str, native: str) -> None:
    """Let Checks hold cells of a function against native ones, where all of those are numbers."""
    held(leaf, key, gap(function, native), f"SUMPRODUCT(--NOT(ISNUMBER({native})))=0")
