"""One ``<c>`` element as bytes: reading it, and writing a value into it with the rest left as it is."""

import math
import re
from dataclasses import dataclass
from html import unescape
from typing import Final

from clv_xl.cells import Cell
from clv_xl.errors import CALC, CODES, NUM, SPILL, VALUE, CellError
from clv_xl.hosts.headless.package import unescaped

_ATTRIBUTE = re.compile(rb"""\s+([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")
_TYPE = re.compile(rb"""\s+t\s*=\s*("[^"]*"|'[^']*')""")
_VALUE_METADATA = re.compile(rb"""\s+vm\s*=\s*("[^"]*"|'[^']*')""")
_REF = re.compile(rb"""(\sref\s*=\s*)("[^"]*"|'[^']*')""")
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST: Final = 32_767


class Unset:
    """The absence of a value, where None already means a blank cell."""


UNSET: Final = Unset()


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one cell.

    Parameters
    ----------
    value : Cell or Unset
        The new cached value (None clears it); UNSET leaves the old one.
    ref : str, optional
        New area of an array formula.
    formula : str, optional
        A formula to stand alone in the cell, without any value: for the engine's copy only.
    constant : bool
        Drop the formula and keep only the value.
    style : bytes
        Style index of a cell that has to be made.
    """

    value: Cell | Unset = UNSET
    ref: str | None = None
    formula: str | None = None
    constant: bool = False
    style: bytes = b""


def attributes(tag: bytes) -> dict[str, str]:
    """Return the attributes of a start tag.

    Examples
    --------
    >>> attributes(b' r="A1" t="str"')
    {'r': 'A1', 't': 'str'}
    """
    return {key.decode(): unescape(value[1:-1].decode()) for key, value in _ATTRIBUTE.findall(tag)}


def plain(content: bytes) -> str:
    """Return the text of an element's content."""
    if b"<![CDATA[" in content:
        content = _CDATA.sub(lambda found: escaped(found[1].decode()), content)
    return unescape(content.decode())


def escaped(text: str) -> bytes:
    """Return a text as XML content; what XML cannot hold becomes ``_xHHHH_``."""
    if not text.isprintable() or "_x" in text:
        text = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    if not ("&" in text or "<" in text or ">" in text):
        return text.encode()
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def number_text(number: float) -> bytes:
    """Return the shortest text that reads back as the same number.

    Examples
    --------
    >>> number_text(450.0), number_text(0.1)
    (b'450', b'0.1')
    """
    if number == int(number) and abs(number) < 1e15:
        return b"%d" % int(number)
    return repr(number).encode()


def encoded(value: Cell) -> tuple[bytes, bytes | None]:
    """Return the type attribute and the text of ``<v>`` for a value; no text for a blank.

    The two codes younger than the format are written as #VALUE!, as spreadsheet programs do.
    """
    if value is None:
        return b"", None
    if isinstance(value, bool):
        return b"b", b"%d" % value
    if isinstance(value, str):
        return b"str", escaped(value[:_LONGEST])
    if isinstance(value, CellError):
        return b"e", escaped(VALUE if value.code in (SPILL, CALC) else value.code)
    return (b"", number_text(float(value))) if math.isfinite(value) else (b"e", NUM.encode())


