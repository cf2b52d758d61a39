"""The figure that the sheet Monitoring follows: changes, averages, missing packs, alerts and their chart."""

from typing import Any, Final

from clv_xl.workbook.formulas import joined, text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import GREY, NAVY
from clv_xl.workbook.template.compared import counted, held
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.monitoring_packs import SLOTS, Packs, letter
from clv_xl.workbook.what_if_charts import PALE_RED

HEIGHT: Final = SLOTS + 5
POINTS: Final = 7  # of the chart: this period and the packs before it
_HEADS: Final = (
    "as_of", "no", "figure", "change", "growth", "year_on_year", "moving_average", "missing_periods", "alert",
    "against_budget", "against_predicted",
)  # fmt: skip
_ALERTS: Final = ("fine", "rise", "fall", "too_few")  # what an alert may say
_CHART: Final = 11  # column
_TREND, _ALERT = 18, 26  # columns right of the printed page
_FORMATS: Final = ("date", "decimal", "decimal", "change", "decimal", "change", "int")


def write_trend(leaf: Leaf, row: int, packs: Packs, found: int) -> None:
    """Write the block; `found` is how many packs the workbook is shipped with."""
    leaf.section(row, leaf.say("trend"))
    leaf.header(row + 1, [leaf.term(key) for key in _HEADS], numbers=(*range(1, 8), 9, 10))
    live, first = row + 2, row + 3
    last = first + SLOTS - 1
    for i in range(SLOTS):
        _slot(leaf, first + i, first, last, packs.first + i, packs, i + 1)
    for word in _ALERTS:
        leaf.hold(first, 8, leaf.kit.word(f"alert.{word}"), "calculation", text_wrap=True)
    leaf.blank((first, 1, last, 1), f'$A{first + 1}=""')
    _live(leaf, live, first, last, packs)
    missing = Area(live, 7, last, 7).absolute
    leaf.check("monitoring_missing", f"SUM({leaf.ref}{missing})", kind="warning", number="int")
    _chart(leaf, row + 1, live, first, last, packs)
    if leaf.kit.functions:
        _functions(leaf, row, first, last, packs, found)


def _words(leaf: Leaf) -> tuple[str, ...]:
    return tuple(text(leaf.kit.word(f"alert.{word}")) for word in _ALERTS)


def _verdict(leaf: Leaf, change: str, before: str) -> str:
    """Return the formula of the word for a change."""
    fine, rise, fall, few = _words(leaf)
    beyond = f"ABS({change})>set_alert*ABS({before})"
    return f'IF({change}="",{few},IF({beyond},IF({change}>0,{rise},{fall}),{fine}))'


def _slot(leaf: Leaf, row: int, first: int, last: int, pack: int, packs: Packs, number: int) -> None:
    """Write one frozen pack."""
    r, p = row + 1, pack + 1
    figures, dates, numbers, lacking = (Area(first, j, last, j).absolute for j in (2, 0, 1, 7))
    row_of = f"B{p}:{letter('acquisition_share')}{p}"
    leaf.put(row, 1, float(number), "subtitle", "int")
    leaf.calculate(row, 0, f'=IF(A{p}="","",A{p})', number="date", align="left")
    picked = f"INDEX({row_of},MATCH({packs.figure},{packs.heads},0))"
    leaf.calculate(row, 2, f'=IF(A{p}="","",N({picked}))', number="decimal")
    # The first slot has no pack before it; above it stands this period.
    before = f"C{row}"
    some = f'OR(B{r}=1,C{r}="",{before}="")'
    leaf.calculate(row, 3, f'=IF({some},"",C{r}-N({before}))', number="decimal")
    leaf.calculate(row, 4, f'=IF({some},"",IF(N({before})<=0,"",D{r}/{before}))', number="change")
    span = f'{dates},">"&EOMONTH(A{r},-set_year_months-1),{dates},"<="&EOMONTH(A{r},-set_year_months)'
    year = f"SUMIFS({figures},{span})"
    leaf.calculate(
        row, 5, f'=IF(C{r}="","",IF(COUNTIFS({span})=0,"",IF({year}<=0,"",C{r}/{year}-1)))', number="change"
    )
    window = f'{numbers},">"&B{r}-{packs.window},{numbers},"<="&B{r}'
    gaps = f'SUMIFS({lacking},{numbers},">"&B{r}-{packs.window}+1,{numbers},"<="&B{r})'
    short = f'OR(C{r}="",B{r}<{packs.window})'
    mean = f"AVERAGEIFS({figures},{window})"
    leaf.calculate(row, 6, f'=IF({short},"",IF({gaps}>0,"",{mean}))', number="decimal")
    leaf.calculate(
        row, 7, f'=IF(C{r}="","",IF({some},0,{_missing(f"A{row}", f"A{r}", packs)}))', number="int"
    )
    leaf.calculate(
        row, 8, f'=IF(C{r}="","",{_verdict(leaf, f"D{r}", before)})', align="center", text_wrap=True
    )
    _against(leaf, row, p)


