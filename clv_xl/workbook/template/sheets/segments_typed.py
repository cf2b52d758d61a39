"""Drivers of the segments typed over: held against the orders, and against how far those reach."""

from typing import Final

from clv_xl.workbook.page import Area
from clv_xl.workbook.template.addresses import in_column
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.cac_inputs import annuity
from clv_xl.workbook.template.sheets.cross_checks import APART
from clv_xl.workbook.template.sheets.heads import head
from clv_xl.workbook.template.sheets.segment_inputs import SLOTS
from clv_xl.workbook.template.sheets.segments_layout import FIRST
from clv_xl.workbook.template.sheets.segments_layout import column as column_of
from clv_xl.workbook.template.sheets.slots import slots

_HEADS: Final = ("typed_gap", "beyond")


def write_typed(leaf: Leaf, row: int, column: int) -> None:
    """Write a column of each from the header row `row` on, once the other sheets have told their places."""
    for i, name in enumerate(_HEADS, column):
        leaf.put(row, i, head(leaf, name), "header", align="right")
    leaf.kit.later(lambda: _typed(leaf, row + 1, column))
    leaf.kit.later(lambda: _beyond(leaf, row + 1, column + 1))


def _typed(leaf: Leaf, first: int, column: int) -> None:
    """Write order value x purchase rate against revenue per customer and period of the orders."""
    active = slots(leaf.kit.at("inputs.segment_active"))
    for slot in range(SLOTS):
        value, revenue = (in_column(column_of(name), FIRST + slot) for name in ("value", "revenue"))
        gap = f'=IF(OR(set_base="quick",N({revenue})<=0),"",{value}*{active[slot]}/{revenue}-1)'
        leaf.calculate(first + slot, column, gap, number="change")
    gaps = f"{leaf.ref}{Area(first, column, first + SLOTS - 1, column).absolute}"
    largest = f"MAX(MAX({gaps}),-MIN({gaps}))"
    leaf.check("segments_typed", largest, limit=APART, kind="warning", number="percent")


def _beyond(leaf: Leaf, first: int, column: int) -> None:
    """Write the share of CLV after the span of the data, which the sheet CLV knows."""
    span = leaf.kit.known("clv.span")
    if span is None:
        return
    for slot in range(SLOTS):
        life, clv = (in_column(column_of(name), FIRST + slot) for name in ("lifespan", "clv"))
        known = annuity(f"MIN({life},{span})")
        share = f'=IF(OR(set_base="quick",N({clv})=0),"",1-({known})/({annuity(life)}))'
        leaf.calculate(first + slot, column, share, number="percent")
    shares = f"{leaf.ref}{Area(first, column, first + SLOTS - 1, column).absolute}"
    leaf.check("segments_beyond", f"MAX({shares})", rule="at_most", limit="set_beyond_data", kind="warning",
               number="percent")  # fmt: skip
