"""Large results laid out until everything that reads them has settled."""

from collections.abc import Callable
from typing import Final

from clv_xl.errors import SPILL, CellError, Text, UserError
from clv_xl.hosts.headless.address import Area
from clv_xl.hosts.headless.book import Book, Formula, Place
from clv_xl.hosts.headless.engine import Engine

Key = tuple[str, Place]
_ROUNDS: Final = 64


class Spread:
    """Lays out the large results of one workbook.

    Parameters
    ----------
    book : Book
        The workbook's formulas.
    engine : Engine
        The engine, evaluated once.
    """

    def __init__(self, book: Book, engine: Engine) -> None:
        self._book = book
        self._engine = engine
        self._large = book.large
        self._readers: list[Formula] | None = None
        self._told: dict[Key, Area] = {}

    def settle(self, live: Callable[[], list[Formula]]) -> dict[Key, Text]:
        """Lay out every large result, let readers see it, and evaluate until nothing changes.

        Parameters
        ----------
        live : callable
            Returns the formulas that are calculated in this run.

        Returns
        -------
        dict
            Formulas that cannot be calculated after all, with the reason.
        """
        refused: dict[Key, Text] = {}
        for _ in range(_ROUNDS):
            formulas = [f for f in live() if (f.sheet, f.place) not in refused]
            taken = [f for f in formulas if f.cell.kind == "array" and self._is_new(f)]
            for formula in taken:
                formula.give(self._large.wrapped((formula.sheet, formula.place), formula.given))
                self._engine.set_formula(formula.sheet, *formula.place, formula.given)
            unsettled = self._large.unsettled()
            for key in unsettled:
                self._lay(key)
            told = self._tell(formulas, refused)
            if not (taken or unsettled or told):
                return refused
            complaint = self._engine.evaluate()
            if complaint is not None:
                path = str(self._book.package.path)
                raise UserError("headless_engine_refuses", path=path, reason=complaint)
            for key, area in self._large.areas().items():
                if any(self._is_blocked((key[0], place)) for place in self._large.parts(key, area)):
                    self._take_back(key, area)
                    self._large.block(key)
                    self._again(key)
        return refused | {key: Text("headless_keep_engine") for key in self._large.unsettled()}

    def _is_new(self, formula: Formula) -> bool:
        key = (formula.sheet, formula.place)
        return key not in self._large and self._is_blocked(key)

    def _is_blocked(self, key: Key) -> bool:
        value = self._engine.value(key[0], *key[1])
        return isinstance(value, CellError) and value.code == SPILL

    def _lay(self, key: Key) -> None:
        old = self._large.area(key)
        if old is not None:
            self._take_back(key, old)
        area = self._large.lie(key)
        if area is not None and self._is_obstructed(key, area):
            self._large.block(key)
            area = None
        if area is None:
            self._again(key)
            return
        for place, text in self._large.parts(key, area).items():
            self._engine.set_formula(key[0], *place, text)

    def _take_back(self, key: Key, area: Area) -> None:
        for place in self._large.parts(key, area):
            self._engine.set_value(key[0], *place, None)

    def _again(self, key: Key) -> None:
        """Let the first cell show what its books say now."""
        formula = self._book.sheets[key[0]].formulas[key[1]]
        self._engine.set_formula(key[0], *key[1], formula.given)

    def _is_obstructed(self, key: Key, area: Area) -> bool:
        """Return whether anything stands where a result is to lie."""
        sheet = self._book.sheets[key[0]]
        if self._is_blocked(key):
            return True
        if any(place in area and place != key[1] for place in sheet.formulas):
            return True
        tables = [t.area for t in self._book.package.tables.values() if t.sheet == sheet.name]
        if any(area.meets(other) for other in (*tables, *sheet.text.merged())):
            return True
        first = self._large.first(area)
        return any(place not in first for place in self._engine.filled(key[0], area))

    def _tell(self, formulas: list[Formula], refused: dict[Key, Text]) -> bool:
        """Give the readers of spills the areas of today; whether any formula is another now."""
        areas = self._large.areas()
        if areas == self._told:
            return False
        self._told = areas
        if self._readers is None:
            anchors = self._book.anchors
            self._readers = [f for f in self._book.formulas() if anchors.in_text(f.cell.text, f.sheet)]
        living = {id(formula) for formula in formulas}
        changed = False
        for formula in self._readers:
            if id(formula) not in living:
                continue
            before = formula.given
            self._book.again(formula)
            if formula.reason is not None:
                refused[formula.sheet, formula.place] = formula.reason
                self._engine.set_value(formula.sheet, *formula.place, formula.old)
                changed = True
            elif formula.given != before:
                changed = True
                self._engine.set_formula(formula.sheet, *formula.place, formula.given)
        return changed
