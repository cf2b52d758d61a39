"""Customers by period: new, those from before, and the retention rate of the company."""

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.addresses import cell
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets import cohort_layout as at

_NUMBER, _STARTS, _ENDS, _ACTIVE, _NEW, _BEFORE, _OPENING, _AGAIN, _RATE = range(1, 10)


def write_windows(leaf: Leaf) -> None:
    """Write a column for each period counted back from the last day, the newest first."""
    top = at.WINDOWS
    leaf.section(top, leaf.say("windows"), at.LAST + 1)
    rows = (
        ("window", "none", "text", _starts),
        ("starts", "date", "date", _starts), ("ends", "date", "date", _ends),
        ("active", "customers", "int", _active), ("new_customers", "customers", "int", _new),
        ("existing", "customers", "int", _existing), ("opening", "customers", "int", _opening),
        ("again", "customers", "int", _again), ("retention_rate", "share_per_period", "percent", _rate),
    )  # fmt: skip
    if not leaf.kit.native:
        leaf.put(top + 1, 0, leaf.say("windows_native"), "subtitle")
        return
    for i, (name, unit, number, formula) in enumerate(rows, 1):
        row = top + i
        leaf.put(row, 0, leaf.term(name), text_wrap=True)
        leaf.unit(row, 1, unit)
        for column in range(at.FIRST, at.LAST + 1):
            if name == "window":  # the number itself, a constant
                leaf.put(row, column, float(column - at.FIRST), "header", align="right")
            else:
                leaf.calculate(row, column, f"={formula(column)}", number=number, shrink=number == "date")
    for row, number in ((top + _OPENING, "int"), (top + _AGAIN, "int")):
        leaf.calculate(row, at.TOTAL, f"=SUM({_row(row)})", number=number)
    active, new, before = (leaf.ref + _row(top + i) for i in (_ACTIVE, _NEW, _BEFORE))
    leaf.check("cohort_periods", f"SUM({active})-SUM({new})-SUM({before})")


def company_rate(leaf: Leaf) -> None:
    """Write the retention rate of the company, all periods together."""
    row, column = at.RETENTION
    leaf.put(row, 0, leaf.term("retention_rate"))
    leaf.unit(row, 1, "share_per_period")
    leaf.put(row, 2, leaf.say("retention_note"), "note")
    leaf.put(row + 1, 0, leaf.say("retention_words"), "subtitle")
    if leaf.kit.native:
        opening, again = (address(at.WINDOWS + i, at.TOTAL) for i in (_OPENING, _AGAIN))
        leaf.calculate(row, column, f'=IF({opening}=0,"",MIN(1,{again}/{opening}))', number="percent")
        _compare_rate(leaf)
    else:
        leaf.calculate(row, column, f"={_by_functions()}", "addin", "percent")
    leaf.place("retention_rate", row, column)


def _compare_rate(leaf: Leaf) -> None:
    opening, again = (leaf.at(at.WINDOWS + i, at.TOTAL) for i in (_OPENING, _AGAIN))
    rate = f"SUM({leaf.at(*at.RETENTION)})"
    usual = f"AND({opening}>0,{again}<={opening})"  # customers who come back may be more than there were
    leaf.compare("cohort_rate", rate, f"IF({usual},CLV.RETENTION({opening},{again},0),{rate})")


def _by_functions() -> str:
    """Return the rate of a log too long for native formulas.

    Orders over orders per customer and window are the customers of each window, added up. Of those
    of all windows, who is not new has come back; of those but the newest, everybody could.
    """
    earlier, lines = "INDEX(set_starts,1)-1", 'COUNTIFS(Orders[order_date],"<"&{0}+1,Orders[revenue],">="&0)'
    first_day = address(*at.FIRST_DAY)

    def windows(day: str) -> str:
        rate = f"CLV.FREQUENCY(Orders[customer_id],Orders[order_date],set_unit,{day})"
        return f"{lines.format(day)}/{rate}"

    customers = f"SUM({at.facts(at.CONSTANT).absolute})"
    long = f"AND(set_addin,{first_day}<=EDATE({earlier},-set_unit_months))"
    again = f"({windows('set_as_of')}-{customers})"
    return f'IF({long},MAX(0,MIN(1,{again}/({windows(earlier)}))),"")'


def _row(row: int) -> str:
    return Area(row, at.FIRST, row, at.LAST).absolute


def _head(row: int, column: int) -> str:
    return cell(at.WINDOWS + row, column, row_fixed=True)


def _starts(column: int) -> str:
    return f"INDEX(set_starts,{_head(_NUMBER, column)}+1)"


def _ends(column: int) -> str:
    number = _head(_NUMBER, column)
    return f"IF({number}=0,set_as_of,INDEX(set_starts,MAX(1,{number}))-1)"


def _inside(column: int, formula: str) -> str:
    first_day, ends = address(*at.FIRST_DAY), _head(_ENDS, column)
    return f'IF({first_day}="","",IF(INT({first_day})>{ends},"",{formula}))'


def _active(column: int) -> str:
    return _inside(column, f"COUNTIFS(Orders[window],{_head(_NUMBER, column)},Orders[window_first],1)")


def _new(column: int) -> str:
    day = f'Orders[order_date],">="&{_head(_STARTS, column)},Orders[order_date],"<"&{_head(_ENDS, column)}+1'
    return _inside(column, f'COUNTIFS(Orders[new_customer],">0",{day})')


def _existing(column: int) -> str:
    line = f'1+COUNTIFS(Orders[order_date],"<"&{_head(_STARTS, column)})'
    window = f"Orders[window],{_head(_NUMBER, column)},Orders[window_first],1"
    return _inside(column, f'COUNTIFS({window},Orders[first_row],"<"&{line})')


def _opening(column: int) -> str:
    """Customers of the period before, which stands to the right."""
    before = cell(at.WINDOWS + _ACTIVE, column + 1)
    return f'IF(ISNUMBER({before}),{before},"")'


def _again(column: int) -> str:
    """Customers less the new ones, where there is a period before."""
    active, new, opening = (cell(at.WINDOWS + i, column) for i in (_ACTIVE, _NEW, _OPENING))
    return f'IF(ISNUMBER({opening}),{active}-{new},"")'


def _rate(column: int) -> str:
    opening, again = (cell(at.WINDOWS + i, column) for i in (_OPENING, _AGAIN))
    return f'IF(N({opening})=0,"",{again}/{opening})'
