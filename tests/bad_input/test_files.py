"""Files that are no workbook, damaged workbooks, and outputs that cannot be: a sentence, nothing lost."""

import os
import struct
from pathlib import Path

import pytest

from clv_xl.cli import main
from clv_xl.errors import UserError
from clv_xl.hosts.headless.calc import calculate
from tests.hosts.headless.books import Fake, formulas, patched


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return formulas(tmp_path / "Plan.xlsx", {"B1": "=CLV(A1,3,3)"}, {"A1": 50})


def compound_file(*streams: str) -> bytes:
    """Return an OLE compound file with these streams, as [MS-CFB] lays it out: header, FAT, directory."""
    end, none = 0xFFFFFFFE, 0xFFFFFFFF

    def entry(name: str, kind: int, child: int, right: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
        return head + struct.pack("<III", none, right, child) + bytes(36) + struct.pack("<IQ", end, 0)

    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    fat = struct.pack("<II", 0xFFFFFFFD, end)
    directory = entry("Root Entry", 5, 1, none)
    for i, name in enumerate(streams, 1):
        directory += entry(name, 2, none, i + 1 if i < len(streams) else none)
    sectors = (header, fat, directory)
    return b"".join(s.ljust(512, b"\xff" if s is not directory else b"\0") for s in sectors)


FILES: dict[str, tuple[bytes, str]] = {
    "cut short": (b"PK\3\4" + bytes(900), "is damaged"),
    "empty": (b"", "save it as .xlsx"),
    "csv with another name": (b"customer,date,amount\nA,2025-02-01,5\n", "save it as .xlsx"),
    "html with another name": (b"<html><table/></html>", "save it as .xlsx"),
    "password": (compound_file("EncryptionInfo", "EncryptedPackage"), "without a password"),
    "xls with another name": (compound_file("Workbook"), "Save it as .xlsx"),
}


@pytest.mark.parametrize("kind", FILES)
def test_no_workbook_is_told_and_kept(kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content, said = FILES[kind]
    path = tmp_path / "Bad.xlsx"
    path.write_bytes(content)
    before, files = path.read_bytes(), sorted(tmp_path.iterdir())
    assert main(["calc", str(path)]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert str(path) in err
    assert said in err
    assert "Traceback" not in err
    assert path.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == files


def test_damage_inside_a_sheet_names_the_file(book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    patched(book, "xl/worksheets/sheet1.xml", ('r="B1"', 'r="ZZZZ9999999999"'))
    assert main(["calc", str(book)]) == 2
    assert str(book) in capfd.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in folders are of Unix")
def test_a_device_or_pipe_is_never_replaced(book: Path) -> None:
    # The finished copy is renamed over its output: root could so replace /dev/null itself.
    pipe = book.with_name("pipe.xlsx")
    os.mkfifo(pipe)
    with pytest.raises(UserError) as refused:
        calculate(book, pipe, Fake())
    assert refused.value.key == "headless_output_no_file"
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["Result.csv", "Result.xls", "Result.xlsm", "Result"])
def test_an_output_that_excel_would_not_open_is_refused(book: Path, name: str) -> None:
    with pytest.raises(UserError) as refused:
        calculate(book, book.with_name(name), Fake())
    assert refused.value.key == "headless_output_suffix"
    assert refused.value.params["suffix"] == ".xlsx"
    assert sorted(book.parent.iterdir()) == [book]


def test_an_output_with_an_impossible_name(book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["calc", str(book), "-o", str(book.with_name("x" * 300 + ".xlsx"))]) == 2
    assert "cannot be written" in capfd.readouterr().err
    assert sorted(book.parent.iterdir()) == [book]
