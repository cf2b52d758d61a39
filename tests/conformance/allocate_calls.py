"""Calls of CLV.ALLOCATE with ranges, for the tests that compare hosts."""

from clv_xl.cells import Block, Cell

HEADERS = (
    "channel",
    "response",
    "scale",
    "half",
    "exponent",
    "value_per_customer",
    "min_spend",
    "max_spend",
    "spend_now",
)
ROWS: tuple[tuple[Cell, ...], ...] = (
    ("search", "hill", 400.0, 4000.0, None, 180.0, None, None, 5000.0),
    ("email", None, 100.0, 1000.0, 0.8, 180.0, 100.0, 1500.0, 2500.0),
    (None, None, None, None, None, None, None, None, None),
    ("näyttö", "log", 50.0, 2500.0, None, 150.0, None, None, 1000.0),
    ("tv", "power", 2.0, None, 0.5, 120.0, 3000.0, None, None),
)
CHANNELS = Block.from_rows([HEADERS, *ROWS])
BARE = Block.from_rows([row[:6] for row in ROWS if row[0]])
TO_FIT = Block.from_rows(
    [
        ["Kanava", "Vaste", "Arvo", "Huom."],
        ["a", "best", 180.0, "uusi"],
        ["b", None, 90.0, None],
        ["c", "log", 60.0, None],
    ]
)
HISTORY = Block.from_rows(
    [
        ["Channel", "Spend", "Customers"],
        ["a", 1000.0, 82.0],
        ["a", 4000.0, 197.0],
        ["b", 500.0, 31.0],
        ["a", 9000.0, 280.0],
        ["b", 1000.0, 52.0],
        ["B ", 3000.0, 74.0],
        ["c", 200.0, 10.0],
        ["c", 600.0, 25.0],
        ["c", 2000.0, 48.0],
    ]
)
CALLS: dict[str, tuple[tuple[Cell | Block, ...], ...]] = {
    "CLV.ALLOCATE": (
        (20000.0, CHANNELS),
        (20000.0, CHANNELS, 2.0),
        (9000.0, BARE, 0.0),
        (12000.0, TO_FIT, 2.0, HISTORY),
        (10.0, CHANNELS),
        (12000.0, TO_FIT),
    ),
}
