"""Every LibreOffice of this machine: where it is, its version, the Python it runs, the user's profile.

What a file says is read and not asked: starting LibreOffice to learn its version takes seconds, and makes a
profile for a user who never opened it.
"""

import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SETTING: Final = "SOFFICE_BIN"
OLDEST: Final = (7, 4)
_NAMES: Final = ("soffice", "libreoffice")
_LINUX: Final = tuple(
    f"{base}/libreoffice*/program/soffice" for base in ("opt", "usr/lib", "usr/lib64", "usr/local/lib")
)
_FLATPAK: Final = "flatpak/app/org.libreoffice.LibreOffice"
_ASK: Final = "import sys; print(sys.implementation.cache_tag, 64 if sys.maxsize > 2**32 else 32)"
_PATIENCE: Final = 30


@dataclass(frozen=True, slots=True)
class Python:
    """A Python by what decides whether compiled packages load in it.

    Parameters
    ----------
    tag : str
        As ``sys.implementation.cache_tag``, such as ``cpython-311``.
    bits : int
        Size of a pointer.
    """

    tag: str
    bits: int = 64

    def __str__(self) -> str:
        found = re.fullmatch(r"cpython-(\d)(\d+)", self.tag)
        version = f"{found[1]}.{found[2]}" if found else self.tag
        return version if self.bits == 64 else f"{version} ({self.bits} bit)"


def own_python() -> Python:
    """Return the Python that runs this."""
    return Python(str(sys.implementation.cache_tag), 64 if sys.maxsize > 2**32 else 32)


@dataclass(frozen=True, slots=True)
class Office:
    """One LibreOffice.

    Parameters
    ----------
    soffice : Path
        The program that starts it.
    version : str
        Such as ``25.2``; empty if no file says it and the program does not answer.
    unopkg : Path or None
        The program that installs extensions, if it is there.
    python : Python or None
        What its Python components run in; None where the bridge to Python is missing.
    profile : Path
        Folder of the user's settings and extensions.
    packages : Path
        Folder of the extensions for all users.
    sandbox : {"", "flatpak", "snap"}
        A sandbox sees neither a virtual environment nor a Python of the system.
    """

    soffice: Path
    version: str
    unopkg: Path | None
    python: Python | None
    profile: Path
    packages: Path
    sandbox: str = ""

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        return f"LibreOffice {self.version}".strip()

    @property
    def too_old(self) -> bool:
        """Whether it is known to be older than the oldest that was tried."""
        found = re.match(r"(\d+)\.(\d+)", self.version)
        return found is not None and (int(found[1]), int(found[2])) < OLDEST


@dataclass(frozen=True)
class Machine:
    """What finding depends on.

    Parameters
    ----------
    platform : str
        As ``sys.platform``.
    environ : mapping
        The environment.
    root : Path
        Where absolute places begin.
    """

    platform: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    root: Path = Path("/")

    @property
    def home(self) -> Path:
        """The user's folder."""
        name = "USERPROFILE" if self.platform == "win32" else "HOME"
        return Path(self.environ.get(name) or Path.home())

    @property
    def settings(self) -> Path:
        """What LibreOffice calls $SYSUSERCONFIG."""
        if self.platform == "win32":
            return Path(self.environ.get("APPDATA") or self.home / "AppData" / "Roaming")
        if self.platform == "darwin":
            return self.home / "Library" / "Application Support"
        return Path(self.environ.get("XDG_CONFIG_HOME") or self.home / ".config")


def offices(machine: Machine | None = None) -> tuple[Office, ...]:
    """Return every LibreOffice, the one that the user starts first; only SOFFICE_BIN if it is set."""
    machine = machine or Machine()
    found: dict[Path, Office] = {}
    for place in _places(machine):
        program = _program(place)
        if program not in found:
            found[program] = _office(place, program, machine)
    return tuple(found.values())


def _places(machine: Machine) -> Iterator[Path]:
    """Yield every program that starts a LibreOffice, some of them twice under another name."""
    named = machine.environ.get(SETTING)
    path = machine.environ.get("PATH", "")
    if named:
        found = shutil.which(named, path=path)
        if found:
            yield Path(found)
        return
    for name in _NAMES:
        found = shutil.which(name, path=path)
        if found:
            yield Path(found)
    patterns: tuple[tuple[Path, str], ...]
    if machine.platform == "win32":
        names = ("PROGRAMFILES", "PROGRAMW6432", "PROGRAMFILES(X86)")
        bases = dict.fromkeys(filter(None, map(machine.environ.get, names)))
        patterns = tuple((Path(base), "LibreOffice*/program/soffice.exe") for base in bases)
    elif machine.platform == "darwin":
        applications = (machine.root / "Applications", machine.home / "Applications")
        patterns = tuple((base, "LibreOffice*.app/Contents/MacOS/soffice") for base in applications)
    else:
        flatpaks = (machine.root / "var/lib", machine.home / ".local/share")
        patterns = (*((machine.root, pattern) for pattern in _LINUX),
                    *((base, f"{_FLATPAK}/current/active/files/libreoffice/program/soffice")
                      for base in flatpaks),
                    (machine.root, "snap/libreoffice/current/lib/libreoffice/program/soffice"))  # fmt: skip
    for base, pattern in patterns:
        yield from sorted(base.glob(pattern), key=_numbers, reverse=True)  # the newest first


