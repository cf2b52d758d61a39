"""References to what a formula spills (``A1#``), given as plain areas where the engine knows only a part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clv_xl.hosts.headless.address import MAX_COLUMN, MAX_ROW, Area, a1, cell_of, quoted, unquoted
from clv_xl.hosts.headless.formula import CALL, MARK, NAME, SHEET, SPACE, Token, bare_name, tokens
from clv_xl.hosts.headless.package import DefinedName

Key = tuple[str, tuple[int, int]]
_ANCHOR = "ANCHORARRAY"
_NOTHING = Token(MARK, "")
_NOWHERE = f"{a1(MAX_ROW, MAX_COLUMN)}#"  # nothing spills from the last cell of a sheet


@dataclass(frozen=True, slots=True)
class _Name:
    """A defined name as tokens, and whether it reads what some formula spills."""

    parts: list[Token]
    spilled: bool


def marked(parts: list[Token]) -> list[Token]:
    """Return the tokens with ``A1#`` for ``ANCHORARRAY(A1)``: of an error the engine counts one row.

    Examples
    --------
    >>> "".join(part.text for part in marked(tokens("ROWS(_xlfn.ANCHORARRAY(S!A1))")))
    'ROWS(S!A1#)'
    """
    out: list[Token] = []
    ends: set[int] = set()
    for i, part in enumerate(parts):
        if part.kind == CALL and bare_name(part.text) == _ANCHOR:
            j = i + 1 + (i + 1 < len(parts) and parts[i + 1].kind == SHEET)
            if j + 1 < len(parts) and parts[j].kind == NAME and parts[j + 1].text == ")":
                ends.add(j + 1)
                continue
        out.append(Token(MARK, "#") if i in ends else part)
    return out


class Anchors:
    """Finds the references to spills in the formulas of one workbook.

    Parameters
    ----------
    names : sequence of DefinedName
        The defined names, which may hold such references.
    """

    def __init__(self, names: Sequence[DefinedName]) -> None:
        self._names = {
            (n.name.casefold(), n.sheet.casefold() if n.sheet else None): _Name(tokens(n.formula), False)
            for n in names
        }
        for _ in range(len(self._names)):  # a name may use a name that may use a name
            before = sum(name.spilled for name in self._names.values())
            for (word, sheet), name in list(self._names.items()):
                spilled = self.used(name.parts, sheet or "")
                self._names[word, sheet] = _Name(name.parts, spilled)
            if sum(name.spilled for name in self._names.values()) == before:
                break
        self._any_name = any(name.spilled for name in self._names.values())

    def _name(self, part: Token, sheet: str) -> _Name | None:
        if part.kind != NAME:
            return None
        word = part.text.casefold()
        return self._names.get((word, sheet.casefold())) or self._names.get((word, None))

    def used(self, parts: Sequence[Token], sheet: str) -> bool:
        """Return whether a formula reads what some formula spills."""
        for part in parts:
            if part.text == "#" or (part.kind == CALL and bare_name(part.text) == _ANCHOR):
                return True
            name = self._name(part, sheet)
            if name is not None and name.spilled:
                return True
        return False

    def in_text(self, text: str, sheet: str) -> bool:
        """Return whether a formula as the file holds it reads what some formula spills."""
        if "#" not in text and _ANCHOR not in text.upper() and not self._any_name:
            return False
        return self.used(tokens(text), sheet)

    def given(self, parts: list[Token], sheet: str, areas: Mapping[Key, Area]) -> list[Token] | None:
        """Return the tokens with each reference to a spill of `areas` as an area.

        None when a reference is reckoned (``INDEX(...)#``), so that nobody knows whose spill it is.
        """
        out: list[Token] = []
        i = 0
        while i < len(parts):
            part, after = parts[i], parts[i + 1] if i + 1 < len(parts) else _NOTHING
            name = self._name(part, sheet)
            if part.kind == CALL and bare_name(part.text) == _ANCHOR:
                end = next((j for j in range(i + 1, len(parts)) if parts[j].text == ")"), len(parts))
                cell = self._cell(parts[i + 1 : end], sheet)
                if cell is None:
                    return None
                out.extend(_area(cell, areas) or parts[i : end + 1])
                i = end
            elif part.kind == NAME and after.text == "#" and (place := cell_of(part.text)) is not None:
                before = out[-1] if out else _NOTHING
                where = unquoted(before.text[:-1]) if before.kind == SHEET else sheet
                area = _area((where, place), areas)
                if area is not None and before.kind == SHEET:
                    out.pop()
                out.extend(area or [part, after])
                i += 1
            elif name is not None and name.spilled:
                inner = self.given(name.parts, sheet, areas)
                if inner is None:
                    return None
                out.extend([Token(MARK, "("), *inner, Token(MARK, ")")])
            else:
                out.append(part)
            i += 1
        return out

    def _cell(self, parts: Sequence[Token], sheet: str) -> Key | None:
        """Return the cell that the argument of ANCHORARRAY names."""
        parts = [part for part in parts if part.kind != SPACE]
        if len(parts) == 2 and parts[0].kind == SHEET:
            sheet = unquoted(parts[0].text[:-1])
            parts = parts[1:]
        if len(parts) != 1 or parts[0].kind != NAME:
            return None
        place = cell_of(parts[0].text)
        if place is not None:
            return sheet, place
        name = self._name(parts[0], sheet)
        return None if name is None else self._cell(name.parts, sheet)


def _area(cell: Key, areas: Mapping[Key, Area]) -> list[Token] | None:
    """Return the area that a cell spills over; #REF! inside one; None where the engine knows better."""
    sheet, place = cell
    for (where, anchor), area in areas.items():
        if where.casefold() == sheet.casefold() and place in area:
            text = f"{quoted(where)}!{area.absolute()}" if place == anchor else _NOWHERE
            return tokens(text)
    return None
