"""The demonstration workbook: the public CDNOW sample with live formulas, ready to be calculated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clv_xl.cells import Block, Cell
from clv_xl.workbook import (
    assumptions,
    checks_sheet,
    cohorts_sheet,
    data_sheet,
    net_sheet,
    orders_sheet,
    plan_sheet,
    rfm_sheet,
    segments_sheet,
    simulation_sheet,
    stored_sheet,
    summary_sheet,
    what_if_inputs,
    what_if_sheet,
    what_if_tables,
)
from clv_xl.workbook.book import Book
from clv_xl.workbook.cdnow import Order, orders
from clv_xl.workbook.checks_sheet import Planned
from clv_xl.workbook.formulas import Host
from clv_xl.workbook.inputs import Held, Inputs
from clv_xl.workbook.page import Page
from clv_xl.workbook.tables import Spilled, spilled

_ROOMS = (
    ("demo.sheet_summary", summary_sheet.WIDTHS),
    ("demo.bridge_net", net_sheet.WIDTHS),
    ("sheet.segments", segments_sheet.WIDTHS),
    ("sheet.cohorts", cohorts_sheet.WIDTHS),
    ("demo.sheet_rfm", rfm_sheet.WIDTHS),
    ("demo.sheet_what_if", what_if_sheet.WIDTHS),
    ("sheet.simulation", simulation_sheet.WIDTHS),
    ("demo.sheet_plan", plan_sheet.WIDTHS),
    ("sheet.orders", orders_sheet.WIDTHS),
    ("sheet.checks", checks_sheet.WIDTHS),
    ("demo.sheet_data", data_sheet.WIDTHS),
    ("demo.sheet_stored", stored_sheet.WIDTHS),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the results of the workbook are, for whoever calculates it.

    Parameters
    ----------
    path : Path
        The file written.
    summary, segments : str
        Names of the sheets.
    segment_cells : str
        Address of the segment table, header row and total row included.
    keys : tuple of str
        Stable key of each of its columns.
    margin_cell : str
        Address of the margin, an input to try.
    """

    path: Path
    summary: str
    segments: str
    segment_cells: str
    keys: tuple[str, ...]
    margin_cell: str


def write_demo(
    path: Path, language: str = "en", host: Host = "addin", progress: Callable[[str], None] | None = None
) -> Demo:
    """Write the demonstration workbook.

    Every formula is live and waits for a calculation; the tables also hold what the functions
    answer now, as constants on a sheet of their own.

    Parameters
    ----------
    path : Path
        The file to write; an existing one is replaced.
    language : str
        Language of labels, notes and tables: en, fi, ka, pl or el.
    host : {"addin", "xlwings", "calc"}
        Whose spelling the functions have in the file.
    progress : callable, optional
        Told the name of the step that begins.

    Returns
    -------
    Demo
        Where the results are.

    Raises
    ------
    UserError
        When XlsxWriter is missing or the file cannot be written.
    """
    told = progress or _quiet
    told("tables")
    lines = orders()
    book = Book(path, language, host)
    inputs = what_if_inputs.blocks(book)
    tables = _tables(lines, book, inputs)
    told("sheets")
    pages = {key: Page(book, book.word(key), widths) for key, widths in _ROOMS}
    demo = _fill(book, pages, lines, tables, inputs)
    told("save")
    book.close()
    return demo


def _quiet(_: str) -> None:
    """Tell nobody."""


def _fill(
    book: Book,
    pages: dict[str, Page],
    lines: list[Order],
    tables: dict[str, Spilled],
    inputs: Mapping[str, Inputs],
) -> Demo:
    """Fill the sheets; those that others refer to come first."""
    summary_page, segments_page = pages["demo.sheet_summary"], pages["sheet.segments"]
    orders_sheet.write(pages["sheet.orders"], lines)
    placed, copies, same = stored_sheet.write(pages["demo.sheet_stored"], lines, tables, inputs)
    segments = segments_sheet.write(segments_page, placed["segment"])
    summary = summary_sheet.write(summary_page, segments, same)
    convention = net_sheet.write(pages["demo.bridge_net"], summary.at, placed["summary"])
    summary_sheet.write_convention(summary_page, convention)
    cohorts = cohorts_sheet.write(pages["sheet.cohorts"], placed, summary.at["cac"])
    rfm = rfm_sheet.write(pages["demo.sheet_rfm"], placed["rfm_head"], placed["rfm"], placed["rfm_names"])
    planned = _plan(pages, summary.at, segments.total("customers"), placed, inputs, copies)
    checks_sheet.write(pages["sheet.checks"], lines, summary, segments, cohorts, rfm, planned)
    data_sheet.write(pages["demo.sheet_data"], placed["check"])
    for page in pages.values():
        page.settle()
    book.describe(book.word("demo.title"), book.word("demo.what"), book.word("demo.origin"))
    summary_page.sheet.activate()
    return Demo(
        book.path,
        summary_page.name,
        segments_page.name,
        segments.ref + segments.table.absolute.replace("$", ""),
        placed["segment"].keys,
        summary.at["in_margin"].replace("$", ""),
    )


