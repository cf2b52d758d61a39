"""The formula server against xlwings-server: same driver, same cells, both on loopback, in one run.

Run ``XLWINGS_LICENSE_KEY=KEY python -m tests.benchmarks.bench_server --peer PYTHON``; it needs Chromium and
playwright. PYTHON is an interpreter of an environment of its own with ``xlwings-server==1.20.0`` and
``pandas``: it is run for comparison only, under its own licence, and does not start without KEY (see
server_peer/start.py); once as it ships and once "patched", with a function answered at once that it calls
for every cell of a range. Without --peer only ours is measured.

Headless Chromium stands on each server's own origin, loads that server's own client script, and makes
the calls through it; the clock stops at the last settled promise. Every cell has arguments of its own
and each measurement a new server and a new browser, so that no cache holds an answer; a few calls of the
same functions come before the clock starts. Ours and the patched rival take turns, the median counts.
The rival as shipped is measured once, its shared range in fewer cells, and that is said.
"""

import argparse
import os
import platform
import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from tests.benchmarks.server_driver import million
from tests.benchmarks.server_driver.browser import OURS, RIVAL, Side, tab
from tests.benchmarks.server_driver.million import Latency, while_heavy
from tests.benchmarks.server_driver.servers import Server, ours, rival

CELLS, ROWS, SHARED_ROWS, SHARED_CELLS, MILLION = 10_000, 100_000, 20_000, 1_000, 1_000_000
RIVAL_SHARED_CELLS, SHIPPED_SHARED_CELLS = 200, 10
RIVAL_PATIENCE_S: Final = 60.0
Starts = Callable[[], AbstractContextManager[Server]]


@dataclass(frozen=True, slots=True)
class Contender:
    """A server as it is measured."""

    name: str
    side: Side
    starts: Starts


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table.

    Parameters
    ----------
    title, goal : str
        What is done, and what the goal is.
    work : str
        The driver's name of it; `rival_work` the rival's where it differs.
    options : dict
        How much of it.
    agree : callable
        The values to compare, of what a driver found.
    """

    title: str
    goal: str
    work: str
    options: dict[str, int]
    agree: Callable[[dict[str, Any]], list[float]]


def _last(found: dict[str, Any]) -> list[float]:
    return [found["last"][0][0]]


def _basics(found: dict[str, Any]) -> list[float]:
    """Return frequency and average order value: of one call that gives both, of two calls, of a table."""
    first, last = found["first"], found["last"]
    if len(first) > 1:
        by_name = {row[0]: row[1] for row in first}
        return [
            by_name["Purchase rate (orders per customer per period)"],
            by_name["Average order value (AOV)"],
        ]
    return list(first[0]) if len(first[0]) == 2 else [first[0][0], last[0][0]]


ROWS_OF_TABLE: Final = (
    Row(
        f"{CELLS:,} cells =CLV(a,b,c), no two alike",
        "100 times faster",
        "scalars",
        {"cells": CELLS},
        _last,
    ),
    Row(
        f"{ROWS:,} x 3: CLV.FREQUENCY and CLV.AOV, two cells (rival: one call)",
        "50 times; patched 4",
        "basics",
        {"rows": ROWS},
        _basics,
    ),
    Row(
        f"{ROWS:,} x 3: CLV.SUMMARY, one call of 14 measures (rival: the two)",
        "50 times; patched 4",
        "summary",
        {"rows": ROWS},
        _basics,
    ),
    Row(
        f"{SHARED_CELLS:,} cells =CLV.FREQUENCY on one {SHARED_ROWS:,} x 3 CLV.DATA, as_of differs",
        "1 s",
        "shared",
        {"rows": SHARED_ROWS, "cells": SHARED_CELLS},
        lambda found: [found["first"][0][0]],
    ),
)


def timed(contender: Contender, row: Row, seed: int, **fewer: int) -> dict[str, Any]:
    """Do the work of a row with a new server and a new browser."""
    options = row.options | fewer
    small = {name: min(amount, 100 if name == "rows" else 3) for name, amount in options.items()}
    with contender.starts() as server, tab(contender.side, server) as page:
        page.run(row.work, seed=99, **(small | ({"rows": 1000} if "rows" in small else {})))
        taken = server.processor_s()
        found = page.run(row.work, seed=seed, **options)
        found["processor_ms"] = 1000 * (server.processor_s() - taken)
    if "fault" in found or found["failed"]:
        message = f"{contender.name}: {row.work}: {found.get('fault') or found['why']}"
        raise RuntimeError(message)
    return found


Spent = list[tuple[float, float]]
"""Milliseconds on the clock and of the server's processors, a turn each."""


