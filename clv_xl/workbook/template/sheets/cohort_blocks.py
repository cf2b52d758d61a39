"""The facts of each cohort, and the triangles: customers, retention, revenue, cumulative margin."""

from collections.abc import Callable

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import address
from clv_xl.workbook.template.addresses import cell
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets import cohort_layout as at
from clv_xl.workbook.template.sheets.cohort_functions import LEADING, found


def write_facts(leaf: Leaf) -> None:
    """Write when each cohort began, how far it has come, its customers and its revenue."""
    leaf.section(at.FACTS, leaf.say("facts"), at.LAST + 1)
    heads = ("cohort", "begins", "mark", "customers", "revenue", "reached", "whole", "outside", "number",
             "ordinal")  # fmt: skip
    leaf.header(at.FACTS + 1, [leaf.term(k) for k in heads], numbers=range(3, len(heads)))
    for i in range(at.COHORTS):
        _facts_of(leaf, at.first(at.FACTS) + i, i)
    row = at.total(at.FACTS)
    leaf.put(row, 0, leaf.say("not_shown"))
    begins = at.facts(at.BEGINS).absolute
    if leaf.kit.native:
        elsewhere = (
            'COUNTIFS(Orders[new_customer],">0",Orders[cohort],"<"&MIN({0}))'
            '+COUNTIFS(Orders[new_customer],">0",Orders[cohort],">"&MAX({0}))'
        )
        leaf.calculate(row, at.CONSTANT, f"={elsewhere.format(begins)}", number="int")
        money = (
            'SUMIFS(Orders[revenue],Orders[counted],1,Orders[cohort],"<"&MIN({0}))'
            '+SUMIFS(Orders[revenue],Orders[counted],1,Orders[cohort],">"&MAX({0}))'
        )
        leaf.calculate(row, at.TOTAL, f"={money.format(begins)}", number="money_whole")
    leaf.put(row + 1, 0, leaf.term("total"), "strong")
    for column, number in ((at.CONSTANT, "int"), (at.TOTAL, "money_whole"), (at.OUTSIDE, "money_whole")):
        area = f"{cell(at.first(at.FACTS), column)}:{cell(row, column)}"
        leaf.calculate(row + 1, column, f"=SUM({area})", number=number, bold=True, top=1)


def _facts_of(leaf: Leaf, row: int, number: int) -> None:
    start, skip, first_day = (address(*place) for place in (at.START, at.SKIP, at.FIRST_DAY))
    begins, nth = f"$B{row + 1}", cell(row, at.NUMBER, column_fixed=True)
    months, quarters = (
        f"{address(at.WORDS + 2, c)}:{address(at.WORDS + 1 + n, c)}" for c, n in ((0, 12), (1, 4))
    )
    month = f"INDEX({months},MONTH({begins}))"
    quarter = f"INDEX({quarters},INT((MONTH({begins})-1)/set_cohort_months)+1)"
    label = f'YEAR({begins})&"-"&IF(set_cohort_months=1,{month},{quarter})'
    leaf.calculate(row, 0, f'=IF({begins}="","",{label})')
    day = f"EDATE({start},({skip}+{nth}-1)*set_cohort_months)"
    leaf.calculate(
        row, at.BEGINS, f'=IF({start}="","",IF({day}>set_as_of,"",{day}))', number="date", align="left"
    )
    reached, whole = cell(row, at.REACHED, column_fixed=True), cell(row, at.WHOLE, column_fixed=True)
    cut = f'IF({reached}=0,{text(leaf.say("cut_end"))},IF({whole}=0,{text(leaf.say("cut_start"))},""))'
    leaf.calculate(row, 2, f'=IF({begins}="","",{cut})')
    leaf.hold(row, 2, max(leaf.say("cut_end"), leaf.say("cut_start"), key=len), "calculation")
    if leaf.kit.native:
        size = f'COUNTIFS(Orders[cohort],{begins},Orders[new_customer],">0")'
        money = f"SUMIFS(Orders[revenue],Orders[counted],1,Orders[cohort],{begins})"
        ages = at.ages(at.REVENUE).absolute
        outside = f'{money[:-1]},Orders[age],">="&MIN({reached},COUNT({ages})))'
        leaf.calculate(row, at.OUTSIDE, f'=IF({begins}="","",{outside})', number="money_whole")
    else:
        size = found(leaf, "customers", f"$A{row + 1}", 1)
        revenue = at.first(at.REVENUE) + number
        money = f"SUM({cell(revenue, at.FIRST)}:{cell(revenue, at.LAST)})"
    leaf.calculate(row, at.CONSTANT, f'=IF({begins}="","",{size})', number="int")
    leaf.calculate(row, at.TOTAL, f'=IF({begins}="","",{money})', number="money_whole")
    gone = (
        f"((YEAR(set_as_of+1)-YEAR({begins}))*set_year_months+MONTH(set_as_of+1)-MONTH({begins}))"
        "/set_cohort_months"
    )
    leaf.calculate(row, at.REACHED, f'=IF({begins}="","",INT({gone}))', number="int")
    uncut = f"OR({begins}>{start},{begins}>=INT({first_day}))"
    leaf.calculate(row, at.WHOLE, f'=IF({begins}="",0,IF(AND({reached}>0,{uncut}),1,0))', number="int")
    leaf.put(row, at.NUMBER, float(number + 1), "label", "int", align="right")
    sizes = f"{cell(at.first(at.FACTS), at.CONSTANT, row_fixed=True)}:{cell(row, at.CONSTANT)}"
    leaf.calculate(
        row, at.ORDINAL, f'=IF(N({cell(row, at.CONSTANT)})>0,COUNTIF({sizes},">0"),"")', number="int"
    )


