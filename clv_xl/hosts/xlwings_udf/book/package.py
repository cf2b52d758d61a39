"""Any .xlsx as a workbook with macros: its package gains a VBA project and a ribbon, and keeps all else."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Self
from xml.etree import ElementTree as ET

from clv_xl.errors import UserError
from clv_xl.hosts.xlwings_udf.book import markup
from clv_xl.hosts.xlwings_udf.book.ovba import NAME, WORKBOOK, Module, build_project

MAX_PARTS: Final = 10_000
MAX_BYTES: Final = 2**29
MAX_RATIO: Final = 400
RATIO_APPLIES_FROM: Final = 2**24
HEAD: Final = 2**16  # of a sheet: its root and its first child stand there

_TYPES: Final = "[Content_Types].xml"
_PLAIN: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_WITH_MACROS: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_PROJECT: Final = "application/vnd.ms-office.vbaProject"
_HAS_PROJECT: Final = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_HAS_RIBBON: Final = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_RIBBON_PART: Final = "customUI/customUI14.xml"
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # of a zip file: the same workbook gives the same bytes
_UNREADABLE: Final = (KeyError, ValueError, RuntimeError, OSError, EOFError, zipfile.BadZipFile, zlib.error)
# Kind of the relation of a sheet that VBA has a document for -> what its code name begins with.
_SHEETS: Final = MappingProxyType({"worksheet": "Sheet", "chartsheet": "Chart", "dialogsheet": "Dialog"})


def sheet_code_names(xlsx: bytes) -> tuple[str, ...]:
    """Return the names by which VBA will know the sheets of a workbook, in their order.

    A name that the file holds is kept if it is one of ASCII letters, as the names of modules are;
    else a sheet is Sheet1, Sheet2, ... and a chart sheet Chart1, ...
    """
    with _Package(xlsx) as package:
        return tuple(sheet.code_name for sheet in package.sheets())


def documents(xlsx: bytes) -> tuple[Module, ...]:
    """Return what a VBA project holds for a workbook and its sheets: documents without code."""
    with _Package(xlsx) as package:
        sheets = package.sheets()
    kinds = (Module(s.code_name, "chart" if s.kind == "chartsheet" else "document") for s in sheets)
    return (Module(WORKBOOK, "document"), *kinds)


def with_modules(xlsx: bytes, modules: Sequence[Module], ribbon: bytes | None = None) -> bytes:
    """Return a workbook with a VBA project of modules; see `with_macros`.

    A sheet without a document among the modules gets one without code; that of a chart sheet becomes one.
    """
    named = {module.name.casefold() for module in modules}
    sheets = {document.name: document for document in documents(xlsx)}
    given = [
        replace(m, kind=sheets[m.name].kind) if m.kind == "document" and m.name in sheets else m
        for m in modules
    ]
    missing = [document for name, document in sheets.items() if name.casefold() not in named]
    return with_macros(xlsx, build_project([*given, *missing]), ribbon)


def with_macros(xlsx: bytes, project: bytes, ribbon: bytes | None = None) -> bytes:
    """Return a workbook with a VBA project.

    Parameters
    ----------
    xlsx : bytes
        A workbook without macros.
    project : bytes
        What `build_project` returns; its documents are ThisWorkbook and `sheet_code_names`.
    ribbon : bytes, optional
        XML of the namespace ``http://schemas.microsoft.com/office/2009/07/customui``.

    Returns
    -------
    bytes
        The .xlsm. Tags of the content types, two lists of relations, the workbook and the heads of its
        sheets change; every other part is the same byte for byte.

    Raises
    ------
    UserError
        If the bytes are no .xlsx, a damaged or a huge one, or one with macros or a ribbon of its own.
    """
    with _Package(xlsx) as package:
        changed, added = package.changes(project, ribbon)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
            for info in package.infos():
                target.writestr(_same(info), changed.get(info.filename) or package.read(info.filename))
            for name, content in added.items():
                target.writestr(_same(zipfile.ZipInfo(name, _FIRST_DAY)), content)
    return made.getvalue()


def _same(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return the entry of the copy: name and date as they were, nothing of the sizes."""
    copy = zipfile.ZipInfo(info.filename, info.date_time)
    copy.compress_type = zipfile.ZIP_DEFLATED
    return copy


@dataclass(frozen=True, slots=True)
class _Sheet:
    part: str
    kind: str
    code_name: str


