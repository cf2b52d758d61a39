"""CLV.COHORT in blocks of their own, and what the triangles are held against."""

from typing import Final

import numpy as np

from clv_xl.metrics.periods import period_index, period_start
from clv_xl.workbook.formulas import joined
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.compared import gap, held
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.kit import Kit
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.order_lines import OrderLines
from clv_xl.workbook.template.sheets import cohort_layout as at

MEASURES: Final = ("customers", "retention", "revenue", "cumulative")
LEADING: Final = 3  # cohort, customers, partial: columns before the ages
_NUMBERS: Final = ("int", "percent", "money_whole", "money")
_SPARE: Final = 14  # rows for cohorts to come
_TOPS: Final = (at.CUSTOMERS, at.RETAINED, at.REVENUE, at.CUMULATIVE)


def shape(kit: Kit) -> tuple[int, int]:
    """Return rows and columns of what CLV.COHORT spills for the orders in the workbook, by month."""
    return kit.once("cohort_shape", lambda: shape_of(kit.lines))


def shape_of(lines: OrderLines) -> tuple[int, int]:
    """Return rows and columns of what CLV.COHORT spills for orders sorted by date, by month.

    Refunds and what is later than the last day found no cohort; customers are told apart as the
    functions do it, without regard to case and outer spaces.
    """
    counted = zip(lines.customers, lines.days, lines.revenue, strict=True)
    firsts: dict[object, float] = {}
    for customer, day, money in counted:
        if money >= 0 and day < lines.as_of + 1:
            key = customer.strip().casefold() if isinstance(customer, str) else customer
            firsts.setdefault(key, day)
    if not firsts:
        return 1, LEADING
    months = period_index(np.unique(np.fromiter(firsts.values(), float)).astype(np.int64), "M")
    now = int(period_index(int(lines.as_of), "M"))
    ended = int(period_start(now + 1, "M")) == int(lines.as_of) + 1
    return len(np.unique(months)) + 2, LEADING + max(now - int(months.min()) + int(ended), 0)


def room(kit: Kit) -> int:
    """Return the rows kept free for one block."""
    return max(shape(kit)[0], at.COHORTS + 2) + _SPARE


def spilled(kit: Kit, measure: str) -> Area:
    """Return the room of a measure's block, from its header row."""
    top = at.FUNCTIONS + 3 + MEASURES.index(measure) * (room(kit) + 2)
    return Area(top, 0, top + room(kit) - 1, LEADING + max(at.AGES, shape(kit)[1] - LEADING) - 1)


def found(leaf: Leaf, measure: str, label: str, column: int) -> str:
    """Return a cell of a block by the label of its cohort, as a formula without ``=``."""
    area = spilled(leaf.kit, measure)
    labels = area.column(0, 1).absolute
    return f"SUMPRODUCT(--({joined(labels)}={label}),{area.column(column, 1).absolute})"


def write_functions(leaf: Leaf) -> None:
    """Write a block for each measure and hold the triangles against them."""
    kit = leaf.kit
    if not kit.functions:
        return
    leaf.section(at.FUNCTIONS, leaf.say("functions"), at.LAST + 1)
    leaf.put(at.FUNCTIONS + 1, 0, leaf.say("functions_note"), "subtitle")
    for measure, number in zip(MEASURES, _NUMBERS, strict=True):
        _block(leaf, measure, number)
    if kit.native:
        for measure, top in zip(MEASURES, _TOPS, strict=True):
            _compare(leaf, measure, top)


def _compare(leaf: Leaf, measure: str, top: int) -> None:
    """Hold the sum of a triangle, its total row included, against that of the block."""
    area, triangle, ref = spilled(leaf.kit, measure), at.cells(top), leaf.ref
    body = Area(area.top + 1, area.left + LEADING, area.bottom, area.right).absolute
    native = f"SUM({ref}{Area(triangle.top, triangle.left, triangle.bottom + 1, triangle.right).absolute})"
    function = f"SUM({ref}{body})"
    # The triangle has 24 cohorts and ages, the function all of them.
    ordinals, sizes = at.facts(at.ORDINAL).absolute, area.column(1, 1).absolute
    fits = f"COUNT({ref}{ordinals})+1=COUNT({ref}{sizes})"
    if measure == "cumulative":
        # Without costs the function has revenue to date; a log with costs has a margin of its own.
        function += f"*{leaf.at(*at.MARGIN)}"
        fits = f"AND({fits},COUNT(Orders[cost])=0)"
    held(leaf, f"cohort_fn_{measure}", gap(function, native, native), fits)


def _block(leaf: Leaf, measure: str, number: str) -> None:
    kit = leaf.kit
    area = spilled(kit, measure)
    call = f'CLV.COHORT(Orders[#All],set_cohort_unit,"{measure}",set_as_of)'
    ages = area.right + 1 - LEADING
    body = ["text", "int", "text", *[number] * ages]
    formats = [["text"] * len(body), *by_column(body, room(kit) - 1)]
    known = f'{address(*at.FIRST_DAY)}<>""'
    function_table(leaf, area.top - 1, 0, call, formats, when=known, size=shape(kit))
