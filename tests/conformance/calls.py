"""The calls that every host must answer alike: check values, order logs, and one refused cell an argument."""

from dataclasses import dataclass
from random import Random

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.formula import Call, parse
from clv_xl.catalogue.function import Function, lifts
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from tests.conformance import (
    allocate_calls,
    forecast_calls,
    goal_seek_calls,
    monitoring_calls,
    scenarios_calls,
    simulate_calls,
)

HEADERS = ("customer_id", "order_date", "amount", "order_id", "segment", "channel", "cost")
# Three customers by id, one by name, over two years; a refund with its order's id, one without, an
# order of 0, two orders on one day.
LINES: tuple[tuple[Cell, ...], ...] = (
    (1.0, 45332.0, 50.0, "o1", "new", "web", 20.0),
    (1.0, 45505.0, 70.0, "o2", "new", "web", 30.0),
    (1.0, 45721.0, 30.0, "o3", "new", "web", 10.0),
    (1.0, 45730.0, -30.0, "o3", "new", "web", 0.0),
    (2.0, 45432.0, 120.5, "o4", "old", "shop", 60.0),
    (2.0, 45607.0, 0.0, "o5", "old", "shop", 0.0),
    (2.0, 45607.0, 80.25, "o6", "old", "shop", 33.5),
    (2.0, 45700.0, -20.0, None, "old", "shop", 0.0),
    (3.0, 45838.0, 15.0, "o7", "new", "web", 5.0),
    ("Äly Oy", 45400.0, 300.0, "o8", "old", "web", 100.0),
    ("äly oy ", 45800.0, 310.0, "o9", "old", "web", 110.0),
    ("Äly Oy", 46000.0, 290.0, "o10", "old", "web", 90.0),
)
LOG = Block.from_rows([HEADERS, *LINES])
COLUMNS = {name: Block((column[1:],)) for name, column in zip(HEADERS, LOG.columns, strict=True)}
AS_OF = 46022.0
BY_SEGMENT = Block.from_rows([["segment", "value"], ["new", 5.0], ["old", 9.0]])
ORDER_CALLS: dict[str, tuple[tuple[Cell | Block, ...], ...]] = {
    "CLV.SUMMARY": ((LOG, "Y", AS_OF, 0.4, 5.0, 0.1), (LOG, None, None, None, None, None, None, 2.0)),
    "CLV.HISTORICAL": ((LOG,), (LOG, 0.4, 2.0)),
    "CLV.SEGMENT": (
        (LOG, None, "Y", AS_OF, None, 0.4, BY_SEGMENT, 0.1),
        (LOG, "channel", "Q", AS_OF, 3.0, None, None, None, None, 2.0),
    ),
    "CLV.COHORT": ((LOG, "Q", "customers", AS_OF), (LOG, "Y", "cumulative", AS_OF, 0.0)),
    "CLV.RETENTIONCURVE": ((Block.from_rows([["c", "n", "p", 0.0, 1.0], ["a", 10.0, None, 10.0, 5.0]]),),),
    "CLV.STATUS": ((LOG, AS_OF), (LOG, AS_OF, 100.0, 2.0)),
    "CLV.RFM": ((LOG, AS_OF), (LOG, AS_OF, "D", 3.0, 2.0)),
    "CLV.CHANNELS": ((LOG, Block.from_rows([["web", 30.0], ["shop", 10.0]]), AS_OF, 0.4),),
    "CLV.CHECK": ((LOG, AS_OF, 2.0),),
    "CLV.DATA": (tuple(COLUMNS[name] for name in HEADERS[:3]),),
    "CLV.SOURCEINFO": (("clv:orders:" + "0" * 32 + ":3",), ("@orders",)),
    "CLV.AOV": ((COLUMNS["amount"],), (Block((LOG.columns[2],)), Block((LOG.columns[3],)))),
    "CLV.FREQUENCY": ((COLUMNS["customer_id"], COLUMNS["order_date"], "Y", AS_OF),),
    "CLV.LIFESPAN": ((COLUMNS["customer_id"], COLUMNS["order_date"], "Q", None, AS_OF),),
    "CLV.REPEATRATE": ((COLUMNS["customer_id"],),),
    "CLV.EXPLAIN": (("CLV.PAYBACK", "fi"), ("NOSUCH",)),
    "CLV.VERSION": ((),),
}

CALLS = {
    **ORDER_CALLS,
    **allocate_calls.CALLS,
    **forecast_calls.CALLS,
    **goal_seek_calls.CALLS,
    **monitoring_calls.CALLS,
    **scenarios_calls.CALLS,
    **simulate_calls.CALLS,
}


@dataclass(frozen=True, eq=False)
class Case:
    """One call."""

    function: Function
    args: tuple[Cell | Block, ...]

    def __str__(self) -> str:
        shown = ",".join(
            f"{a.height}x{a.width}" if isinstance(a, Block) else "" if a is None else str(a)
            for a in self.args
        )
        return f"{self.function.name}({shown})"


def cases() -> list[Case]:
    """Return the calls, the same ones at every run."""
    found = []
    for function in CATALOGUE.values():
        for example in function.examples:
            args = [a for a in parse(example.formula).args if not isinstance(a, Call)]
            if len(args) >= function.least:
                found.append(Case(function, tuple(args)))
        found += [Case(function, args) for args in CALLS.get(function.name, ())]
        if function.lifts:
            found += [*_refused(function), _lifted(function)]
    return found


def _drawn(function: Function, random: Random) -> list[Cell]:
    return [arg.kind.draw(random) for arg in function.args if lifts(arg.kind)]


def _refused(function: Function) -> list[Case]:
    """Return a call a refused cell, as a worksheet can hold it."""
    random = Random(7)
    made = []
    for i, arg in enumerate(function.args):
        assert lifts(arg.kind)
        for cell, _ in arg.kind.refused_cells():
            if cell is None or (isinstance(cell, float) and not abs(cell) < 1e300):
                continue
            call = _drawn(function, random)
            call[i] = CellError(cell.code, "input_error") if isinstance(cell, CellError) else cell
            made.append(Case(function, tuple(call)))
    return made


def _lifted(function: Function) -> Case:
    """Return a call with a column of valid and refused cells."""
    random = Random(11)
    call: list[Cell | Block] = [*_drawn(function, random)]
    kind = function.args[0].kind
    assert lifts(kind)
    cells: list[Cell] = [kind.draw(random), "abc", kind.draw(random), True, CellError("#N/A", "input_error")]
    call[0] = Block.from_rows([[c] for c in cells])
    return Case(function, tuple(call))


CASES = cases()
"""The calls, made once, so that a case is the same object in every test."""
