"""``clv-xl serve``: started as a user starts it, asked at the address that it prints, stopped."""

import importlib.metadata
import json
import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from clv_xl import texts
from clv_xl.cli import checks, main
from tests.cli.program import clv_xl, environment, python

STARTS_S, STOPS_S = 60.0, 30.0
BATCH = {"language": "en", "groups": [{"function": "CLV", "calls": [[50, 3, 3]]}]}
CHECK_VALUE = 450.0  # issue "1 of 7": the check value of CLV(50,3,3)


@dataclass(eq=False)
class Server:
    """A server that has told where it is."""

    process: "subprocess.Popen[str]"
    said: list[str]
    log: Path

    def announced(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said[0])
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(STOPS_S)

    def log_text(self) -> str:
        return self.log.read_text("utf-8")


@contextmanager
def serving(
    tmp_path: Path, *words: str, lines: int = 1, errors: int | None = None, **settings: str
) -> Iterator[Server]:
    """Start a server on a free port and read the first lines it writes; it is stopped at the end.

    Its standard error goes to a file, or to an open one given as `errors`.
    """
    log = tmp_path / "log"
    with log.open("w", encoding="utf-8") as log_file:
        process = subprocess.Popen(
            [sys.executable, "-m", "clv_xl", "serve", "--port", "0", *words],
            stdout=subprocess.PIPE,
            stderr=log_file if errors is None else errors,
            encoding="utf-8",
            env=environment(**{"CLV_XL_CONFIG": str(tmp_path / "config"), **settings}),
        )
    server = Server(process, [], log)
    try:
        assert process.stdout is not None
        watch = threading.Timer(STARTS_S, process.kill)  # readline has no time limit
        watch.start()
        while len(server.said) < lines and (line := process.stdout.readline()):
            server.said.append(line.rstrip("\n"))
        watch.cancel()
        assert len(server.said) == lines, server.log_text()
        yield server
    finally:
        with suppress(OSError):
            process.terminate()
        try:
            process.wait(STOPS_S)
        finally:
            process.kill()
            process.communicate()


def answer(address: str, verify: ssl.SSLContext | bool = True) -> object:
    reply = httpx.post(f"{address}/v1/batch", json=BATCH, verify=verify, timeout=STARTS_S)
    assert reply.status_code == 200
    return reply.json()["groups"][0]["results"][0]


def test_the_printed_address_answers_and_sigterm_ends_cleanly(tmp_path: Path) -> None:
    with serving(tmp_path, lines=4) as server:
        found = re.search(r"http://127\.0\.0\.1:\d+", server.said[1])
        assert server.said[0].startswith("Formula server of clv_xl ")
        assert found is not None
        address = found[0]
        assert httpx.get(f"{address}/healthz").text == "ok"
        assert answer(address) == CHECK_VALUE
        assert server.said[2].endswith(f"{address}/manifest.xml")
        assert "auth = none" in server.said[3]
        assert server.stop() == 0
        assert "The formula server has stopped." in server.log_text()
        assert "Traceback" not in server.log_text()


def test_ctrl_c_ends_cleanly_in_the_language_of_the_run(tmp_path: Path) -> None:
    with serving(tmp_path, "--json", "--lang", "fi") as server:
        address = server.announced()["address"]
        assert httpx.get(f"{address}/healthz").status_code == 200
        assert server.stop(signal.SIGINT) == 0
        assert "Kaavapalvelin on pysähtynyt." in server.log_text()
        assert "Traceback" not in server.log_text()


def test_dev_speaks_https_for_this_machine(tmp_path: Path) -> None:
    """Who trusts the printed authority reaches the server at localhost and 127.0.0.1."""
    with serving(tmp_path, "--dev", "--json") as server:
        told = server.announced()
        address, authority = told["address"], Path(told["authority"])
        assert re.fullmatch(r"https://localhost:\d+", address)
        assert authority.is_relative_to(tmp_path / "config")
        trusting = ssl.create_default_context(cafile=str(authority))
        for name in ("localhost", "127.0.0.1"):
            assert answer(address.replace("localhost", name), trusting) == CHECK_VALUE
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{address}/healthz")
        assert address in httpx.get(told["manifest"], verify=trusting).text
        assert httpx.get(told["start_page"], verify=trusting).status_code == 200
        assert server.stop() == 0


def test_dev_tells_once_how_to_trust_it(tmp_path: Path) -> None:
    with serving(tmp_path, "--dev") as server:
        server.stop()
        assert server.process.stdout is not None
        first = "\n".join([*server.said, server.process.stdout.read()])
    assert "First, once on this machine" in first
    assert "certutil" in first or sys.platform == "darwin"
    with serving(tmp_path, "--dev") as server:
        server.stop()
        assert server.process.stdout is not None
        second = "\n".join([*server.said, server.process.stdout.read()])
    assert "clv-xl serve --trust" in second
    assert "certutil" not in second
    shown = clv_xl("serve", "--trust", CLV_XL_CONFIG=str(tmp_path / "config"))
    assert (shown.returncode, "Trust it once" in shown.stdout) == (0, True)


