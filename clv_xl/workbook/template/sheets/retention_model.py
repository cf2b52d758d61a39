"""The shifted-beta-geometric model of contracts: recursion, log-likelihood, projection.

Fader, Hardie (2007), How to Project Customer Retention, Journal of Interactive Marketing 21(1):
P(1) = alpha/(alpha+beta), P(t) = P(t-1) (beta+t-2)/(alpha+beta+t-1), S(t) = S(t-1) - P(t).
"""

from typing import Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import address
from clv_xl.workbook.template.addresses import cell
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets import retention_layout as at

# Survivors of 1,000 customers at each renewal, and the estimates from the first eight points: the paper.
REGULAR: Final = (1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173)
HIGH: Final = (1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394)
ALPHA, BETA, RENEWALS, HORIZON = 0.704, 1.182, 7.0, 12.0
DATA: Final = ("data_regular", "data_high", "data_log", "data_own")


def write_model(leaf: Leaf) -> None:
    """Write choices and Solver cells, then the rows by age."""
    leaf.section(at.SBG, leaf.say("sbg"), at.LAST + 1)
    words = [leaf.say(key) for key in DATA]
    log = words[DATA.index("data_log")]
    leaf.line(at.CHOICE, "choice", "none", log, "text", rule="list", note="choice_note", choices=words)
    for row, name, value in ((at.ALPHA, "alpha", ALPHA), (at.BETA, "beta", BETA)):
        leaf.line(row, name, "number", value, "decimal", rule="positive", note=f"{name}_note",
                  num_format="0.0000")  # fmt: skip
    leaf.line(at.FITTED, "fitted", "none", words[0], "text", rule="list", note="fitted_note", choices=words)
    leaf.line(at.PERIODS, "periods", "number", RENEWALS, "int", rule="whole", note="periods_note")
    leaf.line(
        at.HORIZON,
        "horizon",
        "number",
        HORIZON,
        "int",
        rule="whole",
        note="horizon_note",
        named="set_horizon",
    )
    terms, off = at.row(at.TERM).absolute, at.row(at.OFF).absolute
    used, back = at.row(at.USED).absolute, at.row(at.BACK).absolute
    short, rises, falls = (text(leaf.say(key)) for key in ("fits_short", "fits_rises", "fits_falls"))
    fits = f"IF(COUNT({back})=0,{short},IF(SUM({back})>0,{rises},{falls}))"
    leaf.line(at.FITS, "fits", "none", f"={fits}", "text", note="fits_note", text_wrap=True)
    leaf.hold(at.FITS, at.CONSTANT, leaf.say("fits_rises"), "calculation", text_wrap=True)
    used = f'IF(OR(COUNT({used})=0,SUM({back})>0),"",SUM({terms}))'
    leaf.line(at.LIKELIHOOD, "likelihood", "number", f"={used}", "decimal", note="likelihood_note",
              num_format="#,##0.0000")  # fmt: skip
    mean = f'IF(COUNT({off})=0,"",(SUMIFS({off},{off},">0")-SUMIFS({off},{off},"<0"))/COUNT({off}))'
    leaf.line(at.ERROR, "error", "share", f"={mean}", "percent", note="error_note")
    leaf.put(at.MODELS, 0, "CLV.FIT.CONTRACT, CLV.SURVIVAL")
    leaf.put(at.MODELS, 2, leaf.say("models"), "note")
    cells = {"goal": _plain(at.LIKELIHOOD), "alpha": _plain(at.ALPHA), "beta": _plain(at.BETA)}
    for i, name in enumerate(("solver", "solver_calc", "source")):
        leaf.put(at.SOLVER + i, 0, leaf.say(name, **({} if name == "source" else cells)), "subtitle")
    at.heads(leaf, at.HEADS)
    _rows(leaf)


def _plain(row: int) -> str:
    return address(row, at.CONSTANT).replace("$", "")


