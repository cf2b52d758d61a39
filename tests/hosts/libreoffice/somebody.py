"""A user of the machine with a home of his own, who is not root: LibreOffice installs for root otherwise."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

import clv_xl
from clv_xl.hosts.libreoffice.install import import_paths

NOBODY = 65534
PATIENCE = 120


class Somebody:
    """Runs programs with a home that is empty at first.

    Parameters
    ----------
    home : Path
        The home; everybody may read it.
    soffice : Path
        The LibreOffice of this user.
    """

    def __init__(self, home: Path, soffice: Path) -> None:
        self.home = home
        self.soffice = soffice
        self.profile = home / ".config/libreoffice/4"  # bootstraprc of both versions

    def environment(self, **settings: str) -> dict[str, str]:
        """Return what a plain terminal of this user has."""
        paths = os.pathsep.join(map(str, import_paths()))
        plain = {"HOME": str(self.home), "TMPDIR": str(self.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        own = {"SOFFICE_BIN": str(self.soffice), "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        return {**plain, **own, "COLUMNS": "400", **settings}

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end."""
        return subprocess.run(
            [*as_nobody(), *command], cwd="/", env=self.environment(**settings), capture_output=True,
            encoding="utf-8", timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def clv_xl(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run ``clv-xl``."""
        return self.run(python(), "-m", "clv_xl", *words, **settings)

    def unopkg(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the unopkg beside this user's LibreOffice."""
        return self.run(str(self.soffice.with_name("unopkg")), *words, PYTHONPATH="")

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start LibreOffice without a window."""
        command = [str(self.soffice), "--headless", "--norestore", "--nologo", *words]
        return subprocess.Popen(
            [*as_nobody(), *command], cwd="/", env=self.environment(PYTHONPATH=""), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def files(self) -> dict[str, bytes]:
        """Return every file of the profile."""
        return {
            str(path.relative_to(self.profile)): path.read_bytes()
            for path in self.profile.rglob("*")
            if path.is_file()
        }

    def write(self, name: str, content: bytes) -> Path:
        """Write a file that this user may read."""
        path = self.home / name
        path.write_bytes(content)
        path.chmod(0o644)
        return path


@contextmanager
def somebody(soffice: Path) -> Iterator[Somebody]:
    """Give a user with an empty home, which is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="clv_xl_home"))  # pytest's own folders are closed to others
    try:
        if is_root():
            os.chown(home, NOBODY, NOBODY)
        yield Somebody(home, soffice)
    finally:
        shutil.rmtree(home)


def is_root() -> bool:
    """Return whether these tests run as root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def as_nobody() -> list[str]:
    """Return what goes before a command so that it runs without root's rights."""
    if not is_root():
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root without setpriv cannot be somebody else")
    # setpriv has root's rights until it has started a program: env is the one that starts what is meant.
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env"]


@cache
def python() -> str:
    """Return a Python that this user may start and that has clv_xl: this one, else the system's."""
    version = "import sys, clv_xl; print(*sys.version_info[:2])"
    paths = os.pathsep.join(map(str, import_paths()))
    for program in (sys.executable, "/usr/bin/python3"):
        done = subprocess.run(
            [*as_nobody(), program, "-c", version], cwd="/", env={"PYTHONPATH": paths, "PATH": "/usr/bin"},
            capture_output=True, encoding="utf-8", check=False, timeout=PATIENCE,
        )  # fmt: skip
        if done.stdout.split() == [str(n) for n in sys.version_info[:2]]:
            return program
    pytest.skip(f"nobody but root may read {Path(clv_xl.__file__).parent} or start a Python for it")
