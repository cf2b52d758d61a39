"""The planner's what-if month by month: base, case, difference, cost and what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import AMBER, TEAL

if TYPE_CHECKING:
    from clv_xl.workbook.template.leaf import Leaf

MONTHS: Final = 24
_KEYS: Final = ("month_base", "month_case", "difference", "month_after", "cumulative")
_CHART_ROWS: Final = 16


@dataclass(frozen=True, slots=True)
class Effects:
    """Where the months begin, and columns of the segments that they sum.

    Parameters
    ----------
    top : int
        Row of the first month, counted from 0.
    base, gain : str
        Margin a month in the base, and what a change in full adds to it.
    start, ramp, cost : str
        First month of a change, months until it is there in full, what it costs in its first month.
    """

    top: int
    base: str
    gain: str
    start: str
    ramp: str
    cost: str

    @staticmethod
    def share(month: str, start: str, ramp: str) -> str:
        """Return the formula of the share of a change that is there in a month, from 0 to 1.

        Examples
        --------
        >>> Effects.share("A9", "D2", "E2")
        '(((A9-D2+1)/E2>0)*((A9-D2+1)/E2<1)*(A9-D2+1)/E2+((A9-D2+1)/E2>=1))*(D2>0)'
        """
        x = f"({month}-{start}+1)/{ramp}"
        return f"(({x}>0)*({x}<1)*{x}+({x}>=1))*({start}>0)"


def write_months(leaf: Leaf, effects: Effects, months: str) -> int:
    """Write a row a month and the chart; return the next free row."""
    top, last = effects.top, effects.top + MONTHS - 1
    words = [
        leaf.say("plan_month"),
        leaf.say("plan_inside"),
        "",
        *(leaf.say(f"margin_{key}") for key in _KEYS),
    ]
    leaf.header(top - 1, words, numbers=range(3, len(words)))
    for i in range(MONTHS):
        r = top + i + 1
        if i:
            leaf.calculate(r - 1, 0, f"=A{r - 1}+1", number="int", align="left")
        else:
            leaf.put(r - 1, 0, 1.0, "plain", "int", align="left")
        leaf.calculate(r - 1, 1, f"=IF(A{r}<={months},1,0)", "subtitle", "int", align="left", indent=1)
        share = effects.share(f"$A{r}", effects.start, effects.ramp)
        before = "0" if not i else f"H{r - 1}"
        formulas = (
            f"=B{r}*SUM({effects.base})",
            f"=D{r}+B{r}*SUMPRODUCT({effects.gain},{share})",
            f"=E{r}-D{r}",
            f"=F{r}-B{r}*SUMIFS({effects.cost},{effects.start},A{r})",
            f"={before}+G{r}",
        )
        for column, formula in enumerate(formulas, 3):
            leaf.calculate(r - 1, column, formula, number="money_whole")
    leaf.put(last + 1, 0, leaf.kit.word("total"), "strong")
    for column in range(3, 7):
        area = Area(top, column, last, column).absolute
        leaf.calculate(last + 1, column, f"=SUM({area})", number="money_whole", bold=True)
    leaf.chart(last + 3, 0, _chart(leaf, top, last), "planner", (1150, 300))
    return last + 3 + _CHART_ROWS


def _chart(leaf: Leaf, top: int, last: int) -> Any:
    """Return what each month gains after cost as columns, and its running sum as a line."""
    workbook, font = leaf.book.workbook, leaf.book.styles.chart_font()
    made, line = workbook.add_chart({"type": "column"}), workbook.add_chart({"type": "line"})
    names = f"={leaf.ref}{Area(top, 0, last, 0).absolute}"
    for chart, column, look in (
        (made, 6, {"fill": {"color": TEAL}, "gap": 60}),
        (line, 7, {"line": {"color": AMBER, "width": 2.25}}),
    ):
        values = f"={leaf.ref}{Area(top, column, last, column).absolute}"
        name = f"={leaf.ref}{address(top - 1, column)}"
        chart.add_series({"name": name, "categories": names, "values": values, **look})
    made.combine(line)
    made.set_legend({"position": "bottom", "font": font})
    axis = {"name": leaf.say("plan_month"), "name_font": font, "num_font": font, "label_position": "low"}
    made.set_x_axis(axis)
    grid = {"visible": True, "line": {"color": "#E4E7EC"}}
    money = {"name": leaf.say("axis_total"), "name_font": font, "num_font": font, "num_format": "#,##0"}
    made.set_y_axis({**money, "major_gridlines": grid})
    return made
