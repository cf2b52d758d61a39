"""Counts by group, and that nothing counts in a way that WebAssembly refuses."""

import re
from pathlib import Path

import numpy as np
import pytest

import clv_xl
from clv_xl.metrics import counting

KINDS = (np.int8, np.int32, np.int64, np.intp)


@pytest.mark.parametrize("kind", KINDS)
def test_counts_are_int64_whatever_the_width_of_the_index(kind: type[np.int64]) -> None:
    found = counting.counts(np.array([3, 0, 3], kind), 5)
    assert found.dtype == np.int64
    assert found.tolist() == [1, 0, 0, 2, 0]


def test_of_nothing_there_is_nothing() -> None:
    assert counting.counts(np.zeros(0)).tolist() == []
    assert counting.counts(np.zeros(0, np.int64), 2).tolist() == [0, 0]
    assert counting.totals(np.zeros(0, np.int64), np.zeros(0), 2).dtype == np.float64


def test_an_index_as_wide_as_an_address_is_not_copied() -> None:
    index = np.array([1, 2], np.intp)
    assert counting.address(index) is index


def test_what_refuses_wide_indices_is_called_with_addresses_only() -> None:
    """With an int64 index these raise TypeError where an address has 32 bits: seen in Pyodide 0.27."""
    package = Path(clv_xl.__file__).parent
    wide = re.compile(r"\.(bincount|take|repeat)\(")
    callers = {
        (room, path.name)
        for room in ("metrics", "orders")
        for path in (package / room).glob("*.py")
        if wide.search(path.read_text("utf-8"))
    }
    # In sums in a loop on one address; in windows on ages, in beta_inverse on pieces, cut to addresses.
    addressed = ("beta_inverse.py", "counting.py", "sums.py", "windows.py")
    assert callers == {("metrics", name) for name in addressed}
