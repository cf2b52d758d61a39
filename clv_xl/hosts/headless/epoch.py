"""Dates of workbooks that count from 1904, for functions that count from 1900.

The engine calculates such a workbook in its own system. Only what enters and leaves the functions
of the catalogue moves by 1462 days, and a number does not say that it is a date: as in a
spreadsheet program, the number format of the cell says it, or a function that makes dates.
"""

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from clv_xl.hosts.headless.address import Area, unquoted
from clv_xl.hosts.headless.formula import CALL, MARK, SPACE, TEXT, Token, bare_name, text_of
from clv_xl.hosts.headless.package import children, local

DAYS = 1462.0
TO_1900 = "_CLV_TO_1900"
TO_1904 = "_CLV_TO_1904"
_MAKES_DATES = frozenset(["DATE", "DATEVALUE", "EDATE", "EOMONTH", "NOW", "TODAY", "WORKDAY", "WORKDAY.INTL"])
_PASSES_DATES = frozenset(("MAX", "MIN", "IF", "INDEX", "XLOOKUP", "IFERROR"))
_BUILT_IN = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_LOOKED_AT = 12


def date_styles(styles: bytes) -> frozenset[int]:
    """Return the indexes of the cell styles whose number format shows a date.

    Parameters
    ----------
    styles : bytes
        The styles part of a workbook.
    """
    root = etree.fromstring(styles, etree.XMLParser(resolve_entities=False, no_network=True))
    formats = next(children(root, "numFmts"), None)
    codes = {f.get("numFmtId"): f.get("formatCode", "") for f in children(formats, "numFmt")}
    shown = frozenset(
        number
        for number, code in codes.items()
        if re.search("[dmyh]", _NOT_CODE.sub("", code), re.IGNORECASE)
    )
    listed = next((part for part in root if local(part) == "cellXfs"), None)
    found = set()
    for i, style in enumerate(children(listed, "xf")):
        number = style.get("numFmtId", "0")
        if number in shown or (number not in codes and number.isdigit() and int(number) in _BUILT_IN):
            found.add(i)
    return frozenset(found)


class Epoch:
    """Wraps arguments that hold dates.

    Parameters
    ----------
    is_date : callable
        (sheet, cells) to whether each cell is shown as a date.
    area_of : callable
        Defined name to (sheet, area), or None.
    """

    def __init__(
        self,
        is_date: Callable[[str, list[tuple[int, int]]], list[bool]],
        area_of: Callable[[str], tuple[str, Area] | None],
    ) -> None:
        self._is_date = is_date
        self._area_of = area_of

    def argument(self, parts: list[Token], sheet: str) -> list[Token]:
        """Return the tokens of one argument, wrapped where it holds dates."""
        mask = self._mask([part for part in parts if part.kind != SPACE], sheet)
        if "1" not in mask:
            return parts
        return [
            Token(CALL, TO_1900 + "("),
            *parts,
            Token(MARK, ","),
            Token(TEXT, f'"{mask}"'),
            Token(MARK, ")"),
        ]

    def _mask(self, parts: list[Token], sheet: str) -> str:
        """Return a 1 for each column of the argument that holds dates, a 0 for each other."""
        area = self._reference(text_of(parts), sheet)
        if area is not None:
            return self._columns(*area)
        first = bare_name(parts[0].text) if parts and parts[0].kind == CALL else ""
        if first in _MAKES_DATES:
            return "1"
        if first == TO_1904 or any(part.text in "*/" for part in parts):
            return "0"
        if parts[0].kind == CALL and first not in _PASSES_DATES:
            return "0"
        found = self._reference(text_of(_first_reference(parts)), sheet)
        return "0" if found is None else self._columns(*found)[:1]

    def _reference(self, text: str, sheet: str) -> tuple[str, Area] | None:
        where, mark, cells = text.rpartition("!")
        area = Area.parse(cells.replace("$", "")) if cells else None
        if area is not None:
            return (unquoted(where) if mark else sheet), area
        return self._area_of(text)

    def _columns(self, sheet: str, area: Area) -> str:
        rows = range(area.top, min(area.bottom, area.top + _LOOKED_AT) + 1)
        columns = range(area.left, area.right + 1)
        return "".join(
            "1" if any(self._is_date(sheet, [(row, column) for row in rows])) else "0" for column in columns
        )


def _first_reference(parts: list[Token]) -> list[Token]:
    """Return the tokens up to the first that ends a reference."""
    out: list[Token] = []
    for part in parts:
        if part.kind == CALL or part.text in ("(", ",", "+", "-", ")"):
            if out:
                break
            continue
        out.append(part)
    return out


def shifted_dates(days: float) -> Callable[[Any, Any], Any]:
    """Return a function of the engine that moves the numbers of the marked columns."""

    def move(value: Any, mask: Any = "1") -> Any:
        if not isinstance(value, list):
            return value + days if type(value) is float and value else value
        marks = str(mask)
        return [
            [
                cell + days if type(cell) is float and j < len(marks) and marks[j] == "1" else cell
                for j, cell in enumerate(row)
            ]
            for row in value
        ]

    return move
