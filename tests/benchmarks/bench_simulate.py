"""CLV.SIMULATE with a million trials, beside the same model on numpy's own generator.

Run ``python -m tests.benchmarks.bench_simulate [trials]``. Both are timed in one run, in turns, so that
a ratio means something on a busy machine. The peer draws by `Generator.normal` and its siblings, values
the customer by the same formula in whole arrays, and takes the same figures.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.run import run
from clv_xl.cells import Block
from clv_xl.metrics.discounting import annuity

TRIALS = 1_000_000
LIMIT = 0.3
ROUNDS = 9
SHARES = (5, 25, 50, 75, 95)
BEGIN: list[list[Any]] = [
    ["avg_order_value", "normal", 50.0, 10.0, None],
    ["frequency", "triangular", 2.0, 3.0, 4.0],
    ["margin", "uniform", 0.3, 0.5, None],
    ["cac", "fixed", 45.0, None, None],
    ["discount_rate", "fixed", 0.1, None, None],
]
LIFESPANS: dict[str, list[Any]] = {"normal": [3.0, 0.5, None], "pert": [2.0, 3.0, 5.0]}


def ours(lifespan: str, trials: int) -> dict[Any, Any]:
    rows = [*BEGIN, ["lifespan", lifespan, *LIFESPANS[lifespan]]]
    found = run(CATALOGUE["CLV.SIMULATE"], [Block.from_rows(rows), float(trials), *[None] * 5, 2.0])
    assert isinstance(found, Block), found
    return {row[0]: row[1] for row in found.to_rows()}


def theirs(lifespan: str, trials: int) -> dict[Any, Any]:
    generator = np.random.default_rng(1)
    low, mode, high = LIFESPANS["pert"]
    value = generator.normal(50, 10, trials) * generator.triangular(2, 3, 4, trials)
    value *= generator.uniform(0.3, 0.5, trials)
    if lifespan == "normal":
        years = np.maximum(generator.normal(3, 0.5, trials), 0)
    else:
        shapes = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
        years = low + (high - low) * generator.beta(*shapes, trials)
    value *= annuity(years, 0.1)
    net = value - 45
    percentiles = np.percentile(net, SHARES)
    np.histogram(net, 20)
    return {
        "mean": net.mean(),
        "standard_deviation": net.std(ddof=1),
        "minimum": net.min(),
        "maximum": net.max(),
        "net_below_zero": (net < 0).mean(),
        "ratio_below_target": (value / 45 < 3).mean(),
        **{f"P{share}": x for share, x in zip(SHARES, percentiles, strict=True)},
    }


def agree(mine: dict[Any, Any], peer: dict[Any, Any], trials: int) -> None:
    """Two samples of one law: within five standard errors of a difference, some 2 s / sqrt(n)."""
    close = 5 * 2 * peer["standard_deviation"] / np.sqrt(trials)
    for key in ("mean", "standard_deviation", *(f"P{share}" for share in SHARES)):
        assert abs(mine[key] - peer[key]) < close, (key, mine[key], peer[key])


def timed(*calls: Callable[[], Any]) -> list[tuple[float, float]]:
    """Return the best and the median seconds of each call, taken in turns."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, taken in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            taken.append(time.perf_counter() - start)
    return [(min(taken), float(np.median(taken))) for taken in times]


def main() -> None:
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    trials = numbers[0] if numbers else TRIALS
    print(f"CLV.SIMULATE, {trials:,} trials of the simple method; best and median of {ROUNDS}, in ms")
    slow = False
    for lifespan in LIFESPANS:
        agree(ours(lifespan, trials), theirs(lifespan, trials), trials)
        mine, peer = timed(partial(ours, lifespan, trials), partial(theirs, lifespan, trials))
        print(
            f"lifespan {lifespan:7} clv_xl {1000 * mine[0]:6.1f} {1000 * mine[1]:6.1f}"
            f"   numpy's generator {1000 * peer[0]:6.1f} {1000 * peer[1]:6.1f}"
            f"   ratio {mine[0] / peer[0]:.2f}   limit {1000 * LIMIT:.0f}"
        )
        slow |= mine[0] > LIMIT
    if slow and trials <= TRIALS:
        sys.exit("slower than the limit")


if __name__ == "__main__":
    main()
