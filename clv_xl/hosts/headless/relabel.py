"""Values carried from a calculated workbook into its twin: the same cells, written in another language.

For the files we build ourselves and nothing else: two workbooks of one description hold the same formulas
in the same places, so that a number of one is the number of the other. What somebody has changed since is
nobody's twin and is calculated.
"""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clv_xl.cells import Cell
from clv_xl.errors import CellError
from clv_xl.hosts.headless import output as files
from clv_xl.hosts.headless.address import Area, a1
from clv_xl.hosts.headless.book import Formula, Place, Sheet, members
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.cell_text import Change, decoded
from clv_xl.hosts.headless.engine import Functions
from clv_xl.hosts.headless.package import Package
from clv_xl.hosts.headless.patch import Patch
from clv_xl.hosts.headless.report import Report
from clv_xl.hosts.headless.results import Results
from clv_xl.hosts.headless.sheet_text import FormulaCell, SheetText


class NoTwinError(ValueError):
    """Two workbooks that should have the same formulas in the same places have not."""


@dataclass(slots=True)
class Values:
    """What the formulas of one sheet show.

    Parameters
    ----------
    name : str
        The sheet.
    kinds : dict
        By place, the kind of the formula and whether it spills.
    areas : dict
        By place, what an array or a data table covers, if that is more than its cell.
    cells : dict
        The value of every formula cell and of every cell that one covers.
    """

    name: str
    kinds: dict[Place, tuple[str, bool]] = field(default_factory=dict)
    areas: dict[Place, Area] = field(default_factory=dict)
    cells: dict[Place, Cell] = field(default_factory=dict)
    results: Results = field(default_factory=Results)

    @classmethod
    def of(cls, sheet: Sheet) -> "Values":
        """Read them from a sheet."""
        found = cls(sheet.name)
        covered: list[Place] = []
        for cell in _cells(sheet):
            place = cell.row, cell.column
            found.kinds[place] = cell.kind, cell.dynamic
            found.cells[place] = decoded(cell.old_type, cell.old_text)
            if cell.kind in ("array", "dataTable") and cell.ref is not None and members(cell.ref, place):
                found.areas[place] = cell.ref
                covered += [member for member in members(cell.ref, place) if member not in sheet.formulas]
        shown = sheet.text.values_of(covered)
        for place in covered:
            value_type, text = shown.get(place, ("", ""))
            if value_type == "s":
                raise NoTwinError(f"{sheet.name}!{a1(*place)} is a text of the workbook, not of a formula")
            found.cells[place] = decoded(value_type, text)
        return found

    def value(self, _: str, row: int, column: int) -> Cell:
        """Return the value a cell has."""
        return self.cells.get((row, column))

    def spill(self, _: str, row: int, column: int) -> Area | None:
        """Return the area that the formula in this cell covers, or None."""
        return self.areas.get((row, column))

    def shown_by(self, place: Place) -> list[Cell]:
        """Return every value that the formula in this cell gives."""
        area = self.areas.get(place) or Area(*place, *place)
        return [self.cells.get(cell) for cell in area.cells()]

    def worded(self) -> set[Place]:
        """Return the formulas that show a text anywhere, which is another in another language."""
        return {place for place in self.kinds if any(isinstance(v, str) and v for v in self.shown_by(place))}

    def check(self, twin: "Values", places: Iterable[Place] | None = None) -> None:
        """Refuse a twin whose formulas are others or stand elsewhere.

        Raises
        ------
        NoTwinError
            Naming the first cell that differs.
        """
        mine = self.kinds if places is None else {place: self.kinds[place] for place in places}
        unlike = sorted(p for p in mine.keys() | twin.kinds.keys() if mine.get(p) != twin.kinds.get(p))
        if unlike:
            raise NoTwinError(f"{self.name}!{a1(*unlike[0])} and {twin.name}!{a1(*unlike[0])} are no twins")


def calculated(path: Path) -> list[Values]:
    """Return what the formulas of a calculated workbook show, sheet by sheet.

    Raises
    ------
    UserError
        When the workbook cannot be read.
    NoTwinError
        When a cell shows an error: nothing is to be carried from such a workbook.
    """
    with Package(path) as package:
        found = [Values.of(sheet) for sheet in _sheets(package)]
    for sheet in found:
        for place, value in sheet.cells.items():
            if isinstance(value, CellError):
                raise NoTwinError(f"{sheet.name}!{a1(*place)} shows {value.code}")
    return found