def _missing(before: str, now: str, packs: Packs) -> str:
    """Return the formula of how many packs lack between two."""
    months = f"((YEAR({now})-YEAR({before}))*set_year_months+MONTH({now})-MONTH({before}))"
    return f"MAX(0,INT({months}/{packs.step})-1)"


def _against(leaf: Leaf, row: int, pack: int) -> None:
    """Write revenue against budget and against what was predicted before."""
    revenue = f"{letter('revenue_period')}{pack}"
    for column, key in ((9, "revenue_budget"), (10, "revenue_predicted")):
        other = f"{letter(key)}{pack}"
        leaf.calculate(row, column, f'=IF(N({other})=0,"",{revenue}/{other}-1)', number="change")


def _live(leaf: Leaf, row: int, first: int, last: int, packs: Packs) -> None:
    """Write this period against the newest pack before it."""
    r, p = row + 1, packs.live + 1
    figures, dates, numbers, lacking = (Area(first, j, last, j).absolute for j in (2, 0, 1, 7))
    count, window = packs.count, packs.window
    leaf.calculate(row, 0, f"=A{p}", number="date", align="left", bold=True)
    leaf.put(row, 1, leaf.say("now_short"), "strong", align="right")
    picked = f"INDEX(B{p}:{letter('acquisition_share')}{p},MATCH({packs.figure},{packs.heads},0))"
    leaf.calculate(row, 2, f"=N({picked})", number="decimal", bold=True)
    before = f"INDEX({figures},MAX(1,{count}))"
    leaf.calculate(row, 3, f'=IF({count}=0,"",C{r}-N({before}))', number="decimal", bold=True)
    leaf.calculate(row, 4, f'=IF(D{r}="","",IF(N({before})<=0,"",D{r}/{before}))', number="change", bold=True)
    span = f'{dates},">"&EOMONTH(A{r},-set_year_months-1),{dates},"<="&EOMONTH(A{r},-set_year_months)'
    year = f"SUMIFS({figures},{span})"
    on_year = f'=IF(COUNTIFS({span})=0,"",IF({year}<=0,"",C{r}/{year}-1))'
    leaf.calculate(row, 5, on_year, number="change", bold=True)
    inside = f'{numbers},">"&{count}-{window}+1,{numbers},"<="&{count}'
    gaps = f'SUMIFS({lacking},{numbers},">"&{count}-{window}+1+1,{numbers},"<="&{count})+H{r}'
    mean = f"(SUMIFS({figures},{inside})+C{r})/{window}"
    leaf.calculate(row, 6, f'=IF({count}<{window}-1,"",IF({gaps}>0,"",{mean}))', number="decimal", bold=True)
    newest = f"INDEX({dates},MAX(1,{count}))"
    leaf.calculate(row, 7, f"=IF({count}=0,0,{_missing(newest, f'A{r}', packs)})", number="int", bold=True)
    leaf.calculate(row, 8, f"={_verdict(leaf, f'D{r}', before)}", align="center", bold=True, text_wrap=True)
    for word in _ALERTS:
        leaf.hold(row, 8, leaf.kit.word(f"alert.{word}"), "calculation", bold=True, text_wrap=True)
    _against(leaf, row, p)
    leaf.place("alert", row, 8)
    leaf.place("figure", row, 2)
    leaf.place("growth", row, 4)
    moves = leaf.book.workbook.add_format({"font_color": "#9C0006", "bg_color": "#FCE4E4"})
    for word in _words(leaf)[1:3]:
        rule = {"type": "cell", "criteria": "==", "value": word, "format": moves}
        leaf.sheet.conditional_format(row, 8, last, 8, rule)


