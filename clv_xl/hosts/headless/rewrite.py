"""A formula of the file turned into one that the engine reads with the same meaning."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from clv_xl.errors import Text
from clv_xl.hosts.headless.address import COLUMN, ROW, letters, unquoted
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
)
from clv_xl.hosts.headless.shared import is_range
from clv_xl.hosts.headless.structured import Table, address_of

OMITTED = "_CLV_OMITTED"
FIT = "_CLV_FIT"


@dataclass(slots=True)
class Rewritten:
    """What the engine is given for one formula, and what was found out on the way.

    Parameters
    ----------
    text : str
        The formula without ``=``.
    ours : bool
        Whether it calls a function of the catalogue.
    calls : set of str
        Every other function it calls, in upper case without prefixes.
    names : set of str
        Every case-folded word that may be a defined name.
    reason : Text, optional
        Why the engine cannot calculate it whatever functions it knows.
    """

    text: str = ""
    ours: bool = False
    calls: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    reason: Text | None = None


@dataclass(slots=True)
class _Frame:
    """An open bracket: whether it is a call of ours, and whether its current argument is empty."""

    ours: bool
    call: bool
    empty: bool = True
    separators: int = 0


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
    external : callable
        Index of a linked workbook to whether the engine holds its cached values.
    """

    def __init__(
        self,
        ours: frozenset[str],
        tables: Mapping[str, Table],
        last_used: Callable[[str], tuple[int, int]],
    ) -> None:
        self._ours = ours
        self._tables = tables
        self._last_used = last_used

    def rewritten(self, parts: list[Token], sheet: str, row: int, column: int) -> Rewritten:
        """Return the engine's formula for the cell at `row`, `column` of `sheet`."""
        found = Rewritten()
        out: list[Token] = []
        frames: list[_Frame] = []
        depth = 0
        skip = 0
        for i, part in enumerate(parts):
            if skip:
                skip -= 1
                continue
            kind, text = part
            if kind == SPACE:
                if _intersects(parts, i):
                    found.reason = Text("headless_keep_reference", {"what": "A1:B2 B1:C2"})
                out.append(part)
                continue
            if frames and not (kind == MARK and text in "),"):
                frames[-1].empty = False
            if kind == CALL:
                name = bare_name(text)
                ours = name in self._ours
                frames.append(_Frame(ours, True))
                depth += ours
                if ours:
                    found.ours = True
                    part = Token(CALL, name + "(")
                elif name == "SINGLE":
                    part = Token(CALL, "@(")
                else:
                    found.calls.add(name)
            elif kind == MARK:
                if text in "({":
                    if text == "(" and out and out[-1].text == ")":
                        found.reason = Text("headless_keep_lambda")
                    frames.append(_Frame(False, text == "{"))
                elif text in ")}" and frames:
                    frame = frames.pop()
                    depth -= frame.ours
                    if frame.ours and frame.empty and frame.separators:
                        out.append(Token(CALL, OMITTED + "()"))
                elif text == ",":
                    if not frames or not frames[-1].call:
                        found.reason = Text("headless_keep_reference", {"what": "(A1,B1)"})
                    else:
                        frame = frames[-1]
                        if frame.ours and frame.empty:
                            out.append(Token(CALL, OMITTED + "()"))
                        frame.empty = True
                        frame.separators += 1
                elif text == ":" and _is_built_range(parts, i):
                    found.reason = Text("headless_keep_reference", {"what": "A1:INDEX(...)"})
            elif kind == STRUCT:
                part = self._structured(part, sheet, row, column)
            elif kind == SHEET:
                if "[" in text or ":" in text:
                    key = "headless_keep_external" if "[" in text else "headless_keep_reference"
                    found.reason = Text(key, {"what": text})
            elif kind == NAME or kind == NUMBER:
                if depth and is_range(parts, i):
                    part, skip = self._bounded(parts, i, sheet), 2
                elif kind == NAME and not (out and out[-1].kind == SHEET):
                    part = self._named(part, found, sheet, row, column)
            out.append(part)
        found.text = text_of(out)
        return found

    def _structured(self, part: Token, sheet: str, row: int, column: int) -> Token:
        address = address_of(part.text, self._tables, sheet, row, column)
        return Token(NAME, address if address is not None else "#REF!")

    def _named(self, part: Token, found: Rewritten, sheet: str, row: int, column: int) -> Token:
        folded = part.text.casefold()
        if folded in self._tables:
            return Token(NAME, address_of(part.text, self._tables, sheet, row, column) or part.text)
        found.names.add(folded)
        return part

    def _bounded(self, parts: list[Token], i: int, sheet: str) -> Token:
        """Return ``A:C`` or ``2:5`` as a rectangle that ends where the sheet's content ends."""
        before = parts[i - 1] if i else Token(MARK, "")
        named = unquoted(before.text[:-1]) if before.kind == SHEET else sheet
        last_row, last_column = self._last_used(named)
        first, last = parts[i].text, parts[i + 2].text
        a, b = COLUMN.match(first), COLUMN.match(last)
        if a and b:
            return Token(NAME, f"${a[2]}$1:${b[2]}${last_row}")
        c, d = ROW.match(first), ROW.match(last)
        assert c is not None and d is not None
        return Token(NAME, f"$A${c[2]}:${letters(last_column)}${d[2]}")


_OPERANDS = (NAME, STRUCT)


def _intersects(parts: list[Token], i: int) -> bool:
    """Return whether the space at token i is the intersection operator."""
    if not 0 < i < len(parts) - 1:
        return False
    before, after = parts[i - 1], parts[i + 1]
    ends = before.kind in _OPERANDS or before.text == ")"
    return ends and (after.kind in _OPERANDS or after.kind == SHEET or after.kind == CALL)


def _is_built_range(parts: list[Token], i: int) -> bool:
    """Return whether the colon at token i joins anything but two plain addresses."""
    before, after = parts[i - 1] if i else Token(MARK, ""), parts[i + 1] if i + 1 < len(parts) else Token(MARK, "")
    return before.text == ")" or after.kind == CALL or after.kind == SHEET or after.text == "("
