"""What the runner itself answers: the measure of every host."""

from collections.abc import Callable
from functools import cache

import pytest

from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.orders.store import Store
from tests.conformance.calls import CASES, Case
from tests.conformance.comparing import Rows, rows_of


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return Context(store=Store(tmp_path_factory.mktemp("store")))


@pytest.fixture(scope="module")
def expected(context: Context) -> Callable[[Case], Rows]:
    @cache
    def answer(number: int) -> Rows:
        return rows_of(run(CASES[number].function, CASES[number].args, context))

    return lambda case: answer(CASES.index(case))
