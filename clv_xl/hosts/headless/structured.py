"""Tables and the structured references to them, turned into addresses.

Engines differ in which structured references they read; an address is read by all of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from clv_xl.hosts.headless.address import Area, quoted

_ITEM = re.compile(r"\[((?:[^\[\]']|'.)*)\]|([,:\s]+)|((?:[^\[\],:']|'.)+)", re.DOTALL)
_ESCAPE = re.compile(r"'(.)", re.DOTALL)
THIS_ROW = re.compile(r"\[@|\[\s*#this row\s*\]", re.IGNORECASE)
_BREAK = re.compile(r"[\r\n]+")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the workbook: where it lies and what its columns are called."""

    name: str
    sheet: str
    area: Area
    columns: tuple[str, ...]
    header_rows: int = 1
    total_rows: int = 0

    @property
    def body(self) -> Area:
        """The data rows."""
        area = self.area
        return Area(area.top + self.header_rows, area.left, area.bottom - self.total_rows, area.right)

    def column(self, name: str) -> int | None:
        """Return the sheet column of a table column, found without regard to case."""
        wanted = _folded(name)
        for i, column in enumerate(self.columns):
            if _folded(column) == wanted:
                return self.area.left + i
        return None


def _folded(name: str) -> str:
    return _BREAK.sub(" ", name).strip().casefold()


@dataclass(frozen=True, slots=True)
class _Spec:
    """What stands in the brackets: items (#All ...) and the first and last column."""

    items: frozenset[str]
    columns: tuple[str, ...]


def _spec(text: str) -> _Spec:
    """Read the brackets of a structured reference, outer ones included."""
    inner = text[1:-1].strip()
    items: set[str] = set()
    columns: list[str] = []
    if inner.startswith("@"):
        items.add("#this row")
        inner = inner[1:].strip()
    if "[" not in inner.replace("'[", ""):
        if inner.startswith("#"):
            items.add(inner.casefold())
        elif inner:
            columns.append(_ESCAPE.sub(r"\1", inner))
        return _Spec(frozenset(items), tuple(columns))
    for found in _ITEM.finditer(inner):
        if found[2] is not None:
            continue
        word = found[1] if found[1] is not None else found[3].strip()
        if word.startswith("#"):
            items.add(word.casefold())
        elif word:
            columns.append(_ESCAPE.sub(r"\1", word))
    return _Spec(frozenset(items), tuple(columns))


def _rows(table: Table, items: frozenset[str], row: int) -> tuple[int, int] | str:
    """Return the first and last row that `items` name, or the error code the cell shows."""
    area, body = table.area, table.body
    if "#all" in items:
        return area.top, area.bottom
    if "#this row" in items:
        return (row, row) if body.top <= row <= body.bottom else "#VALUE!"
    spans = []
    if "#headers" in items:
        if not table.header_rows:
            return "#REF!"
        spans.append((area.top, body.top - 1))
    if "#data" in items or not items:
        spans.append((body.top, body.bottom))
    if "#totals" in items:
        if not table.total_rows:
            if not spans:
                return "#REF!"
        else:
            spans.append((body.bottom + 1, area.bottom))
    if not spans:
        return "#REF!"
    return min(first for first, _ in spans), max(last for _, last in spans)


def address_of(text: str, tables: Mapping[str, Table], sheet: str, row: int, column: int) -> str | None:
    """Return the address that a structured reference (or a bare table name) stands for.

    Parameters
    ----------
    text : str
        ``Orders``, ``Orders[[#All],[a]:[b]]``, ``Orders[@a]``; without a name inside a table.
    tables : Mapping
        Tables by case-folded name.
    sheet, row, column
        The cell whose formula it is.

    Returns
    -------
    str or None
        An address with its sheet, an error code such as ``#REF!``, or None where there is no such table.
    """
    name, bracket, rest = text.partition("[")
    if name:
        table = tables.get(name.casefold())
    else:
        table = next((t for t in tables.values() if t.sheet == sheet and (row, column) in t.area), None)
    if table is None:
        return None
    spec = _spec(bracket + rest) if bracket else _Spec(frozenset(), ())
    rows = _rows(table, spec.items, row)
    if isinstance(rows, str):
        return rows
    left, right = table.area.left, table.area.right
    if spec.columns:
        found = [table.column(spec.columns[0]), table.column(spec.columns[-1])]
        ends = sorted(end for end in found if end is not None)
        if len(ends) < 2:
            return "#REF!"
        left, right = ends
    return f"{quoted(table.sheet)}!{Area(rows[0], left, rows[1], right).absolute()}"
