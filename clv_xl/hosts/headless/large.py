"""Results larger than the engine lays out: kept in its own books and laid out in parts.

formualizer 0.13 calculates with arrays of any size, but shows #SPILL! for a formula whose own result
has more than 10,000 cells. So the formula is wrapped in a function that takes the whole result, shows
its first part, and lets formulas further down, which read the first cell, show one part each.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from clv_xl.hosts.headless.address import MAX_COLUMN, MAX_ROW, Area, letters

Place = tuple[int, int]
Key = tuple[str, Place]
WHOLE: Final = "_CLV_WHOLE"
PART: Final = "_CLV_PART"
MOST: Final = 10_000
_SPILL: Final = {"type": "Error", "kind": "Spill"}


@dataclass(slots=True)
class _Held:
    """The last result of one wrapped formula, and where it lies."""

    rows: list[list[Any]] | None = None
    area: Area | None = None
    blocked: bool = False
    last: tuple[int, int] = (1, 1)

    def shape(self) -> tuple[int, int] | None:
        """Return height and width of a result that needs parts."""
        return None if self.rows is None else (len(self.rows), len(self.rows[0]))


@dataclass(slots=True)
class Large:
    """The results of the wrapped formulas of one workbook.

    Attributes
    ----------
    stale : bool
        Whether a result has had another shape than the area in which it lies.
    """

    stale: bool = False
    _keys: dict[Key, int] = field(default_factory=dict)
    _held: list[_Held] = field(default_factory=list)

    def wrapped(self, key: Key, text: str) -> str:
        """Return the formula that hands its result over."""
        if key not in self._keys:
            self._keys[key] = len(self._held)
            self._held.append(_Held())
        return f"{WHOLE}({self._keys[key]},{text})"

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def whole(self, index: float, result: Any) -> Any:
        """Take a result; answer with what its first cell is to spill."""
        held = self._held[int(index)]
        rows = result if type(result) is list and result and type(result[0]) is list else None
        held.last = (1, 1) if rows is None else (len(rows), len(rows[0]))
        held.rows = rows if rows is not None and len(rows) * len(rows[0]) > MOST else None
        area = held.area
        if held.shape() != (None if area is None else (area.height, area.width)) and not held.blocked:
            self.stale = True
        if held.rows is None:
            return result
        return _SPILL if held.blocked else self._piece(held.rows, 0, 0)

    def part(self, index: float, row: float, column: float, _: Any = None) -> Any:
        """Answer with one part of a result; the first cell is read so that it comes before."""
        rows = self._held[int(index)].rows
        return "" if rows is None else self._piece(rows, int(row), int(column)) or ""

    @staticmethod
    def _piece(rows: list[list[Any]], row: int, column: int) -> list[list[Any]]:
        height, width = _step(len(rows[0]))
        if width == len(rows[0]):
            return rows[row : row + height]
        return [line[column : column + width] for line in rows[row : row + height]]

    def area(self, key: Key) -> Area | None:
        """Return where the result of a formula lies, when it lies in parts."""
        index = self._keys.get(key)
        return None if index is None else self._held[index].area

    def last(self, key: Key) -> tuple[int, int]:
        """Return height and width of the last result of a wrapped formula."""
        return self._held[self._keys[key]].last

    def areas(self) -> dict[Key, Area]:
        """Return the area of each result that lies in parts."""
        return {key: area for key in self._keys if (area := self.area(key)) is not None}

    def unsettled(self) -> list[Key]:
        """Return the formulas whose result does not lie where it should."""
        found = []
        for key, index in self._keys.items():
            held = self._held[index]
            area = held.area
            if not held.blocked and held.shape() != (None if area is None else (area.height, area.width)):
                found.append(key)
        return found

    def lie(self, key: Key) -> Area | None:
        """Let a result lie in the area of its size; None when it needs no parts or leaves the sheet."""
        held = self._held[self._keys[key]]
        shape, (row, column) = held.shape(), key[1]
        held.area = None if shape is None else Area(row, column, row + shape[0] - 1, column + shape[1] - 1)
        if held.area is not None and (held.area.bottom > MAX_ROW or held.area.right > MAX_COLUMN):
            self.block(key)
        return held.area

    def block(self, key: Key) -> None:
        """Let a formula show #SPILL!: something is in the way."""
        held = self._held[self._keys[key]]
        held.area, held.blocked = None, True

    def parts(self, key: Key, area: Area) -> dict[Place, str]:
        """Return the formulas of all parts but the first."""
        height, width = _step(area.width)
        top, left = key[1]
        first = f"${letters(left)}${top}"
        return {
            (top + row, left + column): f"{PART}({self._keys[key]},{row},{column},{first})"
            for row in range(0, area.height, height)
            for column in range(0, area.width, width)
            if row or column
        }

    def first(self, area: Area) -> Area:
        """Return the part of an area that the first cell spills over."""
        return self.pieces(area)[0]

    def pieces(self, area: Area) -> list[Area]:
        """Return the areas of all parts of a result that lies in an area."""
        height, width = _step(area.width)
        return [
            Area(row, column, min(area.bottom, row + height - 1), min(area.right, column + width - 1))
            for row in range(area.top, area.bottom + 1, height)
            for column in range(area.left, area.right + 1, width)
        ]


def _step(width: int) -> tuple[int, int]:
    """Return rows and columns of one part."""
    return max(MOST // width, 1), min(width, MOST)
