"""The formula columns of the Table `Orders`: the rules of an order, in formulas that every program has."""

import re
from typing import Final

TABLE: Final = "Orders"
_OWN: Final = f"ROW()-ROW({TABLE}[[#Headers],[order_id]])"
_USABLE: Final = "AND(ISNUMBER(@order_date),ISNUMBER(@revenue),LEN(TRIM(@customer_id))>0)"
_MONTHS: Final = "((YEAR(@order_date)-YEAR(@cohort))*set_year_months+MONTH(@order_date)-MONTH(@cohort))"
_FIRST: Final = "INDEX(#order_date,@first_row)"
# The day before it on which the customer ordered: looks through the whole log, hence for repeat orders alone.
_EARLIER: Final = 'MAXIFS(#order_date,#first_row,@first_row,#is_order,1,#order_date,"<"&INT(@order_date))'

_GAP: Final = f"INT(@order_date)-INT({_EARLIER})"


def _of_first_order(column: str, blank: str) -> str:
    """Return the formula of a name that a customer has from the first order."""
    found = f"TRIM(INDEX(#{column},@first_row))"
    return f'=IF(@counted=0,"",IF({found}="",{blank},{found}))'


def columns(blank: str) -> tuple[tuple[str, str, str], ...]:
    """Return the columns: name, formula, number format.

    In a formula ``@name`` is the line's own cell and ``#name`` the whole column. A line is an order
    (a log whose orders have several lines is netted before it comes here, and the check of repeated
    ids says so); a negative line is a refund, which reduces revenue and is no order; a line of 0 is
    an order. Who has no order until the last day is nobody's customer, with the refunds in that name.
    The log is sorted by date, so that the first order found of a customer is the first.

    Parameters
    ----------
    blank : str
        What stands for a segment or channel that is blank, as a formula holds it.
    """
    return (
        ("usable", f"=IF({_USABLE},IF(INT(@order_date)<=set_as_of,1,0),0)", "int"),
        ("order_key", '=IF(AND(@usable=1,@revenue>=0),TRIM(@customer_id),"")', "text"),
        # Nobody found is an answer: a refund, and no order of that customer.
        ("first_row", '=IF(@usable=1,IFERROR(MATCH(TRIM(@customer_id),#order_key,0),""),"")', "int"),
        ("counted", "=IF(ISNUMBER(@first_row),1,0)", "int"),
        ("customer_key", '=IF(@counted=1,TRIM(@customer_id),"")', "text"),
        ("is_order", '=IF(@order_key="",0,1)', "int"),
        ("new_customer", f'=IF(@first_row={_OWN},@first_row,"")', "int"),
        ("customer_segment", _of_first_order("segment", blank), "text"),
        ("customer_channel", _of_first_order("channel", blank), "text"),
        ("window", '=IF(@is_order=1,COUNTIF(set_starts,">"&INT(@order_date)),"")', "int"),
        ("window_key", '=IF(@is_order=1,@first_row&"|"&@window,"")', "text"),
        ("window_first", f"=IF(@is_order=1,IF(MATCH(@window_key,#window_key,0)={_OWN},1,0),0)", "int"),
        (
            "cohort",
            f'=IF(@counted=1,EOMONTH({_FIRST},-MOD(MONTH({_FIRST})-1,set_cohort_months)-1)+1,"")',
            "date",
        ),
        # A refund dated before the first order belongs to its period.
        ("age", f'=IF(@counted=1,MAX(0,INT({_MONTHS}/set_cohort_months)),"")', "int"),
        ("age_key", '=IF(@is_order=1,@first_row&"|"&@age,"")', "text"),
        ("age_first", f"=IF(@is_order=1,IF(MATCH(@age_key,#age_key,0)={_OWN},1,0),0)", "int"),
        ("day_key", '=IF(@is_order=1,@first_row&"|"&INT(@order_date),"")', "text"),
        (
            "gap",
            f'=IF(OR(@is_order=0,@first_row={_OWN}),"",IF(MATCH(@day_key,#day_key,0)={_OWN},{_GAP},""))',
            "int",
        ),
        # Of all orders and refunds of a customer, in the line of the first order; 0 elsewhere.
        (
            "customer_revenue",
            f"=IF(@first_row={_OWN},SUMIFS(#revenue,#first_row,@first_row),0)",
            "money",
        ),
        (
            "unsorted",
            f"=IF(AND(@usable=1,{_OWN}>1),IF(@order_date<INDEX(#order_date,MAX(1,{_OWN}-1)),1,0),0)",
            "int",
        ),
        (
            "repeated_id",
            f'=IF(OR(@order_id="",@usable=0),0,IF(MATCH(@order_id,#order_id,0)={_OWN},0,1))',
            "int",
        ),
    )


_CELL, _COLUMN = re.compile(r"@([a-z_]+)"), re.compile(r"#([a-z_]+)")


def in_row(formula: str) -> str:
    """Return a formula of a table column as a cell of the file holds it.

    Examples
    --------
    >>> in_row("=MATCH(@customer_key,#customer_key,0)")
    '=MATCH(Orders[[#This Row],[customer_key]],Orders[customer_key],0)'
    """
    # A structured reference has an # of its own, so that the columns come first.
    named = _COLUMN.sub(lambda found: f"{TABLE}[{found[1]}]", formula)
    return _CELL.sub(lambda found: f"{TABLE}[[#This Row],[{found[1]}]]", named)
