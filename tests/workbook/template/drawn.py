"""Charts of a calculated template: each series with the cells that it is drawn from."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from tests.workbook.template.built import Built

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
NAMES = {"c": _C.strip("{}"), "a": _A.strip("{}")}  # for paths in the part of a chart


@dataclass(frozen=True)
class Series:
    """A series: its name, categories or ages, values, whether it is seen, and the kind of its chart."""

    name: str
    across: list[Any]
    values: list[Any]
    seen: bool
    kind: str

    def numbers(self) -> dict[Any, float]:
        """Return the values that are numbers, by category."""
        pairs = zip(self.across, self.values, strict=True)
        return {where: value for where, value in pairs if isinstance(value, (int, float))}


@dataclass(frozen=True)
class Drawn:
    """A chart: its series but for the 0 of bars, whether its first category stands on top, and its part."""

    series: list[Series]
    first_on_top: bool
    root: ET.Element

    def all(self, path: str) -> list[ET.Element]:
        """Return the elements of its part at a path, such as ``.//c:valAx/c:scaling/c:min``."""
        return self.root.findall(path, NAMES)

    def unseen(self) -> list[str]:
        """Return where the numbers stand that are on the axis of bars without being drawn."""
        values = (one for one in self.all(".//c:ser") if one.find("c:cat", NAMES) is None)
        return [str(one.findtext("c:val//c:f", namespaces=NAMES)) for one in values]

    def one(self, name: str) -> Series:
        """Return the series of a name."""
        return next(one for one in self.series if one.name == name)


def charts(built: Built, key: str) -> list[Drawn]:
    """Return the charts drawn from a sheet, in the order of their parts."""
    return [drawn for title, drawn in _all(built) if title == built.kit.word(f"sheet.{key}")]


def every_chart(built: Built) -> list[tuple[str, Drawn]]:
    """Return the charts of all sheets, each with the name of the sheet that it is drawn from."""
    return list(_all(built))


def _all(built: Built) -> Iterator[tuple[str, Drawn]]:
    with zipfile.ZipFile(built.path) as package:
        parts = [name for name in package.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
        for part in sorted(parts, key=lambda name: int("".join(filter(str.isdigit, name)))):
            root = ET.fromstring(package.read(part))  # noqa: S314  # written here
            yield _chart(built, root)


def _chart(built: Built, root: ET.Element) -> tuple[str, Drawn]:
    found, sheet = [], ""
    for plot in root.iter(f"{_C}plotArea"):
        for kind in plot:
            for element in kind.findall(f"{_C}ser"):
                values = _formula(element, "yVal", "val")
                if not any(element.find(f"{_C}{name}") is not None for name in ("xVal", "cat")):
                    continue  # what is to be on the axis and nobody sees
                sheet = values.rpartition("!")[0].strip("'").replace("''", "'")
                found.append(_series(built, element, kind.tag.removeprefix(_C)))
    turned = [e.get("val") for e in root.iter(f"{_C}orientation")]
    return sheet, Drawn(found, "maxMin" in turned, root)


def _series(built: Built, element: ET.Element, kind: str) -> Series:
    name = element.find(f"{_C}tx")
    reference = name.find(f".//{_C}f") if name is not None else None
    spoken = name.find(f".//{_C}v") if name is not None else None
    words = spoken.text if spoken is not None else ""
    if reference is not None:
        words = cells(built, str(reference.text))[0]
    look = element.find(f"{_C}spPr")
    hidden = look is not None and look.find(f"{_A}noFill") is not None
    return Series(
        str(words),
        cells(built, _formula(element, "xVal", "cat")),
        cells(built, _formula(element, "yVal", "val")),
        not hidden,
        kind,
    )


def _formula(element: ET.Element, *names: str) -> str:
    for name in names:
        found = element.find(f"{_C}{name}")
        if found is not None:
            return str(found.find(f".//{_C}f").text)  # type: ignore[union-attr]
    raise AssertionError(names)


def cells(built: Built, reference: str) -> list[Any]:
    """Return the values of a row, column or cell; days as days."""
    sheet, _, where = reference.rpartition("!")
    found = built.values[sheet.strip("'").replace("''", "'")][where.replace("$", "")]
    rows = found if isinstance(found, tuple) else ((found,),)
    values = [cell.value for row in rows for cell in (row if isinstance(row, tuple) else (row,))]
    return [value.date() if isinstance(value, dt.datetime) else value for value in values]
