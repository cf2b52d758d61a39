"""Where the server keeps what only its own user may read: tokens, and the authority of --dev."""

import os
import secrets
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from clv_xl.errors import UserError
from clv_xl.orders.replacing import put_in_place

SETTING = "CLV_XL_CONFIG"


def config_directory(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Return the directory of the settings of this user; it need not exist.

    Parameters
    ----------
    environ : mapping, optional
        Environment variables; those of this process if left out.
    platform : str
        A value of `sys.platform`.

    Returns
    -------
    Path
        ``CLV_XL_CONFIG`` if set; else the directory of the platform. On Windows that is the local
        one and not the roaming one: a private key must not travel to other machines.

    Raises
    ------
    UserError
        If the system does not tell a home directory (a service without a user of its own).
    """
    settings = os.environ if environ is None else environ
    try:
        if settings.get(SETTING):
            return Path(settings[SETTING]).expanduser()
        if platform == "win32":
            base = settings.get("LOCALAPPDATA")
            return (Path(base) if base else Path.home() / "AppData" / "Local") / "clv_xl" / "config"
        if platform == "darwin":
            return Path.home() / "Library" / "Application Support" / "clv_xl"
        config = Path(settings.get("XDG_CONFIG_HOME", ""))
        return (config if config.is_absolute() else Path.home() / ".config") / "clv_xl"
    except RuntimeError as error:
        raise UserError("auth.no_home", setting=SETTING) from error


def make_private_directory(directory: Path) -> None:
    """Make a directory that only its user may enter; one that is there already keeps its mode.

    Made by root, it belongs to whom the directory around it belongs.
    """
    missing = [place for place in (directory, *directory.parents) if not place.exists()]
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32" and os.geteuid() == 0:
        for place in reversed(missing):
            facts = place.parent.stat()
            os.chown(place, facts.st_uid, facts.st_gid, follow_symlinks=False)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its user may read, so that it appears complete or not at all.

    Written by root, it belongs to whom the file belonged before, or to the owner of its directory: a
    service must go on reading what an administrator changes.
    """
    make_private_directory(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(temporary, flags, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            hand_over(file.fileno(), path)
            os.fsync(file.fileno())
        put_in_place(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def hand_over(handle: int, path: Path) -> None:
    """Give an open file to the owner of `path`, or of its directory, if root has made it."""
    if sys.platform != "win32" and os.geteuid() == 0:
        facts = (path if path.exists() else path.parent).stat()
        os.fchown(handle, facts.st_uid, facts.st_gid)
