"""Earlier packs of the sample, worked out from its orders by our own functions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.metrics.periods import MONTHS_PER_YEAR, month_end
from clv_xl.workbook import assumptions
from clv_xl.workbook.cdnow import serial
from clv_xl.workbook.template.order_lines import OrderLines

# The sample begins in January 1997: the first month end with a whole year behind it is that of December.
DATES: Final = ("1997-12-31", "1998-01-31", "1998-02-28", "1998-03-31", "1998-04-30", "1998-05-31")
# Assumptions that no order log tells: as on Inputs, and a budget of revenue by pack.
DISCOUNT_RATE: Final = 0.1
BUDGETS: Final = (68_000.0, 60_000.0, 50_000.0, 42_000.0, 38_000.0, 36_000.0)
BUDGET_NOW: Final = 34_000.0
_HEADERS: Final = ("customer_id", "order_date", "revenue", "segment")


@dataclass(frozen=True, slots=True)
class Pack:
    """The drivers of the company at one last day."""

    as_of: float
    aov: float
    frequency: float
    lifespan: float
    cac: float
    clv: float
    customers: float
    new_customers: float
    revenue: float

    @property
    def net(self) -> float:
        """CLV after acquisition cost."""
        return self.clv - self.cac


@dataclass(frozen=True, slots=True)
class SegmentThen:
    """The drivers of a segment at the last day of a pack."""

    name: Cell
    customers: float
    aov: float
    frequency: float
    lifespan: float
    cac: float


def packs(lines: OrderLines, word: Callable[[str], str]) -> list[Pack]:
    """Return the packs before the one in the workbook, oldest first; none for orders of somebody's own."""
    return [_pack(_until(lines, float(serial(day))), word) for day in DATES] if lines.sample else []


def segments(lines: OrderLines, word: Callable[[str], str]) -> list[SegmentThen]:
    """Return the segments of the last of these packs."""
    return _segments(_until(lines, float(serial(DATES[-1]))), word) if lines.sample else []


@dataclass(frozen=True, slots=True)
class _Log:
    as_of: float
    customers: Sequence[Cell]
    days: Sequence[float]
    revenue: Sequence[float]
    segments: Sequence[Cell]


def _until(lines: OrderLines, as_of: float) -> _Log:
    """Return the orders up to a day."""
    columns = (lines.customers, lines.days, lines.revenue, lines.segments)
    kept = [i for i, day in enumerate(lines.days) if day <= as_of]
    return _Log(as_of, *([column[i] for i in kept] for column in columns))  # type: ignore[arg-type]


def _pack(log: _Log, word: Callable[[str], str]) -> Pack:
    customers, days, amounts = (_column(cells) for cells in (log.customers, log.days, log.revenue))
    aov = _number("CLV.AOV", amounts)
    frequency = _number("CLV.FREQUENCY", customers, days, assumptions.UNIT, log.as_of)
    lifespan = _number("CLV.LIFESPAN", customers, days, assumptions.UNIT, "observed", log.as_of)
    margin, timing = assumptions.MARGIN, assumptions.TIMING
    clv = _number("CLV", aov, frequency, lifespan, margin, 0.0, DISCOUNT_RATE, timing)
    won = float(len(set(log.customers)))
    cac = sum(segment.cac * segment.customers for segment in _segments(log, word)) / won
    year_back = float(month_end(int(log.as_of), -MONTHS_PER_YEAR))
    years = ceil((log.as_of - min(log.days) + 1) / (log.as_of - year_back))
    revenue = sum(amount for amount, day in zip(log.revenue, log.days, strict=True) if day > year_back)
    return Pack(log.as_of, aov, frequency, lifespan, cac, clv, won, won / years, revenue)


def _segments(log: _Log, word: Callable[[str], str]) -> list[SegmentThen]:
    costs = {word(key): cost for key, cost in assumptions.CAC.items()}
    rows = zip(log.customers, log.days, log.revenue, log.segments, strict=True)
    table = Block.from_rows([list(_HEADERS), *(list(row) for row in rows)])
    found = run(CATALOGUE["CLV.SEGMENT"], [table, "segment", assumptions.UNIT, log.as_of], Context())
    assert isinstance(found, Block)
    answer = []
    for name, customers, _, _, aov, frequency, lifespan, *_ in found.to_rows()[1:-1]:
        numbers = (_float(customers), _float(aov), _float(frequency), _float(lifespan))
        answer.append(SegmentThen(name, *numbers, costs[str(name)]))
    return answer


def _column(cells: Sequence[Cell]) -> Block:
    return Block.from_rows([[cell] for cell in cells])


def _number(name: str, *args: Cell | Block) -> float:
    found = run(CATALOGUE[name], list(args), Context())
    return _float(found.columns[0].cell(0) if isinstance(found, Block) else found)


def _float(cell: Cell) -> float:
    assert isinstance(cell, float)  # the sample is ours
    return cell
