"""Calls of CLV.SIMULATE with real ranges: every kind of distribution, correlation, every method."""

from clv_xl.cells import Block, Cell

SHOP = Block.from_rows(
    [
        ["Driver", "Distribution", "a", "b", "c"],
        ["avg_order_value", "normal", 50.0, 5.0, None],
        ["frequency", "triangular", 2.0, 3.0, 4.0],
        [None, None, None, None, None],
        ["lifespan", "pert", 2.0, 3.0, 4.0],
        ["Kateprosentti", "tasajakauma", 0.35, 0.45, None],
        ["cac", 45.0, None, None, None],
        ["discount_rate", "beta", 2.0, 18.0, None],
    ]
)
CONTRACT = Block.from_rows(
    [
        ["avg_order_value", "lognormal", 60.0, 10.0, None],
        ["retention_rate", "beta", 8.0, 2.0, None],
        ["margin", "empirical", 0.3, 0.4, 0.55],
        ["cac", "fixed", 45.0, None, None],
        ["discount_rate", 0.1, None, None, None],
    ]
)
MATRIX = Block.from_rows(
    [[None, "avg_order_value", "lifespan"], ["avg_order_value", 1.0, None], ["lifespan", 0.5, 1.0]]
)
BAD = Block.from_rows([["avg_order_value", "nromal", 50.0, 5.0]])

CALLS: dict[str, tuple[tuple[Cell | Block, ...], ...]] = {
    "CLV.SIMULATE": (
        (SHOP, 300.0),
        (SHOP, 300.0, 7.0, "ratio", Block.from_rows([[0.1], [0.5], [0.9]]), MATRIX, None, 2.0, 4.0),
        (CONTRACT, 200.0, None, "payback", None, None, "contract", 2.0),
        (BAD, 200.0),
        (SHOP, 1_000_001.0),
    )
}
