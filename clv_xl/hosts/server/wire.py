"""The format of a batch on the wire, version 1: calls and the ranges that they share.

A body is JSON::

    {"language": "en",
     "groups": [{"function": "CLV", "calls": [[50, 3, 3], [50, 3, 3, 0.4, 45]]},
                {"function": "CLV.AOV", "calls": [[{"range": "<hash>"}], [{"rows": [[1], [null]]}]]}]}

or, where ranges travel with it, bytes::

    bytes 0-7    b"CLVBATC1"
    bytes 8-15   length of the header, an unsigned little-endian integer
    then         the header: the JSON above with "sections": [length in bytes, ...], filled with blanks
                 to a multiple of 8
    then         the sections, each a range in the format of clv_xl.orders.columnfile

A range is named by the SHA-256 of its section, computed here: what a client says of it is not asked.
The arrays of a section are used where they lie in the body, without a copy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson

from clv_xl import texts
from clv_xl.cells import ERROR, TEXT, Block, Cell, Cells
from clv_xl.errors import CODES, VALUE, CellError
from clv_xl.hosts.server.refused import TooLargeError, WireError
from clv_xl.orders.columnfile import DamagedError, decode

JSON: Final = "application/json"
BINARY: Final = "application/vnd.clv.batch"
MAGIC: Final = b"CLVBATC1"
VERSION: Final = 1
HASH_LENGTH: Final = 64
ROWS_AT_ONCE: Final = 1_000  # of a table that are written in one step
MOST_GROUPS: Final = 1_000
MOST_SECTIONS: Final = 10_000
JSON_BYTES: Final = 32 * 1024**2  # of a body or a header; ranges larger than that travel as sections
MOST_NESTED: Final = 2_000_000  # arrays and objects in it: three bytes of JSON make one of 64
MOST_COLUMNS: Final = 16_384  # of a range: a sheet has no more
LONGEST_TEXT: Final = 32_767  # letters of a cell: a short body could repeat a longer text in each row
LONGEST_NAME: Final = 255  # letters of the name of a function
LABEL_BYTES: Final = 64 * 1024**2  # of the header of a section, which holds the texts of its cells
ANSWER_BYTES: Final = 64 * 1024**2  # of all tables of an answer
_HEAD: Final = 16
_LEAST: Final = 4  # bytes of a number in a table, with its comma


@dataclass(frozen=True, eq=False, slots=True)
class Named:
    """A range that a call names by its hash."""

    hash: str


Argument = Cell | Block | Named


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Calls of one function."""

    function: str
    calls: Sequence[Sequence[Argument]]


@dataclass(frozen=True, eq=False, slots=True)
class Batch:
    """What one request asks for.

    Parameters
    ----------
    language : str
        Language of header rows, labels and sentences.
    groups : sequence of Group
        The calls, by function.
    sections : sequence of memoryview
        The ranges that came along, as they came.
    """

    language: str
    groups: Sequence[Group]
    sections: Sequence[memoryview] = ()

    @property
    def calls(self) -> int:
        """Number of calls."""
        return sum(len(group.calls) for group in self.groups)


def read(body: bytes, media_type: str) -> Batch:
    """Return the batch of a body.

    Raises
    ------
    WireError
        If the body is none; its sentence says what is wrong and where.
    """
    if media_type == BINARY:
        return _read_binary(body)
    return _batch(_json(body), ())


def _read_binary(body: bytes) -> Batch:
    view = memoryview(body)
    if len(body) < _HEAD or body[:8] != MAGIC:
        raise WireError("server.no_batch")
    start = _HEAD + int.from_bytes(view[8:_HEAD], "little")
    if start > len(body) or start % 8:
        raise WireError("server.cut_off")
    header = _json(body[_HEAD:start])
    lengths = header.get("sections", []) if isinstance(header, dict) else []
    if (
        not isinstance(lengths, list)
        or len(lengths) > MOST_SECTIONS
        or any(type(n) is not int or n < 0 or n % 8 for n in lengths)
    ):
        raise WireError("server.field", field="sections")
    if start + sum(lengths) != len(body):
        raise WireError("server.cut_off")
    sections = []
    for length in lengths:
        sections.append(view[start : start + length])
        start += length
    return _batch(header, sections)


