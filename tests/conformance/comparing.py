"""Results of every host in one form, and when two of them are the same."""

from typing import Any

import pytest

from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError

Rows = list[list[Any]]


def literal(cell: Cell, call: str = "") -> str:
    """Return a cell as it stands in a formula; `call` follows TRUE and FALSE where they are functions."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE") + call
    if isinstance(cell, str):
        return '"' + cell.replace('"', '""') + '"'
    return cell.code if isinstance(cell, CellError) else repr(float(cell))


def rows_of(result: Cell | Block) -> Rows:
    """Return a result as rows of numbers, texts, booleans, None and error codes."""
    rows = result.to_rows() if isinstance(result, Block) else [[result]]
    return [[c.code if isinstance(c, CellError) else c for c in row] for row in rows]


def same(found: Rows, expected: Rows) -> None:
    """Assert that two results are equal, numbers to 1e-9."""
    assert len(found) == len(expected)
    for found_row, expected_row in zip(found, expected, strict=True):
        assert len(found_row) == len(expected_row)
        for a, b in zip(found_row, expected_row, strict=True):
            if isinstance(a, (int, float)) and isinstance(b, (int, float)):
                assert float(a) == pytest.approx(float(b), rel=1e-9, abs=1e-12)
            else:
                assert a == b
