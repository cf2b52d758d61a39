"""SUMPRODUCT as spreadsheet programs answer it: only numbers count, an error is the answer.

Microsoft: "SUMPRODUCT treats non-numeric array entries as if they were zeros."
"""

from typing import Any

import pytest

from clv_xl.hosts.headless.native_arrays import NOT_AVAILABLE, VALUE, sum_of_products

MIXED = [[1.0], ["2"], [True], [None], [3]]


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (([[1.0, 2.0], [3.0, 4]],), 10),
        (([[1.0, 2.0]], [[3.0, 4.0]]), 11),
        ((MIXED,), 4),
        ((MIXED, [[2.0]] * 5), 8),
        (([[0.1]] * 10,), 1),
        (([[1.0], [2.0]], [[1.0, 2.0]]), VALUE),
        (([[1.0], [NOT_AVAILABLE], [VALUE]],), NOT_AVAILABLE),
        (([[1.0], ["a"]], [[NOT_AVAILABLE], [2.0]]), NOT_AVAILABLE),
        ((7.0,), 7),
    ],
)
def test_what_the_products_of_numbers_add_up_to(arguments: tuple[Any, ...], answer: Any) -> None:
    assert sum_of_products(*arguments) == answer
