"""``clv-xl install calc`` and ``uninstall calc``, done by a user in a real LibreOffice."""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import clv_xl
from clv_xl.cli import main
from clv_xl.hosts.libreoffice.extension import build
from clv_xl.hosts.libreoffice.install import IDENTIFIER, settings
from clv_xl.hosts.libreoffice.offices import Python, running
from tests.hosts.libreoffice.somebody import Somebody, is_root, somebody
from tests.hosts_available import require, soffice, soffice_new

MARKS = (b"clvxl", b"clv_xl", "clvxl".encode("utf-16-le"))
OTHER = "org.example.other"  # somebody else's extension


@pytest.fixture(params=["calc", "calc_new"])
def user(request: pytest.FixtureRequest) -> Iterator[Somebody]:
    require(request.param)
    program = soffice() if request.param == "calc" else soffice_new()
    assert program is not None
    with somebody(program) as found:
        yield found


def older(extension: bytes, version: str) -> bytes:
    """Return the extension as it were of another version."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(extension)) as whole, zipfile.ZipFile(buffer, "w") as made:
        for name in whole.namelist():
            content = whole.read(name)
            if name == "description.xml":
                changed = content.replace(f'"{clv_xl.__version__}"'.encode(), f'"{version}"'.encode())
                assert changed != content
                content = changed
            made.writestr(name, content)
    return buffer.getvalue()


def another() -> bytes:
    """Return an extension with a Python component that is none of ours."""
    space = "http://openoffice.org/2001/manifest"
    kind = "application/vnd.sun.star.uno-component;type=Python"
    files = {
        "description.xml": '<description xmlns="http://openoffice.org/extensions/description/2006">'
        f'<identifier value="{OTHER}"/><version value="1"/></description>',
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{space}">'
        f'<m:file-entry m:media-type="{kind}" m:full-path="other.py"/></m:manifest>',
        "other.py": "import unohelper\n\nclass Other(unohelper.Base):\n    pass\n\n"
        "g_ImplementationHelper = unohelper.ImplementationHelper()\n"
        f"g_ImplementationHelper.addImplementation(Other, '{OTHER}', ('{OTHER}',))\n",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()


def functions(user: Somebody, *words: str) -> dict[str, Any]:
    """Return what the doctor says of the functions in this user's LibreOffice."""
    done = user.clv_xl("doctor", "--json", *words)
    assert done.stdout, done.stderr
    checks = json.loads(done.stdout)["checks"]
    found: dict[str, Any] = next(c for c in checks if c["name"].startswith("Functions in LibreOffice"))
    return found


def speaking_of_us(files: dict[str, bytes]) -> list[str]:
    """Return the files whose name or content is ours."""
    return [n for n, content in files.items() if "clv" in n or any(mark in content for mark in MARKS)]


@pytest.mark.slow
def test_installed_seen_at_work_and_gone_without_a_trace(user: Somebody) -> None:
    for _ in range(2):  # the first start of all ends with the wish to be started again
        user.start("--terminate_after_init").wait(60)
    before = user.files()
    assert functions(user)["state"] == "missing"
    done = user.clv_xl("install", "calc", "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert said["shown"] == "450"  # issue "1 of 7": the check value of CLV
    assert (said["works"], said["in_process"], said["shared"]) == (True, True, False)
    assert functions(user)[
        "found"
    ] == f"extension {clv_xl.__version__}, within LibreOffice's own Python " + str(
        Python(str(sys.implementation.cache_tag))
    )
    assert user.unopkg("list", IDENTIFIER).stdout.startswith(f"Identifier: {IDENTIFIER}")
    done = user.clv_xl("uninstall", "calc", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"removed": [str(user.profile)], "left": []})
    after = user.files()
    assert speaking_of_us(after) == []
    assert b"clvxl" not in after["user/registrymodifications.xcu"]
    new = {name for name in set(after) - set(before) if not name.startswith("user/pack/")}
    own = ("user/uno_packages/cache/", "user/extensions/", "user/GraphicsRenderTests.log")  # LibreOffice's
    assert [name for name in new if not name.startswith(own)] == []
    assert functions(user)["state"] == "missing"
    assert "Nothing was installed" in user.clv_xl("uninstall", "calc").stdout


