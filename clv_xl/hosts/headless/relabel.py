"""A workbook calculated with what its twin shows: numbers are taken from there, texts are calculated.

For the files we build ourselves and nothing else: two workbooks of one description hold the same formulas
in the same places, so that a number of one is the number of the other.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from clv_xl.hosts.headless import output as files
from clv_xl.hosts.headless.address import Area, a1
from clv_xl.hosts.headless.book import Book, Place, Sheet
from clv_xl.hosts.headless.calc import Run, collector_paused
from clv_xl.hosts.headless.cell_text import Change
from clv_xl.hosts.headless.charts import redrawn
from clv_xl.hosts.headless.engine import Functions
from clv_xl.hosts.headless.package import Package
from clv_xl.hosts.headless.patch import Patch
from clv_xl.hosts.headless.report import Report
from clv_xl.hosts.headless.sheet_text import FormulaCell, SheetText
from clv_xl.hosts.headless.twin import Kind, NoTwinError, Values, by_sheet
from clv_xl.hosts.headless.waits import Waits

_WHOLE: Final = "ANCHORARRAY("


def relabelled(
    written: Path, output: Path, functions: Functions, known: list[Values]
) -> tuple[Report, list[Values]]:
    """Calculate the texts of a workbook, and take the rest from its twin in another language.

    Parameters
    ----------
    written : Path
        The workbook with its formulas, not calculated.
    output : Path
        Where the copy with values goes: the same file as a calculation of everything gives.
    functions : Functions
        The functions of the catalogue in the language of the workbook.
    known : list of Values
        What its twin shows.

    Returns
    -------
    tuple
        The report of the calculation, and what the workbook shows now.

    Raises
    ------
    UserError
        When a file cannot be read or written.
    NoTwinError
        When the workbooks are no twins, or one has what cannot be taken apart: a data table of texts, a
        text that reads a whole spill.
    """
    files.refuse_output(written, output)
    with Package(written) as package:
        run = _Relabelling(package, functions, known)
        run.read((), ())
        run.load()
        with collector_paused():
            run.evaluate()
            values = run.shown()
            run.write(output)
        return run.report, values


def carried(written: Path, output: Path, known: list[Values]) -> None:
    """Write a workbook with the values that its twin shows, texts and all.

    Raises
    ------
    UserError
        When a file cannot be read or written.
    NoTwinError
        When the workbooks are no twins.
    """
    with Package(written) as package:
        values_of = by_sheet(package, known)
        parts: dict[str, bytes] = {}
        for entry in package.sheets:
            values = values_of[entry.name]
            sheet = Sheet(entry.name, entry.part, SheetText(package.read(entry.part), entry.part))
            sheet.left_out = list(sheet.text.formulas())
            values.check(sheet.name, {(c.row, c.column): (c.kind, c.dynamic) for c in sheet.left_out})
            text, changed = sheet.text.changed(sheet.spans(), values.shown_in(sheet, sheet.left_out).changes)
            if changed:
                parts[sheet.part] = text
        files.write(package, output, parts | redrawn(package, parts))


class _HeldBook(Book):
    """A workbook whose formulas without texts are left out, with the values of its twin."""

    def __init__(self, package: Package, ours: frozenset[str], known: dict[str, Values]) -> None:
        self._twins = known
        self._worded = {name: values.worded() for name, values in known.items()}
        self._refs: dict[tuple[str, Place], Area | None] = {}
        super().__init__(package, ours)

    def _formula_cells(self, sheet: Sheet) -> Iterator[FormulaCell]:
        known, worded = self._twins[sheet.name], self._worded[sheet.name]
        kinds: dict[Place, Kind] = {}
        for cell in sheet.text.formulas():
            place = cell.row, cell.column
            kinds[place] = cell.kind, cell.dynamic
            if place not in worded:
                sheet.left_out.append(cell)
                continue
            if cell.kind == "dataTable":  # what it calculates with would be a constant
                raise NoTwinError(f"{sheet.name}!{a1(*place)}: a data table of texts")
            if _WHOLE in cell.text.upper():  # the spill that it reads may have become constants
                raise NoTwinError(f"{sheet.name}!{a1(*place)}: a text of a whole spill")
            if place in known.areas:  # readers who know from the start where it lies are calculated once
                self._refs[sheet.name, place] = cell.ref
                cell.ref = known.areas[place]
            yield cell
        known.check(sheet.name, kinds)

    def _engine_changes(self, sheet: Sheet, waits: Waits) -> dict[Place, Change]:
        known = self._twins[sheet.name]
        left_out, sheet.left_out = sheet.left_out, []
        changes = super()._engine_changes(sheet, waits)
        sheet.left_out = left_out
        for cell in left_out:
            for place in known.covered((cell.row, cell.column)):
                changes[place] = Change(known.cells.get(place), constant=True)
        return changes

    def restore(self) -> None:
        """Let the formulas have the areas that the file gives them."""
        for (sheet, place), ref in self._refs.items():
            self.sheets[sheet].formulas[place].cell.ref = ref


class _Relabelling(Run):
    """A calculation of what is worded."""

    book: _HeldBook

    def __init__(self, package: Package, functions: Functions, known: list[Values]) -> None:
        super().__init__(package, functions, None)
        self._twins = by_sheet(package, known)

    def _opened(self, ours: frozenset[str]) -> Book:
        return _HeldBook(self._package, ours, self._twins)

    def write(self, output: Path | None) -> None:
        self.book.restore()
        super().write(output)

    def _patch(self, sheet: Sheet) -> Patch:
        patch = super()._patch(sheet)
        patch.changes |= self._twins[sheet.name].shown_in(sheet, sheet.left_out).changes
        return patch

    def shown(self) -> list[Values]:
        """Return what the workbook shows, once it has been calculated."""
        return [self._shown(sheet) for sheet in self.book.sheets.values()]

    def _shown(self, sheet: Sheet) -> Values:
        known, engine = self._twins[sheet.name], self.engine
        worded: list[Place] = []
        for place, formula in sheet.formulas.items():
            area = engine.spill(sheet.name, *place) if formula.cell.kind == "array" else None
            if (area.cells() if area else [place]) != known.covered(place):
                raise NoTwinError(f"{sheet.name}!{a1(*place)} is of another size than in the twin")
            worded += known.covered(place)
        found = engine.values(sheet.name, worded)
        new = {place: engine.cell(found[place]) for place in worded}
        return replace(known, name=sheet.name, cells={**known.cells, **new})
