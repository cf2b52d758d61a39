"""The packs of the sheet Monitoring: this period as a live row, and the frozen rows of the periods before."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from clv_xl.workbook import assumptions
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.clv_cells import ANNUITY
from clv_xl.workbook.template.sheets.heads import head
from clv_xl.workbook.template.sheets.monitoring_history import BUDGET_NOW, BUDGETS, DISCOUNT_RATE, Pack

SLOTS: Final = 36  # three years of months, which a page holds


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the packs: header, number format, what may be typed, and where its live value is.

    Parameters
    ----------
    key : str
        Key of the header, of this sheet or the terms.
    number, rule : str
        Number format, and rule of the input.
    live : str
        Formula of this period; "" where it is reckoned from the row itself.
    """

    key: str
    number: str
    rule: str
    live: str


COLUMNS: Final = (
    Column("as_of", "date", "date", "set_as_of"),
    Column("avg_order_value", "money", "number", "in_aov"),
    Column("frequency", "decimal", "not_negative", "in_frequency"),
    Column("lifespan", "decimal", "not_negative", "in_lifespan"),
    Column("margin", "percent", "margin", "in_margin"),
    Column("cac", "money", "not_negative", "in_cac"),
    Column("discount_rate", "percent", "share", "in_discount_rate"),
    Column("clv_short", "money", "number", ""),
    Column("clv_net", "money", "number", ""),
    Column("ltv_cac", "multiple", "number", ""),
    Column("customers", "int", "not_negative", "in_customers"),
    Column("new_customers", "int", "not_negative", "in_new_customers"),
    Column("revenue_period", "money_whole", "number", ""),
    Column("acquisition_share", "percent", "not_negative", ""),
    Column("revenue_budget", "money_whole", "not_negative", ""),
    Column("revenue_predicted", "money_whole", "not_negative", ""),
    Column("origin", "text", "text", ""),
)
SHORT: Final = {"avg_order_value": "aov", "frequency": "frequency", "lifespan": "lifespan", "cac": "cac"}
# Figures of a row that its value is reckoned from, as formulas of CLV call them.
_CELLS: Final = MappingProxyType(
    {
        "aov": "avg_order_value", "frequency": "frequency", "lifespan": "lifespan", "margin": "margin",
        "cac": "cac", "discount_rate": "discount_rate", "clv": "clv_short",
    }
)  # fmt: skip
_KEYS: Final = tuple(column.key for column in COLUMNS)
_LAST_FIGURE: Final = _KEYS.index("acquisition_share")


def letter(key: str) -> str:
    """Return the letter of a column."""
    return chr(ord("A") + _KEYS.index(key))


@dataclass(frozen=True, slots=True)
class Packs:
    """Where the packs are, rows counted from 0.

    Parameters
    ----------
    live : int
        Row of this period.
    header : int
        Header row of the frozen packs.
    first, last : int
        Rows of the slots.
    count : str
        Address of how many packs are older than this period.
    figure : str
        Address of the figure that is followed.
    window, step : str
        Address of the packs in a moving average, and of the months from pack to pack.
    """

    live: int
    header: int
    first: int
    last: int
    count: str
    figure: str
    window: str
    step: str

    def column(self, key: str) -> str:
        """Return the address of a column of the frozen packs."""
        return Area(self.first, _KEYS.index(key), self.last, _KEYS.index(key)).absolute

    @property
    def heads(self) -> str:
        """The header cells of the figures that can be followed."""
        return Area(self.header, 1, self.header, _LAST_FIGURE).absolute

    def last_pack(self, key: str) -> str:
        """Return the formula of a figure of the newest frozen pack before this period."""
        return f"INDEX({self.column(key)},{self.count})"


def write_packs(leaf: Leaf, row: int, found: list[Pack]) -> Packs:
    """Write the choices, the live row and the slots; `found` are the packs of the sample."""
    places = Packs(
        row + 7, row + 11, row + 12, row + 11 + SLOTS, *(address(row + i, 3) for i in (4, 1, 2, 3))
    )
    leaf.section(row, leaf.say("choices"))
    source = f"={places.heads}"
    default = leaf.term("clv_net")
    leaf.line(row + 1, "figure", "none", default, "text", rule="list", choices=source)
    leaf.line(row + 2, "window", "number", 4.0, "int", rule="positive")
    leaf.line(row + 3, "step", "months", 1.0 if leaf.kit.lines.sample else 3.0, "int", rule="positive")
    before = f'=COUNTIF({places.column("as_of")},"<"&set_as_of)'
    leaf.line(row + 4, "count", "number", before, "int")
    leaf.section(row + 5, leaf.say("now"))
    _live(leaf, places)
    leaf.put(row + 8, 0, leaf.say("freeze"), "subtitle")
    leaf.put(row + 9, 0, leaf.say("origin_note" if leaf.kit.lines.sample else "origin_own"), "subtitle")
    leaf.section(row + 10, leaf.say("packs"))
    _heads(leaf, places.header)
    for i in range(SLOTS):
        cells = _cells(found[i], BUDGETS[i], found[i - 1] if i else None) if i < len(found) else ()
        for j, column in enumerate(COLUMNS):
            value: float | str | None = cells[j] if cells else None
            if column.key == "origin" and cells:
                value = leaf.say("origin_sample")
            leaf.input(places.first + i, j, value, column.number, column.rule)
    _checks(leaf, places)
    return places


