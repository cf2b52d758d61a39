"""The bridge of the sheet Monitoring: net CLV from the last pack to this one by driver and by mix."""

from typing import Final

from clv_xl.workbook import assumptions
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.heads import head
from clv_xl.workbook.template.sheets.monitoring_bars import write_bars
from clv_xl.workbook.template.sheets.monitoring_history import DISCOUNT_RATE, SegmentThen
from clv_xl.workbook.template.sheets.monitoring_packs import SHORT, Packs, letter
from clv_xl.workbook.template.sheets.slots import slots
from clv_xl.workbook.what_if_inputs import driver_word

SLOTS: Final = 12
HEIGHT: Final = 2 * SLOTS + 28
# Key on Segments, header, number format, rule; in the order in which the bridge moves the drivers.
_COLUMNS: Final = (
    ("name", "segment", "text", "text"),
    ("customers", "customers", "int", "not_negative"),
    ("aov", "avg_order_value", "money", "number"),
    ("frequency", "frequency", "decimal", "not_negative"),
    ("lifespan", "lifespan", "decimal", "not_negative"),
    ("margin", "margin", "percent", "margin"),
    ("cac", "cac", "money", "not_negative"),
)
_STEPS: Final = ("avg_order_value", "frequency", "lifespan", "margin", "cac", "discount_rate")
_NOW, _STAGE = 8, 8  # columns: the segments of this pack; the first stage of the bridge
_FUNCTION: Final = 18  # column right of the printed page
_COMPANY: Final = (
    ("avg_order_value", "in_aov"),
    ("frequency", "in_frequency"),
    ("lifespan", "in_lifespan"),
    ("margin", "in_margin"),
    ("cac", "in_cac"),
    ("discount_rate", "in_discount_rate"),
)


def write_bridge(leaf: Leaf, row: int, then: list[SegmentThen], packs: Packs) -> None:
    """Write both packs by segment, the stages between them, and the steps that the chart draws."""
    leaf.section(row, leaf.say("bridge"))
    discount, shown = address(row + 1, 3), address(row + 2, 3)
    rate = DISCOUNT_RATE if then else None
    leaf.line(row + 1, "then_discount", "share_per_period", rate, "percent", rule="share")
    leaf.line(row + 2, "then_net", "money", _net(then) if then else None, "money", rule="number")
    leaf.put(row + 3, 0, leaf.say("then"), "strong")
    leaf.put(row + 3, _NOW, leaf.say("segments_now"), "strong")
    first = row + 5
    _both_packs(leaf, first, then)
    leaf.put(first + SLOTS, 0, leaf.say("then_note"), "subtitle")
    stages = first + SLOTS + 3
    _stages(leaf, stages, first, discount)
    _steps(leaf, stages + SLOTS + 3, stages, shown, packs)


def _net(then: list[SegmentThen]) -> float:
    """Return net CLV of the last pack over its customers."""
    timing, whole = assumptions.TIMING, 0.0
    for segment in then:
        life = int(segment.lifespan)
        years = sum((1 + DISCOUNT_RATE) ** (timing - year) for year in range(1, life + 1))
        years += (segment.lifespan - life) * (1 + DISCOUNT_RATE) ** (timing - life - 1)
        value = segment.aov * segment.frequency * assumptions.MARGIN * years
        whole += segment.customers * (value - segment.cac)
    return whole / sum(segment.customers for segment in then)


def _both_packs(leaf: Leaf, first: int, then: list[SegmentThen]) -> None:
    """Write the segments of the last pack, to be pasted over, and those of this one."""
    words = [_short(leaf, word) for _, word, _, _ in _COLUMNS]
    leaf.header(first - 1, words, numbers=range(1, len(words)))
    for j, word in enumerate(words, _NOW):
        leaf.put(first - 1, j, word, "header", align="right" if j > _NOW else "left")
    for i in range(SLOTS):
        cells = then[i] if i < len(then) else None
        values = (
            (
                cells.name,
                cells.customers,
                cells.aov,
                cells.frequency,
                cells.lifespan,
                assumptions.MARGIN,
                cells.cac,
            )
            if cells
            else (None,) * len(_COLUMNS)
        )
        for j, (value, (_, _, number, rule)) in enumerate(zip(values, _COLUMNS, strict=True)):
            leaf.input(first + i, j, value, number, rule)
    leaf.kit.later(lambda: _now(leaf, first))


def _short(leaf: Leaf, key: str) -> str:
    """Return the header of a column, the short word of a driver that has one."""
    return head(leaf, SHORT[key]) if key in SHORT else leaf.kit.word(key)


def _now(leaf: Leaf, first: int) -> None:
    for j, (key, _, number, _) in enumerate(_COLUMNS, _NOW):
        for i, cell in enumerate(slots(leaf.kit.at(f"segments.{key}"))[:SLOTS]):
            # A name is wider than its column, whose numbers run on all the way down.
            leaf.calculate(first + i, j, f"={cell}", "link", number, shrink=j == _NOW)


