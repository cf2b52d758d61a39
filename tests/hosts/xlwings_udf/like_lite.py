"""A stand-in for the runtime of xlwings Lite and Server, for machines without a licence of xlwings.pro.

Written by us from what xlwings' pages say of custom functions; nothing of xlwings runs here. The real
runtime runs in test_server.py and test_pyodide.py, on the same calls.
"""

from collections.abc import Callable
from typing import Any

from tests.hosts.xlwings_udf.office_js import ERROR_TYPES

ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
"""Texts that the runtime turns into errors."""


class LikeLite:
    """The decorators of xlwings, which note what they are told, and the call of a cell."""

    def __init__(self) -> None:
        self.functions: dict[str, Callable[..., Any]] = {}
        self.names: dict[str, str] = {}
        self.converters: dict[tuple[str, str], str] = {}

    def arg(self, name: str, convert: str, doc: str) -> Callable[..., Any]:
        assert doc

        def note(udf: Callable[..., Any]) -> Callable[..., Any]:
            self.converters[udf.__name__, name] = convert
            return udf

        return note

    def ret(self) -> Callable[..., Any]:
        return lambda udf: udf

    def func(self, *, category: str, name: str) -> Callable[..., Any]:
        assert category

        def note(udf: Callable[..., Any]) -> Callable[..., Any]:
            self.functions[udf.__name__] = udf
            self.names[name] = udf.__name__
            return udf

        return note

    def call(self, asked: dict[str, Any]) -> list[list[Any]]:
        """Answer one call as the add-in posts it, with rows as Excel takes them."""
        answer = self.functions[asked["func_name"]](*map(delivered, asked["args"]))
        return [[returned(cell) for cell in row] for row in rows_of(answer)]


def delivered(rows: list[list[Any]] | None) -> Any:
    """Return an argument as a function gets it: a single cell alone, one row flat, else rows."""
    if rows is None:
        return None
    if len(rows) == 1:
        return rows[0][0] if len(rows[0]) == 1 else rows[0]
    return rows


def rows_of(answer: Any) -> list[list[Any]]:
    return answer if isinstance(answer, list) else [[answer]]


def returned(cell: Any) -> Any:
    """Return a cell as the runtime hands it to Excel: the text of an error code becomes that error."""
    if isinstance(cell, str) and cell in ERRORS:
        return {"type": "Error", "errorType": ERROR_TYPES[cell]}
    return cell
