"""Cells that must keep their old values: those the engine cannot calculate, and all that read them."""

from collections import deque

from clv_xl.errors import Text
from clv_xl.hosts.headless.address import a1, cell_of, quoted, unquoted
from clv_xl.hosts.headless.book import Book, Formula, Place
from clv_xl.hosts.headless.engine import Engine


def split(address: str) -> tuple[str, Place] | None:
    """Return sheet and place of an address with its sheet.

    Examples
    --------
    >>> split("'My sheet'!B3")
    ('My sheet', (3, 2))
    """
    sheet, _, cell = address.rpartition("!")
    place = cell_of(cell)
    return None if place is None else (unquoted(sheet), place)


Reasons = dict[tuple[str, Place], Text]


def kept_cells(book: Book, engine: Engine, roots: Reasons) -> Reasons:
    """Return every cell that keeps its old value with the reason.

    Parameters
    ----------
    book : Book
        The workbook's formulas.
    engine : Engine
        The engine, which knows who reads whom.
    roots : dict
        The cells that cannot be calculated.
    """
    kept = dict(roots)
    waiting: deque[tuple[str, str]] = deque()
    for key in roots:
        for address in _shown_by(book, engine, key):
            waiting.append((address, address))
    seen: set[str] = set()
    while waiting:
        address, origin = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        for reader in engine.dependents(address):
            found = split(reader)
            if found is None or found in kept or not _is_formula(book, found):
                continue
            kept[found] = Text("headless_keep_dependent", {"cell": origin})
            for shown in _shown_by(book, engine, found):
                waiting.append((shown, origin))
    return kept


def _is_formula(book: Book, key: tuple[str, Place]) -> bool:
    """Return whether the file has a formula there; the parts of a large result are the engine's only."""
    sheet = book.sheet(key[0])
    return sheet is not None and key[1] in sheet.formulas


def _shown_by(book: Book, engine: Engine, key: tuple[str, Place]) -> list[str]:
    """Return the cells whose content comes from the formula at `key`: its own and its spills, old and new."""
    sheet, place = key
    own = book.sheet(sheet)
    formula: Formula | None = None if own is None else own.formulas.get(place)
    places = {place}
    if formula is not None and formula.cell.kind == "array":
        for area in (formula.cell.ref, engine.spill(sheet, *place)):
            places.update(area.cells() if area is not None else ())
    return [f"{quoted(sheet)}!{a1(*cell)}" for cell in sorted(places)]
