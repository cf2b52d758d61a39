"""What a table function answers, shown as its own block: it spills in Excel, an array formula elsewhere."""

from collections.abc import Sequence

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area
from clv_xl.workbook.template.leaf import Leaf


def function_block(
    leaf: Leaf,
    row: int,
    column: int,
    call: str,
    formats: Sequence[Sequence[str]],
    *,
    headed: bool = True,
    total: bool = False,
) -> Area:
    """Write a table function where the add-in is meant to be; in the native build nothing.

    Where the add-in is meant to be and does not answer, all cells are empty: a text would stand in
    each of them in programs that spill array formulas as Excel 2010 did.

    Parameters
    ----------
    leaf : Leaf
        The sheet.
    row, column : int
        First cell.
    call : str
        The function, without ``=``.
    formats : sequence of sequence of str
        Number format of each cell, a row a row of the table; they say how large it is.
    headed, total : bool
        Whether the first row is a header row, whether the last is a total.

    Returns
    -------
    Area
        Where it stands.
    """
    area = Area(row, column, row + len(formats) - 1, column + len(formats[0]) - 1)
    if not leaf.kit.functions:
        return area
    formula = f'=IF(set_addin,{call},"")'
    styles = leaf.book.styles
    for i, numbers in enumerate(formats):
        for j, number in enumerate(numbers):
            role = "addin"
            if headed and i == 0:
                role = "spill_text" if number == "text" else "spill_number"
            elif total and i == len(formats) - 1:
                role = "spill_total"
            style = styles.of(role, number)
            if i == j == 0:
                leaf.sheet.write_dynamic_array_formula(
                    area.top, area.left, area.bottom, area.right, leaf.book.stored(formula), style, 0
                )
            else:
                leaf.sheet.write_blank(row + i, column + j, None, style)
    return area


def absent(leaf: Leaf, row: int, column: int) -> None:
    """Say beside a table that the add-in is not loaded, where it is not."""
    words = text(leaf.kit.word("addin_missing"))
    leaf.calculate(row, column, f'=IF(set_addin,"",{words})', "addin")
