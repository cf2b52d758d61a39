"""What charts remember of the cells they are drawn from: viewers that calculate nothing draw it."""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Final

from clv_xl.cells import Cell
from clv_xl.errors import CellError
from clv_xl.hosts.headless.address import Area, unquoted
from clv_xl.hosts.headless.cell_text import decoded, escaped, number_text, plain
from clv_xl.hosts.headless.package import Package, unescaped
from clv_xl.hosts.headless.sheet_text import SheetText

CHART: Final = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_MANY: Final = 32_000  # points of a series: as many as Excel drew for long
# A reference with what is remembered of it; labels may be texts, so that their element is looked at too.
_REMEMBERED: Final = re.compile(
    rb"(?P<labels><(?:\w+:)?(?:cat|xVal)>\s*)?"
    rb"<(?P<p>(?:\w+:)?)(?P<kind>num|str)Ref>\s*<(?P=p)f>(?P<f>[^<]*)</(?P=p)f>\s*"
    rb"<(?P=p)(?P=kind)Cache>(?P<cache>.*?)</(?P=p)(?P=kind)Cache>(?P<rest>.*?)</(?P=p)(?P=kind)Ref>",
    re.DOTALL,
)
_FORMAT: Final = re.compile(rb"<(?:\w+:)?formatCode>.*?</(?:\w+:)?formatCode>", re.DOTALL)
_COUNT: Final = re.compile(rb"<(?:\w+:)?ptCount\s[^>]*?val\s*=\s*[\"'](\d+)[\"'][^>]*>")
_POINT: Final = re.compile(rb"<(?:\w+:)?pt\s([^>]*)>\s*<(?:\w+:)?v>([^<]*)</")
_INDEX: Final = re.compile(rb"\bidx\s*=\s*[\"'](\d+)[\"']")
_ITEM: Final = re.compile(rb"<(?:\w+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_SPOKEN: Final = re.compile(rb"<(\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
_TEXT: Final = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)


def redrawn(package: Package, parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the charts that are to remember other values, by part name.

    Only what a chart remembers of a row or column of one sheet is renewed, and only where it remembers
    all of its cells: of hidden ones a spreadsheet program leaves out what it does not draw.

    Parameters
    ----------
    package : Package
        The workbook as it was.
    parts : Mapping
        Its sheets with the values of today, by part name.
    """
    drawn = _Drawn(package, parts)
    found = {}
    for part in package.parts_of(CHART):
        before = package.read(part)
        after = _REMEMBERED.sub(drawn.renewed, before)
        if after != before:
            found[part] = after
    return found


class _Drawn:
    """The cells of a workbook that charts are drawn from."""

    def __init__(self, package: Package, parts: Mapping[str, bytes]) -> None:
        self._package, self._parts = package, parts
        self._sheets = {sheet.name.casefold(): sheet.part for sheet in package.sheets}
        self._texts: dict[str, SheetText] = {}
        self._known: dict[bytes, list[Cell] | None] = {}
        self._strings: list[bytes] | None = None

    def renewed(self, found: "re.Match[bytes]") -> bytes:
        """Return a reference with what its cells hold."""
        cells = self._cells(found["f"])
        count = _COUNT.search(found["cache"])
        if cells is None or count is None or int(count[1]) != len(cells):
            return found[0]
        p, kind, labels = found["p"], found["kind"], found["labels"] or b""
        if kind == b"num" and labels and any(isinstance(cell, str) and cell for cell in cells):
            kind = b"str"
        shown = _worded(cells) if kind == b"str" else _counted(cells, labels=bool(labels))
        old: dict[int, tuple[bytes, bytes]] = {}
        if kind == found["kind"]:
            points = ((_INDEX.search(tag), tag, text) for tag, text in _POINT.findall(found["cache"]))
            old = {int(index[1]): (tag, text) for index, tag, text in points if index}
        written = b""
        for i, text in shown:
            tag, before = old.get(i, (b'idx="%d"' % i, b""))
            same = kind == b"num" and _is_number(before, text)  # spelled in another way
            written += b"<%bpt %b><%bv>%b</%bv></%bpt>" % (p, tag, p, before if same else text, p, p)
        style = _FORMAT.search(found["cache"]) if kind == b"num" else None
        cache = (style[0] if style else b"") + b'<%bptCount val="%d"/>' % (p, len(cells)) + written
        return b"%b<%b%bRef><%bf>%b</%bf><%b%bCache>%b</%b%bCache>%b</%b%bRef>" % (
            labels, p, kind, p, found["f"], p, p, kind, cache, p, kind, found["rest"], p, kind
        )  # fmt: skip

    def _cells(self, formula: bytes) -> list[Cell] | None:
        """Return the cells of a row or a column of one sheet; None for any other reference."""
        if formula not in self._known:
            sheet, _, where = unescape(formula.decode()).strip().rpartition("!")
            part = self._sheets.get(unquoted(sheet).casefold())
            area = Area.parse(where)
            plain_one = part is not None and area is not None and 1 in (area.height, area.width)
            small = plain_one and area is not None and area.height * area.width <= _MANY
            self._known[formula] = self._read(part, area) if small and part and area else None
        return self._known[formula]

    def _read(self, part: str, area: Area) -> list[Cell]:
        if part not in self._texts:
            data = self._parts[part] if part in self._parts else self._package.read(part)
            self._texts[part] = SheetText(data, part)
        found = self._texts[part].values_of(area.cells())
        return [self._cell(*found.get(place, ("", ""))) for place in area.cells()]

    def _cell(self, value_type: str, text: str) -> Cell:
        if value_type != "s":
            return decoded(value_type, text)
        if self._strings is None:
            part = self._package.relation_part("sharedStrings")
            self._strings = (
                [] if part is None else [m[1] or b"" for m in _ITEM.finditer(self._package.read(part))]
            )
        index = int(text) if text.strip().isdigit() else -1
        if not 0 <= index < len(self._strings):
            return None
        item = _SPOKEN.sub(b"", self._strings[index])
        return unescaped("".join(map(plain, _TEXT.findall(item))))


def _worded(cells: Iterable[Cell]) -> Iterable[tuple[int, bytes]]:
    """Return the points of labels; a blank cell has none."""
    for i, cell in enumerate(cells):
        if isinstance(cell, str):
            yield i, escaped(cell)
        elif isinstance(cell, CellError):
            yield i, cell.code.encode()
        elif cell is not None:
            yield i, str(cell).upper().encode() if isinstance(cell, bool) else number_text(float(cell))


def _counted(cells: Iterable[Cell], *, labels: bool) -> Iterable[tuple[int, bytes]]:
    """Return the points of numbers: a text is drawn as 0, but a label that shows nothing is none."""
    for i, cell in enumerate(cells):
        if isinstance(cell, str):
            if not labels:
                yield i, b"0"
        elif isinstance(cell, CellError):
            yield i, cell.code.encode()
        elif cell is not None:
            yield i, number_text(float(cell))


def _is_number(text: bytes, number: bytes) -> bool:
    """Return whether a text is a number, however it is spelled."""
    try:
        return float(text) == float(number)
    except ValueError:
        return False
