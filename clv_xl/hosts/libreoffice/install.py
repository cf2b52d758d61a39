"""The extension put into a LibreOffice with its own unopkg, seen at work there, and taken out whole."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import clv_xl
from clv_xl.errors import Text, UserError
from clv_xl.hosts.libreoffice.component import files
from clv_xl.hosts.libreoffice.offices import Office, clean_environment, own_python, running

IDENTIFIER: Final = "org.clvxl.addin"
FILE: Final = "clv_xl.oxt"
EXPECTED: Final = "450"  # issue "1 of 7": the check value of CLV, 50 * 3 * 3
# In a file the dotted name is read by every version.
_SHEET: Final = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>
<table:table table:name="A"><table:table-row><table:table-cell table:formula="of:=CLV.VALUE(50;3;3)"/>
</table:table-row></table:table></office:spreadsheet></office:body></office:document>
"""
_MARKS: Final = (b"org.clvxl", b"clv_xl.oxt/")  # the second within an address
_OF_LINES: Final = (".log", ".txt", ".xcu")
_NO_ENTRY: Final = b"Pmp1"
# An entry of uno_packages.pmap: the identifier, then folder, file, kind and version between bytes 0xFF.
_LISTED: Final = re.compile(
    rb"%b\n([^\xff\n]+)\xff([^\xff\n]+)\xff[^\xff\n]*\xff([^\xff\n]*)" % re.escape(IDENTIFIER.encode())
)
_COMPONENTS: Final = "com.sun.star.comp.deployment.component.PackageRegistryBackend"
_STARTED_FRESH: Final = 81  # what soffice exits with after it made a profile: it wants to be started again
_PATIENCE: Final = 120


@dataclass(frozen=True, slots=True)
class Seen:
    """What a cell showed.

    Parameters
    ----------
    shown : str
        The cell with the formula.
    seconds : float
        From the start of LibreOffice to its end.
    log : str
        What LibreOffice wrote meanwhile.
    """

    shown: str
    seconds: float
    log: str

    @property
    def works(self) -> bool:
        """Whether the cell shows what it must."""
        return self.shown == EXPECTED


def settings(language: str | None = None) -> dict[str, Any]:
    """Return what the component needs to find this Python: packed into the extension."""
    python = own_python()
    return {
        "cache_tag": python.tag,
        "pointer_bytes": python.bits // 8,
        "python": sys.executable,
        "paths": list(map(str, import_paths())),
        "language": language,
        "version": clv_xl.__version__,
    }


