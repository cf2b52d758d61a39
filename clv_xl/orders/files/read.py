"""A file of orders, a CSV or Excel export, read into an order log; what was understood is told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from clv_xl.cells import BLANK, Cells
from clv_xl.errors import CellError, Text
from clv_xl.metrics.sums import exact_sum
from clv_xl.orders.files.asked import NO_COLUMN, OPTIONS, Asked
from clv_xl.orders.files.cells import read_grid
from clv_xl.orders.files.costs import Costs, read_costs
from clv_xl.orders.files.dates import Dates, read_dates, written
from clv_xl.orders.files.encoding import separator_name
from clv_xl.orders.files.grid import Grid
from clv_xl.orders.files.left import Left, left_rows, lost_money, reason
from clv_xl.orders.files.numbers import Money, decimal_mark
from clv_xl.orders.files.refunds import Refunds, read_refunds, refund_column
from clv_xl.orders.files.taxes import Taxes, taxes_of
from clv_xl.orders.files.totals import Total, without_totals
from clv_xl.orders.files.twins import Twins, twins_of
from clv_xl.orders.headers import FIELDS, REQUIRED, Layout, fold, recognise, tells_status, vocabulary
from clv_xl.orders.log import Issue, OrderLog
from clv_xl.orders.reading import SPARSE_EXPORTS, assemble

_OWN: Mapping[str, str] = {  # the header that means a field and beats every other
    "customer": "customer_id", "date": "order_date", "amount": "amount", "order_id": "order_id",
    "segment": "segment", "channel": "channel", "cost": "cost", "currency": "currency",
}  # fmt: skip


NO_ORDER = ("continuation_rows", "prospect_rows")  # rows passed over without fault
_STATES: Final = 8  # different values up to which those of a column of states are counted


@dataclass(frozen=True, eq=False, slots=True)
class OrderFile:
    """A file of orders as read.

    Parameters
    ----------
    log : OrderLog
        Its lines, with the issues; those that could not be read are left out.
    grid : Grid
        What kind of file it is; its cells are gone.
    header_row : int
        Row of the headers.
    layout : Layout
        Which column is which.
    rows : int
        Rows below the headers that may be lines of orders: not blank ones, prospects, or further rows
        of an order whose amount stands on its first row.
    decimal : str
        The decimal mark of its texts, ``""`` where none was needed.
    dates : Dates
        How its dates are written.
    currencies : dict
        Currencies named beside amounts, each with its first row.
    totals : tuple of Total
        Total lines; they are no orders.
    refunds : Refunds or None
        Money given back, one a line of the log, where a column holds it.
    taxes : Taxes
        Whether the amounts hold VAT.
    states : dict
        Header of a column that may mark lines as cancelled -> how often it holds which text; of one
        with many texts ``""`` -> how often it holds any.
    settled : frozenset of (str, str)
        Header and text of the states all of whose rows have money given back.
    left : tuple of Left
        The rows left out one by one; empty if they are many.
    lost_money : tuple of (float, int)
        Money of the rows left out, and how many of them have an amount that can be read.
    costs : Costs or None
        Which lines of the log have a cost that can be used, where a column holds them.
    twins : Twins
        Lines that repeat another one in every cell.
    """

    log: OrderLog
    grid: Grid
    header_row: int
    layout: Layout
    rows: int
    decimal: str
    dates: Dates
    currencies: dict[str, int]
    totals: tuple[Total, ...]
    refunds: Refunds | None
    taxes: Taxes
    states: dict[str, dict[str, int]]
    settled: frozenset[tuple[str, str]]
    left: tuple[Left, ...]
    lost_money: tuple[float, int]
    costs: Costs | None
    twins: Twins

    @property
    def read(self) -> int:
        """How many rows below the headers hold anything."""
        passed = sum(issue.count for issue in self.log.issues if issue.key in NO_ORDER)
        return self.rows + passed + len(self.totals)

    @property
    def left_out(self) -> tuple[Issue, ...]:
        """Why lines were left out."""
        return tuple(issue for issue in self.log.issues if issue.error is not None)

    @property
    def lost(self) -> int:
        """How many lines were left out; one may have several reasons."""
        return self.rows - len(self.log)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headers that were taken for nothing."""
        return self.layout.unused


