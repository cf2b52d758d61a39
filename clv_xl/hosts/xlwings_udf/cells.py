"""What COM hands over, as cells, and results as COM takes them.

xlwings' own converters turn an error cell into a blank, which a function that skips blanks would
then miscount; hence the ``raw`` converter and this mapping. It also takes what Office.js hands over
(lists, whole numbers as int, errors as dictionaries), so that the same functions run in xlwings
Lite and in xlwings Server.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, cast

from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import CALC, CODES, DIV, NA, NAME, NULL, NUM, REF, SPILL, VALUE, CellError

MISSING = -2147352572  # DISP_E_PARAMNOTFOUND: an optional argument that the formula leaves out
FIRST_ERROR = -2146828288  # 0x800A0000; an error cell arrives as this plus its number in CVErr
_ONLY_TEXTS = frozenset((SPILL, CALC))
_DAY_ZERO = dt.date(1899, 12, 30).toordinal()

# XlCVError of Excel's object model: the code we hand on, and how Excel shows it where that differs.
_CVERR = {
    2000: (NULL, ""),
    2007: (DIV, ""),
    2015: (VALUE, ""),
    2023: (REF, ""),
    2029: (NAME, ""),
    2036: (NUM, ""),
    2042: (NA, ""),
    2043: (NA, "#GETTING_DATA"),
    2045: (SPILL, ""),
    2046: (NA, "#CONNECT!"),
    2047: (VALUE, "#BLOCKED!"),
    2048: (VALUE, "#UNKNOWN!"),
    2049: (VALUE, "#FIELD!"),
    2050: (CALC, ""),
}


def read(value: Any, days: float = 0.0) -> Cell | Block:
    """Return one argument as a cell or a block.

    Parameters
    ----------
    value : object
        A single value, a tuple of rows (a range), or one flat row (an array constant from VBA, or
        a row from Office.js).
    days : float
        From 30 December 1899 to the day from which the workbook counts. COM knows the day of a date
        whatever the workbook; it becomes the number that the workbook has for it, as others have come.
    """
    if not isinstance(value, (tuple, list)):
        return value if type(value) in _AS_THEY_ARE else reader(type(value), days)(value)
    if not value:
        return None
    if not isinstance(value[0], (tuple, list)):
        value = (value,)
    # zip(*rows) would hold an iterator a row: ten times the work on a long range.
    return Block(tuple(_column(list(map(itemgetter(j), value)), days) for j in range(len(value[0]))))


_AS_THEY_ARE = frozenset((float, str, bool, type(None)))


def _column(values: Sequence[Any], days: float) -> Cells:
    """Return a column; one of numbers, texts, booleans and blanks needs no work per cell here."""
    kinds = set(map(type, values))
    if kinds <= _AS_THEY_ARE:
        return Cells.of(values)
    readers = {kind: reader(kind, days) for kind in kinds}
    return Cells.of([readers[type(value)](value) for value in values])


def reader(kind: type, days: float = 0.0) -> Callable[[Any], Cell]:
    """Return what reads a value of one type; cells come in few types and in great numbers."""
    if kind in _AS_THEY_ARE:
        return _itself
    if days and issubclass(kind, dt.date):
        read_date = reader(kind)
        return lambda date: cast("float", read_date(date)) - days
    for base, read_one in _READERS:
        if issubclass(kind, base):
            return read_one
    return _unknown


def _itself(value: Any) -> Cell:
    return value  # type: ignore[no-any-return]


def _unknown(value: Any) -> Cell:
    """Return an error for what no cell holds, such as a COM object: never a blank."""
    if type(value).__name__ == "JsNull":  # a blank cell in Pyodide from 0.28 on
        return None
    return CellError(VALUE, "input_error", got=type(value).__name__)


def _integer(value: int) -> Cell:
    """Return the number, the blank or the error that an int stands for.

    Numbers in Excel are floats, so that an int from a cell is an error; an int from VBA is a number.
    """
    if value == MISSING:
        return None
    number = value - FIRST_ERROR
    if not 0 <= number <= 0xFFFF:
        return float(value)
    code, shown = _CVERR.get(number, (VALUE, f"CVErr({number})"))
    return CellError(code, "input_error", got=shown) if shown else CellError(code, "input_error")


def serial(when: dt.datetime) -> float:
    """Return the serial number of a COM date, with its time of day.

    COM counts days from 1899-12-30 with no day left out, Excel with its 29 February 1900; the
    number below both is the same, so that nothing is to be mended before March 1900. pywin32 marks
    dates as UTC although they are the clock on the wall: the mark is passed over.

    >>> serial(dt.datetime(2024, 2, 10, 18, 0)), serial(dt.datetime(1899, 12, 31))
    (45332.75, 1.0)
    """
    seconds = when.hour * 3600 + when.minute * 60 + when.second + when.microsecond / 1e6
    return when.toordinal() - _DAY_ZERO + seconds / 86400


def _day(when: dt.date) -> float:
    return float(when.toordinal() - _DAY_ZERO)


def _entity(value: dict[str, Any]) -> Cell:
    """Return an Office.js cell value by its basic value.

    It is an error, a number with a format, a blank or one of Excel's data types (a stock, a place, a
    picture); the basic value of those is ``#VALUE!``, and they count as that error.
    """
    basic = value.get("basicValue")
    if "Error" in (value.get("type"), value.get("basicType")):
        if basic in CODES:
            return CellError(basic, "input_error")
        return CellError(VALUE, "input_error", got=str(basic))
    return reader(type(basic))(basic)


_READERS: tuple[tuple[type, Callable[[Any], Cell]], ...] = (
    (int, _integer),
    (Decimal, float),  # a cell formatted as currency
    (float, float),
    (str, str),
    (dt.datetime, serial),  # before date, of which it is a kind
    (dt.date, _day),
    (dict, _entity),
)


def write(result: Cell | Block, one: Callable[[Cell], Any] | None = None) -> Any:
    """Return a result as xlwings takes it: a single value, or rows that Excel spills.

    `one` writes a cell; `to_com` if it is left out.

    >>> write(Block.from_rows([["a", 1.0], [None, CellError(NUM, "no_result")]]))
    [['a', 1.0], ['', '#NUM!']]
    """
    one = one or to_com
    if not isinstance(result, Block):
        return one(result)
    columns = [c.numbers.tolist() if c.tags is None else list(map(one, c)) for c in result.columns]
    return list(map(list, zip(*columns, strict=True)))


def to_com(cell: Cell) -> float | str | bool:
    """Return one cell as xlwings takes it; an error is its code as text.

    A true error value cannot be handed over from here. pywin32 puts "parameter not found" in place
    of the number of every VT_ERROR that it sends (``MakeObjToVariant`` in oleargs.cpp; xlwings issue
    776), and an int would show as a number of minus two thousand million. So the code goes as text:
    xlwings Lite and Server make the error of it themselves, and a VBA wrapper makes it with CVErr.
    Lite and Server know the seven codes of Excel before 2020: another would stay a text, which a sum
    passes over, so it goes as ``#VALUE!``.
    """
    if isinstance(cell, CellError):
        return VALUE if cell.code in _ONLY_TEXTS else cell.code
    return "" if cell is None else cell  # Excel shows an empty variant as 0
