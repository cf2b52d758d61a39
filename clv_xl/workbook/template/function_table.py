"""What a table function of the add-in answers, as a block of its own: the call as typed, its table below.

Where the add-in is not loaded the table is blank, and the line that shows the call says so instead: a
text in the table would stand in each of its cells in programs that spill as Excel 2010 did.
"""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area
from clv_xl.workbook.tables import Spilled
from clv_xl.workbook.template.leaf import Leaf

Formats: TypeAlias = Sequence[Sequence[str]]
"""Number format of each cell of a table, a row a row, the header row among them."""
_LONGEST: Final = 255  # letters of a text in a formula
_LINE_HEIGHT: Final = 11.5  # points, of small letters
# Points: heads that the function words, in four lines; in three and five in these languages.
_HEAD_HEIGHTS: Final = MappingProxyType({"en": 43.5, "ka": 71.0})
_HEAD_HEIGHT: Final = 57.5


def by_column(numbers: Sequence[str], rows: int) -> Formats:
    """Return the formats of a table of so many rows, header and total row included, alike in a column."""
    return [numbers] * rows


def by_row(numbers: Sequence[str], columns: int) -> Formats:
    """Return the formats of a table with a measure in each row: labels first, a header row above.

    Examples
    --------
    >>> by_row(["money"], 3)
    [['text', 'text', 'text'], ['text', 'money', 'money']]
    """
    return [["text", *[number] * (columns - 1)] for number in ("text", *numbers)]


def function_table(
    leaf: Leaf,
    row: int,
    column: int,
    call: str,
    formats: Formats,
    *,
    headed: bool = True,
    total: bool = False,
    when: str = "",
    never: bool = False,
    size: tuple[int, int] | None = None,
    heads: Sequence[str] = (),
    above: int = 1,
    fixed: bool = False,
    blank: bool = False,
    lines: int = 1,
) -> Area:
    """Write a call as it is typed and, below it, what it answers; in the native build nothing.

    Parameters
    ----------
    leaf : Leaf
        The sheet.
    row, column : int
        Where the call stands as typed.
    call : str
        The function with its arguments, without ``=``.
    formats : sequence of sequence of str
        Number format of each cell; they say how large the block is.
    headed, total : bool
        Whether the first row is a header row, whether the last is a total.
    when : str
        Condition under which the function is asked, without ``=``; elsewhere the table is blank.
    never : bool
        Whether #N/A is an answer (never paid back), shown as blank. Other errors stay.
    size : tuple of int, optional
        Rows and columns of the answer where the block has room for more to come.
    heads : sequence of str
        Keys of the words in the header row, for which columns make room.
    above : int
        Rows from the call to the table, where a title or a header of the sheet stands between.
    fixed : bool
        Whether the answer has the size of the block whatever the inputs are.
    blank : bool
        Whether the condition `when` does not hold in the workbook as it is written: the answer is one
        blank cell then, and grows where tables spill. Calc, which does not, gets its block.
    lines : int
        Lines of text that a row holds.

    Returns
    -------
    Area
        The block, from its header row.
    """
    top = row + above
    area = Area(top, column, top + len(formats) - 1, column + len(formats[0]) - 1)
    if not leaf.kit.functions:
        return area
    _typed(leaf, row, column, call)
    one_cell = blank and leaf.kit.build != "calc"
    rows, columns = (1, 1) if one_cell else size or (len(formats), len(formats[0]))
    answers = Area(area.top, area.left, area.top + rows - 1, area.left + columns - 1)
    last = len(formats) - 1
    _unloaded(leaf, area)
    for i, numbers in enumerate(formats):
        for j, number in enumerate(numbers):
            role = "addin"
            if headed and i == 0:
                role = "spill_text" if j == 0 or formats[min(1, last)][j] == "text" else "spill_number"
            elif total and i == last:
                role = "spill_total"
            # What a row is about stands left, a period or a level as well; with a number beside it a
            # text has no room to run on, and a text of a function cannot make the column wider.
            more: dict[str, Any] = {"align": "left"} if j == 0 else {}
            if number == "text" and role == "addin" and "text" not in numbers[j + 1 : j + 2]:
                fitted = {"shrink": True} if lines == 1 else {"text_wrap": True, "font_size": 8}
                more |= fitted if j + 1 < len(numbers) else {}
            style = leaf.book.styles.of(role, number, **more)
            if i == j == 0:  # first: it gives its style to all cells of the array
                _asked(leaf, answers, call, style, when=when, never=never, fixed=fixed)
            else:
                leaf.sheet.write_blank(area.top + i, area.left + j, None, style)
    if headed and column == 0 and not heads:
        leaf.sheet.set_row(area.top, _HEAD_HEIGHTS.get(leaf.book.language, _HEAD_HEIGHT))
    if lines > 1:
        for line in range(area.top + 1, area.bottom + 1):
            leaf.sheet.set_row(line, lines * _LINE_HEIGHT)
    for j, key in enumerate(heads):
        leaf.hold(area.top, area.left + j, leaf.kit.word(key), "spill_number")
    return area


def _unloaded(leaf: Leaf, area: Area) -> None:
    """Take ground and lines from a table that has no answer: an empty band would say nothing."""
    leaf.blank((area.top, area.left, area.bottom, area.right), "NOT(set_addin)", plain=True)


def answered_table(leaf: Leaf, row: int, column: int, call: str, table: Spilled) -> Area:
    """Write a call whose answer for the orders in the template is known, with room for its texts."""
    _typed(leaf, row, column, call)
    top = row + 1
    area = Area(top, column, top + table.block.height - 1, column + table.block.width - 1)
    # No orders, or too few of them, is an answer.
    _asked(leaf, area, call, leaf.book.styles.of(*table.look(0, 0)), never=True)
    leaf.fill(top, column, table, corner=False)
    _unloaded(leaf, area)
    return area


def _typed(leaf: Leaf, row: int, column: int, call: str) -> None:
    """Write a call as it is typed, or that the add-in is not loaded where it is not."""
    typed, missing = leaf.book.shown(f"={call}"), text(leaf.kit.word("addin_missing"))
    parts = (typed[i : i + _LONGEST] for i in range(0, len(typed), _LONGEST))
    leaf.renew(row, column, f"=IF(set_addin,{'&'.join(text(part) for part in parts)},{missing})", "code_line")


def _asked(
    leaf: Leaf, area: Area, call: str, style: Any, *, when: str = "", never: bool = False, fixed: bool = False
) -> None:
    """Write the call as one dynamic array."""
    answer = _filled(area, call) if leaf.kit.build == "calc" and not fixed else call
    if never:
        answer = f'IFNA({answer},"")'
    if when:
        answer = f'IF({when},{answer},"")'
    formula = leaf.book.stored(f'=IF(set_addin,{answer},"")')
    leaf.sheet.write_dynamic_array_formula(area.top, area.left, area.bottom, area.right, formula, style, 0)


def _filled(area: Area, call: str) -> str:
    """Return a call whose answer fills an area: Calc does not spill, and shows #N/A where an array ends."""
    rows = f"ROW({Area(0, 0, area.bottom - area.top, 0).absolute})"
    columns = f"COLUMN({Area(0, 0, 0, area.right - area.left).absolute})"
    inside = f"({rows}<=ROWS({call}))*({columns}<=COLUMNS({call}))"
    return f'IF({inside},INDEX({call},{rows},{columns}),"")'
