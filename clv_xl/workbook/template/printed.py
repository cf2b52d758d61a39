"""How large a sheet prints: as its width allows, or a little smaller where a page would be nearly empty."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Any, Final

# Pixels: a digit, what a column has beside its digits, and a page of A4 across and down at full size; across
# it has a tenth more, for programs without the font that widths are told in draw digits wider.
_DIGIT: Final = 7
_WHITE: Final = 5
_PAPER: Final = 945
_DOWN: Final = 645
# A last page that holds less than this is nearly empty; smaller than this share nobody reads it.
_NEARLY_EMPTY: Final = 0.3
_SMALLEST: Final = 0.75


def pixels(width: float) -> int:
    """Return how wide a column of so many digits is.

    Examples
    --------
    >>> pixels(10)
    75
    """
    return int(_DIGIT * width + _WHITE)


def scale(heights: Sequence[int], breaks: Sequence[int], width: int, repeated: int = 0) -> int:
    """Return the scale in percent at which the parts of a sheet fill their pages.

    Parameters
    ----------
    heights : sequence of int
        Pixels of the printed rows.
    breaks : sequence of int
        Rows, from 0, that begin a page.
    width : int
        Pixels across.
    repeated : int
        Pixels of the rows that every page repeats.

    Examples
    --------
    >>> scale([20] * 30, [], 945), scale([20] * 38, [], 945), scale([20] * 60, [], 945)
    (100, 84, 100)
    """
    largest = min(100, int(100 * _PAPER / width))
    edges = [0, *sorted(row for row in breaks if row < len(heights)), len(heights)]
    parts = [heights[first:last] for first, last in pairwise(edges)]

    def empty(percent: int) -> int:
        page = 100 * _DOWN / percent
        return sum(_nearly_empty(part, page, repeated if i else 0, repeated) for i, part in enumerate(parts))

    # Of those with the fewest such pages the largest.
    return min(range(largest, ceil(_SMALLEST * largest) - 1, -1), key=empty)


def _nearly_empty(part: Sequence[int], page: float, used: int, repeated: int) -> bool:
    """Tell whether rows run over to a last page that holds hardly anything; `used` is of the first page."""
    pages = 1
    for height in part:
        if used + height > page and used > repeated:
            pages, used = pages + 1, repeated
        used += height
    return pages > 1 and used - repeated < _NEARLY_EMPTY * page


def one_wide(sheet: Any, widths: Sequence[float]) -> None:
    """Let a sheet that is fitted to a width of one page print at a scale of its own."""
    if (sheet.fit_page, sheet.fit_width, sheet.fit_height) != (1, 1, 0) or not sheet.print_area_range:
        return
    last_row, last_column = _corner(sheet.print_area_range)
    heights = [_height(sheet, row) for row in range(last_row + 1)]
    repeated = sum(heights[row] for row in _rows(sheet.repeat_row_range))
    across = sum(pixels(width) for width in widths[: last_column + 1])
    sheet.set_print_scale(scale(heights, sheet.hbreaks, across, repeated))


def two_wide(sheet: Any, widths: Sequence[float], first: int, last: int, repeated: int) -> None:
    """Let a sheet print two pages wide: up to column `first`, and on from it behind the `repeated` first.

    A page fitted to its width ignores breaks between columns, so that the scale is told.
    """
    wide = [pixels(width) for width in widths]
    across = max(sum(wide[:first]), sum(wide[:repeated]) + sum(wide[first : last + 1]))
    last_row, _ = _corner(sheet.print_area_range)
    heights = [_height(sheet, row) for row in range(last_row + 1)]
    sheet.set_print_scale(scale(heights, sheet.hbreaks, across))
    sheet.set_v_pagebreaks([first])
    sheet.repeat_columns(0, repeated - 1)
    sheet.print_across()


def _corner(area: str) -> tuple[int, int]:
    """Return the last row and column of a print area."""
    from xlsxwriter.utility import xl_cell_to_rowcol

    row, column = xl_cell_to_rowcol(area.rpartition("!")[2].rpartition(":")[2].replace("$", ""))
    return int(row), int(column)


def _rows(area: str) -> range:
    """Return the rows that every page repeats."""
    if not area:
        return range(0)
    first, _, last = area.rpartition("!")[2].replace("$", "").partition(":")
    return range(int(first) - 1, int(last))


def _height(sheet: Any, row: int) -> int:
    return int(sheet.row_sizes[row][0]) if row in sheet.row_sizes else int(sheet.default_row_height)
