"""A lock between processes: held by an open file, so that it ends with the process that holds it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clv_xl.hosts.server.places import hand_over

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE = 0.02


@contextmanager
def locked(path: Path, seconds: float = 20.0) -> Iterator[None]:
    """Hold the lock of a file while the block runs.

    Parameters
    ----------
    path : Path
        The file of the lock, in a directory that exists. It stays there, empty: removing it would
        give two processes a lock each.
    seconds : float
        How long to wait for another process.

    Raises
    ------
    TimeoutError
        If another process holds it for longer.
    """
    handle = _opened(path)
    try:
        end = time.monotonic() + seconds
        while not _taken(handle):
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(handle)  # gives the lock back


def _opened(path: Path) -> int:
    """Open the file of the lock; only one made here is given away, never what was put in its place."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, flags | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, flags, 0o600)
    hand_over(handle, path.parent)
    return handle


def _taken(handle: int) -> bool:
    """Return whether the lock is ours now."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
