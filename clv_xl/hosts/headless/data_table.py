"""Excel's data tables (Data > What-If Analysis), which the engine lacks: inputs set, read, restored."""

import time
from collections.abc import Callable
from typing import Final

from clv_xl.cells import Cell
from clv_xl.hosts.headless.address import Area, cell_of
from clv_xl.hosts.headless.book import Place
from clv_xl.hosts.headless.engine import Engine
from clv_xl.hosts.headless.sheet_text import FormulaCell

_QUICK: Final = 0.05  # seconds


class DataTable:
    """One data table.

    Parameters
    ----------
    sheet : str
        The sheet it stands on; its input cells are on the same sheet.
    cell : FormulaCell
        The cell that holds the ``dataTable`` formula.
    """

    def __init__(self, sheet: str, cell: FormulaCell) -> None:
        self.sheet = sheet
        self.area = cell.ref or Area(cell.row, cell.column, cell.row, cell.column)
        self._two = cell.extra.get("dt2D") in ("1", "true")
        self._row = cell.extra.get("dtr") in ("1", "true")
        inputs = [cell_of(cell.extra.get(key, "")) for key in ("r1", "r2")]
        deleted = any(cell.extra.get(key) in ("1", "true") for key in ("del1", "del2"))
        self.inputs: list[Place] = [place for place in inputs if place is not None]
        self.usable = not deleted and len(self.inputs) == (2 if self._two else 1)

    def _settings(self, engine: Engine, row: int, column: int) -> tuple[list[Cell], Place]:
        """Return the value of each input for one cell, and the cell of the formula it shows."""
        top, left = self.area.top - 1, self.area.left - 1
        across = engine.value(self.sheet, top, column) if top else None
        down = engine.value(self.sheet, row, left) if left else None
        if self._two:  # r1 is the row input cell: it takes the values across the top
            return [across, down], (top, left)
        return ([across], (row, left)) if self._row else ([down], (top, column))

    def values(
        self, engine: Engine, formulas: dict[Place, str], settled: Callable[[], bool]
    ) -> dict[Place, Cell]:
        """Return the value of every cell of the table; the inputs are as before afterwards.

        Parameters
        ----------
        engine : Engine
            The evaluated workbook.
        formulas : dict
            Formulas of the sheet, to put back where an input cell holds one.
        settled : callable
            Evaluates all that spills; whether it had to.
        """
        before = [engine.value(self.sheet, *place) for place in self.inputs]
        settings = {place: self._settings(engine, *place) for place in self.area.cells()}
        found: dict[Place, Cell] = {}
        reader = _Reader(engine, self.sheet)
        for place, (values, formula) in settings.items():
            for target, value in zip(self.inputs, values, strict=True):
                engine.set_value(self.sheet, *target, value)
            if not all(formula):
                found[place] = None
            elif settled():
                found[place] = engine.value(self.sheet, *formula)
            else:
                found[place] = reader.value(formula)
        for target, value in zip(self.inputs, before, strict=True):
            if target in formulas:
                engine.set_formula(self.sheet, *target, formulas[target])
            else:
                engine.set_value(self.sheet, *target, value)
        engine.evaluate()
        settled()
        return found


class _Reader:
    """Reads a cell after an input has changed, in the faster of two ways.

    The engine evaluates one cell with what it needs, which takes as long as the workbook is large, or
    everything that depends on the input, which takes as long as that is. The first two cells tell; where
    the latter is quick, the former is not tried.
    """

    def __init__(self, engine: Engine, sheet: str) -> None:
        self._engine, self._sheet = engine, sheet
        self._ways = [self._all, self._alone]
        self._seconds: list[float] = []

    def value(self, place: Place) -> Cell:
        """Return the value of a cell now."""
        if len(self._seconds) == len(self._ways):
            return self._ways[self._seconds[0] > self._seconds[1]](place)
        if self._seconds and self._seconds[0] < _QUICK:
            return self._all(place)
        started = time.perf_counter()
        found = self._ways[len(self._seconds)](place)
        self._seconds.append(time.perf_counter() - started)
        return found

    def _all(self, place: Place) -> Cell:
        if self._engine.evaluate() is not None:  # it has given up on another cell
            return self._alone(place)
        return self._engine.value(self._sheet, *place)

    def _alone(self, place: Place) -> Cell:
        return self._engine.evaluate_cell(self._sheet, *place)
