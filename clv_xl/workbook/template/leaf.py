"""A sheet of the template: inputs, lines with unit and source, formulas native and by function, checks."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import clv_xl
from clv_xl.cells import Cell
from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Page, address
from clv_xl.workbook.styles import BAD, BAD_FILL, GOOD, GOOD_FILL, WARN, WARN_FILL
from clv_xl.workbook.template import printed
from clv_xl.workbook.template.bars import are_bars, on_axis
from clv_xl.workbook.template.kit import Check, DataTable, Kind, Kit, Rule

# What may be typed into a yellow cell, by the name of the rule; the message is template.ask_NAME.
RULES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "share": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1},
        "margin": {"validate": "decimal", "criteria": "between", "minimum": -1, "maximum": 1},
        "change": {"validate": "decimal", "criteria": "between", "minimum": -1, "maximum": 10},
        "positive": {"validate": "decimal", "criteria": ">", "value": 0},
        "not_negative": {"validate": "decimal", "criteria": ">=", "value": 0},
        "number": {"validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12},
        "whole": {"validate": "integer", "criteria": ">=", "value": 0},
        "date": {"validate": "decimal", "criteria": ">", "value": 1},  # a serial number
        "text": {"validate": "length", "criteria": "<=", "value": 255},
        "list": {"validate": "list"},
    }
)
# Units that are a cell of Settings, so that they follow it.
_LINKED_UNITS: Final = MappingProxyType({"money": "set_currency", "period": "set_unit_word"})
_NOTES: Final = 2  # column
HEAD_ROWS: Final = 4  # title, what the sheet is for, state; content starts below
# Without a password: against a slip of the hand, not against a person.
_OPEN: Final = MappingProxyType(
    {
        "format_columns": True,
        "format_rows": True,
        "sort": True,
        "autofilter": True,
        "select_locked_cells": True,
        "objects": False,
    }
)


class Leaf(Page):
    """A sheet being written.

    Parameters
    ----------
    kit : Kit
        The template.
    key : str
        Key of the sheet, such as ``segments``: its name is the text ``sheet.KEY``, its other texts
        begin with ``template.KEY.``.
    widths : sequence of float
        Least widths of the first columns, in characters.
    """

    def __init__(self, kit: Kit, key: str, widths: Sequence[float]) -> None:
        super().__init__(kit.book, kit.word(f"sheet.{key}"), widths)
        self.kit, self.key = kit, key
        # Column that begins the second page across, the last one, and how many columns both begin with.
        self.two_wide: tuple[int, int, int] | None = None
        self.protected = True
        self._zero: tuple[int, int] | None = None  # where the words and, below, the 0 of bars stand
        footer = kit.word("template.footer", version=clv_xl.__version__)
        self.sheet.set_footer(f"&L&8&A&C&8{kit.word('demo.page')} &P / &N&R&8{footer} | &D")

    def say(self, name: str, **params: Any) -> str:
        """Return a text of this sheet."""
        return self.kit.word(f"template.{self.key}.{name}", **params)

    def begin(self, verdict: int = 1) -> None:
        """Write title, purpose and the state of the workbook; content starts at row `HEAD_ROWS`.

        Where the first columns are narrow, the `verdict` stands in a later one; then the currency of all
        amounts and the last day follow.
        """
        self.head(self.say("title"), [self.say("what")])
        self.put(2, 0, self.kit.word("template.state"), "subtitle")
        self.calculate(2, verdict, "=chk_master", "check")
        self.lights(2, verdict)
        self.calculate(2, verdict + 1, "=set_currency", "link", align="center")
        self.calculate(2, verdict + 2, "=set_as_of", "link", "date", align="left")

    def lights(
        self,
        row: int,
        column: int,
        last_row: int | None = None,
        last_column: int | None = None,
        *,
        amber: bool = False,
    ) -> None:
        """Colour cells by their verdict: in order (green), broken (red) or, with `amber`, to be looked at."""
        area = (row, column, row if last_row is None else last_row, last_column or column)
        broken = ("status_check", WARN, WARN_FILL) if amber else ("template.status_broken", BAD, BAD_FILL)
        for word, colour, fill in (("status_ok", GOOD, GOOD_FILL), broken):
            style = self.book.workbook.add_format({"font_color": colour, "bg_color": fill})
            rule = {"type": "cell", "criteria": "==", "value": text(self.kit.word(word)), "format": style}
            self.sheet.conditional_format(*area, rule)

    def at(self, row: int, column: int) -> str:
        """Return the address of a cell with its sheet, for formulas anywhere."""
        return f"{self.ref}{address(row, column)}"

    def place(self, key: str, row: int, column: int, last_row: int | None = None) -> str:
        """Tell other sheets, as ``SHEET.KEY``, where a cell is (or a column of cells down to a row)."""
        found = self.at(row, column)
        if last_row is not None:
            found = f"{found}:{address(last_row, column)}"
        self.kit.place(f"{self.key}.{key}", found)
        return found

    def input(
        self, row: int, column: int, value: Cell, number: str, rule: str, *, name: str = "",
        choices: Sequence[str] = (), **more: Any,
    ) -> None:  # fmt: skip
        """Write a yellow cell that may be changed, say what it takes, and refuse anything else."""
        left = more.get("align", "left") == "left" and (number in ("text", "date") or isinstance(value, str))
        more = {"locked": False, "align": "left" if left else "right", **more}
        if more["align"] == "left" and number == "text":
            more = {"indent": 1, **more}  # apart from a number beside it
        if number == "text" and rule == "list":
            more = {"text_wrap": True, **more}  # a word chosen is seen whole
        self.put(row, column, value, "input", number, **more)
        ask, title = self.kit.word(f"template.ask_{rule}"), self.kit.word("template.ask_title")
        told = {"input_title": title, "input_message": ask, "error_title": title, "error_message": ask}
        # Words, or the formula of a range that holds them.
        source = {"source": choices if isinstance(choices, str) else list(choices)} if choices else {}
        self.sheet.data_validation(
            row, column, row, column, {**RULES[rule], **source, "ignore_blank": True, **told}
        )
        if name:
            self.kit.name(name, self.name, address(row, column))

    def put(
        self, row: int, column: int, value: Cell, role: str = "label", number: str = "text", **more: Any
    ) -> None:
        """Write a constant; a note in the column of notes begins where its header does."""
        if role == "note" and column == _NOTES and "align" not in more:
            more = {"indent": 1, **more}
        super().put(row, column, value, role, number, **more)

    def unit(self, row: int, column: int, unit: str, **more: Any) -> None:
        """Write a unit: a cell of Settings, or the text ``template.unit.UNIT``."""
        more = {"text_wrap": True, **more}
        if unit in _LINKED_UNITS:
            self.calculate(row, column, f"={_LINKED_UNITS[unit]}", "unit", **more)
        else:
            self.put(row, column, self.kit.word(f"template.unit.{unit}"), "unit", **more)

    def line(
        self, row: int, name: str, unit: str, value: Cell, number: str, *, rule: str = "", note: str = "",
        named: str = "", role: str = "calculation", column: int = 3, choices: Sequence[str] = (), **more: Any,
    ) -> None:  # fmt: skip
        """Write label, unit, note and one value: a formula (``=...``) or, with a `rule`, an input.

        Values stand to the right, whatever they are: the lines of a block make one column.
        Label and note are the texts NAME and NOTE of this sheet, or keys of the terms (with a dot or
        found there) such as ``avg_order_value``.
        """
        self.put(row, 0, self.term(name), text_wrap=True)
        self.unit(row, 1, unit)
        if note:
            self.put(row, 2, self.say(note), "note")
        more = {"align": "right", **more}
        if rule:
            self.input(row, column, value, number, rule, name=named, choices=choices, **more)
            return
        self.calculate(row, column, str(value), role, number, **more)
        if named:
            self.kit.name(named, self.name, address(row, column))

    def term(self, name: str) -> str:
        """Return a text of this sheet, or else the term of that key."""
        key = f"template.{self.key}.{name}"
        found = self.kit.word(key)
        return self.kit.word(name) if found == key else found

    def dual(self, row: int, column: int, native: str, function: str, number: str, **more: Any) -> None:
        """Write a number that the function answers where the add-in is, and a native formula elsewhere.

        Both are without ``=``. The native build has the native formula alone; a log too long for
        native formulas has the function alone.
        """
        if not self.kit.functions:
            self.calculate(row, column, f"={native}", "calculation", number, **more)
            return
        other = native if self.kit.native else text(self.kit.word("addin_missing"))
        self.calculate(row, column, f"=IF(set_addin,{function},{other})", "addin", number, **more)

    def only(self, row: int, column: int, function: str, number: str, **more: Any) -> None:
        """Write a number that only the add-in knows; elsewhere a text says so."""
        missing = text(self.kit.word("addin_missing"))
        if self.kit.functions:
            self.calculate(row, column, f"=IF(set_addin,{function},{missing})", "addin", number, **more)
        else:
            self.put(row, column, self.kit.word("addin_missing"), "note")

    def check(
        self, key: str, value: str, *, rule: Rule = "within", limit: float | str = 0.0,
        kind: Kind = "integrity", number: str = "exact",
    ) -> None:  # fmt: skip
        """Let the sheet Checks hold a number (a formula without ``=``) against a limit."""
        self.kit.checks.append(Check(key, value, rule, limit, kind, self.name, number))

    def compare(self, key: str, native: str, function: str, fits: str = "") -> None:
        """Let the sheet Checks hold a function against a native formula: equal within 1e-9 of the number.

        `fits` is the condition, without ``=``, under which the function has an answer.
        """
        if self.kit.functions and self.kit.native:
            gap = f"ABS(({function})-({native}))/MAX(1,ABS({native}))"
            asked = f'IF({fits},{gap},"")' if fits else gap
            self.check(key, f'IF(set_addin,{asked},"")', limit=1e-9, kind="addin")

    def data_table(
        self, top: int, left: int, bottom: int, right: int, number: str, *,
        row_input: tuple[int, int] | None = None, column_input: tuple[int, int] | None = None,
    ) -> None:  # fmt: skip
        """Write the inner block of a data table of Excel, without its header row and column.

        `row_input` is the cell that the values of the header row are put into, `column_input` that
        of the header column; both lie on this sheet, as Excel wants it.
        """
        style = self.book.styles.of("calculation", number)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.sheet.write_number(row, column, 0, style)

        def plain(cell: tuple[int, int] | None) -> str | None:
            return None if cell is None else address(*cell).replace("$", "")

        block = f"{plain((top, left))}:{plain((bottom, right))}"
        self.kit.data_tables.append(DataTable(self.name, block, plain(row_input), plain(column_input)))

    def chart(
        self,
        row: int,
        column: int,
        chart: Any,
        name: str,
        size: tuple[int, int],
        offset: tuple[int, int] = (4, 4),
    ) -> None:
        """Place a chart: its title is the text ``chart_NAME``, what it shows in words ``chart_NAME_alt``."""
        if are_bars(chart):
            self._from_zero(row + 1, column, chart)
        self.place_chart(
            row, column, chart, self.say(f"chart_{name}"), self.say(f"chart_{name}_alt"), offset, size
        )

    def in_currency(self, row: int, column: int, name: str) -> str:
        """Write a text with ``{currency}`` as a formula behind a chart; return what names an axis by it.

        Whoever changes the currency on Settings is to read it on the axis too.
        """
        before, _, after = self.say(name, currency="|").partition("|")
        parts = (text(before) if before else "", "set_currency", text(after) if after else "")
        self.calculate(row, column, f"={'&'.join(part for part in parts if part)}", "subtitle", indent=2)
        return f"={self.at(row, column)}"

    def _from_zero(self, row: int, column: int, chart: Any) -> None:
        """Keep 0 on the axis of bars: it stands with its words behind the first chart of the sheet."""
        if not self._zero:
            self._zero = (row, column)
            self._write(row, column, self.kit.word("template.bars_begin"), "subtitle", "text", indent=2)
            self._write(row + 1, column, 0.0, "subtitle", "text", align="left", indent=2)
        row, column = self._zero
        on_axis(self.book.workbook, chart, f"={self.at(row, column)}", f"={self.at(row + 1, column)}")

    def blank(self, area: tuple[int, int, int, int], condition: str, *, plain: bool = False) -> None:
        """Show nothing in cells for which a formula, without ``=``, is true: slots that nobody uses.

        With `plain` inputs among them look like the sheet: nothing is to be typed there.
        """
        look: dict[str, Any] = {"num_format": ";;;"}
        if plain:
            look |= {"bg_color": "#FFFFFF", "border": 1, "border_color": "#FFFFFF"}
        rule = {"type": "formula", "criteria": f"={condition}", "format": self.book.workbook.add_format(look)}
        self.sheet.conditional_format(*area, rule)

    def settle(self) -> None:
        """Make columns and rows as large as their texts need; a row that was made higher stays so.

        What a function answers in its header is longer than what the sheet writes beside it.
        """
        told = {row: pixels for row, (pixels, _) in self.sheet.row_sizes.items()}
        super().settle()
        for row, pixels in told.items():
            if self.sheet.row_sizes[row][0] < pixels:
                self.sheet.set_row_pixels(row, pixels)

    def finish(self) -> None:
        """Fit columns and rows to their texts and protect the sheet."""
        self.settle()
        if self.two_wide is None:
            printed.one_wide(self.sheet, self._fit.widths())
        else:
            printed.two_wide(self.sheet, self._fit.widths(), *self.two_wide)
        if self.protected:
            self.sheet.protect("", dict(_OPEN))
