"""Cell addresses: letters, rectangles, quoting of sheet names, and moving a reference."""

import re
from dataclasses import dataclass
from functools import lru_cache

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9]\d{0,6})\Z")
COLUMN = re.compile(r"(\$?)([A-Za-z]{1,3})\Z")
ROW = re.compile(r"(\$?)([1-9]\d{0,6})\Z")
_PLAIN_SHEET = re.compile(r"[^\W\d][\w.]*\Z")


@lru_cache(maxsize=MAX_COLUMN)
def letters(column: int) -> str:
    """Return the letters of a column, 1 being A.

    Examples
    --------
    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@lru_cache(maxsize=MAX_COLUMN)
def column_number(text: str) -> int:
    """Return the number of a column from its letters.

    Examples
    --------
    >>> column_number("XFD")
    16384
    """
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number


def cell_of(text: str) -> tuple[int, int] | None:
    """Return (row, column) of an A1 address with or without ``$``, or None when it is none.

    Examples
    --------
    >>> cell_of("$B$3")
    (3, 2)
    """
    found = CELL.match(text)
    if found is None:
        return None
    row, column = int(found[4]), column_number(found[2])
    return (row, column) if row <= MAX_ROW and column <= MAX_COLUMN else None


def a1(row: int, column: int) -> str:
    """Return the address of a cell.

    Examples
    --------
    >>> a1(3, 2)
    'B3'
    """
    return f"{letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> "Area | None":
        """Read ``B2``, ``$A$1:C5`` (no sheet); None when it is neither.

        Examples
        --------
        >>> Area.parse("C5:A1")
        Area(top=1, left=1, bottom=5, right=3)
        """
        ends = [cell_of(part) for part in text.split(":")]
        if not 1 <= len(ends) <= 2 or None in ends:
            return None
        rows = sorted(end[0] for end in ends if end)
        columns = sorted(end[1] for end in ends if end)
        return cls(rows[0], columns[0], rows[-1], columns[-1])

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left + 1

    def cells(self) -> list[tuple[int, int]]:
        """Return every (row, column), row by row."""
        columns = range(self.left, self.right + 1)
        return [(row, column) for row in range(self.top, self.bottom + 1) for column in columns]

    def meets(self, other: "Area") -> bool:
        """Return whether two rectangles share a cell."""
        rows = self.top <= other.bottom and other.top <= self.bottom
        return rows and self.left <= other.right and other.left <= self.right

    def __contains__(self, cell: object) -> bool:
        row, column = cell  # type: ignore[misc]
        return bool(self.top <= row <= self.bottom and self.left <= column <= self.right)  # type: ignore[has-type]

    def __str__(self) -> str:
        first = a1(self.top, self.left)
        return first if self.height == self.width == 1 else f"{first}:{a1(self.bottom, self.right)}"

    def absolute(self) -> str:
        """Return the rectangle as a formula names it when nothing may move."""
        first, last = (f"${letters(c)}${r}" for r, c in ((self.top, self.left), (self.bottom, self.right)))
        return first if first == last else f"{first}:{last}"


def quoted(sheet: str) -> str:
    """Return a sheet name as it stands before ``!`` in a formula.

    Examples
    --------
    >>> quoted("Inputs"), quoted("Bob's sheet")
    ('Inputs', "'Bob''s sheet'")
    """
    if _PLAIN_SHEET.match(sheet) and cell_of(sheet) is None and sheet.upper() not in ("R", "C"):
        return sheet
    return "'" + sheet.replace("'", "''") + "'"


def unquoted(text: str) -> str:
    """Return the sheet name from the text before ``!``.

    Examples
    --------
    >>> unquoted("'Bob''s sheet'")
    "Bob's sheet"
    """
    return text[1:-1].replace("''", "'") if len(text) > 1 and text[0] == text[-1] == "'" else text


def moved(text: str, rows: int, columns: int) -> str | None:
    """Return a cell, column or row reference moved as a copied formula moves it.

    None when `text` is no reference; ``#REF!`` when it leaves the sheet.

    Examples
    --------
    >>> moved("$A1", 2, 3), moved("B$2", 2, 3), moved("rate", 1, 1)
    ('$A3', 'E$2', None)
    """
    found = CELL.match(text)
    if found is None:
        return None
    row, column = int(found[4]), column_number(found[2])
    if row > MAX_ROW or column > MAX_COLUMN:
        return None
    row += 0 if found[3] else rows
    column += 0 if found[1] else columns
    if not (1 <= row <= MAX_ROW and 1 <= column <= MAX_COLUMN):
        return "#REF!"
    return f"{found[1]}{letters(column)}{found[3]}{row}"


def moved_end(text: str, rows: int, columns: int) -> str:
    """Return one end of a whole-column or whole-row range (``A:A``, ``$2:5``) moved."""
    found = COLUMN.match(text)
    if found is not None:
        column = column_number(found[2]) + (0 if found[1] else columns)
        return found[1] + letters(column) if 1 <= column <= MAX_COLUMN else "#REF!"
    found = ROW.match(text)
    if found is None:
        return text
    row = int(found[2]) + (0 if found[1] else rows)
    return f"{found[1]}{row}" if 1 <= row <= MAX_ROW else "#REF!"
