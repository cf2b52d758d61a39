"""The entries in the menu Tools > Add-Ons: each shows its answer as a new spreadsheet."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.task import XJobExecutor

from . import files
from .calculator import Calculator  # noqa: TC001  the same
from .wording import Words  # noqa: TC001  as short as it can be

MILLIMETRE = 100  # widths are hundredths of one
BOLD = 150.0  # com.sun.star.awt.FontWeight.BOLD
NO_WARNING = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
TOP = 1  # com.sun.star.table.CellVertJustify2.TOP
FUNCTIONS = "functions.json"
LOCALE = "/org.openoffice.Setup/L10N"


class Menu(unohelper.Base, XJobExecutor):
    """Does what an entry of the menu says."""

    calculator: Calculator

    def __init__(self, context: Any, *_: Any) -> None:
        self.context = context

    def trigger(self, event: str) -> None:
        """Show the errors, the functions, or which version this is."""
        if not self.calculator.locale:
            self.calculator.locale = self._locale()
        words = self.calculator.words()
        shown = {"errors": self._errors, "functions": self._functions, "about": self._about}.get(event)
        if shown is not None:
            shown(words)

    def _errors(self, words: Words) -> None:
        titles = [words.say("calc.column_" + name) for name in ("number", "function", "code", "sentence")]
        rows = [(float(row[0]) or "", *row[1:]) for row in self.calculator.errors()]
        none = ("", "", "", words.say("calc.no_errors"))
        self._show(self._new([titles, *(rows or [none])], (12, 45, 20, 180)))

    def _functions(self, words: Words) -> None:
        names = ("function", "call", "summary", "example", "result")
        titles = [words.say("calc.column_" + name) for name in names]
        spoken, known = words.language, files.data(FUNCTIONS)
        rows = [(f["name"], f["call"][spoken], f["summary"][spoken], "", "") for f in known]
        document = self._new([titles, *rows], (45, 95, 120, 80, 30))
        sheet = document.Sheets.getByIndex(0)
        for row, function in enumerate(known, 1):
            result = sheet.getCellByPosition(4, row)
            result.setFormula("=" + function["example"])
            sheet.getCellByPosition(3, row).setString(result.FormulaLocal)
        self._show(document)

    def _about(self, words: Words) -> None:
        backend = self.calculator.backend
        facts = {
            "version": backend.version,
            "extension": files.data("names.json")["version"],
            "where": backend.where,
            "why": backend.why,
            "python": sys.version.split()[0],
            "language": words.language,
            "place": backend.place,
            "help": words.say("calc.about_help_where"),
        }
        rows = [(words.say("calc.about_" + name), text) for name, text in facts.items() if text]
        self._show(self._new([("clv_xl", ""), *rows], (60, 150)))

    def _new(self, rows: Sequence[Sequence[Any]], widths: Sequence[int]) -> Any:
        """Return a new spreadsheet with rows, the first of them as header; it is hidden yet."""
        desktop = self._service("com.sun.star.frame.Desktop")
        how = (
            PropertyValue("Hidden", 0, True, 0),
            PropertyValue("MacroExecutionMode", 0, NO_WARNING, 0),  # it holds none; else a bar says so
        )
        document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, how)
        sheet = document.Sheets.getByIndex(0)
        last = len(widths) - 1
        area = sheet.getCellRangeByPosition(0, 0, last, len(rows) - 1)
        area.setDataArray(tuple(map(tuple, rows)))
        area.IsTextWrapped = True
        area.VertJustify = TOP
        sheet.getCellRangeByPosition(0, 0, last, 0).CharWeight = BOLD
        for column, width in enumerate(widths):
            sheet.Columns.getByIndex(column).Width = width * MILLIMETRE
        area.Rows.OptimalHeight = True
        return document

    def _show(self, document: Any) -> None:
        """Show a spreadsheet that is filled; where LibreOffice shows nothing at all, it stays hidden."""
        if self._service("com.sun.star.frame.Desktop").CurrentFrame is not None:
            controller = document.CurrentController
            window = controller.Frame.ContainerWindow
            window.setVisible(True)
            window.toFront()
            controller.freezeAtPosition(0, 1)  # a hidden window keeps no header in sight
        document.setModified(False)  # closing it asks for nothing

    def _service(self, name: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def _locale(self) -> str:
        """Return the language of LibreOffice's user interface."""
        provider = self._service("com.sun.star.configuration.ConfigurationProvider")
        access = provider.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess", (PropertyValue("nodepath", 0, LOCALE, 0),)
        )
        return str(access.getByName("ooLocale") or "")
