"""Sheet Plan: the forecast of customers and cash, the bridge to the plan, the budget over channels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clv_xl.workbook import planning as p
from clv_xl.workbook import what_if_charts
from clv_xl.workbook.driver_block import UNITS, DriverBlock
from clv_xl.workbook.formulas import picked
from clv_xl.workbook.inputs import Held, Inputs, write_inputs
from clv_xl.workbook.page import Area, Page, address
from clv_xl.workbook.planning_page import begin, end
from clv_xl.workbook.status import write_status
from clv_xl.workbook.styles import NAVY
from clv_xl.workbook.tables import Spilled
from clv_xl.workbook.what_if_charts import PALE_GREEN, PALE_RED
from clv_xl.workbook.what_if_tables import CALLS

WIDTHS = (38, *([12] * 12), 16)
HOLDS = "set_plan"
_FIRST, _CHART_ROWS = 7, 16


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the numbers of the sheet are, the sheet's name before each."""

    flows: str
    closing: str
    effects: str
    change: str
    spend: str


def write(
    page: Page,
    drivers: DriverBlock,
    customers: str,
    tables: Mapping[str, Spilled],
    inputs: Mapping[str, Inputs],
    held: Held,
) -> Plan:
    """Write the sheet; `drivers` is where the base is, `customers` the customers of the company."""
    book = page.book
    page.head(book.word("demo.plan_title"), [book.word(f"demo.plan_{key}") for key in ("what", "assumed")])
    write_status(page, 3, holds=HOLDS)
    forecast, row = _forecast(page, drivers.values, customers, tables, inputs["years"], held)
    breaks = [row]
    bridge, row = _bridge(page, row, drivers.names, tables["bridge"], inputs["plan"], held)
    breaks.append(row)
    spend, row = _allocate(page, row, tables["allocate"], inputs, held)
    end(page, 4, HOLDS, held)
    page.sheet.freeze_panes(1, 1)
    page.sheet.set_h_pagebreaks(breaks)
    page.sheet.print_area(0, 0, row, len(WIDTHS) - 1)

    def of(key: str, area: Area, column: str, sign: str = "=") -> str:
        """Return the total of a column, or the sum of its other rows."""
        labels, values = (area.column(place).absolute for place in (0, tables[key].at(column)))
        return picked(page.ref + labels, book.word("total"), page.ref + values, sign)

    opening, new, lost, closing = (
        of("forecast", forecast, f"{word}_customers") for word in ("opening", "new", "lost", "closing")
    )
    return Plan(
        f"{opening}+{new}-{lost}",
        closing,
        of("bridge", bridge, "effect", "<>"),
        of("bridge", bridge, "effect"),
        of("allocate", spend, "spend", "<>"),
    )


def _forecast(
    page: Page,
    drivers: Mapping[str, str],
    customers: str,
    tables: Mapping[str, Spilled],
    years: Inputs,
    held: Held,
) -> tuple[Area, int]:
    """Write customers, the plan of the periods, the corkscrew and revenue by the period of winning."""
    book = page.book
    row = begin(page, _FIRST, "forecast", None)
    page.put(row, 0, book.word("demo.plan_customers"))
    page.calculate(row, 1, f"={customers}", "link", "int")
    page.put(row, 2, book.word("demo.unit_customers"), "unit")
    book.name("in_customers", page.name, address(row, 1))
    page.put(row + 1, 0, book.word("demo.plan_revenue"))
    page.calculate(row + 1, 1, f"={drivers['avg_order_value']}*{drivers['frequency']}", number="money")
    page.put(row + 1, 2, book.word("demo.unit_plan_revenue"), "unit")
    places = {
        "revenue": address(row + 1, 1).replace("$", ""),
        "margin": "in_margin",
        "cac": drivers["cac"].replace("$", ""),
    }
    words = [book.word(key) for key in ("period", "new_customers", "retention_rate")]
    page.header(row + 3, words, numbers=(1, 2))
    area = write_inputs(page, row + 4, 0, years, held)
    for column, name in ((1, "in_new_customers"), (2, "in_retention")):
        book.name(name, page.name, area.column(column).absolute)
    call = CALLS["forecast"].format(**places)
    page.put(area.bottom + 2, 0, book.shown(call), "code_line")
    found = page.spill(area.bottom + 3, 0, call, tables["forecast"], wrap=True)
    call = CALLS["vintages"].format(**places)
    row = found.bottom + 2
    page.put(row, 0, book.word("demo.plan_vintages"), "subtitle")
    page.put(row + 1, 0, book.shown(call), "code_line")
    vintages = page.spill(row + 2, 0, call, tables["vintages"], wrap=True)
    names = vintages.column(0, 1, len(years.rows))
    values = Area(vintages.top + 1, 1, vintages.top + len(years.rows), vintages.right)
    heads = Area(vintages.top, 1, vintages.top, vintages.right)
    waves = [book.word("demo.vintage_old")]
    waves += [book.word("demo.vintage_new", period=float(i)) for i in range(1, len(years.rows) + 1)]
    chart = what_if_charts.stacked(page, names, heads, values, waves)
    page.draw(row, 7, chart, "forecast", (16, 4), (620, 320))
    return found, row + _CHART_ROWS + 1


