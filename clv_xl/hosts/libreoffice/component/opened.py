"""A spreadsheet has been opened: formulas with names of the Excel builds get the names of this host.

LibreOffice reads one name of a function from a file of Excel; the others it keeps as unknown ones, in small
letters. They are found here, so that ``CLV_AOV(...)`` of a workbook with macros calculates too. In the same
way LibreOffice 7.4 keeps the whole of a table, ``Orders[#All]``: it reads ``Orders[[#All]]`` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import unohelper
from com.sun.star.task import XJob

PREFIXES = ("_xldudf_", "_xll.")
UNKNOWN = r"(_xldudf_|_xll\.)?clv[._a-z]*\("
WHOLE_TABLE = r"\[#(all|data|headers|totals)\]"
BARE, BARE_METHOD = "CLV", "CLV.VALUE"
FORMULAS = 0  # what a search of cells looks at
_TOKEN = re.compile(rf'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|(?<!\[){WHOLE_TABLE}|(?<![\w.]){UNKNOWN}')
_OURS = re.compile(r"\bclv[._a-z]*\(", re.IGNORECASE)


class Opened(unohelper.Base, XJob):
    """What LibreOffice starts for each spreadsheet that it has opened."""

    known: frozenset[str]

    def __init__(self, context: Any, *_: Any) -> None:
        pass

    def execute(self, arguments: Any) -> None:
        """Mend the names in the document of the event; a fault must not keep it from opening."""
        given = {entry.Name: entry.Value for entry in arguments}
        environment = {entry.Name: entry.Value for entry in given.get("Environment", ())}
        document = environment.get("Model")
        if document is not None and document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            mend(document, self.known)


def mend(document: Any, known: frozenset[str]) -> int:
    """Put our names for those of the Excel builds; return how many formulas were changed.

    Parameters
    ----------
    document : spreadsheet
        Whose formulas are looked at. It counts as unchanged, and there is nothing to undo.
    known : set of str
        The names of this host, such as ``CLV.AOV``.
    """
    modified, changed = document.isModified(), 0
    undo = document.UndoManager
    undo.lock()
    try:
        for sheet in (document.Sheets.getByIndex(i) for i in range(document.Sheets.Count)):
            if not sheet.isProtected():
                changed += _mend_sheet(sheet, known)
    finally:
        undo.unlock()
        if changed and not modified:
            document.setModified(False)
    return changed


def _mend_sheet(sheet: Any, known: frozenset[str]) -> int:
    changed = 0
    for cell in _cells(sheet):
        formula = cell.getFormula()
        spread = formula.startswith("{=")
        formula = formula[1:-1] if spread else formula
        mended = renamed(formula, known)
        if mended == formula:
            continue
        if spread:
            cursor = sheet.createCursorByRange(cell)
            cursor.collapseToCurrentArray()
            cursor.setArrayFormula(mended)
        else:
            cell.setFormula(mended)
        changed += 1
    return changed


def _cells(sheet: Any) -> Iterator[Any]:
    """Yield the cells whose formula holds a name that LibreOffice does not know, as it writes those."""
    wanted = sheet.createSearchDescriptor()
    wanted.SearchString = f"{UNKNOWN}|{WHOLE_TABLE}"
    wanted.SearchRegularExpression = True
    wanted.SearchCaseSensitive = True
    wanted.SearchType = FORMULAS
    found = sheet.findAll(wanted)
    for k in range(found.Count if found is not None else 0):
        area = found.getByIndex(k)
        place = area.RangeAddress
        for row in range(place.EndRow - place.StartRow + 1):
            for column in range(place.EndColumn - place.StartColumn + 1):
                yield area.getCellByPosition(column, row)


def renamed(formula: str, known: frozenset[str]) -> str:
    """Return a formula that calls us with our names; texts and names of sheets stay as they are.

    >>> renamed('=clv_aov(A1:A9)&"clv_aov("', frozenset(["CLV.AOV"]))
    '=CLV.AOV(A1:A9)&"clv_aov("'
    """

    def ours(token: re.Match[str]) -> str:
        text = token.group()
        if text[0] in "\"'":
            return text
        if text[0] == "[":
            return f"[[#{text[2].upper()}{text[3:]}]"
        name = text[:-1]
        for prefix in PREFIXES:
            name = name[len(prefix) :] if name.startswith(prefix) else name  # noqa: FURB188  Python 3.8 has no other
        name = name.upper().replace("_", ".")
        name = BARE_METHOD if name == BARE else name
        return name + "(" if name in known else text

    return _TOKEN.sub(ours, formula) if _OURS.search(formula.replace("_xldudf_", "")) else formula