def read_orders(asked: Asked) -> OrderFile:
    """Read a file of orders.

    Parameters
    ----------
    asked : Asked
        The file and what is said about it.

    Raises
    ------
    UserError
        In one sentence, what the file, a column or a row of it is, what it should be, and what mends it.
    """
    grid = read_grid(asked, lambda row: _fields(asked, row))
    top, layout = _headed(asked, grid)
    cells = {name: _column(grid, i, top) for name, i in layout.columns.items()}
    first = top + 2
    dates = read_dates(asked, layout.headers["date"], cells["date"], first)
    money = {
        name: Money.of(layout.headers[name], cells[name], first)
        for name in ("amount", "cost")
        if name in cells
    }
    place, sure = refund_column(asked, _texts(grid.row(top)), layout, top + 1)
    back = None if place < 0 else Money.of(grid.row(top)[place].strip(), _column(grid, place, top), first)
    mark = decimal_mark(asked, [*money.values(), *([back] if back and sure else [])], grid.separator)
    cells["date"] = dates.cells
    cells.update({name: column.read(mark) for name, column in money.items()})
    totals = without_totals(grid, first, cells)
    costs = None
    if "cost" in cells and (usable := read_costs(layout.headers["cost"], cells["cost"], cells["amount"])):
        costs, cells["cost"] = usable
    if back and sure:
        layout = replace(layout, unused=tuple(h for h in layout.unused if fold(h) != fold(back.name)))
    words = vocabulary()
    status = [
        h for h in layout.unused if tells_status(h) and "refunded" not in words.meanings(h, layout.export)
    ]
    found = [Issue("status_columns", "warning", len(status), top + 1, {"headers": ", ".join(status)})]
    sparse = layout.export in SPARSE_EXPORTS
    log = assemble(cells, layout.headers, first, sparse, found if status else [])
    rows = _rows(cells) - sum(issue.count for issue in log.issues if issue.key in NO_ORDER)
    _refuse(asked, log, rows)
    lines = np.arange(len(log)) if log.rows is None else log.rows - first
    refunds, settled = None, frozenset[tuple[str, str]]()
    if back:
        given = read_refunds(back, mark, cells["amount"], sure=sure, asked=bool(asked.refunded))
        refunds = replace(given, values=given.values[lines])
        settled = _settled(grid, [(header, _place(grid, top, header)) for header in status], top, given)

    def total(header: str) -> float:
        column = Money.of(header, _column(grid, _place(grid, top, header), top), first).read(mark)
        values = np.nan_to_num(column.numbers)
        values[[one.row - first for one in totals]] = 0.0
        return exact_sum(values)

    named = {code: row for column in reversed(money.values()) for code, row in column.currencies().items()}
    told = Grid([], grid.encoding, grid.separator, grid.sheet)
    return OrderFile(
        log, told, top + 1, layout, rows, mark, dates, named, totals, refunds, taxes_of(layout, total),
        {header: _states(grid, _place(grid, top, header), top) for header in status}, settled,
        left_rows(cells, layout.headers, first, log, rows - len(log), sparse=sparse),
        lost_money(cells, first, log, rows - len(log), sparse=sparse),
        None if costs is None else costs.taking(lines), twins_of(grid, log),
    )  # fmt: skip


def _texts(row: Sequence[Any]) -> list[str | None]:
    """Return the headers of a row, None where a cell is none."""
    return [cell if isinstance(cell, str) and cell.strip() else None for cell in row]


def _column(grid: Grid, place: int, top: int) -> Cells:
    """Return the cells of a column below the headers."""
    return Cells.of([cell if cell is not None else "" for cell in grid.columns[place][top + 1 :]])


def _place(grid: Grid, top: int, header: str) -> int:
    """Return the first column of a header."""
    return next(i for i, cell in enumerate(grid.row(top)) if isinstance(cell, str) and cell.strip() == header)


def _states(grid: Grid, place: int, top: int) -> dict[str, int]:
    """Return how often a column holds which text, or any where the texts are many or dates."""
    cells = grid.columns[place][top + 1 :]
    found = Counter(cell.strip() for cell in cells if isinstance(cell, str) and cell.strip())
    if len(found) > _STATES or any(written(text) for text in found):
        return {"": found.total()}
    return dict(found.most_common())


def _settled(
    grid: Grid, columns: list[tuple[str, int]], top: int, refunds: Refunds
) -> frozenset[tuple[str, str]]:
    """Return the states all of whose rows have money given back that is subtracted."""
    found: set[tuple[str, str]] = set()
    for header, place in columns if refunds.taken else ():
        texts = [cell.strip() if isinstance(cell, str) else "" for cell in grid.columns[place][top + 1 :]]
        open_ = {text for text, back in zip(texts, refunds.values.tolist(), strict=True) if not back}
        found |= {(header, text) for text in texts if text and text not in open_}
    return frozenset(found)


def _rows(cells: Mapping[str, Cells]) -> int:
    """Return how many rows hold anything."""
    blank = np.logical_and.reduce([column.is_tag(BLANK) for column in cells.values()])
    return int(blank.size - blank.sum())


def _refuse(asked: Asked, log: OrderLog, rows: int) -> None:
    """Refuse a file without orders, in two currencies, or of which most could not be read."""
    for issue in log.issues:
        if issue.key == "two_currencies" and issue.error is not None:
            params = issue.error.params
            raise asked.refuse(
                "data.two_currencies",
                column=params["column"],
                line=float(issue.first_row),
                other=params["got"],
                first=params["first"],
            )
    broken = [issue for issue in log.issues if issue.error is not None and issue.first_row]
    if len(log) * 2 >= rows and len(log):
        return
    if not broken:
        raise asked.refuse("data.no_orders")
    worst = max(broken, key=lambda issue: issue.count)
    assert worst.error is not None
    raise asked.refuse(
        "data.most_unread", lost=float(rows - len(log)), rows=float(rows), reason=reason(worst),
        line=float(worst.first_row),
    )  # fmt: skip


