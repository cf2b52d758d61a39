"""Sheet Segments: the value of each segment, the company as their sum, and what CLV.SEGMENT answers."""

from types import MappingProxyType
from typing import Any, Final

from clv_xl.workbook.page import address
from clv_xl.workbook.styles import GOOD_FILL, GREY, NAVY
from clv_xl.workbook.template.addresses import in_column
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets.cac_inputs import annuity
from clv_xl.workbook.template.sheets.heads import head
from clv_xl.workbook.template.sheets.segments_charts import write_ranking
from clv_xl.workbook.template.sheets.segments_layout import (
    COLUMNS,
    FIRST,
    LAST,
    NUMBERS,
    TOTAL,
    area,
    column,
    total,
)
from clv_xl.workbook.template.sheets.segments_proof import write_proof
from clv_xl.workbook.template.sheets.segments_range import half, total_half
from clv_xl.workbook.template.sheets.slots import slots

WIDTHS: Final = (26, *([12] * 19))
_PUBLISHED: Final = (
    "name", "customers", "orders", "revenue", "aov", "frequency", "value", "lifespan", "margin", "clv",
    "half", "cac", "net", "ratio", "payback", "share_customers", "share", "rank",
)  # fmt: skip

# The quick start knows no orders: those that its drivers expect of a lifetime stand for them.
_EXPECTED: Final = MappingProxyType(
    {"orders": "in_frequency*in_lifespan", "revenue": "in_aov*in_frequency*in_lifespan"}
)


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    leaf.section(HEAD_ROWS, leaf.say("table"))
    leaf.header(HEAD_ROWS + 1, [head(leaf, name) for name in COLUMNS], numbers=range(1, len(COLUMNS)))
    _units(leaf, HEAD_ROWS + 2)
    for name in _PUBLISHED:
        leaf.place(name, FIRST, column(name), LAST)
        if name not in ("name", "rank"):
            leaf.place(f"total_{name}", TOTAL, column(name))
    leaf.place("mix", TOTAL, column("mix"))
    leaf.kit.later(lambda: _rows(leaf))
    _colours(leaf)
    for i, name in enumerate(("note_total", "note_mix", "note_range"), LAST + 1):
        leaf.put(i, 0, leaf.say(name), "subtitle")
    row = write_ranking(leaf, LAST + 5)
    write_proof(leaf, row)
    leaf.sheet.freeze_panes(FIRST, 1)
    leaf.sheet.print_area(0, 0, row - 1, len(COLUMNS) - 1)  # the proof is for the screen
    leaf.sheet.fit_to_pages(1, 1)


def _units(leaf: Leaf, row: int) -> None:
    """Write what each column counts in."""
    money = {"revenue", "aov", "value", "clv", "half", "cac", "net", "mix"}
    for i, name in enumerate(COLUMNS):
        if name in money:
            leaf.calculate(row, i, "=set_currency", "unit", align="right")
        elif name in ("lifespan", "annuity"):
            leaf.calculate(row, i, "=set_unit_word", "unit", align="right")
        elif name == "payback":
            leaf.put(row, i, leaf.kit.word("template.unit.months"), "unit", align="right")


def _rows(leaf: Leaf) -> None:
    """Write segments and total once it is known where the inputs are."""
    links = {
        "name": "name", "customers": "customers", "orders": "orders", "revenue": "revenue", "aov": "aov",
        "frequency": "frequency", "lifespan": "lifespan", "margin": "margin", "cac": "cac",
    }  # fmt: skip
    errors = slots(leaf.kit.at("segments.error"))
    tops = {name: _top(leaf.kit.at(f"inputs.segment_{key}")) for name, key in links.items()}
    for line in range(FIRST, LAST + 1):
        for name, (sheet, at, top) in tops.items():
            role = "strong" if name == "name" else "link"
            found = f"{sheet}{at}{top + line - FIRST}"
            if name in _EXPECTED:
                customers = in_column(column("customers"), line)
                expected = f'IF(N({customers})=0,"",{customers}*{_EXPECTED[name]})'
                found = f'IF(set_base="quick",{expected},{found})'
            leaf.calculate(line, column(name), f"={found}", role, NUMBERS[column(name)])
        _values(leaf, line)
        leaf.calculate(
            line, column("half"), half(errors[line - FIRST].rpartition("!")[2], line), number="money"
        )
    _total(leaf)


def _top(place: str) -> tuple[str, str, int]:
    """Return sheet, column and first row of a column of cells."""
    sheet, cells = place.rsplit("!", 1)
    _, letters, row = cells.split(":")[0].split("$")
    return f"{sheet}!", f"${letters}", int(row)