def _json(body: bytes) -> Any:
    if len(body) > JSON_BYTES or body.count(b"[") + body.count(b"{") > MOST_NESTED:
        raise TooLargeError("server.json_too_large", most=JSON_BYTES // 1024**2, nested=MOST_NESTED)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise WireError("server.no_json", reason=str(error)) from error


def _batch(header: Any, sections: Sequence[memoryview]) -> Batch:
    if not isinstance(header, dict):
        raise WireError("server.field", field="{}")
    language, groups = header.get("language", "en"), header.get("groups")
    if not isinstance(language, str):
        raise WireError("server.field", field="language")
    language = texts.language_of(language)
    try:
        return Batch(language, _groups(groups), sections)
    except WireError as error:
        error.language = language
        raise


def _groups(groups: Any) -> Sequence[Group]:
    if not isinstance(groups, list) or len(groups) > MOST_GROUPS:
        raise WireError("server.field", field="groups")
    return [_group(group, number) for number, group in enumerate(groups)]


def _group(group: Any, number: int) -> Group:
    at = f"groups[{number}]"
    function = group.get("function") if isinstance(group, dict) else None
    if not isinstance(function, str) or len(function) > LONGEST_NAME:
        raise WireError("server.field", field=f"{at}.function")
    calls = group.get("calls")
    if not isinstance(calls, list):
        raise WireError("server.field", field=f"{at}.calls")
    errors: dict[str, CellError] = {}  # each made once: a million of them are no million objects
    for i, call in enumerate(calls):
        if not isinstance(call, list):
            raise WireError("server.field", field=f"{at}.calls[{i}]")
        for j, value in enumerate(call):
            kind = type(value)
            if kind is dict:
                call[j] = _argument(value, f"{at}.calls[{i}][{j}]", errors)
            elif kind is list:
                raise WireError("server.field", field=f"{at}.calls[{i}][{j}]")
    return Group(function, calls)


def _argument(value: Mapping[str, Any], at: str, errors: dict[str, CellError]) -> Argument:
    """Return what stands for a range or an error."""
    if len(value) == 1:
        name, found = next(iter(value.items()))
        if name == "range" and isinstance(found, str) and len(found) == HASH_LENGTH:
            return Named(found)
        if name == "error":
            return _error(value, at, errors)
        if name == "rows":
            return _rows(found, at, errors)
    raise WireError("server.argument", field=at)


def _error(value: Mapping[str, Any], at: str, errors: dict[str, CellError]) -> CellError:
    code = value.get("error")
    if len(value) != 1 or code not in CODES:
        raise WireError("server.argument", field=at)
    if code not in errors:
        errors[code] = CellError(code, "input_error")
    return errors[code]


def _rows(rows: Any, at: str, errors: dict[str, CellError]) -> Block:
    """Return a small range."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) and row for row in rows):
        raise WireError("server.rows", field=at)
    if len(set(map(len, rows))) > 1:
        raise WireError("server.rows", field=at)
    for row in rows:
        for j, value in enumerate(row):
            kind = type(value)
            if kind is dict:
                row[j] = _error(value, at, errors)
            elif kind is list:
                raise WireError("server.rows", field=at)
    return Block.from_rows(rows)


def block_of(section: bytes | memoryview) -> Block:
    """Return the range that a section holds; its arrays are views of the section.

    Raises
    ------
    WireError
        If it holds none.
    """
    header = memoryview(section)[_HEAD : _HEAD + int.from_bytes(section[8:_HEAD], "little")]
    if len(header) > LABEL_BYTES:
        raise WireError("server.section", reason=f"more than {LABEL_BYTES // 1024**2} MB of texts")
    try:
        columns = tuple(decode(section, _section_header).columns.values())
    except DamagedError as error:
        raise WireError("server.section", reason=str(error)) from error
    if not columns or len(set(map(len, columns))) > 1 or not len(columns[0]):
        raise WireError("server.section", reason="columns of different height")
    for cells in columns:
        if any(error.key != "input_error" or error.params for error in cells.errors):
            raise WireError("server.section", reason="an error that no cell holds")
        if "" in cells.labels:
            raise WireError("server.section", reason="an empty text is a blank")
        if max(map(len, cells.labels), default=0) > LONGEST_TEXT:
            raise WireError("server.section", reason=f"a text of more than {LONGEST_TEXT} letters")
    return Block(columns)


def _section_header(data: bytes) -> Any:
    """Return the header of a section; refuses what no range holds before objects are made for it."""
    header = orjson.loads(data)
    if len(header["columns"]) > MOST_COLUMNS:
        raise DamagedError("more columns than a sheet has")
    if any(len(column["errors"]) > len(CODES) for column in header["columns"]):
        raise DamagedError("one error twice")
    return header


class Answer:
    """Results as JSON: numbers exact, each error worded once.

    Parameters
    ----------
    language : str
        Language of the sentences.
    most_bytes : int
        Size beyond which a table is an error: Excel for the web takes no more.
    """

    def __init__(self, language: str, most_bytes: int) -> None:
        self.language = language
        self.most_bytes = most_bytes
        self._bytes = 0
        self._worded: dict[str, dict[str, str]] = {}

    def result(self, value: Cell | Block) -> Any:
        """Return one result as it stands in the answer."""
        if isinstance(value, Block):
            return self._table(value)
        if type(value) is str:
            return _well_formed(value)
        return self.error(value) if isinstance(value, CellError) else value

    def error(self, error: CellError) -> dict[str, str]:
        """Return an error with its sentence."""
        # What is cut off in the sentence tells no two errors apart.
        given = {k: v[: texts.LONGEST + 1] if type(v) is str else v for k, v in error.params.items()}
        content = repr((error.code, error.key, given))
        if content not in self._worded:
            self._worded[content] = {
                "error": error.code,
                "key": error.key,
                "sentence": _well_formed(texts.sentence(error, self.language)),
            }
        return self._worded[content]

    def _table(self, block: Block) -> Any:
        least = sum(map(_least_bytes, block.columns))
        if least > self.most_bytes:
            return self._too_large(least)
        found = self._rows(block)
        if len(found) > self.most_bytes:
            return self._too_large(len(found))
        self._bytes += len(found)
        if self._bytes > ANSWER_BYTES:
            return self.error(CellError(VALUE, "server.answer_too_large", most=ANSWER_BYTES // 1024**2))
        return orjson.Fragment(found)

    def _rows(self, block: Block) -> bytes:
        """Return the rows as JSON, written some at a time: Python lets other threads in between."""
        parts = []
        for start in range(0, block.height, ROWS_AT_ONCE):
            some = [c[start : start + ROWS_AT_ONCE] for c in block.columns]
            columns = [c.numbers.tolist() if c.tags is None else self._cells(c) for c in some]
            parts.append(_dumped(list(zip(*columns, strict=True)))[1:-1])
        return b'{"rows":[' + b",".join(parts) + b"]}"

    def _too_large(self, size: int) -> dict[str, str]:
        megabytes, most = round(size / 1024**2, 1), round(self.most_bytes / 1024**2, 1)
        return self.error(CellError(VALUE, "server.result_too_large", size=megabytes, most=most))

    def _cells(self, cells: Cells) -> list[Any]:
        return [self.error(c) if isinstance(c, CellError) else c for c in cells]


def _well_formed(text: str) -> str:
    """Return a text as Unicode: a store shared with other hosts may hold half a surrogate pair."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _dumped(rows: Sequence[Sequence[Any]]) -> bytes:
    try:
        return orjson.dumps(rows)
    except TypeError:
        return orjson.dumps([[_well_formed(c) if type(c) is str else c for c in row] for row in rows])


def _least_bytes(cells: Cells) -> int:
    """Return a size that a column has at least, without writing it: one long text may stand in every row."""
    least = _LEAST * len(cells)
    if cells.tags is None or cells.codes is None:
        return least
    least += len('{"error":"","key":"","sentence":""}') * int(np.count_nonzero(cells.tags == ERROR))
    if not cells.labels:
        return least
    lengths = np.fromiter(map(len, cells.labels), np.int64, len(cells.labels))
    return least + int(lengths[cells.codes[cells.tags == TEXT]].sum())


def write(results: Sequence[Sequence[Any]], unknown: Sequence[str], request: str) -> bytes:
    """Return the body of an answer."""
    return orjson.dumps(
        {"groups": [{"results": group} for group in results], "unknown": unknown, "request": request}
    )