def _chart(leaf: Leaf, row: int, live: int, first: int, last: int, packs: Packs) -> None:
    """Write the newest points with the band within which no alert is raised, and draw them."""
    top = row + 19
    heads = ("as_of", "chart_value", "chart_low", "chart_high", "chart_alert")
    for j, key in enumerate(heads, _CHART):
        leaf.put(top, j, leaf.say(key), "header", align="right" if j > _CHART else "left")
    leaf.put(top, _CHART + len(heads), leaf.say("no"), "header", align="right")
    dates, figures, words = (Area(first, j, last, j).absolute for j in (0, 2, 8))
    _, rise, fall, _ = _words(leaf)
    now, value, word = (address(live, j) for j in (0, 2, 8))
    names = [chr(ord("A") + _CHART + j) for j in range(6)]
    for i in range(POINTS):
        line, r = top + 1 + i, top + 2 + i
        place = f"{names[5]}{r}"
        # Fewer packs than points: the oldest one is repeated without its date.
        back = f"={packs.count}+1" if i == POINTS - 1 else f"={names[5]}{r + 1}-1"
        leaf.calculate(line, _CHART + 5, back, "subtitle", "int")
        is_now, slot = f"{place}>{packs.count}", f"MAX(1,{place})"
        day = f'IF({is_now},{now},IF({place}<1,"",INDEX({dates},{slot})))'
        leaf.calculate(line, _CHART, f"={day}", number="date", align="left")
        shown = f"IF({is_now},{value},IF({packs.count}=0,{value},INDEX({figures},{slot})))"
        leaf.calculate(line, _CHART + 1, f"={shown}", number="decimal")
        own = f"{names[1]}{r}"
        before = f"IF(OR({place}<=1,{packs.count}=0),{own},INDEX({figures},MAX(1,{place}-1)))"
        for j, sign in ((2, "-"), (3, "+")):
            leaf.calculate(line, _CHART + j, f"={before}{sign}set_alert*ABS({before})", number="decimal")
        said = f"IF({is_now},{word},INDEX({words},{slot}))"
        alert = f"=IF(OR({said}={rise},{said}={fall}),{own},0)"
        leaf.calculate(line, _CHART + 4, alert, number="decimal")
    chart = _drawn(leaf, Area(top + 1, _CHART, top + POINTS, _CHART + 4), top)
    leaf.chart(row + 1, _CHART, chart, "trend", (470, 330))


def _drawn(leaf: Leaf, area: Area, heads: int) -> Any:
    """Return a line in a band, with a bar down from every point that raised an alert."""
    font, ref = leaf.book.styles.chart_font(), leaf.ref

    def series(offset: int, **look: Any) -> dict[str, Any]:
        values = area.column(offset).absolute
        name = f"={ref}{address(heads, area.left + offset)}"
        return {
            "name": name,
            "categories": f"={ref}{area.column(0).absolute}",
            "values": f"={ref}{values}",
            **look,
        }

    chart = leaf.book.workbook.add_chart({"type": "column"})
    chart.add_series(series(4, fill={"color": PALE_RED}, gap=300))
    lines = leaf.book.workbook.add_chart({"type": "line"})
    for offset in (2, 3):
        lines.add_series(series(offset, line={"color": GREY, "width": 1, "dash_type": "dash"}))
    marker = {"type": "circle", "size": 6, "fill": {"color": NAVY}, "border": {"color": NAVY}}
    lines.add_series(series(1, line={"color": NAVY, "width": 2.25}, marker=marker))
    chart.combine(lines)
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_x_axis({"num_font": font, "num_format": "yyyy-mm", "text_axis": True, "label_position": "low"})
    axis = {"name": leaf.say("axis_figure"), "name_font": font, "num_font": font, "num_format": "#,##0.0"}
    chart.set_y_axis({**axis, "major_gridlines": {"visible": True, "line": {"color": "#E4E7EC"}}})
    return chart


def _functions(leaf: Leaf, row: int, first: int, last: int, packs: Packs, found: int) -> None:
    """Write what CLV.TREND and CLV.ALERT answer, right of the printed page, and compare them."""
    figures, dates = (Area(first, j, last, j).absolute for j in (2, 0))
    # Without a pack there is nothing to answer; where tables spill they grow with the packs.
    some = f"COUNT({figures})>0"
    call = f"CLV.TREND({figures},{dates},{packs.window})"
    size, none = (found + 2, len(_FORMATS)), not found
    formats = by_column(_FORMATS, SLOTS + 2)
    area = function_table(leaf, row, _TREND, call, formats, when=some, size=size, blank=none)
    call = f"CLV.ALERT({figures},set_alert)"
    formats = by_column(("text",), SLOTS)
    function_table(leaf, row, _ALERT, call, formats, headed=False, above=first - row, when=some, blank=none)
    gaps = []
    for mine, theirs in ((3, 2), (6, 4), (5, 5)):
        native = f"SUM({leaf.ref}{Area(first, mine, last, mine).absolute})"
        values, days = (
            leaf.ref + Area(area.top + 1, j, area.bottom, j).absolute for j in (area.left + theirs, area.left)
        )
        gaps.append(f'ABS({native}-SUMIFS({values},{days},">0"))')  # the total row has no date
    # Where an array has the size it was written with, packs added later are not in it.
    days = leaf.ref + Area(area.top + 1, area.left, area.bottom, area.left).absolute
    held(leaf, "monitoring_trend", "+".join(gaps), f"COUNT({days})=COUNT({leaf.ref}{dates})")
    native, theirs_words = (Area(first, j, last, j).absolute for j in (8, _ALERT))
    differ = f"SUMPRODUCT(--({leaf.ref}{joined(native)}<>{leaf.ref}{joined(theirs_words)}))"
    counted(leaf, "monitoring_alert", differ)
