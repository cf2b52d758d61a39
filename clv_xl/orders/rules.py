"""The rules of an order: from the lines of a log to the orders of its customers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import BoolArray, FloatArray, IntArray
from clv_xl.errors import NA, VALUE, CellError
from clv_xl.metrics import counting
from clv_xl.metrics.netting import earliest, netted
from clv_xl.metrics.sums import exact_sum, grouped_sum
from clv_xl.orders.ids import NumberNames
from clv_xl.orders.log import Coded, OrderLog

Codes = NDArray[np.integer[Any]]

# Up to so many amounts a customer a plain sum is as good as an exact one to the 13th digit.
_PLAIN_SUM = 4096


@dataclass(frozen=True, eq=False, slots=True)
class Orders:
    """The orders of everybody who ordered, and the refunds that belong to no order of the log.

    One entry is an order, net of its refunds, or (where `is_order` is false) money that only
    reduces its customer's revenue.

    Parameters
    ----------
    customers : ndarray of intp, shape (n,)
        Customer of each entry, 0 to ``n_customers - 1``; each of them has an order.
    moments : ndarray of float64, shape (n,)
        Serial date, time of day kept; of an order its earliest line.
    amounts : ndarray of float64, shape (n,)
        Net money.
    counts : ndarray of int64, shape (n_customers,)
        Orders of each customer.
    as_of : int
        Last day observed.
    costs : ndarray of float64, shape (n,), optional
        Cost of the goods.
    is_order : ndarray of bool, shape (n,), optional
        False for refunds; None when every entry is an order.
    segments, channels : Coded, optional
        As in the log, one code an entry.
    kept : ndarray of int64, shape (n_customers,), optional
        Code of each customer in `log_names`; None when the customers are all of them.
    log_names : sequence of str
        Names of the log's customers.
    after_as_of, prospects, loose_refunds : int
        Lines after `as_of`; customers without an order by then; refunds of such, which count
        nowhere.
    loose_amount : float
        Their money.
    """

    customers: IntArray
    moments: FloatArray
    amounts: FloatArray
    counts: IntArray
    as_of: int
    costs: FloatArray | None = None
    is_order: BoolArray | None = None
    segments: Coded | None = None
    channels: Coded | None = None
    kept: IntArray | None = None
    log_names: Sequence[str] = ()
    after_as_of: int = 0
    prospects: int = 0
    loose_refunds: int = 0
    loose_amount: float = 0.0

    @property
    def n_customers(self) -> int:
        """Number of customers, all with an order."""
        return int(self.counts.size)

    @property
    def n_orders(self) -> int:
        """Number of orders."""
        return int(self.customers.size if self.is_order is None else np.count_nonzero(self.is_order))

    def names(self) -> Sequence[str] | FloatArray:
        """Return the names of the customers: numbers where all ids are, so that a look-up finds them."""
        if isinstance(self.log_names, NumberNames):
            numbers = self.log_names.numbers
            return numbers if self.kept is None else numbers[self.kept]
        if self.kept is None:
            return list(self.log_names)
        return [self.log_names[i] for i in self.kept.tolist()]

    def days(self) -> NDArray[np.int32]:
        """Return the day of each entry."""
        return np.floor(self.moments).astype(np.int32)

    def purchases(self) -> "Orders":
        """Return the orders alone, refunds left out."""
        return self if self.is_order is None else self.taking(self.is_order)

    def first(self) -> IntArray:
        """Return the position of each customer's first order; of equal moments the upper line."""
        if self.is_order is None:
            return earliest(self.customers, self.moments, self.n_customers)
        places = np.flatnonzero(self.is_order)
        return places[earliest(self.customers[places], self.moments[places], self.n_customers)]

    def sum(self, values: FloatArray) -> FloatArray:
        """Return the sum of one value an entry for each customer."""
        if int(self.counts.max()) > _PLAIN_SUM:
            return grouped_sum(self.customers, values, self.n_customers)
        return counting.totals(self.customers, values, self.n_customers)

    def taking(self, rows: Codes | BoolArray) -> "Orders":
        """Return the entries of some rows; counts stay as they are."""
        return replace(
            self,
            customers=self.customers[rows],
            moments=self.moments[rows],
            amounts=self.amounts[rows],
            costs=None if self.costs is None else self.costs[rows],
            is_order=None if self.is_order is None else self.is_order[rows],
            segments=None if self.segments is None else Coded(self.segments.codes[rows], self.segments.names),
            channels=None if self.channels is None else Coded(self.channels.codes[rows], self.channels.names),
        )


