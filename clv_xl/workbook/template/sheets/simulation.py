"""Sheet Simulation: frozen draws, a customer valued in each trial, percentiles and chances of net CLV."""

from typing import Final

from clv_xl.workbook.formulas import picked, text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.compared import match
from clv_xl.workbook.template.function_table import function_table
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets.simulation_charts import cumulative, histogram
from clv_xl.workbook.template.sheets.simulation_draws import (
    DRIVERS,
    SEED,
    TRIALS,
    Driver,
    Trials,
    write_draws,
)
from clv_xl.workbook.what_if_inputs import distribution_word, driver_word

WIDTHS = (34, 14, 15, 13, 13, 13, 12, 22, 13, 12, 12, 12, 12, 12, 3, 44, 13, 13, 13, 13)
_KINDS: Final = ("normal", "triangular", "uniform")
_PERCENTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_CLASSES, _TAIL = 20, 0.01  # as CLV.SIMULATE has them
_MOST_CUT: Final = 0.1  # beyond it CLV.SIMULATE refuses a distribution
_PARAMETERS, _SPILL, _LAST = 7, 15, 13  # columns: what is drawn with, the function's table, the last printed
_FIXED: Final = (
    ("discount_rate", "in_discount_rate", "percent"),
    ("timing", "set_timing", "decimal"),
)
_FIRST: Final = HEAD_ROWS + 2
_TRIALS, _SEED = _FIRST + len(DRIVERS), _FIRST + len(DRIVERS) + 1  # rows
_RESULTS: Final = _SEED + 4
_HISTOGRAM: Final = _RESULTS + 16
_DRAWS: Final = _HISTOGRAM + _CLASSES + 4


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    drawn = _distributions(leaf)
    trials = write_draws(leaf, _DRAWS, drawn)
    area = _function(leaf, drawn)
    places = _results(leaf, trials, area)
    _histogram(leaf, trials, places)
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)
    leaf.sheet.print_area(0, 0, _HISTOGRAM + _CLASSES + 2, _LAST)
    leaf.sheet.fit_to_pages(1, 1)


def _distributions(leaf: Leaf) -> Area:
    """Write distribution and spread of each driver, and beside them the parameters that are drawn with."""
    leaf.section(HEAD_ROWS, leaf.say("distributions"), _LAST + 1)
    left = ["driver", "unit", "distribution", "base", "down", "up"]
    right = ["driver", "distribution", "first", "second", "third", "below", "kept"]
    leaf.header(_FIRST - 1, [leaf.term(word) for word in left], numbers=(3, 4, 5))
    for j, word in enumerate(right, _PARAMETERS):
        leaf.put(_FIRST - 1, j, leaf.term(word), "header", align="right" if j > _PARAMETERS + 1 else "left")
    kinds = [distribution_word(leaf.book, kind) for kind in (*_KINDS, "fixed")]
    for i, driver in enumerate(DRIVERS, _FIRST):
        leaf.put(i, 0, driver_word(leaf.book, driver.key))
        leaf.unit(i, 1, driver.unit)
        leaf.input(i, 2, kinds[_KINDS.index(driver.kind)], "text", "list", choices=kinds[:3])
        leaf.calculate(i, 3, f"={driver.source}", "link", driver.number)
        leaf.input(i, 4, driver.down, "percent_input", "share")
        leaf.input(i, 5, driver.up, "percent_input", "share")
        _parameters(leaf, i, driver, kinds)
    for i, (key, source, number) in enumerate(_FIXED, _TRIALS):
        leaf.put(i, _PARAMETERS, driver_word(leaf.book, key), text_wrap=True)
        leaf.put(i, _PARAMETERS + 1, kinds[3])
        leaf.calculate(i, _PARAMETERS + 2, f"={source}", "link", number)
    for row, key, value in ((_TRIALS, "trials", TRIALS), (_SEED, "seed", SEED)):
        leaf.put(row, 0, leaf.kit.word(f"simulation.{key}"))
        leaf.unit(row, 1, "number")
        leaf.put(row, 3, float(value), "label", "int")
    leaf.put(_SEED + 1, 0, leaf.say("spread_note"), "subtitle")
    leaf.put(_SEED + 2, 0, leaf.say("draws_note"), "subtitle")
    kept = Area(_FIRST, _PARAMETERS + 6, _TRIALS - 1, _PARAMETERS + 6)
    cut = f"1-MIN({leaf.ref}{kept.absolute})"
    leaf.check("simulation_cut", cut, rule="at_most", limit=_MOST_CUT, kind="warning", number="percent")
    return Area(_FIRST, _PARAMETERS, _FIRST + len(DRIVERS) + len(_FIXED) - 1, _PARAMETERS + 4)


