"""Which spreadsheet hosts this machine has, and what a test does without one.

A test that needs a host says ``@pytest.mark.calc`` (or calls ``require("calc")``). Without the
host it is skipped, unless the environment variable CLV_XL_REQUIRE names it: then it fails. CI
names the hosts that it has installed, so that no host test is skipped there unseen.
A new host is one entry in `HOSTS` and one marker in pyproject.toml.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest

REQUIRE = "CLV_XL_REQUIRE"


def soffice() -> Path | None:
    """Return the LibreOffice program: SOFFICE_BIN if it is set, else the one on the path."""
    named = os.environ.get("SOFFICE_BIN")
    found = shutil.which(named) if named else shutil.which("soffice") or shutil.which("libreoffice")
    return Path(found) if found else None


def _calc() -> str | None:
    return None if soffice() else "LibreOffice Calc is not installed (or SOFFICE_BIN does not name it)"


def soffice_new() -> Path | None:
    """Return the newer LibreOffice that `.ci/libreoffice FOLDER` unpacks: CLV_XL_SOFFICE_NEW names it."""
    named = os.environ.get("CLV_XL_SOFFICE_NEW")
    return Path(named) if named and shutil.which(named) else None


def uno_python(program: Path) -> Path | None:
    """Return the Python that has the ``uno`` of a LibreOffice: one beside it, or the system's.

    Both must be of one version: a type that only one side knows ends the connection.
    """
    beside = program.with_name("python3")
    if program.parent != Path("/usr/bin") and beside.exists():
        return beside
    system = Path("/usr/bin/python3")
    return system if _imports_uno(str(system)) else None


@cache
def _imports_uno(python: str) -> bool:
    asked = [python, "-c", "import uno"]
    return Path(python).exists() and subprocess.run(asked, check=False, capture_output=True).returncode == 0


def _uno() -> str | None:
    program = soffice()
    if program is None:
        return _calc()
    return None if uno_python(program) else "no Python has uno: install python3-uno"


def _calc_new() -> str | None:
    if soffice_new() is None:
        return "the newer LibreOffice is missing: CLV_XL_SOFFICE_NEW=$(.ci/libreoffice FOLDER)"
    return None


def chromium() -> Path | None:
    """Return Chromium: CHROMIUM_BIN if it is set, else the one on the path."""
    named = os.environ.get("CHROMIUM_BIN")
    names = (named,) if named else ("chromium", "chromium-browser", "google-chrome")
    return next((Path(found) for found in map(shutil.which, names) if found), None)


def _chromium() -> str | None:
    return None if chromium() else "Chromium is not installed (or CHROMIUM_BIN does not name it)"


NPM = Path(__file__).parent / "npm" / "node_modules"
"""Parts from npm: `npm install --no-package-lock` in tests/npm."""


def _office_js() -> str | None:
    wanted = (NPM / "@microsoft/office-js/dist", NPM / "@microsoft/app-manifest", NPM / "axe-core")
    if not all(folder.is_dir() for folder in wanted):
        return "office.js is missing: run npm install --no-package-lock in tests/npm"
    return _chromium()


def _deploy() -> str | None:
    """Programs that read the files of clv_xl/hosts/server/deploy."""
    missing = [name for name in ("nginx", "caddy", "systemd-analyze") if shutil.which(name) is None]
    return f"{', '.join(missing)} not installed" if missing else None


def pyodide() -> Path | None:
    """Return the folder that `.ci/pyodide FOLDER` prints: CLV_XL_PYODIDE names it."""
    named = os.environ.get("CLV_XL_PYODIDE")
    return Path(named) if named and (Path(named) / "pyodide-lock.json").is_file() else None


def _pyodide() -> str | None:
    if pyodide() is None:
        return "Pyodide is missing: CLV_XL_PYODIDE=$(.ci/pyodide FOLDER)"
    return None if shutil.which("node") else "node, which runs Pyodide, is not installed"


HOSTS: Mapping[str, Callable[[], str | None]] = MappingProxyType(
    {
        "calc": _calc,
        "uno": _uno,
        "calc_new": _calc_new,
        "chromium": _chromium,
        "office_js": _office_js,
        "deploy": _deploy,
        "pyodide": _pyodide,
    }
)
"""What each host lacks here, or None when it can be used."""


def required() -> frozenset[str]:
    """Return the hosts that CLV_XL_REQUIRE names; an unknown name is a ValueError."""
    names = frozenset(filter(None, (name.strip() for name in os.environ.get(REQUIRE, "").split(","))))
    if unknown := sorted(names - set(HOSTS)):
        message = f"{REQUIRE} names {', '.join(unknown)}; known are {', '.join(sorted(HOSTS))}"
        raise ValueError(message)
    return names


def require(host: str) -> None:
    """Skip the running test when `host` is missing; fail it when CLV_XL_REQUIRE names the host."""
    missing = HOSTS[host]()
    if missing is None:
        return
    if host in required():
        pytest.fail(f"{REQUIRE} asks for {host}: {missing}", pytrace=False)
    pytest.skip(missing)
