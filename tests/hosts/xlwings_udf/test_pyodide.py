"""Our wheel in Pyodide, which is the Python of xlwings Lite: installed by micropip, called by the real
xlwings.server. Skipped without Pyodide or without a licence (see runtimes.py)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block
from clv_xl.orders.store import Store
from tests.hosts.xlwings_udf.office_calls import calls
from tests.hosts.xlwings_udf.office_js import request, sent, shown
from tests.hosts.xlwings_udf.pages import pasted
from tests.hosts.xlwings_udf.runtimes import Answers, in_pyodide, licence, pyodide, wheels, wrong

pytestmark = pytest.mark.slow
COLUMNS = ([["A"], ["B"]], [[45332], [45432]], [[50], [30]])
STORING = request("CLV_DATA", *COLUMNS)


def answer(folder: Path, packages: Path, requests: Sequence[dict[str, Any]]) -> Answers:
    return in_pyodide(pasted("LITE.md", "python"), requests, folder, packages)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    licence()
    pyodide()
    return wheels(tmp_path_factory.mktemp("wheels"))


def test_every_example_every_case_and_every_kind_of_cell(tmp_path: Path, packages: Path) -> None:
    asked = calls()
    assert wrong(asked, answer(tmp_path, packages, [one.call for one in asked])) == []


def test_what_is_stored_lasts_until_lite_restarts(tmp_path: Path, packages: Path) -> None:
    columns = [Block.from_rows([[cell] for (cell,) in column]) for column in COLUMNS]
    text = run(CATALOGUE["CLV.DATA"], columns, Context(store=Store(tmp_path)))  # named by its content
    assert isinstance(text, str)
    taking = request("CLV_AOV", sent(text))
    gone, stored, there = answer(tmp_path, packages, [taking, STORING, taking])
    assert shown(stored["result"]) == [[text]]
    assert shown(there["result"]) == [[40.0]]  # (50 + 30) / 2
    assert shown(gone["result"]) == [["#N/A"]]
    (again,) = answer(tmp_path, packages, [taking])
    assert shown(again["result"]) == [["#N/A"]]
