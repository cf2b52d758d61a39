"""Why a cell shows an error: the sentence of the call that made it, followed back through the sheet."""

from collections.abc import Mapping

from clv_xl.errors import SPILL, CellError, Text
from clv_xl.hosts.headless.address import Area, a1, quoted
from clv_xl.hosts.headless.book import Book, Formula, Place
from clv_xl.hosts.headless.engine import INPUT_ERROR, Engine
from clv_xl.hosts.headless.keep import split
from clv_xl.hosts.headless.report import ErrorCell, Sentence

_DEPTH = 64
_RANGE_CELLS = 20_000
_NATIVE = {
    "#DIV/0!": "headless_code_div",
    "#N/A": "headless_code_na",
    "#NAME?": "headless_code_name",
    "#NULL!": "headless_code_null",
    "#NUM!": "headless_code_num",
    "#REF!": "headless_code_ref",
    "#VALUE!": "headless_code_value",
    "#CALC!": "headless_code_calc",
}
Key = tuple[str, Place]


class Blame:
    """Finds the sentence for each cell in error.

    An engine passes on an error as a bare code, so the call is made again for the cell in
    question while the answers are recorded; cells that only pass an error on are followed back.

    Parameters
    ----------
    book : Book
        The workbook's formulas.
    engine : Engine
        The evaluated workbook.
    spills : Mapping
        By sheet, the area that each formula spilled over, by its first cell.
    """

    def __init__(self, book: Book, engine: Engine, spills: Mapping[str, Mapping[Place, Area]]) -> None:
        self._book = book
        self._engine = engine
        self._spills = spills
        self._found: dict[tuple[Key, str], tuple[Sentence, Key]] = {}
        self._recorded: dict[Key, list[CellError]] = {}

    def error_cell(self, sheet: str, place: Place, value: CellError) -> ErrorCell:
        """Return the entry of the report for a cell that shows `value`."""
        key = (sheet, place)
        sentence, origin = self._sentence(key, value.code, 0)
        anchor = self._anchor(key)
        if origin == key != anchor and self._engine.results.is_single(anchor):
            origin = anchor  # one error fills a fixed area: its first cell speaks for all
            return ErrorCell(sheet, a1(*place), value.code, sentence, _address(origin))
        passed_on = origin not in (key, anchor)
        return ErrorCell(sheet, a1(*place), value.code, sentence, _address(origin) if passed_on else "")

    def _anchor(self, key: Key) -> Key:
        """Return the cell whose formula shows something in this cell."""
        sheet, place = key
        if self._formula(key) is None:
            for anchor, area in self._spills.get(sheet, {}).items():
                if place in area:
                    return sheet, anchor
        return key

    def _formula(self, key: Key) -> Formula | None:
        sheet = self._book.sheet(key[0])
        return None if sheet is None else sheet.formulas.get(key[1])

    def _sentence(self, key: Key, code: str, depth: int) -> tuple[Sentence, Key]:
        known = self._found.get((key, code))
        if known is None:
            self._found[key, code] = (self._native(code), key)  # ends a circle of cells
            known = self._found[key, code] = self._sought(key, code, depth)
        return known

    def _sought(self, key: Key, code: str, depth: int) -> tuple[Sentence, Key]:
        anchor = self._anchor(key)
        formula = self._formula(anchor)
        if formula is None:
            return Text("headless_typed_error", {"code": code}), key
        if code == SPILL:
            return Text("headless_spill_blocked"), key
        if formula.ours:
            for error in reversed(self._errors(anchor, formula)):
                if error.code == code and error.key != INPUT_ERROR:
                    return error, key
        if depth < _DEPTH:
            for address in self._engine.precedents(formula.address):
                source = self._first_error(address, code, key)
                if source is not None:
                    return self._sentence(source, code, depth + 1)
        return self._native(code), key

    @staticmethod
    def _native(code: str) -> Text:
        return Text(_NATIVE.get(code, "headless_code_value"), {"code": code})

    def _errors(self, key: Key, formula: Formula) -> list[CellError]:
        """Return what our functions answer with when this one cell is calculated again."""
        if key not in self._recorded:
            recorder = self._engine.recorder
            recorder.errors = []
            try:
                if self._engine.set_formula(formula.sheet, *formula.place, formula.given):
                    self._engine.evaluate_cell(formula.sheet, *formula.place)
                self._recorded[key] = recorder.errors
            finally:
                recorder.errors = None
        return self._recorded[key]

    def _first_error(self, address: str, code: str, reader: Key) -> Key | None:
        """Return the first cell of an area that shows `code`."""
        sheet, _, cells = address.rpartition("!")
        area = Area.parse(cells.replace("$", ""))
        found = split(f"{sheet}!A1")
        if area is None or found is None or area.height * area.width > _RANGE_CELLS:
            return None
        for place in area.cells():
            value = self._engine.value(found[0], *place)
            if isinstance(value, CellError) and value.code == code and (found[0], place) != reader:
                return found[0], place
        return None


def _address(key: Key) -> str:
    return f"{quoted(key[0])}!{a1(*key[1])}"
