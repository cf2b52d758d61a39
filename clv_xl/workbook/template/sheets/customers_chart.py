"""The Pareto curve of sheet Customers: how much of the value the best customers hold."""

from clv_xl.workbook.page import Area
from clv_xl.workbook.styles import GREY, TEAL
from clv_xl.workbook.template.leaf import Leaf

_SIZE = (620, 330)


def pareto(leaf: Leaf, row: int, column: int, table: Area) -> None:
    """Place the curve beside its table, with the line of equal shares."""
    font = leaf.book.styles.chart_font()
    chart = leaf.book.workbook.add_chart({"type": "scatter", "subtype": "straight"})
    shares = f"={leaf.ref}{table.column(0).absolute}"
    for name, values, line in (
        ("curve", f"={leaf.ref}{table.column(3).absolute}", {"color": TEAL, "width": 2.5}),
        ("equal", shares, {"color": GREY, "width": 1, "dash_type": "dash"}),
    ):
        marker = {"type": "circle", "size": 5, "fill": {"color": TEAL}, "border": {"color": TEAL}}
        chart.add_series(
            {
                "name": leaf.say(f"series_{name}"),
                "categories": shares,
                "values": values,
                "line": line,
                "marker": marker if name == "curve" else {"type": "none"},
            }
        )
    grid = {"visible": True, "line": {"color": "#E4E7EC"}}
    axis = {"min": 0, "max": 1, "major_unit": 0.2, "num_format": "0%", "num_font": font, "name_font": font}
    chart.set_x_axis({**axis, "name": leaf.say("col_customers_share"), "major_gridlines": {"visible": False}})
    chart.set_y_axis({**axis, "name": leaf.say("col_value_share"), "major_gridlines": grid})
    chart.set_legend({"position": "bottom", "font": font})
    leaf.chart(row, column, chart, "pareto", _SIZE)
