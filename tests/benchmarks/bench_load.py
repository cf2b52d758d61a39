"""Many users recalculating a workbook at once: errors, throughput, latency, and the server's memory.

Run ``python -m tests.benchmarks.bench_load [--users 200] [--seconds 120] [--workers 2] [--pause 0]``.
Starts the server on loopback with its default limits and a token for each user. A user first stores
orders of its own with CLV.DATA, then recalculates a workbook of 500 cells again and again, as the add-in
sends it, in one batch, and again where the server asks to come later: 450 CLV, 24 CLV.FREQUENCY and 24
CLV.LIFESPAN on the stored orders, CLV.SUMMARY and CLV.COHORT. Numbers differ in every cell, user and
round, so that no answer is had before. A user asks again --pause seconds after its answer; with 0 the
server is never without work, and latency is mostly waiting for others. Only right answers count as
throughput. Ends by itself; the driver takes part of the same processors, and says how much.
"""

import argparse
import asyncio
import os
import platform
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

import clv_xl
from clv_xl.cells import Cells
from clv_xl.hosts.server.auth.tokens import TokenFile
from clv_xl.orders.columnfile import digest, encode
from tests.benchmarks.server_driver.connection import BINARY, JSON, Connection, percentile
from tests.benchmarks.server_driver.million import BATCH, binary_head
from tests.benchmarks.server_driver.servers import Server, ours

SCALARS, EACH, TABLES = 450, 24, 2
CELLS: Final = SCALARS + 2 * EACH + TABLES
ORDERS, CUSTOMERS = 2_000, 300
FIRST, LAST = 44_562, 46_022  # 2022-01-01 to 2025-12-31
TRIES, TRYING_S = 5, 30.0  # of the add-in after 503, as in functions.js
MARK: Final = b"7777777"  # digits of every number that differ by user and round


@dataclass(eq=False, slots=True)
class Tally:
    """What the users saw."""

    latencies: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    again: int = 0
    seen: int = 0
    sent: int = 0
    received: int = 0


@dataclass(eq=False, slots=True)
class User:
    """One user: a connection, a token, stored orders."""

    number: int
    connection: Connection
    token: str
    template: bytes = b""
    turn: int = 0

    async def store(self) -> None:
        """Store orders of its own, and make the workbook that names them."""
        body = orders(self.number)
        reply = await self.connection.post(BATCH, body, BINARY, self._more())
        text = orjson.loads(reply.body)["groups"][0]["results"][0] if reply.status == 200 else None
        if not isinstance(text, str):
            message = f"CLV.DATA: {reply.status} {reply.body[:300]!r}"
            raise RuntimeError(message)  # noqa: TRY004  the server's answer is at fault, not a type
        self.template = workbook(text)

    async def recalculate(self, tally: Tally) -> None:
        """Ask for the whole workbook once."""
        self.turn += 1
        mark = b"%03d%04d" % (self.number, self.turn % 10_000)
        body = self.template.replace(MARK, mark)
        begin = time.perf_counter()
        for attempt in range(TRIES):
            reply = await self.connection.post(BATCH, body, JSON, self._more())
            wait = max(reply.retry_s, 0.5 * 2.5**attempt * random.uniform(0.75, 1.25))
            over = attempt == TRIES - 1 or time.perf_counter() - begin + wait > TRYING_S
            if reply.status != 503 or over:
                break
            tally.again += 1
            await asyncio.sleep(wait)
        tally.seen += 1
        tally.sent += len(body)
        tally.received += len(reply.body)
        fault = self._fault(reply.status, reply.body, float(b"50." + mark))
        if fault:
            tally.wrong[fault] += 1
        else:
            tally.latencies.append(1000 * (time.perf_counter() - begin))
        if reply.status == 0:
            self.connection = await Connection.open(self.connection.port)

    def _more(self) -> str:
        return f"Authorization: Bearer {self.token}\r\n"

    def _fault(self, status: int, body: bytes, amount: float) -> str | None:
        """Return what is wrong with an answer; the first value is computed here too."""
        if status != 200:
            return f"status {status}"
        if b'"error"' in body or b'"unknown":true' in body:
            at = body.index(b'"error"') if b'"error"' in body else 0
            return f"an error in a cell: {body[at : at + 200]!r}"
        answer: Any = orjson.loads(body)
        results = [group["results"] for group in answer["groups"]]
        if sum(map(len, results)) != CELLS:
            return "cells are missing"
        if results[0][0] != clv_xl.clv(amount, 3, 3):
            return f"{results[0][0]} is not CLV({amount}, 3, 3)"
        return None


def orders(user: int) -> bytes:
    """Return the body in which a user stores orders: three ranges of a column each."""
    rng = np.random.default_rng(user)
    codes = rng.integers(0, CUSTOMERS, ORDERS).astype(np.int32)
    columns = (
        Cells.coded(codes, [f"U{user}-{i}" for i in range(CUSTOMERS)]),
        Cells(rng.integers(FIRST, LAST + 1, ORDERS).astype(float)),
        Cells(rng.integers(0, 5_000_000, ORDERS) / 100),
    )
    pieces = [encode({"0": cells}) for cells in columns]
    sections = [b"".join(map(bytes, piece)) for piece in pieces]
    call = [{"range": digest(piece)} for piece in pieces]
    groups = [{"function": "CLV.DATA", "calls": [call]}]
    head = binary_head({"language": "en", "groups": groups, "sections": list(map(len, sections))})
    return b"".join((head, *sections))


