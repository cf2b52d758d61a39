"""The versioned workbooks are what the description gives today: rebuilt and compared part by part."""

import math
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path

import pytest
from lxml import etree

from clv_xl.cli.template_files import SHIPPED, build_all, file_name
from clv_xl.texts import LANGUAGES
from clv_xl.workbook.template.kit import Build

FOLDER = Path(__file__).parents[3] / "workbook_templates"
NAMES = [file_name(build, language) for build in SHIPPED for language in LANGUAGES]
LIMIT = 2_000_000  # bytes of a shipped workbook
CLOSE = 1e-9
NUMBER = re.compile(rb'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?><f>[^<]*</f><v>)([1-9][0-9.]*)')


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them once, as they are built for shipping: every number is calculated in English only."""
    folder = tmp_path_factory.mktemp("rebuilt")
    build_all(folder)
    return folder


def same_text(a: str | None, b: str | None) -> bool:
    """Return whether two texts are equal, or numbers within 1e-9: libraries of mathematics differ."""
    if a == b:
        return True
    try:
        return math.isclose(float(a or ""), float(b or ""), rel_tol=CLOSE, abs_tol=CLOSE)
    except ValueError:
        return False


def differences(a: bytes, b: bytes) -> Iterator[str]:
    """Yield where two parts differ."""
    for x, y in zip_longest(etree.fromstring(a).iter(), etree.fromstring(b).iter()):
        if x is None or y is None:
            yield "one has more elements"
        elif x.tag != y.tag or x.items() != y.items() or not same_text(x.text, y.text):
            yield f"{x.items()} {x.text!r}, now {y.tag} {y.items()} {y.text!r}"


def unlike(shipped: Path, built: Path) -> Iterator[str]:
    """Yield what differs between two workbooks, part by part, uncompressed."""
    with zipfile.ZipFile(shipped) as old, zipfile.ZipFile(built) as new:
        names = old.namelist()
        if names != new.namelist():
            yield f"{names}, now {new.namelist()}"
            return
        for name in names:
            a, b = old.read(name), new.read(name)
            if a != b:
                text = name.endswith((".xml", ".rels"))
                yield from (f"{name}: {found}" for found in (differences(a, b) if text else ["other bytes"]))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("build", SHIPPED)
def test_a_shipped_workbook_is_what_is_built_now(build: Build, language: str, rebuilt: Path) -> None:
    """Otherwise run ``python -m clv_xl.cli.template_files``."""
    name = file_name(build, language)
    assert next(unlike(FOLDER / name, rebuilt / name), "") == ""


def test_every_build_is_shipped_in_every_language_and_is_small() -> None:
    found = {path.name: path.stat().st_size for path in FOLDER.glob("*.xls*")}
    assert sorted(found) == sorted(NAMES)
    assert {name: size for name, size in found.items() if size > LIMIT} == {}


def edited(source: Path, target: Path, part: str, edit: Callable[[bytes], bytes]) -> Path:
    """Copy a workbook with one part changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, edit(data) if info.filename == part else data)
    return target


def test_a_changed_number_label_or_formula_is_noticed(tmp_path: Path) -> None:
    """The comparison itself: in a shipped workbook one thing is changed at a time."""
    source, target, sheet = FOLDER / NAMES[0], tmp_path / "b.xlsx", "xl/worksheets/sheet3.xml"
    shutil.copy(source, target)
    assert list(unlike(source, target)) == []

    def noticed(part: str, edit: Callable[[bytes], bytes]) -> list[str]:
        return list(unlike(source, edited(source, target, part, edit)))

    def times(factor: float) -> Callable[[bytes], bytes]:
        def number(found: "re.Match[bytes]") -> bytes:
            return found[1] + repr(float(found[2]) * factor).encode()

        return lambda data: NUMBER.sub(number, data, count=1)

    assert noticed(sheet, times(1 + 1e-12)) == []
    assert len(noticed(sheet, times(1 + 1e-6))) == 1
    assert len(noticed("xl/sharedStrings.xml", lambda data: data.replace(b"</t>", b".</t>", 1))) == 1
    assert len(noticed(sheet, lambda data: data.replace(b"</f>", b"+1</f>", 1))) == 1
    assert noticed(sheet, lambda data: data.replace(b"</sheetData>", b"<row/></sheetData>", 1)) != []
    assert noticed("xl/styles.xml", lambda data: data.replace(b'val="', b'val="1', 1)) != []
