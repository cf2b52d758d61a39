"""Procedures that run beside LibreOffice: many formulas of one spreadsheet, calculated at once.

No import of this project: the Python that runs this has ``uno``, not us.
"""

import time
from typing import Any

import uno
from procedures import ERRORS  # beside the child that runs this


def area(sheet: Any, row: int, column: int, height: int, width: int) -> Any:
    """Return a range by its first cell, counted from 0, and its size."""
    return sheet.getCellRangeByPosition(column, row, column + width - 1, row + height - 1)


def code_of(cell: Any) -> Any:
    """Return the error of a cell as it is shown, or the text of a cell without one."""
    number = cell.getError()
    return {"error": ERRORS.get(number, f"Err:{number}")} if number else cell.String


def values(found: Any) -> list[list[Any]]:
    """Return the cells of a range; the API gives an error no value, so those are asked for one by one."""
    return [
        [
            cell if isinstance(cell, (float, str)) else code_of(found.getCellByPosition(j, i))
            for j, cell in enumerate(row)
        ]
        for i, row in enumerate(found.getDataArray())
    ]


def calculated(
    desk: Any, blocks: list[dict[str, Any]], formulas: list[list[Any]], typed: bool = False
) -> list[list[list[Any]]]:
    """Fill the sheet Data with blocks, the sheet Cases with formulas from A1 on down; return each result.

    A block has its first column and its rows. A formula is its text with height and width of its range;
    of one cell it is a plain formula, else an array formula. `typed` ones are as a user types them.
    """
    document = desk.open()
    try:
        document.enableAutomaticCalculation(False)
        sheets = document.Sheets
        sheets.insertNewByName("Data", 1)
        sheets.insertNewByName("Cases", 2)
        data, cases = sheets.getByName("Data"), sheets.getByName("Cases")
        for block in blocks:
            write(data, block["column"], block["rows"])
        places, row = [], 0
        for text, height, width in formulas:
            place = area(cases, row, 0, height, width)
            if typed:
                place.getCellByPosition(0, 0).FormulaLocal = text
            elif height == width == 1:
                place.getCellByPosition(0, 0).setFormula(text)
            else:
                place.setArrayFormula(text)
            places.append(place)
            row += height
        document.calculateAll()
        return [values(place) for place in places]
    finally:
        document.close(True)


def write(sheet: Any, column: int, rows: list[list[Any]]) -> None:
    """Write a block of cells: None is blank, {"error": code} an error, a boolean that constant."""
    place = area(sheet, 0, column, len(rows), len(rows[0]))
    place.setDataArray(tuple(tuple(c if isinstance(c, (float, str)) else "" for c in row) for row in rows))
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if isinstance(cell, bool):
                place.getCellByPosition(j, i).setFormula("=TRUE()" if cell else "=FALSE()")
            elif isinstance(cell, dict):
                place.getCellByPosition(j, i).setFormula(f"={cell['error']}")


FILTERS = {".ods": "calc8", ".xlsx": "Calc MS Excel 2007 XML"}


def used_area(sheet: Any) -> Any:
    """Return the range from A1 to the last cell that holds something."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    return area(sheet, 0, 0, last.EndRow + 1, last.EndColumn + 1)


def contents(
    desk: Any,
    path: str,
    recalculate: bool = True,
    names: dict[str, float] | None = None,
    save: str = "",
) -> dict[str, dict[str, list[list[Any]]]]:
    """Open a file, change the cells of some names, calculate all; return each sheet from A1 on.

    A sheet is its values and its formulas; with `save` the document is saved under that path as well.
    """
    document = desk.open(path)
    try:
        for name, value in (names or {}).items():
            document.NamedRanges.getByName(name).getReferredCells().getCellByPosition(0, 0).setValue(value)
        if recalculate:
            document.calculateAll()
        found = {}
        for sheet in document.Sheets:
            used = used_area(sheet)
            formulas = [list(row) for row in used.getFormulaArray()]
            found[sheet.Name] = {"values": values(used), "formulas": formulas}
        if save:
            target = FILTERS[save[save.rindex(".") :]]
            document.storeToURL(uno.systemPathToFileUrl(save), desk.properties(FilterName=target))
        return found
    finally:
        document.close(True)


def states(desk: Any, path: str, edits: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Open a file, calculate all, then type one edit after another as a user does; return each state.

    An edit is values by the name of a cell or by Sheet.A1. A state is the values of each sheet from A1 on,
    and those of the single cells that have a name.
    """
    document = desk.open(path)
    try:
        document.calculateAll()
        found = [_state(document)]
        for edit in edits or ():
            for address, value in edit.items():
                cell = _cell(document, address)
                (cell.setString if isinstance(value, str) else cell.setValue)(value)
            found.append(_state(document))
        return found
    finally:
        document.close(True)


