"""The ledger of CLV: what a cohort brings period by period, against what winning it cost."""

from typing import Any, Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import AMBER, NAVY, TEAL
from clv_xl.workbook.template.addresses import cell
from clv_xl.workbook.template.compared import held
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.clv_cells import Cells
from clv_xl.workbook.template.sheets.clv_lines import LABELS

FIRST, PERIODS = 5, 10  # column F, and how many periods follow
LAST: Final = FIRST + PERIODS - 1
_WON: Final = 100.0
# Row, unit, number format, total or start in column E, formula of each period. {0} is the period's own
# column, {1} the one before, {own[..]} and {at[..]} rows of the ledger.
_ROWS: Final = (
    ("period", "none", "int", "=0", "COLUMN()-COLUMN($E${period})"),
    ("opening", "customers", "tenth", "", "IF({0}${period}=1,{won},{1}{closing})"),
    ("lost", "customers", "tenth", "=SUM({lost})", "{0}{opening}*(1-{retention_rate})"),
    ("closing", "customers", "tenth", "", "{0}{opening}-{0}{lost}"),
    ("revenue", "money", "money_whole", "=SUM({revenue})", "{0}{opening}*{customer_value}"),
    ("margin_sum", "money", "money_whole", "=SUM({margin_sum})", "{0}{opening}*{period_margin}"),
    ("factor", "number", "decimal", "", "(1+{discount_rate})^({timing}-{0}${period})"),
    ("pv", "money", "money_whole", "=SUM({pv})", "{0}{margin_sum}*{0}{factor}"),
    ("cumulative", "money", "money_whole", "=0", "{1}{cumulative}+{0}{pv}"),
    ("each", "money", "money", "*", "IF({won}=0,0,{0}{cumulative}/{won})"),
    ("cac_line", "money", "money", "*", "{cac}"),
    ("net_line", "money", "money", "*", "{0}{each}-{0}{cac_line}"),
)
# Below the ledger, in column D.
_AFTER: Final = (
    ("truncated_value", "money", "money", "{pv_total}/{won}"),
    ("endless_value", "money", "money", 'IF({excess}<=0,"",{paid}/{excess})'),
    ("after_value", "money", "money", 'IF({excess}<=0,"",{endless_value}*{ratio_kept}^{horizon})'),
    ("ledger_share", "share", "percent", 'IF(N({endless_value})=0,"",{truncated_value}/{endless_value})'),
    (
        "point", "period", "decimal",
        ("IF(ISNUMBER({discounted_payback}),IF({discounted_payback}/{months}<={horizon},"
        "{discounted_payback}/{months},-1),-1)"),
    ),
    ("point_height", "money", "money", "{cac}"),
)  # fmt: skip
_SCHEDULE: Final = ("int", "tenth", "money_whole", "decimal", "money_whole", "money_whole")
_SCHEDULE_HEADS: Final = ("period", "customers", "cohort_margin", "factor", "present_value", "cumulative")


def write(leaf: Leaf, row: int, cells: Cells, chart_row: int) -> int:
    """Write the ledger, its chart beside the steps, and the function's own schedule."""
    leaf.section(row, leaf.say("ledger"), LAST + 1)
    words = [leaf.term(key) for key in ("item", "unit", "how", "value", "total")]
    leaf.header(row + 1, [*words, *([""] * PERIODS)], numbers=(3, 4))
    leaf.put(row + 1, FIRST, leaf.say("per_period"), "header", text_wrap=False, indent=1)
    leaf.line(row + 2, "won", "customers", _WON, "int", rule="positive", note="won_note")
    cells["won"] = address(row + 2, 3)
    first = row + 3
    rows = {name: first + i + 1 for i, (name, *_) in enumerate(_ROWS)}
    for i, (name, unit, number, start, formula) in enumerate(_ROWS, first):
        leaf.put(i, 0, leaf.term(LABELS.get(name, name)), text_wrap=True)
        leaf.unit(i, 1, unit)
        leaf.put(i, 2, leaf.say(f"{name}_note"), "note")
        for column in range(FIRST - (start == "*"), LAST + 1):
            own, before = (cell(0, c)[:-1] for c in (column, column - 1))
            filled = formula.format(own, before, **{**cells, **rows})
            leaf.calculate(i, column, f"={filled}", "strong" if name == "period" else "calculation", number)
        if start.startswith("="):
            span = f"{cell(i, FIRST)}:{cell(i, LAST)}"
            leaf.calculate(i, 4, start.format(**dict.fromkeys(rows, span)), number=number)
        cells[f"{name}_row"] = Area(i, FIRST, i, LAST).absolute
    cells["pv_total"] = address(rows["pv"] - 1, 4)
    row = first + len(_ROWS)
    for i, (name, unit, number, formula) in enumerate(_AFTER, row):
        leaf.line(i, name, unit, f"={formula.format(**cells)}", number, note=f"{name}_note", align="right")
        cells[name] = address(i, 3)
    here = {name: f"{leaf.ref}{place}" for name, place in cells.items() if place.startswith("$")}
    gap = 'IF({excess}<=0,"",({truncated_value}+{after_value}-{endless_value})/MAX(1,ABS({endless_value})))'
    leaf.check("clv_tail", gap.format(**here), limit=1e-9)
    _chart(leaf, chart_row, rows, cells)
    return _schedule(leaf, row + len(_AFTER) + 1, cells)


