"""The chart that must be right: cumulative margin per customer by age, cohort by cohort, against CAC.

A line of a chart falls to 0 at a cell without number. So each cohort is drawn over points of its own:
beyond the age it has reached its last point is repeated, and the line ends there.
"""

from typing import Any, Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import AMBER, NAVY, TEAL
from clv_xl.workbook.template.addresses import cell
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets import cohort_layout as at

COLOURS: Final = (
    TEAL, "#548235", "#7B6BA8", "#BF9000", "#2A9D8F", "#C0504D",
    "#7F9F3F", "#5B7FB8", "#A9714B", "#8064A2", "#4BACC6", "#808080",
)  # fmt: skip
_POOLED, _CAC = at.LINES, at.LINES + 1
_ROWS: Final = at.LINES + 2
_SIZE: Final = (1440, 440)
_LEGEND: Final = (*range(at.LINES, at.LINES + 2), *range(at.LINES))  # the two that are always there first


def _x(i: int) -> int:
    return at.PATHS + 2 + i


def _y(i: int) -> int:
    return at.PATHS + 2 + _ROWS + i


def write_paths(leaf: Leaf) -> None:
    """Write the points of each line: ages in the upper half, money in the lower."""
    leaf.section(at.PATHS, leaf.say("paths"), at.LAST + 1)
    heads = [leaf.term(k) for k in ("cohort", "unit", "number", "position", "last_age")]
    leaf.header(at.PATHS + 1, heads, numbers=(2, 3, 4))
    for column in range(at.FIRST, at.LAST + 1):
        leaf.put(at.PATHS + 1, column, float(column - at.FIRST), "header", align="right")
    for i in range(_ROWS):
        _points(leaf, i)


def _points(leaf: Leaf, i: int) -> None:
    x, y, cac = _x(i), _y(i), address(*at.CAC)
    last = cell(x, at.TOTAL, column_fixed=True)
    cumulative = at.cells(at.CUMULATIVE)
    position = cell(x, at.CONSTANT, column_fixed=True)
    if i < at.LINES:
        ordinals, reached = at.facts(at.ORDINAL).absolute, at.facts(at.REACHED).absolute
        nth = f"$C{x + 1}+{address(*at.LINE_FROM)}-1"
        leaf.put(x, 2, float(i + 1), "label", "int", align="right")
        leaf.calculate(
            x, at.CONSTANT, f'=IF({nth}>MAX({ordinals}),"",MATCH({nth},{ordinals},0))', number="int"
        )
        limit = f"MIN(INDEX({reached},{position}),COUNT({at.ages(at.CUMULATIVE).absolute}))-1"
        leaf.calculate(x, at.TOTAL, f'=IF({position}="","",IF({limit}<0,"",{limit}))', number="text")
        name = f'IF({position}="","",INDEX({at.facts(at.LABEL).absolute},{position}))'
        points = f"INDEX({cumulative.absolute},{position},{{0}}+1)"
    else:
        every = Area(at.total(at.CUMULATIVE), at.FIRST, at.total(at.CUMULATIVE), at.LAST).absolute
        steps = f"MAX({Area(_x(0), at.TOTAL, _x(at.LINES - 1), at.TOTAL).absolute})"
        steps = f"COUNT({every})-1" if i == _POOLED else steps
        leaf.calculate(x, at.TOTAL, f'=IF(COUNT({every})=0,"",{steps})', number="text")
        name = f"$A${at.total(at.CUMULATIVE) + 1}" if i == _POOLED else f"$A${at.CAC[0] + 1}"
        points = f"INDEX({every},{{0}}+1)" if i == _POOLED else cac
    for row, unit in ((x, "number"), (y, "money")):
        leaf.calculate(row, 0, f"={name}")
        leaf.unit(row, 1, unit)
    for column in range(at.FIRST, at.LAST + 1):
        age = cell(at.PATHS + 1, column, row_fixed=True)
        leaf.calculate(x, column, f'=IF({last}="",0,MIN({age},{last}))', number="text")
        value = points.format(cell(x, column))
        # Without a cohort the line is a point at the foot of the CAC line, which covers it.
        leaf.calculate(y, column, f'=IF({last}="",{cac},{value})', number="money")


def write_chart(leaf: Leaf) -> None:
    """Draw the lines; cells beside them are the legend, so that it follows the orders."""
    leaf.section(at.CHART, leaf.say("lines"), at.LAST + 1)
    chart: Any = leaf.book.workbook.add_chart({"type": "scatter", "subtype": "straight"})
    for i in range(_ROWS):
        look: dict[str, Any] = {"color": COLOURS[i % at.LINES], "width": 1.75}
        if i == _POOLED:
            look = {"color": NAVY, "width": 3}
        elif i == _CAC:
            look = {"color": AMBER, "width": 2.25, "dash_type": "dash"}
        label = cell(_y(i), 0)
        leaf.calculate(
            at.CHART + 2 + _LEGEND.index(i),
            0,
            f'=IF({label}="","","■ "&{label})',
            font_color=look["color"],
            bold=True,
            text_wrap=True,
        )
        chart.add_series(
            {
                "name": f"={leaf.ref}{address(_y(i), 0)}",
                "categories": f"={leaf.ref}{Area(_x(i), at.FIRST, _x(i), at.LAST).absolute}",
                "values": f"={leaf.ref}{Area(_y(i), at.FIRST, _y(i), at.LAST).absolute}",
                "line": look,
                "marker": {"type": "none"},
            }
        )
    font, grid = leaf.book.styles.chart_font(12), {"visible": True, "line": {"color": "#E4E7EC"}}
    chart.set_legend({"none": True})
    chart.set_x_axis(
        {"name": leaf.say("axis_age"), "name_font": font, "num_font": font, "min": 0, "num_format": "0",
         "major_gridlines": {"visible": False}, "label_position": "low"}
    )  # fmt: skip
    chart.set_y_axis(
        {"name": leaf.say("axis_margin"), "name_font": font, "num_font": font, "num_format": "#,##0",
         "major_gridlines": grid}
    )  # fmt: skip
    cost = at.CHART + 2 + _LEGEND.index(_CAC)
    leaf.hold(cost, 0, f"■ {leaf.term('cac')}", "strong", text_wrap=True)
    leaf.chart(at.CHART + 1, 1, chart, "margin", _SIZE)