def import_paths(path: Sequence[str] | None = None) -> tuple[Path, ...]:
    """Return the folders from which this Python imports packages: those installed, and clv_xl's own.

    The standard library is the host's own; a folder without installed packages is the caller's.
    """
    own = Path(clv_xl.__file__).resolve().parents[1]
    standard = {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")}
    found = dict.fromkeys(Path(place).resolve() for place in (sys.path if path is None else path) if place)
    installed = [
        place for place in found if place == own or (place not in standard and any(place.glob("*.dist-info")))
    ]
    return tuple(dict.fromkeys((own, *installed)))


def user_settings() -> Path:
    """Return the file in which a user may name the Python or the server for an extension without settings."""
    return Path(files.user_directory()) / files.USER_SETTINGS


def as_root() -> bool:
    """Return whether unopkg would refuse an installation for the user alone."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def check_closed(office: Office) -> None:
    """Refuse while a LibreOffice has the profile open: it would go on with what it has loaded."""
    if running(office.profile):
        raise UserError("calc_install.open", name=office.name)


def _check_rights(office: Office, *, shared: bool) -> None:
    place = next(place for place in (office.packages, *office.packages.parents) if place.exists())
    if shared and not os.access(place, os.W_OK):
        raise UserError("calc_install.denied", name=office.name, path=str(office.packages))


def add(office: Office, extension: bytes, *, shared: bool = False) -> None:
    """Install the extension, over another version if there is one."""
    _check_rights(office, shared=shared)
    check_closed(office)
    with tempfile.TemporaryDirectory(prefix="clv_xl") as folder:
        file = Path(folder) / FILE
        file.write_bytes(extension)
        try:
            _unopkg(office, "add", "--force", "--suppress-license", *_shared(shared), str(file))
        except UserError:  # half of it may be in the list
            _run(office, "remove", *_shared(shared), IDENTIFIER)
            raise
    if installed(office, shared=shared) is None:
        raise UserError("calc_install.refused", name=office.name, reason=Text("calc_install.not_listed"))


def installed(office: Office, *, shared: bool = False) -> str | None:
    """Return the version of the installed extension as unopkg tells it, None without it."""
    done = _run(office, "list", *_shared(shared), IDENTIFIER)
    found = re.search(rf"Identifier: {re.escape(IDENTIFIER)}\s+Version: (\S+)", done.stdout)
    return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Registered:
    """The extension as LibreOffice's own list has it.

    Parameters
    ----------
    version : str
        Of the extension.
    shared : bool
        Whether for all users.
    settings : mapping
        Those packed into it; empty without any.
    """

    version: str
    shared: bool
    settings: Mapping[str, Any]


def registered(office: Office) -> tuple[Registered, ...]:
    """Return the extension as installed for the user and for all, read without starting anything."""
    found = (_listed(user_packages(office.profile)), _shared_copy(office.packages))
    return tuple(entry for entry in found if entry is not None)


def _listed(cache: Path) -> Registered | None:
    """Return the extension as the list of the user's extensions has it."""
    try:
        entry = _LISTED.search((cache / "uno_packages.pmap").read_bytes())
    except OSError:
        return None
    if entry is None:
        return None
    folder, name, version = (group.decode("utf-8", "replace") for group in entry.groups())
    return Registered(version, False, _json(cache / "uno_packages" / f"{folder}_" / name / "settings.json"))


def _shared_copy(cache: Path) -> Registered | None:
    """Return the extension for all users: without a list, what lies there is installed unless marked."""
    for description in sorted((cache / "uno_packages").glob("*_/*/description.xml")):
        text = description.read_text("utf-8", "replace")
        version = re.search(r'<version\s+value="([^"]+)"', text)
        if f'"{IDENTIFIER}"' in text and version and not _beside(description.parents[1], "removed").exists():
            return Registered(version[1], True, _json(description.with_name("settings.json")))
    return None


def _beside(folder: Path, mark: str = "") -> Path:
    """Return the file that reserves the name of an unpacked extension, or another beside it."""
    return folder.with_name(folder.name.removesuffix("_") + mark)


def user_packages(profile: Path) -> Path:
    """Return the folder of the user's extensions."""
    return profile / "user/uno_packages/cache"


def _json(path: Path) -> Mapping[str, Any]:
    try:
        read = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def remove(office: Office, *, shared: bool = False) -> bool:
    """Take the extension out; return whether it was there."""
    check_closed(office)
    if installed(office, shared=shared) is None:
        return False
    _check_rights(office, shared=shared)
    _unopkg(office, "remove", *_shared(shared), IDENTIFIER)
    return True


def clean(office: Office) -> list[Path]:
    """Take away what unopkg leaves in the user's profile; return the files that still speak of us.

    unopkg keeps a copy of the extension until LibreOffice starts again: it is started for a moment. Its
    registry of components, with nothing left in it, and lines about the extension in its logs and in the
    user's settings (a shortcut given to our menu, say) go too.
    """
    if not traces(office.profile):
        return []
    check_closed(office)
    _start(office, ["--terminate_after_init"])
    for folder in _copies(office.profile):
        _drop_copy(folder)
    cache = user_packages(office.profile)
    if not _has_extensions(cache):  # what is deleted in a registry of components stays in its file
        shutil.rmtree(cache / "registry" / _COMPONENTS, ignore_errors=True)
    for path in traces(office.profile):
        if path.suffix in _OF_LINES:
            _drop_lines(path)
    return traces(office.profile)


def traces(profile: Path) -> list[Path]:
    """Return the files of extensions, logs and settings below a profile that are ours or speak of us.

    With other extensions there, the registry of components is theirs, and what was deleted in it is none of
    our business.
    """
    folders = (profile / "user/uno_packages", profile / "user/extensions")
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    if _has_extensions(user_packages(profile)):
        files = [path for path in files if path.parent.name != _COMPONENTS]
    files += [profile / "user/unopkg.log", profile / "user/registrymodifications.xcu"]
    return [path for path in files if _speaks_of_us(path)]


def clean_shared(office: Office) -> list[Path]:
    """Take away what unopkg leaves among the extensions for all users; return what is still there."""
    if _shared_copy(office.packages) is None and os.access(office.packages, os.W_OK):
        for found in (office.packages / "uno_packages").glob(f"*/{FILE}"):
            _drop_copy(found.parent)
    files = [path for path in sorted(office.packages.rglob("*")) if path.is_file()]
    if _has_extensions(office.packages):
        files = [path for path in files if path.parent.name != _COMPONENTS]
    return [path for path in files if _speaks_of_us(path)]


def _has_extensions(cache: Path) -> bool:
    try:
        return (cache / "uno_packages.pmap").read_bytes().strip() != _NO_ENTRY
    except OSError:
        return False


def _drop_lines(path: Path) -> None:
    """Drop the lines that speak of us; LibreOffice writes each setting as a line."""
    lines = path.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if not any(mark in line for mark in _MARKS)]
    path.write_bytes(b"".join(kept))


