"""A real LibreOffice that has the extension installed, in each version that this machine has."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import clv_xl
from clv_xl.hosts.libreoffice import extension
from tests.hosts.libreoffice.office import Office, office
from tests.hosts_available import soffice, soffice_new

PROCEDURES = Path(__file__).parents[2] / "conformance" / "calc_procedures.py"
"""What the tests of documents and of many formulas ask LibreOffice for."""
VERSIONS = tuple(pytest.param(host, marks=getattr(pytest.mark, host)) for host in ("uno", "calc_new"))
"""Parameters of a fixture: the hosts of tests/hosts_available.py, each with its mark."""


def program(host: str) -> Path:
    """Return the LibreOffice of a host."""
    found = {"uno": soffice, "calc_new": soffice_new}[host]()
    assert found is not None
    return found


def settings() -> dict[str, Any]:
    """Return what makes the extension import this very project and what it needs."""
    needed = (Path(clv_xl.__file__).parent.parent, *map(Path, filter(None, sys.path)))
    return {
        "cache_tag": sys.implementation.cache_tag,
        "python": sys.executable,
        "paths": [str(p) for p in dict.fromkeys(needed) if p.name == "site-packages" or p == needed[0]],
    }


@cache
def _installed(soffice: Path, folder: Path) -> Path:
    """Return a profile with the extension, made once a run of tests."""
    place = folder / "clv_xl.oxt"
    place.write_bytes(extension.build(settings()))
    with office(soffice, folder / "profile") as calc:
        calc("add_extension", path=str(place))
    return folder / "profile"


class Profiles:
    """Profiles with the extension for the tests of one module."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self._made = folders.getbasetemp() / "libreoffice"

    def profile(self, host: str) -> Path:
        """Return a copy of the profile for a test to use up."""
        folder = self._made / host
        folder.mkdir(parents=True, exist_ok=True)
        made = _installed(program(host), folder)
        return Path(shutil.copytree(made, self._folders.mktemp("profile") / "user"))

    @contextmanager
    def calc(
        self,
        host: str,
        *procedures: Path,
        environment: Mapping[str, str] | None = None,
        arguments: tuple[str, ...] = (),
    ) -> Iterator[Office]:
        """Start a LibreOffice that has the extension."""
        spoken = {"CLV_XL_STORE": os.environ["CLV_XL_STORE"], **(environment or {})}
        started = office(
            program(host), self.profile(host), procedures=procedures, environment=spoken, arguments=arguments
        )
        with started as calc:
            yield calc
