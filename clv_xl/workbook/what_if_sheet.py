"""Sheet What-if: drivers, scenarios, sensitivity, tornado, goal seek and levers on one base."""

from collections.abc import Mapping
from dataclasses import dataclass

from clv_xl.workbook import goal_block, lever_block, what_if_charts
from clv_xl.workbook.driver_block import DriverBlock, write_drivers
from clv_xl.workbook.formulas import picked
from clv_xl.workbook.inputs import Held, Inputs, write_inputs
from clv_xl.workbook.page import Area, Page
from clv_xl.workbook.planning_page import begin, end
from clv_xl.workbook.status import write_status
from clv_xl.workbook.styles import BAND, NAVY
from clv_xl.workbook.tables import Spilled
from clv_xl.workbook.what_if_tables import CALLS

WIDTHS = (36, 22, *([13] * 12))
HOLDS = "set_what_if"
_FIRST, _CHART_ROWS = 7, 16
_HEAT = {"type": "3_color_scale", "min_color": "#F4B6A6", "mid_color": "#FFFFFF", "max_color": "#8CC5A2"}


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Where the numbers of the sheet are, the sheet's name before each."""

    drivers: DriverBlock
    base: str
    tornado_base: str
    solved: str
    native: str


def write(
    page: Page, at: Mapping[str, str], tables: Mapping[str, Spilled], inputs: Mapping[str, Inputs], held: Held
) -> WhatIf:
    """Write the sheet; `at` is where the numbers of the summary are."""
    book = page.book
    page.head(book.word("demo.what_if_title"), [book.word(f"demo.what_if_{key}") for key in ("what", "date")])
    write_status(page, 3, holds=HOLDS)
    row = begin(page, _FIRST, "drivers", None)
    drivers = write_drivers(page, row, at)
    scenario, row = _scenarios(page, drivers.bottom + 1, tables["scenario"], inputs["scenarios"], held)
    breaks = [row]
    row = _sensitivity(page, row, tables["sensitivity"], inputs, held)
    tornado, row = _tornado(page, row, tables["tornado"], inputs["change"], held)
    breaks.append(row)
    solved, native, row = goal_block.write(
        page, row, drivers.values, at["in_target_ratio"], inputs["target"], held
    )
    row = lever_block.write(page, row, tables["lever"], inputs["levers"], held)
    end(page, 4, HOLDS, held)
    page.sheet.freeze_panes(1, 1)
    page.sheet.set_h_pagebreaks(breaks)
    page.sheet.print_area(0, 0, row, len(WIDTHS) - 1)

    def of(area: Area, label: str, place: int) -> str:
        """Return the value beside a label."""
        labels, values = (page.ref + area.column(j).absolute for j in (0, place))
        return picked(labels, book.word(label), values)

    base = of(scenario, "net_clv", 1)
    tornado_base = of(tornado, "scenario_base", tables["tornado"].at("output_low"))
    return WhatIf(drivers, base, tornado_base, solved, native)


def _scenarios(page: Page, row: int, table: Spilled, inputs: Inputs, held: Held) -> tuple[Area, int]:
    """Write the scenarios as typed, the table and its chart."""
    first = row
    row = begin(page, row, "scenario", None)
    area = write_inputs(page, row, 0, inputs, held)
    page.put(area.bottom + 2, 0, page.book.shown(CALLS["scenario"]), "code_line")
    found = page.spill(area.bottom + 3, 0, CALLS["scenario"], table, wrap=True)
    net = table.measures.index("net_clv")
    names = Area(found.top, 1, found.top, found.right)
    values = Area(found.top + net, 1, found.top + net, found.right)
    chart = what_if_charts.columns(page, names, values)
    page.draw(first + 2, 6, chart, "scenario", (10, 0), (620, 400))
    looks = {"clv": {"top": 1, "top_color": NAVY}, "net_clv": {"bold": True, "bg_color": BAND}}
    for measure, look in looks.items():
        line = found.top + table.measures.index(measure)
        rule = {"type": "no_errors", "format": page.book.workbook.add_format(look)}
        page.sheet.conditional_format(line, 0, line, found.right, rule)
    return found, found.bottom + 2


def _sensitivity(page: Page, row: int, table: Spilled, inputs: Mapping[str, Inputs], held: Held) -> int:
    """Write the two ranges and the grid, coloured by value."""
    book = page.book
    row = begin(page, row, "sensitivity", None)
    for key in ("lifespans", "margins"):
        page.put(row, 0, book.word(f"demo.table_{key}"))
        write_inputs(page, row, 2, inputs[key], held)
        row += 1
    page.put(row + 1, 0, book.shown(CALLS["sensitivity"]), "code_line")
    area = page.spill(row + 2, 1, CALLS["sensitivity"], table)
    page.sheet.conditional_format(area.top + 1, area.left + 1, area.bottom, area.right, _HEAT)
    page.put(area.top + 1, area.right + 2, book.word("demo.sensitivity_axes"), "subtitle")
    page.put(area.top + 2, area.right + 2, book.word("demo.sensitivity_colours"), "subtitle")
    return area.bottom + 2


def _tornado(page: Page, row: int, table: Spilled, change: Inputs, held: Held) -> tuple[Area, int]:
    """Write the tornado and draw its bars to both sides of the base."""
    row = begin(page, row, "tornado", None)
    page.put(row, 0, page.book.word("demo.table_change"))
    write_inputs(page, row, 1, change, held)
    page.put(row + 2, 0, page.book.shown(CALLS["tornado"]), "code_line")
    area = page.spill(row + 3, 0, CALLS["tornado"], table, wrap=True)
    chart = what_if_charts.tornado(page, area, table)
    page.draw(area.bottom + 2, 0, chart, "tornado", (4, 4), (900, 300))
    return area, area.bottom + 2 + _CHART_ROWS
