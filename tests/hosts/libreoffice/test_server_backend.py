"""Calc over the formula server, where LibreOffice's Python cannot hold clv_xl."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

import clv_xl
from clv_xl import texts
from clv_xl.hosts.libreoffice import cells, extension
from clv_xl.hosts.libreoffice.component import files, over_server, started, values
from clv_xl.hosts.libreoffice.component.over_server import OverServer
from clv_xl.hosts.libreoffice.component.wording import Words
from clv_xl.hosts.libreoffice.host import Host
from tests.hosts.libreoffice.office import office
from tests.hosts.libreoffice.other_server import other
from tests.hosts.libreoffice.with_extension import VERSIONS, program

OTHER = "cpython-399"  # a Python that nobody has
IN_1904 = SimpleNamespace(NullDate=SimpleNamespace(Year=1904, Month=1, Day=1))
SOON_S = 15.0
LEFT_OUT = (None, None, None, None)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of the extension, as LibreOffice unpacks it."""
    folder = tmp_path_factory.mktemp("extension")
    for name, content in extension.contents().items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


@pytest.fixture(autouse=True)
def as_unpacked(unpacked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ROOT", unpacked)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


def gone(port: int) -> bool:
    """Return whether nothing listens any more, soon."""
    until = time.monotonic() + SOON_S
    while listens(port) and time.monotonic() < until:
        time.sleep(0.05)
    return not listens(port)


def settings(port: int, **more: object) -> dict[str, Any]:
    found = {"cache_tag": OTHER, "python": sys.executable, "server": f"http://127.0.0.1:{port}"}
    return {**found, "version": clv_xl.__version__, **more}


@pytest.fixture(scope="module")
def served(unpacked: Path) -> Iterator[OverServer]:
    """Return the backend with a server that it started itself."""
    port = free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "ROOT", unpacked)
        backend = OverServer(settings(port), Words("en"))
        assert backend.answer("CLV.VERSION", None, ()) == ((clv_xl.__version__,),)
    yield backend
    backend.close()
    assert gone(port)


LOG = (("customer", "date", "amount"), ("A", 45332.0, 50.0), ("A", 45505.0, 70.0), ("B", 45432.0, 30.0))
NA = values.error("#N/A")
CALLS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("CLV", (50.0, 3.0, 3.0, *LEFT_OUT)),
    ("CLV", (50.0, 3.0, 3.0, None, None, 0.1, None)),
    ("CLV", (50.0, 3.0, None, *LEFT_OUT)),
    ("CLV", (((50.0,), ("x",), ("",), (60.0,), (NA,)), 3.0, 3.0, *LEFT_OUT)),
    ("CLV", (((450.0,),), 1.0, 1.0, *LEFT_OUT)),
    ("CLV", (NA, 1.0, 1.0, *LEFT_OUT)),
    ("CLV.AOV", (((50.0,), ("",), (70.0,)), None)),
    ("CLV.COMPARE", (60.0, 0.8, 0.1, *LEFT_OUT)),
    ("CLV.COHORT", (LOG, "M", *LEFT_OUT)),
    ("CLV.EXPLAIN", ("CLV.AOV", "fi", None)),
)


@pytest.mark.parametrize(("name", "given"), CALLS)
def test_the_server_answers_as_this_python_does(
    served: OverServer, name: str, given: tuple[Any, ...]
) -> None:
    def seen(rows: Any) -> Any:
        return [[(cells.error_code(c) or c) if isinstance(c, float) else c for c in row] for row in rows]

    host = Host()
    assert seen(served.answer(name, None, given)) == seen(host.answer(name, None, given))
    wanted = host.errors.rows()
    assert [row[1:] for row in served.errors()[: len(wanted)]] == [row[1:] for row in wanted]


def test_dates_of_a_1904_document_are_moved_on_the_way(served: OverServer) -> None:
    ids, dates = (("A",), ("A",), ("B",)), ((45332.0,), (45505.0,), (45432.0,))
    moved = tuple((row[0] - 1462.0,) for row in dates)
    wanted = Host().answer("CLV.FREQUENCY", None, (ids, dates, "Q", 45657.0))
    assert served.answer("CLV.FREQUENCY", IN_1904, (ids, moved, "Q", 45657.0 - 1462.0)) == wanted
    text = Host().answer("CLV.DATA", None, (ids, dates, dates, *LEFT_OUT))
    assert served.answer("CLV.DATA", IN_1904, (ids, moved, dates, *LEFT_OUT)) == text


def test_an_order_log_of_a_1904_document_is_refused_rather_than_misread(served: OverServer) -> None:
    ((found,),) = served.answer("CLV.COHORT", IN_1904, (LOG, "M"))
    assert cells.error_code(found) == "#N/A"
    assert served.errors()[0][3] == texts.word("calc.other_day_zero")


