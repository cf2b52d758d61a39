"""Procedures beside LibreOffice for bench_grid.py and the tests of grids; see office.py."""

import time
from typing import Any


def grid(
    desk: Any, path: str, vary: list[list[str]], points: list[list[float]], read: list[str], *, pull: bool
) -> dict[str, Any]:
    """Set the cells of each point in an open document; return what is read and the seconds it took.

    With `pull` nothing but the cell that is read is brought up to date, as its own cells are needed.
    """
    document = desk.open(path)
    try:
        document.calculateAll()
        inputs = [_cell(document, *where) for where in vary]
        target = _cell(document, *read)
        found = []
        start = time.perf_counter()
        for point in points:
            for cell, value in zip(inputs, point, strict=True):
                cell.setValue(value)
            if not pull:
                document.calculate()
            found.append(target.getValue() if not target.getError() else None)
        return {"seconds": time.perf_counter() - start, "cells": found}
    finally:
        document.close(True)


def shown(desk: Any, path: str, cells: list[list[str]]) -> list[Any]:
    """Open a file, calculate it wholly, and return numbers of cells."""
    document = desk.open(path)
    try:
        document.calculateAll()
        places = [_cell(document, *where) for where in cells]
        return [place.getValue() if not place.getError() else place.String for place in places]
    finally:
        document.close(True)


def _cell(document: Any, sheet: str, address: str) -> Any:
    return document.Sheets.getByName(sheet).getCellRangeByName(address)