def _stages(leaf: Leaf, row: int, first: int, discount: str) -> None:
    """Write net CLV of each segment with ever more drivers of this pack; the last row is of new segments."""
    heads = [leaf.kit.word("segment"), leaf.say("weight_then"), leaf.say("weight_now")]
    heads += [_short(leaf, step) for step in _STEPS[:5]]
    leaf.put(row - 2, _STAGE - 1, leaf.say("stage"), "subtitle", align="right")
    for k in range(len(_STEPS) + 1):
        leaf.put(row - 2, _STAGE + k, float(k), "subtitle", "text", align="right")
    heads += [
        leaf.say("stage_then"),
        *(leaf.say("stage_of", driver=_short(leaf, step)) for step in _STEPS),
    ]
    leaf.header(row - 1, heads, numbers=range(1, len(heads)))
    then, now, names = (
        Area(first, column, first + SLOTS - 1, column).absolute for column in (1, _NOW + 1, _NOW)
    )
    top = row - 1  # the row of stage numbers as a formula counts it
    for i in range(SLOTS):
        r, old = row + i + 1, first + i + 1
        place = f"MATCH($A{r},{names},0)"
        leaf.calculate(row + i, 0, f'=IF(A{old}="","",A{old})')
        used = f'=IF($A{r}="","",'
        leaf.calculate(row + i, 1, f"{used}IF(SUM({then})=0,0,N(B{old})/SUM({then})))", number="percent")
        here = f"IF(ISERROR({place}),0,N(INDEX({now},{place})))"
        leaf.calculate(row + i, 2, f"{used}IF(SUM({now})=0,0,{here}/SUM({now})))", number="percent")
        for j in range(5):
            column, number = chr(ord("C") + j), _COLUMNS[2 + j][2]
            values = Area(first, _NOW + 2 + j, first + SLOTS - 1, _NOW + 2 + j).absolute
            # A segment that is gone keeps its drivers: all of its effect is mix.
            leaf.calculate(
                row + i, 3 + j, f"{used}IF($C{r}=0,N({column}{old}),INDEX({values},{place})))", number=number
            )
        for k in range(len(_STEPS) + 1):
            at = f"{chr(ord('A') + _STAGE + k)}${top}"
            aov, rate, life, margin, cac = (
                f"IF({at}>={_number(first, j)},${chr(ord('D') + j)}{r},N(${chr(ord('C') + j)}{old}))"
                for j in range(5)
            )
            d = f"IF({at}>={_number(first, 5)},in_discount_rate,{discount})"
            years = (
                f"(1+{d})^set_timing*(PV({d},INT({life}),-1)+({life}-INT({life}))/(1+{d})^(INT({life})+1))"
            )
            leaf.calculate(row + i, _STAGE + k, f"{used}{aov}*{rate}*{margin}*{years}-{cac})", number="money")
    _new_segments(leaf, row, first)


def _number(first: int, step: int) -> str:
    """Return the cell that holds the number of a step; the steps stand below the stages."""
    return address(first + 2 * SLOTS + 8 + step, 2)


def _new_segments(leaf: Leaf, row: int, first: int) -> None:
    """Write what segments that the last pack did not have are worth together, and the sums."""
    new, last = row + SLOTS, row + SLOTS - 1
    r = new + 1
    leaf.put(new, 0, leaf.say("new_segments"))
    leaf.put(new, 1, 0.0, "calculation", "percent")
    shares = Area(row, 2, last, 2).absolute
    all_now = f"SUM({Area(first, _NOW + 1, first + SLOTS - 1, _NOW + 1).absolute})"
    known_now = f"ROUND(SUM({shares})*{all_now},0)"
    leaf.calculate(new, 2, f"=IF({all_now}=0,0,({all_now}-{known_now})/{all_now})", number="percent")
    leaf.put(new + 1, 0, leaf.say("weighted"), "strong")
    end = _STAGE + len(_STEPS)
    known = f"SUMPRODUCT({shares},{Area(row, end, last, end).absolute})"
    leaf.kit.later(
        lambda: leaf.calculate(
            new, end, f"=IF(C{r}=0,0,({leaf.kit.at('segments.total_net')}-{known})/C{r})", number="money"
        )
    )
    for k in range(len(_STEPS) + 1):
        column = chr(ord("A") + _STAGE + k)
        weights = Area(row, 1, last, 1).absolute
        cells = f"{column}{row + 1}:{column}{last + 1}"
        leaf.calculate(new + 1, _STAGE + k, f"=SUMPRODUCT({weights},{cells})", number="money", bold=True)


