"""The XML of one worksheet as bytes: where its formulas stand, and cells replaced in place.

The text is never parsed into a tree and written again: what no change touches keeps its bytes.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape

from clv_xl.errors import UserError
from clv_xl.hosts.headless.address import Area, a1, cell_of, column_number
from clv_xl.hosts.headless.cell_text import CellText, Change, attributes, plain

Place = tuple[int, int]
Edit = tuple[int, int, bytes]
_ROOT = re.compile(rb"<([\w.-]+:)?worksheet[\s>]")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_SPANS = re.compile(rb'(\sspans\s*=\s*)"(\d+):(\d+)"')
_CONTENT = re.compile(rb"<(?:[\w.-]+:)?(?:v|f|is)[\s>/]")
_USUAL = re.compile(rb' r="([A-Z]{1,2})([1-9][0-9]{0,5})"(?: s="([0-9]+)")?(?: t="(\w+)")?\Z')
_ADDRESS = re.compile(rb"""\sr\s*=\s*["']""")


@dataclass(slots=True)
class FormulaCell:
    """A cell that holds a formula.

    Parameters
    ----------
    row, column : int
        Its place, from 1.
    kind : str
        ``""``, ``"shared"``, ``"array"`` or ``"dataTable"``.
    text : str
        The formula without ``=``; empty in the later cells of a shared formula.
    ref : Area or None
        What a shared, array or data table formula covers.
    dynamic : bool
        Whether the cell is marked to spill.
    old_type, old_text : str
        The cached value as the file holds it.
    extra : dict
        Attributes of the formula element.
    """

    row: int
    column: int
    start: int
    end: int
    kind: str = ""
    text: str = ""
    ref: Area | None = None
    dynamic: bool = False
    style: int = 0
    old_type: str = ""
    old_text: str = ""
    extra: dict[str, str] = field(default_factory=dict)