@pytest.mark.slow
def test_an_older_one_is_replaced_and_somebody_elses_stays(user: Somebody) -> None:
    for name, content in (("other.oxt", another()), ("clv_xl.oxt", older(build(settings()), "0.0.1"))):
        assert user.unopkg("add", str(user.write(name, content))).returncode == 0
    found = functions(user)
    assert (found["state"], found["advice"]) == ("problem", "Type: clv-xl install calc")
    assert "0.0.1" in found["found"]
    done = user.clv_xl("install", "calc", "--lang", "pl")
    assert (done.returncode, "pokazuje 450" in done.stdout) == (0, True), done.stdout + done.stderr
    packed = list(user.profile.glob("user/uno_packages/cache/uno_packages/*/clv_xl.oxt/settings.json"))
    assert [json.loads(path.read_text("utf-8"))["language"] for path in packed] == ["pl"]  # one copy only
    assert functions(user)["state"] == "ok"
    assert user.clv_xl("uninstall", "calc").returncode == 0
    listed = user.unopkg("list").stdout
    assert (OTHER in listed, IDENTIFIER in listed) == (True, False)
    assert any(OTHER.encode() in content for content in user.files().values())


@pytest.mark.slow
def test_the_doctor_puts_in_again_what_does_not_fit(user: Somebody) -> None:
    gone = {**settings(), "python": "/nowhere/bin/python", "language": "el"}
    user.unopkg("add", str(user.write("clv_xl.oxt", build(gone))))
    found = functions(user)
    assert (found["state"], "/nowhere/bin/python" in found["found"]) == ("problem", True)
    assert functions(user, "--mend")["state"] == "ok"
    found = functions(user)
    assert (found["state"], "nowhere" in found["found"]) == ("ok", False)


@pytest.mark.slow
def test_while_it_is_open_nothing_is_done(user: Somebody) -> None:
    for _ in range(2):
        user.start("--terminate_after_init").wait(60)
    office = user.start("--accept=pipe,name=clv_xl_open;urp;")
    try:
        until = time.monotonic() + 30
        while not running(user.profile):
            assert time.monotonic() < until
            time.sleep(0.1)
        done = user.clv_xl("install", "calc")
        assert done.returncode != 0
        assert "is open and would go on" in done.stderr
        assert speaking_of_us(user.files()) == []
        assert office.poll() is None  # being asked did it no harm
    finally:
        os.killpg(office.pid, 15)
        office.wait(30)
    assert (user.profile / ".lock").exists()  # what a LibreOffice leaves that was killed
    assert not running(user.profile)


@pytest.mark.slow
@pytest.mark.calc_new
@pytest.mark.skipif(not is_root(), reason="for all users: root only")
def test_root_installs_for_all_users_and_says_so(tmp_path: Path) -> None:
    program = soffice_new()
    assert program is not None
    environment = {**os.environ, "HOME": str(tmp_path), "SOFFICE_BIN": str(program), "COLUMNS": "400"}
    environment.pop("XDG_CONFIG_HOME", None)

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "clv_xl", *words]
        return subprocess.run(
            command, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False
        )

    try:
        done = run("install", "calc")
        assert "You are root" in done.stdout
        assert (done.returncode, "shows 450" in done.stdout) == (0, True), done.stdout + done.stderr
        with somebody(program) as user:
            assert functions(user)["state"] == "ok"
            refused = user.clv_xl("uninstall", "calc")
            assert (refused.returncode != 0, "administrator" in refused.stderr) == (True, True)
    finally:
        done = run("uninstall", "calc", "--json")
    assert (done.returncode, json.loads(done.stdout)["left"]) == (0, [])
    assert IDENTIFIER not in subprocess.run(
        [program.with_name("unopkg"), "list", "--shared"], capture_output=True, encoding="utf-8", check=False,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    ).stdout  # fmt: skip


def test_the_file_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install", "calc", "--output", str(tmp_path / "functions")]) == 0
    assert f"Extension written: {tmp_path / 'functions.oxt'}" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "functions.oxt") as made:
        assert "CalcAddIns.xcu" in made.namelist()
        assert "settings.json" not in made.namelist()  # paths of this machine mean nothing elsewhere


def test_an_extension_has_its_own_ending(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install", "calc", "--output", str(tmp_path / "functions.xlsx")]) != 0
    assert ".oxt" in capsys.readouterr().err
    assert list(tmp_path.glob("functions*")) == []


def test_without_libreoffice_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOFFICE_BIN", "/no/such/soffice")
    assert main(["install", "calc"]) != 0
    assert "python3-uno" in capsys.readouterr().err
