"""Every function through the formula server, as JSON and as sections, gives what the runner gives."""

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.texts import sentence
from tests.conformance.calls import CASES, Case
from tests.conformance.comparing import Rows, same
from tests.hosts.server.running import Running, running, section


def plain(cell: Cell) -> Any:
    return {"error": cell.code} if isinstance(cell, CellError) else cell


def as_json(value: Cell | Block) -> Any:
    if isinstance(value, Block):
        return {"rows": [list(map(plain, row)) for row in value.rows()]}
    return plain(value)


def as_section(value: Cell | Block) -> Any:
    if isinstance(value, Block):
        return {"range": hashlib.sha256(section(value)).hexdigest()}
    return plain(value)


@pytest.fixture(scope="module")
def server(context: Context) -> Iterator[Running]:
    assert context.store is not None
    with running({"store_directory": context.store.directory}) as found:
        yield found


@pytest.fixture(scope="module")
def answers(server: Running) -> Callable[[Case, str], Any]:
    """Ask for all cases in one batch of each kind."""

    @cache
    def all_of(kind: str) -> list[Any]:
        as_argument = as_json if kind == "json" else as_section
        groups = [(c.function.name, [list(map(as_argument, c.args))]) for c in CASES]
        ranges = [section(a) for c in CASES for a in c.args if isinstance(a, Block)]
        found = server.batch(*groups, ranges=() if kind == "json" else ranges)
        assert found["unknown"] == []
        return [group["results"][0] for group in found["groups"]]

    return lambda case, kind: all_of(kind)[CASES.index(case)]


def rows_of(result: Any) -> Rows:
    rows = result["rows"] if isinstance(result, dict) and "rows" in result else [[result]]
    return [[c["error"] if isinstance(c, dict) else c for c in row] for row in rows]


@pytest.mark.parametrize("kind", ["json", "sections"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_formula_server(
    case: Case, kind: str, answers: Callable[[Case, str], Any], expected: Callable[[Case], Rows]
) -> None:
    same(rows_of(answers(case, kind)), expected(case))


def test_sentences_are_those_of_the_runner(answers: Callable[[Case, str], Any], context: Context) -> None:
    refused = [(c, r) for c in CASES if isinstance(r := run(c.function, c.args, context), CellError)]
    assert len(refused) > 100
    assert [answers(c, "json")["sentence"] for c, _ in refused] == [sentence(error) for _, error in refused]
