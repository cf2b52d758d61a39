"""Sheet Simulation: distributions around the base, CLV.SIMULATE, its chances and its histogram."""

from collections.abc import Mapping
from dataclasses import dataclass

from clv_xl.workbook import planning as p
from clv_xl.workbook import what_if_charts
from clv_xl.workbook.formulas import picked
from clv_xl.workbook.inputs import Held, Inputs, write_inputs
from clv_xl.workbook.page import Area, Page, address
from clv_xl.workbook.planning_page import begin, end
from clv_xl.workbook.status import write_status
from clv_xl.workbook.tables import Spilled
from clv_xl.workbook.what_if_inputs import distribution_word, driver_word, parameters
from clv_xl.workbook.what_if_tables import CALLS

WIDTHS = (44, *([13] * 6), *([12] * 7))
HOLDS = "set_simulation"
_FIRST, _CHART_ROWS = 7, 17
_HEADS = ("base", "first", "second", "third", "below", "above")
_FIGURES = ("mean", "P5", "P95", "net_below_zero", "ratio_below_target")


@dataclass(frozen=True, slots=True)
class Simulation:
    """Where the numbers of the sheet are."""

    shares: str


def write(
    page: Page, drivers: Mapping[str, str], table: Spilled, inputs: Mapping[str, Inputs], held: Held
) -> Simulation:
    """Write the sheet; `drivers` is where the base is."""
    book = page.book
    page.head(
        book.word("demo.simulation_title"), [book.word(f"demo.simulation_{key}") for key in ("what", "how")]
    )
    write_status(page, 3, holds=HOLDS)
    row = begin(page, _FIRST, "spreads", None)
    row = _distributions(page, row, drivers, inputs["spreads"], held)
    for key in ("trials", "seed"):
        page.put(row, 0, book.word(f"demo.table_{key}"))
        write_inputs(page, row, 1, inputs[key], held)
        page.put(row, 2, book.word(f"demo.unit_{key}"), "unit")
        row += 1
    held.add("target_ratio", "in_target_ratio")
    first = begin(page, row + 1, "simulate", CALLS["simulate"])
    detail = first + _CHART_ROWS
    page.section(detail, book.word("demo.sim_detail"))
    area = page.spill(detail + 1, 0, CALLS["simulate"], table, wrap=True)
    _figures(page, first, area, table)
    _chart(page, first, area, table)
    end(page, 4, HOLDS, held)
    page.sheet.freeze_panes(1, 1)
    page.sheet.print_area(0, 0, area.bottom + 1, len(WIDTHS) - 1)
    page.sheet.set_h_pagebreaks([detail])
    labels, shares = (area.column(place).absolute for place in (0, table.at("share_of_trials")))
    in_class = book.word("simulation.trials_in_class")
    return Simulation(picked(page.ref + labels, in_class, page.ref + shares))


def _distributions(page: Page, row: int, drivers: Mapping[str, str], spreads: Inputs, held: Held) -> int:
    """Write a row a driver: its distribution, parameters worked out from the base, and its spread."""
    book = page.book
    words = [book.word("driver"), book.word("demo.sim_distribution")]
    words += [book.word(f"demo.sim_{key}") for key in _HEADS[1:]]
    page.header(row, words, numbers=(2, 3, 4, 5, 6))
    first = row + 1
    for i, (driver, (name, _, _)) in enumerate(p.DISTRIBUTIONS.items(), first):
        number = p.NUMBERS[driver]
        page.put(i, 0, driver_word(book, driver))
        page.put(i, 1, distribution_word(book, name), "label", indent=1)
        spread = (f"F{i + 1}", f"G{i + 1}")
        for j, formula in enumerate(parameters(name, drivers[driver], *spread), 2):
            role = "link" if formula == drivers[driver] else "calculation"
            page.calculate(i, j, f"={formula}", role, number)
    write_inputs(page, first, 5, spreads, held)
    last = first + len(p.DISTRIBUTIONS) - 1
    book.name("in_distributions", page.name, Area(first, 0, last, 4).absolute)
    return last + 2


def _figures(page: Page, row: int, area: Area, table: Spilled) -> None:
    """Write the answers a reader looks for first."""
    book = page.book
    for i, measure in enumerate(_FIGURES, row):
        place = area.top + table.measures.index(measure)
        words = book.word(f"demo.sim_{measure.lower()}")
        page.put(i, 0, words, "strong")
        number = table.look(place - area.top, 1)[1]
        number = "money" if number == "decimal" else number
        page.calculate(i, 1, f"={address(place, 1)}", number=number, bold=True)
        unit = "demo.unit_sim_share" if number == "percent" else "demo.unit_clv_net"
        page.put(i, 2, book.word(unit), "unit")


def _classes(area: Area, table: Spilled) -> Area:
    """Return the rows of the histogram."""
    of_class = [i for i, measure in enumerate(table.measures) if measure == "trials_in_class"]
    return Area(area.top + of_class[0], area.left, area.top + of_class[-1], area.right)


def _chart(page: Page, row: int, area: Area, table: Spilled) -> None:
    rows = _classes(area, table)
    low, share = table.at("class_low"), table.at("share_of_trials")
    names, values = (Area(rows.top, c, rows.bottom, c) for c in (low, share))
    chart = what_if_charts.histogram(page, names, values)
    page.draw(row, 5, chart, "histogram", (20, 4), (760, 330))
