"""Money as people and programs write it: decimal comma or point, thousands marks, currency signs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from clv_xl.cells import NUMBER, TEXT, Cells, FloatArray
from clv_xl.orders.files.asked import Asked

POINT, COMMA = ".", ","
_LONGEST: Final = 60  # letters of a number
SIGNS: Final = MappingProxyType(
    {"€": "EUR", "$": "USD", "£": "GBP", "₾": "GEL", "zł": "PLN", "ლ": "GEL", "₺": "TRY"}
)
_BLANKS: Final = r" \u00a0\u202f\u2009\u2007"
_MONEY: Final = re.compile(r"[A-Z]{3}|zł|[€$£₾ლ₺]")
_SIGNED: Final = re.compile(
    r"(?P<open>\()?(?P<sign>[-+−]?)(?P<body>[\d.,'’"
    + _BLANKS
    + r"]*\d[.,]?|[\d]+)(?P<after>-)?(?P<close>\))?"
)
_SPACED: Final = re.compile(r"\d{1,3}(?:([" + _BLANKS + r"'’])\d{3})(?:\1\d{3})*(?:[.,]\d*)?")
_POWER: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?e[-+]?\d{1,3}", re.IGNORECASE)
_GROUPED: Final = MappingProxyType(
    {POINT: re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?"), COMMA: re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d*)?")}
)
_DECIMAL: Final = MappingProxyType(
    {POINT: re.compile(r"\d*\.\d+|\d+\.?"), COMMA: re.compile(r"\d*,\d+|\d+,?")}
)
_UNSURE: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


@dataclass(frozen=True, slots=True)
class Figure:
    """A text that may be a number: its sign, its digits with marks, and the currency beside it."""

    negative: bool
    body: str
    currency: str

    @property
    def mark(self) -> str:
        """The decimal mark that the digits give away, ``?`` where they may be read both ways."""
        body = self.body
        if _POWER.fullmatch(body):
            return COMMA if COMMA in body else POINT if POINT in body else ""
        if POINT in body and COMMA in body:
            return body[max(body.rfind(POINT), body.rfind(COMMA))]
        for mark, other in ((POINT, COMMA), (COMMA, POINT)):
            if body.count(other) > 1:
                return mark
        if _UNSURE.fullmatch(body):
            return "?"
        return next((mark for mark in (POINT, COMMA) if mark in body), "")

    def value(self, mark: str) -> float:
        """Return the number under a decimal mark, NaN if it is none."""
        body, other = self.body, COMMA if mark == POINT else POINT
        if _POWER.fullmatch(body):
            plain = body
        elif _GROUPED[mark].fullmatch(body):
            plain = body.replace(other, "")
        elif _DECIMAL[mark].fullmatch(body):
            plain = body
        else:
            return float("nan")
        number = (
            float(plain.replace(COMMA, POINT)) if mark == COMMA or _POWER.fullmatch(body) else float(plain)
        )
        return -number if self.negative else number


def figure(text: str) -> Figure | None:
    """Return what a text holds if it may be a number, None if not.

    >>> figure("1 234,50 €"), figure("(12.5)").value("."), figure("A12")
    (Figure(negative=False, body='1234,50', currency='EUR'), -12.5, None)
    """
    plain = text.strip()
    if not plain or len(plain) > _LONGEST:
        return None
    currency = ""
    if found := _MONEY.search(plain):
        currency = SIGNS.get(found[0], found[0])
        plain = (plain[: found.start()] + plain[found.end() :]).strip()
    if _POWER.fullmatch(plain):
        return Figure(False, plain, currency)
    parts = _SIGNED.fullmatch(plain)
    if parts is None or bool(parts["open"]) != bool(parts["close"]):
        return None
    body = parts["body"].strip()
    if not body[:1].isdigit() and body[:1] not in (POINT, COMMA):
        return None
    bare = re.sub(f"[{_BLANKS}'’]", "", body)
    if bare != body and not _SPACED.fullmatch(body):
        return None
    signs = (parts["sign"] in ("-", "−")) + bool(parts["after"]) + bool(parts["open"])
    return Figure(signs == 1, bare, currency) if signs < 2 else None


@dataclass(frozen=True, slots=True)
class Money:
    """A column of money, its texts taken apart.

    Parameters
    ----------
    name : str
        Its header.
    cells : Cells
        The column.
    figures : list of Figure or None
        One a distinct text.
    first_row : int
        Row of its first cell in the file.
    """

    name: str
    cells: Cells
    figures: list[Figure | None]
    first_row: int

    @classmethod
    def of(cls, name: str, cells: Cells, first_row: int) -> "Money":
        """Take the texts of a column apart."""
        return cls(name, cells, [figure(label) for label in cells.labels], first_row)

    def row_of(self, label: int) -> int:
        """Return the first row that holds a text."""
        assert self.cells.codes is not None
        return self.first_row + int(np.argmax(self.cells.codes == label))

    def first(self, mark: str) -> tuple[int, str] | None:
        """Return row and text of the first number with a mark."""
        for i, found in enumerate(self.figures):
            if found is not None and found.mark == mark:
                return self.row_of(i), self.cells.labels[i]
        return None

    def currencies(self) -> dict[str, int]:
        """Return the currencies named beside the numbers, each with its first row."""
        found: dict[str, int] = {}
        for i, one in enumerate(self.figures):
            if one is not None and one.currency and one.currency not in found:
                found[one.currency] = self.row_of(i)
        return found

    def read(self, mark: str) -> Cells:
        """Return the column with its texts as numbers where they are."""
        values = [float("nan") if one is None else one.value(mark or POINT) for one in self.figures]
        return with_numbers(self.cells, np.array(values, np.float64))


def with_numbers(cells: Cells, values: FloatArray) -> Cells:
    """Return a column with its texts replaced by numbers, one a distinct text; NaN leaves the text."""
    if cells.codes is None or cells.tags is None or not values.size:
        return cells
    is_text = cells.is_tag(TEXT)
    found = np.where(is_text, values[np.where(is_text, cells.codes, 0)], np.nan)
    mended = ~np.isnan(found)
    numbers = np.where(mended, found, cells.numbers)
    tags = np.where(mended, NUMBER, cells.tags).astype(np.uint8)
    return Cells(
        numbers, tags, np.where(mended, -1, cells.codes).astype(np.int32), cells.labels, cells.errors
    )


def decimal_mark(asked: Asked, columns: Sequence[Money], separator: str) -> str:
    """Return the decimal mark of all columns of money, ``""`` where no number needs one.

    Raises
    ------
    UserError
        When numbers contradict one another, or none tells whether ``1,234`` is above a thousand.
    """
    if asked.decimal:
        return asked.decimal
    seen = {mark: [(c, hit) for c in columns if (hit := c.first(mark))] for mark in (POINT, COMMA, "?")}
    if seen[POINT] and seen[COMMA]:
        (one, (line, got)), (two, (other_line, other)) = seen[POINT][0], seen[COMMA][0]
        raise asked.refuse(
            "data.decimal_mixed", column=one.name, line=float(line), got=got,
            other_column=two.name, other_line=float(other_line), other=f'"{other}"',
        )  # fmt: skip
    for mark in (POINT, COMMA):
        if seen[mark]:
            return mark
    if not seen["?"]:
        return ""
    # Between commas a quoted 1,234 is a thousand and more: a decimal comma has another separator.
    unsure = {
        mark
        for c, _ in seen["?"]
        for f in c.figures
        if f and f.mark == "?"
        for mark in f.body
        if not mark.isdigit()
    }
    if separator == COMMA and unsure == {COMMA}:
        return POINT
    column, (line, got) = seen["?"][0]
    raise asked.refuse("data.decimal_unsure", column=column.name, line=float(line), got=got)
