"""What stands between Excel and Python on a machine: two copied DLLs and the settings.

The workbook looks for them under fixed names, so that it knows no version of xlwings and opens on
any machine where they were put. A list of the workbooks written lies beside them, for the doctor.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import clv_xl
from clv_xl.errors import UserError
from clv_xl.hosts.xlwings_udf.book import settings
from clv_xl.hosts.xlwings_udf.book.machine import Machine
from clv_xl.hosts.xlwings_udf.book.settings import Settings, write_whole

COPIES: Final = MappingProxyType({"64": "clv_xl_xlwings64.dll", "32": "clv_xl_xlwings32.dll"})
WORKBOOKS: Final = "workbooks.txt"
_WRITTEN: Final = (*COPIES.values(), settings.NAME, WORKBOOKS)


@dataclass(frozen=True, slots=True)
class Bridge:
    """The bridge as it was put.

    Parameters
    ----------
    folder : Path
        Where it is.
    settings : Settings
        What the workbook reads.
    """

    folder: Path
    settings: Settings


def put(machine: Machine, language: str) -> Bridge:
    """Copy the DLLs of the installed xlwings and write the settings.

    Everything is looked for before anything is written; what is there already is renewed.

    Raises
    ------
    UserError
        If Python or a DLL cannot be used, or Excel holds an older DLL.
    """
    found = Settings(machine.python_path(), machine.xlwings, clv_xl.__version__, language)
    sources = machine.dlls()
    machine.folder.mkdir(parents=True, exist_ok=True)
    folder = str(machine.folder)  # VBA opens it by its short form; only what is there has one
    if not machine.fits(folder) and not machine.fits(machine.windows.short(folder)):
        raise UserError("install.folder_letters", path=folder)
    for bits, source in sources.items():
        content, copy = source.read_bytes(), machine.folder / COPIES[bits]
        if same(copy, content):
            continue
        try:
            write_whole(copy, content)
        except PermissionError as error:
            raise UserError("install.dll_in_use", path=str(copy)) from error
    write_whole(machine.folder / settings.NAME, found.text().encode(machine.encoding))
    return Bridge(machine.folder, found)


def same(path: Path, content: bytes) -> bool:
    """Return whether a file holds this and nothing else."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def found(machine: Machine) -> Settings | None:
    """Return the settings that are in place."""
    return settings.read(machine.folder / settings.NAME, machine.encoding)


def stale(machine: Machine) -> list[str]:
    """Return the names of the DLL copies that are missing or not those of the installed xlwings.

    Raises
    ------
    UserError
        If xlwings lacks them.
    """
    sources = machine.dlls()
    return [name for b, name in COPIES.items() if not same(machine.folder / name, sources[b].read_bytes())]


def remember(machine: Machine, workbook: Path) -> None:
    """Note where a workbook was written."""
    known = dict.fromkeys((*workbooks(machine), workbook))
    text = "".join(f"{path}\n" for path in known)
    machine.folder.mkdir(parents=True, exist_ok=True)
    write_whole(machine.folder / WORKBOOKS, text.encode("utf-8", "surrogateescape"))


def workbooks(machine: Machine) -> tuple[Path, ...]:
    """Return the workbooks that were written here and are still there."""
    try:
        text = (machine.folder / WORKBOOKS).read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ()
    return tuple(path for line in text.splitlines() if (path := Path(line)).is_file())


def remove(machine: Machine) -> list[Path]:
    """Remove what was put, and its folders as far as nothing else is in them; return what is gone.

    Raises
    ------
    UserError
        If Excel holds a DLL.
    """
    gone = []
    for name in _WRITTEN:
        path = machine.folder / name
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except PermissionError as error:
            raise UserError("install.dll_in_use", path=str(path)) from error
        gone.append(path)
    for folder in (machine.folder, machine.folder.parent):
        with suppress(OSError):  # not there, or something of others is in it
            folder.rmdir()
    return gone