class CellText:
    """Reads and writes ``<c>`` elements whose tags carry one namespace prefix.

    Parameters
    ----------
    prefix : bytes
        ``b""`` or something like ``b"x:"``.
    """

    def __init__(self, prefix: bytes = b"") -> None:
        p = re.escape(prefix)
        self._p = prefix
        self._usual = re.compile(
            rb"<" + p + rb'c( r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)(?: t="(\w+)")?>'
            rb"(<" + p + rb"f>[^<]*</" + p + rb"f>)(?:<" + p + rb"v>([^<]*)</" + p + rb"v>)?</" + p + rb"c>\Z"
        )
        self._whole = re.compile(
            rb"<" + p + rb"c(?P<attrs>(?:\s[^<>]*?)?)(?:/>|>(?P<body>.*)</" + p + rb"c\s*>)\Z",
            re.DOTALL,
        )
        self.usual_value = re.compile(rb"<" + p + rb"v>([^<]*)</" + p + rb"v>\Z")
        self._formula = re.compile(
            rb"<" + p + rb"f(?:\s[^<>]*)?(?:/>|(?<!/)>.*?</" + p + rb"f\s*>)", re.DOTALL
        )
        self._value = re.compile(
            rb"<" + p + rb"v(?:\s[^<>]*)?(?:/>|(?<!/)>(?P<text>.*?)</" + p + rb"v\s*>)"
            rb"|<" + p + rb"is(?:\s[^<>]*)?(?:/>|(?<!/)>.*?</" + p + rb"is\s*>)",
            re.DOTALL,
        )

    def old_value(self, attrs: dict[str, str], body: bytes) -> tuple[str, str]:
        """Return type and text of the cached value that stands in the cell."""
        found = self._value.search(body)
        if found is None:
            return "", ""
        return attrs.get("t", "n"), plain(found["text"] or b"")

    def made(self, address: str, change: Change) -> bytes:
        """Return a new element that shows a value; as :meth:`changed` without an old one, only faster."""
        if isinstance(change.value, Unset) or change.formula is not None:
            return self.changed(None, address, change)
        value_type, text = encoded(change.value)
        style = b' s="%s"' % change.style if change.style else b""
        kind = b' t="%s"' % value_type if value_type else b""
        if text is None:
            return b'<%sc r="%s"%s%s/>' % (self._p, address.encode(), style, kind)
        space = b' xml:space="preserve"' if text != text.strip() else b""
        p = self._p
        return b'<%sc r="%s"%s%s><%sv%s>%s</%sv></%sc>' % (
            p, address.encode(), style, kind, p, space, text, p, p
        )  # fmt: skip

    def usual(self, old: bytes, change: Change) -> bytes | None:
        """Return the same as :meth:`changed`, only faster, for a formula cell as most are; else None."""
        found = self._usual.match(old)
        if (
            found is None
            or change.ref is not None
            or isinstance(change.value, Unset) is (change.formula is None)
        ):
            return None
        attrs, kind, kept, cached = found.groups()
        p = self._p
        if change.formula is not None:
            return b"<%sc%s><%sf>%s</%sf></%sc>" % (p, attrs, p, escaped(change.formula), p, p)
        value_type, text = encoded(change.value)  # type: ignore[arg-type]
        if not change.constant:
            old_type = "" if cached is None else "n" if kind is None else kind.decode()
            if shows(old_type, unescape((cached or b"").decode()), value_type, text):
                return old
        kept = b"" if change.constant else kept
        if value_type:
            attrs += b' t="%s"' % value_type
        if text is not None:
            space = b' xml:space="preserve"' if text != text.strip() else b""
            kept += b"<%sv%s>%s</%sv>" % (p, space, text, p)
        return b"<%sc%s>%s</%sc>" % (p, attrs, kept, p) if kept else b"<%sc%s/>" % (p, attrs)

    def changed(self, old: bytes | None, address: str, change: Change) -> bytes:
        """Return the element with the change made; `old` is None where there is no element yet.

        A value that the cell already shows leaves its bytes alone.
        """
        found = None if old is None else self._whole.match(old)
        if old is None or found is None:
            attrs, body = b' r="%s"' % address.encode(), b""
            if change.style:
                attrs += b' s="%s"' % change.style
        else:
            attrs, body = found["attrs"], found["body"] or b""
        formula = self._formula.search(body)
        kept = b"" if formula is None or change.constant else formula[0]
        if change.formula is not None:
            value_type, text = b"", None
            kept = b"<%sf>%s</%sf>" % (self._p, escaped(change.formula), self._p)
        elif isinstance(change.value, Unset):
            return old if old is not None else b""
        else:
            value_type, text = encoded(change.value)
            if change.ref is not None:
                kept = _REF.sub(rb'\g<1>"%s"' % change.ref.encode(), kept, count=1)
            cached = self.old_value(attributes(attrs), body)
            if old is not None and not change.constant and shows(*cached, value_type, text):
                return old if formula is None else old.replace(formula[0], kept, 1)
        rest = self._value.sub(b"", body if formula is None else body.replace(formula[0], b"", 1)).strip()
        new = _retyped(_VALUE_METADATA.sub(b"", attrs, count=1), value_type)
        if text is not None:
            space = b' xml:space="preserve"' if text != text.strip() else b""
            kept += b"<%sv%s>%s</%sv>" % (self._p, space, text, self._p)
        inner = kept + rest
        if not inner:
            return b"<%sc%s/>" % (self._p, new)
        return b"<%sc%s>%s</%sc>" % (self._p, new, inner, self._p)


def shows(old_type: str, old_text: str, value_type: bytes, text: bytes | None) -> bool:
    """Return whether a cached value of the file is the value that :func:`encoded` gave."""
    if text is None:
        return not old_type
    if old_type == "n" and not value_type:
        try:
            return float(old_text) == float(text)
        except ValueError:
            return False
    return old_type.encode() == value_type and old_text == plain(text)


def _retyped(attrs: bytes, value_type: bytes) -> bytes:
    """Return the attributes of ``<c>`` with another type, the others where they stood."""
    if not value_type:
        return _TYPE.sub(b"", attrs, count=1)
    if _TYPE.search(attrs):
        return _TYPE.sub(b' t="%s"' % value_type, attrs, count=1)
    return attrs.rstrip() + b' t="%s"' % value_type


def decoded(value_type: str, text: str) -> Cell:
    """Return the cached value that a formula cell holds, from its type and text."""
    if not value_type:
        return None
    if value_type == "b":
        return text.strip() in ("1", "true")
    if value_type == "e":
        return CellError(text if text in CODES else VALUE, "headless_old_error")
    if value_type == "n":
        try:
            return float(text)
        except ValueError:
            return None
    return unescaped(text)
