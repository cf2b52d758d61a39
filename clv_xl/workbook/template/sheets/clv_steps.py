"""Sheet CLV: the value of one customer step by step, by every convention, and period by period."""

from typing import Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets import clv_ledger, clv_retention
from clv_xl.workbook.template.sheets.clv_cells import ANNUITY, BEFORE_CAC, VALUE, Cells
from clv_xl.workbook.template.sheets.clv_lines import heads, steps

WIDTHS = (38, 12, 42, 14, 14, *([10.5] * 10), 3, 6, 24)
_SLOTS: Final = 12  # segments that the sheet Segments has room for
_LIST: Final = 16  # column of the list of choices, right of the periods
_LAST: Final = 15  # columns that bars and print run over
# Term, name of the driver, whether a segment has its own, unit, number format.
_DRIVERS: Final = (
    ("avg_order_value", "aov", True, "money", "money"),
    ("frequency", "frequency", True, "per_period", "decimal"),
    ("lifespan", "lifespan", True, "period", "decimal"),
    ("margin", "margin", True, "share", "percent"),
    ("cac", "cac", True, "money", "money"),
    ("discount_rate", "discount_rate", False, "share_per_period", "percent"),
    ("retention_rate", "retention_rate", False, "share_per_period", "percent"),
)
# Row, unit, number format, native formula, function beside it.
_STEPS: Final = (
    ("customer_value", "money", "money", "{aov}*{frequency}", ""),
    ("revenue_value", "money", "money", "{customer_value}*{lifespan}", ""),
    ("period_margin", "money", "money", "{customer_value}*{margin}", ""),
    ("annuity", "period", "decimal", ANNUITY, ""),
    ("clv", "money", "money", "{period_margin}*{annuity}", BEFORE_CAC),
    ("less_cac", "money", "money", "{cac}", ""),
    ("net", "money", "money", "{clv}-{less_cac}", VALUE),
    ("ratio", "times", "multiple", 'IF({cac}=0,"",{clv}/{cac})', "CLV.RATIO({clv},{cac})"),
    (
        "payback", "months", "tenth",
        "IF({cac}=0,0,IF({period_margin}<=0,{never},{cac}/{period_margin}*{months}))",
        "CLV.PAYBACK({cac},{period_margin})*{months}",
    ),
    ("year_life", "period", "decimal", "MIN({lifespan},set_year_months/{months})", ""),
    (
        "first_year", "money", "money", "{period_margin}*" + ANNUITY.replace("{lifespan}", "{year_life}"),
        BEFORE_CAC.replace("{lifespan}", "{year_life}"),
    ),
    ("first_year_share", "share", "percent", 'IF({clv}=0,"",{first_year}/{clv})', ""),
    ("span", "period", "decimal", "{span_months}/{months}", ""),
    ("known_life", "period", "decimal", "MIN({lifespan},{span})", ""),
    (
        "beyond", "share", "percent",
        'IF(OR({clv}=0,set_base="quick"),"",1-{period_margin}*'
        + ANNUITY.replace("{lifespan}", "{known_life}") + "/{clv})",
        "",
    ),
)  # fmt: skip
# Whole months from the first order to the last day that counts, both included; 0 without orders.
_SPAN: Final = (
    "IF({first}=0,0,MAX(0,(YEAR(set_as_of)-YEAR({first}))*set_year_months+MONTH(set_as_of)-MONTH({first})+1))"
)
_PUBLISHED: Final = ("clv", "net", "ratio", "payback", "span")
_EXACT: Final = 1e-9


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    # A log too long for native formulas has no column that says which lines count.
    counted = "MINIFS(Orders[order_date],Orders[counted],1)"
    first = counted if leaf.kit.native else "MIN(Orders[order_date])"
    cells: Cells = {
        "timing": "set_timing",
        "months": "set_unit_months",
        "periods": Area(0, clv_ledger.FIRST, 0, clv_ledger.LAST).absolute,
        "never": text(leaf.say("never")),
        "span_months": _SPAN.format(first=first),
    }
    row = _drivers(leaf, HEAD_ROWS, cells)
    row = _steps(leaf, row + 1, cells)
    breaks = [row + 1]
    row = clv_retention.write(leaf, row + 1, cells)
    leaf.kit.place("clv.contract", f"{leaf.ref}{cells['contract']}")
    row = clv_retention.conventions(leaf, row + 1, cells)
    breaks.append(row + 1)
    row = clv_ledger.write(leaf, row + 1, cells, chart_row=HEAD_ROWS + 1)
    leaf.sheet.set_h_pagebreaks(breaks)
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)
    leaf.sheet.print_area(0, 0, row, _LAST - 1)