def _headed(asked: Asked, grid: Grid) -> tuple[int, Layout]:
    """Return the index of the header row and which column is which."""
    rows = list(grid.top())
    scores = [_fields(asked, row) for row in rows]
    filled = [sum(cell not in ("", None) for cell in row) for row in rows]
    wide = next(
        (i for i, count in enumerate(filled) if count > 1), next((i for i, n in enumerate(filled) if n), 0)
    )
    best = max(range(len(rows)), key=lambda i: (scores[i], i == wide), default=0)
    top = best if scores[best] > 1 else wide
    layout = _layout(asked, rows[top], top + 1)
    if top + 1 >= grid.height or not any(
        cell not in ("", None) for column in grid.columns for cell in column[top + 1 :]
    ):
        raise asked.refuse("data.only_header", line=float(top + 1))
    if grid.separator:
        _refuse_overhang(asked, grid, top)
    return top, layout


def _refuse_overhang(asked: Asked, grid: Grid, top: int) -> None:
    """Refuse rows of a text file with more cells than it has headers: a 5,50 between commas is two."""
    width = max(i for i, cell in enumerate(grid.row(top), 1) if cell not in ("", None))
    over = [i for column in grid.columns[width:] for i, cell in enumerate(column) if i > top and cell.strip()]
    if over:
        line = min(over)
        count = max(i for i, cell in enumerate(grid.row(line), 1) if cell.strip())
        raise asked.refuse(
            "data.uneven", line=float(line + 1), count=float(count), expected=float(width),
            separator=separator_name(grid.separator),
        )  # fmt: skip


def _fields(asked: Asked, row: Sequence[Any]) -> int:
    """Return how many fields of an order the headers of a row name."""
    words = vocabulary()
    texts = [cell for cell in row if isinstance(cell, str) and cell.strip()]
    export = words.export_of([fold(text) for text in texts])
    asked_for = {fold(h): name for name, h in asked.columns.items() if not _is_unused(name, h)}
    named: set[str] = set()
    for text in texts:
        named |= {asked_for.get(fold(text), ""), *words.meanings(text, export)}
    return len(named.intersection(FIELDS)) * 2 + len(named.intersection(REQUIRED))


def _layout(asked: Asked, row: Sequence[Any], line: int) -> Layout:
    """Return which column is which: as asked, the others by their headers."""
    headers = _texts(row)
    if not any(headers):
        raise asked.refuse(
            "data.no_header", line=float(line), got=next((c for c in row if c not in ("", None)), None)
        )
    renamed: list[str | None] = list(headers)
    shown = ", ".join(header.strip() for header in headers if header)
    for name, header in asked.columns.items():
        if _is_unused(name, header):
            renamed = [None if h and name in vocabulary().meanings(h, "") else h for h in renamed]
            continue
        hits = [i for i, h in enumerate(headers) if h and h.strip() == header.strip()]
        hits = hits or [i for i, h in enumerate(headers) if h and fold(h) == fold(header)]
        if len(hits) != 1:
            key = "data.no_such_header" if not hits else "data.header_twice"
            raise asked.refuse(
                key, option=OPTIONS[name], got=header, found=shown, line=float(line), count=float(len(hits))
            )
        for i, h in enumerate(headers):
            if h and i not in hits and name in vocabulary().meanings(h, ""):
                renamed[i] = None
        renamed[hits[0]] = _OWN[name]
    try:
        layout = _recognised(renamed, told=bool(asked.currency))
    except CellError as error:
        raise _unrecognised(asked, error, shown, line) from error
    taken = {name: str(headers[i]).strip() for name, i in layout.columns.items()}
    unused = tuple(h.strip() for i, h in enumerate(headers) if h and i not in layout.columns.values())
    return Layout(layout.columns, taken, unused, layout.export)


def _is_unused(name: str, header: str) -> bool:
    """Return whether a column is to be left unused: costs need not be taken, all else has to be named."""
    return name == "cost" and header == NO_COLUMN


def _recognised(headers: Sequence[str | None], *, told: bool) -> Layout:
    """Recognise headers; where the currency is told anyway, columns that rival for it are passed over."""
    try:
        return recognise(headers)
    except CellError as error:
        field = error.params.get("field")
        if not told or not isinstance(field, Text) or field.key != "field.currency":
            raise
    words = vocabulary()
    return recognise([None if h and "currency" in words.meanings(h, "") else h for h in headers])


def _unrecognised(asked: Asked, error: CellError, found: str, line: int) -> Exception:
    """Return the error for headers that name a field not at all, or twice."""
    params = dict(error.params)
    name = params["field"].key.removeprefix("field.")
    return asked.refuse(
        f"data.{error.key}",
        field=params["field"],
        option=OPTIONS[name],
        line=float(line),
        found=found,
        **{key: params[key] for key in ("candidates", "header", "count") if key in params},
    )
