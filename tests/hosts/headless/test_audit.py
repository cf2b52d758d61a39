"""Native formulas of finance workbooks against what they are known to give.

`audit.csv` holds one formula a line, whether it is an array formula, the value, and who says so:
LibreOffice 7.4, Microsoft's page of the function, "kept" where the formula is refused (and why), "limit"
where the engine is known to differ from Excel (listed in the docstring of clv_xl.hosts.headless).
"""

import csv
import datetime as dt
import json
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
import xlsxwriter

from clv_xl.errors import CellError
from tests.hosts.headless.books import make, run

COLUMN = 29  # AD
DATA: dict[str, list[Any]] = {
    "A": [3, -1.5, 2.5, 0, 10, 7, 7, 4, None, 12],
    "B": ["apple", "Banana", "cherry", "apple pie", "*star", "a?b", "~tilde", "10", None, "Äpfel"],
    "C": [45292, 45351, 45382, 45657, 44957, 45000],
    "D": [100, 20, 35.5, 47.25, 60, 15, 80, 5, 11, 999],
    "E": [1, "5", True, "x", None, -2, "=NA()", 4],
    "F": [1, 3, 5, 7, 9, 11],
    "G": ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"],
    "H": [-1000, 200, 300, 400, 250, 150],
    "I": [45292, 45400, 45500, 45657, 45800, 46000],
}
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""


class Line(NamedTuple):
    """One line of the audit."""

    formula: str
    kind: str
    expected: Any
    source: str


def lines() -> list[Line]:
    with Path(__file__).with_name("audit.csv").open(encoding="utf-8", newline="") as file:
        return [
            Line(row["formula"], row["kind"], json.loads(row["expected"]), row["source"])
            for row in csv.DictReader(file)
        ]


def workbook(path: Path, audit: list[Line]) -> Path:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Data")
        for letter, values in DATA.items():
            for row, value in enumerate(values, 1):
                if isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(f"{letter}{row}", value, None, "#N/A")
                elif isinstance(value, str):
                    sheet.write_string(f"{letter}{row}", value)
                elif value is not None:
                    sheet.write(f"{letter}{row}", value)
        for row, line in enumerate(audit):
            if line.kind == "array":
                sheet.write_array_formula(row, COLUMN, row, COLUMN, f"{{={line.formula}}}", None, "")
            else:
                sheet.write_formula(row, COLUMN, f"={line.formula}", None, "")

    return make(path, fill)


def agree(found: Any, expected: Any) -> bool:
    if isinstance(expected, float) and not isinstance(found, bool) and isinstance(found, (int, float)):
        return float(found) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    return type(found) is type(expected) and found == expected


def test_native_functions_give_what_is_known(tmp_path: Path) -> None:
    audit = lines()
    report, _ = run(workbook(tmp_path / "audit.xlsx", audit), gets=(f"Data!AD1:AD{len(audit)}",))
    kept = {k.cell: k.reason.key for k in report.kept}
    wrong = []
    for row, (line, (cell,)) in enumerate(zip(audit, report.results[0].rows, strict=True), 1):
        reason = kept.get(f"AD{row}", "")
        value = cell.code if isinstance(cell, CellError) else "" if cell is None else cell
        if line.expected == "KEPT":
            if line.source != f"kept: {reason}":
                wrong.append((line.formula, reason, line.source))
        elif reason or not agree(value, line.expected):
            wrong.append((line.formula, reason or repr(value), repr(line.expected)))
    assert wrong == []


@pytest.mark.calc
def test_libreoffice_gives_what_the_audit_says_it_gives(tmp_path: Path, calc: Path) -> None:
    audit = lines()
    source = workbook(tmp_path / "audit.xlsx", audit)
    profile = tmp_path / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE)
    command = [str(calc), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "lo"), str(source)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    sheet = openpyxl.load_workbook(tmp_path / "lo" / "audit.xlsx", data_only=True)["Data"]
    wrong = []
    for row, line in enumerate(audit, 1):
        value = sheet.cell(row, COLUMN + 1).value
        shows_date = isinstance(value, (dt.date, dt.time))  # LibreOffice gives such a cell a date's format
        if line.source == "LibreOffice 7.4" and not shows_date and not agree(_plain(value), line.expected):
            wrong.append((line.formula, value, line.expected))
    assert wrong == []


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_the_audit_covers_what_finance_workbooks_use() -> None:
    """Fails when lines are lost: the functions that issue 2 and the manuals of finance courses name."""
    used = {name for line in lines() for name in re.findall(r"([A-Z][A-Z.0-9]+)\(", line.formula)}
    named = """PV NPV IRR XIRR XNPV PMT RATE NPER FV SUMIFS COUNTIFS AVERAGEIFS SUMPRODUCT INDEX MATCH VLOOKUP
    XLOOKUP INDIRECT OFFSET EOMONTH EDATE NETWORKDAYS YEARFRAC DATEDIF TEXT ROUND PERCENTILE QUARTILE RANK
    IFERROR IFNA SORT SORTBY UNIQUE FILTER SEQUENCE LET LOOKUP DB CEILING FLOOR"""
    assert set(named.split()) <= used
    assert len(lines()) > 700
