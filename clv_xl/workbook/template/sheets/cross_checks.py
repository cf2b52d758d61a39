"""Checks across sheets that no single sheet owns."""

from typing import Final

from clv_xl.workbook.page import Area
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.order_lines import COLUMNS
from clv_xl.workbook.template.sheets.order_columns import TABLE, columns

# The first day of the cohort period that the last day lies in.
_BEGINS: Final = "(EOMONTH(set_as_of,-MOD(MONTH(set_as_of)-1,set_cohort_months)-1)+1)"
_FIRST_ORDER: Final = f'COUNTIFS({TABLE}[new_customer],">0",{TABLE}[order_date],"{{0}}"&{_BEGINS})'
# How far drivers typed over may be from the orders before somebody is asked.
APART: Final = 0.1
_SAME: Final = 1e-9
# A table that spills may grow beyond where it was written.
_MORE_ROWS, _MORE_COLUMNS = 60, 6
# Sheets that show the checks themselves, where looking would be a circle; the log is looked at as a table.
_LEFT_OUT: Final = ("cover", "checks", "orders")


def register(leaf: Leaf) -> None:
    """Add the rules to those that the sheets have asked for."""
    kit = leaf.kit
    of = {other.key: other for other in kit.leaves}
    end = "EOMONTH(set_as_of,MOD(-MONTH(set_as_of),set_cohort_months))"
    of["settings"].check("period_end", f"{end}-set_as_of", kind="warning", number="int")
    customers = kit.known("segments.total_customers")
    if kit.native and customers:
        parts = "+".join(_FIRST_ORDER.format(sign) for sign in ("<", ">="))
        of["orders"].check("new_existing", f'IF(set_base="quick","",{parts}-{customers})', number="int")
    if "inputs" in of:
        _drivers(of["inputs"])
    for other in kit.leaves:
        if other.key in _LEFT_OUT:
            continue
        last_row, last_column = other.sheet.dim_rowmax, other.sheet.dim_colmax
        if kit.functions:
            last_row, last_column = last_row + _MORE_ROWS, last_column + _MORE_COLUMNS
        area = Area(HEAD_ROWS, 0, max(last_row, HEAD_ROWS), last_column)
        other.check("errors", f"SUMPRODUCT(--ISERROR({other.ref}{area.absolute}))", number="int")
    last = columns("")[-1][0] if kit.native else COLUMNS[-1]
    # LibreOffice 7 finds an error in Orders[#Data] where there is none, columns by name it looks through.
    looked = f"{TABLE}[[{COLUMNS[0]}]:[{last}]]"
    # One error in a long log is as good as many: to look at every cell takes its time.
    wrong = f"SUMPRODUCT(--ISERROR({looked}))" if kit.native else f"--ISERROR(SUM({looked}))"
    of["orders"].check("errors", wrong, number="int")


def _drivers(inputs: Leaf) -> None:
    """Hold the company's drivers in use against the orders: wrong but plausible ones are mostly typed."""
    kit = inputs.kit
    customers, revenue, active = (kit.at(f"inputs.{name}") for name in ("customers", "revenue", "active"))
    none = f'OR(set_base="quick",{revenue}<=0)'
    short = f"1-in_aov*in_frequency*in_lifespan*{customers}/{revenue}"
    inputs.check("inputs_to_date", f'IF({none},"",{short})', rule="at_most", limit=_SAME)
    typed = f"in_aov*in_frequency*{active}/{revenue}-1"
    inputs.check("inputs_typed", f'IF({none},"",{typed})', limit=APART, kind="warning", number="percent")
    observed = kit.known("cohorts.retention_rate")
    if observed:
        apart = f'IF(OR(set_base="quick",NOT(ISNUMBER({observed}))),"",in_retention_rate-{observed})'
        inputs.check("inputs_retention", apart, limit=APART, kind="warning", number="percent")
    if kit.known("monitoring.vat_rates"):
        _with_vat(inputs)


def _with_vat(inputs: Leaf) -> None:
    """Ask about VAT where order value x orders is as far from the ledger as a VAT rate."""
    kit = inputs.kit
    aov, booked, compared, rates, near = (
        kit.at(place)
        for place in (
            "inputs.data_aov", "monitoring.ledger", "monitoring.compared", "monitoring.vat_rates",
            "monitoring.vat_near",
        )
    )  # fmt: skip
    # Orders that are in the ledger too; where there is none, the orders themselves.
    there = f"IF(AND({booked}>0,{compared}>0),{compared}/{booked},1)"
    ratio = f"in_aov/{aov}*{there}"
    gap = f"MAX({ratio},1/({ratio}))-1"
    none = f'OR(set_base="quick",N({aov})<=0,in_aov<=0)'
    near_one = f"SUMPRODUCT(--(ABS({gap}-{rates})<={near}))"
    inputs.check("inputs_vat", f'IF({none},"",{near_one})', kind="warning", number="int")
