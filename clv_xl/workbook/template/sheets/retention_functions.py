"""CLV.RETENTIONCURVE in a block of its own, and the native curve held against it."""

from clv_xl.workbook.template.compared import held
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets import retention_layout as at
from clv_xl.workbook.template.sheets.cohort_functions import LEADING, shape

_SPARE = 14  # rows for ages to come


def write_functions(leaf: Leaf) -> None:
    """Write the curve as the function answers it."""
    kit = leaf.kit
    if not kit.functions:
        return
    call = 'CLV.RETENTIONCURVE(CLV.COHORT(Orders[#All],set_cohort_unit,"customers",set_as_of))'
    leaf.section(at.FUNCTIONS, leaf.say("functions"), at.LAST + 1)
    ages = max(shape(kit)[1] - LEADING, 1)
    native = at.row(at.SHARE).absolute
    formats = by_column(("text", "int", "percent"), max(ages, at.AGES) + _SPARE + 1)
    area = function_table(
        leaf, at.FUNCTIONS + 1, 0, call, formats, when=f"COUNT({native})>0", size=(ages + 1, 3)
    )
    function, native = f"{leaf.ref}{area.column(2, 1).absolute}", f"{leaf.ref}{native}"
    if kit.native:
        apart = f"ABS(SUM({function})-SUM({native}))/MAX(1,SUM({native}))"
        held(leaf, "retention_curve", apart, f"COUNT({function})=COUNT({native})")
