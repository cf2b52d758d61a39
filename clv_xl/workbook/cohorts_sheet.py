"""Sheet Cohorts: three tables of CLV.COHORT, and the margin earned against the cost of acquiring."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clv_xl.workbook.page import Area, Page, address
from clv_xl.workbook.status import write_status
from clv_xl.workbook.styles import AMBER, NAVY, TEAL
from clv_xl.workbook.tables import Spilled

MEASURES = ("retention", "customers", "cumulative")
AGE_WIDTH = 7.3
WIDTHS = (22, 11, 10, *([AGE_WIDTH] * 18))
_FIRST_ROW, _LEADING = 6, 3
_SERIES = (TEAL, NAVY, "#7F9F3F")


def call(measure: str) -> str:
    """Return the formula of one table."""
    return f'=CLV.COHORT(Orders[#All],"M","{measure}",in_as_of)'


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Where the numbers of the sheet are."""

    customers: str
    sheet_cells: str


def write(page: Page, tables: Mapping[str, Spilled], company_cac: str) -> Cohorts:
    """Write the sheet; `company_cac` is the address of the mean acquisition cost."""
    book = page.book
    page.head(
        book.word("demo.cohorts_title"), [book.word("demo.cohorts_what"), book.word("demo.cohorts_blank")]
    )
    write_status(page, 3)
    row, areas = _FIRST_ROW - 1, {}
    for measure in MEASURES:
        table = tables[f"cohort_{measure}"]
        page.section(row, book.word(f"demo.table_cohort_{measure}"))
        page.put(row + 1, 0, book.shown(call(measure)), "code_line")
        areas[measure] = page.spill(row + 2, 0, call(measure), table)
        row += table.block.height + 3
    table = tables["cohort_cumulative"]
    _scale(page, areas["retention"], skip_first=True)
    _scale(page, areas["cumulative"], skip_first=False)
    margin = _margin(page, row, areas["cumulative"], table, company_cac)
    _charts(page, margin.bottom + 3, areas["retention"], margin, _lengths(table))
    page.sheet.freeze_panes(_FIRST_ROW - 1, 1)
    page.sheet.print_area(0, 0, margin.bottom + 22, areas["retention"].right)
    page.sheet.fit_to_pages(1, 1)
    size = areas["customers"].column(1, 1, tables["cohort_customers"].block.height - 2)
    return Cohorts(page.ref + size.absolute, page.ref + Area(0, 0, margin.bottom, margin.right).absolute)


def _scale(page: Page, area: Area, *, skip_first: bool) -> None:
    """Colour the triangle: the total row and, for retention, age 0 (always 100%) stay out."""
    options = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#7FB2DD"}
    left = area.left + _LEADING + skip_first
    page.sheet.conditional_format(area.top + 1, left, area.bottom - 1, area.right, options)


def _margin(page: Page, row: int, cumulative: Area, table: Spilled, company_cac: str) -> Area:
    """Write revenue x margin by age, and the acquisition cost it has to bring back."""
    book = page.book
    page.section(row, book.word("demo.cohort_margin_title"))
    source = address(cumulative.top + 1, cumulative.left + _LEADING).replace("$", "")
    page.put(row + 1, 0, book.shown(f'=IF(ISNUMBER({source}),{source}*in_margin,"")'), "code_line")
    head = row + 2
    for column in range(cumulative.left, cumulative.right + 1):
        if column in (1, 2):
            page.put(head, column, None, "header")
            continue
        page.calculate(head, column, f"={address(cumulative.top, column).replace('$', '')}", "header",
                       align="left" if column == 0 else "right")  # fmt: skip
    height = table.block.height - 2
    for i in range(height):
        page.calculate(head + 1 + i, 0, f"=$A{cumulative.top + 2 + i}")
    for column in range(cumulative.left + _LEADING, cumulative.right + 1):
        for i in range(height):
            source = address(cumulative.top + 1 + i, column).replace("$", "")
            page.calculate(
                head + 1 + i, column, f'=IF(ISNUMBER({source}),{source}*in_margin,"")', number="decimal"
            )
        page.calculate(head + 1 + height, column, f"={company_cac}", "link", "decimal")
    page.put(head + 1 + height, 0, book.word("demo.cohort_cac"))
    return Area(head, 0, head + 1 + height, cumulative.right)


def _lengths(table: Spilled) -> list[int]:
    """Return how many ages each cohort has reached: a line of a chart would fall to 0 after them."""
    rows = table.block.to_rows()[1 : table.block.height - 1]
    return [sum(isinstance(cell, float) for cell in row[_LEADING:]) for row in rows]


def _charts(page: Page, row: int, retention: Area, margin: Area, lengths: list[int]) -> None:
    """Draw retention by age, and the margin earned against the acquisition cost."""
    book = page.book
    kept = Area(retention.top, retention.left, retention.bottom - 1, retention.right)
    lines = ((kept, "retention", "0%", 1), (margin, "payback", "#,##0", 0))
    for i, (area, name, number, skip) in enumerate(lines):
        chart: Any = book.workbook.add_chart({"type": "line"})
        first = area.left + _LEADING + skip
        for j, line in enumerate(range(area.top + 1, area.bottom + 1)):
            is_cost = name == "payback" and line == area.bottom
            right = area.right if is_cost else area.left + _LEADING + lengths[j] - 1
            look = (
                {"color": AMBER, "width": 2.25, "dash_type": "dash"}
                if is_cost
                else {"color": _SERIES[j % 3], "width": 2}
            )
            chart.add_series(
                {
                    "name": f"={page.ref}{address(line, 0)}",
                    "categories": f"={page.ref}{Area(area.top, first, area.top, area.right).absolute}",
                    "values": f"={page.ref}{Area(line, first, line, right).absolute}",
                    "line": look,
                    "marker": {"type": "none"},
                }
            )
        chart.set_legend({"position": "bottom", "font": book.styles.chart_font()})
        font = book.styles.chart_font()
        chart.set_x_axis({"name": book.word("demo.chart_age"), "name_font": font, "num_font": font})
        chart.set_y_axis(
            {
                "num_format": number,
                "num_font": font,
                "min": 0,
                "major_gridlines": {"visible": True, "line": {"color": "#E4E7EC"}},
            }
        )
        page.draw(row, 0 if i == 0 else 9, chart, name, (4, 4), (630, 310))
