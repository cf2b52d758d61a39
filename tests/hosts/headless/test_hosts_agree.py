"""What other programs make of the copies: LibreOffice Calc and the checker of the Open XML format."""

import subprocess
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openxml_audit import OpenXmlValidator

from tests.hosts.headless.books import make, run
from tests.hosts.headless.test_calc import spilling
from tests.hosts.headless.test_output import rich

NATIVE = {
    "A1": "=SUM(Data!A1:A9)*2",
    "A2": "=VLOOKUP(3,Data!A1:B9,2,FALSE)",
    "A3": '=TEXT(45332,"yyyy-mm-dd")&"/"&UPPER("äö")',
    "A4": "=PMT(0.1/12,24,-1000)",
    "A5": '=SUMIFS(Data!B1:B9,Data!A1:A9,">3")',
    "A6": "=IFERROR(1/0,AVERAGE(Data!B1:B9))",
    "A7": "=SUMPRODUCT(Data!A1:A9,Data!B1:B9)",
    "A8": "=INDEX(Data!B1:B9,MATCH(4,Data!A1:A9,0))",
    "A9": "=EDATE(45332,1)+YEAR(45332)",
    "A10": "=XNPV(0.1,Data!B1:B9,Data!C1:C9)",
    "A11": "=1/0",
    "A12": "=AND(A1>1,NOT(FALSE))",
    "A13": "=STDEV(Data!B1:B9)^2%",
    "A14": "=Data!A1:A20*2",
    "A15": '=PROPER("ľudia Ół 2x")&LOWER("ÄÖ"&1/4)',
}


@pytest.mark.calc
def test_native_functions_agree_with_libreoffice(tmp_path: Path, calc: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet, data = book.add_worksheet("S"), book.add_worksheet("Data")
        for row in range(9):
            data.write_row(row, 0, [row + 1, (row * 7) % 5 + 0.5, 45000 + row * 30])
        for cell, formula in NATIVE.items():
            sheet.write_formula(cell, formula, None, "")  # LibreOffice calculates what has no value

    source = make(tmp_path / "native.xlsx", fill)
    _, output = run(source)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        str(calc),
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "lo"),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    theirs = openpyxl.load_workbook(tmp_path / "lo" / "native.xlsx", data_only=True)["S"]
    ours = openpyxl.load_workbook(output, data_only=True)["S"]
    for cell in NATIVE:
        expected, found = theirs[cell].value, ours[cell].value
        if isinstance(expected, float):
            assert found == pytest.approx(expected, rel=1e-9), cell
        else:
            assert found == expected, cell


@pytest.mark.parametrize("kind", ["rich", "spill"])
def test_the_checker_of_the_format_finds_nothing_new(tmp_path: Path, kind: str) -> None:
    source = make(tmp_path / "b.xlsx", rich) if kind == "rich" else spilling(tmp_path / "b.xlsx", 4)
    _, output = run(source)
    before, after = (OpenXmlValidator().validate(str(path)) for path in (source, output))
    assert [str(e) for e in after.errors] == [str(e) for e in before.errors]
    assert after.is_valid