@dataclass(frozen=True, slots=True)
class _Relation:
    key: str
    kind: str  # last word of its type
    target: str


class _Package:
    """The parts of an .xlsx, read within limits."""

    def __init__(self, xlsx: bytes) -> None:
        if not xlsx.startswith(b"PK"):
            raise UserError("book.not_xlsx")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(xlsx))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UserError("book.damaged", part="zip") from error
        self._names = frozenset(self._zip.namelist())
        self._check_limits()
        self.workbook = self._find_workbook()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _check_limits(self) -> None:
        infos = self._zip.infolist()
        total = sum(info.file_size for info in infos)
        bloated = any(
            info.file_size > max(RATIO_APPLIES_FROM, MAX_RATIO * info.compress_size) for info in infos
        )
        if len(infos) > MAX_PARTS or total > MAX_BYTES or bloated:
            raise UserError("book.too_large", parts=len(infos), bytes=total)
        packings = {info.compress_type for info in infos} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        if packings or len(self._names) < len(infos):
            raise UserError("book.damaged", part="zip")

    def infos(self) -> list[zipfile.ZipInfo]:
        """Return the entries but folders, which no package needs."""
        return [info for info in self._zip.infolist() if not info.is_dir()]

    def read(self, part: str) -> bytes:
        """Return a part; zipfile reads no byte more than the size that was checked."""
        try:
            return self._zip.read(part)
        except _UNREADABLE as error:
            raise UserError("book.damaged", part=part) from error

    def head(self, part: str) -> bytes:
        """Return the beginning of a part, however long the part is."""
        try:
            with self._zip.open(part) as opened:
                return opened.read(HEAD)
        except _UNREADABLE as error:
            raise UserError("book.damaged", part=part) from error

    def xml(self, part: str) -> bytes:
        """Return a small part that is well-formed and declares no entities."""
        content = self.read(part)
        try:
            content.decode()
            if b"<!DOCTYPE" not in content:
                ET.fromstring(content)  # noqa: S314  no document type, hence no entities
                return content
        except (
            ET.ParseError,
            ValueError,
            LookupError,
        ) as error:  # the last two: an encoding it does not know
            raise UserError("book.damaged", part=part) from error
        raise UserError("book.damaged", part=part)

    def relations(self, part: str) -> Iterator[_Relation]:
        """Yield the relations of a part, of the package itself if it is nothing, within the package."""
        folder = posixpath.dirname(part)
        for tag in markup.children(self.xml(_relations_of(part))):
            if tag.get("TargetMode") != "External":
                target = posixpath.join("/", folder, tag.get("Target") or "")
                kind = (tag.get("Type") or "").rpartition("/")[2]
                yield _Relation(tag.get("Id") or "", kind, posixpath.normpath(target).lstrip("/"))

    def _find_workbook(self) -> str:
        if _TYPES not in self._names or _relations_of("") not in self._names:
            raise UserError("book.not_xlsx")
        found = (r.target for r in self.relations("") if r.kind == "officeDocument")
        workbook = next(found, "")
        tag = self._type_of(workbook)
        content = "" if tag is None else tag.get("ContentType") or ""
        if "macroEnabled" in content:
            raise UserError("book.has_macros")
        if content != _PLAIN:
            raise UserError("book.not_xlsx")
        return workbook

    def _type_of(self, part: str) -> markup.Tag | None:
        tags = markup.children(self.xml(_TYPES))
        wanted = f"/{part}".casefold()
        return next((t for t in tags if (t.get("PartName") or "").casefold() == wanted), None)

    def sheets(self) -> list[_Sheet]:
        """Return the sheets that VBA has documents for, with code names that are valid and different."""
        related = {r.key: r for r in self.relations(self.workbook)}
        listed = [t for t in markup.start_tags(self.xml(self.workbook)) if t.name == "sheet"]
        parts = [related[key] for t in listed if (key := t.get("id") or "") in related]
        parts = [r for r in parts if r.kind in _SHEETS]
        held = [self._held_name(r.target) for r in parts]
        taken = {WORKBOOK.casefold(), *(name.casefold() for name in held if name)}
        sheets: list[_Sheet] = []
        for relation, name in zip(parts, held, strict=True):
            twice = any(name == sheet.code_name for sheet in sheets)
            code_name = _free(_SHEETS[relation.kind], taken) if twice or not name else name
            taken.add(code_name.casefold())
            sheets.append(_Sheet(relation.target, relation.kind, code_name))
        return sheets

    def _held_name(self, part: str) -> str:
        _, first = _first_tags(self.head(part), part)
        name = (first.get("codeName") if first.name == "sheetPr" else None) or ""
        return name if NAME.fullmatch(name) and name.casefold() != WORKBOOK.casefold() else ""

    def changes(self, project: bytes, ribbon: bytes | None) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """Return the parts that change and those that are new."""
        part = posixpath.join(posixpath.dirname(self.workbook), "vbaProject.bin")
        relations, top = _relations_of(self.workbook), _relations_of("")
        if part in self._names or any(r.kind == "vbaProject" for r in self.relations(self.workbook)):
            raise UserError("book.has_macros")
        if ribbon is not None and (
            _RIBBON_PART in self._names or any(r.kind == "extensibility" for r in self.relations(""))
        ):
            raise UserError("book.has_macros")
        types = self._with_types(part, [_RIBBON_PART] if ribbon is not None else [])
        changed = {
            _TYPES: types,
            relations: _related(self.xml(relations), _HAS_PROJECT, posixpath.basename(part)),
            self.workbook: _named_workbook(self.xml(self.workbook)),
        }
        for sheet in self.sheets():
            changed[sheet.part] = _named_sheet(self.read(sheet.part), sheet)
        added = {part: project}
        if ribbon is not None:
            changed[top] = _related(self.xml(top), _HAS_RIBBON, _RIBBON_PART)
            added[_RIBBON_PART] = ribbon
        return changed, added

    def _with_types(self, project: str, xml: list[str]) -> bytes:
        tag = self._type_of(self.workbook)
        assert tag is not None
        content = markup.replaced(self.xml(_TYPES), tag, tag.with_attribute("ContentType", _WITH_MACROS))
        root = next(markup.start_tags(content))
        listed = [t.get("Extension") for t in markup.children(content) if t.name == "Default"]
        new = {project: _PROJECT} | ({} if "xml" in listed else dict.fromkeys(xml, "application/xml"))
        elements = (
            markup.element(root.prefix, "Override", PartName=f"/{part}", ContentType=kind)
            for part, kind in new.items()
        )
        return _before_end(content, b"".join(elements))


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _free(stem: str, taken: set[str]) -> str:
    """Return the first name of this stem that is not taken."""
    number = 1
    while f"{stem}{number}".casefold() in taken:
        number += 1
    return f"{stem}{number}"


