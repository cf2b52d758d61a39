"""The list of sheet Customers: a row a customer in the order of first orders, in native formulas."""

import re
from collections.abc import Mapping
from typing import Final

from clv_xl.workbook.page import Area
from clv_xl.workbook.template.addresses import letter
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.customers_places import ROWS, Places

# Column: number format. The last three get their formulas with the models.
COLUMNS: Final[Mapping[str, str]] = {
    "no": "int", "row": "int", "id": "text", "segment": "text", "channel": "text", "first": "date",
    "last": "date", "orders": "int", "revenue": "money", "value": "money", "days": "int",
    "mean_order": "money", "score_r": "int", "score_f": "int", "score_m": "int", "rfm": "text",
    "rank": "int", "place": "int", "tier": "text", "status": "text", "due": "date",
    "p_active": "percent", "expected_orders": "decimal", "predicted_clv": "money",
}  # fmt: skip
_LATER: Final = ("p_active", "expected_orders", "predicted_clv")
_MINE: Final = "Orders[first_row],{row}"
_NATIVE: Final = {
    "row": "SMALL(Orders[new_customer],{no})",
    "id": "INDEX(Orders[customer_id],{row})",
    "segment": "INDEX(Orders[customer_segment],{row})",
    "channel": "INDEX(Orders[customer_channel],{row})",
    "first": "INT(INDEX(Orders[order_date],{row}))",
    "last": f"INT(MAXIFS(Orders[order_date],{_MINE},Orders[is_order],1))",
    "orders": f"COUNTIFS({_MINE},Orders[is_order],1)",
    "revenue": f"SUMIFS(Orders[revenue],{_MINE})",
    "value": f"ROUND(IF([costed]=1,{{revenue}}-SUMIFS(Orders[cost],{_MINE}),{{revenue}}*in_margin),[digits])",
    "days": "set_as_of-{last}",
    "mean_order": "{revenue}/{orders}",
    # 1 + INT(bins x share of the customers who are strictly worse), as CLV.RFM scores.
    "score_r": "1+INT([bins]*(RANK({days},{days:},0)-1)/[shown])",
    "score_f": "1+INT([bins]*(RANK({orders},{orders:},1)-1)/[shown])",
    "score_m": "1+INT([bins]*(RANK({mean_order},{mean_order:},1)-1)/[shown])",
    "rfm": "INDEX([names],[bins]+1-{score_r},{score_f})",
    "status": 'IF([lapse]="","",IF({days}<=[lapse],[active],IF({days}<=[lapse]+[lapse],[lapsing],[lost])))',
}
# Without the formula columns of the orders: from what CLV.RFM and CLV.STATUS spill beside.
_FROM_TABLE: Final = {
    "row": "{no}",
    "id": "INDEX([rfm_customer],{row})",
    "segment": "TRIM(INDEX(Orders[segment],MATCH({id},Orders[customer_id],0)))",
    "channel": "TRIM(INDEX(Orders[channel],MATCH({id},Orders[customer_id],0)))",
    "first": "set_as_of-INDEX([rfm_customer_age],{row})",
    "last": "set_as_of-{days}",
    "orders": "INDEX([rfm_orders],{row})",
    "revenue": "{orders}*{mean_order}",
    "value": "ROUND({revenue}*in_margin,[digits])",
    "days": "INDEX([rfm_days_since_last],{row})",
    "mean_order": "INDEX([rfm_mean_order],{row})",
    "score_r": "INDEX([rfm_score_r],{row})",
    "score_f": "INDEX([rfm_score_f],{row})",
    "score_m": "INDEX([rfm_score_m],{row})",
    "rfm": "INDEX([rfm_rfm_segment],{row})",
    "status": "INDEX([status_status],{row})",
}
_BOTH: Final = {
    "rank": "RANK({value},{value:},0)",
    "place": "{rank}+COUNTIF({rank^},{rank})",  # equal values: who came first
    "tier": "IF({rank}/[shown]<=[cut_a],[tier_a],IF({rank}/[shown]<=[cut_b],[tier_b],[tier_c]))",
    "due": 'IF({orders}>1,{last}+({last}-{first})/({orders}-1),"")',
}
_REFERENCE: Final = re.compile(r"\{([a-z_]+)([:^]?)\}|\[([a-z_]+)\]")


def write(leaf: Leaf, top: int, left: int, places: Places) -> dict[str, Area]:
    """Write the list under a header row; return where each column is."""
    first = top + 1
    areas = {name: Area(first, left + i, first + ROWS - 1, left + i) for i, name in enumerate(COLUMNS)}
    at = {name: letter(area.left) for name, area in areas.items()}
    formulas = {**(_NATIVE if leaf.kit.native else _FROM_TABLE), **_BOTH}
    styles = {name: leaf.book.styles.of("calculation", number) for name, number in COLUMNS.items()}
    for name, number in COLUMNS.items():
        side = "left" if number == "text" else "right"
        leaf.put(top, areas[name].left, leaf.say(f"col_{name}"), "header", align=side)
    stored = {name: leaf.book.stored(formula) for name, formula in formulas.items()}
    for row in range(first, first + ROWS):
        number = "=1" if row == first else f"={at['no']}{row}+1"
        leaf.sheet.write_formula(row, areas["no"].left, number, styles["no"], 0)
        source = _in_row(stored["row"], row, at, areas, places)
        listed = f'=IF({at["no"]}{row + 1}<={places.at["shown"]},{source},"")'
        leaf.sheet.write_formula(row, areas["row"].left, listed, styles["row"], 0)
        for name in COLUMNS:
            if name in stored and name != "row":
                formula = _in_row(stored[name], row, at, areas, places)
                guarded = f'=IF({at["row"]}{row + 1}="","",{formula})'
                leaf.sheet.write_formula(row, areas[name].left, guarded, styles[name], 0)
    for name in _LATER:
        leaf.put(first, areas[name].left, leaf.say("with_models"), "note", text_wrap=False)
    for name, area in areas.items():
        leaf.place(name, area.top, area.left, area.bottom)
    return areas


def _in_row(formula: str, row: int, at: dict[str, str], areas: dict[str, Area], places: Places) -> str:
    """Return a formula as it stands in a row."""

    def cell(found: re.Match[str]) -> str:
        name, kind, single = found.groups()
        if single:
            # What is in brackets and no place is a column of the table Orders.
            return places.at.get(single, found[0])
        if kind == ":":
            return areas[name].absolute
        if kind == "^":  # from the header row to the row above
            return f"{at[name]}${areas[name].top}:{at[name]}{row}"
        return f"{at[name]}{row + 1}"

    return _REFERENCE.sub(cell, formula)
