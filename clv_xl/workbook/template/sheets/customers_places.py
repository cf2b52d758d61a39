"""Where the single cells of sheet Customers are, for its formulas."""

from dataclasses import dataclass, field
from typing import Final

ROWS: Final = 1_000  # customers in the list


@dataclass(slots=True)
class Places:
    """Absolute addresses of cells and columns by name."""

    at: dict[str, str] = field(default_factory=dict)
