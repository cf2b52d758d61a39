"""What a range argument may be: a column or an order log (others: small_ranges.py).

Columns of one call are read together (`read_columns`), because a header row, trailing blanks and
blank rows concern all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from clv_xl.catalogue import domains, shapes
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import Domain
from clv_xl.catalogue.shapes import Shape
from clv_xl.cells import BLANK, BOOLEAN, ERROR, NUMBER, TEXT, Block, Cell, Cells, IntArray
from clv_xl.errors import NA, NUM, VALUE, CellError, Text

if TYPE_CHECKING:
    from clv_xl.orders.store import Store

WHOLE_COLUMN = 1_048_576


def store_of(context: Context) -> "Store":
    """Return the store of a call, or raise the error of a host that has none."""
    if context.store is None:
        raise CellError(NA, "store_missing")
    return context.store


def as_block(value: Cell | Block) -> Block:
    """Return a single cell as a block of one."""
    return value if isinstance(value, Block) else Block((Cells.of([value]),))


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """A column of numbers, dates or ids, or the text of CLV.DATA that stands for it.

    Parameters
    ----------
    content : {"numbers", "dates", "ids"}
        What its cells hold.
    field : str
        Which column of a CLV.DATA text it means.
    domain : Domain
        What a number of it may be.
    raw : bool
        Whether the cells are taken as they are, to be judged later.
    """

    content: str
    field: str = ""
    domain: Domain = domains.ANY_NUMBER
    raw: bool = False
    shape: ClassVar[Shape] = shapes.COLUMN

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text(f"expect.column_{self.content}")

    def cells(self, value: Cell | Block, context: Context) -> Cells:
        """Return the column as cells."""
        if isinstance(value, str) and value.startswith(("@", "clv:")):
            from clv_xl.orders import data

            data.key_of(value)  # words what the text is, before whether this host has a store
            fields = data.download(store_of(context), value)
            if self.field not in fields:
                raise CellError(VALUE, "data_lacks_column", got=self.field)
            return fields[self.field]
        block = as_block(value)
        if block.width > 1 and block.height == 1:
            block = block.transposed()
        if block.width != 1:
            raise CellError(VALUE, "one_column", rows=block.height, columns=block.width)
        return block.columns[0]

    def _header_field(self) -> str | None:
        """Return the field of an order log that the column is, None where it is no such column."""
        from clv_xl.orders.reading import ARGUMENTS

        return next((name for name, argument in ARGUMENTS.items() if argument == self.field), None)

    def begins_with_header(self, cells: Cells) -> bool:
        """Return whether the first cell is a header: a text over numbers, or a known header name."""
        if not len(cells) or cells.is_tag(TEXT)[0] == np.False_:
            return False
        from clv_xl.orders.columns import date_order, looks_numeric
        from clv_xl.orders.headers import is_known_header

        first = str(cells.cell(0))
        if is_known_header(first, self._header_field()):
            return True
        if self.content == "ids" or looks_numeric(first) or date_order(first):
            return False
        filled = np.flatnonzero(~cells.is_tag(BLANK)[1:])
        return bool(filled.size) and bool(cells.is_tag(NUMBER)[1:][filled[0]])

    def read(self, cells: Cells, rows: IntArray | None, first_row: int) -> Any:
        """Return the values: float64, or `Coded` names for ids; the first bad row is raised."""
        if self.raw:
            return cells
        if self.content == "ids":
            return self._read_ids(cells, rows, first_row)
        domain = domains.Date() if self.content == "dates" else self.domain
        column = domain.read_column(cells)
        bad = column.first_refused
        if bad is not None:
            raise column.error(bad).with_params(row=row_of(bad, rows, first_row))
        return column.values

    def _read_ids(self, cells: Cells, rows: IntArray | None, first_row: int) -> Any:
        from clv_xl.orders.ids import coded

        infinite = np.isinf(cells.numbers)
        refused = infinite
        if cells.tags is not None:
            infinite &= cells.tags == NUMBER
            refused = infinite | (cells.tags == BOOLEAN) | (cells.tags == ERROR)
            if self.field != "order_ids":  # a line without an order id is an order of its own
                refused |= cells.tags == BLANK
        if refused.any():
            bad = int(np.argmax(refused))
            error = domains.refuse(NUM if infinite[bad] else VALUE, _ID, cells.cell(bad))
            raise error.with_params(row=row_of(bad, rows, first_row))
        return coded(cells)[0]


@dataclass(frozen=True, slots=True)
class _Id(domains.Word):
    """Only words what an id is."""

    @property
    def expected(self) -> Text:
        return Text("expect.id")


_ID = _Id()


def row_of(index: int, rows: IntArray | None, first_row: int) -> int:
    """Return the row of a range for an index into its data rows."""
    return int(rows[index]) + 1 if rows is not None else first_row + index


@dataclass(frozen=True, eq=False, slots=True)
class ColumnsRead:
    """The columns of one call after trimming.

    Parameters
    ----------
    values : dict
        What the body takes, by argument name.
    height : int
        Height of the ranges as given (of the filled part, for whole columns).
    kept : ndarray of int64
        Index of each kept row in the range as given.
    """

    values: dict[str, Any]
    height: int
    kept: IntArray


def read_columns(given: Mapping[str, tuple[ColumnOf, Any]], context: Context) -> ColumnsRead:
    """Read the columns of one call together.

    Trailing blank rows are trimmed, whole columns padded, a header row skipped in all columns, and
    wholly blank rows left out. Columns of one CLV.DATA text are read once, however many cells name it.
    """
    texts = {value for _, value in given.values() if isinstance(value, str)}
    if len(texts) != 1 or not all(isinstance(value, str) for _, value in given.values()):
        return _read_columns(given, context)
    from clv_xl.orders import data

    text = texts.pop()
    if context.store is None or not data.is_data_text(text):
        return _read_columns(given, context)
    asked = tuple((name, kind) for name, (kind, _) in given.items())
    return context.store.derived(data.key_of(text), asked, lambda _: _read_columns(given, context))


def _read_columns(given: Mapping[str, tuple[ColumnOf, Any]], context: Context) -> ColumnsRead:
    columns: dict[str, Cells] = {}
    for name, (kind, value) in given.items():
        try:
            columns[name] = kind.cells(value, context)
        except CellError as error:
            raise error.with_params(argument=name) from None
    first, *others = columns
    heights = {name: len(cells) for name, cells in columns.items()}
    headed = {name: given[name][0].begins_with_header(cells) for name, cells in columns.items()}
    for name in others:
        differ = heights[name] != heights[first]
        # A header in one and none in the other tells that a part beside a whole column begins
        # lower: padded, its rows would be laid beside other rows than their own.
        if differ and (headed[name] != headed[first] or max(heights[name], heights[first]) < WHOLE_COLUMN):
            raise CellError(
                NA, "lengths_differ", argument=name, got=heights[name], other=first, expected=heights[first]
            )
    filled = max(c.filled() for c in columns.values())
    from clv_xl.orders.reading import padded

    columns = {name: padded(cells, filled) for name, cells in columns.items()}
    start = int(any(headed.values()))
    rows = _filled_rows(columns, start, keep_all=any(kind.raw for kind, _ in given.values()))
    count = filled - start if rows is None else rows.size
    if count <= 0:
        raise CellError(NA, "no_rows", argument=first)
    values: dict[str, Any] = {}
    for name, cells in columns.items():
        data = cells[start:] if rows is None else taken(cells, rows)
        try:
            values[name] = given[name][0].read(data, rows, start + 1)
        except CellError as error:
            raise error.with_params(argument=name) from None
    height = max(heights.values())
    kept = np.arange(start, filled) if rows is None else rows
    return ColumnsRead(values, filled if height >= WHOLE_COLUMN else height, kept)


def _filled_rows(columns: Mapping[str, Cells], start: int, *, keep_all: bool) -> IntArray | None:
    """Return the rows in which not every column is blank, None where that is every row."""
    tags = [cells.tags for cells in columns.values()]
    if keep_all or any(t is None for t in tags):
        return None
    blank = np.logical_and.reduce([t[start:] == BLANK for t in tags if t is not None])
    return np.flatnonzero(~blank) + start if blank.any() else None


def taken(cells: Cells, rows: IntArray) -> Cells:
    """Return some rows of a column."""
    return Cells(
        cells.numbers[rows],
        None if cells.tags is None else cells.tags[rows],
        None if cells.codes is None else cells.codes[rows],
        cells.labels,
        cells.errors,
    )


@dataclass(frozen=True, slots=True)
class _Orders(domains.Word):
    """Only words what a single cell in place of an order log must be."""

    @property
    def expected(self) -> Text:
        return Text("expect.order_log")


_ORDERS = _Orders()


@dataclass(frozen=True, slots=True)
class OrderLogRange:
    """An order log: a range with a header row, the text of CLV.DATA, or a source's ``"@name"``.

    Parameters
    ----------
    strict : bool
        Whether the first issue found is raised; CLV.CHECK lists them all instead.
    """

    strict: bool = True
    shape: ClassVar[Shape] = shapes.ORDERS

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return _ORDERS.expected

    def read_range(self, value: Cell | Block, context: Context) -> Any:
        """Return an `OrderLog`."""
        from clv_xl.orders import data, reading

        if isinstance(value, Block) and value.height * value.width > 1:
            log = reading.read_log(value)
        else:
            cell = value.columns[0].cell(0) if isinstance(value, Block) else value
            if not isinstance(cell, str):
                raise domains.refuse(VALUE, _ORDERS, cell)
            data.key_of(cell)
            log = data.order_log(store_of(context), cell)
        return log.strict() if self.strict else log
