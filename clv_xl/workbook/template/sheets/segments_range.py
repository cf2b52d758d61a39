"""How far a segment's average may be off by chance: its customers differ, and they are few or many."""

from clv_xl.workbook.page import Area
from clv_xl.workbook.template.addresses import in_column
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.heads import head
from clv_xl.workbook.template.sheets.segments_layout import FIRST, LAST, area, total
from clv_xl.workbook.template.sheets.segments_layout import column as column_of
from clv_xl.workbook.template.sheets.slots import slots


def write_error(leaf: Leaf, row: int, column: int) -> None:
    """Write the standard error of revenue per customer, as a share of it, from the header row `row` on.

    A log too long for columns beside each line tells none.
    """
    leaf.put(row, column, head(leaf, "error"), "header", align="right")
    last = row + 1 + LAST - FIRST
    leaf.kit.place("segments.error", f"{leaf.ref}{Area(row + 1, column, last, column).absolute}")
    if leaf.kit.native:
        leaf.kit.later(lambda: _errors(leaf, row + 1, column))


def _errors(leaf: Leaf, first: int, column: int) -> None:
    for slot, key in enumerate(slots(leaf.kit.at("inputs.segment_key"))):
        n, revenue = (in_column(column_of(name), FIRST + slot) for name in ("customers", "revenue"))
        mine = f'--("|"&Orders[customer_segment]={key})'
        squares = f"SUMPRODUCT({mine},Orders[customer_revenue],Orders[customer_revenue])"
        variance = f"MAX(0,({squares}-{revenue}*{revenue}/{n})/({n}-1))"
        none = f'OR(set_base="quick",N({n})<=1,N({revenue})<=0)'
        formula = f'=IF({none},"",SQRT({variance}/{n})*{n}/{revenue})'
        leaf.calculate(first + slot, column, formula, number="percent")


def half(error: str, line: int) -> str:
    """Return the formula of half the range of a segment's CLV in a line, whose error stands in a cell."""
    clv = in_column(column_of("clv"), line)
    return f'=IF(OR(N({clv})=0,{error}=""),"",ABS({clv})*{error}*set_range_errors)'


def total_half() -> str:
    """Return the formula of half the range of the company's CLV: the segments are drawn apart."""
    n, halves = area("customers"), area("half")
    whole = f"SQRT(SUMPRODUCT({n},{n},{halves},{halves}))/{total('customers')}"
    return f'IF(COUNT({halves})<COUNT({n}),"",{whole})'
