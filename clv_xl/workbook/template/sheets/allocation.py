"""Sheet Allocation: a budget over channels, what each split wins, and where the next unit brings most."""

from typing import Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import WARN
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets.allocation_best import write_best
from clv_xl.workbook.template.sheets.allocation_charts import marginal_curves, now_and_proposed
from clv_xl.workbook.template.sheets.slots import slots

WIDTHS: Final = (32, *([13] * 13))
SLOTS: Final = 8
_STEPS: Final = 12  # of the curves, from nothing to the whole budget
_TYPED, _BUDGET, _STEP_COUNT, _STEP = range(HEAD_ROWS + 1, HEAD_ROWS + 5)  # rows
_RESPONSE: Final = _STEP + 2
_SPLIT: Final = _RESPONSE + SLOTS + 6
_SOLVER: Final = _SPLIT + SLOTS + 4
_CHARTS: Final = _SOLVER + 7
_CURVES: Final = _CHARTS + 18
_BEST: Final = _CURVES + _STEPS + 6
# Assumptions of the sample by channel: customers at most as a multiple of those won, share of the budget.
_CEILINGS: Final = (2.0, 1.5, 3.0)
_SHARES: Final = (0.36, 0.26, 0.38)
_CEILING: Final = 2.0
_EQUAL: Final = 0.1  # marginal values that differ by less are near equal
_SPENT: Final = (1, 3, 13)  # columns of the split that need no curve
_RESPONSE_HEADS: Final = (
    "channel", "won", "cac_now", "clv", "spend_now", "ceiling", "most_typed", "half_typed", "most", "half",
    "at_least", "at_most",
)  # fmt: skip
_SPLIT_HEADS: Final = (
    "channel", "spend_now", "share", "proposed", "won", "customers", "cac", "value", "net", "marginal_now",
    "marginal", "free", "bound", "beyond",
)  # fmt: skip


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    used = min(max(len({*filter(None, leaf.kit.lines.channels)}), 1), SLOTS)
    _budget(leaf)
    _responses(leaf, used)
    _split(leaf, used)
    leaf.section(_SOLVER, leaf.say("solver"))
    for i in range(1, 6):
        leaf.put(_SOLVER + i, 0, leaf.say(f"solver_{i}"))
    leaf.section(_CHARTS, leaf.say("charts"))
    _curves(leaf, used)
    bottom = write_best(leaf, _BEST, SLOTS, used, first_response=_RESPONSE + 2,
                        budget=address(_BUDGET, 3), won=address(_SPLIT + 2 + SLOTS, 7))  # fmt: skip
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)
    leaf.sheet.set_h_pagebreaks([_CHARTS, _BEST] if leaf.kit.functions else [_CHARTS])
    leaf.sheet.print_area(0, 0, bottom, len(WIDTHS) - 1)


def _budget(leaf: Leaf) -> None:
    """Write the budget, and the step of the curves below."""
    leaf.section(HEAD_ROWS, leaf.say("budget"))
    spent = Area(_RESPONSE + 2, 4, _RESPONSE + 1 + SLOTS, 4).absolute
    typed = address(_TYPED, 3)
    leaf.line(_TYPED, "budget_typed", "money", None, "money_whole", rule="not_negative")
    leaf.put(_TYPED, 4, leaf.say("budget_note"), "subtitle", indent=1)
    leaf.line(_BUDGET, "budget", "money", f'=IF({typed}="",SUM({spent}),{typed})', "money_whole")
    leaf.line(_STEP_COUNT, "steps", "number", float(_STEPS), "int", rule="positive")
    step = f"={address(_BUDGET, 3)}/{address(_STEP_COUNT, 3)}"
    leaf.line(_STEP, "step", "money", step, "money_whole")