def test_dates_in_a_result_for_a_1904_document_are_refused_rather_than_other_days(served: OverServer) -> None:
    ids, dates = (("A",), ("A",), ("B",)), ((45332.0,), (45505.0,), (45432.0,))
    ((text,),) = served.answer("CLV.DATA", None, (ids, dates, dates, *LEFT_OUT))
    quarters, figures = ((45382.0,), (45473.0,), (45565.0,)), ((120.0,), (126.0,), (129.0,))
    trend = ("CLV.TREND", (figures, quarters))
    for name, given in (("CLV.STATUS", (text, None, 100.0)), ("CLV.SOURCEINFO", (text,)), trend):
        assert len(served.answer(name, None, given)) > 1
        ((found,),) = served.answer(name, IN_1904, given)
        assert cells.error_code(found) == "#N/A"
        assert served.errors()[0][3] == texts.word("calc.other_day_zero_result")


def test_a_call_takes_a_connection_that_stays_open(served: OverServer) -> None:
    served.answer("CLV", None, (50.0, 3.0, 3.0))
    before = served._connection
    assert before is not None
    assert before.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    served.answer("CLV", None, (50.0, 3.0, 3.0))
    assert served._connection is before


def test_a_connection_that_the_server_closed_is_opened_again(served: OverServer) -> None:
    served.answer("CLV", None, (50.0, 3.0, 3.0))
    assert served._connection is not None
    served._connection.sock.shutdown(socket.SHUT_RDWR)
    assert served.answer("CLV", None, (50.0, 3.0, 3.0)) == ((450.0,),)


@pytest.mark.slow
def test_a_server_that_ended_is_started_again_by_the_next_call() -> None:
    backend = OverServer(settings(free_port()), Words("en"))
    try:
        assert backend.answer("CLV", None, (50.0, 3.0, 3.0)) == ((450.0,),)
        assert backend._started is not None
        first = backend._started._process
        first.kill()
        first.wait(SOON_S)
        assert backend.answer("CLV", None, (50.0, 3.0, 3.0)) == ((450.0,),)
        assert backend._started._process.pid != first.pid
    finally:
        backend.close()


PARENT = """
import sys, time
from clv_xl.hosts.libreoffice.component.started import Started
started = Started(sys.executable, "127.0.0.1", int(sys.argv[1]))
print(started.wait(), flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_the_server_does_not_outlive_a_parent_that_is_killed() -> None:
    port = free_port()
    command = [sys.executable, "-c", PARENT, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "True\n"
        assert listens(port)
        os.kill(parent.pid, signal.SIGKILL)
    assert gone(port)


def refused(backend: OverServer) -> str:
    """Return the sentence of a call that shows #N/A."""
    ((found,),) = backend.answer("CLV", None, (50.0, 3.0, 3.0))
    assert cells.error_code(found) == "#N/A"
    return str(backend.errors()[0][3])


def said(key: str, language: str = "en", **params: object) -> str:
    text = texts.table("calc")[key][language]
    for name, value in params.items():
        text = text.replace("{" + name + "}", str(value))
    return text


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"groups": []}', b"[1]"])
def test_another_server_at_that_address_is_told(body: bytes) -> None:
    with other(body=body) as (port, _):
        backend = OverServer(settings(port), Words("en"))
        sentence = refused(backend)
        backend.close()
    start = texts.table("calc")["calc.server_odd"]["en"].partition("(")[0]
    assert sentence.startswith(start.replace("{server}", f"http://127.0.0.1:{port}"))


def test_what_the_server_refuses_is_said_in_its_words() -> None:
    body = json.dumps({"error": "#N/A", "key": "auth.bad", "sentence": "The token has expired."}).encode()
    with other(status=401, body=body) as (port, seen):
        backend = OverServer(settings(port, token="abc"), Words("en"))  # noqa: S106  of a test
        assert refused(backend) == "The token has expired."
        backend.close()
    assert seen[0]["Authorization"] == "Bearer abc"


def test_an_answer_that_takes_too_long_is_told_and_the_next_cells_do_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(over_server, "TIME_LIMIT_S", 0.2)
    with other(delay=1.0) as (port, seen):
        backend = OverServer(settings(port), Words("en"))
        assert refused(backend) == said("calc.server_late", server=f"http://127.0.0.1:{port}", seconds=0)
        start = time.monotonic()
        for _ in range(20):
            refused(backend)
        assert time.monotonic() - start < 1.0
    assert len(seen) == 1


def test_after_a_rest_it_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_server, "REST_S", 0.0)
    backend = OverServer(settings(free_port(), python=None), Words("en"))
    refused(backend)
    body = b'{"groups": [{"results": [450.0]}]}'
    with other(body=body) as (port, _):
        backend.address = f"http://127.0.0.1:{port}"
        assert backend.answer("CLV", None, (50.0, 3.0, 3.0)) == ((450.0,),)
        backend.close()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_without_a_server_both_pythons_are_named(language: str) -> None:
    port = free_port()
    sentence = refused(OverServer(settings(port, python=None), Words(language)))
    assert sentence == said(
        "calc.other_python",
        language,
        running=sys.version.split()[0],
        wanted="3.99",
        server=f"http://127.0.0.1:{port}",
    )


