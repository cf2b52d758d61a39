"""The table of one of our functions on a sheet of the template: it spills beside the native formulas."""

from collections.abc import Sequence

from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.workbook.page import Area
from clv_xl.workbook.tables import Spilled, spilled
from clv_xl.workbook.template.kit import Kit
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.order_lines import COLUMNS


def log_of(kit: Kit) -> Block:
    """Return the orders of the template as ``Orders[#All]`` hands them to a function."""
    rows = zip(*kit.lines.columns(), strict=True)
    return Block.from_rows([list(COLUMNS), *(list(row) for row in rows)])


def answered(kit: Kit, name: str, args: Sequence[Cell | Block], *, total: bool = False) -> Spilled | None:
    """Return what a table function answers for the orders in the template, None where it is an error."""
    try:
        return spilled(name, args, kit.book.language, total=total)
    except CellError:
        return None


def spill(leaf: Leaf, row: int, column: int, call: str, table: Spilled) -> Area:
    """Write a call (without ``=``) as one dynamic array; where the add-in does not answer it is blank.

    Parameters
    ----------
    leaf : Leaf
        The sheet.
    row, column : int
        The upper left cell.
    call : str
        The formula, in English, with commas.
    table : Spilled
        What it answers for the orders in the template: sizes and formats; the values come with the
        calculation.
    """
    area = Area(row, column, row + table.block.height - 1, column + table.block.width - 1)
    leaf.sheet.write_dynamic_array_formula(
        area.top, area.left, area.bottom, area.right, leaf.book.stored(f'=IF(set_addin,{call},"")'),
        leaf.book.styles.of(*table.look(0, 0)), table.block.to_rows()[0][0],
    )  # fmt: skip
    leaf.fill(row, column, table, corner=False)
    return area
