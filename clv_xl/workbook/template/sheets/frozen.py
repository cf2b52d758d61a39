"""The frozen base of the planner as the sample has it: the numbers that a user would have typed."""

from collections import Counter

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.metrics.windows import windows
from clv_xl.workbook import assumptions
from clv_xl.workbook.template.kit import Kit
from clv_xl.workbook.template.order_lines import COLUMNS, OrderLines

_KEYS, _UNIT, _LANGUAGE = 2.0, "Y", "en"
_FROM = {"aov": "avg_order_value", "frequency": "frequency", "lifespan": "lifespan"}


def frozen_base(kit: Kit) -> list[dict[str, Cell]]:
    """Return a row a segment of the sample, in the order in which the log names them.

    Somebody's own orders have no frozen base yet: the plan then follows the live one.

    Raises
    ------
    CellError
        What CLV.SEGMENT answers, where that is an error.
    """
    lines = kit.lines
    if not lines.sample:
        return []
    columns = zip(COLUMNS, lines.columns(), strict=True)
    log = Block.from_rows([COLUMNS, *zip(*(column for _, column in columns), strict=True)])
    found = run(
        CATALOGUE["CLV.SEGMENT"],
        [log, "segment", _UNIT, lines.as_of, *(None,) * 5, _KEYS],
        Context(language=_LANGUAGE),
    )
    if isinstance(found, CellError):
        raise found
    assert isinstance(found, Block)
    head, *rows = found.to_rows()
    active = _active(lines)
    costs = {kit.word(key): cost for key, cost in assumptions.CAC.items()}
    by_name = {str(row[0]): dict(zip(map(str, head), row, strict=True)) for row in rows}
    return [
        {
            "name": str(name),
            "customers": float(active[name]),
            **{own: by_name[str(name)][theirs] for own, theirs in _FROM.items()},
            "margin": assumptions.MARGIN,
            "cac": costs[str(name)],
        }
        for name in dict.fromkeys(lines.segments)
    ]


def _active(lines: OrderLines) -> Counter[Cell]:
    """Count by segment, that of the first order, the customers who ordered in the newest period."""
    newest = windows(int(min(lines.days)), int(lines.as_of), _UNIT).starts[0]
    segment: dict[Cell, Cell] = {}
    for customer, name in zip(lines.customers, lines.segments, strict=True):
        segment.setdefault(customer, name)
    days = zip(lines.customers, lines.days, strict=True)
    return Counter(segment[customer] for customer in {who for who, day in days if day >= newest})
