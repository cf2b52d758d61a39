"""The formulas of a workbook, read and rewritten: what the engine is to calculate."""

import io
import re
import zipfile
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from clv_xl.cells import Cell
from clv_xl.errors import Text, UserError
from clv_xl.hosts.headless.address import Area, a1, quoted, unquoted
from clv_xl.hosts.headless.alike import Alike, Pattern, own_rows
from clv_xl.hosts.headless.anchors import Anchors, marked
from clv_xl.hosts.headless.cell_text import Change, decoded, escaped, plain
from clv_xl.hosts.headless.engine import can_read
from clv_xl.hosts.headless.epoch import TO_1904, Epoch, date_styles
from clv_xl.hosts.headless.formula import CALL, Token, bare_name, text_of, tokens
from clv_xl.hosts.headless.known import KnownFunctions
from clv_xl.hosts.headless.large import MOST, Large
from clv_xl.hosts.headless.lift import Lift
from clv_xl.hosts.headless.native import CORRECTED
from clv_xl.hosts.headless.package import Package
from clv_xl.hosts.headless.results import Results
from clv_xl.hosts.headless.rewrite import Rewriter, Rewritten
from clv_xl.hosts.headless.set_get import Target
from clv_xl.hosts.headless.shared import shifted
from clv_xl.hosts.headless.sheet_text import FormulaCell, SheetText
from clv_xl.hosts.headless.waits import Waits

Place = tuple[int, int]
_NAME = re.compile(rb"(<(?:[\w.-]+:)?definedName(\s[^<>]*)?>)([^<]*)(</(?:[\w.-]+:)?definedName\s*>)")
_UNREAD = re.compile(r"(^|/)(media|embeddings|printerSettings|customXml|drawings|charts)/|\.bin$|^docProps/")


@dataclass(slots=True)
class Formula:
    """A formula cell, what the file says of it and what the engine is given."""

    sheet: str
    cell: FormulaCell
    given: str
    ours: bool
    reason: Text | None = None
    bounded: frozenset[str] = frozenset()
    pattern: Pattern | None = None

    def give(self, text: str) -> None:
        """Let the engine have another text, which is no longer that of the formulas alike."""
        if text != self.given:
            self.given, self.pattern = text, None

    @property
    def place(self) -> Place:
        """Row and column."""
        return self.cell.row, self.cell.column

    @property
    def address(self) -> str:
        """The cell as a formula on another sheet names it."""
        return f"{quoted(self.sheet)}!{a1(self.cell.row, self.cell.column)}"

    @property
    def old(self) -> Cell:
        """The value the file shows for it."""
        return decoded(self.cell.old_type, self.cell.old_text)

    @property
    def spills(self) -> bool:
        """Whether it is a dynamic array, which grows and shrinks with its result."""
        return self.cell.kind == "array" and self.cell.dynamic


@dataclass(slots=True)
class Sheet:
    """A worksheet: its text and its formulas by place."""

    name: str
    part: str
    text: SheetText
    formulas: dict[Place, Formula] = field(default_factory=dict)
    data_tables: list[FormulaCell] = field(default_factory=list)
    left_out: list[FormulaCell] = field(default_factory=list)

    def spans(self) -> dict[Place, tuple[int, int]]:
        """Return the byte spans of the formula cells."""
        found = {place: (f.cell.start, f.cell.end) for place, f in self.formulas.items()}
        found.update({(c.row, c.column): (c.start, c.end) for c in (*self.data_tables, *self.left_out)})
        return found


