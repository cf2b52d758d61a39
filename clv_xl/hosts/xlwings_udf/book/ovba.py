"""A VBA project as its sources only: what a workbook keeps as ``vbaProject.bin``.

Written after [MS-OVBA]. Excel compiles the sources when it opens the workbook, as it does for a project of
another version of VBA; no compiled code is written. The same modules give the same bytes.
"""

import hashlib
import re
import struct
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from types import MappingProxyType
from typing import Final, Literal

from clv_xl.hosts.xlwings_udf.book.compound import compound_file
from clv_xl.hosts.xlwings_udf.book.compression import compress

CODE_PAGE: Final = 1252
WORKBOOK: Final = "ThisWorkbook"
PROJECT: Final = "VBAProject"
LONGEST_LINE: Final = 1023
MOST_CONTINUATIONS: Final = 24
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")

# What the sheets and the workbook are to VBA: classes of Excel's own library.
_CLASSES: Final = MappingProxyType({"workbook": "00020819", "document": "00020820", "chart": "00020821"})
# Every Office has both; Excel finds them by the number and takes the path as a hint.
_REFERENCES: Final = (
    (
        "stdole",
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    ),
    (
        "Office",
        (
            r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared"
            r"\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library"
        ),
    ),
)
_NO_COMPILED_CODE: Final = struct.pack("<HHBH", 0x61CC, 0xFFFF, 0, 0)
_ENGLISH: Final = 0x0409


@dataclass(frozen=True, slots=True)
class Module:
    """A module of a VBA project.

    Parameters
    ----------
    name : str
        Up to 31 letters, digits and underscores; a letter first. A document has the code name of its sheet.
    kind : {"standard", "document", "chart"}
        A module of procedures; the code behind the workbook (named ThisWorkbook) or a worksheet; the code
        behind a chart sheet.
    source : str
        The source without the Attribute lines that stand at its head.
    """

    name: str
    kind: Literal["standard", "document", "chart"]
    source: str = ""

    @property
    def text(self) -> str:
        """The source as VBA keeps it: attributes first, every line ended by CR LF."""
        lines = [*self._attributes(), *self._lines()]
        return "".join(f"{line}\r\n" for line in lines)

    def _attributes(self) -> Iterator[str]:
        yield f'Attribute VB_Name = "{self.name}"'
        if self.kind != "standard":
            number = _CLASSES["workbook" if self.name == WORKBOOK else self.kind]
            yield f'Attribute VB_Base = "0{{{number}-0000-0000-C000-000000000046}}"'
            yield "Attribute VB_GlobalNameSpace = False"
            yield "Attribute VB_Creatable = False"
            yield "Attribute VB_PredeclaredId = True"
            yield "Attribute VB_Exposed = True"
            yield "Attribute VB_TemplateDerived = False"
            yield "Attribute VB_Customizable = True"

    def _lines(self) -> list[str]:
        lines = self.source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return lines if lines[-1] else lines[:-1]

    def check(self) -> None:
        """Raise a ValueError, naming module and line, where VBA would not take the source."""
        if not NAME.fullmatch(self.name):
            message = f"{self.name!r} cannot name a VBA module"
            raise ValueError(message)
        lines = self._lines()
        for number, line in enumerate(lines, 1):
            if wrong := _fault(line) or _too_many(lines, number - 1):
                message = f"module {self.name}, line {number}: {wrong}"
                raise ValueError(message)


def _fault(line: str) -> str | None:
    if len(line) > LONGEST_LINE:
        return f"{len(line)} characters are more than the {LONGEST_LINE} of a line"
    if line.startswith("Attribute VB_"):
        return "the attributes at the head of a module are written by build_project"
    for letter in line:
        if (letter < " " and letter != "\t") or not _encodes(letter):
            return f"U+{ord(letter):04X} is not in code page {CODE_PAGE}"
    return None


def _encodes(letter: str) -> bool:
    return letter.isascii() or bool(letter.encode(f"cp{CODE_PAGE}", "ignore"))


def _too_many(lines: Sequence[str], at: int) -> str | None:
    """Say so where a statement that begins at a line runs over too many lines."""
    count = sum(1 for _ in takewhile(_goes_on, lines[at:]))
    return f"{count} continuations are more than {MOST_CONTINUATIONS}" if count > MOST_CONTINUATIONS else None


def _goes_on(line: str) -> bool:
    return line.rstrip().endswith((" _", "\t_")) or line.strip() == "_"


