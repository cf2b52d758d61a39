"""A grid as a new sheet of a copy of its workbook."""

import posixpath
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lxml import etree

from clv_xl.cells import Cell
from clv_xl.hosts.headless import output as files
from clv_xl.hosts.headless.address import MAX_COLUMN, letters
from clv_xl.hosts.headless.cell_text import CellText, Change
from clv_xl.hosts.headless.grid import Grid
from clv_xl.hosts.headless.package import Package, children, local
from clv_xl.hosts.headless.sheet_text import SheetText

_TYPES: Final = "[Content_Types].xml"
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_HEAD: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="%s">'
    b'<sheetViews><sheetView workbookViewId="0">'
    b'<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    b'<sheetFormatPr defaultRowHeight="15"/>'
    b'<cols><col min="1" max="%d" width="18" customWidth="1"/></cols><sheetData>'
)
_CELL: Final = CellText()
_LONGEST_NAME: Final = 31
Lines = list[list[tuple[Cell, int]]]


def write_copy(source: Path, output: Path, grid: Grid, name: str, *, together: bool = False) -> str:
    """Write a copy of a workbook with a new sheet that holds a grid.

    The grid is a table, a row a point. Where two cells were varied and one was read, the table of
    these two ways stands beside it as Excel's data tables do: the first cell's values down, the
    second's across.

    Parameters
    ----------
    source, output : Path
        The workbook, which is never changed, and the copy.
    grid : Grid
        What was calculated.
    name : str
        Name of the sheet; a number follows where the workbook has one of that name.
    together : bool
        Whether the cells were varied in step, so that there are no two ways.

    Returns
    -------
    str
        The name of the sheet.
    """
    with Package(source) as package:
        book = _Copy(package)
        name = book.free_name(name)
        lines = _table(grid)
        if not together and len(grid.inputs) == 2 and len(grid.columns) == 1:
            lines = _beside(lines, _two_ways(grid))
        styles = book.add_styles([*grid.targets, *grid.cells])
        book.add_sheet(name, _xml(lines, styles, book.namespace))
        files.write(package, output, book.parts)
    return name


def _table(grid: Grid) -> Lines:
    """Return the rows of cells, each with the number of the column whose style it takes; -1 a heading."""
    head: list[tuple[Cell, int]] = [(text, -1) for text in (*grid.inputs, *grid.columns)]
    return [head] + [
        [(cell, i) for i, cell in enumerate((*point, *row))]
        for point, row in zip(grid.points, grid.rows, strict=True)
    ]


def _two_ways(grid: Grid) -> Lines:
    across = len(grid.points)
    first = repr(grid.points[0][0])
    across = next((i for i, point in enumerate(grid.points) if repr(point[0]) != first), len(grid.points))
    lines: Lines = [[(None, 0), (grid.inputs[1], -1)]]
    lines.append([(f"{grid.columns[0]} ({grid.inputs[0]})", -1)])
    lines[1] += [(point[1], 1) for point in grid.points[:across]]
    for start in range(0, len(grid.points), across):
        lines.append([(grid.points[start][0], 0), *((r[0], 2) for r in grid.rows[start : start + across])])
    return lines


def _beside(lines: Lines, others: Lines) -> Lines:
    """Return one table with another to its right, a column between them."""
    width = len(lines[0])
    if width + 1 + max(map(len, others)) > MAX_COLUMN:
        return lines
    empty: list[tuple[Cell, int]] = [(None, 0)]
    return [[*line, *empty, *others[i]] if i < len(others) else line for i, line in enumerate(lines)] + [
        [*empty * (width + 1), *line] for line in others[len(lines) :]
    ]


def _xml(lines: Lines, styles: Sequence[bytes], namespace: str) -> bytes:
    """Return the part of the sheet; the last of `styles` is that of a heading."""
    wide = max(map(len, lines))
    out = [_HEAD % (namespace.encode(), wide)]
    names = [letters(i + 1) for i in range(wide)]
    for number, line in enumerate(lines, 1):
        cells = [
            _CELL.made(f"{names[j]}{number}", Change(cell, style=styles[style]))
            for j, (cell, style) in enumerate(line)
            if cell is not None
        ]
        out.append(b'<row r="%d">%s</row>' % (number, b"".join(cells)))
    out.append(b"</sheetData></worksheet>")
    return b"".join(out)


