"""A planner's what-if: changes by segment from a frozen base, with start, ramp and cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.sheets.across import periods_of
from clv_xl.workbook.template.sheets.frozen import frozen_base
from clv_xl.workbook.template.sheets.planner_months import MONTHS, Effects, write_months

if TYPE_CHECKING:
    from clv_xl.workbook.template.leaf import Leaf
    from clv_xl.workbook.template.sheets.scenario_lines import Lines
    from clv_xl.workbook.template.sheets.scenario_table import Read

SLOTS: Final = 12
# Driver of a segment: its unit, number format and rule; columns D to I.
DRIVERS: Final = (
    ("customers", "customers", "int", "not_negative"),
    ("aov", "money", "money", "not_negative"),
    ("frequency", "per_period", "decimal", "not_negative"),
    ("lifespan", "period", "decimal", "not_negative"),
    ("margin", "share", "percent", "margin"),
    ("cac", "money", "money", "not_negative"),
)
_FIRST: Final = 3
_NET: Final = _FIRST + len(DRIVERS)
# Changes of the first segments, assumptions: AOV, frequency, lifespan, CAC as shares, margin in points.
_DELTAS: Final = (
    ("aov", "change", "change"),
    ("frequency", "change", "change"),
    ("lifespan", "change", "change"),
    ("margin", "change", "change"),
    ("cac", "change", "change"),
    ("start", "int", "whole"),
    ("ramp", "int", "whole"),
    ("cost", "money_whole", "not_negative"),
)
_DELTA_UNITS: Final = ("share", "share", "share", "points", "share", "number", "months", "money", "months")
_SAMPLE: Final = (
    (0.02, 0.05, 0.0, 0.0, 0.0, 2.0, 3.0, 200.0),
    (0.0, 0.08, 0.05, 0.0, 0.0, 3.0, 4.0, 150.0),
    (0.0, 0.0, 0.05, 0.01, -0.05, 1.0, 0.0, 100.0),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """The table of margins over the plan: its first row, and what its months sum."""

    first: int
    months: Effects


@dataclass(frozen=True, slots=True)
class Block:
    """A table of slots, its rows and columns counted from 0."""

    first: int
    columns: Mapping[str, int]

    def cell(self, name: str, slot: int) -> str:
        """Return a cell with its column fixed, as rows of formulas take it."""
        return address(self.first + slot, self.columns[name]).replace("$", "")

    def area(self, name: str) -> str:
        """Return a column of the table."""
        column = self.columns[name]
        return Area(self.first, column, self.first + SLOTS - 1, column).absolute


def write(leaf: Leaf, row: int, lines: Lines, read: Read | None) -> int:
    """Write the part; return the next free row."""
    del read
    leaf.section(row, leaf.say("planner"))
    said = ("planner_note", "planner_sample") if leaf.kit.lines.sample else ("planner_note",)
    leaf.put(row + 1, 0, " ".join(leaf.say(name) for name in said), "subtitle")
    row += 1
    leaf.put(row + 1, 0, leaf.say("planner_customers"), "subtitle")
    leaf.line(row + 2, "plan_months", "months", 24.0, "int", rule="list", note="plan_months_note",
              choices=[str(month) for month in range(1, MONTHS + 1)])  # fmt: skip
    leaf.line(row + 3, "plan_rate", "share_per_period", "=in_discount_rate", "percent", role="link",
              note="plan_rate_note")  # fmt: skip
    months, rate = address(row + 2, 3), address(row + 3, 3)
    live = _live(leaf, row + 6, rate)
    frozen = _frozen(leaf, live.first + SLOTS + 1)
    leaf.line(row + 4, "plan_count", "number", f'=SUMPRODUCT(--({frozen.area("name")}<>""))', "int",
              note="plan_count_note")  # fmt: skip
    base = _base(leaf, frozen.first + SLOTS + 1, live, frozen, address(row + 4, 3), rate)
    deltas = _deltas(leaf, base.first + SLOTS + 2, base)
    values = _values(leaf, deltas.first + SLOTS + 1, base, deltas, rate)
    effects = _plan(leaf, values.first + SLOTS + 2, base, deltas)
    for block, column in ((live, _NET), (base, _NET + 1), (values, _FIRST + 4), (effects, _FIRST + 7)):
        _unused(leaf, block.first, column)
    last = deltas.first + SLOTS - 1
    changes = (deltas.first, _FIRST, last, deltas.columns["used"])
    leaf.blank(changes, f'$A{deltas.first + 1}=""', plain=True)
    lines.breaks.extend((deltas.first - 2, effects.months.top - 1))
    moved = base.columns["moved"]
    whole = Area(base.first, moved, base.first + SLOTS - 1, moved).absolute
    largest = f"MAX(MAX({leaf.ref}{whole}),-MIN({leaf.ref}{whole}))"
    leaf.check("frozen_moved", largest, limit=0.05, kind="warning", number="percent")
    return write_months(leaf, effects.months, months)


def _heads(
    leaf: Leaf, row: int, title: str, words: Sequence[str], units: Sequence[str], *, slots: bool = False
) -> None:
    leaf.header(
        row,
        [title, leaf.say("slot") if slots else "", "", *words],
        numbers=range(_FIRST, _FIRST + len(words)),
    )
    for column, unit in enumerate(units, _FIRST):
        if unit == "points":
            leaf.put(row + 1, column, leaf.say("points"), "unit", align="right", indent=0)
        elif unit:
            leaf.unit(row + 1, column, unit, align="right", indent=0)


def _unused(leaf: Leaf, first: int, last: int) -> None:
    """Show neither zeros nor a number in slots without a segment."""
    blank = leaf.book.workbook.add_format({"num_format": ";;;"})
    rule = {"type": "formula", "criteria": f'=$A{first + 1}=""', "format": blank}
    leaf.sheet.conditional_format(first, 1, first + SLOTS - 1, last, rule)


def _slots(leaf: Leaf, first: int) -> None:
    """Number the slots: the formulas of a row ask for its number."""
    for slot in range(SLOTS):
        leaf.put(first + slot, 1, float(slot + 1), "subtitle", "int", align="left", indent=1)


def _net(first: int, slot: int, rate: str, columns: Mapping[str, int]) -> str:
    """Return the formula of the net CLV of a slot."""
    aov, frequency, life, margin, cac = (
        address(first + slot, columns[name]).replace("$", "")
        for name in ("aov", "frequency", "lifespan", "margin", "cac")
    )
    return f"{aov}*{frequency}*{margin}*{periods_of(life, rate)}-{cac}"


_COLUMNS: Final = {"name": 0, **{name: _FIRST + i for i, (name, *_) in enumerate(DRIVERS)}, "net": _NET}


def _word(leaf: Leaf, name: str) -> str:
    """Return the short word of a driver, or of a column that has none."""
    if name == "customers":
        return leaf.say("plan_customers")
    known = {"aov": "avg_order_value"}.get(name, name)
    drivers = ("avg_order_value", "frequency", "lifespan", "margin", "cac")
    return leaf.say(f"short_{known}" if known in drivers else f"delta_{name}")


def _words(leaf: Leaf) -> list[str]:
    return [_word(leaf, name) for name, *_ in DRIVERS]


def _live(leaf: Leaf, row: int, rate: str) -> Block:
    """Write the segments as they are now, ready to be copied."""
    units = [unit for _, unit, *_ in DRIVERS]
    _heads(
        leaf,
        row,
        leaf.say("plan_live"),
        [*_words(leaf), leaf.kit.word("net_clv")],
        [*units, "money"],
        slots=True,
    )
    block = Block(row + 2, _COLUMNS)
    _slots(leaf, block.first)

    def write() -> None:
        at = leaf.kit.at
        for slot in range(SLOTS):
            r = block.first + slot
            leaf.calculate(r, 0, f'=INDEX({at("segments.name")},$B{r + 1})&""', "link")
            for name, _, number, _ in DRIVERS:
                found = f"INDEX({at(f'segments.{name}')},$B{r + 1})"
                if name == "customers":
                    found = _active(leaf, found, f"$A{r + 1}")
                leaf.calculate(r, block.columns[name], f"=IF(ISNUMBER({found}),{found},0)", "link", number)
            leaf.calculate(r, _NET, f"={_net(block.first, slot, rate, _COLUMNS)}", number="money")

    leaf.kit.later(write)
    return block


def _active(leaf: Leaf, customers: str, name: str) -> str:
    """Return the formula of the customers of a segment who ordered in the newest period.

    They move with those of the company, whoever types these over. Without orders, and in a log too
    long to look through, every segment has the company's share of them among its `customers`.
    """
    share = f"IF(N(in_customers)=0,0,{customers}*in_active_customers/in_customers)"
    if not leaf.kit.native:
        return share
    none, told = text(leaf.kit.word("segment.(none)")), leaf.kit.at("inputs.data_active_customers")
    # Marked, a name is never blank, a number or a condition.
    mine = f'--("|"&Orders[customer_segment]="|"&IF({name}={none},"",{name}))'
    counted = f"SUMPRODUCT({mine},Orders[window_first],--(Orders[window]=0))"
    moved = f"IF(N({told})=0,0,{counted}*in_active_customers/{told})"
    return f'IF(ISNUMBER({customers}),IF(set_base="quick",{share},{moved}),"")'


def _frozen(leaf: Leaf, row: int) -> Block:
    """Write the frozen base: typed numbers, of the sample as long as it is the data."""
    _heads(leaf, row, leaf.say("plan_frozen"), _words(leaf), (), slots=True)
    leaf.put(row + 1, 0, leaf.say("plan_frozen_note"), "subtitle")
    block = Block(row + 2, _COLUMNS)
    _slots(leaf, block.first)
    base = frozen_base(leaf.kit)
    for slot in range(SLOTS):
        known = base[slot] if slot < len(base) else {}
        leaf.input(block.first + slot, 0, known.get("name"), "text", "text")
        for name, _, number, rule in DRIVERS:
            leaf.input(block.first + slot, block.columns[name], known.get(name), number, rule)
    return block


def _base(leaf: Leaf, row: int, live: Block, frozen: Block, count: str, rate: str) -> Block:
    """Write the base in use: the frozen one, or the live one where nothing has been frozen."""
    words = [*_words(leaf), leaf.kit.word("net_clv"), leaf.say("plan_moved")]
    _heads(leaf, row, leaf.say("plan_base"), words, [*(unit for _, unit, *_ in DRIVERS), "money", "share"],
           slots=True)  # fmt: skip
    columns = {**_COLUMNS, "moved": _NET + 1}
    block = Block(row + 2, columns)
    _slots(leaf, block.first)
    for slot in range(SLOTS):
        r = block.first + slot
        for name, form in (("name", "text"), *((name, number) for name, _, number, _ in DRIVERS)):
            empty = '&""' if name == "name" else ""
            kept = f"{frozen.cell(name, slot)}{empty}"
            leaf.calculate(r, columns[name], f"=IF({count}=0,{live.cell(name, slot)},{kept})", number=form)
        leaf.calculate(r, _NET, f"={_net(block.first, slot, rate, columns)}", number="money")
        mine, now, net = block.cell("name", slot), live.area("name"), live.area("net")
        gone = (
            f"IF(COUNTIF({now},{mine})=0,-1,INDEX({net},MATCH({mine},{now},0))/{block.cell('net', slot)}-1)"
        )
        worthless = f"{block.cell('net', slot)}=0"
        leaf.calculate(r, columns["moved"], f'=IF(OR({mine}="",{worthless}),0,{gone})', number="percent")
    _total(leaf, block, {"customers": "int"}, ("net",))
    return block


def _total(
    leaf: Leaf, block: Block, sums: Mapping[str, str], means: Sequence[str], weights: str = ""
) -> None:
    """Write the row below a table: sums, and means over the customers."""
    row = block.first + SLOTS
    leaf.put(row, 0, leaf.kit.word("total"), "strong")
    for name, number in sums.items():
        leaf.calculate(row, block.columns[name], f"=SUM({block.area(name)})", number=number, bold=True)
    customers = weights or (block.area("customers") if means else "")
    for name in means:
        mean = f"SUMPRODUCT({customers},{block.area(name)})/SUM({customers})"
        leaf.calculate(
            row, block.columns[name], f"=IF(SUM({customers})=0,0,{mean})", number="money", bold=True
        )


def _deltas(leaf: Leaf, row: int, base: Block) -> Block:
    """Write the changes by segment, from when, how fast and at what cost."""
    words = [_word(leaf, name) for name, *_ in _DELTAS]
    _heads(leaf, row, leaf.say("plan_deltas"), [*words, leaf.say("ramp_used")], _DELTA_UNITS)
    names = [name for name, *_ in _DELTAS]
    columns = {"name": 0, **{name: _FIRST + i for i, name in enumerate(names)}}
    block = Block(row + 2, {**columns, "used": _FIRST + len(names)})
    for slot in range(SLOTS):
        r = block.first + slot
        leaf.calculate(r, 0, f"={base.cell('name', slot)}")
        values: Sequence[float | None] = (
            _SAMPLE[slot] if slot < len(_SAMPLE) and leaf.kit.lines.sample else ()
        )
        for i, (name, number, rule) in enumerate(_DELTAS):
            leaf.input(r, columns[name], values[i] if values else None, number, rule)
        leaf.calculate(r, block.columns["used"], f"=MAX(1,{block.cell('ramp', slot)})", "subtitle", "int")
    return block


def _rows(
    leaf: Leaf, block: Block, base: Block, formulas: Mapping[str, tuple[str, Callable[[int], str]]]
) -> None:
    """Write the names of the segments and a formula for each column."""
    for slot in range(SLOTS):
        leaf.calculate(block.first + slot, 0, f"={base.cell('name', slot)}")
        for name, (number, formula) in formulas.items():
            leaf.calculate(block.first + slot, block.columns[name], f"={formula(slot)}", number=number)


def _values(leaf: Leaf, row: int, base: Block, deltas: Block, rate: str) -> Block:
    """Write net CLV of each segment: base, case, difference."""
    keys = ("lifespan_case", "net_base", "net_case", "net_difference", "all_difference")
    words = [leaf.say(f"value_{key}") for key in keys]
    _heads(leaf, row, leaf.say("plan_values"), words, ("period", *("money",) * 4))
    block = Block(row + 2, {key: _FIRST + i for i, key in enumerate(keys)})

    def changed(name: str, slot: int) -> str:
        return f"{base.cell(name, slot)}*(1+{deltas.cell(name, slot)})"

    def case(slot: int) -> str:
        margin = f"MIN(1,{base.cell('margin', slot)}+{deltas.cell('margin', slot)})"
        periods = periods_of(block.cell("lifespan_case", slot), rate)
        return (
            f"{changed('aov', slot)}*{changed('frequency', slot)}*{margin}*({periods})-{changed('cac', slot)}"
        )

    _rows(leaf, block, base, {
        "lifespan_case": ("decimal", lambda slot: changed("lifespan", slot)),
        "net_base": ("money", lambda slot: base.cell("net", slot)),
        "net_case": ("money", case),
        "net_difference": ("money", lambda s: f"{block.cell('net_case', s)}-{block.cell('net_base', s)}"),
        "all_difference": ("money_whole",
                           lambda s: f"{block.cell('net_difference', s)}*{base.cell('customers', s)}"),
    })  # fmt: skip
    means = ("net_base", "net_case", "net_difference")
    _total(leaf, block, {"all_difference": "money_whole"}, means, base.area("customers"))
    return block


def _plan(leaf: Leaf, row: int, base: Block, deltas: Block) -> Planned:
    """Write the margin of each segment over the plan: base, case, difference, less the cost."""
    keys = ("month_base", "month_gain", "months", "base", "case", "difference", "cost", "after")
    words = [leaf.say(f"margin_{key}") for key in keys]
    _heads(leaf, row, leaf.say("plan_margin"), words, ("money", "money", "months", *("money",) * 5))
    block = Block(row + 2, {key: _FIRST + i for i, key in enumerate(keys)})
    top = block.first + SLOTS + 4  # the months stand below the total
    number, inside = (Area(top, c, top + MONTHS - 1, c).absolute for c in (0, 1))
    effects = Effects(
        top,
        block.area("month_base"),
        block.area("month_gain"),
        deltas.area("start"),
        deltas.area("used"),
        deltas.area("cost"),
    )

    def month(slot: int) -> str:
        full = "*".join(base.cell(name, slot) for name in ("customers", "aov", "frequency", "margin"))
        return f"{full}/set_unit_months"

    def gain(slot: int) -> str:
        margin = f"MIN(1,{base.cell('margin', slot)}+{deltas.cell('margin', slot)})"
        parts = [f"{base.cell(name, slot)}*(1+{deltas.cell(name, slot)})" for name in ("aov", "frequency")]
        full = "*".join([base.cell("customers", slot), *parts, margin])
        return f"{full}/set_unit_months-{block.cell('month_base', slot)}"

    def months(slot: int) -> str:
        share = effects.share(number, deltas.cell("start", slot), deltas.cell("used", slot))
        return f"SUMPRODUCT({inside},{share})"

    def cell(name: str) -> Callable[[int], str]:
        return lambda slot: block.cell(name, slot)

    _rows(leaf, block, base, {
        "month_base": ("money_whole", month),
        "month_gain": ("money_whole", gain),
        "months": ("tenth", months),
        "base": ("money_whole", lambda s: f"{cell('month_base')(s)}*SUM({inside})"),
        "case": ("money_whole", lambda s: f"{cell('base')(s)}+{cell('month_gain')(s)}*{cell('months')(s)}"),
        "difference": ("money_whole", lambda s: f"{cell('case')(s)}-{cell('base')(s)}"),
        "cost": ("money_whole", lambda s: f"SUMPRODUCT({inside},--({number}={deltas.cell('start', s)}))"
                                          f"*{deltas.cell('cost', s)}"),
        "after": ("money_whole", lambda s: f"{cell('difference')(s)}-{cell('cost')(s)}"),
    })  # fmt: skip
    _total(leaf, block, {key: "money_whole" for key in keys if key != "months"}, ())
    total = block.first + SLOTS
    leaf.check("plan_months_sum", f"({leaf.at(total, block.columns['after'])}-{leaf.at(top + MONTHS, 6)})"
               f"/MAX(1,ABS({leaf.at(total, block.columns['case'])}))", limit=1e-9)  # fmt: skip
    return Planned(block.first, effects)
