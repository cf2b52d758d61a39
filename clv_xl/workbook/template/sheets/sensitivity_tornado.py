"""The tornado: each driver moved alone, ranked by how much it swings net CLV, and by CLV.TORNADO."""

from types import MappingProxyType
from typing import Any, Final

from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import AMBER, TEAL
from clv_xl.workbook.template.addresses import cell
from clv_xl.workbook.template.compared import gap, held
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.clv_cells import ANNUITY, Cells
from clv_xl.workbook.template.sheets.drivers import DRIVERS
from clv_xl.workbook.what_if_inputs import driver_word

_CHANGE: Final = 0.1
_DIGITS: Final = 12.0  # to which swings are compared, as CLV.TORNADO compares them
_AT_MOST_1: Final = ("margin", "discount_rate")
# Value, low, high, net CLV at both, swing, as compared, rank.
_VALUE, _LOW, _HIGH, _NET_LOW, _NET_HIGH, _SWING, _KEY, _RANK = range(3, 11)
_HEADS: Final = ("value", "low", "high", "net_low", "net_high", "swing", "compared", "rank")
_SORTED: Final = MappingProxyType({"rank": 1, "place": 3, "effect_low": 4, "effect_high": 5, "swing": 6})


def write(leaf: Leaf, row: int, cells: Cells) -> int:
    """Write drivers, ranking, chart, and what the function answers; return the next free row."""
    leaf.section(row, leaf.say("tornado"), 17)
    leaf.line(row + 1, "change", "share", _CHANGE, "percent", rule="share", note="change_note")
    leaf.line(row + 2, "digits", "number", _DIGITS, "int", rule="whole", note="digits_note")
    cells = {
        **cells,
        "change": address(row + 1, 3),
        "digits": address(row + 2, 3),
        "scale": address(row + 3, 3),
    }
    head = row + 4
    words = [leaf.term(key) for key in ("driver", "unit", "how", *_HEADS)]
    leaf.header(head, words, numbers=tuple(range(3, 11)))
    first, last = head + 1, head + len(DRIVERS)

    def column(index: int) -> str:
        return Area(first, index, last, index).absolute

    nets = Area(first, _NET_LOW, last, _NET_HIGH).absolute
    scale = f"=MAX(ABS({cells['net']}),MAX({nets}),-MIN({nets}))"
    leaf.line(row + 3, "scale", "money", scale, "money", note="scale_note")
    for i, (driver, name, unit, number) in enumerate(DRIVERS, first):
        leaf.put(i, 0, driver_word(leaf.book, driver))
        leaf.unit(i, 1, unit)
        leaf.put(i, 2, leaf.say("side_note"), "note")
        leaf.calculate(i, _VALUE, f"={cells[name]}", number=number)
        value = f"${cell(i, _VALUE)}"
        for at, sign in ((_LOW, "-"), (_HIGH, "+")):
            leaf.calculate(i, at, f"={value}{sign}{cells['change']}*ABS({value})", number=number)
            net = _net(name, cell(i, at), cells)
            leaf.calculate(i, at + 2, f"={net}", number="money")
        low, high = cell(i, _NET_LOW), cell(i, _NET_HIGH)
        swing, key = cell(i, _SWING), cell(i, _KEY)
        leaf.calculate(
            i, _SWING, f'=IF(AND(ISNUMBER({low}),ISNUMBER({high})),ABS({high}-{low}),"")', number="money"
        )
        share = f"ROUND({swing}/{cells['scale']},{cells['digits']})"
        leaf.calculate(i, _KEY, f'=IF({swing}="","",IF({cells["scale"]}=0,0,{share}))', number="decimal")
        so_far = f"{address(first, _KEY)}:{key}"
        ranked = f"RANK({key},{column(_KEY)})+COUNTIF({so_far},{key})-1"
        out = f"COUNT({column(_KEY)})+COUNTBLANK({so_far})"
        leaf.calculate(i, _RANK, f'=IF({key}="",{out},{ranked})', number="int")
    return _ranked(leaf, last + 2, (first, last), cells, head)


def _net(name: str, level: str, cells: Cells) -> str:
    """Return the formula of net CLV with one driver at another level; "" outside its domain."""
    moved = {**cells, name: level}
    net = f"{{aov}}*{{frequency}}*{{margin}}*{ANNUITY}-{{cac}}".format(**moved)
    return f'IF({level}>1,"",{net})' if name in _AT_MOST_1 else net


