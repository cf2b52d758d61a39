"""Inputs put where nothing was and nothing reads: most often an address that was mistyped."""

from collections.abc import Iterable

from clv_xl.errors import Text
from clv_xl.hosts.headless.address import Area, a1, quoted, unquoted
from clv_xl.hosts.headless.book import Book
from clv_xl.hosts.headless.engine import Engine
from clv_xl.hosts.headless.report import Note
from clv_xl.hosts.headless.set_get import Target

_RECKONED = ("INDIRECT", "OFFSET")  # they read cells that no formula names
_PROGRAMS_OWN = "_xlnm."  # print areas and filters


def unread_inputs(book: Book, engine: Engine, targets: Iterable[Target]) -> list[Note]:
    """Return a note for each setting whose cells were all empty and that no formula reads.

    No notes where it cannot be known: formulas that the engine has not, or that reckon addresses.

    Parameters
    ----------
    book : Book
        The workbook as the file holds it.
    engine : Engine
        The engine, which knows who reads whom.
    targets : iterable of Target
        What was set.
    """
    texts = [f.cell.text.upper() for f in book.formulas()]
    names = [name.formula for name in book.package.names if not name.name.startswith(_PROGRAMS_OWN)]
    texts += [formula.upper() for formula in names]
    if any(word in text for text in texts for word in _RECKONED):
        return []
    if any(formula.reason is not None for formula in book.formulas()):
        return []
    named = [area for formula in names if (area := _area(formula)) is not None]
    return [
        Note(target.sheet, str(target.area), Text("headless_set_unread", {"cell": str(target.area)}))
        for target in targets
        if _is_unread(book, engine, target)
        and not any(sheet == target.sheet.casefold() and area.meets(target.area) for sheet, area in named)
    ]


def _area(formula: str) -> tuple[str, Area] | None:
    """Return the cells behind a name: the engine does not tell who reads them through it."""
    sheet, _, cells = formula.rpartition("!")
    area = Area.parse(cells)
    return None if area is None else (unquoted(sheet).casefold(), area)


def _is_unread(book: Book, engine: Engine, target: Target) -> bool:
    sheet = book.sheets[target.sheet]
    for place in target.area.cells():
        if place in sheet.formulas or not sheet.text.is_empty(*place):
            return False
        if engine.dependents(f"{quoted(target.sheet)}!{a1(*place)}"):
            return False
    return True
