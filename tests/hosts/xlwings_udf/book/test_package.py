"""A workbook that gains macros: what changes, what does not, and that real programs run it."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.errors import UserError
from clv_xl.hosts.xlwings_udf.book.blank import blank
from clv_xl.hosts.xlwings_udf.book.ovba import Module, build_project
from clv_xl.hosts.xlwings_udf.book.package import documents, sheet_code_names, with_macros, with_modules
from tests.hosts.libreoffice.office import Office, office
from tests.hosts.xlwings_udf.book import reading
from tests.hosts_available import require, soffice, soffice_new

TWICE = Module("Numbers", "standard", "Public Function Twice(x)\n    Twice = 2 * x\nEnd Function\n")
RIBBON = b'<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"><ribbon/></customUI>'


def rich() -> bytes:
    """A workbook as this project's demonstration is written, with every kind of part, by XlsxWriter."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    data = book.add_worksheet("Data")
    data.add_table("A1:B4", {"data": [[1, 2], [3, 4], [5, 6]], "name": "Orders"})
    data.write_comment("D1", "a comment")
    data.conditional_format("A2:A4", {"type": "data_bar"})
    data.set_tab_color("red")
    data.write_formula("D2", "=Twice(21)", None, "")
    data.write_dynamic_array_formula("F1", "=SEQUENCE(2)")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Data!$B$2:$B$4"})
    sheet = book.add_chartsheet("Picture")
    sheet.set_chart(chart)
    other = book.add_worksheet("Täällä ja siellä & <muualla>")
    other.fit_to_pages(1, 0)
    second = book.add_chart({"type": "line"})
    second.add_series({"values": "=Data!$B$2:$B$4"})
    other.insert_chart("B2", second)
    book.define_name("Rate", "=0.1")
    book.close()
    return made.getvalue()


def by_openpyxl() -> bytes:
    made = io.BytesIO()
    book = openpyxl.Workbook()
    book.create_sheet("Second")["A1"] = "=Twice(21)"
    book.save(made)
    return made.getvalue()


MAKERS: dict[str, Callable[[], bytes]] = {
    "rich": rich,
    "openpyxl": by_openpyxl,
    "blank": lambda: blank("en", CATALOGUE),
}


