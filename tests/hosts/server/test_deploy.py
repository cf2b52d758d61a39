"""Deployment files: complete, up to date, and in agreement with what the server is."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from clv_xl.cli.parser import COMMANDS, parser_of
from clv_xl.cli.running import KEEP_ALIVE_S
from clv_xl.errors import UserError
from clv_xl.hosts.server.settings import CONFIG, DEFAULTS, KINDS, PREFIX, load
from clv_xl.hosts.server.settings_table import DEPLOY, example_file, main, with_table
from clv_xl.hosts.server.tls import dev_tls

PAGE = (DEPLOY / "DEPLOY.md").read_text("utf-8")
UNIT = (DEPLOY / "clv-xl.service").read_text("utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
PROGRAM = "/opt/clv_xl/bin/clv-xl"


def understood(line: str) -> bool:
    """Return whether the program understands a command as it is written; raises what it says."""
    words = shlex.split(line)
    parser_of("en").parse_args(words[1:])
    return words[0].endswith("clv-xl")


def instructions() -> dict[str, list[str]]:
    """Return the instructions of the Dockerfile: name -> what stands after it, for each."""
    lines = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", DOCKERFILE)).splitlines()
    found: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, lines)):
        name, _, rest = line.partition(" ")
        found.setdefault(name, []).append(" ".join(rest.split()))
    return found


def container_environment() -> dict[str, str]:
    return dict(word.split("=", 1) for line in instructions()["ENV"] for word in shlex.split(line))


def unit() -> dict[str, list[str]]:
    """Return the settings of the unit: name -> values."""
    found: dict[str, list[str]] = {}
    for line in UNIT.splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_example_file_is_made_from_the_settings_and_up_to_date() -> None:
    assert (DEPLOY / "server.toml").read_text("utf-8") == example_file()
    assert with_table(PAGE) == PAGE
    assert main([]) == 0


def test_the_example_file_sets_nothing_as_it_is() -> None:
    assert load(DEPLOY / "server.toml", {}, {}) == DEFAULTS


def test_every_line_of_the_example_file_can_be_switched_on() -> None:
    live = re.sub(r"(?m)^# (\w+ = )", r"\1", example_file())
    values = tomllib.loads(live)["server"]
    assert list(values) == list(KINDS)
    for name, value in values.items():
        read = KINDS[name].read(value)
        default = getattr(DEFAULTS, name)
        assert default is None or read == default, name


@pytest.mark.parametrize("block", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
def test_the_settings_shown_on_the_page_load(block: str, tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    guid = "f3a7c0e2-1b5d-4e6f-8a90-123456789abc"
    file.write_text(re.sub(r"<[^>]+ id>", guid, block), "utf-8")
    found = load(file, {}, {})
    assert found.address == "https://clv.example.com"


def test_the_page_shows_two_sets_of_settings() -> None:
    assert PAGE.count("```toml\n") == 2


def test_files_and_settings_that_the_page_names_exist() -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", PAGE)
    assert set(linked) == {"server.toml", "clv-xl.service", "Dockerfile"}
    assert all((DEPLOY / name).is_file() for name in linked)
    named = set(re.findall(r"`((?:entra|user|max|store|heavy|quick|forwarded|time|shutdown)_\w+)`", PAGE))
    assert len(named) > 10
    assert named <= set(KINDS)


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_variables_of_the_server_exist(path: Path) -> None:
    text = path.read_text("utf-8").replace("CLV_XL_SERVE_`", "")
    named = set(re.findall(r"CLV_XL_SERVE_[A-Z_]+", text)) - {CONFIG}
    assert named <= {PREFIX + name.upper() for name in KINDS}


def test_the_commands_of_the_page_are_understood() -> None:
    blocks = "\n".join(line for line in PAGE.splitlines() if line.startswith("    "))
    spoken = "\n".join(re.findall(r"`(clv-xl [^`]+)`", PAGE))
    commands = re.findall(rf"clv-xl (?:{'|'.join(COMMANDS)})\b.*", f"{blocks}\n{spoken}")
    commands = [line for line in commands if line != "clv-xl token revoke"]  # said without its id
    assert len(commands) >= 5
    assert all(map(understood, commands))


def test_the_proxies_leave_room_for_what_the_server_allows() -> None:
    assert f"client_max_body_size {DEFAULTS.max_body_mb}m;" in PAGE
    assert f"max_size {DEFAULTS.max_body_mb}MiB" in PAGE
    waits = [float(n) for n in re.findall(r"(?:proxy_read_timeout|response_header_timeout) (\d+)s", PAGE)]
    assert len(waits) == 2
    assert min(waits) > DEFAULTS.time_limit_s


def test_the_proxies_hang_up_before_the_server_does() -> None:
    """A connection that the server closes while a request is on its way costs an answer 502."""
    kept = [int(seconds) for seconds in re.findall(r"\bkeepalive(?:_timeout)? (\d+)s", PAGE)]
    assert len(kept) == 2
    assert max(kept) < KEEP_ALIVE_S


@pytest.mark.deploy
def test_nginx_accepts_what_the_page_shows(tmp_path: Path) -> None:
    files = dev_tls(tmp_path / "authority")
    shutil.copy(files.certfile, tmp_path / "fullchain.pem")
    shutil.copy(files.keyfile, tmp_path / "privkey.pem")
    shown = shown_as("nginx").replace("/etc/letsencrypt/live/clv.example.com", str(tmp_path))
    config = tmp_path / "nginx.conf"
    config.write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{shown}}}\n", "utf-8")
    done = said_by("nginx", "-t", "-e", "stderr", "-c", str(config))
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


@pytest.mark.deploy
def test_caddy_accepts_what_the_page_shows(tmp_path: Path) -> None:
    config = tmp_path / "Caddyfile"
    config.write_text(shown_as("caddy"), "utf-8")
    done = said_by(
        "caddy", "validate", "--adapter", "caddyfile", "--config", str(config), XDG_DATA_HOME=str(tmp_path)
    )
    assert done.returncode == 0, done.stderr


def shown_as(language: str) -> str:
    """Return the block of a language that the page shows."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def said_by(program: str, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [program, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **settings},
        timeout=60,
    )