def _speaks_of_us(path: Path) -> bool:
    if FILE in path.parts:
        return True
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return any(mark in content for mark in _MARKS)


def _drop_copy(folder: Path) -> None:
    """Drop the folder of an unpacked extension, and the empty file that reserves its name."""
    shutil.rmtree(folder, ignore_errors=True)
    for mark in ("", "removed"):
        _beside(folder, mark).unlink(missing_ok=True)


def _copies(profile: Path) -> list[Path]:
    """Return the folders that hold an unpacked copy of the extension."""
    places = ("user/uno_packages/cache/uno_packages", "user/extensions/tmp/extensions")
    return [found.parent for place in places for found in (profile / place).glob(f"*/{FILE}")]


def see(office: Office, *, shared: bool = False) -> Seen:
    """Let LibreOffice calculate a formula without a window and return what the cell shows.

    It runs in the user's own profile, since that is where the extension is; one for all users is seen
    from a profile made for this.
    """
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clv_xl") as name:
        folder = Path(name)
        sheet = folder / "check.fods"
        sheet.write_text(_SHEET, "utf-8")
        words = [f"-env:UserInstallation={(folder / 'profile').as_uri()}"] if shared else []
        words += ["--convert-to", "csv", "--outdir", str(folder), str(sheet)]
        log = _start(office, words)
        result = folder / "check.csv"
        shown = result.read_text("utf-8", "replace").strip() if result.exists() else ""
    return Seen(shown, time.monotonic() - begin, log)


def _start(office: Office, words: Sequence[str]) -> str:
    """Start LibreOffice without a window until it ends by itself; return what it wrote."""
    command = [str(office.soffice), "--headless", "--norestore", "--nologo", *words]
    for _ in range(2):
        try:
            done = _process(command)
        except subprocess.TimeoutExpired as error:
            raise UserError("calc_install.hangs", name=office.name, seconds=_PATIENCE) from error
        if done.returncode != _STARTED_FRESH:
            break
    return (done.stderr + done.stdout).strip()


def _shared(shared: bool) -> tuple[str, ...]:
    return ("--shared",) if shared else ()


def _unopkg(office: Office, *words: str) -> None:
    """Run unopkg; what it says when it fails is the reason."""
    done = _run(office, *words)
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.startswith("ERROR:")]
        reason = said[0].removeprefix("ERROR:").strip() if said else str(done.returncode)
        raise UserError("calc_install.refused", name=office.name, reason=reason)


def _run(office: Office, *words: str) -> subprocess.CompletedProcess[str]:
    if office.unopkg is None:
        raise UserError("calc_install.no_unopkg", name=office.name)
    try:
        return _process([str(office.unopkg), *words])
    except subprocess.TimeoutExpired as error:
        raise UserError("calc_install.hangs", name=office.name, seconds=_PATIENCE) from error


def _process(
    command: Sequence[str], environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  a program of LibreOffice
        command, capture_output=True, encoding="utf-8", errors="replace", timeout=_PATIENCE, check=False,
        env=clean_environment(environ), stdin=subprocess.DEVNULL,
    )  # fmt: skip