def _numbers(path: Path) -> list[int]:
    return list(map(int, re.findall(r"\d+", str(path))))


def _office(soffice: Path, program: Path, machine: Machine) -> Office:
    sandbox = _sandbox(soffice, program)
    read = _settings_file(program)
    version = re.search(r"^ProductKey=.*?(\d+\.\d+)", read, re.MULTILINE)
    # A link is followed, a script is not: it may set what the programs behind it need.
    beside = [folder / name for folder in (soffice.parent, program) for name in ("unopkg.com", "unopkg")]
    return Office(
        soffice=soffice,
        version=version[1] if version else _asked_version(soffice),
        unopkg=next((path for path in beside if path.is_file()), None),
        python=_python(program),
        profile=_profile(read, machine),
        packages=program.parent
        / ("Resources" if program.name == "MacOS" else "share")
        / "uno_packages/cache",
        sandbox=sandbox,
    )


def _program(soffice: Path) -> Path:
    """Return the folder of the program, behind links and behind a script that only starts it."""
    real = soffice.resolve()
    if (real.parent / "bootstraprc").exists() or real.suffix == ".exe":
        return real.parent
    try:
        script = real.read_text("utf-8") if real.stat().st_size < 10_000 else ""
    except (OSError, UnicodeError):
        script = ""
    named = re.search(r'"?(/[^"\n]*/program)/soffice\b', script)
    return Path(named[1]) if named and Path(named[1]).is_dir() else real.parent


def _sandbox(soffice: Path, program: Path) -> str:
    for kind in ("flatpak", "snap"):
        if any(kind in path.parts for path in (soffice, program)):
            return kind
    return ""


def _settings_file(program: Path) -> str:
    """Return the text of bootstraprc: the version and the place of the profile."""
    places = (program / "bootstraprc", program / "bootstrap.ini", program.parent / "Resources/bootstraprc")
    for place in places:
        try:
            return place.read_text("utf-8", "replace")
        except OSError:
            continue
    return ""


def _asked_version(soffice: Path) -> str:
    found = re.search(r"(\d+\.\d+)", _output([str(soffice), "--version"]))
    return found[1] if found else ""


def _profile(read: str, machine: Machine) -> Path:
    found = re.search(r"^UserInstallation=\$SYSUSERCONFIG/(.+)$", read, re.MULTILINE)
    usual = "libreoffice/4" if machine.platform not in ("win32", "darwin") else "LibreOffice/4"
    return machine.settings / (found[1].strip() if found else usual)


def _python(program: Path) -> Python | None:
    """Return the Python of its components: asked where it ships one, else read from the bridge's library."""
    frameworks = program.parent / "Frameworks/LibreOfficePython.framework/Versions"
    shipped = [program / "python.exe"] if (program / "python.exe").exists() else []
    shipped += [program / "python"] if any(program.glob("python-core-*")) else []
    shipped += sorted(frameworks.glob("3.*/bin/python3"))
    for python in shipped:
        words = _output([str(python), "-c", _ASK]).split()
        if len(words) == 2:
            return Python(words[0], int(words[1]))
    bridges = (program / "libpyuno.so", program / "pyuno.pyd", program.parent / "Frameworks/libpyuno.dylib")
    for bridge in bridges:
        try:
            content = bridge.read_bytes()
        except OSError:
            continue
        needed = re.search(rb"libpython(\d)\.(\d+)|python(\d)(\d+)\.dll|Versions/(\d)\.(\d+)/", content)
        if needed:
            digits = [group.decode() for group in needed.groups() if group]
            return Python("cpython-" + "".join(digits), 32 if content[:5] == b"\x7fELF\x01" else 64)
    return None


def clean_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment for LibreOffice: without the virtual environment that this runs in.

    LibreOffice's own Python takes the first ``python3`` of the path for its home, and ends in
    ``std::bad_alloc`` where that is a virtual environment.
    """
    environ = os.environ if environ is None else environ
    drop = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONSAFEPATH", "PYTHONSTARTUP")
    kept = {name: value for name, value in environ.items() if name not in drop}
    places = kept.get("PATH", "").split(os.pathsep)
    return {**kept, "PATH": os.pathsep.join(place for place in places if not _is_of_environment(place))}


def _is_of_environment(place: str) -> bool:
    folders = (Path(place), Path(place).parent)
    return any((folder / mark).exists() for folder in folders for mark in ("pyvenv.cfg", "conda-meta"))


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603  a program of LibreOffice
            command, capture_output=True, timeout=_PATIENCE, check=False, env=clean_environment(),
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace")


def running(profile: Path, platform: str = sys.platform) -> bool:
    """Return whether a LibreOffice has a profile open.

    It listens on a pipe whose name holds the MD5 of the profile's address. Its file ``.lock`` says nothing:
    a LibreOffice that was killed leaves it behind.
    """
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    name = "SingleOfficeIPC_" + "".join(f"{byte:x}" for byte in digest)  # each byte without a leading 0
    if platform == "win32":
        return any(pipe.endswith(name) for pipe in os.listdir(r"\\.\pipe"))  # noqa: PTH208  pipes are no paths
    return any(map(_answers, Path("/tmp").glob(f"OSL_PIPE_*_{name}")))  # noqa: S108  where LibreOffice has it


def _answers(pipe: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        try:
            connection.connect(str(pipe))
        except OSError:
            return False
    return True
