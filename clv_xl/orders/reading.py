"""Cells to an order log: a range with a header row, or one argument a column."""

from collections.abc import Mapping

import numpy as np

from clv_xl.cells import BLANK, TEXT, Block, BoolArray, Cells, FloatArray, HeldBlock, IntArray
from clv_xl.errors import NA, NUM, VALUE, CellError, Text
from clv_xl.orders.columns import (
    END_OF_TIME,
    FIRST_DAY,
    LARGEST,
    Column,
    Names,
    Read,
    read_names,
    read_numbers,
)
from clv_xl.orders.headers import FIELDS, recognise, tells_status
from clv_xl.orders.log import Coded, Issue, OrderLog

ARGUMENTS = {
    "customer": "customer_ids",
    "date": "order_dates",
    "amount": "amounts",
    "order_id": "order_ids",
    "segment": "segments",
    "channel": "channels",
    "cost": "costs",
    "currency": "currencies",
}
LABELS = ("segment", "channel")  # where TRUE and FALSE are names like others
SPARSE_EXPORTS = frozenset(("shopify",))  # give the amount on the first line of an order only


def read_log(block: Block) -> OrderLog:
    """Read an order log from a range with a header row.

    Parameters
    ----------
    block : Block
        The range; blank rows above the header are passed over.

    Returns
    -------
    OrderLog
        The lines, and the issues found; rows are counted from the first row of the range.

    Raises
    ------
    CellError
        ``#VALUE!`` if the header row lacks a customer, date or amount, or is ambiguous.

    Examples
    --------
    >>> log = read_log(Block.from_rows([["Customer", "Date", "Amount"], ["Anna", 45000.0, 20.0]]))
    >>> list(log.customers.names), log.days.tolist(), log.amounts.tolist(), log.columns["customer"]
    (['Anna'], [45000.0], [20.0], 'Customer')
    """
    return block.derived("order_log", _read) if isinstance(block, HeldBlock) else _read(block)


def _read(block: Block) -> OrderLog:
    top = min((_first_filled(c) for c in block.columns), default=0)
    if top >= block.height:
        return assemble({}, {}, 1)
    header = [column.cell(top) for column in block.columns]
    if not any(isinstance(cell, str) for cell in header):
        got = next(cell for cell in header if cell is not None)
        raise CellError(VALUE, "no_header_row", row=top + 1, got=got)
    layout = recognise([cell if isinstance(cell, str) else None for cell in header])
    cells = {name: block.columns[i][slice(top + 1, None)] for name, i in layout.columns.items()}
    sparse = layout.export in SPARSE_EXPORTS
    log_issues = []
    if layout.unused:
        params = {"headers": ", ".join(layout.unused)}
        log_issues.append(Issue("columns_unused", "note", len(layout.unused), top + 1, params))
    status = [header for header in layout.unused if tells_status(header)]
    if status:
        found = {"headers": ", ".join(status)}
        log_issues.append(Issue("status_columns", "warning", len(status), top + 1, found))
    return assemble(cells, layout.headers, top + 2, sparse, log_issues)


def log_of_columns(
    customer_ids: Cells,
    order_dates: Cells | None = None,
    amounts: Cells | None = None,
    order_ids: Cells | None = None,
    segments: Cells | None = None,
    channels: Cells | None = None,
    costs: Cells | None = None,
    currencies: Cells | None = None,
    *,
    first_row: int = 1,
) -> OrderLog:
    """Make an order log from columns without a header.

    Shorter columns are taken as padded with blanks. Without amounts every line is 0, without dates
    all lines are of one day: enough to count customers and orders.

    Parameters
    ----------
    customer_ids, order_dates, amounts, order_ids, segments, channels, costs, currencies : Cells
        The columns.
    first_row : int
        Row of their first cell in the ranges as given: 2 where a header was cut off.

    Examples
    --------
    >>> log = log_of_columns(Cells.of(["A", "a", "B"]), Cells.of([45000.0, 45001.5, 45002.0]))
    >>> log.customers.codes.tolist(), log.days.tolist()
    ([0, 0, 1], [45000.0, 45001.5, 45002.0])
    """
    given = (customer_ids, order_dates, amounts, order_ids, segments, channels, costs, currencies)
    cells = {name: column for name, column in zip(FIELDS, given, strict=True) if column is not None}
    return assemble(cells, {name: ARGUMENTS[name] for name in cells}, first_row)