def test_the_unit_runs_the_server_and_gives_it_time_to_stop() -> None:
    found = unit()
    assert found["ExecStart"] == [f"{PROGRAM} serve --config /etc/clv_xl/server.toml"]
    assert understood(found["ExecStart"][0])
    assert float(found["TimeoutStopSec"][0]) > DEFAULTS.shutdown_s
    state = f"/var/lib/{found['StateDirectory'][0]}"
    assert {line.split("=")[0]: line.split("=")[1] for line in found["Environment"]} == {
        "CLV_XL_CONFIG": f"{state}/config",
        "CLV_XL_STORE": f"{state}/store",
    }


def test_the_unit_is_shut_in() -> None:
    wanted = {
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "CapabilityBoundingSet": "",
        "StateDirectoryMode": "0700",
        "UMask": "0077",
    }
    assert {name: unit()[name] for name in wanted} == {name: [value] for name, value in wanted.items()}
    assert unit()["User"] == ["clv-xl"]


@pytest.mark.deploy
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    file = tmp_path / "clv-xl.service"
    file.write_text(UNIT.replace(PROGRAM, "/bin/true"), "utf-8")
    done = analyze("verify", "--man=no", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.deploy
def test_systemd_thinks_the_unit_well_shut_in(tmp_path: Path) -> None:
    """Its exposure level goes from 0 (nothing can be done) to 10; most services have more than 9."""
    file = tmp_path / "clv-xl.service"
    file.write_text(UNIT.replace(PROGRAM, "/bin/true"), "utf-8")
    done = analyze("security", "--offline=yes", "--no-pager", "--threshold=20", str(file))
    if "Unknown" in done.stderr or "unrecognized" in done.stderr:
        pytest.skip("this systemd-analyze knows no --offline")
    assert done.returncode == 0, done.stdout[-400:]


def analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["systemd-analyze", *words],  # noqa: S607  wherever the system has it
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_COLORS": "0"},
    )


def test_the_container_runs_the_server_as_a_user_of_its_own() -> None:
    found = instructions()
    assert json.loads(found["ENTRYPOINT"][0]) == ["clv-xl", "serve"]
    assert understood(" ".join(json.loads(found["ENTRYPOINT"][0])))
    user = found["USER"][0]
    assert user not in {"0", "root"}
    assert re.search(rf"useradd .*--uid {user} .*clv_xl", found["RUN"][0])
    assert list(found)[-1] == "CMD"


def test_the_container_keeps_its_state_on_the_volume() -> None:
    volume = instructions()["VOLUME"][0]
    given = container_environment()
    assert Path(given["CLV_XL_STORE"]).is_relative_to(volume)
    assert Path(given["CLV_XL_CONFIG"]).is_relative_to(volume)
    made = re.search(r"install -d .*", instructions()["RUN"][0])
    assert made is not None
    assert {volume, given["CLV_XL_STORE"], given["CLV_XL_CONFIG"]} <= set(made[0].split())


def test_the_container_wants_to_know_its_callers() -> None:
    given = container_environment()
    assert load(None, given, {"auth": "token"}).port == int(instructions()["EXPOSE"][0])
    with pytest.raises(UserError, match=r"serve\.open_host"):
        load(None, given, {})


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_health_check_asks_the_server(status: int, healthy: bool) -> None:
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    program, *words = json.loads(instructions()["HEALTHCHECK"][0].partition(" CMD ")[2])
    assert program == "python"
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        port = str(server.server_address[1])
        done = subprocess.run(
            [sys.executable, *words],
            env={**os.environ, "CLV_XL_SERVE_PORT": port},
            capture_output=True,
            check=False,
        )
        thread.join()
    assert (done.returncode == 0) == healthy
    assert asked == ["/healthz"]


def test_the_files_are_part_of_the_package() -> None:
    """A wheel is the whole package (see the build table of pyproject.toml)."""
    root = Path(__file__).parents[3]
    build = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    assert build["targets"]["wheel"]["packages"] == ["clv_xl"]
    assert DEPLOY.is_relative_to(root / "clv_xl")
    ignored = subprocess.run(
        ["git", "check-ignore", *map(str, sorted(DEPLOY.iterdir()))],  # noqa: S607  wherever git is
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ignored.stdout == ""
