"""Dates as people and programs write them; their order is decided by the whole column."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np

from clv_xl.cells import NUMBER, TEXT, Cells
from clv_xl.errors import Text
from clv_xl.orders.files.asked import Asked
from clv_xl.orders.files.numbers import with_numbers

_LONGEST: Final = 60  # letters of a date
_DAYS: Final = 40_000  # a century of them is kept
_EPOCH: Final = dt.date(1899, 12, 30).toordinal()
_CENTURY: Final = 30  # as Excel reads years of two digits: 29 is 2029, 30 is 1930
_EARLIEST_SERIAL, _LATEST_SERIAL = 20_000.0, 80_000.0  # 1954 to 2119: numbers that may be dates
_TIME: Final = (
    r"(?:(?:T|[ ,]+(?:klo\.? ?)?)(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>AM|PM|πμ|μμ|π\.μ\.|μ\.μ\.)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST: Final = re.compile(
    r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})\.?" + _TIME, re.IGNORECASE
)
_PACKED: Final = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)" + _TIME, re.IGNORECASE)
_THREE: Final = re.compile(
    r"(?P<a>\d{1,2})(?P<s>[-/.]|\. ?)(?P<b>\d{1,2})(?P=s)(?P<c>\d{4}|\d{2})\.?" + _TIME, re.IGNORECASE
)
_DAY_NAMED: Final = re.compile(
    r"(?P<d>\d{1,2})\.?[ .\-/]*(?P<name>[^\W\d_]{3,})\.?[ .,\-/]+(?P<y>\d{4}|\d{2})\.?" + _TIME, re.IGNORECASE
)
_NAME_FIRST: Final = re.compile(
    r"(?P<name>[^\W\d_]{3,})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})" + _TIME, re.IGNORECASE
)
_SERIAL: Final = re.compile(r"\d{5}(?:[.,]\d+)?")
# First letters of the months in English, Finnish, Georgian, Polish and Greek, without accents; of
# two that fit, the longer one counts (March and marraskuu).
_MONTHS: Final = (
    ("jan", "tammi", "იან", "sty", "ιαν"),
    ("feb", "helmi", "თებ", "lut", "φεβ"),
    ("mar", "maalis", "მარ", "μαρ"),
    ("apr", "huhti", "აპრ", "kwi", "απρ"),
    ("may", "touko", "მაი", "maj", "μαι", "μαϊ"),
    ("jun", "kesa", "ივნ", "cze", "ιουν"),
    ("jul", "heina", "ივლ", "lip", "ιουλ"),
    ("aug", "elo", "აგვ", "sie", "αυγ"),
    ("sep", "syys", "სექ", "wrz", "σεπ"),
    ("oct", "loka", "ოქტ", "paz", "οκτ"),
    ("nov", "marras", "ნოე", "lis", "νοε"),
    ("dec", "joulu", "დეკ", "gru", "δεκ"),
)
_PLACES: Final = MappingProxyType({"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)})


@dataclass(frozen=True, slots=True)
class Written:
    """A text taken apart as a date.

    Parameters
    ----------
    kind : {"sure", "dots", "slashes", "serial"}
        Whether year, month and day are known, and else what stands between the numbers.
    numbers : tuple of int
        Year, month, day; for ``dots`` and ``slashes`` the three numbers as written.
    time : float
        Time of day as a fraction; of ``serial`` the whole number.
    zone : bool
        Whether a time zone is named.
    """

    kind: str
    numbers: tuple[int, int, int]
    time: float
    zone: bool

    @property
    def orders(self) -> tuple[str, ...]:
        """The orders under which this is a date."""
        return tuple(order for order in _PLACES if self.serial(order) is not None)

    def serial(self, order: str) -> float | None:
        """Return the serial number under an order, None if there is no such day."""
        if self.kind == "serial":
            return self.time
        if self.kind == "sure":
            year, month, day = self.numbers
        else:
            if order == "ymd" and self.numbers[2] > 99:
                return None
            year, month, day = (self.numbers[place] for place in _PLACES[order])
        if year < 100:
            year += 2000 if year < _CENTURY else 1900
        day_number = _day(year, month, day)
        return None if day_number is None else day_number + self.time


def written(text: str) -> Written | None:
    """Return a text taken apart as a date, None if it is none.

    >>> written("3.2.2025 12:00"), written("2 helmikuuta 2025").numbers, written("soon")
    (Written(kind='dots', numbers=(3, 2, 2025), time=0.5, zone=False), (2025, 2, 2), None)
    """
    plain = text.strip()
    if not plain or len(plain) > _LONGEST:
        return None
    for pattern in (_YEAR_FIRST, _PACKED):
        if found := pattern.fullmatch(plain):
            return _made("sure", (int(found["y"]), int(found["m"]), int(found["d"])), found)
    if found := _THREE.fullmatch(plain):
        kind = "dots" if found["s"].startswith(".") else "slashes"
        return _made(kind, (int(found["a"]), int(found["b"]), int(found["c"])), found)
    for pattern in (_DAY_NAMED, _NAME_FIRST):
        if (found := pattern.fullmatch(plain)) and (month := _month(found["name"])):
            return _made("sure", (int(found["y"]), month, int(found["d"])), found)
    if _SERIAL.fullmatch(plain):
        number = float(plain.replace(",", "."))
        if _EARLIEST_SERIAL <= number < _LATEST_SERIAL:
            return Written("serial", (0, 0, 0), number, False)
    return None


def _made(kind: str, numbers: tuple[int, int, int], found: re.Match[str]) -> Written | None:
    if found["hour"] is None:
        return Written(kind, numbers, 0.0, False)
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    half = (found["half"] or "").casefold().replace(".", "")
    if half:
        hour = hour % 12 + (12 if half in ("pm", "μμ") else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return Written(kind, numbers, (hour * 3600 + minute * 60 + second) / 86400, bool(found["zone"]))


@lru_cache(_DAYS)
def _day(year: int, month: int, day: int) -> int | None:
    """Return the serial number of a day, None if there is no such day."""
    try:
        return dt.date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


@cache
def _month(name: str) -> int:
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    fits = [(len(stem), i) for i, stems in enumerate(_MONTHS, 1) for stem in stems if plain.startswith(stem)]
    return max(fits)[1] if fits else 0


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of dates as read.

    Parameters
    ----------
    cells : Cells
        The column, dates as serial numbers; texts that are no date stay texts.
    order : str
        ``dmy``, ``mdy`` or ``ymd`` where that had to be decided, else ``""``.
    zones : bool
        Whether times name a time zone; the date is taken as it is written.
    """

    cells: Cells
    order: str
    zones: bool


