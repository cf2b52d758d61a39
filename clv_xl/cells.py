"""What a host hands over: cells, columns of cells and rectangles of columns.

A single cell is a float, str, bool, None (blank) or `CellError`. A range is a `Block`: columns of
`Cells`, each held as numpy arrays so that a million rows are read without work per cell.
Dates are serial numbers of the 1900 date system.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, repeat
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from clv_xl.errors import CellError

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
Made = TypeVar("Made")
Cell: TypeAlias = float | str | bool | CellError | None

NUMBER, BLANK, TEXT, BOOLEAN, ERROR = range(5)
AT_ONCE = 8_192  # cells of one step in C: between two steps Python lets other threads in


def _kinds(values: Sequence[Any]) -> set[type]:
    """Return the types of values."""
    kinds: set[type] = set()
    for start in range(0, len(values), AT_ONCE):
        kinds.update(map(type, values[start : start + AT_ONCE]))
    return kinds


@dataclass(frozen=True, eq=False, slots=True)
class Cells:
    """One column of cells.

    Parameters
    ----------
    numbers : ndarray of float64, shape (n,)
        The value where the cell is a number; 1 or 0 where it is a boolean; NaN elsewhere.
    tags : ndarray of uint8, shape (n,), or None
        NUMBER, BLANK, TEXT, BOOLEAN or ERROR for each cell; None when all are numbers.
    codes : ndarray of int32, shape (n,), or None
        Index into `labels` where the cell is a text, into `errors` where it is an error, else -1.
    labels : sequence of str
        The distinct texts.
    errors : sequence of CellError
        The distinct errors.
    """

    numbers: FloatArray
    tags: NDArray[np.uint8] | None = None
    codes: NDArray[np.int32] | None = None
    labels: Sequence[str] = ()
    errors: Sequence[CellError] = ()

    def __len__(self) -> int:
        return int(self.numbers.size)

    @classmethod
    def of(cls, values: Any) -> "Cells":
        """Make a column from a numpy array or any sequence of cells.

        Numeric arrays are used as they come (a NaN in one is a blank); other sequences are
        read cell by cell in one pass, texts becoming codes of a dictionary.
        """
        if isinstance(values, np.ndarray) and values.ndim == 1:
            if values.dtype.kind in "fiu":
                return cls._numeric(values.astype(np.float64, copy=False))
            if values.dtype.kind == "b":
                numbers = values.astype(np.float64)
                return cls(numbers, np.full(numbers.size, BOOLEAN, np.uint8))
        return cls._mixed(values if isinstance(values, (list, tuple)) else list(values))

    @classmethod
    def _numeric(cls, numbers: FloatArray) -> "Cells":
        missing = np.isnan(numbers)
        if not missing.any():
            return cls(numbers)
        return cls(numbers, np.where(missing, BLANK, NUMBER).astype(np.uint8))

    @classmethod
    def coded(cls, codes: NDArray[np.int32], labels: Sequence[str]) -> "Cells":
        """Make a column of texts from dictionary codes; -1 is a blank."""
        tags = np.where(codes >= 0, TEXT, BLANK).astype(np.uint8)
        return cls(np.full(codes.size, np.nan), tags, codes.astype(np.int32, copy=False), labels)

    @classmethod
    def _mixed(cls, values: Sequence[Any]) -> "Cells":
        kinds = _kinds(values)
        if kinds <= {float, int}:
            return cls._numeric(np.array(values, dtype=np.float64))
        if kinds <= {float, int, type(None)}:
            return cls._numeric(np.array([np.nan if v is None else v for v in values], dtype=np.float64))
        return cls._texts(values) if kinds <= {str, type(None)} else cls._of_all_kinds(values)

    @classmethod
    def _of_all_kinds(cls, values: Sequence[Any]) -> "Cells":
        numbers = [np.nan] * len(values)  # lists: an array takes its elements one by one far slower
        tags = bytearray(len(values))
        codes = [-1] * len(values)
        labels: dict[str, int] = {}
        errors: dict[CellError, int] = {}
        for i, value in enumerate(values):
            if type(value) is float:
                numbers[i] = value
                if value != value:
                    tags[i] = BLANK
            elif isinstance(value, str):
                if value:
                    tags[i] = TEXT
                    codes[i] = labels.setdefault(value, len(labels))
                else:
                    tags[i] = BLANK
            elif value is None:
                tags[i] = BLANK
            elif isinstance(value, (bool, np.bool_)):
                tags[i], numbers[i] = BOOLEAN, float(value)
            elif isinstance(value, CellError):
                tags[i], codes[i] = ERROR, errors.setdefault(value, len(errors))
            else:
                numbers[i] = float(value)
                if numbers[i] != numbers[i]:
                    tags[i] = BLANK
        return cls(
            np.array(numbers, np.float64),
            np.frombuffer(tags, np.uint8),
            np.array(codes, np.int32),
            tuple(labels),
            tuple(errors),
        )

    @classmethod
    def _texts(cls, values: Sequence[str | None]) -> "Cells":
        """Make a column of texts and blanks; the dictionary numbers new texts itself, row by row in C."""
        index: defaultdict[str | None, int] = defaultdict(count().__next__)
        codes = np.empty(len(values), np.int32)
        for start in range(0, len(values), AT_ONCE):
            part = values[start : start + AT_ONCE]
            codes[start : start + len(part)] = np.fromiter(map(index.__getitem__, part), np.int32, len(part))
        for blank in (None, ""):
            if blank in index:
                codes[codes == index[blank]] = -1
        return cls.coded(codes, tuple(label or "" for label in index))

    def __getitem__(self, rows: slice) -> "Cells":
        return Cells(
            self.numbers[rows],
            None if self.tags is None else self.tags[rows],
            None if self.codes is None else self.codes[rows],
            self.labels,
            self.errors,
        )

    @classmethod
    def stacked(cls, *parts: "Cells") -> "Cells":
        """Return columns below one another as one column."""
        numbers = np.concatenate([part.numbers for part in parts])
        if all(part.tags is None for part in parts):
            return cls(numbers)
        tags = [np.zeros(len(p), np.uint8) if p.tags is None else p.tags for p in parts]
        codes = [np.full(len(p), -1, np.int32) if p.codes is None else p.codes.copy() for p in parts]
        labels: list[str] = []
        errors: list[CellError] = []
        for part, tag, code in zip(parts, tags, codes, strict=True):
            code[tag == TEXT] += len(labels)
            code[tag == ERROR] += len(errors)
            labels += part.labels
            errors += part.errors
        return cls(numbers, np.concatenate(tags), np.concatenate(codes), tuple(labels), tuple(errors))

    def cell(self, i: int) -> Cell:
        """Return one cell as a host hands it over."""
        tag = NUMBER if self.tags is None else int(self.tags[i])
        if tag == NUMBER:
            return float(self.numbers[i])
        if tag == BLANK:
            return None
        if tag == BOOLEAN:
            return bool(self.numbers[i])
        assert self.codes is not None
        code = int(self.codes[i])
        return self.labels[code] if tag == TEXT else self.errors[code]

    def __iter__(self) -> Iterator[Cell]:
        if self.tags is None:
            return iter(self.numbers.tolist())
        return self._tagged(self.tags)

    def _tagged(self, tags: NDArray[np.uint8]) -> Iterator[Cell]:
        codes = repeat(-1) if self.codes is None else self.codes.tolist()
        for number, tag, code in zip(self.numbers.tolist(), tags.tolist(), codes, strict=False):
            if tag == NUMBER:
                yield number
            elif tag == TEXT:
                yield self.labels[code]
            elif tag == BLANK:
                yield None
            else:
                yield bool(number) if tag == BOOLEAN else self.errors[code]

    def is_tag(self, tag: int) -> BoolArray:
        """Return where the cells are of one kind."""
        if self.tags is None:
            return np.full(len(self), tag == NUMBER)
        return np.asarray(self.tags == tag)

    def filled(self) -> int:
        """Return the height without the trailing blanks."""
        if self.tags is None or not len(self) or self.tags[-1] != BLANK:
            return len(self)
        used = np.flatnonzero(self.tags != BLANK)
        return int(used[-1]) + 1 if used.size else 0


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """A rectangular range: columns of equal height."""

    columns: tuple[Cells, ...]

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.columns)

    @classmethod
    def from_rows(cls, rows: Sequence[Sequence[Any]]) -> "Block":
        """Make a block from rows of cells, as spreadsheet programs hand ranges over."""
        widths = set(map(len, rows))
        if len(widths) > 1:
            message = f"rows of different width: {sorted(widths)}"
            raise ValueError(message)
        columns = ([row[j] for row in rows] for j in range(widths.pop() if widths else 0))
        return cls(tuple(map(Cells.of, columns)))

    @classmethod
    def from_columns(cls, *columns: Any) -> "Block":
        """Make a block from columns: numpy arrays, lists or `Cells`."""
        return cls(tuple(c if isinstance(c, Cells) else Cells.of(c) for c in columns))

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        """Return the rows, each a tuple of cells."""
        return zip(*self.columns, strict=True)

    def to_rows(self) -> list[list[Cell]]:
        """Return the block as a list of rows."""
        return [list(row) for row in self.rows()]

    def transposed(self) -> "Block":
        """Return the block with rows and columns exchanged."""
        return Block.from_rows([list(c) for c in self.columns]) if self.columns else self


@dataclass(frozen=True, eq=False, slots=True)
class HeldBlock(Block):
    """A range that a host hands over again and again: what is made of it is made once."""

    _made: dict[Hashable, Any] = field(default_factory=dict, init=False)

    def derived(self, name: Hashable, make: Callable[[Block], Made]) -> Made:
        """Return what `make` makes of the range."""
        if name not in self._made:
            self._made[name] = make(self)
        made: Made = self._made[name]
        return made
