"""The end of a server while it works, and what it says of its health."""

import asyncio
import hashlib
import json
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from clv_xl.cells import Block
from clv_xl.hosts.server.state import LOOK_EVERY_S, Writable
from clv_xl.hosts.server.tls import DevTls, dev_tls
from tests.hosts.server.apps import SLOW
from tests.hosts.server.running import BARE, Running, running, section
from tests.hosts.server.test_limits import eventually, groups, post

ENDS_S = 5.0  # some 0.8 where nothing else keeps the machine busy; 30 with the wait for the good-bye


@contextmanager
def one_that_runs(server: Running, sleep: str) -> "Iterator[Future[httpx.Response]]":
    """Send a call that takes its time, and wait until it runs."""
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(post, server, groups([sleep], [7]))
        eventually(lambda: "asleep" in server.log())
        yield sent


def other(server: Running) -> httpx.Client:
    """Return a client with connections of its own; what has none is not begun on one about to close."""
    return httpx.Client(base_url=server.address, trust_env=False, timeout=5)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_what_runs_is_answered_and_new_calls_are_sent_elsewhere(how: signal.Signals) -> None:
    with running(factory=SLOW) as server, one_that_runs(server, "sleep 2") as sent, other(server) as client:
        assert client.get("/readyz").status_code == 200
        server.process.send_signal(how)
        eventually(lambda: client.get("/readyz").status_code == 503)
        refused = client.post("/v1/batch?language=fi", json={"groups": []})
        assert (refused.status_code, refused.json()["key"]) == (503, "server.stopping")
        assert int(refused.headers["retry-after"]) > 0
        assert client.get("/healthz").status_code == 200  # it is not to be killed meanwhile
        assert not sent.done()
        assert "finishing what runs" in server.log()
        found = sent.result().json()["groups"][0]["results"]
        assert found[1] == 7.0
        assert server.process.wait(10) in {0, -how}
        assert '"level":"error"' not in server.log()


def test_what_takes_longer_than_the_end_may_is_told_so() -> None:
    with (
        running({"shutdown_s": 0.5}, factory=SLOW) as server,
        one_that_runs(server, "sleep 20") as sent,
    ):
        begin = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        found = sent.result().json()["groups"][0]["results"]
        assert {f["key"] for f in found} == {"server.stopping"}
        server.process.wait(10)
        assert time.monotonic() - begin < 6  # and not 20: the thread does not hold the process


def test_a_second_signal_ends_at_once() -> None:
    with running(factory=SLOW) as server, one_that_runs(server, "sleep 20") as sent:
        begin = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        with other(server) as client:
            eventually(lambda: client.get("/readyz").status_code == 503)
        server.process.send_signal(signal.SIGTERM)
        found = sent.result().json()["groups"][0]["results"]
        assert {f["key"] for f in found} == {"server.stopping"}
        server.process.wait(10)
        assert time.monotonic() - begin < 6


def test_an_idle_server_ends_at_once() -> None:
    with running() as server:
        begin = time.monotonic()
        server.stop()
        assert time.monotonic() - begin < 3


@contextmanager
def over_tls(
    folder: Path, factory: str = BARE, **values: Any
) -> Iterator[tuple[Running, Callable[[], ssl.SSLSocket]]]:
    """Start a server with TLS; also gives what opens a connection, which never says good-bye."""
    files: DevTls = dev_tls(folder / "authority")
    context = ssl.create_default_context(cafile=files.authority)
    pair = {"certfile": files.certfile, "keyfile": files.keyfile}
    with ExitStack() as opened, running({**pair, **values}, factory=factory, verify=context) as server:

        def connection() -> ssl.SSLSocket:
            plain = socket.create_connection((server.settings.host, server.settings.port), 10)
            return opened.enter_context(context.wrap_socket(plain, server_hostname="localhost"))

        yield server, connection