class SheetText:
    """The bytes of one worksheet part.

    Parameters
    ----------
    data : bytes
        The part.
    part : str
        Its name, for messages.
    """

    def __init__(self, data: bytes, part: str = "") -> None:
        root = _ROOT.search(data, 0, 65536)
        if root is None or b"<!DOCTYPE" in data[:4096]:
            raise UserError("headless_broken_file", path="", part=part)
        self.prefix = root[1] or b""
        p = re.escape(self.prefix)
        self.part = part
        self._cells = CellText(self.prefix)
        self._count = 0
        self._row_tag = re.compile(rb"<" + p + rb"row((?:\s[^<>]*?)?)(/?)>")
        self._cell_tag = re.compile(rb"<" + p + rb"c((?:\s[^<>]*?)?)(?:/>|>.*?</" + p + rb"c\s*>)", re.DOTALL)
        self._formula_cell = re.compile(
            rb"<" + p + rb"c((?:\s[^<>]*)?)>\s*<" + p + rb"f((?:\s[^<>]*?)?)(?:/>|>(.*?)</" + p + rb"f\s*>)"
            rb"(.*?)</" + p + rb"c\s*>",
            re.DOTALL,
        )
        self._sheet_data = re.compile(rb"<" + p + rb"sheetData((?:\s[^<>]*?)?)(/?)>")
        self.data = self._opened(self._addressed(data))
        # Comments may hold anything that looks like a cell; offsets stay true when they are blanked.
        self._scan = (
            _COMMENT.sub(lambda found: b" " * len(found[0]), self.data) if b"<!--" in self.data else self.data
        )

    def _addressed(self, data: bytes) -> bytes:
        """Return the text with an address on every row and cell, which the format leaves optional."""
        first_row, first_cell = self._row_tag.search(data), self._cell_tag.search(data)
        if first_row is None or (
            _ADDRESS.search(first_row[1]) and (first_cell is None or _ADDRESS.search(first_cell[1]))
        ):
            return data
        tag = re.compile(rb"<" + re.escape(self.prefix) + rb"(row|c)((?=[\s/>])(?:\s[^<>]*?)?)(/?)>")
        row = column = 0

        def with_address(found: "re.Match[bytes]") -> bytes:
            nonlocal row, column
            given = attributes(found[2]).get("r")
            if found[1] == b"row":
                row, column = int(given) if given else row + 1, 0
                address = str(row)
            else:
                column = (cell_of(given) or (0, column + 1))[1] if given else column + 1
                address = a1(row, column)
            if given:
                return found[0]
            return b'<%s%s r="%s"%s%s>' % (self.prefix, found[1], address.encode(), found[2], found[3])

        return tag.sub(with_address, data)

    def _opened(self, data: bytes) -> bytes:
        """Return the text with room for rows in an empty sheet."""
        found = self._sheet_data.search(data)
        if found is None:
            raise UserError("headless_broken_file", path="", part=self.part)
        if not found[2]:
            return data
        room = b"<%ssheetData%s></%ssheetData>" % (self.prefix, found[1], self.prefix)
        return data[: found.start()] + room + data[found.end() :]

    def formulas(self) -> Iterator[FormulaCell]:
        """Return every formula cell in the order of the file."""
        value = self._cells.usual_value
        for found in self._formula_cell.finditer(self._scan):
            tag, attrs, text, rest = found.groups()
            usual, cached = _USUAL.match(tag), value.match(rest)
            if usual and cached and text is not None and not attrs and b"<" not in text:
                column, row, style, kind = usual.groups()
                # Nearly every formula cell: no attributes to look through.
                yield FormulaCell(
                    int(row),
                    column_number(column.decode()),
                    found.start(),
                    found.end(),
                    "",
                    unescape(text.decode()).removeprefix("="),
                    style=int(style or 0),
                    old_type="n" if kind is None else kind.decode(),
                    old_text=unescape(cached[1].decode()),
                )
                continue
            cell, formula = attributes(found[1]), attributes(found[2])
            place = cell_of(cell.get("r", ""))
            if place is None:
                raise UserError("headless_broken_file", path="", part=self.part)
            old_type, old_text = self._cells.old_value(cell, found[4])
            yield FormulaCell(
                place[0],
                place[1],
                found.start(),
                found.end(),
                formula.get("t", ""),
                plain(found[3] or b"").removeprefix("="),
                Area.parse(formula["ref"]) if "ref" in formula else None,
                "cm" in cell,
                int(cell.get("s", "0") or 0),
                old_type,
                old_text,
                formula,
            )

    @cached_property
    def _rows(self) -> tuple[list[int], list[tuple[int, int, int]]]:
        """Row numbers, and for each the start of its tag, of its content and its end."""
        numbers: list[int] = []
        spans: list[tuple[int, int, int]] = []
        closing = b"</" + self.prefix + b"row"
        for found in self._row_tag.finditer(self._scan):
            number = int(attributes(found[1])["r"])
            end = found.end() if found[2] else self._scan.find(closing, found.end())
            if end < 0 or (numbers and number <= numbers[-1]):
                raise UserError("headless_broken_file", path="", part=self.part)
            numbers.append(number)
            spans.append((found.start(), found.end(), end))
        return numbers, spans

    @cached_property
    def last_row(self) -> int:
        """Number of the last row that has an element; 1 on an empty sheet."""
        place = self._scan.rfind(b"<" + self.prefix + b"row ")
        found = self._row_tag.match(self._scan, place) if place >= 0 else None
        return int(attributes(found[1])["r"]) if found else 1

    @cached_property
    def last_column(self) -> int:
        """Number of the last column that has a cell; 1 on an empty sheet."""
        cell = re.compile(rb"<" + re.escape(self.prefix) + rb'c\s(?:[^<>]*?\s)??r="([A-Z]+)')
        columns = set(cell.findall(self._scan))
        return max((column_number(found.decode()) for found in columns), default=1)

    def merged(self) -> list[Area]:
        """Return the areas of the merged cells."""
        tag = re.compile(rb"<" + re.escape(self.prefix) + rb'mergeCell\s[^<>]*?ref\s*=\s*"([^"]*)"')
        start = max(self._scan.rfind(b"</" + self.prefix + b"sheetData"), 0)
        found = (Area.parse(ref.decode()) for ref in tag.findall(self._scan, start))
        return [area for area in found if area is not None]

    def styles_of(self, cells: "list[tuple[int, int]]") -> dict[tuple[int, int], int]:
        """Return the style index of each cell that has an element."""
        found = {}
        for row, column in cells:
            old = self._row_cells(row).get(column)
            if old is not None:
                tag = self._cell_tag.match(self._scan, old[0])
                found[row, column] = int(attributes(tag[1]).get("s", "0")) if tag else 0
        return found

    def values_of(self, cells: Iterable[Place]) -> dict[Place, tuple[str, str]]:
        """Return type and text of the value of each cell that has an element."""
        wanted: dict[int, list[int]] = {}
        for row, column in cells:
            wanted.setdefault(row, []).append(column)
        found = {}
        for row, columns in wanted.items():
            spans = self._row_cells(row)
            for column in columns:
                tag = self._cell_tag.match(self._scan, spans[column][0]) if column in spans else None
                if tag is not None:
                    body = self._scan[tag.end(1) : tag.end()]
                    found[row, column] = self._cells.old_value(attributes(tag[1]), body)
        return found

    def is_empty(self, row: int, column: int) -> bool:
        """Return whether a cell has neither a value nor a formula in the file."""
        span = self._row_cells(row).get(column)
        return span is None or not _CONTENT.search(self._scan, *span)

    def _row_cells(self, row: int) -> dict[int, tuple[int, int]]:
        """Return the byte span of every cell of a row by column."""
        numbers, spans = self._rows
        i = bisect_right(numbers, row) - 1
        if i < 0 or numbers[i] != row:
            return {}
        cells = {}
        for found in self._cell_tag.finditer(self._scan, spans[i][1], spans[i][2]):
            place = cell_of(attributes(found[1]).get("r", ""))
            if place is not None:
                cells[place[1]] = found.span()
        return cells

    def changed(
        self, known: Mapping[Place, tuple[int, int]], changes: Mapping[Place, Change]
    ) -> tuple[bytes, int]:
        """Return the text with cells replaced, made or emptied, and how many cells are new or other.

        Parameters
        ----------
        known : Mapping
            Byte spans of the formula cells, from :meth:`formulas`.
        changes : Mapping
            What becomes of each (row, column).
        """
        self._count = 0
        edits: list[Edit] = []
        strangers: dict[int, dict[int, Change]] = {}
        for place, change in changes.items():
            span = known.get(place)
            if span is None:
                strangers.setdefault(place[0], {})[place[1]] = change
            else:
                edits.append(self._edit(span, place, change))
        for row in sorted(strangers):
            edits.extend(self._row_edits(row, strangers[row]))
        made = [place for place, change in changes.items() if place not in known and change.value is not None]
        if made:
            edits.extend(self._dimension_edit(made))
        return self._spliced(edits), self._count

    def _edit(self, span: tuple[int, int], place: Place, change: Change) -> Edit:
        """Return the edit for a cell that stands in the text."""
        old = self.data[slice(*span)]
        new = self._cells.usual(old, change)
        if new is None:
            new = self._cells.changed(old, a1(*place), change)
        self._count += new != old
        return *span, new

    def _spliced(self, edits: list[Edit]) -> bytes:
        edits.sort(key=lambda edit: (edit[0], edit[1]))
        parts: list[bytes] = []
        at = 0
        for start, end, new in edits:
            parts.append(self.data[at:start])
            parts.append(new)
            at = end
        parts.append(self.data[at:])
        return b"".join(parts)

    def _row_edits(self, row: int, changes: dict[int, Change]) -> list[Edit]:
        """Return the edits for cells of one row that are no formula cells."""
        cells = self._row_cells(row)
        numbers, spans = self._rows
        i = bisect_right(numbers, row) - 1
        exists = i >= 0 and numbers[i] == row
        edits = []
        new: list[tuple[int, bytes]] = []
        for column, change in sorted(changes.items()):
            if column in cells:
                span = cells[column]
                edits.append(self._edit(span, (row, column), change))
            elif change.value is not None:
                new.append((column, self._cells.made(a1(row, column), change)))
                self._count += 1
        if not new:
            return edits
        if not exists:
            edits.append(self._new_row(row, b"".join(text for _, text in new)))
            return edits
        start, inside, _ = spans[i]
        tag = self.data[start:inside]
        wider = _widened(tag, new[0][0], new[-1][0])
        if tag.endswith(b"/>"):
            content = b"".join(text for _, text in new)
            return [*edits, (start, inside, wider[:-2] + b">" + content + b"</" + self.prefix + b"row>")]
        if wider != tag:
            edits.append((start, inside, wider))
        columns = sorted(cells)
        for column, text in new:
            after = bisect_right(columns, column)
            place = cells[columns[after - 1]][1] if after else inside
            edits.append((place, place, text))
        return edits

    def _new_row(self, row: int, content: bytes) -> tuple[int, int, bytes]:
        numbers, spans = self._rows
        text = b'<%srow r="%d">%s</%srow>' % (self.prefix, row, content, self.prefix)
        after = bisect_right(numbers, row)
        if after < len(numbers):
            return spans[after][0], spans[after][0], text
        found = self._sheet_data.search(self._scan)
        if found is None:
            raise UserError("headless_broken_file", path="", part=self.part)
        end = self._scan.find(b"</" + self.prefix + b"sheetData", found.end())
        return end, end, text

    def _dimension_edit(self, made: list[tuple[int, int]]) -> list[Edit]:
        """Return the edit that widens ``<dimension>`` where a spill goes beyond it."""
        found = re.search(
            rb"(<" + re.escape(self.prefix) + rb'dimension\s[^<>]*?ref\s*=\s*")([^"]*)(")', self._scan[:65536]
        )
        area = Area.parse(found[2].decode()) if found else None
        if found is None or area is None:
            return []
        wide = Area(
            min(area.top, *(r for r, _ in made)) if made else area.top,
            min(area.left, *(c for _, c in made)),
            max(area.bottom, *(r for r, _ in made)),
            max(area.right, *(c for _, c in made)),
        )
        return [] if wide == area else [(found.start(2), found.end(2), str(wide).encode())]


def _widened(tag: bytes, first: int, last: int) -> bytes:
    """Return a row's start tag with its ``spans`` covering two more columns."""

    def wide(found: "re.Match[bytes]") -> bytes:
        return b'%s"%d:%d"' % (found[1], min(int(found[2]), first), max(int(found[3]), last))

    return _SPANS.sub(wide, tag, count=1)


def column_styles(data: bytes, prefix: bytes) -> dict[int, int]:
    """Return the style index of every styled column, from ``<cols>``."""
    styles: dict[int, int] = {}
    head = data[: max(data.find(b"<" + prefix + b"sheetData"), 0)]
    for tag in re.findall(rb"<" + re.escape(prefix) + rb"col(\s[^<>]*?)/?>", head):
        column = attributes(tag)
        if "style" in column:
            first, last = int(column.get("min", "1")), int(column.get("max", "1"))
            if last - first < 1000:
                styles.update(dict.fromkeys(range(first, last + 1), int(column["style"])))
    return styles
