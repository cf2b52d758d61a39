"""``clv-xl doctor`` on the Excel add-in, xlwings Lite and xlwings Server."""

import json
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clv_xl import texts
from clv_xl.cli.checks import Check
from clv_xl.cli.checks_online import WAIT_S, checks
from clv_xl.cli.terminal import Terminal
from clv_xl.hosts.server.tls import dev_tls
from tests.cli.program import clv_xl, python
from tests.hosts.server.running import running


def examined(port: int, language: str = "en") -> list[Check]:
    return list(checks(Terminal(language), port=port))


def addin(port: int) -> Check:
    return examined(port)[0]


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    """A socket of a program that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_the_doctor_knows_each_of_them() -> None:
    done = clv_xl("doctor", "--json")
    found = {c["name"]: c for c in json.loads(done.stdout)["checks"] if c["section"] == "hosts"}
    assert [found[name]["state"] for name in ("Excel add-in", "xlwings Lite", "xlwings Server")] == [
        "ok",
        "ok",
        "missing",
    ]


def test_without_a_server_it_says_what_starts_one(taken: socket.socket) -> None:
    port = taken.getsockname()[1]
    taken.close()
    found = addin(port)
    assert (found.state, f"no formula server runs now on port {port}" in found.found) == ("ok", True)
    assert found.advice.startswith("clv-xl serve --dev starts the server")


def test_a_server_that_answers_is_named() -> None:
    with running() as server:
        found = addin(server.settings.port)
    assert f"http://localhost:{server.settings.port}/; Excel loads add-ins from https" in found.found
    assert "clv-xl serve --dev" in found.advice


def test_a_server_that_excel_can_use_is_named_with_its_start_page(tmp_path: Path) -> None:
    files = dev_tls(tmp_path)
    trusting = ssl.create_default_context(cafile=files.authority)
    with running({"certfile": files.certfile, "keyfile": files.keyfile}, verify=trusting) as server:
        server.client.close()  # a server that stops waits 30 s for the farewell of an open TLS connection
        found = addin(server.settings.port)
    assert found.found.endswith(f"start page: https://localhost:{server.settings.port}/")
    assert found.advice == ""


def test_another_program_on_the_port_is_waited_for_no_longer_than_a_moment(taken: socket.socket) -> None:
    port = taken.getsockname()[1]
    start = time.monotonic()
    found = addin(port)
    assert time.monotonic() - start < 2 * WAIT_S + 1  # https, then http; the rest is a busy machine's
    assert found.found.endswith(f"another program uses port {port}")
    assert found.advice.endswith(f"clv-xl serve --dev --port {port + 1}")


def test_without_the_extra_it_says_what_to_install() -> None:
    code = (
        "import sys\n"
        "from clv_xl.cli import checks_online, install_calc\n"
        "from clv_xl.cli.terminal import Terminal\n"
        "install_calc.lacks_server = lambda: True\n"
        "first = next(checks_online.checks(Terminal('en')))\n"
        "print(first.state, first.advice, 'starlette' in sys.modules)"
    )
    assert python(code).stdout.strip() == 'missing Type: pip install "clv_xl[server]" False'


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_pages_that_say_what_to_paste_are_there(taken: socket.socket, language: str) -> None:
    _, *pages = examined(taken.getsockname()[1], language)
    paths = [Path(page.advice.partition(": ")[2]) for page in pages]
    assert [path.name for path in paths] == ["LITE.md", "SERVER.md"]
    assert all("from clv_xl.hosts.xlwings_udf.udfs import *" in path.read_text("utf-8") for path in paths)


def test_this_needs_nothing_beyond_the_base() -> None:
    code = (
        "import sys\n"
        "for name in ('starlette', 'uvicorn', 'httpx', 'xlsxwriter', 'lxml'): sys.modules[name] = None\n"
        "from clv_xl.cli import checks_online\n"
        "from clv_xl.cli.terminal import Terminal\n"
        "checks_online.answering(1)\n"
        "print([c.name for c in checks_online.checks(Terminal('en'))])"
    )
    done = python(code)
    assert "xlwings Lite" in done.stdout, done.stderr