def _drivers(leaf: Leaf, row: int, cells: Cells) -> int:
    """Write the choice of company or segment and the drivers of the choice."""
    leaf.section(row, leaf.say("drivers"), _LAST)
    heads(leaf, row + 1)
    first = row + 2
    choice, place = address(first, 3), address(first + 1, 3)
    numbers = Area(first, _LIST, first + _SLOTS, _LIST).absolute
    names = Area(first, _LIST + 1, first + _SLOTS, _LIST + 1).absolute
    leaf.line(first, "choice", "none", leaf.say("company"), "text", rule="list", note="choice_note",
              choices=f"={names}")  # fmt: skip
    leaf.place("choice", first, 3)
    found = f'=IF({choice}="",0,SUMPRODUCT(--({names}={choice}),{numbers}))'
    leaf.line(first + 1, "place", "number", found, "int", note="place_note")
    _list(leaf, first)
    here = leaf.ref
    known = f'{here}{choice}="",{here}{choice}={leaf.at(first, _LIST + 1)},{here}{place}>0'
    leaf.check("clv_choice", f"IF(OR({known}),0,1)", number="int")
    first += 2
    for i, (term, name, own, unit, _) in enumerate(_DRIVERS, first):
        leaf.put(i, 0, leaf.kit.word(term), text_wrap=True)
        leaf.unit(i, 1, unit)
        leaf.put(i, 2, leaf.say("own_note" if own else "company_note"), "note")
        cells[name] = address(i, 3)

    def link() -> None:
        for i, (_, name, own, _, number) in enumerate(_DRIVERS, first):
            value = f"in_{name}"
            if own:
                of_segment = f"INDEX({leaf.kit.at(f'segments.{name}')},MAX(1,{place}))"
                value = f"IF({place}=0,{value},{of_segment})"
            leaf.calculate(i, 3, f"=N({value})", "link", number)

    leaf.kit.later(link)
    return first + len(_DRIVERS)


def _list(leaf: Leaf, first: int) -> None:
    """Write what may be chosen: the company and every segment there is room for."""
    leaf.put(first - 1, _LIST, leaf.say("list_no"), "header", align="right")
    leaf.put(first - 1, _LIST + 1, leaf.say("list_name"), "header", indent=1)
    leaf.calculate(first, _LIST, "=0", number="int")
    leaf.put(first, _LIST + 1, leaf.say("company"), indent=1)
    for row in range(first + 1, first + 1 + _SLOTS):
        leaf.calculate(row, _LIST, f"=Q{row}+1", number="int")

    def link() -> None:
        for row in range(first + 1, first + 1 + _SLOTS):
            name = f"INDEX({leaf.kit.at('segments.name')},Q{row + 1})"
            # A text of a function is one more text once it is joined to an empty one.
            leaf.calculate(row, _LIST + 1, f'={name}&""', "link", indent=1)

    leaf.kit.later(link)


def _steps(leaf: Leaf, row: int, cells: Cells) -> int:
    """Write the way from an order to the value of a customer, less what winning one costs."""
    leaf.section(row, leaf.say("steps"), 5)
    heads(leaf, row + 1)
    end = steps(leaf, row + 2, _STEPS, cells)
    for i, (name, *_) in enumerate(_STEPS, row + 2):
        if name in _PUBLISHED:
            leaf.place(name, i, 3)
        if name == "beyond":
            leaf.check("clv_beyond", leaf.at(i, 3), rule="at_most", limit="set_beyond_data", kind="warning",
                       number="percent")  # fmt: skip
    value, cost, ratio = (f"{leaf.ref}{cells[name]}" for name in ("clv", "cac", "ratio"))
    taken = f'IF({cost}=0,"",({ratio}*{cost}-{value})/MAX(1,ABS({value})))'
    leaf.check("clv_ratio_taken", taken, limit=_EXACT)
    return end
