"""The base install in a clean environment: our wheel and its base packages, nothing else.

It is what xlwings Lite, `clv-xl install` and `clv-xl doctor` stand on. The environment is made in a
temporary folder by pip, from the registry (or wheels) that pip is set to use here.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tests.wheel import ROOT, built

pytestmark = pytest.mark.slow
FOUR = ("numpy", "pandas", "scipy", "xlwings")
THEIRS = {"python-dateutil", "pytz", "tzdata", "six"}  # what pandas needs, by its metadata
BASE = """
import importlib, json, pkgutil, sys
from importlib.metadata import packages_distributions
from pathlib import Path

import clv_xl

HOSTS = {"uno", "unohelper", "com", "winreg", "msvcrt", "pythoncom", "pywintypes", "win32com", "win32api"}
ROOMS = ("catalogue", "orders", "metrics", "texts", "table", "cells", "errors", "hosts.xlwings_udf",
         "hosts.libreoffice")
COMMANDS = ("program", "parser", "call", "functions", "doctor", "checks", "install", "uninstall", "store")

imported, of_hosts = [], {}

def take(name):
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        if (error.name or "").split(".")[0] not in HOSTS:
            raise
        of_hosts[name] = error.name  # made to run inside its host
        return
    imported.append(name)
    for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
        take(f"{name}.{found.name}")

for room in ROOMS:
    take(f"clv_xl.{room}")
for path in pkgutil.iter_modules(importlib.import_module("clv_xl.cli").__path__):
    if path.name.split("_")[0] in COMMANDS:
        take(f"clv_xl.cli.{path.name}")

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import evaluate
from clv_xl.cells import Block
from clv_xl.errors import CellError
from clv_xl.orders.store import Store

context, called, faults = Context(store=Store()), 0, []
for function in CATALOGUE.values():
    for example in function.examples:
        answer = evaluate(example.formula, context)
        cells = [c for row in answer.rows() for c in row] if isinstance(answer, Block) else [answer]
        called += 1
        faults += [example.formula for c in cells
                   if isinstance(c, CellError) and "got" in c.params and c.code != example.value]

owners = packages_distributions()
files = [Path(getattr(module, "__file__", None) or "") for module in list(sys.modules.values())]
parts = [file.parts for file in files if "site-packages" in file.parts]  # Cython names some freely
loaded = {p[p.index("site-packages") + 1].split(".")[0] for p in parts}
print(json.dumps({
    "imported": imported, "of_hosts": of_hosts, "called": called, "faults": faults,
    "loaded": sorted({o for name in loaded for o in owners.get(name, [name])}),
    "from": clv_xl.__file__,
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """Return the folder of programs of an environment that holds the base install only."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=60)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = (sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "-q")
    for wanted in ([*FOUR, "shtab"], ["--no-deps", str(wheel)]):
        done = subprocess.run([*pip, *wanted], capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, done.stderr
    return programs


def run(clean: Path, folder: Path, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CLV_XL_", "XLWINGS_"))}
    return subprocess.run(
        [str(clean / program), *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        cwd=folder,
        env={**environ, "CLV_XL_STORE": str(folder / "store"), "PYTHONUTF8": "1"},
    )


def test_the_wheel_is_pure_python_and_asks_for_the_base_packages(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")  # the only tag that micropip takes everywhere
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (n for n in names if n.endswith(".dist-info/METADATA"))
        told = Parser().parsestr(archive.read(metadata).decode())
    assert not [n for n in names if n.endswith((".so", ".pyd", ".dylib"))]
    base = [r for r in told.get_all("Requires-Dist", []) if "extra ==" not in r]
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert sorted(re.split(r"[><=]", r)[0] for r in base) == sorted([*FOUR, "shtab"])
    assert len(base) == len(asked)


def test_the_base_runs_on_its_own_packages_only(clean: Path, tmp_path: Path) -> None:
    done = run(clean, tmp_path, "python", "-c", BASE)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert Path(found["from"]).is_relative_to(clean.parent)
    assert {"clv_xl.hosts.xlwings_udf.udfs", "clv_xl.cli.doctor"} <= set(found["imported"])
    assert found["faults"] == []
    assert found["called"] > 50
    loaded = {re.sub(r"[-_.]+", "-", name).lower() for name in found["loaded"]}
    assert loaded - {"clv-xl"} <= {*FOUR, "shtab", *THEIRS}
    assert {"numpy", "pandas", "xlwings"} <= loaded  # scipy waits for the first function that needs it


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("call", "CLV(50,3,3)"), "450"),
        (("functions",), "CLV.AOV"),
        (("doctor",), "numpy"),
        (("install", "--help"), "excel"),
        (("completion", "bash"), "clv-xl"),  # made by shtab
    ],
    ids=lambda words: words[0] if isinstance(words, tuple) else "",
)
def test_a_command_of_the_base_runs(clean: Path, tmp_path: Path, words: tuple[str, ...], shown: str) -> None:
    done = run(clean, tmp_path, "clv-xl", *words)
    assert "Traceback" not in done.stderr
    assert shown in done.stdout
    if words[0] != "doctor":  # which says by its code that something is missing
        assert (done.returncode, done.stderr) == (0, "")


def test_the_demo_says_which_extra_it_needs(clean: Path, tmp_path: Path) -> None:
    done = run(clean, tmp_path, "clv-xl", "demo")
    assert done.returncode != 0
    assert 'pip install "clv_xl[workbook]"' in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.glob("*.xlsx")) == []
