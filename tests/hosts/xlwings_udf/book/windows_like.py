"""A machine with Windows, made of folders of the test and a registry that the test fills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clv_xl.hosts.xlwings_udf.book.machine import Machine
from clv_xl.hosts.xlwings_udf.book.windows import Value

VERSION = "0.37.8"
DLL64, DLL32 = f"xlwings64-{VERSION}.dll", f"xlwings32-{VERSION}.dll"


@dataclass
class FakeWindows:
    """Answers what Windows is asked; keys of the registry as in ``HKCU\\Software\\Name``."""

    registry: dict[str, Value] = field(default_factory=dict)
    shortened: Mapping[str, str] = field(default_factory=dict)
    failure: str | None = None
    started: list[str] = field(default_factory=list)

    def value(self, root: str, key: str, name: str) -> Value | None:
        known = {path.casefold(): value for path, value in self.registry.items()}
        return known.get(rf"{root}\{key}\{name}".casefold())

    def names(self, root: str, key: str) -> tuple[str, ...]:
        above = rf"{root}\{key}".casefold() + "\\"
        below = [path[len(above) :] for path in self.registry if path.casefold().startswith(above)]
        return tuple(dict.fromkeys(rest.split("\\")[0] for rest in below if "\\" in rest))

    def short(self, path: str) -> str:
        return self.shortened.get(path, path)

    def run(self, python: str, code: str) -> str | None:
        self.started.append(python)
        return self.failure


def filled(path: Path, content: bytes = b"MZ") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def computer(root: Path, user: str = "Anna", **changed: Any) -> Machine:
    """Return a machine with a virtual environment below a user's folder and xlwings in it."""
    home = root / "Users" / user
    venv, base = home / "clv", root / "Python312"
    for path in (venv / "Scripts" / "python.exe", venv / "Scripts" / "pythonw.exe", base / "pythonw.exe"):
        filled(path)
    files = (filled(venv / DLL64, b"MZ64"), filled(venv / DLL32, b"MZ32"))
    (home / "Documents").mkdir(exist_ok=True)
    parts: dict[str, Any] = {
        "platform": "win32",
        "environ": {"LOCALAPPDATA": str(home / "AppData" / "Local"), "USERPROFILE": str(home)},
        "home": home,
        "executable": venv / "Scripts" / "python.exe",
        "prefix": venv,
        "base_prefix": base,
        "xlwings": VERSION,
        "xlwings_files": files,
        "encoding": "cp1252",  # of a Windows in Western Europe
        "windows": FakeWindows(),
    }
    return Machine(**{**parts, **changed})