def _ranked(leaf: Leaf, head: int, lines: tuple[int, int], cells: Cells, top: int) -> int:
    """Write the drivers by falling swing, the chart of them, and the table of the function."""
    first, last = head + 1, head + len(DRIVERS)
    words = [
        leaf.say(key) for key in ("ranked", "rank", "", "place", "effect_low", "effect_high", "swing") if key
    ]
    words.insert(2, "")
    leaf.header(head, words, numbers=(1, 3, 4, 5, 6))
    names, swings = (Area(lines[0], c, lines[1], c).absolute for c in (0, _SWING))
    ranks = Area(lines[0], _RANK, lines[1], _RANK).absolute
    net = cells["net"]
    for i in range(first, last + 1):
        rank, place = f"${cell(i, 1)}", f"${cell(i, 3)}"
        leaf.calculate(i, 1, f"=ROW()-ROW({address(head, 1)})", number="int")
        leaf.calculate(i, 3, f"=MATCH({rank},{ranks},0)", number="int")
        leaf.calculate(i, 0, f"=INDEX({names},{place})")
        for column, source in ((4, _NET_LOW), (5, _NET_HIGH)):
            found = f"INDEX({Area(lines[0], source, lines[1], source).absolute},{place})"
            leaf.calculate(i, column, f'=IF(ISNUMBER({found}),{found}-{net},"")', number="money")
        leaf.calculate(i, 6, f"=INDEX({swings},{place})", number="money")
    _chart(leaf, top, Area(first, 0, last, 0), Area(head, 4, last, 5))
    if not leaf.kit.functions:
        return last + 4  # below the chart
    block = last + 4
    call = f"CLV.TORNADO({cells['simple']},{cells['change']})"
    heads = ("driver", "value", "value_low", "value_high", "output_low", "output_high", "effect_low",
             "effect_high", "swing")  # fmt: skip
    numbers = ("text", *(["decimal"] * 3), *(["money"] * 5))
    formats = by_column(numbers, len(DRIVERS) + 2)
    area = function_table(leaf, block - 1, 0, call, formats, total=True, heads=heads)
    wrapped = leaf.book.styles.of("addin", text_wrap=True)
    longest = max((leaf.kit.word(driver) for driver, *_ in DRIVERS), key=len)
    for i in range(block + 1, block + 1 + len(DRIVERS)):
        leaf.hold(i, 0, longest, "addin", text_wrap=True)
        leaf.sheet.write_blank(i, 0, None, wrapped)
    theirs = Area(block + 1, 6, block + len(DRIVERS), 8).absolute
    ours = Area(first, 4, last, 6).absolute
    leaf.put(last + 1, 0, leaf.say("gap"))
    # A driver that leaves its domain on one side has no number to compare.
    counted = f"AND(set_addin,COUNT({ours})=ROWS({ours})*COLUMNS({ours}))"
    leaf.calculate(last + 1, 4, f'=IF({counted},{gap(theirs, ours, net)},"")', "addin", "exact")
    held(leaf, "sens_tornado", leaf.at(last + 1, 4))
    return area.bottom + 1


def _chart(leaf: Leaf, row: int, names: Area, values: Area) -> None:
    """Draw bars to both sides of the base, the widest on top."""
    chart: Any = leaf.book.workbook.add_chart({"type": "bar"})
    font = leaf.book.styles.chart_font()
    for column, colour in ((values.left, AMBER), (values.right, TEAL)):
        chart.add_series(
            {
                "name": f"={leaf.ref}{address(values.top, column)}",
                "categories": f"={leaf.ref}{names.absolute}",
                "values": f"={leaf.ref}{Area(values.top + 1, column, values.bottom, column).absolute}",
                "fill": {"color": colour},
                "gap": 40,
                "overlap": 100,
            }
        )
    chart.set_legend({"position": "bottom", "font": font})
    axis = {"name": leaf.say("axis_effect"), "name_font": font, "num_font": font}
    chart.set_x_axis({**axis, "num_format": "+#,##0.0;-#,##0.0;0",
                      "major_gridlines": {"visible": True, "line": {"color": "#E4E7EC"}}})  # fmt: skip
    # Where the first driver stands on top, the low end of its axis is the lower one.
    chart.set_y_axis({"reverse": True, "crossing": "max", "num_font": font, "label_position": "low"})
    leaf.chart(row, 11, chart, "tornado", (470, 360), (10, 4))