def parts(book: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        return {name: package.read(name) for name in package.namelist()}


def edited(book: bytes, edits: dict[str, Callable[[bytes], bytes]]) -> bytes:
    """Return a workbook with parts changed; a new part is made of nothing."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        old = parts(book)
        for name in {**old, **edits}:
            package.writestr(name, edits.get(name, bytes)(old.get(name, b"")))
    return made.getvalue()


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("ribbon", [None, RIBBON])
def test_the_audit_finds_nothing_that_it_did_not_find_before(
    name: str, ribbon: bytes | None, tmp_path: Path
) -> None:
    before, after = tmp_path / "book.xlsx", tmp_path / "book.xlsm"
    before.write_bytes(MAKERS[name]())
    after.write_bytes(with_modules(before.read_bytes(), [TWICE], ribbon))
    found = [[str(e) for e in OpenXmlValidator().validate(str(p)).errors] for p in (before, after)]
    assert found[0] == found[1]
    assert name == "openpyxl" or found[1] == []


@pytest.mark.parametrize("name", MAKERS)
def test_all_else_stays_byte_for_byte(name: str) -> None:
    before = MAKERS[name]()
    project = build_project([*documents(before), TWICE])
    old, new = parts(before), parts(with_macros(before, project, RIBBON))
    assert new.pop("xl/vbaProject.bin") == project
    assert new.pop("customUI/customUI14.xml") == RIBBON
    assert list(new) == list(old)
    sheets = re.compile(r"xl/(work|chart)sheets/sheet\d+\.xml")
    lists = {"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"}
    for part, content in new.items():
        undone = content
        if sheets.fullmatch(part):
            attribute = rb' codeName="\w+"' if b"<sheetPr" in old[part] else rb'<sheetPr codeName="\w+"/>'
            undone, count = re.subn(attribute, b"", content)
            assert count == 1
        elif part == "xl/workbook.xml":
            undone = content.replace(b' codeName="ThisWorkbook"', b"")
            assert undone != content
        elif part in lists:
            added = rb"<(Override|Relationship) [^>]*(vbaProject|customUI)[^>]*/>"
            undone = re.sub(added, b"", content).replace(
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            )
            assert undone != content
        assert undone == old[part], part


def test_code_names_of_the_sheets_are_those_of_the_project(tmp_path: Path) -> None:
    book = rich()
    assert sheet_code_names(book) == ("Sheet1", "Chart1", "Sheet2")
    path = tmp_path / "book.xlsm"
    path.write_bytes(with_modules(book, [Module("Chart1", "document"), TWICE]))
    listed = reading.macros(path)
    assert "0{00020821-" in listed["Chart1.cls"]  # the class Chart of Excel's library
    assert set(listed) == {"ThisWorkbook.cls", "Sheet1.cls", "Chart1.cls", "Sheet2.cls", "Numbers.bas"}
    held = [re.search(rb'codeName="(\w+)"', content) for content in parts(path.read_bytes()).values()]
    assert {m[1] for m in held if m} == {b"ThisWorkbook", b"Sheet1", b"Chart1", b"Sheet2"}


NAMED = [
    ('<sheetPr codeName="Orders">', "Orders"),
    ("<sheetPr codeName='Orders' filterMode=\"0\">", "Orders"),
    ('<sheetPr codeName="Φύλλο1">', "Sheet1"),  # Greek Excel's name for it
    ('<sheetPr codeName="ThisWorkbook">', "Sheet1"),
    ('<sheetPr codeName="Sheet2">', "Sheet2"),
    ('<!-- <sheetPr codeName="No"> --><sheetPr codeName="Yes">', "Yes"),
]


@pytest.mark.parametrize(("head", "name"), NAMED)
def test_a_code_name_of_the_file_is_kept_where_a_module_can_have_it(head: str, name: str) -> None:
    book = edited(rich(), {"xl/worksheets/sheet1.xml": lambda s: s.replace(b"<sheetPr>", head.encode(), 1)})
    names = sheet_code_names(book)
    assert names[0] == name
    assert len({*names}) == 3
    made = parts(with_modules(book, [TWICE]))["xl/worksheets/sheet1.xml"]
    assert re.findall(rb"""(?<!<!-- )<sheetPr[^>]*codeName=["']([^"']+)""", made) == [name.encode()]


def sheet_named(number: int, name: bytes) -> dict[str, Callable[[bytes], bytes]]:
    head = rb'<sheetPr codeName="' + name + rb'">'
    return {f"xl/worksheets/sheet{number}.xml": lambda s: s.replace(b"<sheetPr>", head, 1)}


def test_no_two_sheets_get_one_code_name() -> None:
    assert sheet_code_names(edited(rich(), sheet_named(2, b"Sheet1"))) == ("Sheet2", "Chart1", "Sheet1")
    both = edited(rich(), {**sheet_named(1, b"Orders"), **sheet_named(2, b"Orders")})
    assert sheet_code_names(both) == ("Orders", "Chart1", "Sheet1")


def test_prefixed_names_get_their_prefix_back() -> None:
    """Some programs write every tag as x:tag."""

    def prefixed(content: bytes) -> bytes:
        renamed = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", content)
        return renamed.replace(b"xmlns=", b"xmlns:x=")

    written = blank("en", CATALOGUE)
    names = ("[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/workbook.xml")
    book = edited(written, dict.fromkeys((*names, "xl/worksheets/sheet1.xml"), prefixed))
    made = parts(with_modules(book, [TWICE], RIBBON))
    assert b"<x:Override PartName=" in made["[Content_Types].xml"]
    assert b'<x:sheetPr codeName="Sheet1">' in made["xl/worksheets/sheet1.xml"]
    bare = edited(book, {"xl/worksheets/sheet1.xml": lambda s: re.sub(rb"<x:sheetPr>.*</x:sheetPr>", b"", s)})
    named = parts(with_modules(bare, [TWICE]))["xl/worksheets/sheet1.xml"]
    assert b'<x:sheetPr codeName="Sheet1"/><x:sheetViews>' in named
    assert b'<x:Relationship Id="rId5"' in made["xl/_rels/workbook.xml.rels"]
    assert b'<x:workbookPr codeName="ThisWorkbook"/>' in made["xl/workbook.xml"]


PROPERTIES = [
    ("<workbookPr/>", '<workbookPr codeName="ThisWorkbook"/>'),
    (
        '<workbookPr codeName="TämäTyökirja" date1904="1"/>',
        '<workbookPr codeName="ThisWorkbook" date1904="1"/>',
    ),
    ('<fileVersion appName="xl"/>', '<fileVersion appName="xl"/><workbookPr codeName="ThisWorkbook"/>'),
    ("", '<workbookPr codeName="ThisWorkbook"/>'),
]


@pytest.mark.parametrize(("before", "after"), PROPERTIES)
def test_the_code_name_of_the_workbook_stands_where_the_order_wants_it(before: str, after: str) -> None:
    edit = {"xl/workbook.xml": lambda s: s.replace(b"<workbookPr/>", before.encode())}
    book = edited(blank("en", CATALOGUE), edit)
    assert f"{after}<bookViews>".encode() in parts(with_modules(book, [TWICE]))["xl/workbook.xml"]


def test_the_same_workbook_gives_the_same_bytes() -> None:
    assert with_modules(blank("fi", CATALOGUE), [TWICE]) == with_modules(blank("fi", CATALOGUE), [TWICE])


def test_openpyxl_keeps_the_project(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsm"
    path.write_bytes(with_modules(rich(), [TWICE]))
    book = openpyxl.load_workbook(path, keep_vba=True)
    assert book["Data"]["D2"].value == "=Twice(21)"
    book.save(tmp_path / "again.xlsm")
    assert reading.macros(tmp_path / "again.xlsm") == reading.macros(path)


def bomb(name: str, size: int) -> Callable[[], bytes]:
    return lambda: edited(rich(), {name: lambda _: bytes(size)})


def encrypted() -> bytes:
    book = bytearray(rich())
    for at in (m.start() for m in re.finditer(rb"PK\x01\x02", bytes(book))):
        book[at + 8] |= 1
    return bytes(book)


def changed(part: str, old: bytes, new: bytes) -> Callable[[], bytes]:
    return lambda: edited(rich(), {part: lambda content: content.replace(old, new, 1)})


def without(part: str, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as package:
        for name, content in parts(rich()).items():
            if name != part:
                package.writestr(name, content)
    return made.getvalue()


REFUSED = [
    ("book.not_xlsx", lambda: b""),
    ("book.not_xlsx", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
    ("book.damaged", lambda: b"PK\3\4" + bytes(100)),
    ("book.damaged", lambda: rich()[:-100]),
    ("book.not_xlsx", lambda: without("[Content_Types].xml")),
    (
        "book.not_xlsx",
        changed("[Content_Types].xml", b"spreadsheetml.sheet.main", b"wordprocessingml.document.main"),
    ),
    ("book.damaged", lambda: without("xl/worksheets/sheet1.xml")),
    ("book.damaged", lambda: without("xl/workbook.xml")),
    ("book.damaged", changed("xl/workbook.xml", b"</workbook>", b"")),
    ("book.damaged", changed("xl/workbook.xml", b"<workbook ", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook ')),
    ("book.damaged", lambda: edited(rich(), {"xl/workbook.xml": lambda s: s.decode().encode("utf-16")})),
    ("book.damaged", changed("xl/worksheets/sheet1.xml", b"<worksheet ", b"<chartsheet ")),
    ("book.damaged", changed("xl/worksheets/sheet1.xml", b"<worksheet ", b"<!--" * 100_000 + b"<worksheet ")),
    ("book.damaged", changed("xl/workbook.xml", b'"UTF-8"', b'"UTF-D"')),
    ("book.damaged", lambda: without("xl/theme/theme1.xml", zipfile.ZIP_BZIP2)),
    ("book.damaged", encrypted),
    ("book.too_large", bomb("xl/media/big.bin", 2**25)),
    ("book.has_macros", lambda: with_modules(rich(), [TWICE])),
    ("book.has_macros", lambda: edited(rich(), {"xl/vbaProject.bin": bytes})),
    ("book.has_macros", lambda: edited(rich(), {"customUI/customUI14.xml": bytes})),
]


@pytest.mark.parametrize(("key", "made"), REFUSED)
def test_what_cannot_be_given_macros_is_refused_with_a_sentence(key: str, made: Callable[[], bytes]) -> None:
    with pytest.raises(UserError) as caught:
        with_macros(made(), build_project([Module("ThisWorkbook", "document")]), RIBBON)
    assert caught.value.key == key


SAMPLE = blank("en", CATALOGUE)


@given(st.integers(0, len(SAMPLE) - 1), st.integers(1, 40), st.randoms(use_true_random=False))
def test_damage_anywhere_ends_in_a_sentence_or_a_workbook(at: int, length: int, draw: random.Random) -> None:
    book = SAMPLE[:at] + draw.randbytes(length) + SAMPLE[at + length :]
    try:
        made = with_modules(book, [TWICE], RIBBON)
    except UserError:
        return
    assert "xl/vbaProject.bin" in parts(made)


@pytest.fixture(params=["uno", pytest.param("calc_new", marks=pytest.mark.calc_new)])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    require(request.param)
    program = soffice() if request.param == "uno" else soffice_new()
    assert program is not None
    with office(program, tmp_path / "profile") as started:
        yield started


@pytest.mark.slow
def test_libreoffice_runs_the_functions_of_the_workbook(running: Office, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsm"
    path.write_bytes(with_modules(rich(), [TWICE], RIBBON))
    assert running("read_file", path=str(path), addresses=["D2"]) == {"D2": [[42]]}
    stub = "Public Function CLV(a, b, c)\n    CLV = a * b * c\nEnd Function\n"
    path.write_bytes(with_modules(blank("ka", CATALOGUE), [TWICE, Module("Stub", "standard", stub)], RIBBON))
    shown = running("read_file", path=str(path), addresses=["C7"], recalculate=False)
    assert shown == {"C7": [[450]]}
