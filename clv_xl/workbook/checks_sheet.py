"""Sheet Checks: each rule with both its numbers, tolerance and verdict."""

from collections.abc import Sequence
from dataclasses import dataclass

from clv_xl.workbook import assumptions as a
from clv_xl.workbook.cdnow import Order
from clv_xl.workbook.cohorts_sheet import Cohorts
from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Page, address
from clv_xl.workbook.plan_sheet import Plan
from clv_xl.workbook.rfm_sheet import Rfm
from clv_xl.workbook.segments_sheet import Segments
from clv_xl.workbook.simulation_sheet import Simulation
from clv_xl.workbook.status import write_status
from clv_xl.workbook.styles import BAD, BAD_FILL, GOOD, GOOD_FILL
from clv_xl.workbook.summary_sheet import Summary
from clv_xl.workbook.what_if_sheet import WhatIf

WIDTHS = (6, 54, 18, 18, 16, 12, 11, 72)
_FIRST, _CONTROL = 6, 13
_EXACT, _RELATIVE, _CENT = 0.0, 1e-6, 0.005


@dataclass(frozen=True, slots=True)
class Planned:
    """Where the numbers of the planning sheets are."""

    what_if: WhatIf
    simulation: Simulation
    plan: Plan


def write(
    page: Page,
    orders: Sequence[Order],
    summary: Summary,
    segments: Segments,
    cohorts: Cohorts,
    rfm: Rfm,
    planned: Planned,
) -> None:
    """Write the sheet; `chk_master` is its verdict."""
    book = page.book
    page.head(book.word("demo.checks_title"), [book.word("demo.checks_what")])
    write_status(page, 2)
    at = summary.at
    native = (
        f"{at['aov']}*{at['frequency']}*in_margin*(1+in_discount_rate)^in_timing*(PV(in_discount_rate,INT({at['lifespan']}),-1)"
        f"+({at['lifespan']}-INT({at['lifespan']}))/(1+in_discount_rate)^(INT({at['lifespan']})+1))-{at['cac']}"
    )
    wanted = address(_FIRST + _CONTROL, 3).replace("$", "")
    control = round(sum(order.amount for order in orders), 2)
    company = segments.total("customers")
    rules: tuple[tuple[str, str, str | float, str, float], ...] = (
        (
            "identity",
            f"={at['aov']}*{at['frequency']}*{at['lifespan']}",
            f"=SUM(Orders[revenue])/{company}",
            "money",
            _RELATIVE,
        ),
        ("aov", f"={at['aov']}", "=SUM(Orders[revenue])/COUNT(Orders[revenue])", "money", _RELATIVE),
        ("clv", f"={at['clv_net']}", f"={native}", "money", _RELATIVE),
        (
            "not_below",
            f"=MAX(0,SUM(Orders[revenue])/{company}-{at['clv_revenue']})",
            0.0,
            "money",
            _RELATIVE,
        ),
        ("segment_customers", f"=SUM({segments.body('customers')})", f"={company}", "int", _EXACT),
        ("segment_revenue", f"=SUM({segments.body('revenue')})", "=SUM(Orders[revenue])", "money", _CENT),
        (
            "segment_value",
            f"={segments.total('clv_net')}-{segments.total('mix_effect')}",
            f"={at['clv_net']}",
            "money",
            _RELATIVE,
        ),
        ("payback", f"={segments.total('payback_months')}", f"={at['payback']}", "tenth", _RELATIVE),
        ("cohort_customers", f"=SUM({cohorts.customers})", f"={company}", "int", _EXACT),
        ("rfm_customers", f"={rfm.counted}", f"={company}", "int", _EXACT),
        ("published_customers", f"={company}", float(a.PUBLISHED_CUSTOMERS), "int", _EXACT),
        ("published_orders", "=ROWS(Orders[revenue])", float(a.PUBLISHED_ORDERS), "int", _EXACT),
        ("as_of", '=COUNTIF(Orders[order_date],">"&in_as_of)', 0.0, "int", _EXACT),
        ("control", f"={wanted}+CLV.RECONCILE(Orders[revenue],{wanted})", control, "money", _CENT),
        *_planning(planned, at["clv_net"]),
    )
    page.section(_FIRST - 2, book.word("demo.checks_section"))
    words = [
        book.word(f"demo.check_{k}")
        for k in ("no", "rule", "found", "wanted", "gap", "tolerance", "status", "why")
    ]
    page.header(_FIRST - 1, words, numbers=(2, 3, 4, 5))
    for i, rule in enumerate(rules):
        _rule(page, _FIRST + i, i + 1, *rule)
    last = _FIRST + len(rules) - 1
    status = f"{address(_FIRST, 6)}:{address(last, 6)}"
    page.put(last + 1, 1, book.word("demo.master_check"), "strong", indent=1)
    ok, bad = text(book.word("status_ok")), text(book.word("status_check"))
    page.calculate(last + 1, 6, f"=IF(COUNTIF({status},{ok})=ROWS({status}),{ok},{bad})", "check")
    book.name("chk_master", page.name, address(last + 1, 6))
    _lights(page, last + 1)
    for word in ("status_ok", "status_check"):
        page.hold(last + 1, 6, book.word(word), "check")
    page.sheet.freeze_panes(_FIRST, 2)
    page.sheet.print_area(0, 0, last + 2, len(WIDTHS) - 1)