def _first_filled(cells: Cells) -> int:
    """Return the index of the first cell that is not blank, the height if there is none."""
    if cells.tags is None or not len(cells):
        return 0
    filled = cells.tags != BLANK
    first = int(np.argmax(filled))
    return first if filled[first] else len(cells)


def padded(cells: Cells, height: int) -> Cells:
    """Return a column cut or filled with blanks to a height."""
    if len(cells) >= height:
        return cells if len(cells) == height else cells[:height]
    more = height - len(cells)
    tags = np.zeros(len(cells), np.uint8) if cells.tags is None else cells.tags
    codes = cells.codes
    return Cells(
        np.concatenate((cells.numbers, np.full(more, np.nan))),
        np.concatenate((tags, np.full(more, BLANK, np.uint8))),
        None if codes is None else np.concatenate((codes, np.full(more, -1, np.int32))),
        cells.labels,
        cells.errors,
    )


def assemble(
    given: Mapping[str, Cells],
    names: dict[str, str],
    first_row: int,
    sparse: bool = False,
    issues: list[Issue] | None = None,
) -> OrderLog:
    """Read every column, put the lines that could be read together and collect the issues.

    Parameters
    ----------
    given : mapping
        Field -> its column, the header left out.
    names : dict
        Field -> its header, for the wording.
    first_row : int
        Row of the first cells.
    sparse : bool
        Whether only the first line of an order has its amount.
    issues : list of Issue, optional
        What was found before.
    """
    found = list(issues or ())
    height = max((c.filled() for c in given.values()), default=0)
    if height == 0:
        error = CellError(NA, "no_orders")
        found.insert(0, Issue("no_orders", "error", 0, 0, {}, error))
        nobody, nothing = Coded(np.empty(0, np.int32), ()), np.empty(0)
        return OrderLog(nobody, nothing, nothing, issues=tuple(found), columns=names)
    cells = {name: padded(column, height) for name, column in given.items()}
    skip = _blank_rows(cells)
    if skip is not None:
        row = first_row + int(np.argmax(skip))
        found.append(Issue("blank_rows", "note", int(skip.sum()), row))

    def column(name: str, without: BoolArray | None) -> Column:
        return Column(cells[name], name, names[name], first_row, without)

    ids: dict[str, Names] = {
        name: read_names(column(name, skip), required=name == "customer", booleans=name in LABELS)
        for name in ("customer", "order_id", "segment", "channel", "currency")
        if name in cells
    }
    passed = skip
    for key, severity, rows in _orderless(cells, ids, sparse):
        new = rows if passed is None else rows & ~passed
        if new.any():
            params = {"column": names["amount"]}
            found.append(Issue(key, severity, int(new.sum()), first_row + int(np.argmax(new)), params))
            passed = new if passed is None else passed | new
    days, amounts = Read(np.ones(height), None), Read(np.zeros(height), None)
    if "date" in cells:
        days = read_numbers(column("date", passed), FIRST_DAY, END_OF_TIME, date=True)
    if "amount" in cells:
        amounts = read_numbers(column("amount", passed), -LARGEST, LARGEST)
    costs = _read_costs(column("cost", passed), amounts.values) if "cost" in cells else None
    parts: list[Names | Read] = [*ids.values(), days, amounts, *([costs] if costs else [])]
    for part in parts:
        found.extend(part.issues)
    if "currency" in cells:
        found.extend(_currency_issues(ids["currency"], column("currency", passed)))
    drop = _either([passed, *(part.refused for part in parts)])
    keep = None if drop is None or not drop.any() else np.flatnonzero(~drop)
    if keep is not None and not keep.size and not any(i.error for i in found):
        found.append(Issue("no_orders", "error", 0, 0, {}, CellError(NA, "no_orders")))
    found.sort(key=lambda i: (i.error is None, i.first_row or np.inf))

    def of(name: str) -> Coded | None:
        return None if name not in ids else _kept_names(ids[name].coded, keep)

    return OrderLog(
        _kept_names(ids["customer"].coded, keep),
        _kept(days.values, keep),
        _kept(amounts.values, keep),
        of("order_id"),
        of("segment"),
        of("channel"),
        of("currency"),
        None if costs is None else _kept(costs.values, keep),
        None if keep is None else keep + first_row,
        first_row,
        tuple(found),
        names,
    )


