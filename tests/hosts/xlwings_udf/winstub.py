"""xlwings as it is on Windows, on any machine: pywin32 replaced by what little of it is needed.

Nothing of xlwings is replaced: its decorators, `call_udf`, its COM server and its writer of VBA run
as they are, on the values that COM would hand over.
"""

import asyncio
import atexit
import concurrent.futures.thread
import ctypes
import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

# They ask for the platform at import, and must not be told that it is Windows.
LOADED_BEFORE = (asyncio, concurrent.futures.thread, subprocess, np, pd)

MODULE = "clv_xl.hosts.xlwings_udf.udfs"  # what xlwings is told to import
PYWIN32 = (
    "pythoncom",
    "pywintypes",
    "win32api",
    "win32com",
    "win32com.client",
    "win32com.client.dynamic",
    "win32com.server",
    "win32com.server.dispatcher",
    "win32com.server.policy",
    "win32com.server.util",
    "win32con",
    "win32event",
    "win32gui",
    "win32process",
    "win32timezone",
)
NOT_NEEDED = ("PIL", "matplotlib", "polars")  # xlwings takes them where it finds them
FRESH = ("xlwings", "clv_xl.hosts.xlwings_udf")
RANGE = "{00020846-0000-0000-C000-000000000046}"  # interface of Range in Excel's type library


class Stub(ModuleType):
    """A module of pywin32: every name in it is an exception class of no behaviour."""

    __path__: list[str] = []  # noqa: RUF012  a package, so that its parts can be imported

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (Exception,), {})
        setattr(self, name, made)
        return made


class Library:
    """A DLL: every function in it returns 0."""

    def __init__(self, *_: object) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        function = Library()
        setattr(self, name, function)
        return function

    def __call__(self, *_: object) -> int:
        return 0


def unwrap(value: object) -> Any:
    """Refuse to unwrap, as pywin32 does with what is no object of the Python server."""
    raise TypeError(value)


def stubs() -> dict[str, ModuleType]:
    """Return the modules of pywin32 by name, each an attribute of its package."""
    made: dict[str, Any] = {name: Stub(name) for name in PYWIN32}
    for name, module in made.items():
        package, _, part = name.rpartition(".")
        if package:
            setattr(made[package], part, module)
    made["pythoncom"].__file__ = "pythoncom.dll"
    made["pythoncom"].CoInitialize = lambda: None
    made["pythoncom"].IID_IDispatch = "IDispatch"
    made["pythoncom"].TypeIIDs = {"IDispatch": type("PyIDispatch", (), {})}
    made["pywintypes"].IID = str
    made["win32com.client"].Dispatch = lambda dispatch, **_: dispatch
    made["win32process"].GetWindowThreadProcessId = lambda _: (1, 1)
    made["win32com.server.util"].unwrap = unwrap
    return made


@dataclass(frozen=True)
class Windows:
    """What a test drives."""

    xlwings: Any
    udfs: Any
    server: Any

    def module(self, name: str) -> Any:
        """Return a module as it is imported on Windows."""
        return importlib.import_module(name)


@contextmanager
def windows() -> Iterator[Windows]:
    """Import xlwings as on Windows; the modules of this machine are back afterwards."""
    kept = {n: m for n, m in sys.modules.items() if n.startswith((*FRESH, *PYWIN32))}
    patched = {"PyDLL": Library, "windll": Library(), "oledll": Library()}
    absent = object()
    ctypes_before = {name: getattr(ctypes, name, absent) for name in patched}
    hidden = {name: sys.modules.get(name, absent) for name in NOT_NEEDED}
    platform = sys.platform
    for name in kept:
        del sys.modules[name]
    sys.modules.update(stubs())
    modules: dict[str, Any] = sys.modules
    modules.update(dict.fromkeys(NOT_NEEDED))  # None refuses the import
    vars(ctypes).update(patched)
    sys.platform = "win32"
    try:
        xlwings = importlib.import_module("xlwings")
        udfs = importlib.import_module("xlwings.udfs")
        server = importlib.import_module("xlwings.com_server")
    finally:
        sys.platform = platform
        for name, value in ctypes_before.items():
            if value is absent:
                delattr(ctypes, name)
            else:
                setattr(ctypes, name, value)
    atexit.unregister(importlib.import_module("xlwings._xlwindows").cleanup)  # it would run tasklist
    try:
        yield Windows(xlwings, udfs, server)
    finally:
        server.loop.close()
        udfs.com_executor.shutdown()
        for name in [n for n in sys.modules if n.startswith((*FRESH, *PYWIN32))]:
            del sys.modules[name]
        sys.modules.update(kept)
        for name, module in hidden.items():
            if isinstance(module, ModuleType):
                sys.modules[name] = module
            else:
                del sys.modules[name]


def com_range(values: object) -> SimpleNamespace:
    """Return a Range object of Excel with these values, as a formula hands over a reference."""
    attributes = SimpleNamespace(GetTypeAttr=lambda: SimpleNamespace(iid=RANGE))
    rows, columns = (len(values), len(values[0])) if isinstance(values, tuple) else (1, 1)
    return SimpleNamespace(
        _oleobj_=SimpleNamespace(GetTypeInfo=lambda: attributes),
        Value=values,
        Row=1,
        Column=1,
        Rows=SimpleNamespace(Count=rows),
        Columns=SimpleNamespace(Count=columns),
        Worksheet=SimpleNamespace(Parent=SimpleNamespace(Application=SimpleNamespace(Hwnd=1))),
    )


def com_workbook(**settings: object) -> SimpleNamespace:
    """Return a Workbook object of Excel that keeps the VBA and the descriptions it is given."""
    components = Components()
    described: dict[str, dict[str, Any]] = {}

    def macro_options(macro: str, **options: object) -> None:
        described[macro.rpartition("!")[2]] = options

    return SimpleNamespace(
        Name="book.xlsm",
        Worksheets=[],
        VBProject=SimpleNamespace(VBComponents=components),
        Application=SimpleNamespace(Version="16.0", MacroOptions=macro_options),
        described=described,
        components=components,
        **settings,
    )


class Components:
    """The modules of a VBA project; `vba` is the text of the last one imported."""

    vba = ""

    def __call__(self, name: str) -> str:
        return name

    def Remove(self, component: str) -> None:  # noqa: N802  Excel's name
        pass

    def Import(self, path: str) -> None:  # noqa: N802  Excel's name
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            self.vba = file.read()
