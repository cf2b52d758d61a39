"""Levers: what each programme gains, costs and returns, and the uplift at which it pays for itself."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.compared import match
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.sheets.across import periods_of
from clv_xl.workbook.template.sheets.scenario_table import DRIVERS

if TYPE_CHECKING:
    from clv_xl.workbook.template.leaf import Leaf
    from clv_xl.workbook.template.sheets.scenario_lines import Lines
    from clv_xl.workbook.template.sheets.scenario_table import Read


@dataclass(frozen=True, slots=True)
class Lever:
    """A programme: the driver it moves, and what is assumed of it.

    Parameters
    ----------
    name : str
        Key of its word after ``lever.``.
    driver : str
        The driver, as `clv_xl.metrics.levers.LEVERS` has it for averages.
    kind : float
        1 a price at unchanged unit cost, -1 referrals that spread one acquisition cost, 0 the others.
    uplift, reached, cost : float
        Share by which it moves the driver, share of the active customers that it reaches, and its cost.
    """

    name: str
    driver: str
    kind: float
    uplift: float
    reached: float
    cost: float


# Assumptions, and said to be so on the sheet.
LEVERS: Final = (
    Lever("loyalty", "frequency", 0.0, 0.1, 1.0, 300.0),
    Lever("upsell", "avg_order_value", 0.0, 0.05, 1.0, 150.0),
    Lever("cross_sell", "frequency", 0.0, 0.06, 1.0, 200.0),
    Lever("service", "lifespan", 0.0, 0.08, 1.0, 250.0),
    Lever("onboarding", "lifespan", 0.0, 0.05, 0.5, 70.0),
    Lever("referral", "cac", -1.0, 0.1, 1.0, 120.0),
    Lever("price", "avg_order_value", 1.0, 0.02, 1.0, 150.0),
)
_COLUMNS: Final = ("name", "driver", "note", "uplift", "reached", "cost", "customers", "gain", "total_gain",
                   "net_gain", "roi", "even")  # fmt: skip
_SAME: Final = MappingProxyType({"name": "lever", "driver": "driver", "note": "assumption", "cost": "cost",
    "gain": "gain_per_customer", "total_gain": "total_gain", "net_gain": "net_gain", "roi": "roi",
    "even": "break_even_uplift"})  # fmt: skip
_UNITS: Final = (
    "",
    "",
    "",
    "share",
    "share",
    "money",
    "customers",
    "money",
    "money",
    "money",
    "share",
    "share",
)
_WORK: Final = ("name", "number", "kind", "now", "after", "margin_after", "lifespan_after", "periods_after",
                "net_after", "needed", "periods_needed", "whole_needed")  # fmt: skip
_FUNCTION: Final = ("text", "text", "decimal", "decimal", "money", "money", "money", "int", "money_whole",
                    "money_whole", "money_whole", "percent", "percent", "int")  # fmt: skip


def write(leaf: Leaf, row: int, lines: Lines, read: Read | None) -> int:
    """Write inputs and results of the levers, their workings, and CLV.LEVER where it answers."""
    leaf.section(row, leaf.say("levers"))
    leaf.put(row + 1, 0, leaf.say("levers_note"), "subtitle")
    first = row + 4
    work = first + len(LEVERS) + 5 + len(DRIVERS)
    drivers = _drivers(leaf, first + len(LEVERS) + 1, lines)
    _heads(leaf, row + 2, _COLUMNS, _UNITS)
    _heads(leaf, work - 1, _WORK, ())
    for i, lever in enumerate(LEVERS):
        _lever(leaf, first + i, work + i, lever, drivers, lines)
    last = work + len(LEVERS)
    if read is None:
        return last + 1
    names, uplifts, costs, customers = (
        Area(first, column, first + len(LEVERS) - 1, column).absolute for column in (0, 3, 5, 6)
    )
    table = drivers["timing"] + 1
    known = Area(table - len(DRIVERS), 0, table - 1, 1).absolute
    call = f'CLV.LEVER({known},{names},{uplifts},{costs},{customers},"relative","simple")'
    formats = by_column(_FUNCTION, len(LEVERS) + 1)
    found = function_table(leaf, last + 1, 0, call, formats, never=True, lines=3)
    for key, theirs, mine in (("total_gain", 8, 8), ("roi", 11, 10), ("even", 12, 11)):
        answered = leaf.ref + Area(found.top + 1, theirs, found.bottom, theirs).absolute
        match(
            leaf,
            f"lever_{key}",
            answered,
            leaf.ref + Area(first, mine, first + len(LEVERS) - 1, mine).absolute,
        )
    return found.bottom + 2


def _heads(leaf: Leaf, row: int, keys: tuple[str, ...], units: tuple[str, ...]) -> None:
    leaf.header(row, [_word(leaf, key) for key in keys], numbers=range(3, len(keys)))
    for column, unit in enumerate(units):
        if unit:
            leaf.unit(row + 1, column, unit, align="right", indent=0)


def _word(leaf: Leaf, key: str) -> str:
    """Return the head of a column: a word of CLV.LEVER, or one of this sheet."""
    return leaf.kit.word(_SAME[key]) if key in _SAME else leaf.say(f"lever_{key}")


def _drivers(leaf: Leaf, row: int, lines: Lines) -> dict[str, int]:
    """Write the drivers in force with their numbers, as CLV.LEVER reads them; return their rows."""
    leaf.header(row, [leaf.say("levers_from"), leaf.say("live"), leaf.say("lever_number")], numbers=(1,))
    found = {}
    for i, (name, key, number) in enumerate(DRIVERS, row + 1):
        leaf.put(i, 0, name, "code_line")
        source, role = (lines.live(key), "calculation") if key else ("set_timing", "link")
        leaf.calculate(i, 1, f"={source}", role, number)
        leaf.put(i, 2, float(i - row), "subtitle", "int", align="left", indent=1)
        found[name] = i
    return found


def _lever(leaf: Leaf, r: int, w: int, lever: Lever, drivers: dict[str, int], lines: Lines) -> None:
    """Write one lever: its row of inputs and results, and its row of workings."""
    leaf.put(r, 0, leaf.kit.word(f"lever.{lever.name}"), text_wrap=True)
    leaf.put(r, 1, leaf.say(f"short_{lever.driver}"), "unit", text_wrap=True)
    leaf.put(r, 2, leaf.say(f"lever_{lever.name}"), "note")
    leaf.input(r, 3, lever.uplift, "percent", "share")
    leaf.input(r, 4, lever.reached, "percent_input", "share")
    leaf.input(r, 5, lever.cost, "money_whole", "not_negative")
    value = {name: address(i, 1) for name, i in drivers.items()}
    number = {name: address(i, 2) for name, i in drivers.items()}
    one, own = r + 1, w + 1
    aov, frequency, life, margin, cac, rate = (value[name] for name, *_ in DRIVERS[:6])
    moved, scaled = f"B{own}", f"OR(B{own}={number['avg_order_value']},B{own}={number['frequency']})"
    first, last = (address(drivers[name], 1) for name in ("avg_order_value", "discount_rate"))
    away = text(leaf.say("out_of_reach"))
    whole, needed = f"L{own}", f"K{own}"
    long = f"({whole}+({needed}-PV({rate},{whole},-1))*(1+{rate})^({whole}+1))/{life}-1"
    even = (
        f'=IF(J{own}="","",IF(J{own}=0,0,IF(C{own}=-1,IF(J{own}<{cac},J{own}/({cac}-J{own}),{away}),'
        f"IF({moved}={number['lifespan']},IF(ISNUMBER({whole}),IF({life}>0,{long},{away}),{away}),"
        f"IF(H{own}*{aov}*{frequency}*{margin}=0,{away},"
        f"J{own}/({aov}*{frequency}*H{own}*IF(C{own}=1,1,{margin})))))))"
    )
    results = (
        ("int", f"=in_active_customers*E{one}"),
        ("money", f"=I{own}-{lines.live('net')}"),
        ("money_whole", f"=H{one}*G{one}"),
        ("money_whole", f"=I{one}-F{one}"),
        ("percent", f'=IF(F{one}=0,"",J{one}/F{one})'),
        ("percent", even),
    )
    for column, (form, formula) in enumerate(results, 6):
        leaf.calculate(r, column, formula, number=form, bold=column in (8, 10))
    leaf.calculate(w, 0, f"=A{one}", "subtitle")
    leaf.calculate(w, 1, f"={number[lever.driver]}", "subtitle", "int")
    leaf.put(w, 2, lever.kind, "subtitle", align="left", indent=1)
    net = f"{aov}*{frequency}*F{own}*H{own}*IF({scaled},IF(D{own}=0,1,E{own}/D{own}),1)"
    net = f"{net}-IF({moved}={number['cac']},E{own},{cac})"
    worth, each = lines.live("clv"), lines.live("per_period")
    periods = f'IF(OR(J{own}="",{each}<=0),"",({worth}+J{own})/{each}/(1+{rate})^set_timing)'
    full = f'IF({needed}*{rate}>=1,"",INT(-LN(1-{needed}*{rate})/LN(1+{rate})))'
    workings = (
        ("decimal", f"INDEX({first}:{last},{moved})"),
        ("decimal", f"IF(C{own}=-1,D{own}/(1+D{one}),D{own}*(1+D{one}))"),
        ("percent", f"IF(AND(C{own}=1,E{own}>0),1-(1-{margin})*D{own}/E{own},{margin})"),
        ("decimal", f"IF({moved}={number['lifespan']},E{own},{life})"),
        ("decimal", periods_of(f"G{own}", rate)),
        ("money", net),
        ("money", f'IF(G{one}=0,"",F{one}/G{one})'),
        ("decimal", periods),
        ("int", f'IF(ISNUMBER({needed}),IF({rate}=0,INT({needed}),{full}),"")'),
    )
    for column, (form, formula) in enumerate(workings, 3):
        leaf.calculate(w, column, f"={formula}", "subtitle", form)