def _cell(document: Any, address: str) -> Any:
    sheet, _, place = address.rpartition(".")
    if sheet:
        return document.Sheets.getByName(sheet).getCellRangeByName(place)
    return document.NamedRanges.getByName(address).getReferredCells().getCellByPosition(0, 0)


def _state(document: Any) -> dict[str, Any]:
    named = {}
    for name in document.NamedRanges.ElementNames:
        cells = document.NamedRanges.getByName(name).getReferredCells()
        if cells is not None and cells.Rows.Count == cells.Columns.Count == 1:
            named[name] = values(cells)[0][0]
    return {"sheets": {sheet.Name: values(used_area(sheet)) for sheet in document.Sheets}, "names": named}


def wizard(desk: Any) -> list[dict[str, Any]]:
    """Return what the function wizard shows of each add-in function."""
    known = desk.service("com.sun.star.sheet.FunctionDescriptions")
    found = [{p.Name: p.Value for p in known.getByIndex(i)} for i in range(known.Count)]
    return [
        {
            "name": f["Name"],
            "category": f["Category"],
            "description": f["Description"],
            "arguments": [[a.Name, a.Description, a.IsOptional] for a in f["Arguments"] or ()],
        }
        for f in found
        if f["Name"].upper().startswith(("CLV", "_XLDUDF"))
    ]


def timed(desk: Any, path: str, rounds: int, first: str, last: str) -> dict[str, Any]:
    """Open a file and calculate it so many times; return the seconds of each, and two of its cells."""
    document = desk.open(path)
    try:
        document.calculateAll()  # what is loaded once is loaded now
        spent = []
        for _ in range(rounds):
            start = time.perf_counter()
            document.calculateAll()
            spent.append(time.perf_counter() - start)
        sheet = document.Sheets.getByIndex(0)
        return {
            "seconds": spent,
            "cells": [values(sheet.getCellRangeByName(a))[0][0] for a in (first, last)],
        }
    finally:
        document.close(True)


def about(desk: Any) -> str:
    """Return the name and the version of the program."""
    settings = desk.service("com.sun.star.configuration.ConfigurationProvider").createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationAccess",
        desk.properties(nodepath="/org.openoffice.Setup/Product"),
    )
    return f"{settings.ooName} {settings.ooSetupVersionAboutBox}"


def looked_at(desk: Any, formula: str) -> dict[str, Any]:
    """Return the text of a cell with a formula, and the number of comments of its sheet."""
    document = desk.open()
    try:
        sheet = document.Sheets.getByIndex(0)
        cell = sheet.getCellByPosition(0, 0)
        cell.setFormula(formula)
        return {"text": cell.String, "notes": sheet.Annotations.Count}
    finally:
        document.close(True)


def counted_from(desk: Any, year: int, rows: list[list[Any]], formula: str) -> list[list[Any]]:
    """Return what an array formula shows in a document that counts days from 1899-12-30 or 1904-01-01."""
    document = desk.open()
    try:
        zero = document.NullDate
        zero.Day, zero.Month, zero.Year = (30, 12, 1899) if year < 1900 else (1, 1, year)
        document.NullDate = zero
        sheet = document.Sheets.getByIndex(0)
        write(sheet, 0, rows)
        place = area(sheet, 0, 10, 12, 12)
        place.setArrayFormula(formula)
        return values(place)
    finally:
        document.close(True)