def _planning(planned: Planned, net: str) -> tuple[tuple[str, str, str | float, str, float], ...]:
    """Return the rules of the planning sheets."""
    what_if, simulation, plan = planned.what_if, planned.simulation, planned.plan
    return (
        ("base_net", f"={what_if.drivers.net}", f"={net}", "money", _RELATIVE),
        ("base_scenario", f"={what_if.base}", f"={net}", "money", _RELATIVE),
        ("base_tornado", f"={what_if.tornado_base}", f"={net}", "money", _RELATIVE),
        ("goal", f"=SUMXMY2({what_if.solved},{what_if.native})", 0.0, "exact", _RELATIVE),
        ("simulation", f"={simulation.shares}", 1.0, "percent", _RELATIVE),
        ("corkscrew", f"={plan.flows}", f"={plan.closing}", "int", _RELATIVE),
        ("plan_bridge", f"={plan.effects}", f"={plan.change}", "money", _RELATIVE),
        ("budget", f"={plan.spend}", "=in_budget", "money_whole", _CENT),
    )


def _rule(
    page: Page, row: int, number: int, key: str, found: str, wanted: str | float, form: str, tolerance: float
) -> None:
    book = page.book
    page.put(row, 0, float(number), "subtitle", "int", align="left")
    page.put(row, 1, book.word(f"demo.check_{key}"), "label", text_wrap=True, indent=1)
    page.calculate(row, 2, found, "addin" if "CLV." in found else "calculation", form)
    if isinstance(wanted, str):
        page.calculate(row, 3, wanted, "calculation", form)
    else:
        page.put(row, 3, wanted, "input", form)
    page.calculate(row, 4, f"=C{row + 1}-D{row + 1}", number="exact")
    page.put(row, 5, tolerance, "input", "exact")
    ok, bad = text(book.word("status_ok")), text(book.word("status_check"))
    page.calculate(row, 6, f"=IF(ABS(E{row + 1})<=F{row + 1},{ok},{bad})", "check")
    page.put(row, 7, book.word(f"demo.check_{key}_why"), "note", indent=1)


def _lights(page: Page, last: int) -> None:
    book = page.book
    for word, colour, fill in (("status_ok", GOOD, GOOD_FILL), ("status_check", BAD, BAD_FILL)):
        style = book.workbook.add_format({"font_color": colour, "bg_color": fill})
        options = {"type": "cell", "criteria": "==", "value": f'"{book.word(word)}"', "format": style}
        page.sheet.conditional_format(_FIRST, 6, last, 6, options)
