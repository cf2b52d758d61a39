"""A formula of the file turned into one that the engine reads with the same meaning."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from clv_xl.errors import Text
from clv_xl.hosts.headless.address import COLUMN, MAX_ROW, ROW, letters, unquoted
from clv_xl.hosts.headless.alike import OwnRow
from clv_xl.hosts.headless.formula import (
    CALL,
    MARK,
    NAME,
    NUMBER,
    SHEET,
    SPACE,
    STRUCT,
    Token,
    bare_name,
    text_of,
    tokens,
)
from clv_xl.hosts.headless.shared import area_of, is_range
from clv_xl.hosts.headless.structured import THIS_ROW, Table, address_of

OMITTED = "_CLV_OMITTED"
FIT = "_CLV_FIT"
_NOTHING = Token(MARK, "")
_PLACES = frozenset(("ROW", "COLUMN", "ROWS", "COLUMNS"))  # ask where cells are, not what they hold
_OPERANDS = (NAME, STRUCT)
_REFERENCES = (SHEET, NAME, STRUCT, CALL)


class Dates(Protocol):
    """What makes dates of a 1904 workbook readable for functions that count from 1900."""

    def argument(self, parts: list[Token], sheet: str) -> list[Token]:
        """Return the tokens of one argument, wrapped where it holds dates."""


@dataclass(slots=True)
class Rewritten:
    """What the engine is given for one formula, and what was found out on the way.

    Parameters
    ----------
    parts : list of Token
        The formula without ``=``.
    ours : bool
        Whether it calls a function of the catalogue.
    calls : set of str
        Every other function it calls, in upper case without prefixes.
    names : set of str
        Every case-folded word that may be a defined name.
    bounded : set of str
        Case-folded sheets whose whole columns or rows were given an end.
    reason : Text, optional
        Why the engine cannot calculate it whatever functions it knows.
    rows : tuple of int, optional
        First and last row of the tables whose own row it reads.
    alike : bool
        Whether the same text means the same in other rows of the sheet, but for the row.
    """

    parts: list[Token] = field(default_factory=list)
    ours: bool = False
    calls: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    bounded: set[str] = field(default_factory=set)
    reason: Text | None = None
    rows: tuple[int, int] | None = None
    alike: bool = True

    @property
    def text(self) -> str:
        """The formula without ``=``."""
        return text_of(self.parts)


@dataclass(slots=True)
class _Frame:
    """An open bracket: whose it is, where its current argument starts, whether that is empty."""

    ours: bool
    call: bool
    start: int
    empty: bool = True
    separators: int = 0


@dataclass(frozen=True, slots=True)
class Rewriter:
    """Rewrites the formulas of one workbook.

    Parameters
    ----------
    ours : frozenset of str
        Upper-case spellings of the functions of the catalogue.
    tables : Mapping
        Tables of the workbook by case-folded name.
    last_used : callable
        Sheet name to (last row, last column) in use.
    dates : Dates, optional
        Given in a workbook of the 1904 date system.
    replaced : frozenset of str
        Native functions that are answered by others than the engine's.
    inlined : Mapping
        Formulas of the defined names that call our functions, by case-folded name and sheet: the
        engine reads such a name before it knows our functions.
    """

    ours: frozenset[str]
    tables: Mapping[str, Table]
    last_used: Callable[[str], tuple[int, int]]
    dates: Dates | None = None
    replaced: frozenset[str] = frozenset()
    inlined: Mapping[tuple[str, str | None], str] = field(default_factory=dict)

    def rewritten(self, parts: list[Token], sheet: str, row: int, column: int) -> Rewritten:
        """Return the engine's formula for the cell at `row`, `column` of `sheet`."""
        return _Pass(self, parts, sheet, row, column).result()

    def named(self, parts: list[Token], sheet: str) -> Rewritten:
        """Return the engine's formula for a defined name, which stands in no cell of its own."""
        return _Pass(self, parts, sheet, 1, 1, in_cell=False).result()


