"""The two ranges of CLV.ALLOCATE: channels with their responses, and the history to fit these from.

Columns are found by their header in any of the five languages, or stand in a fixed order.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from clv_xl import texts
from clv_xl.catalogue import shapes
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import COUNT, POSITIVE, Number
from clv_xl.catalogue.ranges import as_block
from clv_xl.catalogue.shapes import Shape
from clv_xl.cells import Block, Cell, FloatArray
from clv_xl.errors import NA, NUM, VALUE, CellError, Text
from clv_xl.metrics.response import HILL, LOG, POWER, RESPONSES

BEST = "best"
PARAMETERS = ("scale", "half", "exponent")
CHANNEL_FIELDS = (
    "channel",
    "response",
    *PARAMETERS,
    "value_per_customer",
    "min_spend",
    "max_spend",
    "spend_now",
)
HISTORY_FIELDS = ("channel", "spend", "customers")
UP_TO_ONE = Number(low=0.0, high=1.0, above=True)
_NEEDED = {HILL: ("scale", "half"), LOG: ("scale", "half"), POWER: ("scale", "exponent")}
_IGNORED = {LOG: "exponent", POWER: "half"}


@cache
def words_of(group: str, members: Sequence[str]) -> Mapping[str, str]:
    """Return folded word -> member: its name, what it is called in each language, and other words for it."""
    from clv_xl.orders.headers import fold

    found: dict[str, str] = {}
    for member in members:
        own = member if group == "column" else f"{group}.{member}"
        for language in texts.LANGUAGES:
            others = texts.word(f"also.{group}.{member}", language).split("|")
            for word in (member, texts.word(own, language), *others):
                found.setdefault(fold(word), member)
    return MappingProxyType(found)


def nearest(word: str, known: Mapping[str, str]) -> Text:
    """Return how to mend a word that is none of those known."""
    from clv_xl.orders.headers import fold

    close = difflib.get_close_matches(fold(word), known, n=1, cutoff=0.5)
    return Text("mend.did_you_mean", {"nearest": known[close[0]]}) if close else Text("mend.choose")


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Rows of a range with named columns.

    Parameters
    ----------
    headers : dict
        Field -> what its column is called.
    columns : dict
        Field -> its cells.
    numbers : list of int
        Row of the range (1 is the first) of each.
    argument : str
        The argument that the range is.
    """

    headers: dict[str, str]
    columns: dict[str, list[Cell]]
    numbers: list[int]
    argument: str

    def at(self, row: int, field: str) -> dict[str, Any]:
        """Return where a sentence says that a cell stands."""
        return {"argument": f"{self.argument}[{self.headers.get(field, field)}]", "row": self.numbers[row]}

    def number(self, row: int, field: str, domain: Number) -> float:
        """Return a number, NaN where it is blank."""
        cell = self.columns[field][row] if field in self.columns else None
        if cell is None:
            return np.nan
        try:
            return domain.read(cell)
        except CellError as error:
            raise error.with_params(**self.at(row, field)) from None

    def needed(self, row: int, field: str, domain: Number) -> float:
        """Return a number that must be there."""
        found = self.number(row, field, domain)
        if found != found:
            raise CellError(VALUE, "blank_required", expected=domain.expected, **self.at(row, field))
        return found

    def name(self, row: int) -> str:
        """Return the name of the channel, a number as it is shown."""
        from clv_xl.orders.ids import name_of

        cell = self.columns["channel"][row]
        if isinstance(cell, CellError):
            raise cell.with_params(**self.at(row, "channel"))
        if cell is None or isinstance(cell, bool):
            key = "blank_required" if cell is None else "expected"
            raise CellError(VALUE, key, got=cell, expected=Text("expect.text"), **self.at(row, "channel"))
        return cell.strip() if isinstance(cell, str) else name_of(cell)