def read_dates(asked: Asked, name: str, cells: Cells, first_row: int) -> Dates:
    """Read a column of dates.

    Raises
    ------
    UserError
        When the dates contradict one another, or none of them tells day and month apart.
    """
    found = [written(label) for label in cells.labels]
    column = _Column(asked, name, cells, first_row, found)
    order = asked.dates or column.order()
    if not asked.dates:
        column.refuse_halves()
    kinds = {one.kind for one in found if one is not None}
    serials = kinds <= {"serial"}  # beside dates a number of five digits is none
    values = [
        np.nan if one is None or (one.kind == "serial" and not serials) else one.serial(order or "dmy")
        for one in found
    ]
    numbers = np.array([np.nan if value is None else value for value in values], np.float64)
    shown = order if kinds & {"dots", "slashes"} else ""
    return Dates(with_numbers(cells, numbers), shown, any(one is not None and one.zone for one in found))


@dataclass(frozen=True, slots=True)
class _Column:
    asked: Asked
    name: str
    cells: Cells
    first_row: int
    found: Sequence[Written | None]

    def _row(self, label: int) -> int:
        assert self.cells.codes is not None
        return self.first_row + int(np.argmax(self.cells.codes == label))

    def order(self) -> str:
        """Return the order that the dates with slashes or dots have, ``""`` if there are none."""
        slashes = self._order(
            [i for i, one in enumerate(self.found) if one and one.kind == "slashes"], dots=False
        )
        dots = self._order([i for i, one in enumerate(self.found) if one and one.kind == "dots"], dots=True)
        if slashes and dots and slashes != dots:
            at = [
                next(i for i, one in enumerate(self.found) if one and one.kind == k)
                for k in ("slashes", "dots")
            ]
            self._mixed((at[0], slashes), (at[1], dots))
        return slashes or dots

    def _order(self, labels: list[int], *, dots: bool) -> str:
        """Return the one order under which all these texts are dates."""
        firsts: dict[tuple[int, int, int], int] = {}
        for i in labels:  # of one day at many times the first is enough
            if one := self.found[i]:
                firsts.setdefault(one.numbers, i)
        proof: dict[str, int] = {}
        unsure: list[int] = []
        same = True
        for i in firsts.values():
            one = self.found[i]
            assert one is not None
            orders = one.orders
            if len(orders) == 1:
                proof.setdefault(orders[0], i)
            elif orders:
                unsure.append(i)
                same = same and len({one.serial(order) for order in orders}) == 1
        if len(proof) > 1:
            first, second, *_ = proof.items()
            self._mixed((first[1], first[0]), (second[1], second[0]))
        if proof:
            return next(iter(proof))
        if not unsure:
            return ""
        if same or (dots and all("dmy" in (self.found[i].orders) for i in unsure)):  # type: ignore[union-attr]
            return "dmy"  # with dots the day comes first, wherever they are written
        label = unsure[0]
        raise self.asked.refuse(
            "data.dates_unsure", column=self.name, line=float(self._row(label)), got=self.cells.labels[label]
        )

    def refuse_halves(self) -> None:
        """Refuse real dates beside texts with slashes: a program read some and exchanged day and month."""
        numbers = self.cells.is_tag(NUMBER)
        texts = [i for i, one in enumerate(self.found) if one and one.kind == "slashes"]
        if numbers.any() and texts and self.cells.is_tag(TEXT).any():
            line = float(self.first_row + int(np.argmax(numbers)))
            raise self.asked.refuse(
                "data.dates_half", column=self.name, line=line, got=self.cells.labels[texts[0]],
                other_line=float(self._row(texts[0])),
            )  # fmt: skip

    def _mixed(self, one: tuple[int, str], two: tuple[int, str]) -> None:
        raise self.asked.refuse(
            "data.dates_mixed",
            column=self.name,
            line=float(self._row(one[0])),
            got=self.cells.labels[one[0]],
            order=Text(f"date_order.{one[1]}"),
            other_line=float(self._row(two[0])),
            other=f'"{self.cells.labels[two[0]]}"',
            other_order=Text(f"date_order.{two[1]}"),
        )
