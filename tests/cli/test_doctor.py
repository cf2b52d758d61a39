"""``clv-xl doctor``: what is found, and what to do."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from clv_xl.cli import checks, main
from clv_xl.cli.checks import requirements, satisfies
from tests.cli.program import clv_xl, python

ROOT = Path(__file__).parents[2]


def examined(*words: str, **settings: str) -> tuple[int, dict[str, Any]]:
    done = clv_xl("doctor", "--json", *words, **settings)
    assert done.stderr == ""
    return done.returncode, {c["name"]: c for c in json.loads(done.stdout)["checks"]}


def test_here_all_is_well() -> None:
    status, found = examined()
    assert status == 0
    assert {c["state"] for c in found.values()} <= {"ok", "missing"}
    assert found["Python"]["found"].startswith(".".join(map(str, sys.version_info[:3])))
    assert found["Python and clv-xl call"]["found"] == "CLV(50,3,3) = 450"  # issue "1 of 7"
    assert found["Workbooks without Excel"]["state"] == "ok"
    assert all(c["advice"] for c in found.values() if c["state"] != "ok")


def test_for_a_person_each_check_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Python and packages"
    assert lines[1].startswith("  ok        Python: 3.")


def test_what_is_needed_is_read_from_the_package_itself() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = requirements()
    assert len(found[""]) == len(project["dependencies"])
    extras = set(project["optional-dependencies"]) - {"all", "test", "bench"}
    assert set(found) == {"", *extras}


@pytest.mark.parametrize(
    ("version", "versions", "fine"),
    [
        ("0.13.0", ">=0.13,<1", True),
        ("0.12.9", ">=0.13,<1", False),
        ("1.0", ">=0.13,<1", False),
        ("2.10", ">=2.9", True),
        ("3.0rc1", ">=2.2", True),
        ("7", "", True),
    ],
)
def test_versions_are_numbers_and_not_texts(version: str, versions: str, fine: bool) -> None:
    assert satisfies(version, versions) == fine


def test_a_package_too_old_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        checks, "requirements", lambda: {"": [("numpy", ">=99")], "workbook": [("nosuch", "")]}
    )
    assert main(["doctor", "--json"]) == 1
    found = {c["name"]: c for c in json.loads(capsys.readouterr().out)["checks"]}
    base = next(c for name, c in found.items() if name.startswith("clv_xl "))
    assert (base["state"], "numpy>=99" in base["found"]) == ("problem", True)
    extra = found['extra "workbook"']
    assert (extra["state"], extra["advice"]) == ("missing", 'Type: pip install "clv_xl[workbook]"')


def test_without_the_extra_the_rest_is_healthy() -> None:
    code = (
        "import sys; sys.modules['formualizer'] = None\n"
        "from clv_xl.cli import main\nsys.exit(main(['doctor', '--json']))"
    )
    done = python(code)
    found = {c["name"]: c for c in json.loads(done.stdout)["checks"]}
    assert found["Workbooks without Excel"]["state"] == "missing"
    assert "clv_xl[workbook]" in found["Workbooks without Excel"]["advice"]
    assert done.returncode == 0


def test_a_store_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    status, found = examined(CLV_XL_STORE=str(file / "store"))
    assert (status, found["Directory"]["state"]) == (1, "problem")
    assert "CLV_XL_STORE" in found["Directory"]["advice"]


@pytest.mark.skipif(sys.platform == "win32", reason="rights of others are a matter of POSIX")
def test_a_store_open_to_others(store_directory: Path) -> None:
    store_directory.mkdir(mode=0o755)
    store_directory.chmod(0o755)
    status, found = examined()
    assert (status, found["Directory"]["state"]) == (1, "problem")
    assert "chmod 700" in found["Directory"]["advice"]


def test_libreoffice_is_missed_without_harm() -> None:
    status, found = examined(SOFFICE_BIN="/no/such/soffice")
    assert (status, found["LibreOffice Calc"]["state"]) == (0, "missing")


def test_a_terminal_that_lacks_the_letters() -> None:
    status, found = examined("--lang", "ka", PYTHONIOENCODING="ascii")
    assert status == 1
    assert [c["found"] for c in found.values() if c["found"] == "ascii" and c["state"] == "problem"] == [
        "ascii"
    ]


def test_a_language_that_is_none() -> None:
    status, found = examined(CLV_XL_LANG="sv")
    assert (status, found["Language"]["state"]) == (1, "problem")
