"""Floating bars of the bridge on the sheet Monitoring: the change since the last pack, step by step."""

from typing import Any, Final

from clv_xl.workbook.page import Area
from clv_xl.workbook.styles import NAVY
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.what_if_charts import PALE_GREEN, PALE_RED

# Parts of a bar above and below 0; the first two are not drawn, the others stand on them.
_PARTS: Final = ("clear_above", "clear_below", "total", "up_above", "up_below", "down_above", "down_below")
_COLOURS: Final = ("", "", NAVY, PALE_GREEN, PALE_GREEN, PALE_RED, PALE_RED)


def write_bars(leaf: Leaf, first: int, last: int, column: int) -> Any:
    """Write the parts of each bar right of the printed page; return the chart.

    The steps stand in rows `first` to `last`, name in A, effect in D, the change so far in E; the
    last row is the whole change.
    """
    leaf.put(first - 1, column, leaf.say("bars"), "subtitle")
    for i in range(first, last + 1):
        r, whole = i + 1, i == last
        low, high = (f"{name}(E{i},E{r})" for name in ("MIN", "MAX"))
        above, below = f"MAX(0,{high})-MAX(0,{low})", f"MIN(0,{low})-MIN(0,{high})"
        formulas = (
            f"MAX(0,{low})",
            f"MIN(0,{high})",
            f"E{r}",
            f"IF(D{r}>0,{above},0)",
            f"IF(D{r}>0,{below},0)",
            f"IF(D{r}<0,{above},0)",
            f"IF(D{r}<0,{below},0)",
        )
        for j, (part, formula) in enumerate(zip(_PARTS, formulas, strict=True), column):
            drawn = (part == "total") == whole
            leaf.calculate(i, j, f"={formula}" if drawn else "=0", "subtitle", "money")
    return _chart(leaf, Area(first, column, last, column + len(_PARTS) - 1))


def _chart(leaf: Leaf, bars: Area) -> Any:
    """Return lying bars, so that each step has a line for its name in any language."""
    chart = leaf.book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    font = leaf.book.styles.chart_font()
    names = Area(bars.top, 0, bars.bottom, 0).absolute
    for j, (part, colour) in enumerate(zip(_PARTS, _COLOURS, strict=True)):
        look: dict[str, Any] = {"fill": {"color": colour} if colour else {"none": True}}
        if colour:
            ink = {**font, "color": "#FFFFFF", "bold": True} if part == "total" else font
            sign = "-#,##0.00" if part.startswith("down") else "+#,##0.00"
            shown = f'{sign};-#,##0.00;""'
            look["data_labels"] = {"value": True, "num_format": shown, "font": ink}
        chart.add_series(
            {
                "name": leaf.say("effect"),
                "categories": f"={leaf.ref}{names}",
                "values": f"={leaf.ref}{bars.column(j).absolute}",
                "border": {"none": True},
                "gap": 35,
                **look,
            }
        )
    chart.set_legend({"none": True})
    axis = {"name": leaf.say("axis_change"), "name_font": font, "num_font": font, "num_format": "#,##0.0"}
    grid = {"visible": True, "line": {"color": "#E4E7EC"}}
    chart.set_x_axis({**axis, "major_gridlines": grid})
    chart.set_y_axis({"reverse": True, "crossing": "max", "num_font": font, "label_position": "low"})
    return chart
