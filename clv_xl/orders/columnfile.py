"""Columns of cells as bytes, and back: the file format of the order store.

::

    bytes 0-7    b"CLVDATA1"
    bytes 8-15   length of the header, an unsigned little-endian integer
    then         the header, JSON in ASCII with sorted keys, filled with blanks to a multiple of 8
    then         the arrays, little-endian, each filled with zero bytes to a multiple of 8

The header holds ``meta`` and ``columns``: for each its name, rows, the distinct texts (``labels``),
the distinct errors, and for ``numbers`` (float64), ``tags`` (uint8) and ``codes`` (int32) the offset
behind the header, or null where the array says nothing. Equal cells give equal bytes: dictionaries
hold the texts in use in the order they are met, and what stands behind a blank is not kept.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import BOOLEAN, ERROR, NUMBER, TEXT, Cells, FloatArray
from clv_xl.errors import CODES, CellError

MAGIC = b"CLVDATA1"
Meta = Mapping[str, "int | float | str"]
_TYPES: dict[str, np.dtype[Any]] = {
    "numbers": np.dtype("<f8"),
    "tags": np.dtype("u1"),
    "codes": np.dtype("<i4"),
}


class DamagedError(ValueError):
    """Bytes that are no columns; the store treats them as lost."""


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """Columns with what is known about them.

    Parameters
    ----------
    columns : dict
        Name -> cells, equal in height.
    meta : dict
        Small facts kept with the columns.
    """

    columns: dict[str, Cells]
    meta: dict[str, Any] = field(default_factory=dict)


def encode(columns: Mapping[str, Cells], meta: Meta | None = None) -> list[bytes | memoryview]:
    """Return the canonical bytes of columns, in pieces so that the arrays are not copied."""
    described: list[dict[str, Any]] = []
    arrays: list[bytes | memoryview] = []
    offset = 0
    for name, cells in columns.items():
        plain = canonical(cells)
        entry: dict[str, Any] = {
            "name": name,
            "rows": len(plain),
            "labels": list(plain.labels),
            "errors": [[e.code, e.key, _plain_params(e)] for e in plain.errors],
        }
        no_number = plain.codes is not None and bool(np.isnan(plain.numbers).all())
        parts: dict[str, NDArray[Any] | None] = {
            "numbers": None if no_number else plain.numbers,
            "tags": plain.tags,
            "codes": plain.codes,
        }
        for part, values in parts.items():
            entry[part] = None if values is None else offset
            if values is not None:
                raw = np.ascontiguousarray(values, _TYPES[part]).view(np.uint8).data
                gap = bytes(-raw.nbytes % 8)
                arrays += [raw, gap]
                offset += raw.nbytes + len(gap)
        described.append(entry)
    header = json.dumps(
        {"meta": dict(meta or {}), "columns": described}, sort_keys=True, separators=(",", ":")
    )
    text = header.encode("ascii")
    text += b" " * (-len(text) % 8)
    return [MAGIC + len(text).to_bytes(8, "little") + text, *arrays]


def digest(pieces: list[bytes | memoryview]) -> str:
    """Return the SHA-256 of the bytes, in hexadecimal."""
    total = hashlib.sha256()
    for piece in pieces:
        total.update(piece)
    return total.hexdigest()


def decode(data: bytes | memoryview, loads: Callable[[bytes], Any] = json.loads) -> Entry:
    """Return the columns held in `data`; their arrays are views of it and cannot be written.

    Nothing is believed: bytes that come over a network are read by this too.

    Parameters
    ----------
    data : bytes or memoryview
        The bytes.
    loads : callable
        Reads the JSON of the header.

    Raises
    ------
    DamagedError
        If the bytes are not of this format.
    """
    try:
        if data[:8] != MAGIC:
            raise DamagedError("no magic")
        start = 16 + int.from_bytes(data[8:16], "little")
        header = loads(bytes(data[16:start]))
        columns = {entry["name"]: _column(data, start, entry) for entry in header["columns"]}
        held = sum(
            a.nbytes
            for c in columns.values()
            for a in (c.numbers, c.tags, c.codes)
            if a is not None and a.strides != (0,)
        )
        if held > len(data) - start:
            raise DamagedError("arrays that overlap")
        if len(columns) != len(header["columns"]) or not all(isinstance(name, str) for name in columns):
            raise DamagedError("two columns of one name")
        return Entry(columns, header["meta"])
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, RecursionError) as error:
        raise DamagedError(str(error)) from error


def _column(data: bytes | memoryview, start: int, entry: dict[str, Any]) -> Cells:
    """Return one column as its header entry describes it."""
    rows = entry["rows"]
    if type(rows) is not int or not 0 <= rows <= len(data):
        raise DamagedError("no number of rows")

    def part(name: str) -> NDArray[Any] | None:
        offset = entry[name]
        if offset is None:
            return None
        if type(offset) is not int or offset < 0:
            raise DamagedError("no offset")
        if not rows:
            return np.empty(0, _TYPES[name])
        return np.frombuffer(data, _TYPES[name], rows, start + offset)

    numbers, tags, codes = part("numbers"), part("tags"), part("codes")
    if not isinstance(entry["labels"], list) or not isinstance(entry["errors"], list):
        raise DamagedError("no list of texts")
    labels = tuple(entry["labels"])
    if len(labels) > rows or len(entry["errors"]) > rows:
        raise DamagedError("more texts than rows")
    if set(map(type, labels)) - {str}:
        raise DamagedError("a label that is no text")
    errors = tuple(_error(*error) for error in entry["errors"])
    if numbers is None:
        if tags is None:
            raise DamagedError("no cells")
        numbers = np.broadcast_to(np.float64(np.nan), rows)  # takes no memory
    _check(numbers, tags, codes, len(labels), len(errors))
    return Cells(numbers, tags, codes, labels, errors)


def _error(code: Any, key: Any, params: Any) -> CellError:
    """Return an error of the dictionary of a column."""
    if code not in CODES or not isinstance(key, str) or not isinstance(params, dict):
        raise DamagedError("no error of a cell")
    return CellError(code, key, **params)


def _check(
    numbers: FloatArray,
    tags: NDArray[np.uint8] | None,
    codes: NDArray[np.int32] | None,
    labels: int,
    errors: int,
) -> None:
    """Raise DamagedError where a cell is of no kind, or its code points nowhere."""
    if tags is None:
        if np.isnan(numbers).any():
            raise DamagedError("a number that is none")
        return
    if tags.size and tags.max() > ERROR:
        raise DamagedError("a cell of no kind")
    valued = (tags == NUMBER) | (tags == BOOLEAN)
    if np.isnan(numbers[valued]).any():
        raise DamagedError("a number that is none")
    for tag, size in ((TEXT, labels), (ERROR, errors)):
        here = tags == tag
        if not here.any():
            continue
        used = None if codes is None else codes[here]
        if used is None or used.min() < 0 or used.max() >= size:
            raise DamagedError("a code without its text")


def _plain_params(error: CellError) -> dict[str, Any]:
    """Return what fills an error's sentence, as far as JSON can hold it."""
    return {k: v for k, v in error.params.items() if isinstance(v, (str, int, float, bool))}