def _schedule(leaf: Leaf, row: int, cells: Cells) -> int:
    """Write what CLV.SCHEDULE answers, its running sum beside that of the ledger; return the last row."""
    if not leaf.kit.functions:
        return row
    call = "CLV.SCHEDULE({won},{period_margin},{retention_rate},{discount_rate},{horizon},0,{timing})"
    formats = by_column(_SCHEDULE, PERIODS + 2)
    area = function_table(leaf, row, FIRST, call.format(**cells), formats, total=True, heads=_SCHEDULE_HEADS)
    ours, gap = area.right + 1, area.right + 2
    for column, name in ((ours, "native"), (gap, "gap_short")):
        leaf.put(area.top, column, leaf.say(name), "header", align="right")
    for i in range(area.top + 1, area.top + 1 + PERIODS):
        period, theirs, native = (cell(i, c) for c in (area.left, area.right, ours))
        found = f"INDEX({cells['cumulative_row']},{period})"
        leaf.calculate(i, ours, f'=IF(ISNUMBER({period}),{found},"")', number="money_whole")
        size = f"MAX(1,ABS({native}))"
        leaf.calculate(i, gap, f"=IF(ISNUMBER({period}),ABS({theirs}-{native})/{size},0)", "addin", "exact")
    last = area.top + 1 + PERIODS
    leaf.calculate(last, gap, f"=MAX({cell(area.top + 1, gap)}:{cell(last - 1, gap)})", "addin", "exact")
    held(leaf, "clv_schedule", leaf.at(last, gap))
    return area.bottom


def _chart(leaf: Leaf, row: int, rows: dict[str, int], cells: Cells) -> None:
    """Draw the present value so far against acquisition cost, and where they meet."""
    chart: Any = leaf.book.workbook.add_chart({"type": "scatter", "subtype": "straight"})
    font = leaf.book.styles.chart_font()

    def along(name: str) -> str:
        return f"={leaf.ref}{Area(rows[name] - 1, FIRST - 1, rows[name] - 1, LAST).absolute}"

    def line(name: str, colour: str, **more: Any) -> dict[str, Any]:
        return {
            "name": leaf.say(f"series_{name}"),
            "categories": along("period"),
            "values": along(name),
            "line": {"color": colour, "width": 2.25, **more},
            "marker": {"type": "none"},
        }

    chart.add_series(line("each", TEAL))
    chart.add_series(line("cac_line", AMBER, dash_type="dash"))
    point = {
        "name": leaf.say("series_point"),
        "categories": f"={leaf.ref}{cells['point']}",
        "values": f"={leaf.ref}{cells['point_height']}",
        "line": {"none": True},
        "marker": {"type": "circle", "size": 10, "fill": {"color": NAVY}, "border": {"color": "#FFFFFF"}},
    }
    chart.add_series(point)
    axis = {"num_font": font, "name_font": font}
    # A point that is never reached stands at -1, left of the axis.
    chart.set_x_axis({**axis, "name": leaf.kit.word("period"), "min": 0, "max": PERIODS, "major_unit": 1,
                      "num_format": "0", "label_position": "low",
                      "major_gridlines": {"visible": False}})  # fmt: skip
    chart.set_y_axis({**axis, "name": leaf.say("axis_each"), "num_format": "#,##0",
                      "major_gridlines": {"visible": True, "line": {"color": "#E4E7EC"}}})  # fmt: skip
    chart.set_legend({"position": "bottom", "font": font})
    leaf.chart(row, FIRST, chart, "payback", (765, 600), (10, 4))