class _Copy:
    """The parts of a workbook that a new sheet changes."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.parts: dict[str, bytes] = {}
        self._workbook = _root(package.read(package.workbook_part))
        self.namespace = self._workbook.tag.rpartition("}")[0].removeprefix("{")

    def free_name(self, name: str) -> str:
        """Return a name that no sheet has."""
        sheets = next(children(self._workbook, "sheets"))
        taken = {sheet.get("name", "").casefold() for sheet in sheets}
        found, number = name[:_LONGEST_NAME], 2
        while found.casefold() in taken:
            found = f"{name[: _LONGEST_NAME - 6]} {number}"
            number += 1
        return found

    def add_styles(self, cells: Sequence[tuple[str, tuple[int, int]]]) -> list[bytes]:
        """Return a style for each cell that shows numbers as it does, and one for headings at the end."""
        part = self._package.relation_part("styles")
        if part is None:
            return [b""] * (len(cells) + 1)
        root = _root(self._package.read(part))
        styles, fonts = (next((c for c in root if local(c) == tag), None) for tag in ("cellXfs", "fonts"))
        if styles is None or fonts is None or not len(fonts):
            return [b""] * (len(cells) + 1)
        old = [style.get("numFmtId", "0") for style in styles]
        known: dict[str, bytes] = {"0": b""}
        found = []
        for cell, number in zip(cells, self._indexes(cells), strict=True):
            code = old[number] if number < len(old) else "0"
            if code not in known:
                known[code] = _add(styles, numFmtId=code, fontId="0", applyNumberFormat="1")
            found.append(known[code])
            del cell
        bold = etree.fromstring(etree.tostring(fonts[0]))
        if not any(local(child) == "b" for child in bold):
            bold.insert(0, etree.SubElement(bold, _like(bold, "b")))
        fonts.append(bold)
        _count(fonts)
        heading = _add(styles, numFmtId="0", fontId=str(len(fonts) - 1), applyFont="1")
        _count(styles)
        self.parts[part] = _bytes(root)
        return [*found, heading]

    def _indexes(self, cells: Sequence[tuple[str, tuple[int, int]]]) -> list[int]:
        """Return the style that each cell has in the workbook."""
        parts = {sheet.name: sheet.part for sheet in self._package.sheets}
        texts = {
            name: SheetText(self._package.read(parts[name]), parts[name]) for name in {c[0] for c in cells}
        }
        styles = {name: text.styles_of([c[1] for c in cells if c[0] == name]) for name, text in texts.items()}
        return [styles[name].get(place, 0) for name, place in cells]

    def add_sheet(self, name: str, text: bytes) -> None:
        """Add a sheet as the last."""
        folder, file = posixpath.split(self._package.workbook_part)
        number = 1
        while self._package.has(target := f"{folder}/worksheets/sheet{number}.xml".lstrip("/")):
            number += 1
        self.parts[target] = text
        relations = posixpath.join(folder, "_rels", f"{file}.rels")
        root = _root(self._package.read(relations))
        taken = {relation.get("Id") for relation in root}
        key = next(f"rId{i}" for i in range(1, len(taken) + 2) if f"rId{i}" not in taken)
        kind = next(
            (r.get("Type", "") for r in root if r.get("Type", "").endswith("/worksheet")),
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet",
        )
        relation = etree.SubElement(root, _like(root, "Relationship"))
        for attribute, value in (("Id", key), ("Type", kind), ("Target", f"/{target}")):
            relation.set(attribute, value)
        self.parts[relations] = _bytes(root)
        types = _root(self._package.read(_TYPES))
        override = etree.SubElement(types, _like(types, "Override"))
        override.set("PartName", f"/{target}")
        override.set("ContentType", _SHEET)
        self.parts[_TYPES] = _bytes(types)
        sheets = next(children(self._workbook, "sheets"))
        numbers = [int(sheet.get("sheetId", "0")) for sheet in sheets]
        sheet = etree.SubElement(sheets, _like(sheets, "sheet"))
        sheet.set("name", name)
        sheet.set("sheetId", str(max(numbers, default=0) + 1))
        sheet.set(f"{{{kind.removesuffix('/worksheet')}}}id", key)
        self.parts[self._package.workbook_part] = _bytes(self._workbook)


def _root(data: bytes) -> "etree._Element":
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def _bytes(root: "etree._Element") -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _like(element: "etree._Element", name: str) -> str:
    """Return a tag in the namespace of an element."""
    return f"{element.tag.rpartition('}')[0]}}}{name}" if "}" in element.tag else name


def _add(styles: "etree._Element", **attributes: str) -> bytes:
    """Add a cell style; return its index."""
    style = etree.SubElement(styles, _like(styles, "xf"))
    for name, value in {"fillId": "0", "borderId": "0", "xfId": "0", **attributes}.items():
        style.set(name, value)
    return str(len(styles) - 1).encode()


def _count(element: "etree._Element") -> None:
    if element.get("count") is not None:
        element.set("count", str(len(element)))
