"""Workbooks made for the tests, a stand-in for the catalogue, and a look into what came out."""

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import xlsxwriter
from lxml import etree

from clv_xl.cells import Block, Cell
from clv_xl.errors import NUM, VALUE, CellError
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.engine import Answer
from clv_xl.hosts.headless.report import Report

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def _clv(cells: Sequence[Cell | Block]) -> Cell | Block:
    """avg x frequency x lifespan x margin - cac, with margin 1 when left out."""
    for cell in cells:
        if isinstance(cell, CellError):
            return cell
    numbers = [*cells, *[None] * (5 - len(cells))]
    if any(isinstance(n, (Block, str)) for n in numbers):
        return CellError(VALUE, "wrong_kind")
    a, f, n, margin, cac = (float(default if v is None else v)  # type: ignore[arg-type]
                            for v, default in zip(numbers, (0, 0, 0, 1, 0), strict=True))  # fmt: skip
    return CellError(NUM, "negative_lifespan", got=n) if n < 0 else a * f * n * margin - cac


def _mean(cells: Sequence[Cell | Block]) -> Cell | Block:
    numbers = [v for v in _flat(cells) if isinstance(v, float)]
    return sum(numbers) / len(numbers)


def _flat(cells: Sequence[Cell | Block]) -> list[Cell]:
    return [v for c in cells for v in ([x for row in c.rows() for x in row] if isinstance(c, Block) else [c])]


def _seen(cells: Sequence[Cell | Block]) -> Cell | Block:
    """Show what arrived, as a text."""
    return " ".join(
        f"{c.height}x{c.width}" if isinstance(c, Block) else c.code if isinstance(c, CellError) else repr(c)
        for c in cells
    )


def _table(cells: Sequence[Cell | Block]) -> Cell | Block:
    """Return a header and as many rows as asked for."""
    rows: list[list[Any]] = [["id", "value", "note"]]
    rows += [[float(i), i * 10.0, None if i % 2 else "even"] for i in range(1, int(float(cells[0] or 0)) + 1)]  # type: ignore[arg-type]
    return Block.from_rows(rows)


def _broken(_: Sequence[Cell | Block]) -> Cell | Block:
    return Block.from_rows([[1.0, CellError(NUM, "bad_row", row=1)], [2.0, 3.0]])


def _serial(cells: Sequence[Cell | Block]) -> Cell | Block:
    """Return the first number of every argument added up: for dates."""
    return sum(v for v in _flat(cells) if isinstance(v, float))


class Fake:
    """Functions of the names that a catalogue has, with bodies a test can reckon in its head."""

    answers: ClassVar[dict[str, Answer]] = {
        **dict.fromkeys(("CLV", "CLV.VALUE", "_xldudf_CLV", "_xll.CLV"), _clv),
        **dict.fromkeys(("CLV.AOV", "CLV_AOV", "_xldudf_CLV_AOV", "_xll.CLV.AOV"), _mean),
        "CLV.SEEN": _seen,
        "CLV.TABLE": _table,
        "CLV.BROKEN": _broken,
        "CLV.SERIAL": _serial,
    }

    def names(self) -> Iterable[str]:
        return self.answers

    def bind(self, name: str) -> Answer:
        return self.answers[name]


Fill = Callable[[xlsxwriter.Workbook], None]


def make(path: Path, fill: Fill, **options: Any) -> Path:
    """Write a workbook with XlsxWriter."""
    book = xlsxwriter.Workbook(str(path), options)
    fill(book)
    book.close()
    return path


def formulas(path: Path, cells: dict[str, str], values: dict[str, Any] | None = None) -> Path:
    """Write a workbook of one sheet, S, with formulas (old value 5) and constants."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        for cell, value in (values or {}).items():
            sheet.write(cell, value)
        for cell, formula in cells.items():
            sheet.write_formula(cell, formula, None, 5)

    return make(path, fill)


def patched(path: Path, part: str, *pairs: tuple[str, str]) -> Path:
    """Replace texts in one part of a package, in place."""
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    text = parts[part].decode()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    parts[part] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def run(path: Path, **options: Any) -> tuple[Report, Path]:
    """Calculate a workbook with the stand-in functions."""
    output = path.with_name(f"{path.stem}_out{path.suffix}")
    return calculate(path, output, Fake(), **options), output


def cells(path: Path, part: str = "xl/worksheets/sheet1.xml") -> dict[str, tuple[str, str | None]]:
    """Return type and text of every cell that has a value."""
    with zipfile.ZipFile(path) as package:
        root = etree.fromstring(package.read(part))
    found = {}
    for cell in root.iterfind(".//m:c", NS):
        value = cell.find("m:v", NS)
        if value is not None:
            found[cell.get("r", "")] = (cell.get("t", "n"), value.text)
    return found


def parts(path: Path) -> dict[str, bytes]:
    """Return every part of a package."""
    with zipfile.ZipFile(path) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def without_values(sheet: bytes) -> bytes:
    """Return the XML of a sheet without its values and the types of its cells."""
    sheet = re.sub(rb"<v>[^<]*</v>|<v/>", b"", sheet)
    return re.sub(rb'(<c [^<>]*?) t="\w+"', rb"\1", sheet)
