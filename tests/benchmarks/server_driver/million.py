"""Small calls while a table of a million rows is computed: how long do they take?"""

import asyncio
import hashlib
import http.client
import json
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING, Final

import numpy as np

from clv_xl.cells import NUMBER, TEXT, Cells
from clv_xl.orders.columnfile import encode
from tests.benchmarks.server_driver.connection import BINARY, JSON, Pulse, percentile
from tests.benchmarks.server_driver.servers import Server

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

fork: Final = multiprocessing.get_context("fork")  # so that bodies need not be copied to the process
BATCH: Final = "/v1/batch"
RIVAL_CALL: Final = "/xlwings/custom-functions-call"
FIRST, LAST = 44_562, 46_022  # 2022-01-01 to 2025-12-31
CUSTOMERS: Final = 20_000  # RFM has a row for each: its table stays within what Excel for the web takes
VARIANTS: Final = 100  # ranges to upload, more than any server takes in the time
Sent = tuple[str, list[bytes | memoryview], str]
"""Path, body in pieces and kind of a heavy request."""


@dataclass(frozen=True, slots=True)
class Latency:
    """How small calls fared.

    Parameters
    ----------
    calls, failed : int
        How many were made, and how many were refused, broken or not answered.
    p50, p99, worst : float
        Milliseconds from when a call was due.
    heavy : int
        How many heavy requests were answered meanwhile.
    heavy_s : float
        Seconds of the mean heavy request; of the time waited where none was answered.
    """

    calls: int
    failed: int
    p50: float
    p99: float
    worst: float
    heavy: int
    heavy_s: float


def columns(rows: int) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return names, and codes of customers, days, amounts and codes of four segments."""
    rng = np.random.default_rng(2026)
    names = [f"CUST-{i:06d}" for i in range(CUSTOMERS)]
    return (
        names,
        rng.integers(0, CUSTOMERS, rows),
        rng.integers(FIRST, LAST + 1, rows).astype(float),
        rng.integers(0, 5_000_000, rows) / 100,
        rng.integers(0, 4, rows),
    )


def section(rows: int) -> bytes:
    """Return orders with a header row as the range that a sheet would send."""
    names, customers, days, amounts, segments = columns(rows)

    def texts(header: str, codes: np.ndarray, labels: list[str]) -> Cells:
        both = np.concatenate(([0], codes + 1)).astype(np.int32)
        return Cells(np.full(rows + 1, np.nan), np.full(rows + 1, TEXT, np.uint8), both, [header, *labels])

    def numbers(header: str, values: np.ndarray) -> Cells:
        tags = np.full(rows + 1, NUMBER, np.uint8)
        tags[0] = TEXT
        codes = np.full(rows + 1, -1, np.int32)
        codes[0] = 0
        return Cells(np.concatenate(([np.nan], values)), tags, codes, [header])

    cells = [
        texts("customer", customers, names),
        numbers("date", days),
        numbers("amount", amounts),
        texts("segment", segments, [f"S{i}" for i in range(4)]),
    ]
    return b"".join(map(bytes, encode({str(i): c for i, c in enumerate(cells)})))


def batch(groups: list[tuple[str, list[object]]]) -> bytes:
    """Return a body of one call a group."""
    said = {"language": "en", "groups": [{"function": name, "calls": [call]} for name, call in groups]}
    return json.dumps(said).encode()


def binary_head(said: object) -> bytes:
    """Return what stands before the sections of a binary body."""
    header = json.dumps(said).encode()
    header += b" " * (-len(header) % 8)
    return b"CLVBATC1" + len(header).to_bytes(8, "little") + header


def tables(key: str, turn: int) -> list[tuple[str, list[object]]]:
    """Return one table on the range, another one and to another day each turn."""
    log, day = {"range": key}, LAST - turn
    calls: list[tuple[str, list[object]]] = [
        ("CLV.SEGMENT", [log, "segment", "Y", day]),
        ("CLV.RFM", [log, day]),
        ("CLV.COHORT", [log, "M", "customers", day]),
    ]
    return [calls[turn % 3]]


def computing(data: bytes) -> Iterator[Sent]:
    """Give requests for tables on a range; the first one brings it."""
    key = hashlib.sha256(data).hexdigest()
    first = {**json.loads(batch(tables(key, 0))), "sections": [len(data)]}
    yield BATCH, [binary_head(first), data], BINARY
    for turn in count(1):
        yield BATCH, [batch(tables(key, turn))], JSON


def uploading(data: bytes) -> Iterator[Sent]:
    """Give requests that each bring a range of their own: one customer has another name."""
    place = data.index(b"CUST-000000")
    keys = []
    for turn in range(VARIANTS):  # before the clock starts: a client's hashing is not the server's work
        total = hashlib.sha256(data[:place])
        total.update(_name(turn))
        total.update(memoryview(data)[place + 11 :])
        keys.append(total.hexdigest())
    return _uploading(data, place, keys)


def _uploading(data: bytes, place: int, keys: list[str]) -> Iterator[Sent]:
    for turn, key in enumerate(keys):
        said = json.loads(batch(tables(key, turn)))
        head = binary_head({**said, "sections": [len(data)]})
        yield BATCH, [head, data[:place], _name(turn), memoryview(data)[place + 11 :]], BINARY


def _name(turn: int) -> bytes:
    return f"TURN-{turn:06d}".encode()


def call_of_rival(function: str, *args: object) -> bytes:
    """Return the body that the rival's client makes of a call."""
    said = {"client": "Office.js", "func_name": function, "args": args, "caller_address": None}
    more = {"session_id": "bench", "culture_info_name": "en-US", "date_format": "M/d/yyyy", "runtime": "1.4"}
    return json.dumps({**said, **more, "version": "0.37.8"}).encode()