def _before_end(content: bytes, text: bytes) -> bytes:
    """Return a part with a text before the end of its root."""
    at = content.rindex(b"</")
    return content[:at] + text + content[at:]


def _related(content: bytes, kind: str, target: str) -> bytes:
    """Return a list of relations with one more."""
    taken = {(tag.get("Id") or "").casefold() for tag in markup.children(content)}
    prefix = next(markup.start_tags(content)).prefix
    text = markup.element(prefix, "Relationship", Id=_free("rId", taken), Type=kind, Target=target)
    return _before_end(content, text)


def _named_workbook(content: bytes) -> bytes:
    """Return the workbook part with its code name; its properties stand behind version and sharing."""
    after = next(markup.start_tags(content))
    root = after
    for tag in markup.children(content):
        if tag.name == "workbookPr":
            return markup.replaced(content, tag, tag.with_attribute("codeName", WORKBOOK))
        if tag.name in ("fileVersion", "fileSharing") and tag.closed:
            after = tag
    return markup.inserted(content, after, markup.element(root.prefix, "workbookPr", codeName=WORKBOOK))


def _first_tags(head: bytes, part: str) -> tuple[markup.Tag, markup.Tag]:
    """Return the root of a sheet and its first child, which every kind of sheet has."""
    root, first = next(markup.start_tags(head), None), next(markup.children(head), None)
    if root is None or first is None:
        raise UserError("book.damaged", part=part)
    return root, first


def _named_sheet(content: bytes, sheet: _Sheet) -> bytes:
    """Return a sheet with its code name; only the head of the part is looked at."""
    root, first = _first_tags(content[:HEAD], sheet.part)
    if root.name != sheet.kind:
        raise UserError("book.damaged", part=sheet.part)
    if first.name == "sheetPr":
        return markup.replaced(content, first, first.with_attribute("codeName", sheet.code_name))
    return markup.inserted(content, root, markup.element(root.prefix, "sheetPr", codeName=sheet.code_name))
