"""The cells of a file, a list a column."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

TOP_ROWS: Final = 30  # among which the header row is looked for
Score = Callable[[Sequence[Any]], int]


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """The cells of a file, a list a column, and what was found out about it.

    Parameters
    ----------
    columns : list of list
        Texts of a text file; of a workbook what its cells hold.
    encoding : str
        Encoding of a text file, else ``""``.
    separator : str
        Separator of a text file, else ``""``.
    sheet : str
        Name of the sheet of a workbook, else ``""``.
    """

    columns: list[list[Any]]
    encoding: str = ""
    separator: str = ""
    sheet: str = ""

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0

    def row(self, i: int) -> list[Any]:
        """Return the cells of a row."""
        return [column[i] for column in self.columns]

    def top(self) -> Iterator[list[Any]]:
        """Yield the rows among which the header is looked for."""
        return (self.row(i) for i in range(min(self.height, TOP_ROWS)))
