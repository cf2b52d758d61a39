"""Files that are no workbook, or not whole: a sentence, never a traceback."""

import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from clv_xl.errors import UserError
from clv_xl.hosts.headless import package as module
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.package import Package
from tests.hosts.headless.books import Fake, formulas, make, patched


def refused(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        calculate(path, path.with_name("out.xlsx"), Fake())
    assert not path.with_name("out.xlsx").exists()
    return caught.value.key


def test_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.xlsx") == "headless_missing_file"


def test_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path) == "headless_unreadable_file"


@pytest.mark.parametrize(
    ("head", "key"),
    [
        (b"", "headless_not_a_workbook"),
        (b"a,b\n1,2\n", "headless_not_a_workbook"),
        (b"PK\x03\x04 but no zip", "headless_broken_file"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "headless_old_format"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "headless_encrypted",
        ),
    ],
)
def test_other_formats(tmp_path: Path, head: bytes, key: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(head)
    assert refused(path) == key


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    whole = formulas(tmp_path / "whole.xlsx", {"A1": "=CLV(1,2,3)"}).read_bytes()
    path = tmp_path / "cut.xlsx"
    for length in range(0, len(whole) - 1, 97):
        path.write_bytes(whole[:length])
        assert refused(path) in ("headless_broken_file", "headless_not_a_workbook")


def test_flipped_bytes_never_give_a_traceback(tmp_path: Path) -> None:
    whole = formulas(tmp_path / "whole.xlsx", {"A1": "=CLV(1,2,3)", "A2": "=A1"}).read_bytes()
    path, output = tmp_path / "bad.xlsx", tmp_path / "out.xlsx"
    for at in range(0, len(whole), 41):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with suppress(UserError):  # anything else fails the test
            calculate(path, output, Fake())


def test_another_zip(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refused(path) == "headless_not_a_workbook"


def test_a_word_document(tmp_path: Path) -> None:
    path = formulas(tmp_path / "book.xlsx", {"A1": "=1"})
    patched(path, "[Content_Types].xml", ("spreadsheetml.sheet.main", "wordprocessingml.document.main"))
    assert refused(path) == "headless_not_a_workbook"


def test_a_sheet_part_is_missing(tmp_path: Path) -> None:
    path = formulas(tmp_path / "book.xlsx", {"A1": "=1"})
    patched(path, "xl/_rels/workbook.xml.rels", ("sheet1.xml", "sheet9.xml"))
    assert refused(path) == "headless_broken_file"


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"]
)
def test_xml_cut_short(tmp_path: Path, part: str) -> None:
    path = formulas(tmp_path / "book.xlsx", {"A1": "=1"})
    with zipfile.ZipFile(path) as package:
        text = package.read(part).decode()
    patched(path, part, (text[len(text) // 2 :], ""))
    assert refused(path).startswith("headless_")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = formulas(tmp_path / "book.xlsx", {"A1": "=1"})
    bomb = '<!DOCTYPE worksheet [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet '
    patched(path, "xl/worksheets/sheet1.xml", ("<worksheet ", bomb))
    assert refused(path) == "headless_broken_file"


def test_a_zip_bomb(tmp_path: Path) -> None:
    path = formulas(tmp_path / "book.xlsx", {"A1": "=1"})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/image1.png", bytes(module.RATIO_APPLIES_FROM + 1))
    assert refused(path) == "headless_too_large"


def test_an_entry_that_lies_about_its_size(tmp_path: Path) -> None:
    path = formulas(tmp_path / "book.xlsx", {"A1": "=1"})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"xl/worksheets/sheet1.xml") - 46  # start of its entry in the central directory
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(data)
    assert refused(path) == "headless_broken_file"


def test_an_encrypted_entry(tmp_path: Path) -> None:
    path = formulas(tmp_path / "book.xlsx", {"A1": "=1"})
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    assert refused(path) == "headless_encrypted"


def test_names_tables_and_date_system(tmp_path: Path) -> None:
    def fill(book: object) -> None:
        sheet = book.add_worksheet("Its")  # type: ignore[attr-defined]
        sheet.add_table("B2:C4", {"name": "Orders", "columns": [{"header": "id"}, {"header": "a\nb"}]})
        book.define_name("rate", "=0.1")  # type: ignore[attr-defined]
        book.define_name("Its!loc", "=Its!$A$1")  # type: ignore[attr-defined]

    with Package(make(tmp_path / "b.xlsx", fill, date_1904=True)) as package:
        assert [(n.name, n.sheet) for n in package.names] == [("loc", "Its"), ("rate", None)]
        assert package.uses_1904
        table = package.tables["orders"]
        assert (table.sheet, str(table.area), table.columns, table.header_rows) == (
            "Its",
            "B2:C4",
            ("id", "a\nb"),
            1,
        )
