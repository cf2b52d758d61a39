"""What the charts of a workbook remember, beside the cells that they are drawn from."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
from openpyxl.utils.datetime import to_excel

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def differing(path: Path) -> list[str]:
    """Return the references of charts whose remembered values are not what the cells show."""
    book = openpyxl.load_workbook(path, data_only=True)
    return [
        f"{part} {f}: {found} for {cells}" for part, f, found, cells in _pairs(path, book) if found != cells
    ]


def count(path: Path) -> int:
    """Return how many references to cells the charts have."""
    return sum(1 for _ in _references(path))


def _references(path: Path) -> Iterator[tuple[str, ET.Element, str]]:
    with zipfile.ZipFile(path) as package:
        for part in package.namelist():
            if part.startswith("xl/charts/chart"):
                root = ET.fromstring(package.read(part))  # noqa: S314  # written here
                for kind in ("num", "str"):
                    yield from ((part, found, kind) for found in root.iter(f"{_C}{kind}Ref"))


def _pairs(path: Path, book: Any) -> Iterator[tuple[str, str, dict[int, Any], dict[int, Any]]]:
    for part, element, kind in _references(path):
        formula = str(element.findtext(f"{_C}f"))
        sheet, _, where = formula.rpartition("!")
        found = book[sheet.strip("'").replace("''", "'")][where.replace("$", "")]
        rows = found if isinstance(found, tuple) else ((found,),)
        values = [cell.value for row in rows for cell in (row if isinstance(row, tuple) else (row,))]
        cache = element.find(f"{_C}{kind}Cache")
        assert cache is not None, formula
        assert int(cache.find(f"{_C}ptCount").get("val")) == len(values)  # type: ignore[union-attr, arg-type]
        told = {int(pt.get("idx", "")): pt.findtext(f"{_C}v") or "" for pt in cache.iter(f"{_C}pt")}
        shown: dict[int, Any] = dict(told) if kind == "str" else {i: float(v) for i, v in told.items()}
        wanted = {i: _cell(v, kind) for i, v in enumerate(values) if v is not None}
        if kind == "num":  # a text, which may be empty, is drawn as 0, but is no label among numbers
            shown, wanted = ({i: v for i, v in points.items() if v} for points in (shown, wanted))
        else:
            shown = {i: v for i, v in shown.items() if v}
        yield part, formula, shown, wanted


def _cell(value: Any, kind: str) -> Any:
    if kind == "str":
        return str(value)
    if isinstance(value, str):
        return 0.0
    return float(value if isinstance(value, (int, float)) else to_excel(value))  # type: ignore[no-untyped-call]
