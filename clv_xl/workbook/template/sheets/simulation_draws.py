"""The trials of the sheet Simulation: frozen uniform numbers, and a customer worked out from each row."""

from dataclasses import dataclass
from typing import Final

from clv_xl.metrics.uniforms import Stream
from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.what_if_inputs import distribution_word, driver_word

TRIALS: Final = 1_000
SEED: Final = 1
_VALUES, _NET, _RATIO = 6, 11, 12  # columns: the first driver drawn, the two outcomes
_PARAMETERS: Final = ("distribution", "first", "second", "third", "below", "kept")


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver that is drawn.

    Parameters
    ----------
    key : str
        Its key in the terms.
    source : str
        Name of the cell with its base.
    unit, number : str
        Unit and number format.
    kind : str
        Distribution it is shipped with.
    down, up : float
        Spread below and above the base, as shares of it: assumptions.
    least, most : float or None
        What it may be; None where nothing bounds it.
    """

    key: str
    source: str
    unit: str
    number: str
    kind: str
    down: float
    up: float
    least: float | None = 0.0
    most: float | None = None


DRIVERS: Final = (
    Driver("avg_order_value", "in_aov", "money", "money", "normal", 0.1, 0.1, least=None),
    Driver("frequency", "in_frequency", "per_period", "decimal", "triangular", 0.2, 0.2),
    Driver("lifespan", "in_lifespan", "period", "decimal", "triangular", 0.25, 0.25),
    Driver("margin", "in_margin", "share", "percent", "normal", 0.1, 0.1, least=None, most=1.0),
    Driver("cac", "in_cac", "money", "money", "uniform", 0.15, 0.15),
)


@dataclass(frozen=True, slots=True)
class Trials:
    """Where the outcomes of the trials are."""

    net: str
    ratio: str


def write_draws(leaf: Leaf, row: int, drawn: Area) -> Trials:
    """Write the block; `drawn` holds the parameters, a row a driver, its name first."""
    leaf.section(row, leaf.say("draws"), _RATIO + 2)
    names = [driver_word(leaf.book, driver.key) for driver in DRIVERS]
    for i, word in enumerate(_PARAMETERS, 1):
        leaf.put(row + i, _VALUES - 1, leaf.term(word), "subtitle", align="right", text_wrap=True)
        for j in range(len(DRIVERS)):
            source = address(drawn.top + j, drawn.left + i)
            number = "percent" if word in ("below", "kept") else DRIVERS[j].number
            blank = f'=IF({source}="","",{source})' if word in ("second", "third") else f"={source}"
            leaf.calculate(row + i, _VALUES + j, blank, number=number, align="right")
    head = row + len(_PARAMETERS) + 1
    words = [leaf.say("trial"), *(leaf.say("uniform_of", driver=name) for name in names), *names]
    leaf.header(head, [*words, leaf.kit.word("clv_net"), leaf.kit.word("ltv_cac")], numbers=range(1, 13))
    first, last = head + 1, head + TRIALS
    _uniforms(leaf, first)
    _outcomes(leaf, row, first)
    return Trials(Area(first, _NET, last, _NET).absolute, Area(first, _RATIO, last, _RATIO).absolute)


def _uniforms(leaf: Leaf, first: int) -> None:
    """Write the numbers that never change: stream and seed are those of CLV.SIMULATE."""
    plain, number = leaf.book.styles.of("plain", "int"), leaf.book.styles.of("plain", "decimal")
    for i in range(TRIALS):
        leaf.sheet.write_number(first + i, 0, i + 1, plain)
    for j, driver in enumerate(DRIVERS, 1):
        for i, uniform in enumerate(Stream(SEED, driver.key).next(TRIALS).tolist()):
            leaf.sheet.write_number(first + i, j, uniform, number)


def _outcomes(leaf: Leaf, top: int, first: int) -> None:
    """Write each driver by the inverse of its distribution function, and what the customer is worth."""
    sheet, book = leaf.sheet, leaf.book
    normal, triangular, uniform = (
        text(distribution_word(book, kind)) for kind in ("normal", "triangular", "uniform")
    )
    styles = [book.styles.of("plain", driver.number) for driver in DRIVERS]
    money, multiple = book.styles.of("plain", "money"), book.styles.of("plain", "multiple")
    for row in range(first + 1, first + TRIALS + 1):
        for j, style in enumerate(styles):
            u, column = f"{'BCDEF'[j]}{row}", "GHIJK"[j]
            kind, one, two, three, below, kept = (f"{column}${top + 1 + i}" for i in range(1, 7))
            rising = f"{one}+SQRT({u}*({three}-{one})*({two}-{one}))"
            falling = f"{three}-SQRT((1-{u})*({three}-{one})*({three}-{two}))"
            formula = (
                f"=IF({kind}={normal},NORM.INV({below}+{u}*{kept},{one},{two}),"
                f"IF({kind}={triangular},IF({u}*({three}-{one})<{two}-{one},{rising},{falling}),"
                f"IF({kind}={uniform},{one}+{u}*({two}-{one}),{one})))"
            )
            sheet.write_formula(row - 1, _VALUES + j, book.stored(formula), style, 0)
        life = f"I{row}"
        years = (
            f"(1+in_discount_rate)^set_timing*(PV(in_discount_rate,INT({life}),-1)"
            f"+({life}-INT({life}))/(1+in_discount_rate)^(INT({life})+1))"
        )
        sheet.write_formula(row - 1, _NET, f"=G{row}*H{row}*J{row}*{years}-K{row}", money, 0)
        sheet.write_formula(row - 1, _RATIO, f'=IF(K{row}=0,"",(L{row}+K{row})/K{row})', multiple, 0)