def _responses(leaf: Leaf, used: int) -> None:
    """Write what each channel has won and cost, and the curve that passes through it."""
    leaf.section(_RESPONSE, leaf.say("responses"))
    leaf.header(_RESPONSE + 1, [leaf.term(word) for word in _RESPONSE_HEADS], numbers=range(1, 12))
    first = _RESPONSE + 2
    for i in range(SLOTS):
        row = first + i
        ceiling = _CEILINGS[i] if leaf.kit.lines.sample and i < len(_CEILINGS) else _CEILING
        leaf.input(row, 5, ceiling if i < used else None, "multiple", "positive")
        for column, number in ((6, "int"), (7, "money_whole"), (10, "money_whole"), (11, "money_whole")):
            leaf.input(row, column, None, number, "not_negative")
        name, won, spend, multiple, most, half = (f"{column}{row + 1}" for column in "ABEFGH")
        times = f"IF({multiple}>1,{multiple},1+1)"
        found = f'IF({most}<>"",{most},{won}*{times})'
        leaf.calculate(row, 4, f'=IF(N(C{row + 1})=0,"",{won}*C{row + 1})', number="money_whole")
        leaf.calculate(row, 8, f'=IF({name}="","",{found})', number="int")
        # Through today's point: won = most x spend / (half + spend).
        through = f"IF({won}=0,N({spend}),MAX({spend}*(I{row + 1}-{won})/MAX({won},1),0))"
        # Without costs there is no point to pass through, and a curve would win customers for nothing.
        point = f'IF(AND({won}>0,N({spend})=0),"",{through})'
        leaf.calculate(row, 9, f'=IF({name}="","",IF({half}<>"",{half},{point}))', number="money_whole")
    names, halves = (Area(first, column, first + SLOTS - 1, column).absolute for column in (0, 9))
    lacking = f'SUMPRODUCT(({names}<>"")*({halves}=""))'
    said = f'=IF({lacking}>0,{text(leaf.say("no_costs"))},"")'
    leaf.calculate(_STEP + 1, 0, said, "strong", font_color=WARN, text_wrap=False)
    leaf.put(first + SLOTS, 0, leaf.kit.word("total"), "strong")
    for column, number in ((1, "int"), (4, "money_whole")):
        cells = Area(first, column, first + SLOTS - 1, column).absolute.replace("$", "")
        leaf.calculate(first + SLOTS, column, f"=SUM({cells})", number=number, bold=True)
    leaf.put(first + SLOTS + 1, 0, leaf.say("response_note"), "subtitle")
    leaf.put(
        first + SLOTS + 2, 0, leaf.say("assumed" if leaf.kit.lines.sample else "assumed_own"), "subtitle"
    )
    leaf.kit.later(lambda: _links(leaf, first))


def _links(leaf: Leaf, first: int) -> None:
    """Write what stands on Inputs: names, customers won, CAC and CLV before CAC."""
    for column, key, number in (
        (0, "name", "text"),
        (1, "customers", "int"),
        (2, "cac", "money"),
        (3, "clv", "money"),
    ):
        for i, cell in enumerate(slots(leaf.kit.at(f"channels.{key}"))[:SLOTS]):
            # No costs typed is no cost of zero.
            shown = f'IF(N({cell})=0,"",{cell})' if key == "cac" else cell
            leaf.calculate(first + i, column, f"={shown}", "link", number)


