"""Functions of single values over ranges, which the engine does not go through cell by cell.

formualizer 0.13 answers ``SUMPRODUCT(LEN(A1:A9))`` with the length of A1 alone. Where a range or an array
stands for a single value, the function is renamed to one of ours that takes every cell in turn.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from clv_xl.errors import Text
from clv_xl.hosts.headless.address import Area, cell_of
from clv_xl.hosts.headless.chosen import CHOSEN
from clv_xl.hosts.headless.formula import CALL, MARK, NAME, NUMBER, SHEET, SPACE, Token, bare_name, tokens
from clv_xl.hosts.headless.lifted_names import ARRAY_TAKERS, ONE_RESULT, SINGLE
from clv_xl.hosts.headless.refuse import refused
from clv_xl.hosts.headless.rewrite import OMITTED
from clv_xl.hosts.headless.shared import area_of, is_range

PREFIX: Final = "_CLV_EACH."
JOIN: Final = "_CLV_JOIN"
COUNTED: Final = {"ROWS": "_CLV_ROWS", "COLUMNS": "_CLV_COLUMNS"}
COMPARED: Final = {
    "=": "_CLV_EQUAL", "<>": "_CLV_OTHER", "<": "_CLV_LESS", ">": "_CLV_MORE", "<=": "_CLV_UPTO",
    ">=": "_CLV_FROM",
}  # fmt: skip
_ONE_CELL_ONLY = frozenset(("INDIRECT", "OFFSET", "CHOOSE", "N", "T"))  # refused with an array
_CHOOSING: Final = CHOSEN.keys() - SINGLE.keys()  # IF and its like, whose arguments may differ in shape
_OPEN, _CLOSE = ("(", "{"), (")", "}")


@dataclass(slots=True)
class _Call:
    """A call in a formula: its tokens from first to last, and the tokens of each argument."""

    name: str
    first: int
    last: int
    arguments: list[tuple[int, int]] = field(default_factory=list)


class Lift:
    """Renames the calls of one workbook that have to go through their arguments cell by cell.

    Parameters
    ----------
    ours : frozenset of str
        Upper-case spellings of the functions of the catalogue, which take whole ranges.
    names : Mapping
        Formulas of the defined names, by case-folded name.
    """

    def __init__(self, ours: frozenset[str], names: Mapping[str, str]) -> None:
        self._ours = ours
        self._names = names
        self._plural_names: dict[str, bool] = {}

    def given(self, parts: list[Token], array: bool) -> tuple[list[Token], Text | None]:
        """Return the formula's tokens with calls renamed, and why it cannot be calculated, if so.

        Parameters
        ----------
        parts : list of Token
            A formula as the engine is to read it.
        array : bool
            Whether it is an array formula; in a plain one a range that stands for a single value
            is the cell in the formula's own row or column.
        """
        if not any(part.kind == CALL or part.text == "&" or part.text in COMPARED for part in parts):
            return parts, None
        return _Walk(self._ours, self._is_plural_name, parts, array).result()

    def _is_plural_name(self, word: str) -> bool:
        """Return whether a word may stand for more than one cell."""
        name = word.casefold()
        if name in ("true", "false"):
            return False
        if name not in self._plural_names:
            self._plural_names[name] = True  # ends a circle of names
            formula = self._names.get(name)
            if formula is not None:
                inner = tokens(formula)
                walk = _Walk(self._ours, self._is_plural_name, inner, True)
                self._plural_names[name] = walk.is_plural(0, len(inner))
        return self._plural_names[name]


class _Walk:
    def __init__(
        self, ours: frozenset[str], plural_name: Callable[[str], bool], parts: list[Token], array: bool
    ) -> None:
        self._ours = ours
        self._plural_name = plural_name
        self._parts = parts
        self._array = array
        self._calls = {call.first: call for call in _calls(parts)}
        self._renamed: dict[int, Token] = {}
        self._before: dict[int, list[Token]] = {}
        self._marked: set[int] = set()
        self._dropped: set[int] = set()
        self._reason: Text | None = None

    def result(self) -> tuple[list[Token], Text | None]:
        self._visit(0, len(self._parts), self._array)
        self._join()
        self._compare()
        if not (self._renamed or self._marked or self._before):
            return self._parts, self._reason
        out: list[Token] = []
        for i, part in enumerate(self._parts):
            out.extend(self._before.get(i, ()))
            if i in self._marked:
                out.append(Token(MARK, "@"))
            if i not in self._dropped:
                out.append(self._renamed.get(i, part))
        out.extend(self._before.get(len(self._parts), ()))
        return out, self._reason

    def _join(self) -> None:
        """Let one of our functions join texts: the engine writes a number with seventeen digits."""
        for start, end, marks in _runs(self._parts, ("&",), tuple(COMPARED)):
            if not self._array and self.is_plural(start, end):
                continue  # a plain formula shows the cell of its own row
            if any(i in self._dropped for i in marks):
                continue
            self._before.setdefault(start, []).append(Token(CALL, f"{JOIN}("))
            self._before.setdefault(end, []).insert(0, Token(MARK, ")"))
            self._renamed.update((i, Token(MARK, ",")) for i in marks)

    def _compare(self) -> None:
        """Let one of our functions compare single values: Excel heeds fifteen digits, the engine all."""
        for start, end, marks in _runs(self._parts, tuple(COMPARED)):
            if len(marks) > 1 or marks[0] in self._dropped or self.is_plural(start, end):
                continue
            if self._is_nothing(start, marks[0]) or self._is_nothing(marks[0] + 1, end):
                continue  # no digits to heed: the engine answers as Excel does
            sign = self._parts[marks[0]].text
            self._before.setdefault(start, []).insert(0, Token(CALL, f"{COMPARED[sign]}("))
            self._before.setdefault(end, []).append(Token(MARK, ")"))
            self._renamed[marks[0]] = Token(MARK, ",")

    def _is_nothing(self, start: int, end: int) -> bool:
        """Return whether an operand is ``""`` or 0."""
        return [part.text for part in self._parts[start:end] if part.kind != SPACE] in (['""'], ["0"])

    def _visit(self, start: int, end: int, array: bool) -> None:
        i = start
        while i < end:
            call = self._calls.get(i)
            if call is None:
                i += 1
                continue
            self._take(call, array)
            inside = array or call.name in ARRAY_TAKERS or call.name in self._ours
            for first, last in call.arguments:
                self._visit(first, last, inside)
            i = call.last + 1

    def _take(self, call: _Call, array: bool) -> None:
        what = refused(call.name, [self._parts[first:last] for first, last in call.arguments])
        if what:
            self._reason = Text("headless_keep_wrong", {"what": what})
        if call.name in COUNTED and not self._is_reference(call):
            self._renamed[call.first] = Token(CALL, f"{COUNTED[call.name]}(")
        plural = [n for n, span in enumerate(call.arguments) if self.is_plural(*span)]
        if call.name in ("ROW", "COLUMN"):
            if array and call.arguments and plural:
                self._count(call)
            return
        if call.name in _ONE_CELL_ONLY:
            places = set(range(1, 5)) if call.name == "OFFSET" else {0}
            if array and places & set(plural):
                self._reason = Text("headless_keep_wrong", {"what": f"{call.name}({{...}})"})
            return
        if call.name in _CHOOSING:
            if array and 0 in plural and not self._fit(call.arguments[n] for n in plural):
                self._renamed[call.first] = Token(CALL, f"{PREFIX}{call.name}(")
            return
        self._lift(call, plural, array)

    def _lift(self, call: _Call, plural: list[int], array: bool) -> None:
        """Let a function of single values go through the ranges that it is given."""
        single = SINGLE.get(call.name)
        if single is None or not single.intersection(plural):
            return
        ranges = [self._range_start(*call.arguments[n]) for n in plural if n in single]
        if array or any(found is None for found in ranges):
            self._renamed[call.first] = Token(CALL, f"{PREFIX}{call.name}(")
            for n, (first, last) in enumerate(call.arguments):
                if n not in single and all(part.kind == SPACE for part in self._parts[first:last]):
                    self._before.setdefault(last, []).insert(0, Token(CALL, OMITTED + "()"))
        else:
            self._marked.update(found for found in ranges if found is not None)

    def _fit(self, spans: Iterable[tuple[int, int]]) -> bool:
        """Return whether arguments are known to have one shape, but for single rows and columns."""
        shapes: set[tuple[int, int]] = set()
        if len(several := list(spans)) == 1:
            return True
        for span in several:
            mine = self._shapes(*span)
            if mine is None:
                return False
            shapes |= mine
        return all(len({shape[side] for shape in shapes} - {1}) < 2 for side in (0, 1))

    def _shapes(self, start: int, end: int) -> set[tuple[int, int]] | None:
        """Return heights and widths of the ranges that an expression goes through; None if unknown."""
        found: set[tuple[int, int]] = set()
        parts, i = self._parts, start
        while i < end:
            call = self._calls.get(i)
            if call is not None:
                mine = self._shapes_of(call)
                if mine is None:
                    return None
                found |= mine
                i = call.last + 1
                continue
            area = area_of(parts[i : i + 3])
            if area is not None and parts[i + 1].text == ":":
                found.add((area.height, area.width))
                i += 3
                continue
            if parts[i].text in ("{", "#", ":"):
                return None
            if parts[i].kind == NAME and cell_of(parts[i].text) is None and self._plural_name(parts[i].text):
                return None
            i += 1
        return found

    def _shapes_of(self, call: _Call) -> set[tuple[int, int]] | None:
        if not self._gives_many(call):
            return set()
        single = SINGLE.get(call.name)
        if call.name in CHOSEN and single is None:
            single = frozenset(range(3))
        if single is None or call.name in ("INDEX", "XLOOKUP"):
            return None
        found: set[tuple[int, int]] = set()
        for n, span in enumerate(call.arguments):
            mine = self._shapes(*span) if n in single else set()
            if mine is None:
                return None
            found |= mine
        return found

    def _is_reference(self, call: _Call) -> bool:
        """Return whether the first argument is an address and nothing else."""
        return not call.arguments or all(
            part.kind in (NAME, NUMBER, SHEET, SPACE) or part.text in (":", "#")
            for part in self._parts[slice(*call.arguments[0])]
        )

    def _count(self, call: _Call) -> None:
        """Let ROW and COLUMN of a range count its rows or columns."""
        first, last = call.arguments[0]
        inner = [part for part in self._parts[first:last] if part.kind not in (SPACE, SHEET)]
        text = "".join(part.text for part in inner).replace("$", "")
        area = Area.parse(text)
        if area is None and is_range(inner, 0) and len(inner) == 3:
            ends = text.split(":")
            if call.name == "ROW" and ends[0].isdigit():
                area = Area(int(ends[0]), 1, int(ends[1]), 1)
        if area is None:
            self._reason = Text("headless_keep_wrong", {"what": f"{call.name}(...)"})
            return
        numbers = f"{area.height},1,{area.top}" if call.name == "ROW" else f"1,{area.width},{area.left}"
        self._renamed[call.first] = Token(NAME, f"SEQUENCE({numbers})")
        self._dropped.update(range(call.first + 1, call.last + 1))

    def _range_start(self, start: int, end: int) -> int | None:
        """Return where an argument starts when it is one range and nothing else."""
        inner = [i for i in range(start, end) if self._parts[i].kind != SPACE]
        kept = [self._parts[i] for i in inner if self._parts[i].kind != SHEET]
        plain = len(kept) == 3 and kept[1].text == ":" and all(p.kind in (NAME, NUMBER) for p in kept[::2])
        return inner[0] if plain else None

    def is_plural(self, start: int, end: int) -> bool:
        """Return whether an expression may be more than one value."""
        parts, i = self._parts, start
        while i < end:
            part = parts[i]
            call = self._calls.get(i)
            if call is not None:
                if self._gives_many(call):
                    return True
                i = call.last + 1
                continue
            if part.text in ("{", "#", ":"):
                return True
            if part.text == "@":
                return False
            if part.kind == NAME and cell_of(part.text) is None and self._plural_name(part.text):
                return True
            i += 1
        return False

    def _gives_many(self, call: _Call) -> bool:
        if call.name in ONE_RESULT:
            return False
        if call.name in ("ROW", "COLUMN"):
            return any(self.is_plural(*span) for span in call.arguments)
        single = SINGLE.get(call.name)
        spans = call.arguments if single is None else [s for n, s in enumerate(call.arguments) if n in single]
        if call.name in ("IF", "IFERROR", "IFNA", "IFS", "SWITCH", "CHOOSE") or single is not None:
            if call.name in ("INDEX", "XLOOKUP"):
                return True
            return any(self.is_plural(*span) for span in spans)
        return True


def _calls(parts: Sequence[Token]) -> Iterable[_Call]:
    """Return every call of a formula with its arguments."""
    stack: list[tuple[_Call | None, int]] = []
    found: list[_Call] = []
    for i, part in enumerate(parts):
        if part.kind == CALL:
            name = bare_name(part.text)
            stack.append((_Call(name, i, len(parts) - 1), i + 1))
        elif part.kind == MARK and part.text in _OPEN:
            stack.append((None, i))
        elif part.kind == MARK and part.text == "," and stack:
            call, start = stack[-1]
            if call is not None:
                call.arguments.append((start, i))
                stack[-1] = (call, i + 1)
        elif part.kind == MARK and part.text in _CLOSE and stack:
            call, start = stack.pop()
            if call is not None:
                call.last = i
                if call.arguments or any(p.kind != SPACE for p in parts[start:i]):
                    call.arguments.append((start, i))
                found.append(call)
    return found


def _runs(
    parts: Sequence[Token], signs: tuple[str, ...], ends: tuple[str, ...] = ()
) -> list[tuple[int, int, list[int]]]:
    """Return each run of operands joined with `signs`: where it starts and ends, and where they are."""
    found: list[tuple[int, int, list[int]]] = []
    levels: list[tuple[int, list[int]]] = [(0, [])]

    def end(at: int) -> None:
        start, marks = levels[-1]
        if marks:
            found.append((start, at, marks))

    for i, part in enumerate(parts):
        if part.kind == CALL or part.text in _OPEN:
            levels.append((i + 1, []))
        elif part.kind == MARK and part.text in _CLOSE and len(levels) > 1:
            end(i)
            levels.pop()
        elif part.kind == MARK and (part.text in (",", ";") or part.text in ends):
            end(i)
            levels[-1] = (i + 1, [])
        elif part.kind == MARK and part.text in signs:
            levels[-1][1].append(i)
    end(len(parts))
    return found
