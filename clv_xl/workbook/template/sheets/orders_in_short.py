"""What all orders together say: dates, customers, orders, revenue and periods with an order."""

from typing import Final

from clv_xl.workbook.page import address
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.groups import Groups

_VALUE: Final = 2
SHORT_ROWS: Final = 11


def write_short(leaf: Leaf, row: int, groups: Groups, width: int) -> dict[str, str]:
    """Write the block and return where its cells are."""
    leaf.section(row, leaf.say("short"), width)
    at: dict[str, str] = {}

    def label(i: int, name: str, unit: str) -> int:
        leaf.put(row + i, 0, leaf.term(name))
        leaf.unit(row + i, 1, unit)
        leaf.put(row + i, 3, leaf.say(f"{name}_note"), "note", text_wrap=False, indent=1)
        at[name] = address(row + i, _VALUE)
        return row + i

    first = "IF(COUNT(Orders[order_date])=0,set_as_of,MIN(Orders[order_date]))"
    leaf.calculate(label(1, "first_order", "date"), _VALUE, f"=INT({first})", number="date")
    leaf.calculate(label(2, "last_day", "date"), _VALUE, "=set_as_of", "link", "date")
    windows = f'=COUNTIF(set_starts,">"&{at["first_order"]})+1'
    leaf.calculate(label(3, "windows", "period"), _VALUE, windows, number="int")
    native = {
        "customers": ("customers", "COUNT(Orders[new_customer])", "int"),
        "orders": ("orders", "SUM(Orders[is_order])", "int"),
        "revenue": ("money", "SUMIFS(Orders[revenue],Orders[counted],1)", "money"),
        "active": ("number", "SUM(Orders[window_first])", "int"),
        "costs": ("money", "SUMIFS(Orders[cost],Orders[counted],1)", "money"),
    }
    total = {name: groups.total(name) for name in ("customers", "orders", "revenue", "lifespan", "clv")}
    function = {
        **total,
        "active": f"{total['lifespan']}*{total['customers']}",
        "costs": f"IF(COUNT(Orders[cost])=0,0,{total['revenue']}-{total['clv']}*{total['customers']})",
    }
    for i, (name, (unit, formula, number)) in enumerate(native.items(), 4):
        other = formula if leaf.kit.native else "0"
        asked = f"IF({groups.answered},{function[name]},{other})"
        leaf.dual(label(i, name, unit), _VALUE, formula, asked, number)
        leaf.place(name, row + i, _VALUE)
        leaf.compare(f"inputs_{name}", formula, function[name], groups.answered)
    for name, i in (("first_order", 1), ("windows", 3)):
        leaf.place(name, row + i, _VALUE)
    earlier = f'IF({leaf.ref}{at["customers"]}=0,"",INDEX(set_starts,1)-{leaf.ref}{at["first_order"]})'
    leaf.check("inputs_span", earlier, rule="at_least", kind="warning", number="int")
    return at
