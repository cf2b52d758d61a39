"""Goal seek in closed form: what one driver alone must be, and by CLV.GOALSEEK."""

from dataclasses import dataclass
from typing import Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import address
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.clv_cells import Cells

_WANTED: Final = 0.2


@dataclass(frozen=True, slots=True)
class _Goal:
    """A driver sought: its closed form, the cell that must not be 0 in it, and the function."""

    key: str
    driver: str
    name: str
    unit: str
    number: str
    target: str
    aim: str
    form: str
    over: str
    function: str = ""
    at_most_1: bool = False


_SIMPLE: Final = "CLV.GOALSEEK({simple},{target},{driver})"
_GOALS: Final = (
    _Goal(
        "goal_retention", "retention_rate", "retention_rate", "share_per_period", "percent", "money",
        "{target_contract}", "(1+{discount_rate})-{period_margin}*(1+{discount_rate})/{target}", "{target}",
        'CLV.GOALSEEK({renewed},{target},{driver},"clv",,,"contract")', at_most_1=True,
    ),
    _Goal(
        "goal_plain", "frequency", "frequency", "per_period", "decimal", "money", "{target_net}",
        "({target}+{cac})/({aov}*{lifespan}*{margin})", "{aov}*{lifespan}*{margin}",
    ),
    _Goal(
        "goal_frequency", "frequency", "frequency", "per_period", "decimal", "money", "{target_net}",
        "({target}+{cac})/({aov}*{annuity}*{margin})", "{aov}*{annuity}*{margin}", _SIMPLE,
    ),
    _Goal(
        "goal_aov", "avg_order_value", "aov", "money", "money", "money", "{target_net}",
        "({target}+{cac})/({frequency}*{annuity}*{margin})", "{frequency}*{annuity}*{margin}", _SIMPLE,
    ),
    _Goal(
        "goal_margin", "margin", "margin", "share", "percent", "money", "{target_net}",
        "({target}+{cac})/({aov}*{frequency}*{annuity})", "{aov}*{frequency}*{annuity}", _SIMPLE,
        at_most_1=True,
    ),
    _Goal(
        "goal_cac", "cac", "cac", "money", "money", "multiple", "set_target_ratio", "{clv}/{target}",
        "{target}",
        'CLV.GOALSEEK({simple},{target},{driver},"ratio")',
    ),
)  # fmt: skip
_TERMS: Final = {"goal_cac": "max_cac", "goal_aov": "avg_order_value"}
_HEADS: Final = ("goal", "unit", "how", "target", "now", "needed", "move", "reach")


def write(leaf: Leaf, row: int, cells: Cells) -> int:
    """Write the wanted change, a line a goal, and what the function answers; return the last row."""
    leaf.section(row, leaf.term("goal_seek"), 17)
    leaf.line(row + 1, "wanted", "share", _WANTED, "percent", rule="change", note="wanted_note")
    leaf.place("wanted", row + 1, 3)
    wanted, cells = address(row + 1, 3), dict(cells)
    for i, (key, now) in enumerate((("target_net", "net"), ("target_contract", "contract")), row + 2):
        value = f"IF(N({cells[now]})=0,0,{cells[now]}+{wanted}*ABS({cells[now]}))"
        leaf.line(i, key, "money", f"={value}", "money", note=f"{key}_note")
        cells[key] = address(i, 3)
    head = row + 4
    words = [leaf.term(key) for key in _HEADS]
    leaf.header(head, [*words, leaf.say("function") if leaf.kit.functions else ""], numbers=(3, 4, 5, 6, 8))
    ok, out = text(leaf.say("in_reach")), text(leaf.say("out_of_reach"))
    for i, goal in enumerate(_GOALS, head + 1):
        target, now, needed, reach = (address(i, c) for c in (3, 4, 5, 7))
        here = {**cells, "target": target, "driver": text(goal.driver)}
        leaf.put(i, 0, leaf.term(_TERMS.get(goal.key, goal.key)), text_wrap=True)
        leaf.unit(i, 1, goal.unit)
        leaf.put(i, 2, leaf.say(f"{goal.key}_note"), "note")
        link = goal.aim.startswith("set_")
        leaf.calculate(i, 3, f"={goal.aim.format(**cells)}", "link" if link else "calculation", goal.target)
        leaf.calculate(i, 4, f"={cells[goal.name]}", number=goal.number)
        form, over = goal.form.format(**here), goal.over.format(**here)
        leaf.calculate(i, 5, f'=IF({over}=0,"",{form})', number=goal.number, bold=True)
        leaf.calculate(i, 6, f'=IF(OR({needed}="",{now}=0),"",{needed}/{now}-1)', number="change")
        bounds = f"{needed}>=0,{needed}<=1" if goal.at_most_1 else f"{needed}>=0"
        leaf.calculate(i, 7, f"=IF(ISNUMBER({needed}),IF(AND({bounds}),{ok},{out}),{out})", align="center")
        if goal.function and leaf.kit.functions:
            asked = f'=IF(AND(set_addin,{reach}={ok}),{goal.function.format(**here)},"")'
            leaf.calculate(i, 8, asked, "addin", goal.number)
            sheet = leaf.ref
            native = f"IF({sheet}{reach}={ok},{sheet}{needed},0)"
            leaf.compare(f"sens_{goal.key}", native, f"N({sheet}{address(i, 8)})")
    return head + len(_GOALS)
