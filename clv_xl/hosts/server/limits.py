"""How much one user may ask for: requests at once, and calls a minute."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from clv_xl.hosts.server.refused import BusyError, RateError

MOST_USERS: Final = 10_000  # remembered; the ones longest away are forgotten
WAIT_S: Final = 10.0  # that a request waits for its turn
MINUTE: Final = 60.0


@dataclass(eq=False, slots=True)
class _User:
    """What is known of one user."""

    turn: asyncio.Semaphore
    calls: float
    seen: float = 0.0
    waiting: int = field(default=0)


class UserLimits:
    """Counts what each user asks for.

    Parameters
    ----------
    at_once : int
        Requests of one user that are worked on at the same time; others wait their turn.
    calls_per_minute : int
        Calls of one user, as a bucket that fills evenly and holds a minute's worth.
    clock : callable
        Seconds that only grow.
    """

    def __init__(
        self, at_once: int, calls_per_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._at_once = at_once
        self._calls = calls_per_minute
        self._clock = clock
        self._users: OrderedDict[str, _User] = OrderedDict()

    @asynccontextmanager
    async def turn(self, user: str) -> AsyncIterator[None]:
        """Wait for the turn of a user's request; raises BusyError when that takes too long."""
        found = self._user(user)
        if found.waiting >= 8 * self._at_once:
            raise BusyError("server.busy")
        found.waiting += 1
        try:
            await asyncio.wait_for(found.turn.acquire(), WAIT_S)
        except TimeoutError:
            raise BusyError("server.busy") from None
        finally:
            found.waiting -= 1
        try:
            yield
        finally:
            found.turn.release()

    def spend(self, user: str, calls: int) -> None:
        """Take calls from a user's bucket; raises RateError when it holds too few."""
        found = self._user(user)
        now = self._clock()
        found.calls = min(self._calls, found.calls + (now - found.seen) * self._calls / MINUTE)
        found.seen = now
        if calls > found.calls:
            raise RateError("server.too_many_calls", most=self._calls)
        found.calls -= calls

    def _user(self, user: str) -> _User:
        found = self._users.get(user)
        if found is None:
            found = _User(asyncio.Semaphore(self._at_once), self._calls, self._clock())
            self._users[user] = found
            if len(self._users) > MOST_USERS:
                self._users.popitem(last=False)
        self._users.move_to_end(user)
        return found
