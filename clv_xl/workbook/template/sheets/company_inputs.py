"""The company's drivers: from the orders, typed over, of the quick start, and what is in use of them."""

from collections.abc import Sequence
from typing import Any, Final

from clv_xl.workbook import assumptions
from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.order_columns import TABLE

# Term, name, unit, number format, rule, least and greatest value.
_DRIVERS: Final = (
    ("avg_order_value", "aov", "money", "money", "not_negative", 0.0, None),
    ("frequency", "frequency", "per_period", "decimal", "not_negative", 0.0, None),
    ("lifespan", "lifespan", "period", "decimal", "not_negative", 0.0, None),
    ("margin", "margin", "share", "percent", "margin", -1.0, 1.0),
    ("cac", "cac", "money", "money", "not_negative", 0.0, None),
    ("discount_rate", "discount_rate", "share_per_year", "percent", "share", 0.0, 1.0),
    ("retention_rate", "retention_rate", "share_per_period", "percent", "share", 0.0, 1.0),
    ("customers", "customers", "customers", "int", "not_negative", 0.0, None),
    ("active_customers", "active_customers", "customers", "int", "not_negative", 0.0, None),
    ("new_customers", "new_customers", "customers_per_period", "int", "not_negative", 0.0, None),
)
COMPANY_ROWS: Final = len(_DRIVERS) + 5
# What no order log tells, and what the quick start has no cell for: nothing is discounted there, and
# the customers are those of the example shop.
_DISCOUNT: Final = 0.1
_QUICK: Final = {"discount_rate": 0.0, "customers": 800.0, "new_customers": 250.0}
# What decides the value of a customer and what an order log mostly does not tell.
_NEVER_TOLD: Final = ("margin", "cac")
_DATA, _TYPED, _QUICKLY, _USED, _LEAST, _MOST, _NOTE = range(2, 9)


def write_company(
    leaf: Leaf, row: int, quick: dict[str, str], shorts: dict[str, str], width: int
) -> dict[str, Any]:
    """Write the block; return what stands in for a segment without a driver of its own, and the orders'."""
    leaf.section(row, leaf.say("base"), width)
    heads = ("driver", "unit", "from_orders", "typed", "quickly", "used", "least", "most", "source")
    words = [leaf.term(name) for name in heads]
    leaf.header(row + 1, [*words, *[""] * (width - len(words))], numbers=range(_DATA, _NOTE))
    first = row + 2
    last = first + len(_DRIVERS) - 1
    typed = {"discount_rate": _DISCOUNT}
    if leaf.kit.lines.sample:
        typed["margin"] = assumptions.MARGIN
    data = _from_orders(shorts, native=leaf.kit.native)
    own: dict[str, Any] = {}
    borrowed: list[str] = []
    for i, (term, name, unit, number, rule, least, most) in enumerate(_DRIVERS, first):
        leaf.put(i, 0, leaf.term(term), text_wrap=True)
        leaf.unit(i, 1, unit)
        if name in data:
            leaf.calculate(i, _DATA, f"={data[name]}", number=number)
        leaf.place(f"data_{name}", i, _DATA)
        leaf.place(f"typed_{name}", i, _TYPED)
        leaf.input(i, _TYPED, typed.get(name), number, rule)
        _quick(leaf, i, name, quick, number, rule)
        d, e, q = (address(i, c) for c in (_DATA, _TYPED, _QUICKLY))
        untold = f"N({d})=0" if name == "cac" else f'{d}=""'  # nobody is won for nothing
        chosen = f'IF({e}="",IF({untold},{q},{d}),{e})'
        used = f'IF(set_base="quick",{q},{chosen})'
        if name == "discount_rate":
            used = (
                f"IF(set_unit_months=set_year_months,{used},(1+{used})^(set_unit_months/set_year_months)-1)"
            )
        leaf.calculate(i, _USED, f"={used}", number=number, bold=True)
        leaf.kit.name(f"in_{name}", leaf.name, address(i, _USED))
        own[name], own[f"data_{name}"] = f"in_{name}", d  # whatever changes it reaches the segments too
        for column, bound in ((_LEAST, least), (_MOST, most)):
            leaf.put(i, column, bound, "note", number, align="right")
        _source(leaf, i, name, e, untold)
        if name in _NEVER_TOLD:
            borrowed.append(f'IF(AND({e}="",{untold}),1,0)')
        if name == "cac":
            own["cac_cell"] = (i, _DATA)
        if name == "retention_rate":
            _retention(leaf, i, shorts)
    leaf.put(last + 1, 0, leaf.say("used_note"), "subtitle")
    _examples(leaf, last + 2, borrowed)
    used, low, high = (f"{leaf.ref}{Area(first, c, last, c).absolute}" for c in (_USED, _LEAST, _MOST))
    outside = f"SUMPRODUCT(--({used}<{low}))+SUMPRODUCT(--ISNUMBER({high}),--({used}>{high}))"
    leaf.check("inputs_range", f"{outside}+COUNT({low})-COUNT({used})", number="int")
    return own


