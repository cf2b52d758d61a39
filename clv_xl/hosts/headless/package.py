"""An OOXML workbook file: its parts, sheets, names and tables, and the limits it must keep."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Self

from lxml import etree

from clv_xl.errors import UserError
from clv_xl.hosts.headless.address import Area
from clv_xl.hosts.headless.structured import Table

MAX_PARTS = 50_000
MAX_PART_BYTES = 4 * 2**30 - 1
MAX_BYTES = 8 * 2**30
MAX_RATIO = 400
MAX_PROPERTIES_BYTES = 2**20
RATIO_APPLIES_FROM = 64 * 2**20
_OFFICE = "officeDocument"
_XLSX = re.compile(r"spreadsheetml\.(sheet|template)|ms-excel\.(sheet|template|addin)\.macroEnabled")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: the name on its tab and its part in the package."""

    name: str
    part: str


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name; `sheet` is None when the whole workbook sees it."""

    name: str
    sheet: str | None
    formula: str


def local(element: "etree._Element") -> str:
    """Return the tag of an element without its namespace; Transitional and Strict files read alike."""
    tag: object = element.tag  # a comment has a function here
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: "etree._Element | None", name: str) -> "Iterator[etree._Element]":
    """Return the children of an element that have this local name."""
    return (child for child in (() if element is None else element) if local(child) == name)


def _attribute(element: "etree._Element", name: str) -> str | None:
    """Return an attribute by local name, whatever its namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


