"""What a calculated workbook shows, for its twins: the same cells, written in another language or spelling.

For the files we build ourselves and nothing else. What somebody has changed since is nobody's twin.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from clv_xl.cells import Cell
from clv_xl.errors import CellError
from clv_xl.hosts.headless.address import Area, a1
from clv_xl.hosts.headless.book import Formula, Place, Sheet, members
from clv_xl.hosts.headless.cell_text import decoded
from clv_xl.hosts.headless.package import Package
from clv_xl.hosts.headless.patch import Patch
from clv_xl.hosts.headless.results import Results
from clv_xl.hosts.headless.sheet_text import FormulaCell, SheetText

Kind = tuple[str, bool]


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
    kinds: dict[Place, Kind] = field(default_factory=dict)
    areas: dict[Place, Area] = field(default_factory=dict)
    cells: dict[Place, Cell] = field(default_factory=dict)
    results: Results = field(default_factory=Results)

    @classmethod
    def of(cls, name: str, text: SheetText) -> "Values":
        """Read them from a sheet."""
        found = cls(name)
        covered: list[Place] = []
        for cell in text.formulas():
            place = cell.row, cell.column
            found.kinds[place] = cell.kind, cell.dynamic
            found.cells[place] = decoded(cell.old_type, cell.old_text)
            if cell.kind in ("array", "dataTable") and cell.ref is not None and members(cell.ref, place):
                found.areas[place] = cell.ref
                covered += members(cell.ref, place)
        for place, (value_type, shown) in text.values_of(p for p in covered if p not in found.kinds).items():
            if value_type == "s":
                raise NoTwinError(f"{name}!{a1(*place)} is a text of the workbook, not of a formula")
            found.cells[place] = decoded(value_type, shown)
        return found

    def value(self, _: str, row: int, column: int) -> Cell:
        """Return the value a cell has."""
        return self.cells.get((row, column))

    def values(self, _: str, cells: Collection[Place]) -> dict[Place, Cell]:
        """Return the values of many cells."""
        return {place: self.cells[place] for place in cells if place in self.cells}

    def cell(self, value: Cell) -> Cell:
        """Return a value, which is a cell already."""
        return value

    def spill(self, _: str, row: int, column: int) -> Area | None:
        """Return the area that the formula in this cell covers, or None."""
        return self.areas.get((row, column))

    def covered(self, place: Place) -> list[Place]:
        """Return the cells whose values come from the formula in one of them."""
        area = self.areas.get(place)
        return [place] if area is None else area.cells()

    def worded(self) -> frozenset[Place]:
        """Return the formulas that show a text anywhere, which is another in another language."""
        texts = {place for place, value in self.cells.items() if value and type(value) is str}
        large = {place for place in self.areas if not texts.isdisjoint(self.covered(place))}
        return frozenset(texts & self.kinds.keys() | large)

    def check(self, sheet: str, kinds: dict[Place, Kind]) -> None:
        """Refuse a sheet whose formulas are of other kinds or stand elsewhere.

        Raises
        ------
        NoTwinError
            Naming the first cell that differs.
        """
        if self.kinds != kinds:
            places = self.kinds.keys() | kinds.keys()
            where = a1(*min(place for place in places if self.kinds.get(place) != kinds.get(place)))
            raise NoTwinError(f"{self.name}!{where} and {sheet}!{where} are no twins")

    def shown_in(self, sheet: Sheet, cells: Iterable[FormulaCell]) -> Patch:
        """Return the changes that let some formula cells of a sheet show these values."""
        patch = Patch(sheet, self)
        for cell in cells:
            if cell.kind == "dataTable":
                for place in self.covered((cell.row, cell.column)):
                    patch.put(place, self.cells.get(place))
            else:
                patch.add(Formula(sheet.name, cell, cell.text, ours=False))
        return patch


def shown(path: Path) -> list[Values]:
    """Return what the formulas of a calculated workbook show, sheet by sheet.

    Raises
    ------
    UserError
        When the workbook cannot be read.
    NoTwinError
        When a cell shows an error: nothing is to be carried from such a workbook.
    """
    with Package(path) as package:
        found = [Values.of(e.name, SheetText(package.read(e.part), e.part)) for e in package.sheets]
    for sheet in found:
        for place, value in sheet.cells.items():
            if isinstance(value, CellError):
                raise NoTwinError(f"{sheet.name}!{a1(*place)} shows {value.code}")
    return found


def by_sheet(package: Package, known: list[Values]) -> dict[str, Values]:
    """Return what is known of each sheet of a package, by its name there: sheets stand in one order.

    Raises
    ------
    NoTwinError
        When there are more or fewer.
    """
    if len(package.sheets) != len(known):
        raise NoTwinError(f"{len(package.sheets)} sheets, {len(known)} in the twin")
    return {entry.name: values for entry, values in zip(package.sheets, known, strict=True)}
