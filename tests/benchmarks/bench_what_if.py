"""A grid of what-if cells through the runner, against a cell a call of =CLV() for the same numbers.

Run ``python tests/benchmarks/bench_what_if.py``. Every figure is a median; both are timed in turns in
one run, and the values are compared before anything is timed.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.run import run
from clv_xl.cells import Block

SIDE = 100
ROUNDS = 15
SHOP = Block.from_rows(
    [
        ["avg_order_value", 50.0],
        ["frequency", 3.0],
        ["lifespan", 3.0],
        ["margin", 0.4],
        ["cac", 45.0],
        ["discount_rate", 0.1],
    ]
)
LIFESPANS = np.linspace(1.0, 6.0, SIDE)
MARGINS = np.linspace(0.2, 0.6, SIDE)
CASES = 1_000


def grid(output: str = "net_clv") -> object:
    """Return the grid as one formula."""
    across, down = Block.from_rows([LIFESPANS.tolist()]), Block.from_columns(MARGINS)
    return run(CATALOGUE["CLV.SENSITIVITY"], (SHOP, "lifespan", across, "margin", down, output))


def cells() -> list[list[object]]:
    """Return the grid as a =CLV() a cell, as a sheet filled by hand holds it."""
    clv = CATALOGUE["CLV"]
    return [
        [run(clv, (50.0, 3.0, lifespan, margin, 45.0, 0.1)) for lifespan in LIFESPANS.tolist()]
        for margin in MARGINS.tolist()
    ]


def scenarios() -> object:
    """Return a thousand scenarios of two drivers as one formula."""
    names = [f"case {i}" for i in range(CASES)]
    lifespans, margins = np.linspace(1.0, 6.0, CASES), np.linspace(0.2, 0.6, CASES)
    block = Block.from_rows([[None, *names], ["lifespan", *lifespans], ["margin", *margins]])
    return run(CATALOGUE["CLV.SCENARIO"], (SHOP, block))


def seconds(call: Callable[[], object]) -> float:
    """Return the time of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    """Print the medians."""
    ours, theirs = grid(), cells()
    assert isinstance(ours, Block)
    assert np.allclose([list(row[1:]) for row in ours.to_rows()[1:]], theirs, rtol=1e-12)  # type: ignore[arg-type]
    spent = [(seconds(grid), seconds(cells)) for _ in range(ROUNDS)]
    one, many = (statistics.median(times) for times in zip(*spent, strict=True))
    print(
        f"{f'CLV.SENSITIVITY {SIDE} x {SIDE}':36} {one * 1e3:8.2f} ms (at most 20),"
        f" {SIDE * SIDE:,} =CLV() cells {many * 1e3:.0f} ms: {many / one:.0f} times faster"
    )
    for output in ("clv", "ratio", "payback"):
        spent_on = statistics.median(seconds(lambda o=output: grid(o)) for _ in range(ROUNDS))  # type: ignore[misc]
        print(f"{f'the same, {output}':36} {spent_on * 1e3:8.2f} ms")
    wide = statistics.median(seconds(scenarios) for _ in range(ROUNDS))
    print(f"{f'CLV.SCENARIO, {CASES:,} scenarios':36} {wide * 1e3:8.2f} ms")
    lone = statistics.median(seconds(lambda: run(CATALOGUE["CLV.TORNADO"], (SHOP,))) for _ in range(ROUNDS))
    print(f"{'CLV.TORNADO, six drivers':36} {lone * 1e3:8.2f} ms")


if __name__ == "__main__":
    main()
