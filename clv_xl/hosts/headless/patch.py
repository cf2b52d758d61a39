"""The new cached values of one sheet: what changes, what spills, what a former spill leaves behind."""

from collections.abc import Collection
from typing import Any, Protocol

from clv_xl.cells import Cell
from clv_xl.errors import SPILL, CellError
from clv_xl.hosts.headless.address import Area
from clv_xl.hosts.headless.book import Formula, Place, Sheet, members
from clv_xl.hosts.headless.cell_text import Change, encoded, shows
from clv_xl.hosts.headless.results import Results, outside
from clv_xl.hosts.headless.sheet_text import column_styles


class Shown(Protocol):
    """What a calculated workbook shows: the engine's, or another file's."""

    @property
    def results(self) -> Results:
        """Results that are narrowed or fitted."""

    def value(self, sheet: str, row: int, column: int) -> Cell:
        """Return the value a cell has."""

    def values(self, sheet: str, cells: Collection[Place]) -> dict[Place, Any]:
        """Return the values of many cells, each to be read with `cell`; those it leaves out take `value`."""

    def cell(self, value: Any) -> Cell:
        """Return a value as a cell."""

    def spill(self, sheet: str, row: int, column: int) -> Area | None:
        """Return the area that the formula in this cell spills over, or None."""


class Patch:
    """Collects the changes of one sheet.

    Parameters
    ----------
    sheet : Sheet
        The sheet as the file holds it.
    engine : Shown
        The evaluated workbook.

    Attributes
    ----------
    changes : dict
        What becomes of each cell that shows something new.
    errors : list
        Place and value of each cell that shows an error.
    spills : dict
        Area that each anchor spills over.
    outside : dict
        By anchor, what of a fixed area the result does not fill.
    """

    def __init__(self, sheet: Sheet, engine: Shown) -> None:
        self._sheet = sheet
        self._engine = engine
        self._styles: dict[int, int] | None = None
        self._values = engine.values(sheet.name, sheet.formulas)
        self.changes: dict[Place, Change] = {}
        self.errors: list[tuple[Place, CellError]] = []
        self.spills: dict[Place, Area] = {}
        self.outside: dict[Place, list[Area]] = {}

    def add(self, formula: Formula) -> None:
        """Take the value of a formula cell, and of the cells it spills into, from the engine."""
        place, cell = formula.place, formula.cell
        value = self._shown(place)
        if cell.kind != "array":
            self._keep_error(place, value)
            if not shows(cell.old_type, cell.old_text, *encoded(value)):
                self.changes[place] = Change(value)
            return
        area = self._engine.spill(self._sheet.name, *place) or Area(*place, *place)
        old = cell.ref or Area(*place, *place)
        own = area
        if not cell.dynamic:
            area = old
            own = self._engine.results.own((self._sheet.name, place), area)
            if own != area:
                self.outside[place] = outside(own, area)
        self._keep_error(place, value)
        self.spills[place] = area
        moved = formula.spills and area != old
        if moved or not shows(cell.old_type, cell.old_text, *encoded(value)):
            self.changes[place] = Change(value, ref=str(area) if moved else None)
        blocked = isinstance(value, CellError) and value.code == SPILL
        for member in members(area, place):
            if member not in self._sheet.formulas:
                self.put(member, self._shown(member), padding=member not in own)
        for member in members(old, place):
            if member not in self._sheet.formulas and (blocked or member not in area):
                self.changes.setdefault(member, Change(None))

    def put(self, place: Place, value: Cell, *, padding: bool = False) -> None:
        """Give a cell that holds no formula, or whose formula stays, this value; padding is no error."""
        if not padding:
            self._keep_error(place, value)
        self.changes[place] = Change(value, style=self._style(place))

    def _keep_error(self, place: Place, value: Cell) -> None:
        if isinstance(value, CellError):
            self.errors.append((place, value))

    def _shown(self, place: Place) -> Cell:
        if place in self._values:
            return self._engine.cell(self._values[place])
        return self._engine.value(self._sheet.name, *place)

    def _style(self, place: Place) -> bytes:
        """Return the style of a cell that has to be made: its column's, as when somebody types there."""
        if self._styles is None:
            self._styles = column_styles(self._sheet.text.data, self._sheet.text.prefix)
        style = self._styles.get(place[1], 0)
        return str(style).encode() if style else b""
