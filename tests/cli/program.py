"""The program started as a user starts it, and a workbook for it to calculate."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import xlsxwriter

CLEAN = ("CLV_XL_LANG", "CLV_XL_DEBUG", "NO_COLOR", "PYTHONIOENCODING", "SOFFICE_BIN")


def environment(**settings: str) -> dict[str, str]:
    """Return this process's environment without what would change the program, and with `settings`."""
    kept = {name: value for name, value in os.environ.items() if name not in CLEAN}
    return {**kept, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", **settings}


def clv_xl(*words: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m clv_xl`` with `words`, `given` on standard input."""
    command = [sys.executable, "-m", "clv_xl", *words]
    return subprocess.run(
        command, input=given, capture_output=True, encoding="utf-8", env=environment(**settings), check=False
    )


def python(code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines of Python in a process of their own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env=environment(**settings),
        check=False,
    )


def workbook(path: Path, cells: dict[str, dict[str, Any]], **names: str) -> Path:
    """Write a workbook: sheet -> address -> value; ``=`` begins a formula, ``#=`` one that spills."""
    book = xlsxwriter.Workbook(str(path))
    for sheet, content in cells.items():
        page = book.add_worksheet(sheet)
        for address, value in content.items():
            if isinstance(value, str) and value.startswith("#="):
                page.write_dynamic_array_formula(f"{address}:{address}", value[1:])
            else:
                page.write(address, value)
    for name, formula in names.items():
        book.define_name(name, formula)
    book.close()
    return path
