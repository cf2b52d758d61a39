"""A workbook being written in one language for one host."""

import datetime as dt
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from clv_xl import texts
from clv_xl.cells import Cell
from clv_xl.errors import Text, UserError
from clv_xl.workbook import formulas
from clv_xl.workbook.formulas import Host
from clv_xl.workbook.styles import SIZE, Styles, font_of

# A file that Excel believes to be calculated by itself is shown as it is, not calculated at once:
# without the add-in its cached values would turn into #NAME? on opening.
_CALCULATED_BY: Final = 191029
LANGUAGE_PROPERTY: Final = "clv_xl_language"  # formulas that look for a word need it calculated in this one
_CREATED: Final = dt.datetime(2026, 1, 1)  # noqa: DTZ001  a fixed date: the same file every time


class Book:
    """A workbook being written.

    Parameters
    ----------
    path : Path
        The file; an existing one is replaced.
    language : str
        Language of every word: en, fi, ka, pl or el. Formulas stay English as stored.
    host : {"addin", "xlwings", "calc"}
        Whose spelling the functions have.
    """

    def __init__(self, path: Path, language: str, host: Host) -> None:
        xlsxwriter = _xlsxwriter()
        self.path, self.language, self.host = path, language, host
        font = {"font_name": font_of(language), "font_size": SIZE}
        options = {"default_format_properties": font}
        self.workbook: Any = xlsxwriter.Workbook(str(path), options)
        self.workbook.worksheet_class = _worksheet_class()
        self.workbook.set_calc_mode("auto", _CALCULATED_BY)
        self.workbook.calc_on_load = False
        self.styles = Styles(self.workbook, language)

    def word(self, key: str, **params: Any) -> str:
        """Return a text in the language of the workbook."""
        return texts.word(Text(key, params), self.language)

    def stored(self, formula: str) -> str:
        """Return a formula as the file has it."""
        return formulas.stored(formula, self.host)

    def shown(self, formula: str) -> str:
        """Return a formula as its reader would type it: a name of VBA has no dots."""
        typed = self.stored(formula) if self.host == "xlwings" else formula
        return formulas.shown(typed, self.language)

    def describe(self, title: str, subject: str, comments: str) -> None:
        """Set the properties of the document."""
        self.workbook.set_properties(
            {
                "title": title,
                "subject": subject,
                "comments": comments,
                "author": "clv_xl",
                "created": _CREATED,
            }
        )
        self.workbook.set_custom_property(LANGUAGE_PROPERTY, self.language)

    def name(self, name: str, sheet: str, address: str) -> None:
        """Give an absolute address a name of the workbook."""
        self.workbook.define_name(name, f"={formulas.quoted(sheet)}{address}")

    def close(self) -> None:
        """Write the file.

        Raises
        ------
        UserError
            When it cannot be written.
        """
        from xlsxwriter.exceptions import FileCreateError

        try:
            self.workbook.close()
        except (FileCreateError, OSError) as error:
            raise UserError("demo.cannot_write", path=str(self.path), reason=str(error)) from error


def _xlsxwriter() -> Any:
    try:
        import xlsxwriter
    except ImportError as error:
        raise UserError("demo.needs_extra", extra="workbook") from error
    return xlsxwriter


def _worksheet_class() -> type:
    """Return sheets that are written in less time.

    They take a formula as it is: `Book.stored` has spelled it as the file has it. XlsxWriter looks some
    thirty times through every formula for functions that want a prefix, which is most of the time of
    writing a sheet. And they write what a long log is made of, texts and numbers with a format, in one go.
    """
    from xlsxwriter.utility import xl_col_to_name
    from xlsxwriter.worksheet import Worksheet

    class Quick(Worksheet):  # type: ignore[misc]
        def write_down(self, row: int, column: int, cells: Iterable[Cell], style: Any) -> None:
            """Write cells below one another: a text as it is, a blank not at all."""
            for at, cell in enumerate(cells, row):
                if isinstance(cell, str):  # a name that begins with = or http stays a name
                    self._write_string(at, column, cell, style)
                elif cell is not None:
                    self._write_number(at, column, cell, style)

        def _write_cell(self, row: int, col: int, cell: Any) -> None:
            kind = type(cell).__name__
            if cell.format is None or kind not in ("String", "Number"):
                super()._write_cell(row, col, cell)
                return
            known = f'<c r="{letters(col)}{row + 1}" s="{cell.format._get_xf_index()}"'  # noqa: SLF001
            if kind == "String":
                self.fh.write(f'{known} t="s"><v>{cell.string}</v></c>')
            else:
                self.fh.write(f"{known}><v>{cell.number:.16G}</v></c>")

        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
            del expand_future_functions
            inner = formula[1:-1] if formula.startswith("{") and formula.endswith("}") else formula
            return inner.removeprefix("=")

    letters = cache(xl_col_to_name)
    return Quick
