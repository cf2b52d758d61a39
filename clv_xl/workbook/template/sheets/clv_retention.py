"""The retention form of CLV: a rate of renewal instead of a life, by every convention side by side."""

from typing import Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.addresses import cell
from clv_xl.workbook.template.compared import gap, held
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.clv_cells import ANNUITY, Cells
from clv_xl.workbook.template.sheets.clv_lines import heads, steps

_PAID: Final = "{period_margin}*(1+{discount_rate})^{timing}"  # what the periods bring before discounting
# Closed forms of the value of one customer before acquisition cost, in the order of CLV.COMPARE.
_FORMS: Final = (
    ("upfront", "{period_margin}*(1+{discount_rate})/{excess}"),
    ("first_certain", "{period_margin}/{excess}"),
    ("after_renewal", "{period_margin}*{retention_rate}/{excess}"),
    ("first_excluded_end", "{period_margin}*{retention_rate}/((1+{discount_rate})*{excess})"),
    ("undiscounted", "{period_margin}*{mean_life}"),
    ("truncated", "{period_margin}*(1+{discount_rate})/{excess}*(1-{ratio_kept}^{horizon})"),
    (
        "mean_life_annuity",
        "{period_margin}*" + ANNUITY.replace("{lifespan}", "{mean_life}").replace("{timing}", "0"),
    ),
)
_ENDLESS: Final = ("undiscounted", "mean_life_annuity")  # these have no value where nobody leaves
# Row, unit, number format, native formula, function beside it.
_ROWS: Final = (
    ("mean_life", "period", "decimal", 'IF({retention_rate}=1,"",1/(1-{retention_rate}))', ""),
    ("excess", "number", "decimal", "1+{discount_rate}-{retention_rate}", ""),
    ("ratio_kept", "number", "decimal", "{retention_rate}/(1+{discount_rate})", ""),
    (
        "contract", "money", "money",
        ('IF({excess}<=0,"",{period_margin}/{excess}*IF(set_booking="upfront",1+{discount_rate},'
        'IF(set_booking="after_renewal",{retention_rate},1)))'),
        "CLV.CONTRACT({period_margin},{retention_rate},{discount_rate},set_booking)",
    ),
    (
        "contract_net", "money", "money", 'IF({contract}="","",{contract}-{cac})',
        "CLV.CONTRACT({period_margin},{retention_rate},{discount_rate},set_booking,{cac})",
    ),
    ("contract_ratio", "times", "multiple", 'IF(OR({contract}="",{cac}=0),"",{contract}/{cac})', ""),
    ("paid", "money", "money", _PAID, ""),
    ("cac_share", "share", "percent", "IF({paid}<=0,1,{cac}*{excess}/{paid})", ""),
    (
        "full_periods", "period", "int",
        ("IF(OR({cac_share}>=1,{retention_rate}=0),0,IF({excess}=0,INT({cac}/{paid}),"
        "INT(LN(1-{cac_share})/LN({ratio_kept}))))"),
        "",
    ),
    ("kept_then", "share", "percent", "IF({full_periods}=0,1,{ratio_kept}^{full_periods})", ""),
    (
        "earned", "money", "money",
        "IF({excess}=0,{paid}*{full_periods},{paid}*(1-{kept_then})/{excess})", "",
    ),
    (
        "discounted_payback", "months", "tenth",
        ("IF({cac}=0,0,IF(OR({paid}<=0,{cac_share}>1,AND({cac_share}=1,{retention_rate}>0)),{never},"
        "({full_periods}+({cac}-{earned})*(1+{discount_rate})/({paid}*{kept_then}))*{months}))"),
        "CLV.PAYBACK({cac}/(1+{discount_rate})^{timing},{period_margin},{retention_rate},{discount_rate})*{months}",
    ),
)  # fmt: skip


def write(leaf: Leaf, row: int, cells: Cells) -> int:
    """Write the retention form and the table of conventions; return the next free row."""
    leaf.section(row, leaf.say("retention"), 15)
    leaf.put(row + 1, 0, leaf.say("which"), "subtitle")
    row += 1
    heads(leaf, row + 1)
    row = steps(leaf, row + 2, _ROWS, cells)
    here = {name: f"{leaf.ref}{place}" for name, place in cells.items() if place.startswith("$")}
    leaf.check("clv_excess", "IF({excess}>0,0,1)".format(**here), number="int")
    between = "IF(AND({retention_rate}>=0,{retention_rate}<=1),0,1)".format(**here)
    leaf.check("clv_retention", between, number="int")
    return row


def conventions(leaf: Leaf, row: int, cells: Cells) -> int:
    """Write every convention with its formula in words, less acquisition cost as CLV.COMPARE has them."""
    functions = leaf.kit.functions
    leaf.section(row, leaf.say("conventions"), 15)
    words = [leaf.kit.word("convention"), *(leaf.term(key) for key in ("unit", "formula", "value"))]
    leaf.header(row + 1, [*words, leaf.say("function") if functions else ""], numbers=(3, 4))
    leaf.line(row + 2, "horizon", "period", f"=COLUMNS({cells['periods']})", "int", note="horizon_note")
    cells["horizon"] = address(row + 2, 3)
    first = row + 3
    block = first + len(_FORMS) + 3  # where the function shows its own table
    for i, (key, form) in enumerate(_FORMS, first):
        leaf.put(i, 0, leaf.kit.word(f"convention.{key}"), text_wrap=True)
        leaf.unit(i, 1, "money")
        leaf.put(i, 2, leaf.say(f"form_{key}"), "note")
        none = "{retention_rate}=1" if key in _ENDLESS else "{excess}<=0"
        formula = f'=IF({none},"",{form}-{{cac}})'.format(**cells)
        leaf.calculate(i, 3, formula, number="money")
        if functions:
            theirs = cell(block + 1 + i - first, 1)
            leaf.calculate(i, 4, f'=IF(ISNUMBER({theirs}),{theirs},"")', "addin", "money")
    leaf.put(first + len(_FORMS) - 1, 5, leaf.kit.word("convention.mean_life_too_high"), "subtitle",
             font_size=8, indent=1)  # fmt: skip
    if not functions:
        return first + len(_FORMS)
    ours, theirs = (Area(first, c, first + len(_FORMS) - 1, c).absolute for c in (3, 4))
    counted = "AND({excess}>0,{retention_rate}<1)".format(**cells)
    apart = f'=IF(AND(set_addin,{counted}),{gap(theirs, ours, address(first, 3))},"")'
    leaf.put(block - 3, 0, leaf.say("gap"))
    leaf.calculate(block - 3, 4, apart, "addin", "exact")
    held(leaf, "clv_compare", leaf.at(block - 3, 4))
    call = "CLV.COMPARE({period_margin},{retention_rate},{discount_rate},{cac},{horizon})".format(**cells)
    numbers = ("text", "money", "text", "text")
    heads = ("convention", "clv", "formula", "note")
    formats = by_column(numbers, len(_FORMS) + 1)
    function_table(leaf, block - 1, 0, call, formats, when=counted, heads=heads)
    wrapped = leaf.book.styles.of("addin", text_wrap=True)
    for i, (key, _) in enumerate(_FORMS, block + 1):
        leaf.hold(i, 0, leaf.kit.word(f"convention.{key}"), "addin", text_wrap=True)
        leaf.sheet.write_blank(i, 0, None, wrapped)
        for column in (2, 3):  # apart from the number before
            leaf.sheet.write_blank(i, column, None, leaf.book.styles.of("addin", indent=1))
    return block + len(_FORMS) + 1
