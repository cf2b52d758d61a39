"""Charts of the sheet Segments: net CLV from the best segment down, and CLV beside CAC."""

from typing import Any, Final

from clv_xl.workbook.page import Area
from clv_xl.workbook.styles import AMBER, TEAL
from clv_xl.workbook.template.addresses import in_column
from clv_xl.workbook.template.bars import on_axis, with_range
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.groups import found
from clv_xl.workbook.template.sheets.heads import head
from clv_xl.workbook.template.sheets.segment_inputs import SLOTS
from clv_xl.workbook.template.sheets.segments_layout import NUMBERS, area, column

_CHART_ROWS: Final = 18
_LEAST_BARS: Final = 6  # a log that is pasted may have more segments than the one that was here
_SHOWN: Final = ("customers", "net", "clv", "half", "cac", "ratio")
_HIDE_ZERO: Final = '#,##0.00;-#,##0.00;""'


def write_ranking(leaf: Leaf, row: int) -> int:
    """Write the charts and, below, the table they are drawn from; return the row after it."""
    top = row + _CHART_ROWS + 1
    leaf.section(top, leaf.say("ranking"))
    heads = [leaf.say("head_label"), leaf.say("head_rank"), leaf.say("head_position")]
    heads += [head(leaf, name) for name in (*_SHOWN, "upper")]
    leaf.header(top + 1, heads, numbers=range(1, len(heads)))
    upper = 3 + len(_SHOWN)
    first = top + 2
    for slot in range(SLOTS):
        line = first + slot
        rank, place = in_column(1, line), in_column(2, line)
        above = in_column(1, line - 1)
        next_one = f'=IF(ISNUMBER({above}),IF({above}<COUNT({area("rank")}),{above}+1,""),"")'
        leaf.calculate(line, 1, "=1" if slot == 0 else next_one, number="int")
        found_at = f'IF(OR({rank}="",COUNT({area("rank")})=0),"",MATCH({rank},{area("rank")},0))'
        leaf.calculate(line, 2, f"={found_at}", number="int")
        label = f'INDEX({area("name")},{place})&" ("&INDEX({area("customers")},{place})&")"'
        leaf.calculate(line, 0, f'=IF({place}="","",{label})')
        for i, name in enumerate(_SHOWN, 3):
            value = f'=IF({place}="","",INDEX({area(name)},{place}))'
            leaf.calculate(line, i, value, number=NUMBERS[column(name)])
        value, half = (in_column(3 + _SHOWN.index(name), line) for name in ("clv", "half"))
        leaf.calculate(line, upper, f'=IF(ISNUMBER({half}),{value}+{half},"")', number="money")
    bars = min(SLOTS, max(_LEAST_BARS, found(leaf, "segment")))
    names = Area(first, 0, first + bars - 1, 0)

    def drawn(at: int) -> str:
        return f"={leaf.ref}{Area(first, at, first + bars - 1, at).absolute}"

    def series(name: str, colour: str) -> dict[str, Any]:
        at = 3 + _SHOWN.index(name)
        return {
            "name": f"={leaf.ref}{Area(top + 1, at, top + 1, at).absolute.split(':')[0]}",
            "categories": f"={leaf.ref}{names.absolute}",
            "values": drawn(at),
            "fill": {"color": colour},
            "gap": 60,
            "data_labels": {"value": True, "num_format": _HIDE_ZERO, "font": leaf.book.styles.chart_font()},
        }

    title = leaf.in_currency(row + 4, 0, "axis_money")
    leaf.chart(row, 0, _chart(leaf, "bar", [series("net", TEAL)], title), "net", (790, 340))
    clv, halves = series("clv", TEAL), drawn(3 + _SHOWN.index("half"))
    both = [clv | with_range(halves, bars, clv["data_labels"]), series("cac", AMBER)]
    # As wide as the printed columns are in any language.
    beside = _chart(leaf, "column", both, title)
    on_axis(leaf.book.workbook, beside, head(leaf, "upper"), drawn(upper))
    leaf.chart(row, 8, beside, "clv_cac", (950, 340), (0, 4))
    return first + SLOTS + 1


def _chart(leaf: Leaf, kind: str, series: list[dict[str, Any]], title: str) -> Any:
    """Return a chart of money by segment."""
    chart = leaf.book.workbook.add_chart({"type": kind})
    for one in series:
        chart.add_series(one)
    font = leaf.book.styles.chart_font()
    money = {"name": title, "name_font": font}
    money |= {"num_font": font, "num_format": "#,##0", "major_gridlines": {"visible": False}}
    names: dict[str, Any] = {
        "name": leaf.say("head_label"),
        "name_font": font,
        "num_font": font,
        "label_position": "low",
    }
    names |= {"major_gridlines": {"visible": False}}
    if kind == "bar":  # its names stand upright, the best on top, its money below
        names |= {"reverse": True, "crossing": "max"}
        names, money = money, names
    chart.set_x_axis(names)
    chart.set_y_axis(money)
    chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom", "font": font})
    return chart
