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
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import BOOLEAN, ERROR, NUMBER, TEXT, Cells
from clv_xl.errors import CellError

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


def decode(data: bytes) -> Entry:
    """Return the columns held in `data`; their arrays are views of it and cannot be written.

    Raises
    ------
    DamagedError
        If the bytes are not of this format.
    """
    try:
        if data[:8] != MAGIC:
            raise DamagedError("no magic")
        start = 16 + int.from_bytes(data[8:16], "little")
        header = json.loads(data[16:start])
        columns = {entry["name"]: _column(data, start, entry) for entry in header["columns"]}
        return Entry(columns, header["meta"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise DamagedError(str(error)) from error


def _column(data: bytes, start: int, entry: dict[str, Any]) -> Cells:
    """Return one column as its header entry describes it."""
    rows = int(entry["rows"])

    def part(name: str) -> NDArray[Any] | None:
        offset = entry[name]
        return None if offset is None else np.frombuffer(data, _TYPES[name], rows, start + offset)

    numbers = part("numbers")
    errors = tuple(CellError(code, key, **params) for code, key, params in entry["errors"])
    return Cells(
        np.full(rows, np.nan) if numbers is None else numbers,
        part("tags"),
        part("codes"),
        tuple(entry["labels"]),
        errors,
    )


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
