"""The lines of a file as a sheet of orders holds them: one row an order, sorted by date."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from clv_xl.cells import BoolArray, Cell, IntArray
from clv_xl.errors import Text
from clv_xl.metrics import counting
from clv_xl.metrics.netting import earliest, netted
from clv_xl.metrics.periods import iso
from clv_xl.metrics.sums import exact_sum
from clv_xl.orders.file_asked import Asked
from clv_xl.orders.file_numbers import figure
from clv_xl.orders.files import OrderFile
from clv_xl.orders.ids import NumberNames
from clv_xl.orders.log import Coded

_LONGEST: Final = 255  # letters of a name that lookups of a spreadsheet still find
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
        Their costs.
    as_of : float
        Last day that counts: as asked, or the last date.
    currency : str
        ISO code of the money, ``""`` where nothing tells it.
    told_by : Text
        What tells the currency.
    counts : dict
        ``joined`` lines that are one order with others, ``refunded`` orders left out, ``loose``
        refunds of nobody left out, ``customers``, ``segments``, ``channels``.
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

    def __len__(self) -> int:
        return len(self.days)

    @property
    def total(self) -> float:
        """Sum of the revenue."""
        return exact_sum(np.array(self.revenue, np.float64))


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
    buyers = counting.counts(log.customers.codes[at][is_order], len(log.customers.names)) > 0
    with_id = np.zeros(orders.size, np.bool_) if ids is None else ids[at] >= 0
    refunded = with_id & ~is_order & (revenue == 0)
    loose = ~refunded & ~buyers[log.customers.codes[at]]
    kept = np.flatnonzero(~refunded & ~loose)
    if not kept.size:
        raise asked.refuse("data.no_orders")
    kept = kept[np.lexsort((at[kept], log.days[at[kept]]))]
    lines = at[kept]
    costs = None if log.costs is None else orders.sum(log.costs)[kept].tolist()
    days = np.floor(log.days[lines])
    as_of = float(days.max()) if asked.as_of is None else asked.as_of
    if as_of < days[0]:
        raise asked.refuse("data.as_of_early", got=iso(int(as_of)), first=iso(int(days[0])))
    # Without ids a row is an order: its number is as good a name as any.
    order_ids: list[Cell] = [float(i + 1) for i in range(kept.size)]
    if log.order_ids is not None:
        order_ids = _names(log.order_ids, lines)
    sizes = counting.counts(orders.group, orders.size)
    counts = {
        "joined": int(sizes[sizes > 1].sum()), "refunded": int(refunded.sum()), "loose": int(loose.sum()),
        "customers": int(buyers.sum()), "segments": _distinct(log.segments, lines),
        "channels": _distinct(log.channels, lines),
    }  # fmt: skip
    return Lines(
        order_ids, _names(log.customers, lines), days.tolist(), revenue[kept].tolist(),
        [None] * kept.size if costs is None else costs, _labels(log.segments, lines),
        _labels(log.channels, lines), as_of, currency, told_by, counts,
    )  # fmt: skip


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