def write_block(
    leaf: Leaf, top: int, title: str, unit: str, number: str, formula: Callable[[int, int], str],
    pooled: Callable[[int], str], last: tuple[str, Callable[[int], str], str],
) -> None:  # fmt: skip
    """Write a triangle: title, header with ages, a row a cohort, and all whole cohorts together.

    Parameters
    ----------
    leaf : Leaf
        The sheet.
    top : int
        Row of the title.
    title : str
        Text of the title.
    unit : str
        Unit of the cells.
    number : str
        Their number format.
    formula : callable
        Number of a cohort and column of an age to the formula where the cohort has reached it.
    pooled : callable
        Column of an age to the formula of all whole cohorts.
    last : tuple
        Head of the column of totals, its formula by the row, and its number format.
    """
    leaf.section(top, title, at.LAST + 1)
    heads = [leaf.term("cohort"), leaf.term("unit"), leaf.say("mark"), leaf.term("customers"), last[0]]
    leaf.header(top + 1, heads, numbers=(3, 4))
    for column in range(at.FIRST, at.LAST + 1):
        leaf.put(top + 1, column, float(column - at.FIRST), "header", align="right")
    for i in range(at.COHORTS):
        row, fact = at.first(top) + i, at.first(at.FACTS) + i + 1
        leaf.calculate(row, 0, f"=$A{fact}")
        leaf.unit(row, 1, unit)
        leaf.calculate(row, 2, f"=$C{fact}", "note", text_wrap=False)
        leaf.calculate(row, 3, f"=$D{fact}", number="int")
        leaf.calculate(row, 4, f"={last[1](row)}", number=last[2])
        reached = cell(fact - 1, at.REACHED, column_fixed=True)
        for column in range(at.FIRST, at.LAST + 1):
            age = cell(top + 1, column, row_fixed=True)
            inside = f'IF($D{row + 1}=0,"",IF({age}<{reached},{formula(i, column)},""))'
            leaf.calculate(row, column, f'=IF({reached}="","",{inside})', number=number)
    row = at.total(top)
    leaf.put(row, 0, leaf.say("pooled"), "strong")
    for column in (1, 2):
        leaf.put(row, column, None, "strong", top=1)
    whole, sizes = at.facts(at.WHOLE).absolute, at.facts(at.CONSTANT).absolute
    leaf.calculate(row, 3, f"=SUMPRODUCT({whole},{sizes})", number="int", bold=True, top=1)
    leaf.calculate(row, 4, f"={last[1](row)}", number=last[2], bold=True, top=1)
    for column in range(at.FIRST, at.LAST + 1):
        people = cell(at.total(at.CUSTOMERS) + 1, column, row_fixed=True)
        leaf.calculate(row, column, f'=IF({people}=0,"",{pooled(column)})', number=number, bold=True, top=1)


