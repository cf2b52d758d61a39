"""Shared formulas: one text stored for many cells, moved to each of them."""

from clv_xl.hosts.headless.address import (
    COLUMN,
    MAX_COLUMN,
    MAX_ROW,
    ROW,
    Area,
    column_number,
    moved,
    moved_end,
)
from clv_xl.hosts.headless.formula import MARK, NAME, NUMBER, Token


def shifted(parts: list[Token], rows: int, columns: int) -> list[Token]:
    """Return the tokens of a formula copied `rows` down and `columns` to the right.

    Examples
    --------
    >>> from clv_xl.hosts.headless.formula import text_of, tokens
    >>> text_of(shifted(tokens('A1*$B$1&"A1"&Log10(C:C)'), 1, 1))
    'B2*$B$1&"A1"&Log10(D:D)'
    """
    result: list[Token] = []
    for i, part in enumerate(parts):
        changed = moved(part.text, rows, columns) if part.kind == NAME else None
        if changed is None and part.kind in (NAME, NUMBER) and _is_end(parts, i):
            changed = moved_end(part.text, rows, columns)
        result.append(part if changed is None else Token(NAME, changed))
    return result


def _is_end(parts: list[Token], i: int) -> bool:
    """Return whether token i is one end of a whole-column or whole-row range."""
    return any(is_range(parts, j) for j in (i, i - 2))


def is_range(parts: list[Token], i: int) -> bool:
    """Return whether tokens i, i+1, i+2 are a whole-column or whole-row range."""
    if i < 0 or i + 2 >= len(parts) or parts[i + 1] != (MARK, ":"):
        return False
    first, last = parts[i].text, parts[i + 2].text
    return bool((COLUMN.match(first) and COLUMN.match(last)) or (ROW.match(first) and ROW.match(last)))


def area_of(parts: list[Token]) -> Area | None:
    """Return the cells of an address and nothing else, of whole columns and rows too.

    Examples
    --------
    >>> from clv_xl.hosts.headless.formula import tokens
    >>> area_of(tokens("B$2:C9")), area_of(tokens("$B:B")), area_of(tokens("B2+1"))
    (Area(top=2, left=2, bottom=9, right=3), Area(top=1, left=2, bottom=1048576, right=2), None)
    """
    if len(parts) == 3 and is_range(parts, 0):
        return whole_area(parts[0].text, parts[2].text)
    return Area.parse("".join(part.text for part in parts).replace("$", ""))


def whole_area(first: str, last: str) -> Area:
    """Return the cells of ``A:C`` or ``2:5``."""
    ends = [end.replace("$", "") for end in (first, last)]
    if COLUMN.match(ends[0]):
        left, right = sorted(map(column_number, ends))
        return Area(1, left, MAX_ROW, right)
    top, bottom = sorted(map(int, ends))
    return Area(top, 1, bottom, MAX_COLUMN)
