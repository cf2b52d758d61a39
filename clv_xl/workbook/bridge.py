"""From revenue to net CLV in four steps, as numbers and as a chart."""

from collections.abc import Mapping
from typing import Any

from clv_xl.workbook.page import Page, address
from clv_xl.workbook.styles import AMBER, NAVY, TEAL

HEIGHT = 18
_STEPS = (
    ("revenue", "={clv_revenue}", "=0"),
    ("cost", "={clv_revenue}-{clv_margin}", "={clv_margin}"),
    ("margin", "={clv_margin}", "=0"),
    ("cac", "={clv_margin}-{clv_net}", "=MAX(0,{clv_net})"),
    ("net", "={clv_net}", "=0"),
)
_COLOURS = (TEAL, AMBER, TEAL, AMBER, NAVY)


def write(page: Page, row: int, places: Mapping[str, str], chart_row: int) -> None:
    """Write the steps from `row` on and draw them beside; `places` is where the CLVs are."""
    say = page.book.word
    page.section(row, say("demo.bridge"), 3)
    page.header(row + 1, [say(f"demo.bridge_{key}") for key in ("step", "amount", "base")], numbers=(1, 2))
    for i, (key, amount, base) in enumerate(_STEPS, row + 2):
        page.put(i, 0, say(f"demo.bridge_{key}"), "strong" if key == "net" else "label")
        page.calculate(i, 1, amount.format(**places), number="money", bold=key == "net")
        page.calculate(i, 2, base.format(**places), "subtitle", "money")
    page.draw(chart_row, 3, _chart(page, row), "bridge", (8, 0), (820, 330))


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
