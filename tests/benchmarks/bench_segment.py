"""CLV.SEGMENT on a million orders against Polars: same task, same results, time and peak memory.

Run ``python tests/benchmarks/bench_segment.py [lines]``; it needs the extra ``bench``.
Both are timed in one run, in turns, so that a ratio means something on a busy machine.
"""

import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import Cells
from clv_xl.metrics.windows import windows
from clv_xl.orders.log import Coded, OrderLog
from clv_xl.orders.reading import log_of_columns
from clv_xl.orders.segment_table import segment_table
from clv_xl.table import Table

LINES = 1_000_000
CUSTOMERS = 100_000
SEGMENTS = 8
FIRST, AS_OF = 44_000, 46_022
ROUNDS = 15
COLUMNS = ("customers", "orders", "revenue", "avg_order_value", "frequency", "lifespan", "mean_age")


@dataclass(frozen=True, eq=False, slots=True)
class Lines:
    """Coded columns of an order log."""

    customers: NDArray[np.int32]
    days: NDArray[np.float64]
    amounts: NDArray[np.float64]
    segments: NDArray[np.int32]

    @classmethod
    def drawn(cls, n: int) -> "Lines":
        rng = np.random.default_rng(2026)
        home = rng.integers(0, SEGMENTS, CUSTOMERS).astype(np.int32)
        customers = rng.integers(0, CUSTOMERS, n).astype(np.int32)
        customers[:CUSTOMERS] = rng.permutation(CUSTOMERS)[:n]  # a name of the log has a line
        moved = rng.random(n) < 0.1
        segments = np.where(moved, rng.integers(0, SEGMENTS, n), home[customers]).astype(np.int32)
        # Orders at different seconds, so that "first" means the same to both.
        days = FIRST + (AS_OF - FIRST) * rng.permutation(n) / n
        return cls(customers, days, rng.integers(0, 20_000, n) / 100, segments)

    @property
    def nbytes(self) -> int:
        return self.customers.nbytes + self.days.nbytes + self.amounts.nbytes + self.segments.nbytes

    def log(self) -> OrderLog:
        names = [f"C{i:06d}" for i in range(CUSTOMERS)]
        return OrderLog(
            Coded(self.customers, names),
            self.days,
            self.amounts,
            segments=Coded(self.segments, [f"S{i}" for i in range(SEGMENTS)]),
        )


def starts() -> list[int]:
    """Windows of a year back from AS_OF (2025-12-31), the oldest first: first days."""
    return [int(day) for day in windows(FIRST, AS_OF, "Y").starts[::-1]]