class Book:
    """Every worksheet of a package with its formulas rewritten.

    Parameters
    ----------
    package : Package
        The workbook file.
    ours : frozenset of str
        Upper-case spellings of the functions of the catalogue.
    """

    def __init__(self, package: Package, ours: frozenset[str]) -> None:
        self.package = package
        self.sheets: dict[str, Sheet] = {}
        for entry in package.sheets:
            try:
                text = SheetText(package.read(entry.part), entry.part)
            except UnicodeDecodeError as error:
                raise UserError("headless_broken_file", path=str(package.path), part=entry.part) from error
            self.sheets[entry.name] = Sheet(entry.name, entry.part, text)
        self._by_folded = {name.casefold(): name for name in self.sheets}
        self._known = KnownFunctions()
        self.large = Large()
        self.results = Results()
        self.anchors = Anchors(package.names)
        self.unknown: dict[str, int] = {}
        self._used: dict[str, tuple[int, int]] = {}
        self.ours = ours
        self._dates = self._date_styles()
        epoch = Epoch(self._are_dates, self._area_of) if package.uses_1904 else None
        self._inlined: dict[tuple[str, str | None], str] = {}
        replaced = frozenset(function.name for function in CORRECTED)
        self._rewriter = Rewriter(ours, package.tables, self.last_used, epoch, replaced, self._inlined)
        self._lift = Lift(ours, {n.name.casefold(): n.formula for n in package.names})
        self._alike = Alike()
        self._bad_names: dict[str, Text] = {}
        self._names = self._rewritten_names()
        for sheet in self.sheets.values():
            self._read(sheet)

    def sheet(self, name: str) -> Sheet | None:
        """Return a worksheet by its name, without regard to case."""
        found = self._by_folded.get(name.casefold())
        return None if found is None else self.sheets[found]

    def last_used(self, name: str) -> tuple[int, int]:
        """Return the last row and column in use of a sheet."""
        sheet = self.sheet(name)
        if sheet is None:
            return 1, 1
        if sheet.name not in self._used:
            self._used[sheet.name] = (sheet.text.last_row, sheet.text.last_column)
        return self._used[sheet.name]

    def formulas(self) -> Iterable[Formula]:
        """Return all formulas, sheet by sheet."""
        return (formula for sheet in self.sheets.values() for formula in sheet.formulas.values())

    def keep_only(self, needed: Container[tuple[str, Place]]) -> None:
        """Leave out every formula that is not needed: the engine gets the old values of the others."""
        for sheet in self.sheets.values():
            spare = [f for place, f in sheet.formulas.items() if (sheet.name, place) not in needed]
            tables = [c for c in sheet.data_tables if (sheet.name, (c.row, c.column)) not in needed]
            for formula in spare:
                del sheet.formulas[formula.place]
            sheet.data_tables = [c for c in sheet.data_tables if c not in tables]
            sheet.left_out += [*(f.cell for f in spare), *tables]

    def _formula_cells(self, sheet: Sheet) -> Iterable[FormulaCell]:
        """Return the cells of a sheet that are to be calculated."""
        return sheet.text.formulas()

    def _read(self, sheet: Sheet) -> None:
        shared: dict[str, tuple[int, int, list[Token]]] = {}
        for cell in self._formula_cells(sheet):
            if cell.kind == "dataTable":
                sheet.data_tables.append(cell)
                continue
            place = cell.row, cell.column
            pattern = self._alike.find(sheet.name, cell.text, *place) if not cell.kind else None
            if pattern is not None:
                given = pattern.given(*place)
                ours, bounded = pattern.ours, pattern.bounded
                sheet.formulas[place] = Formula(sheet.name, cell, given, ours, None, bounded, pattern)
                continue
            if cell.kind == "shared" and not cell.text:
                master = shared.get(cell.extra.get("si", ""))
                if master is None:
                    raise UserError("headless_broken_file", path=str(self.package.path), part=sheet.part)
                parts = shifted(master[2], cell.row - master[0], cell.column - master[1])
                cell.text = text_of(parts)
            else:
                parts = tokens(cell.text)
                if cell.kind == "shared":
                    shared[cell.extra.get("si", "")] = (cell.row, cell.column, parts)
            sheet.formulas[cell.row, cell.column] = self._formula(sheet.name, cell, parts)

    def again(self, formula: Formula) -> None:
        """Rewrite a formula once more, after something has spilled that it may read."""
        parts = tokens(formula.cell.text)
        areas = self.large.areas()
        told = self.anchors.given(parts, formula.sheet, areas) if areas else parts
        new = self._formula(formula.sheet, formula.cell, told or parts)
        if formula.given.startswith("@("):  # it shows one value, as before
            new.given = self.results.first_of((formula.sheet, formula.place), new.given)
        formula.give(new.given)
        formula.reason = new.reason
        if told is None:
            formula.reason = Text("headless_keep_reference", {"what": "INDEX(...)#"})

    def grow(self, sheet: str, area: Area) -> bool:
        """Take a spill into the used area of a sheet; whether it lay beyond it."""
        row, column = self.last_used(sheet)
        if area.bottom <= row and area.right <= column:
            return False
        self._used[sheet] = max(row, area.bottom), max(column, area.right)
        return True

    def reach(self, targets: Iterable[Target]) -> None:
        """Let whole columns that formulas read reach inputs set below what the file holds."""
        grown = {t.sheet.casefold() for t in targets if self.grow(t.sheet, t.area)}
        for formula in self.formulas() if grown else ():
            if formula.bounded & grown and formula.reason is None:
                self.again(formula)

    def _formula(self, sheet: str, cell: FormulaCell, parts: list[Token]) -> Formula:
        rewritten = self._rewriter.rewritten(marked(parts), sheet, cell.row, cell.column)
        lifted, refusal = self._lift.given(rewritten.parts, cell.kind == "array")
        if rewritten.reason is None:
            rewritten.reason = refusal
        given = text_of(lifted)
        if self._dates and parts[0].kind == CALL and bare_name(parts[0].text) in self.ours:
            mask = self._result_mask(sheet, cell)
            given = f'{TO_1904}({given},"{mask}")' if "1" in mask else given
        key = (sheet, (cell.row, cell.column))
        if cell.kind == "array" and not cell.dynamic and cell.ref is not None:
            given = self.results.fitted(key, given, cell.ref)
        if cell.kind == "array" and (rewritten.ours or key in self.large or _is_large(cell)):
            given = self.large.wrapped(key, given)
        reason, bounded = self._reason(rewritten), frozenset(rewritten.bounded)
        if reason is None and rewritten.alike and not cell.kind and not self._dates:
            pattern = Pattern.of(lifted, key[1], rewritten.rows, bounded, rewritten.ours)
            self._alike.keep(sheet, cell.text, key[1], pattern, own_rows(rewritten.parts))
        return Formula(sheet, cell, given, rewritten.ours, reason, bounded)

    def _date_styles(self) -> frozenset[int]:
        """Return the styles that show dates, where the date system makes it matter."""
        part = self.package.relation_part("styles") if self.package.uses_1904 else None
        return frozenset() if part is None else date_styles(self.package.read(part))

    def _are_dates(self, name: str, cells: list[Place]) -> list[bool]:
        sheet = self.sheet(name)
        styles = {} if sheet is None else sheet.text.styles_of(cells)
        return [styles.get(cell, 0) in self._dates for cell in cells]

    def _area_of(self, name: str) -> tuple[str, Area] | None:
        """Return the cells behind a defined name, or None."""
        for entry in self.package.names:
            if entry.name.casefold() == name.casefold():
                sheet, _, cells = entry.formula.rpartition("!")
                area = Area.parse(cells.replace("$", ""))
                return None if area is None else (unquoted(sheet), area)
        return None

    def _result_mask(self, sheet: str, cell: FormulaCell) -> str:
        """Return a 1 for each column of a result that its cells show as dates."""
        area = cell.ref or Area(cell.row, cell.column, cell.row, cell.column)
        row = min(area.top + 1, area.bottom)
        places = [(row, column) for column in range(area.left, area.right + 1)]
        return "".join("1" if date else "0" for date in self._are_dates(sheet, places))

    def _reason(self, rewritten: Rewritten) -> Text | None:
        """Return why the engine cannot calculate this formula, or None when it can."""
        missing = sorted(name for name in rewritten.calls if name not in self._known)
        if missing:
            for name in missing:
                self.unknown[name] = self.unknown.get(name, 0) + 1
            return Text("headless_keep_function", {"function": ", ".join(missing)})
        if rewritten.reason is None and rewritten.names and self._bad_names:
            for name in rewritten.names & self._bad_names.keys():
                return self._bad_names[name]
        return rewritten.reason

    def _rewritten_names(self) -> dict[tuple[str, str | None], str]:
        """Return the formulas of the defined names; note those that call ours or cannot be calculated."""
        given: dict[tuple[str, str | None], str] = {}
        first = next(iter(self.sheets), "")
        for _ in range(len(self.package.names)):  # a name may use a name that may use a name
            before = len(self._inlined), len(self._bad_names)
            for name in self.package.names:
                parts = marked(tokens(name.formula))
                found = self._rewriter.named(parts, name.sheet or first)
                given[name.name, name.sheet] = found.text
                folded = name.name.casefold()
                if found.ours:
                    self._inlined[folded, name.sheet.casefold() if name.sheet else None] = found.text
                reason = self._reason(found)
                if reason is not None:
                    self._bad_names[folded] = reason
            if (len(self._inlined), len(self._bad_names)) == before:
                break
        self.unknown.clear()
        return given

    def engine_copy(self, sets: Mapping[str, Mapping[Place, Cell]], waits: Waits) -> bytes | None:
        """Return the package as the engine is to load it, or None when the source will do.

        Formulas are rewritten, cells of former spills emptied, cells that cannot be calculated
        turned into their old values, and inputs set; who waits for others is told so.
        """
        parts: dict[str, bytes] = {}
        for sheet in self.sheets.values():
            changes = self._engine_changes(sheet, waits)
            inputs = sets.get(sheet.name, {})
            changes.update({place: Change(value, constant=True) for place, value in inputs.items()})
            if changes:
                parts[sheet.part], _ = sheet.text.changed(sheet.spans(), changes)
        if any(self._names.get((n.name, n.sheet), n.formula) != n.formula for n in self.package.names):
            parts[self.package.workbook_part] = self._workbook_with_names()
        return _stored(self.package, parts) if parts else None

    def _engine_changes(self, sheet: Sheet, waits: Waits) -> dict[Place, Change]:
        changes: dict[Place, Change] = {}
        for place, formula in sheet.formulas.items():
            cell = formula.cell
            if formula.reason is not None:
                changes[place] = Change(formula.old, constant=True)
                continue
            given = waits.given(sheet.name, place, formula.given)
            if given != formula.given and not can_read(given):
                given = formula.given  # at the limits of the engine
            if cell.kind or given != cell.text:
                changes[place] = Change(formula=given)
            if cell.kind == "array" and cell.ref is not None:
                for member in cell.ref.cells():
                    if member != place and member not in sheet.formulas:
                        changes[member] = Change(None)
        for cell in sheet.left_out:
            old = decoded(cell.old_type, cell.old_text)
            # Without an old value it is 0: a result must not spill over it.
            changes[cell.row, cell.column] = Change(0.0 if old is None else old, constant=True)
        for table in sheet.data_tables:
            changes[table.row, table.column] = Change(decoded(table.old_type, table.old_text), constant=True)
        return changes

    def _workbook_with_names(self) -> bytes:
        names = iter(self.package.names)

        def renamed(found: "re.Match[bytes]") -> bytes:
            name = next(names)
            text = self._names.get((name.name, name.sheet), name.formula)
            return found[1] + escaped(text) + found[4] if plain(found[3]) == name.formula else found[0]

        return _NAME.sub(renamed, self.package.read(self.package.workbook_part))


def _stored(package: Package, parts: Mapping[str, bytes]) -> bytes:
    """Return an uncompressed copy of what an engine reads of a package, with parts replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        for info in package.infos():
            name = info.filename
            if name in parts:
                copy.writestr(name, parts[name])
            elif not _UNREAD.search(name):
                copy.writestr(name, package.read(name))
    return target.getvalue()


def _is_large(cell: FormulaCell) -> bool:
    return cell.ref is not None and cell.ref.height * cell.ref.width > MOST


def members(area: Area | None, anchor: Place) -> list[Place]:
    """Return the cells of a spill without its first."""
    return [] if area is None else [cell for cell in area.cells() if cell != anchor]
