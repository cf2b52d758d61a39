"""Procedures beside LibreOffice: a workbook with our VBA. No import of this project: it is not there."""

from typing import Any

import uno  # type: ignore[import-not-found,unused-ignore]

ERRORS = {502: "#VALUE!", 503: "#NUM!", 519: "#VALUE!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?",
          532: "#DIV/0!", 32767: "#N/A"}  # fmt: skip


def opened(desk: Any, path: str) -> Any:
    """Return the workbook, the one that is open already if there is one."""
    url = uno.systemPathToFileUrl(path)
    for document in documents(desk):
        if url == document.URL:
            return document
    return desk.open(path)


def documents(desk: Any) -> list[Any]:
    """Return the spreadsheets that are open."""
    found, parts = [], desk.desktop.Components.createEnumeration()
    while parts.hasMoreElements():
        part = parts.nextElement()
        if part.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            found.append(part)
    return found


def vba_type(
    desk: Any, path: str, data: dict[str, list[list[Any]]], formulas: dict[str, str]
) -> dict[str, Any]:
    """Fill the first sheet and type formulas; return what they show."""
    document = opened(desk, path)
    sheet = document.Sheets.getByIndex(0)
    for start, lines in data.items():
        first = sheet.getCellRangeByName(start).RangeAddress
        for i, line in enumerate(lines):
            for j, cell in enumerate(line):
                place = sheet.getCellByPosition(first.StartColumn + j, first.StartRow + i)
                if isinstance(cell, str):
                    place.setFormula(cell)
                elif cell is not None:
                    place.setValue(cell)
    found = {}
    for address, formula in formulas.items():
        place = sheet.getCellRangeByName(address)
        if ":" in address:
            place.setArrayFormula(formula)
        else:
            place.setFormula(formula)
        found[address] = look(place)
    return found


def look(place: Any) -> Any:
    """Return what a range shows: an error as {"error": code}; a single cell alone."""
    area = place.RangeAddress
    rows = [
        [one(place.getCellByPosition(j, i)) for j in range(area.EndColumn - area.StartColumn + 1)]
        for i in range(area.EndRow - area.StartRow + 1)
    ]
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows


def one(cell: Any) -> Any:
    """Return what a cell shows."""
    code = cell.getError()
    if code:
        return {"error": ERRORS.get(code, code)}
    return (
        cell.Value if cell.FormulaResultType2 == 1 else cell.String
    )  # com.sun.star.sheet.FormulaResult.VALUE


def vba_again(desk: Any, path: str, address: str) -> Any:
    """Calculate everything and return what a range shows."""
    document = opened(desk, path)
    document.calculateAll()
    return look(document.Sheets.getByIndex(0).getCellRangeByName(address))


def vba_call(desk: Any, path: str, macro: str, args: list[Any]) -> Any:
    """Run a procedure of the workbook, such as ClvErrors.ClvSentence, and return its value."""
    document = opened(desk, path)
    url = f"vnd.sun.star.script:VBAProject.{macro}?language=Basic&location=document"
    value, _, _ = document.getScriptProvider().getScript(url).invoke(tuple(args), (), ())
    return list(value) if isinstance(value, tuple) else value


def vba_new_sheet(desk: Any, path: str, macro: str, columns: int) -> list[list[str]]:
    """Run a macro that makes a workbook, and return what stands in its first sheet."""
    document = opened(desk, path)
    before = [d.RuntimeUID for d in documents(desk)]
    vba_call(desk, path, macro, [])
    (made,) = [d for d in documents(desk) if d.RuntimeUID not in before]
    sheet = made.Sheets.getByIndex(0)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress.EndRow
    found = [[sheet.getCellByPosition(j, i).String for j in range(columns)] for i in range(last + 1)]
    made.close(True)
    assert document is not None
    return found


def vba_close(desk: Any, path: str) -> None:
    """Close the workbook."""
    opened(desk, path).close(True)
