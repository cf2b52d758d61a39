"""Results that their cells do not show as they are: narrowed to one value, or laid over a fixed area."""

from dataclasses import dataclass, field
from typing import Any, Final

from clv_xl.hosts.headless.address import Area
from clv_xl.hosts.headless.rewrite import FIT

Key = tuple[str, tuple[int, int]]
KEEP: Final = "_CLV_KEEP"


@dataclass(slots=True)
class Results:
    """What formulas gave before the engine narrowed or fitted it, for one workbook."""

    _keys: dict[Key, int] = field(default_factory=dict)
    _rows: dict[int, list[list[Any]]] = field(default_factory=dict)
    _shapes: dict[int, tuple[int, int]] = field(default_factory=dict)

    def _index(self, key: Key) -> int:
        return self._keys.setdefault(key, len(self._keys))

    def first_of(self, key: Key, text: str) -> str:
        """Return a formula that shows the first cell of what `text` gives and keeps the whole."""
        return f"@({KEEP}({self._index(key)},{text}))"

    def fitted(self, key: Key, text: str, area: Area) -> str:
        """Return a formula that lays what `text` gives over a fixed area."""
        return f"{FIT}({text},{area.height},{area.width},{self._index(key)})"

    def keep(self, index: float, value: Any) -> Any:
        """Take a result and pass it on."""
        self._rows[int(index)] = _rows(value)
        return value

    def fit(self, value: Any, height: float, width: float, index: float) -> Any:
        """Return a result laid over a fixed area: repeated, cut, or filled with #N/A."""
        rows = _rows(value)
        self._shapes[int(index)] = len(rows), max(map(len, rows), default=0)
        missing = {"type": "Error", "kind": "Na"}

        def cell(row: int, column: int) -> Any:
            i = 0 if len(rows) == 1 else row
            if i >= len(rows):
                return missing
            j = 0 if len(rows[i]) == 1 else column
            found = rows[i][j] if j < len(rows[i]) else missing
            return 0.0 if found is None else found

        return [[cell(i, j) for j in range(int(width))] for i in range(int(height))]

    def whole(self, key: Key) -> list[list[Any]] | None:
        """Return all rows of a result whose cell shows the first value only, as the engine has them."""
        index = self._keys.get(key)
        return None if index is None else self._rows.get(index)

    def is_single(self, key: Key) -> bool:
        """Return whether one value fills the fixed area of a formula."""
        index = self._keys.get(key)
        return index is not None and self._shapes.get(index) == (1, 1)

    def own(self, key: Key, area: Area) -> Area:
        """Return the part of a formula's area that its result fills; one row or column is repeated."""
        index = self._keys.get(key)
        height, width = (1, 1) if index is None else self._shapes.get(index, (1, 1))
        bottom = area.bottom if height <= 1 else min(area.bottom, area.top + height - 1)
        right = area.right if width <= 1 else min(area.right, area.left + width - 1)
        return Area(area.top, area.left, bottom, right)


def _rows(value: Any) -> list[list[Any]]:
    if not isinstance(value, list):
        return [[value]]
    return value if value and isinstance(value[0], list) else [value]


def outside(own: Area, area: Area) -> list[Area]:
    """Return what of an area lies outside its upper left part: below it, then beside it.

    Examples
    --------
    >>> [str(part) for part in outside(Area(1, 1, 15, 6), Area(1, 1, 25, 7))]
    ['A16:F25', 'G1:G25']
    """
    below = Area(own.bottom + 1, area.left, area.bottom, own.right)
    beside = Area(area.top, own.right + 1, area.bottom, area.right)
    return [part for part in (below, beside) if part.height > 0 and part.width > 0]
