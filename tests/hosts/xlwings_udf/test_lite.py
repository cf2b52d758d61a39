"""The functions on what xlwings Lite and Server hand over, with a stand-in for their runtime.

The stand-in is ours; the real runtime runs in test_server.py and test_pyodide.py.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.spelling import underscored
from clv_xl.hosts.xlwings_udf.functions import Host
from clv_xl.orders.store import Store
from tests.hosts.xlwings_udf.like_lite import LikeLite
from tests.hosts.xlwings_udf.office_calls import calls
from tests.hosts.xlwings_udf.office_js import request
from tests.hosts.xlwings_udf.pages import pasted
from tests.hosts.xlwings_udf.runtimes import wrong


class JsNull:
    """Stands for the class of that name, a blank cell in Pyodide from 0.28 on."""


@pytest.fixture
def lite(tmp_path: Path) -> tuple[LikeLite, Host]:
    runtime = LikeLite()
    host = Host(runtime, "main")
    host.store = Store(tmp_path)
    host.functions(CATALOGUE)
    return runtime, host


def test_every_function_is_registered_under_its_own_name_with_raw_arguments(
    lite: tuple[LikeLite, Host],
) -> None:
    runtime, _ = lite
    assert runtime.names == {name: underscored(name) for name in CATALOGUE}
    assert runtime.converters == {
        (underscored(name), arg.name): "raw" for name, function in CATALOGUE.items() for arg in function.args
    }


def test_every_example_every_case_and_every_kind_of_cell(lite: tuple[LikeLite, Host]) -> None:
    asked = calls()
    runtime, _ = lite
    assert wrong(asked, [{"result": runtime.call(one.call["call"])} for one in asked]) == []


def test_a_blank_of_newer_pyodide_is_a_blank(lite: tuple[LikeLite, Host]) -> None:
    blank: Any = JsNull()
    runtime, _ = lite
    for asked, shown in (
        (request("CLV_AOV", [[50], [blank], [70]]), 60.0),  # (50 + 70) / 2
        (request("CLV", [[50]], [[3]], [[3]], [[blank]]), 450.0),
    ):
        assert runtime.call(asked["call"]) == [[shown]]


def test_the_sentences_are_kept_for_whoever_asks(lite: tuple[LikeLite, Host]) -> None:
    runtime, host = lite
    runtime.call(request("CLV", [[50]], [[3]], [[-1]])["call"])
    ((number, name, code, sentence),) = host.errors.rows()
    assert (number, name, code) == (1, "CLV", "#NUM!")
    assert "lifespan" in sentence


@pytest.mark.parametrize("page", ["LITE.md", "SERVER.md"])
def test_what_the_page_says_to_paste_runs_with_the_free_part_of_xlwings(page: str) -> None:
    """In an interpreter of its own: nothing of xlwings.pro is there, nor needed by us."""
    found = (
        f"{pasted(page, 'python')}\n"
        "import sys\n"
        "from clv_xl.catalogue.all import CATALOGUE\n"
        "names = [n.replace('.', '_') for n in CATALOGUE]\n"
        "assert not [n for n in names if n not in globals()]\n"
        "assert globals()['CLV'](50, 3, 3) == 450, 'CLV'\n"
        "assert last_errors() == ()\n"
        "assert 'xlwings.server' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", found], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_page_asks_for_packages_of_the_base_only() -> None:
    assert pasted("LITE.md", "text").split() == ["clv_xl", "xlwings"]