def _heads(leaf: Leaf, row: int) -> None:
    words = [_head(leaf, column.key) for column in COLUMNS]
    leaf.header(row, words, numbers=range(1, len(COLUMNS) - 1))


def _head(leaf: Leaf, key: str) -> str:
    """Return the header of a column, the short word of a driver that has one."""
    return head(leaf, SHORT[key]) if key in SHORT else leaf.term(key)


def _cells(pack: Pack, budget: float, before: Pack | None) -> tuple[float | None, ...]:
    """Return a frozen row; its prediction is that nothing changes: the revenue of the pack before."""
    drivers = (
        pack.as_of,
        pack.aov,
        pack.frequency,
        pack.lifespan,
        assumptions.MARGIN,
        pack.cac,
        DISCOUNT_RATE,
    )
    share = pack.cac * pack.new_customers / pack.revenue
    predicted = before.revenue if before else None
    value = (pack.clv, pack.net, pack.clv / pack.cac, pack.customers, pack.new_customers)
    return (*drivers, *value, pack.revenue, share, budget, predicted, None)


def _live(leaf: Leaf, places: Packs) -> None:
    """Write this period as a row to copy and paste as values."""
    row = places.live
    _heads(leaf, row - 1)
    day, revenue = "Orders[order_date]", "Orders[revenue]"
    start = '">="&MAX(set_starts)'
    cells = {key: f"{letter(name)}{row + 1}" for key, name in _CELLS.items()}
    written = {
        # The company's, whatever is chosen on the sheet CLV.
        "clv_short": ("{aov}*{frequency}*{margin}*" + ANNUITY).format(**cells, timing="set_timing"),
        "clv_net": "{clv}-{cac}".format(**cells),
        "ltv_cac": 'IF({cac}=0,"",{clv}/{cac})'.format(**cells),
        "revenue_period": f'SUMIFS({revenue},{day},{start},{day},"<"&set_as_of+1)',
        "acquisition_share": 'IF({0}=0,"",{1}*{2}/{0})'.format(
            *(f"{letter(key)}{row + 1}" for key in ("revenue_period", "cac", "new_customers"))
        ),
        "revenue_predicted": f'IF({places.count}=0,"",{places.last_pack("revenue_period")})',
    }
    for j, column in enumerate(COLUMNS):
        more = {"align": "left"} if column.number == "date" else {}
        if column.key in written:
            leaf.calculate(row, j, f"={written[column.key]}", number=column.number)
        elif column.live:
            leaf.calculate(row, j, f"={column.live}", "link", column.number, **more)
    budget = BUDGET_NOW if leaf.kit.lines.sample else None
    leaf.input(row, _KEYS.index("revenue_budget"), budget, "money_whole", "not_negative")
    leaf.input(row, _KEYS.index("origin"), None, "text", "text")


def _checks(leaf: Leaf, places: Packs) -> None:
    """Ask about the order of the packs, and about a frozen one that the orders no longer confirm."""
    dates = places.column("as_of")
    later = Area(places.first + 1, 0, places.last, 0).absolute
    earlier = Area(places.first, 0, places.last - 1, 0).absolute
    falls = f'SUMPRODUCT(({leaf.ref}{later}<>"")*({leaf.ref}{later}<={leaf.ref}{earlier}))'
    leaf.check("monitoring_order", falls, number="int")
    net = places.column("clv_net")
    frozen = f"SUMIFS({leaf.ref}{net},{leaf.ref}{dates},set_as_of)"
    now = f"{leaf.ref}{letter('clv_net')}{places.live + 1}"
    gap = f'IF(COUNTIF({leaf.ref}{dates},set_as_of)=0,"",{frozen}-{now})'
    leaf.check("monitoring_frozen", gap, limit=0.005, kind="warning", number="money")
    revenue, predicted = (
        f"{leaf.ref}{letter(key)}{places.live + 1}" for key in ("revenue_period", "revenue_predicted")
    )
    missed = f'IF(N({predicted})=0,"",{revenue}/{predicted}-1)'
    leaf.check("monitoring_predicted", missed, limit="set_model_gap", kind="warning", number="percent")
