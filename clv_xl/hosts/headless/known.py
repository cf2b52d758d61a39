"""Which native functions the engine has."""

from typing import Any

import formualizer as fz


class KnownFunctions:
    """Which native functions the engine has, found out by asking it once a name."""

    def __init__(self) -> None:
        self._book: Any = None
        self._known: dict[str, bool] = {}

    def __contains__(self, name: object) -> bool:
        assert isinstance(name, str)
        if name not in self._known:
            self._known[name] = self._asked(name)
        return self._known[name]

    def _asked(self, name: str) -> bool:
        if self._book is None:
            self._book = fz.Workbook()
            self._book.add_sheet("S")
        try:
            self._book.set_formula("S", 1, 1, f"={name}()")
            value = self._book.evaluate_cell("S", 1, 1)
        except (fz.ParserError, fz.TokenizerError, fz.ExcelEvaluationError, ValueError):
            return False  # no name that a formula can call
        return not (isinstance(value, dict) and value.get("kind") == "Name")