def test_a_python_that_is_not_there_any_more_is_named(tmp_path: Path) -> None:
    python = str(tmp_path / "python")
    sentence = refused(OverServer(settings(free_port(), python=python), Words("en")))
    assert python in sentence
    assert "clv-xl serve" in sentence


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no module named uvicorn >&2\nexit 1\n")
    python.chmod(0o755)
    sentence = refused(OverServer(settings(free_port(), python=str(python)), Words("en")))
    assert "no module named uvicorn" in sentence


def test_a_server_elsewhere_is_never_started_here() -> None:
    def start(*_: object) -> Any:
        raise AssertionError

    away = {"server": "https://clv.invalid:80", "python": sys.executable}
    backend = OverServer(away, Words("en"), start=start)
    assert "https://clv.invalid:80" in refused(backend)


def test_its_own_server_wants_a_token_and_has_a_port_that_nobody_knew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever listens at the usual port, and other users of the machine, get and learn nothing."""
    monkeypatch.setenv("CLV_XL_SERVE_ADDRESS", "https://clv.invalid")
    with other() as (port, seen):
        monkeypatch.setattr(over_server, "ADDRESS", f"http://127.0.0.1:{port}")
        backend = OverServer({"cache_tag": OTHER, "python": sys.executable}, Words("en"))
        try:
            assert backend.answer("CLV", None, (50.0, 3.0, 3.0)) == ((450.0,),)
            assert seen == []
            place = urlsplit(backend.address)
            assert (place.scheme, place.hostname, place.port in (None, port)) == ("http", "127.0.0.1", False)
            assert backend.address in backend.where
            assert backend._started is not None
            token = backend._started.token
            assert token not in backend.where + backend.why + repr(backend._started._process.args)
            for given, status in ((None, 401), ("clv_" + "x" * 43, 401), (token, 200)):
                assert asked(place.port or 0, given) == status
        finally:
            backend.close()


def asked(port: int, token: str | None) -> int:
    """Return the status of a call at a port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SOON_S)
    body = json.dumps({"groups": [{"function": "CLV", "calls": [[50, 3, 3]]}]})
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection.request("POST", over_server.PATH, body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("seconds", [0.0, 0.4, 4.0])
def test_a_server_whose_parent_is_gone_leaves_no_file(seconds: float, tmp_path: Path) -> None:
    command = [sys.executable, "-P", str(started.CHILD), "127.0.0.1", "0"]
    pipe = subprocess.PIPE
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment) as child:
        time.sleep(seconds)
        child.communicate(timeout=SOON_S)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["http://clv.invalid:8765", "clv.invalid:8765", "ftp://127.0.0.1", "http://["]
)
def test_neither_orders_nor_token_go_where_others_could_read_them(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OverServer, "_post", lambda *_: pytest.fail("sent"))
    backend = OverServer({"server": address, "token": "abc"}, Words("en"))
    assert refused(backend) == said("calc.plain_http", server=address)


def test_an_answer_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_server, "MOST_BYTES", 1000)
    body = json.dumps({"groups": [{"results": ["x" * 1000]}]}).encode()
    with other(body=body) as (port, _):
        backend = OverServer(settings(port), Words("en"))
        assert "HTTP 200" in refused(backend)
        backend.close()


def test_without_settings_it_says_what_to_run() -> None:
    backend = OverServer({"server": f"http://127.0.0.1:{free_port()}"}, Words("en"))
    assert "clv.invalid" not in refused(backend)
    nothing = OverServer({}, Words("fi"), "ModuleNotFoundError: clv_xl")
    assert nothing.why == said("calc.not_installed", "fi", running=sys.version.split()[0])


@pytest.mark.slow
@pytest.mark.parametrize("host", VERSIONS)
@pytest.mark.parametrize("killed", [False, True])
def test_libreoffice_with_another_python_starts_the_server_and_takes_it_along(
    host: str, killed: bool, tmp_path: Path
) -> None:
    port = free_port()
    place = tmp_path / "clv_xl.oxt"
    place.write_bytes(extension.build(settings(port)))
    profile = tmp_path / "profile"
    menu = Path(__file__).with_name("menu_procedures.py")
    with office(program(host), profile) as calc:
        calc("add_extension", path=str(place))
    with office(program(host), profile, procedures=(menu,)) as calc:
        formulas = {"A1": "=CLV.VALUE(50;3;3)", "A2": "=CLV.VALUE(50;3)", "B1:C2": "=CLV.COMPARE(60;80%;10%)"}
        found = calc("cells", formulas=formulas)
        assert (found["A1"], found["A2"]) == (450.0, {"error": "#VALUE!"})
        assert found["B1:C2"][1][1] == pytest.approx(60 * 1.1 / (1.1 - 0.8))
        about = dict(calc("shown_by_menu", entry="about")["rows"])
        assert about[texts.word("calc.about_where")] == f"the formula server http://127.0.0.1:{port}"
        assert "3.99" in about[texts.word("calc.about_why")]
        assert calc("shown_by_menu", entry="errors")["rows"][1][3].startswith("CLV: lifespan is missing")
        assert listens(port)
        if killed:
            os.killpg(calc.process.pid, signal.SIGKILL)
    assert gone(port)
