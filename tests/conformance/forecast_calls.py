"""Calls of the forecast with plans in ranges."""

from clv_xl.cells import Block, Cell

NEW = Block.from_rows([["new"], [1000.0], [800.0], [500.0], [200.0]])
KEPT = Block.from_rows([[0.8, 0.75, 0.9, 1.0]])
WITH_A_GAP = Block.from_rows([[1000.0], [None], [500.0], [200.0]])
TOO_HIGH = Block.from_rows([[0.8], [0.8], [80.0], [0.8]])
WITH_A_WORD = Block.from_rows([[60.0], [60.0], ["none"], [60.0]])

CALLS: dict[str, tuple[tuple[Cell | Block, ...], ...]] = {
    "CLV.FORECAST": (
        (0.0, NEW, KEPT, 60.0, 4.0, 0.4, 60.0),
        (0.0, NEW, KEPT, 60.0, 3.0, 0.4, 60.0, 2.0),  # a plan longer than the periods
        (120.5, NEW, KEPT, 60.0, 4.0, None, None, 0.0),
        (120.5, NEW, KEPT, 60.0, 4.0, 0.4, 60.0, 2.0, "customers"),
        (120.5, NEW, KEPT, 60.0, 4.0, 0.4, 60.0, 1.0, "Cash"),
        (0.0, NEW, KEPT, 60.0, 6.0),
        (0.0, WITH_A_GAP, KEPT, 60.0, 4.0),
        (0.0, NEW, TOO_HIGH, 60.0, 4.0),
        (0.0, NEW, KEPT, WITH_A_WORD, 4.0),
        (0.0, NEW, 80.0, 60.0, 4.0),
        (0.0, NEW, KEPT, 60.0, 4.0, None, 60.0),
    ),
}
