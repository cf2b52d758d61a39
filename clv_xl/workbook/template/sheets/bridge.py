"""From the base to a scenario, driver by driver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import NAVY
from clv_xl.workbook.template.addresses import letter
from clv_xl.workbook.template.function_table import function_table
from clv_xl.workbook.template.sheets.across import FIRST, fill, periods_of
from clv_xl.workbook.template.sheets.drivers import DRIVERS
from clv_xl.workbook.what_if_charts import PALE_GREEN, PALE_RED

if TYPE_CHECKING:
    from clv_xl.workbook.template.leaf import Leaf
    from clv_xl.workbook.template.sheets.scenario_lines import Lines
    from clv_xl.workbook.template.sheets.scenario_table import Read

_LAST: Final = FIRST + len(DRIVERS) - 1
_SERIES: Final = ("below", "beneath", "total", "up", "up_negative", "down", "down_negative")
_OWN: Final = ("base", "interaction", "to")
_CHART_ROWS: Final = 17


def write(leaf: Leaf, row: int, lines: Lines, read: Read | None) -> int:
    """Write the effects one at a time, those of CLV.BRIDGE where it answers, and the waterfall."""
    leaf.section(row, leaf.say("bridge"))
    leaf.put(row + 1, 0, leaf.say("bridge_note"), "subtitle")
    effects = _alone(leaf, row + 2, lines)
    row = effects + 3
    table = None
    if read is not None:
        call = f'CLV.BRIDGE({read.base},{read.target},"net_clv","simple")'
        numbers = ("text", *(number for *_, number in DRIVERS), "decimal", "money")
        formats = [("text", number, number, "money") for number in numbers]
        table = function_table(leaf, row, 0, call, formats, total=True, never=True)
        row = table.bottom + 2
    return _steps(leaf, row, lines, effects, table)


def _alone(leaf: Leaf, row: int, lines: Lines) -> int:
    """Write a column for each driver in which it alone has moved; return the row of effects."""
    words = [leaf.kit.word("driver"), leaf.kit.word("unit"), leaf.say("order"), leaf.say("base_short"),
             leaf.say("to_short")]  # fmt: skip
    leaf.header(row, words, numbers=(2, 3, 4))
    for i, (term, *_) in enumerate(DRIVERS, FIRST):
        leaf.put(row, i, leaf.say(f"short_{term}"), "header", align="right")
    leaf.put(row + 1, 0, leaf.say("order"))
    leaf.put(row + 1, FIRST, 1.0, "subtitle", "int", align="right")
    fill(leaf, row + 1, f"={{p}}{row + 2}+1", _LAST, "int", first=FIRST + 1, role="subtitle")
    first = row + 2
    at = {}
    for i, (term, key, unit, number) in enumerate(DRIVERS, first):
        leaf.put(i, 0, leaf.term(term), text_wrap=True)
        leaf.unit(i, 1, unit)
        leaf.put(i, 2, float(i - first + 1), "subtitle", "int", align="right")
        leaf.calculate(i, 3, f"={lines.base(key)}", number=number)
        leaf.calculate(i, 4, f"={lines.target(key)}", number=number)
        fill(leaf, i, f"=IF({{c}}${row + 2}=$C{i + 1},$E{i + 1},$D{i + 1})", _LAST, number)
        at[key] = f"{{c}}{i + 1}"
    periods, net = first + len(DRIVERS), first + len(DRIVERS) + 1
    for r, key, unit, number, formula in (
        (periods, "r_periods", "period", "decimal", periods_of(at["lifespan"], at["discount_rate"])),
        (net, "net_clv", "money", "money",
         f"{at['aov']}*{at['frequency']}*{at['margin']}*{{c}}{periods + 1}-{at['cac']}"),
    ):  # fmt: skip
        leaf.put(r, 0, leaf.term(key), text_wrap=True)
        leaf.unit(r, 1, unit)
        fill(leaf, r, f"={formula}", _LAST, number, first=3)
    leaf.put(net + 1, 0, leaf.say("alone"), "strong", text_wrap=True)
    leaf.unit(net + 1, 1, "money")
    fill(leaf, net + 1, f"={{c}}{net + 1}-$D{net + 1}", _LAST, "money", bold=True)
    apart = f"=ABS(E{net + 1}-{lines.target('net')})+ABS(D{net + 1}-{lines.base('net')})"
    leaf.calculate(net + 2, 4, apart, number="exact")
    leaf.put(net + 2, 0, leaf.say("bridge_ends"), text_wrap=True)
    leaf.unit(net + 2, 1, "money")
    leaf.check("bridge_ends", leaf.at(net + 2, 4), limit=1e-9)
    return net + 1


def _steps(leaf: Leaf, row: int, lines: Lines, effects: int, table: Area | None) -> int:
    """Write the steps from base to live and the chart that floats on them."""
    words = [leaf.say("step"), leaf.kit.word("unit"), "", leaf.kit.word("effect"), leaf.say("reached")]
    words += [leaf.say(f"bar_{key}") for key in _SERIES]
    leaf.header(row, words, numbers=range(3, len(words)))
    names = ["base", *(term for term, *_ in DRIVERS), "interaction", "to"]
    first, last = row + 1, row + len(names)
    for i, name in enumerate(names, first):
        ends = i in (first, last)
        word = leaf.say(f"{'step' if name in _OWN else 'short'}_{name}")
        leaf.put(i, 0, word, "strong" if ends else "label")
        leaf.unit(i, 1, "money")
        if ends:
            net = lines.base("net") if i == first else lines.target("net")
            leaf.calculate(i, 3, f"={net}", number="money", bold=True)
        elif name == "interaction":
            rest = f"D{last + 1}-SUM(D{first + 1}:D{i})"
            # Shapley values leave nothing over, which a check of its own holds.
            leaf.dual(i, 3, rest, "0", "money")
        else:
            alone = f"{letter(FIRST + i - first - 1)}{effects + 1}"
            shapley = "" if table is None else address(table.top + i - first, 3)
            leaf.dual(i, 3, alone, shapley, "money")
        _bars(leaf, i, ends=ends)
    if table is not None:
        found = leaf.ref + Area(table.top + 1, 3, table.bottom - 1, 3).absolute
        whole, nets = leaf.at(table.bottom, 3), (leaf.at(last, 3), leaf.at(first, 3))
        leaf.check("bridge_unexplained", f'IF(set_addin,{whole}-SUM({found}),"")', limit=1e-9)
        leaf.compare("bridge_change", "-".join(nets), whole)
    leaf.chart(last + 2, 0, _chart(leaf, Area(first, 0, last, 4 + len(_SERIES))), "bridge", (1150, 320))
    return last + 2 + _CHART_ROWS


def _bars(leaf: Leaf, i: int, *, ends: bool) -> None:
    """Write where a step ends and the parts of its bar, above and below 0."""
    r = i + 1
    leaf.calculate(i, 4, f"=D{r}" if ends else f"=E{i}+D{r}", number="money")
    low, high = (f"{name}({'0' if ends else f'E{i}'},E{r})" for name in ("MIN", "MAX"))
    above, under = f"(MAX(0,{high})-MAX(0,{low}))", f"(MIN(0,{low})-MIN(0,{high}))"
    formulas = (
        "=0" if ends else f"=MAX(0,{low})",
        "=0" if ends else f"=MIN(0,{high})",
        f"=E{r}" if ends else "=0",
        "=0" if ends else f"=IF(D{r}>0,{above},0)",
        "=0" if ends else f"=IF(D{r}>0,{under},0)",
        "=0" if ends else f"=IF(D{r}<0,{above},0)",
        "=0" if ends else f"=IF(D{r}<0,{under},0)",
    )
    for j, formula in enumerate(formulas, FIRST):
        leaf.calculate(i, j, formula, "subtitle", "money")


def _chart(leaf: Leaf, steps: Area) -> Any:
    """Return lying bars, so that each step has a line for its name in any language."""
    chart = leaf.book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    font = leaf.book.styles.chart_font()
    colours = ("", "", NAVY, PALE_GREEN, PALE_GREEN, PALE_RED, PALE_RED)
    for j, colour in enumerate(colours, FIRST):
        look: dict[str, Any] = {
            "fill": {"color": colour} if colour else {"none": True},
            "border": {"none": True},
        }
        if colour:
            ink = {**font, "color": "#FFFFFF", "bold": True} if colour == NAVY else font
            look["data_labels"] = {"value": True, "num_format": '#,##0.00;-#,##0.00;""', "font": ink}
        chart.add_series(
            {
                "name": f"={leaf.ref}{address(steps.top - 1, j)}",
                "categories": f"={leaf.ref}{steps.column(0).absolute}",
                "values": f"={leaf.ref}{steps.column(j).absolute}",
                "gap": 35,
                **look,
            }
        )
    chart.set_legend({"none": True})
    axis = {"name": leaf.say("axis_money"), "name_font": font, "num_font": font, "num_format": "#,##0"}
    chart.set_x_axis({**axis, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"reverse": True, "crossing": "max", "num_font": font, "label_position": "low"})
    return chart