def with_polars(frame: Any) -> Any:
    """Give the same columns by Polars, in the fastest of the queries tried.

    The first order's segment comes with the least of one key of second and segment, the windows from
    a bit each: half the time of ``arg_min`` and ``n_unique`` in each group.
    """
    import polars as pl

    window = pl.sum_horizontal((pl.col("day") >= start).cast(pl.UInt8) for start in starts()[1:])
    segment = pl.col("segment").cast(pl.String).str.strip_prefix("S").cast(pl.Int64)
    if frame["segment"].dtype.is_integer():
        segment = pl.col("segment").cast(pl.Int64)
    seconds = (pl.col("day") * 86_400).cast(pl.Int64)
    return (
        frame.lazy()
        .with_columns(
            pl.lit(2).cast(pl.UInt8).pow(window).cast(pl.UInt8).alias("bit"),
            (seconds * 16 + segment).alias("key"),
        )
        .group_by("customer")
        .agg(
            pl.col("key").min(),
            pl.len().alias("orders"),
            pl.col("amount").sum().alias("revenue"),
            pl.col("bit").bitwise_or(),
        )
        .with_columns(
            (pl.col("key") % 16).alias("segment"),
            (pl.col("key") // 16 // 86_400).alias("first"),
            pl.col("bit").bitwise_count_ones().alias("active"),
        )
        .group_by("segment")
        .agg(
            pl.len().alias("customers"),
            pl.col("orders").sum(),
            pl.col("revenue").sum(),
            pl.col("active").sum(),
            ((AS_OF - pl.col("first")).mean() / 365.25).alias("mean_age"),
        )
        .with_columns(
            (pl.col("revenue") / pl.col("orders")).alias("avg_order_value"),
            (pl.col("orders") / pl.col("active")).alias("frequency"),
            (pl.col("active") / pl.col("customers")).alias("lifespan"),
        )
        .sort("segment")
        .collect()
    )


def frame_of(lines: Lines) -> Any:
    import polars as pl

    return pl.DataFrame(
        {"customer": lines.customers, "day": lines.days, "amount": lines.amounts, "segment": lines.segments}
    )


def lists_of(lines: Lines) -> dict[str, list[Any]]:
    """Return the columns as Python lists, names as texts: where a program has read a file."""
    log = lines.log()
    assert log.segments is not None
    return {
        "customer": [log.customers.names[i] for i in lines.customers.tolist()],
        "day": lines.days.tolist(),
        "amount": lines.amounts.tolist(),
        "segment": [log.segments.names[i] for i in lines.segments.tolist()],
    }


def ours_from(columns: dict[str, list[Any]]) -> Table:
    """Return the segment table of columns of texts and numbers."""
    customers, days, amounts, segments = (Cells.of(column) for column in columns.values())
    return segment_table(log_of_columns(customers, days, amounts, segments=segments), as_of=AS_OF)


def theirs_from(columns: dict[str, list[Any]]) -> Any:
    import polars as pl

    return with_polars(pl.DataFrame(columns))


def agree(ours: Table, theirs: Any) -> None:
    order = np.argsort(np.array(ours.column("segment")))
    for key in COLUMNS:
        np.testing.assert_allclose(
            np.asarray(ours.column(key), float)[order], theirs[key].to_numpy(), rtol=1e-9, err_msg=key
        )


def timed(*calls: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """Return the median milliseconds of each call, taken in turns."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, taken in zip(calls, times, strict=True):
            call()  # the other one has emptied the caches
            start = time.perf_counter()
            call()
            taken.append(time.perf_counter() - start)
    return [1000 * float(np.median(taken)) for taken in times]


def peak(kind: str, n: int) -> float:
    """Return the megabytes by which one call raises the peak of a process of its own."""
    out = subprocess.run(
        [sys.executable, __file__, str(n), "--peak", kind], check=True, capture_output=True, text=True
    )
    return float(out.stdout)


def measure_peak(kind: str, n: int) -> float:
    small, lines = Lines.drawn(1000), Lines.drawn(n)
    call: Callable[[], Any]
    if kind == "polars":
        with_polars(frame_of(small))
        frame = frame_of(lines)
        call = lambda: with_polars(frame)  # noqa: E731
    else:
        segment_table(small.log(), as_of=AS_OF)
        log = lines.log()
        call = lambda: segment_table(log, as_of=AS_OF)  # noqa: E731
    # A peak that making the data has left behind would hide the one of the call.
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    call()
    return _status("VmHWM") - before


def _status(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(field))


def main() -> None:
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    n = numbers[0] if numbers else LINES
    if "--peak" in sys.argv:
        print(measure_peak(sys.argv[sys.argv.index("--peak") + 1], n))
        return
    lines = Lines.drawn(n)
    log, frame = lines.log(), frame_of(lines)
    agree(segment_table(log, as_of=AS_OF), with_polars(frame))
    # A log keeps what has been made of it: each round has one of its own.
    ours, theirs = timed(lambda: segment_table(replace(log), as_of=AS_OF), lambda: with_polars(frame))
    print(f"CLV.SEGMENT, {n:,} lines, {CUSTOMERS:,} customers, {SEGMENTS} segments; medians of {ROUNDS}")
    print(f"coded columns   clv_xl {ours:7.1f} ms   Polars {theirs:7.1f} ms   ratio {ours / theirs:.2f}")
    columns_of_text = lists_of(lines)
    agree(ours_from(columns_of_text), theirs_from(columns_of_text))
    ours, theirs = timed(lambda: ours_from(columns_of_text), lambda: theirs_from(columns_of_text), rounds=3)
    print(f"lists of texts  clv_xl {ours:7.1f} ms   Polars {theirs:7.1f} ms   ratio {ours / theirs:.2f}")
    tracemalloc.start()
    segment_table(replace(log), as_of=AS_OF)
    allocated = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    memory = [peak(kind, n) for kind in ("clv_xl", "polars")]
    # A process may fill holes that making the data left: the higher figure of the two is ours.
    memory[0] = max(memory[0], allocated)
    columns = lines.nbytes / 1e6
    print(
        f"peak above them clv_xl {memory[0]:7.1f} MB   Polars {memory[1]:7.1f} MB   "
        f"columns {columns:.1f} MB, ours {memory[0] / columns:.2f} times"
    )


if __name__ == "__main__":
    main()
