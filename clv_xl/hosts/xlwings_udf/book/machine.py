"""The computer as the Excel host sees it: its Python, its xlwings, its folders."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from clv_xl.errors import UserError
from clv_xl.hosts.xlwings_udf.book.windows import ThisWindows, Windows

BITS: Final = ("64", "32")
LONGEST: Final = 259
"""Letters of the path of a program that Windows starts by a command (MAX_PATH in CreateProcess)."""

_DLL: Final = re.compile(r"xlwings(?P<bits>32|64)-(?P<version>.+)\.dll", re.IGNORECASE)
# Python from the Microsoft Store. The install manager of python.org is a Store app too, but what it
# installs is an ordinary Python in the user's own folder.
_STORE_PYTHON: Final = re.compile(r"[\\/]PythonSoftwareFoundation\.Python\.\d", re.IGNORECASE)
_FOLDERS: Final = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"


@dataclass(frozen=True, slots=True)
class Machine:
    """What the Excel host needs to know of a computer; a test makes one of its own.

    Parameters
    ----------
    platform : str
        As `sys.platform` has it: everything but the workbook itself is for ``win32``.
    environ : Mapping
        Environment variables.
    home : Path
        The user's folder.
    executable, prefix, base_prefix : Path
        The running Python, its environment, and the Python that the environment was made from.
    xlwings : str
        Version of the installed xlwings; empty without one.
    xlwings_files : tuple of Path
        The files that xlwings' installation lists.
    encoding : str
        Of the ANSI code page, which is all that VBA can hand to a DLL.
    windows : Windows
        Registry and short paths.
    """

    platform: str
    environ: Mapping[str, str]
    home: Path
    executable: Path
    prefix: Path
    base_prefix: Path
    xlwings: str
    xlwings_files: tuple[Path, ...]
    encoding: str
    windows: Windows

    @property
    def is_windows(self) -> bool:
        """Whether Excel can run functions of Python here."""
        return self.platform == "win32"

    @property
    def from_store(self) -> bool:
        """Whether this Python, or the one below its environment, is from the Microsoft Store.

        Windows keeps what such a Python writes into AppData in a copy of its own (Python's manual,
        "Redirection of local data"), so that Excel would find neither DLL nor settings.
        """
        return any(_STORE_PYTHON.search(str(path)) for path in (self.base_prefix, self.executable))

    @property
    def folder(self) -> Path:
        """Where DLL copies and settings lie: in the local profile, which OneDrive never moves."""
        base = self.environ.get("LOCALAPPDATA")
        return (Path(base) if base else self.home / "AppData" / "Local") / "clv_xl" / "excel"

    @property
    def documents(self) -> Path:
        """The user's Documents, wherever they were moved to; without such a folder the home."""
        named = self.windows.value("HKCU", _FOLDERS, "Personal")
        places = [Path(self.expanded(str(named)))] if named else []
        return next((p for p in (*places, self.home / "Documents") if p.is_dir()), self.home)

    def expanded(self, text: str) -> str:
        """Return a text with its ``%NAME%`` filled from the environment, as the registry writes paths."""
        known = {name.upper(): value for name, value in self.environ.items()}
        return re.sub(r"%([^%]+)%", lambda found: known.get(found[1].upper(), found[0]), text)

    def python(self) -> Path:
        """Return the Python that Excel shall start: without a console window where there is one.

        Raises
        ------
        UserError
            If this Python is from the Microsoft Store, or no program is where it should be.
        """
        if self.from_store:
            raise UserError("install.store_python")
        beside = (self.executable.parent, self.prefix / "Scripts", self.prefix)
        # A Python of the "embeddable" kind has no pythonw.exe; the DLL hides the window of the other.
        for name in ("pythonw.exe", "python.exe"):
            for folder in beside:
                if (folder / name).is_file():
                    return folder / name
        raise UserError("install.no_python", path=str(self.executable))

    def fits(self, path: str) -> bool:
        """Return whether a path survives VBA and the ANSI command, in which xlwings fills ``$(...)``."""
        try:
            same = path.encode(self.encoding).decode(self.encoding) == path
        except UnicodeError:
            return False
        return same and len(path) <= LONGEST and not set(path) & set('"\r\n') and "$(" not in path

    def python_path(self) -> str:
        """Return the path of `python` as it can be handed over: as it is, or in its short form.

        Raises
        ------
        UserError
            If neither can be, or as `python` does.
        """
        path = str(self.python())
        found = next((p for p in (path, self.windows.short(path)) if self.fits(p)), None)
        if found is None:
            raise UserError("install.python_path", path=path)
        return found

    def dlls(self) -> dict[str, Path]:
        """Return the DLLs of the installed xlwings by their bits.

        Raises
        ------
        UserError
            If one of them is missing.
        """
        found: dict[str, Path] = {}
        for path in self._dll_places():
            parts = _DLL.fullmatch(path.name)
            if parts and parts["version"] == self.xlwings and path.is_file():
                found.setdefault(parts["bits"], path)
        if missing := [bits for bits in BITS if bits not in found]:
            raise UserError("install.no_dll", name=f"xlwings{missing[0]}-{self.xlwings or '?'}.dll")
        return found

    def _dll_places(self) -> Iterator[Path]:
        """Yield where the DLLs may be: as installed, then where pip and conda put data files."""
        yield from self.xlwings_files
        user = self.environ.get("APPDATA")  # pip install --user
        for folder in (self.prefix, self.base_prefix, *([Path(user, "Python")] if user else [])):
            yield from (folder / f"xlwings{bits}-{self.xlwings}.dll" for bits in BITS)


def this_machine() -> Machine:
    """Return the computer that this runs on."""
    version, files = _installed()
    return Machine(
        platform=sys.platform,
        environ=dict(os.environ),
        home=Path.home(),
        executable=Path(sys.executable),
        prefix=Path(sys.prefix),
        base_prefix=Path(sys.base_prefix),
        xlwings=version,
        xlwings_files=files,
        encoding="mbcs" if sys.platform == "win32" else "utf-8",
        windows=ThisWindows(),
    )


def _installed() -> tuple[str, tuple[Path, ...]]:
    """Return the version of the installed xlwings and its DLLs as its installation lists them."""
    try:
        found = metadata.distribution("xlwings")
    except metadata.PackageNotFoundError:
        return "", ()
    listed = (file for file in found.files or [] if file.name.casefold().endswith(".dll"))
    return found.version, tuple(Path(str(file.locate())) for file in listed)
