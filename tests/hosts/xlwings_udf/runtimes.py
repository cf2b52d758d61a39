"""The runtimes of xlwings Lite and Server that run here, and what a test does without a licence.

xlwings.pro is free for non-commercial use only, or paid for. Whoever runs these tests states a licence
in CLV_XL_TEST_XLWINGS_LICENSE, as XLWINGS_LICENSE_KEY takes it; without it they are skipped.
Pyodide, without which there is no xlwings Lite, is the host `pyodide` of tests/hosts_available.py.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests import hosts_available
from tests.conformance.comparing import same
from tests.hosts.xlwings_udf.office_calls import Asked
from tests.hosts.xlwings_udf.office_js import shown
from tests.wheel import built

LICENCE = "CLV_XL_TEST_XLWINGS_LICENSE"
HERE = Path(__file__).parent
CHILD = HERE / "server_child.py"
FREE_CHILD = HERE / "free_child.py"
Answers = list[dict[str, Any]]


def licence() -> str:
    """Return the licence that whoever runs the tests has stated; skip without one."""
    stated = os.environ.get(LICENCE)
    if not stated:
        pytest.skip(f"{LICENCE} states no licence of xlwings.pro")
    return stated


def pyodide() -> Path:
    """Return the folder of Pyodide, its packages those of its own list; skip without one."""
    hosts_available.require("pyodide")
    folder = hosts_available.pyodide()
    assert folder is not None
    packages = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))["packages"]
    for name in ("numpy", "pandas", "scipy"):
        wheel = folder / packages[name]["file_name"]
        assert hashlib.sha256(wheel.read_bytes()).hexdigest() == packages[name]["sha256"]
    return folder


def request_of(main: str, requests: Sequence[dict[str, Any]]) -> str:
    return json.dumps({"main": main, "requests": list(requests)})


def environ(store: Path | None = None, *, licensed: bool = True) -> dict[str, str]:
    made = {k: v for k, v in os.environ.items() if not k.startswith(("CLV_XL_", "XLWINGS_"))}
    if licensed:
        made["XLWINGS_LICENSE_KEY"] = licence()
    return made if store is None else {**made, "CLV_XL_STORE": str(store)}


def in_cpython(main: str, requests: Sequence[dict[str, Any]], store: Path) -> Answers:
    """Return the answers of xlwings.server in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, str(CHILD)],
        input=request_of(main, requests),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**environ(store), "PYTHONUTF8": "1"},
        cwd=store,
    )
    assert done.returncode == 0, done.stderr
    found: Answers = json.loads(done.stdout)["answers"]
    return found


def wheels(folder: Path) -> Path:
    """Put the wheels that requirements.txt asks for into a folder: ours, xlwings' and shtab's."""
    built(folder)
    wanted = [f"xlwings=={version('xlwings')}", f"shtab=={version('shtab')}"]
    pure = ("--no-deps", "--only-binary=:all:", "--platform", "any", "--python-version", "3.12")
    pip = (sys.executable, "-m", "pip", "download", "-q", "-d", str(folder), *pure, *wanted)
    done = subprocess.run(pip, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def in_pyodide(
    main: str, requests: Sequence[dict[str, Any]], folder: Path, packages: Path, child: Path = CHILD
) -> Answers:
    """Return the answers of xlwings.server in Pyodide, packages installed by micropip as in Lite.

    With `FREE_CHILD` it is our stand-in that answers, which takes no licence.
    """
    asked, result = folder / "asked.json", folder / "answers.json"
    asked.write_text(request_of(main, requests), "utf-8")
    command = ["node", HERE / "in_pyodide.mjs", pyodide(), packages, child, asked, result]
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,  # a busy machine takes a minute to start it
        check=False,
        env=environ(licensed=child == CHILD),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    found: Answers = json.loads(result.read_text("utf-8"))["answers"]
    return found


def wrong(asked: Sequence[Asked], answers: Answers) -> list[str]:
    """Return the calls whose cells show something else than they must, with both."""
    found = []
    for one, answer in zip(asked, answers, strict=True):
        try:
            same(timeless(shown(answer["result"])), timeless(one.expected))
        except (AssertionError, KeyError):
            found.append(f"{one.said}: {answer} instead of {one.expected}"[:400])
    return found


def timeless(rows: list[list[Any]]) -> list[list[Any]]:
    """Leave out when something was stored, which is another moment in another process."""
    return [row for row in rows if not str(row[0]).startswith("Stored (UTC)")]