def _bridge(
    page: Page, row: int, names: Sequence[str], table: Spilled, plan: Inputs, held: Held
) -> tuple[Area, int]:
    """Write the plan's drivers, the bridge, and what its chart is drawn from."""
    book, first = page.book, row
    row = begin(page, row, "bridge", None)
    page.header(
        row, [book.word("driver"), book.word("demo.plan_value"), book.word("demo.head_unit")], numbers=(1,)
    )
    area = write_inputs(page, row + 1, 0, plan, held)
    for i, driver in enumerate(p.PLAN, area.top):
        page.put(i, 2, book.word(UNITS[driver]), "unit")
    page.put(area.bottom + 2, 0, book.shown(CALLS["bridge"]), "code_line")
    found = page.spill(area.bottom + 3, 0, CALLS["bridge"], table, wrap=True)
    steps = _steps(page, found.bottom + 2, found, names, table)
    chart = what_if_charts.waterfall(
        page, steps.column(0, 1), [steps.column(j, 1) for j in range(1, 5)], (NAVY, PALE_GREEN, PALE_RED)
    )
    page.draw(first + 2, 5, chart, "plan_bridge", (30, 4), (680, 440))
    return found, steps.bottom + 2


def _steps(page: Page, row: int, bridge: Area, names: Sequence[str], table: Spilled) -> Area:
    """Write the columns of the chart: base, a step for each driver, plan."""
    book = page.book
    words = [book.word(f"demo.step_{key}") for key in ("name", "from", "total", "up", "down")]
    page.header(row, words, numbers=(1, 2, 3, 4))
    old, new = (address(bridge.bottom, table.at(key)) for key in ("from", "to"))
    drivers = range(bridge.top + 1, bridge.bottom)
    last = row + 1 + len(drivers) + 1
    for i, (name, total) in ((row + 1, ("base", old)), (last, ("plan", new))):
        page.put(i, 0, book.word(f"demo.step_{name}"), "strong")
        page.calculate(i, 1, "=0", "subtitle", "money")
        page.calculate(i, 2, f"={total}", "calculation", "money", bold=True)
        for column in (3, 4):
            page.calculate(i, column, "=0", "subtitle", "money")
    effect = table.at("effect")
    for i, source in enumerate(drivers, row + 2):
        step = address(source, effect)
        before = f"{old}+SUM({address(bridge.top, effect)}:{address(source - 1, effect)})"
        page.calculate(i, 0, f"={names[source - bridge.top - 1]}", "link")
        page.calculate(i, 1, f"=MIN({before},{before}+{step})", "subtitle", "money")
        page.calculate(i, 2, "=0", "subtitle", "money")
        page.calculate(i, 3, f"=MAX({step},0)", number="money")
        page.calculate(i, 4, f"=MAX(-{step},0)", number="money")
    return Area(row, 0, last, 4)


def _allocate(
    page: Page, row: int, table: Spilled, inputs: Mapping[str, Inputs], held: Held
) -> tuple[Area, int]:
    """Write budget and channels, the best split, and now against proposed."""
    book = page.book
    row = begin(page, row, "allocate", None)
    page.put(row, 0, book.word("demo.table_budget"))
    write_inputs(page, row, 1, inputs["budget"], held)
    page.put(row, 2, book.word("demo.unit_budget"), "unit")
    area = write_inputs(page, row + 2, 0, inputs["channels"], held)
    page.put(area.bottom + 2, 0, book.shown(CALLS["allocate"]), "code_line")
    found = page.spill(area.bottom + 3, 0, CALLS["allocate"], table, wrap=True)
    last = table.block.height - 2
    series = [found.column(table.at(key), 1, last) for key in ("spend_now", "spend")]
    chart = what_if_charts.clustered(page, found.column(0, 1, last), series, "#,##0")
    page.draw(found.bottom + 2, 0, chart, "allocate", (4, 4), (900, 300))
    return found, found.bottom + 2 + _CHART_ROWS
