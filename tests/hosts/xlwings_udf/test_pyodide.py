"""Our wheel in Pyodide, which is the Python of xlwings Lite: installed by micropip, as Lite does it."""

from pathlib import Path

import pytest

from tests.hosts.xlwings_udf.office_calls import calls
from tests.hosts.xlwings_udf.pages import pasted
from tests.hosts.xlwings_udf.runtimes import CHILD, FREE_CHILD, in_pyodide, licence, wheels, wrong

pytestmark = [pytest.mark.pyodide, pytest.mark.slow]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheels(tmp_path_factory.mktemp("wheels"))


@pytest.mark.parametrize("child", [FREE_CHILD, CHILD], ids=["our_stand_in", "xlwings_server"])
def test_every_example_every_case_and_every_kind_of_cell(tmp_path: Path, packages: Path, child: Path) -> None:
    if child == CHILD:
        licence()
    asked = calls()
    answers = in_pyodide(pasted("LITE.md", "python"), [one.call for one in asked], tmp_path, packages, child)
    assert wrong(asked, answers) == []
