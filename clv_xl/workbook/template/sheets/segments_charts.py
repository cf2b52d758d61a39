"""Charts of the sheet Segments: net CLV from the best segment down, and CLV beside CAC."""

from typing import Any, Final

from clv_xl.workbook.page import Area
from clv_xl.workbook.styles import AMBER, TEAL
from clv_xl.workbook.template.addresses import in_column
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.groups import found
from clv_xl.workbook.template.sheets.heads import head
from clv_xl.workbook.template.sheets.segment_inputs import SLOTS
from clv_xl.workbook.template.sheets.segments_layout import NUMBERS, area, column

_CHART_ROWS: Final = 18
_LEAST_BARS: Final = 6  # a log that is pasted may have more segments than the one that was here
_SHOWN: Final = ("customers", "net", "clv", "cac", "ratio")
_HIDE_ZERO: Final = '#,##0.00;-#,##0.00;""'


def write_ranking(leaf: Leaf, row: int) -> int:
    """Write the charts and, below, the table they are drawn from; return the row after it."""
    top = row + _CHART_ROWS + 1
    leaf.section(top, leaf.say("ranking"))
    heads = [leaf.say("head_label"), leaf.say("head_rank"), leaf.say("head_position")]
    leaf.header(top + 1, [*heads, *(head(leaf, name) for name in _SHOWN)], numbers=range(1, 8))
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
    bars = min(SLOTS, max(_LEAST_BARS, found(leaf, "segment")))
    names = Area(first, 0, first + bars - 1, 0)

    def series(name: str, colour: str) -> dict[str, Any]:
        at = 3 + _SHOWN.index(name)
        return {
            "name": f"={leaf.ref}{Area(top + 1, at, top + 1, at).absolute.split(':')[0]}",
            "categories": f"={leaf.ref}{names.absolute}",
            "values": f"={leaf.ref}{Area(first, at, first + bars - 1, at).absolute}",
            "fill": {"color": colour},
            "gap": 60,
            "data_labels": {"value": True, "num_format": _HIDE_ZERO, "font": leaf.book.styles.chart_font()},
        }

    leaf.chart(row, 0, _chart(leaf, "bar", [series("net", TEAL)]), "net", (790, 340))
    both = [series("clv", TEAL), series("cac", AMBER)]
    # As wide as the printed columns are in any language.
    leaf.chart(row, 8, _chart(leaf, "column", both), "clv_cac", (950, 340), (0, 4))
    return first + SLOTS + 1


def _chart(leaf: Leaf, kind: str, series: list[dict[str, Any]]) -> Any:
    """Return a chart of money by segment."""
    chart = leaf.book.workbook.add_chart({"type": kind})
    for one in series:
        chart.add_series(one)
    font = leaf.book.styles.chart_font()
    money = {"name": leaf.say("axis_money", currency=leaf.kit.lines.currency), "name_font": font}
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
