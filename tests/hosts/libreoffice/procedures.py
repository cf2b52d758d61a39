"""Procedures that run beside LibreOffice; see office.py. No import of this project: it is not there."""

import math
import struct
import time
from typing import Any

import uno
import unohelper
from com.sun.star.lang import DisposedException
from com.sun.star.task import XInteractionHandler
from com.sun.star.ucb import XCommandEnvironment

ERRORS = {
    503: "#NUM!",
    519: "#VALUE!",
    521: "#NULL!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
TEXT_RESULT = 2  # com.sun.star.sheet.FormulaResult.STRING


def terminate(desk: Any) -> bool:
    """Quit LibreOffice."""
    try:
        return bool(desk.desktop.terminate())
    except DisposedException:
        return True


def shown(cell: Any) -> Any:
    """Return what a cell holds: a number, a text, an error code; None if it is empty."""
    code = cell.getError()
    if code:
        return {"error": ERRORS.get(code, f"Err:{code}")}
    kind = cell.Type.value
    if kind == "EMPTY":
        return None
    text = kind == "TEXT" or (kind == "FORMULA" and cell.FormulaResultType2 == TEXT_RESULT)
    return cell.String if text else cell.Value


def range_of(document: Any, address: str) -> Any:
    """Return a range of a document by an address such as Sheet2.A1:B9, of the first sheet without a name."""
    sheet, _, place = address.rpartition(".")
    sheets = document.Sheets
    return (sheets.getByName(sheet) if sheet else sheets.getByIndex(0)).getCellRangeByName(place)


def rows(found: Any) -> list[list[Any]]:
    """Return the cells of a range."""
    area = found.RangeAddress
    return [
        [shown(found.getCellByPosition(j, i)) for j in range(area.EndColumn - area.StartColumn + 1)]
        for i in range(area.EndRow - area.StartRow + 1)
    ]


def cells(
    desk: Any, formulas: dict[str, str], data: dict[str, list[list[Any]]] | None = None
) -> dict[str, Any]:
    """Enter data and formulas in an empty spreadsheet, as in English, and return what the formulas show.

    An address of more than one cell takes an array formula and returns its rows.
    """
    document = desk.open()
    try:
        fill(document, data or {})
        found = {}
        for address, formula in formulas.items():
            place = range_of(document, address)
            if ":" in address:
                place.setArrayFormula(formula)
                found[address] = rows(place)
            else:
                place.setFormula(formula)
                found[address] = shown(place)
        return found
    finally:
        document.close(True)


def fill(document: Any, data: dict[str, list[list[Any]]]) -> None:
    """Write data from the cell named on; a blank is None, an error {"error": code} becomes its formula."""
    for start, lines in data.items():
        sheet = start.rpartition(".")[0]
        if sheet and not document.Sheets.hasByName(sheet):
            document.Sheets.insertNewByName(sheet, document.Sheets.Count)
        first = range_of(document, start).RangeAddress
        target = (
            document.Sheets.getByName(sheet) if sheet else document.Sheets.getByIndex(0)
        ).getCellRangeByPosition(
            first.StartColumn,
            first.StartRow,
            first.StartColumn + len(lines[0]) - 1,
            first.StartRow + len(lines) - 1,
        )
        plain = tuple(
            tuple("" if c is None or isinstance(c, (bool, dict)) else c for c in line) for line in lines
        )
        target.setDataArray(plain)
        for i, line in enumerate(lines):
            for j, cell in enumerate(line):
                if isinstance(cell, bool):
                    target.getCellByPosition(j, i).setFormula("=TRUE()" if cell else "=FALSE()")
                elif isinstance(cell, dict):
                    target.getCellByPosition(j, i).setFormula(f"={cell['error']}")


def read_file(desk: Any, path: str, addresses: list[str], recalculate: bool = True) -> dict[str, Any]:
    """Open a file, calculate everything, and return ranges of it: address to rows."""
    document = desk.open(path)
    try:
        if recalculate:
            document.calculateAll()
        return {address: rows(range_of(document, address)) for address in addresses}
    finally:
        document.close(True)


def nan_code(number: float) -> int:
    """Return the error number that LibreOffice keeps in a NaN, 0 for a number."""
    return struct.unpack("<Q", struct.pack("<d", number))[0] & 0xFFFF if math.isnan(number) else 0


def seconds_to_calculate(desk: Any, path: str) -> float:
    """Open a file and return how long a hard recalculation takes, the second time."""
    document = desk.open(path)
    try:
        document.calculateAll()
        start = time.perf_counter()
        document.calculateAll()
        return time.perf_counter() - start
    finally:
        document.close(True)


def add_extension(desk: Any, path: str) -> bool:
    """Add an extension for this user; it is there after the next start."""
    manager = desk.context.getByName("/singletons/com.sun.star.deployment.ExtensionManager")
    manager.addExtension(uno.systemPathToFileUrl(path), (), "user", None, _Agrees())
    return True


def extensions(desk: Any) -> list[str]:
    """Return the identifiers of the extensions of this user."""
    manager = desk.context.getByName("/singletons/com.sun.star.deployment.ExtensionManager")
    return [e.Identifier.Value for e in manager.getDeployedExtensions("user", None, _Agrees())]


class _Approves(unohelper.Base, XInteractionHandler):
    """Says yes to a licence or a newer version."""

    def handle(self, request: Any) -> None:
        for answer in request.getContinuations():
            if answer.queryInterface(uno.getTypeByName("com.sun.star.task.XInteractionApprove")):
                answer.select()
                return


class _Agrees(unohelper.Base, XCommandEnvironment):
    """What an installation asks goes to `_Approves`."""

    def getInteractionHandler(self) -> Any:  # noqa: N802  UNO's name
        return _Approves()

    def getProgressHandler(self) -> Any:  # noqa: N802  UNO's name
        return None