def _steps(leaf: Leaf, row: int, stages: int, shown: str, packs: Packs) -> None:
    """Write the effects one after the other; what remains unexplained must be nothing."""
    heads = [leaf.kit.word("driver"), leaf.kit.word("unit"), leaf.say("stage"), leaf.say("effect")]
    leaf.header(row, [*heads, leaf.say("reached")], numbers=range(2, 5))
    new = stages + SLOTS
    sums = Area(new + 1, _STAGE, new + 1, _STAGE + len(_STEPS)).absolute
    first, mix = row + 2, row + 2 + len(_STEPS)
    leaf.put(row + 1, 0, leaf.say("last_pack"), "strong")
    leaf.calculate(row + 1, 3, f"={shown}", number="money", bold=True)
    leaf.calculate(row + 1, 4, "=0", number="money")
    for i, step in enumerate(_STEPS):
        line = first + i
        leaf.put(line, 0, driver_word(leaf.book, step))
        leaf.put(line, 2, float(i + 1), "label", "int")
        effect = f"INDEX({sums},C{line + 1}+1)-INDEX({sums},C{line + 1})"
        leaf.calculate(line, 3, f"={effect}", number="money")
    leaf.put(mix, 0, leaf.say("mix"))
    leaf.put(mix, 2, float(len(_STEPS) + 1), "label", "int")
    end = _STAGE + len(_STEPS)
    weights, nets = (Area(stages, j, new, j).absolute for j in (2, end))
    leaf.calculate(mix, 3, f"=SUMPRODUCT({weights},{nets})-INDEX({sums},C{mix + 1})", number="money")
    for line in range(first, mix + 1):
        leaf.calculate(line, 4, f"=E{line}+D{line + 1}", number="money")
    change, this = mix + 1, mix + 2
    leaf.put(change, 0, leaf.say("all_steps"), "strong")
    leaf.calculate(change, 3, f"=SUM(D{first + 1}:D{mix + 1})", number="money", bold=True)
    leaf.calculate(change, 4, f"=D{change + 1}", number="money")
    leaf.put(this, 0, leaf.say("this_pack"), "strong")
    leaf.put(this + 1, 0, leaf.say("unexplained"), "strong")
    leaf.kit.later(lambda: _ends(leaf, row + 1, this))
    for line in range(row + 1, this + 2):
        leaf.unit(line, 1, "money")
    leaf.check("monitoring_bridge", leaf.at(this + 1, 3), limit=1e-6, number="money")
    chart = write_bars(leaf, first, change, _FUNCTION)
    leaf.chart(row, 6, chart, "bridge", (860, 330))
    if leaf.kit.functions:
        _function(leaf, stages - SLOTS - 7, packs)


def _ends(leaf: Leaf, top: int, bottom: int) -> None:
    """Write net CLV of this pack, and what the steps leave of the change."""
    leaf.calculate(bottom, 3, f"={leaf.kit.at('segments.total_net')}", "link", "money", bold=True)
    before = address(top, 3)
    gap = f"=IF({before}=0,0,D{bottom + 1}-{before}-D{bottom})"
    leaf.calculate(bottom + 1, 3, gap, number="money", bold=True)


def _function(leaf: Leaf, row: int, packs: Packs) -> None:
    """Write CLV.BRIDGE between the averages of the company, and compare its ends with the packs."""
    leaf.put(row, _FUNCTION, "CLV.BRIDGE", "code_line")
    words = [leaf.kit.word("driver"), leaf.say("last_pack"), leaf.kit.word("driver"), leaf.say("this_pack")]
    for j, word in enumerate(words, _FUNCTION):
        leaf.put(row + 1, j, word, "header", align="right" if j % 2 else "left")
    first = row + 2
    entries = [*_COMPANY, ("timing", "set_timing")]
    for i, (key, source) in enumerate(entries, first):
        number = next(
            (n for _, word, n, _ in _COLUMNS if word == key), "percent" if key != "timing" else "decimal"
        )
        for j in (0, 2):
            leaf.put(i, _FUNCTION + j, driver_word(leaf.book, key))
        old = source if key == "timing" else f"IF({packs.count}=0,{source},{packs.last_pack(key)})"
        leaf.calculate(i, _FUNCTION + 1, f"={old}", number=number)
        leaf.calculate(i, _FUNCTION + 3, f"={source}", "link", number)
    last = first + len(entries) - 1
    before, after = (Area(first, _FUNCTION + j, last, _FUNCTION + j + 1).absolute for j in (0, 2))
    formats = by_column(("text", "decimal", "decimal", "money"), len(entries) + 2)
    area = function_table(leaf, last + 1, _FUNCTION, f"CLV.BRIDGE({before},{after})", formats, total=True)
    change = leaf.at(area.bottom, area.left + 3)
    ends = f"=IF({packs.count}=0,0,{letter('clv_net')}{packs.live + 1}-{packs.last_pack('clv_net')})"
    leaf.put(area.bottom + 1, _FUNCTION, leaf.say("packs_change"))
    leaf.calculate(area.bottom + 1, _FUNCTION + 3, ends, number="money")
    leaf.compare("monitoring_bridge_function", leaf.at(area.bottom + 1, _FUNCTION + 3), change)