def _plan(
    pages: Mapping[str, Page],
    at: Mapping[str, str],
    customers: str,
    placed: Mapping[str, Spilled],
    inputs: Mapping[str, Inputs],
    copies: Mapping[str, str],
) -> Planned:
    """Fill the planning sheets, whose base is the first of them."""

    def held() -> Held:
        return Held(copies, [])

    what_if = what_if_sheet.write(pages["demo.sheet_what_if"], at, placed, inputs, held())
    drivers = what_if.drivers
    simulation = simulation_sheet.write(
        pages["sheet.simulation"], drivers.values, placed["simulate"], inputs, held()
    )
    plan = plan_sheet.write(pages["demo.sheet_plan"], drivers, customers, placed, inputs, held())
    return Planned(what_if, simulation, plan)


def _tables(lines: Sequence[Order], book: Book, inputs: Mapping[str, Inputs]) -> dict[str, Spilled]:
    """Return what every table function spills, by the name of its place."""
    log = _log(lines, book)
    cac = Block.from_rows([[book.word(key), value] for key, value in assumptions.CAC.items()])
    as_of, unit, margin = assumptions.AS_OF, assumptions.UNIT, assumptions.MARGIN
    rate, timing = assumptions.DISCOUNT_RATE, assumptions.TIMING
    mean_cac = _mean_cac(lines)
    rfm = spilled("CLV.RFM", (log, as_of, None, None), book.language, total=False)

    def table(name: str, *args: Cell | Block, total: bool = True, ages: str = "decimal") -> Spilled:
        return spilled(name, args, book.language, total=total, ages=ages)

    summary = table("CLV.SUMMARY", log, unit, as_of, margin, mean_cac, rate, timing, total=False)
    customers = float(len({order.customer for order in lines}))
    base = what_if_tables.base_of(summary)
    return {
        "segment": table("CLV.SEGMENT", log, "segment", unit, as_of, None, margin, cac, rate, timing),
        "summary": summary,
        "cohort_retention": table("CLV.COHORT", log, "M", "retention", as_of, ages="percent"),
        "cohort_customers": table("CLV.COHORT", log, "M", "customers", as_of, ages="int"),
        "cohort_cumulative": table("CLV.COHORT", log, "M", "cumulative", as_of, ages="decimal"),
        **what_if_tables.tables(book, base, customers, inputs),
        "check": table("CLV.CHECK", log, as_of, total=False),
        "rfm_head": rfm.header(),
        "rfm": rfm.best(rfm_sheet.BEST, "orders", "mean_order"),
        "rfm_names": rfm.chosen("customer", "orders", "mean_order", "rfm_segment"),
    }


def _log(lines: Sequence[Order], book: Book) -> Block:
    """Return the orders as the range ``Orders[#All]``."""
    columns: tuple[list[Any], ...] = (
        [float(order.customer) for order in lines],
        [float(order.day) for order in lines],
        [order.amount for order in lines],
        [float(order.cds) for order in lines],
        [book.word(order.segment) for order in lines],
    )
    headed = ([header, *column] for header, column in zip(orders_sheet.COLUMNS, columns, strict=True))
    return Block.from_columns(*headed)


def _mean_cac(lines: Sequence[Order]) -> float:
    """Return the acquisition cost of a customer, all segments together."""
    segments = {order.customer: order.segment for order in lines}
    return sum(assumptions.CAC[segment] for segment in segments.values()) / len(segments)
