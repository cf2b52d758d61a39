"""One sheet of a workbook: titles, tables that spill, print set-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clv_xl.cells import Cell
from clv_xl.errors import CellError
from clv_xl.workbook.book import Book
from clv_xl.workbook.formulas import quoted, text
from clv_xl.workbook.styles import GREY, letter_of, lines_of
from clv_xl.workbook.tables import Spilled

_MARGIN = 1.5  # of a column that stays white beside a text
_A4, _LANDSCAPE_MARGINS = 9, {"left": 0.4, "right": 0.4, "top": 0.55, "bottom": 0.6}


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of a sheet, rows and columns counted from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def absolute(self) -> str:
        """The address with ``$``."""
        from xlsxwriter.utility import xl_range_abs

        return str(xl_range_abs(self.top, self.left, self.bottom, self.right))

    def column(self, offset: int, first: int = 0, last: int | None = None) -> "Area":
        """Return part of one column: from row `first` to row `last` of the area, the end if left out."""
        bottom = self.bottom if last is None else self.top + last
        return Area(self.top + first, self.left + offset, bottom, self.left + offset)


def address(row: int, column: int) -> str:
    """Return the absolute address of a cell, rows and columns counted from 0.

    Examples
    --------
    >>> address(2, 1)
    '$B$3'
    """
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


class Page:
    """A sheet being written.

    Parameters
    ----------
    book : Book
        Its workbook.
    name : str
        Name of the sheet, in the language of the workbook.
    widths : sequence of float
        Widths of the first columns, in characters.
    """

    def __init__(self, book: Book, name: str, widths: Sequence[float]) -> None:
        self.book, self.name = book, name
        self.sheet: Any = book.workbook.add_worksheet(name)
        self.sheet.hide_gridlines(2)
        self._letter = letter_of(book.language)
        self._line = 13 if self._letter < 1 else 15
        self._widths = tuple(width * max(1.0, self._letter) for width in widths)
        for i, width in enumerate(self._widths):
            self.sheet.set_column(i, i, width)
        self._print()

    @property
    def ref(self) -> str:
        """The name as it stands before an address in a formula."""
        return quoted(self.name)

    def _print(self) -> None:
        sheet, say = self.sheet, self.book.word
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.set_margins(**_LANDSCAPE_MARGINS)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&8&A&C&8{say('demo.page')} &P / &N&R&8{say('demo.footer')} · &D")

    def head(self, title: str, lines: Sequence[str]) -> None:
        """Write the title and the lines below it, from the first row."""
        self.put(0, 0, title, "title")
        self.sheet.set_row(0, 26)
        for i, line in enumerate(lines, 1):
            self.put(i, 0, line, "subtitle")

    def put(
        self, row: int, column: int, value: Cell, role: str = "label", number: str = "text", **more: Any
    ) -> None:
        """Write a constant."""
        style = self.book.styles.of(role, number, **more)
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, style)
        elif isinstance(value, bool):
            self.sheet.write_boolean(row, column, value, style)
        elif isinstance(value, (float, int)):
            self.sheet.write_number(row, column, value, style)
        else:
            self.sheet.write_string(row, column, value.code if isinstance(value, CellError) else value, style)

    def calculate(
        self,
        row: int,
        column: int,
        formula: str,
        role: str = "calculation",
        number: str = "text",
        **more: Any,
    ) -> None:
        """Write a formula; its value comes with the calculation."""
        style = self.book.styles.of(role, number, **more)
        self.sheet.write_formula(row, column, self.book.stored(formula), style, 0)

    def renew(
        self, row: int, column: int, formula: str, role: str, number: str = "text", **more: Any
    ) -> None:
        """Write a formula that every program works out again on opening: an array formula of one cell.

        LibreOffice keeps the cached values of plain formulas and works out array formulas anew, so
        that a cell telling whether the add-in answers must be one.
        """
        style = self.book.styles.of(role, number, **more)
        self.sheet.write_dynamic_array_formula(row, column, row, column, self.book.stored(formula), style, 0)

    def section(self, row: int, title: str, width: int | None = None) -> None:
        """Write the bar above a part of the sheet."""
        for column in range(len(self._widths) if width is None else width):
            self.put(row, column, title if column == 0 else None, "section")
        self.sheet.set_row(row, 18)

    def header(self, row: int, words: Sequence[str], *, numbers: Sequence[int] = ()) -> None:
        """Write a header row; the columns in `numbers` are set to the right."""
        self.fit_row(row, dict(enumerate(words)))
        for column, word in enumerate(words):
            if column in numbers:
                self.put(row, column, word, "header", align="right")
            else:
                self.put(row, column, word, "header", align="left", indent=int(column > 0))

    def draw(
        self, row: int, column: int, chart: Any, name: str, offset: tuple[int, int], size: tuple[int, int]
    ) -> None:
        """Place a chart with its title and its text for those who do not see it."""
        say = self.book.word
        bold = self.book.styles.chart_font(12, bold=True)
        chart.set_title({"name": say(f"demo.chart_{name}"), "name_font": bold})
        chart.set_size({"width": size[0], "height": size[1]})
        place = {"x_offset": offset[0], "y_offset": offset[1], "object_position": 1}
        self.sheet.insert_chart(row, column, chart, {**place, "description": say(f"demo.chart_{name}_alt")})

    def fit_row(self, row: int, words: Mapping[int, str]) -> None:
        """Make a row as high as its wrapped texts need; `words` is column to text."""
        lines = max(
            lines_of(text, self._widths[column] - _MARGIN, self._letter) for column, text in words.items()
        )
        if lines > 1:
            self.sheet.set_row(row, 3 + self._line * lines)

    def spill(self, row: int, column: int, call: str, table: Spilled, *, wrap: bool = False) -> Area:
        """Write a table function as one dynamic array formula, its cells formatted.

        Where the functions do not answer, the table is shown as stored when the workbook was
        written, unless the assumptions have changed since: then a text says what is missing.
        """
        stored, missing = table.stored, text(self.book.word("demo.not_loaded"))
        formula = f'=IF(set_addin,{call.lstrip("=")},IF(set_stored,IF({stored}="","",{stored}),{missing}))'
        rows = table.block.to_rows()
        area = Area(row, column, row + len(rows) - 1, column + len(rows[0]) - 1)
        self.sheet.write_dynamic_array_formula(
            area.top, area.left, area.bottom, area.right, self.book.stored(formula),
            self.book.styles.of(*table.look(0, 0)), rows[0][0],
        )  # fmt: skip
        self.fill(row, column, table, corner=False, wrap=wrap)
        return area

    def fill(self, row: int, column: int, table: Spilled, *, corner: bool = True, wrap: bool = False) -> None:
        """Write the cells of a table as constants, in grey; without `corner` those of a spill."""
        if table.headed:
            self.fit_row(row, {column + j: str(cells.cell(0)) for j, cells in enumerate(table.block.columns)})
        for i, cells in enumerate(table.block.rows()):
            for j, cell in enumerate(cells):
                if corner or i or j:
                    role, number = table.look(i, j)
                    more: dict[str, Any] = {"font_color": GREY} if corner else {}
                    more |= {"indent": 1, "text_wrap": wrap or i == 0} if j and table.texts[j] else {}
                    self.put(row + i, column + j, cell, role, number, **more)
