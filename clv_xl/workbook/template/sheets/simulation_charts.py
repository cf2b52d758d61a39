"""Charts of the sheet Simulation."""

from typing import Any

from clv_xl.workbook.page import Area
from clv_xl.workbook.styles import NAVY, TEAL
from clv_xl.workbook.template.leaf import Leaf

_GRID = "#E4E7EC"


def histogram(leaf: Leaf, names: Area, values: Area) -> Any:
    """Return a column for each class, without gaps."""
    series = {"fill": {"color": TEAL}, "border": {"color": "#FFFFFF"}, "gap": 4}
    return _chart(leaf, "column", names, values, series, ("axis_from", "axis_share"))


def cumulative(leaf: Leaf, names: Area, values: Area) -> Any:
    """Return the share of trials below the upper limit of each class."""
    series = {"line": {"color": NAVY, "width": 2.25}}
    return _chart(leaf, "line", names, values, series, ("axis_to", "axis_below"), min=0, max=1)


def _chart(
    leaf: Leaf,
    kind: str,
    names: Area,
    values: Area,
    series: dict[str, Any],
    axes: tuple[str, str],
    **scale: Any,
) -> Any:
    chart = leaf.book.workbook.add_chart({"type": kind})
    font = leaf.book.styles.chart_font()
    places = {
        "categories": f"={leaf.ref}{names.absolute}",
        "values": f"={leaf.ref}{values.absolute}",
    }
    chart.add_series({**places, **series})
    chart.set_legend({"none": True})
    below, beside = ({"name": leaf.say(axis), "name_font": font, "num_font": font} for axis in axes)
    chart.set_x_axis({**below, "num_format": "#,##0", "label_position": "low"})
    grid = {"visible": True, "line": {"color": _GRID}}
    chart.set_y_axis({**beside, "num_format": "0%", "major_gridlines": grid, **scale})
    return chart
