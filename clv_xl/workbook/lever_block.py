"""Levers: what each programme gains, costs and returns, and the uplift at which it breaks even."""

from clv_xl.workbook import what_if_charts
from clv_xl.workbook.inputs import Held, Inputs, write_inputs
from clv_xl.workbook.page import Area, Page
from clv_xl.workbook.planning_page import begin
from clv_xl.workbook.styles import BAD_FILL, GOOD_FILL
from clv_xl.workbook.tables import Spilled
from clv_xl.workbook.what_if_tables import CALLS

_NAMES = ("levers", "uplifts", "costs", "customers")


def write(page: Page, row: int, table: Spilled, inputs: Inputs, held: Held) -> int:
    """Write the list of levers, what they give, and gain beside cost; return the next free row."""
    book, first = page.book, row
    row = begin(page, row, "lever", None)
    area = write_inputs(page, row, 0, inputs, held)
    places = (area.column(i, 1).absolute.replace("$", "") for i in range(len(_NAMES)))
    call = CALLS["lever"].format(**dict(zip(_NAMES, places, strict=True)))
    below = area.bottom + 5
    page.put(below, 0, book.shown(call), "code_line")
    found = page.spill(below + 1, 0, call, table, wrap=True)
    last = table.block.height - 1
    names = found.column(0, 1, last)
    series = [found.column(table.at(key), 1, last) for key in ("total_gain", "cost")]
    chart = what_if_charts.clustered(page, names, series, "#,##0")
    page.draw(first + 2, 5, chart, "lever", (10, 2), (740, 250))
    _colour(page, found, table)
    return found.bottom + 2


def _colour(page: Page, area: Area, table: Spilled) -> None:
    """Mark programmes that bring more than they cost, and those that do not."""
    roi = area.column(table.at("roi"), 1)
    for criteria, fill in ((">", GOOD_FILL), ("<", BAD_FILL)):
        look = page.book.workbook.add_format({"bg_color": fill})
        rule = {"type": "cell", "criteria": criteria, "value": 0, "format": look}
        page.sheet.conditional_format(roi.top, roi.left, roi.bottom, roi.right, rule)