def build_project(modules: Sequence[Module]) -> bytes:
    r"""Return a VBA project.

    Parameters
    ----------
    modules : sequence of Module
        Among them the document ThisWorkbook, and one document for every sheet of the workbook.

    Returns
    -------
    bytes
        The part ``vbaProject.bin``.

    Raises
    ------
    ValueError
        If VBA would not take a name or a source; the message names module and line.

    Examples
    --------
    >>> twice = "Function Twice(x)\n    Twice = 2 * x\nEnd Function\n"
    >>> book = [Module("ThisWorkbook", "document"), Module("Sheet1", "document")]
    >>> len(build_project([*book, Module("Numbers", "standard", twice)])) % 512
    0
    """
    _check_together(modules)
    ordered = sorted(modules, key=lambda module: module.kind == "standard")
    sources = {module.name: module.text.encode(f"cp{CODE_PAGE}") for module in ordered}
    digest = hashlib.sha256(b"\0".join(sources.values())).digest()
    identity = f"{{{uuid.UUID(bytes=digest[:16], version=4)}}}".upper()
    return compound_file(
        {
            "VBA": {
                **{name: compress(source) for name, source in sources.items()},
                "dir": compress(_directory(ordered)),
                "_VBA_PROJECT": _NO_COMPILED_CODE,
            },
            "PROJECT": _project(ordered, identity),
            "PROJECTwm": b"".join(_ansi(m.name) + b"\0" + _wide(m.name) + b"\0\0" for m in ordered) + b"\0\0",
        }
    )


def _check_together(modules: Sequence[Module]) -> None:
    taken = {PROJECT.casefold(), "dir", "_vba_project"}
    for module in modules:
        module.check()
        if module.name.casefold() in taken:
            message = f"module {module.name}: the name is taken"
            raise ValueError(message)
        taken.add(module.name.casefold())
    if not any(module.name == WORKBOOK and module.kind == "document" for module in modules):
        message = f"a VBA project of a workbook has a document {WORKBOOK}"
        raise ValueError(message)


def _ansi(text: str) -> bytes:
    return text.encode(f"cp{CODE_PAGE}")


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(content)) + content


def _long(number: int, value: int) -> bytes:
    return _record(number, struct.pack("<I", value))


def _short(number: int, value: int) -> bytes:
    return _record(number, struct.pack("<H", value))


def _directory(modules: Sequence[Module]) -> bytes:
    """Return the ``dir`` stream ([MS-OVBA] 2.3.4.2): the project, what it refers to, its modules."""
    project = (
        _long(0x01, 3),  # 64-bit Windows; a 32-bit Excel takes it as well
        _long(0x02, _ENGLISH),
        _long(0x14, _ENGLISH),
        _short(0x03, CODE_PAGE),
        _record(0x04, _ansi(PROJECT)),
        *(_record(0x05), _record(0x40)),  # description
        *(_record(0x06), _record(0x3D)),  # help file
        *(_long(0x07, 0), _long(0x08, 0)),
        struct.pack("<HIIH", 0x09, 4, 1, 0),  # version 1.0; its length counts the major number only
        *(_record(0x0C), _record(0x3C)),  # constants of conditional compilation
    )
    references = (part for name, library in _REFERENCES for part in _reference(name, library))
    listed = (part for module in modules for part in _module(module))
    modules_head = (_short(0x0F, len(modules)), _short(0x13, 0xFFFF))
    return b"".join((*project, *references, *modules_head, *listed, _record(0x10)))


def _reference(name: str, library: str) -> tuple[bytes, ...]:
    encoded = _ansi(library)
    registered = struct.pack("<I", len(encoded)) + encoded + bytes(6)
    return _record(0x16, _ansi(name)), _record(0x3E, _wide(name)), _record(0x0D, registered)


def _module(module: Module) -> tuple[bytes, ...]:
    return (
        *(_record(0x19, _ansi(module.name)), _record(0x47, _wide(module.name))),
        *(_record(0x1A, _ansi(module.name)), _record(0x32, _wide(module.name))),  # its stream
        *(_record(0x1C), _record(0x48)),  # description
        _long(0x31, 0),  # the source begins where the stream begins
        _long(0x1E, 0),
        _short(0x2C, 0xFFFF),
        _record(0x21 if module.kind == "standard" else 0x22),
        _record(0x2B),
    )


def _project(modules: Sequence[Module], identity: str) -> bytes:
    """Return the ``PROJECT`` stream ([MS-OVBA] 2.3.1), which also says that nothing is locked."""
    key = sum(identity.encode()) & 0xFF
    lines = (
        f'ID="{identity}"',
        *(f"Module={m.name}" if m.kind == "standard" else f"Document={m.name}/&H00000000" for m in modules),
        f'Name="{PROJECT}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{_obfuscated(bytes(4), 0x0E, key)}"',  # not protected
        f'DPB="{_obfuscated(bytes(1), 0x1C, key)}"',  # no password
        f'GC="{_obfuscated(bytes([0xFF]), 0x2A, key)}"',  # visible
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{m.name}=0, 0, 0, 0, C" for m in modules),
    )
    return "".join(f"{line}\r\n" for line in lines).encode(f"cp{CODE_PAGE}")


def _obfuscated(content: bytes, seed: int, key: int) -> str:
    """Return what [MS-OVBA] 2.4.3.2 calls encrypted: each byte depends on the three before it."""
    filling = bytes((seed & 6) // 2)
    made = bytearray((seed, seed ^ 2, seed ^ key))
    plain = key
    for byte in filling + struct.pack("<I", len(content)) + content:
        made.append(byte ^ (made[-2] + plain & 0xFF))
        plain = byte
    return made.hex().upper()
