"""Charts of the sheet Dashboard, and the cells beside the page that they are drawn from."""

from typing import Any, Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import AMBER, NAVY, TEAL
from clv_xl.workbook.template.bars import are_bars, on_axis, with_range
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets import dashboard_layout as at
from clv_xl.workbook.template.sheets.groups import found
from clv_xl.workbook.template.sheets.order_columns import TABLE
from clv_xl.workbook.template.sheets.segment_inputs import SLOTS

_SIZE: Final = (462, 308)
_LEAST_BARS: Final = 5  # a log that is pasted may have more segments than the one that was here
# A blank is 0 to a chart; from a thousand on a decimal only takes the room of the bar beside it.
_HIDE_BLANK: Final = '[>=1000]#,##0;[=0]"";#,##0.0'
# Whose titles stand in cells behind the first chart.
_AXES: Final = ("clv", "money", "revenue")
_NO_GRID: Final = {"visible": False}


def feed_header(leaf: Leaf) -> None:
    """Write the headers of the cells behind the charts."""
    leaf.put(at.TABLE, at.RANK, leaf.say("feed"), "subtitle")
    for column, name in (
        (at.RANK, "place"),
        (at.PLACE, "row"),
        (at.LABEL, "label"),
        (at.NEEDED, "needed"),
        (at.HALF, "half"),
        (at.UPPER, "upper"),
    ):
        align = "left" if column == at.LABEL else "right"
        leaf.put(at.TABLE + 1, column, leaf.say(f"feed_{name}"), "header", align=align)
    for column, words in ((at.AGO, "feed_place"), (at.MONTH, "feed_month")):
        leaf.put(at.TABLE + 1, column, leaf.say(words), "header", align="right")
    leaf.put(at.TABLE + 1, at.MONEY, leaf.kit.word("revenue"), "header", align="right")


def feed(leaf: Leaf) -> None:
    """Write names with customer counts, the CLV that the target asks for, and revenue by month."""
    for row in range(at.FIRST, at.LAST + 1):
        name, customers, cac = f"$A{row + 1}", f"$B{row + 1}", f"$E{row + 1}"
        leaf.calculate(row, at.LABEL, f'=IF({name}="","",{name}&" ("&{customers}&")")')
        leaf.calculate(row, at.NEEDED, f'=IF(ISNUMBER({cac}),{cac}*set_target_ratio,"")', number="money")
        place = f"$K{row + 1}"
        known = f'IF({place}="","",INDEX({leaf.kit.at("segments.half")},{place}))'
        leaf.calculate(row, at.HALF, f"={known}", "link", "money")
        clv, half = address(row, at.COLUMNS.index("clv")), address(row, at.HALF)
        leaf.calculate(row, at.UPPER, f'=IF(ISNUMBER({half}),{clv}+{half},"")', number="money")
    day, money = f"{TABLE}[order_date]", f"{TABLE}[revenue]"
    for i in range(at.MONTHS):
        row = at.FIRST + i
        ago, month = f"$Q{row + 1}", f"$R{row + 1}"
        if i == 0:
            leaf.calculate(row, at.AGO, "=1-set_year_months", number="int")
        else:
            leaf.calculate(row, at.AGO, f"=Q{row}+1", number="int")
        # The last whole month: one that the last day cuts short would look like a fall.
        leaf.calculate(row, at.MONTH, f"=EOMONTH(set_as_of+1,{ago}-1)", number="date")
        span = f'{day},">"&EOMONTH({month},-1),{day},"<"&{month}+1'
        leaf.calculate(row, at.MONEY, f"=SUMIFS({money},{span})", "link", "money_whole")


def write(leaf: Leaf) -> None:
    """Place the three charts above the table."""
    bars = min(SLOTS, max(_LEAST_BARS, found(leaf, "segment")))
    last = at.FIRST + bars - 1
    for column, (name, chart) in zip(
        (0, 2, 5),
        (("clv", _bars(leaf, last)), ("cac", _beside(leaf, last)), ("trend", _trend(leaf))),
        strict=True,
    ):
        offset = {0: 2, 2: 122, 5: 66}[column]
        leaf.chart(at.CHARTS, column, chart, name, _SIZE, (offset, 2))


