"""Single values answered one by one: as the engine answers them, each for itself."""

import itertools
import random
from typing import Any

import formualizer as fz
import pytest

from clv_xl.hosts.headless.each import TOLD, Each
from clv_xl.hosts.headless.native_arrays import comparison

NA = {"type": "Error", "kind": "Na"}
DIV = {"type": "Error", "kind": "Div"}
VALUES: list[Any] = [None, 0.0, -1.5, True, False, "a", "12", "", NA, DIV]
SIGNS = ("=", "<>", "<", ">", "<=", ">=")


@pytest.mark.parametrize("name", sorted(TOLD))
def test_what_a_type_tells_is_what_the_engine_answers(name: str) -> None:
    asked = Each(False)._answers(name, frozenset((0,)), [None], [[value] for value in VALUES])
    each = Each(False).function(name)
    assert [each(value) for value in VALUES] == asked
    assert each([VALUES]) == [asked]


def test_an_answer_is_remembered_for_its_very_arguments() -> None:
    """LEN counts the characters of 1, TRUE and "TRUE "; formualizer 0.13 counts the sign of -0, too."""
    length = Each(False).function("LEN")
    assert [length(value) for value in (1.0, True, "TRUE ", 0.0, -0.0, False)] == [1, 4, 5, 1, 2, 5]
    repeated = Each(False).function("REPT")
    assert [repeated("ab", 2.0), repeated("ab", 3.0), repeated("ab", 2.0)] == ["abab", "ababab", "abab"]


def test_numbers_are_compared_by_their_first_fifteen_digits() -> None:
    drawn = random.Random(5)
    numbers = [drawn.uniform(-10, 10) * 10.0 ** drawn.randint(-20, 20) for _ in range(60)]
    pairs = list(itertools.product(numbers[:12], repeat=2))
    pairs += [(x, x * (1 + d * drawn.random())) for x in numbers for d in (1e-16, 1e-15, 1e-14, 1e-13, 1e-12)]
    for a, b in pairs:
        x, y = float(f"{a:.15g}"), float(f"{b:.15g}")
        wanted = [x == y, x != y, x < y, x > y, x <= y, x >= y]
        assert [comparison(sign)(a, b) for sign in SIGNS] == wanted, (a, b)


@pytest.mark.parametrize("literal", ["0", '""'])
def test_the_engine_compares_with_nothing_as_we_do(literal: str) -> None:
    """Such comparisons are left to it: digits do not matter there, kinds do."""
    book = fz.Workbook()
    book.add_sheet("S")
    values = [*VALUES[:-2], -0.0, 5e-324, -5e-324, "0", " "]
    for row, value in enumerate(values, 1):
        if value is not None:
            book.set_value("S", row, 1, value)
        for column, sign in enumerate(SIGNS, 2):
            book.set_formula("S", row, column, f"=A{row}{sign}{literal}")
            book.set_formula("S", row, column + 6, f"={literal}{sign}A{row}")
    book.evaluate_all()
    nothing: Any = 0.0 if literal == "0" else ""
    for row, value in enumerate(values, 1):
        shown = [book.get_value("S", row, column) for column in range(2, 14)]
        wanted = [comparison(s)(value, nothing) for s in SIGNS] + [
            comparison(s)(nothing, value) for s in SIGNS
        ]
        assert shown == wanted, value
