"""A planner's what-if: deltas per segment from a frozen base."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clv_xl.workbook.template.leaf import Leaf
    from clv_xl.workbook.template.sheets.scenario_table import Read
    from clv_xl.workbook.template.sheets.scenarios import Lines


def write(leaf: Leaf, row: int, lines: Lines, read: Read | None) -> int:
    """Write the part; return the next free row."""
    return row
