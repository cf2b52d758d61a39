"""Sheet Stored values: tables as calculated when the workbook was written, and for which assumptions.

LibreOffice works out every array formula on opening. Without our functions there, the tables show
these values instead of #NAME?, as long as the assumptions are those that are stored beside them.
"""

from collections.abc import Mapping

from clv_xl.workbook import assumptions as a
from clv_xl.workbook.cdnow import Order
from clv_xl.workbook.inputs import Inputs, write_copy
from clv_xl.workbook.page import Page, address
from clv_xl.workbook.tables import Spilled

WIDTHS = (52, 14, 14, *([12] * 18))
_FIRST, _CENT = 5, 0.005
_NOT_PRINTED = "check"  # the first table that is too wide or too long for the page


def write(
    page: Page, orders: list[Order], tables: Mapping[str, Spilled], inputs: Mapping[str, Inputs]
) -> tuple[dict[str, Spilled], dict[str, str], str]:
    """Write the stored values.

    Returns
    -------
    dict
        The tables, each knowing where its copy is.
    dict
        Where the copies of the inputs of the planning sheets are.
    str
        The formula that tells whether assumptions and orders are still the stored ones.
    """
    book = page.book
    page.head(book.word("demo.stored_title"), [book.word("demo.stored_what"), book.word("demo.stored_when")])
    page.section(4, book.word("demo.assumptions"), 3)
    kept = (
        ("demo.in_as_of", a.AS_OF, "date", "in_as_of"),
        ("demo.in_unit", a.UNIT, "text", "in_unit"),
        ("demo.in_margin", a.MARGIN, "percent_input", "in_margin"),
        ("demo.in_discount_rate", a.DISCOUNT_RATE, "percent_input", "in_discount_rate"),
        ("demo.in_timing", a.TIMING, "tenth", "in_timing"),
    )
    same = []
    row = _FIRST
    for key, value, number, name in kept:
        page.put(row, 0, book.word(key))
        page.put(row, 1, value, "calculation", number, align="right")
        same.append(f"{name}={page.ref}{address(row, 1)}")
        row += 1
    first = row
    for key, value in a.CAC.items():
        page.put(row, 0, f"{book.word('demo.in_cac_of')}: {book.word(key)}")
        page.put(row, 1, value, "calculation", "money")
        row += 1
    same.append(f"SUMXMY2(in_cac_amounts,{page.ref}{address(first, 1)}:{address(row - 1, 1)})=0")
    page.put(row, 0, book.word("demo.stored_revenue"))
    page.put(row, 1, round(sum(order.amount for order in orders), 2), "calculation", "money")
    page.put(row + 1, 0, book.word("demo.tolerance"))
    page.put(row + 1, 1, _CENT, "calculation", "exact")
    same.append(f"ABS(SUM(Orders[revenue])-{page.ref}{address(row, 1)})<{page.ref}{address(row + 1, 1)}")
    row += 3
    copies = {}
    for key, block in inputs.items():
        page.section(row, f"{book.word('demo.stored_input')}: {book.word(f'demo.table_{key}')}", 7)
        copies[key] = write_copy(page, row + 1, block)
        row += len(block.rows) + 2
    placed, printed = {}, row
    for key, table in tables.items():
        page.section(row, book.word(f"demo.table_{key}"), table.block.width)
        page.fill(row + 1, 0, table)
        end = address(row + table.block.height, table.block.width - 1)
        placed[key] = table.kept_at(f"{page.ref}{address(row + 1, 0)}:{end}")
        if key == _NOT_PRINTED:
            printed = row - 2
        row += table.block.height + 2
    page.sheet.freeze_panes(4, 0)
    page.sheet.print_area(0, 0, printed, len(WIDTHS) - 1)
    return placed, copies, f"=AND({','.join(same)})"
