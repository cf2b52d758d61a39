"""Sheet Cohorts: customers by the period of the first order, followed by age."""

from typing import Any, Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import NUMBERS
from clv_xl.workbook.template.addresses import cell
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets import cohort_layout as at
from clv_xl.workbook.template.sheets.cohort_blocks import write_facts, write_triangles
from clv_xl.workbook.template.sheets.cohort_chart import write_chart, write_paths
from clv_xl.workbook.template.sheets.cohort_functions import write_functions
from clv_xl.workbook.template.sheets.cohort_windows import company_rate, write_windows

WIDTHS = (24, 10, 22, 11, 10, *([7] * at.AGES))
_MEASURES: Final = ("customers", "retention_rate", "revenue", "m_cumulative")
_BLOCKS: Final = (at.CUSTOMERS, at.RETAINED, at.REVENUE, at.CUMULATIVE)
_MONTHS: Final = tuple(f"{month:02d}" for month in range(1, 13))
_QUARTERS: Final = ("Q1", "Q2", "Q3", "Q4")


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    _choices(leaf)
    _shown(leaf)
    write_chart(leaf)
    write_facts(leaf)
    write_triangles(leaf)
    write_windows(leaf)
    write_paths(leaf)
    _words(leaf)
    write_functions(leaf)
    _checks(leaf)
    _places(leaf)
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)
    leaf.sheet.print_area(0, 0, at.FACTS - 1, at.LAST)
    leaf.sheet.set_h_pagebreaks([at.CHART])  # on one page both were too small to read


def _choices(leaf: Leaf) -> None:
    """Write what is shown, and what the cohorts are held against."""
    leaf.section(HEAD_ROWS, leaf.say("shown"), at.LAST + 1)
    words = [leaf.term(key) for key in _MEASURES]
    leaf.line(
        at.MEASURE[0], "measure", "none", words[1], "text", rule="list", note="measure_note", choices=words
    )
    leaf.line(at.SKIP[0], "skip", "number", 0.0, "text", rule="whole", note="skip_note", align="right")
    leaf.line(
        at.LINE_FROM[0],
        "line_from",
        "number",
        1.0,
        "text",
        rule="positive",
        note="line_from_note",
        align="right",
    )
    company_rate(leaf)
    leaf.line(at.CAC[0], "cac", "money", "=in_cac", "money", role="link")
    leaf.line(at.MARGIN[0], "margin", "share", "=in_margin", "percent", role="link")
    orders = (
        "Orders[order_date],Orders[is_order],1"
        if leaf.kit.native
        else 'Orders[order_date],Orders[revenue],">="&0'
    )
    day = f"MINIFS({orders})"
    leaf.line(at.FIRST_DAY[0], "first_day", "date", f'=IF({day}=0,"",{day})', "date")
    day = address(*at.FIRST_DAY)
    begins = f"EOMONTH({day},-MOD(MONTH({day})-1,set_cohort_months)-1)+1"
    leaf.line(at.START[0], "start", "date", f'=IF({day}="","",{begins})', "date")


def _shown(leaf: Leaf) -> None:
    """Write the triangle of the chosen measure, coloured from age 1 on: age 0 would outshine the rest."""
    top, chosen = at.SHOWN, address(*at.MEASURE)
    leaf.section(top, leaf.say("triangle"), at.LAST + 1)
    heads = [leaf.term("cohort"), leaf.term("unit"), leaf.say("mark"), leaf.term("customers"), ""]
    leaf.header(top + 1, heads, numbers=(3,))
    for age in range(at.AGES):
        leaf.put(top + 1, at.FIRST + age, float(age), "header", align="right")
    texts = [f'{chosen}="{leaf.term(key)}"' for key in _MEASURES]

    def picked(offset: int, column: int) -> str:
        cells = [cell(at.first(block) + offset, column) for block in _BLOCKS]
        first, second, third = texts[:3]
        return f"=IF({first},{cells[0]},IF({second},{cells[1]},IF({third},{cells[2]},{cells[3]})))"

    leaf.calculate(top + 1, at.TOTAL, picked(-1, at.TOTAL), "header", align="right")
    leaf.hold(top + 1, at.TOTAL, leaf.say("back"), "header")
    for i in range(at.COHORTS + 1):
        row = at.first(top) + i
        strong: dict[str, Any] = {"bold": True, "top": 1} if i == at.COHORTS else {}
        fact = at.first(at.FACTS) + i + 1
        if i < at.COHORTS:
            leaf.calculate(row, 0, f"=$A{fact}")
            leaf.calculate(row, 2, f"=$C{fact}", "note", text_wrap=False)
            leaf.calculate(row, 3, f"=$D{fact}", number="int")
        else:
            leaf.put(row, 0, leaf.say("pooled"), "strong", top=1)
            leaf.put(row, 2, None, "strong", top=1)
            leaf.calculate(row, 3, f"=$D{at.total(at.CUSTOMERS) + 1}", number="int", **strong)
        money = f"IF({texts[2]},set_currency,{_quoted(leaf, 'customers')})"
        unit = f"IF({texts[1]},{_quoted(leaf, 'share')},IF({texts[3]},set_currency,{money}))"
        leaf.calculate(row, 1, f'=IF($A{row + 1}="","",{unit})', "unit", **strong)
        for column in range(at.TOTAL, at.LAST + 1):
            leaf.calculate(row, column, picked(i, column), number="money_whole", shrink=True, **strong)
    # A period in which nobody came has neither a unit nor a number to show.
    nobody = f"N($D{at.first(top) + 1})=0"
    leaf.blank((at.first(top), 1, at.total(top) - 1, at.CONSTANT), nobody)
    _formats(leaf, top, texts)


