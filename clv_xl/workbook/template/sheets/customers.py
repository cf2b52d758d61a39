"""Sheet Customers: who they are, how they rank, when they fall silent; a list of them ready to export."""

from typing import Any, Final

from clv_xl.metrics.rfm import NAMES, names
from clv_xl.orders.customer_tables import STATUSES
from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets import (
    customers_chart,
    customers_functions,
    customers_list,
    customers_ranked,
)
from clv_xl.workbook.template.sheets.customers_places import ROWS, Places

WIDTHS = (30, 13, 26, 14, 13, 14, 18, 14, 16, 14, 14, 9, 3, *([14] * 24), 3, *([20] * 18))
_BINS: Final = 5
_DIGITS: Final = 9  # of values ranked: equal sums of other orders differ in the 15th digit
_GRID_LEFT: Final = 5  # column F
_TIERS: Final = ("tier_a", "tier_b", "tier_c")
_TIER_ROW: Final = HEAD_ROWS + 2
_STATUS_ROW: Final = _TIER_ROW + 6
_PARETO_ROW: Final = _STATUS_ROW + 7
_BASIS_ROW: Final = _PARETO_ROW + customers_ranked.STEPS + 7
_ENTRIES: Final = 14
_LIST_ROW: Final = _BASIS_ROW + _ENTRIES + 4
_LIST_LEFT: Final = 13
_FUNCTIONS_LEFT: Final = _LIST_LEFT + len(customers_list.COLUMNS) + 1


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    leaf.section(HEAD_ROWS, leaf.say("who"), customers_ranked.LAST + 1)
    places = Places(
        {name: address(_TIER_ROW + i, 0) for i, name in enumerate(_TIERS, 1)}
        | {name: address(_STATUS_ROW + i, 0) for i, name in enumerate(STATUSES, 1)}
    )
    _entries(leaf, places)
    _names(leaf, places)
    if leaf.kit.functions:
        customers_functions.tables(leaf, _LIST_ROW, _FUNCTIONS_LEFT, places)
    leaf.put(_LIST_ROW - 2, _LIST_LEFT, leaf.say("list"), "strong")
    leaf.put(_LIST_ROW - 1, _LIST_LEFT, leaf.say("list_note"), "subtitle")
    areas = customers_list.write(leaf, _LIST_ROW, _LIST_LEFT, places)
    _counts(leaf, areas)
    customers_ranked.write(leaf, _LIST_ROW, areas, places)
    pareto = customers_ranked.pareto(leaf, _PARETO_ROW, areas, places)
    customers_chart.pareto(leaf, _PARETO_ROW, _GRID_LEFT, pareto)
    _check(leaf, areas, places)
    if leaf.kit.functions and leaf.kit.native:
        customers_functions.compare(leaf, areas, pareto, places)
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)
    leaf.sheet.set_h_pagebreaks([_BASIS_ROW])
    leaf.sheet.repeat_rows(_LIST_ROW)
    leaf.sheet.print_area(0, 0, _LIST_ROW + customers_ranked.printed(leaf.kit), customers_ranked.LAST)


def _entries(leaf: Leaf, places: Places) -> None:
    """Write how many there are, and what scores, tiers and status go by."""
    kit, row = leaf.kit, _BASIS_ROW
    leaf.section(row, leaf.say("basis"), customers_ranked.LAST + 1)
    total = kit.at("orders.customers") if kit.native else kit.known("settings.summary_customers") or "0"
    costs = "SUMPRODUCT(Orders[counted]*ISNUMBER(Orders[cost]))"
    costed = f"IF({costs}=SUM(Orders[counted]),1,0)" if kit.native else "0"
    gap = 'IF(COUNT(Orders[gap])=0,"",PERCENTILE.INC(Orders[gap],{share}))' if kit.native else '""'
    count, shown = (address(row + i, 3) for i in (1, 2))
    share, typed, found = (address(row + i, 3) for i in range(6, 9))
    missing = text(leaf.say("nobody"))
    later = f"IF({count}>{shown},{{first}},{missing})"
    entries: tuple[tuple[str, str, Any, str, str], ...] = (
        ("count", "customers", f"={total}", "int", ""),
        ("shown", "customers", f"=MIN({count},{address(row + 5, 3)})", "int", ""),
        ("left_out", "date", later, "date", ""),
        ("costed", "none", f"={costed}", "text", ""),
        ("room", "customers", float(ROWS), "int", "fixed"),
        ("lapse_share", "share", 0.9, "percent_input", "share"),
        ("lapse_typed", "days", None, "int", "not_negative"),
        ("lapse_found", "days", f"={gap.format(share=share)}", "tenth", ""),
        ("lapse", "days", f'=IF({typed}="",{found},{typed})', "tenth", ""),
        ("cut_a", "share", 0.2, "percent_input", "share"),
        ("cut_b", "share", 0.5, "percent_input", "share"),
        ("bins", "number", float(_BINS), "int", "fixed"),
        ("steps", "number", float(customers_ranked.STEPS), "int", "fixed"),
        ("digits", "number", float(_DIGITS), "int", "fixed"),
    )
    for i, (name, unit, content, number, rule) in enumerate(entries, row + 1):
        places.at[name] = address(i, 3)
        leaf.place(name, i, 3)
        if name == "left_out":
            continue
        if rule == "fixed":
            leaf.put(i, 0, leaf.say(name), text_wrap=True)
            leaf.unit(i, 1, unit)
            leaf.put(i, 2, leaf.say(f"{name}_note"), "note")
            leaf.put(i, 3, content, "label", number, align="right")
        else:
            leaf.line(i, name, unit, content, number, rule=rule, note=f"{name}_note")
    first = Area(_LIST_ROW + 1, _LIST_LEFT + 5, _LIST_ROW + ROWS, _LIST_LEFT + 5).absolute
    leaf.line(row + 3, "left_out", "date", f"={later.format(first=f'MAX({first})')}", "date",
              note="left_out_note", align="right")  # fmt: skip


