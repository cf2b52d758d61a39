"""Bars begin at 0: a series of one 0 that nobody sees keeps 0 on their axis, whatever the values.

Programs choose the ends of a value axis themselves and leave 0 out where all values are close to each
other; a fixed least value of 0 would cut off a net CLV below 0. The 0 is a cell, as LibreOffice draws
nothing from a number that stands in the chart itself.
"""

from typing import Any

from clv_xl.workbook.styles import NAVY


def are_bars(chart: Any) -> bool:
    """Tell whether a chart of XlsxWriter has bars, standing or lying."""
    from xlsxwriter.chart_bar import ChartBar
    from xlsxwriter.chart_column import ChartColumn

    return isinstance(chart, ChartBar | ChartColumn)


def on_axis(workbook: Any, chart: Any, name: str, values: str) -> None:
    """Keep numbers on the value axis of bars that nobody sees: the 0, the upper end of a range.

    Parameters
    ----------
    workbook : xlsxwriter.Workbook
        The workbook of the chart.
    chart : xlsxwriter.chart.Chart
        Bars with all their series and their legend. Lying ones must cover each other (an overlap of
        100, as stacked ones have): the 0 among them would take the room of a bar.
    name, values : str
        Where the words for the series and its numbers stand, as ``='Sheet'!$A$1``.
    """
    series: dict[str, Any] = {"name": name, "values": values}
    if _lies(chart):  # no line is drawn over lying bars, so that a bar carries the 0
        chart.add_series({**series, "fill": {"none": True}, "border": {"none": True}, "overlap": 100})
        # In the middle: programs count the entries of a legend of lying bars from either end.
        place = len(chart.series) // 2
        chart.series.insert(place, chart.series.pop())
    else:
        if chart.combined is None:
            chart.combine(workbook.add_chart({"type": "line"}))
        place = len(chart.series) + len(chart.combined.series)
        chart.combined.add_series({**series, "line": {"none": True}, "marker": {"type": "none"}})
    hidden = [*(chart.legend.get("delete_series") or []), place]
    chart.legend = {**chart.legend, "delete_series": hidden}


def with_range(halves: str, count: int, labels: dict[str, Any]) -> dict[str, Any]:
    """Return what draws a line from the lower to the upper end of a number's range on its bar.

    Parameters
    ----------
    halves : str
        Where half of each range stands, as ``='Sheet'!$A$1:$A$3``; a text counts as 0.
    count : int
        How many cells those are.
    labels : dict
        The labels of the bars, which move to their foot: the line has their place.
    """
    line = {"color": NAVY, "width": 1.25}
    bars: dict[str, Any] = {"type": "custom", "end_style": 1, "line": line}
    for end in ("plus", "minus"):
        bars |= {f"{end}_values": halves, f"{end}_data": [0.0] * count}  # to be calculated
    font = {**labels["font"], "color": "#FFFFFF"}
    return {"y_error_bars": bars, "data_labels": {**labels, "position": "inside_base", "font": font}}


def _lies(chart: Any) -> bool:
    from xlsxwriter.chart_bar import ChartBar

    return isinstance(chart, ChartBar)
