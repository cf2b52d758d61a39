"""Python values as cells: scalars, sequences of them, and numpy arrays.

NaN, NaT, NA and None are blanks; dates become serial numbers. pandas is looked at only when the
caller has imported it.
"""

import datetime as dt
import sys
from collections.abc import Iterable
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import BLANK, Cell, Cells, FloatArray
from clv_xl.errors import VALUE, CellError

UNIX_EPOCH = 25569  # serial number of 1970-01-01
MILLISECONDS_PER_DAY = 86_400_000
LARGEST_EXACT = 2**53  # beyond it two ids would become one number
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  wall-clock time, as a cell holds it
_CELLS = frozenset((float, int, str, bool, type(None), CellError))


def scalar(value: Any) -> Cell:  # noqa: PLR0911  one a kind of object
    """Return one value as a cell.

    >>> scalar(dt.date(2025, 12, 31)), scalar(Decimal("0.4")), scalar(np.datetime64("NaT"))
    (46022.0, 0.4, None)
    """
    if value is None or isinstance(value, (bool, CellError)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dt.date):
        return _serial(value)
    if isinstance(value, (np.datetime64, np.bool_)):
        return array_column(np.atleast_1d(np.asarray(value)), exact=False).cell(0)
    if isinstance(value, (Real, Decimal)) and not isinstance(value, np.timedelta64):
        number = float(value)
        return None if number != number else number
    pandas = sys.modules.get("pandas")
    if pandas is not None and (value is pandas.NA or value is pandas.NaT):
        return None
    if pandas is not None and isinstance(value, pandas.Period):
        return _serial(value.to_timestamp())
    raise CellError(VALUE, "unsupported_input", got=type(value).__name__)


def _serial(date: dt.date) -> float | None:
    """Return the serial number of a date; a time zone is dropped, the wall-clock time stays."""
    if date != date:  # pandas.NaT counts as a datetime
        return None
    moment = date if isinstance(date, dt.datetime) else dt.datetime.combine(date, dt.time())
    since = moment.replace(tzinfo=None) - _EPOCH
    serial = since.days + since.seconds / 86400 + since.microseconds / 86400e6
    return serial if serial >= 61 else serial - 1  # a spreadsheet knows a 29 February 1900


def _serials(dates: NDArray[np.datetime64]) -> FloatArray:
    missing = np.isnat(dates)
    serials = dates.astype("datetime64[ms]").astype(np.int64) / MILLISECONDS_PER_DAY + UNIX_EPOCH
    serials[serials < 61] -= 1
    serials[missing] = np.nan
    return np.asarray(serials, np.float64)


def column_of(values: Iterable[Any], exact: bool) -> Cells:
    """Return Python objects as a column, one by one."""
    values = list(values)
    if not {type(v) for v in values} <= _CELLS:
        values = [_element(v, i) for i, v in enumerate(values, 1)]
    if exact:
        values = [str(v) if type(v) is int and abs(v) > LARGEST_EXACT else v for v in values]
    return Cells.of(values)


def _element(value: Any, row: int) -> Cell:
    if isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.timedelta64)):
        return int(value)
    try:
        return scalar(value)
    except CellError as error:
        raise error.with_params(row=row) from None


def array_column(values: NDArray[Any], exact: bool) -> Cells:
    """Return a one-dimensional array as a column."""
    kind = values.dtype.kind
    if kind in "iu" and exact and values.size and max(values.max(), -int(values.min())) > LARGEST_EXACT:
        distinct, codes = np.unique(values, return_inverse=True)
        return Cells.coded(codes.astype(np.int32), tuple(map(str, distinct.tolist())))
    if kind in "fiub":
        return Cells.of(values)
    if kind == "M":
        return Cells.of(_serials(values))
    if kind in "UTO":
        return column_of(values.tolist(), exact)
    raise CellError(VALUE, "unsupported_input", got=str(values.dtype))


def coded(codes: NDArray[Any], distinct: Cells) -> Cells:
    """Return a column from codes into distinct cells; -1 is a blank."""
    tags = np.zeros(len(distinct), np.uint8) if distinct.tags is None else distinct.tags
    texts = np.full(len(distinct), -1, np.int32) if distinct.codes is None else distinct.codes
    return Cells(
        np.append(distinct.numbers, np.nan)[codes],
        np.append(tags, np.uint8(BLANK))[codes],
        np.append(texts, np.int32(-1))[codes],
        distinct.labels,
        distinct.errors,
    )


def label(name: Any) -> Cell:
    """Return the name of a column as its header cell."""
    return " ".join(map(str, name)) if isinstance(name, tuple) else scalar(name)


def headed(header: Cell, cells: Cells) -> Cells:
    """Return a column with a header cell on top."""
    head = Cells.of([header])
    tags = np.zeros(len(cells), np.uint8) if cells.tags is None else cells.tags
    codes = np.full(len(cells), -1, np.int32) if cells.codes is None else cells.codes
    top = 0 if head.tags is None else int(head.tags[0])
    return Cells(
        np.append(head.numbers, cells.numbers),
        np.append(np.uint8(top), tags),
        np.append(np.int32(len(cells.labels) if head.labels else -1), codes),
        (*cells.labels, *head.labels),
        cells.errors,
    )
