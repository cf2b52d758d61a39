import io
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from clv_xl.hosts.server import logs
from tests.hosts.server.apps import PAGED, SECRET
from tests.hosts.server.running import Running, running


def lines(server: Running, message: str = "request") -> list[dict[str, Any]]:
    entries = [json.loads(line) for line in server.log().splitlines()]
    return [entry for entry in entries if entry["message"] == message]


def line_of(server: Running, request: str) -> dict[str, Any]:
    """Return the line of a request; it is written just after the answer."""
    end = time.monotonic() + 5
    while not (found := [e for e in lines(server) if e["request"] == request]):
        assert time.monotonic() < end, server.log()
        time.sleep(0.01)
    (entry,) = found
    return entry


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running({"log_level": "info"}, factory=PAGED) as found:
        yield found


def test_each_request_is_one_line_of_json(server: Running) -> None:
    content = json.dumps(
        {"groups": [{"function": "clv", "calls": [[50, 3, 3]] * 3}, {"function": "NOSUCH", "calls": [[1]]}]}
    )
    headers = {"content-type": "application/json", "x-request-id": "one-line"}
    answer = server.client.post("/v1/batch?language=fi", content=content, headers=headers)
    entry = line_of(server, "one-line")
    assert entry["time"].endswith("Z")
    assert 0 < entry["ms"] < 60_000
    assert {k: entry[k] for k in ("level", "method", "route", "status", "user", "calls", "functions")} == {
        "level": "info",
        "method": "POST",
        "route": "/v1/batch",
        "status": 200,
        "user": "local/local",
        "calls": 4,
        "functions": {"CLV": 3, "unknown": 1},
    }
    assert (entry["received"], entry["sent"]) == (len(content), len(answer.content))


def test_cells_tokens_and_made_up_addresses_are_in_no_line(server: Running) -> None:
    post = server.client.post
    groups = [{"function": f"={SECRET}", "calls": [[SECRET, {"rows": [[SECRET, 4711471147]]}]]}]
    post("/v1/batch", json={"groups": groups}, headers={"authorization": f"Bearer {SECRET}"})
    post("/v1/batch", json={"groups": [{"function": "CLV.AOV", "calls": [[SECRET]]}]})
    post(
        f"/v1/{SECRET}?{SECRET}={SECRET}",
        json={},
        headers={"user-agent": SECRET, "x-request-id": f"={SECRET}"},
    )
    post(
        "/v1/batch",
        content=f'{{"{SECRET}',
        headers={"content-type": "application/json", "x-request-id": "broken"},
    )
    assert line_of(server, "broken")["refused"] == "server.no_json"
    server.client.get("/v1/fault", headers={"x-request-id": "end"})  # its exception quotes the secret
    assert line_of(server, "end")["status"] == 500
    assert SECRET not in server.log()
    assert "4711471147" not in server.log()


def test_the_log_says_where_a_fault_arose(server: Running) -> None:
    server.client.get("/v1/fault", headers={"x-request-id": "fault-1"})
    (entry,) = [e for e in lines(server, "a fault of the program") if e["request"] == "fault-1"]
    assert entry["level"] == "error"
    assert entry["traceback"][0] == "ValueError"
    assert entry["traceback"][-1].endswith("fault")
    request = line_of(server, "fault-1")
    assert (request["status"], request["route"]) == (500, "other")


def test_who_only_asks_whether_it_lives_is_not_logged(server: Running) -> None:
    server.client.get("/healthz", headers={"x-request-id": "probe"})
    server.client.get("/readyz", headers={"x-request-id": "probe"})
    server.client.get("/v1/me", headers={"x-request-id": "after"})
    line_of(server, "after")
    assert "probe" not in server.log()


def test_uvicorn_logs_in_the_same_way(server: Running) -> None:
    entries = lines(server, "Application startup complete.")
    assert [e["logger"] for e in entries] == ["uvicorn.error"]


def test_a_level_leaves_out_what_is_below() -> None:
    with running({"log_level": "error"}) as server:
        server.batch(("CLV", [[50, 3, 3]]))
        assert server.log() == ""


@contextmanager
def configured(level: str) -> Iterator[io.StringIO]:
    """Configure the log into a text and put everything back."""
    names = (logs.NAME, "uvicorn", "uvicorn.error", "asyncio")
    before = [(g := logging.getLogger(name), g.handlers, g.propagate, g.level) for name in names]
    stream = io.StringIO()
    logs.configure(level, stream)
    try:
        yield stream
    finally:
        for found, handlers, propagate, number in before:
            found.handlers, found.propagate = handlers, propagate
            found.setLevel(number)


def test_configuring_twice_writes_once() -> None:
    with configured("info"), configured("info") as stream:
        logging.getLogger("uvicorn.error").warning("once %s", "only")
    (entry,) = map(json.loads, stream.getvalue().splitlines())
    assert (entry["message"], entry["pid"]) == ("once only", os.getpid())


def test_what_json_cannot_hold_is_still_a_line() -> None:
    with configured("info") as stream:
        logs.logger().info("odd", extra={"thing": {1: object(), "text": "\ud800"}})
        logging.getLogger("asyncio").error("lost", exc_info=RuntimeError("here"))
    odd, lost = map(json.loads, stream.getvalue().splitlines())
    assert odd["message"] == "odd"
    assert "RuntimeError: here" in lost["traceback"]


def test_a_trace_follows_causes_and_ends() -> None:
    error: BaseException = KeyError("k")
    for _ in range(300):
        outer = ValueError(SECRET)
        outer.__cause__ = error
        error = outer
    assert len(logs.trace(error)) <= 100
    assert SECRET not in str(logs.trace(error))


def test_what_the_rest_of_the_server_logs_is_a_line_of_json_too() -> None:
    """Such as a token file that cannot be read: logging's own last resort would write bare text."""
    stream = io.StringIO()
    logs.configure("info", stream)
    logging.getLogger("clv_xl.hosts.server.auth.holders").error("%s: %s", "auth.tokens_damaged", "x")
    entry = json.loads(stream.getvalue())
    assert (entry["level"], entry["message"]) == ("error", "auth.tokens_damaged: x")