def read_rows(value: Cell | Block, argument: str, fields: tuple[str, ...], required: Sequence[str]) -> Rows:
    """Return the rows of a range, wholly blank ones left out."""
    if isinstance(value, CellError):
        raise value.with_params(argument=argument)
    block = as_block(value)
    height = max((cells.filled() for cells in block.columns), default=0)  # whole columns are a million rows
    rows = Block(tuple(cells[:height] for cells in block.columns)).to_rows()
    known = words_of("column", fields)
    first = rows[0] if rows else []
    places, headers = _by_header(rows, known, argument) if _is_header(first, known) else ({}, {})
    start = 1 if places else 0
    if not places:
        if not len(required) <= len(first) <= len(fields):
            raise CellError(VALUE, "columns_in_order", argument=argument, columns=", ".join(fields))
        places = {field: i for i, field in enumerate(fields[: len(first)])}
    for field in required:
        if field not in places:
            raise CellError(VALUE, "column_missing", argument=argument, field=field)
    kept = [i for i in range(start, len(rows)) if any(rows[i][j] is not None for j in places.values())]
    if not kept:
        raise CellError(NA, "no_rows", argument=argument)
    columns = {field: [rows[i][j] for i in kept] for field, j in places.items()}
    return Rows(headers, columns, [i + 1 for i in kept], argument)


def _is_header(first: Sequence[Cell], known: Mapping[str, str]) -> bool:
    from clv_xl.orders.headers import fold

    return any(isinstance(cell, str) and fold(cell) in known for cell in first)


def _by_header(
    rows: list[list[Cell]], known: Mapping[str, str], argument: str
) -> tuple[dict[str, int], dict[str, str]]:
    """Return the place and the header of each field.

    A column of notes is passed over; one of numbers, such as the month, where no field is left that it
    could be.
    """
    from clv_xl.orders.headers import fold

    places: dict[str, int] = {}
    headers: dict[str, str] = {}
    strange: list[Cell] = []
    for j, cell in enumerate(rows[0]):
        field = known.get(fold(cell)) if isinstance(cell, str) else None
        if field is None:
            if not _is_note(cell, [row[j] for row in rows[1:]], known):
                strange.append(cell)
        elif field in places:
            header = str(cell).strip()
            raise CellError(VALUE, "duplicate_column", argument=argument, field=field, header=header, count=2)
        else:
            places[field], headers[field] = j, str(cell).strip()
    if strange and len(places) < len(set(known.values())):
        raise _unknown_column(strange[0], known, argument)
    return places, headers


def _is_note(header: Cell, cells: Sequence[Cell], known: Mapping[str, str]) -> bool:
    """Return whether a column may be passed over: no number, no response, no header that is misspelt."""
    from clv_xl.orders.headers import fold

    responses = words_of("response", (*RESPONSES, BEST))
    if any(isinstance(c, float) or (isinstance(c, str) and fold(c) in responses) for c in cells):
        return False
    return not (isinstance(header, str) and difflib.get_close_matches(fold(header), known, n=1, cutoff=0.8))


def _unknown_column(header: Cell, known: Mapping[str, str], argument: str) -> CellError:
    """Return the error of a column that is none of those known."""
    mend = nearest(header, known) if isinstance(header, str) else Text("mend.choose")
    expected = Text("expect.keyword", {"choices": ", ".join(dict.fromkeys(known.values()))})
    key = "blank_required" if header is None else "expected"
    return CellError(VALUE, key, got=header, mend=mend, expected=expected, argument=argument, row=1)


@dataclass(frozen=True, eq=False, slots=True)
class GivenChannels:
    """The channels as given.

    Parameters
    ----------
    names : list of str
        Their names.
    kinds : list of str
        "hill", "log", "power" or "best".
    scale, half, exponent : ndarray
        Parameters stated; NaN where not, or where the response has none.
    values, low, high : ndarray
        Value of a customer, least and most spend (infinite where not given).
    now : ndarray or None
        What is spent now.
    rows : Rows
        Where they stand.
    """

    names: list[str]
    kinds: list[str]
    scale: FloatArray
    half: FloatArray
    exponent: FloatArray
    values: FloatArray
    low: FloatArray
    high: FloatArray
    now: FloatArray | None
    rows: Rows

    def stated(self, i: int) -> bool:
        """Return whether any parameter of a channel is given."""
        return not (np.isnan(self.scale[i]) and np.isnan(self.half[i]) and np.isnan(self.exponent[i]))

    def check_stated(self, i: int) -> None:
        """Raise the error of a channel whose parameters are not all there."""
        if self.kinds[i] == BEST:
            raise CellError(VALUE, "best_needs_history", **self.rows.at(i, "response"))
        for field in _NEEDED[self.kinds[i]]:
            self.rows.needed(i, field, UP_TO_ONE if field == "exponent" else POSITIVE)


