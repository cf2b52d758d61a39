"""Ids: which spellings are one customer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.cells import Cells
from clv_xl.errors import NA, CellError
from clv_xl.orders.ids import NumberNames, coded, factorize, name_of


def names(*cells: object) -> list[str | None]:
    """Return the name of each cell, None where it has none."""
    ids, _ = coded(Cells.of(list(cells)))
    return [None if code < 0 else ids.names[code] for code in ids.codes.tolist()]


def test_number_and_text_are_one() -> None:
    """Design catalogue, rules of an order: 12 and '12' are one customer."""
    assert names(12.0, "12", " 12 ", "12.0", "12.00") == ["12"] * 5
    assert names("007", 7.0, "7") == ["007", "7", "7"]
    assert names(1.5, "1.5", -0.0, "0") == ["1.5", "1.5", "0", "0"]


def test_case_blanks_and_composition() -> None:
    """Equal after trimming and case folding, also where an accent is a character of its own."""
    assert names("Anna", "ANNA", "\u00a0anna ", "Äiti", "a\u0308iti") == ["Anna"] * 3 + ["Äiti"] * 2


def test_blanks_errors_and_booleans_have_no_id() -> None:
    """Their code is -1; as labels of segments booleans are names."""
    assert names(None, "", "  ", True, CellError(NA, "input_error"), "x") == [None] * 5 + ["x"]
    segments, _ = coded(Cells.of([True, False, "true", None]), booleans=True)
    assert segments.codes.tolist() == [segments.codes[0], segments.codes[1], segments.codes[0], -1]


def test_merges_are_counted() -> None:
    """Each spelling merged into another, its cells and the first of them."""
    _, merges = coded(Cells.of(["B", 12.0, "b", "12", "b", "C"]))
    assert [(m.kept, m.other, m.count, m.line) for m in merges] == [("12", "'12", 1, 3), ("B", "b", 2, 2)]


def test_labels_not_in_use_are_no_names() -> None:
    """A header that was cut off leaves its text in the dictionary, not among the customers."""
    cells = Cells.of(["Customer", "B", "A", "B"])[1:]
    ids, merges = coded(cells)
    assert (list(ids.names), ids.codes.tolist(), merges) == (["B", "A"], [0, 1, 0], ())


@pytest.mark.parametrize(
    "values",
    [
        [],
        [5.0],
        [3, 1, 3],
        [7e12, 5e12, 7e12],
        [1e300, -1e300, 1e300],
        [0.5, 0.25, 0.5],
        [2.0**60, 1, 2.0**60],
    ],
)
def test_factorize_is_unique(values: list[float]) -> None:
    """numpy.unique is the definition; each way to it is one of the cases."""
    array = np.array(values, np.float64)
    distinct, codes = factorize(array)
    expected, inverse = np.unique(array, return_inverse=True)
    assert distinct.tolist() == expected.tolist()
    assert codes.tolist() == inverse.tolist()


def test_factorize_the_widest_range() -> None:
    """Value and row no longer fit one integer together."""
    array = np.linspace(-(2.0**52), 2.0**52, 1500).round()[::-1]
    distinct, codes = factorize(array)
    assert distinct.tolist() == sorted(array.tolist())
    assert distinct[codes].tolist() == array.tolist()


@given(st.lists(st.integers(-(10**14), 10**14)), st.sampled_from([1, 10**3, 10**9]))
def test_factorize_any_whole_numbers(values: list[int], step: int) -> None:
    """Ranges narrow and wide give the same as numpy.unique."""
    array = np.array([v // step for v in values], np.float64)
    distinct, codes = factorize(array)
    assert distinct[codes].tolist() == array.tolist()
    assert distinct.tolist() == sorted(set(array.tolist()))


@given(st.lists(st.one_of(st.none(), st.text(max_size=4), st.integers(-5, 20).map(float), st.booleans())))
def test_equal_ids_have_equal_codes(cells: list[object]) -> None:
    """Codes are equal exactly where the folded ids are; every name is in use."""
    ids, _ = coded(Cells.of(cells))
    assert len(ids) == len(cells)
    assert sorted(set(ids.codes[ids.codes >= 0].tolist())) == list(range(len(ids.names)))
    assert len({name.casefold() for name in ids.names}) == len(ids.names)


def test_names_of_numbers_are_a_sequence() -> None:
    """Written when asked for."""
    listed = NumberNames(np.array([1.0, 2.5]))
    assert (list(listed), listed[1:][0], len(listed), name_of(1e16)) == (
        ["1", "2.5"],
        "2.5",
        2,
        "10000000000000000",
    )
