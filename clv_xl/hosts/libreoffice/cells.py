"""What Calc hands over, as cells, and results as Calc takes them.

Calc knows numbers and texts. TRUE comes as 1; a blank in a range as an empty text, as a single cell 0;
an argument left out as None; a call of ours as argument as rows of one cell. An error is a NaN whose low
bits are LibreOffice's number of the error.
"""

import math
import struct
from collections.abc import Mapping, Sequence
from itertools import chain
from operator import eq
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from clv_xl.cells import AT_ONCE, Block, Cell, Cells
from clv_xl.errors import CALC, DIV, NA, NAME, NULL, NUM, REF, SPILL, VALUE, CellError

Rows: TypeAlias = tuple[tuple[Any, ...], ...]

# Numbers of errors in LibreOffice (formula/errorcodes.hxx); it has none for the newer two of Excel.
NUMBERS = MappingProxyType(
    {NUM: 503, VALUE: 519, NULL: 521, REF: 524, NAME: 525, DIV: 532, NA: 32767, SPILL: 519, CALC: 519}
)
_CODES = MappingProxyType({number: code for code, number in NUMBERS.items() if code not in {SPILL, CALC}})
_QUIET_NAN = 0x7FF8000000000000
_NANS: Mapping[str, float] = MappingProxyType(
    {code: struct.unpack("<d", struct.pack("<Q", _QUIET_NAN | n))[0] for code, n in NUMBERS.items()}
)
_PLAIN = frozenset((float, str))


def read(value: Any) -> Cell | Block:
    """Return one argument as a cell or a block: a number, a text, None, or rows of them."""
    if type(value) is not tuple:
        return _cell(value)
    width = len(value[0]) if value else 0
    if width == 0:
        return None
    if len(value) == 1 and width == 1:
        return _cell(value[0][0])
    flat = list(chain.from_iterable(value))
    return Block(tuple(_column(flat[j::width]) for j in range(width)))


def _cell(value: Any) -> Cell:
    kind = type(value)
    if kind is float:
        return value if value == value else _error(value)
    if kind is str:
        return value or None
    if value is None or kind is bool:
        return value  # type: ignore[no-any-return]
    if isinstance(value, (int, float)):  # no cell of Calc, but UNO has whole numbers
        return float(value)
    return CellError(VALUE, "input_error", got=kind.__name__)


def _error(number: float) -> CellError:
    """Return the error that a NaN stands for."""
    found = struct.unpack("<Q", struct.pack("<d", number))[0] & 0xFFFF
    code = _CODES.get(found)
    return CellError(code, "input_error") if code else CellError(VALUE, "input_error", got=f"Err:{found}")


def _column(values: Sequence[Any]) -> Cells:
    """Return a column; one of numbers, or of texts, takes no step of Python for a cell."""
    kinds: set[type] = set()
    for start in range(0, len(values), AT_ONCE):
        kinds.update(map(type, values[start : start + AT_ONCE]))
    if kinds == {str}:
        return Cells.of(values)
    if kinds == {float}:
        numbers = np.array(values, dtype=np.float64)
        if not np.isnan(numbers).any():
            return Cells(numbers)
    if kinds <= _PLAIN and all(map(eq, values, values)):  # a NaN is an error
        blank = {v for v in values if type(v) is str} == {""}
        return Cells.of([None if v == "" else v for v in values] if blank else values)
    return Cells.of(list(map(_cell, values)))


def write(result: Cell | Block) -> Rows:
    """Return a result as Calc takes it: rows, of one cell where it is one.

    >>> write(Block.from_rows([["a", 1.0], [None, True]]))
    (('a', 1.0), ('', 1.0))
    """
    if not isinstance(result, Block):
        return ((one(result),),)
    columns = [c.numbers.tolist() if c.tags is None else list(map(one, c)) for c in result.columns]
    return tuple(zip(*columns, strict=True)) or (("",),)


def one(cell: Cell) -> float | str:
    """Return one cell as Calc takes it."""
    if isinstance(cell, CellError):
        return _NANS[cell.code]
    if cell is None:
        return ""  # an empty UNO value in rows would show as #N/A
    return float(cell) if isinstance(cell, bool) else cell


def error_code(number: float) -> str:
    """Return the code of an error as Calc holds it, empty for a number.

    >>> error_code(one(CellError(NUM, "no_result"))), error_code(1.0)
    ('#NUM!', '')
    """
    return _error(number).code if math.isnan(number) else ""
