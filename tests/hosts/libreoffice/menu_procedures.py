"""Procedures beside LibreOffice for the menu of the extension; see office.py."""

import time
from typing import Any

import unohelper
from com.sun.star.awt import XCallback

PATIENCE_S = 30.0


class _Call(unohelper.Base, XCallback):
    """Starts an entry of the menu where LibreOffice does: in its main thread."""

    def __init__(self, menu: Any, entry: str) -> None:
        self._menu, self._entry = menu, entry
        self.fault: str | None = None
        self.done = False

    def notify(self, _: Any) -> None:
        """Do it."""
        try:
            self._menu.trigger(self._entry)
        except Exception as fault:  # noqa: BLE001  the test shows it
            self.fault = repr(fault)
        self.done = True


def shown_by_menu(desk: Any, entry: str) -> dict[str, Any]:
    """Start an entry of the menu; return what the spreadsheet that it opens holds."""
    before = _documents(desk)
    call = _Call(desk.service("org.clvxl.Menu"), entry)
    desk.service("com.sun.star.awt.AsyncCallback").addCallback(call, None)
    until = time.monotonic() + PATIENCE_S
    while not call.done and time.monotonic() < until:
        time.sleep(0.02)
    if call.fault or not call.done:
        raise RuntimeError(call.fault or "the menu did not come to an end")
    (document,) = [d for d in _documents(desk) if d not in before]
    sheet = document.Sheets.getByIndex(0)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(True)
    found = {
        "rows": [list(row) for row in cursor.getDataArray()],
        "modified": document.isModified(),
        "widths": [sheet.Columns.getByIndex(i).Width for i in range(cursor.Columns.Count)],
        "weight": sheet.getCellByPosition(0, 0).CharWeight,
    }
    document.close(True)
    return found


def _documents(desk: Any) -> list[Any]:
    found, all_of_them = [], desk.desktop.Components.createEnumeration()
    while all_of_them.hasMoreElements():
        found.append(all_of_them.nextElement())
    return found


def in_1904(desk: Any, formulas: dict[str, str], data: dict[str, list[list[Any]]]) -> dict[str, Any]:
    """Return what formulas show in a document whose dates begin in 1904; texts YYYY-MM-DD become dates."""
    import uno

    document = desk.open()
    try:
        zero = uno.createUnoStruct("com.sun.star.util.Date")
        zero.Year, zero.Month, zero.Day = 1904, 1, 1
        document.NullDate = zero
        sheet = document.Sheets.getByIndex(0)
        for start, lines in data.items():
            first = sheet.getCellRangeByName(start).RangeAddress
            for i, line in enumerate(lines):
                for j, cell in enumerate(line):
                    place = sheet.getCellByPosition(first.StartColumn + j, first.StartRow + i)
                    place.setFormula(cell if isinstance(cell, str) else repr(cell))
        shown = {}
        for address, formula in formulas.items():
            place = sheet.getCellRangeByName(address)
            place.setFormula(formula)
            shown[address] = {"error": place.getError()} if place.getError() else (place.String, place.Value)
        return shown
    finally:
        document.close(True)
