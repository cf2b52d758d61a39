"""The content-addressed store of order columns on disk.

An entry is a file named by the first 32 hexadecimal digits of the SHA-256 of its bytes. Files
appear complete or not at all, are never changed, and are checked whenever they are read, so several
processes share a directory without a lock. What is lost or damaged is told as lost.
"""

import errno
import math
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from clv_xl.cells import Cells
from clv_xl.errors import NA, CellError, Text
from clv_xl.orders.columnfile import DamagedError, Entry, Meta, decode, digest, encode
from clv_xl.orders.memory import Memory
from clv_xl.orders.replacing import put_in_place

SETTING = "CLV_XL_STORE"
SUFFIX = ".clvdata"
NAME_LENGTH = 32
QUOTA_BYTES = 2 * 1024**3
MAX_AGE_DAYS = 180.0
REMEMBERED = 4  # entries whose columns stay in memory at least
IN_MEMORY = 3  # times the size of its file that an entry takes with what is derived from it
_KEY = re.compile(r"[0-9a-f]{32,64}")
_STALE_SECONDS = 3600.0  # a temporary file this old was left by a process that ended
_DAY = 86400.0
_UNSEEN = 64  # part of the quota that may be written before all files are looked at: that takes long
_LOOK_S = 60.0  # after which they are looked at all the same, since other processes write too
_FULL = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name))
_DENIED = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))
_Made = TypeVar("_Made")