def orders_of(log: OrderLog, as_of: float | None = None) -> Orders:
    """Apply the rules of an order to a log.

    Lines with one order id are one order, on the day of its earliest line and of that line's
    customer; without an id a line is an order. A refund with the id of its order nets into it; an
    order refunded to 0 or below is no order, one whose lines are all 0 is. A negative line without
    an id, and what is left of an over-refunded order, reduces its customer's revenue. Who has no
    order is a prospect and left out, with the refunds in that name. Where a log has
    neither order ids nor refunds nothing is sorted and its arrays are used as they are.

    Parameters
    ----------
    log : OrderLog
        Lines of orders.
    as_of : float, optional
        Last day observed, a serial date; later lines are left out and counted. The last date of
        the log by default.

    Returns
    -------
    Orders

    Raises
    ------
    CellError
        #VALUE! for two currencies; #N/A when no order is left; what a strict log raises.

    Examples
    --------
    >>> days, amounts = np.array([45658.5, 45660.0, 45659.0]), np.array([50.0, -20.0, 30.0])
    >>> log = OrderLog(Coded(np.array([0, 0, 1]), ("A", "B")), days, amounts)
    >>> orders = orders_of(log)
    >>> orders.n_orders, orders.sum(orders.amounts).tolist()
    (2, [30.0, 30.0])
    """
    log.strict()
    _nobody_blank(log)
    _one_currency(log)
    last = int(np.floor(log.days.max())) if len(log) else 0
    end = last if as_of is None else int(np.floor(as_of))
    entries = Orders(
        log.customers.codes.astype(np.intp, copy=False), log.days, log.amounts, np.zeros(0, np.int64), end,
        log.costs, None, log.segments, log.channels, None, log.customers.names,
    )  # fmt: skip
    ids = log.order_ids
    if end < last:
        keep = log.days < end + 1
        entries = replace(entries.taking(keep), after_as_of=len(log) - int(np.count_nonzero(keep)))
        ids = None if ids is None else Coded(ids.codes[keep], ids.names)
    if ids is not None:
        entries = _net(entries, ids)
    elif entries.amounts.size and entries.amounts.min() < 0:
        entries = replace(entries, is_order=entries.amounts >= 0)
    return _of_buyers(entries, len(log.customers.names))


def _nobody_blank(log: OrderLog) -> None:
    codes = log.customers.codes
    if codes.size and codes.min() < 0:
        raise CellError(VALUE, "customer_blank", row=log.row_of(int(np.argmax(codes < 0))))


def _one_currency(log: OrderLog) -> None:
    if log.currencies is None:
        return
    codes = log.currencies.codes
    known = codes[codes >= 0]
    if known.size and (known != known[0]).any():
        other = int(np.flatnonzero((codes >= 0) & (codes != known[0]))[0])
        names = log.currencies.names
        raise CellError(
            VALUE,
            "two_currencies",
            column=log.columns.get("currency", "currency"),
            row=log.row_of(other),
            got=names[int(codes[other])],
            first=names[int(known[0])],
        )


def _net(entries: Orders, ids: Coded) -> Orders:
    """Make the lines of one order id one entry."""
    found = netted(ids.codes)
    if found.size == entries.customers.size and not (entries.amounts < 0).any():
        return entries
    amounts, is_order = found.amounts(entries.amounts)
    # A refund without an id stands alone: not above 0, hence no order.
    lines = earliest(found.group, entries.moments, found.size)
    # As the lines stand in the log: of two orders at one moment the upper one is the first.
    order = np.argsort(lines)
    amounts, is_order = amounts[order], is_order[order]
    return replace(
        entries.taking(lines[order]),
        amounts=amounts,
        costs=None if entries.costs is None else found.sum(entries.costs)[order],
        is_order=None if is_order.all() else is_order,
    )


def _of_buyers(entries: Orders, n_names: int) -> Orders:
    """Leave out who has no order, and number the others without a gap."""
    customers = entries.customers
    counts = counting.counts(customers if entries.is_order is None else customers[entries.is_order], n_names)
    has_order = counts > 0
    buyers = int(np.count_nonzero(has_order))
    if not buyers:
        raise CellError(NA, "no_order_left")
    if buyers == n_names:
        return replace(entries, counts=counts)
    kept = np.flatnonzero(has_order)
    if entries.is_order is not None:
        belongs = has_order[customers]
        loose = entries.amounts[~belongs]
        entries = replace(
            entries.taking(belongs), loose_refunds=int(loose.size), loose_amount=exact_sum(loose)
        )
        if entries.is_order is not None and entries.is_order.all():
            entries = replace(entries, is_order=None)
    numbers = np.cumsum(has_order) - 1
    return replace(
        entries,
        customers=numbers[entries.customers],
        counts=counts[kept],
        kept=kept,
        prospects=n_names - buyers,
    )
