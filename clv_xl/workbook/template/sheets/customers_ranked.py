"""The customers ranked by value, ready to export, and how much the best of them hold."""

from collections.abc import Mapping
from typing import Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.kit import Kit
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.customers_places import Places

STEPS: Final = 10  # of the Pareto curve
BEST: Final = 100  # customers in the ranked list
# Column of the ranked list: number format; those of the list come by name.
_COLUMNS: Final[Mapping[str, str]] = {
    "id": "text", "no": "int", "rfm": "text", "value": "money", "revenue": "money", "orders": "int",
    "segment": "text", "tier": "text", "status": "text", "customers_share": "percent",
    "value_share": "percent", "position": "int",
}  # fmt: skip
_LEAST: Final = 20  # rows printed of a short list: customers may come
LAST: Final = 10  # the last printed column, K
_RANK, _POSITION = "B", "L"


def write(leaf: Leaf, top: int, areas: Mapping[str, Area], places: Places) -> dict[str, Area]:
    """Write the ranked list under a header row; return where each column is."""
    leaf.section(top - 2, leaf.say("ranked", best=float(BEST)), LAST + 1)
    leaf.put(top - 1, 0, leaf.say("ranked_note"), "subtitle")
    styles = {name: leaf.book.styles.of("calculation", number) for name, number in _COLUMNS.items()}
    for column, (name, number) in enumerate(_COLUMNS.items()):
        side = {"align": "left", "indent": int(column > 0)} if number == "text" else {"align": "right"}
        leaf.put(top, column, leaf.say(f"col_{name}"), "header", **side)
        if number == "text" and column:
            styles[name] = leaf.book.styles.of("calculation", number, indent=1)
    styles["id"] = leaf.book.styles.of("calculation", "text", align="left")
    total = f"SUM({areas['value'].absolute})"
    places.at["value_total"] = address(top - 1, LAST)
    leaf.calculate(top - 1, LAST, f"={total}", number="money")
    leaf.put(top - 1, LAST - 1, leaf.kit.word("total"), "subtitle", align="right")
    shown, whole = places.at["shown"], places.at["value_total"]
    first = f'=IF({shown}>0,1,"")'
    for row in range(top + 1, top + 1 + BEST):
        line, above = row + 1, f"{_RANK}{row}"
        following = f'=IF(N({above})=0,"",IF({above}<{shown},{above}+1,""))'
        own = {
            "no": first if row == top + 1 else following,
            "position": f'=IF({_RANK}{line}="","",MATCH({_RANK}{line},{areas["place"].absolute},0))',
            "customers_share": f'=IF({_POSITION}{line}="","",{_RANK}{line}/{shown})',
            "value_share": f'=IF({_POSITION}{line}="","",IF({whole}=0,"",N(K{row})+D{line}/{whole}))',
        }
        for column, name in enumerate(_COLUMNS):
            formula = own.get(name)
            if formula is None:
                formula = f'=IF({_POSITION}{line}="","",INDEX({areas[name].absolute},{_POSITION}{line}))'
            leaf.sheet.write_formula(row, column, formula, styles[name], 0)
    return {name: Area(top + 1, i, top + BEST, i) for i, name in enumerate(_COLUMNS)}


def printed(kit: Kit) -> int:
    """Return how many rows of the list are printed: those of the customers there are, and a few."""
    lines = kit.lines
    buyers = {who for who, paid in zip(lines.customers, lines.revenue, strict=True) if paid >= 0}
    return min(BEST, max(_LEAST, len(buyers)))


def pareto(leaf: Leaf, row: int, areas: Mapping[str, Area], places: Places) -> Area:
    """Write the share of value that the best tenths hold; return its rows, the shares of customers first."""
    heads = [leaf.say("col_customers_share"), leaf.kit.word("customers"), leaf.say("col_no")]
    leaf.header(row, [*heads, leaf.say("col_value_share")], numbers=(0, 1, 2, 3))
    steps = places.at["steps"]
    first = row + 1
    held = f'SUMIFS({areas["value"].absolute},{areas["place"].absolute},"<="&B{{0}})'
    whole = places.at["value_total"]
    for i in range(first, first + STEPS + 1):
        line = i + 1
        leaf.calculate(i, 2, "=0" if i == first else f"=C{i}+1", "unit", "int", align="right")
        leaf.calculate(i, 0, f"=C{line}/{steps}", number="percent_input", align="right")
        # The whole number from above, of whole numbers alone: no share of a count misses it.
        leaf.calculate(i, 1, f"=-INT(-C{line}*{places.at['shown']}/{steps})", number="int")
        leaf.calculate(i, 3, f"=IF({whole}=0,0,{held.format(line)}/{whole})", number="percent")
    return Area(first, 0, first + STEPS, 3)
