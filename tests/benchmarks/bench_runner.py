"""One call through the runner, a column against as many calls, and what importing costs.

Run ``python tests/benchmarks/bench_runner.py``. Every figure is a median; a ratio is taken in one run.
"""

import statistics
import subprocess
import sys
import time
import timeit
from collections.abc import Callable

import numpy as np

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.run import run
from clv_xl.cells import Block

ROWS = 100_000
COLD = "from clv_xl.catalogue.formula import evaluate; evaluate('CLV(50,3,3,40%,45,10%)')"


def median(call: Callable[[], object], number: int, repeat: int = 15) -> float:
    """Return the median seconds of one call."""
    return statistics.median(timeit.repeat(call, number=number, repeat=repeat)) / number


def process(code: str) -> float:
    """Return the seconds of a fresh interpreter that runs some code."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - start


def processes(*codes: str, rounds: int = 15) -> list[float]:
    """Return the median seconds of fresh interpreters, taken in turns."""
    found = [[process(code) for code in codes] for _ in range(rounds)]
    return [statistics.median(times) for times in zip(*found, strict=True)]


def main() -> None:
    clv, contract = CATALOGUE["CLV"], CATALOGUE["CLV.CONTRACT"]
    calls = {
        "CLV(50,3,3)": (clv, (50.0, 3.0, 3.0)),
        "CLV(50,3,3,40%,45,10%,1)": (clv, (50.0, 3.0, 3.0, 0.4, 45.0, 0.1, 1.0)),
        "CLV(50,3,3,,0)": (clv, (50.0, 3.0, 3.0, None, 0.0)),
        'CLV.CONTRACT(60,80%,10%,"upfront")': (contract, (60.0, 0.8, 0.1, "upfront")),
    }
    for shown, (function, args) in calls.items():
        spent = median(lambda f=function, a=args: run(f, a), 20_000)  # type: ignore[misc]
        print(f"{shown:36} {spent * 1e6:8.2f} us a call (at most 5)")
    amounts = np.random.default_rng(1).random(ROWS) * 100
    block = Block.from_columns(amounts)
    single = amounts.tolist()
    column = median(lambda: run(clv, (block, 3.0, 3.0, 0.4, 45.0, 0.1)), 1)
    apart = median(lambda: [run(clv, (amount, 3.0, 3.0, 0.4, 45.0, 0.1)) for amount in single], 1, 5)
    print(
        f"{'column of 100,000':36} {column * 1e3:8.2f} ms, 100,000 calls {apart * 1e3:.0f} ms:"
        f" {apart / column:.0f} times faster (at least 50)"
    )
    empty, numpy, ours, cold = processes("pass", "import numpy", "import clv_xl", COLD)
    print(
        f"{'import clv_xl':36} {ours * 1e3:8.0f} ms, import numpy {numpy * 1e3:.0f} ms, Python alone"
        f" {empty * 1e3:.0f} ms: ratio {ours / numpy:.2f} (at most 1.3)"
    )
    times = cold / numpy
    print(f"{'first =CLV() cell, cold process':36} {cold * 1e3:8.0f} ms, {times:.2f} times import numpy")


if __name__ == "__main__":
    main()
