"""The sum of a few numbers is, to the last bit, what the same steps in arrays give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.metrics import sums
from clv_xl.metrics.sums import exact_sum

ANY = st.floats(allow_nan=True, allow_infinity=True)
MONEY = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)


@settings(max_examples=500)
@given(st.lists(st.one_of(ANY, MONEY), min_size=1, max_size=12))
def test_a_few_numbers_are_added_as_many_are(numbers: list[float]) -> None:
    values = np.array(numbers)
    found = exact_sum(values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sums, "_FEW", 0)
        expected = exact_sum(values)
    assert np.array([found]).tobytes() == np.array([expected]).tobytes() or (
        np.isnan(found) and np.isnan(expected)
    )
