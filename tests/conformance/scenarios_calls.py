"""Calls of scenarios, sensitivity and tornado with drivers in ranges."""

from clv_xl.cells import Block, Cell

SHOP = Block.from_rows(
    [
        ["Driver", "Value"],
        ["avg_order_value", 50.0],
        ["Ostotiheys", 3.0],
        [None, None],
        ["lifespan", 3.0],
        ["Marża", 0.4],
        ["cac", 45.0],
        ["retention_rate", None],  # without a value: left out
    ]
)
CONTRACT = Block.from_rows(
    [["AOV", 150.0], ["margin", 0.4], ["retention_rate", 0.95], ["discount_rate", 0.1], ["cac", 45.0]]
)
PLAN = Block.from_rows([["ARPA", 100.0], ["gross margin", 0.8], ["churn", 0.05], ["expansion_rate", 0.01]])
WITH_A_SLIP = Block.from_rows([["avg_order_value", 50.0], ["frequncy", 3.0], ["lifespan", 3.0]])
CASES = Block.from_rows(
    [
        ["Scenario", "Best", 2026.0, None, "Äly"],
        ["lifespan", 4.0, None, None, 2.0],
        [None, None, None, None, None],
        ["margin", 0.5, 0.35, None, 40.0],
        ["discount_rate", None, 0.1, None, None],
    ]
)
KEPT_CASES = Block.from_rows(
    [
        [None, "a", "b", "c"],
        ["churn_rate", 0.25, None, 0.0],
        ["retention_rate", None, 0.9, None],
        ["cac", 0.0, 500.0, 1.0],
    ]
)
BOTH_KEPT = Block.from_rows([[None, "a"], ["churn_rate", 0.25], ["retention_rate", 0.75]])
TWICE = Block.from_rows([[None, "a", "A"], ["margin", 0.25, 0.3]])
UNNAMED = Block.from_rows([[None, "a", None], ["margin", 0.25, 0.3]])
ACROSS = Block.from_rows([[2.0, None, 3.0, 3.0, 4.5]])
DOWN = Block.from_rows([["Margin"], [0.3], [None], [0.5], [40.0]])
SQUARE = Block.from_rows([[1.0, 2.0], [3.0, 4.0]])
WITH_A_WORD = Block.from_rows([[2.0], ["three"]])

CALLS: dict[str, tuple[tuple[Cell | Block, ...], ...]] = {
    "CLV.SCENARIO": (
        (SHOP, CASES),
        (SHOP, CASES, None, 0.0),
        (CONTRACT, KEPT_CASES, "contract", 2.0),
        (PLAN, KEPT_CASES, "subscription"),
        (CONTRACT, BOTH_KEPT, "contract"),
        (SHOP, KEPT_CASES),
        (SHOP, TWICE),
        (SHOP, UNNAMED),
        (WITH_A_SLIP, CASES),
    ),
    "CLV.SENSITIVITY": (
        (SHOP, "lifespan", ACROSS, "Profit margin", DOWN),
        (SHOP, "lifespan", ACROSS, None, None, "ratio", None, 2.0),
        (SHOP, "cac", 60.0, None, None, "payback", None, 0.0),
        (CONTRACT, "retention", DOWN, "discount", ACROSS, "clv", "contract", 2.0),
        (PLAN, "churn", DOWN, "expansion_rate", DOWN, "clv", "subscription"),
        (SHOP, "lifespan", SQUARE),
        (SHOP, "lifespan", WITH_A_WORD),
        (SHOP, "lifespan", ACROSS, "lifespan", DOWN),
        (SHOP, "lifespan", ACROSS, "margin"),
        (SHOP, "retention", ACROSS),
        (SHOP, "lifspan", ACROSS),
    ),
    "CLV.TORNADO": (
        (SHOP,),
        (SHOP, 0.25, "ratio", "simple", 2.0),
        (SHOP, None, "payback", None, 0.0),
        (CONTRACT, 0.1, "clv", "contract"),
        (PLAN, 0.5, "clv", "subscription", 2.0),
        (PLAN, 0.1, "ratio", "subscription"),
        (SHOP, 10.0),
        (SHOP, 0.1, "clv", "contract"),
    ),
}
