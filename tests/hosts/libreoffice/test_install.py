"""What is handed to the extension, and what is read of LibreOffice's own list of extensions."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import clv_xl
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.cli import checks_libreoffice, install_calc
from clv_xl.cli.checks import Check
from clv_xl.cli.terminal import Terminal
from clv_xl.hosts.libreoffice.install import (
    import_paths,
    registered,
    settings,
    traces,
    user_packages,
    user_settings,
)
from clv_xl.hosts.libreoffice.names import services
from clv_xl.hosts.libreoffice.offices import Machine, Office, Python, own_python
from clv_xl.hosts.libreoffice.passive import OTHERS, components
from tests.hosts.libreoffice.test_offices import libreoffice, linux, needing

ROOT = Path(clv_xl.__file__).resolve().parents[1]


def test_the_paths_are_enough_and_hold_no_standard_library() -> None:
    paths = settings()["paths"]
    assert len(set(paths)) == len(paths)
    assert not any(Path(path, "os.py").exists() for path in paths)
    code = f"import sys; sys.path += {paths}; import numpy, pandas, scipy, clv_xl; print(clv_xl.__file__)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, encoding="utf-8", check=False, cwd="/"
    )
    assert done.stdout.strip() == str(Path(clv_xl.__file__)), done.stderr


def test_a_folder_of_the_caller_is_not_handed_on(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "site/some-1.dist-info").mkdir(parents=True)
    given = ["", str(tmp_path / "bin"), str(tmp_path / "site"), str(tmp_path / "site"), "/nowhere"]
    assert import_paths(given) == (ROOT, tmp_path / "site")


def listed(machine: Machine, version: str, packed: Mapping[str, object]) -> None:
    """Write the list and the unpacked extension as unopkg leaves them."""
    cache = user_packages(machine.settings / "libreoffice/4")
    folder = cache / "uno_packages/lu1.tmp_/clv_xl.oxt"
    folder.mkdir(parents=True)
    fields = ("lu1.tmp", "clv_xl.oxt", "application/vnd.sun.star.package-bundle", version, "0")
    entry = b"org.clvxl.addin\n" + b"\xff".join(map(str.encode, fields))  # seen of 7.4 and 25.2
    (cache / "uno_packages.pmap").write_bytes(b"Pmp1\xff" + entry + b"\n\n")
    if packed:
        (folder / "settings.json").write_text(json.dumps(packed))


def office(machine: Machine) -> Office:
    from clv_xl.hosts.libreoffice.offices import offices

    (found,) = offices(machine)
    return found


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    tag = own_python().tag.removeprefix("cpython-")
    libreoffice(tmp_path / "usr/lib/libreoffice/program", "7.4", bridge=needing(f"{tag[0]}.{tag[1:]}"))
    return linux(tmp_path)


def functions(machine: Machine) -> Check:
    """Return what the doctor says of the functions."""
    return list(checks_libreoffice.checks(Terminal("en"), machine=machine))[1]


def test_an_extension_is_read_from_the_list(machine: Machine) -> None:
    assert registered(office(machine)) == ()
    listed(machine, "0.0.9", {"python": "/p"})
    (found,) = registered(office(machine))
    assert (found.version, found.shared, found.settings) == ("0.0.9", False, {"python": "/p"})
    assert [path.name for path in traces(office(machine).profile)] == ["settings.json", "uno_packages.pmap"]


def test_the_doctor_names_a_virtual_environment_that_is_gone(machine: Machine) -> None:
    listed(machine, clv_xl.__version__, {**settings(), "python": "/venv/bin/python"})
    found = functions(machine)
    assert (found.state, "/venv/bin/python" in found.found) == ("problem", True)
    assert found.advice == "Type: clv-xl install calc"


def test_the_doctor_names_packages_that_are_gone(machine: Machine) -> None:
    listed(machine, clv_xl.__version__, {**settings(), "paths": ["/site-packages"]})
    found = functions(machine)
    assert (found.state, "/site-packages" in found.found) == ("problem", True)


@pytest.mark.parametrize(("lacks", "state"), [(False, "ok"), (True, "problem")])
def test_another_python_needs_the_server(
    lacks: bool, state: str, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(machine, clv_xl.__version__, settings())
    (tmp_path / "usr/lib/libreoffice/program/libpyuno.so").write_bytes(needing("3.8"))
    assert office(machine).python == Python("cpython-38")
    monkeypatch.setattr(checks_libreoffice, "lacks_server", lambda: lacks)
    found = functions(machine)
    assert (found.state, "LibreOffice runs Python 3.8" in found.found) == (state, True)
    assert ('pip install "clv_xl[server]"' in found.advice) == lacks


def test_a_python_that_may_not_be_started_serves_nobody(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "python").touch(0o644)
    listed(machine, clv_xl.__version__, {**settings(), "python": str(tmp_path / "python")})
    assert functions(machine).state == "ok"  # LibreOffice's own Python does it
    (tmp_path / "usr/lib/libreoffice/program/libpyuno.so").write_bytes(needing("3.8"))
    found = functions(machine)
    assert (found.state, str(tmp_path / "python") in found.found) == ("problem", True)


def test_the_list_of_the_component_names_every_service() -> None:
    known = services(CATALOGUE)
    listed = ET.fromstring(components(known, "clv_addin.py"))  # noqa: S314  ours
    space = "{http://openoffice.org/2010/uno-components}"
    names = {node.get("name") for node in listed.iter(f"{space}implementation")}
    assert names == {service.name for service in known} | set(OTHERS)


def test_an_extension_from_a_file_has_no_settings(machine: Machine) -> None:
    listed(machine, clv_xl.__version__, {})
    found = functions(machine)
    assert (found.state, "without settings" in found.found) == ("ok", True)


@pytest.mark.parametrize(
    ("version", "missing", "word"),
    [("7.3", "", "too old"), ("7.4", "unopkg", "unopkg"), ("7.4", "libpyuno.so", "python3-uno")],
)
def test_what_stands_in_the_way_is_named(version: str, missing: str, word: str, tmp_path: Path) -> None:
    folder = tmp_path / "usr/lib/libreoffice/program"
    libreoffice(folder, version, bridge=needing("3.11"))
    if missing:
        (folder / missing).unlink()
    found = functions(linux(tmp_path))
    assert (found.state, word in found.advice) == ("missing", True)
    fault = install_calc.fault_of(office(linux(tmp_path)))
    assert fault is not None


def test_the_users_own_settings_are_where_the_component_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLV_XL_CONFIG", "/somewhere")
    assert user_settings() == Path("/somewhere/libreoffice.json")
