"""CLV.RETENTIONCURVE in a block of its own, and the native curve held against it."""

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area
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
    leaf.put(at.FUNCTIONS + 1, 0, leaf.book.shown(f"={call}"), "code_line")
    ages = max(shape(kit)[1] - LEADING, 1)
    area = Area(at.FUNCTIONS + 2, 0, at.FUNCTIONS + 2 + max(ages, at.AGES) + _SPARE, 2)
    for i in range(area.bottom - area.top + 1):
        for j, number in enumerate(("text", "int", "percent")):
            role = ("spill_number" if j else "spill_text") if i == 0 else "addin"
            style = leaf.book.styles.of(role, number if i else "text", align="right" if j else "left")
            if i <= ages and (i or j):
                leaf.sheet.write_number(area.top + i, j, 0, style)
            elif i or j:
                leaf.sheet.write_blank(area.top + i, j, None, style)
    native, missing = at.row(at.SHARE).absolute, text(kit.word("addin_missing"))
    formula = f'=IF(set_addin,IF(COUNT({native})=0,"",{call}),{missing})'
    leaf.sheet.write_dynamic_array_formula(
        area.top, 0, area.top + ages, 2, leaf.book.stored(formula), leaf.book.styles.of("spill_text"), 0
    )
    function, native = f"{leaf.ref}{area.column(2, 1).absolute}", f"{leaf.ref}{native}"
    gap = f"ABS(SUM({function})-SUM({native}))/MAX(1,SUM({native}))"
    if kit.native:
        fits = f"AND(set_addin,COUNT({function})=COUNT({native}))"
        leaf.check("retention_curve", f'IF({fits},{gap},"")', limit=1e-9, kind="addin")
