"""Ending: what runs is finished, new batches are refused while the port is still open."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from clv_xl.hosts.server import logs
from clv_xl.hosts.server.state import State

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def draining(state: State) -> Iterator[None]:
    """Answer the first signal to end by finishing what runs; only then uvicorn hears of it.

    uvicorn closes its port at once when the signal comes. A client whose request meets a closed
    port knows nothing; one that is answered with 503 and Retry-After tries again, and a load
    balancer that asks /readyz sends the next request elsewhere. A second signal ends at once.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals go to the main thread; tests run applications in others
        return
    loop = asyncio.get_running_loop()
    before: dict[int, Any] = {number: signal.getsignal(number) for number in SIGNALS}
    tasks: list[asyncio.Task[None]] = []

    def pass_on(number: int, frame: FrameType | None) -> None:
        if callable(before[number]):
            before[number](number, frame)
        else:
            signal.signal(number, before[number])
            signal.raise_signal(number)

    async def finish(number: int) -> None:
        await _finish(state)
        pass_on(number, None)

    def begin(number: int) -> None:
        state.stopping.set()
        if not state.running.idle:  # whoever pressed Ctrl+C would wonder why nothing happens
            seconds = state.settings.shutdown_s
            logs.logger().info("finishing what runs (%g s at most); a second Ctrl+C ends at once", seconds)
        tasks.append(loop.create_task(finish(number)))

    def came(number: int, frame: FrameType | None) -> None:
        if state.stopping.is_set() or loop.is_closed():
            state.given_up.set()
            pass_on(number, frame)
        else:
            loop.call_soon_threadsafe(begin, number)

    for number in SIGNALS:
        signal.signal(number, came)
    try:
        yield
    finally:
        for number in SIGNALS:
            signal.signal(number, before[number])


async def _finish(state: State) -> None:
    """Wait until nothing runs, or the time for that is over."""
    try:
        async with asyncio.timeout(state.settings.shutdown_s):
            await state.running.end()
    except TimeoutError:
        state.given_up.set()  # what is done is answered, the rest says why it is not