def _split(leaf: Leaf, used: int) -> None:
    """Write the split of the budget that the user proposes, and what it wins."""
    leaf.section(_SPLIT, leaf.say("split"))
    leaf.header(_SPLIT + 1, [leaf.term(word) for word in _SPLIT_HEADS], numbers=range(1, 14))
    first = _SPLIT + 2
    last = first + SLOTS - 1
    shares, now = (Area(first, column, last, column).absolute for column in (2, 1))
    budget = address(_BUDGET, 3)
    low, high = (text(leaf.kit.word(f"flag.at_{bound}")) for bound in ("minimum", "maximum"))
    for i in range(SLOTS):
        row, r, s = first + i, _RESPONSE + 3 + i, first + i + 1

        def write(column: int, formula: str, number: str, row: int = row, r: int = r) -> None:
            # A channel without a curve wins nothing that could be reckoned.
            none = f'$A{row + 1}=""' if column in _SPENT else f'OR($A{row + 1}="",$J{r}="")'
            leaf.calculate(row, column, f'=IF({none},"",{formula})', number=number)

        leaf.calculate(row, 0, f"=A{r}")
        write(1, f"E{r}", "money_whole")
        share = _SHARES[i] if leaf.kit.lines.sample and used == len(_SHARES) and i < used else None
        leaf.input(row, 2, share, "percent", "share")
        write(3, f"{budget}*IF(SUM({shares})=0,IF(SUM({now})=0,0,N(B{s})/SUM({now})),N(C{s}))", "money_whole")
        write(4, f"IF(N(B{s})+J{r}=0,0,I{r}*N(B{s})/(J{r}+N(B{s})))", "int")
        write(5, f"IF(D{s}+J{r}=0,0,I{r}*D{s}/(J{r}+D{s}))", "int")
        write(6, f'IF(F{s}=0,"",D{s}/F{s})', "money")
        write(7, f"F{s}*D{r}", "money_whole")
        write(8, f"H{s}-D{s}", "money_whole")
        write(9, f"IF(N(B{s})+J{r}=0,0,D{r}*I{r}*J{r}/((J{r}+N(B{s}))*(J{r}+N(B{s}))))", "decimal")
        write(10, f"IF(D{s}+J{r}=0,0,D{r}*I{r}*J{r}/((J{r}+D{s})*(J{r}+D{s})))", "decimal")
        write(11, f'IF(M{s}="",K{s},"")', "decimal")
        upper = f'IF(L{r}="","",IF(D{s}>=L{r},{high},""))'
        write(12, f"IF(D{s}<=N(K{r}),{low},{upper})", "text")
        write(13, f'MAX(0,N(K{r})-D{s})+IF(L{r}="",0,MAX(0,D{s}-L{r}))', "money_whole")
    leaf.put(last + 1, 0, leaf.kit.word("total"), "strong")
    for column, number in ((1, "money_whole"), (2, "percent"), (3, "money_whole"), (4, "int"), (5, "int"),
                           (7, "money_whole"), (8, "money_whole"), (13, "money_whole")):  # fmt: skip
        cells = Area(first, column, last, column).absolute.replace("$", "")
        leaf.calculate(last + 1, column, f"=SUM({cells})", number=number, bold=True)
    total = last + 2
    leaf.calculate(last + 1, 6, f'=IF(F{total}=0,"",D{total}/F{total})', number="money", bold=True)
    for key, column in (("channels", 0), ("spend", 3), ("customers", 5)):
        leaf.place(key, first, column, last)
    leaf.check("allocation_sum", f"{leaf.at(last + 1, 3)}-{leaf.at(_BUDGET, 3)}", limit=0.005, number="money")
    leaf.check("allocation_bounds", leaf.at(last + 1, 13), limit=0.005, number="money")
    free = f"{leaf.ref}{Area(first, 11, last, 11).absolute}"
    gap = f'IF(MAX({free})=0,"",(MAX({free})-MIN({free}))/MAX({free}))'
    leaf.check("allocation_marginal", gap, limit=_EQUAL, kind="warning", number="percent")
    chart = now_and_proposed(leaf, Area(first, 0, first + used - 1, 0), (1, 3), _SPLIT + 1)
    leaf.chart(_CHARTS + 1, 0, chart, "split", (560, 330))


def _curves(leaf: Leaf, used: int) -> None:
    """Write the marginal value of each channel over a grid of spends."""
    leaf.section(_CURVES, leaf.say("curves"))
    heads, first = _CURVES + 2, _CURVES + 3
    leaf.put(_CURVES + 1, 0, leaf.say("slot"), "subtitle")
    leaf.put(heads, 0, leaf.say("spend"), "header")
    leaf.sheet.set_row(heads, 30)  # names of channels in two lines
    names, clv, most, half = (
        Area(_RESPONSE + 2, column, _RESPONSE + 1 + SLOTS, column).absolute for column in (0, 3, 8, 9)
    )
    for slot in range(SLOTS):
        column = chr(ord("B") + slot)
        leaf.put(_CURVES + 1, 1 + slot, float(slot + 1), "subtitle", "int", align="right")
        leaf.calculate(heads, 1 + slot, f"=INDEX({names},{column}${heads})", "header", align="right")
        for i in range(_STEPS + 1):
            number = f"{column}${heads}"
            at = f"(INDEX({half},{number})+$A{first + i + 1})"
            value = f"INDEX({clv},{number})*INDEX({most},{number})*INDEX({half},{number})/({at}*{at})"
            none = f'OR({column}${heads + 1}="",INDEX({half},{number})="")'
            leaf.calculate(first + i, 1 + slot, f'=IF({none},"",IF({at}=0,0,{value}))', number="decimal")
    for i in range(_STEPS + 1):
        formula = "=0" if i == 0 else f"=A{first + i}+{address(_STEP, 3)}"
        leaf.calculate(first + i, 0, formula, number="money_whole", align="left")
    chart = marginal_curves(leaf, heads, Area(first, 0, first + _STEPS, 0), used)
    leaf.chart(_CHARTS + 1, 6, chart, "marginal", (620, 330))
