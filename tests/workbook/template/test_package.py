"""What Excel would repair: the parts of the written packages held against each other.

openxml-audit reads each part against the schema; what it misses is checked here: numbers of styles, tables
against their cells, names, relationships, validations too long, conditional formats without a style.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from openpyxl.utils import range_boundaries
from openxml_audit import OpenXmlValidator
from python_calamine import CalamineWorkbook

from tests.workbook.template.built import Built, Templates

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
LONGEST_FORMULA, LONGEST_LIST, LONGEST_PROMPT, LONGEST_TITLE = 8192, 255, 255, 32


@dataclass(frozen=True)
class Package:
    """A workbook file taken apart."""

    path: Path

    @cached_property
    def parts(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.path) as package:
            return {name: package.read(name) for name in package.namelist()}

    def xml(self, part: str) -> Any:
        return etree.fromstring(self.parts[part])

    def relations(self, part: str) -> dict[str, tuple[str, bool]]:
        """Return target and whether it is outside of the package, by id."""
        folder, name = posixpath.split(part)
        rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if rels not in self.parts:
            return {}
        return {
            r.get("Id"): (posixpath.normpath(posixpath.join(folder, r.get("Target"))).lstrip("/"),
                          r.get("TargetMode") == "External")
            for r in self.xml(rels)
        }  # fmt: skip

    @cached_property
    def sheets(self) -> dict[str, str]:
        """The part of each sheet by its name."""
        found = self.relations("xl/workbook.xml")
        sheets = self.xml("xl/workbook.xml").find(f"{MAIN}sheets")
        return {sheet.get("name"): found[sheet.get(f"{REL}id")][0] for sheet in sheets}

    def tables(self) -> Iterator[tuple[str, Any]]:
        """Yield sheet part and table element."""
        for part in self.sheets.values():
            for target, _ in self.relations(part).values():
                if "/tables/" in target:
                    yield part, self.xml(target)


def _area(address: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(address)
    return left or 0, top or 0, right or 0, bottom or 0


def _column(address: str) -> int:
    return _area(address)[0]


@pytest.fixture(scope="module", params=("native", "addin", "calc"))
def built(request: pytest.FixtureRequest, templates: Templates) -> Built:
    return templates.built(request.param)


@pytest.fixture(scope="module")
def package(built: Built) -> Package:
    return Package(built.path)


def test_the_schema_holds(built: Built) -> None:
    assert OpenXmlValidator().validate(built.path).errors == []


def test_another_reader_opens_every_sheet(built: Built) -> None:
    book = CalamineWorkbook.from_path(built.path)
    assert book.sheet_names == built.formulas.sheetnames
    assert all(book.get_sheet_by_name(name).to_python() for name in book.sheet_names)


def test_every_part_is_declared_and_every_target_is_there(package: Package) -> None:
    types = package.xml("[Content_Types].xml")
    extensions = {t.get("Extension") for t in types if t.get("Extension")}
    declared = {t.get("PartName", "").lstrip("/") for t in types}
    assert [n for n in package.parts if n not in declared and n.rpartition(".")[2] not in extensions] == []
    assert sorted(name for name in declared - {""} if name not in package.parts) == []
    for part in package.parts:
        if not part.endswith(".rels"):
            missing = [t for t, outside in package.relations(part).values() if not outside and "#" not in t
                       and t not in package.parts]  # fmt: skip
            assert missing == [], part


def test_every_number_of_a_style_exists(package: Package) -> None:
    styles = package.xml("xl/styles.xml")
    formats = len(styles.find(f"{MAIN}cellXfs"))
    conditional = len(styles.find(f"{MAIN}dxfs"))
    for part in package.sheets.values():
        sheet = package.xml(part)
        used = {int(cell.get("s", "0")) for cell in sheet.iter(f"{MAIN}c")}
        assert max(used, default=0) < formats, part
        rules = {int(rule.get("dxfId")) for rule in sheet.iter(f"{MAIN}cfRule") if rule.get("dxfId")}
        assert max(rules, default=0) < max(conditional, 1), part
    for _, table in package.tables():
        for column in table.iter(f"{MAIN}tableColumn"):
            for name in ("dataDxfId", "headerRowDxfId"):
                assert int(column.get(name, "0")) < max(conditional, 1)


def test_texts_that_cells_name_exist(package: Package) -> None:
    count = len(package.xml("xl/sharedStrings.xml"))
    for part in package.sheets.values():
        for cell in package.xml(part).iter(f"{MAIN}c"):
            if cell.get("t") == "s":
                assert int(cell.find(f"{MAIN}v").text) < count


def test_tables_say_what_their_header_cells_say(built: Built, package: Package) -> None:
    by_part = {part: name for name, part in package.sheets.items()}
    names, ids = [], []
    for part, table in package.tables():
        names.append(table.get("displayName").casefold())
        ids.append(table.get("id"))
        left, top, right, bottom = _area(table.get("ref"))
        sheet = built.values[by_part[part]]
        headers = [sheet.cell(top, column).value for column in range(left, right + 1)]
        columns = [column.get("name") for column in table.iter(f"{MAIN}tableColumn")]
        assert columns == headers
        assert len(set(map(str.casefold, columns))) == len(columns)
        assert bottom > top
        assert table.find(f"{MAIN}autoFilter").get("ref") == table.get("ref")
    assert len(set(names)) == len(names)
    assert len(set(ids)) == len(ids)
    defined = {name.casefold() for name in built.formulas.defined_names}
    assert not defined & set(names)


def test_names_lead_to_cells_of_sheets_that_exist(package: Package) -> None:
    seen = set()
    for name in package.xml("xl/workbook.xml").find(f"{MAIN}definedNames"):
        key = name.get("name").casefold(), name.get("localSheetId")
        assert key not in seen
        seen.add(key)
        assert "#REF" not in name.text
        sheets = re.findall(r"'((?:[^']|'')+)'!|(?<![\w'])(\w+)!", name.text)
        assert {(a or b).replace("''", "'") for a, b in sheets} <= set(package.sheets), name.text
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+|[RrCc]\d*", name.get("name"))


def test_validations_and_formulas_keep_to_the_lengths_of_excel(package: Package) -> None:
    for part in package.sheets.values():
        sheet = package.xml(part)
        for formula in sheet.iter(f"{MAIN}f"):
            assert len(formula.text or "") <= LONGEST_FORMULA
        for rule in sheet.iter(f"{MAIN}dataValidation"):
            first = rule.find(f"{MAIN}formula1")
            if rule.get("type") == "list" and first is not None and first.text.startswith('"'):
                assert len(first.text) - 2 <= LONGEST_LIST
            for name in ("prompt", "error"):
                assert len(rule.get(name, "")) <= LONGEST_PROMPT
            for name in ("promptTitle", "errorTitle"):
                assert len(rule.get(name, "")) <= LONGEST_TITLE


def test_validations_of_one_sheet_do_not_overlap(package: Package) -> None:
    for part in package.sheets.values():
        cells: set[str] = set()
        for rule in package.xml(part).iter(f"{MAIN}dataValidation"):
            areas = set(rule.get("sqref").split())
            assert not areas & cells, part
            cells |= areas


def test_rows_and_cells_are_in_order(package: Package) -> None:
    for part in package.sheets.values():
        before = 0
        for row in package.xml(part).iter(f"{MAIN}row"):
            number = int(row.get("r"))
            assert number > before, part
            before = number
            columns = [_column(cell.get("r")) for cell in row]
            assert columns == sorted(set(columns)), (part, number)


def test_no_list_of_the_order_of_calculation_is_left_behind(package: Package) -> None:
    """Excel repairs a file whose calcChain names a cell without a formula; without one it makes its own."""
    assert [name for name in package.parts if "calcChain" in name] == []
