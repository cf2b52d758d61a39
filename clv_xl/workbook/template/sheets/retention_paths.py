"""Charts of the sheet Retention; beyond its last number a line stays on its last point."""

from typing import Any, Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import address
from clv_xl.workbook.styles import AMBER, NAVY, TEAL
from clv_xl.workbook.template.addresses import cell
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets import retention_layout as at

_SIZES: Final = ((660, 400), (1080, 400))
# Row of ages, row of values, what they are drawn from, its text.
_PATHS: Final = (
    (at.CURVE_X, at.CURVE_Y, at.SHARE, "share"),
    (at.ACTUAL_X, at.ACTUAL_Y, at.ACTUAL, "actual"),
    (at.PROJECTED_X, at.PROJECTED_Y, at.SURVIVE, "survive"),
)


def write_paths(leaf: Leaf) -> None:
    """Write the points of each line: ages, then values."""
    leaf.section(at.PATHS, leaf.say("paths"), at.LAST + 1)
    leaf.header(
        at.PATHS + 1, [leaf.say("line"), leaf.term("unit"), "", "", leaf.say("last_age")], numbers=(4,)
    )
    for column in range(at.FIRST, at.LAST + 1):
        leaf.put(at.PATHS + 1, column, float(column - at.FIRST), "header", align="right")
    for x, y, source, name in _PATHS:
        values, last = at.row(source).absolute, cell(x, at.TOTAL, column_fixed=True)
        shown = at.row(at.PROJECTED).absolute if source == at.SURVIVE else values
        leaf.calculate(x, at.TOTAL, f"=MAX(0,COUNT({shown})-1)", number="text")
        for row, unit in ((x, "number"), (y, "share")):
            leaf.put(row, 0, leaf.say(name))
            leaf.unit(row, 1, unit)
        if source == at.ACTUAL:  # the legend tells whose survival it is
            none = text(leaf.say("actual_none"))
            leaf.calculate(y, 0, f"=IF(COUNT({values})=0,{none},{address(at.CHOICE, at.CONSTANT)})")
        elif source == at.SURVIVE:
            found, none = text(leaf.say("survive")), text(leaf.say("survive_none"))
            leaf.calculate(y, 0, f"=IF(COUNT({shown})=0,{none},{found})")
        for column in range(at.FIRST, at.LAST + 1):
            age = cell(at.PATHS + 1, column, row_fixed=True)
            leaf.calculate(x, column, f"=MIN({age},{last})", number="text")
            found = f"INDEX({values},{cell(x, column)}+1)"
            leaf.calculate(y, column, f"=IF(COUNT({values})=0,0,{found})", number="percent")


def write_charts(leaf: Leaf) -> None:
    """Draw the curve of the log, and actual against projected survival."""
    leaf.section(at.CHARTS, leaf.say("charts"), at.LAST + 1)
    curve = _chart(leaf, "axis_share")
    _series(leaf, curve, 0, {"color": TEAL, "width": 2.5}, {"type": "none"})
    curve.set_legend({"none": True})
    leaf.chart(at.CHARTS + 1, 0, curve, "curve", _SIZES[0])
    both = _chart(leaf, "axis_survival")
    dots = {"type": "circle", "size": 7, "fill": {"color": AMBER}, "border": {"color": AMBER}}
    _series(leaf, both, 2, {"color": NAVY, "width": 2.25}, {"type": "none"})
    _series(leaf, both, 1, {"none": True}, dots)
    both.set_legend({"position": "bottom", "font": leaf.book.styles.chart_font(12)})
    leaf.chart(at.CHARTS + 1, 5, both, "survival", _SIZES[1])


def _chart(leaf: Leaf, axis: str) -> Any:
    chart: Any = leaf.book.workbook.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    font = leaf.book.styles.chart_font(12)
    common = {"name_font": font, "num_font": font, "min": 0}
    chart.set_x_axis(
        {**common, "name": leaf.say("axis_age"), "num_format": "0", "major_gridlines": {"visible": False}}
    )
    grid = {"visible": True, "line": {"color": "#E4E7EC"}}
    chart.set_y_axis(
        {**common, "name": leaf.say(axis), "num_format": "0%", "max": 1, "major_gridlines": grid}
    )
    return chart


def _series(leaf: Leaf, chart: Any, path: int, line: dict[str, Any], marker: dict[str, Any]) -> None:
    x, y, _, _ = _PATHS[path]
    chart.add_series(
        {
            "name": f"={leaf.ref}{address(y, 0)}",
            "categories": f"={leaf.ref}{at.row(x).absolute}",
            "values": f"={leaf.ref}{at.row(y).absolute}",
            "line": line,
            "marker": marker,
        }
    )
