"""What the checks of the sheet Segments stand on, and CLV.SEGMENT beside the native formulas."""

from typing import Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.addresses import in_column
from clv_xl.workbook.template.compared import counted, held
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.groups import SPILLED, found, segment_table
from clv_xl.workbook.template.sheets.heads import head
from clv_xl.workbook.template.sheets.segment_inputs import SLOTS
from clv_xl.workbook.template.sheets.segments_layout import (
    COLUMNS,
    FIRST,
    NUMBERS,
    TOTAL,
    area,
    column,
    total,
)
from clv_xl.workbook.template.sheets.segments_range import write_error
from clv_xl.workbook.template.sheets.segments_typed import write_typed
from clv_xl.workbook.template.sheets.slots import slots

_LIMIT: Final = 1e-9
_APART: Final = 0.01
_GIVEN: Final = ("lifespan", "margin", "cac")
# Columns of the function's table, by the name of the column here.
_COMPARED: Final = (
    "customers", "orders", "revenue", "aov", "frequency", "lifespan", "clv", "cac", "net", "ratio", "payback",
    "share",
)  # fmt: skip
# Of the orders alone; the others follow an order value or rate that was typed over.
_AS_ORDERED: Final = ("customers", "orders", "revenue", "lifespan", "cac")
_TABLE_ROWS: Final = 60
_CHECKED: Final = 11  # column


def write_proof(leaf: Leaf, row: int) -> None:
    """Write the block and register the checks."""
    _checked(leaf, row - SLOTS - 3)
    leaf.kit.later(lambda: _sums(leaf))
    if leaf.kit.functions:
        _function(leaf, row)


def _checked(leaf: Leaf, row: int) -> None:
    """Write each segment's revenue CLV beside what its customers have paid, and CLV:CAC taken apart.

    It stands to the right of the ranking, whose section begins in the same row.
    """
    leaf.put(row, _CHECKED, leaf.say("behind"), "section")
    # A name needs the width of two columns.
    leaf.put(row + 1, _CHECKED, head(leaf, "name"), "header", align="left")
    leaf.put(row + 1, _CHECKED + 1, None, "header")
    value = _CHECKED + 2
    for i, name in enumerate(("revenue_clv", "to_date", "shortfall", "ratio_gap"), value):
        leaf.put(row + 1, i, head(leaf, name), "header", align="right")
    first, last = row + 2, row + 1 + SLOTS
    for slot in range(SLOTS):
        line, source = first + slot, FIRST + slot
        at = {name: in_column(i, source) for i, name in enumerate(COLUMNS)}
        reckoned, shown = in_column(value, line), in_column(value + 1, line)
        formulas = (
            (f"{at['value']}*{at['lifespan']}", "money"),
            (f"{at['revenue']}/{at['customers']}", "money"),
            (f'IF({shown}>0,1-{reckoned}/{shown},"")', "percent"),
            (
                f'IF({at["ratio"]}="","",ABS({at["ratio"]}*{at["cac"]}-{at["clv"]})/MAX(1,ABS({at["clv"]})))',
                "exact",
            ),
        )
        leaf.calculate(line, _CHECKED, f"={at['name']}")
        for i, (formula, number) in enumerate(formulas, value):
            leaf.calculate(line, i, f'=IF(N({at["customers"]})=0,"",{formula})', number=number)
    short, ratios = (f"{leaf.ref}{Area(first, i, last, i).absolute}" for i in (value + 2, value + 3))
    leaf.check("segments_to_date", f"MAX({short})", rule="at_most", limit=_LIMIT)
    ratio, cac, clv = (f"{leaf.ref}{total(name)}" for name in ("ratio", "cac", "clv"))
    whole = f"IF(ISNUMBER({ratio}),ABS({ratio}*{cac}-{clv})/MAX(1,ABS({clv})),0)"
    leaf.check("segments_ratio", f"MAX({whole},MAX({ratios}))", rule="at_most", limit=_LIMIT)
    write_typed(leaf, row + 1, value + 4)
    write_error(leaf, row + 1, value + 6)
    few = f'COUNTIF({leaf.ref}{area("customers")},"<"&set_few_customers)'
    leaf.check("segments_few", few, kind="warning", number="int")


def _sums(leaf: Leaf) -> None:
    """Let Checks hold the sum of the segments against the company, and the company's drivers together."""
    kit, quick = leaf.kit, 'set_base="quick"'
    for name in ("customers", "orders", "revenue"):
        whole = kit.at(f"inputs.{name}")
        gap = f"(SUM({leaf.ref}{area(name)})-{whole})/MAX(1,ABS({whole}))"
        leaf.check(f"segments_{name}", f'IF({quick},"",{gap})', limit=_LIMIT)
    drivers = ("aov", "frequency", "lifespan", "margin", "cac")
    apart = ",".join(
        f"IF(N({leaf.ref}{total(name)})*in_{name}=0,0,ABS({leaf.ref}{total(name)}/in_{name}-1))"
        for name in drivers
    )
    leaf.check("segments_company", f"MAX({apart})", limit=_APART, kind="warning", number="percent")
    spent = f"SUM({kit.at('channels.spend')})"
    costs = f"SUMPRODUCT({leaf.ref}{area('customers')},{leaf.ref}{area('cac')})"
    apart = f'IF(OR({quick},{spent}=0),"",({spent}-{costs})/{spent})'
    leaf.check("inputs_spend", apart, limit=_APART, kind="warning", number="percent")
    product = "*".join(kit.at(f"inputs.data_{name}") for name in ("aov", "frequency", "lifespan"))
    customers, revenue = kit.at("inputs.customers"), kit.at("inputs.revenue")
    identity = f'IF({customers}=0,"",({product}*{customers}-{revenue})/MAX(1,ABS({revenue})))'
    leaf.check("segments_identity", identity, limit=_LIMIT)