def default_directory(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Return the directory of the store of this user.

    ``CLV_XL_STORE`` if set; else the user's cache directory of the platform, since everything in it
    can be made again by calculating a cell.
    """
    settings = os.environ if environ is None else environ
    if settings.get(SETTING):
        return Path(settings[SETTING]).expanduser()
    if platform == "win32":
        base = settings.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "clv_xl" / "store"
    if platform == "darwin":
        return Path.home() / "Library" / "Caches" / "clv_xl" / "store"
    cache = Path(settings.get("XDG_CACHE_HOME", ""))
    return (cache if cache.is_absolute() else Path.home() / ".cache") / "clv_xl" / "store"


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What the store holds.

    Parameters
    ----------
    directory : Path
        Where it is.
    entries, size : int
        Number of entries, and their bytes.
    quota_bytes : int
        Bytes beyond which the entries unused for longest go.
    max_age_days : float
        Days unused after which an entry goes.
    """

    directory: Path
    entries: int
    size: int
    quota_bytes: int
    max_age_days: float


@dataclass(frozen=True, slots=True)
class _File:
    """An entry's file and when it was used last."""

    path: Path
    size: int
    used: float


class Store:
    """Columns of orders kept on disk under the hash of their content.

    Parameters
    ----------
    directory : Path, optional
        Its directory, made when first written to; `default_directory` if left out.
    quota_bytes : int
        Bytes that the entries may take together; each process that writes may pass it by a 64th.
    max_age_days : float
        Days unused after which an entry is removed.
    memory : Memory, optional
        Where entries that were read are kept; several stores may share one.

    Notes
    -----
    The time of access of a file is the time it was used last, the time of change when it was stored.
    """

    def __init__(
        self,
        directory: Path | str | None = None,
        quota_bytes: int = QUOTA_BYTES,
        max_age_days: float = MAX_AGE_DAYS,
        memory: Memory | None = None,
    ) -> None:
        self.directory = Path(directory) if directory is not None else default_directory()
        self.quota_bytes = quota_bytes
        self.max_age_days = max_age_days
        self._memory = memory or Memory(least=REMEMBERED)
        self._unseen, self._looked = 0, -math.inf  # bytes written since all files were looked at, and when

    def put(self, columns: Mapping[str, Cells], meta: Meta | None = None) -> str:
        """Store columns and return their key.

        Parameters
        ----------
        columns : mapping
            Name -> cells of equal height.
        meta : mapping, optional
            Small facts to keep with them; they are part of the content.

        Returns
        -------
        str
            The SHA-256 of the content, 64 hexadecimal digits.

        Raises
        ------
        CellError
            ``#N/A`` if the directory cannot be written, the disk is full or the quota is too small.
        """
        return self.put_encoded(encode(columns, meta))

    def put_encoded(self, pieces: list[bytes | memoryview]) -> str:
        """Store the bytes of columns (see `columnfile`) and return their key; raises as `put`."""
        key = digest(pieces)
        size = sum(len(piece) for piece in pieces)
        if size > self.quota_bytes:
            raise CellError(NA, "data_too_large", size=_megabytes(size), quota=_megabytes(self.quota_bytes))
        path = self._path(key)
        if not self._intact(path, key):
            try:
                self._make_directory()
                _write(path, pieces)
            except OSError as error:
                raise self._unwritable(error) from error
            self._unseen += size
        with suppress(OSError):
            self._touch(path)
        if self._unseen > self.quota_bytes // _UNSEEN or time.monotonic() - self._looked > _LOOK_S:
            self._tidy(keep=path)
        return key

    def get(self, key: str) -> dict[str, Cells]:
        """Return the columns of a key.

        Parameters
        ----------
        key : str
            The key, or its first 32 digits or more.

        Raises
        ------
        CellError
            ``#N/A`` if the entry is not there any more, is damaged or has expired.
        """
        return self.entry(key).columns

    def entry(self, key: str) -> Entry:
        """Return the columns of a key with what is kept with them; raises as `get`."""
        return self._recall(key)[0]

    def read_encoded(self, key: str) -> bytes | None:
        """Return the bytes of a key as `put_encoded` took them, None if they are not there (any more)."""
        try:
            path = self._path(key)
            self._touch(path)
            data = path.read_bytes()
        except (OSError, CellError):
            return None
        return data if _is_content(data, path, key) else None

    def derived(self, key: str, name: Hashable, make: Callable[[Entry], _Made]) -> _Made:
        """Return what `make` makes of an entry, made once while the entry stays in memory."""
        entry, made = self._recall(key)
        if name not in made:
            made[name] = make(entry)
        result: _Made = made[name]
        return result

    def stored(self, key: str) -> tuple[int, float]:
        """Return the bytes of an entry and the time it was stored (seconds since 1970)."""
        try:
            found = self._path(key).stat()
        except OSError as error:
            raise _lost() from error
        return found.st_size, found.st_mtime

    def info(self) -> StoreInfo:
        """Return what the store holds."""
        files = list(self._files())
        size = sum(f.size for f in files)
        return StoreInfo(self.directory, len(files), size, self.quota_bytes, self.max_age_days)

    def clear(self) -> int:
        """Remove every entry and return how many there were."""
        self._memory.clear(self.directory)
        removed = sum(_remove(file.path) for file in self._files())
        for left in self._temporary():
            _remove(left)
        return removed

    def _path(self, key: str) -> Path:
        """Return the file of a key; what cannot be a key is no path."""
        if not _KEY.fullmatch(key):
            raise _lost()
        return self.directory / (key[:NAME_LENGTH] + SUFFIX)

    def _recall(self, key: str) -> tuple[Entry, dict[Hashable, Any]]:
        """Return an entry from memory while its file is there, else from the file."""
        path = self._path(key)
        size = 0
        try:
            facts = path.stat()
            size = facts.st_size
            if time.time() - facts.st_atime > self.max_age_days * _DAY:
                _remove(path)
            self._touch(path)
        except PermissionError:
            pass  # readable all the same
        except OSError as error:
            self._memory.drop(self.directory, key)
            raise _lost() from error
        found: tuple[Entry, dict[Hashable, Any]] | None = self._memory.get(self.directory, key)
        if found is None:
            found = (self._load(path, key), {})
            self._memory.put(self.directory, key, found, IN_MEMORY * size)
        return found

    def _load(self, path: Path, key: str) -> Entry:
        """Read a file and check it; a damaged one is removed and counts as lost."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise _lost() from error
        if not _is_content(data, path, key):
            raise _lost()
        try:
            return decode(data)
        except DamagedError as error:
            raise _lost() from error

    def _intact(self, path: Path, key: str) -> bool:
        """Return whether a file is there with the content of its key."""
        try:
            return digest([path.read_bytes()]) == key
        except OSError:
            return False

    def _touch(self, path: Path) -> None:
        """Note that an entry is used now; the time it was stored stays."""
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))

    def _make_directory(self) -> None:
        """Make the directory for this user alone."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name != "posix":
            return
        found = self.directory.stat()
        if found.st_uid != os.getuid():
            raise PermissionError(errno.EPERM, "owned by another user")
        if stat.S_IMODE(found.st_mode) & 0o077:
            self.directory.chmod(0o700)

    def _files(self) -> Iterator[_File]:
        """Return the entries; one that vanishes meanwhile is passed over."""
        try:
            with os.scandir(self.directory) as found:
                for item in found:
                    if item.name.endswith(SUFFIX):
                        with suppress(OSError):
                            facts = item.stat()
                            yield _File(Path(item.path), facts.st_size, facts.st_atime)
        except OSError:
            return

    def _temporary(self) -> list[Path]:
        """Return the files that are being written, or were when their process ended."""
        try:
            return list(self.directory.glob(f".*{SUFFIX}.tmp"))
        except OSError:
            return []

    def _tidy(self, keep: Path) -> None:
        """Remove what has expired, and what was unused for longest until the quota holds."""
        now, self._looked, self._unseen = time.time(), time.monotonic(), 0
        for left in self._temporary():
            with suppress(OSError):
                if now - left.stat().st_mtime > _STALE_SECONDS:
                    _remove(left)
        files = sorted(self._files(), key=lambda f: f.used)
        size = sum(file.size for file in files)
        for file in files:
            expired = now - file.used > self.max_age_days * _DAY
            if file.path.name != keep.name and (expired or size > self.quota_bytes) and _remove(file.path):
                size -= file.size

    def _unwritable(self, error: OSError) -> CellError:
        """Return the error for a directory that cannot be written."""
        reason: Text | str = error.strerror or type(error).__name__
        if error.errno in _FULL:
            reason = Text("store.full")
        elif error.errno in _DENIED:
            reason = Text("store.denied")
        return CellError(
            NA, "store_unwritable", reason=reason, directory=str(self.directory), setting=SETTING
        )


def _megabytes(size: int) -> float:
    """Return a size as it is read."""
    return round(size / 1024**2, 1)


def _lost() -> CellError:
    """Return the error for columns that are not in the store any more."""
    return CellError(NA, "data_lost")


def _is_content(data: bytes, path: Path, key: str) -> bool:
    """Return whether bytes are those of a key; a file that does not hold what its name says is removed.

    A key that goes on otherwise than the name of the file is wrong itself: the file stays.
    """
    found = digest([data])
    if not found.startswith(path.stem):
        _remove(path)
    return found.startswith(key)


def _remove(path: Path) -> bool:
    """Remove a file; False if it is gone already or in use elsewhere (Windows)."""
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _write(path: Path, pieces: list[bytes | memoryview]) -> None:
    """Write a file so that it appears complete or not at all."""
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.{secrets.token_hex(4)}{SUFFIX}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary, flags, 0o600)
    try:
        try:
            for piece in pieces:
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(handle, rest) :]
        finally:
            os.close(handle)
        put_in_place(temporary, path)
    except BaseException:
        _remove(temporary)
        raise
