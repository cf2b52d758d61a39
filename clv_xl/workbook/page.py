"""One sheet of a workbook: titles, tables that spill, print set-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clv_xl.cells import Cell
from clv_xl.errors import CellError
from clv_xl.workbook.book import Book
from clv_xl.workbook.fit import Fit, Words
from clv_xl.workbook.formulas import quoted, ready, text
from clv_xl.workbook.styles import GREY, ROLES
from clv_xl.workbook.tables import Spilled

_LINE, _EDGE = 13.5, 3.0  # points: a line of text, and what stays white above and below all lines
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
        Least widths of the first columns, in characters; `settle` widens them to their texts.
    """

    def __init__(self, book: Book, name: str, widths: Sequence[float]) -> None:
        self.book, self.name = book, name
        self.sheet: Any = book.workbook.add_worksheet(name)
        self.sheet.hide_gridlines(2)
        self._fit, self._columns = Fit(widths), len(widths)
        self._print()

    def settle(self) -> None:
        """Make columns and rows as large as their texts need: the last step of writing a sheet."""
        for column, width in enumerate(self._fit.widths()):
            self.sheet.set_column(column, column, width)
        for row, lines in self._fit.lines().items():
            if lines > 1:
                self.sheet.set_row(row, _EDGE + _LINE * lines)

    def hold(self, row: int, column: int, words: str, role: str, **more: Any) -> None:
        """Make room for a text that a formula will answer with."""
        self._fit.add(row, column, Words.of(words, {**ROLES[role], **more}))

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
        if value is not None and value != "":
            self._fit.fill(row, column)
        if isinstance(value, str):
            self.hold(row, column, value, role, **more)
        self._write(row, column, value, role, number, **more)

    def _write(self, row: int, column: int, value: Cell, role: str, number: str, **more: Any) -> None:
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
        self._fit.fill(row, column)
        style = self.book.styles.of(role, number, **more)
        self.sheet.write_formula(row, column, self.book.stored(formula), style, 0)

    def renew(
        self, row: int, column: int, formula: str, role: str, number: str = "text", **more: Any
    ) -> None:
        """Write a formula that every program works out again on opening: an array formula of one cell.

        LibreOffice keeps the cached values of plain formulas and works out array formulas anew, so
        that a cell telling whether the add-in answers must be one.
        """
        self._fit.fill(row, column)
        style = self.book.styles.of(role, number, **more)
        self.sheet.write_dynamic_array_formula(row, column, row, column, self.book.stored(formula), style, 0)

    def section(self, row: int, title: str, width: int | None = None) -> None:
        """Write the bar above a part of the sheet."""
        for column in range(self._columns if width is None else width):
            self.put(row, column, title if column == 0 else None, "section")
        self.sheet.set_row(row, 18)

    def header(self, row: int, words: Sequence[str], *, numbers: Sequence[int] = ()) -> None:
        """Write a header row; the columns in `numbers` are set to the right."""
        for column, word in enumerate(words):
            if column in numbers:
                self.put(row, column, word, "header", align="right")
            else:
                self.put(row, column, word, "header", align="left", indent=int(column > 0))

    def draw(
        self, row: int, column: int, chart: Any, name: str, offset: tuple[int, int], size: tuple[int, int]
    ) -> None:
        """Place a chart of the demonstration with its title and its text for those who do not see it."""
        say = self.book.word
        self.place_chart(
            row, column, chart, say(f"demo.chart_{name}"), say(f"demo.chart_{name}_alt"), offset, size
        )

    def place_chart(
        self,
        row: int,
        column: int,
        chart: Any,
        title: str,
        words: str,
        offset: tuple[int, int],
        size: tuple[int, int],
    ) -> None:
        """Place a chart with a title, and in `words` what it shows, for those who do not see it."""
        chart.set_title({"name": title, "name_font": self.book.styles.chart_font(12, bold=True)})
        chart.set_size({"width": size[0], "height": size[1]})
        place = {"x_offset": offset[0], "y_offset": offset[1], "object_position": 1}
        self.sheet.insert_chart(row, column, chart, {**place, "description": words})

    def spill(self, row: int, column: int, call: str, table: Spilled, *, wrap: bool = False) -> Area:
        """Write a table function as one dynamic array formula, its cells formatted.

        Where the functions do not answer, the table is shown as stored when the workbook was
        written, unless the assumptions have changed since: then a text says what is missing.
        """
        stored, missing = table.stored, text(self.book.word("demo.not_loaded"))
        formula = (
            f'=IF({ready(call)},{call.lstrip("=")},IF({table.holds},IF({stored}="","",{stored}),{missing}))'
        )
        rows = table.block.to_rows()
        area = Area(row, column, row + len(rows) - 1, column + len(rows[0]) - 1)
        self.sheet.write_dynamic_array_formula(
            area.top, area.left, area.bottom, area.right, self.book.stored(formula),
            self.book.styles.of(*table.look(0, 0)), rows[0][0],
        )  # fmt: skip
        self.fill(row, column, table, corner=False, wrap=wrap)
        return area

    def fill(self, row: int, column: int, table: Spilled, *, corner: bool = True, wrap: bool = False) -> None:
        """Write the cells of a table as constants, in grey; without `corner` those of a spill.

        Texts of a constant table may run out of their columns, which are as wide as the heads need.
        """
        for i, cells in enumerate(table.block.rows()):
            for j, cell in enumerate(cells):
                role, number = table.look(i, j)
                more: dict[str, Any] = {"font_color": GREY} if corner else {}
                if table.texts[j]:
                    more |= {"indent": int(j > 0)}
                    more |= {"text_wrap": wrap or (table.headed and i == 0) or bool(table.measures)}
                elif j == 0 and table.keys[0] == "period":
                    more |= {"align": "left"}
                if not corner and i == j == 0:
                    self.hold(row, column, str(cell), role)
                elif corner and (i or not table.headed) and not table.measures:
                    self._write(row + i, column + j, cell, role, number, **more)
                else:
                    self.put(row + i, column + j, cell, role, number, **more)