def _series(leaf: Leaf, name: str, names: int, values: int, last: int, colour: str) -> dict[str, Any]:
    return {
        "name": name,
        "categories": f"={leaf.ref}{Area(at.FIRST, names, last, names).absolute}",
        "values": f"={leaf.ref}{Area(at.FIRST, values, last, values).absolute}",
        "fill": {"color": colour},
        "gap": 60,
        "data_labels": {"value": True, "num_format": _HIDE_BLANK, "font": leaf.book.styles.chart_font(8)},
    }


def _axes(leaf: Leaf, chart: Any, value: str, *, lying: bool = False, **names: Any) -> None:
    """Set the axes; of bars that lie the names are on the vertical one."""
    font = leaf.book.styles.chart_font(8)
    title = leaf.in_currency(at.CHARTS + _AXES.index(value) + 4, 0, f"axis_{value}")
    named = {"num_font": font, "label_position": "low", "major_gridlines": _NO_GRID, **names}
    money: dict[str, Any] = {"name": title, "name_font": font, "num_font": font, "num_format": "#,##0"}
    money |= {"major_gridlines": _NO_GRID}
    if not are_bars(chart):
        money |= {"min": 0}
    chart.set_x_axis(money if lying else named)
    chart.set_y_axis(named if lying else money)


def _bars(leaf: Leaf, last: int) -> Any:
    """Return a bar for each segment, the best on top."""
    chart = leaf.book.workbook.add_chart({"type": "bar"})
    chart.add_series(_series(leaf, leaf.say("tile_clv"), 0, at.COLUMNS.index("clv"), last, TEAL))
    _axes(leaf, chart, "clv", lying=True, reverse=True, crossing="max")
    chart.set_legend({"none": True})
    return chart


def _beside(leaf: Leaf, last: int) -> Any:
    """Return CLV and CAC side by side, marked where CLV meets the target."""
    chart = leaf.book.workbook.add_chart({"type": "column"})
    for name, colour in (("clv", TEAL), ("cac", AMBER)):
        words = leaf.say("tile_clv") if name == "clv" else "CAC"
        series = _series(leaf, words, at.LABEL, at.COLUMNS.index(name), last, colour)
        if name == "clv":
            halves = f"={leaf.ref}{Area(at.FIRST, at.HALF, last, at.HALF).absolute}"
            series |= with_range(halves, last - at.FIRST + 1, series["data_labels"])
        chart.add_series(series)
    line = leaf.book.workbook.add_chart({"type": "line"})
    needed = _series(leaf, leaf.say("feed_needed"), at.LABEL, at.NEEDED, last, NAVY)
    marker = {"type": "long_dash", "size": 12, "fill": {"color": NAVY}, "border": {"color": NAVY}}
    line.add_series({k: v for k, v in needed.items() if k not in ("fill", "gap", "data_labels")}
                    | {"line": {"none": True}, "marker": marker})  # fmt: skip
    chart.combine(line)
    _axes(leaf, chart, "money")
    chart.set_legend({"position": "bottom", "font": leaf.book.styles.chart_font(8)})
    uppers = Area(at.FIRST, at.UPPER, last, at.UPPER).absolute
    on_axis(leaf.book.workbook, chart, leaf.say("feed_upper"), f"={leaf.ref}{uppers}")
    return chart


def _trend(leaf: Leaf) -> Any:
    """Return revenue by month as a line."""
    chart = leaf.book.workbook.add_chart({"type": "line"})
    series = _series(leaf, leaf.kit.word("revenue"), at.MONTH, at.MONEY, at.FIRST + at.MONTHS - 1, TEAL)
    del series["data_labels"], series["fill"], series["gap"]
    chart.add_series(series | {"line": {"color": TEAL, "width": 2.25}, "marker": {"type": "none"}})
    _axes(leaf, chart, "revenue", num_format="yyyy-mm", text_axis=True)
    chart.set_legend({"none": True})
    return chart
