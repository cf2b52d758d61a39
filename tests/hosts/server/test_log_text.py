"""The log in a terminal: short lines for people, and JSON wherever a program reads."""

import io
import json
import logging
import os
import pty
import re
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from clv_xl.hosts.server import logs
from clv_xl.hosts.server.log_text import NoStart, TextLines, is_text, shows_colour
from tests.hosts.server.apps import PAGED
from tests.hosts.server.running import running

TIME = r"\d\d:\d\d:\d\d"
REQUEST: dict[str, Any] = {
    "request": "1",
    "method": "POST",
    "route": "/v1/batch",
    "status": 200,
    "ms": 3.21,
    "received": 1,
    "sent": 1,
    "user": "local/anna",
    "calls": 12,
    "functions": {"CLV": 12},
}


class Tty(io.StringIO):
    """A text that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def line(message: str = "request", level: int = logging.INFO, coloured: bool = False, **given: Any) -> str:
    record = logging.makeLogRecord({"msg": message, "levelno": level, "created": 0.0, **given})
    record.levelname = logging.getLevelName(level)
    return TextLines(coloured=coloured).format(record)


def after_time(text: str) -> str:
    assert re.match(TIME + "  ", text)
    return text[10:]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, "200  POST /v1/batch  12 calls  3.2 ms  anna"),
        ({"calls": 1, "user": "acme/bo"}, "200  POST /v1/batch  1 call  3.2 ms  acme/bo"),
        ({"calls": 0, "user": "local/local", "ms": 1234.5}, "200  POST /v1/batch  1.2 s"),
        ({"calls": 0, "user": None, "status": 0}, "---  POST /v1/batch  3.2 ms"),
        (
            {"status": 413, "calls": 0, "refused": "server.body_too_large"},
            "413  POST /v1/batch  3.2 ms  anna  server.body_too_large",
        ),
    ],
)
def test_a_request_is_a_short_line(given: dict[str, Any], shown: str) -> None:
    assert after_time(line(**{**REQUEST, **given})) == shown


def test_what_is_no_request_is_told_with_what_belongs_to_it() -> None:
    assert after_time(line("ready")) == "ready"
    text = line("a fault of the program", logging.ERROR, request="7", traceback=["ValueError", "a.py:1 f"])
    assert after_time(text) == "error: a fault of the program  request=7\n    ValueError\n    a.py:1 f"


def test_nothing_that_a_caller_sends_moves_the_cursor() -> None:
    assert "\x1b" not in line(**{**REQUEST, "user": "local/\x1b[2Jx\r\n"})
    assert len(line(**{**REQUEST, "user": "local/a\nb"}).splitlines()) == 1


@pytest.mark.parametrize(("status", "colour"), [(200, 32), (304, 32), (404, 33), (503, 31), (0, 31)])
def test_the_colour_says_how_it_went(status: int, colour: int) -> None:
    assert f"\x1b[{colour}m{status or '---'}\x1b[0m" in line(**{**REQUEST, "status": status}, coloured=True)


def test_colour_only_where_it_is_wanted() -> None:
    assert shows_colour(Tty(), {}, "linux")
    assert not shows_colour(io.StringIO(), {}, "linux")
    assert not shows_colour(Tty(), {"NO_COLOR": "1"}, "linux")
    assert not shows_colour(Tty(), {"TERM": "dumb"}, "linux")
    assert [shows_colour(Tty(), env, "win32") for env in ({}, {"WT_SESSION": "x"})] == [False, True]


def test_auto_is_text_in_a_terminal_and_json_elsewhere() -> None:
    forms = ("auto", "text", "json")
    assert [is_text(form, Tty()) for form in forms] == [True, True, False]
    assert [is_text(form, io.StringIO()) for form in forms] == [False, True, False]


def test_the_start_and_end_of_uvicorn_is_left_to_the_program() -> None:
    def shown(name: str, level: int) -> bool:
        return NoStart().filter(logging.makeLogRecord({"name": name, "levelno": level}))

    assert not shown("uvicorn.error", logging.INFO)
    assert shown("uvicorn.error", logging.WARNING)
    assert shown(logs.NAME, logging.INFO)


@pytest.mark.parametrize("level", ["info", "debug"])
def test_files_that_are_handed_out_stand_in_the_log_at_level_debug_only(level: str) -> None:
    with running({"log_level": level, "log_format": "text"}, factory=PAGED) as server:
        statuses = [server.client.get(path).status_code for path in ("/icon-16.png", "/v1/me", "/missing")]
        server.stop()
        log = server.log()
    found = re.findall(rf"(?m)^{TIME}  (\d+)  GET (\S+)", log)
    asked = [(status, path) for status, path in found if path not in {"/readyz", "/healthz"}]
    wanted = [("200", "/v1/me"), ("404", "other")]
    assert statuses == [200, 200, 404]
    assert asked == (wanted if level == "info" else [("200", "/icon-16.png"), *wanted])
    assert ("startup" in log) == (level == "debug")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_a_server_in_a_terminal_logs_text_and_one_in_a_pipe_json(tmp_path: Path) -> None:
    from tests.cli.test_serve import serving  # the server as a user starts it

    with serving(tmp_path, "--json") as server:
        httpx.get(f"{server.announced()['address']}/v1/me")
        server.stop()
        logged = [text for text in server.log_text().splitlines() if text.startswith("{")]
        assert "/v1/me" in [json.loads(text).get("route") for text in logged]
    ours, theirs = pty.openpty()
    try:
        with serving(tmp_path, "--json", errors=theirs, TERM="xterm", NO_COLOR="1") as server:
            httpx.get(f"{server.announced()['address']}/v1/me")
            server.stop()
        shown = os.read(ours, 65536).decode().splitlines()
    finally:
        os.close(ours)
        os.close(theirs)
    assert re.fullmatch(TIME + r"  200  GET /v1/me  \d+\.\d ms", shown[0])
    assert shown[1:] == ["The formula server has stopped."]
