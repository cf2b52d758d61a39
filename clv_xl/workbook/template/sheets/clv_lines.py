"""Lines of the sheet CLV: a number by formula, and what a function answers beside it."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from clv_xl.workbook.page import address
from clv_xl.workbook.template.compared import with_function
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.clv_cells import Cells

Step: TypeAlias = tuple[str, str, str, str, str]
"""Name, unit, number format, native formula, function beside it or empty."""

# Rows that are called as the term is.
LABELS: Final = MappingProxyType(
    {
        "revenue_value": "clv_revenue",
        "less_cac": "cac",
        "net": "clv_net",
        "ratio": "ltv_cac",
        "contract_ratio": "ltv_cac",
        "margin_sum": "cohort_margin",
        "pv": "present_value",
        "cac_line": "cac",
    }
)


def heads(leaf: Leaf, row: int) -> None:
    """Write the header row of lines with one number, and what a function answers beside it."""
    words = [leaf.term(key) for key in ("item", "unit", "how", "value")]
    leaf.header(row, [*words, leaf.say("function") if leaf.kit.functions else ""], numbers=(3, 4))


def steps(leaf: Leaf, row: int, rows: Sequence[Step], cells: Cells) -> int:
    """Write lines of formulas, each known to the later ones by its name; return the next free row."""
    for row_at, (name, unit, number, native, function) in enumerate(rows, row):
        label = LABELS.get(name, name)
        leaf.line(row_at, label, unit, f"={native.format(**cells)}", number, note=f"{name}_note",
                  align="right")  # fmt: skip
        cells[name] = address(row_at, 3)
        if function:
            with_function(leaf, row_at, cells[name], function.format(**cells), number, f"clv_{name}")
    return row + len(rows)
