"""Charts of the sheet Allocation."""

from typing import Any

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import GREY, TEAL
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.what_if_charts import COLOURS

_GRID = "#E4E7EC"


def now_and_proposed(leaf: Leaf, names: Area, columns: tuple[int, int], heads: int) -> Any:
    """Return the spend of each channel as it is and as proposed, side by side."""
    chart = leaf.book.workbook.add_chart({"type": "column"})
    font = leaf.book.styles.chart_font()
    for column, colour in zip(columns, (GREY, TEAL), strict=True):
        values = Area(names.top, column, names.bottom, column).absolute
        chart.add_series(
            {
                "name": f"={leaf.ref}{address(heads, column)}",
                "categories": f"={leaf.ref}{names.absolute}",
                "values": f"={leaf.ref}{values}",
                "fill": {"color": colour},
                "gap": 80,
                "data_labels": {"value": True, "num_format": "#,##0", "font": font},
            }
        )
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_x_axis({"num_font": font})
    axis = {"name": leaf.say("axis_spend"), "name_font": font, "num_font": font, "num_format": "#,##0"}
    chart.set_y_axis({**axis, "major_gridlines": {"visible": False}})
    return chart


def marginal_curves(leaf: Leaf, heads: int, spends: Area, used: int) -> Any:
    """Return what the next unit of money brings in each channel, over its spend."""
    chart = leaf.book.workbook.add_chart({"type": "scatter", "subtype": "straight"})
    font = leaf.book.styles.chart_font()
    for slot in range(used):
        values = Area(spends.top, 1 + slot, spends.bottom, 1 + slot).absolute
        chart.add_series(
            {
                "name": f"={leaf.ref}{address(heads, 1 + slot)}",
                "categories": f"={leaf.ref}{spends.absolute}",
                "values": f"={leaf.ref}{values}",
                "line": {"color": COLOURS[slot % len(COLOURS)], "width": 2.25},
            }
        )
    chart.set_legend({"position": "bottom", "font": font})
    below = {"name": leaf.say("axis_spend"), "name_font": font, "num_font": font, "num_format": "#,##0"}
    chart.set_x_axis({**below, "min": 0, "major_gridlines": {"visible": False}})
    beside = {"name": leaf.say("axis_marginal"), "name_font": font, "num_font": font, "num_format": "0.0"}
    chart.set_y_axis({**beside, "min": 0, "major_gridlines": {"visible": True, "line": {"color": _GRID}}})
    return chart
