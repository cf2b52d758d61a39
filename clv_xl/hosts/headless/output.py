"""A workbook written whole or not at all."""

import errno
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from clv_xl.errors import UserError
from clv_xl.hosts.headless.package import Package

SUFFIXES = frozenset((".xlsx", ".xlsm", ".xltx", ".xltm"))


def same_file(source: Path, output: Path) -> bool:
    """Return whether two paths name one file, through links too."""
    try:
        return output.exists() and source.samefile(output)
    except OSError:
        return False


def refuse_output(source: Path, output: Path) -> None:
    """Refuse an output that cannot be the copy, before anything is calculated.

    Raises
    ------
    UserError
        When `output` is the source, a folder, a device or a pipe (which the finished copy would
        replace), or ends otherwise than the source, so that Excel would not open it.
    """
    if same_file(source, output):
        raise UserError("headless_output_is_source", path=str(output))
    try:
        kind = output.stat().st_mode
    except FileNotFoundError:
        kind = stat.S_IFREG
    except OSError as error:
        raise _refusal(error, output) from error
    if stat.S_ISDIR(kind):
        raise UserError("headless_cannot_write", path=str(output), reason=os.strerror(errno.EISDIR))
    if not stat.S_ISREG(kind):
        raise UserError("headless_output_no_file", path=str(output))
    suffix = source.suffix.lower()
    if suffix in SUFFIXES and output.suffix.lower() != suffix:
        raise UserError("headless_output_suffix", path=str(output), suffix=suffix)


def write(package: Package, output: Path, parts: Mapping[str, bytes]) -> None:
    """Write the package with some parts replaced; the file appears complete or not at all.

    Parameters
    ----------
    package : Package
        The source; its other entries are copied with their names, times and order.
    output : Path
        The file to make or replace; never the source.
    parts : Mapping
        New bytes by part name; parts that the source has not are added.

    Raises
    ------
    UserError
        When `output` is the source, its folder cannot be written, or the disk is full.
    """
    refuse_output(package.path, output)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{output.stem[:40]}-", suffix=".part", dir=output.parent)
        temporary = Path(name)
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
                _copy(package, target, parts)
            file.flush()
            os.fsync(file.fileno())
        _give_mode(temporary, output)
        temporary.replace(output)
        temporary = None
    except OSError as error:
        raise _refusal(error, output) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UserError("headless_broken_file", path=str(package.path), part="zip") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _copy(package: Package, target: zipfile.ZipFile, parts: Mapping[str, bytes]) -> None:
    for info in package.infos():
        entry = zipfile.ZipInfo(info.filename, info.date_time)
        stored = info.compress_type == zipfile.ZIP_STORED
        entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        entry.external_attr, entry.create_system = info.external_attr, info.create_system
        new = parts.get(info.filename)
        if new is not None:
            target.writestr(entry, new)
            continue
        entry.file_size = info.file_size
        with package.open(info) as source, target.open(entry, "w") as copy:
            shutil.copyfileobj(source, copy, 2**20)
    for name in sorted(parts.keys() - {info.filename for info in package.infos()}):
        target.writestr(name, parts[name])


def _give_mode(temporary: Path, output: Path) -> None:
    """Give the new file the permissions of the one it replaces, or the usual ones of a new file."""
    try:
        mode = output.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    temporary.chmod(mode)


def _refusal(error: OSError, output: Path) -> UserError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserError("headless_disk_full", path=str(output))
    if error.errno == errno.ENOENT:
        return UserError("headless_no_folder", path=str(output.parent))
    return UserError("headless_cannot_write", path=str(output), reason=error.strerror or str(error))
