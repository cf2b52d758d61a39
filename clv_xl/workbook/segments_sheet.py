"""Sheet Segments: CLV.SEGMENT, the acquisition cost behind it, and CLV against CAC as a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clv_xl.workbook import assumptions as a
from clv_xl.workbook.formulas import joined
from clv_xl.workbook.page import Area, Page, address
from clv_xl.workbook.status import write_status
from clv_xl.workbook.styles import AMBER, GOOD_FILL, NAVY, TEAL
from clv_xl.workbook.tables import Spilled

WIDTHS = (24, 12, 10, 11, 12, 14, 13, 12, 12, 13, 13, 11, 11, 11, 13, 10)
CALL = '=CLV.SEGMENT(Orders[#All],"segment",in_unit,in_as_of,,in_margin,in_cac,in_discount_rate,in_timing)'
_TABLE_ROW, _COST_ROW = 6, 13


@dataclass(frozen=True, slots=True)
class Segments:
    """Where the numbers of the sheet are, as formulas of other sheets name them."""

    table: Area
    costs: str
    customers: str
    total_cost: str
    ref: str
    spilled: Spilled

    def total(self, key: str) -> str:
        """Return the address of a cell of the total row."""
        return f"{self.ref}{address(self.table.bottom, self.spilled.at(key))}"

    def body(self, key: str) -> str:
        """Return the address of a column without header and total."""
        column = self.table.column(self.spilled.at(key), 1, self.spilled.block.height - 2)
        return self.ref + column.absolute


def write(page: Page, table: Spilled) -> Segments:
    """Write the sheet and return where its numbers are."""
    book = page.book
    page.head(
        book.word("demo.segments_title"), [book.word("demo.segments_what"), book.word("demo.segments_why")]
    )
    page.put(3, 0, book.shown(CALL), "code_line")
    write_status(page, 4)
    area = page.spill(_TABLE_ROW, 0, CALL, table)
    _colour(page, area, table)
    costs = _costs(page, area, table)
    _charts(page, area, table)
    notes = ("demo.segments_note_date", "demo.segments_note_total", "demo.segments_note_ratio")
    for i, key in enumerate(notes):
        page.put(_COST_ROW + 18 + i, 0, book.word(key), "subtitle")
    page.sheet.freeze_panes(_TABLE_ROW + 1, 1)
    page.sheet.print_area(0, 0, _COST_ROW + 21, table.block.width - 1)
    first, last = _COST_ROW + 2, _COST_ROW + 1 + len(a.CAC)
    return Segments(
        area,
        f"{page.ref}{Area(first, 4, last, 4).absolute}",
        f"{page.ref}{address(last + 1, 1)}",
        costs,
        page.ref,
        table,
    )


def _colour(page: Page, area: Area, table: Spilled) -> None:
    """Mark the segments that reach the target ratio."""
    ratio = area.column(table.at("ltv_cac"), 1)
    good = page.book.workbook.add_format({"bg_color": GOOD_FILL})
    page.sheet.conditional_format(
        ratio.top, ratio.left, ratio.bottom, ratio.right,
        {"type": "cell", "criteria": ">=", "value": "=in_target_ratio", "format": good},
    )  # fmt: skip


def _costs(page: Page, area: Area, table: Spilled) -> str:
    """Write what acquiring the customers cost, segment by segment; return the address of the total."""
    book = page.book
    page.section(_COST_ROW, book.word("demo.cost_title"), 5)
    words = [book.word(f"demo.cost_{key}") for key in ("segment", "customers", "share", "cac", "total")]
    page.header(_COST_ROW + 1, words, numbers=(1, 2, 3, 4))
    first = _COST_ROW + 2
    last = first + len(a.CAC)
    for i in range(len(a.CAC)):
        row, source = first + i, area.top + 1 + i
        page.calculate(row, 0, f"={address(source, 0)}", "link")
        page.calculate(row, 1, f"={address(source, table.at('customers'))}", "link", "int")
        page.calculate(row, 2, f"=B{row + 1}/B${last + 1}", number="percent")
        place = f"MATCH({joined(f'$A{row + 1}')},INDEX(in_cac,0,1),0)"
        page.calculate(row, 3, f"=INDEX(in_cac_amounts,{place})", "link", "money")
        page.calculate(row, 4, f"=B{row + 1}*D{row + 1}", number="money_whole")
    edge: dict[str, Any] = {"bold": True, "top": 1, "top_color": NAVY}
    page.put(last, 0, book.word("total"), "strong", **edge)
    page.put(last, 3, None, "strong", **edge)
    for column, number in ((1, "int"), (2, "percent"), (4, "money_whole")):
        letter = "ABCDE"[column]
        page.calculate(last, column, f"=SUM({letter}{first + 1}:{letter}{last})", number=number, **edge)
    return f"{page.ref}{address(last, 4)}"


@dataclass(frozen=True, slots=True)
class Series:
    """Columns of a chart: addresses of name and values, and a colour."""

    name: str
    values: str
    colour: str


def _charts(page: Page, area: Area, table: Spilled) -> None:
    """Draw CLV beside CAC for each segment, and each segment's share of customers and of value."""
    clv = "clv_to_date" if "clv_to_date" in table.keys else "clv"
    last = table.block.height - 2

    def series(key: str, colour: str) -> Series:
        column = table.at(key)
        return Series(address(area.top, column), area.column(column, 1, last).absolute, colour)

    share = Area(_COST_ROW + 2, 2, _COST_ROW + 1 + len(a.CAC), 2).absolute
    names = area.column(0, 1, last).absolute
    values = (series(clv, TEAL), series("cac", AMBER))
    shares = (Series(address(_COST_ROW + 1, 2), share, TEAL), series("share_of_value", NAVY))
    page.draw(
        _COST_ROW, 5, _columns(page, names, values, "#,##0.00", "#,##0"), "clv_cac", (12, 4), (530, 320)
    )
    page.draw(_COST_ROW, 5, _columns(page, names, shares, "0%", "0%"), "value", (554, 4), (424, 320))


def _columns(page: Page, names: str, series: Sequence[Series], label: str, axis: str) -> Any:
    """Return clustered columns; `label` and `axis` are number formats."""
    chart = page.book.workbook.add_chart({"type": "column"})
    font = page.book.styles.chart_font()
    for one in series:
        chart.add_series(
            {
                "name": f"={page.ref}{one.name}",
                "categories": f"={page.ref}{names}",
                "values": f"={page.ref}{one.values}",
                "fill": {"color": one.colour},
                "gap": 80,
                "data_labels": {"value": True, "num_format": label, "font": font},
            }
        )
    chart.set_legend({"position": "bottom", "font": font})
    quiet = {"num_font": font, "major_gridlines": {"visible": False}}
    chart.set_x_axis(quiet)
    chart.set_y_axis({**quiet, "num_format": axis, "min": 0})
    return chart
