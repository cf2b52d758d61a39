"""Sheet RFM: customers by segment name, the best customers in full, every customer in short."""

from dataclasses import dataclass
from typing import Any

from clv_xl.metrics.rfm import NAMES
from clv_xl.workbook.formulas import joined
from clv_xl.workbook.page import Page, address
from clv_xl.workbook.status import write_status
from clv_xl.workbook.styles import NAVY, TEAL
from clv_xl.workbook.tables import Spilled

WIDTHS = (24, 12, 14, 14, 12, 12, 12, 24, 11, 12, 14, 14)
BEST, _PRINTED = 15, 26
HEAD = "=TAKE(CLV.RFM(Orders[#All],in_as_of),1)"
CALL = f"=TAKE(SORT(SORT(CLV.RFM(Orders[#All],in_as_of,,,0),4,-1),2,-1),{BEST})"
NAMED = "=CHOOSECOLS(CLV.RFM(Orders[#All],in_as_of),1,2,4,8)"
_COUNT_ROW, _TABLE_ROW = 6, 23
_HEADS = ("segment", "customers", "share", "revenue", "revenue_share")
_LIST_ROW = _TABLE_ROW + BEST + 5


@dataclass(frozen=True, slots=True)
class Rfm:
    """Where the numbers of the sheet are."""

    counted: str
    customers: str


def write(page: Page, head: Spilled, best: Spilled, named: Spilled) -> Rfm:
    """Write the sheet: `head` and `best` are the rows of the best customers, `named` is everybody."""
    book = page.book
    page.head(book.word("demo.rfm_title"), [book.word("demo.rfm_what"), book.word("demo.rfm_two")])
    write_status(page, 3)
    page.section(_TABLE_ROW - 2, book.word("demo.rfm_best_title", count=float(BEST)))
    page.put(_TABLE_ROW - 1, 0, book.shown(CALL), "code_line")
    page.spill(_TABLE_ROW, 0, HEAD, head)
    page.spill(_TABLE_ROW + 1, 0, CALL, best)
    page.section(_LIST_ROW - 3, book.word("demo.rfm_table_title"))
    page.put(_LIST_ROW - 2, 0, book.word("demo.rfm_table_what"), "subtitle")
    page.put(_LIST_ROW - 1, 0, book.shown(NAMED), "code_line")
    area = page.spill(_LIST_ROW, 0, NAMED, named)
    names = area.column(named.at("rfm_segment"), 1).absolute
    orders = area.column(named.at("orders"), 1).absolute
    mean = area.column(named.at("mean_order"), 1).absolute
    page.section(_COUNT_ROW - 1, book.word("demo.rfm_count_title"), 5)
    words = [book.word(f"demo.rfm_{key}") for key in _HEADS]
    page.header(_COUNT_ROW, words, numbers=(1, 2, 3, 4))
    first = _COUNT_ROW + 1
    last = first + len(NAMES)
    for i, name in enumerate(NAMES):
        row = first + i
        page.put(row, 0, book.word(f"rfm.{name}"))
        page.calculate(row, 1, f"=SUMPRODUCT(--({joined(names)}=A{row + 1}))", number="int")
        page.calculate(row, 2, f"=B{row + 1}/B${last + 1}", number="percent")
        page.calculate(
            row, 3, f"=SUMPRODUCT(({joined(names)}=A{row + 1})*{orders}*{mean})", number="money_whole"
        )
        page.calculate(row, 4, f"=D{row + 1}/D${last + 1}", number="percent")
    edge: dict[str, Any] = {"bold": True, "top": 1, "top_color": NAVY}
    page.put(last, 0, book.word("total"), "strong", top=1, top_color=NAVY)
    for column, number in ((1, "int"), (2, "percent"), (3, "money_whole"), (4, "percent")):
        letter = "ABCDE"[column]
        page.calculate(last, column, f"=SUM({letter}{first + 1}:{letter}{last})", number=number, **edge)
    _chart(page, first, last - 1)
    page.sheet.freeze_panes(1, 0)
    page.sheet.set_h_pagebreaks([_LIST_ROW - 3])
    page.sheet.print_area(0, 0, _LIST_ROW + _PRINTED, best.block.width - 1)
    return Rfm(f"{page.ref}{address(last, 1)}", page.ref + area.column(0, 1).absolute)


def _chart(page: Page, first: int, last: int) -> None:
    book = page.book
    chart = book.workbook.add_chart({"type": "bar"})
    for column, colour in ((2, TEAL), (4, NAVY)):
        chart.add_series(
            {
                "name": f"={page.ref}{address(_COUNT_ROW, column)}",
                "categories": f"={page.ref}{address(first, 0)}:{address(last, 0)}",
                "values": f"={page.ref}{address(first, column)}:{address(last, column)}",
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    font = book.styles.chart_font()
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_x_axis({"num_format": "0%", "num_font": font, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"reverse": True, "num_font": font})
    page.draw(_COUNT_ROW - 1, 5, chart, "rfm", (12, 2), (640, 310))
