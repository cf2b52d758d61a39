"""Acquisition by channel: what sales, marketing, operations and onboarding cost, and CAC."""

from dataclasses import dataclass
from typing import Any, Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.addresses import in_column
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.groups import RATES, Groups
from clv_xl.workbook.template.sheets.heads import head
from clv_xl.workbook.template.sheets.moved import moved

COMPONENTS: Final = ("sales", "marketing", "operations", "onboarding")
# Assumptions of the sample, channel by channel as the log names them; a row a component.
_SPENT: Final = ((900.0, 1100.0, 300.0, 280.0), (500.0, 1200.0, 250.0, 260.0), (550.0, 1400.0, 284.0, 260.0))
_SPEND, _CUSTOMERS, _CAC, _ANNUITY, _CLV, _NET, _RATIO, _SOURCE = range(5, 13)


@dataclass(frozen=True, slots=True)
class Channels:
    """Where the sum of the spend is, and the formula of the customers whom it won."""

    spend: str
    won: str


def write_channels(leaf: Leaf, row: int, groups: Groups, own: dict[str, Any], width: int) -> Channels:
    """Write what the orders say of each channel, its costs, and what a customer of it costs and brings."""
    leaf.section(row, leaf.say("channels_found"), width)
    groups.write()
    row = groups.last + 2
    leaf.section(row, leaf.say("channels_costs"), width)
    leaf.put(row + 1, 0, leaf.say("channels_note"), "subtitle")
    words = [leaf.term("channel"), *(leaf.say(f"part_{name}") for name in COMPONENTS)]
    words += [head(leaf, name) for name in ("spend", "customers", "cac", "annuity", "clv", "net", "ratio")]
    leaf.header(row + 2, [*words, leaf.term("source")], numbers=range(1, _SOURCE))
    first = row + 3
    last = first + groups.slots - 1
    leaf.blank((first, 0, last, width - 1), f"N({groups.cell('customers', 0)})=0", plain=True)
    for slot in range(groups.slots):
        line = first + slot
        assumed = _SPENT[slot] if leaf.kit.lines.sample and slot < len(_SPENT) else (None,) * len(COMPONENTS)
        leaf.calculate(line, 0, f"={groups.cell('name', slot)}", "strong")
        for i, cost in enumerate(assumed, 1):
            leaf.input(line, i, cost, "money", "not_negative")
        n = f"N({groups.cell('customers', slot)})"
        at = {
            name: in_column(column, line)
            for name, column in zip(
                ("spend", "customers", "cac", "annuity", "clv", "net"), range(_SPEND, _RATIO), strict=True
            )
        }
        parts = f"{in_column(1, line)}:{in_column(len(COMPONENTS), line)}"
        leaf.calculate(line, _SPEND, f"=SUM({parts})", number="money")
        leaf.calculate(line, _CUSTOMERS, f'=IF({n}=0,"",{n})', number="int")
        # No cost typed is a cost not known: only a 0 says that customers came for nothing.
        unknown = f"OR({n}=0,COUNT({parts})=0)"
        leaf.calculate(line, _CAC, f'=IF({unknown},"",{at["spend"]}/{at["customers"]})', number="money")
        aov, rate, life, kept = (moved(groups.cell(name, slot), name, own) for name in RATES)
        leaf.calculate(line, _ANNUITY, f'=IF({n}=0,"",{annuity(life)})', number="decimal")
        value = f"{aov}*{rate}*({kept})*{at['annuity']}"
        leaf.calculate(line, _CLV, f'=IF({n}=0,"",{value})', number="money")
        leaf.calculate(line, _NET, f'=IF({unknown},"",{at["clv"]}-{at["cac"]})', number="money")
        leaf.calculate(line, _RATIO, f'=IF(N({at["cac"]})=0,"",{at["clv"]}/{at["cac"]})', number="multiple")
        source = leaf.say("assumed") if assumed[0] is not None else None
        leaf.input(line, _SOURCE, source, "text", "text", text_wrap=True)
    for name, column in (
        ("name", 0),
        ("customers", _CUSTOMERS),
        ("cac", _CAC),
        ("clv", _CLV),
        ("spend", _SPEND),
        ("net", _NET),
        ("ratio", _RATIO),
    ):
        leaf.kit.place(f"channels.{name}", f"{leaf.ref}{Area(first, column, last, column).absolute}")
    total = last + 1
    leaf.put(total, 0, leaf.term("total"), "strong")
    for column in range(1, _CUSTOMERS + 1):
        number = "int" if column == _CUSTOMERS else "money"
        leaf.calculate(
            total,
            column,
            f"=SUM({in_column(column, first)}:{in_column(column, last)})".replace("$", ""),
            number=number,
            bold=True,
        )
    told, people = (Area(first, column, last, column).absolute for column in (_CAC, _CUSTOMERS))
    here = leaf.ref
    untold = f"IF(COUNT({here}{told})=0,0,COUNT({here}{people})-COUNT({here}{told}))"
    leaf.check("channels_untold", untold, kind="warning", number="int")
    # The customers of channels whose cost is known: the others did not come for nothing.
    return Channels(address(total, _SPEND), f"SUMPRODUCT(--ISNUMBER({told}),{people})")


def annuity(lifespan: str, rate: str = "in_discount_rate", timing: str = "set_timing") -> str:
    """Return the formula of the discounted number of periods of a lifespan.

    Examples
    --------
    >>> annuity("B2", "d", "t")
    '(1+d)^t*(PV(d,INT(B2),-1)+(B2-INT(B2))/(1+d)^(INT(B2)+1))'
    """
    whole = f"INT({lifespan})"
    return f"(1+{rate})^{timing}*(PV({rate},{whole},-1)+({lifespan}-{whole})/(1+{rate})^({whole}+1))"
