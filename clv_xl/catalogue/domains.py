"""What one cell of an argument may be.

Each domain reads a cell or a whole column, words its own error and draws its own test inputs.
Reading a column is proved equal to reading its cells one by one: a column is accepted in bulk,
and only a cell refused in bulk is read on its own, which words the error.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import NUMBER, TEXT, BoolArray, Cell, Cells
from clv_xl.errors import NUM, VALUE, CellError, Text

LARGEST_DATE = 2958465.0  # 9999-12-31, the last date a spreadsheet knows


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """A column read by a domain.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The values; what stands at a refused row has no meaning.
    refused : ndarray of bool, shape (n,), or None
        True where the cell was refused; None where all were read.
    error : callable
        The error of a refused row (0 is the first).
    """

    values: NDArray[Any]
    refused: BoolArray | None
    error: Callable[[int], CellError]

    @property
    def first_refused(self) -> int | None:
        """Index of the first refused row, None if there is none."""
        return None if self.refused is None else int(np.argmax(self.refused))


class Domain(Protocol):
    """One cell's domain; hosts and the runner know no more of it than this."""

    def read(self, cell: Cell) -> Any:
        """Return the value of a cell or raise a CellError that says what was expected."""

    def read_column(self, cells: Cells) -> Column:
        """Read a whole column; equal to `read` of every cell."""

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""

    def draw(self, random: Random) -> Cell:
        """Return a valid cell."""

    def refused_cells(self) -> tuple[tuple[Cell, str], ...]:
        """Return cells that are refused, each with its error code."""


def refuse(code: str, domain: Domain, cell: Cell, mend: Text | None = None) -> CellError:
    """Return the error for a cell that is not in a domain."""
    if isinstance(cell, CellError):
        return cell
    if cell is None:
        return CellError(VALUE, "blank_required", expected=domain.expected)
    params = {"expected": domain.expected, "got": cell}
    return CellError(code, "expected", **params, **({"mend": mend} if mend else {}))


def read_column(domain: Domain, cells: Cells, values: NDArray[Any], accepted: BoolArray) -> Column:
    """Return a column accepted in bulk, whose refused rows are worded one by one."""

    def error(row: int) -> CellError:
        try:
            domain.read(cells.cell(row))
        except CellError as found:
            return found
        message = f"{domain} refuses row {row} in a column but reads it alone"
        raise AssertionError(message)

    return Column(values, None if accepted.all() else ~accepted, error)


def _hint(cell: Cell, key: str) -> Text | None:
    """Return how to mend a text that looks like a number or a date."""
    if not isinstance(cell, str):
        return None
    from clv_xl.orders.columns import date_order, looks_numeric

    return Text(key) if looks_numeric(cell) or date_order(cell) else None


