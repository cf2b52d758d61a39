"""Procedures beside LibreOffice for documents as they are after opening; see office.py."""

from typing import Any

import uno
from com.sun.star.beans import NamedValue


def as_opened(desk: Any, path: str, cells: list[str], **settings: Any) -> dict[str, Any]:
    """Open a file; return formula, text and kind of cells of its first sheet, its names, and its state."""
    document = desk.open(path, **settings)
    try:
        sheet = document.Sheets.getByIndex(0)
        places = {address: sheet.getCellRangeByName(address) for address in cells}
        return {
            "cells": {a: [c.getFormula(), c.String, c.Type.value] for a, c in places.items()},
            "names": {
                name: owner.NamedRanges.getByName(name).Content
                for owner in (document, sheet)
                for name in owner.NamedRanges.ElementNames
            },
            "modified": document.isModified(),
            "undo": document.UndoManager.isUndoPossible(),
            "protected": sheet.isProtected(),
        }
    finally:
        document.close(True)


def with_texts(desk: Any, path: str, texts: dict[str, str]) -> bool:
    """Write a file of Calc with texts that look like formulas."""
    document = desk.open()
    try:
        sheet = document.Sheets.getByIndex(0)
        for address, text in texts.items():
            sheet.getCellRangeByName(address).setString(text)
        document.storeToURL(uno.systemPathToFileUrl(path), desk.properties(FilterName="calc8"))
        return True
    finally:
        document.close(True)


def odd_events(desk: Any) -> bool:
    """Tell the job of a document that is no spreadsheet, and of something that is no event at all."""
    job = desk.service("org.clvxl.Opened")
    none = NamedValue("Model", desk.service("com.sun.star.sheet.FunctionAccess"))
    job.execute((NamedValue("Environment", (none,)),))
    job.execute((NamedValue("Environment", "no list"),))
    return True
