"""A spreadsheet has been opened: formulas with names of the Excel builds get the names of this host.

LibreOffice reads one name of a function from a file of Excel; the others it keeps as unknown ones, in small
letters, or takes for the macros of that workbook, in capitals: those reach Python on Windows alone. They are
found here, so that ``CLV_AOV(...)`` of a workbook with macros calculates too. In the same way LibreOffice 7.4
keeps the whole of a table, ``Orders[#All]``: it reads ``Orders[[#All]]`` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import unohelper
from com.sun.star.task import XJob

from .calculator import Calculator  # noqa: TC001  the same

PREFIXES = ("_xldudf_", "_xll.")
UNKNOWN = r"(_xldudf_|_xll\.)?(clv[._a-z]*|CLV(_[._A-Z]*)?)\("
WHOLE_TABLE = r"\[#(all|data|headers|totals)\]"
ONE_CELL = r"_xlfn\.single\("  # what Excel writes for an @ before a function
BARE, BARE_METHOD = "CLV", "CLV.VALUE"
FORMULAS = 0  # what a search of cells looks at: texts too, as they are typed
FORMULA_CELLS = 16  # com.sun.star.sheet.CellFlags.FORMULA
_TOKEN = re.compile(
    rf'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|(?<!\[){WHOLE_TABLE}|{ONE_CELL}(?=(?:_xldudf_|_xll\.)?(?i:clv)[._A-Za-z]*\()'
    rf"|(?<![\w.]){UNKNOWN}"
)
_OURS = re.compile(r"\bclv[._a-z]*\(", re.IGNORECASE)


class Opened(unohelper.Base, XJob):
    """What LibreOffice starts for each spreadsheet that it has opened."""

    calculator: Calculator
    known: frozenset[str]

    def __init__(self, context: Any, *_: Any) -> None:
        pass

    def execute(self, arguments: Any) -> None:
        """Mend the names in the document of the event; a fault is noted and keeps nothing from opening."""
        try:
            given = {entry.Name: entry.Value for entry in arguments}
            environment = {entry.Name: entry.Value for entry in given.get("Environment", ())}
            document = environment.get("Model")
            if document is not None and document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                mend(document, self.known)
        except Exception as fault:  # noqa: BLE001  what a foreign document does
            self.calculator.note_opening(fault)


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
    sheets = [document.Sheets.getByIndex(i) for i in range(document.Sheets.Count)]
    undo = document.UndoManager
    undo.lock()
    document.lockControllers()  # a window would be drawn for each cell
    document.addActionLock()  # and each cell calculated that depends on it
    try:
        for owner in (document, *sheets):
            changed += _mend_names(owner.NamedRanges, known)
        for sheet in sheets:
            changed += _mend_sheet(sheet, known)
    finally:
        document.removeActionLock()
        document.unlockControllers()
        undo.unlock()
        if changed and not modified:
            document.setModified(False)
    return changed


def _mend_names(names: Any, known: frozenset[str]) -> int:
    changed = 0
    for name in names.ElementNames:
        entry = names.getByName(name)
        content = entry.Content
        mended = renamed(content, known)
        if mended != content:
            entry.setContent(mended)
            changed += 1
    return changed


def _mend_sheet(sheet: Any, known: frozenset[str]) -> int:
    changed = 0
    for area in _areas(sheet):
        before = area.getFormulaArray()
        after = [[renamed(formula, known) for formula in row] for row in before]
        done: set[tuple[int, int]] = set()
        for i, row in enumerate(after):
            for j, mended in enumerate(row):
                if mended != before[i][j] and (i, j) not in done:
                    changed += 1
                    done |= _put(sheet, area, i, j, mended)
    return changed


def _put(sheet: Any, area: Any, i: int, j: int, formula: str) -> set[tuple[int, int]]:
    """Write a formula; return the cells of the area that it fills: an array formula fills several at once."""
    cell = area.getCellByPosition(j, i)
    if not formula.startswith("{"):
        cell.setFormula(formula)  # also where the sheet is protected, which an array formula does not
        return {(i, j)}
    cursor = sheet.createCursorByRange(cell)
    cursor.collapseToCurrentArray()
    cursor.setArrayFormula(formula[1:-1])
    filled, start = cursor.RangeAddress, area.RangeAddress
    return {
        (row - start.StartRow, column - start.StartColumn)
        for row in range(filled.StartRow, filled.EndRow + 1)
        for column in range(filled.StartColumn, filled.EndColumn + 1)
    }


def _areas(sheet: Any) -> Iterator[Any]:
    """Yield ranges of formulas that hold a name that LibreOffice does not know, as it writes those."""
    wanted = sheet.createSearchDescriptor()
    wanted.SearchString = f"{UNKNOWN}|{WHOLE_TABLE}|{ONE_CELL}"
    wanted.SearchRegularExpression = True
    wanted.SearchCaseSensitive = True
    wanted.SearchType = FORMULAS
    found = sheet.findAll(wanted)
    if found is not None:
        formulas = found.queryContentCells(FORMULA_CELLS)  # a text that looks like one stays
        yield from (formulas.getByIndex(k) for k in range(formulas.Count))


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
        if text.endswith(".single("):
            return "("
        name = text[:-1]
        for prefix in PREFIXES:
            name = name[len(prefix) :] if name.startswith(prefix) else name  # noqa: FURB188  Python 3.8 has no other
        name = name.upper().replace("_", ".")
        name = BARE_METHOD if name == BARE else name
        return name + "(" if name in known else text

    return _TOKEN.sub(ours, formula) if _OURS.search(formula.replace("_xldudf_", "")) else formula