def _quoted(leaf: Leaf, unit: str) -> str:
    return '"' + leaf.kit.word(f"template.unit.{unit}") + '"'


def _formats(leaf: Leaf, top: int, texts: list[str]) -> None:
    """Let numbers look as their measure asks, and darker the larger they are."""
    first, last = at.first(top), at.total(top)
    scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#7FB2DD"}
    percent, money = (leaf.book.workbook.add_format({"num_format": NUMBERS[k]}) for k in ("percent", "money"))
    looks = [{"type": "formula", "criteria": f"={texts[1]}", "format": percent},
             {"type": "formula", "criteria": f"={texts[3]}", "format": money}]  # fmt: skip
    # One range for all rules of a cell: LibreOffice shows the first range of those that overlap.
    for area, rules in (
        ((first, at.TOTAL, last, at.TOTAL), looks[:1]),
        ((first, at.FIRST, last, at.FIRST), looks),
        ((last, at.FIRST + 1, last, at.LAST), looks),
        ((first, at.FIRST + 1, last - 1, at.LAST), [scale, *looks]),
    ):
        for rule in rules:
            leaf.sheet.conditional_format(*area, dict(rule))


def _words(leaf: Leaf) -> None:
    """Write the ends of the names of cohorts, as CLV.COHORT has them."""
    leaf.section(at.WORDS, leaf.say("names"), at.LAST + 1)
    leaf.header(at.WORDS + 1, [leaf.kit.word("month"), leaf.kit.word("quarter")])
    for column, words in enumerate((_MONTHS, _QUARTERS)):
        for i, word in enumerate(words):
            leaf.put(at.WORDS + 2 + i, column, word)


def _checks(leaf: Leaf) -> None:
    """Hold the cohorts against the log."""
    if not leaf.kit.native:
        return
    row = at.total(at.FACTS) + 1
    leaf.check("cohort_sizes", f'{leaf.at(row, at.CONSTANT)}-COUNTIF(Orders[new_customer],">0")')
    revenue = at.cells(at.REVENUE)
    parts = f"SUM({leaf.ref}{revenue.absolute})+{leaf.at(row, at.OUTSIDE)}+{leaf.at(row - 1, at.TOTAL)}"
    leaf.check("cohort_revenue", f"{parts}-SUMIFS(Orders[revenue],Orders[counted],1)", limit=1e-6)


def _places(leaf: Leaf) -> None:
    """Tell the other sheets where things are."""
    first, last = at.first(at.FACTS), at.first(at.FACTS) + at.COHORTS - 1
    for key, column in (("names", at.LABEL), ("customers", at.CONSTANT), ("whole", at.WHOLE)):
        leaf.place(key, first, column, last)
    active = at.cells(at.CUSTOMERS)
    for key, area in (
        ("active", active),
        ("active_pooled", Area(active.bottom + 1, active.left, active.bottom + 1, active.right)),
        ("people", Area(active.bottom + 2, active.left, active.bottom + 2, active.right)),
    ):
        leaf.kit.place(f"cohorts.{key}", leaf.ref + area.absolute)
    leaf.place("first_day", *at.FIRST_DAY)
