"""What functions answer for the orders in the template, known when it is written."""

from collections.abc import Sequence

from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.workbook.tables import Spilled, spilled
from clv_xl.workbook.template.kit import Kit
from clv_xl.workbook.template.order_lines import COLUMNS


def log_of(kit: Kit) -> Block:
    """Return the orders of the template as ``Orders[#All]`` hands them to a function."""

    def made() -> Block:
        rows = zip(*kit.lines.columns(), strict=True)
        return Block.from_rows([list(COLUMNS), *(list(row) for row in rows)])

    return kit.once("log", made)


def answered(kit: Kit, name: str, args: Sequence[Cell | Block], *, total: bool = False) -> Spilled | None:
    """Return what a table function answers for the orders in the template, None where it is an error."""
    try:
        return spilled(name, args, kit.book.language, total=total)
    except CellError:
        return None
