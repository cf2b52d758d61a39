"""Where the rows of the sheet Scenarios are, for the blocks that read them."""

from dataclasses import dataclass, field
from typing import Final

from clv_xl.workbook.page import address
from clv_xl.workbook.template.leaf import HEAD_ROWS
from clv_xl.workbook.template.sheets.across import FIRST, span

LAST: Final = FIRST + 5  # column of the last scenario


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the rows of the sheet are, counted from 0."""

    names: int
    drivers: dict[str, int]
    results: dict[str, int]
    breaks: list[int] = field(default_factory=list)

    def live(self, name: str) -> str:
        """Return the cell of a driver or result in the scenario in force."""
        return address({**self.drivers, **self.results}[name], 3)

    def target(self, name: str) -> str:
        """Return the formula of a driver or result in the scenario that the bridge goes to."""
        row = {**self.drivers, **self.results}[name]
        return f"INDEX({span(row, LAST)},{address(HEAD_ROWS + 6, 3)})"

    def base(self, name: str) -> str:
        """Return the cell of a driver or result in the base."""
        return address({**self.drivers, **self.results}[name], FIRST)