def rounds(row: Row, contenders: list[Contender], number: int) -> dict[str, Spent]:
    """Return what each contender took, in turns; a rival as shipped has one turn."""
    spent: dict[str, Spent] = {c.name: [] for c in contenders}
    values: list[list[float]] = []
    for turn in range(number):
        for contender in contenders:
            shipped = contender.name.endswith("as shipped")
            if turn and shipped:
                continue
            fewer = _fewer(row, contender)
            found = timed(contender, row, turn + 1, **fewer)
            cells = row.options.get("cells", 1)
            more = cells / fewer.get("cells", cells)
            spent[contender.name].append((found["ms"] * more, found["processor_ms"] * more))
            if turn == 0:
                values.append(row.agree(found))
    for other in values[1:]:
        if any(abs(a - b) > 1e-9 * abs(a) for a, b in zip(values[0], other, strict=True)):
            print(f"   NOT THE SAME VALUE: {values}")
    return spent


def _fewer(row: Row, contender: Contender) -> dict[str, int]:
    """Return how many cells a rival that hands the range over for each is asked for."""
    if row.work != "shared" or not contender.side.rival:
        return {}
    return {"cells": SHIPPED_SHARED_CELLS if contender.name.endswith("as shipped") else RIVAL_SHARED_CELLS}


def throughput(contenders: list[Contender], number: int) -> None:
    """Print the rows that the browser measures."""
    for row in ROWS_OF_TABLE:
        print(f"\n{row.title}   (goal: {row.goal})", flush=True)
        spent = rounds(row, contenders, number)
        own = statistics.median(ms for ms, _ in spent[contenders[0].name])
        for contender in contenders:
            times, processor = zip(*spent[contender.name], strict=True)
            typical = statistics.median(times)
            fewer = _fewer(row, contender)
            note = f"   extrapolated from {fewer['cells']} cells" if fewer else ""
            ratio = "" if contender is contenders[0] else f"   {typical / own:7.1f} times as long"
            print(
                f"   {contender.name:<28} {typical / 1000:9.3f} s   ({min(times) / 1000:.3f} to"
                f" {max(times) / 1000:.3f}; processor {statistics.median(processor) / 1000:.2f} s)"
                f"{ratio}{note}",
                flush=True,
            )


def latency(peer: str | None, seconds: float) -> None:
    """Print the latency of small calls beside a table of a million rows."""
    print(f"\nSmall calls every 10 ms, p99 in ms, while {MILLION:,} rows compute   (goal: 50 ms or less)")
    data = million.section(MILLION)
    for workers in (1, 2):
        with ours(workers=workers) as server:
            look = partial(while_heavy, server, rival=False, seconds=seconds)
            label = f"clv_xl, {_workers(workers)}"
            _say(label, "no large table", look(None))
            _say(label, "SEGMENT, RFM, COHORT in turn", look(million.computing(data)))
            _say(label, "the same, each uploading its own range", look(million.uploading(data)))
    if peer is None:
        return
    body = million.computing_of_rival(MILLION)
    for patched, workers in ((True, 1), (True, 2), (False, 1)):
        with rival(peer, patched=patched, workers=workers) as server:
            label = f"xlwings-server {'patched' if patched else 'as shipped'}, {_workers(workers)}"
            look = partial(while_heavy, server, rival=True)
            if patched:
                _say(label, "no large table", look(None, seconds=seconds))
            _say(label, "frequency and AOV", look(body, seconds=RIVAL_PATIENCE_S, answers=1))


def _workers(number: int) -> str:
    return f"{number} worker{'s' if number > 1 else ''}"


def _say(label: str, doing: str, found: Latency) -> None:
    heavy = (
        f"{found.heavy} tables, {found.heavy_s:.2f} s each"
        if found.heavy
        else f"no table in {found.heavy_s:.0f} s"
    )
    if doing == "no large table":
        heavy = ""
    print(
        f"   {label:<38} {doing:<40} p50 {found.p50:8.1f}  p99 {found.p99:8.1f}  worst {found.worst:8.1f}"
        f"  {found.calls} calls, {found.failed} failed   {heavy}",
        flush=True,
    )


def contenders_of(peer: str | None) -> Iterator[Contender]:
    """Give the servers to measure, ours first."""
    yield Contender("clv_xl", OURS, ours)
    if peer is not None:
        yield Contender("xlwings-server patched", RIVAL, partial(rival, peer, patched=True))
        yield Contender("xlwings-server as shipped", RIVAL, partial(rival, peer, patched=False))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer", metavar="PYTHON", help="interpreter of an environment with the rival")
    parser.add_argument("--rounds", type=int, default=3, help="turns of ours and the patched rival (3)")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each look at small calls (15)")
    parser.add_argument("--only", choices=("throughput", "latency"), help="one half of the table")
    options = parser.parse_args()
    if options.peer and not os.environ.get("XLWINGS_LICENSE_KEY"):
        parser.error("set XLWINGS_LICENSE_KEY: under which licence the rival runs (server_peer/start.py)")
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M}, {machine}, Python {platform.python_version()}")
    if options.only != "latency":
        throughput(list(contenders_of(options.peer)), options.rounds)
    if options.only != "throughput":
        latency(options.peer, options.seconds)


if __name__ == "__main__":
    main()
