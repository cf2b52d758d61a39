"""Sheet Scenarios: six ways the drivers may go, the one in force, and what comes of each."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from clv_xl.workbook.page import address
from clv_xl.workbook.template.addresses import letter
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets import bridge, levers, planner
from clv_xl.workbook.template.sheets.across import FIRST, fill, periods_of, span
from clv_xl.workbook.template.sheets.scenario_lines import LAST, Lines
from clv_xl.workbook.template.sheets.scenario_table import chart, functions

WIDTHS = (32, 21, 32, *((12,) * 11))
DRIVES: Final = ("lifespan", "retention")
_WORDS: Final = MappingProxyType(
    {
        "per_period": "customer_value",
        "clv": "clv_short",
        "net": "net_clv",
        "ratio": "ratio",
        "payback": "payback",
        "change": "net_clv_change",
        "change_share": "net_clv_change_share",
    }
)
_NOTED: Final = ("periods", "net", "payback")
FIXED: Final = ("scenario_base", "scenario_best", "scenario_worst")


@dataclass(frozen=True, slots=True)
class Row:
    """A driver: its text, the input that it follows, and the changes of the scenarios against the base."""

    term: str
    name: str
    unit: str
    number: str
    relative: bool
    changes: tuple[float, float, float, float, float]


# Best, worst, custom 1 to 3: assumptions, and said to be so on the sheet.
ROWS: Final = (
    Row("avg_order_value", "aov", "money", "money", True, (0.05, -0.05, 0.0, 0.0, 0.0)),
    Row("frequency", "frequency", "per_period", "decimal", True, (0.1, -0.1, 0.1, 0.0, 0.0)),
    Row("lifespan", "lifespan", "period", "decimal", True, (0.1, -0.1, 0.05, 0.0, 0.0)),
    Row("retention_rate", "retention_rate", "share_per_period", "percent", False,
        (0.03, -0.03, 0.02, 0.0, 0.0)),
    Row("margin", "margin", "share", "percent", False, (0.02, -0.02, -0.02, 0.0, 0.0)),
    Row("cac", "cac", "money", "money", True, (-0.1, 0.1, 0.0, -0.15, 0.0)),
    Row("discount_rate", "discount_rate", "share_per_period", "percent", False,
        (0.0, 0.02, 0.0, 0.0, 0.0)),
)  # fmt: skip


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    names, row = _selector(leaf, HEAD_ROWS)
    changes, row = _changes(leaf, names, row)
    begin = row
    drivers, row = _drivers(leaf, names, changes, row)
    results, row = _results(leaf, drivers, row)
    lines = Lines(names, drivers, results)
    row = chart(leaf, lines, row + 1)
    lines.breaks.extend((begin, row))
    read, row = functions(leaf, lines, row)
    for part in (bridge.write, levers.write, planner.write):
        if read is not None or part is not bridge.write:  # without functions the bridge has room here
            lines.breaks.append(row)
        row = part(leaf, row, lines, read)
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)
    leaf.sheet.set_h_pagebreaks(lines.breaks)
    leaf.sheet.print_area(0, 0, row, len(WIDTHS) - 1)


def _selector(leaf: Leaf, row: int) -> tuple[int, int]:
    """Write which scenario is in force and which of two linked drivers is free; return the row of names."""
    leaf.section(row, leaf.say("selector"))
    names = row + 9
    leaf.line(row + 1, "choose", "number", 1.0, "int", rule="list", note="choose_note", named="set_scenario",
              choices=[str(i) for i in range(1, 7)])  # fmt: skip
    leaf.line(row + 2, "in_force", "none", f"=INDEX({span(names, LAST)},set_scenario)", "text", align="right")
    leaf.place("live_name", row + 2, 3)
    leaf.line(row + 3, "drives", "none", DRIVES[0], "text", rule="list", note="drives_note", choices=DRIVES)
    leaf.line(row + 4, "longest", "period", 100.0, "int", rule="positive", note="longest_note")
    leaf.line(row + 5, "bridge_to", "number", 2.0, "int", rule="list", note="bridge_to_note",
              choices=[str(i) for i in range(1, 7)])  # fmt: skip
    chosen = f"=IF(set_scenario=1,{address(row + 5, 3)},set_scenario)"
    leaf.line(row + 6, "bridge_scenario", "number", chosen, "int")
    return names, row + 8


def _changes(leaf: Leaf, names: int, row: int) -> tuple[dict[str, int], int]:
    """Write the names of the scenarios and by how much each changes a driver."""
    leaf.section(row, leaf.say("changes"))
    leaf.header(names, [leaf.say("names"), leaf.kit.word("unit"), leaf.say("meant"), "", ""])
    for i, key in enumerate(FIXED, FIRST):
        leaf.put(names, i, leaf.kit.word(key), "header", align="right")
    for i in range(1, 4):
        column = FIRST + len(FIXED) - 1 + i
        leaf.input(
            names, column, leaf.say("custom", number=float(i)), "text", "text", align="right", bold=True
        )
    leaf.kit.place("scenarios.names", f"{leaf.ref}{span(names, LAST)}")
    leaf.put(names + 1, 0, leaf.say("number"))
    leaf.put(names + 1, FIRST, 1.0, "subtitle", "int", align="right")
    fill(leaf, names + 1, f"={{p}}{names + 2}+1", LAST, "int", first=FIRST + 1, role="subtitle")
    found = {}
    for i, driver in enumerate(ROWS, names + 2):
        leaf.put(i, 0, leaf.term(driver.term), text_wrap=True)
        leaf.put(i, 1, leaf.say("relative" if driver.relative else "points"), "unit")
        leaf.put(i, 2, leaf.say("relative_note" if driver.relative else "points_note"), "note")
        leaf.put(i, FIRST, 0.0, "subtitle", "change", align="right")
        for j, change in enumerate(driver.changes, FIRST + 1):
            leaf.input(i, j, change, "change", "change")
        found[driver.name] = i
    return found, names + 3 + len(ROWS)


def _drivers(leaf: Leaf, names: int, changes: dict[str, int], row: int) -> tuple[dict[str, int], int]:
    """Write the drivers of each scenario, the base beside them and the scenario in force."""
    head_row(leaf, row, names, leaf.say("drivers"))
    found = {driver.name: row + 2 + i for i, driver in enumerate(ROWS)}
    drives, longest = address(HEAD_ROWS + 3, 3), address(HEAD_ROWS + 4, 3)
    free = f'{drives}="{DRIVES[1]}"'
    life, kept = found["lifespan"] + 1, found["retention_rate"] + 1
    share = f"MIN(1,MAX(0,$E{kept}+{{c}}{changes['retention_rate'] + 1}))"
    for driver in ROWS:
        r, change = found[driver.name], changes[driver.name] + 1
        formula = f"$E{r + 1}*(1+{{c}}{change})" if driver.relative else f"$E{r + 1}+{{c}}{change}"
        if driver.name == "lifespan":
            formula = f"IF({free},1/MAX(1-{share},1/{longest}),{formula})"
        elif driver.name == "retention_rate":
            formula = f"IF({free},{share},1-1/MAX(1,{{c}}{life}))"
        elif not driver.relative:
            formula = f"MIN(1,MAX({'-1' if driver.name == 'margin' else '0'},{formula}))"
        leaf.line(r, driver.term, driver.unit, _chosen(r), driver.number, bold=True)
        if driver.name in ("lifespan", "retention_rate"):
            leaf.put(r, 2, leaf.say(f"{driver.name}_note"), "note")
        leaf.calculate(r, 4, f"=in_{driver.name}", "link", driver.number)
        fill(leaf, r, f"={formula}", LAST, driver.number)
        leaf.place(f"live_{driver.name}", r, 3)
    return found, row + 3 + len(ROWS)


def _results(leaf: Leaf, drivers: dict[str, int], row: int) -> tuple[dict[str, int], int]:
    """Write the value of a customer in each scenario, its steps first."""
    leaf.section(row, leaf.say("results"))
    at = {name: f"{{c}}{r + 1}" for name, r in drivers.items()}
    keys = ("per_period", "periods", "clv", "net", "ratio", "whole", "payback", "change", "change_share")
    rows = {key: row + 1 + i for i, key in enumerate(keys)}
    of = {key: f"{{c}}{r + 1}" for key, r in rows.items()}
    m, d, cac = of["per_period"], at["discount_rate"], at["cac"]
    whole = (
        f'IF({m}<=0,"",IF({d}=0,INT({cac}/{m}),IF({d}*{cac}>={m},"",INT(-LN(1-{d}*{cac}/{m})/LN(1+{d})))))'
    )
    back = f"{of['whole']}+({cac}-PV({d},{of['whole']},-{m}))*(1+{d})^({of['whole']}+1)/{m}"
    soon = f'IF({back}<={at["lifespan"]},({back})*set_unit_months,"")'
    within = f'IF(ISNUMBER({of["whole"]}),{soon},"")'
    net = rows["net"] + 1
    entries = (
        ("per_period", "money", "money", f"{at['aov']}*{at['frequency']}*{at['margin']}"),
        ("periods", "period", "decimal", periods_of(at["lifespan"], d)),
        ("clv", "money", "money", f"{m}*{of['periods']}"),
        ("net", "money", "money", f"{of['clv']}-{cac}"),
        ("ratio", "times", "multiple", f'IF({cac}=0,"",{of["clv"]}/{cac})'),
        ("whole", "period", "int", whole),
        ("payback", "months", "tenth", within),
        ("change", "money", "money", f"{of['net']}-$F{net}"),
        ("change_share", "share", "change", f'IF($F{net}>0,{of["change"]}/$F{net},"")'),
    )  # fmt: skip
    for key, unit, number, formula in entries:
        bold = key in ("clv", "net")
        leaf.line(rows[key], _WORDS.get(key, f"r_{key}"), unit, _chosen(rows[key]), number,
                  note=f"r_{key}_note" if key in _NOTED else "", bold=bold)  # fmt: skip
        fill(leaf, rows[key], f"={formula}", LAST, number, bold=bold)
    for key in ("clv", "net", "ratio", "payback"):
        leaf.place(f"live_{key}", rows[key], 3)
    leaf.kit.place("scenarios.nets", f"{leaf.ref}{span(rows['net'], LAST)}")
    return rows, row + 1 + len(keys)


def head_row(leaf: Leaf, row: int, names: int, title: str) -> None:
    """Write the bar of a part and a header with the scenario in force, the base of Inputs and all six."""
    leaf.section(row, title)
    words = [leaf.kit.word("driver"), leaf.kit.word("unit"), leaf.kit.word("source"), leaf.say("live"),
             leaf.say("of_inputs")]  # fmt: skip
    leaf.header(row + 1, words, numbers=(3, 4))
    fill(leaf, row + 1, f"={{c}}${names + 1}", LAST, "text", role="header", align="right")
    for i, key in enumerate(FIXED, FIRST):
        leaf.hold(row + 1, i, leaf.kit.word(key), "header", align="right")


def _chosen(row: int) -> str:
    return f"=INDEX({letter(FIRST)}{row + 1}:{letter(LAST)}{row + 1},set_scenario)"