@dataclass(frozen=True, slots=True)
class Number:
    """A number within closed bounds.

    Parameters
    ----------
    low, high : float
        Smallest and largest value; infinities mean no bound, yet an infinite cell is refused.
    whole : bool
        Whether only whole numbers are taken.
    above : bool
        Whether `low` itself is refused.
    share : bool
        Whether the value is a share, so that 80 is mended to 80%.
    typical : tuple of float
        Range from which test inputs are drawn.
    """

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    above: bool = False
    share: bool = False
    typical: tuple[float, float] = (0.0, 1000.0)

    @property
    def closed(self) -> tuple[float, float]:
        """The bounds as a closed interval of finite floats."""
        low = math.nextafter(self.low, math.inf) if self.above or math.isinf(self.low) else self.low
        return low, math.nextafter(self.high, -math.inf) if math.isinf(self.high) else self.high

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        bounded = not math.isinf(self.low), not math.isinf(self.high)
        kind = "whole" if self.whole else "number"
        key = {
            (True, True): f"expect.{kind}_between",
            (True, False): f"expect.{kind}_at_least",
            (False, True): f"expect.{kind}_at_most",
            (False, False): f"expect.{kind}",
        }[bounded]
        if self.above:
            key = "expect.number_above_to" if bounded[1] else "expect.number_above"
        return Text(key, {"low": self.low, "high": self.high})

    def read(self, cell: Cell) -> float:
        """Return the number of a cell."""
        if isinstance(cell, (bool, np.bool_)) or not isinstance(cell, (float, int, np.number)):
            raise refuse(VALUE, self, cell, _hint(cell, "mend.text_number"))
        number = float(cell)
        if number != number:
            raise refuse(VALUE, self, None)
        low, high = self.closed
        if not low <= number <= high or (self.whole and number != math.floor(number)):
            hint = self.share and 1 < abs(number) <= 100
            mend = Text("mend.percent", {"percent": number, "share": number / 100}) if hint else None
            raise refuse(NUM, self, number, mend)
        return number

    def read_column(self, cells: Cells) -> Column:
        """Read a whole column."""
        low, high = self.closed
        values = cells.numbers
        accepted = (values >= low) & (values <= high)
        if cells.tags is not None:
            accepted &= cells.tags == NUMBER
        if self.whole:
            accepted &= values == np.floor(values)
        return read_column(self, cells, values, accepted)

    def draw(self, random: Random) -> Cell:
        """Return a number of the typical range, now and then one of the bounds."""
        low, high = self.closed
        bottom, top = max(self.typical[0], low), min(self.typical[1], high)
        if self.whole:
            return float(random.randint(math.ceil(bottom), math.floor(top)))
        edge = random.random()
        if edge < 0.05 or edge > 0.95:
            return bottom if edge < 0.05 else top
        return random.uniform(bottom, top)

    def refused_cells(self) -> tuple[tuple[Cell, str], ...]:
        """Return cells that are refused, each with its error code."""
        cells: list[tuple[Cell, str]] = [
            ("abc", VALUE),
            ("12", VALUE),
            ("1.2.2025", VALUE),
            (True, VALUE),
            (None, VALUE),
            (math.nan, VALUE),
            (math.inf, NUM),
            (-math.inf, NUM),
            (CellError(NUM, "input_error"), NUM),
        ]
        if not math.isinf(self.low):
            cells.append((self.low if self.above else self.low - 0.5, NUM))
        if not math.isinf(self.high):
            cells.append((self.high + 0.5, NUM))
        if self.share:
            cells.append((80.0, NUM))
        if self.whole:
            cells.append((max(self.low, 0.0) + 0.5, NUM))
        return tuple(cells)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as a serial number; the time of day is cut off."""

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.date")

    def read(self, cell: Cell) -> float:
        """Return the serial number of the day."""
        if isinstance(cell, (bool, np.bool_)) or not isinstance(cell, (float, int, np.number)):
            raise refuse(VALUE, self, cell, _hint(cell, "mend.text_date"))
        number = float(cell)
        if number != number:
            raise refuse(VALUE, self, None)
        if not 1 <= number < LARGEST_DATE + 1:
            raise refuse(NUM, self, number)
        return float(math.floor(number))

    def read_column(self, cells: Cells) -> Column:
        """Read a whole column."""
        accepted = (cells.numbers >= 1) & (cells.numbers < LARGEST_DATE + 1)
        if cells.tags is not None:
            accepted &= cells.tags == NUMBER
        return read_column(self, cells, np.floor(cells.numbers), accepted)

    def draw(self, random: Random) -> Cell:
        """Return a date of 2023 to 2025."""
        return float(random.randint(44927, 46022))

    def refused_cells(self) -> tuple[tuple[Cell, str], ...]:
        """Return cells that are refused, each with its error code."""
        texts: tuple[Cell, ...] = ("1.2.2025", "2025-02-01", "02/01/25", True, None)
        numbers: tuple[Cell, ...] = (0.0, -5.0, math.inf, LARGEST_DATE + 1)
        error = CellError(NUM, "input_error")
        return (*((t, VALUE) for t in texts), *((n, NUM) for n in numbers), (error, NUM))


@dataclass(frozen=True, slots=True)
class Keyword:
    """One of a few words, in capitals or not."""

    choices: tuple[str, ...]

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.keyword", {"choices": ", ".join(f'"{c}"' for c in self.choices)})

    def read(self, cell: Cell) -> str:
        """Return the word as it is declared."""
        if isinstance(cell, str):
            wanted = cell.strip().casefold()
            for choice in self.choices:
                if choice.casefold() == wanted:
                    return choice
        raise refuse(VALUE, self, cell, Text("mend.choose") if isinstance(cell, str) else None)

    def read_column(self, cells: Cells) -> Column:
        """Read a whole column; work is per distinct word, not per row."""
        values = np.empty(len(cells), dtype=object)
        accepted = np.zeros(len(cells), dtype=np.bool_)
        if cells.codes is not None and cells.tags is not None:
            for code, label in enumerate(cells.labels):
                try:
                    choice = self.read(label)
                except CellError:
                    continue
                here = (cells.codes == code) & cells.is_tag(TEXT)
                values[here], accepted[here] = choice, True
        return read_column(self, cells, values, accepted)

    def draw(self, random: Random) -> Cell:
        """Return one of the words, sometimes in capitals."""
        choice = random.choice(self.choices)
        return choice.upper() if random.random() < 0.3 else choice

    def refused_cells(self) -> tuple[tuple[Cell, str], ...]:
        """Return cells that are refused, each with its error code."""
        cells: tuple[Cell, ...] = ("no such word", 1.5, None, True, "=cmd|x")
        return (*((c, VALUE) for c in cells), (CellError(NUM, "input_error"), NUM))


@dataclass(frozen=True, slots=True)
class Flag:
    """TRUE or FALSE; 1 and 0 are taken too."""

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.flag")

    def read(self, cell: Cell) -> float:
        """Return 1 or 0."""
        if isinstance(cell, (bool, np.bool_, float, int)):
            number = float(cell)
            if number in (0.0, 1.0):
                return number
            if number != number:
                raise refuse(VALUE, self, None)
            raise refuse(NUM, self, number)
        raise refuse(VALUE, self, cell)

    def read_column(self, cells: Cells) -> Column:
        """Read a whole column."""
        return read_column(self, cells, cells.numbers, (cells.numbers == 0) | (cells.numbers == 1))

    def draw(self, random: Random) -> Cell:
        """Return TRUE, FALSE, 1 or 0."""
        return random.choice((True, False, 1.0, 0.0))

    def refused_cells(self) -> tuple[tuple[Cell, str], ...]:
        """Return cells that are refused, each with its error code."""
        return (("yes", VALUE), (2.0, NUM), (None, VALUE), (CellError(NUM, "input_error"), NUM))


@dataclass(frozen=True, slots=True)
class Word:
    """A text, such as the name of a function."""

    examples: tuple[str, ...] = ("A",)

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""
        return Text("expect.text")

    def read(self, cell: Cell) -> str:
        """Return the text."""
        if isinstance(cell, str) and cell.strip():
            return cell
        raise refuse(VALUE, self, None if cell == "" else cell)

    def read_column(self, cells: Cells) -> Column:
        """Read a whole column."""
        values = np.array(list(cells), dtype=object)
        accepted = np.array([isinstance(v, str) and bool(v.strip()) for v in values], dtype=np.bool_)
        return read_column(self, cells, values, accepted)

    def draw(self, random: Random) -> Cell:
        """Return one of the examples."""
        return random.choice(self.examples)

    def refused_cells(self) -> tuple[tuple[Cell, str], ...]:
        """Return cells that are refused, each with its error code."""
        return ((1.0, VALUE), (None, VALUE), (True, VALUE), (CellError(NUM, "input_error"), NUM))


ANY_NUMBER = Number()
COUNT = Number(low=0.0)
SHARE = Number(low=0.0, high=1.0, share=True)
POSITIVE = Number(low=0.0, above=True)
UNIT = Keyword(("D", "W", "M", "Q", "Y"))
HEADERS = Number(low=0.0, high=2.0, whole=True)
