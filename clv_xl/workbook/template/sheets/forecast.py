"""Sheet Forecast: customers as a corkscrew, revenue and cash on them, revenue by vintage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.addresses import letter
from clv_xl.workbook.template.compared import held
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets.across import FIRST, fill, span
from clv_xl.workbook.what_if_charts import COLOURS

WIDTHS = (36, 11, 32, 11, 12, *((10,) * 24))
PERIODS: Final = 24
LAST: Final = FIRST + PERIODS - 1
UNITS: Final = ("M", "Q", "Y")
_COMPARED: Final = ("1", "2", "3", "6", "12")  # months
_VINTAGES: Final = 6  # five, and what is won later
_CHART_ROWS: Final = 18
_COLUMNS: Final = (
    ("opening_customers", "opening"),
    ("new_customers", "new"),
    ("lost_customers", "lost"),
    ("closing_customers", "closing"),
    ("revenue", "revenue"),
    ("margin_amount", "margin"),
    ("acquisition_cost", "acquisition"),
    ("cash", "cash"),
    ("cumulative_cash", "cumulative"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """Cells of column D that the rows start from, counted from 0."""

    unit: int
    vintage: int
    share: int
    customers: int
    retention: int
    per_customer: int
    margin: int
    cac: int
    new: int

    def of(self, name: str) -> str:
        """Return the absolute address of one of them."""
        return address(getattr(self, name), 3)


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    given = _given(leaf, HEAD_ROWS)
    row = given.new + 2
    head = row
    leaf.section(row, leaf.kit.word("forecast"))
    words = [
        "",
        leaf.kit.word("unit"),
        leaf.kit.word("source"),
        leaf.say("constant"),
        leaf.say("total_or_start"),
    ]
    leaf.header(row + 1, words, numbers=(3, 4))
    number = row + 1  # the counter is the header of the periods
    leaf.put(number, FIRST, 1.0, "header", "int", align="right")
    fill(leaf, number, f"={{p}}{number + 1}+1", LAST, "int", first=FIRST + 1, role="header", align="right")
    rows = _customers(leaf, given, row + 2)
    rows |= _money(leaf, given, rows, max(rows.values()) + 2)
    below = _vintages(leaf, given, rows, number, _against_log(leaf, given, rows, max(rows.values()) + 3))
    _checks(leaf, given, rows, below)
    row = _chart(leaf, number, below, below["total"] + 2)
    leaf.sheet.print_area(0, 0, row - 1, LAST)
    leaf.sheet.set_h_pagebreaks([below["year"] - 1])
    leaf.sheet.repeat_rows(number)
    leaf.two_wide = (FIRST + PERIODS // 2, LAST, 2)
    if leaf.kit.functions:  # the proof is for the screen
        _function(leaf, given, rows, number, row)
    leaf.sheet.freeze_panes(head + 2, FIRST)


def _given(leaf: Leaf, row: int) -> Given:
    """Write what the forecast starts from: the scenario in force, told per period of the forecast."""
    leaf.section(row, leaf.say("given"))
    leaf.line(row + 1, "forecast_unit", "none", UNITS[0], "text", rule="list", note="forecast_unit_note",
              choices=UNITS)  # fmt: skip
    leaf.line(row + 2, "vintage_months", "months", 3.0, "int", rule="whole", note="vintage_months_note")
    given = Given(*range(row + 1, row + 10))
    leaf.kit.later(lambda: _live(leaf, given))
    return given


def _live(leaf: Leaf, given: Given) -> None:
    at, share = leaf.kit.at, given.of("share")
    codes, months = at("settings.codes"), at("settings.code_months")
    length = f"=INDEX({months},MATCH({given.of('unit')},{codes},0))/set_unit_months"
    entries = (
        ("share", "period", "decimal", length),
        # The purchase rate counts orders in a period in which a customer bought: who has left buys nothing.
        ("customers", "customers", "int", "=in_active_customers"),
        ("retention", "share", "percent", f"={at('scenarios.live_retention_rate')}^{share}"),
        ("per_customer", "money", "money",
         f"={at('scenarios.live_aov')}*{at('scenarios.live_frequency')}*{share}"),
        ("margin", "share", "percent", f"={at('scenarios.live_margin')}"),
        ("cac", "money", "money", f"={at('scenarios.live_cac')}"),
        ("new", "customers", "tenth", f"=in_new_customers*{share}"),
    )  # fmt: skip
    for name, unit, number, formula in entries:
        own = name in ("margin", "cac")
        notes = {"share": "share_note", "customers": "customers_note"}
        note = notes.get(name, "from_inputs" if "in_" in formula else "from_scenario")
        leaf.line(getattr(given, name), name if own else f"given_{name}", unit, formula, number, note=note,
                  role="link")  # fmt: skip


def _row(leaf: Leaf, row: int, name: str, unit: str, number: str, formula: str, *, start: str = "",
         total: bool = False, note: str = "", bold: bool = False) -> None:  # fmt: skip
    """Write a row of periods; column E holds the sum of a flow, or what a stock starts from."""
    leaf.put(row, 0, leaf.term(name), "strong" if bold else "label", text_wrap=True)
    leaf.unit(row, 1, unit)
    if note:
        leaf.put(row, 2, leaf.say(note), "note")
    if total:
        leaf.calculate(row, 4, f"=SUM({span(row, LAST)})".replace("$", ""), number=number, bold=True)
    elif start:
        leaf.calculate(row, 4, f"={start}", "subtitle", number)
    fill(leaf, row, f"={formula}", LAST, number, bold=bold)


def _customers(leaf: Leaf, given: Given, row: int) -> dict[str, int]:
    """Write the corkscrew: opening + new - lost = closing."""
    keys = ("typed", "opening", "new", "lost", "closing")
    rows = {key: row + i for i, key in enumerate(keys)}
    at = {key: f"{{c}}{r + 1}" for key, r in rows.items()}
    leaf.put(row, 0, leaf.say("typed"), text_wrap=True)
    leaf.unit(row, 1, "customers")
    leaf.put(row, 2, leaf.say("typed_note"), "note")
    for column in range(FIRST, LAST + 1):
        leaf.input(row, column, None, "tenth", "not_negative")
    new = f'IF({at["typed"]}="",{given.of("new")},{at["typed"]})'
    _row(leaf, rows["opening"], "opening_customers", "customers", "int", f"{{p}}{rows['closing'] + 1}")
    _row(leaf, rows["new"], "new_customers", "customers", "int", new, total=True)
    _row(leaf, rows["lost"], "lost_customers", "customers", "int",
         f"{at['opening']}*(1-{given.of('retention')})", total=True, note="lost_note")  # fmt: skip
    _row(leaf, rows["closing"], "closing_customers", "customers", "int",
         f"{at['opening']}+{at['new']}-{at['lost']}", start=given.of("customers"), bold=True,
         note="closing_note")  # fmt: skip
    leaf.kit.place("forecast.closing", f"{leaf.ref}{span(rows['closing'], LAST)}")
    return rows


def _money(leaf: Leaf, given: Given, above: dict[str, int], row: int) -> dict[str, int]:
    """Write revenue, its margin, what winning customers costs, and cash."""
    keys = ("revenue", "margin", "acquisition", "cash", "cumulative", "low")
    rows = {key: row + i for i, key in enumerate(keys)}
    at = {key: f"{{c}}{r + 1}" for key, r in {**above, **rows}.items()}
    _row(leaf, rows["revenue"], "revenue", "money", "money_whole",
         f"{at['closing']}*{given.of('per_customer')}", total=True, note="revenue_note")  # fmt: skip
    _row(leaf, rows["margin"], "margin_amount", "money", "money_whole",
         f"{at['revenue']}*{given.of('margin')}", total=True)  # fmt: skip
    _row(leaf, rows["acquisition"], "acquisition_cost", "money", "money_whole",
         f"{at['new']}*{given.of('cac')}", total=True, note="acquisition_note")  # fmt: skip
    _row(leaf, rows["cash"], "cash", "money", "money_whole", f"{at['margin']}-{at['acquisition']}",
         total=True, bold=True)  # fmt: skip
    _row(leaf, rows["cumulative"], "cumulative_cash", "money", "money_whole",
         f"{{p}}{rows['cumulative'] + 1}+{at['cash']}", start="0")  # fmt: skip
    low, cumulative = rows["low"], span(rows["cumulative"], LAST)
    leaf.put(low, 0, leaf.kit.word("low_point"), "strong", text_wrap=True)
    leaf.unit(low, 1, "money")
    leaf.put(low, 2, leaf.say("low_note"), "note")
    leaf.calculate(low, 4, f"=MIN({cumulative})", number="money_whole", bold=True)
    leaf.put(low + 1, 0, leaf.say("low_period"), text_wrap=True)
    leaf.unit(low + 1, 1, "number")
    leaf.calculate(low + 1, 4, f"=MATCH(E{low + 1},{cumulative},0)", number="int")
    leaf.kit.place("forecast.revenue", f"{leaf.ref}{span(rows['revenue'], LAST)}")
    leaf.place("cash_low", low, 4)
    return rows


def _against_log(leaf: Leaf, given: Given, rows: dict[str, int], row: int) -> int:
    """Hold the first column, told per month, against the newest whole months of the log.

    Return the next free row, one left blank. Without orders to plan on, or as long as the log is younger
    than those months, there is nothing to hold it against.
    """
    leaf.section(row, leaf.say("against"))
    leaf.line(row + 1, "compared_months", "months", 3.0, "int", rule="list", note="compared_note",
              choices=_COMPARED)  # fmt: skip
    months = address(row + 1, 3)
    # Up to the last whole month: one that the last day cuts short would look like a fall.
    day, last = "Orders[order_date]", "EOMONTH(set_as_of+1,-1)"
    span = f'{day},">"&EOMONTH({last},-{months}),{day},"<"&{last}+1'
    leaf.line(row + 2, "log_month", "money", f"=SUMIFS(Orders[revenue],{span})/{months}", "money_whole",
              note="log_month_note", role="link")  # fmt: skip
    first = f"={address(rows['revenue'], FIRST)}/({given.of('share')}*set_unit_months)"
    leaf.line(row + 3, "first_month", "money", first, "money_whole", note="first_month_note")
    told, begun = address(row + 2, 3), address(row + 3, 3)

    def write() -> None:
        young = f"EOMONTH({leaf.kit.at('inputs.first_order')},-1)>EOMONTH({last},-{months})"
        apart = f'=IF(OR(set_base="quick",{told}<=0,{young}),"",{begun}/{told}-1)'
        leaf.line(row + 4, "apart", "share", apart, "percent", note="apart_note")

    leaf.kit.later(write)
    leaf.place("apart", row + 4, 3)
    leaf.check("forecast_start", leaf.at(row + 4, 3), limit="set_model_gap", kind="warning", number="percent")
    return row + 6


def _vintages(leaf: Leaf, given: Given, rows: dict[str, int], number: int, row: int) -> dict[str, int]:
    """Write customers and revenue by the vintage in which the customers were won."""
    leaf.section(row, leaf.say("vintages"))
    year = row + 1
    found = {"year": year, "customers": year + 1, "revenue": year + 3 + _VINTAGES}
    periods = f"MAX(1,ROUND({given.of('vintage')}/({given.of('share')}*set_unit_months),0))"
    leaf.put(year, 0, leaf.say("vintage"), text_wrap=True)
    leaf.unit(year, 1, "number")
    leaf.put(year, 2, leaf.say("vintage_note"), "note")
    leaf.put(year, 3, float(_VINTAGES), "subtitle", "int", align="right")
    fill(leaf, year, f"=MIN($D{year + 1},INT(({{c}}{number + 1}-1)/{periods})+1)", LAST, "int",
         role="subtitle")  # fmt: skip
    words = [leaf.kit.word("existing_customers")]
    words += [leaf.say("won", number=float(i)) for i in range(1, _VINTAGES)]
    words += [leaf.say("won_later", number=float(_VINTAGES))]
    for i, word in enumerate(words):
        r, money = found["customers"] + i, found["revenue"] + i
        leaf.put(r, 0, word)
        leaf.unit(r, 1, "customers")
        leaf.put(r, 3, float(i), "subtitle", align="right")
        leaf.calculate(r, 4, f"=IF(D{r + 1}=0,{given.of('customers')},0)", "subtitle", "int")
        won = f"IF({{c}}${year + 1}=$D{r + 1},{{c}}${rows['new'] + 1},0)"
        fill(leaf, r, f"={{p}}{r + 1}*{given.of('retention')}+{won}", LAST, "int")
        leaf.put(money, 0, leaf.say("revenue_of", vintage=word), text_wrap=True)
        leaf.unit(money, 1, "money")
        leaf.calculate(money, 4, f"=SUM({span(money, LAST)})".replace("$", ""), number="money_whole")
        fill(leaf, money, f"={{c}}{r + 1}*{given.of('per_customer')}", LAST, "money_whole")
    total = found["revenue"] + len(words)
    first = found["revenue"] + 1
    _row(
        leaf, total, "total", "money", "money_whole", f"SUM({{c}}{first}:{{c}}{total})", total=True, bold=True
    )
    return {**found, "total": total}


def _checks(leaf: Leaf, given: Given, rows: dict[str, int], below: dict[str, int]) -> None:
    """Let the corkscrew close from end to end, vintages sum to revenue, and the low point be known."""
    new, lost, end = leaf.at(rows["new"], 4), leaf.at(rows["lost"], 4), leaf.at(rows["closing"], LAST)
    start = leaf.ref + given.of("customers")
    leaf.check("corkscrew", f"({start}+{new}-{lost}-{end})/MAX(1,{end})", limit=1e-9)
    revenue, total = (leaf.ref + span(r, LAST) for r in (rows["revenue"], below["total"]))
    apart = f"SUMPRODUCT(ABS({revenue}-{total}))/MAX(1,SUM({revenue}))"
    leaf.check("vintages", apart, limit=1e-9)
    leaf.check(
        "cash_low", leaf.at(rows["low"], 4), rule="at_least", limit=0.0, kind="warning", number="money_whole"
    )


def _chart(leaf: Leaf, number: int, below: dict[str, int], row: int) -> int:
    """Place stacked columns of revenue by vintage; return the next free row."""
    chart: Any = leaf.book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    font = leaf.book.styles.chart_font()
    for i in range(_VINTAGES + 1):
        chart.add_series(
            {
                "name": f"={leaf.ref}{address(below['customers'] + i, 0)}",
                "categories": f"={leaf.ref}{span(number, LAST)}",
                "values": f"={leaf.ref}{span(below['revenue'] + i, LAST)}",
                "fill": {"color": COLOURS[i]},
                "gap": 40,
            }
        )
    chart.set_legend({"position": "right", "font": font})
    chart.set_x_axis({"name": leaf.kit.word("period"), "name_font": font, "num_font": font})
    grid = {"visible": True, "line": {"color": "#E4E7EC"}}
    money = {"name": leaf.say("axis_money"), "name_font": font, "num_font": font}
    chart.set_y_axis({**money, "num_format": "#,##0", "major_gridlines": grid})
    leaf.chart(row, 2, chart, "vintages", (1160, 330))
    return row + _CHART_ROWS


def _function(leaf: Leaf, given: Given, rows: dict[str, int], number: int, row: int) -> None:
    """Write CLV.FORECAST and hold every row of periods against it."""
    leaf.section(row, leaf.say("function"))
    count = f"{letter(LAST)}{number + 1}"
    call = (
        f"CLV.FORECAST({given.of('customers')},{span(rows['new'], LAST)},{given.of('retention')},"
        f"{given.of('per_customer')},{count},{given.of('margin')},{given.of('cac')})"
    )
    first = row + 2 + len(_COLUMNS)
    numbers = ("int", *("int",) * 4, *("money_whole",) * 6)
    formats = by_column(numbers, PERIODS + 2)
    table = function_table(leaf, first + 1, 0, call, formats, total=True, never=True)
    for i, (term, key) in enumerate(_COLUMNS):
        r = row + 1 + i
        leaf.put(r, 0, leaf.say("gap", row=leaf.kit.word(term)), text_wrap=True)
        leaf.unit(r, 1, "share")
        column = Area(table.top + 1, i + 1, table.bottom - 1, i + 1).absolute
        own = f"{{c}}{rows[key] + 1}"
        apart = f'=IF(set_addin,ABS(INDEX({column},{{c}}${number + 1})-{own})/MAX(1,ABS({own})),"")'
        fill(leaf, r, apart, LAST, "exact", role="addin")
        leaf.calculate(r, 4, f'=IF(set_addin,MAX({span(r, LAST)}),"")', "addin", "exact")
    whole = leaf.ref + Area(row + 1, 4, row + len(_COLUMNS), 4).absolute
    held(leaf, "forecast_rows", f"MAX({whole})")
    low = leaf.at(rows["low"], 4)
    leaf.compare("forecast_low", low, leaf.at(table.bottom, 10))
