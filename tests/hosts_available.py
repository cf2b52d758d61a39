"""Which spreadsheet hosts this machine has, and what a test does without one.

A test that needs a host says ``@pytest.mark.calc`` (or calls ``require("calc")``). Without the
host it is skipped, unless the environment variable CLV_XL_REQUIRE names it: then it fails. CI
names the hosts that it has installed, so that no host test is skipped there unseen.
A new host is one entry in `HOSTS` and one marker in pyproject.toml.
"""

import os
import shutil
from collections.abc import Callable, Mapping
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


HOSTS: Mapping[str, Callable[[], str | None]] = MappingProxyType({"calc": _calc})
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
