"""Threads for small work and for large work, so that a table of a million rows delays no single cell.

The threads are daemons: what outlasts the time given to end does not keep the process alive.
"""

import asyncio
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from clv_xl.hosts.server.refused import BusyError

QUICK_WAITING: Final = 1_000  # beyond, the answer would come too late to be of use
HEAVY_WAITING: Final = 256
_T = TypeVar("_T")


@dataclass(eq=False, slots=True)
class _Work:
    """A piece of work and its result."""

    do: Callable[[], Any]
    owner: str
    future: "Future[Any]" = field(default_factory=Future)
    left: bool = False  # nobody waits for it any more
    ended: bool = False


class _Queue:
    """Work that waits, in turns: each owner's next piece after a piece of every other owner."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, deque[_Work]] = OrderedDict()  # whose turn it is comes first
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, work: _Work) -> None:
        """Add a piece behind those of its owner."""
        self._of.setdefault(work.owner, deque()).append(work)
        self._count += 1

    def take(self, running: Mapping[str, int]) -> _Work:
        """Remove and return the next piece: of an owner for whom least runs, the first in turn of these."""
        owner = min(self._of, key=lambda name: running.get(name, 0))
        work = self._of[owner][0]
        self.remove(work)
        if owner in self._of:
            self._of.move_to_end(owner)
        return work

    def remove(self, work: _Work) -> bool:
        """Remove a piece; False if it does not wait."""
        waiting = self._of.get(work.owner, ())
        if work not in waiting:
            return False
        self._of[work.owner].remove(work)
        self._count -= 1
        if not self._of[work.owner]:
            del self._of[work.owner]
        return True


@dataclass(frozen=True, slots=True)
class Load:
    """What a lane has to do at the moment: pieces of work that wait, that run, that run for nobody."""

    waiting: int
    running: int
    abandoned: int


class Watcher(Protocol):
    """Is told what happens in lanes, by any thread."""

    def lane(self, name: str, load: Load) -> None:
        """Note that the load of a lane has changed."""

    def abandoned(self, lane: str) -> None:
        """Note that work runs on with nobody waiting for it."""


class Lane:
    """Threads that take work in the order in which it comes, users in turns.

    Parameters
    ----------
    name : str
        What it is called in threads and figures.
    threads : int
        How many work at the same time.
    most_waiting : int
        Length of the queue beyond which work is refused.
    watcher : Watcher, optional
        Told what happens.

    Notes
    -----
    Nothing can stop a thread deep in numpy. When nobody waits for its work any more, another thread
    takes its place and it ends with that work, so that a few endless calls do not stop everybody's;
    as many threads again as the lane has may be in that state.
    """

    def __init__(self, name: str, threads: int, most_waiting: int, watcher: Watcher | None = None) -> None:
        self.name = name
        self._threads = threads
        self._most_waiting = most_waiting
        self._watcher = watcher
        self._queue = _Queue()
        self._of: Counter[str] = Counter()  # owner -> pieces of work that run
        self._running = self._abandoned = self._alive = 0
        self._open = True
        self._ready = threading.Condition()

    async def do(self, work: Callable[[], _T], owner: str = "") -> _T:
        """Do something in a thread for somebody.

        Cancelled, it withdraws work that waits, and leaves alone what runs.

        Raises
        ------
        BusyError
            If too much work waits already.
        """
        entered = _Work(work, owner)
        self._enter(entered)
        try:
            result: _T = await asyncio.wrap_future(entered.future)
        finally:
            self._leave(entered)
        return result

    @property
    def load(self) -> Load:
        """What it has to do at the moment."""
        return Load(len(self._queue), self._running, self._abandoned)

    def close(self) -> None:
        """Drop what waits; what runs ends by itself."""
        with self._ready:
            self._open = False
            while self._queue:
                self._queue.take(self._of).future.cancel()
            self._ready.notify_all()

    def _enter(self, work: _Work) -> None:
        with self._ready:
            if not self._open:
                raise BusyError("server.stopping")
            if self._running + len(self._queue) >= self._wanted + self._most_waiting:
                raise BusyError("server.busy")
            self._queue.put(work)
            self._changed()

    def _changed(self) -> None:
        """Start or wake a thread where one is wanted, and tell the load."""
        if self._queue:
            if self._alive < min(self._wanted, self._running + len(self._queue)):
                self._alive += 1
                threading.Thread(target=self._serve, name=f"clv-{self.name}", daemon=True).start()
            self._ready.notify()
        if self._watcher is not None:
            self._watcher.lane(self.name, self.load)

    @property
    def _wanted(self) -> int:
        """Number of threads: as many again stand in for those that work for nobody."""
        return self._threads + min(self._abandoned, self._threads)

    def _leave(self, work: _Work) -> None:
        with self._ready:
            if work.ended:
                return
            if not self._queue.remove(work) and not work.future.cancelled():
                work.left = True
                self._abandoned += 1
                if self._watcher is not None:
                    self._watcher.abandoned(self.name)
            self._changed()

    def _serve(self) -> None:
        """Work until the lane is closed, or has threads enough."""
        while (work := self._next()) is not None:
            try:
                result = work.do()
            except BaseException as error:  # noqa: BLE001  the waiting one is told, whatever it is
                self._done(work)
                work.future.set_exception(error)
            else:
                self._done(work)
                work.future.set_result(result)
                del result
            del work  # or a body of many megabytes would stay until the next request

    def _next(self) -> _Work | None:
        with self._ready:
            while True:
                if not self._open or self._alive > self._wanted:
                    self._alive -= 1
                    return None
                if self._queue:
                    work = self._queue.take(self._of)
                    if work.future.set_running_or_notify_cancel():
                        self._running += 1
                        self._of[work.owner] += 1
                        self._changed()
                        return work
                else:
                    self._ready.wait()

    def _done(self, work: _Work) -> None:
        with self._ready:
            work.ended = True
            self._running -= 1
            self._of[work.owner] -= 1
            if not self._of[work.owner]:
                del self._of[work.owner]
            self._abandoned -= work.left
            self._changed()


class Lanes:
    """The lane for small work and the one for large work.

    Parameters
    ----------
    quick, heavy : int
        Number of threads of each.
    watcher : Watcher, optional
        Told what happens in both.
    """

    def __init__(self, quick: int, heavy: int, watcher: Watcher | None = None) -> None:
        self.quick = Lane("quick", quick, QUICK_WAITING, watcher)
        self.heavy = Lane("heavy", heavy, HEAVY_WAITING, watcher)

    async def do(self, work: Callable[[], _T], *, heavy: bool, owner: str = "") -> _T:
        """Do something in a thread of one of them; see `Lane.do`."""
        return await (self.heavy if heavy else self.quick).do(work, owner)

    def close(self) -> None:
        """Drop what waits; what runs ends by itself."""
        self.quick.close()
        self.heavy.close()