def _parameters(leaf: Leaf, row: int, driver: Driver, kinds: list[str]) -> None:
    """Write the parameters of a driver, and what part of a normal lies within what the driver may be."""
    normal, triangular, uniform, fixed = map(text, kinds)
    word, base, down, up = (f"{column}{row + 1}" for column in "CDEF")
    kind, one, two = (f"{column}{row + 1}" for column in "IJK")
    low, high = f"{base}-ABS({base})*{down}", f"{base}+ABS({base})*{up}"
    leaf.put(row, 7, driver_word(leaf.book, driver.key), text_wrap=True)
    still = f"IF({word}={normal},{down},{down}+{up})=0"
    leaf.calculate(row, 8, f"=IF(OR({base}=0,{still}),{fixed},{word})")
    number = driver.number
    leaf.calculate(row, 9, f"=IF(OR({kind}={fixed},{kind}={normal}),{base},{low})", number=number)
    second = f'IF({kind}={triangular},{base},IF({kind}={uniform},{high},""))'
    leaf.calculate(row, 10, f"=IF({kind}={normal},ABS({base})*{down},{second})", number=number)
    leaf.calculate(row, 11, f'=IF({kind}={triangular},{high},"")', number=number)

    def below(bound: float | None, otherwise: str) -> str:
        if bound is None:
            return otherwise
        return f"IF({kind}={normal},NORM.DIST({bound:g},{one},{two},TRUE),{otherwise})"

    leaf.calculate(row, 12, f"={below(driver.least, '0')}", number="percent")
    leaf.calculate(row, 13, f"={below(driver.most, '1')}-M{row + 1}", number="percent")


def _function(leaf: Leaf, drawn: Area) -> Area:
    """Write the table of CLV.SIMULATE, drawn from the same uniforms, right of the printed page."""
    if leaf.kit.functions:
        for j in range(5):
            leaf.put(HEAD_ROWS, _SPILL + j, leaf.say("function") if j == 0 else None, "section")
    numbers = ["int", "text", "text", "int", "percent", *(["money"] * 11), "percent", "percent"]
    numbers += [*(["int"] * _CLASSES), *("percent" for driver in DRIVERS if driver.kind == "normal")]
    formats = [["text", number, "money", "money", "percent"] for number in ("int", *numbers)]
    target = f"{address(_TRIALS, 3)},{address(_SEED, 3)},,,,,,set_target_ratio"
    call = f"CLV.SIMULATE({drawn.absolute},{target})"
    return function_table(leaf, HEAD_ROWS - 1, _SPILL, call, formats, above=2, fixed=True)


