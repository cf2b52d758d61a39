"""Sheet Net CLV: from revenue to net CLV in four steps and a chart, and all of it in one formula."""

from collections.abc import Mapping
from typing import Any

from clv_xl.workbook.formulas import joined, text
from clv_xl.workbook.page import Page, address
from clv_xl.workbook.status import write_status
from clv_xl.workbook.styles import AMBER, NAVY, TEAL
from clv_xl.workbook.tables import Spilled

WIDTHS = (50, 14, 16, *([12] * 10))
CALL = "=CLV.SUMMARY(Orders[#All],in_unit,in_as_of,in_margin,{cac},in_discount_rate,in_timing)"
_STEP_ROW, _TABLE_ROW = 3, 22
_STEPS = (
    ("revenue", "={clv_revenue}", "=0"),
    ("cost", "={clv_revenue}-{clv_margin}", "={clv_margin}"),
    ("margin", "={clv_margin}", "=0"),
    ("cac", "={clv_margin}-{clv_net}", "=MAX(0,{clv_net})"),
    ("net", "={clv_net}", "=0"),
)
_LINKED = frozenset({"revenue", "margin", "net"})
_COLOURS = (TEAL, AMBER, TEAL, AMBER, NAVY)


def write(page: Page, places: Mapping[str, str], table: Spilled) -> str:
    """Write the sheet; `places` is where CLVs and CAC are. Return the formula of the convention."""
    book = page.book
    page.head(book.word("demo.bridge_net"), [])
    write_status(page, 1)
    _steps(page, places)
    page.section(_TABLE_ROW - 2, book.word("demo.one_formula"))
    call = CALL.format(**places)
    page.put(_TABLE_ROW - 1, 0, book.shown(call), "code_line")
    area = page.spill(_TABLE_ROW, 0, call, table)
    page.sheet.freeze_panes(1, 0)
    page.sheet.print_area(0, 0, area.bottom + 1, len(WIDTHS) - 1)
    page.sheet.fit_to_pages(1, 1)
    words, values = (page.ref + area.column(j).absolute for j in (0, 1))
    first = page.ref + address(area.top, 0)
    found = f"SUMPRODUCT(({joined(words)}={text(book.word('convention'))})*ROW({words}))"
    return f"=INDEX({values},{found}-ROW({first})+1)"


def _steps(page: Page, places: Mapping[str, str]) -> None:
    """Write the steps and draw them beside."""
    say, row = page.book.word, _STEP_ROW
    page.section(row, say("demo.bridge"), 3)
    page.header(row + 1, [say(f"demo.bridge_{key}") for key in ("step", "amount", "base")], numbers=(1, 2))
    for i, (key, amount, base) in enumerate(_STEPS, row + 2):
        page.put(i, 0, say(f"demo.bridge_{key}"), "strong" if key == "net" else "label")
        role = "link" if key in _LINKED else "calculation"
        page.calculate(i, 1, amount.format(**places), role, "money", bold=key == "net")
        page.calculate(i, 2, base.format(**places), "subtitle", "money")
    page.draw(row, 3, _chart(page, row), "bridge", (12, 2), (790, 325))


def _chart(page: Page, row: int) -> Any:
    """Return floating columns: what a step stands on is drawn without colour."""
    first, last = row + 2, row + 1 + len(_STEPS)
    chart = page.book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    font = page.book.styles.chart_font()
    for column in (2, 1):
        series: dict[str, Any] = {
            "name": f"={page.ref}{address(row + 1, column)}",
            "categories": f"={page.ref}{address(first, 0)}:{address(last, 0)}",
            "values": f"={page.ref}{address(first, column)}:{address(last, column)}",
            "gap": 60,
        }
        if column == 2:
            series |= {"fill": {"none": True}, "border": {"none": True}}
        else:
            series |= {
                "fill": {"color": TEAL},
                "points": [{"fill": {"color": colour}} for colour in _COLOURS],
                "data_labels": {
                    "value": True,
                    "num_format": "#,##0.00",
                    "font": {**font, "color": "#FFFFFF", "bold": True},
                },
            }
        chart.add_series(series)
    chart.set_legend({"none": True})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis({"num_font": font, "num_format": "#,##0", "major_gridlines": {"visible": False}})
    return chart
