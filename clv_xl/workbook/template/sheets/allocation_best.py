"""The best split: what CLV.ALLOCATE answers for the channels of the sheet Allocation."""

from typing import Final

from clv_xl.workbook.formulas import picked, text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.compared import gap, held
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.leaf import Leaf

# Column of the function, and the column of the responses that it is read from.
_READ: Final = (
    ("channel", "A", "text"),
    ("scale", "I", "int"),
    ("half", "J", "money_whole"),
    ("value_per_customer", "D", "money"),
    ("min_spend", "K", "money_whole"),
    ("max_spend", "L", "money_whole"),
    ("spend_now", "E", "money_whole"),
)
_ANSWERED: Final = (
    "text", "money_whole", "money_whole", "money_whole", "int", "money", "money", "money_whole",
    "money_whole", "money_whole", "decimal", "percent", "text",
)  # fmt: skip
_SPEND, _CUSTOMERS, _VALUE, _VALUE_NOW = 1, 4, 7, 8


def write_best(
    leaf: Leaf, row: int, slots: int, used: int, *, first_response: int, budget: str, won: str
) -> int:
    """Write the block; returns its last row. Without the add-in a text says what is missing.

    Parameters
    ----------
    leaf : Leaf
        The sheet.
    row : int
        First row.
    slots, used : int
        Rows for channels, and how many of them the orders fill.
    first_response : int
        Row of the first channel's response.
    budget, won : str
        Address of the budget, and of the value that the user's split wins.
    """
    leaf.section(row, leaf.say("best"))
    if not leaf.kit.functions:
        leaf.put(row + 1, 0, leaf.say("best_missing"), "subtitle")
        return row + 1
    leaf.put(row + 1, 0, leaf.say("best_read"), "subtitle")
    heads, first = row + 2, row + 3
    for column, (key, _, _) in enumerate(_READ):
        leaf.put(heads, column, leaf.kit.word(key), "header", align="right" if column else "left")
    for i in range(slots):
        for column, (key, source, number) in enumerate(_READ):
            cell = f"{source}{first_response + i + 1}"
            curve = f"J{first_response + i + 1}"  # without one there is nothing to split
            # Spend that nobody has told is none, for the answer to have its columns of today.
            found = f"N({cell})" if key == "spend_now" else f'IF({cell}="","",{cell})'
            leaf.calculate(first + i, column, f'=IF({curve}="","",{found})', number=number)
    channels = Area(heads, 0, first + slots - 1, len(_READ) - 1).absolute
    call = f"CLV.ALLOCATE({budget},{channels})"
    top = first + slots + 1
    # Without a budget, or a channel that answers to one, there is nothing to split.
    scales = Area(first, 1, first + slots - 1, 1).absolute
    some = f"AND(N({budget})>0,COUNT({scales})>0)"
    formats = by_column(_ANSWERED, used + 2)
    # Orders say what a channel has won, not what it cost: their budget is typed by whoever plans.
    spent = leaf.kit.lines.sample
    area = function_table(leaf, top, 0, call, formats, total=True, when=some, blank=not spent)
    _native(leaf, area, first, slots, won)
    return area.bottom + 4


def _native(leaf: Leaf, area: Area, first: int, slots: int, won: str) -> None:
    """Write beside the function what the formulas of the sheet win with its split, and compare."""
    column = area.right + 1
    leaf.put(area.top, column, leaf.say("best_native"), "header", align="right")
    names, scales, halves = (Area(first, j, first + slots - 1, j).absolute for j in range(3))
    for row in range(area.top + 1, area.bottom):
        # By name: channels without a curve are not in the answer, and its total stands further up.
        mine = f'--({names}&""={address(row, 0)}&"")'
        scale, half = (f"SUMPRODUCT({mine},{cells})" for cells in (scales, halves))
        spend = f"N({address(row, _SPEND)})"
        found = f"IF({half}+{spend}=0,0,{scale}*{spend}/({half}+{spend}))"
        above = f"SUM({address(area.top, column)}:{address(row - 1, column)})"
        every = f"{address(row, 0)}={text(leaf.kit.word('total'))}"
        leaf.calculate(row, column, f"=IF({every},{above},{found})", number="int")
    native = Area(area.top + 1, column, area.bottom - 1, column).absolute
    function = Area(area.top + 1, _CUSTOMERS, area.bottom - 1, _CUSTOMERS).absolute
    split = f"COUNT({leaf.ref}{function})>0"
    theirs, ours = leaf.ref + function, leaf.ref + native
    # Where channels are left out an array of a fixed size ends with texts, of which no difference is taken.
    full = f"COUNT({theirs})=ROWS({theirs})"
    apart = f"IF({full},{gap(theirs, ours)},{gap(f'SUM({theirs})', f'SUM({ours})')})"
    held(leaf, "allocation_customers", apart, split)
    value = picked(area.column(0).absolute, leaf.kit.word("total"), area.column(_VALUE).absolute)
    leaf.put(area.bottom + 2, 0, leaf.say("best_value"), text_wrap=True)
    leaf.unit(area.bottom + 2, 1, "money")
    leaf.calculate(area.bottom + 2, 3, f'=IF(set_addin,{value},"")', "addin", "money_whole")
    leaf.put(area.bottom + 3, 0, leaf.say("given_up"), text_wrap=True)
    leaf.unit(area.bottom + 3, 1, "money")
    best = address(area.bottom + 2, 3)
    leaf.calculate(area.bottom + 3, 3, f'=IF(set_addin,{best}-{won},"")', "addin", "money_whole")