def _results(leaf: Leaf, trials: Trials, area: Area) -> dict[str, str]:
    """Write what the trials tell; returns where the ends of the histogram are."""
    word, net, ratio = leaf.kit.word, trials.net, trials.ratio
    leaf.section(_RESULTS, leaf.say("results"), _LAST + 1)
    heads = [word("result"), word("unit"), leaf.say("share"), word("value"), "CLV.SIMULATE"]
    leaf.header(_RESULTS + 1, heads if leaf.kit.functions else heads[:4], numbers=(2, 3, 4))
    row = _RESULTS + 2
    years = (
        "(1+in_discount_rate)^set_timing*(PV(in_discount_rate,INT(in_lifespan),-1)"
        "+(in_lifespan-INT(in_lifespan))/(1+in_discount_rate)^(INT(in_lifespan)+1))"
    )
    count, mean, spread = (address(_TRIALS, 3), address(row + 1, 3), address(row + 3, 3))
    moments = f"SQRT(SUMPRODUCT(({net}-{mean})*({net}-{mean}))/({count}-1))"
    figures = [
        ("base_value", "money", f"in_aov*in_frequency*in_margin*{years}-in_cac", "", "money"),
        ("simulation.mean", "money", f"SUM({net})/{count}", "mean", "money"),
        ("simulation.standard_error", "money", f"{spread}/SQRT({count})", "standard_error", "money"),
        ("simulation.standard_deviation", "money", moments, "standard_deviation", "money"),
    ]
    places: dict[str, str] = {}
    first = row + 1
    for name, unit, native, label, number in figures:
        _figure(leaf, row, name, unit, native, word(f"simulation.{label}") if label else "", number, area)
        row += 1
    for share in _PERCENTILES:
        leaf.put(row, 2, share, "label", "percent_input")
        native = f"PERCENTILE.INC({net},{address(row, 2)})"
        label = f"P{100 * share:g}"
        _figure(leaf, row, leaf.say("percentile", share=100 * share), "money", native, label, "money", area)
        row += 1
    below = f"SUMPRODUCT(--({net}<0))/{count}"
    some = f"SUMPRODUCT(--ISNUMBER({ratio}))"
    missed = f"IF({some}=0,0,SUMPRODUCT(ISNUMBER({ratio})*({ratio}<set_target_ratio))/MAX(1,{some}))"
    for label, native in (("net_below_zero", below), ("ratio_below_target", missed)):
        _figure(
            leaf, row, f"simulation.{label}", "share", native, word(f"simulation.{label}"), "percent", area
        )
        row += 1
    if leaf.kit.functions:
        native, function = (f"{leaf.ref}{Area(first, j, row - 1, j).absolute}" for j in (3, 4))
        match(leaf, "simulation_function", function, native)
    for key, share in (("low", _TAIL), ("high", 1 - _TAIL)):
        leaf.put(row, 0, leaf.say(key))
        leaf.unit(row, 1, "money")
        leaf.put(row, 2, share, "label", "percent_input")
        leaf.calculate(row, 3, f"=PERCENTILE.INC({net},{address(row, 2)})", number="money")
        places[key] = address(row, 3)
        row += 1
    return places


def _figure(
    leaf: Leaf, row: int, name: str, unit: str, native: str, label: str, number: str, area: Area
) -> None:
    """Write one line: the native figure, and that of the function where it has one."""
    leaf.put(row, 0, leaf.term(name), text_wrap=True)
    leaf.unit(row, 1, unit)
    leaf.calculate(row, 3, f"={native}", number=number)
    if not (label and leaf.kit.functions):
        return
    found = picked(area.column(0).absolute, label, area.column(1).absolute)
    leaf.calculate(row, 4, f'=IF(set_addin,{found},"")', "addin", number)


def _histogram(leaf: Leaf, trials: Trials, places: dict[str, str]) -> None:
    """Write the classes, equal between two percentiles, the outer ones down and up to the extremes."""
    leaf.section(_HISTOGRAM, leaf.say("histogram"), _LAST + 1)
    heads = [leaf.say(key) for key in ("class", "from", "to", "lower", "in_class", "share_in", "cumulative")]
    leaf.header(_HISTOGRAM + 1, heads, numbers=range(1, 7))
    first, last = _HISTOGRAM + 2, _HISTOGRAM + 1 + _CLASSES
    count, end = address(_TRIALS, 3), address(last, 0)
    step = f"({places['high']}-{places['low']})/({end}-1-1)"
    for i in range(_CLASSES):
        row = first + i + 1
        leaf.put(first + i, 0, float(i + 1), "label", "int", align="left")
        upper = f"{places['low']}+(A{row}-1)*{step}"
        above = f"MIN({trials.net})" if i == 0 else f"C{row - 1}"
        leaf.calculate(first + i, 1, f"={above}", number="money")
        leaf.calculate(first + i, 2, f"=IF(A{row}={end},MAX({trials.net}),{upper})", number="money")
        lower = f"=IF(A{row}={end},{count},SUMPRODUCT(--({trials.net}<C{row})))"
        leaf.calculate(first + i, 3, lower, number="int")
        leaf.calculate(first + i, 4, f"=D{row}" if i == 0 else f"=D{row}-D{row - 1}", number="int")
        leaf.calculate(first + i, 5, f"=E{row}/{count}", number="percent")
        leaf.calculate(first + i, 6, f"=D{row}/{count}", number="percent")
    classes = Area(first, 0, last, 6)
    counted = f"SUM({leaf.ref}{classes.column(4).absolute})-{leaf.at(_TRIALS, 3)}"
    leaf.check("simulation_classes", counted)
    chart = histogram(leaf, classes.column(1), classes.column(5))
    leaf.chart(_RESULTS + 1, 6, chart, "histogram", (720, 290))
    chart = cumulative(leaf, classes.column(2), classes.column(6))
    leaf.chart(_HISTOGRAM + 1, 7, chart, "cumulative", (590, 400))
