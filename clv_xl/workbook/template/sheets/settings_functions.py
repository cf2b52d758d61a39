"""The lower part of sheet Settings: the convention of the functions, and what they make of the log."""

from typing import Final

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.explain import explain
from clv_xl.workbook.formulas import joined, text
from clv_xl.workbook.template.answers import answered, log_of
from clv_xl.workbook.template.function_table import answered_table
from clv_xl.workbook.template.leaf import Leaf

_EXPLAINED: Final = ("CLV", "CLV.SUMMARY", "CLV.SEGMENT", "CLV.COHORT", "CLV.CONTRACT")
_LONGEST: Final = 255
# What the helper columns of the orders answer as well, in the order of the table.
COMPARED: Final = ("customers", "orders", "revenue", "avg_order_value", "frequency", "lifespan_to_date")
CALL: Final = "CLV.SUMMARY(Orders[#All],set_unit,set_as_of)"


def write(leaf: Leaf, row: int) -> int:
    """Write both parts; return the row below them."""
    row = _explained(leaf, row)
    return _summary(leaf, row + 1) if leaf.kit.functions else row


def _explained(leaf: Leaf, row: int) -> int:
    kit = leaf.kit
    leaf.section(row, leaf.say("explained"))
    leaf.put(row + 1, 0, leaf.say("explained_note"), "subtitle")
    item = kit.word("explain.convention")
    row += 2
    for name in _EXPLAINED:
        table = explain(CATALOGUE[name], kit.book.language)
        words = str(table.column("text")[table.column("item").index(item)])
        leaf.put(row, 0, name)
        if kit.functions:
            call = f"CLV.EXPLAIN({text(name)},{text(kit.book.language)})"
            found = f"VLOOKUP({text(item)},{joined(call)},COLUMNS($A$1:$B$1),FALSE)"
            # A formula holds texts of up to 255 letters.
            other = words if len(words) <= _LONGEST else kit.word("addin_missing")
            leaf.renew(row, 2, f"=IF(set_addin,{found},{text(other)})", "addin", text_wrap=True)
            leaf.hold(row, 2, words, "addin", text_wrap=True)
        else:
            leaf.put(row, 2, words, "note")
        row += 1
    return row


def _summary(leaf: Leaf, row: int) -> int:
    kit = leaf.kit
    args = (log_of(kit), "Y", kit.lines.as_of, None, None, None, None)
    table = answered(kit, "CLV.SUMMARY", args)
    if table is None:
        return row
    leaf.section(row, leaf.say("summary"))
    area = answered_table(leaf, row + 1, 0, CALL, table)
    # The convention in one line, in letters small enough for the width of the sheet.
    line = table.block.to_rows()[-1][1]
    leaf.put(area.bottom, 1, line, *table.look(table.block.height - 1, 1), align="left", font_size=7)
    for i, key in enumerate(table.measures[1 : len(COMPARED) + 1], area.top + 1):
        leaf.place(f"summary_{key}", i, 1)
    return area.bottom + 2
