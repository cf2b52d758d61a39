"""Names and ids of a column as dictionary codes: who is the same customer.

Ids are equal after trimming and case folding, and a number equals its text (12, 12.0 and '12').
Python works on the distinct labels only; numbers are sorted by numpy.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import BOOLEAN, NUMBER, TEXT, BoolArray, Cells, FloatArray, IntArray
from clv_xl.metrics import counting
from clv_xl.orders.log import Coded

Codes: TypeAlias = NDArray[np.int32] | IntArray

AT_ONCE = 8_192  # labels of one step: between two steps Python lets other threads in
EXACT = 2.0**53  # up to here a float64 holds every whole number
_WHOLE = re.compile(r"(-?[1-9]\d{0,14}|0)\.0+", re.ASCII)  # 12.0 is 12, yet 007 is not 7


@dataclass(frozen=True, slots=True)
class Merge:
    """Two spellings that are one id.

    Parameters
    ----------
    kept, other : str
        The spelling that names the id, and the one merged into it; ``'12`` is 12 typed as text.
    count : int
        Number of cells with the other spelling.
    line : int
        Index of the first of them.
    """

    kept: str
    other: str
    count: int
    line: int


class NumberNames(Sequence[str]):
    """The names of numeric ids, written only when they are asked for."""

    __slots__ = ("numbers",)

    def __init__(self, numbers: FloatArray) -> None:
        self.numbers = numbers

    def __len__(self) -> int:
        return int(self.numbers.size)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> "NumberNames": ...
    def __getitem__(self, index: int | slice) -> "str | NumberNames":
        if isinstance(index, slice):
            return NumberNames(self.numbers[index])
        return name_of(float(self.numbers[index]))


def name_of(number: float) -> str:
    """Return the id that a number is.

    >>> name_of(12.0), name_of(-0.0), name_of(1.5)
    ('12', '0', '1.5')
    """
    return str(int(number)) if number.is_integer() else repr(number)


def fold(label: str) -> str:
    """Return the key under which ids are equal, ``""`` for a blank.

    >>> fold(" Anna "), fold("12.0"), fold("007")
    ('anna', '12', '007')
    """
    plain = label.strip().casefold()
    if not plain.isascii():
        return unicodedata.normalize("NFC", plain)
    whole = _WHOLE.fullmatch(plain) if ".0" in plain else None
    return whole[1] if whole else plain


def coded(cells: Cells, booleans: bool = False) -> tuple[Coded, tuple[Merge, ...]]:
    """Return a column of ids or names as codes, and which spellings were merged.

    Parameters
    ----------
    cells : Cells
        One column.
    booleans : bool
        Whether TRUE and FALSE are names; as ids they are not, and their code is -1, as that of blanks
        and errors.

    Returns
    -------
    tuple
        The codes with their names, and the merges in the order of the names.

    Examples
    --------
    >>> names, merges = coded(Cells.of(["Anna", " anna", 12.0, "12", None]))
    >>> names.codes.tolist(), list(names.names)
    ([1, 1, 0, 0, -1], ['12', 'Anna'])
    >>> [(m.kept, m.other) for m in merges]
    [('12', "'12"), ('Anna', ' anna')]
    """
    numeric = _where_numbers(cells)
    if numeric is None:
        values, codes = factorize(cells.numbers)
        return Coded(codes, NumberNames(values)), ()
    raw, spellings = _labels(cells)
    if numeric.any():
        values, number_codes = factorize(cells.numbers[numeric])
        raw = np.where(raw >= 0, raw.astype(np.int64) + values.size, -1)
        raw[numeric] = number_codes
        spellings = [*values.tolist(), *spellings]  # of 12 and '12 the number is kept
    if booleans and (truth := cells.is_tag(BOOLEAN)).any():
        raw = raw.astype(np.int64)
        raw[truth] = len(spellings) + (cells.numbers[truth] != 0)
        spellings = [*spellings, "FALSE", "TRUE"]
    return _folded(raw, spellings)


def _where_numbers(cells: Cells) -> BoolArray | None:
    """Return where the cells are finite numbers, None if all are."""
    if cells.tags is None:
        is_number = np.isfinite(cells.numbers)
    else:
        is_number = np.asarray(cells.tags == NUMBER)
        if is_number.any():
            is_number &= np.isfinite(cells.numbers)
    return None if is_number.all() else is_number


def _labels(cells: Cells) -> tuple[Codes, Sequence[str | float]]:
    """Return the codes of the texts, -1 elsewhere, and the labels."""
    if cells.codes is None:
        return np.full(len(cells), -1, np.int64), ()
    if not cells.errors:
        return cells.codes, cells.labels
    return np.where(cells.is_tag(TEXT), cells.codes, np.int32(-1)), cells.labels


def _folded(raw: Codes, spellings: Sequence[str | float]) -> tuple[Coded, tuple[Merge, ...]]:
    """Merge the spellings in use that are one id."""
    used = np.zeros(len(spellings) + 1, np.bool_)
    used[raw] = True  # -1 marks the extra place at the end
    places = np.flatnonzero(used[:-1])
    in_use = spellings if places.size == len(spellings) else [spellings[i] for i in places.tolist()]
    target = np.full(len(spellings) + 1, -1, np.int32)
    if (trimmed := _distinct(in_use)) is not None:
        target[places] = np.arange(places.size)
        return Coded(raw if in_use is spellings else target[raw], trimmed), ()
    codes_of: dict[str, int] = {}
    names: list[str] = []
    merged: list[tuple[int, int]] = []
    for place in places.tolist():
        spelling = spellings[place]
        if isinstance(spelling, str):
            key, name = fold(spelling), spelling.strip()
        else:
            key = name = name_of(spelling)
        if not key:
            continue
        code = codes_of.setdefault(key, len(names))
        if code == len(names):
            names.append(name)
        else:
            merged.append((place, code))
        target[place] = code
    merges = _merges(raw, spellings, merged, names) if merged else ()
    return Coded(target[raw], tuple(names)), merges


def _distinct(spellings: Sequence[str | float]) -> tuple[str, ...] | None:
    """Return the trimmed names if all are texts, none blank and no two one id: without a loop."""
    try:
        everything = "".join(spellings)  # type: ignore[arg-type]  # a number among them ends it
    except TypeError:
        return None
    if ".0" in everything or not everything.isascii():
        return None
    names: list[str] = []
    keys: set[str] = set()
    for start in range(0, len(spellings), AT_ONCE):
        part = list(map(str.strip, spellings[start : start + AT_ONCE]))  # type: ignore[arg-type]
        keys.update(map(str.casefold, part))
        names += part
    return tuple(names) if len(keys) == len(names) and "" not in keys else None


def _merges(
    raw: Codes, spellings: Sequence[str | float], merged: list[tuple[int, int]], names: list[str]
) -> tuple[Merge, ...]:
    """Count the cells of each spelling that was merged into another."""
    counts = counting.counts(raw + 1, len(spellings) + 1)[1:]
    first = np.zeros(len(spellings) + 1, np.int64)
    first[raw[::-1]] = np.arange(raw.size - 1, -1, -1)
    found = []
    for place, code in sorted(merged, key=lambda pair: pair[1]):
        spelling, kept = spellings[place], names[code]
        other = spelling if isinstance(spelling, str) else name_of(spelling)
        if other == kept:  # the text 12 beside the number 12
            other = f"'{kept}"
        found.append(Merge(kept, other, int(counts[place]), int(first[place])))
    return tuple(found)


def factorize(values: FloatArray) -> tuple[FloatArray, Codes]:
    """Return the distinct values, ascending, and the index of each value among them.

    Whole numbers of a narrow range are counted in a table; others are packed with their row into
    one integer and sorted, which is several times faster than sorting an index.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Finite numbers.

    Examples
    --------
    >>> factorize(np.array([12.0, 5.0, 12.0]))
    (array([ 5., 12.]), array([1, 0, 1], dtype=int32))
    """
    if not values.size:
        return values, np.empty(0, np.int32)
    low, high = float(values.min()), float(values.max())
    if max(abs(low), abs(high)) < EXACT:
        whole = values.astype(np.int64)
        if (whole == values).all():
            return _factorize_whole(whole, int(low), int(high))
    distinct, codes = np.unique(values, return_inverse=True)
    return distinct.astype(np.float64, copy=False), codes.astype(np.int32)


def _factorize_whole(whole: IntArray, low: int, high: int) -> tuple[FloatArray, Codes]:
    """Factorize whole numbers between `low` and `high`."""
    whole = whole - low
    if high - low <= 4 * whole.size + 1024:
        present = np.zeros(high - low + 1, np.bool_)
        present[whole] = True
        code_of = np.cumsum(present, dtype=np.int32) - np.int32(1)
        return np.flatnonzero(present).astype(np.float64) + low, code_of[whole]
    bits = int(whole.size).bit_length()
    if (high - low).bit_length() + bits > 62:
        distinct, codes = np.unique(whole, return_inverse=True)
        return distinct.astype(np.float64) + low, codes.astype(np.int32)
    packed = np.sort((whole << bits) | np.arange(whole.size))
    sorted_values = packed >> bits
    starts = np.concatenate(([True], sorted_values[1:] != sorted_values[:-1]))
    codes = np.empty(whole.size, np.int32)
    codes[packed & ((1 << bits) - 1)] = np.cumsum(starts, dtype=np.int32) - np.int32(1)
    return sorted_values[starts].astype(np.float64) + low, codes