def _values(leaf: Leaf, line: int) -> None:
    at = {name: in_column(i, line) for i, name in enumerate(COLUMNS)}
    margin = f"{at['aov']}*{at['frequency']}*{at['margin']}"
    equity = f"({total('customers')}*{total('clv')})"
    used = {
        "value": f"{at['aov']}*{at['frequency']}",
        "annuity": annuity(at["lifespan"]),
        "clv": f"{margin}*{at['annuity']}",
        "net": f"{at['clv']}-{at['cac']}",
        "payback": f'IF({margin}>0,{at["cac"]}/({margin})*set_unit_months,"")',
        "share_customers": f"{at['customers']}/{total('customers')}",
        "share": f'IF({total("clv")}=0,"",{at["customers"]}*{at["clv"]}/{equity})',
        "rank": f"RANK({at['net']},{area('net')})+COUNTIF({_until('net', line)},{at['net']})-1",
    }
    for name, formula in used.items():
        leaf.calculate(
            line, column(name), f'=IF(N({at["customers"]})=0,"",{formula})', number=NUMBERS[column(name)]
        )
    ratio = f'=IF(N({at["cac"]})=0,"",{at["clv"]}/{at["cac"]})'
    leaf.calculate(line, column("ratio"), ratio, number="multiple")


def _until(name: str, line: int) -> str:
    """Return the cells of a column from the first segment to a line."""
    return f"{address(FIRST, column(name))}:{in_column(column(name), line)}"


def _total(leaf: Leaf) -> None:
    edge: dict[str, Any] = {"bold": True, "bottom": 1, "bottom_color": NAVY}
    n, revenue = area("customers"), area("revenue")
    all_n = total("customers")
    # Periods of all customers and orders in them, as the drivers in use have them: those of the log
    # where nothing is typed over.
    lived = f"{n},{area('lifespan')}"
    bought = f"{lived},{area('frequency')}"
    rate = f"{total('aov')}*{total('frequency')}*{total('margin')}"
    formulas = {
        "customers": f"SUM({n})",
        "orders": f"SUM({area('orders')})",
        "revenue": f"SUM({revenue})",
        "aov": f"SUMPRODUCT({bought},{area('aov')})/SUMPRODUCT({bought})",
        "frequency": f"SUMPRODUCT({bought})/SUMPRODUCT({lived})",
        "value": f"{total('aov')}*{total('frequency')}",
        "lifespan": f"SUMPRODUCT({n},{area('lifespan')})/{all_n}",
        "margin": f"SUMPRODUCT({bought},{area('aov')},{area('margin')})/SUMPRODUCT({bought},{area('aov')})",
        "annuity": annuity(total("lifespan")),
        "clv": f"SUMPRODUCT({n},{area('clv')})/{all_n}",
        "half": total_half(),
        "cac": f"SUMPRODUCT({n},{area('cac')})/{all_n}",
        "net": f"{total('clv')}-{total('cac')}",
        "ratio": f'IF({total("cac")}=0,"",{total("clv")}/{total("cac")})',
        "payback": f'IF({rate}>0,{total("cac")}/({rate})*set_unit_months,"")',
        "share_customers": f"SUM({area('share_customers')})",
        "share": f"SUM({area('share')})",
        "mix": f"{total('clv')}-{rate}*{total('annuity')}",
    }
    leaf.put(TOTAL, 0, leaf.term("total"), "strong", **edge)
    leaf.put(TOTAL, column("rank"), None, "strong", **edge)
    for name, formula in formulas.items():
        whole = name in ("customers", "orders", "revenue")
        text = f"={formula}" if whole else f'=IF({all_n}=0,"",{formula})'
        leaf.calculate(TOTAL, column(name), text, number=NUMBERS[column(name)], **edge)


def _colours(leaf: Leaf) -> None:
    """Grey a segment of few customers; mark those that reach the target ratio."""
    book = leaf.book.workbook
    few = f"=AND(ISNUMBER({in_column(1, FIRST)}),{in_column(1, FIRST)}<set_few_customers)"
    grey = book.add_format({"font_color": GREY, "italic": True})
    leaf.sheet.conditional_format(
        FIRST, 0, LAST, len(COLUMNS) - 1, {"type": "formula", "criteria": few, "format": grey}
    )
    at = column("ratio")
    good = f"=AND(ISNUMBER({in_column(at, TOTAL)}),{in_column(at, TOTAL)}>=set_target_ratio)"
    fill = book.add_format({"bg_color": GOOD_FILL})
    leaf.sheet.conditional_format(TOTAL, at, LAST, at, {"type": "formula", "criteria": good, "format": fill})