def _rows(leaf: Leaf) -> None:
    rows = (
        (at.OWN, "data_own", "customers"), (at.REGULAR, "data_regular", "customers"),
        (at.HIGH, "data_high", "customers"), (at.LOG, "data_log", "customers"),
        (at.USED, "used", "customers"), (at.BACK, "back", "customers"),
        (at.ACTUAL, "actual", "share"), (at.LEAVE, "leave", "share"),
        (at.SURVIVE, "survive", "share"), (at.RATE, "rate", "share_per_period"), (at.TERM, "terms", "number"),
        (at.PROJECTED, "projected", "customers"), (at.OFF, "off", "share"),
    )  # fmt: skip
    for row, name, unit in rows:
        leaf.put(row, 0, leaf.say(name))
        leaf.unit(row, 1, unit)
        leaf.put(row, 2, leaf.say(f"{name}_note"), "note")
    for age, column in enumerate(range(at.FIRST, at.LAST + 1)):
        leaf.input(at.OWN, column, None, "int", "not_negative")
        for row, data in ((at.REGULAR, REGULAR), (at.HIGH, HIGH)):
            leaf.put(
                row, column, float(data[age]) if age < len(data) else None, "label", "int", align="right"
            )
        for row, formula, number in _formulas(column):
            leaf.calculate(row, column, f"={formula}", number=number)


def _formulas(column: int) -> tuple[tuple[int, str, str], ...]:
    """Return row, formula and number format of each row of one age."""
    age = cell(at.HEADS, column, row_fixed=True)
    here = {row: cell(row, column) for row in range(at.OWN, at.OFF + 1)}
    before = {row: cell(row, column - 1) for row in (at.USED, at.LEAVE, at.SURVIVE)}
    choice, alpha, beta, periods, fitted = (
        address(row, at.CONSTANT) for row in (at.CHOICE, at.ALPHA, at.BETA, at.PERIODS, at.FITTED)
    )
    start = cell(at.USED, at.FIRST, row_fixed=True, column_fixed=True)
    share, people = cell(at.SHARE, column), cell(at.PEOPLE, at.FIRST, row_fixed=True, column_fixed=True)
    back = at.row(at.BACK).absolute
    names = [address(row, 0) for row in (at.REGULAR, at.HIGH, at.LOG)]
    chosen = here[at.OWN]
    for name, row in zip(reversed(names), (at.LOG, at.HIGH, at.REGULAR), strict=True):
        chosen = f"IF({choice}={name},{here[row]},{chosen})"
    used = f"AND(ISNUMBER({here[at.USED]}),{age}>0,{age}<={periods})"
    at_end = f"OR({age}={periods},NOT(ISNUMBER({cell(at.USED, column + 1)})))"
    last = f"IF({at_end},{here[at.USED]}*LN({here[at.SURVIVE]}),0)"
    unseen = f'OR({here[at.PROJECTED]}="",N({here[at.USED]})=0,{age}<={periods})'
    # Estimates of other data project nothing, nor do those of customers who come back.
    unknown = f'OR({start}="",{age}>set_horizon,{fitted}<>{choice},SUM({back})>0)'
    leave = f"{before[at.LEAVE]}*({beta}+{age}-1-1)/({alpha}+{beta}+{age}-1)"
    return (
        (at.LOG, f'IF({share}="","",{share}*{people})', "int"),
        (at.USED, f'IF({chosen}="","",IF(OR({age}=0,ISNUMBER({before[at.USED]})),{chosen},""))', "int"),
        (
            at.BACK,
            f'IF(OR({age}=0,{here[at.USED]}=""),"",MAX(0,ROUND({here[at.USED]}-{before[at.USED]},0)))',
            "int",
        ),
        (at.ACTUAL, f'IF(N({start})=0,"",IF({here[at.USED]}="","",{here[at.USED]}/{start}))', "percent"),
        (at.LEAVE, f"IF({age}=0,0,IF({age}=1,{alpha}/({alpha}+{beta}),{leave}))", "percent"),
        (at.SURVIVE, f"IF({age}=0,1,{before[at.SURVIVE]}-{here[at.LEAVE]})", "percent"),
        (at.RATE, f'IF({age}=0,"",{here[at.SURVIVE]}/{before[at.SURVIVE]})', "percent"),
        (
            at.TERM,
            f"IF({used},({before[at.USED]}-{here[at.USED]})*LN({here[at.LEAVE]})+{last},0)",
            "money",
        ),
        (
            at.PROJECTED,
            f'IF({unknown},"",{start}*{here[at.SURVIVE]})',
            "int",
        ),
        (
            at.OFF,
            f'IF({unseen},"",{here[at.PROJECTED]}/{here[at.USED]}-1)',
            "change",
        ),
    )
