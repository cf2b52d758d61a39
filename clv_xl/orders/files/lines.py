"""The lines of a file as a sheet of orders holds them: one row an order, sorted by date."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from clv_xl.cells import BoolArray, Cell, FloatArray, IntArray
from clv_xl.errors import Text
from clv_xl.metrics import counting
from clv_xl.metrics.netting import Netted, earliest, netted
from clv_xl.metrics.periods import iso
from clv_xl.metrics.sums import exact_sum
from clv_xl.orders.files.asked import Asked
from clv_xl.orders.files.closing import closed
from clv_xl.orders.files.costs import Gap
from clv_xl.orders.files.late import Late, future, lone
from clv_xl.orders.files.numbers import figure
from clv_xl.orders.files.read import OrderFile
from clv_xl.orders.files.refunds import is_repeated
from clv_xl.orders.ids import NumberNames
from clv_xl.orders.log import Coded

_LONGEST: Final = 255  # letters of a name that lookups of a spreadsheet still find
_CENT: Final = 0.005  # money less than which nobody gives back
_DUST: Final = 1e-12  # share of an amount that is left over by the binary form of decimals
_CODE: Final = 3  # letters of an ISO code of money


@dataclass(frozen=True, eq=False, slots=True)
class Lines:
    """Orders, the earliest first.

    Parameters
    ----------
    order_ids, customers, segments, channels : list of float, str or None
        Names as they are to be shown; one spelling each.
    days : list of float
        Serial dates without the time of day.
    revenue : list of float
        Money of each order, net of its refunds; negative for a refund that belongs to none.
    costs : list of float or None
        Their costs; None for all where one of them lacks its own.
    as_of : float
        Last day that counts: as asked, or the last date that can be one, or the end of its month.
    currency : str
        ISO code of the money, ``""`` where nothing tells it.
    told_by : Text
        What tells the currency.
    counts : dict
        ``joined`` further lines of an order, ``refunded`` orders left out, ``loose`` refunds of nobody
        left out, ``after`` rows after the last day that counts; ``customers``, ``segments``,
        ``channels`` of the rows that count.
    back : Back
        Money given back that a column of its own holds.
    late : dict
        ``future`` and ``lone``: dates that did not decide which day is the last.
    gap : Gap or None
        The orders for which the costs are not used.
    closed : bool
        Whether the last day is the end of the month of the last order, as nobody said another.
    """

    order_ids: list[Cell]
    customers: list[Cell]
    days: list[float]
    revenue: list[float]
    costs: list[float | None]
    segments: list[Cell]
    channels: list[Cell]
    as_of: float
    currency: str
    told_by: Text
    counts: dict[str, int]
    back: "Back"
    late: dict[str, Late]
    gap: Gap | None
    closed: bool

    def __len__(self) -> int:
        return len(self.days)

    @property
    def counted(self) -> int:
        """How many rows count: the first ones, as they are sorted by date."""
        return len(self.days) - self.counts["after"]

    @property
    def total(self) -> float:
        """Sum of the revenue that counts."""
        return exact_sum(np.array(self.revenue[: self.counted], np.float64))


@dataclass(frozen=True, slots=True)
class Back:
    """Money given back, subtracted from its orders.

    Parameters
    ----------
    orders : int
        How many orders lost some.
    money : float
        How much.
    beyond : float
        How much more was given back than those orders brought; it is not subtracted.
    row : int
        Row of the first such order.
    doubt : float
        Money of a column that was not subtracted, as it may be out of the amounts already.
    """

    orders: int = 0
    money: float = 0.0
    beyond: float = 0.0
    row: int = 0
    doubt: float = 0.0


def lines_of(asked: Asked, found: OrderFile) -> Lines:
    """Make the rows of a sheet of orders from a file.

    Lines with one order id become one row, as the functions count them: on the day of the earliest
    line, of its customer, segment and channel. An order refunded in full is left out, and so are
    refunds of customers without an order.

    Raises
    ------
    UserError
        When no order is left, a name is too long to be looked up, currencies contradict, or the last
        day that counts lies before the first order.
    """
    log = found.log
    currency, told_by = _currency(asked, found)
    for name, coded in (("customer", log.customers), ("segment", log.segments), ("channel", log.channels)):
        _refuse_long(asked, found, name, coded)
    ids = None if log.order_ids is None else log.order_ids.codes
    orders = netted(np.full(len(log), -1) if ids is None else ids)
    revenue, is_order = orders.amounts(log.amounts)
    at = earliest(orders.group, log.days, orders.size)
    back, gone = _given_back(found, orders, revenue, at, sure=bool(asked.refunded))
    revenue -= gone
    is_order &= (gone == 0) | (revenue > 0)
    buyers = counting.counts(log.customers.codes[at][is_order], len(log.customers.names)) > 0
    with_id = np.zeros(orders.size, np.bool_) if ids is None else ids[at] >= 0
    refunded = (with_id | (gone > 0)) & ~is_order & (revenue == 0)
    loose = ~refunded & ~buyers[log.customers.codes[at]]
    kept = np.flatnonzero(~refunded & ~loose)
    if not kept.size:
        raise _nothing_left(asked, found)
    kept = kept[np.lexsort((at[kept], log.days[at[kept]]))]
    lines = at[kept]
    gap = _gap(found, orders, kept[revenue[kept] > 0])
    costs = None if log.costs is None or gap else orders.sum(log.costs)[kept].tolist()
    days = np.floor(log.days[lines])
    last, late = _last_day(asked, found, days, lines)
    month = closed(days, last, asked.today) if asked.as_of is None else None
    as_of = last if month is None else month
    if as_of < days[0]:
        raise asked.refuse("data.as_of_early", got=iso(int(as_of)), first=iso(int(days[0])))
    # Without ids a row is an order: its number is as good a name as any.
    order_ids: list[Cell] = [float(i + 1) for i in range(kept.size)]
    if log.order_ids is not None:
        order_ids = _names(log.order_ids, lines)
    here = days <= as_of
    counts = {
        "joined": len(log) - orders.size, "refunded": int(refunded.sum()), "loose": int(loose.sum()),
        "after": int((~here).sum()),
        "customers": int(np.unique(log.customers.codes[lines[here & is_order[kept]]]).size),
        "segments": _distinct(log.segments, lines[here]), "channels": _distinct(log.channels, lines[here]),
    }  # fmt: skip
    return Lines(
        order_ids, _names(log.customers, lines), days.tolist(), revenue[kept].tolist(),
        [None] * kept.size if costs is None else costs, _labels(log.segments, lines),
        _labels(log.channels, lines), as_of, currency, told_by, counts, back, late, gap,
        month is not None,
    )  # fmt: skip


def _given_back(
    found: OrderFile, orders: Netted, revenue: FloatArray, at: IntArray, *, sure: bool
) -> tuple[Back, FloatArray]:
    """Return what was given back, and how much of it each order loses: never more than it brought.

    A total refund gives back taxes and shipping as well, which the amounts need not hold.
    """
    nothing = np.zeros(orders.size)
    refunds = found.refunds
    if refunds is None:
        return Back(), nothing
    if not refunds.taken or (not sure and is_repeated(refunds.values, orders)):
        return Back(doubt=refunds.money), nothing
    given = orders.sum(refunds.values)
    gone = np.where(revenue - given <= _DUST * revenue, np.maximum(revenue, 0.0), given)
    over = given - gone > _CENT
    row = found.log.row_of(int(at[over].min())) if over.any() else 0
    beyond = exact_sum((given - gone)[over])
    return Back(int(np.count_nonzero(gone)), exact_sum(gone), beyond, row), gone


def _gap(found: OrderFile, orders: Netted, paid: IntArray) -> Gap | None:
    """Return the paid orders without a cost, None if all have one.

    A margin from the others would be that of whichever costs somebody typed, and nobody's guess is
    better: then none of the costs is used.
    """
    if found.costs is None:
        return None
    lacking = paid[found.costs.without(orders)[paid]]
    if not lacking.size:
        return None
    first = int(np.argmax(found.costs.lacking & np.isin(orders.group, lacking)))
    return Gap(int(lacking.size), int(paid.size), found.log.row_of(first))


def _nothing_left(asked: Asked, found: OrderFile) -> Exception:
    """Return why lines that could be read leave no order."""
    amounts = found.log.amounts
    column = found.layout.headers["amount"]
    if amounts.size and (amounts <= 0).all() and (amounts < 0).any():
        return asked.refuse("data.all_negative", column=column, rows=float(amounts.size))
    return asked.refuse("data.all_refunded", column=column, rows=float(amounts.size))


def _last_day(
    asked: Asked, found: OrderFile, days: FloatArray, lines: IntArray
) -> tuple[float, dict[str, Late]]:
    """Return the last day that counts, and the dates that did not decide it."""
    wrong = future(days, asked.today)
    if wrong.all():  # then it is the clock of the machine
        wrong[:] = False
    late = {}
    if asked.as_of is not None:
        wrong &= days > asked.as_of
    for key, mask in (("future", wrong), ("lone", lone(np.where(wrong, days[0], days)))):
        if mask.any() and (key == "future" or asked.as_of is None):
            at = int(np.flatnonzero(mask)[0])
            rest = days[~mask & ~wrong]
            late[key] = Late(
                int(mask.sum()), found.log.row_of(int(lines[at])), float(days[at]), float(rest.max())
            )
            wrong = wrong | mask
    return (float(days[~wrong].max()) if asked.as_of is None else asked.as_of), late


def _distinct(names: Coded | None, lines: IntArray) -> int:
    if names is None:
        return 0
    codes = names.codes[lines]
    return int(np.unique(codes[codes >= 0]).size)


def _names(names: Coded | None, lines: IntArray) -> list[Cell]:
    """Return the names of lines: numbers where every name is the text of one."""
    if names is None:
        return [None] * int(lines.size)
    shown: Sequence[Any]
    if isinstance(names.names, NumberNames):
        shown = names.names.numbers.tolist()
    elif all(_is_number(name) for name in names.names):
        shown = [float(name) for name in names.names]
    else:
        shown = names.names
    return [shown[code] if code >= 0 else None for code in names.codes[lines].tolist()]


def _labels(names: Coded | None, lines: IntArray) -> list[Cell]:
    """Return the labels of lines, texts all of them: segment 1 is no number to add up."""
    if names is None:
        return [None] * int(lines.size)
    return [names.names[code] if code >= 0 else None for code in names.codes[lines].tolist()]


def _is_number(name: str) -> bool:
    """Return whether a name is a whole number that a cell holds without loss: 007 is not 7."""
    return name.isascii() and name.isdigit() and len(name) <= 15 and (name == "0" or name[0] != "0")


def _refuse_long(asked: Asked, found: OrderFile, field: str, names: Coded | None) -> None:
    if names is None or isinstance(names.names, NumberNames):
        return
    long = next((i for i, name in enumerate(names.names) if len(name) > _LONGEST), -1)
    if long >= 0:
        line: BoolArray = names.codes == long
        row = found.log.row_of(int(np.argmax(line)))
        column = found.layout.headers[field]
        raise asked.refuse(
            "data.too_long", column=column, line=float(row), got=names.names[long], limit=float(_LONGEST)
        )


def _currency(asked: Asked, found: OrderFile) -> tuple[str, Text]:
    """Return the currency and what tells it: its column, the amounts, their header, or what is asked."""
    sources: list[tuple[str, Text]] = []
    names = found.log.currencies
    if names is not None and len(names) and (names.codes >= 0).any():
        code = names.names[int(names.codes[names.codes >= 0][0])]
        if _is_code(code):
            params = {"column": found.layout.headers["currency"]}
            sources.append((code.strip().upper(), Text("data.currency_column", params)))
    header = found.layout.headers["amount"]
    beside = list(found.currencies)
    if len(beside) > 1:
        raise asked.refuse(
            "data.two_currencies", column=header, line=float(found.currencies[beside[1]]), other=beside[1],
            first=beside[0],
        )  # fmt: skip
    if beside:
        sources.append((beside[0], Text("data.currency_beside", {"column": header})))
    if named := _in_header(header):
        sources.append((named, Text("data.currency_header", {"column": header})))
    if asked.currency:
        code = asked.currency.strip().upper()
        if not _is_code(code):
            raise asked.refuse("data.currency_code", got=asked.currency)
        sources.append((code, Text("data.currency_asked")))
    for code, told_by in sources[1:]:
        if code != sources[0][0]:
            raise asked.refuse(
                "data.currency_differs", first=sources[0][0], where=sources[0][1], other=code, there=told_by
            )
    return sources[0] if sources else ("", Text("data.currency_unknown"))


def _is_code(text: str) -> bool:
    plain = text.strip()
    return len(plain) == _CODE and plain.isascii() and plain.isalpha()


def _in_header(header: str) -> str:
    """Return the currency that a header such as ``Amount (EUR)`` names."""
    for word in header.replace("(", " ").replace(")", " ").replace("[", " ").replace("]", " ").split():
        if (found := figure(f"1 {word}")) and found.currency and (word.isupper() or not word.isalpha()):
            known = found.currency in {"EUR", "USD", "GBP", "PLN", "GEL"}
            if known:
                return found.currency
    return ""