def workbook(text: str) -> bytes:
    """Return a recalculation as the add-in sends it, with a mark where users and rounds differ."""
    mark = MARK.decode()
    scalars = ",".join(f"[{50 + i}.{mark},3,3]" for i in range(SCALARS))
    # A time of day is cut off, so that any day goes with any mark.
    days = [f"{LAST - i}.{mark}" for i in range(EACH + 1)]
    frequency = ",".join(f'["{text}","{text}","Y",{day}]' for day in days[1:])
    lifespan = ",".join(f'["{text}","{text}","M","observed",{day}]' for day in days[1:])
    return (
        '{"language":"en","groups":['
        f'{{"function":"CLV","calls":[{scalars}]}},'
        f'{{"function":"CLV.FREQUENCY","calls":[{frequency}]}},'
        f'{{"function":"CLV.LIFESPAN","calls":[{lifespan}]}},'
        f'{{"function":"CLV.SUMMARY","calls":[["{text}","Y",{days[0]}]]}},'
        f'{{"function":"CLV.COHORT","calls":[["{text}","Q","customers",{days[0]}]]}}]}}'
    ).encode()


@dataclass(eq=False, slots=True)
class Memory:
    """The server's resident memory, looked at every second."""

    server: Server
    seen: list[float] = field(default_factory=list)

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            self.seen.append(self.server.memory_mb())
            await asyncio.sleep(1)

    def __str__(self) -> str:
        quarters = [self.seen[min(len(self.seen) - 1, len(self.seen) * k // 4)] for k in range(5)]
        along = ", ".join(f"{mb:.0f}" for mb in quarters)
        return f"start, 25 %, 50 %, 75 %, end: {along}; most {max(self.seen):.0f}"


async def load(server: Server, tokens: list[str], seconds: float, pause: float) -> None:
    """Let the users recalculate and print what they saw."""
    users = [User(i, await Connection.open(server.port), token) for i, token in enumerate(tokens)]
    print(f"   memory of the server, MB: just started {server.memory_mb():.0f}", flush=True)
    for user in users:
        await user.store()
    print(f"   every user's orders stored: {server.memory_mb():.0f}", flush=True)
    tally, memory = Tally(), Memory(server)
    watching = asyncio.create_task(memory.watch())
    begin = time.perf_counter()
    taken, driver = server.processor_s(), time.process_time()

    async def use(user: User) -> None:
        await asyncio.sleep(user.number / len(users) * min(1.0, pause or 0.2))  # not all in the same instant
        while time.perf_counter() - begin < seconds:
            await user.recalculate(tally)
            await asyncio.sleep(pause)

    await asyncio.gather(*map(use, users))
    spent = time.perf_counter() - begin
    watching.cancel()
    for user in users:
        user.connection.close()
    done = len(tally.latencies)
    shares = ", ".join(f"p{100 * q:.0f} {percentile(tally.latencies, q):.0f}" for q in (0.5, 0.95, 0.99))
    print(
        f"   errors: {sum(tally.wrong.values())} of {tally.seen} recalculations;"
        f" asked to come again later: {tally.again} times"
    )
    for fault, times in tally.wrong.most_common(5):
        print(f"      {times} times {fault}")
    print(f"   throughput: {done / spent:.1f} recalculations/s, {CELLS * done / spent:,.0f} cells/s")
    print(f"   latency of a recalculation, ms: {shares}, worst {max(tally.latencies, default=0):.0f}")
    print(f"   memory of the server, MB, {memory}")
    server_share, driver_share = (
        (server.processor_s() - taken) / spent,
        (time.process_time() - driver) / spent,
    )
    print(f"   processors in use: server {server_share:.2f}, driver {driver_share:.2f}")
    print(f"   sent {tally.sent / 1e6 / spent:.1f} MB/s, received {tally.received / 1e6 / spent:.1f} MB/s")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pause", type=float, default=0.0)
    options = parser.parse_args()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M}, {machine}, Python {platform.python_version()}")
    print(
        f"{options.users} users recalculate {CELLS} cells for {options.seconds:.0f} s,"
        f" pause {options.pause} s, {options.workers} workers   (goal: no error, bounded memory)",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="clv-bench-") as folder:
        file = TokenFile(Path(folder) / "tokens.json")
        tokens = [file.create(f"user-{i}")[0] for i in range(options.users)]
        settings = {"AUTH": "token", "TOKEN_FILE": str(file.path)}
        with ours(workers=options.workers, settings=settings) as server:
            asyncio.run(load(server, tokens, options.seconds, options.pause))


if __name__ == "__main__":
    main()
