"""The work of a batch: its calls answered by the one runner, away from the event loop.

Calls of one function in a group are one column call. Small batches and large ones have threads of
their own, so that a table of a million rows delays no single cell.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.run import run, run_many
from clv_xl.cells import Block, Cell
from clv_xl.errors import NA, NAME, VALUE, CellError
from clv_xl.hosts.server.auth.principal import Principal
from clv_xl.hosts.server.ranges import Shelf
from clv_xl.hosts.server.settings import Settings
from clv_xl.hosts.server.wire import Answer, Argument, Batch, Named, read, write
from clv_xl.orders.data import is_data_text

UNKNOWN: Final = {"unknown": True}
PENDING: Final = object()  # not answered yet
AT_ONCE: Final = 5_000  # single calls of one column call: between two of them a deadline is looked at
LARGE_BODY: Final = 1024**2  # bytes beyond which even reading a body is work for the large threads
_T = TypeVar("_T")


@dataclass(frozen=True, eq=False, slots=True)
class Limits:
    """What one batch may ask for; see `Settings`."""

    calls: int
    cells: int
    result_bytes: int
    seconds: float
    heavy_cells: int

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Return the limits that the settings name."""
        return cls(
            settings.max_calls,
            settings.max_cells,
            settings.max_result_mb * 1024**2,
            settings.time_limit_s,
            settings.heavy_cells,
        )


@dataclass(eq=False, slots=True)
class Job:
    """One batch on its way: read, looked up, answered.

    Parameters
    ----------
    batch : Batch
        What is asked.
    shelf : Shelf
        What the caller's tenant keeps.
    context : Context
        Language, store, caller and deadline of every call.
    limits : Limits
        What it may ask for.
    """

    batch: Batch
    shelf: Shelf
    context: Context
    limits: Limits
    results: list[list[Any]] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)
    cells: int = 0
    cancelled: threading.Event = field(default_factory=threading.Event)
    _blocks: dict[str, Block | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, body: bytes, media_type: str, principal: Principal, shelf: Shelf, limits: Limits, deadline: float
    ) -> "Job":
        """Read a body; raises WireError if it is no batch."""
        batch = read(body, media_type)
        context = Context(batch.language, shelf.orders, principal=str(principal), deadline=deadline)
        job = cls(batch, shelf, context, limits)
        for section in batch.sections:
            shelf.put(section)
        job.results = [[PENDING] * len(group.calls) for group in batch.groups]
        job._look_up()
        return job

    @property
    def heavy(self) -> bool:
        """Whether the cells of its ranges make it work for the large threads."""
        return self.cells > self.limits.heavy_cells

    def _look_up(self) -> None:
        """Put the ranges in the place of their hashes and count the cells of all calls."""
        texts: set[str] = set()
        for group in self.batch.groups:
            for call in group.calls:
                for value in call:
                    if isinstance(value, Named):
                        self._find(value.hash)
                    elif type(value) is str and is_data_text(value):
                        texts.add(value)
        self.cells = sum(b.height * b.width for b in self._blocks.values() if b is not None)
        self.cells += sum(int(text.rpartition(":")[2]) for text in texts)

    def _find(self, key: str) -> None:
        if key not in self._blocks:
            self._blocks[key] = self.shelf.get(key)
            if self._blocks[key] is None:
                self.unknown[key] = None

    def perform(self) -> None:
        """Answer every call; what is done already stays when the deadline passes."""
        answer = Answer(self.context.language, self.limits.result_bytes)
        for group, results in zip(self.batch.groups, self.results, strict=True):
            function = CATALOGUE.find(group.function)
            if function is None:
                error = CellError(NAME, "server.unknown_function", got=group.function)
                results[:] = [answer.error(error)] * len(results)
                continue
            self._perform(function, group.calls, results, answer)

    def _perform(
        self, function: Function, calls: Sequence[Sequence[Argument]], results: list[Any], answer: Answer
    ) -> None:
        """Answer the calls of one function: those of single cells together, others one by one."""
        singles = []
        for i, call in enumerate(calls):
            if function.lifts and not any(isinstance(v, (Named, Block)) for v in call):
                singles.append(i)
            else:
                results[i] = self._one(function, call, answer)
        for start in range(0, len(singles), AT_ONCE):
            part = singles[start : start + AT_ONCE]
            if self._stopped():
                return
            found = run_many(function, [calls[i] for i in part], self.context)  # type: ignore[misc]
            for i, value in zip(part, found, strict=True):
                results[i] = answer.result(value)

    def _one(self, function: Function, call: Sequence[Argument], answer: Answer) -> Any:
        if self._stopped():
            return PENDING
        args: list[Cell | Block] = []
        for value in call:
            if not isinstance(value, Named):
                args.append(value)
                continue
            block = self._blocks[value.hash]
            if block is None:
                return UNKNOWN
            args.append(block)
        cells = sum(a.height * a.width for a in args if isinstance(a, Block))
        if cells > self.limits.cells:
            error = CellError(VALUE, "server.too_many_cells", count=cells, most=self.limits.cells)
            return answer.error(error.with_params(function=function.name))
        return answer.result(run(function, args, self.context))

    def _stopped(self) -> bool:
        assert self.context.deadline is not None
        return self.cancelled.is_set() or time.monotonic() > self.context.deadline

    def finish(self, request: str) -> bytes:
        """Return the answer; calls that were not reached in time say so."""
        answer = Answer(self.context.language, self.limits.result_bytes)
        late = answer.error(CellError(NA, "server.time_limit", seconds=self.limits.seconds))
        results = [[late if value is PENDING else value for value in group] for group in self.results]
        return write(results, list(self.unknown), request)


class Lanes:
    """Threads for small work and for large work.

    Parameters
    ----------
    quick, heavy : int
        Number of threads of each.
    """

    def __init__(self, quick: int, heavy: int) -> None:
        self._quick = ThreadPoolExecutor(quick, "clv-quick")
        self._heavy = ThreadPoolExecutor(heavy, "clv-heavy")

    async def do(self, work: Callable[[], _T], *, heavy: bool) -> _T:
        """Do something in a thread."""
        pool = self._heavy if heavy else self._quick
        return await asyncio.get_running_loop().run_in_executor(pool, work)

    def close(self) -> None:
        """Let what runs end; what waits is dropped."""
        self._quick.shutdown(wait=False, cancel_futures=True)
        self._heavy.shutdown(wait=False, cancel_futures=True)
