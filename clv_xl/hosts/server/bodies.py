"""Reading bodies: each bounded, and all that are held at the same time together."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.requests import Request

from clv_xl.hosts.server.refused import BusyError, SlowError, TooLargeError

SILENCE_S: Final = 30.0  # without a byte, after which a sender is not waited for
SLOWEST: Final = 1024  # bytes a second that a sender gains time with; even a modem is faster
MEGABYTE: Final = 1024**2
LARGE: Final = MEGABYTE


class Bodies:
    """The bodies in memory.

    Parameters
    ----------
    most_mb : int
        Megabytes of one body.
    total_mb : int
        Megabytes of all bodies that are being read or worked on; one of the largest fits at least.
        One user holds half of them at most, or one of the largest.
    """

    def __init__(self, most_mb: int, total_mb: int) -> None:
        self._most_mb = most_mb
        self._most = most_mb * MEGABYTE
        self._total = max(total_mb, most_mb) * MEGABYTE
        self._share = max(self._most, self._total // 2)
        self._held_of: Counter[str] = Counter()

    @property
    def held(self) -> int:
        """Bytes of all bodies together."""
        return self._held_of.total()

    @asynccontextmanager
    async def of(self, request: Request, user: str = "") -> AsyncIterator[bytes]:
        """Read the body of a user's request and hold it.

        Raises
        ------
        TooLargeError
            If it is larger than allowed, as soon as that is known.
        BusyError
            If there is no room beside other bodies, or other bodies of this user.
        SlowError
            If its sender falls silent, or sends so little at a time that it would never end.
        """
        stated = request.headers.get("content-length", "")
        if stated.isdigit() and int(stated) > self._most:
            raise TooLargeError("server.body_too_large", most=self._most_mb)
        size = 0
        try:
            chunks: list[bytes] = []
            stream = request.stream()
            end = time.monotonic() + SILENCE_S
            while chunk := await _next(stream, end):
                if size + len(chunk) > self._most:
                    raise TooLargeError("server.body_too_large", most=self._most_mb)
                if self.held + len(chunk) > self._total or self._held_of[user] + len(chunk) > self._share:
                    raise BusyError("server.busy")
                size += len(chunk)
                self._held_of[user] += len(chunk)
                chunks.append(chunk)
                # What came fast at first pays for no slowness later.
                end = min(end + len(chunk) / SLOWEST, time.monotonic() + SILENCE_S)
            if size > LARGE:  # joining takes milliseconds, in which Python can do something else
                body = await asyncio.to_thread(b"".join, chunks)
            else:
                body = b"".join(chunks)
            del chunks
            yield body
        finally:
            self._held_of[user] -= size
            if not self._held_of[user]:
                del self._held_of[user]


async def _next(stream: AsyncIterator[bytes], end: float) -> bytes:
    """Return the next piece that holds something, nothing at the end.

    Parameters
    ----------
    end : float
        Time until which a sender is waited for.
    """
    try:
        async with asyncio.timeout(max(end - time.monotonic(), 0)):
            async for chunk in stream:
                if chunk:
                    return chunk
    except TimeoutError:
        raise SlowError("server.too_slow", seconds=round(SILENCE_S)) from None
    return b""
