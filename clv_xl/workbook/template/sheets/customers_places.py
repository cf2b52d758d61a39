"""Where the single cells of sheet Customers are, for its formulas."""

from dataclasses import dataclass, field
from typing import Final

ROWS: Final = 1_000  # customers in the list


@dataclass(slots=True)
class Places:
    """Absolute addresses of cells and columns by name."""

    at: dict[str, str] = field(default_factory=dict)


def letters(column: int) -> str:
    """Return the letters of a column counted from 0.

    Examples
    --------
    >>> letters(0), letters(28)
    ('A', 'AC')
    """
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))