def _names(leaf: Leaf, places: Places) -> None:
    """Write the names of the scores, recency down and frequency across."""
    import numpy as np

    top = _STATUS_ROW
    leaf.put(top, _GRID_LEFT, leaf.say("names"), "header")
    levels = np.arange(1, _BINS + 1)
    for f in range(1, _BINS + 1):
        leaf.put(top, _GRID_LEFT + f, float(f), "header", "int", align="center")
        found = names(levels, np.full(_BINS, f), _BINS).tolist()
        for i, name in enumerate(reversed(found), 1):
            words = leaf.kit.word(f"rfm.{NAMES[name]}")
            leaf.put(top + i, _GRID_LEFT + f, words, "note", align="center", text_wrap=True)
    for i in range(_BINS):
        leaf.put(top + 1 + i, _GRID_LEFT, float(_BINS - i), "header", "int", align="center")
    grid = Area(top + 1, _GRID_LEFT + 1, top + _BINS, _GRID_LEFT + _BINS)
    places.at["names"] = grid.absolute


def _counts(leaf: Leaf, areas: dict[str, Area]) -> None:
    """Write customers by scores, by tier and by status."""
    top, column = HEAD_ROWS + 1, _GRID_LEFT
    leaf.put(top, column, leaf.say("heat"), "subtitle")
    leaf.put(top + 1, column, leaf.say("heat_corner"), "header")
    recency, frequency = (areas[name].absolute for name in ("score_r", "score_f"))
    for f in range(1, _BINS + 1):
        leaf.put(top + 1, column + f, float(f), "header", "int", align="center")
    for i in range(1, _BINS + 1):
        row = top + 1 + i
        leaf.put(row, column, float(_BINS + 1 - i), "header", "int", align="center")
        for f in range(1, _BINS + 1):
            r, c = f"$F{row + 1}", f"{'FGHIJK'[f]}${top + 2}"
            leaf.calculate(row, column + f, f"=COUNTIFS({recency},{r},{frequency},{c})", number="int",
                           align="center")  # fmt: skip
    heat = Area(top + 2, column + 1, top + 1 + _BINS, column + _BINS)
    scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#5B9BD5"}
    leaf.sheet.conditional_format(heat.top, heat.left, heat.bottom, heat.right, scale)
    leaf.place("heat", heat.top, heat.left)
    _table(leaf, _TIER_ROW, "tiers", [leaf.say(name) for name in _TIERS], "tier", areas)
    _table(leaf, _STATUS_ROW, "statuses", [leaf.kit.word(f"status.{s}") for s in STATUSES], "status", areas)


def _table(leaf: Leaf, row: int, title: str, words: list[str], column: str, areas: dict[str, Area]) -> None:
    """Write customers and value by the words of a column."""
    heads = [leaf.say(title), leaf.kit.word("customers"), "", leaf.say("col_value")]
    leaf.header(row, heads, numbers=(1, 3))
    for i, word in enumerate(words, row + 1):
        leaf.put(i, 0, word)
        mine = f"{areas[column].absolute},$A{i + 1}"
        leaf.calculate(i, 1, f"=COUNTIF({mine})", number="int")
        leaf.calculate(i, 3, f"=SUMIFS({areas['value'].absolute},{mine})", number="money")


def _check(leaf: Leaf, areas: dict[str, Area], places: Places) -> None:
    """Register that the list holds everybody and everything."""
    at = {name: f"{leaf.ref}{place}" for name, place in places.at.items()}
    sums = {name: f"SUM({leaf.ref}{area.absolute})" for name, area in areas.items()}
    left_out = f"{at['count']}-{at['shown']}"
    leaf.check("customers_room", left_out, kind="warning", number="int")
    if leaf.kit.native:
        for name in ("orders", "revenue"):
            gap = f'IF({left_out}=0,{sums[name]}-{leaf.kit.at(f"orders.{name}")},"")'
            leaf.check(f"customers_list_{name}", gap, limit=0.0 if name == "orders" else 1e-6)
    heat = Area(HEAD_ROWS + 3, _GRID_LEFT + 1, HEAD_ROWS + 2 + _BINS, _GRID_LEFT + _BINS)
    tiers = Area(_TIER_ROW + 1, 1, _TIER_ROW + len(_TIERS), 1)
    for key, area in (("heat", heat), ("tiers", tiers)):
        leaf.check(f"customers_{key}", f"SUM({leaf.ref}{area.absolute})-{at['shown']}", number="int")
