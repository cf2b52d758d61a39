"""What CLV.RFM, CLV.STATUS, CLV.TIERS and CLV.PARETO answer beside the list of sheet Customers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from clv_xl.cells import Block, Cell
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.answers import answered, log_of
from clv_xl.workbook.template.compared import counted, held
from clv_xl.workbook.template.function_table import answered_table, by_column, function_table
from clv_xl.workbook.template.kit import Kit
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.order_lines import COLUMNS
from clv_xl.workbook.template.sheets.customers_places import ROWS, Places

RFM: Final = "CLV.RFM(Orders[#All],set_as_of)"
_BY_DAYS: Final = 'CLV.RFM(Orders[#All],set_as_of,"D")'  # T in days gives the day of the first order
_SUMMED: Final = (
    ("orders", "orders"),
    ("days_since_last", "days"),
    ("score_r", "score_r"),
    ("score_f", "score_f"),
)


def tables(leaf: Leaf, top: int, left: int, places: Places) -> None:
    """Write the table of CLV.RFM, header in the row `top`; with a long log that of CLV.STATUS as well.

    The tables of a long log are those of the customers in the list: a row for each of many thousand
    would make the workbook large and slow, and nothing reads them.
    """
    kit = leaf.kit
    calls = {"rfm": ("CLV.RFM", RFM if kit.native else _BY_DAYS, (kit.lines.as_of,))}
    if not kit.native:
        status = f"CLV.STATUS(Orders[#All],set_as_of,{places.at['lapse_typed']})"
        calls["status"] = ("CLV.STATUS", status, (kit.lines.as_of,))
    log = log_of(kit) if kit.native else _log_of_listed(kit)
    for name, (function, call, args) in calls.items():
        table = answered(kit, function, [log, *args, *([None, None] if name == "rfm" else [None])],
                         total=name == "status")  # fmt: skip
        if table is None:
            continue
        if kit.native:
            title, asked = leaf.say(f"function_{name}"), call
        else:
            title, asked = leaf.say("function_listed", function=function), _of_listed(kit, call, places)
            rows = min(table.block.height, ROWS + 1)
            columns = (column[:rows] for column in map(list, table.block.columns))
            table = replace(table, total=False, block=Block.from_columns(*columns))
        leaf.put(top - 2, left, title, "strong")
        area = answered_table(leaf, top - 1, left, asked, table)
        last = max(area.bottom, top + ROWS)
        for i, key in enumerate(table.keys):
            places.at[f"{name}_{key}"] = Area(top + 1, left + i, last, left + i).absolute
        left = area.right + 2
    places.at["after_functions"] = str(left)
    places.at["functions_top"] = str(top)


def _log_of_listed(kit: Kit) -> Block:
    """Return the lines of the log up to the last customer in the list."""
    lines = kit.lines
    listed: set[Cell] = set()
    rows: list[Sequence[Cell]] = [COLUMNS]
    for row, customer, revenue in zip(
        zip(*lines.columns(), strict=True), lines.customers, lines.revenue, strict=True
    ):
        if revenue >= 0:  # a refund makes nobody a customer
            listed.add(customer)
        if len(listed) > ROWS:
            break
        rows.append(row)
    return Block.from_rows(rows)


def _of_listed(kit: Kit, call: str, places: Places) -> str:
    """Return the call for the header row and the customers in the list alone."""
    if kit.build == "calc":
        return call  # there an array formula has the size that it is written with
    return f"TAKE({call},{places.at['shown']}+1)"


def compare(leaf: Leaf, areas: Mapping[str, Area], pareto: Area, places: Places) -> None:
    """Write the tiers by CLV.TIERS and register the comparisons: sums, as the orders of rows differ."""
    all_shown = f"{leaf.ref}{places.at['count']}={leaf.ref}{places.at['shown']}"
    for key, name in _SUMMED:
        if found := places.at.get(f"rfm_{key}"):
            native = f"SUM({leaf.ref}{areas[name].absolute})"
            leaf.compare(f"customers_{name}", native, f"IF({all_shown},SUM({leaf.ref}{found}),{native})")
    top, left = int(places.at["functions_top"]), int(places.at["after_functions"])
    leaf.put(top - 2, left, leaf.say("function_tiers"), "strong")
    leaf.put(top, left, leaf.say("col_tier"), "spill_text")
    cuts = f"{places.at['cut_a']}:{places.at['cut_b']}"
    labels = f"{places.at['tier_a']}:{places.at['tier_c']}"
    call = f"CLV.TIERS({areas['value'].absolute},{cuts},{labels})"
    formats = by_column(("text",), ROWS)
    found = function_table(leaf, top - 1, left, call, formats, headed=False, above=2, never=True).absolute
    differ = f'SUMPRODUCT(--({leaf.ref}{areas["tier"].absolute}&""<>{leaf.ref}{found}&""))'
    counted(leaf, "customers_tiers_function", differ)
    _pareto(leaf, areas["value"], pareto)


def _pareto(leaf: Leaf, values: Area, table: Area) -> None:
    """Write the curve by CLV.PARETO beside the native one."""
    column = table.right + 1
    leaf.put(table.top - 1, column, "CLV.PARETO", "spill_number")
    for row in range(table.top + 1, table.bottom + 1):
        call = f"CLV.PARETO({values.absolute},{address(row, table.left)})"
        leaf.renew(row, column, f'=IF(set_addin,IFNA({call},""),"")', "addin", "percent")
    native, found = (
        f"{leaf.ref}{Area(table.top + 1, c, table.bottom, c).absolute}" for c in (table.right, column)
    )
    held(leaf, "customers_pareto", f"SUMXMY2({native},{found})", limit=1e-18)
