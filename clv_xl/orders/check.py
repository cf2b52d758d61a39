"""What was found in an order log and which rules were applied: the table of CLV.CHECK."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clv_xl.cells import BoolArray, FloatArray, IntArray
from clv_xl.errors import Text
from clv_xl.metrics import counting
from clv_xl.metrics.netting import earliest, netted
from clv_xl.metrics.periods import is_month_end, iso, period_index, period_label
from clv_xl.metrics.sums import exact_sum
from clv_xl.orders.headers import FIELDS
from clv_xl.orders.log import Issue, OrderLog
from clv_xl.table import Table

KEYS = ("rule", "severity", "count", "first_row", "finding", "mend")
OUTLIER_SHARE = 0.05  # of revenue, in one order
TRUNCATION = 3.0  # times the median month of new customers
LATER_MONTHS = 2  # with new customers, before a first month can stand out from them


def check(log: OrderLog, as_of: float | None = None, has_margin: bool = False) -> Table:
    """List what was found in an order log.

    Parameters
    ----------
    log : OrderLog
        The log with the issues found while reading it; it need not be strict.
    as_of : float, optional
        Last day observed, a serial date; the last date of the log by default.
    has_margin : bool
        Whether a margin is given too; it then counts instead of the cost column.

    Returns
    -------
    Table
        rule (a stable English key), severity, count (of lines, orders, customers or months, as the
        rule has it), first row of the range, finding, mend.

    Examples
    --------
    >>> from clv_xl.cells import Cells
    >>> from clv_xl.orders.reading import log_of_columns
    >>> log = log_of_columns(Cells.of(["A", "B", "A"]), Cells.of([45000.0, 45001.0, 45002.0]),
    ...                      Cells.of([10.0, 20.0, -5.0]))
    >>> "refunds_without_id" in check(log).column("rule")
    True
    """
    found = [*_summary(log), *log.issues]
    if has_margin and log.costs is not None:
        params = {"column": log.columns.get("cost", "cost")}
        found.append(Issue("cost_and_margin", "warning", len(log), log.row_of(0) if len(log) else 0, params))
    if len(log):
        found.extend(_rules(log, as_of))
    if all(issue.severity == "note" for issue in found):
        found.append(Issue("all_clear", "note", len(log)))
    rows = [
        (
            issue.key,
            Text(f"severity.{issue.severity}"),
            float(issue.count),
            float(issue.first_row) if issue.first_row else None,
            Text(f"check.{issue.key}", issue.params),
            Text(f"check.{issue.key}.mend", issue.params),
        )
        for issue in found
    ]
    return Table.of_rows(KEYS, rows)


def _summary(log: OrderLog) -> Iterator[Issue]:
    """Say what was read, and which header was taken for which field."""
    if len(log):
        days = np.floor(log.days)
        params = {
            "customers": float(np.unique(log.customers.codes).size),
            "first": iso(int(days.min())),
            "last": iso(int(days.max())),
        }
        yield Issue("lines_read", "note", len(log), log.row_of(0), params)
    for name in FIELDS:
        if name in log.columns:
            params = {"field": Text(f"field.{name}"), "header": log.columns[name]}
            yield Issue("column", "note", 1, max(log.first_row - 1, 0), params)


@dataclass(frozen=True, eq=False, slots=True)
class _View:
    """The lines up to `as_of` and the orders they make.

    Parameters
    ----------
    log : OrderLog
        The whole log.
    lines : ndarray of int64
        Positions of the lines in the log.
    group : ndarray of int64
        Order of each line.
    with_id : ndarray of bool
        Lines with an order id.
    first : ndarray of int64
        Each order's earliest line, a position in `lines`.
    net : ndarray of float64
        Money of each order.
    is_order : ndarray of bool
        False for refunds and refunded orders.
    end : int
        Last day observed.
    """

    log: OrderLog
    lines: IntArray
    group: IntArray
    with_id: BoolArray
    first: IntArray
    net: FloatArray
    is_order: BoolArray
    end: int

    @property
    def customers(self) -> IntArray:
        """Customer of each order."""
        return self.log.customers.codes[self.lines[self.first]].astype(np.int64)

    @property
    def days(self) -> IntArray:
        """Day of each order."""
        return np.floor(self.log.days[self.lines[self.first]]).astype(np.int64)

    def of_lines(self, key: str, severity: str, mask: BoolArray, **params: object) -> Iterator[Issue]:
        """Return the issue of the lines where `mask` holds, none if there is none."""
        if mask.any():
            row = self.log.row_of(int(self.lines[int(np.argmax(mask))]))
            yield Issue(key, severity, int(mask.sum()), row, params)

    def of_orders(self, key: str, severity: str, mask: BoolArray, **params: object) -> Iterator[Issue]:
        """Return the issue of the orders where `mask` holds, none if there is none."""
        if mask.any():
            row = self.log.row_of(int(self.lines[self.first[mask].min()]))
            yield Issue(key, severity, int(mask.sum()), row, params)


def _rules(log: OrderLog, as_of: float | None) -> Iterator[Issue]:
    """Apply the rules of an order and say what each of them touched."""
    end = int(np.floor(log.days.max() if as_of is None else as_of))
    late = log.days >= end + 1
    if late.any():
        row = log.row_of(int(np.argmax(late)))
        severity = "warning" if late.all() else "note"
        yield Issue("after_as_of", severity, int(late.sum()), row, {"as_of": iso(max(end, 1))})
    lines = np.flatnonzero(~late)
    if not lines.size:
        return
    codes = np.full(lines.size, -1, np.int64) if log.order_ids is None else log.order_ids.codes[lines]
    groups = netted(codes)
    net, is_order = groups.amounts(log.amounts[lines])
    first = earliest(groups.group, log.days[lines], groups.size)
    view = _View(log, lines, groups.group, codes >= 0, first, net, is_order, end)
    yield from _orders(view)
    yield from _repeats(view)
    yield from _months(view)


def _orders(view: _View) -> Iterator[Issue]:
    """Say how lines became orders."""
    amounts = view.log.amounts[view.lines]
    sizes = counting.counts(view.group, view.net.size)
    several = view.with_id & (sizes[view.group] > 1)
    made = int(np.count_nonzero(sizes > 1))
    yield from view.of_lines("lines_netted", "note", several, orders=float(made))
    yield from view.of_lines("identical_lines", "warning", _repeated(view, np.flatnonzero(several)))
    if view.log.order_ids is not None:
        yield from view.of_lines("missing_order_ids", "note", ~view.with_id)
        shared = view.customers[view.group] != view.log.customers.codes[view.lines]
        yield from view.of_lines("shared_order_ids", "warning", shared)
    loose = ~view.with_id & (amounts < 0)
    yield from view.of_lines("refunds_without_id", "warning", loose, money=exact_sum(amounts[loose]))
    identified = view.with_id[view.first]
    yield from view.of_orders("refunded_orders", "note", identified & ~view.is_order)
    yield from view.of_orders("zero_orders", "note", view.is_order & (view.net == 0))
    revenue = exact_sum(view.net)
    if revenue > 0:
        large = view.is_order & (view.net > OUTLIER_SHARE * revenue)
        share = round(100 * float(view.net.max()) / revenue, 1)
        yield from view.of_orders("outliers", "warning", large, share=share, limit=100 * OUTLIER_SHARE)


def _repeated(view: _View, some: IntArray) -> BoolArray:
    """Return which lines are the same as one before them: order, customer, moment and money."""
    lines = view.lines[some]
    keys = (view.log.amounts[lines], view.log.days[lines], view.log.customers.codes[lines], view.group[some])
    order = np.lexsort(keys)
    again = np.logical_and.reduce([key[order[1:]] == key[order[:-1]] for key in keys])
    found = np.zeros(view.lines.size, np.bool_)
    found[some[order[1:][again]]] = True
    return found


def _repeats(view: _View) -> Iterator[Issue]:
    """Find customers with several orders on one day, and names without an order."""
    orders = np.flatnonzero(view.is_order)
    customers, days = view.customers, view.days
    if orders.size:
        start = int(days.min())
        key = customers[orders] * (int(days.max()) - start + 1) + days[orders] - start
        order = np.argsort(key, kind="stable")
        again = np.zeros(view.net.size, np.bool_)
        again[orders[order[1:]]] = key[order[1:]] == key[order[:-1]]
        yield from view.of_orders("same_day_repeats", "note", again)
    everybody = np.zeros(len(view.log.customers.names) + 1, np.bool_)
    everybody[view.log.customers.codes[view.lines]] = True
    buyers = np.zeros_like(everybody)
    buyers[customers[orders]] = True
    nobody = everybody & ~buyers
    if nobody.any():
        at = nobody[view.log.customers.codes[view.lines]]
        row = view.log.row_of(int(view.lines[int(np.argmax(at))]))
        name = view.log.customers.names[int(np.argmax(nobody))]
        severity = "note" if orders.size else "warning"  # without an order no function has an answer
        yield Issue("prospects", severity, int(nobody.sum()), row, {"example": name})


def _months(view: _View) -> Iterator[Issue]:
    """Judge the calendar months: empty ones, a partial last one, a first one that was cut off."""
    days = view.days[view.is_order]
    if not days.size:
        return
    months = period_index(days, "M")
    start, last = int(months.min()), int(months.max())
    now = int(period_index(view.end, "M"))
    partial = not bool(is_month_end(view.end))
    # To the last whole month that was observed: data that ends early looks like customers who left.
    bought = counting.counts(months - start, now - start + 1)
    empty = np.flatnonzero(bought[: bought.size - partial] == 0)
    if empty.size:
        label = period_label(start + int(empty[0]), "M")
        yield Issue("empty_months", "warning", int(empty.size), 0, {"month": label})
    if partial:
        params = {"month": period_label(now, "M"), "last": iso(view.end)}
        yield Issue("partial_last_month", "note", int(bought[-1]), 0, params)
    joined = np.full(len(view.log.customers.names), last + 1, np.int64)
    np.minimum.at(joined, view.customers[view.is_order], months)
    new = counting.counts(joined[joined <= last] - start)
    later = new[1:][new[1:] > 0]
    if later.size >= LATER_MONTHS and new[0] > TRUNCATION * float(np.median(later)):
        usual = float(np.median(later))
        label = period_label(start, "M")
        yield Issue("left_truncated", "warning", int(new[0]), 0, {"month": label, "usual": usual})
