"""Our wheel in Pyodide, which is the Python of xlwings Lite: installed by micropip, called by the real
xlwings.server. Skipped without Pyodide or without a licence (see runtimes.py)."""

from pathlib import Path

import pytest

from tests.hosts.xlwings_udf.office_calls import calls
from tests.hosts.xlwings_udf.pages import pasted
from tests.hosts.xlwings_udf.runtimes import in_pyodide, licence, pyodide, wheels, wrong

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    licence()
    pyodide()
    return wheels(tmp_path_factory.mktemp("wheels"))


def test_every_example_every_case_and_every_kind_of_cell(tmp_path: Path, packages: Path) -> None:
    asked = calls()
    main = pasted("LITE.md", "python")
    answers = in_pyodide(main, [one.call for one in asked], tmp_path, packages)
    assert wrong(asked, answers) == []