def _function(leaf: Leaf, row: int) -> None:
    """Write what CLV.SEGMENT is given, what it answers, and how far that is from the cells above."""
    leaf.section(row, leaf.say("given"))
    words = [head(leaf, part) for name in _GIVEN for part in ("name", name)]
    leaf.header(row + 1, words, numbers=(1, 3, 5))
    given = row + 2
    leaf.kit.later(lambda: _given(leaf, given))
    last = given + SLOTS - 1
    leaf.blank((given, 0, last, 2 * len(_GIVEN) - 1), f'LEFT({in_column(0, given)})="|"')
    ranges = ",".join(Area(given, 2 * i, last, 2 * i + 1).absolute for i in range(len(_GIVEN)))
    call = f'CLV.SEGMENT(Orders[#All],"segment",set_unit,set_as_of,{ranges},in_discount_rate,set_timing)'
    gaps = last + 2
    table = gaps + SLOTS + 6
    _gaps(leaf, gaps, table)
    leaf.section(table - 2, leaf.say("function"))
    segment_table(leaf, table, 0, call, found(leaf, "segment") + 2)


def _given(leaf: Leaf, first: int) -> None:
    """Write lifespan, margin and CAC by segment, for the function always the segments of the log."""
    names = slots(leaf.kit.at("inputs.segment_found"))
    for slot in range(SLOTS):
        for i, name in enumerate(_GIVEN):
            label, value = names[slot], in_column(column(name), FIRST + slot)
            # An unused row needs a name of its own that no segment has.
            leaf.calculate(
                first + slot, 2 * i, f'=IF({label}="","|"&ROW(),{label})', "link", indent=1, shrink=True
            )
            used = f'IF(set_base="quick",in_{name},{value})'
            leaf.calculate(first + slot, 2 * i + 1, f"=N({used})", number=NUMBERS[column(name)])


def _gaps(leaf: Leaf, row: int, table: int) -> None:
    """Write the difference of each cell to the function's, as a share of it where that is above 1."""
    leaf.section(row, leaf.say("gaps"))
    heads = [head(leaf, name) if name in ("name", *_COMPARED, "mix") else "" for name in COLUMNS]
    heads[-1] = head(leaf, "place")
    leaf.header(row + 1, heads, numbers=range(1, len(COLUMNS)))
    keys = list(SPILLED)

    def answers(name: str) -> str:
        i = keys.index("group" if name == "name" else name)
        return Area(table, i, table + _TABLE_ROWS, i).absolute

    place_at = len(COLUMNS) - 1
    first = row + 2
    leaf.put(first, 0, leaf.term("total"), "strong")
    for line in range(first, first + SLOTS + 1):
        source = TOTAL + line - first
        if line > first:
            leaf.calculate(line, 0, f"={in_column(0, source)}")
        label = in_column(0, line)
        found_at = (
            f'SUMPRODUCT(({answers("name")}&""={label})*(ROW({answers("name")})-ROW({address(table, 0)})+1))'
        )
        leaf.calculate(
            line,
            place_at,
            f'=IF(OR({label}="",set_base="quick"),"",IF(set_addin,{found_at},""))',
            "addin",
            "int",
        )
    last = first + SLOTS

    def compare() -> None:
        # The function takes order value and rate from the orders alone.
        ordered = ",".join(
            f"COUNT({leaf.kit.at(f'inputs.segment_typed_{name}')})=0,"
            f"in_{name}=N({leaf.kit.at(f'inputs.data_{name}')})"
            for name in ("aov", "frequency")
        )
        for line in range(first, last + 1):
            for name in (*_COMPARED, *(("mix",) if line == first else ())):
                native = in_column(column(name), TOTAL + line - first)
                place = in_column(place_at, line)
                asked = f"AND(ISNUMBER({native}),N({place})>0)"
                if name not in _AS_ORDERED:
                    asked = f"AND(ISNUMBER({native}),N({place})>0,{ordered})"
                gap = f"ABS({native}-INDEX({answers(name)},{place}))/MAX(1,ABS({native}))"
                leaf.calculate(line, column(name), f'=IF({asked},{gap},"")', "addin", "exact")

    leaf.kit.later(compare)
    block = Area(first + 1, 1, last, place_at - 1).absolute
    whole = Area(first, 1, first, place_at - 1).absolute
    for key, cells in (("segments_function", block), ("segments_function_total", whole)):
        held(leaf, key, f"MAX({leaf.ref}{cells})")
    lost = f"COUNTIF({leaf.ref}{Area(first, place_at, last, place_at).absolute},0)"
    known = f"{leaf.ref}{address(table, 0)}"
    counted(leaf, "segments_function_found", f'IF({known}="","",{lost})')