def write_triangles(leaf: Leaf) -> None:
    """Write the four triangles that the one on top chooses from."""
    whole, sizes = at.facts(at.WHOLE).absolute, at.facts(at.CONSTANT).absolute
    say, total = leaf.say, leaf.term("total")
    write_block(
        leaf, at.CUSTOMERS, say("block_customers"), "customers", "int",
        lambda i, column: _counted(leaf, i, column),
        lambda column: f"SUMPRODUCT({whole},{_column(at.CUSTOMERS, column)})",
        (total, _all_ages, "int"),
    )  # fmt: skip
    row = at.total(at.CUSTOMERS) + 1
    leaf.put(row, 0, say("people"))
    for column in range(at.FIRST, at.LAST + 1):
        is_there = f"--ISNUMBER({_column(at.CUSTOMERS, column)})"
        leaf.calculate(row, column, f"=SUMPRODUCT({is_there},{whole},{sizes})", number="int")
    write_block(
        leaf, at.RETAINED, say("block_retention"), "share", "percent",
        lambda i, column: f"{cell(at.first(at.CUSTOMERS) + i, column)}/$D{at.first(at.RETAINED) + i + 1}",
        lambda column: f"{cell(at.total(at.CUSTOMERS), column)}/{_reached(column)}",
        (say("mean_share"), _mean_share, "percent"),
    )  # fmt: skip
    write_block(
        leaf, at.REVENUE, say("block_revenue"), "money", "money_whole",
        lambda i, column: _earned(leaf, i, column),
        lambda column: f"SUMPRODUCT({whole},{_column(at.REVENUE, column)})",
        (total, _all_ages, "money_whole"),
    )  # fmt: skip
    write_block(
        leaf, at.CUMULATIVE, say("block_cumulative"), "money", "money", _so_far,
        lambda column: f"SUMPRODUCT({whole},{sizes},{_column(at.CUMULATIVE, column)})/{_reached(column)}",
        (say("back"), _back, "text"),
    )  # fmt: skip


def _column(top: int, column: int) -> str:
    """Return one age of every cohort."""
    area = at.cells(top)
    return f"{cell(area.top, column, row_fixed=True)}:{cell(area.bottom, column, row_fixed=True)}"


def _reached(column: int) -> str:
    """Return the cell with the customers of the whole cohorts that have reached an age."""
    return cell(at.total(at.CUSTOMERS) + 1, column, row_fixed=True)


def _of_log(top: int, i: int, column: int) -> str:
    """Return what a line of the log must be to belong to a cohort at an age."""
    begins = cell(at.first(at.FACTS) + i, at.BEGINS, column_fixed=True)
    return f"Orders[cohort],{begins},Orders[age],{cell(top + 1, column, row_fixed=True)}"


def _counted(leaf: Leaf, i: int, column: int) -> str:
    """Return customers with an order."""
    if leaf.kit.native:
        return f"COUNTIFS({_of_log(at.CUSTOMERS, i, column)},Orders[age_first],1)"
    return found(leaf, "customers", f"$A{at.first(at.CUSTOMERS) + i + 1}", column - at.FIRST + LEADING)


def _earned(leaf: Leaf, i: int, column: int) -> str:
    """Return revenue, refunds taken off."""
    if leaf.kit.native:
        return f"SUMIFS(Orders[revenue],Orders[counted],1,{_of_log(at.REVENUE, i, column)})"
    return found(leaf, "revenue", f"$A{at.first(at.REVENUE) + i + 1}", column - at.FIRST + LEADING)


def _so_far(i: int, column: int) -> str:
    """Return the margin to date of a customer of the cohort."""
    row = at.first(at.REVENUE) + i
    money = f"{cell(row, at.FIRST, column_fixed=True)}:{cell(row, column)}"
    return f"SUM({money})*{address(*at.MARGIN)}/$D{at.first(at.CUMULATIVE) + i + 1}"


def _ages(row: int, first: int = at.FIRST) -> str:
    return f"{cell(row, first)}:{cell(row, at.LAST)}"


def _all_ages(row: int) -> str:
    return f"SUM({_ages(row)})"


def _mean_share(row: int) -> str:
    later = _ages(row, at.FIRST + 1)
    return f'IF(COUNT({later})=0,"",SUM({later})/COUNT({later}))'


def _back(row: int) -> str:
    """Return the first age at which the margin to date is no less than CAC."""
    ages, cac = _ages(row), address(*at.CAC)
    return f'IF(COUNT({ages})=0,"",IF(MAX({ages})>={cac},COUNTIF({ages},"<"&{cac}),""))'
