"""Bars begin at 0: a series of one 0 that nobody sees keeps 0 on their axis, whatever the values.

Programs choose the ends of a value axis themselves and leave 0 out where all values are close to each
other; a fixed least value of 0 would cut off a net CLV below 0. The 0 is a cell, as LibreOffice draws
nothing from a number that stands in the chart itself.
"""

from typing import Any


def are_bars(chart: Any) -> bool:
    """Tell whether a chart of XlsxWriter has bars, standing or lying."""
    from xlsxwriter.chart_bar import ChartBar
    from xlsxwriter.chart_column import ChartColumn

    return isinstance(chart, ChartBar | ChartColumn)


def from_zero(workbook: Any, chart: Any, name: str, zero: str) -> None:
    """Keep 0 on the value axis of bars.

    Parameters
    ----------
    workbook : xlsxwriter.Workbook
        The workbook of the chart.
    chart : xlsxwriter.chart.Chart
        Bars with all their series and their legend. Lying ones must cover each other (an overlap of
        100, as stacked ones have): the 0 among them would take the room of a bar.
    name, zero : str
        Where the words for the series and its 0 stand, as ``='Sheet'!$A$1``.
    """
    series: dict[str, Any] = {"name": name, "values": zero}
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
    chart.legend = {**chart.legend, "delete_series": [place]}


def _lies(chart: Any) -> bool:
    from xlsxwriter.chart_bar import ChartBar

    return isinstance(chart, ChartBar)