READY = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    ("workers", "how"),
    [(1, signal.SIGTERM), (1, signal.SIGINT), pytest.param(2, signal.SIGTERM, marks=pytest.mark.slow)],
)
def test_clients_that_keep_a_tls_connection_for_later_do_not_hold_the_end(
    tmp_path: Path, workers: int, how: signal.Signals
) -> None:
    with over_tls(tmp_path, workers=workers) as (server, connection):
        kept, deaf, _silent = connection(), connection(), connection()
        kept.sendall(READY)
        assert kept.recv(65_536).startswith(b"HTTP/1.1 200 ")
        deaf.sendall(READY)
        time.sleep(0.2)  # its answer is on the way
        begin = time.monotonic()
        server.stop(how)
        assert time.monotonic() - begin < ENDS_S
        assert deaf.recv(65_536).startswith(b"HTTP/1.1 200 ")
        assert '"level":"error"' not in server.log()


def test_what_runs_is_answered_over_tls_before_the_connection_ends(tmp_path: Path) -> None:
    with over_tls(tmp_path, SLOW) as (server, connection):
        client = connection()
        content = groups(["sleep 3"], [7])
        client.sendall(
            b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(content), content)
        )
        eventually(lambda: "asleep" in server.log())
        server.process.send_signal(signal.SIGTERM)
        begin = time.monotonic()
        answer = client.recv(65_536)
        while b"7.0]" not in answer and (more := client.recv(65_536)):
            answer += more
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"7.0]" in answer
        assert time.monotonic() - begin > 2  # it had its three seconds, and the end waited for it
        answered = time.monotonic()
        server.process.wait(10)
        assert time.monotonic() - answered < ENDS_S


def test_a_second_ctrl_c_ends_at_once(tmp_path: Path) -> None:
    with over_tls(tmp_path, SLOW) as (server, connection), one_that_runs(server, "sleep 20"):
        connection()
        server.process.send_signal(signal.SIGINT)
        eventually(lambda: "finishing what runs" in server.log())
        begin = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        server.process.wait(10)
        assert time.monotonic() - begin < ENDS_S


def test_several_workers_finish_what_runs() -> None:
    with running(factory=SLOW, workers=2) as server, one_that_runs(server, "sleep 1.5") as sent:
        server.process.send_signal(signal.SIGTERM)
        assert sent.result().json()["groups"][0]["results"][1] == 7.0
        assert server.process.wait(10) == 0


def test_a_server_killed_and_started_again_finds_its_ranges(tmp_path: Path) -> None:
    """Large ranges are files; a client need not send them again."""
    data = section(Block.from_columns([float(i) for i in range(20_000)]))
    name = {"range": hashlib.sha256(data).hexdigest()}
    with running({"store_directory": tmp_path}) as server:
        first = server.batch(("CLV.AOV", [[name]]), ranges=[data])
        server.process.kill()
    with running({"store_directory": tmp_path}) as server:
        again = server.batch(("CLV.AOV", [[name]]))
    assert first["groups"] == again["groups"] == [{"results": [9999.5]}]  # the mean of 0 to 19,999


def test_a_store_that_cannot_be_written_makes_the_server_not_ready(tmp_path: Path) -> None:
    blocked = tmp_path / "store"
    with running({"store_directory": blocked}) as server:
        assert server.client.get("/readyz").status_code == 200
        assert [path.name for path in blocked.iterdir()] == []  # the trial leaves nothing
        blocked.rmdir()
        blocked.write_text("a file, and no directory")
        eventually(lambda: server.client.get("/readyz").status_code == 503, LOOK_EVERY_S + 5)
        assert server.client.get("/healthz").status_code == 200
        assert server.batch(("CLV", [[50, 3, 3]]))["groups"] == [{"results": [450.0]}]  # 50 x 3 x 3


async def looks(writable: Writable, count: int) -> list[bool]:
    return [await writable.look() for _ in range(count)]


def test_the_store_is_looked_at_every_few_seconds_only(tmp_path: Path) -> None:
    moment = [100.0]
    writable = Writable(tmp_path, lambda: moment[0])
    assert asyncio.run(looks(writable, 3)) == [True] * 3
    tmp_path.rmdir()
    tmp_path.write_text("")
    assert asyncio.run(looks(writable, 3)) == [True] * 3
    moment[0] += LOOK_EVERY_S
    assert asyncio.run(looks(writable, 1)) == [False]
    tmp_path.unlink()
    tmp_path.mkdir()


def test_the_log_tells_the_end() -> None:
    with running() as server:
        server.stop()
        messages = [json.loads(line)["message"] for line in server.log().splitlines()]
        assert messages[-1].startswith("Finished server process")
        assert "finishing what runs" not in server.log()  # nothing did