class _Pass:
    """One walk through the tokens of one formula."""

    def __init__(
        self, rules: Rewriter, parts: list[Token], sheet: str, row: int, column: int, *, in_cell: bool = True
    ) -> None:
        self._in_cell = in_cell
        self._rules = rules
        self._parts = parts
        self._cell = (sheet, row, column)
        self._out: list[Token] = []
        self._frames: list[_Frame] = []
        self._depth = 0
        self._skip = 0
        self._found = Rewritten()

    def result(self) -> Rewritten:
        """Walk, and return what came out."""
        frames, out = self._frames, self._out
        takers = {CALL: self._call, MARK: self._mark, STRUCT: self._struct, SHEET: self._sheet,
                  NAME: self._name, NUMBER: self._number, SPACE: self._space}  # fmt: skip
        for i, part in enumerate(self._parts):
            if self._skip:
                self._skip -= 1
                continue
            kind, text = part
            if frames and kind != SPACE and not (kind == MARK and text in "),"):
                frames[-1].empty = False
            taker = takers.get(kind)
            if taker is None:
                out.append(part)
            else:
                taker(i, part)
        self._found.parts = out
        return self._found

    def _at(self, i: int) -> Token:
        return self._parts[i] if 0 <= i < len(self._parts) else _NOTHING

    def _keep(self, key: str, what: str = "") -> None:
        self._found.reason = Text(key, {"what": what} if what else {})

    def _call(self, i: int, part: Token) -> None:
        name = bare_name(part.text)
        end = self._at_itself(i, name)
        if end is not None:
            self._skip = end - i
            return
        ours = name in self._rules.ours
        self._depth += ours
        if ours:
            self._found.ours = True
            part = Token(CALL, name + "(")
        elif name == "SINGLE":
            part = Token(CALL, "@(")
        else:
            self._found.calls.add(name)
            if name in self._rules.replaced:  # with its prefix the engine takes its own function
                part = Token(CALL, name + "(")
        self._out.append(part)
        self._frames.append(_Frame(ours, call=True, start=len(self._out)))

    def _at_itself(self, i: int, name: str) -> int | None:
        """Take ROW, ROWS and their like of the formula's own cell for the number that they are.

        They read no value, but the engine takes each address of a formula for one that it waits for.
        Returns where the call ends; None where it is any other.
        """
        if name not in _PLACES or not self._in_cell or self._at(i - 1).text == "@":
            return None
        end = next((j for j in range(i, len(self._parts)) if self._parts[j].text == ")"), len(self._parts))
        inner = [part for part in self._parts[i + 1 : end] if part.kind != SPACE]
        sheet = unquoted(inner.pop(0).text[:-1]) if inner and inner[0].kind == SHEET else self._cell[0]
        area = area_of(inner)
        if area is None or sheet.casefold() != self._cell[0].casefold() or self._cell[1:] not in area:
            return None
        if name in ("ROW", "COLUMN") and area.height * area.width > 1:
            return None  # one number for each
        numbers = {"ROW": area.top, "COLUMN": area.left, "ROWS": area.height, "COLUMNS": area.width}
        self._found.alike = False
        self._out.append(Token(NUMBER, str(numbers[name])))
        return end

    def _mark(self, i: int, part: Token) -> None:
        text = part.text
        if text in "({":
            if text == "(" and self._at(i - 1).text == ")":
                self._keep("headless_keep_lambda")
            self._frames.append(_Frame(ours=False, call=text == "{", start=len(self._out) + 1))
        elif text in ")}":
            self._close()
        elif text == ",":
            self._separate()
        elif text == ":" and self._is_built_range(i):
            self._keep("headless_keep_reference", "A1:INDEX(...)")
        self._out.append(part)

    def _close(self) -> None:
        if self._frames:
            frame = self._frames.pop()
            self._depth -= frame.ours
            if frame.ours and (frame.separators or not frame.empty):
                self._end_argument(frame)

    def _separate(self) -> None:
        frame = self._frames[-1] if self._frames else None
        if frame is None or not frame.call:
            self._keep("headless_keep_reference", "(A1,B1)")
            return
        if frame.ours:
            self._end_argument(frame)
        frame.empty = True
        frame.separators += 1
        frame.start = len(self._out) + 1

    def _end_argument(self, frame: _Frame) -> None:
        if frame.empty:
            self._out.append(Token(CALL, OMITTED + "()"))
        elif self._rules.dates is not None:
            self._out[frame.start :] = self._rules.dates.argument(self._out[frame.start :], self._cell[0])

    def _struct(self, _: int, part: Token) -> None:
        address = address_of(part.text, self._rules.tables, *self._cell)
        if part.text.startswith("["):  # of the table around the cell, which may be another further down
            self._found.alike = False
        # In tokens, so that what reads the formula next sees a single cell for what it is.
        parts = tokens(address if address is not None else "#REF!")
        self._out.extend(self._own_row(part.text, parts) if THIS_ROW.search(part.text) else parts)

    def _own_row(self, reference: str, parts: list[Token]) -> list[Token]:
        """Mark the addresses that move with the formula's row, and note the rows where they do so."""
        table = self._rules.tables.get(reference.partition("[")[0].casefold())
        if table is None:
            return parts
        first, last = self._found.rows or (1, MAX_ROW)
        self._found.rows = max(first, table.body.top), min(last, table.body.bottom)
        return [Token(NAME, OwnRow(part.text)) if part.kind == NAME else part for part in parts]

    def _sheet(self, _: int, part: Token) -> None:
        if "[" in part.text:
            self._keep("headless_keep_external", part.text[:-1])
        elif ":" in part.text:
            self._keep("headless_keep_reference", part.text + "A1")
        self._out.append(part)

    def _name(self, i: int, part: Token) -> None:
        if self._depth and is_range(self._parts, i):
            self._bounded(i)
        elif self._at(i - 1).kind == SHEET:
            self._out.append(part)
        elif part.text.casefold() in self._rules.tables:
            self._struct(i, part)
        else:
            self._out.append(self._defined(part))

    def _defined(self, part: Token) -> Token:
        """Return a word that may be a defined name, or the formula behind it."""
        name = part.text.casefold()
        self._found.names.add(name)
        inlined = self._rules.inlined
        text = inlined.get((name, self._cell[0].casefold())) or inlined.get((name, None))
        if text is None:
            return part
        self._found.ours = True
        return Token(NAME, f"({text})")

    def _number(self, i: int, part: Token) -> None:
        if self._depth and is_range(self._parts, i):
            self._bounded(i)
        else:
            self._out.append(part)

    @cached_property
    def _ends(self) -> tuple[int, int]:
        """The last row and column in use on the sheets of the formula's whole columns and rows."""
        sheets = {self._sheet_of(i) for i in range(len(self._parts)) if is_range(self._parts, i)}
        self._found.bounded |= {sheet.casefold() for sheet in sheets}
        rows, columns = zip(*map(self._rules.last_used, sheets), strict=True)
        return max(rows), max(columns)

    def _sheet_of(self, i: int) -> str:
        before = self._at(i - 1)
        return unquoted(before.text[:-1]) if before.kind == SHEET else self._cell[0]

    def _bounded(self, i: int) -> None:
        """Take ``A:C`` or ``2:5`` as a rectangle that ends where the content ends.

        All of one formula end alike, on whichever sheet they lie: columns of one call are one height.
        """
        last_row, last_column = self._ends
        first, last = self._parts[i].text, self._parts[i + 2].text
        a, b = COLUMN.match(first), COLUMN.match(last)
        c, d = ROW.match(first), ROW.match(last)
        if a and b:
            text = f"${a[2]}$1:${b[2]}${last_row}"
        elif c and d:
            text = f"$A${c[2]}:${letters(last_column)}${d[2]}"
        else:  # is_range has seen one of the two
            raise AssertionError(first)
        self._out.append(Token(NAME, text))
        self._skip = 2

    def _space(self, i: int, part: Token) -> None:
        before, after = self._at(i - 1), self._at(i + 1)
        if (before.kind in _OPERANDS or before.text == ")") and after.kind in _REFERENCES:
            self._keep("headless_keep_reference", "A1:B2 B1:C2")
        self._out.append(part)

    def _is_built_range(self, i: int) -> bool:
        """Return whether the colon at token i joins anything but two plain addresses."""
        before, after = self._at(i - 1), self._at(i + 1)
        return before.text == ")" or after.kind in (CALL, SHEET) or after.text == "("
