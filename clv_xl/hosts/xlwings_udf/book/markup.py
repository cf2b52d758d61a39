"""Edits of XML as text: one tag changes, every other byte stays.

The parts of a workbook are UTF-8, so that a tag can be found in their bytes; names are compared without
their prefix. A part in which no tag is found is damaged, or is of another encoding, which no program writes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from xml.sax.saxutils import quoteattr, unescape

# What is never closed goes to the end: looking for each end anew would take time without measure.
_SKIPPED: Final = rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
_ATTRIBUTE: Final = rb"""([\w.:-]+)\s*=\s*("[^"<]*"|'[^'<]*')"""
_TAG: Final = re.compile(
    rb"(?s)" + _SKIPPED + rb"""|<(?P<end>/?)(?P<name>[\w.:-]+)(?P<rest>(?:[^<>"']|"[^"<]*"|'[^'<]*')*+)>"""
)
_QUOTES: Final = MappingProxyType({"&quot;": '"', "&apos;": "'"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag: where it stands in its part, and what it says."""

    begin: int
    end: int
    full_name: str
    text: bytes

    @property
    def name(self) -> str:
        """The name without its prefix."""
        return self.full_name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon, or nothing."""
        return self.full_name[: -len(self.name)]

    @property
    def closed(self) -> bool:
        """Whether the element ends with its start tag."""
        return self.text.endswith(b"/>")

    def get(self, name: str) -> str | None:
        """Return an attribute by its name without prefix; None if there is none."""
        found = self._find(name)
        return None if found is None else unescape(found[2][1:-1].decode(), {**_QUOTES})

    def with_attribute(self, name: str, value: str) -> bytes:
        """Return the text of the tag with an attribute added or replaced."""
        assigned = f"{name}={quoteattr(value)}".encode()
        found = self._find(name)
        if found is not None:
            return self.text[: found.start()] + assigned + self.text[found.end() :]
        at = len(self.text) - (2 if self.closed else 1)
        return self.text[:at].rstrip() + b" " + assigned + self.text[at:]

    def _find(self, name: str) -> re.Match[bytes] | None:
        found = re.finditer(_ATTRIBUTE, self.text)
        return next((m for m in found if m[1].rpartition(b":")[2] == name.encode()), None)


def start_tags(part: bytes) -> Iterator[Tag]:
    """Yield the start tags of a part in their order."""
    for found in _TAG.finditer(part):
        if found["name"] and not found["end"]:
            yield Tag(found.start(), found.end(), found["name"].decode(), found[0])


def children(part: bytes) -> Iterator[Tag]:
    """Yield the start tags of the children of the root."""
    depth = 0
    for found in _TAG.finditer(part):
        if not found["name"]:
            continue
        if found["end"]:
            depth -= 1
            continue
        tag = Tag(found.start(), found.end(), found["name"].decode(), found[0])
        if depth == 1:
            yield tag
        depth += not tag.closed


def replaced(part: bytes, tag: Tag, text: bytes) -> bytes:
    """Return a part with another text in the place of a tag."""
    return part[: tag.begin] + text + part[tag.end :]


def inserted(part: bytes, after: Tag, text: bytes) -> bytes:
    """Return a part with a text behind a start tag."""
    return part[: after.end] + text + part[after.end :]


def element(prefix: str, name: str, **attributes: str) -> bytes:
    """Return an empty element."""
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{prefix}{name}{said}/>".encode()
