"""Connections that may not take for ever, nor send a head without an end, nor be without number.

uvicorn bounds none of it: a client that sends one letter an hour keeps its connection, and one that
sends header after header fills the memory. Its `limit_concurrency` answers 503 to everybody once too many
connections are open, and keeps them. Bodies are bounded where they are read.

Nor does it end in time over TLS: closing sends a good-bye (close_notify, RFC 8446 section 6.1) and waits
for the other side's, 30 seconds in asyncio and uvloop. Clients that keep a connection for later do not look
at it meanwhile, so every end would take that long.
"""

import asyncio
import sys
from functools import cache
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_BYTES = 65_536
HEAD_S = 30.0
GOODBYE_S: Final = 0.5  # for the client's good-bye at the end, and for the last 64 KB below TLS, see `_part`
MOST_CONNECTIONS: Final = 4096  # of a process; some 50 KB each with TLS
OWN_FILES: Final = 256  # files that a process opens beside its connections: the store, tokens, modules


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, with bounds on what is no body."""

    head_bytes: ClassVar[int] = HEAD_BYTES
    head_s: ClassVar[float] = HEAD_S
    most: ClassVar[int | None] = None  # connections; as many as there is room for

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._without_progress = 0
        self._patience: asyncio.TimerHandle | None = None
        self._ending = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head, if there is room for one more connection."""
        super().connection_made(transport)
        if len(self.connections) > (room() if self.most is None else self.most):
            transport.close()
            return
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came, unless nothing but a head has come for too long."""
        if self._without_progress > self.head_bytes:
            self._head_is_there()
            if not self.transport.is_closing():
                self.send_400_response("The head of the request is too long.")
            return
        self._without_progress += len(data)
        super().data_received(data)
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        if self._patience is None and (cycle is None or cycle.response_complete):
            self._wait_for_head()  # blank lines between requests are no request

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a head."""
        super().on_message_begin()
        self._wait_for_head()

    def on_headers_complete(self) -> None:
        """Take note that the head is there."""
        self._head_is_there()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take note of progress."""
        self._without_progress = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take note of progress."""
        self._without_progress = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with the next request, or part if this was the last one before the end."""
        super().on_response_complete()
        if self._ending and self.transport.is_closing():
            self._part()

    def shutdown(self) -> None:
        """Close as the server ends: now, or after the answer that is on its way."""
        self._ending = True
        if not self.transport.is_closing():  # TLS that is closed twice cannot be aborted (asyncio)
            super().shutdown()
        if self.transport.is_closing():
            self._part()

    def _wait_for_head(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(self.head_s, self._give_up)

    def _head_is_there(self) -> None:
        self._without_progress = 0
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        if not self.transport.is_closing():
            self.transport.close()

    def _part(self, sent: bool = False) -> None:
        """Wait a moment for the client's good-bye once everything is sent, then hang up without it.

        What is sent is what TLS handed on; at most 64 KB of it, the mark at which a transport asks for a
        pause, may still wait there for a slow client. Nothing is written any more: what is empty stays so.
        """
        if self not in self.connections:
            return
        if sent:
            self.transport.abort()
        else:
            self.loop.call_later(GOODBYE_S, self._part, not self.transport.get_write_buffer_size())


@cache
def room() -> int:
    """Return how many connections a process keeps open: it must still be able to open files."""
    if sys.platform == "win32":
        return MOST_CONNECTIONS
    import resource

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if files < 0 else min(MOST_CONNECTIONS, max(files - OWN_FILES, files // 2))