def _quick(leaf: Leaf, row: int, name: str, quick: dict[str, str], number: str, rule: str) -> None:
    """Write the driver of the quick start: its cell above, or what it has no cell for."""
    if name in _QUICK:
        leaf.input(row, _QUICKLY, _QUICK[name], number, rule)
    elif name == "retention_rate":
        life = quick["lifespan"]
        leaf.calculate(row, _QUICKLY, f"=IF({life}>1,1-1/{life},0)", number=number)
    elif name == "active_customers":  # who plans without orders has no customers but active ones
        leaf.calculate(row, _QUICKLY, f"={address(row - 1, _QUICKLY)}", number=number)
    else:
        leaf.calculate(row, _QUICKLY, f"={quick[name]}", number=number)


def _examples(leaf: Leaf, row: int, borrowed: Sequence[str]) -> None:
    """Count what stands in for a driver that the orders do not tell, and let Checks ask about it."""
    leaf.put(row, 0, leaf.say("examples"), text_wrap=True)
    leaf.unit(row, 1, "number")
    leaf.calculate(row, _USED, f'=IF(set_base="quick",0,{"+".join(borrowed)})', number="int", bold=True)
    leaf.put(row, _NOTE, leaf.say("examples_note"), "note", text_wrap=False, indent=1)
    examples = leaf.place("examples", row, _USED)
    leaf.check("inputs_examples", examples, kind="warning", number="int")


def _source(leaf: Leaf, row: int, name: str, typed: str, untold: str) -> None:
    """Write where the driver in use comes from: somebody who reads the sheet is to believe no example."""
    told, over, quick, borrowed = (
        text(leaf.say(key)) for key in (f"source_{name}", "source_typed", "source_quick", "source_borrowed")
    )
    found = f'IF(set_base="quick",{quick},IF({typed}<>"",{over}&{told},IF({untold},{borrowed},{told})))'
    leaf.calculate(row, _NOTE, f"={found}", "note", text_wrap=False, indent=1)


def _from_orders(at: dict[str, str], *, native: bool) -> dict[str, str]:
    """Return the formulas of drivers that the orders tell."""
    newest = f"COUNTIFS({TABLE}[window_first],1,{TABLE}[window],0)"
    if not native:  # the lines of a long log say nothing of periods: as many as its revenue comes from
        day, money = f"{TABLE}[order_date]", f"{TABLE}[revenue]"
        newest, later = (f'SUMIFS({money},{day},">="&{d})' for d in ("INDEX(set_starts,1)", "set_as_of+1"))
        newest = f"IF({at['revenue']}<=0,0,MAX(0,{newest}-{later})*{at['active']}/{at['revenue']})"

    return {
        "aov": f'IF({at["orders"]}=0,"",{at["revenue"]}/{at["orders"]})',
        "frequency": f'IF({at["active"]}=0,"",{at["orders"]}/{at["active"]})',
        "lifespan": f'IF({at["customers"]}=0,"",{at["active"]}/{at["customers"]})',
        "margin": f'IF(OR(COUNT(Orders[cost])=0,{at["revenue"]}=0),"",1-{at["costs"]}/{at["revenue"]})',
        "customers": f'IF({at["customers"]}=0,"",{at["customers"]})',
        "active_customers": f'IF({at["customers"]}=0,"",{newest})',
        "new_customers": f'IF({at["customers"]}=0,"",{at["customers"]}/{at["windows"]})',
    }


def _retention(leaf: Leaf, row: int, at: dict[str, str]) -> None:
    """Write the retention of the cohorts, or what the lifespan implies where they tell none."""
    life = f"({at['active']}/{at['customers']})"
    implied = f'IF({at["customers"]}=0,"",IF({at["active"]}>{at["customers"]},1-1/{life},0))'

    def write() -> None:
        observed = leaf.kit.known("cohorts.retention_rate")
        if observed is None:
            leaf.calculate(row, _DATA, f"={implied}", number="percent")
        else:
            leaf.calculate(row, _DATA, f"=IF(ISNUMBER({observed}),{observed},{implied})", "link", "percent")

    leaf.kit.later(write)
