"""What the server holds while it runs."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from clv_xl.hosts.server.auth.principal import Authenticator
from clv_xl.hosts.server.bodies import Bodies
from clv_xl.hosts.server.lanes import Lanes
from clv_xl.hosts.server.limits import UserLimits
from clv_xl.hosts.server.metrics import Metrics
from clv_xl.hosts.server.ranges import Shelves
from clv_xl.hosts.server.settings import Settings
from clv_xl.hosts.server.work import Limits

LOOK_EVERY_S: Final = 5.0


@dataclass(eq=False, slots=True)
class Writable:
    """Whether a directory can be written; looked at when asked, at most every few seconds.

    Parameters
    ----------
    directory : Path
        The directory, or one that can be made.
    """

    directory: Path
    clock: Callable[[], float] = time.monotonic
    _found: bool = True
    _looked: float = float("-inf")

    async def look(self) -> bool:
        """Return whether it can be written, as found now or a moment ago."""
        if self.clock() - self._looked >= LOOK_EVERY_S:
            self._looked = self.clock()
            self._found = await asyncio.to_thread(self._try)
        return self._found

    def _try(self) -> bool:
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            with TemporaryFile(dir=self.directory, buffering=0) as file:
                return file.write(b"clv_xl") == 6
        except OSError:
            return False


class Running:
    """Counts what is being answered, and tells when that is nothing; a context manager."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    def __enter__(self) -> None:
        self._count += 1
        self._none.clear()

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if not self._count:
            self._none.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is being answered."""
        return self._none.is_set()

    async def end(self) -> None:
        """Wait until nothing is being answered."""
        await self._none.wait()


@dataclass(eq=False, slots=True)
class State:
    """What the server holds while it runs.

    Parameters
    ----------
    settings : Settings
        What it was started with.
    authenticator : Authenticator
        Who may call.
    shelves : Shelves
        What tenants keep.
    users, limits, bodies, lanes
        How much may be asked for, and the threads that do it.
    metrics : Metrics
        What was counted.
    writable : Writable
        Whether the store can be written.
    stopping : asyncio.Event
        Set when the end is near: what runs is finished, nothing new is taken.
    given_up : asyncio.Event
        Set when the time for that is over too.
    running : Running
        Batches that are being answered.
    """

    settings: Settings
    authenticator: Authenticator
    shelves: Shelves
    users: UserLimits
    limits: Limits
    bodies: Bodies
    lanes: Lanes
    metrics: Metrics
    writable: Writable
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    given_up: asyncio.Event = field(default_factory=asyncio.Event)
    running: Running = field(default_factory=Running)

    @classmethod
    def of(cls, settings: Settings, authenticator: Authenticator) -> "State":
        """Return the state of a server that has not begun yet."""
        shelves = Shelves(
            settings.store_directory, settings.memory_mb, settings.store_mb, settings.store_days
        )
        metrics = Metrics()
        return cls(
            settings,
            authenticator,
            shelves,
            UserLimits(settings.user_requests, settings.user_calls_per_minute),
            Limits.of(settings),
            Bodies(settings.max_body_mb, settings.memory_mb),
            Lanes(settings.quick_threads, settings.heavy_threads, metrics),
            metrics,
            Writable(shelves.directory),
        )
