"""Calls of the monitoring functions with ranges as a worksheet holds them."""

from clv_xl.cells import Block, Cell


def _column(*cells: Cell) -> Block:
    return Block.from_rows([[cell] for cell in cells])


BEFORE = Block.from_rows(
    [
        ["Driver", "Value"],
        ["avg_order_value", 50.0],
        ["frequency", 3.0],
        ["lifespan", 3.0],
        ["margin", 0.4],
        ["cac", 45.0],
    ]
)
AFTER = Block.from_rows(
    [
        ["Marża", 0.45],
        ["Purchase rate", 2.8],
        [None, None],
        ["lifespan", 3.0],
        ["avg_order_value", 50.0],
        ["cac", 52.5],
        ["discount_rate", 0.1],
    ]
)
KEPT = Block.from_rows([["avg_order_value", 60.0], ["retention_rate", 1.0], ["discount_rate", 0.1]])
LOST = Block.from_rows([["avg_order_value", 60.0], ["churn_rate", 0.2], ["discount_rate", 0.0]])
FIGURES = _column("CLV", 120.0, 126.0, None, 129.0, 135.0, 150.0, 96.5)
DATES = _column("Date", 45657.0, 45382.0, None, 45473.0, 45565.0, 45747.0, 46022.0)
TWICE = _column("Date", 45657.0, 45382.0, None, 45473.0, 45565.0, 45657.0, 46022.0)
LOSSES = _column("CLV", -5.0, 0.0, None, 10.0, 20.0, 0.0, 4.0)
SERIES = _column(99.0, 101.0, 100.0, 102.0, None, 98.0, 100.0, 101.0, 99.0, *[103.0] * 6, 80.0)

CALLS: dict[str, tuple[tuple[Cell | Block, ...], ...]] = {
    "CLV.BRIDGE": (
        (BEFORE, AFTER),
        (AFTER, BEFORE, "ratio", "simple", 2.0),
        (BEFORE, AFTER, "payback", None, 0.0),
        (KEPT, LOST, "clv", "contract"),
        (BEFORE, LOST),
    ),
    "CLV.TREND": (
        (FIGURES, DATES),
        (FIGURES, DATES, 2.0, 2.0),
        (LOSSES, DATES, 1.0, 0.0),
        (FIGURES, TWICE),
        (FIGURES, SERIES),
    ),
    "CLV.ALERT": (
        (FIGURES,),
        (SERIES, 0.01),
        (SERIES, None, "zscore"),
        (SERIES, 0.02, "band", 3.0),
        (SERIES, 100.0, "Target"),
        (SERIES, None, "cusum"),
        (SERIES, None, "target"),
        (SERIES, 10.0),
    ),
    "CLV.REFRESHDUE": (
        (_column(45565.0, 45688.0, 46022.0), 45717.0, _column(3.0, 1.0, 12.0)),
        (45565.0, _column(45655.0, 45656.0, 45657.0)),
    ),
}
