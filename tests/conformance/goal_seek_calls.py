"""Calls of CLV.GOALSEEK and CLV.LEVER with real ranges, that every host must answer alike."""

from clv_xl.cells import Block, Cell

SHOP = Block.from_rows(
    [
        ["Driver", "Value"],
        ["avg_order_value", 50.0],
        ["frequency", 3.0],
        ["lifespan", 3.0],
        ["margin", 0.4],
        ["cac", 45.0],
        ["discount_rate", 0.1],
    ]
)
CONTRACT = Block.from_rows(
    [
        ["avg_order_value", 60.0],
        ["retention_rate", 0.8],
        ["discount_rate", 0.1],
        ["margin", 0.5],
        ["cac", 70.0],
    ]
)
LEVERS = Block.from_rows([["Lever"], ["loyalty"], ["Palvelu"], ["referral"], ["price"], ["referral"]])
UPLIFTS = Block.from_rows([["Uplift"], [0.1], [-0.05], [0.2], [0.02], [-1.0]])
COSTS = Block.from_rows([["Cost"], [9000.0], [4000.0], [0.0], [500.0], [1e6]])
CALLS: dict[str, tuple[tuple[Cell | Block, ...], ...]] = {
    "CLV.GOALSEEK": (
        (SHOP, 160.0, "frequency"),
        (SHOP, 80.0, "discount_rate"),
        (SHOP, 150.0, "lifespan", "net_clv", 1.0, 10.0),
        (SHOP, 2.0, "margin", "payback"),
        (SHOP, 500.0, "margin"),
        (SHOP, 3.0, "timing", "payback"),
        (SHOP, 120.0, "margin", "net_clv", 0.5, 0.4),
        (CONTRACT, 3.0, "churn_rate", "ratio", None, None, "contract"),
        (CONTRACT, 3.0, "lifespan", "ratio", None, None, "contract"),
    ),
    "CLV.LEVER": (
        (SHOP, LEVERS, UPLIFTS, COSTS, 800.0),
        (SHOP, LEVERS, UPLIFTS, COSTS, 800.0, None, None, 2.0),
        (CONTRACT, "retention_rate", 0.02, 1000.0, 500.0, "points", "contract", 0.0),
        (CONTRACT, "service", 0.3, 1000.0, 500.0, "relative", "contract"),
        (CONTRACT, "lifespan", 0.1, 1000.0, 500.0, None, "contract"),
        (SHOP, "no such lever", 0.1, 1000.0, 500.0),
    ),
}
