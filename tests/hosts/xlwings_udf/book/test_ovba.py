"""VBA projects, listed by oletools and run by LibreOffice (that in test_package.py)."""

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.hosts.xlwings_udf.book.ovba import LONGEST_LINE, MOST_CONTINUATIONS, Module, build_project
from tests.hosts.xlwings_udf.book import reading

BOOK = (Module("ThisWorkbook", "document"), Module("Sheet1", "document"))
TWICE = "Public Function Twice(x)\n    Twice = 2 * x\nEnd Function\n"


def test_every_module_is_listed_with_its_exact_source() -> None:
    events = Module("ThisWorkbook", "document", "Private Sub Workbook_Open()\nEnd Sub\n")
    modules = [events, BOOK[1], Module("Numbers", "standard", TWICE), Module("Empty", "standard", "")]
    listed = reading.macros(build_project(modules))
    assert listed == {f"{m.name}.{'bas' if m.kind == 'standard' else 'cls'}": m.text for m in modules}
    assert listed["Numbers.bas"] == 'Attribute VB_Name = "Numbers"\r\n' + TWICE.replace("\n", "\r\n")
    assert listed["ThisWorkbook.cls"].endswith("Private Sub Workbook_Open()\r\nEnd Sub\r\n")


@pytest.mark.parametrize("count", [1, 10, 60])
def test_projects_of_many_large_modules_are_listed_whole(count: int) -> None:
    """60 modules make a file whose allocation table takes several sectors."""
    draw = random.Random(count)
    letters = "".join(map(chr, range(32, 127)))
    sources = [
        "".join(f"' {''.join(draw.choices(letters, k=90))}\n" for _ in range(200)) for _ in range(count)
    ]
    modules = [
        *BOOK,
        *(Module(f"M{i}", "standard", s.replace(" _\n", " .\n")) for i, s in enumerate(sources)),
    ]
    made = build_project(modules)
    assert count < 60 or int.from_bytes(made[44:48], "little") > 1
    listed = reading.macros(made)
    assert all(listed[f"{m.name}.bas"].rstrip(" ") == m.text for m in modules if m.kind == "standard")
    assert len(listed) == count + 2


@given(st.lists(st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=60), max_size=30))
def test_any_text_of_the_code_page_comes_back(lines: list[str]) -> None:
    module = Module("Notes", "standard", "".join(f"' {line}.\n" for line in lines))
    assert reading.macros(build_project([*BOOK, module]))["Notes.bas"] == module.text


def test_the_documents_are_what_excel_has_them_for() -> None:
    """The numbers are the classes Workbook, Worksheet and Chart of Excel's library."""
    listed = reading.macros(build_project([*BOOK, Module("Chart1", "chart")]))
    classes = {name: re.findall(r"VB_Base = \"0\{(\d{8})-", source) for name, source in listed.items()}
    assert classes == {
        "ThisWorkbook.cls": ["00020819"],
        "Sheet1.cls": ["00020820"],
        "Chart1.cls": ["00020821"],
    }


def test_the_same_modules_give_the_same_bytes_and_others_do_not() -> None:
    modules = [*BOOK, Module("Numbers", "standard", TWICE)]
    assert build_project(modules) == build_project(list(modules))
    assert build_project(modules) != build_project([*BOOK, Module("Numbers", "standard", TWICE + "'\n")])


def test_the_directory_is_records_one_after_the_other() -> None:
    """[MS-OVBA] 2.3.4.2; the version alone states a length that leaves out its last two bytes."""
    made = reading.streams(build_project([*BOOK, Module("Numbers", "standard", TWICE)]))
    data, at, seen = reading.decompressed(made["VBA", "dir"]), 0, []
    while at < len(data):
        number, length = (
            int.from_bytes(data[at : at + 2], "little"),
            int.from_bytes(data[at + 2 : at + 6], "little"),
        )
        seen.append(number)
        at += 6 + length + (2 if number == 0x09 else 0)
    assert at == len(data)
    project = [0x01, 0x02, 0x14, 0x03, 0x04, 0x05, 0x40, 0x06, 0x3D, 0x07, 0x08, 0x09, 0x0C, 0x3C]
    document, standard = (
        [0x19, 0x47, 0x1A, 0x32, 0x1C, 0x48, 0x31, 0x1E, 0x2C, x, 0x2B] for x in (0x22, 0x21)
    )
    references = [0x16, 0x3E, 0x0D] * 2
    assert seen == [*project, *references, 0x0F, 0x13, *document, *document, *standard, 0x10]


def plain(obfuscated: str, key: int) -> bytes:
    """Undo [MS-OVBA] 2.4.3.2 as its section on decryption has it; the key is what the text must carry."""
    data = bytes.fromhex(obfuscated)
    seed, version, carried = data[0], data[0] ^ data[1], data[0] ^ data[2]
    assert (version, carried) == (2, key)
    out, last = bytearray(), carried
    for (before, _), byte in zip(pairwise(data[1:]), data[3:], strict=False):
        last = byte ^ (before + last & 0xFF)
        out.append(last)
    ignored = (seed & 6) // 2
    length = int.from_bytes(out[ignored : ignored + 4], "little")
    assert len(out) == ignored + 4 + length
    return bytes(out[ignored + 4 :])


def test_nothing_is_locked_and_no_password_is_set() -> None:
    text = reading.streams(build_project(BOOK))["PROJECT",].decode()
    said = dict(re.findall(r'^(\w+)="(.*)"\r$', text, re.MULTILINE))
    key = sum(said["ID"].encode()) & 0xFF
    assert plain(said["CMG"], key) == bytes(4)
    assert plain(said["DPB"], key) == bytes(1)
    assert plain(said["GC"], key) == b"\xff"
    assert [line for line in text.splitlines() if line.startswith(("Doc", "Mod"))] == [
        "Document=ThisWorkbook/&H00000000",
        "Document=Sheet1/&H00000000",
    ]


WRONG = [
    ("Ω = 1", r"module Numbers, line 2: U\+03A9"),
    ("x = 1\0", r"line 2: U\+0000"),
    ("x" * (LONGEST_LINE + 1), "line 2: 1024 characters"),
    ("x = 1" + " _\n + 1" * (MOST_CONTINUATIONS + 1), "line 2: 25 continuations"),
    ('Attribute VB_Name = "Other"', "line 2: the attributes"),
]


@pytest.mark.parametrize(("line", "message"), WRONG)
def test_what_vba_would_not_take_is_refused_with_module_and_line(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_project([*BOOK, Module("Numbers", "standard", f"Option Explicit\n{line}\n")])


def test_what_vba_just_takes_is_taken() -> None:
    longest = "'" + "x" * (LONGEST_LINE - 1)
    continued = "x = 1" + " _\n + 1" * MOST_CONTINUATIONS
    module = Module("Numbers", "standard", f'{longest}\n{continued}\n{continued}\n\tEuro = "€"')
    assert reading.macros(build_project([*BOOK, module]))["Numbers.bas"] == module.text


@pytest.mark.parametrize("name", ["", "1st", "a b", "_x", "x" * 32, "Ärger", "a.b"])
def test_a_name_that_is_none_of_vba_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a VBA module"):
        build_project([*BOOK, Module(name, "standard", "")])


@pytest.mark.parametrize("name", ["sheet1", "VBAProject", "Dir"])
def test_a_name_that_is_taken_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"module {name}: the name is taken"):
        build_project([*BOOK, Module(name, "standard", "")])


def test_a_project_without_the_document_of_the_workbook_is_refused() -> None:
    with pytest.raises(ValueError, match="ThisWorkbook"):
        build_project([Module("Sheet1", "document")])
