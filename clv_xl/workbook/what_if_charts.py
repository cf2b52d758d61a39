"""Charts of the planning sheets."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final

from clv_xl.workbook.page import Area, Page, address
from clv_xl.workbook.styles import AMBER, NAVY, TEAL
from clv_xl.workbook.tables import Spilled

GREEN, RED, SAND = "#548235", "#C0504D", "#BF9000"
PALE_GREEN, PALE_RED = "#A9D18E", "#F2A9A2"
COLOURS = (NAVY, TEAL, AMBER, GREEN, SAND, "#7F9F3F", "#7B6BA8")
_GRID = {"visible": True, "line": {"color": "#E4E7EC"}}
_NO_GRID = {"visible": False}
_BESIDE_NAMES: Final = MappingProxyType({"x": 0.3, "y": 0.13, "width": 0.66, "height": 0.76})


def columns(page: Page, names: Area, values: Area) -> Any:
    """Return a column for each cell of a row, the first in another colour."""
    chart = page.book.workbook.add_chart({"type": "column"})
    font = page.book.styles.chart_font()
    chart.add_series(
        {
            "categories": f"={page.ref}{names.absolute}",
            "values": f"={page.ref}{values.absolute}",
            "fill": {"color": TEAL},
            "points": [{"fill": {"color": NAVY}}],
            "gap": 70,
            "data_labels": {"value": True, "num_format": "#,##0.00", "font": font},
        }
    )
    chart.set_legend({"none": True})
    chart.set_x_axis({"num_font": font, "label_position": "low"})
    chart.set_y_axis({"num_font": font, "num_format": "#,##0", "major_gridlines": _NO_GRID})
    return chart


def tornado(page: Page, area: Area, table: Spilled) -> Any:
    """Return bars to both sides of the base, the widest on top."""
    chart = page.book.workbook.add_chart({"type": "bar"})
    font = page.book.styles.chart_font()
    names = Area(area.top + 1, area.left, area.bottom - 1, area.left).absolute
    for key, colour in (("effect_low", AMBER), ("effect_high", TEAL)):
        column = area.left + table.at(key)
        chart.add_series(
            {
                "name": f"={page.ref}{address(area.top, column)}",
                "categories": f"={page.ref}{names}",
                "values": f"={page.ref}{Area(area.top + 1, column, area.bottom - 1, column).absolute}",
                "fill": {"color": colour},
                "gap": 40,
                "overlap": 100,
            }
        )
    chart.set_legend({"position": "bottom", "font": font})
    axis = {"name": page.book.word("demo.axis_effect"), "name_font": font, "num_font": font}
    # Where the first driver stands on top, the low side of the value axis is the upper one.
    axis |= {"num_format": "+#,##0.0;-#,##0.0;0", "label_position": "high"}
    chart.set_x_axis({**axis, "major_gridlines": _GRID})
    chart.set_y_axis({"reverse": True, "num_font": font, "label_position": "low"})
    return chart


def waterfall(page: Page, names: Area, series: Sequence[Area], colours: Sequence[str]) -> Any:
    """Return floating bars: the first series is what they stand on, drawn without colour.

    Bars lie, so that the name of a step has a line of its own in any language.
    """
    chart = page.book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    font = page.book.styles.chart_font()
    for i, area in enumerate(series):
        seen: dict[str, Any] = {"fill": {"color": colours[i - 1]}} if i else {"fill": {"none": True}}
        seen["border"] = {"none": True}
        if i:
            shown = {**font, "color": "#FFFFFF", "bold": True} if i == 1 else font
            seen["data_labels"] = {"value": True, "num_format": '#,##0.00;-#,##0.00;""', "font": shown}
        chart.add_series(
            {
                "name": f"={page.ref}{address(area.top - 1, area.left)}",
                "categories": f"={page.ref}{names.absolute}",
                "values": f"={page.ref}{area.absolute}",
                "gap": 35,
                **seen,
            }
        )
    chart.set_legend({"none": True})
    chart.set_plotarea({"layout": dict(_BESIDE_NAMES)})
    value = {"num_font": font, "num_format": "#,##0", "label_position": "high"}
    chart.set_x_axis({**value, "major_gridlines": _GRID})
    chart.set_y_axis({"reverse": True, "num_font": font, "label_position": "low"})
    return chart


def stacked(page: Page, names: Area, heads: Area, values: Area, labels: Sequence[str]) -> Any:
    """Return stacked columns, a series for each column of `values`; `labels` name them."""
    chart = page.book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    font = page.book.styles.chart_font()
    for i, column in enumerate(range(values.left, values.right + 1)):
        chart.add_series(
            {
                "name": labels[i] if labels else f"={page.ref}{address(heads.top, column)}",
                "categories": f"={page.ref}{names.absolute}",
                "values": f"={page.ref}{Area(values.top, column, values.bottom, column).absolute}",
                "fill": {"color": COLOURS[i % len(COLOURS)]},
                "gap": 60,
            }
        )
    chart.set_legend({"position": "right", "font": font})
    chart.set_x_axis({"name": page.book.word("period"), "name_font": font, "num_font": font})
    chart.set_y_axis({"num_font": font, "num_format": "#,##0", "major_gridlines": _GRID})
    return chart


def clustered(page: Page, names: Area, series: Sequence[Area], number: str) -> Any:
    """Return columns side by side; the cell above each series names it."""
    chart = page.book.workbook.add_chart({"type": "column"})
    font = page.book.styles.chart_font()
    for area, colour in zip(series, (TEAL, NAVY), strict=False):
        chart.add_series(
            {
                "name": f"={page.ref}{address(area.top - 1, area.left)}",
                "categories": f"={page.ref}{names.absolute}",
                "values": f"={page.ref}{area.absolute}",
                "fill": {"color": colour},
                "gap": 80,
                "data_labels": {"value": True, "num_format": number, "font": font},
            }
        )
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis({"num_font": font, "num_format": number, "major_gridlines": _NO_GRID, "min": 0})
    return chart


def histogram(page: Page, names: Area, values: Area) -> Any:
    """Return columns without gaps."""
    chart = page.book.workbook.add_chart({"type": "column"})
    font = page.book.styles.chart_font()
    chart.add_series(
        {
            "categories": f"={page.ref}{names.absolute}",
            "values": f"={page.ref}{values.absolute}",
            "fill": {"color": TEAL},
            "border": {"color": "#FFFFFF"},
            "gap": 4,
        }
    )
    chart.set_legend({"none": True})
    name = {"name": page.book.word("demo.axis_net"), "name_font": font}
    chart.set_x_axis({**name, "num_font": font, "num_format": "#,##0", "label_position": "low"})
    share = {"name": page.book.word("demo.axis_share"), "name_font": font}
    chart.set_y_axis({**share, "num_font": font, "num_format": "0%", "major_gridlines": _GRID})
    return chart