def canonical(cells: Cells) -> Cells:
    """Return the same cells in the one form that equal cells share.

    Numbers alone come back as they are, without a copy.
    """
    tags = cells.tags
    if tags is None or not tags.any():  # NUMBER is 0
        return Cells(cells.numbers)
    valued = (tags == NUMBER) | (tags == BOOLEAN)
    numbers = np.where(valued, cells.numbers, np.nan)
    if cells.codes is None:
        return Cells(numbers, tags)
    text_codes, labels = _in_use(cells.codes, tags == TEXT, len(cells.labels))
    error_codes, errors = _in_use(cells.codes, tags == ERROR, len(cells.errors))
    if not labels and not errors:
        return Cells(numbers, tags)
    codes = np.where(tags == ERROR, error_codes, text_codes)
    return Cells(numbers, tags, codes, [cells.labels[i] for i in labels], [cells.errors[i] for i in errors])


def _in_use(
    codes: NDArray[np.int32], where: NDArray[np.bool_], size: int
) -> tuple[NDArray[np.int32], list[int]]:
    """Number the dictionary entries in use by their first cell; -1 elsewhere."""
    used_codes = np.where(where, codes, size)
    first = np.full(size + 1, codes.size, np.int64)
    first[used_codes[::-1]] = np.arange(codes.size - 1, -1, -1)
    first[size] = codes.size
    order = np.argsort(first[:size], kind="stable")
    order = order[first[order] < codes.size]
    target = np.full(size + 1, -1, np.int32)
    target[order] = np.arange(order.size, dtype=np.int32)
    return target[used_codes], order.tolist()