class Package:
    """A workbook file opened for reading; nothing in it is ever changed.

    Parameters
    ----------
    path : Path
        An .xlsx, .xlsm, .xltx or .xltm file.

    Raises
    ------
    UserError
        When it is missing, no workbook, encrypted, an older format, damaged, or beyond the limits.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file: IO[bytes] = path.open("rb")
        except FileNotFoundError as error:
            raise UserError("headless_missing_file", path=str(path)) from error
        except OSError as error:
            reason = error.strerror or ""
            raise UserError("headless_unreadable_file", path=str(path), reason=reason) from error
        try:
            self._refuse_other_formats()
            self._zip = self._opened()
            self._check_limits()
            self.workbook_part = self._find_workbook()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _broken(self, part: str = "") -> UserError:
        return UserError("headless_broken_file", path=str(self.path), part=part or "zip")

    def _refuse_other_formats(self) -> None:
        head = self._file.read(8)
        if head == bytes.fromhex("d0cf11e0a1b11ae1"):
            rest = self._file.read(2**26)
            locked = "EncryptedPackage".encode("utf-16-le") in rest
            raise UserError("headless_encrypted" if locked else "headless_old_format", path=str(self.path))
        if not head.startswith(b"PK"):
            raise UserError("headless_not_a_workbook", path=str(self.path))
        self._file.seek(0)

    def _opened(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self._broken() from error

    def _check_limits(self) -> None:
        infos = self._zip.infolist()
        total = sum(info.file_size for info in infos)
        bloated = any(
            (info.file_size > RATIO_APPLIES_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1))
            or info.file_size > MAX_PART_BYTES
            for info in infos
        )
        if len(infos) > MAX_PARTS or total > MAX_BYTES or bloated:
            raise UserError("headless_too_large", path=str(self.path), parts=len(infos), bytes=total)
        if any(info.flag_bits & 1 for info in infos):
            raise UserError("headless_encrypted", path=str(self.path))

    def _find_workbook(self) -> str:
        for target, kind, _ in self._relations(""):
            if kind == _OFFICE:
                types = self._xml("[Content_Types].xml")
                entry = next(
                    (e for e in types if e.get("PartName", "").lower() == f"/{target}".lower()), None
                )
                content = "" if entry is None else entry.get("ContentType") or ""
                if target.endswith(".bin"):
                    raise UserError("headless_old_format", path=str(self.path))
                if entry is not None and not _XLSX.search(content):
                    break
                return target
        raise UserError("headless_not_a_workbook", path=str(self.path))

    def infos(self) -> list[zipfile.ZipInfo]:
        """Return the entries of the zip file in their order."""
        return self._zip.infolist()

    def open(self, info: zipfile.ZipInfo) -> IO[bytes]:
        """Open one entry for reading."""
        return self._zip.open(info)

    def read(self, part: str) -> bytes:
        """Return the bytes of a part."""
        try:
            return self._zip.read(part)
        except (KeyError, zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
            raise self._broken(part) from error

    def has(self, part: str) -> bool:
        """Return whether the package has a part of this name."""
        return part in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self._zip.namelist())

    def _xml(self, part: str) -> "etree._Element":
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.fromstring(self.read(part), parser)
        except etree.XMLSyntaxError as error:
            raise self._broken(part) from error

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        """Return (target part, last word of the type, id) of the relations of a part."""
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", name + ".rels")
        if not self.has(source):
            if part in ("", getattr(self, "workbook_part", None)):
                raise UserError("headless_not_a_workbook", path=str(self.path))
            return []
        found = []
        for relation in children(self._xml(source), "Relationship"):
            if relation.get("TargetMode") == "External":
                continue
            target = relation.get("Target", "")
            inside = posixpath.normpath(posixpath.join(folder, target))
            joined = target[1:] if target.startswith("/") else inside
            found.append((joined, relation.get("Type", "").rpartition("/")[2], relation.get("Id", "")))
        return found

    @cached_property
    def _workbook(self) -> "etree._Element":
        return self._xml(self.workbook_part)

    def _all_sheets(self) -> "list[tuple[str, str]]":
        """Return (tab name, relation id) of every sheet, chart sheets too, in tab order."""
        listed = next(children(self._workbook, "sheets"), None)
        return [(s.get("name", ""), _attribute(s, "id") or "") for s in children(listed, "sheet")]

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """The worksheets in tab order."""
        parts = {key: (target, kind) for target, kind, key in self._relations(self.workbook_part)}
        found = []
        for name, key in self._all_sheets():
            target, kind = parts.get(key, ("", ""))
            if kind == "worksheet":
                if not self.has(target):
                    raise self._broken(target or "workbook.xml")
                found.append(SheetPart(name, target))
        return tuple(found)

    @cached_property
    def names(self) -> tuple[DefinedName, ...]:
        """The defined names."""
        tabs = [name for name, _ in self._all_sheets()]
        listed = next(children(self._workbook, "definedNames"), None)
        found = []
        for entry in children(listed, "definedName"):
            index = entry.get("localSheetId")
            sheet = tabs[int(index)] if index and index.isdigit() and int(index) < len(tabs) else None
            found.append(DefinedName(entry.get("name", ""), sheet, entry.text or ""))
        return tuple(found)

    @cached_property
    def uses_1904(self) -> bool:
        """Whether serial number 0 is 1904-01-01."""
        properties = next(children(self._workbook, "workbookPr"), None)
        return properties is not None and properties.get("date1904") in ("1", "true")

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables by case-folded name."""
        found = {}
        for sheet in self.sheets:
            for target, kind, _ in self._relations(sheet.part):
                if kind == "table":
                    table = self._table(sheet.name, target)
                    if table is not None:
                        found[table.name.casefold()] = table
        return found

    def _table(self, sheet: str, part: str) -> Table | None:
        root = self._xml(part)
        area = Area.parse(root.get("ref", ""))
        if area is None:
            return None
        listed = next(children(root, "tableColumns"), None)
        columns = tuple(unescaped(c.get("name", "")) for c in children(listed, "tableColumn"))
        headers, totals = int(root.get("headerRowCount", "1")), int(root.get("totalsRowCount", "0"))
        return Table(root.get("displayName") or root.get("name") or "", sheet, area, columns, headers, totals)

    def custom_property(self, name: str) -> str | None:
        """Return the text of a custom property of the document; None if there is none to be read."""
        for target, kind, _ in self._relations(""):
            if kind != "custom-properties" or not self.has(target):
                continue
            if self._zip.getinfo(target).file_size > MAX_PROPERTIES_BYTES:
                return None
            try:
                entries = children(self._xml(target), "property")
            except UserError:  # nothing is calculated from it: a damaged one counts as none
                return None
            return next((str(e.xpath("string()")).strip() for e in entries if e.get("name") == name), None)
        return None

    def parts_of(self, content: str) -> list[str]:
        """Return the parts of a content type that the package has, in the order in which it lists them."""
        types = self._xml("[Content_Types].xml")
        named = (e.get("PartName", "").lstrip("/") for e in types if e.get("ContentType") == content)
        return [part for part in named if self.has(part)]

    def relation_part(self, kind: str) -> str | None:
        """Return the part that the workbook relates to under this type, such as ``styles``."""
        for target, found, _ in self._relations(self.workbook_part):
            if found == kind and self.has(target):
                return target
        return None


_HEX = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    r"""Return a text of the file with its ``_xHHHH_`` escapes resolved.

    Examples
    --------
    >>> unescaped("two_x000a_lines")
    'two\nlines'
    """
    return _HEX.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
