"""The few things that only Windows answers: its registry, short paths, and how a program ends."""

import subprocess
import sys
from typing import Final, Protocol

Value = str | int
PATIENCE: Final = 120.0  # seconds of a first start: an antivirus program reads every file of numpy and scipy
_LONG: Final = 32_768  # letters of the longest path that Windows knows


class Windows(Protocol):
    """What is asked of Windows; a test answers for it."""

    def value(self, root: str, key: str, name: str) -> Value | None:
        """Return one value of the registry, None without it."""

    def names(self, root: str, key: str) -> tuple[str, ...]:
        """Return the names of the keys below a key of the registry."""

    def short(self, path: str) -> str:
        """Return a path in its 8.3 form, all of it ASCII; as it is where the disk keeps no such form."""

    def run(self, python: str, code: str) -> str | None:
        """Run a line of Python and return the last line of what went wrong, None if nothing did."""


class ThisWindows:
    """Windows itself; on any other system nothing is found.

    A Python of 32 bits too is shown the registry of the system, not the one kept for such programs.
    """

    def value(self, root: str, key: str, name: str) -> Value | None:
        """Return one value of the registry, None without it."""
        if sys.platform != "win32":
            return None
        import winreg

        try:
            with winreg.OpenKey(_root(root), key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
                found = winreg.QueryValueEx(opened, name)[0]
        except OSError:
            return None
        return found if isinstance(found, (str, int)) else None

    def names(self, root: str, key: str) -> tuple[str, ...]:
        """Return the names of the keys below a key of the registry."""
        if sys.platform != "win32":
            return ()
        import winreg

        try:
            with winreg.OpenKey(_root(root), key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
                return tuple(winreg.EnumKey(opened, i) for i in range(winreg.QueryInfoKey(opened)[0]))
        except OSError:
            return ()

    def short(self, path: str) -> str:
        """Return a path in its 8.3 form; as it is where the disk keeps no such form."""
        if sys.platform != "win32":
            return path
        import ctypes

        room = ctypes.create_unicode_buffer(_LONG)
        length = ctypes.windll.kernel32.GetShortPathNameW(path, room, _LONG)
        return room.value if 0 < length < _LONG else path

    def run(self, python: str, code: str) -> str | None:
        """Run a line of Python and return the last line of what went wrong, None if nothing did.

        As the workbook starts it: modules of the current folder are not taken (``-P``).
        """
        try:
            done = subprocess.run(  # noqa: S603  the Python that settings.ini names
                [python, "-B", "-P", "-c", code], capture_output=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if done.returncode == 0:
            return None
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"exit status {done.returncode}"


def _root(name: str) -> int:
    if sys.platform != "win32":
        raise NotImplementedError
    import winreg

    return {
        "HKCR": winreg.HKEY_CLASSES_ROOT,
        "HKCU": winreg.HKEY_CURRENT_USER,
        "HKLM": winreg.HKEY_LOCAL_MACHINE,
    }[name]
