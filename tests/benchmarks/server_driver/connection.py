"""A connection that costs little: HTTP/1.1 kept alive on a stream, for drivers that share the processors."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

JSON = "application/json"
BINARY = "application/vnd.clv.batch"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: status 0 where the connection broke."""

    status: int
    body: bytes
    retry_s: float = 0.0


@dataclass(eq=False, slots=True)
class Connection:
    """One connection to a port of loopback."""

    port: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, port: int) -> Self:
        """Connect."""
        return cls(port, *await asyncio.open_connection("127.0.0.1", port, limit=1 << 20))

    async def post(self, path: str, body: bytes, kind: str = JSON, more: str = "") -> Reply:
        """Send a body and return the reply."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\n{more}\r\n"
        )
        try:
            self.writer.write(head.encode("ascii"))
            self.writer.write(body)
            await self.writer.drain()
            lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
            said = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
            content = await self.reader.readexactly(int(said.get("content-length", 0)))
            return Reply(int(lines[0].split(" ", 2)[1]), content, float(said.get("retry-after", 0)))
        except (ConnectionError, asyncio.IncompleteReadError):
            return Reply(0, b"")

    def close(self) -> None:
        """Close."""
        self.writer.close()


@dataclass(eq=False, slots=True)
class Pulse:
    """Small calls one every `interval_s`, whether or not the last one is answered yet.

    Their latency counts from the moment they were due, so that a server that stalls is not asked less.

    Parameters
    ----------
    port : int
        The server.
    path : str
        Where calls go.
    bodies : sequence of bytes
        The calls; each is used once.
    interval_s : float
        From one to the next.
    """

    port: int
    path: str
    bodies: Sequence[bytes]
    interval_s: float = 0.01

    async def beat(self, until: asyncio.Event, users: int = 16) -> tuple[list[float], int]:
        """Return the latencies in ms until the event, and how many calls failed or were not answered.

        Calls go round between users with a connection each, so that none is spared who waits for a
        worker that stalls.
        """
        connections = [await Connection.open(self.port) for _ in range(users)]
        turns = [asyncio.Lock() for _ in range(users)]
        latencies: list[float] = []
        failed = 0

        async def one(user: int, body: bytes, due: float) -> None:
            nonlocal failed
            async with turns[user]:
                reply = await connections[user].post(self.path, body)
                if reply.status == 0:  # kept alive too long for the server: a browser connects again
                    connections[user].close()
                    connections[user] = await Connection.open(self.port)
                    reply = await connections[user].post(self.path, body)
            latencies.append(1000 * (time.perf_counter() - due))
            failed += reply.status != 200

        tasks: dict[asyncio.Task[None], float] = {}
        start = time.perf_counter()
        for i, body in enumerate(self.bodies):
            due = start + i * self.interval_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if until.is_set():
                break
            task = asyncio.create_task(one(i % users, body, due))
            tasks[task] = due
            task.add_done_callback(tasks.pop)
        if tasks:
            await asyncio.wait(list(tasks), timeout=5)
            now = time.perf_counter()
            failed += len(tasks)
            latencies += [1000 * (now - due) for due in tasks.values()]  # at least: not answered yet
            for task in list(tasks):
                task.cancel()
        for connection in connections:
            connection.close()
        return latencies, failed


def percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile, the least value that `share` of the values do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else float("nan")
