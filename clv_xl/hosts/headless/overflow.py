"""Plain formulas that the engine has spilled, where spreadsheet programs show one value."""

from collections.abc import Collection

from clv_xl.errors import SPILL
from clv_xl.hosts.headless.book import Formula, Place
from clv_xl.hosts.headless.engine import Engine, is_error


def overflowing(engine: Engine, formulas: Collection[Formula]) -> list[Formula]:
    """Return the plain formulas that show more than one value, or would if nothing were in the way.

    Asking the engine what a cell spills over takes longer than calculating it, so only those are
    asked that have room: a result never covers a formula.

    Parameters
    ----------
    engine : Engine
        The engine, evaluated.
    formulas : collection of Formula
        The formulas that are calculated.
    """
    places: dict[str, set[Place]] = {}
    for formula in formulas:
        places.setdefault(formula.sheet, set()).add(formula.place)
    shown = {sheet: engine.values(sheet, found) for sheet, found in places.items()}
    return [
        f
        for f in formulas
        if f.cell.kind != "array" and not f.given.startswith("@(")
        and (is_error(shown[f.sheet][f.place], SPILL) or _has_spilled(engine, f, places[f.sheet]))
    ]  # fmt: skip


def _has_spilled(engine: Engine, formula: Formula, taken: set[Place]) -> bool:
    row, column = formula.place
    if (row, column + 1) in taken and (row + 1, column) in taken:
        return False
    area = engine.spill(formula.sheet, row, column)
    return area is not None and area.height * area.width > 1