@dataclass(frozen=True, slots=True)
class ChannelsRange:
    """A range with a row a channel."""

    shape: ClassVar[Shape] = shapes.ROWS

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.channels")

    def read_range(self, value: Cell | Block, context: Context) -> GivenChannels:
        """Return the channels, each number in its domain."""
        rows = read_rows(value, "channels", CHANNEL_FIELDS, ("channel", "value_per_customer"))
        n = range(len(rows.numbers))
        names = _distinct_names(rows)
        kinds = [_kind(rows, i) for i in n]
        exponent = np.array([_exponent(rows, i, kinds[i]) for i in n])
        scale, half = (np.array([rows.number(i, f, POSITIVE) for i in n]) for f in ("scale", "half"))
        for i in n:
            unused = _IGNORED.get(kinds[i])
            if unused and rows.number(i, unused, Number()) == rows.number(i, unused, Number()):
                raise CellError(VALUE, "unused_parameter", response=kinds[i], **rows.at(i, unused))
        values = np.array([rows.needed(i, "value_per_customer", COUNT) for i in n])
        low = np.nan_to_num(np.array([rows.number(i, "min_spend", COUNT) for i in n]), nan=0.0)
        high = np.array([rows.number(i, "max_spend", COUNT) for i in n])
        high[np.isnan(high)] = np.inf
        for i in np.flatnonzero(low > high).tolist():
            bounds = {"low": low[i].item(), "high": high[i].item()}
            raise CellError(NUM, "minimum_above_maximum", **bounds, **rows.at(i, "min_spend"))
        now = np.array([rows.number(i, "spend_now", COUNT) for i in n])
        given_now = None if np.isnan(now).all() else np.nan_to_num(now, nan=0.0)
        return GivenChannels(names, kinds, scale, half, exponent, values, low, high, given_now, rows)


def _distinct_names(rows: Rows) -> list[str]:
    from clv_xl.orders.ids import fold

    names = [rows.name(i) for i in range(len(rows.numbers))]
    seen: set[str] = set()
    for i, name in enumerate(names):
        if fold(name) in seen:
            raise CellError(VALUE, "duplicate_name", got=name, argument=rows.argument, row=rows.numbers[i])
        seen.add(fold(name))
    return names


def _kind(rows: Rows, i: int) -> str:
    """Return the response of a row; a blank is a hill."""
    from clv_xl.orders.headers import fold

    cell = rows.columns["response"][i] if "response" in rows.columns else None
    if cell is None:
        return HILL
    if isinstance(cell, CellError):
        raise cell.with_params(**rows.at(i, "response"))
    known = words_of("response", (*RESPONSES, BEST))
    kind = known.get(fold(cell)) if isinstance(cell, str) else None
    if kind is None:
        choices = ", ".join(f'"{word}"' for word in (*RESPONSES, BEST))
        expected = Text("expect.keyword", {"choices": choices})
        mend = nearest(cell, known) if isinstance(cell, str) else Text("mend.choose")
        raise CellError(VALUE, "expected", got=cell, expected=expected, mend=mend, **rows.at(i, "response"))
    return kind


def _exponent(rows: Rows, i: int, kind: str) -> float:
    """Return the exponent of a row; above 1 a hill is S-shaped, at 1 a power is a straight line."""
    found = rows.number(i, "exponent", POSITIVE)
    if kind == HILL and found > 1:
        raise CellError(NUM, "hill_exponent", got=found, **rows.at(i, "exponent"))
    if kind == POWER and found >= 1:
        raise CellError(NUM, "power_exponent", got=found, **rows.at(i, "exponent"))
    return found


@dataclass(frozen=True, slots=True)
class HistoryRange:
    """A range with a row a period and channel: channel, spend, customers."""

    shape: ClassVar[Shape] = shapes.ROWS

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.history")

    def read_range(self, value: Cell | Block, context: Context) -> dict[str, tuple[FloatArray, FloatArray]]:
        """Return folded channel -> spends and customers of its periods."""
        from clv_xl.orders.ids import fold

        rows = read_rows(value, "history", HISTORY_FIELDS, HISTORY_FIELDS)
        found: dict[str, tuple[list[float], list[float]]] = {}
        for i in range(len(rows.numbers)):
            spends, customers = found.setdefault(fold(rows.name(i)), ([], []))
            spends.append(rows.needed(i, "spend", COUNT))
            customers.append(rows.needed(i, "customers", COUNT))
        return {name: (np.array(spends), np.array(won)) for name, (spends, won) in found.items()}
