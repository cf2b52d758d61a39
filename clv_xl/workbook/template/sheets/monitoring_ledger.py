"""Revenue of the orders against the ledger, month by month, on the sheet Monitoring."""

from typing import Final

from clv_xl.metrics.periods import month_end
from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.order_lines import OrderLines

MONTHS: Final = 24
HEIGHT: Final = MONTHS + 9
_RATES: Final = (0.18, 0.23, 0.24, 0.255)  # VAT of Georgia, Poland, Greece, Finland
_NEAR: Final = 0.005
_TOLERANCE: Final = 0.01


def write_ledger(leaf: Leaf, row: int) -> int:
    """Write the block; returns its last row."""
    lines = leaf.kit.lines
    leaf.section(row, leaf.say("ledger"))
    leaf.line(row + 1, "tolerance", "money", _TOLERANCE, "money", rule="not_negative")
    leaf.line(row + 2, "near", "share", _NEAR, "percent", rule="share")
    leaf.put(row + 3, 0, leaf.say("rates"))
    leaf.unit(row + 3, 1, "share")
    for j, rate in enumerate(_RATES, 3):
        leaf.input(row + 3, j, rate, "percent", "share")
    start = float(month_end(int(min(lines.days)))) if len(lines) else None
    leaf.line(row + 4, "first_month", "date", start, "date", rule="date")
    heads = ("month_end", "orders_revenue", "ledger_revenue", "gap", "gap_share", "verdict", "compared")
    leaf.header(row + 5, [leaf.say(f"head_{key}") for key in heads], numbers=(1, 2, 3, 4, 6))
    first = row + 6
    last = first + MONTHS - 1
    booked = _booked(lines) if lines.sample else []
    for i in range(MONTHS):
        r = first + i + 1
        month = f"={address(row + 4, 3)}" if i == 0 else f"=EOMONTH(A{r - 1},1)"
        leaf.calculate(first + i, 0, month, number="date", align="left")
        leaf.input(first + i, 2, booked[i] if i < len(booked) else None, "money", "number")
        _line(
            leaf, first + i, address(row + 1, 3), address(row + 2, 3), Area(row + 3, 3, row + 3, 6).absolute
        )
    leaf.put(last + 1, 0, leaf.kit.word("total"), "strong")
    for j in (1, 2, 6):
        cells = Area(first, j, last, j).absolute.replace("$", "")
        leaf.calculate(last + 1, j, f"=SUM({cells})", number="money", bold=True)
    leaf.place("ledger", last + 1, 2)
    leaf.place("compared", last + 1, 6)
    leaf.place("vat_near", row + 2, 3)
    leaf.kit.place("monitoring.vat_rates", f"{leaf.ref}{Area(row + 3, 3, row + 3, 6).absolute}")
    said = ("ledger_note", "ledger_sample") if lines.sample else ("ledger_note",)
    leaf.put(last + 2, 0, " ".join(leaf.say(name) for name in said), "subtitle")
    _checks(leaf, first, last, address(row + 1, 3))
    return last + 2


def _booked(lines: OrderLines) -> list[float]:
    """Return revenue by month of the sample: its ledger is assumed to be equal to its orders."""
    months: dict[int, float] = {}
    for day, amount in zip(lines.days, lines.revenue, strict=True):
        month = int(month_end(int(day)))
        months[month] = months.get(month, 0.0) + amount
    return [round(amount, 2) for _, amount in sorted(months.items())]


def _line(leaf: Leaf, row: int, tolerance: str, near: str, rates: str) -> None:
    r = row + 1
    day = "Orders[order_date]"
    of_month = f'{day},">="&EOMONTH(A{r},-1)+1,{day},"<"&MIN(A{r},set_as_of)+1'
    later = f"EOMONTH(A{r},-1)>=set_as_of"
    leaf.calculate(row, 1, f'=IF({later},"",SUMIFS(Orders[revenue],{of_month}))', number="money")
    known = f'OR(B{r}="",C{r}="")'
    gap = f"IF(ABS(B{r}-C{r})<={tolerance},0,B{r}-C{r})"
    leaf.calculate(row, 3, f'=IF({known},"",{gap})', number="money")
    leaf.calculate(row, 4, f'=IF({known},"",IF(C{r}=0,"",D{r}/C{r}))', number="change")
    ok, bad = (text(leaf.kit.word(key)) for key in ("status_ok", "template.status_broken"))
    larger = f"MAX(N(B{r}),N(C{r}))/MIN(N(B{r}),N(C{r}))-1"
    vat = f"SUMPRODUCT(--(ABS({larger}-{rates})<={near}))>0"
    asked = f"IF(MIN(N(B{r}),N(C{r}))<=0,{bad},IF({vat},{text(leaf.say('vat'))},{bad}))"
    verdict = f'=IF(D{r}="","",IF(ABS(N(D{r}))<={tolerance},{ok},{asked}))'
    leaf.calculate(row, 5, verdict, "check")
    leaf.calculate(row, 6, f"=IF({known},0,B{r})", number="money")


def _checks(leaf: Leaf, first: int, last: int, tolerance: str) -> None:
    leaf.lights(first, 5, last)
    gaps, ledger, words = (f"{leaf.ref}{Area(first, j, last, j).absolute}" for j in (3, 2, 5))
    largest = f'IF(SUM({ledger})=0,"",MAX(MAX({gaps}),-MIN({gaps})))'
    leaf.check("monitoring_ledger", largest, limit=f"{leaf.ref}{tolerance}", number="money")
    vat = f"SUMPRODUCT(--({words}={text(leaf.say('vat'))}))"
    leaf.check("monitoring_vat", vat, kind="warning", number="int")
    total = last + 1
    gap = f"G{total + 1}-C{total + 1}"
    leaf.calculate(total, 3, f"=IF(ABS({gap})<={tolerance},0,{gap})", number="money", bold=True)
    if not leaf.kit.functions:
        return
    rows = Area(first, 6, last, 6).absolute
    leaf.put(first - 1, 7, "CLV.RECONCILE", "header", align="right")
    call = f"CLV.RECONCILE({rows},C{total + 1},{tolerance})"
    leaf.calculate(total, 7, f'=IF(set_addin,{call},"")', "addin", "money", bold=True)
    leaf.compare("monitoring_reconcile", leaf.at(total, 3), leaf.at(total, 7))