def _kept(values: FloatArray, keep: IntArray | None) -> FloatArray:
    """Return the lines that are kept, None meaning all."""
    return values if keep is None else values[keep]


def _kept_names(names: Coded, keep: IntArray | None) -> Coded:
    """Return the names of the lines that are kept."""
    return names if keep is None else Coded(names.codes[keep], names.names)


def _either(masks: list[BoolArray | None]) -> BoolArray | None:
    """Return where one of the masks holds, None if there is none."""
    given = [mask for mask in masks if mask is not None]
    return np.logical_or.reduce(given) if given else None


def _blank_rows(cells: Mapping[str, Cells]) -> BoolArray | None:
    """Return the rows that are blank in every column, None if there is none."""
    blank: BoolArray | None = None
    for column in cells.values():
        if column.tags is None:
            return None
        here = column.is_tag(BLANK)
        blank = here if blank is None else blank & here
        if not blank.any():
            return None
    return blank


def _orderless(
    cells: Mapping[str, Cells], ids: Mapping[str, Names], sparse: bool
) -> list[tuple[str, str, BoolArray]]:
    """Find rows that are no line of an order: prospects, and further lines of a sparse export."""
    if "amount" not in cells or cells["amount"].tags is None:
        return []
    no_amount = cells["amount"].is_tag(BLANK)
    if not no_amount.any():
        return []
    found = []
    order_ids = ids["order_id"].coded.codes if "order_id" in ids else np.full(no_amount.size, -1)
    if sparse:
        paid = np.zeros(int(order_ids.max(initial=-1)) + 2, np.bool_)
        paid[order_ids[cells["amount"].is_tag(0)]] = True
        paid[-1] = False
        found.append(("continuation_rows", "note", no_amount & paid[order_ids]))
    if "date" in cells:
        known = (ids["customer"].coded.codes >= 0) & (order_ids < 0)
        found.append(("prospect_rows", "warning", no_amount & cells["date"].is_tag(BLANK) & known))
    return found


def _read_costs(column: Column, amounts: FloatArray) -> Read | None:
    """Read costs: blank or negative only where nothing was sold; None if the column is empty."""
    if not column.cells.filled():
        return None
    read = read_numbers(column, -LARGEST, LARGEST, blank=True)
    values, refused = read.values, read.refused
    if column.cells.tags is not None:
        values = np.where(column.cells.is_tag(BLANK) | column.cells.is_tag(TEXT), np.nan, values)
    sold = column.where(amounts > 0)
    if refused is not None:
        sold &= ~refused
    checks = (("blank", np.isnan(values) & sold), ("negative_cost", (values < 0) & sold))
    for key, mask in checks:
        if mask.any():
            expected = Text("expect.cost")
            read.issues.append(
                column.blank(mask, expected)
                if key == "blank"
                else column.refused(key, mask, NUM, expected, Text("mend.negative_cost"))
            )
            refused = mask if refused is None else refused | mask
    return Read(np.where(np.isnan(values), 0.0, values), refused, read.issues)


def _currency_issues(names: Names, column: Column) -> list[Issue]:
    """Refuse a log in more than one currency."""
    codes = np.where(column.where(names.coded.codes >= 0), names.coded.codes, -1)
    used = np.unique(codes[codes >= 0])
    if used.size < 2:
        return []
    spelled = names.coded.names
    first = int(codes[int(np.argmax(codes >= 0))])
    other = (codes >= 0) & (codes != first)
    error = CellError(
        VALUE,
        "two_currencies",
        got=spelled[int(codes[int(np.argmax(other))])],
        first=spelled[first],
        candidates=", ".join(spelled[i] for i in used[:5].tolist()),
    )
    return [column.issue("two_currencies", other, error)]