def relabelled(written: Path, output: Path, functions: Functions, known: list[Values]) -> Report:
    """Calculate the texts of a workbook, and take the rest from its twin in another language.

    Parameters
    ----------
    written : Path
        The workbook with its formulas, not calculated.
    output : Path
        Where the copy with values goes, the same file as a calculation of everything gives.
    functions : Functions
        The functions of the catalogue in the language of the workbook.
    known : list of Values
        What its twin shows.

    Returns
    -------
    Report
        Of the calculation of the texts.

    Raises
    ------
    UserError
        When a file cannot be read or written.
    NoTwinError
        When the workbooks are no twins, or a data table shows texts.
    """
    with tempfile.TemporaryDirectory(prefix="clv_xl-") as aside:
        texts, found = Path(aside, "texts.xlsx"), Path(aside, "found.xlsx")
        with Package(written) as package:
            sheets = _twins(package, known)
            parts = {s.part: _held(s, k) for s, k in zip(sheets, known, strict=True)}
            files.write(package, texts, {part: data for part, data in parts.items() if data is not None})
        report = calculate(texts, found, functions)
        answers = calculated(found)
    merged = [_merged(k, answer) for k, answer in zip(known, answers, strict=True)]
    carried(written, output, merged)
    return report


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
        parts: dict[str, bytes] = {}
        for sheet, values in zip(_twins(package, known), known, strict=True):
            changes = _patch(sheet, values).changes
            text, changed = sheet.text.changed(sheet.spans(), changes)
            if changed:
                parts[sheet.part] = text
        files.write(package, output, parts)


def _cells(sheet: Sheet) -> list[FormulaCell]:
    return [*(formula.cell for formula in sheet.formulas.values()), *sheet.data_tables]


def _sheets(package: Package) -> list[Sheet]:
    """Return the sheets with their formulas, as the file holds them."""
    found = []
    for entry in package.sheets:
        sheet = Sheet(entry.name, entry.part, SheetText(package.read(entry.part), entry.part))
        for cell in sheet.text.formulas():
            if cell.kind == "dataTable":
                sheet.data_tables.append(cell)
            else:
                sheet.formulas[cell.row, cell.column] = Formula(entry.name, cell, cell.text, ours=False)
        found.append(sheet)
    return found


def _twins(package: Package, known: list[Values]) -> list[Sheet]:
    sheets = _sheets(package)
    if len(sheets) != len(known):
        raise NoTwinError(f"{len(sheets)} sheets, {len(known)} in the twin")
    for sheet, values in zip(sheets, known, strict=True):
        kinds = {(cell.row, cell.column): (cell.kind, cell.dynamic) for cell in _cells(sheet)}
        values.check(Values(sheet.name, kinds))
    return sheets


def _patch(sheet: Sheet, values: Values) -> Patch:
    """Return the changes that let a sheet show some values, as after a calculation."""
    patch = Patch(sheet, values)
    for formula in sheet.formulas.values():
        patch.add(formula)
    for cell in sheet.data_tables:
        for place in (cell.ref or Area(cell.row, cell.column, cell.row, cell.column)).cells():
            patch.put(place, values.value(sheet.name, *place))
    return patch


def _held(sheet: Sheet, known: Values) -> bytes | None:
    """Return a sheet whose formulas without texts have become their values; None where it has none."""
    worded = known.worded()
    tables = {(cell.row, cell.column) for cell in sheet.data_tables} & worded
    if tables:  # what it calculates with would be a constant
        raise NoTwinError(f"{sheet.name}!{a1(*min(tables))}: a data table of texts")
    places = [place for place in known.kinds if place not in worded]
    changes = {
        cell: Change(known.cells.get(cell), constant=True)
        for place in places
        for cell in (known.areas.get(place) or Area(*place, *place)).cells()
    }
    # A result whose readers know from the start where it lies is calculated once.
    for place in worded & known.areas.keys():
        changes[place] = Change(0.0, ref=str(known.areas[place]))
    return sheet.text.changed(sheet.spans(), changes)[0] if changes else None


def _merged(known: Values, answer: Values) -> Values:
    """Return the values of a twin with the texts that have been calculated."""
    worded = known.worded()
    known.check(answer, worded)
    for place in worded:
        if known.areas.get(place) != answer.areas.get(place):
            raise NoTwinError(f"{answer.name}!{a1(*place)} is of another size than in the twin")
    return replace(known, name=answer.name, cells={**known.cells, **answer.cells})
