"""A table function of the add-in in its own block: one dynamic array, purple, its cells formatted."""

from collections.abc import Callable

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area
from clv_xl.workbook.template.leaf import Leaf


def spill_block(
    leaf: Leaf, row: int, column: int, call: str, shape: tuple[int, int], number: Callable[[int, int], str]
) -> Area:
    """Write a call and, below it, the table that it spills, header row first; blank without the add-in.

    Parameters
    ----------
    leaf : Leaf
        The sheet.
    row, column : int
        Where the call stands as it is typed; the table begins a row below.
    call : str
        The function with its arguments, without ``=``.
    shape : tuple of int
        Rows and columns of the table.
    number : callable
        Number format of a cell by its row and column in the table, the header being row 0.

    Returns
    -------
    Area
        The table.
    """
    typed = leaf.book.shown(f"={call}")
    leaf.calculate(
        row, column, f"=IF(set_addin,{text(typed)},{text(leaf.kit.word('addin_missing'))})", "code_line"
    )
    top, bottom, right = row + 1, row + shape[0], column + shape[1] - 1
    # #N/A is an answer here: never paid back, no uplift that earns the cost. Other errors stay.
    head = leaf.book.styles.of("spill_text")
    formula = leaf.book.stored(f'=IF(set_addin,IFNA({call},""),"")')
    leaf.sheet.write_dynamic_array_formula(top, column, bottom, right, formula, head, 0)
    for i in range(shape[0]):
        for j in range(shape[1]):
            if i == j == 0:
                continue
            role = ("spill_number" if j else "spill_text") if i == 0 else "addin"
            style = leaf.book.styles.of(role, number(i, j) if i else "text")
            leaf.sheet.write_number(top + i, column + j, 0, style)
    return Area(top, column, bottom, right)


def gap(function: str, native: str) -> str:
    """Return the formula of the share by which cells of a function differ from native ones in all."""
    return f"SUMPRODUCT(ABS(({function})-({native})))/MAX(1,SUMPRODUCT(ABS({native})))"


def match(leaf: Leaf, key: str, function: str, native: str) -> None:
    """Let the sheet Checks hold cells of a function against native ones, where all of those are numbers."""
    partly = f"SUMPRODUCT(--NOT(ISNUMBER({native})))>0"
    leaf.check(key, f'IF(set_addin,IF({partly},"",{gap(function, native)}),"")', limit=1e-9, kind="addin")