def computing_of_rival(rows: int) -> Iterator[Sent]:
    """Give calls that each bring the range, which is the only way to hand it over."""
    names, customers, days, amounts, _ = columns(rows)
    cells = zip([names[i] for i in customers], days.tolist(), amounts.tolist(), strict=True)
    body = call_of_rival("basics", list(map(list, cells)))
    while True:
        yield RIVAL_CALL, [body], JSON


def small_bodies(n: int, *, rival: bool) -> list[bytes]:
    """Return calls of CLV, no two alike."""
    if rival:
        return [call_of_rival("clv", [[50 + i / 1000]], [[3]], [[3]]) for i in range(n)]
    return [batch([("CLV", [50 + i / 1000, 3, 3])]) for i in range(n)]


def while_heavy(
    server: Server,
    requests: Iterator[Sent] | None,
    *,
    rival: bool,
    seconds: float,
    answers: int = VARIANTS,
) -> Latency:
    """Make small calls every 10 ms while heavy requests follow one another from another process.

    Parameters
    ----------
    server : Server
        Who answers.
    requests : iterator, optional
        The heavy ones; None to see small calls alone.
    rival : bool
        Which wire the small calls speak.
    seconds : float
        How long at most.
    answers : int
        Heavy answers after which it is enough.
    """
    small = small_bodies(int(seconds * 100) + 1, rival=rival)
    here, there = fork.Pipe(duplex=False)
    child = fork.Process(target=_heavy, args=(server.port, requests, answers, there), daemon=True)
    begin = time.perf_counter()
    if requests is not None:
        child.start()
        time.sleep(0.3)  # it is at work when the first small call comes

    async def measured() -> tuple[list[float], int]:
        enough = asyncio.Event()
        if requests is not None:
            asyncio.get_running_loop().add_reader(child.sentinel, enough.set)
        pulse = Pulse(server.port, RIVAL_CALL if rival else BATCH, small)
        return await pulse.beat(enough)

    latencies, failed = asyncio.run(measured())
    waited = time.perf_counter() - begin
    spent: list[float] = []
    while here.poll():
        spent.append(here.recv())
    if requests is not None:
        child.terminate()
        child.join()
    return Latency(
        len(latencies),
        failed,
        percentile(latencies, 0.5),
        percentile(latencies, 0.99),
        max(latencies, default=float("nan")),
        len(spent),
        sum(spent) / len(spent) if spent else waited,
    )


def _heavy(port: int, requests: Iterator[Sent], answers: int, told: "Connection[float, None]") -> None:
    """Make one heavy request after the other, in a process of its own, and tell how long each took."""
    for path, pieces, kind in islice(requests, answers):
        begin = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=900)
        length = str(sum(map(len, pieces)))
        connection.request("POST", path, iter(pieces), {"Content-Type": kind, "Content-Length": length})
        reply = connection.getresponse()
        content = reply.read()
        connection.close()
        if reply.status != 200 or b'"error"' in content[:200]:
            print(f"   a heavy request failed: {reply.status} {content[:300]!r}", flush=True)
            break
        told.send(time.perf_counter() - begin)