def test_excel_needs_https_is_said_where_there_is_none(tmp_path: Path) -> None:
    with serving(tmp_path, lines=6) as server:
        said = " ".join(server.said[5:])
        assert "Excel needs https" in said
        server.stop()


def test_a_server_that_lets_nobody_in_says_how_to_make_a_token(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    with serving(tmp_path, "--auth=token", "--json", "--set", f"token_file={file}") as server:
        assert httpx.get(f"{server.announced()['address']}/v1/me").status_code == 401
        server.stop()
        assert server.log_text().count("clv-xl token create NAME") == 0
    with serving(tmp_path, "--auth=token", "--set", f"token_file={file}", lines=5) as server:
        server.stop()
        (note,) = [line for line in server.log_text().splitlines() if line.startswith("Note:")]
    command = note.partition("clv-xl ")[2].replace("NAME", "Anna")
    made = clv_xl(*shlex.split(command))
    assert (made.returncode, file.exists()) == (0, True)
    with serving(tmp_path, "--auth=token", "--set", f"token_file={file}", lines=5) as server:
        server.stop()
        assert "Note:" not in server.log_text()


@pytest.mark.slow
def test_two_workers_share_a_port_and_end_together(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    # What the flags say reaches the workers though the environment says otherwise.
    with serving(
        tmp_path,
        "--workers=2",
        "--json",
        "--set=max_calls=1",
        TMPDIR=str(temporary),
        CLV_XL_SERVE_MAX_CALLS="5",
    ) as server:
        told = server.announced()
        assert told["workers"] == 2
        assert answer(told["address"]) == CHECK_VALUE
        assert [path.name[:14] for path in temporary.iterdir()] == ["clv_xl-metrics"]
        two = {"language": "en", "groups": [{"function": "CLV", "calls": [[50, 3, 3]] * 2}]}
        assert httpx.post(f"{told['address']}/v1/batch", json=two).status_code == 413
        workers = workers_of(server.process.pid)
        assert server.stop() == 0
        assert list(temporary.iterdir()) == []
        assert not [pid for pid in workers if alive(pid)]
        assert "Traceback" not in server.log_text()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to find the workers")
def test_a_worker_that_dies_is_started_again(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers=2", "--json") as server:
        address = server.announced()["address"]
        assert answer(address) == CHECK_VALUE
        victim, other = workers_of(server.process.pid)
        os.kill(victim, signal.SIGKILL)
        deadline = time.monotonic() + STARTS_S
        while victim in (now := workers_of(server.process.pid)) or len(now) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert other in now
        assert f'"worker":{victim}' in server.log_text()
        assert answer(address) == CHECK_VALUE
        assert server.stop() == 0


def workers_of(pid: int) -> list[int]:
    """Return the workers that a server has started, as far as the system tells."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in path.read_text("ascii").split()] if path.exists() else []
    return [child for child in found if "spawn_main" in command(child)]


def command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8")
    return ""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_file_the_environment_and_flags_reach_the_server(tmp_path: Path) -> None:
    config = tmp_path / "server.toml"
    config.write_text('[server]\nmetrics = "off"\nmax_calls = 7\n', "utf-8")
    done = clv_xl(
        "serve", "--config", str(config), "--no-namespace", "--settings", "--json", CLV_XL_SERVE_WORKERS="3"
    )
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert (done.returncode, done.stderr) == (0, "")
    assert (rows["metrics"]["value"], rows["metrics"]["origin"]) == ("off", f"file {config}")
    assert rows["max_calls"]["value"] == 7
    assert (rows["namespace"]["value"], rows["namespace"]["origin"]) == (False, "flag --no-namespace")
    assert rows["workers"]["origin"] == "environment variable CLV_XL_SERVE_WORKERS"
    assert rows["port"]["origin"] == "default"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_settings_are_explained_to_people(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--settings", "--lang", language]) == 0
    shown = capsys.readouterr().out
    assert "port = 8765  (" in shown
    assert texts.word("serve.from_default", language) in shown
    assert " ".join(texts.word("setting.time_limit_s", language).split()[:3]) in shown


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["--port", "http"], {}, "The setting port (flag --port)"),
        (["--auth", "password"], {}, "one of none, token, entra"),
        (["--set", "prot=1"], {}, "Did you mean port?"),
        (["--set", "port"], {}, "--set takes NAME=VALUE"),
        (["--host", "0.0.0.0"], {}, "Set auth to token or entra"),  # noqa: S104  refused
        (["--certfile", "none.pem"], {}, "without keyfile"),
        (["--certfile", "none.pem", "--keyfile", "none.pem"], {}, "cannot be read"),
        (["--config", "none.toml"], {}, "The settings file none.toml cannot be read"),
        (["--dev", "--host", "192.0.2.1"], {}, "--dev serves this machine only"),
        (["--dev", "--certfile", "a", "--keyfile", "a"], {}, "--dev makes a certificate of its own"),
        (["--host", "192.0.2.1", "--auth", "token"], {}, "cannot listen on 192.0.2.1"),  # RFC 5737
        (["--host", "no.such.host.invalid", "--auth", "token"], {}, "cannot listen on no.such"),  # RFC 2606
        (["--auth", "entra"], {}, "entra_client_id is missing"),
        ([], {"CLV_XL_SERVE_WORKER": "2"}, "Did you mean CLV_XL_SERVE_WORKERS?"),
    ],
)
def test_a_mistake_is_one_sentence_and_status_2(
    words: list[str], settings: dict[str, str], said: str, tmp_path: Path
) -> None:
    done = clv_xl("serve", *words, **settings, CLV_XL_CONFIG=str(tmp_path / "config"))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_that_is_taken_is_told_before_anything_starts(workers: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = clv_xl("serve", "--port", str(port), "--workers", workers)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Port {port} of 127.0.0.1 is taken by another program, ")
    assert len(done.stderr.splitlines()) == 1


def test_certificate_and_key_that_do_not_match_are_told(tmp_path: Path) -> None:
    pem = tmp_path / "a.pem"
    pem.write_text("x", "utf-8")
    done = clv_xl("serve", "--certfile", str(pem), "--keyfile", str(pem))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "belong together" in done.stderr


@pytest.mark.parametrize("module", ["uvicorn", "starlette", "prometheus_client"])
def test_without_the_extra_the_command_to_install_it_is_told(module: str) -> None:
    code = (
        f"import sys; sys.modules['{module}'] = None\n"
        "from clv_xl.cli import main\nsys.exit(main(['serve', '--port', '0']))"
    )
    done = python(code)
    assert done.returncode == 2
    assert 'pip install "clv_xl[server]"' in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("module", ["trustme", "cryptography"])
def test_dev_without_the_extra_tells_it_too(module: str, tmp_path: Path) -> None:
    code = (
        f"import sys; sys.modules['{module}'] = None\n"
        "from clv_xl.cli import main\nsys.exit(main(['serve', '--dev']))"
    )
    done = python(code, CLV_XL_CONFIG=str(tmp_path / "config"))
    assert done.returncode == 2
    assert 'pip install "clv_xl[server]"' in done.stderr


def test_settings_need_no_extra() -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['uvicorn', 'starlette', 'trustme', 'orjson']))\n"
        "from clv_xl.cli import main\nsys.exit(main(['serve', '--settings']))"
    )
    done = python(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_other_commands_do_not_load_the_server() -> None:
    code = (
        "import sys\nfrom clv_xl.cli import main\nmain(['call', 'CLV(50,3,3)'])\n"
        "sys.exit(', '.join(m for m in sys.modules if m in {'uvicorn', 'starlette', 'clv_xl.hosts.server'}))"
    )
    done = python(code)
    assert done.stderr.strip() == ""
    assert done.stdout.strip() == "450"


def test_a_worker_that_cannot_start_says_why_in_one_sentence() -> None:
    done = python("from clv_xl.cli.serving import app; app()", CLV_XL_SERVE_PORT="x", CLV_XL_LANG="fi")
    assert done.returncode == 3  # what uvicorn takes for "would fail again"
    assert done.stderr.startswith("Asetus port (ympäristömuuttuja CLV_XL_SERVE_PORT)")
    assert len(done.stderr.splitlines()) == 1


def test_doctor_asks_for_nothing_that_this_system_cannot_have(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["orjson>=3; extra == 'server'", 'uvloop>=0.21; (sys_platform != "win32") and extra == "server"']
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: lines)
    monkeypatch.setattr(sys, "platform", "linux")
    assert [name for name, _ in checks.requirements()["server"]] == ["orjson", "uvloop"]
    monkeypatch.setattr(sys, "platform", "win32")
    assert [name for name, _ in checks.requirements()["server"]] == ["orjson"]


def test_doctor_loads_the_server() -> None:
    found = {c["name"]: c for c in json.loads(clv_xl("doctor", "--json").stdout)["checks"]}
    assert (found["Formula server"]["state"], found["Formula server"]["found"]) == ("ok", "clv-xl serve")
    code = (
        "import sys; sys.modules['uvicorn'] = None\n"
        "from clv_xl.cli import main\nsys.exit(main(['doctor', '--json']))"
    )
    done = python(code)
    found = {c["name"]: c for c in json.loads(done.stdout)["checks"]}
    assert (done.returncode, found["Formula server"]["state"]) == (0, "missing")
    assert "clv_xl[server]" in found["Formula server"]["advice"]
